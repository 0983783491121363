//! What runs without a valid approval: findings about control that follow what the gate says, and what is on record of
//! deployments.
//!
//! Whoever records a deployment or changes a request calls [`look`] in the same write. What changes otherwise, such as
//! policies, findings about data or time, is found by [`run`] within [`EVERY`]. A finding opens while a version runs and the
//! gate says no. It closes when the gate says yes. That a version was taken away is a report: it is shown, and somebody who
//! did not deploy the version confirms it.

use std::time::Duration;

use assay_domain::approvals::gate::{Answer, Code};
use assay_domain::findings::{FindingHappened, FindingKind, FindingStep, severity_of};
use assay_domain::models::{Ran, Tier, VersionRef, history};
use chrono::{DateTime, Utc};
use futures::FutureExt;
use uuid::Uuid;

use super::control::begin;
use super::service::{keep, store_step};
use super::store::{self, FindingRow};
use crate::App;
use crate::db::{Conn, Tx};
use crate::error::Error;
use crate::gate::service as gate;
use crate::http::Caller;
use crate::models::service as models;
use crate::models::service::bound::{BoundInputs, bound_inputs};

/// How often everything that runs is looked at.
const EVERY: Duration = Duration::from_secs(60);

/// Why somebody looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It was deployed just now.
    Deployment,
    /// Something changed that the gate may look at, or time went by.
    Change,
}

/// What has to be done so that the record says what is so.
enum Due {
    Open(Box<FindingRow>),
    Close(Uuid),
    /// It is reported as taken away, or as running again; or its model has a higher tier now.
    Change(Box<FindingRow>, FindingHappened),
}

/// Looks at everything that runs, as long as the server does.
pub async fn run(app: App) {
    let mut clock = tokio::time::interval(EVERY);
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        clock.tick().await;
        if let Err(error) = put_on_record(&app).await {
            tracing::warn!(%error, "what runs without a valid approval is not on record yet; trying again soon");
        }
    }
}

/// Looks at everything that runs, and gives how many findings changed by it.
///
/// # Errors
/// Those of the database.
pub async fn put_on_record(app: &App) -> Result<usize, Error> {
    let system = Caller::system(app);
    let running = store::running(&mut app.db.read().await?).await?;
    let mut done = 0;
    for (version, environment) in running {
        let due = {
            let mut conn = app.db.read().await?;
            due(&mut conn, &system, version, &environment, Cause::Change, app.clock.now()).await?
        };
        if due.is_none() {
            continue;
        }
        let by = system.clone();
        let write = app.db.write(move |tx| {
            let (by, environment) = (by.clone(), environment.clone());
            async move { look(tx, &by, version, &environment, Cause::Change).await }.boxed()
        });
        write.await?;
        done += 1;
    }
    Ok(done)
}

/// Looks at one version in one environment, where it was ever deployed there.
///
/// # Errors
/// Those of the database.
pub async fn look(
    tx: &mut Tx,
    by: &Caller,
    version: Uuid,
    environment: &str,
    cause: Cause,
) -> Result<(), Error> {
    let now = tx.now();
    match due(tx, by, version, environment, cause, now).await? {
        None => Ok(()),
        Some(Due::Open(mut row)) => {
            row.id = tx.new_id();
            begin(tx, by, &row).await.map(drop)
        }
        Some(Due::Close(id)) => {
            let reason = "the gate says yes".to_owned();
            let step = FindingStep::Close { by: by.actor().id(), reason: reason.clone() };
            store_step(tx, by, id, &step, Some(reason)).await.map(drop)
        }
        Some(Due::Change(row, happened)) => {
            let row = FindingRow { revision: row.revision + 1, ..*row };
            keep(tx, by, &row, happened, None).await
        }
    }
}

/// The same for all versions of a model that are on record as running past the gate there: another one may have taken
/// their place.
///
/// # Errors
/// Those of the database.
pub async fn look_at_others(tx: &mut Tx, by: &Caller, model: Uuid, environment: &str) -> Result<(), Error> {
    for version in store::past_the_gate(tx, model, environment).await? {
        look(tx, by, version, environment, Cause::Change).await?;
    }
    Ok(())
}

async fn due(
    conn: &mut Conn,
    by: &Caller,
    version: Uuid,
    environment: &str,
    cause: Cause,
    now: DateTime<Utc>,
) -> Result<Option<Due>, Error> {
    if store::deployers(conn, version, environment).await?.is_empty() {
        return Ok(None);
    }
    let key = format!("runs:{version}:{environment}");
    let known = store::unsettled(conn, &key).await?;
    let inputs = bound_inputs(conn, version).await?;
    let Some(ran) = last_run(conn, &inputs, environment).await? else { return Ok(None) };
    let answer = gate::look_within(conn, by, &ran.version, environment, now).await?;
    Ok(match known {
        Some(row) if answer.allowed => Some(Due::Close(row.id)),
        Some(row) if row.over_at != ran.until => {
            let gone = ran.until.is_some();
            let happened = if gone { FindingHappened::ReportedOver } else { FindingHappened::ReportedBack };
            Some(Due::Change(Box::new(FindingRow { over_at: ran.until, ..row }), happened))
        }
        Some(row) if row.severity()? < severity_of(inputs.tier) => {
            let severity = severity_of(inputs.tier).to_string();
            Some(Due::Change(Box::new(FindingRow { severity, ..row }), FindingHappened::Worse))
        }
        Some(_) => None,
        None if answer.allowed => None,
        // What ran and ended before anybody reported it is an exception of its period all the same.
        None if ran.until.is_some() && cause == Cause::Change => None,
        None => {
            let kind = kind(conn, version, environment, cause).await?;
            let since = if cause == Cause::Deployment { ran.from.min(now) } else { now };
            let row = FindingRow {
                subject_key: Some(key),
                model_version_id: Some(version),
                environment: Some(environment.to_owned()),
                message: message(&ran.version, environment, &answer, inputs.tier),
                over_at: ran.until,
                ..FindingRow::new(Uuid::nil(), inputs.team, kind, severity_of(inputs.tier), since)?
            };
            Some(Due::Open(Box::new(row)))
        }
    })
}

/// The last time during which a version ran somewhere.
async fn last_run(conn: &mut Conn, inputs: &BoundInputs, environment: &str) -> Result<Option<Ran>, Error> {
    let version = VersionRef { model: inputs.model.clone(), version: inputs.version.clone() };
    let deployments = models::all_deployments(conn, &inputs.model).await?;
    let ran = history(&deployments, environment).into_iter().filter(|ran| ran.version == version);
    // One that still runs is the last, whenever it began.
    Ok(ran.max_by_key(|ran| (ran.until.is_none(), ran.from)))
}

async fn kind(conn: &mut Conn, version: Uuid, environment: &str, cause: Cause) -> Result<FindingKind, Error> {
    Ok(match cause {
        Cause::Change => FindingKind::RunsUnapproved,
        Cause::Deployment if store::gate_was_asked(conn, version, environment).await? => {
            FindingKind::DeployedDenied
        }
        Cause::Deployment => FindingKind::DeployedUnseen,
    })
}

fn message(version: &VersionRef, environment: &str, answer: &Answer, tier: Option<Tier>) -> String {
    let tier = tier.map_or_else(|| "no risk tier".to_owned(), |tier| format!("risk tier {tier}"));
    let why: Vec<&str> = answer.reasons.iter().map(|reason| reason.message.as_str()).collect();
    let what = match answer.reasons.first().map(|reason| reason.code) {
        Some(Code::NoPolicy) => "have a policy decide about it",
        _ => "have it approved",
    };
    format!(
        "{version} runs in {environment} ({tier}) and the gate says no: {}; {what}, or take it away",
        why.join("; ")
    )
}
