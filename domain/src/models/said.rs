//! What people and pipelines say of models and versions, and what is wrong with it when something is.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Evidence;
use crate::names::{is_hex, is_name};
use crate::texts::{is_prose, is_text, is_web_address};

/// The most measures that a version has.
const METRICS: usize = 200;

/// A field that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidMistake {
    /// JSON pointer to the field.
    pub pointer: String,
    /// What is wrong and what would be right.
    pub message: String,
}

fn rule(found: &mut Vec<SaidMistake>, holds: bool, pointer: impl Into<String>, message: &str) {
    if !holds {
        found.push(SaidMistake { pointer: pointer.into(), message: message.to_owned() });
    }
}

const NAME: &str = "must be 1 to 200 letters, digits or . _ / : - and start with a letter or digit";
const VERSION: &str = "must be 1 to 100 letters, digits or . _ / : - and start with a letter or digit";
const ADDRESS: &str = "must be an http or https address of at most 2000 characters";

/// Whether the text can be the name of a version.
#[must_use]
pub fn is_version_name(text: &str) -> bool {
    is_name(text, 100)
}

/// What is said of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelSaid<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it is there for; empty while nobody said.
    pub purpose: &'a str,
    /// By what one sees that it does that; empty while nobody said.
    pub success_measure: &'a str,
}

impl ModelSaid<'_> {
    /// Every field that breaks a rule.
    #[must_use]
    pub fn mistakes(&self) -> Vec<SaidMistake> {
        let mut found = Vec::new();
        rule(&mut found, is_name(self.name, 200), "/name", NAME);
        for (pointer, text) in [("/purpose", self.purpose), ("/success_measure", self.success_measure)] {
            let fine = text.is_empty() || is_prose(text, 4000);
            rule(&mut found, fine, pointer, "must be at most 4000 characters, not only spaces");
        }
        found
    }
}

/// What is said of a version beside its digest and lineage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VersionSaid<'a> {
    /// Its name.
    pub version: &'a str,
    /// Where its model card is.
    pub card_url: Option<&'a str>,
    /// Measures: name to number, as the tool wrote it.
    pub metrics: &'a BTreeMap<String, String>,
}

impl VersionSaid<'_> {
    /// Every field that breaks a rule.
    #[must_use]
    pub fn mistakes(&self) -> Vec<SaidMistake> {
        let mut found = Vec::new();
        rule(&mut found, is_version_name(self.version), "/version", VERSION);
        rule(&mut found, self.card_url.is_none_or(is_web_address), "/card_url", ADDRESS);
        rule(&mut found, self.metrics.len() <= METRICS, "/metrics", "must be at most 200 measures");
        for (name, value) in self.metrics {
            let pointer = format!("/metrics/{}", name.replace('~', "~0").replace('/', "~1"));
            rule(
                &mut found,
                is_text(name, 100),
                pointer.clone(),
                "the name of a measure has 1 to 100 characters",
            );
            rule(&mut found, is_number(value), pointer, "must be a number, such as 0.93");
        }
        found
    }
}

/// A decimal number as JSON writes it.
fn is_number(text: &str) -> bool {
    text.len() <= 40
        && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E'))
        && text.parse::<f64>().is_ok_and(f64::is_finite)
        && text.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit())
        && text.ends_with(|c: char| c.is_ascii_digit())
}

impl Evidence {
    /// Every field that breaks a rule, with what people call it and where it is. `today` is the day of arrival.
    #[must_use]
    pub fn mistakes(&self, title: &str, uri: &str, today: NaiveDate) -> Vec<SaidMistake> {
        let mut found = Vec::new();
        rule(&mut found, is_text(title, 200), "/title", "must be 1 to 200 characters on one line");
        rule(&mut found, is_web_address(uri), "/uri", ADDRESS);
        rule(&mut found, is_hex(&self.sha256, 64), "/sha256", "must be 64 lower-case hexadecimal digits");
        let made = self.made_on <= today;
        rule(&mut found, made, "/made_on", "lies in the future: evidence shows what has been done");
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::EvidenceKind;

    #[test]
    fn measures_are_numbers_as_json_writes_them() {
        for fine in ["0", "-1", "0.93", "1e-3", "12345678901234567890"] {
            assert!(is_number(fine), "{fine}");
        }
        for wrong in ["", "NaN", "inf", "0,93", ".5", "5.", "1e999", "0x10", "93 %", "--1"] {
            assert!(!is_number(wrong), "{wrong}");
        }
    }

    #[test]
    fn every_broken_field_is_named() {
        let metrics = BTreeMap::from([("a/b".to_owned(), "high".to_owned())]);
        let said = VersionSaid { version: "-1", card_url: Some("javascript:alert(1)"), metrics: &metrics };
        let pointers: Vec<_> = said.mistakes().into_iter().map(|mistake| mistake.pointer).collect();
        assert_eq!(pointers, ["/version", "/card_url", "/metrics/a~1b"]);
        let said = ModelSaid { name: "a b", purpose: " ", success_measure: &"x".repeat(4001) };
        let pointers: Vec<_> = said.mistakes().into_iter().map(|mistake| mistake.pointer).collect();
        assert_eq!(pointers, ["/name", "/purpose", "/success_measure"]);
    }

    #[test]
    fn evidence_is_from_the_past_and_has_a_whole_digest() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let mut evidence =
            Evidence { kind: EvidenceKind::Evaluation, sha256: "a".repeat(64), made_on: day("2026-11-20") };
        let mistakes = |evidence: &Evidence, title: &str, uri: &str| {
            let found = evidence.mistakes(title, uri, day("2026-11-20"));
            found.into_iter().map(|mistake| mistake.pointer).collect::<Vec<_>>()
        };
        assert!(mistakes(&evidence, "Hold-out test", "https://wiki.example/7").is_empty());
        evidence.made_on = day("2026-11-21");
        evidence.sha256.pop();
        assert_eq!(mistakes(&evidence, "a\nb", "wiki"), ["/title", "/uri", "/sha256", "/made_on"]);
    }
}
