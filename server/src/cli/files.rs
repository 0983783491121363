//! What the offline commands share: reading the files that people name, and printing.

use std::fmt;
use std::io::{self, Write};
use std::path::Path;

use assay_domain::document::Diagnostic;
use assay_domain::questionnaires::Bank;
use serde::de::DeserializeOwned;

use crate::assets;

/// The bank taken when none is named, as it comes with the product.
const SHIPPED_BANK: &str = "maturity/mlops-levels.toml";

/// Why a command could not do its work: a line for each mistake.
#[derive(Debug)]
pub(super) struct Failure(String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Failure {
    /// What went wrong, where, and what to do.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl From<Vec<Diagnostic>> for Failure {
    fn from(mistakes: Vec<Diagnostic>) -> Self {
        Self(mistakes.iter().map(Diagnostic::to_string).collect::<Vec<_>>().join("\n"))
    }
}

/// The text of a file.
///
/// # Errors
/// It cannot be read, or is not UTF-8.
pub(super) fn read_text(path: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(path)
        .map_err(|error| Failure::new(format!("{}: cannot be read: {error}", path.display())))?;
    String::from_utf8(bytes).map_err(|error| {
        let bytes = error.as_bytes();
        let line = bytes[..error.utf8_error().valid_up_to()].split(|byte| *byte == b'\n').count();
        Failure::new(format!("{}:{line}: is not UTF-8 text: save it as UTF-8", path.display()))
    })
}

/// Reads JSON as strictly as the server does. `known` is where the fields are described.
///
/// # Errors
/// What is no JSON, names a field twice, or is no `T`; each with its place.
pub(super) fn read_json<T: DeserializeOwned>(text: &str, file: &str, known: &str) -> Result<T, String> {
    let wrong =
        |reason: String| format!("{file}: {reason}; {known} are described at /api/docs on the server");
    assay_ledger::json::check(text).map_err(|mistake| wrong(mistake.to_string()))?;
    serde_json::from_str(text).map_err(|error| wrong(error.to_string()))
}

/// The bank in a file, or the one that comes with the product.
///
/// # Errors
/// The file cannot be read, or has mistakes.
pub(super) fn read_bank(path: Option<&Path>) -> Result<Bank, Failure> {
    let (text, name) = match path {
        Some(path) => (read_text(path)?, path.display().to_string()),
        None => {
            let shipped = assets::questionnaires().find(|(path, _)| path == SHIPPED_BANK);
            let (name, bytes) = shipped.ok_or_else(|| {
                Failure::new("this build carries no questionnaire: name one with --questionnaire")
            })?;
            (String::from_utf8_lossy(&bytes).into_owned(), name)
        }
    };
    Ok(Bank::parse(&text, &name)?)
}

/// Prints a result on stdout. A reader that has seen enough (`| head`) is no failure.
///
/// # Errors
/// It cannot be written.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("the result cannot be written to stdout: {error}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_read_as_strictly_as_by_the_server() {
        let read =
            |text: &str| read_json::<std::collections::BTreeMap<String, u8>>(text, "e.json", "the fields");
        assert_eq!(read(r#"{"a":1,"b":2}"#).map(|read| read.len()), Ok(2));
        let told = read(r#"{"a":1,"b":2,"a":3}"#).unwrap_err();
        assert!(told.starts_with("e.json: /a: is there twice"), "{told}");
        assert!(told.ends_with("; the fields are described at /api/docs on the server"), "{told}");
    }
}
