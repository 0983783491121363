//! Use cases around questionnaires.

use super::store::{self, QuestionnaireRow};
use crate::App;
use crate::error::{Error, FieldError};
use crate::http::Caller;
use assay_domain::access::Permission;
use assay_domain::audit::Subject;
use assay_domain::audit::catalogue::QuestionnairePublished;
use assay_domain::questionnaires::Bank;
use futures::FutureExt;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Banks that were read before. A published version never changes, so they never grow old.
#[derive(Default)]
pub struct Cache(Mutex<HashMap<(String, String), Arc<Bank>>>);

impl Cache {
    fn get(&self, id: &str, version: &str) -> Option<Arc<Bank>> {
        let banks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        banks.get(&(id.to_owned(), version.to_owned())).cloned()
    }

    fn put(&self, bank: Bank) -> Arc<Bank> {
        let bank = Arc::new(bank);
        let mut banks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        banks.insert((bank.id.clone(), bank.version.to_string()), bank.clone());
        bank
    }
}

/// Every published version.
///
/// # Errors
/// [`Error::Forbidden`].
pub async fn list(app: &App, caller: &Caller) -> Result<Vec<QuestionnaireRow>, Error> {
    caller.require(Permission::ReadQuestionnaires, None)?;
    store::questionnaires(&mut app.db.read().await?).await
}

/// The text of one version, as it was published.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::NotFound`].
pub async fn get(app: &App, caller: &Caller, id: &str, version: &str) -> Result<QuestionnaireRow, Error> {
    caller.require(Permission::ReadQuestionnaires, None)?;
    store::questionnaire(&mut app.db.read().await?, id, version).await?.ok_or(Error::NotFound)
}

/// One published version, read and ready for scoring.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Internal`] when what was published can no longer be read.
pub async fn bank(app: &App, id: &str, version: &str) -> Result<Arc<Bank>, Error> {
    if let Some(bank) = app.banks.get(id, version) {
        return Ok(bank);
    }
    let row = store::questionnaire(&mut app.db.read().await?, id, version).await?.ok_or(Error::NotFound)?;
    let bank = Bank::parse(&row.source, &format!("questionnaire {id} {version}"))
        .map_err(|mistakes| Error::internal(listed(&mistakes)))?;
    Ok(app.banks.put(bank))
}

/// The newest published version of a questionnaire.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn newest(app: &App, id: &str) -> Result<Arc<Bank>, Error> {
    let rows = store::questionnaires(&mut app.db.read().await?).await?;
    let newest = rows.into_iter().rfind(|row| row.id == id).ok_or(Error::NotFound)?;
    bank(app, id, &newest.version).await
}

/// Publishes a bank. Publishing the same text again changes nothing.
///
/// # Errors
/// [`Error::Invalid`] with every mistake in the bank, [`Error::Conflict`] when the version is published with another
/// content.
pub async fn publish(
    app: &App,
    caller: &Caller,
    source: &str,
    file: &str,
) -> Result<QuestionnaireRow, Error> {
    caller.require(Permission::ManageQuestionnaires, None)?;
    let bank = Bank::parse(source, file).map_err(|mistakes| {
        Error::Invalid(mistakes.iter().map(|mistake| FieldError::new("", mistake.to_string())).collect())
    })?;
    let row = QuestionnaireRow {
        id: bank.id.clone(),
        version: bank.version.to_string(),
        title: bank.title.clone(),
        bank_sha256: bank.sha256().to_owned(),
        source: source.to_owned(),
        published_at: app.clock.now(),
    };
    let (stored, by) = (row.clone(), caller.clone());
    let written = app
        .db
        .write(move |tx| {
            let (row, by) = (stored.clone(), by.clone());
            async move {
                if let Some(known) = store::questionnaire(tx, &row.id, &row.version).await? {
                    return unchanged(known, &row);
                }
                store::insert(tx, &row).await?;
                let facts = QuestionnairePublished {
                    questionnaire: row.id.clone(),
                    version: row.version.clone(),
                    bank_sha256: row.bank_sha256.clone(),
                };
                let subject = Subject::new("questionnaire", &row.id).at_version(&row.version);
                tx.record(by.event(facts, subject)).await?;
                Ok(row)
            }
            .boxed()
        })
        .await?;
    app.banks.put(bank);
    Ok(written.value)
}

fn unchanged(known: QuestionnaireRow, new: &QuestionnaireRow) -> Result<QuestionnaireRow, Error> {
    if known.bank_sha256 == new.bank_sha256 {
        return Ok(known);
    }
    Err(Error::Conflict {
        code: "version_is_published",
        detail: format!(
            "{} {} is published with another content; give the changed questionnaire a new version",
            known.id, known.version
        ),
    })
}

/// Publishes the maturity banks that ship with the program, where the database does not have them yet.
///
/// # Errors
/// As [`publish`].
pub async fn publish_built_in(app: &App, caller: &Caller) -> Result<(), Error> {
    for (file, text) in crate::assets::questionnaires().filter(|(file, _)| file.starts_with("maturity/")) {
        let text = std::str::from_utf8(&text).map_err(|error| Error::internal(format!("{file}: {error}")))?;
        publish(app, caller, text, &file).await?;
    }
    Ok(())
}

fn listed(mistakes: &[impl ToString]) -> String {
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
