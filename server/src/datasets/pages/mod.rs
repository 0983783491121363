//! Pages of datasets and uses: they gather what a page of `app/` shows, or take a form and redirect.

mod dataset;
mod edit;
mod list;
mod personal;
mod record;
mod version;
pub(crate) mod view;

pub use version::trained_on;

use crate::http::Pages;

/// Routes of the room.
pub fn pages() -> Pages {
    Pages::new()
        .get("/datasets", list::show)
        .get("/datasets/new", edit::new)
        .post("/datasets/new", edit::register)
        .get("/datasets/record", record::show)
        .post("/datasets/record", record::record)
        .get("/datasets/personal", personal::show)
        .get("/datasets/personal.csv", personal::table)
        .get("/datasets/{dataset}", dataset::show)
        .post("/datasets/{dataset}/versions", dataset::register_version)
        .get("/datasets/{dataset}/edit", edit::edit)
        .post("/datasets/{dataset}/edit", edit::change)
        .post("/datasets/{dataset}/archive", edit::archive)
}
