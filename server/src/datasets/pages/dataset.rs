//! One dataset, and registering a version of it.

use super::view::{Words, dataset_href, people, use_line, version_href, version_link, wrong};
use crate::App;
use crate::datasets::service::{self, DatasetLineage, NewVersion};
use crate::datasets::store::{DeclaredRow, UsageRow, VersionRow};
use crate::error::Error;
use crate::findings::pages::finding_line;
use crate::findings::store::{self as findings_store, FindingRow};
use crate::http::{Caller, Form, Page, Path};
use crate::ledger::trail;
use assay_app::components::{day, when};
use assay_app::datasets::{
    DatasetPage, DatasetView, PurposeLine, SawLine, UseLine, VersionForm, VersionLine,
};
use assay_app::findings::FindingLine;
use assay_domain::access::Permission;
use assay_domain::datasets::{NodeKind, Saw};
use assay_domain::models::VersionRef;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// How many uses are shown one by one.
const USES: usize = 25;

pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
) -> Result<Response, Error> {
    let data = gather(&app, &page.caller, id).await?;
    let title = data.terms.name.to_string();
    Ok(page.render(&title, move || view! { <DatasetPage data form=VersionForm::default() /> }))
}

async fn gather(app: &App, caller: &Caller, id: Uuid) -> Result<DatasetView, Error> {
    let lineage = service::lineage(app, caller, id).await?;
    let row = &lineage.dataset;
    let name = row.full_name();
    let words = Words::of(app, people(&lineage.usages)).await?;
    let versions = service::version_list(app, caller, id).await?;
    let now = app.clock.now();
    let findings = findings_store::findings_of_dataset(&mut app.db.read().await?, &name).await?;
    let sees = caller.may(Permission::ReadFindings, Some(row.team_id));
    let may = |permission| caller.may(permission, Some(row.team_id));
    let query = [("action", "data_usage.recorded"), ("q", &format!("\"{name}\""))];
    let trail = serde_html_form::to_string(query).map(|query| format!("/audit?{query}")).ok();
    let records = row.archived_at.is_none() && caller.principal.may_somewhere(Permission::RecordUsage);
    let at = [("namespace", name.namespace.as_str()), ("name", name.name.as_str())];
    let record = serde_html_form::to_string(at).map(|query| format!("/datasets/record?{query}")).ok();
    Ok(DatasetView {
        href: dataset_href(id),
        terms: row.terms()?,
        description: row.description.clone(),
        team: (words.team(row.team_id), words.team_href(row.team_id)),
        archived: row.archived_at.map(when),
        today: app.clock.now().date_naive(),
        purposes: purposes(&lineage)?,
        saw: saw(&lineage.saw, &lineage.declared),
        uses: uses(app, caller, &lineage, &findings, &words, &versions).await?,
        all_uses: lineage.usages.len(),
        trail: trail.filter(|_| caller.principal.may_somewhere(Permission::ReadAudit)),
        findings: sees.then(|| finding_lines(&findings, caller, &words, now)).transpose()?,
        links: links(&lineage),
        undrawn: undrawn(lineage.drawn),
        graph: lineage.graph,
        versions: versions.into_iter().map(version_line).collect(),
        may_manage: may(Permission::ManageDatasets),
        record: record.filter(|_| records),
    })
}

fn version_line(row: VersionRow) -> VersionLine {
    VersionLine {
        version: row.version,
        digest: row.digest,
        location: row.location,
        when: when(row.registered_at),
    }
}

/// What is not settled comes first, each part the newest first.
fn finding_lines(
    rows: &[FindingRow],
    caller: &Caller,
    words: &Words,
    now: DateTime<Utc>,
) -> Result<Vec<FindingLine>, Error> {
    let settled = |row: &&FindingRow| matches!(row.state_name.as_str(), "resolved" | "risk_accepted");
    let (done, open): (Vec<_>, Vec<_>) = rows.iter().partition(settled);
    open.into_iter().chain(done).map(|row| finding_line(row, caller, words, now)).collect()
}

/// Uses by purpose: what is allowed first, also where nobody used it for that.
fn purposes(lineage: &DatasetLineage) -> Result<Vec<PurposeLine>, Error> {
    let mut used: BTreeMap<&str, Vec<&UsageRow>> = BTreeMap::new();
    for row in &lineage.usages {
        used.entry(&row.purpose).or_default().push(row);
    }
    let allowed = lineage.dataset.terms()?.purposes;
    let others: Vec<String> =
        used.keys().filter(|purpose| !allowed.contains(**purpose)).map(ToString::to_string).collect();
    let line = |purpose: String, allowed| {
        let rows = used.get(purpose.as_str()).map(Vec::as_slice).unwrap_or_default();
        let times = || rows.iter().map(|row| row.at);
        let day = |at: DateTime<Utc>| day(at.date_naive());
        PurposeLine {
            allowed,
            uses: u64::try_from(rows.len()).unwrap_or(u64::MAX),
            rows: rows.iter().map(|row| row.row_count.map(i64::unsigned_abs)).sum(),
            first: times().min().map(day),
            last: times().max().map(day),
            purpose,
        }
    };
    let allowed = allowed.into_iter().map(|purpose| line(purpose, true));
    Ok(allowed.chain(others.into_iter().map(|purpose| line(purpose, false))).collect())
}

/// What is on record and what is declared, by version.
fn saw(recorded: &[Saw], declared: &[DeclaredRow]) -> Vec<SawLine> {
    let mut said: BTreeMap<VersionRef, BTreeSet<String>> = BTreeMap::new();
    for row in declared {
        said.entry(row.version_ref())
            .or_default()
            .insert(format!("{} ({})", row.dataset_version, row.used_for));
    }
    let day = |at: DateTime<Utc>| day(at.date_naive());
    let mut lines: Vec<(VersionRef, SawLine)> = Vec::new();
    for saw in recorded {
        let declared = match saw.by_way_of {
            None => said.remove(&saw.version).unwrap_or_default(),
            Some(_) => BTreeSet::new(),
        };
        let line = SawLine {
            version: version_link(&saw.version),
            by_way_of: saw.by_way_of.as_ref().map(ToString::to_string),
            purposes: saw.purposes.iter().cloned().collect(),
            between: Some((day(saw.first), day(saw.last))),
            declared: declared.into_iter().collect(),
        };
        lines.push((saw.version.clone(), line));
    }
    for (version, declared) in said {
        let line = SawLine {
            version: version_link(&version),
            by_way_of: None,
            purposes: Vec::new(),
            between: None,
            declared: declared.into_iter().collect(),
        };
        lines.push((version, line));
    }
    lines.sort_by(|(a, _), (b, _)| a.cmp(b));
    lines.into_iter().map(|(_, line)| line).collect()
}

async fn uses(
    app: &App,
    caller: &Caller,
    lineage: &DatasetLineage,
    findings: &[FindingRow],
    words: &Words,
    versions: &[VersionRow],
) -> Result<Vec<UseLine>, Error> {
    let named: HashMap<String, String> =
        versions.iter().map(|row| (row.digest.clone(), row.version.clone())).collect();
    let newest = lineage.usages.get(..USES).unwrap_or(&lineage.usages);
    let events: Vec<Uuid> = newest.iter().map(|row| row.ledger_event).collect();
    let indices = trail::indices_of(&mut app.db.read().await?, &events).await?;
    let line = |row: &UsageRow| {
        let opens = caller.may(Permission::ReadAudit, Some(row.team_id));
        let entry = indices.get(&row.ledger_event).filter(|_| opens).map(|index| format!("/audit/{index}"));
        Ok(UseLine { entry, ..use_line(row, findings, words, &named)? })
    };
    newest.iter().map(line).collect()
}

/// Pages of the versions that are drawn.
fn links(lineage: &DatasetLineage) -> BTreeMap<String, String> {
    let versions = lineage.saw.iter().map(|saw| saw.version.clone());
    let declared = lineage.declared.iter().map(DeclaredRow::version_ref);
    let node = |version: &VersionRef| format!("{}:{version}", NodeKind::Version);
    versions.chain(declared).map(|version| (node(&version), version_href(&version))).collect()
}

fn undrawn((all, drawn): (usize, usize)) -> Option<String> {
    (drawn < all)
        .then(|| format!("The newest {drawn} of {all} versions are drawn; the table above has all of them."))
}

#[derive(Clone, Deserialize)]
pub(super) struct NewVersionForm {
    version: String,
    digest: String,
    location: String,
}

impl NewVersionForm {
    fn to_new(&self) -> Result<NewVersion, Error> {
        let digest = self.digest.trim().parse();
        let digest = digest.map_err(|wrong: assay_domain::datasets::InvalidDatasetDigest| {
            Error::invalid("/digest", wrong.to_string())
        })?;
        let version = self.version.trim().to_owned();
        Ok(NewVersion { version, digest, location: Some(self.location.clone()) })
    }
}

pub(super) async fn register_version(
    State(app): State<App>,
    page: Page,
    Path(id): Path<Uuid>,
    Form(form): Form<NewVersionForm>,
) -> Result<Response, Error> {
    let registered = match form.to_new() {
        Ok(new) => service::register_version(&app, &page.caller, id, new).await,
        Err(error) => {
            // Who may not register anything learns that first.
            let row = service::get(&app, &page.caller, id).await?;
            page.caller.require(Permission::ManageDatasets, Some(row.team_id))?;
            Err(error)
        }
    };
    match registered {
        Ok(registered) => {
            let words = format!("Version {} is registered.", registered.version.version);
            Ok(page.redirect(&format!("{}#versions", dataset_href(id)), &words))
        }
        Err(error) => {
            let errors = wrong(error)?;
            let data = gather(&app, &page.caller, id).await?;
            let NewVersionForm { version, digest, location } = form;
            let form = VersionForm { version, digest, location, errors };
            let title = data.terms.name.to_string();
            Ok(page.invalid(&title, move || view! { <DatasetPage data form /> }))
        }
    }
}
