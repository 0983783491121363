//! The matrix on a day.

use assay_app::ownership::{CellPerson, MatrixGroup, MatrixPage, MatrixRow, MatrixView};
use assay_domain::access::Permission;
use assay_domain::ownership::{Holding, Part, Recorded, Thing, held_on};
use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use leptos::prelude::*;
use serde::Deserialize;

use super::service::{self, Ownership};
use crate::App;
use crate::assessments::pages::date;
use crate::error::{Error, FieldError};
use crate::http::{Caller, Page, Path, Query};

#[derive(Deserialize)]
pub(super) struct OnDay {
    /// Empty when the field was emptied.
    on: Option<String>,
}

impl OnDay {
    fn day(&self, today: NaiveDate) -> Result<NaiveDate, Error> {
        let wrong = |_| Error::BadRequest(FieldError::new("/on", "Write the day as 2026-11-21."));
        match self.on.as_deref().unwrap_or_default() {
            "" => Ok(today),
            text => text.parse().map_err(wrong),
        }
    }
}

pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path(team): Path<String>,
    Query(on): Query<OnDay>,
) -> Result<Response, Error> {
    let ownership = service::get(&app, &page.caller, &team).await?;
    let day = on.day(ownership.today)?;
    let view = matrix(&ownership, day, &page.caller)?;
    let title = format!("Ownership, {}", ownership.team.name);
    Ok(page.render(&title, move || view! { <MatrixPage view /> }))
}

fn matrix(ownership: &Ownership, day: NaiveDate, caller: &Caller) -> Result<MatrixView, Error> {
    let may = |permission| caller.may(permission, Some(ownership.team.id));
    let href = format!("{}/ownership", super::href(&ownership.team));
    let holdings: Vec<&Recorded> = held_on(&ownership.history, day).collect();
    let groups = ownership.groups(&ownership.on(day), &[]).into_iter().map(|(title, things)| {
        let rows = things.iter().map(|thing| row(ownership, &holdings, thing)).collect();
        MatrixGroup { title, rows }
    });
    Ok(MatrixView {
        day: day.to_string(),
        day_words: date(day),
        is_today: day == ownership.today,
        roles: super::roles(ownership)?,
        groups: groups.collect(),
        edit: may(Permission::ManageOwnership).then(|| format!("{href}/edit")),
        report: may(Permission::ExportAudit).then(|| format!("{href}.pdf?on={day}")),
        nav: super::nav(ownership)?,
    })
}

fn row(ownership: &Ownership, holdings: &[&Recorded], thing: &Thing) -> MatrixRow {
    let ground = &ownership.ground;
    let of: Vec<&&Recorded> = holdings.iter().filter(|row| row.holding.held.thing == *thing).collect();
    let cell = |role: &str| {
        let mut people: Vec<CellPerson> = of
            .iter()
            .filter(|row| row.holding.held.role == role)
            .map(|Recorded { id, holding }| CellPerson {
                name: ground.name(holding.held.person).to_owned(),
                part: holding.held.part,
                time: time(holding),
                left: !ground.can_hold(holding.held.person),
                waits: ownership.waiting.contains(id),
            })
            .collect();
        people.sort_by(|a, b| (a.part, &a.name).cmp(&(b.part, &b.name)));
        people
    };
    MatrixRow {
        title: ground.title(thing).to_owned(),
        answered_for: of.iter().any(|row| row.holding.held.part == Part::Accountable),
        cells: ground.roles.iter().map(|role| cell(&role.id)).collect(),
    }
}

fn time(holding: &Holding) -> String {
    match holding.until {
        None => format!("since {}", date(holding.from)),
        Some(until) => format!("{} to {}", date(holding.from), date(until)),
    }
}
