//! Pages of approvals.

use crate::http::Pages;

/// Routes of the room.
pub fn pages() -> Pages {
    Pages::new()
}
