//! What is shown for a version: evaluations, cards and plans, each with its digest and its day.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

crate::names! {
    /// What a piece of evidence is about.
    pub enum EvidenceKind ("kind of evidence") {
        /// How well it does its task, on data it was not trained on.
        Evaluation = "evaluation", "Evaluation";
        /// How its errors and outcomes differ between groups of people.
        Fairness = "fairness", "Fairness";
        /// How it behaves on bad, rare, shifted or hostile input.
        Robustness = "robustness", "Robustness";
        /// What it is for, what it is not for, and what is known about it.
        ModelCard = "model-card", "Model card";
        /// How its outputs are explained to those who act on them.
        Explainability = "explainability", "Explainability";
        /// Where its data comes from and what is in it.
        DataSheet = "data-sheet", "Data sheet";
        /// What it can do to people, and what is done about it.
        ImpactAssessment = "impact-assessment", "Impact assessment";
        /// Who watches over it and how they stop it.
        HumanOversight = "human-oversight", "Human oversight";
        /// What is watched once it runs, and who is told.
        MonitoringPlan = "monitoring-plan", "Monitoring plan";
        /// What was looked at to keep attackers out.
        Security = "security", "Security review";
    }
}

/// A piece of evidence for a version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// What it is about.
    pub kind: EvidenceKind,
    /// SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// The day on which it was made.
    pub made_on: NaiveDate,
}
