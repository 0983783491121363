//! The maturity assessment as a document.
//!
//! The structs are what is printed, not what is stored: whoever calls [`maturity_report`] has decided who may see
//! what, resolved ids to names and scored the answers.

mod detail;
mod overview;

use std::collections::BTreeMap;

use assay_app::assessments::draft::choice_label;
use assay_domain::assessments::{Answer, Basis, DimensionScore, Fraction, Scorecard, State};
use assay_domain::questionnaires::{Bank, Question};
use chrono::NaiveDate;

use super::cover::Cover;
use super::frame::Frame;
use super::layout::{Doc, Fonts, Rich};
use super::{Error, integrity};

/// Everything that a maturity report prints. Whoever makes it has decided who may see what.
#[derive(Debug, Clone)]
pub struct MaturityReport<'a> {
    /// Who made it, when, against which ledger state.
    pub frame: Frame,
    /// The team that was assessed.
    pub team: String,
    /// The assessment's title; may be empty.
    pub title: String,
    /// What was assessed, in the team's words; may be empty.
    pub scope: String,
    /// How far the assessment has come.
    pub state: State,
    /// The bank that was answered.
    pub bank: &'a Bank,
    /// The result, of the same bank.
    pub scorecard: &'a Scorecard,
    /// The answers by code.
    pub answers: &'a BTreeMap<String, Answer>,
    /// Names of the people whom the answers mention, by what the answers call them; who is missing is printed as is.
    pub people: BTreeMap<String, String>,
    /// Results of the team until today, the oldest first; printed when there are at least two.
    pub history: Vec<PastResult>,
}

/// A result at a time.
#[derive(Debug, Clone)]
pub struct PastResult {
    /// The day for which it holds.
    pub as_of: NaiveDate,
    /// Level claimed.
    pub claimed: u8,
    /// Level supported.
    pub supported: u8,
}

/// The report as a PDF/A-3b file.
///
/// # Errors
/// [`Error`] when the fonts are broken or the file cannot be written.
pub fn maturity_report(report: &MaturityReport<'_>) -> Result<Vec<u8>, Error> {
    let title = format!("Maturity assessment: {}", report.team);
    let mut doc = Doc::new(Fonts::embedded()?, report.frame.paper);
    report.cover().write(&mut doc, &report.frame);
    overview::write(&mut doc, report);
    detail::write(&mut doc, report);
    let digests = [
        ("Scored input (SHA-256)", report.scorecard.input_sha256.as_str()),
        ("Questionnaire (SHA-256)", report.bank.sha256()),
    ];
    integrity::write(&mut doc, &report.frame, &digests);
    let subject = format!("{title} as of {}, {}", report.scorecard.as_of, report.state);
    doc.finish(&report.frame.running(&title), &report.frame.meta(title.clone(), subject))
}

impl MaturityReport<'_> {
    fn cover(&self) -> Cover<'_> {
        let asked = &self.scorecard.questionnaire;
        let state = match self.state {
            State::Draft => "Draft: still being answered, not for decisions",
            State::Submitted => "Submitted: answered, evidence is under review",
            State::Locked => "Locked: reviewed and fixed",
        };
        let mut facts = vec![
            ("As of", Rich::new().bold(self.scorecard.as_of.format("%-d %B %Y").to_string())),
            ("Status", Rich::from(state)),
            (
                "Questionnaire",
                Rich::from(format!(
                    "{}, version {}, profile {}",
                    self.bank.title, asked.version, asked.profile
                )),
            ),
        ];
        if !self.title.is_empty() {
            facts.insert(0, ("Assessment", Rich::from(self.title.as_str())));
        }
        Cover { kind: "MLOps maturity assessment", subject: &self.team, about: &self.scope, facts }
    }

    fn level_name(&self, level: u8) -> &str {
        self.bank.levels.get(usize::from(level)).map_or("", String::as_str)
    }

    /// What people call a dimension.
    fn dimension_title<'s>(&'s self, id: &'s str) -> &'s str {
        self.bank.dimension(id).map_or(id, |dimension| &dimension.title)
    }

    /// What people call somebody.
    fn person<'s>(&'s self, id: &'s str) -> &'s str {
        self.people.get(id).map_or(id, String::as_str)
    }

    /// The questions of a dimension in this profile, by level; within a level in the bank's order.
    fn questions_of(&self, dimension: &str) -> Vec<&Question> {
        let asked = self.bank.questions_of(&self.scorecard.questionnaire.profile);
        let mut questions: Vec<_> = asked.filter(|question| question.dimension == dimension).collect();
        questions.sort_by_key(|question| question.level);
        questions
    }
}

/// A fraction as a share for charts.
fn share(fraction: Fraction) -> f32 {
    fraction.num() as f32 / fraction.den() as f32
}

/// A fraction as a whole percentage, cut off: 79.9 % is not 80 %.
fn percent(fraction: Fraction) -> String {
    format!("{}\u{a0}%", fraction.scaled(100))
}

/// Level and progress towards the next in hundredths, for charts.
fn index(dimension: &DimensionScore, basis: Basis) -> u32 {
    let level = match basis {
        Basis::Claimed => dimension.claimed,
        Basis::Supported => dimension.supported,
    };
    let next = dimension.cells.iter().find(|cell| cell.level == level + 1);
    let score =
        next.map_or(
            Fraction::ZERO,
            |cell| if basis == Basis::Claimed { cell.score } else { cell.supported_score },
        );
    u32::from(level) * 100 + u32::try_from(score.scaled(100).min(99)).unwrap_or(0)
}

/// What people read for an answer as it stands in files: the words of the pages.
fn answer_words(answer: Option<&str>) -> &'static str {
    match answer {
        None => "Not answered",
        Some("not_applicable") => "Does not apply, not approved",
        Some(rung) => choice_label(rung),
    }
}
