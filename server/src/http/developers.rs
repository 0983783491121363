//! The page that shows every component, for those who build pages and judge style sheets. Linked from every footer.

use assay_app::gallery::Gallery;
use axum::response::Response;

use super::{Visitor, routes::Pages};

pub(super) fn pages() -> Pages {
    Pages::new().get("/developers/components", components)
}

async fn components(visitor: Visitor) -> Response {
    visitor.render("Components", Gallery)
}
