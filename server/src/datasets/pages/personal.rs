//! Who used personal data in a quarter, for what: as a page and as a table for spreadsheets.

use super::view::{dataset_href, version_link};
use crate::App;
use crate::datasets::service::{self, Personal};
use crate::datasets::store;
use crate::error::Error;
use crate::http::{Caller, Page, Query};
use assay_app::datasets::{Link, PersonalLine, PersonalPage};
use assay_domain::access::Permission;
use assay_domain::csv::line;
use assay_domain::datasets::{DatasetName, Quarter};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use leptos::prelude::*;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// How many quarters there are to choose from.
const QUARTERS: usize = 12;

#[derive(Debug, Default, Deserialize)]
pub(super) struct InQuarter {
    quarter: Option<Quarter>,
}

pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Query(InQuarter { quarter }): Query<InQuarter>,
) -> Result<Response, Error> {
    let personal = service::personal(&app, &page.caller, quarter).await?;
    let open = open(&app, &page.caller, &personal).await?;
    let uses = personal.uses.iter().map(|one| PersonalLine {
        who: personal.user(&one.by),
        dataset: Link::new(one.dataset.to_string(), open.get(&one.dataset).copied().map(dataset_href)),
        classification: one.classification,
        purpose: one.purpose.clone(),
        versions: one.versions.iter().map(version_link).collect(),
        uses: one.uses,
        rows: one.rows,
    });
    let uses: Vec<_> = uses.collect();
    let now = Quarter::of(app.clock.now().date_naive());
    let quarter = personal.quarter;
    let href = |quarter: Quarter| format!("/datasets/personal?quarter={quarter}");
    let before = quarter.before().map(href);
    let after = quarter.after().filter(|after| *after <= now).map(href);
    let quarters: Vec<String> = choices(now, quarter).iter().rev().map(ToString::to_string).collect();
    let quarter = quarter.to_string();
    let title = format!("Personal data, {quarter}");
    Ok(page.render(&title, move || view! { <PersonalPage quarter quarters uses before after /> }))
}

/// The latest quarters, and the one that is shown.
fn choices(now: Quarter, shown: Quarter) -> BTreeSet<Quarter> {
    let latest = std::iter::successors(Some(now), |quarter| quarter.before()).take(QUARTERS);
    latest.chain([shown]).collect()
}

/// The datasets that the visitor may open.
async fn open(app: &App, caller: &Caller, personal: &Personal) -> Result<BTreeMap<DatasetName, Uuid>, Error> {
    let names: BTreeSet<&DatasetName> = personal.uses.iter().map(|one| &one.dataset).collect();
    let rows = store::datasets_named(&mut app.db.read().await?, names).await?;
    let may_open = |row: &store::DatasetRow| caller.may(Permission::ReadDatasets, Some(row.team_id));
    Ok(rows.into_iter().filter(may_open).map(|row| (row.full_name(), row.id)).collect())
}

const HEAD: [&str; 9] =
    ["quarter", "who", "kind", "dataset", "classification", "purpose", "versions", "uses", "rows"];

pub(super) async fn table(
    State(app): State<App>,
    page: Page,
    Query(InQuarter { quarter }): Query<InQuarter>,
) -> Result<Response, Error> {
    let personal = service::personal(&app, &page.caller, quarter).await?;
    let mut text = line(&HEAD.map(str::to_owned));
    for one in &personal.uses {
        let kind = match one.by {
            assay_domain::datasets::UsedBy::Person { .. } => "person",
            assay_domain::datasets::UsedBy::Job { .. } => "job",
        };
        let versions: Vec<_> = one.versions.iter().map(ToString::to_string).collect();
        text += &line(&[
            personal.quarter.to_string(),
            personal.user(&one.by),
            kind.to_owned(),
            one.dataset.to_string(),
            one.classification.to_string(),
            one.purpose.clone(),
            versions.join("; "),
            one.uses.to_string(),
            one.rows.map(|rows| rows.to_string()).unwrap_or_default(),
        ]);
    }
    let disposition = format!("attachment; filename=\"personal-data-{}.csv\"", personal.quarter);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, text).into_response())
}
