//! What changed between two versions of a bank, and what that means for the version and for answers already given.
//!
//! Questions are the same when their `id` is. What a question *asks* decides whether an answer can be kept:
//!
//! | fields that differ | change | answer | version |
//! | --- | --- | --- | --- |
//! | ladder, dimension, level, weight, mandatory, not_applicable, profiles | changed | asked again | major |
//! | text, options | clarified | kept and flagged | minor |
//! | all others | wording | kept | patch |

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Bank, Bump, Question, Version};

/// What happened to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Explained differently; the answer is kept.
    Wording,
    /// Asked in other words; the answer is kept and flagged.
    Clarified,
    /// Asks or counts something else; asked again.
    Changed,
    /// New.
    Added,
    /// Gone; the answer is archived.
    Retired,
}

impl Change {
    /// The part of the version that the change raises.
    #[must_use]
    pub const fn bump(self) -> Bump {
        match self {
            Self::Wording => Bump::Patch,
            Self::Clarified | Self::Added => Bump::Minor,
            Self::Changed | Self::Retired => Bump::Major,
        }
    }

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wording => "wording",
            Self::Clarified => "clarified",
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Retired => "retired",
        }
    }
}

/// One question that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionChange {
    /// The question.
    pub id: Uuid,
    /// Its code: the new one, or the last one where it is retired.
    pub code: String,
    /// What happened to it.
    pub change: Change,
    /// The fields that differ.
    pub fields: Vec<String>,
}

/// The difference between two versions of a bank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diff {
    /// The older version.
    pub old: Version,
    /// The newer version.
    pub new: Version,
    /// Fields of the head that differ.
    pub head: Vec<String>,
    /// Questions that differ: in the order of the new bank, the retired ones last.
    pub questions: Vec<QuestionChange>,
    /// The part of the version that the changes raise.
    pub bump: Bump,
}

impl Diff {
    /// The lowest version that the new bank may have.
    #[must_use]
    pub const fn required(&self) -> Version {
        self.old.raised(self.bump)
    }

    /// Whether the new bank's version says as much as it changed.
    #[must_use]
    pub fn is_honest(&self) -> bool {
        self.new >= self.required()
    }
}

/// Compares two versions of a bank.
#[must_use]
pub fn diff(old: &Bank, new: &Bank) -> Diff {
    let before: HashMap<Uuid, &Question> = old.questions.iter().map(|q| (q.id, q)).collect();
    let after: HashMap<Uuid, &Question> = new.questions.iter().map(|q| (q.id, q)).collect();
    let kept = new.questions.iter().filter_map(|question| match before.get(&question.id) {
        Some(earlier) => compare(earlier, question),
        None => Some(change(question, Change::Added, Vec::new())),
    });
    let retired = old.questions.iter().filter(|question| !after.contains_key(&question.id));
    let questions: Vec<_> = kept.chain(retired.map(|q| change(q, Change::Retired, Vec::new()))).collect();
    let (head, head_bump) = compare_heads(old, new);
    let bump =
        questions.iter().map(|question| question.change.bump()).max().unwrap_or(Bump::None).max(head_bump);
    Diff { old: old.version, new: new.version, head, questions, bump }
}

fn change(question: &Question, change: Change, fields: Vec<&str>) -> QuestionChange {
    let fields = fields.into_iter().map(str::to_owned).collect();
    QuestionChange { id: question.id, code: question.code.clone(), change, fields }
}

/// What differs between two wordings of a question; nothing where they are equal.
fn compare(old: &Question, new: &Question) -> Option<QuestionChange> {
    let meaning = [
        ("ladder", old.ladder != new.ladder),
        ("dimension", old.dimension != new.dimension),
        ("level", old.level != new.level),
        ("weight", old.weight != new.weight),
        ("mandatory", old.mandatory != new.mandatory),
        ("not_applicable", old.not_applicable != new.not_applicable),
        ("profiles", old.profiles != new.profiles),
    ];
    let asked = [("text", old.text != new.text), ("options", old.options != new.options)];
    let explained = [
        ("code", old.code != new.code),
        ("capability", old.capability != new.capability),
        ("why", old.why != new.why),
        ("risk", old.risk != new.risk),
        ("evidence", old.evidence != new.evidence),
        ("owner_roles", old.owner_roles != new.owner_roles),
        ("depends_on", old.depends_on != new.depends_on),
        ("effort", old.effort != new.effort),
        ("usefulness", old.usefulness != new.usefulness),
        ("action", old.action != new.action),
        ("tools", old.tools != new.tools),
        ("principle", old.principle != new.principle),
        ("component", old.component != new.component),
        ("phase", old.phase != new.phase),
        ("controls", old.controls != new.controls),
        ("source", old.source != new.source),
    ];
    let differing = |fields: &[(&'static str, bool)]| -> Vec<&'static str> {
        fields.iter().filter(|(_, differs)| *differs).map(|(field, _)| *field).collect()
    };
    let (meaning, asked, explained) = (differing(&meaning), differing(&asked), differing(&explained));
    let kind = if !meaning.is_empty() {
        Change::Changed
    } else if !asked.is_empty() {
        Change::Clarified
    } else if !explained.is_empty() {
        Change::Wording
    } else {
        return None;
    };
    Some(change(new, kind, [meaning, asked, explained].concat()))
}

/// Differences outside the questions. Lists that questions refer to need no look of their own beyond their wording:
/// what is added or retired there shows in the questions.
fn compare_heads(old: &Bank, new: &Bank) -> (Vec<String>, Bump) {
    let fields = [
        ("id", old.id != new.id, Bump::Major),
        ("scoring", old.scoring != new.scoring, Bump::Major),
        ("default_profile", old.default_profile != new.default_profile, Bump::Major),
        ("title", old.title != new.title, Bump::Patch),
        ("description", old.description != new.description, Bump::Patch),
        ("levels", old.levels != new.levels, Bump::Patch),
        ("profiles", old.profiles != new.profiles, Bump::Patch),
        ("dimensions", old.dimensions != new.dimensions, Bump::Patch),
        ("capabilities", old.capabilities != new.capabilities, Bump::Patch),
        ("principles", old.principles != new.principles, Bump::Patch),
        ("components", old.components != new.components, Bump::Patch),
        ("phases", old.phases != new.phases, Bump::Patch),
        ("roles", old.roles != new.roles, Bump::Patch),
    ];
    let differing = fields.iter().filter(|(_, differs, _)| *differs);
    let bump = differing.clone().map(|(_, _, bump)| *bump).max().unwrap_or(Bump::None);
    (differing.map(|(field, _, _)| (*field).to_owned()).collect(), bump)
}
