//! The result, beside earlier ones.

use assay_app::assessments::{Earlier, ResultPage, ResultView};
use assay_app::charts::TrendPoint;
use assay_app::components::SelectOption;
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

use super::service;
use super::{Scene, date};
use crate::App;
use crate::assessments::store::{AssessmentRow, SnapshotRow};
use crate::error::Error;
use crate::http::{Page, Path, Query};

#[derive(Deserialize)]
pub(super) struct With {
    with: Option<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
    Query(With { with }): Query<With>,
) -> Result<Response, Error> {
    let scene = Scene::of(&app, &page.caller, id).await?;
    let team = scene.assessment.row.team_id;
    let outcome = service::outcome(&app, &scene.assessment)?;
    let history = service::history(&app, &page.caller, team).await?;
    let titles = service::list(&app, &page.caller, team).await?;
    let shown = outcome.locked.as_ref().map(key);
    let earlier: Vec<&SnapshotRow> = history
        .iter()
        .filter(|row| {
            Some(key(row)) != shown
                && outcome.locked.as_ref().is_none_or(|locked| row.locked_at < locked.locked_at)
        })
        .collect();
    let chosen =
        with.filter(|with| !with.is_empty()).and_then(|with| earlier.iter().find(|row| key(row) == with));
    let locked = outcome.locked.as_ref().map(|row| {
        let (day, name) = (date(row.locked_at.date_naive()), scene.people.name(row.locked_by));
        format!("Locked on {day} by {name}.")
    });
    let view = ResultView {
        bank: scene.assessment.bank.clone(),
        card: outcome.card,
        locked,
        points: history.iter().map(point).collect(),
        with: chosen.map(|row| earlier_result(row, &titles)).transpose()?,
        earlier: earlier.iter().rev().map(|row| option(row, &titles)).collect(),
    };
    let heading = scene.heading;
    let title = format!("Result, {}", heading.title);
    Ok(page.render(&title, move || view! { <ResultPage heading view /> }))
}

/// What a locked result is called in an address.
fn key(row: &SnapshotRow) -> String {
    format!("{}.{}", row.assessment_id, row.revision)
}

fn title(row: &SnapshotRow, titles: &[AssessmentRow]) -> String {
    titles
        .iter()
        .find(|known| known.id == row.assessment_id)
        .map(|known| known.title.clone())
        .unwrap_or_default()
}

fn option(row: &SnapshotRow, titles: &[AssessmentRow]) -> SelectOption {
    SelectOption::new(
        key(row),
        format!("{}, locked {}", title(row, titles), date(row.locked_at.date_naive())),
    )
}

fn earlier_result(row: &SnapshotRow, titles: &[AssessmentRow]) -> Result<Earlier, Error> {
    let card = serde_json::from_str(&row.result).map_err(|error| {
        Error::internal(format!("table assessment_snapshot, column result, row {}: {error}", key(row)))
    })?;
    Ok(Earlier { id: key(row), title: title(row, titles), card })
}

/// A locked level as a point of the trend.
pub(super) fn point(row: &SnapshotRow) -> TrendPoint {
    let level = |level: i64| u8::try_from(level).unwrap_or_default();
    TrendPoint { date: row.as_of, claimed: level(row.claimed), supported: level(row.supported) }
}
