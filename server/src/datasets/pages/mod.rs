//! Pages of datasets, uses and findings: they gather what a page of `app/` shows, or take a form and redirect.

mod dataset;
mod edit;
mod findings;
mod list;
mod personal;
mod record;
mod version;
mod view;

pub use findings::waiting;
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
        .get("/findings", findings::list)
        .get("/findings/{id}", findings::show)
        .post("/findings/{id}/start", findings::start)
        .post("/findings/{id}/resolve", findings::resolve)
        .post("/findings/{id}/accept-risk", findings::accept)
        .post("/findings/{id}/reopen", findings::reopen)
}
