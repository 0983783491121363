//! The data that a version declares to be made with: a list that is given as a whole.

use super::bound::touched;
use super::contributors::contributed;
use super::{changeable_version, fine, of_version, visible_version};
use crate::App;
use crate::db::Tx;
use crate::error::{Error, FieldError};
use crate::http::Caller;
use crate::models::store::{self, DeclaredRow, FoundRow};
use assay_domain::audit::catalogue::ModelDataDeclared;
use assay_domain::models::UsedFor;
use futures::FutureExt;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The most entries of a list.
const MOST: usize = 200;

/// A version of a dataset, and what for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Declared {
    /// Where the dataset lives.
    pub namespace: String,
    /// What it is called there.
    pub name: String,
    /// The name of its version.
    pub version: String,
    /// What for.
    pub used_for: UsedFor,
    /// The digest that the caller knows it by; refused where it is another than the one on record.
    pub digest: Option<String>,
}

/// What a version declares.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn declared(
    app: &App,
    caller: &Caller,
    model: &str,
    version: &str,
) -> Result<Vec<DeclaredRow>, Error> {
    let mut conn = app.db.read().await?;
    let found = visible_version(&mut conn, caller, model, version).await?;
    store::declared(&mut conn, found.version.id).await
}

/// Declares what a version was made with, all of it. The same list again changes nothing. Whoever knows the name of a
/// dataset may declare it, also one of another team: data is used across teams, and each use of it is on record.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`]; [`Error::Invalid`] naming each entry that is not
/// registered; [`Error::Conflict`] for a model that is out of use.
pub async fn declare(
    app: &App,
    caller: &Caller,
    model: &str,
    version: &str,
    list: Vec<Declared>,
) -> Result<Vec<DeclaredRow>, Error> {
    let found = changeable_version(&mut app.db.read().await?, caller, model, version).await?;
    if list.len() > MOST {
        return Err(Error::invalid("", format!("a version declares at most {MOST} datasets")));
    }
    let given = Arc::new((caller.clone(), found, list));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move { replace(tx, &given.0, &given.1, &given.2).await }.boxed()
    });
    Ok(write.await?.value)
}

async fn replace(
    tx: &mut Tx,
    caller: &Caller,
    found: &FoundRow,
    list: &[Declared],
) -> Result<Vec<DeclaredRow>, Error> {
    let (mut wanted, mut wrong) = (BTreeSet::new(), Vec::new());
    for (n, one) in list.iter().enumerate() {
        let Declared { namespace, name, version, used_for, digest } = one;
        match store::dataset_version(tx, namespace, name, version).await? {
            Some((_, known)) if digest.as_ref().is_some_and(|digest| *digest != known) => {
                let message = format!("{namespace}/{name} {version} is on record with the digest {known}");
                wrong.push(FieldError::new(format!("/{n}/digest"), message));
            }
            Some((id, _)) => drop(wanted.insert((id, used_for.name()))),
            None => wrong.push(FieldError::new(
                format!("/{n}"),
                format!("there is no version {version:?} of a dataset {namespace}/{name}; register it first"),
            )),
        }
    }
    fine(wrong)?;
    let id = found.version.id;
    let before = store::declared(tx, id).await?;
    if before.iter().map(|row| (row.dataset_version_id, row.used_for.as_str())).collect::<BTreeSet<_>>()
        == wanted
    {
        return Ok(before);
    }
    store::undeclare(tx, id).await?;
    for (dataset, used_for) in wanted {
        store::declare(tx, id, dataset, used_for).await?;
    }
    let now = store::declared(tx, id).await?;
    let entry = |row: &DeclaredRow| {
        let DeclaredRow { namespace, name, version, used_for, digest, .. } = row;
        format!("{namespace}/{name} {version} {used_for} {digest}")
    };
    let facts = ModelDataDeclared {
        model: found.model.clone(),
        version: found.version.version.clone(),
        datasets: now.iter().map(entry).collect(),
    };
    tx.record(of_version(caller, found, facts)).await?;
    contributed(tx, caller, id, "data").await?;
    touched(tx, caller, id).await?;
    Ok(now)
}
