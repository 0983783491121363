//! Keeping the ledger going: sequence what is in the outbox, sign what was sequenced, tell who waits.
//!
//! A server does so in the background: woken in the process at once, on PostgreSQL also by notifications from other
//! replicas, and every 50 ms as the net, which finds what a command line has added. A command beside a server only adds
//! to the outbox; alone, it does the same work when it needs a receipt and when it closes.

use std::sync::{Arc, Weak};
use std::time::Duration;

use assay_ledger::SignedCheckpoint;
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::watch;
use tokio::time::sleep;

use super::lock::LockFile;
use super::publisher::{self, PublishError, Publisher};
use super::{Ledger, key, sequencer};
use crate::db::{Conn, Db, Engine, Indices, Inner, OpenError, Phase, Role, Tx};
use crate::error::Error;
use crate::{execute, fetch_one, fetch_optional};

/// How long something can stay unnoticed in the worst case.
const TICK: Duration = Duration::from_millis(50);
/// The channel on which replicas wake each other.
const CHANNEL: &str = "assay_ledger";
/// Advisory locks of PostgreSQL are numbers that all programs on a database share; the log's number is added.
const SEQUENCER_LOCK: i64 = 0x6173_7361_7901_0000;
const PUBLISHER_LOCK: i64 = 0x6173_7361_7902_0000;

/// What only one piece of work at a time may use.
#[derive(Default)]
pub(crate) struct Worker {
    /// On SQLite: held by a server for ever, by a command while it works.
    lock: Option<LockFile>,
    /// A server's; a command makes one each time, because a server may have signed in between.
    publisher: Option<Publisher>,
}

impl Ledger {
    /// Lets go of the data directory.
    pub(crate) async fn release(&self) {
        *self.worker.lock().await = Worker::default();
    }
}

/// Checks that the database continues what was signed, puts the first entry into a new log, and starts a server's
/// background work.
pub(crate) async fn start(
    db: &Db,
    lock: Option<LockFile>,
) -> Result<Vec<tokio::task::JoinHandle<()>>, OpenError> {
    let failed = |error: Error| OpenError::database("the ledger", &error);
    let mut worker = db.ledger().worker.lock().await;
    worker.lock = lock;
    match load_publisher(db).await? {
        Err(PublishError::Failed(error)) => return Err(failed(error)),
        Err(PublishError::Halt(reason)) => db.ledger().halt(reason),
        Ok(publisher) if db.role() == Role::Server => worker.publisher = publisher,
        Ok(_) => {}
    }
    if db.role() == Role::Beside {
        return unlock(&mut worker).map(|()| Vec::new()).map_err(failed);
    }
    drop(worker);
    let mut tasks =
        vec![tokio::spawn(run(Arc::downgrade(&db.0), db.ledger().clone(), db.0.phase.subscribe()))];
    if let Engine::Postgres(pool) = &db.0.engine {
        tasks.push(tokio::spawn(listen(pool.clone(), db.ledger().clone(), db.0.phase.subscribe())));
    }
    Ok(tasks)
}

/// `None` where this process has no key: then another replica signs.
async fn load_publisher(db: &Db) -> Result<Result<Option<Publisher>, PublishError>, OpenError> {
    let dir = &db.ledger().data_dir;
    let log = db.log();
    let Some(signer) = publisher::signer(dir, log)? else {
        if db.is_postgres() {
            tracing::warn!(origin = %log.origin, "this process has no key for the log: another one has to sign");
            return Ok(Ok(None));
        }
        let reason = format!(
            "it is missing, and the log {} cannot go on without; restore it from a backup",
            log.origin
        );
        return Err(key::problem(dir, reason));
    };
    let load = async {
        let mut conn = db.read().await?;
        Publisher::load(&mut conn, dir, log, Box::new(signer)).await
    };
    Ok(load.await.map(Some))
}

async fn run(db: Weak<Inner>, ledger: Arc<Ledger>, mut phase: watch::Receiver<Phase>) {
    loop {
        let last = tokio::select! {
            () = ledger.woken() => false,
            () = sleep(TICK) => false,
            _ = phase.wait_for(|phase| *phase > Phase::Open) => true,
        };
        let Some(inner) = db.upgrade() else { return };
        if let Err(error) = advance(&Db(inner)).await {
            tracing::error!(%error, "the ledger could not go on; it will be tried again");
            sleep(TICK).await;
        }
        if last {
            return;
        }
    }
}

async fn listen(pool: PgPool, ledger: Arc<Ledger>, mut phase: watch::Receiver<Phase>) {
    let hear = async {
        loop {
            let heard = async {
                let mut listener = PgListener::connect_with(&pool).await?;
                listener.listen(CHANNEL).await?;
                loop {
                    listener.recv().await?;
                    ledger.wake();
                }
            };
            let heard: Result<(), sqlx::Error> = heard.await;
            tracing::warn!(error = ?heard.err(), "cannot listen for other replicas; trying again");
            sleep(Duration::from_secs(1)).await;
        }
    };
    tokio::select! {
        () = hear => {}
        _ = phase.wait_for(|phase| *phase > Phase::Open) => {}
    }
}

/// Does what there is to do now.
pub(crate) async fn advance(db: &Db) -> Result<(), Error> {
    if db.ledger().halted().is_some() {
        return Ok(());
    }
    let mut worker = db.ledger().worker.lock().await;
    let result = work(db, &mut worker).await;
    if db.role() == Role::Beside {
        worker.publisher = None;
        unlock(&mut worker)?;
    }
    drop(worker);
    let result = match result {
        Err(PublishError::Halt(reason)) => {
            db.ledger().halt(reason);
            Ok(())
        }
        Err(PublishError::Failed(error)) => Err(error),
        Ok(()) => Ok(()),
    };
    tell(db).await?;
    result
}

async fn work(db: &Db, worker: &mut Worker) -> Result<(), PublishError> {
    if db.role() == Role::Beside {
        let alone = worker.lock.as_mut().is_none_or(|lock| lock.try_lock().unwrap_or(false));
        if !alone {
            return Ok(());
        }
        worker.publisher = load_publisher(db).await.map_err(Error::internal)??;
    }
    sequence(db).await?;
    publish(db, worker).await
}

fn unlock(worker: &mut Worker) -> Result<(), Error> {
    let Some(lock) = &mut worker.lock else { return Ok(()) };
    lock.unlock().map_err(|error| Error::Storage(format!("ledger.lock: {error}")))
}

async fn sequence(db: &Db) -> Result<(), PublishError> {
    let log_id = db.log().id;
    let mut conn = db.read().await?;
    // In the order of the key, so that PostgreSQL does not read past every row that was ever here.
    let sql = "SELECT id FROM audit_outbox WHERE log_id = $1 ORDER BY id LIMIT 1";
    let waiting = fetch_optional!(&mut conn, (i64,), sql, log_id);
    if waiting.await?.is_none() {
        return Ok(());
    }
    drop(conn);
    match (&db.0.engine, db.role()) {
        // What a command has added: the writer sequences at the end of every batch, even of an empty one.
        (Engine::Sqlite { .. }, Role::Server) => {
            db.submit(|_| Box::pin(async { Ok(()) })).await?;
            Ok(())
        }
        (Engine::Sqlite { .. }, Role::Beside) => {
            let sequenced =
                db.submit(move |tx| Box::pin(sequencer::drain(tx, log_id))).await.map_err(halting)?;
            db.ledger().announce(&sequenced.value);
            Ok(())
        }
        (Engine::Postgres(_), _) => sequence_postgres(db, log_id).await,
    }
}

/// READ COMMITTED, because the head has to be read as it is after the lock was taken.
async fn sequence_postgres(db: &Db, log_id: i64) -> Result<(), PublishError> {
    let mut added = sequencer::BATCH;
    while added == sequencer::BATCH {
        let mut indices = Indices::new();
        let locked =
            locked(db, SEQUENCER_LOCK, async |tx| sequencer::sequence(tx, log_id, &mut indices).await);
        let Some(count) = locked.await.map_err(halting)? else {
            // Whoever holds the lock may have looked before our row was there.
            return Ok(notify(db).await?);
        };
        db.ledger().announce(&indices);
        added = count;
        vacuum(db, count);
    }
    Ok(())
}

/// Every row of the outbox is inserted and soon deleted. PostgreSQL leaves the deleted ones where they are until it cleans
/// up by itself, once a minute at best, and each look reads past all of them.
fn vacuum(db: &Db, sequenced: usize) {
    if !db.ledger().outbox_wants_cleaning(sequenced) {
        return;
    }
    let db = db.clone();
    tokio::spawn(async move {
        let cleaned = async { execute!(&mut db.read().await?, "VACUUM audit_outbox").await };
        if let Err(error) = cleaned.await {
            tracing::warn!(%error, "the outbox could not be cleaned up; PostgreSQL will do it by itself");
        }
    });
}

/// Nobody else sequences while the lock is held: what fails other than for want of the database will fail again.
fn halting(error: Error) -> PublishError {
    match error {
        Error::Storage(_) => PublishError::Failed(error),
        other => PublishError::Halt(format!("the sequencer cannot go on: {other}")),
    }
}

async fn publish(db: &Db, worker: &mut Worker) -> Result<(), PublishError> {
    let Some(publisher) = &mut worker.publisher else { return Ok(()) };
    let log_id = db.log().id;
    let signed = match &db.0.engine {
        Engine::Sqlite { .. } => {
            // The disk is waited for here, not in the writer.
            let next = publisher.next(&mut db.read().await?).await?;
            if let Some(signed) = next.clone() {
                db.submit(move |tx| Box::pin(publisher::store(tx, log_id, signed.clone()))).await?;
            }
            next
        }
        Engine::Postgres(_) => {
            let locked = locked(db, PUBLISHER_LOCK, async |tx| -> Result<_, PublishError> {
                let next = publisher.next(tx).await?;
                if let Some(signed) = &next {
                    publisher::store(tx, log_id, signed.clone()).await?;
                }
                Ok(next)
            });
            let signed = locked.await?.flatten();
            if signed.is_some() {
                notify(db).await?;
            }
            signed
        }
    };
    if let Some(signed) = signed {
        publisher.stored();
        announce_signed(db, &mut db.read().await?, signed).await;
    }
    Ok(())
}

/// Tells who waits for a checkpoint. All of them need proofs of entries that are new with it: what these follow from is
/// read once, before they ask.
async fn announce_signed(db: &Db, conn: &mut Conn, signed: Arc<SignedCheckpoint>) {
    let size = signed.checkpoint().size;
    if db.ledger().checkpoint_awaited() {
        let first_new = db.ledger().health().signed_size.unwrap_or_default();
        for index in [first_new, size.saturating_sub(1)].into_iter().filter(|index| *index < size) {
            if let Err(error) = db.receipt_proof_with(conn, index, size).await {
                tracing::debug!(%error, index, "a proof could not be made ahead; who waits for it will try");
            }
        }
    }
    db.ledger().announce_signed(signed);
}

/// Runs `work` in a transaction that holds an advisory lock; `None` when somebody else holds it.
async fn locked<T, E: From<Error>>(
    db: &Db,
    lock: i64,
    work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
) -> Result<Option<T>, E> {
    let mut tx = db.begin().await?;
    let key = lock + db.log().id;
    let got = fetch_one!(&mut tx, (bool,), "SELECT pg_try_advisory_xact_lock($1)", key).await;
    let done = match got {
        Ok((true,)) => work(&mut tx).await.map(Some),
        Ok((false,)) => Ok(None),
        Err(error) => Err(error.into()),
    };
    let ended = tx.run(if done.is_ok() { "COMMIT" } else { "ROLLBACK" }).await;
    if ended.is_err() {
        tx.discard();
    }
    let done = done?;
    ended?;
    Ok(done)
}

async fn notify(db: &Db) -> Result<(), Error> {
    let mut conn = db.read().await?;
    fetch_one!(&mut conn, (bool,), "SELECT pg_notify($1, '') IS NULL", CHANNEL).await.map(drop)
}

/// Tells who waits about what was sequenced or signed elsewhere.
async fn tell(db: &Db) -> Result<(), Error> {
    let ledger = db.ledger();
    let awaited = ledger.awaited();
    if awaited.is_empty() && !ledger.checkpoint_awaited() {
        return Ok(());
    }
    let mut conn = db.read().await?;
    ledger.announce(&super::trail::indices_of(&mut conn, &awaited).await?);
    if ledger.checkpoint_awaited() {
        let signed: Option<SignedCheckpoint> = publisher::latest(&mut conn, db.log().id).await?;
        if let Some(signed) = signed {
            announce_signed(db, &mut conn, Arc::new(signed)).await;
        }
    }
    Ok(())
}
