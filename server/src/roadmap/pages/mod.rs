//! Pages of roadmaps: they gather what a page of `app/` shows, or take a form and redirect.
//!
//! `scene` gathers a team's roadmap for all of its views; `items` takes the forms of one item, which `item_scene`
//! gathers.

mod downloads;
mod item_scene;
mod items;
mod organisation;
mod query;
mod scene;

use assay_app::components::FieldError;
use assay_app::roadmap::RoadmapPage;
use assay_domain::roadmap::Wishes;
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;

use self::query::RoadmapQuery;
use self::scene::Scene;
use super::{service, wishes};
use crate::App;
use crate::error::Error;
use crate::http::{Form, Page, Pages, Pairs, Path, Query};
use crate::teams::service as teams;
use crate::teams::store::TeamRow;

pub use scene::{summary, today};

/// Routes of the room.
pub fn pages() -> Pages {
    Pages::new()
        .get("/teams/{team}/roadmap", show)
        .post("/teams/{team}/roadmap", save)
        .post("/teams/{team}/roadmap/phase", begin_later)
        .get("/teams/{team}/roadmap.csv", downloads::csv)
        .get("/teams/{team}/roadmap.md", downloads::markdown)
        .get("/teams/{team}/roadmap.json", downloads::json)
        .get("/teams/{team}/roadmap/items/{id}", items::show)
        .post("/teams/{team}/roadmap/items/{id}", items::change)
        .post("/teams/{team}/roadmap/items/{id}/comments", items::comment)
        .post("/teams/{team}/roadmap/items/{id}/evidence", items::attach)
        .post("/teams/{team}/roadmap/items/{id}/evidence/{piece}/remove", items::detach)
        .post("/teams/{team}/roadmap/items/{id}/evidence/{piece}/review", items::review)
        .post("/teams/{team}/roadmap/items/{id}/take-over", items::take_over)
        .get("/organisation/roadmap", organisation::show)
}

fn href(team: &TeamRow) -> String {
    format!("/teams/{}/roadmap", team.slug)
}

/// A view of the roadmap; the first one where the word is none.
fn view_href(team: &TeamRow, word: &str) -> String {
    format!("{}?view={}", href(team), RoadmapQuery::of_view(word).shown.word())
}

async fn show(
    State(app): State<App>,
    page: Page,
    Path(team): Path<String>,
    Query(Pairs(pairs)): Query<Pairs>,
) -> Result<Response, Error> {
    let team = teams::get(&app, &page.caller, &team).await?;
    let query = RoadmapQuery::read(pairs)?;
    draw(&app, page, team, query, Vec::new()).await
}

/// The page, with what could not be done at its top.
async fn draw(
    app: &App,
    page: Page,
    team: TeamRow,
    query: RoadmapQuery,
    refused: Vec<FieldError>,
) -> Result<Response, Error> {
    let scene = Scene::of(app, &page.caller, team, query).await?;
    let is_wrong = !refused.is_empty() || !scene.what_if.errors.is_empty();
    let has_board = scene.has_board();
    let Scene { nav, view, what_if, filter, query, start } = scene;
    let title = format!("Roadmap, {}", nav.name);
    let body = move || view! { <RoadmapPage view what_if filter query refused nav start /> };
    let page = if has_board { page.with_islands() } else { page };
    Ok(if is_wrong { page.invalid(&title, body) } else { page.render(&title, body) })
}

async fn save(
    State(app): State<App>,
    page: Page,
    Path(team): Path<String>,
    Form(Pairs(pairs)): Form<Pairs>,
) -> Result<Response, Error> {
    let team = teams::get(&app, &page.caller, &team).await?;
    let (wished, rest): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(name, _)| wishes::is_wish(name));
    let (mut seen, mut view) = (None, String::new());
    for (name, value) in rest {
        match name.as_str() {
            "revision" => seen = Some(revision(&value)?),
            "view" => view = value,
            _ => return Err(Error::invalid(format!("/{name}"), "unknown field")),
        }
    }
    let meant = wishes::read(wished.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let saved = match meant {
        Ok(wishes) => service::save(&app, &page.caller, team.id, wishes, seen).await.map(drop),
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => Ok(page.redirect(&view_href(&team, &view), "The plan is saved.")),
        Err(error) => {
            let refused = explained(error)?;
            draw(&app, page, team, RoadmapQuery { wished, ..RoadmapQuery::of_view(&view) }, refused).await
        }
    }
}

#[derive(Deserialize)]
struct BeginLater {
    code: String,
    phase: String,
    revision: Option<String>,
    view: String,
}

/// Moves one item to a later phase, or back to where it can be.
async fn begin_later(
    State(app): State<App>,
    page: Page,
    Path(team): Path<String>,
    Form(form): Form<BeginLater>,
) -> Result<Response, Error> {
    let team = teams::get(&app, &page.caller, &team).await?;
    let BeginLater { code, phase, revision: seen, view } = form;
    let seen = seen.as_deref().map(revision).transpose()?;
    let moved = moved(&app, &page, &team, &code, &phase).await;
    let saved = match moved {
        Ok(wishes) => service::save(&app, &page.caller, team.id, wishes, seen).await.map(drop),
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => {
            let words = match phase.as_str() {
                "" => format!("{code} begins as early as it can."),
                phase => format!("{code} does not begin before phase {phase}."),
            };
            Ok(page.redirect(&view_href(&team, &view), &words))
        }
        Err(error) => {
            let refused = explained(error)?;
            draw(&app, page, team, RoadmapQuery::of_view(&view), refused).await
        }
    }
}

/// The saved wishes, with another first phase for an item.
async fn moved(app: &App, page: &Page, team: &TeamRow, code: &str, phase: &str) -> Result<Wishes, Error> {
    let found = service::get(app, &page.caller, team.id).await?.ok_or_else(service::no_assessment)?;
    let mut wishes = found.wishes;
    match phase {
        "" => drop(wishes.not_before.remove(code)),
        phase => {
            let phase = phase.parse().map_err(|_| {
                Error::invalid(format!("/not_before/{code}"), format!("{phase:?} is no phase"))
            })?;
            wishes.not_before.insert(code.to_owned(), phase);
        }
    }
    Ok(wishes)
}

fn revision(text: &str) -> Result<i64, Error> {
    text.parse().map_err(|_| Error::invalid("/revision", "is no whole number: load the page again"))
}

/// What people are told on the page itself; everything else is an answer of its own.
fn explained(error: Error) -> Result<Vec<FieldError>, Error> {
    match error {
        Error::Invalid(errors) => Ok(crate::http::page::form_errors(errors)),
        Error::Conflict { detail, .. } => Ok(vec![FieldError::new("", scene::sentence(&detail))]),
        Error::PreconditionFailed => Ok(vec![FieldError::new(
            "",
            "Somebody else changed this in the meantime. Nothing was saved; what is shown now is theirs.",
        )]),
        other => Err(other),
    }
}
