//! The words that policies use: job roles and capabilities, as the questionnaires call them; and reading a text in them.

use std::collections::BTreeMap;

use assay_domain::access::Role;
use assay_domain::approvals::{KnownWords, Machine, Policy, Titles};
use assay_domain::document::Diagnostic;

use super::super::store;
use crate::App;
use crate::error::{Error, FieldError};
use crate::questionnaires::service as questionnaires;
use crate::questionnaires::store as published;

/// Ids with what people call them.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// Job roles.
    pub roles: BTreeMap<String, String>,
    /// Capabilities.
    pub capabilities: BTreeMap<String, String>,
    /// Trust rules and tokens of service accounts that hold, by id.
    pub machines: BTreeMap<Machine, String>,
}

/// The words of the newest version of each questionnaire, and the job role that everybody has who is a compliance officer.
///
/// # Errors
/// Those of the database.
pub async fn words(app: &App) -> Result<Words, Error> {
    let rows = published::questionnaires(&mut app.db.read().await?).await?;
    // In the order of publication, so that the newest of each stays.
    let newest: BTreeMap<String, String> = rows.into_iter().map(|row| (row.id, row.version)).collect();
    let machines = store::machines(&mut app.db.read().await?).await?;
    let machines = machines.into_iter().map(|row| (row.machine(row.id.to_string()), row.name)).collect();
    let mut words = Words { machines, ..Words::default() };
    for (id, version) in newest {
        let bank = questionnaires::bank(app, &id, &version).await?;
        words.roles.extend(bank.roles.iter().map(|role| (role.id.clone(), role.title.clone())));
        let capabilities = bank.capabilities.iter();
        words.capabilities.extend(capabilities.map(|one| (one.id.clone(), one.title.clone())));
    }
    let officer = Role::ComplianceOfficer;
    words.roles.insert(officer.name().to_owned(), officer.label().to_owned());
    Ok(words)
}

/// Reads a text and checks it by itself. `place` is where mistakes are shown: a JSON pointer.
///
/// # Errors
/// [`Error::Invalid`] with every mistake, by line and column.
pub(super) async fn read(app: &App, source: &str, place: &str) -> Result<Policy, Error> {
    check(app, source).await?.map_err(|mistakes| {
        Error::Invalid(mistakes.iter().map(|one| FieldError::new(place, told(one))).collect())
    })
}

/// The policy that a text means, or every mistake in it.
///
/// # Errors
/// Those of the database.
pub(crate) async fn check(app: &App, source: &str) -> Result<Result<Policy, Vec<Diagnostic>>, Error> {
    let policy = match Policy::parse(source, "policy") {
        Ok(policy) => policy,
        Err(mistakes) => return Ok(Err(mistakes)),
    };
    let words = words(app).await?;
    let known = KnownWords {
        roles: words.roles.keys().map(String::as_str).collect(),
        capabilities: words.capabilities.keys().map(String::as_str).collect(),
        machines: Some(&words.machines),
    };
    let unknown = policy.unknown_words(source, "policy", &known);
    Ok(if unknown.is_empty() { Ok(policy) } else { Err(unknown) })
}

/// A mistake where there is only one text: without the name of a file.
fn told(mistake: &Diagnostic) -> String {
    let Diagnostic { line, column, field, message, .. } = mistake;
    let field = if field.is_empty() { String::new() } else { format!("{field}: ") };
    format!("Line {line}, column {column}: {field}{message}")
}

impl Titles for Words {
    fn role(&self, id: &str) -> String {
        self.roles.get(id).cloned().unwrap_or_else(|| id.to_owned())
    }

    fn capability(&self, id: &str) -> String {
        self.capabilities.get(id).cloned().unwrap_or_else(|| id.to_owned())
    }

    fn machine(&self, machine: &Machine) -> String {
        let (Machine::TrustRule(named) | Machine::Token(named)) = machine;
        match self.machines.get(machine) {
            Some(name) => format!("“{name}” ({named})"),
            None => format!("“{named}”, which names none"),
        }
    }
}
