//! Findings about operations: what machines that watch a version report. The same again is the same finding.
//!
//! That it is over is a report like the first: it is shown, and closes nothing. A person resolves the finding.

use std::sync::Arc;

use assay_domain::access::Permission;
use assay_domain::datasets::Severity;
use assay_domain::findings::{About, FindingHappened, FindingKind};
use assay_domain::names::is_name;
use futures::FutureExt;
use uuid::Uuid;

use super::checked_text;
use super::work::keep;
use crate::App;
use crate::db::Tx;
use crate::error::{Error, FieldError};
use crate::findings::control::begin;
use crate::findings::store::{self, FindingRow};
use crate::http::Caller;
use crate::models::service as models;
use crate::models::store::FoundRow;

/// What a machine reports.
#[derive(Clone, Debug)]
pub struct Report {
    /// What is wrong: one of those about operations.
    pub kind: FindingKind,
    /// The model.
    pub model: String,
    /// Its version.
    pub version: String,
    /// Where it runs.
    pub environment: String,
    /// What tells several of the same kind apart, such as the name of the monitor.
    pub key: Option<String>,
    /// How bad it is.
    pub severity: Severity,
    /// What was seen, in a sentence.
    pub message: String,
    /// Whether it is over.
    pub over: bool,
}

/// Takes a report. Gives the finding, and whether it was opened now.
///
/// # Errors
/// [`Error::Invalid`] naming the field; [`Error::Hidden`], [`Error::Forbidden`]; [`Error::Conflict`] when something
/// is over that nobody reported.
pub async fn report(app: &App, caller: &Caller, report: Report) -> Result<(FindingRow, bool), Error> {
    if !caller.principal.may_somewhere(Permission::ReportFindings) {
        return Err(Error::Forbidden(Permission::ReportFindings));
    }
    let report = checked(report)?;
    let given = Arc::new((caller.clone(), report));
    let written = app.db.write(move |tx| {
        let given = given.clone();
        async move { take(tx, &given.0, &given.1).await }.boxed()
    });
    Ok(written.await?.value)
}

fn checked(report: Report) -> Result<Report, Error> {
    let mut wrong = Vec::new();
    if report.kind.about() != About::Operations {
        wrong.push(FieldError::new("/kind", "must be alert, drift, silence or moved_alias"));
    }
    let mut name = |text: &str, pointer: &str, most: usize| {
        if !is_name(text, most) {
            let rule = "letters, digits or . _ / : - and start with a letter or digit";
            wrong.push(FieldError::new(pointer, format!("must be 1 to {most} {rule}")));
        }
    };
    name(&report.environment, "/environment", 64);
    if let Some(key) = &report.key {
        name(key, "/key", 100);
    }
    let message = checked_text("/message", &report.message)?;
    if message.is_empty() {
        wrong.push(FieldError::new("/message", "say what was seen"));
    }
    if wrong.is_empty() { Ok(Report { message, ..report }) } else { Err(Error::Invalid(wrong)) }
}

async fn take(tx: &mut Tx, caller: &Caller, report: &Report) -> Result<(FindingRow, bool), Error> {
    let found = match models::find(tx, &report.model, &report.version).await {
        Err(Error::NotFound) => {
            let message = format!("{} {} is not registered", report.model, report.version);
            return Err(Error::invalid("/version", message));
        }
        found => found?,
    };
    caller.allow(Permission::ReadFindings, Permission::ReportFindings, Some(found.team_id))?;
    let Report { kind, environment, key, .. } = report;
    let key = key.as_deref().unwrap_or_default();
    let key = format!("operations:{}:{environment}:{kind}:{key}", found.version.id);
    match store::unsettled(tx, &key).await? {
        Some(row) => again(tx, caller, report, row).await.map(|row| (row, false)),
        None if report.over => {
            let detail = "nothing like this is open: report it before you report that it is over".to_owned();
            Err(Error::Conflict { code: "nothing_open", detail })
        }
        None => first(tx, caller, report, &found, key).await.map(|row| (row, true)),
    }
}

async fn first(
    tx: &mut Tx,
    caller: &Caller,
    report: &Report,
    found: &FoundRow,
    key: String,
) -> Result<FindingRow, Error> {
    let id: Uuid = tx.new_id();
    let row = FindingRow {
        subject_key: Some(key),
        model_version_id: Some(found.version.id),
        environment: Some(report.environment.clone()),
        message: report.message.clone(),
        reported_by: Some(caller.actor().id()),
        ..FindingRow::new(id, found.team_id, report.kind, report.severity, tx.now())?
    };
    begin(tx, caller, &row).await
}

/// What is open was reported again, as worse, or as over.
async fn again(tx: &mut Tx, caller: &Caller, report: &Report, row: FindingRow) -> Result<FindingRow, Error> {
    let worse = report.severity > row.severity()?;
    let (happened, over_at) = match (report.over, row.over_at) {
        (true, None) => (FindingHappened::ReportedOver, Some(tx.now())),
        (false, Some(_)) => (FindingHappened::ReportedBack, None),
        (false, None) if worse => (FindingHappened::Worse, None),
        _ => return Ok(row),
    };
    let severity = if worse && !report.over { report.severity.to_string() } else { row.severity.clone() };
    let row = FindingRow { over_at, severity, revision: row.revision + 1, ..row };
    keep(tx, caller, &row, happened, Some(report.message.clone())).await?;
    Ok(row)
}
