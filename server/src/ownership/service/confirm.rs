//! Confirming job roles that policies name: what waits after a change, and what becomes of it once somebody decided.
//!
//! All doors that change who holds what end in `carry_out`, and that ends in [`settle`]. What waits for one person in one
//! role of a team is one proposal, whatever it is held for; being accountable for a model is one by itself. Where more is
//! given while a proposal waits, it is taken back and another one is made, because nobody confirms what they did not read.

use std::collections::{BTreeMap, BTreeSet};

use assay_domain::access::{Principal, Role};
use assay_domain::audit::Subject;
use assay_domain::ownership::{Change, Confirmation, Controlled, Held, Holding, Recorded};
use assay_domain::proposals::{Confirmer, Kind, Need, Part, ProposalState};
use chrono::{DateTime, NaiveDate, Utc};
use futures::FutureExt;
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::assign::carry_out;
use super::one_recorded;
use crate::access::store as access;
use crate::db::{Conn, Tx};
use crate::error::Error;
use crate::http::Caller;
use crate::ownership::store::{self, HoldingRow};
use crate::policies::service as policies;
use crate::proposals::ProposalRow;
use crate::proposals::service::{self as proposals, NewProposal};
use crate::teams::store as teams;

/// What a confirmation is about: holdings of a team, each up to the last day that it had when it was proposed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Payload {
    team: Uuid,
    holdings: BTreeMap<Uuid, Option<NaiveDate>>,
}

/// What is confirmed as one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    /// A person in a job role, for whatever it is held.
    Role { person: Uuid, role: String },
    /// A person who is accountable for a model.
    Owner { person: Uuid, model: String },
}

impl Group {
    fn of(controlled: &Controlled, held: &Held) -> Option<Self> {
        let person = held.person;
        if controlled.is_owner(held) {
            return Some(Self::Owner { person, model: held.thing.id.clone() });
        }
        controlled.needs(held).then(|| Self::Role { person, role: held.role.clone() })
    }

    const fn person(&self) -> Uuid {
        match self {
            Self::Role { person, .. } | Self::Owner { person, .. } => *person,
        }
    }

    /// What tells it apart from the person's others.
    fn key(&self, team: Uuid) -> String {
        match self {
            Self::Role { role, .. } => format!("{team}/{role}"),
            Self::Owner { model, .. } => format!("{team}/accountable/{model}"),
        }
    }
}

/// Something on record, with its confirmation.
struct Kept {
    recorded: Recorded,
    confirmation: Confirmation,
}

impl Kept {
    fn of(row: HoldingRow) -> Result<Self, Error> {
        let confirmation = row.confirmation();
        Ok(Self { recorded: one_recorded(row)?, confirmation })
    }

    const fn holding(&self) -> &Holding {
        &self.recorded.holding
    }

    fn waits(&self, today: NaiveDate) -> bool {
        !self.holding().is_over(today) && !self.confirmation.covers_all(self.holding())
    }

    /// Whether being in the role on all days of another is confirmed by this one.
    fn stands_for(&self, other: &Self) -> bool {
        let (held, theirs) = (&self.holding().held, &other.holding().held);
        let same = self.recorded.id != other.recorded.id
            && (held.person, &held.role) == (theirs.person, &theirs.role);
        let last = |holding: &Holding| holding.until.unwrap_or(NaiveDate::MAX);
        let confirmed_until = self.confirmation.until.unwrap_or(NaiveDate::MAX).min(last(self.holding()));
        same && self.confirmation.since.is_some()
            && self.holding().from <= other.holding().from
            && last(other.holding()) <= confirmed_until
    }
}

/// The ids of what counts for nothing yet, of all that a team has on record.
pub(super) async fn waiting(
    conn: &mut Conn,
    rows: &[HoldingRow],
    today: NaiveDate,
) -> Result<BTreeSet<Uuid>, Error> {
    let controlled = policies::controlled(conn).await?;
    let mut waiting = BTreeSet::new();
    for row in rows {
        let kept = Kept::of(row.clone())?;
        if controlled.needs(&kept.holding().held) && kept.waits(today) {
            waiting.insert(row.id);
        }
    }
    Ok(waiting)
}

/// How something that begins now stands: what the installation itself gives counts at once.
pub(super) fn begun(caller: &Caller, now: DateTime<Utc>) -> Confirmation {
    if is_system(caller) {
        return Confirmation { given_by: None, since: Some(now), until: None };
    }
    Confirmation { given_by: Some(caller.actor().id()), since: None, until: None }
}

/// How something that goes on for longer stands: it is confirmed up to where it went before.
pub(super) fn prolonged(caller: &Caller, before: &HoldingRow) -> Confirmation {
    let known = before.confirmation();
    if is_system(caller) {
        return known;
    }
    let until = [known.until, before.until_day].into_iter().flatten().min();
    Confirmation { given_by: Some(caller.actor().id()), since: known.since, until }
}

fn is_system(caller: &Caller) -> bool {
    matches!(caller.actor(), assay_domain::audit::Actor::System(_))
}

/// Proposes what needs a confirmation after these things of a team have changed, and takes back what needs none any more.
pub(super) async fn settle(tx: &mut Tx, caller: &Caller, team: Uuid, changed: &[Held]) -> Result<(), Error> {
    let controlled = policies::controlled(tx).await?;
    let groups: BTreeSet<Group> = changed.iter().filter_map(|held| Group::of(&controlled, held)).collect();
    if groups.is_empty() {
        return Ok(());
    }
    let today = tx.now().date_naive();
    let all = store::history(tx, team).await?.into_iter().map(Kept::of).collect::<Result<Vec<_>, _>>()?;
    for group in groups {
        let own =
            all.iter().filter(|kept| Group::of(&controlled, &kept.holding().held).as_ref() == Some(&group));
        let mut waiting = Vec::new();
        for kept in own.filter(|kept| kept.waits(today)) {
            let stands =
                matches!(group, Group::Role { .. }).then(|| all.iter().find(|one| one.stands_for(kept)));
            match stands.flatten() {
                Some(one) => store::confirm(tx, kept.recorded.id, one.confirmation.since, None).await?,
                None => waiting.push(kept),
            }
        }
        propose(tx, caller, team, &group, &waiting).await?;
    }
    Ok(())
}

async fn propose(
    tx: &mut Tx,
    caller: &Caller,
    team: Uuid,
    group: &Group,
    waiting: &[&Kept],
) -> Result<(), Error> {
    let subject = Subject::new("user", group.person());
    let key = group.key(team);
    let rows = proposals::waiting(tx, Kind::JobRole, &subject).await?;
    let present = rows.into_iter().find(|row| row.subject_key == key);
    let holdings = waiting.iter().map(|kept| (kept.recorded.id, kept.holding().until)).collect();
    let payload = Payload { team, holdings };
    if let Some(row) = present {
        if !payload.holdings.is_empty() && is_part_of(&payload, &row.payload()?) {
            return Ok(());
        }
        proposals::take_back(tx, caller, row, "Something else is given by now.").await?;
    }
    if payload.holdings.is_empty() {
        return Ok(());
    }
    let new = written(tx, group, waiting, payload, subject, key).await?;
    proposals::propose(tx, caller, new).await.map(drop)
}

/// Whether all of it was proposed already: what ends earlier than that is none the less.
fn is_part_of(now: &Payload, proposed: &Payload) -> bool {
    let last = |until: &Option<NaiveDate>| until.unwrap_or(NaiveDate::MAX);
    now.holdings
        .iter()
        .all(|(id, until)| proposed.holdings.get(id).is_some_and(|proposed| last(until) <= last(proposed)))
}

async fn written(
    tx: &mut Tx,
    group: &Group,
    waiting: &[&Kept],
    payload: Payload,
    subject: Subject,
    key: String,
) -> Result<NewProposal, Error> {
    let team = teams::by_id(tx, payload.team).await?.ok_or(Error::NotFound)?;
    let name = access::person(tx, group.person()).await?.map(|row| row.name).unwrap_or_default();
    let mut involved = vec![(group.person(), Part::Holder)];
    for giver in waiting.iter().filter_map(|kept| kept.confirmation.given_by).collect::<BTreeSet<_>>() {
        if access::person(tx, giver).await?.is_some() {
            involved.push((giver, Part::Giver));
        }
    }
    let from = waiting.iter().map(|kept| kept.holding().from).min();
    let until = waiting.iter().map(|kept| kept.holding().until.unwrap_or(NaiveDate::MAX)).max();
    let from = from.map(|day| format!(" from {day} on")).unwrap_or_default();
    let until =
        until.filter(|day| *day != NaiveDate::MAX).map(|day| format!(" until {day}")).unwrap_or_default();
    let (title, what, for_what) = match group {
        Group::Role { role, .. } => (
            format!("Confirm {name} as {role} in {}", team.name),
            role.clone(),
            "decide, review and declare emergencies as the policies say",
        ),
        Group::Owner { model, .. } => (
            format!("Confirm {name} as accountable for {model}"),
            format!("accountable for {model}"),
            "be the accountable owner whom the policies ask for",
        ),
    };
    let by = vec![
        Confirmer::role(Role::ComplianceOfficer),
        Confirmer::Role { role: Role::TeamLead, team: Some(team.id) },
        Confirmer::role(Role::Admin),
    ];
    let what_by = "a compliance officer, another lead of the team or an administrator".to_owned();
    Ok(NewProposal {
        kind: Kind::JobRole,
        subject,
        key,
        team: Some(team.id),
        title,
        href: Some(format!("/teams/{}/ownership", team.slug)),
        from: "on record, not confirmed".to_owned(),
        to: format!("{what}{from}{until}"),
        consequence: format!(
            "They can {for_what}, also in requests that are open; in an emergency from a day after. What was decided stays \
             as it is. Turned down, they do not hold it any more."
        ),
        reason: String::new(),
        content_sha256: None,
        payload: serde_json::to_value(payload).map_err(Error::internal)?,
        needs: vec![Need { what: what_by, by }],
        involved,
    })
}

/// Lets job roles count that somebody confirmed.
///
/// # Errors
/// Those of the database.
pub(crate) async fn confirmed(tx: &mut Tx, row: &ProposalRow) -> Result<(), Error> {
    let now = tx.now();
    let payload: Payload = row.payload()?;
    for (id, until) in payload.holdings {
        let Some(holding) = store::holding(tx, id).await? else { continue };
        let known = holding.confirmation();
        // What was confirmed up to now goes on; what was not is confirmed since now.
        let since = known.since.filter(|_| known.covers(now.date_naive())).unwrap_or(now);
        let last = |day: Option<NaiveDate>| day.unwrap_or(NaiveDate::MAX);
        let more = last(holding.until_day) > last(until);
        store::confirm(tx, id, Some(since), until.filter(|_| more)).await?;
    }
    Ok(())
}

/// Ends what somebody turned down, or took back themselves, as far as nobody confirmed it.
///
/// # Errors
/// Those of the database.
pub(crate) fn turned_down<'t>(
    tx: &'t mut Tx,
    by: &'t Caller,
    row: &'t ProposalRow,
) -> BoxFuture<'t, Result<(), Error>> {
    // What ends here may end other proposals.
    end_what_waits(tx, by, row).boxed()
}

async fn end_what_waits(tx: &mut Tx, by: &Caller, row: &ProposalRow) -> Result<(), Error> {
    // Where a proposal gives way to another one about more, the program says why and people have nothing to say.
    if row.state()? != ProposalState::Rejected && !row.note.is_empty() {
        return Ok(());
    }
    let today = tx.now().date_naive();
    let payload: Payload = row.payload()?;
    let mut changes = Vec::new();
    for id in payload.holdings.keys() {
        let Some(holding) = store::holding(tx, *id).await? else { continue };
        let kept = Kept::of(holding)?;
        if !kept.waits(today) {
            continue;
        }
        changes.push(match kept.confirmation.until.filter(|_| kept.confirmation.since.is_some()) {
            // What was prolonged ends where it would have.
            Some(until) => {
                Change::End { id: *id, holding: Holding { until: Some(until), ..kept.holding().clone() } }
            }
            None => assay_domain::ownership::cut(&kept.recorded, today),
        });
    }
    if changes.is_empty() {
        return Ok(());
    }
    let seen = store::revisions(tx, payload.team).await?.holdings;
    store::count_on(tx, payload.team, store::Part::Holdings, seen).await?;
    carry_out(tx, by, payload.team, &changes).await
}

/// Other policies are in force now: what they name besides, and nobody confirmed before, waits from now on.
///
/// # Errors
/// Those of the database.
pub(crate) fn policies_changed<'t>(tx: &'t mut Tx, by: &'t Caller) -> BoxFuture<'t, Result<(), Error>> {
    // It is itself what becomes of a proposal.
    propose_what_waits(tx, by).boxed()
}

async fn propose_what_waits(tx: &mut Tx, by: &Caller) -> Result<(), Error> {
    // Nobody proposed it: whoever confirmed the policy may confirm the job roles too.
    let principal = Principal::system(store::instance(tx).await?);
    let system = Caller {
        principal,
        request: by.request,
        name: "system".to_owned(),
        session: None,
        job_user: None,
        ends_approval: true,
    };
    let controlled = policies::controlled(tx).await?;
    let today = tx.now().date_naive();
    for team in teams::all(tx).await? {
        let mut changed = Vec::new();
        for row in store::history(tx, team.id).await? {
            let kept = Kept::of(row)?;
            if controlled.needs(&kept.holding().held) && kept.waits(today) {
                changed.push(kept.recorded.holding.held);
            }
        }
        settle(tx, &system, team.id, &changed).await?;
    }
    Ok(())
}
