//! Which log this database holds, and how the first one begins.

use std::path::Path;

use assay_ledger::Signer;
use uuid::Uuid;

use super::{key, publisher};
use crate::clock;
use crate::db::{Conn, OpenError, Options};
use crate::error::Error;
use crate::{execute, fetch_optional};

/// A row of `audit_log`.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Log {
    /// The number that all tables of the ledger carry.
    #[sqlx(rename = "log_id")]
    pub id: i64,
    /// The installation's id; also the id of [`Actor::System`](assay_domain::audit::Actor::System).
    pub instance: Uuid,
    /// The origin of its checkpoints, fixed for ever: `<host>/<instance>`.
    pub origin: String,
    /// The public key of its checkpoints, as a signed-note verifier key.
    pub vkey: String,
}

impl Log {
    /// The newest log of the database; makes the first one, with its key, where there is none.
    pub(crate) async fn load_or_create(conn: &mut Conn, options: &Options) -> Result<Self, OpenError> {
        let failed = |error: Error| OpenError::database("the ledger", &error);
        if let Some(log) = newest(conn).await.map_err(failed)? {
            return Ok(log);
        }
        // Two replicas may start at once: the second finds what the first has made.
        conn.run(if conn.is_postgres() { "BEGIN" } else { "BEGIN IMMEDIATE" }).await.map_err(failed)?;
        if conn.is_postgres() {
            conn.run("LOCK TABLE audit_log").await.map_err(failed)?;
        }
        let made = match newest(conn).await {
            Ok(Some(log)) => Ok(log),
            Ok(None) => create(conn, options).await,
            Err(error) => Err(failed(error)),
        };
        conn.run(if made.is_ok() { "COMMIT" } else { "ROLLBACK" }).await.map_err(failed)?;
        made
    }
}

async fn newest(conn: &mut Conn) -> Result<Option<Log>, Error> {
    let sql = "SELECT log_id, instance, origin, vkey FROM audit_log ORDER BY log_id DESC LIMIT 1";
    fetch_optional!(conn, Log, sql).await
}

async fn create(conn: &mut Conn, options: &Options) -> Result<Log, OpenError> {
    let (instance, signer) = match unused_key(&options.data_dir)? {
        Some(found) => found,
        None => {
            let instance = clock::new_id(&*options.clock, &*options.rng);
            let origin = format!("{}/{instance}", options.host);
            (instance, key::create(&options.data_dir, &origin, &*options.rng)?)
        }
    };
    let verifier = signer.verifier();
    let log = Log { id: 1, instance, origin: verifier.name().to_owned(), vkey: verifier.to_string() };
    execute!(
        conn,
        "INSERT INTO audit_log (log_id, instance, origin, vkey, created_at) VALUES ($1, $2, $3, $4, $5)",
        log.id,
        log.instance,
        log.origin.clone(),
        log.vkey.clone(),
        options.clock.now()
    )
    .await
    .map_err(|error| OpenError::database("the ledger", &error))?;
    Ok(log)
}

/// A key that was made just before the machine stopped. One that has signed belongs to a log that is not here.
fn unused_key(dir: &Path) -> Result<Option<(Uuid, assay_ledger::Ed25519Signer)>, OpenError> {
    let Some(signer) = key::load(dir)? else { return Ok(None) };
    let origin = signer.verifier().name();
    let instance = origin.rsplit('/').next().and_then(|id| id.parse().ok());
    match instance {
        Some(instance) if !publisher::has_signed(dir) => Ok(Some((instance, signer))),
        _ => {
            let reason = format!(
                "it has signed the log {origin}, which this database does not hold; restore that database, or choose another data directory"
            );
            Err(key::problem(dir, reason))
        }
    }
}
