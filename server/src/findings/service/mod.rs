//! Use cases of findings: `work` looks at them and moves them, `concerned` tells who had a part in one and therefore does not
//! decide about it, `report` takes what machines report, `acceptances` is the task that ends accepted
//! risks.

pub mod acceptances;
mod concerned;
mod report;
mod work;

pub use report::{Report, report};
pub use work::{FindingSeen, Step, finding, findings, may, step, waiting};
pub(super) use work::{keep, store_step};

use assay_domain::approvals::OpenFinding;
use assay_domain::findings::About;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::store::{self, FindingRow};
use crate::db::Conn;
use crate::error::Error;

/// The longest reason, in characters.
const TEXT_LIMIT: usize = 4000;

/// A text without needless space and of no more than [`TEXT_LIMIT`] characters.
fn checked_text(pointer: &str, text: &str) -> Result<String, Error> {
    let text = text.trim().replace("\r\n", "\n");
    if text.chars().count() <= TEXT_LIMIT {
        Ok(text)
    } else {
        Err(Error::invalid(pointer, format!("must have at most {TEXT_LIMIT} characters")))
    }
}

/// The findings about a version that count at `now`: open, in work, or accepted until a day that is over.
///
/// # Errors
/// When the database cannot be read.
pub async fn open(
    conn: &mut Conn,
    model_version: Uuid,
    about: About,
    now: DateTime<Utc>,
) -> Result<Vec<OpenFinding>, Error> {
    let mut open = Vec::new();
    for row in unresolved(conn, model_version, about).await? {
        if let Some(since) = row.state()?.open_since(now) {
            open.push(OpenFinding { severity: row.severity()?, since });
        }
    }
    Ok(open)
}

/// The findings about a version that are not resolved, the newest first, with what they say.
///
/// # Errors
/// When the database cannot be read.
pub async fn unresolved(
    conn: &mut Conn,
    model_version: Uuid,
    about: About,
) -> Result<Vec<FindingRow>, Error> {
    store::unresolved_of_version(conn, model_version, about).await
}
