//! Why a command about an approval was refused: the rule's name for machines, a sentence for people.
//!
//! A refusal changes nothing. To add a rule: add a variant with its sentence, its name in [`Refusal::rule`] and an
//! example in [`Refusal::examples`]; the golden file of the sentences shows all of them.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::demands::Unmet;
use super::emergency::Block;
use super::policy::Exclusion;
use crate::models::EvidenceKind;

macro_rules! refusals {
    ($( $(#[$doc:meta])* $Variant:ident $({ $( $(#[$field_doc:meta])* $field:ident: $type:ty = $example:expr ),* $(,)? })? $rule:literal, $sentence:literal $(, $arg:expr)* ;)*) => {
        /// Why a command was refused.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum Refusal {
            $( $(#[$doc])* $Variant $({ $( $(#[$field_doc])* $field: $type ),* })?, )*
        }

        impl std::error::Error for Refusal {}

        impl std::fmt::Display for Refusal {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self { $( Self::$Variant $({ $( $field ),* })? => write!(f, $sentence $(, $arg)*), )* }
            }
        }

        impl Refusal {
            /// The name of the rule, for machines.
            #[must_use]
            pub const fn rule(&self) -> &'static str {
                match self { $( Self::$Variant { .. } => $rule, )* }
            }

            /// One example of each, for the documentation and for tests.
            #[must_use]
            pub fn examples() -> Vec<Self> {
                vec![$( Self::$Variant $({ $( $field: $example ),* })?, )*]
            }
        }
    };
}

fn example_time() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH
}

fn example_day() -> NaiveDate {
    DateTime::UNIX_EPOCH.date_naive()
}

refusals! {
    /// The policy that was handed in is not the one that the request is decided under.
    WrongPolicy "wrong_policy", "the request is decided under another version of the policy: load it again";
    /// The request has come to its end.
    RequestClosed {
        /// How it ended.
        state: &'static str = "withdrawn"
    } "request_closed", "the request is {state}: make a new one";
    /// Its time has run out.
    RequestExpired {
        /// When.
        at: DateTime<Utc> = example_time()
    } "request_expired", "its time ran out on {}: make a new request", at.date_naive();
    /// The command is for a request that waits for decisions.
    NotOpen "not_open", "the request is decided already: an approval can only be revoked or replaced by a new one";
    /// The command is for an approval.
    NotApproved "not_approved", "the request is not approved";
    /// The command is for an approval that is suspended.
    NotSuspended "not_suspended", "the approval is not suspended";
    /// The decision is about another state than the one there is.
    WrongStateDigest {
        /// The digest there is.
        current: String = "9f86d081884c".to_owned()
    } "wrong_state_digest", "what you decided about has changed: look at it again and decide about {current}";
    /// The requester would decide.
    SelfApproval "self_approval", "the requester may not decide on their own request, nor have it done, nor do it for somebody else";
    /// A second account of somebody who may not, or did already.
    SamePerson "same_person", "this account belongs to the same person as another one in this request: somebody else has to decide";
    /// Somebody who had a part in the version would decide.
    Excluded {
        /// Which part.
        exclusion: Exclusion = Exclusion::Author
    } "excluded", "{} of the version may not decide in this step", exclusion.label();
    /// None of the job roles is held.
    NotHoldingRole {
        /// The roles that would do.
        roles: Vec<String> = vec!["ml-engineer".to_owned(), "mlops-engineer".to_owned()]
    } "not_holding_role", "this needs the job role {}, held today", roles.join(" or ");
    /// The job role is on record, and nobody confirmed it.
    RoleNotConfirmed {
        /// The role.
        role: String = "it-operations".to_owned()
    } "role_not_confirmed", "your job role {role} waits for confirmation by somebody who neither holds nor gave it, and does not count until then";
    /// The job role was confirmed just now, which is not enough in an emergency.
    RoleTooNew {
        /// The role.
        role: String = "it-operations".to_owned(),
        /// From when on it is.
        from: DateTime<Utc> = example_time()
    } "role_too_new", "in an emergency a job role counts a day after it was confirmed: yours as {role} from {} on", from.format("%Y-%m-%d %H:%M UTC");
    /// The job role was given by who holds it, and an emergency is declared by it.
    RoleGivenBySelf {
        /// The role.
        role: String = "it-operations".to_owned()
    } "role_given_by_self", "nobody declares an emergency by a job role that they gave themselves: somebody else has to give you {role}";
    /// There is no such step.
    UnknownStep {
        /// The step that was named.
        step: String = "beauty".to_owned(),
        /// The steps there are.
        steps: String = "craft, product".to_owned()
    } "unknown_step", "the policy has no step `{step}`: {steps}";
    /// It is not the step's turn.
    StepNotOpen {
        /// The step that is waited for.
        waits_for: String = "craft".to_owned()
    } "step_not_open", "the step `{waits_for}` comes first";
    /// The step has its decisions.
    StepComplete {
        /// The step.
        step: String = "craft".to_owned()
    } "step_complete", "the step `{step}` has all its decisions";
    /// The person decided before.
    AlreadyDecided "already_decided", "this person has decided already, for themselves or for somebody else";
    /// Nobody may decide for somebody else like this.
    DelegationNotValid {
        /// Why.
        why: &'static str = "it is for somebody else"
    } "delegation_not_valid", "the delegation does not count: {why}";
    /// The policy knows no conditions.
    ConditionsNotAllowed "conditions_not_allowed", "the policy allows no conditions: approve or reject";
    /// A condition is due too late or before it was made.
    ConditionDue {
        /// The last day that is allowed.
        latest: NaiveDate = example_day()
    } "condition_due", "a condition is due between today and {latest}";
    /// A condition stands there twice.
    ConditionTwice "condition_twice", "a condition with this id is there already";
    /// There is no such condition.
    UnknownCondition {
        /// Which.
        id: Uuid = Uuid::nil()
    } "unknown_condition", "there is no condition {id} in this request";
    /// The condition was met before.
    ConditionMetAlready "condition_met_already", "the condition is met already";
    /// The condition is in time, or was found late before.
    ConditionNotOverdue "condition_not_overdue", "the condition is not overdue, or was found so before";
    /// Required evidence is not part of what is decided about.
    EvidenceMissing {
        /// Which.
        kinds: Vec<EvidenceKind> = vec![EvidenceKind::Fairness]
    } "evidence_missing", "evidence is missing, so nobody can approve yet: {}", kinds.iter().map(|kind| kind.label().to_lowercase()).collect::<Vec<_>>().join(", ");
    /// Things that have to hold do not.
    DemandsNotMet {
        /// Which.
        unmet: Vec<Unmet> = vec![Unmet::NoOwner, Unmet::EvidenceMissing { kind: EvidenceKind::ModelCard }]
    } "demands_not_met", "an approval cannot be asked for yet: {}", unmet.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    /// A reason has to be given.
    ReasonMissing "reason_missing", "say why";
    /// The policy does not take decisions from there.
    ExternalNotAccepted "external_not_accepted", "the policy does not count decisions that come in like this";
    /// The trust rule or token has given its decision.
    OneDecisionEach "one_decision_each", "this trust rule or token has decided in the request already: it counts once, whoever it names, unless the job's own token says who decided";
    /// What is decided about was not there yet.
    DecidedTooEarly {
        /// Since when it is there.
        since: DateTime<Utc> = example_time()
    } "decided_too_early", "it was decided before the request and its newest evidence were there, on {}", since.date_naive();
    /// The state is the one that is decided about already.
    NothingChanged "nothing_changed", "nothing has changed in what is decided about";
    /// The state is one of another model or version.
    OtherVersion "other_version", "a request is about one version of one model: make a new one for another version";
    /// No time has run out.
    NothingDue "nothing_due", "no time has run out yet";
    /// An approval cannot replace itself.
    SupersedesItself "supersedes_itself", "an approval is replaced by another one only";
    /// The policy does not know this emergency, or not for this person.
    BreakGlassNotAllowed "break_glass_not_allowed", "the policy allows no deployment before the decisions";
    /// The glass was broken before.
    GlassBrokenAlready "glass_broken_already", "an emergency was declared for this request already";
    /// An emergency before this one was none, or nobody looked at it in time.
    EmergencyBlocked {
        /// The request that it was declared for.
        request: Uuid = Uuid::nil(),
        /// What it was.
        why: Block = Block::NotReviewed
    } "emergency_blocked", "an emergency for this model and environment {}: until a compliance officer lifts the block, there is no other (request {request})", why.label();
    /// There were as many emergencies as the policy allows.
    EmergencyLimit {
        /// How many.
        number: u8 = 2,
        /// Within how many days.
        days: u16 = 7,
        /// When the next can be.
        from: DateTime<Utc> = example_time()
    } "emergency_limit", "there may be {number} emergencies in {days} days for a model and an environment, and there were: the next can be declared from {} on", from.format("%Y-%m-%d %H:%M UTC");
    /// The emergency blocks no other.
    NothingBlocked "nothing_blocked", "this emergency blocks no other: it was justified, its review is not overdue yet, or the block is lifted already";
    /// Who declared the emergency, or asked for the approval, would lift what it blocks.
    SelfLift "self_lift", "the block is lifted by somebody who neither declared the emergency nor asked for the approval";
    /// There is no emergency to review.
    NoEmergency "no_emergency", "no emergency was declared for this request";
    /// The emergency was reviewed before.
    ReviewedAlready "reviewed_already", "the emergency was reviewed already";
    /// Who declared the emergency, or asked for the approval, would review it.
    SelfReview "self_review", "an emergency is reviewed by somebody who neither declared it nor asked for the approval";
}
