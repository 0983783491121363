//! What ran where: recorded as it happens, and told for any day.

use super::{changeable_version, fine, of_version, reference, visible, visible_version, wrong};
use crate::App;
use crate::clock::to_millis;
use crate::db::{Conn, Tx};
use crate::error::Error;
use crate::findings::watch::{self, Cause};
use crate::http::{Caller, Listing, Window, idempotency};
use crate::models::store::{self, DeploymentRow, FoundRow, ModelRow};
use assay_domain::audit::catalogue::DeploymentRecorded;
use assay_domain::models::{Change, Deployment, Ran, in_production_on, running};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use futures::FutureExt;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// A change of what runs somewhere.
#[derive(Clone, Debug)]
pub struct NewDeployment {
    /// Where.
    pub environment: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What was done.
    pub change: Change,
    /// The run that did it, when it has a web address.
    pub run_url: Option<String>,
}

/// A deployment as it was posted.
#[derive(Clone, Debug)]
pub struct Posted {
    /// What happened.
    pub deployment: NewDeployment,
    /// Under which key posting it again is the same; `sha256:` and the digest where the caller gave none.
    pub key: String,
    /// SHA-256 of the canonical body.
    pub digest: [u8; 32],
}

/// What the caller learns.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The deployment.
    pub row: DeploymentRow,
    /// Whether it had been recorded before.
    pub repeated: bool,
}

/// Records a deployment of a version. The same again is recorded once.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`]; [`Error::Invalid`] naming the field;
/// [`Error::Conflict`] for a model that is out of use.
pub async fn record(
    app: &App,
    caller: &Caller,
    model: &str,
    version: &str,
    posted: Posted,
) -> Result<Recorded, Error> {
    let found = changeable_version(&mut app.db.read().await?, caller, model, version).await?;
    let given = Arc::new((caller.clone(), found, for_version(posted)));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move { insert(tx, &given.0, &given.1, &given.2).await }.boxed()
    });
    Ok(write.await?.value)
}

/// The deployments of a version, the latest recorded first.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`]; [`Error::Invalid`] for an `after` that no page gave.
pub async fn deployments(
    app: &App,
    caller: &Caller,
    model: &str,
    version: &str,
    window: &Window,
) -> Result<Listing<DeploymentRow>, Error> {
    let mut conn = app.db.read().await?;
    let found = visible_version(&mut conn, caller, model, version).await?;
    let mut rows = store::deployments(&mut conn, found.version.model_id).await?;
    rows.retain(|row| row.model_version_id == found.version.id);
    rows.sort_by_key(|row| std::cmp::Reverse(row.id));
    super::page_of(rows, window, |row| row.id)
}

/// Times as the database keeps them, so that what is compared is what is stored.
fn for_version(posted: Posted) -> Posted {
    let at = to_millis(posted.deployment.at);
    Posted { deployment: NewDeployment { at, ..posted.deployment }, ..posted }
}

/// The key and digest of the body for this version: the same body for another one is something else.
fn claim(found: &FoundRow, posted: &Posted) -> (String, [u8; 32]) {
    let digest =
        Sha256::new().chain_update(found.version.id.as_bytes()).chain_update(posted.digest).finalize();
    let hex = crate::http::hex(&digest);
    let given = posted.key != format!("sha256:{}", crate::http::hex(&posted.digest));
    (if given { posted.key.clone() } else { format!("sha256:{hex}") }, digest.into())
}

async fn insert(tx: &mut Tx, caller: &Caller, found: &FoundRow, posted: &Posted) -> Result<Recorded, Error> {
    let NewDeployment { environment, at, change, run_url } = posted.deployment.clone();
    let model = store::by_id(tx, found.version.model_id).await?.ok_or(Error::NotFound)?;
    super::not_archived(&model)?;
    let id = tx.new_id();
    let (key, digest) = claim(found, posted);
    if let Some(earlier) = idempotency::claim(tx, caller, &key, digest, id).await? {
        let row = store::deployment(tx, earlier).await?.ok_or_else(|| {
            Error::internal(format!("idempotency_key names deployment {earlier}, which is missing"))
        })?;
        return Ok(Recorded { row, repeated: true });
    }
    let others = all(tx, &model).await?;
    let deployment = Deployment { version: reference(found), environment: environment.clone(), at, change };
    fine(wrong("", deployment.mistakes(run_url.as_deref(), &others, tx.now())))?;
    let row = DeploymentRow {
        id,
        model_version_id: found.version.id,
        version: found.version.version.clone(),
        environment,
        at,
        change: change.name().to_owned(),
        run_url,
        reported_by: caller.actor().id(),
        recorded_at: tx.now(),
    };
    let facts = DeploymentRecorded {
        model: found.model.clone(),
        version: row.version.clone(),
        environment: row.environment.clone(),
        change: row.change.clone(),
        occurred_at: at.to_rfc3339_opts(SecondsFormat::Millis, true),
    };
    let event = of_version(caller, found, facts).commit("run_url", row.run_url.clone());
    let ledger_event = tx.record(event).await?;
    store::insert_deployment(tx, &row, ledger_event).await?;
    let cause = if change == Change::Removed { Cause::Change } else { Cause::Deployment };
    watch::look(tx, caller, row.model_version_id, &row.environment, cause).await?;
    watch::look_at_others(tx, caller, model.id, &row.environment).await?;
    Ok(Recorded { row, repeated: false })
}

/// All deployments of a model, in the order in which they happened, as the domain's rules take them.
pub(super) async fn all(conn: &mut Conn, model: &ModelRow) -> Result<Vec<Deployment>, Error> {
    let rows = store::deployments(conn, model.id).await?;
    rows.iter().map(|row| row.deployment(&model.name)).collect()
}

/// All deployments of a model by name, for use cases that authorise by themselves.
///
/// # Errors
/// Those of the database.
pub async fn all_deployments(conn: &mut Conn, model: &str) -> Result<Vec<Deployment>, Error> {
    match store::by_name(conn, model).await? {
        Some(model) => all(conn, &model).await,
        None => Ok(Vec::new()),
    }
}

/// What ran in an environment, now or on a day.
#[derive(Clone, Debug)]
pub struct InProduction {
    /// The model.
    pub model: ModelRow,
    /// The versions, in order of their beginning.
    pub ran: Vec<Ran>,
}

/// What of a model runs in an environment, or ran at any moment of a day.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`]; [`Error::Invalid`] for a day in the future.
pub async fn in_production(
    app: &App,
    caller: &Caller,
    model: &str,
    environment: &str,
    on: Option<NaiveDate>,
) -> Result<InProduction, Error> {
    let mut conn = app.db.read().await?;
    let model = visible(&mut conn, caller, model).await?;
    let deployments = all(&mut conn, &model).await?;
    let ran = match on {
        Some(day) => {
            on_record(day, app.clock.now().date_naive())?;
            in_production_on(&deployments, environment, day)
        }
        None => running(&deployments).remove(environment).unwrap_or_default(),
    };
    Ok(InProduction { model, ran })
}

/// Nobody knows what will run.
///
/// # Errors
/// [`Error::Invalid`] for a day in the future.
pub fn on_record(day: NaiveDate, today: NaiveDate) -> Result<(), Error> {
    if day <= today {
        return Ok(());
    }
    Err(Error::invalid("/on", format!("{day} lies in the future: only what was is on record")))
}
