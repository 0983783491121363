//! The catalogue of actions: name, facts, sentence and example of each, in one place.
//!
//! Facts are strings, integers and lists of strings. Sentences leave out who and to what: the page puts those around.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

macro_rules! actions {
    ($(
        $(#[$doc:meta])*
        $variant:ident $name:literal {
            $( $(#[$field_doc:meta])* $field:ident : $type:ty = $example:expr, )*
        } => |$facts:ident| $sentence:expr;
    )*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
            #[serde(deny_unknown_fields)]
            pub struct $variant {
                $(
                    $(#[$field_doc])*
                    #[serde(default, skip_serializing_if = "is_absent")]
                    pub $field: $type,
                )*
            }
        )*

        /// Everything that can be on the record.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(tag = "action", content = "facts")]
        pub enum Action {
            $( $(#[$doc])* #[serde(rename = $name)] $variant($variant), )*
        }

        $( impl From<$variant> for Action { fn from(facts: $variant) -> Self { Self::$variant(facts) } } )*

        impl Action {
            /// Every action's name, in the order of the catalogue.
            pub const NAMES: &[&str] = &[$( $name, )*];

            /// The name in a leaf.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $( Self::$variant(_) => $name, )* }
            }

            /// The facts, as they stand in a leaf.
            ///
            /// # Errors
            /// Never for the types of the catalogue; the signature is serde's.
            pub fn facts(&self) -> Result<Map<String, Value>, serde_json::Error> {
                let value = match self { $( Self::$variant(facts) => serde_json::to_value(facts)?, )* };
                serde_json::from_value(value)
            }

            /// What happened, for people: continues "Ana Lima …".
            #[must_use]
            pub fn sentence(&self) -> String {
                match self { $( Self::$variant($facts) => $sentence, )* }
            }

            /// One example of each action, for the documentation and for tests.
            #[must_use]
            pub fn examples() -> Vec<Self> {
                vec![$( Self::$variant($variant { $( $field: $example, )* }), )*]
            }

            /// What the actions mean, from the catalogue's own documentation.
            #[must_use]
            pub fn meaning(&self) -> String {
                match self { $( Self::$variant(_) => describe::<$variant>(), )* }
            }
        }
    };
}

/// An absent optional or an empty text is left out of the facts; both decode to the default again.
trait Absent {
    fn absent(&self) -> bool;
}

impl<T> Absent for Option<T> {
    fn absent(&self) -> bool {
        self.is_none()
    }
}

macro_rules! always_present {
    ($($type:ty),*) => { $( impl Absent for $type { fn absent(&self) -> bool { false } } )* };
}
always_present!(u64, String, Uuid, Vec<String>);

fn is_absent<T: Absent>(value: &T) -> bool {
    value.absent()
}

fn describe<T: JsonSchema>() -> String {
    let schema = schemars::schema_for!(T);
    schema.get("description").and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn text(value: &str) -> String {
    value.to_owned()
}

/// What a change of the approval policies does, in words.
fn policy_change(change: &str, policy: &str, version: &str) -> String {
    if change == "out-of-force" {
        format!("to take the approval policy {policy} {version} out of force")
    } else {
        format!("to bring the approval policy {policy} {version} into force")
    }
}

/// A change, from what to what.
fn from_to(kind: &str, from: &str, to: &str) -> String {
    match (from, to) {
        ("", "") => kind.to_owned(),
        ("", to) => format!("{kind}: {to}"),
        (from, "") => format!("{kind}: no longer {from}"),
        (from, to) => format!("{kind}: from {from} to {to}"),
    }
}

const ID: Uuid = Uuid::from_u128(0x0192_f3c4_5d6e_7a8b_9c0d_1e2f_3a4b_5c6d);
const DIGEST: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

actions! {
    /// The log was created: its first entry.
    LedgerCreated "ledger.created" {
        /// The origin of the log's checkpoints.
        origin: String = text("assay.example/0192f3c4-5d6e-7a8b-9c0d-1e2f3a4b5c6d"),
    } => |f| format!("opened the ledger {}", f.origin);

    /// The first administrator was made with the one-time set-up link.
    OrganisationSetUp "organisation.set_up" {} => |_f| text("set up the organisation");

    /// The server printed a one-time link for making the first administrator.
    SetUpOffered "organisation.set_up_offered" {} => |_f| text("offered to set up the organisation");

    /// A person was created or invited. Name and mail address are committed.
    UserCreated "user.created" {
        /// How: `set-up`, `command-line` or `invitation`.
        via: String = text("invitation"),
    } => |f| format!("added a person ({})", f.via);

    /// A person was sent a new one-time link, for a lost invitation or a forgotten password.
    UserInvited "user.invited" {} => |_f| text("made a new invitation");

    /// A person chose a password with the link of an invitation.
    UserActivated "user.activated" {} => |_f| text("accepted the invitation");

    /// A person may no longer sign in.
    UserDeactivated "user.deactivated" {} => |_f| text("deactivated a person");

    /// A deactivated person may sign in again.
    UserReactivated "user.reactivated" {} => |_f| text("let a person in again");

    /// It was put on record that another system knows a person by a name. The name is committed: whoever shares it, under
    /// whatever account, is the same person for the rules about four eyes.
    SubjectAdded "user.subject_added" {
        /// The record, to tell what was removed later.
        record: Uuid = ID,
        /// The system that knows the person.
        issuer: String = text("github-actions"),
    } => |f| format!("put on record how {} knows a person", f.issuer);

    /// It was taken from the record that another system knows a person by a name.
    SubjectRemoved "user.subject_removed" {
        /// The record.
        record: Uuid = ID,
        /// The system that knew the person.
        issuer: String = text("github-actions"),
    } => |f| format!("took from the record how {} knows a person", f.issuer);

    /// A password was changed.
    PasswordChanged "user.password_changed" {} => |_f| text("changed the password");

    /// A person was given a role, for the entry's team or for the organisation.
    RoleGranted "role.granted" {
        /// The role.
        role: String = text("team-lead"),
    } => |f| format!("granted the role {}", f.role);

    /// A role was taken away.
    RoleRevoked "role.revoked" {
        /// The role.
        role: String = text("viewer"),
    } => |f| format!("took away the role {}", f.role);

    /// Somebody signed in.
    SessionStarted "session.started" {
        /// How: `password`.
        method: String = text("password"),
    } => |f| format!("signed in ({})", f.method);

    /// A session ended.
    SessionEnded "session.ended" {
        /// Why: `signed-out`, `revoked`, `deactivated` or `password-changed`.
        reason: String = text("signed-out"),
    } => |f| format!("ended a session ({})", f.reason);

    /// An API token was made. Its name is committed.
    TokenCreated "token.created" {
        /// The token's rights.
        scopes: Vec<String> = vec![text("approvals:report"), text("models:write")],
        /// When it ends, RFC 3339.
        expires_at: Option<String> = Some(text("2027-02-19T07:04:05.000Z")),
        /// The person whose token it is; absent for a service account.
        person: Option<Uuid> = Some(ID),
    } => |f| format!("made a token with {}", f.scopes.join(", "));

    /// An API token was revoked.
    TokenRevoked "token.revoked" {} => |_f| text("revoked a token");

    /// A trust rule was made: jobs of a CI come in with the identity that it gives them. Its name and the values of its
    /// claims are committed.
    CiTrustAdded "ci_trust.added" {
        /// `github-actions`, `gitlab-ci`, `circle-ci` or `other`.
        provider: String = text("github-actions"),
        /// Whose tokens are believed.
        issuer: String = text("https://token.actions.githubusercontent.com"),
        /// The claims that must match.
        claims: Vec<String> = vec![text("ref"), text("repository_id")],
        /// The signatures that are accepted.
        algorithms: Vec<String> = vec![text("RS256")],
        /// What its jobs may do.
        scopes: Vec<String> = vec![text("approvals:report"), text("models:write")],
    } => |f| format!("trusted jobs of {} with {}", f.issuer, f.scopes.join(", "));

    /// A trust rule was changed; the tokens that were given by it ended. Its name and the values of its claims are
    /// committed.
    CiTrustChanged "ci_trust.changed" {
        /// `github-actions`, `gitlab-ci`, `circle-ci` or `other`.
        provider: String = text("github-actions"),
        /// Whose tokens are believed.
        issuer: String = text("https://token.actions.githubusercontent.com"),
        /// The claims that must match.
        claims: Vec<String> = vec![text("repository_id")],
        /// The signatures that are accepted.
        algorithms: Vec<String> = vec![text("RS256")],
        /// What its jobs may do.
        scopes: Vec<String> = vec![text("approvals:report")],
        /// The rule's revision after the change.
        revision: u64 = 2,
    } => |f| format!("changed a trust rule: jobs of {} with {}", f.issuer, f.scopes.join(", "));

    /// A trust rule was removed; the tokens that were given by it ended.
    CiTrustRemoved "ci_trust.removed" {} => |_f| text("removed a trust rule");

    /// A job exchanged its CI's identity token for one of ours; the actor is the trust rule that let it in.
    TokenExchanged "token.exchanged" {
        /// Who signed the job's identity.
        issuer: String = text("https://token.actions.githubusercontent.com"),
        /// SHA-256 of the token's `sub`.
        subject_sha256: String = text(DIGEST),
        /// The run, where the token names it.
        run: Option<String> = Some(text("9876543210")),
        /// The commit that the job builds, where the token names it.
        source_commit: Option<String> = Some(text("4b825dc642cb6eb9a060e54bf8d69288fbee4904")),
        /// What the job may do.
        scopes: Vec<String> = vec![text("approvals:report")],
        /// When our token ends, RFC 3339.
        expires_at: String = text("2026-11-21T07:14:05.000Z"),
        /// The id of the key that signed our token.
        key: String = text("Sf0FIbPQ4rV1"),
    } => |f| format!("came in with an identity from {} for {}", f.issuer, f.scopes.join(", "));

    /// A team was created. Its name is committed.
    TeamCreated "team.created" {
        /// The short name in addresses.
        slug: String = text("payments"),
    } => |f| format!("created the team {}", f.slug);

    /// A team's name or purpose was changed; both are committed.
    TeamChanged "team.changed" {} => |_f| text("changed the team's description");

    /// A version of a questionnaire was published.
    QuestionnairePublished "questionnaire.published" {
        /// The questionnaire.
        questionnaire: String = text("mlops-levels"),
        /// Its version.
        version: String = text("1.0.0"),
        /// The digest of the bank.
        bank_sha256: String = text(DIGEST),
    } => |f| format!("published the questionnaire {} {}", f.questionnaire, f.version);

    /// An assessment was started. Its title is committed.
    AssessmentStarted "assessment.started" {
        /// The questionnaire.
        questionnaire: String = text("mlops-levels"),
        /// Its version.
        version: String = text("1.0.0"),
        /// The profile: `extended` or `strict`.
        profile: String = text("extended"),
        /// The digest of the bank.
        bank_sha256: String = text(DIGEST),
        /// The assessment whose answers were carried over.
        carried_over_from: Option<Uuid> = Some(ID),
    } => |f| format!("started an assessment with {} {} ({})", f.questionnaire, f.version, f.profile);

    /// A dimension of an assessment was given to somebody to answer.
    AssessmentDelegated "assessment.delegated" {
        /// The dimension.
        dimension: String = text("operations"),
        /// To whom; absent when it was taken back.
        to: Option<Uuid> = Some(ID),
    } => |f| match f.to {
        Some(_) => format!("gave {} to somebody to answer", f.dimension),
        None => format!("took {} back", f.dimension),
    };

    /// An answer was changed. Comment and justification are committed.
    AnswerChanged "answer.changed" {
        /// The question's code.
        code: String = text("MC-2.1"),
        /// The rung before; absent when there was no answer.
        old: Option<String> = Some(text("some")),
        /// The rung after; absent when the answer was taken back.
        new: Option<String> = Some(text("most")),
        /// The answer's revision after the change.
        revision: u64 = 2,
    } => |f| format!(
        "answered {}: {} → {}",
        f.code,
        f.old.as_deref().unwrap_or("no answer"),
        f.new.as_deref().unwrap_or("no answer"),
    );

    /// A piece of evidence was attached to an answer. Its link is committed.
    EvidenceAttached "evidence.attached" {
        /// The question's code.
        code: String = text("MC-2.1"),
        /// The piece of evidence.
        evidence: Uuid = ID,
        /// `artefact` or `automated`.
        kind: String = text("artefact"),
        /// The digest of what the link leads to, where given.
        sha256: Option<String> = Some(text(DIGEST)),
        /// The last day on which it counts in full.
        expires: Option<String> = Some(text("2027-06-30")),
    } => |f| format!("attached {} evidence to {}", f.kind, f.code);

    /// A piece of evidence was taken off an answer.
    EvidenceRemoved "evidence.removed" {
        /// The question's code.
        code: String = text("MC-2.1"),
        /// The piece of evidence.
        evidence: Uuid = ID,
    } => |f| format!("removed evidence from {}", f.code);

    /// Somebody else looked at a piece of evidence. The reason is committed.
    EvidenceReviewed "evidence.reviewed" {
        /// The question's code.
        code: String = text("MC-2.1"),
        /// The piece of evidence.
        evidence: Uuid = ID,
        /// `accepted` or `rejected`.
        decision: String = text("accepted"),
        /// The rung that was reviewed.
        value: String = text("most"),
    } => |f| format!("{} the evidence of {} for {}", f.decision, f.code, f.value);

    /// Somebody decided whether a question may be left out as not applicable. The reason is committed.
    NotApplicableReviewed "answer.not_applicable_reviewed" {
        /// The question's code.
        code: String = text("RE-3.2"),
        /// `approved` or `declined`.
        decision: String = text("approved"),
        /// Why it does not apply: `out_of_scope` or `architecture`.
        reason: String = text("architecture"),
    } => |f| format!("{} “not applicable” for {} ({})", f.decision, f.code, f.reason);

    /// An assessment was handed in for review.
    AssessmentSubmitted "assessment.submitted" {
        /// The revision.
        revision: u64 = 1,
        /// How many questions have an answer.
        answered: u64 = 78,
        /// How many there are.
        questions: u64 = 80,
    } => |f| format!("submitted revision {} with {} of {} questions answered", f.revision, f.answered, f.questions);

    /// An assessment was locked: the snapshot and its levels are final.
    AssessmentLocked "assessment.locked" {
        /// The revision.
        revision: u64 = 1,
        /// The digest of all that was scored.
        input_sha256: String = text(DIGEST),
        /// The headline level as claimed.
        claimed: u64 = 2,
        /// The headline level that evidence supports.
        supported: u64 = 1,
    } => |f| format!("locked revision {}: level {} claimed, {} supported", f.revision, f.claimed, f.supported);

    /// A submitted or locked assessment was opened again, as a new revision.
    AssessmentReopened "assessment.reopened" {
        /// The new revision.
        revision: u64 = 2,
    } => |f| format!("reopened the assessment as revision {}", f.revision);

    /// Somebody was given a job role for something of the entry's team.
    OwnershipAssigned "ownership.assigned" {
        /// The person.
        person: Uuid = ID,
        /// The job role.
        job_role: String = text("ml-engineer"),
        /// `responsible`, `accountable`, `consulted` or `informed`.
        part: String = text("accountable"),
        /// What for: `capability`, `model`, `dataset` or `control`.
        kind: String = text("capability"),
        /// Which one: an id or a name.
        of: String = text("experiment-tracking"),
        /// The first day.
        from: String = text("2026-11-21"),
        /// The last day, where it is known.
        until: Option<String> = Some(text("2027-06-30")),
    } => |f| format!("made a person {} as {} for {} {}", f.part, f.job_role, f.kind, f.of);

    /// A job role that somebody held came to its end.
    OwnershipEnded "ownership.ended" {
        /// The person.
        person: Uuid = ID,
        /// The job role.
        job_role: String = text("ml-engineer"),
        /// `responsible`, `accountable`, `consulted` or `informed`.
        part: String = text("accountable"),
        /// What for: `capability`, `model`, `dataset` or `control`.
        kind: String = text("capability"),
        /// Which one: an id or a name.
        of: String = text("experiment-tracking"),
        /// The first day.
        from: String = text("2026-01-01"),
        /// The last day; absent when it is taken back as if it had never been.
        until: Option<String> = Some(text("2026-11-20")),
    } => |f| format!("ended that a person is {} as {} for {} {}", f.part, f.job_role, f.kind, f.of);

    /// What somebody held and worked on was given to somebody else; an entry for each thing stands beside this one.
    OwnershipHandedOver "ownership.handed_over" {
        /// Who held it.
        from: Uuid = ID,
        /// Who holds it now.
        to: Uuid = ID,
        /// How many job roles.
        roles: u64 = 3,
        /// How many items of roadmaps.
        items: u64 = 2,
    } => |f| format!("handed over {} job roles and {} roadmap items to somebody else", f.roles, f.items);

    /// The skills that somebody has were changed.
    SkillsChanged "skills.changed" {
        /// The person.
        person: Uuid = ID,
        /// Skills that were added.
        added: Vec<String> = vec![text("monitoring")],
        /// Skills that were taken away.
        removed: Vec<String> = vec![],
    } => |f| format!("changed a person's skills: {} added, {} removed", f.added.len(), f.removed.len());

    /// The tools that a team uses for a capability were changed. Their names are committed.
    ToolsChanged "tools.changed" {
        /// The capability.
        capability: String = text("experiment-tracking"),
        /// How many there are now.
        tools: u64 = 2,
    } => |f| format!("changed the tools for {}: {} now", f.capability, f.tools);

    /// A roadmap was made, or made anew with other wishes.
    RoadmapPlanned "roadmap.planned" {
        /// The level that is aimed at.
        target: u64 = 2,
        /// The assessment that it starts from.
        assessment: Uuid = ID,
        /// How many phases it has.
        phases: u64 = 4,
        /// The items in it, by code, in the order of the plan.
        items: Vec<String> = vec![text("MC-2.1"), text("MR-2.1")],
        /// The items that were switched off, by code.
        switched_off: Vec<String> = vec![text("OP-2.3")],
        /// The digest of the wishes: target, dates, capacities, what is left out.
        wishes_sha256: String = text(DIGEST),
    } => |f| format!("planned a roadmap to level {}: {} items in {} phases", f.target, f.items.len(), f.phases);

    /// An item of a roadmap got another owner, due date or status.
    RoadmapItemChanged "roadmap_item.changed" {
        /// The question's code.
        code: String = text("MC-2.1"),
        /// The status: `planned`, `in_progress`, `blocked`, `done` or `dropped`.
        status: String = text("in_progress"),
        /// The status before, where it changed.
        from: Option<String> = Some(text("planned")),
        /// The owner; absent when there is none.
        owner: Option<Uuid> = Some(ID),
        /// The day by which it is due.
        due: Option<String> = Some(text("2027-02-26")),
        /// The item's revision after the change.
        revision: u64 = 2,
    } => |f| match &f.from {
        Some(from) => {
            let (from, to) = (from.replace('_', " "), f.status.replace('_', " "));
            format!("moved the roadmap item {} from {from} to {to}", f.code)
        }
        None => format!("changed owner or due date of the roadmap item {}", f.code),
    };

    /// Somebody wrote a comment on an item of a roadmap. The text is committed.
    RoadmapItemCommented "roadmap_item.commented" {
        /// The question's code.
        code: String = text("MC-2.1"),
    } => |f| format!("commented on the roadmap item {}", f.code);

    /// A piece of evidence was attached to an item of a roadmap. Its link is committed.
    RoadmapEvidenceAttached "roadmap_item.evidence_attached" {
        /// The question's code.
        code: String = text("MC-2.1"),
        /// The piece of evidence.
        evidence: Uuid = ID,
        /// `artefact` or `automated`.
        kind: String = text("artefact"),
        /// The digest of what the link leads to, where given.
        sha256: Option<String> = Some(text(DIGEST)),
        /// The last day on which it counts in full.
        expires: Option<String> = Some(text("2027-06-30")),
    } => |f| format!("attached {} evidence to the roadmap item {}", f.kind, f.code);

    /// A piece of evidence was taken off an item of a roadmap.
    RoadmapEvidenceRemoved "roadmap_item.evidence_removed" {
        /// The question's code.
        code: String = text("MC-2.1"),
        /// The piece of evidence.
        evidence: Uuid = ID,
    } => |f| format!("removed evidence from the roadmap item {}", f.code);

    /// Somebody else looked at the evidence of an item of a roadmap. The reason is committed.
    RoadmapEvidenceReviewed "roadmap_item.evidence_reviewed" {
        /// The question's code.
        code: String = text("MC-2.1"),
        /// The piece of evidence.
        evidence: Uuid = ID,
        /// `accepted` or `rejected`.
        decision: String = text("accepted"),
        /// The rung that it shows.
        value: String = text("all"),
    } => |f| format!("{} the evidence of the roadmap item {} for {}", f.decision, f.code, f.value);

    /// The reviewed evidence of an item was taken over into an assessment; the changed answer is an entry of its own.
    RoadmapItemAnswered "roadmap_item.answered" {
        /// The question's code.
        code: String = text("MC-2.1"),
        /// The assessment whose answer was changed.
        assessment: Uuid = ID,
        /// The rung that it was raised to.
        value: String = text("all"),
    } => |f| format!("took the roadmap item {} over into an assessment as {}", f.code, f.value);

    /// A model was registered.
    ModelRegistered "model.registered" {
        /// The model's name.
        model: String = text("fraud-scoring"),
    } => |f| format!("registered the model {}", f.model);

    /// A version of a model was registered.
    ModelVersionRegistered "model_version.registered" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// The artefact's digest.
        artefact_digest: String = format!("sha256:{DIGEST}"),
    } => |f| format!("registered {} version {}", f.model, f.version);

    /// A pipeline reported a decision about a model. Who decided, why, and the run's address are committed.
    ApprovalReported "approval.reported" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// The artefact's digest.
        artefact_digest: String = format!("sha256:{DIGEST}"),
        /// Where it was to be deployed.
        environment: String = text("production"),
        /// `approved` or `rejected`.
        decision: String = text("approved"),
        /// When, as the pipeline says, RFC 3339.
        occurred_at: String = text("2026-11-21T07:04:05.000Z"),
        /// The pipeline's kind.
        provider: Option<String> = Some(text("github-actions")),
        /// The commit that was built.
        source_commit: Option<String> = Some(text("4b825dc642cb6eb9a060e54bf8d69288fbee4904")),
        /// The digest of the canonical body that was posted.
        body_sha256: String = text(DIGEST),
    } => |f| format!("reported {} {} as {} for {}", f.model, f.version, f.decision, f.environment);

    /// A pipeline reported another digest than the one on record, and was refused.
    ApprovalContradicted "approval.contradicted" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// The digest on record.
        recorded_digest: String = format!("sha256:{DIGEST}"),
        /// The digest that was presented.
        presented_digest: String = text("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        /// Where it was to be deployed.
        environment: String = text("production"),
    } => |f| format!("reported {} {} with another digest than the one on record", f.model, f.version);

    /// A model's purpose or success measure was changed; the texts are committed.
    ModelChanged "model.changed" {
        /// The model's name.
        model: String = text("fraud-scoring"),
    } => |f| format!("changed what is said about the model {}", f.model);

    /// A model was given to another team. The entry is in the trail of the team that gave it away.
    ModelMoved "model.moved" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The team that has it now.
        to: Uuid = ID,
    } => |f| format!("gave the model {} to another team", f.model);

    /// The questions about risk were answered for a model, and a tier came out.
    ModelClassified "model.classified" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The tier: `minimal`, `limited`, `high` or `critical`.
        tier: String = text("high"),
        /// The tier before, where there was one.
        from: Option<String> = Some(text("limited")),
        /// The version of the questions.
        questions_version: String = text("1.0.0"),
        /// The digest of the answers.
        answers_sha256: String = text(DIGEST),
    } => |f| match &f.from {
        Some(from) => format!("moved the model {} from the risk tier {} to {}", f.model, from, f.tier),
        None => format!("put the model {} into the risk tier {}", f.model, f.tier),
    };

    /// A model was taken out of use.
    ModelArchived "model.archived" {
        /// The model's name.
        model: String = text("fraud-scoring"),
    } => |f| format!("took the model {} out of use", f.model);

    /// A model that was taken out of use is used again.
    ModelRestored "model.restored" {
        /// The model's name.
        model: String = text("fraud-scoring"),
    } => |f| format!("took the model {} into use again", f.model);

    /// It was recorded where a version of a model comes from.
    LineageRecorded "model_version.lineage_recorded" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// The run of the training.
        run: Option<String> = Some(text("run-17")),
        /// The commit that was built.
        source_commit: Option<String> = Some(text("4b825dc642cb6eb9a060e54bf8d69288fbee4904")),
        /// The model that it was made from.
        parent_model: Option<String> = Some(text("fraud-scoring")),
        /// The version of that model.
        parent_version: Option<String> = Some(text("6")),
    } => |f| format!("recorded where {} {} comes from", f.model, f.version);

    /// What is said of a version was changed: its card, measures, authors or committers. They are committed.
    ModelVersionChanged "model_version.changed" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// What was changed: `card`, `metrics`, `authors`, `committers`.
        changed: Vec<String> = vec![text("metrics"), text("authors")],
    } => |f| format!("changed {} of {} {}", f.changed.join(", "), f.model, f.version);

    /// Somebody was taken off the people who made a version, because the entry was wrong. Who, and why, are committed.
    ModelPersonRemoved "model_version.person_removed" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// Where the person stood: `authors` or `committers`.
        list: String = text("authors"),
    } => |f| format!("took somebody off the {} of {} {} who was named wrongly", f.list, f.model, f.version);

    /// It was declared which data a version was made with; earlier declarations of it no longer hold.
    ModelDataDeclared "model_version.data_declared" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// Each dataset with its version, what it was used for and its digest.
        datasets: Vec<String> = vec![format!("warehouse/cards 2026-10 training sha256:{DIGEST}")],
    } => |f| match f.datasets.len() {
        0 => format!("declared that no registered data was used for {} {}", f.model, f.version),
        1 => format!("declared one dataset for {} {}", f.model, f.version),
        many => format!("declared {many} datasets for {} {}", f.model, f.version),
    };

    /// A piece of evidence was attached to a version of a model. Its link is committed.
    ModelEvidenceAttached "model_version.evidence_attached" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// The piece of evidence.
        evidence: Uuid = ID,
        /// What it is about, such as `evaluation` or `model-card`.
        kind: String = text("evaluation"),
        /// The digest of what the link leads to.
        sha256: String = text(DIGEST),
        /// The day on which it was made.
        made_on: String = text("2026-11-20"),
    } => |f| format!("attached evidence ({}) to {} {}", f.kind, f.model, f.version);

    /// A piece of evidence was taken off a version of a model.
    ModelEvidenceRemoved "model_version.evidence_removed" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// The piece of evidence.
        evidence: Uuid = ID,
        /// What it was about.
        kind: String = text("evaluation"),
    } => |f| format!("removed evidence ({}) from {} {}", f.kind, f.model, f.version);

    /// What runs in an environment was changed.
    DeploymentRecorded "deployment.recorded" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// Where.
        environment: String = text("production"),
        /// `replaces`, `beside` or `removed`.
        change: String = text("replaces"),
        /// When, as reported, RFC 3339.
        occurred_at: String = text("2026-11-21T07:04:05.000Z"),
    } => |f| format!("recorded that {} {} is deployed to {} ({})", f.model, f.version, f.environment, f.change);

    /// The first risk tier of a model was confirmed; until then nothing of it may be deployed.
    ModelTierConfirmed "model.tier_confirmed" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The tier.
        tier: String = text("high"),
        /// `confirmed`, `nobody-else`, `command-line` or `upgrade`, where it was there before tiers were confirmed.
        how: String = text("confirmed"),
    } => |f| match f.how.as_str() {
        "nobody-else" => format!("took the risk tier {} of {} as confirmed, by nobody else", f.tier, f.model),
        "upgrade" => format!("took the risk tier {} of {} as confirmed, as it stood at the upgrade", f.tier, f.model),
        _ => format!("confirmed the risk tier {} of {}", f.tier, f.model),
    };

    /// A machine that the text of a policy names by its name was resolved to an id, once.
    PolicyMachineNamed "policy.machine_named" {
        /// The policy.
        policy: String = text("high"),
        /// Its version.
        version: String = text("1.0.0"),
        /// The name of the trust rule or the token in the text.
        named: String = text("release-pipeline"),
        /// How many have that name.
        fits: u64 = 1,
        /// The one that is meant from now on; nothing where not exactly one has the name.
        machine: Option<Uuid> = Some(ID),
    } => |f| match f.machine {
        Some(_) => format!("settled which machine {} {} means by {}", f.policy, f.version, f.named),
        None => format!("found that {} {} means no machine by {}", f.policy, f.version, f.named),
    };

    /// The program brought an approval policy that ships with it into force, where there was none yet.
    PolicyShipped "policy.shipped" {
        /// The policy.
        policy: String = text("high"),
        /// Its version.
        version: String = text("1.0.0"),
        /// The digest of its content.
        policy_sha256: String = text(DIGEST),
    } => |f| format!("brought the approval policy {} {} into force, as it ships", f.policy, f.version);

    /// A change that needs a second person was proposed. Title and reason are committed.
    ProposalMade "proposal.made" {
        /// The proposal.
        proposal: Uuid = ID,
        /// What kind of change it is.
        kind: String = text("tier-lowered"),
        /// What there is now.
        from: String = text("high"),
        /// What there would be.
        to: String = text("minimal"),
        /// The digest of what would change, where it is a text.
        content_sha256: Option<String> = Some(text(DIGEST)),
    } => |f| format!("proposed a change that somebody else confirms ({})", from_to(&f.kind, &f.from, &f.to));

    /// Somebody who has no part in a proposed change confirmed it, or nobody could and its time has come.
    ProposalConfirmed "proposal.confirmed" {
        /// The proposal.
        proposal: Uuid = ID,
        /// What kind of change it is.
        kind: String = text("tier-lowered"),
        /// As whom: what was asked for, `an administrator, because nobody else could`, or `nobody else`.
        by: String = text("a compliance officer"),
        /// `confirmed`, or `waiting` where another confirmation is missing.
        state: String = text("confirmed"),
    } => |f| match (f.by.as_str(), f.state.as_str()) {
        ("nobody else", _) => format!("let a proposed change take effect, confirmed by nobody else ({})", f.kind),
        (_, "waiting") => format!("confirmed a proposed change as {}; it waits for another confirmation ({})", f.by, f.kind),
        _ => format!("confirmed a proposed change as {}; it takes effect ({})", f.by, f.kind),
    };

    /// Somebody who could have confirmed a proposed change turned it down. The reason is committed.
    ProposalRejected "proposal.rejected" {
        /// The proposal.
        proposal: Uuid = ID,
        /// What kind of change it was.
        kind: String = text("tier-lowered"),
    } => |f| format!("turned a proposed change down ({})", f.kind);

    /// A proposed change was taken back, by whoever made it or because it does not fit any more.
    ProposalWithdrawn "proposal.withdrawn" {
        /// The proposal.
        proposal: Uuid = ID,
        /// What kind of change it was.
        kind: String = text("tier-lowered"),
    } => |f| format!("withdrew a proposed change ({})", f.kind);

    /// A change of the approval policies was proposed. Newer programs record `proposal.made`.
    PolicyProposed "policy.proposed" {
        /// The proposal.
        proposal: Uuid = ID,
        /// The policy.
        policy: String = text("high"),
        /// The new version; the present one where it is to go out of force.
        version: String = text("1.1.0"),
        /// The digest of its content.
        policy_sha256: String = text(DIGEST),
        /// `into-force` or `out-of-force`.
        change: String = text("into-force"),
        /// The version in force, where there is one.
        replaces: Option<String> = Some(text("1.0.0")),
    } => |f| format!("proposed {}", policy_change(&f.change, &f.policy, &f.version));

    /// Somebody else confirmed a change of the approval policies: it holds from now on.
    PolicyConfirmed "policy.confirmed" {
        /// The proposal.
        proposal: Uuid = ID,
        /// The policy.
        policy: String = text("high"),
        /// The new version; the one that went out of force where there is none.
        version: String = text("1.1.0"),
        /// The digest of its content.
        policy_sha256: String = text(DIGEST),
        /// `into-force` or `out-of-force`.
        change: String = text("into-force"),
    } => |f| format!("confirmed the proposal {}", policy_change(&f.change, &f.policy, &f.version));

    /// A proposed change of the approval policies was turned down. Newer programs record `proposal.rejected`.
    PolicyDeclined "policy.declined" {
        /// The proposal.
        proposal: Uuid = ID,
        /// The policy.
        policy: String = text("high"),
        /// The version that it was about.
        version: String = text("1.1.0"),
        /// The digest of its content.
        policy_sha256: String = text(DIGEST),
        /// `into-force` or `out-of-force`.
        change: String = text("into-force"),
    } => |f| format!("turned down the proposal {}", policy_change(&f.change, &f.policy, &f.version));

    /// Whoever proposed a change of the approval policies took it back. Newer programs record `proposal.withdrawn`.
    PolicyWithdrawn "policy.withdrawn" {
        /// The proposal.
        proposal: Uuid = ID,
        /// The policy.
        policy: String = text("high"),
        /// The version that it was about.
        version: String = text("1.1.0"),
        /// The digest of its content.
        policy_sha256: String = text(DIGEST),
        /// `into-force` or `out-of-force`.
        change: String = text("into-force"),
    } => |f| format!("took back the proposal {}", policy_change(&f.change, &f.policy, &f.version));

    /// An approval was asked for.
    ApprovalRequested "approval.requested" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// Where it is to be deployed.
        environment: String = text("production"),
        /// The policy.
        policy: String = text("high"),
        /// Its version.
        policy_version: String = text("1.0.0"),
        /// The digest of its content.
        policy_sha256: String = text(DIGEST),
        /// The digest of what is decided about.
        bound_sha256: String = text(DIGEST),
        /// When it expires without decisions, RFC 3339.
        open_until: String = text("2027-01-05T07:04:05.000Z"),
    } => |f| format!("asked for an approval of {} {} for {}", f.model, f.version, f.environment);

    /// Somebody decided about a request. The reason and the words of conditions are committed, as is who decided in
    /// another tool.
    ApprovalDecided "approval.decided" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// Where it is to be deployed.
        environment: String = text("production"),
        /// The step of the policy.
        step: String = text("craft"),
        /// The job role by which it counts.
        job_role: String = text("ml-engineer"),
        /// `approved` or `rejected`.
        decision: String = text("approved"),
        /// Who is away and was decided for.
        on_behalf_of: Option<Uuid> = Some(ID),
        /// The kind of tool in which it was decided, where it was not here.
        provider: Option<String> = Some(text("github-actions")),
        /// The trust rule or token that vouches for who decided there.
        vouched_by: Option<Uuid> = Some(ID),
        /// By what it vouches: `machine`, its own word; `signed-claim`, an id in the job's own token.
        vouched: Option<String> = Some(text("machine")),
        /// The conditions: id and last day of each.
        conditions: Vec<String> = vec![text("0192f3c4-5d6e-7a8b-9c0d-1e2f3a4b5c6d 2026-12-21")],
        /// The digest of what was decided about.
        bound_sha256: String = text(DIGEST),
        /// What the request is now: `open`, `approved` or `rejected`.
        outcome: String = text("open"),
    } => |f| format!("{} {} {} for {} in the step {}", f.decision, f.model, f.version, f.environment, f.step);

    /// What is decided about changed, and the decisions made do not count any more.
    ApprovalVoided "approval.decisions_voided" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// Where it is to be deployed.
        environment: String = text("production"),
        /// The digest before.
        old_sha256: String = text(DIGEST),
        /// The digest now.
        new_sha256: String = text(DIGEST),
        /// How many decisions were lost.
        voided: u64 = 1,
    } => |f| format!("changed {} {}: {} decisions for {} count no more", f.model, f.version, f.voided, f.environment);

    /// Somebody who decided is said to have made the version, or to have not: the decision waits, counts no more, or counts
    /// again.
    ApprovalClaimed "approval.decision_claimed" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// Where it is to be deployed.
        environment: String = text("production"),
        /// Which claim.
        claim: Uuid = ID,
        /// As what: `author` or `committer`.
        part: String = text("author"),
        /// What became of it: `made`, `confirmed` or `taken_back`.
        turn: String = text("made"),
        /// The steps whose decisions it is about.
        steps: Vec<String> = vec![text("craft")],
        /// What the request is now: `open` or `approved`.
        outcome: String = text("open"),
    } => |f| match f.turn.as_str() {
        "made" => format!("named somebody as {} of {} {} who had decided for {}", f.part, f.model, f.version, f.environment),
        "confirmed" => format!("confirmed that {} of {} {} had decided for {}: it counts no more", f.part, f.model, f.version, f.environment),
        _ => format!("took back that {} of {} {} had decided for {}: it counts again", f.part, f.model, f.version, f.environment),
    };

    /// What was approved changed, and is not approved any more.
    ApprovalStale "approval.stale" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// Where it is to be deployed.
        environment: String = text("production"),
        /// The digest that was approved.
        old_sha256: String = text(DIGEST),
        /// The digest now.
        new_sha256: String = text(DIGEST),
    } => |f| format!("changed {} {}: its approval for {} is stale", f.model, f.version, f.environment);

    /// The risk tier of the model was raised: what is approved counts for nothing until that is taken back.
    ApprovalSuspended "approval.suspended" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// Where it is to be deployed.
        environment: String = text("production"),
        /// The tier until then.
        tier: String = text("limited"),
    } => |f| format!("raised the risk tier of {}, which suspends the approval of {} {} for {}", f.model, f.model, f.version, f.environment);

    /// A raise of the risk tier was taken back: what is approved holds again.
    ApprovalResumed "approval.resumed" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// Where it is to be deployed.
        environment: String = text("production"),
    } => |f| format!("let the approval of {} {} for {} hold again", f.model, f.version, f.environment);

    /// A request was taken back.
    ApprovalWithdrawn "approval.withdrawn" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// Where it is to be deployed.
        environment: String = text("production"),
    } => |f| format!("took the request for {} {} in {} back", f.model, f.version, f.environment);

    /// An approval was taken back. The reason is committed.
    ApprovalRevoked "approval.revoked" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// Where it is to be deployed.
        environment: String = text("production"),
        /// The job role by which.
        job_role: String = text("ml-engineer"),
    } => |f| format!("revoked the approval of {} {} for {}", f.model, f.version, f.environment);

    /// The time of a request or an approval ran out.
    ApprovalExpired "approval.expired" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// Where it is to be deployed.
        environment: String = text("production"),
        /// What it was until then: `open` or `approved`.
        was: String = text("approved"),
    } => |f| format!("let the time run out for {} {} in {} ({} until then)", f.model, f.version, f.environment, f.was);

    /// Another approval took the place of one.
    ApprovalSuperseded "approval.superseded" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// Where it is to be deployed.
        environment: String = text("production"),
        /// The other request.
        by: Uuid = ID,
    } => |f| format!("replaced the approval of {} {} for {}", f.model, f.version, f.environment);

    /// An approval ended, because its renewal was rejected.
    ApprovalRenewalRejected "approval.renewal_rejected" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// Where it is to be deployed.
        environment: String = text("production"),
        /// The renewal.
        by: Uuid = ID,
    } => |f| format!("ended the approval of {} {} for {}: its renewal was rejected", f.model, f.version, f.environment);

    /// A condition of an approval was fulfilled.
    ConditionMet "approval.condition_met" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// Where it is to be deployed.
        environment: String = text("production"),
        /// The condition.
        condition: Uuid = ID,
        /// The job role of who says so.
        job_role: String = text("ml-engineer"),
        /// `in_time` or `late`.
        when: String = text("in_time"),
    } => |f| format!("confirmed a condition of {} {} for {} ({})", f.model, f.version, f.environment, f.when);

    /// A condition of an approval was found to be late.
    ConditionOverdue "approval.condition_overdue" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// Where it is to be deployed.
        environment: String = text("production"),
        /// The condition.
        condition: Uuid = ID,
        /// Its last day.
        due: String = text("2026-12-21"),
    } => |f| format!("found a condition of {} {} for {} overdue since {}", f.model, f.version, f.environment, f.due);

    /// Somebody deploys in an emergency, before the decisions. The reason is committed.
    BreakGlassDeclared "break_glass.declared" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// Where it is to be deployed.
        environment: String = text("production"),
        /// The job role by which.
        job_role: String = text("it-operations"),
        /// The digest of what is let through.
        bound_sha256: String = text(DIGEST),
        /// Until when, RFC 3339.
        until: String = text("2026-11-23T07:04:05.000Z"),
        /// When it has to be reviewed, RFC 3339.
        review_by: String = text("2026-11-24T07:04:05.000Z"),
    } => |f| format!("declared an emergency for {} {} in {}", f.model, f.version, f.environment);

    /// Somebody looked at an emergency afterwards. The reason is committed.
    BreakGlassReviewed "break_glass.reviewed" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version.
        version: String = text("7"),
        /// Where it is to be deployed.
        environment: String = text("production"),
        /// The job role by which.
        job_role: String = text("product-manager"),
        /// `justified` or `not_justified`.
        verdict: String = text("justified"),
        /// `in_time` or `late`.
        when: String = text("in_time"),
    } => |f| format!("reviewed the emergency for {} {} in {}: {}", f.model, f.version, f.environment, f.verdict);

    /// An officer let a model have emergencies again after one that was none, or that nobody reviewed in time. The reason
    /// is committed.
    BreakGlassLifted "break_glass.block_lifted" {
        /// The model's name.
        model: String = text("fraud-scoring"),
        /// The version that the emergency was declared for.
        version: String = text("7"),
        /// Where it was to be deployed.
        environment: String = text("production"),
        /// Why there was no other: `not_reviewed` or `not_justified`.
        blocked: String = text("not_reviewed"),
    } => |f| format!("allowed emergencies again after the one for {} {} in {}", f.model, f.version, f.environment);

    /// Somebody who is away let another decide for them.
    DecisionsDelegated "approval.delegated" {
        /// To whom.
        to: Uuid = ID,
        /// The first day.
        from_day: String = text("2026-12-21"),
        /// The last day.
        until_day: String = text("2027-01-06"),
    } => |f| format!("let somebody else decide from {} to {}", f.from_day, f.until_day);

    /// A delegation was ended before its last day.
    DelegationEnded "approval.delegation_ended" {
        /// To whom it was.
        to: Uuid = ID,
    } => |_f| text("decides without the help of somebody else again");

    /// The gate decided about a deployment.
    GateDecided "gate.decided" {
        /// The model's name, as asked.
        model: String = text("fraud-scoring"),
        /// The version, as asked.
        version: String = text("7"),
        /// Where it was to be deployed.
        environment: String = text("production"),
        /// `allowed` or `denied`.
        answer: String = text("denied"),
        /// The codes of the reasons.
        codes: Vec<String> = vec![text("stale")],
        /// The digest of what was to be deployed, where it was given.
        artefact_digest: Option<String> = Some(format!("sha256:{DIGEST}")),
        /// The request that it went by.
        approval: Option<Uuid> = Some(ID),
    } => |f| format!("asked the gate for {} {} in {}: {} ({})", f.model, f.version, f.environment, f.answer, f.codes.join(", "));

    /// A dataset was registered.
    DatasetRegistered "dataset.registered" {
        /// The dataset: namespace and name.
        dataset: String = text("warehouse/cards"),
        /// `public`, `internal`, `confidential`, `personal` or `special-category`.
        classification: String = text("personal"),
        /// The digest of the terms on which it may be used.
        terms_sha256: String = text(DIGEST),
    } => |f| format!("registered the dataset {} ({})", f.dataset, f.classification);

    /// The terms on which a dataset may be used were changed.
    DatasetChanged "dataset.changed" {
        /// The dataset.
        dataset: String = text("warehouse/cards"),
        /// The classification now.
        classification: String = text("personal"),
        /// The terms that changed, such as `purposes` or `retention`.
        changed: Vec<String> = vec![text("purposes")],
        /// The digest of the terms now.
        terms_sha256: String = text(DIGEST),
    } => |f| format!("changed the terms of the dataset {}: {}", f.dataset, f.changed.join(", "));

    /// A version of a dataset was registered.
    DatasetVersionRegistered "dataset_version.registered" {
        /// The dataset.
        dataset: String = text("warehouse/cards"),
        /// The version.
        version: String = text("2026-10"),
        /// The digest of its content.
        digest: String = format!("sha256:{DIGEST}"),
    } => |f| format!("registered version {} of the dataset {}", f.version, f.dataset);

    /// A use of data was recorded. The name of the job is committed.
    DataUsageRecorded "data_usage.recorded" {
        /// The dataset.
        dataset: String = text("warehouse/cards"),
        /// The digest of the version, where it is known.
        digest: Option<String> = Some(format!("sha256:{DIGEST}")),
        /// The purpose.
        purpose: String = text("fraud-detection"),
        /// The model that it was used for.
        model: Option<String> = Some(text("fraud-scoring")),
        /// The version of that model.
        version: Option<String> = Some(text("7")),
        /// How many rows, where it is known.
        rows: Option<u64> = Some(120_000),
        /// Who used it, where that is a person here.
        person: Option<Uuid> = Some(ID),
        /// When, RFC 3339.
        occurred_at: String = text("2026-11-21T07:04:05.000Z"),
        /// What is wrong with it, such as `purpose_not_allowed`.
        findings: Vec<String> = vec![text("purpose_not_allowed")],
    } => |f| format!("recorded a use of {} for {}", f.dataset, f.purpose);

    /// Something is wrong: a use of data broke a rule, something runs past those who decide, or a monitor reports it.
    FindingOpened "finding.opened" {
        /// What is wrong, such as `purpose_not_allowed`.
        kind: String = text("purpose_not_allowed"),
        /// `low`, `medium`, `high` or `critical`.
        severity: String = text("high"),
        /// The dataset, where it is about data.
        dataset: Option<String> = Some(text("warehouse/cards")),
        /// The model, where it is about control or operations.
        model: Option<String> = Some(text("fraud-scoring")),
        /// The version of that model.
        version: Option<String> = Some(text("7")),
        /// Where that runs.
        environment: Option<String> = Some(text("production")),
    } => |f| {
        let version = [&f.model, &f.version].map(|part| part.as_deref().unwrap_or_default());
        let about = f.dataset.clone().unwrap_or_else(|| version.join(" "));
        let about = if about.trim().is_empty() { "what runs".to_owned() } else { about.trim().to_owned() };
        let place = f.environment.as_ref().map(|place| format!(" in {place}")).unwrap_or_default();
        format!("opened a finding about {about}{place}: {} ({})", f.kind, f.severity)
    };

    /// A finding was taken up, resolved, accepted as a risk, opened again, closed or reported as over. The reason is committed.
    FindingChanged "finding.changed" {
        /// What happened: `started`, `resolved`, `risk_accepted`, `reopened`, `acceptance_ended`, `closed`, `reported_over`,
        /// `reported_back` or `worse`.
        event: String = text("risk_accepted"),
        /// Where it stands now: `open`, `in_work`, `resolved` or `risk_accepted`.
        state: String = text("risk_accepted"),
        /// The last day of an accepted risk.
        until: Option<String> = Some(text("2027-06-30")),
    } => |f| format!("moved a finding to {} ({})", f.state, f.event);

    /// Somebody known tried to change something and was refused.
    AccessDenied "access.denied" {
        /// The permission that was missing.
        permission: String = text("assessments:manage"),
    } => |f| format!("was refused: {}", f.permission);

    /// A report was made.
    ReportCreated "report.created" {
        /// `maturity` or `audit`.
        kind: String = text("maturity"),
        /// The size of the tree it is anchored in.
        tree_size: u64 = 412,
    } => |f| format!("made a {} report", f.kind);

    /// The audit trail was exported.
    AuditExported "audit.exported" {
        /// `full`, `selection` or `table`.
        kind: String = text("selection"),
        /// The size of the tree that was exported.
        tree_size: u64 = 412,
    } => |f| format!("exported the audit trail ({}, {} entries in the tree)", f.kind, f.tree_size);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_survives_its_leaf() {
        for action in Action::examples() {
            let facts = action.facts().unwrap();
            let read: Action =
                serde_json::from_value(serde_json::json!({ "action": action.name(), "facts": facts }))
                    .unwrap();
            assert_eq!(read, action);
        }
    }

    #[test]
    fn facts_hold_only_strings_integers_and_lists_of_strings() {
        for action in Action::examples() {
            for (name, value) in action.facts().unwrap() {
                let fine = value.is_string()
                    || value.is_u64()
                    || value.as_array().is_some_and(|items| items.iter().all(Value::is_string));
                assert!(fine, "{} of {}: {value}", name, action.name());
            }
        }
    }

    #[test]
    fn the_documentation_prints_the_catalogue() {
        let mut page = String::from(
            "# Audited actions\n\nThe catalogue in `domain/src/audit/catalogue.rs`, printed by its test. `UPDATE=1 cargo test -p assay-domain` writes this page anew.\n",
        );
        for action in Action::examples() {
            let facts = serde_json::to_string_pretty(&action.facts().unwrap()).unwrap();
            page += &format!(
                "\n## `{}`\n\n{}\n\n> … {}\n\n```json\n{facts}\n```\n",
                action.name(),
                action.meaning(),
                action.sentence()
            );
        }
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/audit-actions.md");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &page).unwrap();
        }
        assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), page, "run again with UPDATE=1");
    }
}
