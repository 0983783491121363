//! Everything that is needed to decide about a request, gathered for one page.

use super::candidates::Hands;
use super::decide::with_people;
use super::list::{Held, Mine, WaitsFor};
use super::{Kept, bound_state, emergencies, standing, visible};
use crate::App;
use crate::approvals::requests::store::{self, WordRow};
use crate::assessments::service as assessments;
use crate::assessments::store::{self as assessment_store, SnapshotRow};
use crate::audit::{Entry, Names};
use crate::datasets::bound as data;
use crate::datasets::store::{self as datasets, DatasetRow, UsageRow};
use crate::db::Conn;
use crate::error::Error;
use crate::findings::service as findings;
use crate::findings::store::FindingRow;
use crate::http::Caller;
use crate::ledger::trail::{self, Filter, Walk};
use crate::models::service::bound::bound_inputs;
use crate::models::store::{self as models, DeclaredRow, EvidenceRow, FoundRow};
use crate::ownership::store as ownership;
use crate::policies::service as policies;
use crate::policies::service::words::{Words, words};
use crate::teams::store::{self as teams, TeamRow};
use assay_domain::access::Permission;
use assay_domain::approvals::{
    Acting, Approving, Block, BoundState, Command, Decider, Demand, Earlier, Policy, Refusal, Requester,
    Standing, State, Unmet, Who,
};
use assay_domain::findings::About;
use assay_domain::ownership::Part;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

/// How many entries of a request's history are shown.
const HISTORY: u32 = 200;

/// A request with everything that is needed to decide about it.
#[derive(Clone, Debug)]
pub struct Dossier {
    /// The request, as it is now.
    pub kept: Kept,
    /// The policy that it is decided under.
    pub policy: Arc<Policy>,
    /// The words of job roles and capabilities.
    pub words: Words,
    /// What people said with it.
    pub said: Vec<WordRow>,
    /// What the ledger says about it, the newest first.
    pub entries: Vec<Entry>,
    /// The version, with what one needs to know of its model.
    pub version: FoundRow,
    /// The team that owns the model.
    pub team: TeamRow,
    /// What was approved for the model and the environment before.
    pub last: Option<LastApproved>,
    /// What an approval would be bound to now, under the policy that decides now.
    pub bound_now: BoundState,
    /// What is shown for the version.
    pub evidence: Vec<EvidenceRow>,
    /// The data that it declares, each with the dataset.
    pub declared: Vec<(DeclaredRow, Option<DatasetRow>)>,
    /// What was used for it, each with the dataset where it is registered.
    pub usages: Vec<(UsageRow, Option<DatasetRow>)>,
    /// What is wrong with that and not resolved.
    pub findings: Vec<FindingRow>,
    /// The team's latest locked result.
    pub result: Option<SnapshotRow>,
    /// The levels that it supports, by capability.
    pub levels: BTreeMap<String, u8>,
    /// Who holds what for the model today: the part and the person.
    pub owners: Vec<(Part, Uuid)>,
    /// What the policy asks of things besides decisions that does not hold now.
    pub unmet: Vec<Unmet>,
    /// Who could decide.
    pub hands: Hands,
    /// What the visitor holds.
    pub held: Option<Held>,
    /// What of it waits for the visitor.
    pub waits: Vec<WaitsFor>,
    /// What the visitor may do to it now.
    pub may: May,
    /// When it was looked at.
    pub now: DateTime<Utc>,
    names: Names,
}

/// What was approved before.
#[derive(Clone, Debug)]
pub struct LastApproved {
    /// The request.
    pub kept: Kept,
    /// Its version.
    pub version: FoundRow,
}

/// What somebody may do to a request now.
#[derive(Clone, Debug, Default)]
pub struct May {
    /// Ask again.
    pub ask: bool,
    /// Take it back before it is decided.
    pub withdraw: bool,
    /// Take the approval back.
    pub revoke: bool,
    /// Declare an emergency.
    pub break_glass: bool,
    /// Why none can be declared, where the policy knows emergencies and the request waits.
    pub no_emergency: Option<Refusal>,
    /// Why its emergency blocks the next, where the visitor can lift that, or otherwise propose to.
    pub lift: Option<Block>,
    /// Whether they lift it themselves.
    pub lifts: bool,
    /// Review the emergency.
    pub review: bool,
    /// Confirm these conditions.
    pub confirm: BTreeSet<Uuid>,
    /// Say no in these steps, for oneself or for somebody who is away.
    pub reject: Vec<(String, Option<(Uuid, String)>)>,
    /// Read the trail.
    pub read_trail: bool,
}

impl Dossier {
    /// What somebody is called; what another tool calls them where they are not known here.
    #[must_use]
    pub fn name(&self, who: &Who) -> String {
        match who.account {
            Some(account) => self.names.anybody(account),
            None => {
                let known = who.subjects.iter().next().map(String::as_str).unwrap_or_default();
                known.split_once('|').map_or(known, |(_, subject)| subject).to_owned()
            }
        }
    }

    /// What people call a job role.
    #[must_use]
    pub fn role(&self, id: &str) -> String {
        self.words.roles.get(id).cloned().unwrap_or_else(|| id.to_owned())
    }

    /// What people call a capability.
    #[must_use]
    pub fn capability(&self, id: &str) -> String {
        self.words.capabilities.get(id).cloned().unwrap_or_else(|| id.to_owned())
    }

    /// What a person or a machine is called.
    #[must_use]
    pub fn anybody(&self, id: Uuid) -> String {
        self.names.anybody(id)
    }

    /// What was said about a condition.
    #[must_use]
    pub fn condition(&self, id: Uuid) -> Option<&str> {
        self.said.iter().find(|word| word.about == Some(id)).map(|word| word.body.as_str())
    }

    /// What was said with a decision, or with anything else at this time by this account.
    #[must_use]
    pub fn said_at(&self, field: &str, at: DateTime<Utc>, by: Option<Uuid>) -> Option<&str> {
        let mut said = self.said.iter().filter(|word| word.field == field && word.said_at == at);
        said.find(|word| by.is_none_or(|by| word.said_by == by)).map(|word| word.body.as_str())
    }
}

/// Gathers a request for its page.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn dossier(app: &App, caller: &Caller, id: Uuid) -> Result<Dossier, Error> {
    let words = words(app).await?;
    let mut conn = app.db.read().await?;
    let conn = &mut conn;
    let now = app.clock.now();
    let kept = visible(conn, caller, id).await?.at(conn, now).await?;
    let kept = with_people(conn, kept).await?;
    let (row, today) = (&kept.row, now.date_naive());
    let policy = kept.policy(conn).await?;
    let version = models::find_by_id(conn, row.model_version_id).await?.ok_or(Error::NotFound)?;
    let inputs = bound_inputs(conn, row.model_version_id).await?;
    let deciding = match inputs.tier {
        Some(tier) => policies::deciding(conn, &row.environment, tier).await?,
        None => None,
    };
    let decides = deciding.unwrap_or_else(|| policy.clone());
    let standing = standing(conn, &inputs, row.model_version_id, &asked(&policy), now).await?;
    let earlier = emergencies::earlier(conn, row.model_id, &row.environment).await?;
    let mut mine = Mine::new(caller, now);
    let held = mine.held(conn, row.team_id).await?;
    let said = store::words(conn, id).await?;
    let owners = owners(conn, &kept, today).await?;
    let names = names(conn, &kept, &said, &owners).await?;
    Ok(Dossier {
        bound_now: bound_state(&inputs, decides.reference()),
        entries: entries(app, conn, id).await?,
        team: teams::by_id(conn, row.team_id).await?.ok_or(Error::NotFound)?,
        last: last(conn, &kept).await?,
        evidence: models::evidence(conn, row.model_version_id).await?,
        declared: declared(conn, row.model_version_id).await?,
        usages: usages(conn, row.model_version_id).await?,
        findings: findings::unresolved(conn, row.model_version_id, About::Data).await?,
        result: assessment_store::history(conn, row.team_id).await?.pop(),
        levels: assessments::supported_levels(conn, row.team_id).await?.unwrap_or_default(),
        unmet: unmet(&kept, &policy, &standing, today),
        hands: Hands::of_team(conn, row.team_id, today).await?,
        waits: mine.waits(conn, &kept).await?,
        may: may(caller, &kept, &policy, held.as_ref(), &earlier, now),
        held,
        owners,
        said,
        policy,
        words,
        version,
        names,
        now,
        kept,
    })
}

/// All that the policy demands, at either time.
fn asked(policy: &Policy) -> Demand {
    let (request, gate) = (&policy.demands.request, &policy.demands.gate);
    Demand {
        no_finding_from: request.no_finding_from.into_iter().chain(gate.no_finding_from).min(),
        no_operations_finding_from: request
            .no_operations_finding_from
            .into_iter()
            .chain(gate.no_operations_finding_from)
            .min(),
        accountable_owner: request.accountable_owner || gate.accountable_owner,
        authors_known: request.authors_known || gate.authors_known,
        levels: request.levels.iter().chain(&gate.levels).cloned().collect(),
    }
}

fn unmet(kept: &Kept, policy: &Policy, standing: &Standing, today: NaiveDate) -> Vec<Unmet> {
    let mut unmet = asked(policy).unmet(standing);
    let day = kept.approval.state().running().map_or(today, |approved| approved.since().date_naive());
    unmet.extend(policy.evidence_unmet(kept.approval.state().bound(), &standing.evidence, day));
    unmet
}

async fn entries(app: &App, conn: &mut Conn, id: Uuid) -> Result<Vec<Entry>, Error> {
    let filter = Filter {
        subject_type: Some("approval_request".to_owned()),
        subject: Some(id.to_string()),
        ..Filter::default()
    };
    let log = app.db.log().id;
    let rows = trail::page(conn, log, &filter, Walk::Down(u64::MAX), HISTORY).await?.entries;
    let names = Names::of(conn, &rows).await?;
    rows.iter().map(|row| Entry::new(row, &names)).collect()
}

/// The newest request before this one that was approved, whatever became of it.
async fn last(conn: &mut Conn, kept: &Kept) -> Result<Option<LastApproved>, Error> {
    let row = &kept.row;
    for earlier in store::last_approved(conn, row.model_id, &row.environment, row.id).await? {
        let earlier = Kept::new(earlier)?;
        if !was_approved(earlier.approval.state()) {
            continue;
        }
        if let Some(version) = models::find_by_id(conn, earlier.row.model_version_id).await? {
            return Ok(Some(LastApproved { kept: earlier, version }));
        }
    }
    Ok(None)
}

const fn was_approved(state: &State) -> bool {
    match state {
        State::Approved(_)
        | State::Suspended(_)
        | State::Superseded(_)
        | State::Stale(_)
        | State::Revoked(_) => true,
        State::Expired(expired) => expired.approved.is_some(),
        State::Open(_) | State::Rejected(_) | State::Withdrawn(_) => false,
    }
}

async fn declared(conn: &mut Conn, version: Uuid) -> Result<Vec<(DeclaredRow, Option<DatasetRow>)>, Error> {
    let mut found = Vec::new();
    for row in models::declared(conn, version).await? {
        let name =
            assay_domain::datasets::DatasetName { namespace: row.namespace.clone(), name: row.name.clone() };
        let dataset = datasets::dataset_named(conn, &name).await?;
        found.push((row, dataset));
    }
    Ok(found)
}

async fn usages(conn: &mut Conn, version: Uuid) -> Result<Vec<(UsageRow, Option<DatasetRow>)>, Error> {
    let mut known: BTreeMap<Uuid, Option<DatasetRow>> = BTreeMap::new();
    let mut found = Vec::new();
    for row in data::used_by_version(conn, version).await? {
        let dataset = match row.dataset_id {
            None => None,
            Some(id) => match known.get(&id) {
                Some(dataset) => dataset.clone(),
                None => {
                    let dataset = datasets::dataset(conn, id).await?;
                    known.insert(id, dataset.clone());
                    dataset
                }
            },
        };
        found.push((row, dataset));
    }
    Ok(found)
}

async fn owners(conn: &mut Conn, kept: &Kept, today: NaiveDate) -> Result<Vec<(Part, Uuid)>, Error> {
    let mut owners = Vec::new();
    for row in ownership::history(conn, kept.row.team_id).await? {
        let covers = row.from_day <= today && row.until_day.is_none_or(|until| until >= today);
        if row.kind == "model" && row.thing == kept.row.model && covers {
            owners.push((row.part.parse().map_err(Error::internal)?, row.person_id));
        }
    }
    owners.sort_unstable();
    owners.dedup();
    Ok(owners)
}

/// The names of everybody who had a hand in it.
async fn names(
    conn: &mut Conn,
    kept: &Kept,
    said: &[WordRow],
    owners: &[(Part, Uuid)],
) -> Result<Names, Error> {
    let mut ids: BTreeSet<Uuid> = said.iter().map(|word| word.said_by).collect();
    ids.extend(owners.iter().map(|(_, person)| *person));
    ids.insert(kept.row.requested_by);
    let terms = kept.approval.terms();
    if let Requester::Person(who) = &terms.requester {
        ids.extend(who.account);
    }
    ids.extend(
        terms
            .authors
            .iter()
            .chain(&terms.committers)
            .chain(&terms.contributors)
            .filter_map(|who| who.account),
    );
    for decider in approvals(kept.approval.state()).iter().map(|approving| &approving.decider) {
        ids.extend(decider.involved().filter_map(|who| who.account));
        ids.extend(vouching(decider));
    }
    if let State::Rejected(rejected) = kept.approval.state() {
        ids.extend(rejected.decider.involved().filter_map(|who| who.account));
        ids.extend(vouching(&rejected.decider));
    }
    if let Some(emergency) = kept.approval.emergency() {
        ids.extend(emergency.by().account);
        if let assay_domain::approvals::Review::Done { who, .. } = emergency.review() {
            ids.extend(who.account);
        }
        ids.extend(emergency.lifted().and_then(|lifted| lifted.who.as_ref()).and_then(|who| who.account));
    }
    Names::of_actors(conn, ids).await
}

/// The machine on whose word a decision is.
const fn vouching(decider: &Decider) -> Option<Uuid> {
    match decider {
        Decider::External { by, .. } => *by,
        Decider::Person { .. } => None,
    }
}

/// The approvals that a state carries.
#[must_use]
pub fn approvals(state: &State) -> &[Approving] {
    match state {
        State::Open(open) => open.approvals(),
        State::Approved(approved) => approved.approvals(),
        State::Suspended(suspended) => suspended.approved.approvals(),
        State::Revoked(ended) => ended.approved.approvals(),
        State::Superseded(superseded) => superseded.approved.approvals(),
        State::Stale(stale) => stale.approved.approvals(),
        State::Expired(expired) => expired.approved.as_ref().map_or(&[], |approved| approved.approvals()),
        State::Rejected(_) | State::Withdrawn(_) => &[],
    }
}

/// Finds out by trying what somebody may do, so that the page offers what the rules allow and nothing else.
fn may(
    caller: &Caller,
    kept: &Kept,
    policy: &Policy,
    held: Option<&Held>,
    earlier: &[Earlier],
    now: DateTime<Utc>,
) -> May {
    let team = Some(kept.row.team_id);
    let (asks, decides) =
        (caller.may(Permission::RequestApprovals, team), caller.may(Permission::DecideApprovals, team));
    let works = |command: Command| kept.approval.apply(policy, command, now).is_ok();
    let mut may = May {
        ask: asks,
        withdraw: asks && works(Command::Withdraw),
        read_trail: caller.may(Permission::ReadAudit, team),
        ..May::default()
    };
    let Some(held) = held else { return may };
    let (by, reason) = (held.acting.clone(), "-".to_owned());
    if asks && policy.break_glass.is_some() && matches!(kept.approval.state(), State::Open(_)) {
        let (by, reason, earlier) = (held.in_emergency.clone(), reason.clone(), earlier.to_vec());
        let declared = kept.approval.apply(policy, Command::BreakGlass { by, reason, earlier }, now);
        may.break_glass = declared.is_ok();
        // That there is one already is to be seen anyway.
        may.no_emergency = declared.err().filter(|why| *why != Refusal::GlassBrokenAlready);
    }
    if caller.may(Permission::LiftBlocks, team) {
        may.lifts = emergencies::lifts(caller);
        may.lift = if may.lifts {
            kept.approval.could_lift(&by.who, now).ok()
        } else {
            kept.approval.emergency().and_then(|emergency| emergency.blocks(now))
        };
    }
    if !decides {
        return may;
    }
    may.revoke = works(Command::Revoke { by: by.clone(), reason });
    may.review = kept.approval.could_review(&by).is_ok();
    let conditions = approvals(kept.approval.state()).iter().flat_map(|approving| &approving.conditions);
    may.confirm = conditions
        .map(|condition| condition.id)
        .filter(|id| works(Command::ConditionMet { id: *id, by: by.clone() }))
        .collect();
    if matches!(kept.approval.state(), State::Open(_)) {
        may.reject = rejects(kept, policy, held, &by);
    }
    may
}

fn rejects(kept: &Kept, policy: &Policy, held: &Held, by: &Acting) -> Vec<(String, Option<(Uuid, String)>)> {
    let mut found = Vec::new();
    for step in &policy.steps {
        if kept.approval.could_decide(step, by).is_ok() {
            found.push((step.id.clone(), None));
        }
        for (person, name, delegation) in &held.away {
            let both_may = kept.approval.could_decide(step, &delegation.from).is_ok()
                && kept.approval.is_outside(step, &by.who).is_ok();
            if both_may {
                found.push((step.id.clone(), Some((*person, name.clone()))));
            }
        }
    }
    found
}

impl Dossier {
    /// Who decided, in words: "Ana Lima for Bo Chen", "alice@example.org in github-actions".
    #[must_use]
    pub fn decider(&self, decider: &Decider, at: DateTime<Utc>) -> String {
        match decider {
            Decider::Person { who, on_behalf_of: None } => self.name(who),
            Decider::Person { who, on_behalf_of: Some(away) } => {
                format!("{} for {}", self.name(who), self.name(away))
            }
            Decider::External { provider, who, by, vouched } => {
                let said = |field| self.said_at(field, at, None).map(str::to_owned);
                let called = said("decided_by_name").or_else(|| said("decided_by"));
                let by = by.map(|by| format!(" (“{}”)", self.anybody(by))).unwrap_or_default();
                let called = called.unwrap_or_else(|| self.name(who));
                format!("{called} in {provider}, {}{by}", vouched.label())
            }
        }
    }
}
