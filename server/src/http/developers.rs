//! The page that shows every component, for those who build pages and judge style sheets. Linked from every footer.

use assay_app::gallery::Gallery;
use axum::response::Response;

use super::{Page, Visitor, routes::Pages};

pub(super) fn pages() -> Pages {
    Pages::new().get("/developers/components", components)
}

/// For everybody; who is signed in keeps the navigation.
async fn components(_: Option<Page>, visitor: Visitor) -> Response {
    visitor.render("Components", Gallery)
}
