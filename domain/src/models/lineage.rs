//! Where a version comes from: the run, the commit, the data and the version that it was made from.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::names::is_name;

/// A version of a model, by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct VersionRef {
    /// The model's name.
    pub model: String,
    /// The version, as the registry calls it.
    pub version: String,
}

impl std::fmt::Display for VersionRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.model, self.version)
    }
}

crate::names! {
    /// What a version used a dataset for, by its own declaration.
    pub enum UsedFor ("use of a dataset") {
        /// It learned from it.
        Training = "training", "Training";
        /// It was measured on it.
        Evaluation = "evaluation", "Evaluation";
    }
}

/// Where a version comes from, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Lineage {
    /// The run of the training, as the tracking tool calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// The commit that was built, 7 to 64 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The version that it was fine-tuned or otherwise made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<VersionRef>,
}

/// A field of a lineage that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineageMistake {
    /// JSON pointer to the field.
    pub pointer: &'static str,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Lineage {
    /// Every field that breaks a rule. `ancestors` tells, for the parent, its parent and so on, what is on record: the
    /// way from there must not lead back to `version`.
    pub fn mistakes(
        &self,
        version: &VersionRef,
        ancestors: impl Fn(&VersionRef) -> Option<VersionRef>,
    ) -> Vec<LineageMistake> {
        let mut found = Vec::new();
        let mut rule = |holds: bool, pointer, message: String| {
            if !holds {
                found.push(LineageMistake { pointer, message });
            }
        };
        let run = self.run.as_deref();
        rule(
            run.is_none_or(|run| is_name(run, 200)),
            "/run",
            "must be 1 to 200 letters, digits or . _ / : -".to_owned(),
        );
        let commit = self.commit.as_deref();
        rule(commit.is_none_or(is_commit), "/commit", "must be 7 to 64 hexadecimal digits".to_owned());
        if let Some(parent) = &self.parent {
            let circle = leads_back(parent, version, &ancestors);
            rule(!circle, "/parent", format!("{version} would be made from itself, by way of {parent}"));
        }
        found
    }
}

fn leads_back(
    parent: &VersionRef,
    version: &VersionRef,
    ancestors: &impl Fn(&VersionRef) -> Option<VersionRef>,
) -> bool {
    let (mut next, mut seen) = (Some(parent.clone()), BTreeSet::new());
    while let Some(one) = next {
        if one == *version {
            return true;
        }
        next = ancestors(&one).filter(|_| seen.insert(one));
    }
    false
}

/// Whether the text can be a commit.
pub(crate) fn is_commit(text: &str) -> bool {
    (7..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit())
}
