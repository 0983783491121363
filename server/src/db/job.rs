//! A piece of writing with its type forgotten, so that pieces of every type can wait in one queue.

use std::any::Any;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::{Db, Ticket, Tx, Written};
use crate::error::Error;

/// Which index each event of a batch was given.
pub type Indices = HashMap<Uuid, u64>;

/// What is to become of a job's changes.
pub(crate) enum Verdict {
    /// It went well.
    Keep,
    /// It was refused: leave nothing of it.
    Undo,
    /// The database itself failed: nobody in this batch can be told that anything was kept.
    Broken(String),
}

/// Something that waits in the writer's queue.
pub(crate) trait Job: Send {
    /// Does the work.
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, Verdict>;

    /// Tells the caller how it ended, after the commit.
    fn finish(self: Box<Self>, committed: Result<&Indices, &str>);
}

pub(super) struct Work<T, F> {
    work: F,
    db: Db,
    outcome: Option<(Result<T, Error>, Vec<Uuid>)>,
    reply: oneshot::Sender<Result<Written<T>, Error>>,
}

impl<T, F> Work<T, F> {
    pub(super) fn new(db: Db, work: F) -> (Self, oneshot::Receiver<Result<Written<T>, Error>>) {
        let (reply, answer) = oneshot::channel();
        (Self { work, db, outcome: None, reply }, answer)
    }
}

impl<T, F> Job for Work<T, F>
where
    T: Send + 'static,
    F: for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, Result<T, Error>> + Send + Sync + 'static,
{
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> BoxFuture<'a, Verdict> {
        Box::pin(async move {
            let result = run_caught(&self.work, tx).await;
            let verdict = match &result {
                Ok(_) => Verdict::Keep,
                Err(Error::Storage(detail)) => Verdict::Broken(detail.clone()),
                Err(_) => Verdict::Undo,
            };
            self.outcome = Some((result, tx.take_recorded()));
            verdict
        })
    }

    fn finish(self: Box<Self>, committed: Result<&Indices, &str>) {
        let answer = match (committed, self.outcome) {
            (Err(detail), _) => Err(Error::Storage(detail.to_owned())),
            (Ok(_), Some((Err(error), _))) => Err(error),
            (Ok(indices), Some((Ok(value), events))) => {
                let events = events.into_iter().map(|id| (id, indices.get(&id).copied())).collect();
                Ok(Written { value, ticket: Ticket::new(self.db, events) })
            }
            (Ok(_), None) => Err(Error::internal("a job was answered before it ran")),
        };
        // Nobody listens when the client hung up; the work is done all the same.
        drop(self.reply.send(answer));
    }
}

/// Runs the closure; a panic in it becomes an error and leaves the connection usable.
pub(super) async fn run_caught<T, F>(work: &F, tx: &mut Tx) -> Result<T, Error>
where
    F: for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, Result<T, Error>>,
{
    let caught = AssertUnwindSafe(async { work(tx).await }).catch_unwind().await;
    caught.unwrap_or_else(|panic| Err(Error::Internal(format!("panic in a write: {}", message(&*panic)))))
}

fn message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
