//! The list of datasets.

use super::view::{Words, choices, dataset_href};
use crate::App;
use crate::datasets::service;
use crate::datasets::store::{self, CountsRow, DatasetFilter, DatasetRow};
use crate::error::Error;
use crate::http::{Page, Query};
use crate::teams::service as teams;
use crate::teams::store::TeamRow;
use assay_app::components::when;
use assay_app::datasets::{DatasetFilterForm, DatasetLine, DatasetsPage};
use assay_domain::access::{Permission, Reach};
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// Datasets on a page.
const LINES: usize = 50;

/// What the list is filtered by; empty narrows nothing, because forms send empty fields too.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Chosen {
    #[serde(skip_serializing_if = "String::is_empty")]
    q: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    team: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    classification: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    findings: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    state: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    after: String,
}

impl Chosen {
    fn filter(&self, teams: &[TeamRow]) -> DatasetFilter {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        // A team that is not among those to choose from has nothing to show.
        let team = given(&self.team)
            .map(|slug| teams.iter().find(|team| team.slug == slug).map_or(Uuid::nil(), |t| t.id));
        let after = self.after.split_once(' ');
        DatasetFilter {
            reach: Reach::nowhere(),
            team,
            classification: given(&self.classification),
            with_findings: !self.findings.is_empty(),
            archived: self.state == "archived",
            text: given(&self.q),
            after: after.map(|(namespace, name)| (namespace.to_owned(), name.to_owned())),
        }
    }

    fn address(&self, after: &str) -> String {
        let query = serde_html_form::to_string(Self { after: after.to_owned(), ..self.clone() });
        format!("/datasets?{}", query.unwrap_or_default())
    }
}

pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Error> {
    let teams = teams::list(&app, &page.caller).await?;
    let fetch = i64::try_from(LINES + 1).unwrap_or(i64::MAX);
    let mut rows = service::list(&app, &page.caller, chosen.filter(&teams), fetch).await?;
    let more = rows.len() > LINES;
    rows.truncate(LINES);
    let next =
        rows.last().filter(|_| more).map(|row| chosen.address(&format!("{} {}", row.namespace, row.name)));
    let first = (!chosen.after.is_empty()).then(|| chosen.address(""));
    let datasets = lines(&app, rows).await?;
    let somewhere = |permission| page.caller.principal.may_somewhere(permission);
    let (may_register, may_record) =
        (somewhere(Permission::ManageDatasets), somewhere(Permission::RecordUsage));
    let Chosen { q, team, classification, findings, state, after: _ } = chosen;
    let filter = DatasetFilterForm { q, team, classification, findings, state };
    let teams = choices(teams);
    Ok(page.render("Data", move || {
        view! { <DatasetsPage datasets filter teams may_register may_record next first /> }
    }))
}

async fn lines(app: &App, rows: Vec<DatasetRow>) -> Result<Vec<DatasetLine>, Error> {
    let words = Words::of(app, BTreeSet::new()).await?;
    let counts = store::counts(&mut app.db.read().await?, rows.iter().map(|row| row.id)).await?;
    let counts: HashMap<Uuid, CountsRow> = counts.into_iter().map(|row| (row.id, row)).collect();
    let line = |row: DatasetRow| {
        let used = counts.get(&row.id);
        Ok(DatasetLine {
            name: row.full_name().to_string(),
            href: dataset_href(row.id),
            team: words.team(row.team_id),
            classification: row.terms()?.classification,
            uses: used.map_or(0, |used| used.uses.unsigned_abs()),
            last_used: used.and_then(|used| used.last_used).map(when),
            findings: used.map_or(0, |used| used.open_findings.unsigned_abs()),
        })
    };
    rows.into_iter().map(line).collect()
}
