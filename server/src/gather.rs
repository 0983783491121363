//! Writes that arrive while one is under way share the next.
//!
//! A statement and a commit each cost a wait that is nearly the same for one row and for fifty. Whoever finds a turn free
//! takes whatever has come meanwhile, itself included, and does all of it. Where many came together the last time, it waits
//! a moment for half as many: they were all answered at once, and those that come again come at nearly the same time. A use
//! case that is asked for thousands of times a second gets a [`Gather`] in [`Parts`](crate::app::Parts), and a function
//! that does many of them and answers each.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, Semaphore, oneshot};
use tokio::time::timeout;

use crate::error::Error;

/// The most that is done at once: what is written holds others up until it is committed.
const MOST: usize = 128;
/// The longest that one waits for others.
const MOMENT: Duration = Duration::from_millis(1);

/// Who waits, with where the answer goes.
type Waiting<T, R> = Vec<(T, oneshot::Sender<Result<R, Error>>)>;

/// Gathers things of one kind.
pub struct Gather<T, R> {
    waiting: Mutex<Waiting<T, R>>,
    turns: Arc<Semaphore>,
    /// How many make it worth to begin.
    enough: AtomicUsize,
    there_are_enough: Notify,
}

impl<T, R> Gather<T, R>
where
    T: Send + 'static,
    R: Send + 'static,
{
    /// Does so many at the same time; SQLite has one writer and needs no more.
    #[must_use]
    pub fn new(turns: usize) -> Self {
        let (waiting, there_are_enough) = Default::default();
        Self {
            waiting,
            turns: Arc::new(Semaphore::new(turns)),
            enough: AtomicUsize::new(1),
            there_are_enough,
        }
    }

    /// Has `work` done with this and with what waits beside it. `work` answers in the order of what it is given. What was
    /// begun is finished even when who asked has gone away; what was not is dropped then.
    ///
    /// # Errors
    /// What `work` answers for this one.
    pub async fn ask<W>(&self, one: T, work: impl FnOnce(Vec<T>) -> W + Send + 'static) -> Result<R, Error>
    where
        W: Future<Output = Vec<Result<R, Error>>> + Send,
    {
        let (reply, mut answer) = oneshot::channel();
        self.push(one, reply);
        let turn = tokio::select! {
            biased;
            answer = &mut answer => return answer.map_err(Error::internal)?,
            turn = self.turns.clone().acquire_owned() => turn.map_err(Error::internal)?,
        };
        let (some, replies) = self.take().await;
        if !some.is_empty() {
            tokio::spawn(async move {
                let answers = work(some).await;
                for (reply, answer) in replies.into_iter().zip(answers) {
                    // Nobody listens when the client hung up; the work is done all the same.
                    reply.send(answer).ok();
                }
                drop(turn);
            });
        }
        answer.await.map_err(Error::internal)?
    }

    fn push(&self, one: T, reply: oneshot::Sender<Result<R, Error>>) {
        let mut waiting = self.waiting();
        waiting.push((one, reply));
        if waiting.len() >= self.enough.load(Ordering::Relaxed) {
            self.there_are_enough.notify_one();
        }
    }

    /// What waits, without those who have gone away.
    async fn take(&self) -> (Vec<T>, Vec<oneshot::Sender<Result<R, Error>>>) {
        let are_here = self.waiting().len();
        if are_here > 0 && are_here < self.enough.load(Ordering::Relaxed) {
            timeout(MOMENT, self.there_are_enough.notified()).await.ok();
        }
        let mut waiting = self.waiting();
        let some = waiting.len().min(MOST);
        let taken: (Vec<_>, Vec<_>) = waiting.drain(..some).filter(|(_, reply)| !reply.is_closed()).unzip();
        self.enough.store(taken.0.len().div_ceil(2).max(1), Ordering::Relaxed);
        taken
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting<T, R>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use futures::future::join_all;

    use super::*;

    #[tokio::test]
    async fn whoever_comes_meanwhile_is_answered_together_and_each_its_own() {
        let gather = Gather::<usize, usize>::new(1);
        let (batches, first_has_begun) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let double = |wait: bool| {
            let (batches, begun) = (batches.clone(), first_has_begun.clone());
            move |all: Vec<usize>| async move {
                batches.fetch_add(1, Ordering::SeqCst);
                if wait {
                    begun.notified().await;
                }
                all.into_iter()
                    .map(|one| if one == 13 { Err(Error::NotFound) } else { Ok(one * 2) })
                    .collect()
            }
        };
        let first = gather.ask(0, double(true));
        let others = async {
            let asked = join_all((1..=MOST).map(|one| gather.ask(one, double(false))));
            let (answers, ()) = tokio::join!(asked, async { first_has_begun.notify_one() });
            answers
        };
        let (first, others) = tokio::join!(first, others);
        assert_eq!(first.unwrap(), 0);
        for (one, answer) in (1..=MOST).zip(others) {
            match answer {
                Ok(double) => assert_eq!(double, one * 2),
                Err(error) => assert!(one == 13 && matches!(error, Error::NotFound)),
            }
        }
        assert_eq!(batches.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn whoever_goes_away_before_a_turn_leaves_nothing() {
        let gather = Arc::new(Gather::<usize, usize>::new(1));
        let hold = gather.turns.clone().acquire_owned().await.unwrap();
        let gone = tokio::spawn({
            let gather = gather.clone();
            async move { gather.ask(1, |all| async move { all.into_iter().map(Ok).collect() }).await }
        });
        tokio::task::yield_now().await;
        gone.abort();
        assert!(gone.await.unwrap_err().is_cancelled());
        drop(hold);
        let seen = gather.ask(2, |all| async move { vec![Ok(all.len())] }).await;
        assert_eq!(seen.unwrap(), 1);
    }

    #[tokio::test]
    async fn work_that_panics_is_an_error_and_gives_its_turn_back() {
        let gather = Gather::<usize, usize>::new(1);
        let broken = gather.ask(1, |_| async move { panic!("on purpose") }).await;
        assert!(matches!(broken, Err(Error::Internal(_))));
        assert_eq!(gather.ask(2, |all| async move { all.into_iter().map(Ok).collect() }).await.unwrap(), 2);
    }
}
