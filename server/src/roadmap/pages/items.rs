//! One item, and the forms that work on it.

use assay_app::components::FieldError;
use assay_app::roadmap::{EvidenceForm, ItemForm, ItemPage};
use assay_domain::assessments::EvidenceKind;
use assay_domain::roadmap::ItemStatus;
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

use super::item_scene::gather;
use super::query::RoadmapQuery;
use super::{draw, explained, href, revision};
use crate::App;
use crate::error::Error;
use crate::http::{Caller, Form, Page, Path};
use crate::roadmap::service::{self, ItemChange, NewEvidence};
use crate::teams::service as teams;
use crate::teams::store::TeamRow;

type At = (String, Uuid);

pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path((team, id)): Path<At>,
) -> Result<Response, Error> {
    let team = team_of(&app, &page.caller, &team, id).await?;
    let (title, view) = gather(&app, &page.caller, &team, id).await?;
    Ok(page.render(&title, move || view! { <ItemPage view form=ItemForm::default() /> }))
}

/// The team in the address, when the item is one of its.
async fn team_of(app: &App, caller: &Caller, team: &str, id: Uuid) -> Result<TeamRow, Error> {
    let team = teams::get(app, caller, team).await?;
    let item = crate::roadmap::store::item(&mut app.db.read().await?, id).await?;
    item.filter(|item| item.team_id == team.id).ok_or(Error::NotFound)?;
    Ok(team)
}

fn item_href(team: &TeamRow, id: Uuid) -> String {
    format!("{}/items/{id}", href(team))
}

/// Shows the page again with what was typed and what is wrong.
async fn again(app: &App, page: Page, team: TeamRow, id: Uuid, form: ItemForm) -> Result<Response, Error> {
    let (title, view) = gather(app, &page.caller, &team, id).await?;
    Ok(page.invalid(&title, move || view! { <ItemPage view form /> }))
}

#[derive(Deserialize)]
pub(super) struct ChangeForm {
    status: Option<String>,
    owner: Option<String>,
    due: Option<String>,
    comment: Option<String>,
    revision: Option<String>,
    /// `board` where the form stands on a card.
    back: Option<String>,
}

impl ChangeForm {
    fn to_change(&self) -> Result<ItemChange, Error> {
        let status = self.status.as_deref().map(str::parse::<ItemStatus>).transpose();
        let owner = self.owner.as_deref().map(|owner| match owner {
            "" => Ok(None),
            id => id.parse().map(Some).map_err(|_| Error::invalid("/owner", "choose a member of the team")),
        });
        let due = self.due.as_deref().map(|due| match due.trim() {
            "" => Ok(None),
            day => day.parse().map(Some).map_err(|_| Error::invalid("/due", format!("{day:?} is no day"))),
        });
        Ok(ItemChange {
            status: status.map_err(|unknown| Error::invalid("/status", unknown.to_string()))?,
            owner: owner.transpose()?,
            due: due.transpose()?,
            comment: self.comment.clone(),
            seen: self.revision.as_deref().map(revision).transpose()?,
        })
    }
}

pub(super) async fn change(
    State(app): State<App>,
    page: Page,
    Path((team, id)): Path<At>,
    Form(form): Form<ChangeForm>,
) -> Result<Response, Error> {
    let team = team_of(&app, &page.caller, &team, id).await?;
    let changed = match form.to_change() {
        Ok(change) => service::change(&app, &page.caller, id, change).await,
        Err(error) => Err(error),
    };
    let on_board = form.back.as_deref() == Some("board");
    match changed {
        Ok(item) => {
            let status: ItemStatus = item.status.parse().map_err(Error::internal)?;
            let words = format!("{}: {}.", item.code, status.label().to_lowercase());
            let at = if on_board {
                format!("{}?view=board#card-{}", href(&team), item.code)
            } else {
                item_href(&team, id)
            };
            Ok(page.redirect(&at, if on_board { &words } else { "The item is saved." }))
        }
        Err(error) => {
            let refused = explained(error)?;
            if on_board {
                // The fields of a card are not on the page that is drawn: what is wrong stands at its top.
                let refused = refused
                    .into_iter()
                    .map(|error| FieldError::new("", super::scene::sentence(&error.message)));
                return draw(&app, page, team, RoadmapQuery::of_view("board"), refused.collect()).await;
            }
            let at_own_field = |error: FieldError| match error.field.as_str() {
                "comment" => FieldError::new("reason", error.message),
                _ => error,
            };
            let errors = refused.into_iter().map(at_own_field).collect();
            let ChangeForm { status, owner, due, .. } = form;
            again(&app, page, team, id, ItemForm { status, owner, due, errors, ..ItemForm::default() }).await
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Comment {
    comment: String,
}

pub(super) async fn comment(
    State(app): State<App>,
    page: Page,
    Path((team, id)): Path<At>,
    Form(Comment { comment }): Form<Comment>,
) -> Result<Response, Error> {
    let team = team_of(&app, &page.caller, &team, id).await?;
    match service::comment(&app, &page.caller, id, &comment).await {
        Ok(_) => Ok(page.redirect(&format!("{}#comments", item_href(&team, id)), "The comment is written.")),
        Err(error) => {
            let form = ItemForm { comment, errors: explained(error)?, ..ItemForm::default() };
            again(&app, page, team, id, form).await
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Attach {
    uri: String,
    expires: String,
    sha256: String,
}

impl Attach {
    fn to_new(&self) -> Result<NewEvidence, Error> {
        let expires = match self.expires.trim() {
            "" => None,
            day => Some(day.parse().map_err(|_| Error::invalid("/expires", format!("{day:?} is no day")))?),
        };
        let sha256 = Some(self.sha256.trim().to_ascii_lowercase()).filter(|digest| !digest.is_empty());
        Ok(NewEvidence { uri: self.uri.clone(), sha256, kind: EvidenceKind::Artefact, expires })
    }
}

pub(super) async fn attach(
    State(app): State<App>,
    page: Page,
    Path((team, id)): Path<At>,
    Form(typed): Form<Attach>,
) -> Result<Response, Error> {
    let team = team_of(&app, &page.caller, &team, id).await?;
    let attached = match typed.to_new() {
        Ok(new) => service::attach(&app, &page.caller, id, new).await,
        Err(error) => Err(error),
    };
    match attached {
        Ok(_) => {
            let words = "The evidence is attached. Somebody else reviews it.";
            Ok(page.redirect(&format!("{}#evidence", item_href(&team, id)), words))
        }
        Err(error) => {
            let Attach { uri, expires, sha256 } = typed;
            let evidence = EvidenceForm { uri, sha256, expires };
            let form = ItemForm { evidence, errors: explained(error)?, ..ItemForm::default() };
            again(&app, page, team, id, form).await
        }
    }
}

pub(super) async fn detach(
    State(app): State<App>,
    page: Page,
    Path((team, id, piece)): Path<(String, Uuid, Uuid)>,
) -> Result<Response, Error> {
    let team = team_of(&app, &page.caller, &team, id).await?;
    match service::detach(&app, &page.caller, id, piece).await {
        Ok(()) => {
            Ok(page.redirect(&format!("{}#evidence", item_href(&team, id)), "The evidence is taken off."))
        }
        Err(error) => {
            let form = ItemForm { errors: explained(error)?, ..ItemForm::default() };
            again(&app, page, team, id, form).await
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Review {
    decision: Option<String>,
    reason: String,
}

pub(super) async fn review(
    State(app): State<App>,
    page: Page,
    Path((team, id, piece)): Path<(String, Uuid, Uuid)>,
    Form(Review { decision, reason }): Form<Review>,
) -> Result<Response, Error> {
    let team = team_of(&app, &page.caller, &team, id).await?;
    let decided = match decision.as_deref() {
        Some("accept") => service::review(&app, &page.caller, id, piece, true, &reason).await,
        Some("reject") => service::review(&app, &page.caller, id, piece, false, &reason).await,
        _ => Err(Error::invalid("/decision", "choose whether it shows it")),
    };
    match decided {
        Ok(row) => {
            let words = if row.is_accepted() {
                "Accepted. The team can update the answer now."
            } else {
                "Not accepted. The team sees why."
            };
            Ok(page.redirect(&item_href(&team, id), words))
        }
        Err(error) => {
            let at_own_field = |error: FieldError| match error.field.as_str() {
                "" => error,
                field => FieldError::new(format!("{field}-{piece}"), super::scene::sentence(&error.message)),
            };
            let errors = explained(error)?.into_iter().map(at_own_field).collect();
            again(&app, page, team, id, ItemForm { errors, ..ItemForm::default() }).await
        }
    }
}

pub(super) async fn take_over(
    State(app): State<App>,
    page: Page,
    Path((team, id)): Path<At>,
) -> Result<Response, Error> {
    let team = team_of(&app, &page.caller, &team, id).await?;
    match service::take_over(&app, &page.caller, id).await {
        Ok(taken) => {
            let words = if taken.is_new {
                format!(
                    "The next assessment is started with the latest answers; {} is updated in it.",
                    taken.code
                )
            } else {
                format!("The answer to {} is updated.", taken.code)
            };
            Ok(page.redirect(&href(&team), &words))
        }
        Err(error) => {
            let form = ItemForm { errors: explained(error)?, ..ItemForm::default() };
            again(&app, page, team, id, form).await
        }
    }
}
