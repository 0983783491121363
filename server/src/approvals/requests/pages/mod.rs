//! Pages of approvals: they gather what a page of `app/` shows, or take a form and redirect.
//!
//! `scene` puts one request on its page, `forms` takes what people decide there, `asking` asks and says on other pages
//! where requests stand.

mod asking;
mod forms;
mod lines;
mod scene;
mod shown;

use assay_app::approvals::{ApprovalsFilter, ApprovalsPage, ApprovalsView};
use assay_app::components::SelectOption;
use assay_app::home::Errand;
use assay_domain::access::Permission;
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use self::lines::Lines;
use super::service::{self, Search, WaitsFor};
use crate::App;
use crate::error::{Error, FieldError};
use crate::http::page::form_errors;
use crate::http::{Caller, Listing, Page, Pages, Query, Window};

pub use asking::{decided, decisions_of_team, of_version};

/// Routes of the room.
pub fn pages() -> Pages {
    Pages::new()
        .get("/approvals", list)
        .get("/approvals/{id}", forms::show)
        .post("/approvals/{id}/decisions", forms::decide)
        .post("/approvals/{id}/withdraw", forms::withdraw)
        .post("/approvals/{id}/revoke", forms::revoke)
        .post("/approvals/{id}/conditions/{point}/met", forms::condition_met)
        .post("/approvals/{id}/break-glass", forms::break_glass)
        .post("/approvals/{id}/review", forms::review)
        .post("/approvals/{id}/lift-block", forms::lift_block)
        .get("/models/{model}/{version}/approval", asking::show)
        .post("/models/{model}/{version}/approval", asking::ask)
}

/// Where a request is shown.
fn href(id: uuid::Uuid) -> String {
    format!("/approvals/{id}")
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct Filter {
    #[serde(skip_serializing_if = "String::is_empty")]
    state: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    team: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    model: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
}

impl Filter {
    fn search(&self) -> Search {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Search {
            state: given(&self.state),
            team: given(&self.team),
            model: given(&self.model),
            ..Search::default()
        }
    }

    fn is_empty(&self) -> bool {
        self.state.is_empty() && self.team.is_empty() && self.model.trim().is_empty()
    }

    fn href(&self, after: Option<String>) -> String {
        let query = serde_html_form::to_string(Self { after, ..self.clone() }).unwrap_or_default();
        format!("/approvals?{query}")
    }
}

async fn list(State(app): State<App>, page: Page, Query(filter): Query<Filter>) -> Result<Response, Error> {
    let window = Window::new(None, filter.after.clone());
    let (found, errors) = match service::list(&app, &page.caller, &filter.search(), &window).await {
        Ok(found) => (found, Vec::new()),
        Err(Error::Invalid(errors)) => (Listing { items: Vec::new(), next: None }, errors),
        Err(other) => return Err(other),
    };
    let wrong = !errors.is_empty();
    let view = gather(&app, &page.caller, filter, found, errors).await?;
    let body = move || view! { <ApprovalsPage view /> };
    Ok(if wrong { page.invalid("Approvals", body) } else { page.render("Approvals", body) })
}

async fn gather(
    app: &App,
    caller: &Caller,
    filter: Filter,
    found: Listing<service::Listed>,
    errors: Vec<FieldError>,
) -> Result<ApprovalsView, Error> {
    let lines = Lines::of(app, caller).await?;
    let is_first = filter.after.is_none();
    let (mut waiting, mut open) = (Vec::new(), Vec::new());
    if filter.is_empty() && is_first {
        let mine = service::waiting(app, caller).await?;
        let all_open = Search { state: Some("open".to_owned()), ..Search::default() };
        let others = service::list(app, caller, &all_open, &Window::default()).await?.items;
        for listed in others {
            if !mine.iter().any(|known| known.kept.row.id == listed.kept.row.id) {
                open.push(lines.line(app, &listed).await?);
            }
        }
        for listed in &mine {
            waiting.push(lines.line(app, listed).await?);
        }
    }
    let mut all = Vec::new();
    for listed in &found.items {
        all.push(lines.line(app, listed).await?);
    }
    Ok(ApprovalsView {
        waiting,
        open,
        lines: all,
        teams: lines
            .teams
            .iter()
            .map(|team| SelectOption::new(team.slug.clone(), team.name.clone()))
            .collect(),
        next: found.next.map(|next| filter.href(Some(next))),
        first: (!is_first).then(|| filter.href(None)),
        filter: ApprovalsFilter {
            state: filter.state,
            team: filter.team,
            model: filter.model,
            errors: form_errors(errors),
        },
        decides: caller.principal.may_somewhere(Permission::DecideApprovals),
    })
}

/// What waits for somebody, for the first page.
///
/// # Errors
/// Those of the database.
pub async fn today(app: &App, caller: &Caller) -> Result<Vec<Errand>, Error> {
    let mut errands = Vec::new();
    for listed in service::waiting(app, caller).await? {
        let row = &listed.kept.row;
        let what = format!("{} {}", row.model, row.version);
        let until = listed.kept.approval.until().map(shown::day).unwrap_or_default();
        for waits in &listed.waits {
            let (what, about, state) = match waits {
                WaitsFor::Review(by) => (
                    format!("Review the emergency of {what}"),
                    format!("{}, due {}", row.environment, shown::day(*by)),
                    Errand::REVIEW,
                ),
                WaitsFor::Decision { on_behalf_of, .. } => {
                    let whom =
                        on_behalf_of.as_ref().map(|(_, name)| format!(" for {name}")).unwrap_or_default();
                    (
                        format!("Decide about {what}{whom}"),
                        format!("{}, open until {until}", row.environment),
                        Errand::DECIDE,
                    )
                }
            };
            errands.push(Errand { what, href: href(row.id), about, state });
        }
    }
    Ok(errands)
}
