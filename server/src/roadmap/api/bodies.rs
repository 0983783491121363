//! What the API of roadmaps takes and answers.

use crate::roadmap::service::{ItemHistory, TeamRoadmap, Tracked};
use crate::roadmap::store::{CommentRow, EvidenceRow};
use assay_domain::assessments::EvidenceKind;
use assay_domain::roadmap::{Calendar, Item, Roadmap, Wishes};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// What a team wishes of its roadmap. Without anything: the shortest way to the next level.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = RoadmapWishes)]
pub(super) struct WishesBody {
    /// The level of the whole to reach; one above the present one when absent.
    #[schema(minimum = 0, maximum = 4, example = 2)]
    pub(super) target: Option<u8>,
    /// Levels of single dimensions to reach, by id; they go before `target`.
    #[schema(example = json!({ "operations": 1 }))]
    pub(super) dimension_targets: BTreeMap<String, u8>,
    /// Effort points that a job role carries in a phase, at least 1; 12 for those not named.
    #[schema(example = json!({ "ml-engineer": 8 }))]
    pub(super) capacities: BTreeMap<String, u32>,
    /// Codes of questions that are left out.
    pub(super) switched_off: BTreeSet<String>,
    /// The first phase (from 1) in which an item may be worked on, by code.
    pub(super) not_before: BTreeMap<String, u32>,
    /// When phases begin and how long they are; without it they only have numbers.
    pub(super) calendar: Option<CalendarBody>,
}

/// When phases begin and end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RoadmapCalendar)]
pub(super) struct CalendarBody {
    /// The first day of the first phase.
    pub(super) start: NaiveDate,
    /// How long a phase is, in weeks.
    #[schema(minimum = 1, maximum = 52)]
    pub(super) phase_weeks: u32,
}

impl From<WishesBody> for Wishes {
    fn from(body: WishesBody) -> Self {
        let WishesBody { target, dimension_targets, capacities, switched_off, not_before, calendar } = body;
        let calendar = calendar.map(|CalendarBody { start, phase_weeks }| Calendar { start, phase_weeks });
        let unowned = BTreeSet::new();
        Self { target, dimension_targets, capacities, switched_off, not_before, unowned, calendar }
    }
}

impl From<Wishes> for WishesBody {
    fn from(wishes: Wishes) -> Self {
        let Wishes { target, dimension_targets, capacities, switched_off, not_before, calendar, unowned: _ } =
            wishes;
        let calendar = calendar.map(|Calendar { start, phase_weeks }| CalendarBody { start, phase_weeks });
        Self { target, dimension_targets, capacities, switched_off, not_before, calendar }
    }
}

/// The same wishes in a query. Only described here; [`crate::roadmap::wishes`] reads them.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query, which is read pair by pair")]
pub(super) struct WishesQuery {
    /// The level of the whole to reach, 1 to 4; one above the present one when absent.
    #[param(minimum = 0, maximum = 4)]
    target: Option<u8>,
    /// Levels of single dimensions to reach: `dimension_targets[operations]=1`.
    #[param(style = DeepObject, explode)]
    dimension_targets: Option<BTreeMap<String, u8>>,
    /// Effort points that a job role carries in a phase: `capacities[ml-engineer]=8`.
    #[param(style = DeepObject, explode)]
    capacities: Option<BTreeMap<String, u32>>,
    /// Codes of questions that are left out, one a parameter.
    switched_off: Option<Vec<String>>,
    /// The first phase in which an item may be worked on: `not_before[MC-2.1]=3`.
    #[param(style = DeepObject, explode)]
    not_before: Option<BTreeMap<String, u32>>,
    /// When phases begin and how long they are: `calendar[start]=2026-12-01&calendar[phase_weeks]=6`.
    #[param(style = DeepObject, explode, value_type = Option<CalendarBody>)]
    calendar: Option<CalendarBody>,
}

/// A team's roadmap.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = TeamRoadmap)]
pub(super) struct TeamRoadmapBody {
    /// How often it was saved; 0 while nobody did. What `If-Match` takes.
    pub(super) revision: i64,
    /// Who saved it last.
    made_by: Option<Uuid>,
    made_at: Option<DateTime<Utc>>,
    /// The assessment whose answers it starts from; absent while the team has none.
    assessment: Option<Uuid>,
    /// What was saved.
    wishes: WishesBody,
    /// What follows: the JSON of `assay roadmap`.
    roadmap: Option<Roadmap>,
    /// What is worked on, by code.
    items: Vec<ItemBody>,
}

impl From<TeamRoadmap> for TeamRoadmapBody {
    fn from(team: TeamRoadmap) -> Self {
        let TeamRoadmap { start, saved, wishes, plan, items, .. } = team;
        let items = items.into_iter().map(|item| ItemBody::new(item, &plan)).collect();
        Self {
            revision: saved.as_ref().map_or(0, |row| row.revision),
            made_by: saved.as_ref().map(|row| row.made_by),
            made_at: saved.map(|row| row.made_at),
            assessment: Some(start.row.id),
            wishes: wishes.into(),
            roadmap: Some(plan),
            items,
        }
    }
}

/// An item of a roadmap.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoadmapItem)]
pub(super) struct ItemBody {
    id: Uuid,
    team: Uuid,
    questionnaire: String,
    /// The question's id, the same in all versions of the questionnaire.
    question: Uuid,
    code: String,
    /// `planned`, `in_progress`, `blocked`, `done` or `dropped`.
    status: &'static str,
    /// Who works on it.
    owner: Option<Uuid>,
    due: Option<NaiveDate>,
    /// The phase in which it ends; absent when it is not in the plan.
    phase: Option<u32>,
    /// Where it stands in the plan: an item of the JSON of `assay roadmap`.
    planned: Option<Item>,
    /// Whether accepted evidence waits to be taken over into an assessment.
    proposed: bool,
    /// The assessment that it was taken over into last.
    answered_in: Option<Uuid>,
    evidence: Vec<EvidenceBody>,
    created_at: DateTime<Utc>,
    /// Counts the changes. What `If-Match` takes.
    pub(super) revision: i64,
}

impl ItemBody {
    fn new(item: Tracked, plan: &Roadmap) -> Self {
        let place = plan.phases.iter().find_map(|phase| {
            let planned = phase.items.iter().find(|planned| Some(&planned.code) == item.code.as_ref())?;
            Some((phase.number, planned.clone()))
        });
        Self {
            id: item.row.id,
            team: item.row.team_id,
            code: item.code().to_owned(),
            questionnaire: item.row.questionnaire,
            question: item.row.question_id,
            status: item.status.as_str(),
            owner: item.row.owner_id,
            due: item.row.due,
            phase: place.as_ref().map(|(phase, _)| *phase),
            planned: place.map(|(_, planned)| planned),
            proposed: item.is_proposed,
            answered_in: item.row.answered_in,
            evidence: item.evidence.into_iter().map(Into::into).collect(),
            created_at: item.row.created_at,
            revision: item.row.revision,
        }
    }
}

/// An item with what was said about it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoadmapItemWithComments)]
pub(super) struct WholeItem {
    #[serde(flatten)]
    pub(super) item: ItemBody,
    /// The oldest first.
    comments: Vec<CommentBody>,
}

impl From<ItemHistory> for WholeItem {
    fn from(found: ItemHistory) -> Self {
        let comments = found.comments.into_iter().map(Into::into).collect();
        Self { item: ItemBody::new(found.item, &found.roadmap.plan), comments }
    }
}

/// A comment on an item.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoadmapComment)]
pub(super) struct CommentBody {
    id: Uuid,
    comment: String,
    written_by: Uuid,
    written_at: DateTime<Utc>,
}

impl From<CommentRow> for CommentBody {
    fn from(row: CommentRow) -> Self {
        Self { id: row.id, comment: row.body, written_by: row.written_by, written_at: row.written_at }
    }
}

/// A piece of evidence of an item.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoadmapEvidence)]
pub(super) struct EvidenceBody {
    id: Uuid,
    uri: String,
    sha256: Option<String>,
    /// `artefact` or `automated`.
    kind: String,
    expires: Option<NaiveDate>,
    added_by: Uuid,
    added_at: DateTime<Utc>,
    /// `accepted`, `rejected` or null while nobody looked.
    decision: Option<String>,
    /// The rung that was reviewed: the top of the question's ladder.
    reviewed_value: Option<String>,
    reviewed_by: Option<Uuid>,
    reviewed_at: Option<DateTime<Utc>>,
    /// Why.
    reason: Option<String>,
    /// The machine that checked it and vouches for it, by name; null for all other evidence.
    vouched_by: Option<String>,
}

impl From<EvidenceRow> for EvidenceBody {
    fn from(row: EvidenceRow) -> Self {
        let kind = if row.is_vouched() { "automated" } else { "artefact" }.to_owned();
        Self {
            id: row.id,
            uri: row.uri,
            sha256: row.sha256,
            kind,
            expires: row.expires,
            added_by: row.added_by,
            added_at: row.added_at,
            decision: row.decision,
            reviewed_value: row.reviewed_value,
            reviewed_by: row.reviewed_by,
            reviewed_at: row.reviewed_at,
            reason: row.review_note,
            vouched_by: row.vouched_by,
        }
    }
}

/// What is to become of an item. What is absent stays as it is; null takes away.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(as = RoadmapItemChange)]
pub(super) struct ChangeBody {
    /// `planned`, `in_progress`, `blocked`, `done` (with evidence) or `dropped` (with a comment that says why).
    #[schema(example = "in_progress")]
    pub(super) status: Option<String>,
    /// An active member of the team, or null for nobody.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<Uuid>)]
    pub(super) owner: Option<Option<Uuid>>,
    /// Today or a later day, or null for none.
    #[serde(deserialize_with = "given")]
    #[schema(value_type = Option<NaiveDate>)]
    pub(super) due: Option<Option<NaiveDate>>,
    /// What is said about it.
    pub(super) comment: Option<String>,
}

/// Tells null from absent.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// A comment to write.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewRoadmapComment)]
pub(super) struct NewComment {
    pub(super) comment: String,
}

/// A piece of evidence to attach.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewRoadmapEvidence)]
pub(super) struct NewEvidenceBody {
    /// Where it is.
    #[schema(example = "https://wiki.example/registry")]
    pub(super) uri: String,
    /// SHA-256 of what is there, in lower-case hexadecimal.
    #[serde(default)]
    pub(super) sha256: Option<String>,
    /// `artefact` when absent; `automated` only by a service account or a trusted CI job with the
    /// scope `evidence:write`.
    #[serde(default = "artefact")]
    #[schema(value_type = String, example = "artefact")]
    pub(super) kind: EvidenceKind,
    /// The last day on which it counts in full.
    #[serde(default)]
    pub(super) expires: Option<NaiveDate>,
}

const fn artefact() -> EvidenceKind {
    EvidenceKind::Artefact
}

/// What a reviewer found.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = RoadmapReview)]
pub(super) struct ReviewBody {
    /// Whether it shows that the item is at the top of its ladder.
    pub(super) accepted: bool,
    /// Needed when it was not accepted.
    #[serde(default)]
    pub(super) reason: String,
}

/// What taking over came to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RoadmapTakenOver)]
pub(super) struct TakenOverBody {
    /// The assessment whose answer was changed.
    pub(super) assessment: Uuid,
    /// Whether it was started for it, with the latest answers carried over.
    pub(super) started: bool,
    pub(super) code: String,
    /// The rung that it was raised to.
    pub(super) value: String,
}
