//! Who works at Brightwater Insurance, on what, and how far they have come.

use assay_domain::access::Role;
use assay_domain::approvals::{ApprovalEvent, DecidedBy, Decision, Pipeline};
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

/// A person of the demo.
pub(super) struct Person {
    pub(super) name: &'static str,
    pub(super) email: &'static str,
    pub(super) role: Role,
    pub(super) team: Option<&'static str>,
}

/// Where an assessment is left.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Locked,
    Submitted,
    Draft,
}

/// A team of the demo.
pub(super) struct Team {
    pub(super) slug: &'static str,
    pub(super) name: &'static str,
    pub(super) purpose: &'static str,
    pub(super) lead: &'static str,
    pub(super) contributor: &'static str,
    /// How far the team is in each dimension (in the order of [`DIMENSIONS`]) at each assessment: 250 is half-way from
    /// level 2 to level 3.
    pub(super) strength: [[i64; 7]; 3],
    /// Up to which level every answer has evidence that stands, at each assessment.
    pub(super) proven: [u8; 3],
    /// How many in a hundred of the other answers have evidence, at each assessment.
    pub(super) evidenced: [u64; 3],
    pub(super) endings: [Ending; 3],
    pub(super) batch_only: bool,
    pub(super) releases: &'static [Release],
}

/// Something that a pipeline reported.
pub(super) struct Release {
    pub(super) hours_ago: i64,
    pub(super) model: &'static str,
    pub(super) version: &'static str,
    pub(super) environment: &'static str,
    pub(super) decision: Decision,
    pub(super) by: (&'static str, &'static str),
    pub(super) reason: &'static str,
    /// Another build of the same version has another digest.
    pub(super) build: u8,
}

pub(super) const ADMINISTRATOR: &str = "ada.okafor@brightwater.example";
pub(super) const OFFICER: &str = "lena.brandt@brightwater.example";

/// When the teams assessed themselves.
pub(super) const ASSESSED_DAYS_AGO: [i64; 3] = [371, 187, 12];

pub(super) const DIMENSIONS: [&str; 7] =
    ["people", "data", "model-creation", "model-release", "integration", "operations", "governance"];
/// What the contributor answers; the lead answers the rest.
pub(super) const FIRST_HALF: [&str; 4] = ["data", "model-creation", "model-release", "operations"];
pub(super) const SECOND_HALF: [&str; 3] = ["people", "integration", "governance"];

macro_rules! person {
    ($name:literal, $email:literal, $role:ident) => {
        Person { name: $name, email: $email, role: Role::$role, team: None }
    };
    ($name:literal, $email:literal, $role:ident, $team:literal) => {
        Person { name: $name, email: $email, role: Role::$role, team: Some($team) }
    };
}

pub(super) const PEOPLE: [Person; 18] = [
    person!("Ada Okafor", "ada.okafor@brightwater.example", Admin),
    person!("Lena Brandt", "lena.brandt@brightwater.example", ComplianceOfficer),
    person!("Tomás Vidal", "tomas.vidal@brightwater.example", Auditor),
    person!("Mira Solberg", "mira.solberg@brightwater.example", TeamLead, "payments"),
    person!("Jonas Keller", "jonas.keller@brightwater.example", Contributor, "payments"),
    person!("Priya Raman", "priya.raman@brightwater.example", Approver, "payments"),
    person!("Elif Demir", "elif.demir@brightwater.example", Viewer, "payments"),
    person!("Daniel Osei", "daniel.osei@brightwater.example", TeamLead, "claims"),
    person!("Hana Sato", "hana.sato@brightwater.example", Contributor, "claims"),
    person!("Sofia Marino", "sofia.marino@brightwater.example", TeamLead, "care"),
    person!("Ben Wright", "ben.wright@brightwater.example", Contributor, "care"),
    person!("Tariq Aziz", "tariq.aziz@brightwater.example", Contributor, "payments"),
    person!("Noor Haddad", "noor.haddad@brightwater.example", Contributor, "claims"),
    person!("Kofi Mensah", "kofi.mensah@brightwater.example", Contributor, "claims"),
    person!("Ines Duarte", "ines.duarte@brightwater.example", Contributor, "care"),
    person!("Rosa Lindqvist", "rosa.lindqvist@brightwater.example", ComplianceOfficer),
    person!("Ingrid Vos", "ingrid.vos@brightwater.example", Approver, "payments"),
    person!("Yara Nasser", "yara.nasser@brightwater.example", Contributor, "claims"),
];

const PRIYA: (&str, &str) = ("priya.raman@brightwater.example", "Priya Raman");
const DANIEL: (&str, &str) = ("daniel.osei@brightwater.example", "Daniel Osei");
const SOFIA: (&str, &str) = ("sofia.marino@brightwater.example", "Sofia Marino");

macro_rules! release {
    ($days:literal d, $model:literal $version:literal -> $environment:literal $decision:ident by $by:ident: $reason:literal $(, build $build:literal)?) => {
        Release {
            hours_ago: $days * 24 + 5,
            model: $model,
            version: $version,
            environment: $environment,
            decision: Decision::$decision,
            by: $by,
            reason: $reason,
            build: 1 $(* $build)?,
        }
    };
}

pub(super) const TEAMS: [Team; 3] = [
    Team {
        slug: "payments",
        name: "Payments risk",
        purpose: "Scores card payments and transfers for fraud while they happen.",
        lead: "mira.solberg@brightwater.example",
        contributor: "jonas.keller@brightwater.example",
        strength: [
            [130, 140, 160, 120, 140, 110, 120],
            [225, 230, 250, 215, 225, 190, 205],
            [320, 330, 345, 310, 320, 265, 300],
        ],
        proven: [0, 1, 2],
        evidenced: [25, 45, 60],
        endings: [Ending::Locked; 3],
        batch_only: false,
        releases: &[
            release!(9 d, "fraud-scoring" "12" -> "staging" Approved by PRIYA: "Backtest on October: recall up two points at the same alert rate."),
            release!(8 d, "fraud-scoring" "12" -> "production" Approved by PRIYA: "Canary held for 24 hours; no segment worse than version 11."),
            release!(6 d, "transfer-anomaly" "4" -> "staging" Approved by PRIYA: "Retrained after the drift alert on new account types."),
            release!(5 d, "transfer-anomaly" "4" -> "production" Rejected by PRIYA: "False positives doubled for business accounts."),
            release!(3 d, "fraud-scoring" "12" -> "production" Approved by PRIYA: "Rebuilt with a patched base image.", build 2),
            release!(2 d, "transfer-anomaly" "5" -> "staging" Approved by PRIYA: "Thresholds per account type."),
            release!(1 d, "transfer-anomaly" "5" -> "production" Approved by PRIYA: "Shadow run agrees with the reviewers on 97 of 100 cases."),
        ],
    },
    Team {
        slug: "claims",
        name: "Claims",
        purpose: "Estimates repair costs and finds claims that need an expert.",
        lead: "daniel.osei@brightwater.example",
        contributor: "hana.sato@brightwater.example",
        strength: [
            [90, 110, 100, 80, 110, 60, 80],
            [150, 165, 180, 135, 160, 115, 135],
            [225, 230, 245, 210, 225, 180, 195],
        ],
        proven: [0, 0, 1],
        evidenced: [10, 35, 50],
        endings: [Ending::Locked, Ending::Locked, Ending::Submitted],
        batch_only: true,
        releases: &[
            release!(7 d, "repair-cost" "2026.10" -> "production" Approved by DANIEL: "Quarterly retraining; error within the agreed band."),
            release!(4 d, "expert-triage" "3" -> "staging" Approved by DANIEL: "Fairness check by region passed."),
            release!(1 d, "expert-triage" "3" -> "production" Rejected by DANIEL: "Model card is missing the intended use."),
        ],
    },
    Team {
        slug: "care",
        name: "Customer care",
        purpose: "Routes questions to the right desk and drafts answers for agents.",
        lead: "sofia.marino@brightwater.example",
        contributor: "ben.wright@brightwater.example",
        strength: [
            [40, 60, 50, 30, 80, 20, 40],
            [100, 120, 110, 80, 120, 70, 90],
            [160, 170, 175, 140, 165, 120, 140],
        ],
        proven: [0, 0, 0],
        evidenced: [0, 20, 30],
        endings: [Ending::Locked, Ending::Locked, Ending::Draft],
        batch_only: false,
        releases: &[
            release!(5 d, "ticket-routing" "9" -> "production" Approved by SOFIA: "Two weeks on half of the desk without complaints."),
            release!(2 d, "reply-drafts" "1" -> "staging" Approved by SOFIA: "First version for five volunteers."),
        ],
    },
];

/// The digest of something of a version: its artefact, its commit, its run. The same build has the same digest.
pub(super) fn digest(what: &str, model: &str, version: &str, build: u8) -> String {
    crate::http::hex(&Sha256::digest(format!("{what} {model} {version} {build}")))
}

/// The event that a release's pipeline posts, a few minutes after somebody decided.
pub(super) fn event(release: &Release, at: DateTime<Utc>) -> ApprovalEvent {
    let digest = |what: &str| digest(what, release.model, release.version, release.build);
    let run: u64 = 18_000_000 + release.hours_ago.unsigned_abs() * 37;
    ApprovalEvent {
        model: release.model.to_owned(),
        version: release.version.to_owned(),
        artifact_digest: format!("sha256:{}", digest("artefact")),
        environment: release.environment.to_owned(),
        decision: release.decision,
        decided_by: DecidedBy { subject: release.by.0.to_owned(), display: Some(release.by.1.to_owned()) },
        reason: Some(release.reason.to_owned()),
        pipeline: Some(Pipeline {
            provider: "github-actions".to_owned(),
            run_url: Some(format!("https://ci.brightwater.example/ml/{}/runs/{run}", release.model)),
            commit: Some(digest("commit")[..40].to_owned()),
        }),
        occurred_at: at - TimeDelta::minutes(4),
    }
}
