//! What the API of ownership takes and answers.

use std::collections::BTreeSet;

use assay_domain::ownership::{
    Finding, FindingKind, FixAction, Held, Holding, Part, Recorded, Severity, Thing, ThingKind, Wish,
    held_on, tools::is_duplicate,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ownership::service::{HandedOver, Holds, OrganisationTools, Ownership, Skills, Tools};

/// Who holds which job role for what, on a day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ownership)]
pub(super) struct OwnershipView {
    team: Uuid,
    /// The day.
    on: NaiveDate,
    /// Counts the changes; what `If-Match` takes.
    revision: i64,
    /// In the order of the matrix: by thing, by role, the strongest part first.
    holdings: Vec<HeldView>,
}

/// A person, as a job role, for a thing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Holding)]
struct HeldView {
    person: Uuid,
    name: String,
    #[schema(example = "ml-engineer")]
    role: String,
    part: Part,
    kind: ThingKind,
    /// Which one: the id of a capability or control, the name of a model or dataset.
    #[schema(example = "experiment-tracking")]
    of: String,
    /// The first day.
    from: NaiveDate,
    /// The last day; null while it is not known.
    until: Option<NaiveDate>,
    /// Whether it waits for somebody to confirm it who neither holds nor gave it: until then, or for the days by which it was
    /// prolonged, it counts for nothing that a policy asks.
    waits_for_confirmation: bool,
}

impl OwnershipView {
    pub(super) fn of(ownership: &Ownership, on: NaiveDate) -> Self {
        let ground = &ownership.ground;
        let mut held: Vec<&Recorded> = held_on(&ownership.history, on).collect();
        held.sort_by_cached_key(|Recorded { holding, .. }| {
            let Held { thing, role, person, part } = holding.held.clone();
            let (place, _) = ground.place(&thing);
            let column = ground.roles.iter().position(|known| known.id == role);
            (place, thing, column, role, part, ground.name(person).to_owned(), person)
        });
        let view = |Recorded { id, holding }: &Recorded| HeldView {
            person: holding.held.person,
            name: ground.name(holding.held.person).to_owned(),
            role: holding.held.role.clone(),
            part: holding.held.part,
            kind: holding.held.thing.kind,
            of: holding.held.thing.id.clone(),
            from: holding.from,
            until: holding.until,
            waits_for_confirmation: ownership.waiting.contains(id),
        };
        let holdings = held.into_iter().map(view).collect();
        Self { team: ownership.team.id, on, revision: ownership.revision, holdings }
    }
}

/// The state that is wanted from a day on.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = OwnershipToBe)]
pub(super) struct OwnershipBody {
    pub(super) holdings: Vec<HeldBody>,
}

/// Something that is to be held.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = HoldingToBe)]
pub(super) struct HeldBody {
    /// Id or mail address.
    #[schema(example = "ana.lima@example.org")]
    pub(super) person: String,
    /// One of the questionnaire's job roles.
    #[schema(example = "ml-engineer")]
    role: String,
    part: Part,
    kind: ThingKind,
    /// Which one: the id of a capability or control, the name of a model or dataset.
    #[schema(example = "experiment-tracking")]
    of: String,
    /// The last day; absent while it is not known.
    until: Option<NaiveDate>,
}

impl HeldBody {
    pub(super) fn wish(self, person: Uuid) -> Wish {
        let thing = Thing::new(self.kind, self.of);
        Wish { held: Held { thing, role: self.role, person, part: self.part }, until: self.until }
    }
}

/// What is missing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnershipFindings)]
pub(super) struct FindingsBody {
    /// The day.
    pub(super) on: NaiveDate,
    pub(super) items: Vec<FindingView>,
    /// Always null: a team has few findings.
    pub(super) next: Option<String>,
}

/// Something that is missing in who holds what.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnershipFinding)]
pub(super) struct FindingView {
    /// The same as long as it is the same finding.
    #[schema(example = "no_accountable-8ccf6d517a03")]
    id: String,
    kind: FindingKind,
    severity: Severity,
    /// What it is about.
    things: Vec<ThingView>,
    /// Whom it is about.
    people: Vec<Uuid>,
    /// The duty that nobody covers.
    duty: Option<String>,
    /// For people.
    sentence: String,
    fix: FixView,
}

/// A capability, model, dataset or control.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnedThing)]
struct ThingView {
    kind: ThingKind,
    of: String,
}

/// How a finding goes away.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnershipFix)]
struct FixView {
    /// What is done with the person who is chosen.
    action: FixAction,
    /// For people.
    sentence: String,
    /// Who can be chosen.
    candidates: Vec<Uuid>,
    /// Who is suggested.
    person: Option<Uuid>,
    /// The job roles that can be chosen; empty where the role is given.
    roles: Vec<String>,
    /// The role that is suggested.
    role: Option<String>,
    /// The things that change hands.
    things: Vec<ThingView>,
}

impl From<Finding> for FindingView {
    fn from(finding: Finding) -> Self {
        let Finding { id, kind, severity, things, people, duty, sentence, fix } = finding;
        let view = |thing: Thing| ThingView { kind: thing.kind, of: thing.id };
        let fix = FixView {
            action: fix.action,
            sentence: fix.sentence,
            candidates: fix.candidates,
            person: fix.person,
            roles: fix.roles,
            role: fix.role,
            things: fix.things.into_iter().map(view).collect(),
        };
        let things = things.into_iter().map(view).collect();
        Self { id, kind, severity, things, people, duty, sentence, fix }
    }
}

/// The skills in a team.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TeamSkills)]
pub(super) struct SkillsView {
    team: Uuid,
    /// Counts the changes; what `If-Match` takes.
    revision: i64,
    people: Vec<PersonSkillsView>,
    /// What a role held in the team needs and nobody has.
    nobody_has: BTreeSet<String>,
}

/// The skills of a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonSkills)]
struct PersonSkillsView {
    person: Uuid,
    name: String,
    skills: BTreeSet<String>,
    /// What the roles that the person works in need.
    needed: BTreeSet<String>,
    /// What is needed and not there.
    missing: BTreeSet<String>,
}

impl SkillsView {
    pub(super) fn of(skills: &Skills) -> Self {
        let people = skills.people.iter().map(|holder| PersonSkillsView {
            person: holder.id,
            name: holder.name.clone(),
            skills: skills.have.get(&holder.id).cloned().unwrap_or_default(),
            needed: skills
                .gaps
                .needed
                .get(&holder.id)
                .into_iter()
                .flatten()
                .map(|(id, _)| id.clone())
                .collect(),
            missing: skills.gaps.missing.get(&holder.id).cloned().unwrap_or_default(),
        });
        Self {
            team: skills.ownership.team.id,
            revision: skills.revision,
            people: people.collect(),
            nobody_has: skills.gaps.nobody.clone(),
        }
    }
}

/// The skills of some people, as they are to be.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TeamSkillsToBe)]
pub(super) struct SkillsBody {
    pub(super) people: Vec<PersonSkillsBody>,
}

/// The skills of a person, as they are to be.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = PersonSkillsToBe)]
pub(super) struct PersonSkillsBody {
    /// Id or mail address.
    pub(super) person: String,
    /// Ids of skills of the catalogue.
    #[schema(example = json!(["monitoring", "ci-cd"]))]
    pub(super) skills: Vec<String>,
}

/// The tools of a team.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TeamTools)]
pub(super) struct ToolsView {
    team: Uuid,
    /// Counts the changes; what `If-Match` takes.
    revision: i64,
    /// In the order of the questionnaire.
    capabilities: Vec<CapabilityToolsView>,
}

/// The tools for a capability.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CapabilityTools)]
struct CapabilityToolsView {
    #[schema(example = "experiment-tracking")]
    capability: String,
    tools: Vec<String>,
    /// What the questionnaire knows for it.
    suggested: Vec<String>,
}

impl ToolsView {
    pub(super) fn of(tools: &Tools) -> Self {
        let capabilities = tools.bank.capabilities.iter().map(|capability| CapabilityToolsView {
            capability: capability.id.clone(),
            tools: tools.by_capability.get(&capability.id).cloned().unwrap_or_default(),
            suggested: tools.suggested(&capability.id),
        });
        Self { team: tools.team.id, revision: tools.revision, capabilities: capabilities.collect() }
    }
}

/// The tools for some capabilities, as they are to be.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = TeamToolsToBe)]
pub(super) struct ToolsBody {
    pub(super) capabilities: Vec<CapabilityToolsBody>,
}

/// The tools for a capability, as they are to be.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CapabilityToolsToBe)]
pub(super) struct CapabilityToolsBody {
    #[schema(example = "experiment-tracking")]
    pub(super) capability: String,
    #[schema(example = json!(["MLflow"]))]
    pub(super) tools: Vec<String>,
}

/// Who uses what across all teams.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrganisationTools)]
pub(super) struct OrganisationToolsBody {
    capabilities: Vec<CapabilityUse>,
}

/// The tools for a capability, across all teams.
#[derive(Debug, Serialize, ToSchema)]
struct CapabilityUse {
    capability: String,
    /// Whether teams solve it with different tools, and none that all of them use.
    duplicate: bool,
    tools: Vec<ToolUse>,
}

/// A tool with the teams that use it.
#[derive(Debug, Serialize, ToSchema)]
struct ToolUse {
    tool: String,
    teams: BTreeSet<String>,
}

impl OrganisationToolsBody {
    pub(super) fn of(tools: &OrganisationTools) -> Self {
        let capabilities = tools.by_capability.iter().map(|(capability, tools)| CapabilityUse {
            capability: capability.clone(),
            duplicate: is_duplicate(tools),
            tools: tools
                .iter()
                .map(|(tool, teams)| ToolUse { tool: tool.clone(), teams: teams.clone() })
                .collect(),
        });
        Self { capabilities: capabilities.collect() }
    }
}

/// What a person holds and held.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonHoldings)]
pub(super) struct HoldingsBody {
    pub(super) items: Vec<PersonHolding>,
    /// Always null: a person holds few things.
    pub(super) next: Option<String>,
}

/// Something that a person holds or held.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PersonHolding {
    team: Uuid,
    role: String,
    part: Part,
    kind: ThingKind,
    of: String,
    from: NaiveDate,
    until: Option<NaiveDate>,
}

pub(super) fn holdings_of(holds: &Holds) -> impl Iterator<Item = PersonHolding> {
    let team = holds.team.id;
    holds.holdings.iter().map(move |Holding { held, from, until }| PersonHolding {
        team,
        role: held.role.clone(),
        part: held.part,
        kind: held.thing.kind,
        of: held.thing.id.clone(),
        from: *from,
        until: *until,
    })
}

/// Who takes over.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = HandOver)]
pub(super) struct HandOverBody {
    /// Id or mail address of the successor.
    pub(super) to: String,
    /// Ids or short names of teams; all in which you may hand over when absent.
    pub(super) teams: Option<Vec<String>>,
}

/// What was handed over.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HandedOver)]
pub(super) struct HandedOverBody {
    pub(super) teams: Vec<HandedOverIn>,
}

/// What was handed over in a team.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HandedOverIn {
    team: Uuid,
    /// How many job roles.
    roles: u64,
    /// How many items of roadmaps.
    items: u64,
}

impl From<HandedOver> for HandedOverIn {
    fn from(HandedOver { team, roles, items }: HandedOver) -> Self {
        Self { team, roles, items }
    }
}
