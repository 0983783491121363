//! The lock on a data directory: who holds it may sequence and sign. The operating system releases it when the process
//! ends, however it ends.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::time::Duration;

use tokio::time::{Instant, sleep};

/// How long a starting server waits for a command that is just finishing.
const PATIENCE: Duration = Duration::from_secs(5);

/// `ledger.lock` in the data directory.
#[derive(Debug)]
pub(crate) struct LockFile {
    file: File,
    held: bool,
}

impl LockFile {
    pub(crate) fn open(dir: &Path) -> io::Result<Self> {
        let path = dir.join("ledger.lock");
        let file = File::options().create(true).truncate(false).write(true).open(path)?;
        Ok(Self { file, held: false })
    }

    /// Takes the lock if nobody holds it.
    pub(crate) fn try_lock(&mut self) -> io::Result<bool> {
        if !self.held {
            self.held = match self.file.try_lock() {
                Ok(()) => true,
                Err(TryLockError::WouldBlock) => false,
                Err(TryLockError::Error(error)) => return Err(error),
            };
        }
        Ok(self.held)
    }

    /// Takes the lock; gives up after five seconds.
    pub(crate) async fn wait(&mut self) -> io::Result<bool> {
        let until = Instant::now() + PATIENCE;
        while !self.try_lock()? {
            if Instant::now() > until {
                return Ok(false);
            }
            sleep(Duration::from_millis(20)).await;
        }
        Ok(true)
    }

    /// Lets others have it.
    pub(crate) fn unlock(&mut self) -> io::Result<()> {
        if self.held {
            self.file.unlock()?;
            self.held = false;
        }
        Ok(())
    }
}
