//! Models, and the questions about risk.

use crate::error::Error;
use crate::models::service::{questions, running_in};
use crate::models::store::{ModelLineRow, ModelRow};
use assay_domain::models::{RiskAnswer, RiskQuestion, RiskQuestions, TierReason, TierText};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// A model.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Model)]
pub(in crate::models::api) struct ModelBody {
    id: Uuid,
    #[schema(example = "fraud-scoring")]
    name: String,
    /// The team that answers for it.
    team: Uuid,
    /// What it is there for.
    purpose: String,
    /// By what one sees that it does that.
    success_measure: String,
    /// `minimal`, `limited`, `high` or `critical`; null until the questions about risk are answered.
    #[schema(example = "high")]
    tier: Option<String>,
    /// Whether somebody confirmed the first tier; until then nothing of the model may be deployed.
    tier_confirmed: bool,
    /// What the tier came from.
    risk: Option<RiskBody>,
    registered_at: DateTime<Utc>,
    /// When it was taken out of use.
    archived_at: Option<DateTime<Utc>>,
    /// Counts the changes. What `If-Match` takes.
    pub(in crate::models::api) revision: i64,
}

/// What a risk tier came from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModelRisk)]
struct RiskBody {
    /// The version of the questions that were answered.
    #[schema(example = "1.0.0")]
    questions_version: String,
    /// The answers, by the questions' ids.
    answers: BTreeMap<String, RiskAnswer>,
    /// Why it is this tier.
    reasons: Vec<ReasonBody>,
    /// Whether it must not be used before counsel has looked at it.
    stops: bool,
}

/// A reason for a tier.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModelRiskReason)]
struct ReasonBody {
    question: String,
    answer: RiskAnswer,
    reason: String,
}

impl TryFrom<ModelRow> for ModelBody {
    type Error = Error;

    fn try_from(row: ModelRow) -> Result<Self, Error> {
        let risk = row.risk()?.map(|risk| -> Result<RiskBody, Error> {
            let classification = risk.classification()?;
            let stops = classification.as_ref().is_some_and(|found| found.stops);
            let reason = |TierReason { question, answer, reason }| ReasonBody { question, answer, reason };
            let reasons = classification.map(|found| found.reasons).unwrap_or_default();
            Ok(RiskBody {
                questions_version: risk.version.to_string(),
                answers: risk.answers,
                reasons: reasons.into_iter().map(reason).collect(),
                stops,
            })
        });
        let tier_confirmed = row.tier_is_confirmed();
        Ok(Self {
            risk: risk.transpose()?,
            id: row.id,
            name: row.name,
            team: row.team_id,
            purpose: row.purpose,
            success_measure: row.success_measure,
            tier_confirmed,
            tier: row.tier,
            registered_at: row.registered_at,
            archived_at: row.archived_at,
            revision: row.revision,
        })
    }
}

/// A model in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ModelInList)]
pub(in crate::models::api) struct ModelLineBody {
    #[serde(flatten)]
    model: ModelBody,
    newest_version: Option<String>,
    /// The environments in which a version of it runs.
    #[schema(example = json!(["production"]))]
    runs_in: Vec<String>,
}

impl TryFrom<ModelLineRow> for ModelLineBody {
    type Error = Error;

    fn try_from(line: ModelLineRow) -> Result<Self, Error> {
        let runs_in = running_in(&line);
        let ModelLineRow { model, newest_version, .. } = line;
        Ok(Self { model: model.try_into()?, newest_version, runs_in })
    }
}

/// A model to register.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewModel)]
pub(in crate::models::api) struct NewModelBody {
    /// Unique in the organisation: letters, digits and `. _ / : -`.
    #[schema(example = "fraud-scoring")]
    pub(in crate::models::api) name: String,
    /// The team that answers for it, by id or short name; may be left out by somebody who has only one.
    pub(in crate::models::api) team: Option<String>,
    #[serde(default)]
    pub(in crate::models::api) purpose: String,
    #[serde(default)]
    pub(in crate::models::api) success_measure: String,
    /// An answer to each question of `GET /risk-questions`, by its id.
    pub(in crate::models::api) risk_answers: Option<BTreeMap<String, RiskAnswer>>,
}

/// What is to become of a model. What is absent stays as it is.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = ModelChange)]
pub(in crate::models::api) struct ModelChangeBody {
    pub(in crate::models::api) purpose: Option<String>,
    pub(in crate::models::api) success_measure: Option<String>,
    /// The team that is to answer for it, by id or short name. Others confirm it.
    pub(in crate::models::api) team: Option<String>,
    /// An answer to each question of `GET /risk-questions`, by its id.
    ///
    /// Answers that lower the tier change nothing by themselves: they are a proposal (`GET /proposals`), which a compliance
    /// officer confirms.
    pub(in crate::models::api) risk_answers: Option<BTreeMap<String, RiskAnswer>>,
    /// Why, for those who confirm it; needed where the answers lower the tier.
    pub(in crate::models::api) reason: Option<String>,
    /// Whether it is out of use.
    pub(in crate::models::api) archived: Option<bool>,
    /// Whether to do it although it ends or suspends what is approved; otherwise such a change is refused.
    pub(in crate::models::api) ends_approval: Option<bool>,
}

/// The questions that lead to a risk tier.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RiskQuestions)]
pub(in crate::models::api) struct QuestionsBody {
    version: String,
    title: String,
    description: String,
    /// From the least to the greatest.
    tiers: Vec<TierBody>,
    questions: Vec<QuestionBody>,
}

/// A risk tier.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RiskTier)]
struct TierBody {
    id: &'static str,
    title: String,
    /// What belongs there.
    help: String,
}

/// A question about risk.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RiskQuestion)]
struct QuestionBody {
    id: String,
    text: String,
    help: String,
    /// The tier that a yes leads to, at least.
    tier: &'static str,
    /// Whether a yes means that the model must not be used before counsel has looked at it.
    stops: bool,
}

impl QuestionsBody {
    pub(in crate::models::api) fn now() -> Result<Self, Error> {
        let RiskQuestions { version, title, description, tiers, questions, .. } = questions()?.clone();
        let tier = |tier: TierText| TierBody { id: tier.id.name(), title: tier.title, help: tier.help };
        let question = |question: RiskQuestion| QuestionBody {
            id: question.id,
            text: question.text,
            help: question.help,
            tier: question.tier.name(),
            stops: question.stops,
        };
        Ok(Self {
            version: version.to_string(),
            title,
            description,
            tiers: tiers.into_iter().map(tier).collect(),
            questions: questions.into_iter().map(question).collect(),
        })
    }
}
