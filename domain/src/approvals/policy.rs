//! An approval policy as it stands in its file: who has to agree before a model version may be deployed, and what has
//! to be shown.
//!
//! Policies are TOML (`questionnaires/policies/*.toml`), one for each kind of deployment; `questionnaires/README.md`
//! says how to write one. A published version never changes, and an approval is bound to the digest of the policy that
//! it was given under. To add a field: add it here with a doc comment (the JSON Schema shows it), give it a rule in
//! `policy_check.rs` if it has one, and let `request.rs` or `gate.rs` act on it.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::policy_check;
use crate::datasets::Severity;
use crate::digest::{Cached, canonical_sha256};
use crate::document::{Diagnostic, Document};
use crate::models::{EvidenceKind, Tier};
use crate::questionnaires::Version;

/// The environment in a policy that stands for all that no other policy of the tier names.
pub const ANY_ENVIRONMENT: &str = "*";

/// Who has to agree, and what has to be shown. It is read with [`Policy::parse`], which checks it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Lower-case letters, digits and dashes; the same in all versions.
    pub id: String,
    /// Patch: wording; minor: something more is asked or allowed; major: other people decide.
    pub version: Version,
    /// What people call it.
    pub title: String,
    /// What it is for and what it asks, in a sentence or two.
    pub description: String,
    /// Which deployments it decides about.
    pub applies: Applies,
    /// Whether a step waits for the one before it.
    pub order: Order,
    /// Whether a person counts once in the whole policy; otherwise once in each step.
    pub distinct_people: bool,
    /// Days for which a request waits for decisions before it expires: 1 to 365.
    #[schemars(range(min = 1, max = 365))]
    pub open_days: u16,
    /// Days for which an approval holds: 1 to 1825.
    #[schemars(range(min = 1, max = 1825))]
    pub validity_days: u16,
    /// Whether decisions may carry conditions; not where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Conditions>,
    /// Whether somebody may deploy in an emergency, before the decisions; not where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub break_glass: Option<BreakGlass>,
    /// What has to hold besides the decisions.
    #[serde(default, skip_serializing_if = "Demands::is_empty")]
    pub demands: Demands,
    /// The decisions that are needed, in order.
    pub steps: Vec<Step>,
    /// The evidence that a version needs.
    #[serde(default)]
    pub evidence: Vec<RequiredEvidence>,
    /// Decisions taken elsewhere that count. Without an entry none does.
    #[serde(default)]
    pub external: Vec<External>,
    #[serde(skip)]
    digest: Cached,
}

/// Which deployments a policy decides about: each of these environments for each of these tiers.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Applies {
    /// Names of environments; `*` is every one that no other policy names for the tier.
    pub environments: Vec<String>,
    /// Risk tiers of models.
    pub tiers: Vec<Tier>,
}

crate::names! {
    /// Whether a step waits for the one before it.
    pub enum Order ("order of steps") {
        /// Approvals count for a step once all steps before it are complete.
        InSequence = "in-sequence", "One after the other";
        /// All steps are open at once.
        InParallel = "in-parallel", "All at once";
    }
}

/// Decisions of one kind of people.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Lower-case letters, digits and dashes.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Job roles; who holds one of them can decide.
    pub roles: Vec<String>,
    /// How many people have to approve: 1 to 10.
    #[schemars(range(min = 1, max = 10))]
    pub count: u8,
    /// Who does not decide here although holding the role. The requester never does, named or not.
    #[serde(default)]
    pub excluded: Vec<Exclusion>,
}

crate::names! {
    /// Somebody who had a part in what is decided about.
    pub enum Exclusion ("exclusion") {
        /// Who asked for the approval.
        Requester = "requester", "the requester";
        /// Who made the model version.
        Author = "author", "the author";
        /// Who wrote a commit that it was built from.
        Committer = "committer", "a committer";
        /// Who attached evidence to it, declared its data, or changed what is said of it.
        Contributor = "contributor", "a contributor";
    }
}

/// What may be asked for afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Conditions {
    /// Days after the decision by which a condition has to be met at the latest: 1 or more, within the validity.
    #[schemars(range(min = 1, max = 1825))]
    pub max_days: u16,
}

/// Deploying in an emergency, before the decisions.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BreakGlass {
    /// Job roles that may do it.
    pub roles: Vec<String>,
    /// Job roles that look at it afterwards; never who did it or who asked for the approval.
    pub reviewers: Vec<String>,
    /// Days within which they have to: 1 to 30.
    #[schemars(range(min = 1, max = 30))]
    pub review_within_days: u16,
    /// Days for which the emergency lets a deployment through: 1 to 30.
    #[schemars(range(min = 1, max = 30))]
    pub valid_days: u16,
    /// How often it may be done for a model and an environment; two in seven days where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<EmergencyLimit>,
}

/// How many emergencies a model may have in an environment, whatever version they are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EmergencyLimit {
    /// At most so many: 1 to 10.
    #[schemars(range(min = 1, max = 10))]
    pub number: u8,
    /// Within so many days: 1 to 90.
    #[schemars(range(min = 1, max = 90))]
    pub days: u16,
}

/// What holds where a policy names no limit: a fix that fails at three in the morning may need a second.
impl Default for EmergencyLimit {
    fn default() -> Self {
        Self { number: 2, days: 7 }
    }
}

impl BreakGlass {
    /// How often it may be done.
    #[must_use]
    pub fn limit(&self) -> EmergencyLimit {
        self.limit.unwrap_or_default()
    }
}

/// What has to hold besides the decisions: when the approval is asked for, and each time the gate is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Demands {
    /// When the approval is asked for.
    #[serde(default, skip_serializing_if = "Demand::is_empty")]
    pub request: Demand,
    /// When the gate is asked.
    #[serde(default, skip_serializing_if = "Demand::is_empty")]
    pub gate: Demand,
}

/// Things that have to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// No open finding about the version's data of this severity or above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_finding_from: Option<Severity>,
    /// No open finding about operations of this severity or above: alerts, drift, silence, a moved alias.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_operations_finding_from: Option<Severity>,
    /// Somebody is accountable for the model.
    #[serde(default)]
    pub accountable_owner: bool,
    /// Somebody is on record as an author of the version.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub authors_known: bool,
    /// Levels that the team's latest assessment supports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<CapabilityLevel>,
}

/// A level of maturity.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CapabilityLevel {
    /// A capability of the bank of questions.
    pub capability: String,
    /// At least this: 1 to 4.
    #[schemars(range(min = 1, max = 4))]
    pub level: u8,
}

/// Evidence that a version needs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequiredEvidence {
    /// What it is about.
    pub kind: EvidenceKind,
    /// How old it may be on the day on which the approval is asked for, in days: 1 to 1825; any age where missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1825))]
    pub max_age_days: Option<u16>,
}

/// A decision taken elsewhere, such as in the tool that deploys, and what it counts as.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct External {
    /// The kind of pipeline that reports it, such as `github-actions`.
    pub provider: String,
    /// The id of the trust rule under which the pipeline signs in; this or `token`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trust_rule: Option<String>,
    /// The id of the service account's token that it reports with; this or `trust_rule`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The job role that who decides there is taken to hold: one of the step's.
    pub job_role: String,
    /// The step that it counts in.
    pub step: String,
}

/// A machine that a policy listens to, as it names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "named", rename_all = "snake_case")]
pub enum Machine {
    /// Jobs that a trust rule lets in.
    TrustRule(String),
    /// A service account's token.
    Token(String),
}

impl Machine {
    /// Its id, where it is named by one.
    #[must_use]
    pub fn id(&self) -> Option<Uuid> {
        let (Self::TrustRule(named) | Self::Token(named)) = self;
        named.parse().ok()
    }
}

impl External {
    /// The machine whose reports it is about.
    #[must_use]
    pub fn machine(&self) -> Option<Machine> {
        let rule = self.trust_rule.clone().map(Machine::TrustRule);
        rule.or_else(|| self.token.clone().map(Machine::Token))
    }
}

impl Demands {
    fn is_empty(&self) -> bool {
        self.request.is_empty() && self.gate.is_empty()
    }
}

impl Demand {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A policy's identity: what approvals and the ledger keep of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyRef {
    /// The policy's id.
    pub id: String,
    /// Its version.
    pub version: Version,
    /// The digest of its content.
    pub sha256: String,
}

impl Policy {
    /// Reads and checks a policy. `file` is what mistakes call it.
    ///
    /// # Errors
    /// Every mistake found: all syntax errors; else the first mistake of type in the head and in each step; else every
    /// broken rule, which its message begins with.
    pub fn parse(text: &str, file: &str) -> Result<Self, Vec<Diagnostic>> {
        let document = Document::parse(text, file)?;
        let (mut policy, steps) = document.decode_with_list::<Self, Step>("steps")?;
        policy.steps = steps;
        let mistakes = policy_check::check(&policy, &document);
        if mistakes.is_empty() { Ok(policy) } else { Err(mistakes) }
    }

    /// SHA-256 of the policy's canonical JSON (RFC 8785), in lower-case hexadecimal: layout and comments of the file
    /// do not count.
    #[must_use]
    pub fn sha256(&self) -> &str {
        self.digest.get(|| canonical_sha256(self))
    }

    /// What an approval keeps of it.
    #[must_use]
    pub fn reference(&self) -> PolicyRef {
        PolicyRef { id: self.id.clone(), version: self.version, sha256: self.sha256().to_owned() }
    }

    /// Whether this is the policy that is named.
    #[must_use]
    pub fn is(&self, named: &PolicyRef) -> bool {
        self.id == named.id && self.version == named.version && self.sha256() == named.sha256
    }

    /// Every job role that somebody decides, declares or reviews by, under this policy.
    #[must_use]
    pub fn job_roles(&self) -> BTreeSet<&str> {
        let steps = self.steps.iter().flat_map(|step| &step.roles);
        let emergency = self.break_glass.iter().flat_map(|glass| glass.roles.iter().chain(&glass.reviewers));
        let external = self.external.iter().map(|external| &external.job_role);
        steps.chain(emergency).chain(external).map(String::as_str).collect()
    }

    /// Whether it demands at any time that somebody is accountable for the model.
    #[must_use]
    pub const fn demands_owner(&self) -> bool {
        self.demands.request.accountable_owner || self.demands.gate.accountable_owner
    }

    /// The same, as it is applied when its text is older than the exclusion of contributors: they are excluded wherever
    /// authors are. Its digest stays that of its text.
    #[must_use]
    pub fn excluding_contributors_like_authors(mut self) -> Self {
        let _ = self.sha256();
        for step in &mut self.steps {
            let excludes = |exclusion| step.excluded.contains(&exclusion);
            if excludes(Exclusion::Author) && !excludes(Exclusion::Contributor) {
                step.excluded.push(Exclusion::Contributor);
            }
        }
        self
    }

    /// Machines that it names other than by an id, as its text has them: texts from before ids were asked for do.
    #[must_use]
    pub fn machines_by_name(&self) -> Vec<Machine> {
        let named = self.external.iter().filter_map(External::machine);
        named.filter(|machine| machine.id().is_none()).collect()
    }

    /// The same, as it is applied when names in it were resolved to ids: a name that nothing was chosen for stays, and names
    /// nobody. Its digest stays that of its text.
    #[must_use]
    pub fn with_machines(mut self, resolved: &BTreeMap<Machine, Uuid>) -> Self {
        let _ = self.sha256();
        for external in &mut self.external {
            let id = external.machine().and_then(|machine| resolved.get(&machine));
            let Some(id) = id.map(Uuid::to_string) else { continue };
            match external.trust_rule {
                Some(_) => external.trust_rule = Some(id),
                None => external.token = Some(id),
            }
        }
        self
    }

    /// The step with this id.
    #[must_use]
    pub fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }
}

/// The JSON Schema of a policy file.
#[must_use]
pub fn policy_schema() -> serde_json::Value {
    schemars::schema_for!(Policy).to_value()
}
