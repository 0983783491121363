//! What goes over the wire.

use crate::App;
use crate::approvals::requests::service::{Kept, Makers, approvals, makers};
use crate::approvals::requests::store::{self, WordRow};
use crate::error::Error;
use assay_domain::approvals::{
    Block, BoundState, BoundUse, ConditionState, Decider, Decision, OnRecord, Review, State, Who,
};
use assay_domain::models::{Tier, UsedFor, VersionRef};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which requests to show. What is left out narrows nothing.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchQuery {
    /// `open`, `approved`, `suspended`, `rejected`, `withdrawn`, `expired`, `revoked`, `superseded` or `stale`.
    pub(super) state: Option<String>,
    /// The team that owns the model, by id or short name.
    pub(super) team: Option<String>,
    /// The model's name.
    pub(super) model: Option<String>,
    /// Where it is to be deployed.
    pub(super) environment: Option<String>,
    /// Only what waits for a decision or a review by the caller.
    pub(super) waiting_for_me: Option<bool>,
    /// How many items at most, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<u16>,
    /// `next` of the page before.
    pub(super) after: Option<String>,
}

/// What is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewApprovalRequest)]
pub(super) struct NewRequestBody {
    /// Where the version is to be deployed.
    #[schema(example = "production")]
    pub(super) environment: String,
    /// What those who decide should know.
    pub(super) note: Option<String>,
    /// Deploys before the decisions.
    pub(super) emergency: Option<EmergencyBody>,
    /// Whether to ask although it is approved. What is approved holds until the renewal is decided: approved, the renewal
    /// takes its place; rejected, it ends.
    pub(super) renew: Option<bool>,
}

/// An emergency.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewEmergency)]
pub(super) struct EmergencyBody {
    /// Why it cannot wait.
    pub(super) reason: String,
}

/// A decision.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewDecision)]
pub(super) struct DecisionBody {
    /// The step of the policy.
    #[schema(example = "craft")]
    pub(super) step: String,
    /// Yes or no.
    pub(super) decision: Decision,
    /// Why; needed with a no.
    pub(super) reason: Option<String>,
    /// What has to be done by when; with a yes only.
    #[serde(default)]
    pub(super) conditions: Vec<NewConditionBody>,
    /// Somebody who is away and lets the caller decide, by id or mail address.
    pub(super) on_behalf_of: Option<String>,
    /// `bound_sha256` of the request that was looked at.
    pub(super) bound_sha256: String,
}

/// A condition.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewCondition)]
pub(super) struct NewConditionBody {
    /// What has to be done.
    pub(super) text: String,
    /// The last day for it.
    pub(super) due: NaiveDate,
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ApprovalReason)]
pub(super) struct ReasonBody {
    /// Why.
    pub(super) reason: Option<String>,
}

/// That a condition is fulfilled.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = ConditionConfirmation)]
pub(super) struct ConfirmationBody {
    /// What shows it.
    pub(super) note: Option<String>,
}

/// What was found about an emergency.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = EmergencyReview)]
pub(super) struct ReviewBody {
    /// Whether it was one.
    pub(super) justified: bool,
    /// Why; needed.
    pub(super) reason: Option<String>,
}

/// A request and what became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApprovalRequest)]
pub(super) struct RequestBody {
    id: Uuid,
    model: String,
    version: String,
    /// The team that owns the model.
    team: Uuid,
    environment: String,
    /// `open`, `approved`, `suspended`, `rejected`, `withdrawn`, `expired`, `revoked`, `superseded` or `stale`.
    state: &'static str,
    /// Since when; null while it is open.
    since: Option<DateTime<Utc>>,
    /// When it ends by time; null once nothing can happen to it.
    until: Option<DateTime<Utc>>,
    /// The person or service account that asked.
    requested_by: Uuid,
    requested_at: DateTime<Utc>,
    /// What those who decide should know.
    note: Option<String>,
    /// Who is on record for the version.
    made_by: MadeByBody,
    policy: PolicyBody,
    /// What is decided about.
    bound: BoundBody,
    /// Its digest: what a decision has to name.
    bound_sha256: String,
    /// The decisions that are needed, in order.
    steps: Vec<StepBody>,
    /// The decisions so far, all of them about the present state.
    decisions: Vec<DecidedBody>,
    /// The emergency that was declared, if any.
    emergency: Option<DeclaredBody>,
    /// What has changed since it was approved, where it is stale.
    changes: Vec<String>,
    /// The request that took its place, where one did.
    superseded_by: Option<Uuid>,
    /// Counts what has happened to it.
    revision: i64,
}

/// Who is on record for the version. All empty: nobody is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApprovalMadeBy)]
struct MadeByBody {
    /// Who made it, whoever registered it included.
    authors: Vec<SomebodyBody>,
    /// Whose commits are in it.
    committers: Vec<SomebodyBody>,
    /// Who attached evidence, declared data, or changed what is said of it.
    contributors: Vec<SomebodyBody>,
}

/// Somebody, by account or by how other systems know them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApprovalPerson)]
struct SomebodyBody {
    account: Option<Uuid>,
    /// `issuer|subject`, for somebody without an account.
    subjects: Vec<String>,
}

impl From<&Who> for SomebodyBody {
    fn from(who: &Who) -> Self {
        let subjects =
            if who.account.is_some() { Vec::new() } else { who.subjects.iter().cloned().collect() };
        Self { account: who.account, subjects }
    }
}

impl From<Makers> for MadeByBody {
    fn from(Makers { authors, committers, contributors }: Makers) -> Self {
        let all = |people: Vec<Who>| people.iter().map(SomebodyBody::from).collect();
        Self { authors: all(authors), committers: all(committers), contributors: all(contributors) }
    }
}

/// The policy that decides.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApprovalPolicyReference)]
struct PolicyBody {
    id: String,
    version: String,
    sha256: String,
}

/// What is decided about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApprovalBoundState)]
struct BoundBody {
    artefact_digest: String,
    datasets: Vec<BoundDatasetBody>,
    evidence: Vec<BoundEvidenceBody>,
    /// What the registry said when it was asked for; null where approvals were not bound to that yet.
    on_record: Option<OnRecordBody>,
}

/// What the registry said of a version and its model.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApprovalBoundRecord)]
struct OnRecordBody {
    tier: Option<Tier>,
    /// The team that owned the model.
    team: Uuid,
    /// Measures: name to number, as the tool wrote it.
    metrics: BTreeMap<String, String>,
    card_url: Option<String>,
    run: Option<String>,
    commit: Option<String>,
    /// The version that it was made from.
    parent: Option<VersionRef>,
    /// What its data was used for, by its own declaration.
    uses: Vec<BoundUseBody>,
}

/// A declared use of a version of a dataset.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApprovalBoundUse)]
struct BoundUseBody {
    /// `namespace/name`.
    dataset: String,
    version: String,
    used_for: UsedFor,
}

/// A version of a dataset.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApprovalBoundDataset)]
struct BoundDatasetBody {
    /// `namespace/name`.
    dataset: String,
    version: String,
    digest: String,
}

/// A piece of evidence.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApprovalBoundEvidence)]
struct BoundEvidenceBody {
    kind: &'static str,
    sha256: String,
}

/// A step of the policy.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApprovalStep)]
struct StepBody {
    id: String,
    title: String,
    /// Who holds one of these job roles can decide.
    roles: Vec<String>,
    needed: usize,
    given: usize,
    /// Whether it takes approvals now.
    takes: bool,
}

/// A decision that was made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApprovalDecisionMade)]
struct DecidedBody {
    step: String,
    /// The job role by which it counts.
    role: String,
    #[schema(value_type = String)]
    decision: &'static str,
    /// The account; null for somebody who is known elsewhere only.
    by: Option<Uuid>,
    /// Who was away, where it was for somebody else.
    on_behalf_of: Option<Uuid>,
    /// The tool in which it was decided, where it was another.
    provider: Option<String>,
    /// The trust rule or token that vouches for who decided there.
    vouched_by: Option<Uuid>,
    /// By what it vouches: `machine`, its own word; `signed-claim`, an id in the job's own token.
    #[schema(value_type = Option<String>)]
    vouched: Option<&'static str>,
    at: DateTime<Utc>,
    reason: Option<String>,
    conditions: Vec<ConditionBody>,
    /// That whoever decided is named as an author or a committer.
    claims: Vec<ClaimBody>,
}

/// That whoever decided is named as somebody who made the version.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApprovalDecisionClaim)]
struct ClaimBody {
    id: Uuid,
    /// `author` or `committer`.
    #[schema(value_type = String)]
    part: &'static str,
    since: DateTime<Utc>,
    /// Whether it is so: the decision counts no more. Otherwise an open request waits, and an approval goes on for seven
    /// days.
    confirmed: bool,
}

/// A condition of an approval.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApprovalCondition)]
struct ConditionBody {
    id: Uuid,
    /// What has to be done; null where the words were erased.
    text: Option<String>,
    due: NaiveDate,
    /// `open`, `overdue` or `met`.
    state: &'static str,
}

/// An emergency that was declared.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeclaredEmergency)]
struct DeclaredBody {
    by: Option<Uuid>,
    at: DateTime<Utc>,
    /// When it ends.
    until: DateTime<Utc>,
    /// By when it has to be reviewed; null once it was.
    review_by: Option<DateTime<Utc>>,
    /// What the review found; null while there is none.
    justified: Option<bool>,
    /// Why no other emergency can be declared for the model in the environment: `not_reviewed` (in time) or
    /// `not_justified`; null where it blocks none.
    blocks: Option<&'static str>,
    /// When what it blocked was lifted; null where it was not.
    block_lifted_at: Option<DateTime<Utc>>,
    /// Who lifted it; null where nobody did, or where there was no officer who could.
    block_lifted_by: Option<Uuid>,
}

impl RequestBody {
    /// A request as it is now.
    pub(super) async fn new(app: &App, kept: Kept) -> Result<Self, Error> {
        let mut conn = app.db.read().await?;
        let now = app.clock.now();
        let kept = kept.at(&mut conn, now).await?;
        let policy = kept.policy(&mut conn).await?;
        let said = store::words(&mut conn, kept.row.id).await?;
        let made_by = makers(&mut conn, kept.row.model_version_id).await?.into();
        let (approval, row) = (&kept.approval, &kept.row);
        let state = approval.state();
        let progress = match state {
            State::Open(open) => open.progress(&policy),
            _ => Vec::new(),
        };
        let given = |step: &str| approvals(state).iter().filter(|one| one.step == step).count();
        let step = |step: &assay_domain::approvals::Step| {
            let open = progress.iter().find(|progress| progress.step == step.id);
            StepBody {
                id: step.id.clone(),
                title: step.title.clone(),
                roles: step.roles.clone(),
                needed: step.count.into(),
                given: given(&step.id),
                takes: open.is_some_and(|progress| progress.takes),
            }
        };
        let note = said.iter().find(|word| word.field == "note" && word.said_at == row.requested_at);
        Ok(Self {
            id: row.id,
            model: row.model.clone(),
            version: row.version.clone(),
            team: row.team_id,
            environment: row.environment.clone(),
            state: state.name(),
            since: state.since(),
            until: approval.until(),
            requested_by: row.requested_by,
            requested_at: row.requested_at,
            note: note.map(|word| word.body.clone()),
            made_by,
            policy: PolicyBody {
                id: policy.id.clone(),
                version: policy.version.to_string(),
                sha256: policy.sha256().to_owned(),
            },
            bound: bound(state.bound()),
            bound_sha256: state.bound().sha256(),
            steps: policy.steps.iter().map(step).collect(),
            decisions: decisions(state, &said, now),
            emergency: emergency(&kept, now),
            changes: changes(state),
            superseded_by: match state {
                State::Superseded(superseded) => Some(superseded.by),
                _ => None,
            },
            revision: row.revision,
        })
    }
}

fn bound(state: &BoundState) -> BoundBody {
    let datasets = state.datasets.iter().map(|one| BoundDatasetBody {
        dataset: one.dataset.clone(),
        version: one.version.clone(),
        digest: one.digest.clone(),
    });
    let evidence = state
        .evidence
        .iter()
        .map(|one| BoundEvidenceBody { kind: one.kind.name(), sha256: one.sha256.clone() });
    BoundBody {
        artefact_digest: state.artefact_digest.to_string(),
        datasets: datasets.collect(),
        evidence: evidence.collect(),
        on_record: state.on_record.as_ref().map(on_record),
    }
}

fn on_record(on_record: &OnRecord) -> OnRecordBody {
    let OnRecord { tier, team, metrics, card, run, commit, parent, uses } = on_record.clone();
    let one = |BoundUse { dataset, version, used_for }| BoundUseBody { dataset, version, used_for };
    let uses = uses.into_iter().map(one).collect();
    OnRecordBody { tier, team, metrics, card_url: card, run, commit, parent, uses }
}

fn changes(state: &State) -> Vec<String> {
    match state {
        State::Stale(stale) => stale.changes(),
        _ => Vec::new(),
    }
}

fn decisions(state: &State, said: &[WordRow], now: DateTime<Utc>) -> Vec<DecidedBody> {
    let reason = |decider: &Decider, at: DateTime<Utc>| {
        let by = acted(decider).account;
        let mut said = said.iter().filter(|word| word.field == "reason" && word.said_at == at);
        let external = matches!(decider, Decider::External { .. });
        said.find(|word| external || Some(word.said_by) == by).map(|word| word.body.clone())
    };
    let made =
        |step: &str, role: &str, decider: &Decider, decision: Decision, at: DateTime<Utc>| DecidedBody {
            step: step.to_owned(),
            role: role.to_owned(),
            decision: decision.name(),
            by: acted(decider).account,
            on_behalf_of: match decider {
                Decider::Person { on_behalf_of, .. } => on_behalf_of.as_ref().and_then(|away| away.account),
                Decider::External { .. } => None,
            },
            provider: match decider {
                Decider::External { provider, .. } => Some(provider.clone()),
                Decider::Person { .. } => None,
            },
            vouched_by: match decider {
                Decider::External { by, .. } => *by,
                Decider::Person { .. } => None,
            },
            vouched: match decider {
                Decider::External { vouched, .. } => Some(vouched.name()),
                Decider::Person { .. } => None,
            },
            at,
            reason: reason(decider, at),
            conditions: Vec::new(),
            claims: Vec::new(),
        };
    let approved = approvals(state).iter().map(|one| {
        let conditions = one.conditions.iter().map(|condition| ConditionBody {
            id: condition.id,
            text: said.iter().find(|word| word.about == Some(condition.id)).map(|word| word.body.clone()),
            due: condition.due,
            state: match condition.state {
                ConditionState::Met { .. } => "met",
                _ if condition.is_overdue(now) => "overdue",
                ConditionState::Open | ConditionState::Overdue { .. } => "open",
            },
        });
        let conditions = conditions.collect();
        let claims = one.claims.iter().map(|claim| ClaimBody {
            id: claim.id,
            part: claim.part.name(),
            since: claim.at,
            confirmed: claim.confirmed,
        });
        let claims = claims.collect();
        DecidedBody {
            conditions,
            claims,
            ..made(&one.step, &one.role, &one.decider, Decision::Approved, one.at)
        }
    });
    let rejected = match state {
        State::Rejected(no) => Some(made(&no.step, &no.role, &no.decider, Decision::Rejected, no.at)),
        _ => None,
    };
    approved.chain(rejected).collect()
}

const fn acted(decider: &Decider) -> &Who {
    match decider {
        Decider::Person { who, .. } | Decider::External { who, .. } => who,
    }
}

fn emergency(kept: &Kept, now: DateTime<Utc>) -> Option<DeclaredBody> {
    let emergency = kept.approval.emergency()?;
    let (review_by, justified) = match emergency.review() {
        Review::Due { by } => (Some(*by), None),
        Review::Done { justified, .. } => (None, Some(*justified)),
    };
    let (by, at, until) = (emergency.by().account, emergency.at(), emergency.until());
    let lifted = emergency.lifted();
    Some(DeclaredBody {
        by,
        at,
        until,
        review_by,
        justified,
        blocks: emergency.blocks(now).map(Block::name),
        block_lifted_at: lifted.map(|lifted| lifted.at),
        block_lifted_by: lifted.and_then(|lifted| lifted.who.as_ref()).and_then(|who| who.account),
    })
}
