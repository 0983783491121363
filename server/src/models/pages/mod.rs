//! Pages of models: the list, one model and its forms, one version and its forms.

mod edit_version;
mod list;
mod model;
mod parts;
mod risk;
mod scene;
mod team;
pub mod version;
mod version_scene;

pub use team::{of_team, unclassified};

use crate::error::Error;
use crate::http::{IfMatch, Pages, page::form_errors};
use assay_app::components::FieldError;

/// Routes of the room. Names that stand beside those of models and versions are listed in `TAKEN`, one module up.
pub fn pages() -> Pages {
    Pages::new()
        .get("/models", list::list)
        .get("/models/new", model::new)
        .post("/models/new", model::register)
        .get("/models/{model}", model::show)
        .get("/models/{model}/edit", model::edit)
        .post("/models/{model}/edit", model::change)
        .post("/models/{model}/archived", model::archive)
        .get("/models/{model}/risk", risk::show)
        .post("/models/{model}/risk", risk::answer)
        .get("/models/{model}/new-version", edit_version::new)
        .post("/models/{model}/new-version", edit_version::register)
        .get("/models/{model}/{version}", version::show)
        .get("/models/{model}/{version}/edit", edit_version::edit)
        .post("/models/{model}/{version}/edit", edit_version::change)
        .post("/models/{model}/{version}/wrong-people", parts::wrong_people)
        .post("/models/{model}/{version}/evidence", parts::attach)
        .post("/models/{model}/{version}/evidence/{record}/remove", parts::detach)
        .post("/models/{model}/{version}/datasets", parts::declare)
        .post("/models/{model}/{version}/datasets/remove", parts::withdraw)
        .post("/models/{model}/{version}/deployments", parts::deploy)
}

/// What people are told on the page itself; everything else is an answer of its own.
fn explained(error: Error) -> Result<Vec<FieldError>, Error> {
    match error {
        Error::Invalid(errors) => Ok(form_errors(errors)),
        Error::Conflict { detail, .. } => Ok(vec![FieldError::new("", sentence(&detail))]),
        Error::PreconditionFailed => Ok(vec![FieldError::new(
            "",
            "Somebody else changed this in the meantime. Nothing was saved; load the page again to see theirs.",
        )]),
        other => Err(other),
    }
}

/// A capital letter first.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The revision that a form was made from.
fn revision(text: &str) -> Result<IfMatch, Error> {
    let revision = text.parse();
    let wrong = |_| Error::invalid("/revision", "is no whole number: load the page again");
    Ok(IfMatch(Some(revision.map_err(wrong)?)))
}
