//! What is shown for a version: attached, and taken off by closing it, so that what was decided on can still be read.

use super::bound::touched;
use super::contributors::contributed;
use super::{changeable_version, fine, of_version, visible_version, wrong};
use crate::App;
use crate::db::Tx;
use crate::error::Error;
use crate::http::{Caller, Listing, Window};
use crate::models::store::{self, EvidenceRow, FoundRow};
use assay_domain::audit::catalogue::{ModelEvidenceAttached, ModelEvidenceRemoved};
use assay_domain::models::{Evidence, EvidenceKind};
use chrono::NaiveDate;
use futures::FutureExt;
use std::sync::Arc;
use uuid::Uuid;

/// The most pieces that a version has at once.
const MOST: usize = 100;

/// A piece of evidence to attach.
#[derive(Clone, Debug)]
pub struct NewEvidence {
    /// What it is about.
    pub kind: EvidenceKind,
    /// What people call it.
    pub title: String,
    /// Where it is.
    pub uri: String,
    /// SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// The day on which it was made.
    pub made_on: NaiveDate,
}

/// What is shown for a version, in the order in which it was added.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`]; [`Error::Invalid`] for an `after` that no page gave.
pub async fn evidence(
    app: &App,
    caller: &Caller,
    model: &str,
    version: &str,
    window: &Window,
) -> Result<Listing<EvidenceRow>, Error> {
    let mut conn = app.db.read().await?;
    let found = visible_version(&mut conn, caller, model, version).await?;
    let rows = store::evidence(&mut conn, found.version.id).await?;
    // There are so few that the page is cut from all of them.
    super::page_of(rows, window, |row| row.id)
}

/// Attaches a piece of evidence to a version. The same piece again changes nothing.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`]; [`Error::Invalid`] naming the field;
/// [`Error::Conflict`] for a model that is out of use.
pub async fn attach(
    app: &App,
    caller: &Caller,
    model: &str,
    version: &str,
    new: NewEvidence,
) -> Result<EvidenceRow, Error> {
    let found = changeable_version(&mut app.db.read().await?, caller, model, version).await?;
    let new = NewEvidence { title: new.title.trim().to_owned(), uri: new.uri.trim().to_owned(), ..new };
    let evidence = Evidence { kind: new.kind, sha256: new.sha256.clone(), made_on: new.made_on };
    fine(wrong("", evidence.mistakes(&new.title, &new.uri, app.clock.now().date_naive())))?;
    let given = Arc::new((caller.clone(), found, new));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move { put(tx, &given.0, &given.1, &given.2).await }.boxed()
    });
    Ok(write.await?.value)
}

async fn put(
    tx: &mut Tx,
    caller: &Caller,
    found: &FoundRow,
    new: &NewEvidence,
) -> Result<EvidenceRow, Error> {
    let known = store::evidence(tx, found.version.id).await?;
    let same = |row: &&EvidenceRow| {
        row.kind == new.kind.name()
            && row.sha256 == new.sha256
            && row.uri == new.uri
            && row.title == new.title
            && row.made_on == new.made_on
    };
    if let Some(row) = known.iter().find(same) {
        return Ok(row.clone());
    }
    if known.len() >= MOST {
        return Err(Error::invalid("", format!("a version has at most {MOST} pieces of evidence")));
    }
    let row = EvidenceRow {
        id: tx.new_id(),
        model_version_id: found.version.id,
        kind: new.kind.name().to_owned(),
        title: new.title.clone(),
        uri: new.uri.clone(),
        sha256: new.sha256.clone(),
        made_on: new.made_on,
        added_by: caller.actor().id(),
        added_at: tx.now(),
        removed_at: None,
    };
    let facts = ModelEvidenceAttached {
        model: found.model.clone(),
        version: found.version.version.clone(),
        evidence: row.id,
        kind: row.kind.clone(),
        sha256: row.sha256.clone(),
        made_on: row.made_on.to_string(),
    };
    let event =
        of_version(caller, found, facts).commit("title", row.title.clone()).commit("uri", row.uri.clone());
    let ledger_event = tx.record(event).await?;
    store::insert_evidence(tx, &row, ledger_event).await?;
    contributed(tx, caller, found.version.id, "evidence").await?;
    touched(tx, caller, found.version.id).await?;
    Ok(row)
}

/// Takes a piece of evidence off a version.
///
/// # Errors
/// As [`attach`]; [`Error::NotFound`] also for a piece that is off already.
pub async fn detach(app: &App, caller: &Caller, model: &str, version: &str, id: Uuid) -> Result<(), Error> {
    let found = changeable_version(&mut app.db.read().await?, caller, model, version).await?;
    let given = Arc::new((caller.clone(), found));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, found) = &*given;
            let (now, row) = (tx.now(), store::one_evidence(tx, found.version.id, id).await?);
            let row = row.filter(|row| row.removed_at.is_none()).ok_or(Error::NotFound)?;
            if store::remove_evidence(tx, id, now).await? == 0 {
                return Err(Error::NotFound);
            }
            let facts = ModelEvidenceRemoved {
                model: found.model.clone(),
                version: found.version.version.clone(),
                evidence: id,
                kind: row.kind,
            };
            tx.record(of_version(caller, found, facts)).await?;
            contributed(tx, caller, found.version.id, "evidence").await?;
            touched(tx, caller, found.version.id).await
        }
        .boxed()
    });
    write.await.map(drop)
}
