//! TOML documents whose mistakes are named by file, line, column and field.
//!
//! Everything that people write by hand (banks, answers, policies, frameworks) is read through [`Document`]: it keeps
//! the position of every key and value, so that syntax, types and the rules of the domain report alike. To read a new
//! kind of file: derive `Deserialize` with `deny_unknown_fields`, [`Document::decode`] it, check it, and report each
//! mistake with [`Document::diagnose`].

use std::fmt;

use assay_ledger::json::DOUBLED;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue, ValueDeserializer};

/// So many syntax errors are told at once.
const MOST_ERRORS: usize = 20;

/// One mistake in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// The file as the caller named it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Where in the document, such as `questions[3].level`; empty for the document as a whole.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: ", self.file, self.line, self.column)?;
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.message)
    }
}

/// One step of the way from the root of a document to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Into a table.
    Key(String),
    /// Into an array, from 0.
    Index(usize),
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

/// The way to a value: `path!["questions", 3, "level"]`.
#[macro_export]
macro_rules! path {
    ($($step:expr),* $(,)?) => { [$($crate::document::Step::from($step)),*] };
}

/// A parsed TOML text that remembers where everything stood.
pub struct Document<'t> {
    file: &'t str,
    text: &'t str,
    root: Spanned<DeTable<'t>>,
}

impl<'t> Document<'t> {
    /// Reads the syntax.
    ///
    /// # Errors
    /// The syntax errors that the parser can tell apart, in the order of the text: a key that is there twice is one of
    /// them. A text with U+0000 in it, which no database holds.
    pub fn parse(text: &'t str, file: &'t str) -> Result<Self, Vec<Diagnostic>> {
        let (root, errors) = DeTable::parse_recoverable(text);
        let document = Self { file, text, root };
        if errors.is_empty() {
            let nul = nul_in_table(document.root.get_ref());
            let nul = nul.map(|at| document.diagnose_at(at, "must not hold the character U+0000"));
            return nul.map_or(Ok(document), |mistake| Err(vec![mistake]));
        }
        Err(errors.iter().take(MOST_ERRORS).map(|error| document.translate(error)).collect())
    }

    /// Reads the whole document as a `T`.
    ///
    /// # Errors
    /// The first field that is unknown, missing or of the wrong type.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, Diagnostic> {
        self.decode_value(DeValue::Table(self.root.get_ref().clone()), self.root.span())
    }

    /// Reads the document as a `T` and, apart from it, each table of the array `list` as an `I`, so that every item can
    /// report its own mistake. `T` sees `list` as an empty array.
    ///
    /// # Errors
    /// The first mistake outside the list, and the first in each item.
    pub fn decode_with_list<T, I>(&self, list: &str) -> Result<(T, Vec<I>), Vec<Diagnostic>>
    where
        T: DeserializeOwned,
        I: DeserializeOwned,
    {
        let mut head = self.root.get_ref().clone();
        let mut items = Vec::new();
        if let Some(value) = head.get_mut(list)
            && let DeValue::Array(array) = value.get_mut()
        {
            items = std::mem::replace(array, DeArray::new()).into_iter().collect();
        }
        let mut mistakes = Vec::new();
        let head = self
            .decode_value(DeValue::Table(head), self.root.span())
            .map_err(|mistake| mistakes.push(mistake));
        let items: Vec<I> = items
            .into_iter()
            .filter_map(|item| {
                let span = item.span();
                self.decode_value(item.into_inner(), span).map_err(|mistake| mistakes.push(mistake)).ok()
            })
            .collect();
        match head {
            Ok(head) if mistakes.is_empty() => Ok((head, items)),
            _ => Err(mistakes),
        }
    }

    /// Reports a mistake at the value that `path` leads to, or at the nearest value around it that exists.
    #[must_use]
    pub fn diagnose(&self, path: &[Step], message: impl Into<String>) -> Diagnostic {
        let mut span = self.root.span();
        let mut value: Option<&DeValue<'_>> = None;
        for step in path {
            let next = match (step, value) {
                (Step::Key(key), None) => self.root.get_ref().get(key.as_str()),
                (Step::Key(key), Some(DeValue::Table(table))) => table.get(key.as_str()),
                (Step::Index(index), Some(DeValue::Array(array))) => array.get(*index),
                _ => None,
            };
            let Some(next) = next else { break };
            span = next.span();
            value = Some(next.get_ref());
        }
        self.report(span.start, write_path(path), message.into())
    }

    fn decode_value<T: DeserializeOwned>(
        &self,
        value: DeValue<'t>,
        span: std::ops::Range<usize>,
    ) -> Result<T, Diagnostic> {
        T::deserialize(ValueDeserializer::from(Spanned::new(span, value)))
            .map_err(|error| self.translate(&error))
    }

    fn translate(&self, error: &toml::de::Error) -> Diagnostic {
        let message = error.message().trim().replace('\n', " ");
        if message == "duplicate key"
            && let Some(key) = error.span()
        {
            return self.report(key.start, self.doubled(&key), DOUBLED.to_owned());
        }
        match error.span().filter(|span| *span != self.root.span()) {
            Some(span) => self.diagnose_at(span.start, &message),
            None => self.report(self.root.span().start, String::new(), message),
        }
    }

    /// The field of a key that is there twice: the tree holds only the first, so it is where the second would stand under
    /// a name that nothing else has.
    fn doubled(&self, key: &std::ops::Range<usize>) -> String {
        let (Some(before), Some(name), Some(after)) =
            (self.text.get(..key.start), self.text.get(key.clone()), self.text.get(key.end..))
        else {
            return String::new();
        };
        let free = format!("doubled-{}", self.text.len());
        let text = format!("{before}{free}{after}");
        let (root, _) = DeTable::parse_recoverable(&text);
        let field = find_in_table(root.get_ref(), key.start, &mut Vec::new()).unwrap_or_default();
        field.replace(&free, name)
    }

    fn diagnose_at(&self, offset: usize, message: &str) -> Diagnostic {
        let field = find_in_table(self.root.get_ref(), offset, &mut Vec::new()).unwrap_or_default();
        self.report(offset, field, message.to_owned())
    }

    fn report(&self, offset: usize, field: String, message: String) -> Diagnostic {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Diagnostic {
            file: self.file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            field,
            message,
        }
    }
}

/// The deepest field whose key or value covers `offset`. A table's own span covers only its header, hence the search
/// goes everywhere.
fn find_in_table(table: &DeTable<'_>, offset: usize, path: &mut Vec<Step>) -> Option<String> {
    let mut found = None;
    for (key, value) in table {
        path.push(Step::Key(key.get_ref().to_string()));
        let here = key.span().contains(&offset).then(|| write_path(path));
        found = find_in_value(value, offset, path).or(here).or(found);
        path.pop();
    }
    found
}

fn find_in_value(value: &Spanned<DeValue<'_>>, offset: usize, path: &mut Vec<Step>) -> Option<String> {
    let deeper = match value.get_ref() {
        DeValue::Table(table) => find_in_table(table, offset, path),
        DeValue::Array(array) => array.iter().enumerate().fold(None, |found, (index, item)| {
            path.push(Step::Index(index));
            let found = find_in_value(item, offset, path).or(found);
            path.pop();
            found
        }),
        _ => None,
    };
    deeper.or_else(|| value.span().contains(&offset).then(|| write_path(path)))
}

/// Where the first key or text with U+0000 stands.
fn nul_in_table(table: &DeTable<'_>) -> Option<usize> {
    table.iter().find_map(|(key, value)| {
        if key.get_ref().contains('\0') { Some(key.span().start) } else { nul_in_value(value) }
    })
}

fn nul_in_value(value: &Spanned<DeValue<'_>>) -> Option<usize> {
    match value.get_ref() {
        DeValue::String(text) => text.contains('\0').then(|| value.span().start),
        DeValue::Array(items) => items.iter().find_map(nul_in_value),
        DeValue::Table(table) => nul_in_table(table),
        _ => None,
    }
}

fn write_path(path: &[Step]) -> String {
    let mut written = String::new();
    for step in path {
        match step {
            Step::Index(index) => written.push_str(&format!("[{index}]")),
            Step::Key(key) => {
                if !written.is_empty() {
                    written.push('.');
                }
                let bare = key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
                if bare {
                    written.push_str(key);
                } else {
                    written.push_str(&format!("{key:?}"));
                }
            }
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_there_twice_is_named_where_it_stands_the_second_time() {
        for (text, place) in [
            ("a = 1\na = 1", "f:2:1: a"),
            ("[answers]\nMD-1 = 1\nMD-2 = 1\nMD-1 = 2", "f:4:1: answers.MD-1"),
            ("[answers.MD-1]\nvalue = 1\n[answers.MD-1]\nvalue = 2", "f:3:10: answers.MD-1"),
            ("[answers]\nMD-1.value = 1\n\"MD-1\".value = 2", "f:3:8: answers.MD-1.value"),
            ("[[steps]]\nid = 1\n[[steps]]\nx = { b = 1, b = 2 }", "f:4:14: steps[1].x.b"),
        ] {
            let mistakes = Document::parse(text, "f").err().unwrap_or_default();
            let told: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
            assert_eq!(told.first(), Some(&format!("{place}: {DOUBLED}")), "{text}");
        }
    }
}
