//! Who is concerned by a finding, and what else the rules about it look at.
//!
//! Machines are concerned through people: whoever made the token or the trust rule that recorded, deployed or reported.

use assay_domain::approvals::{Demand, Who};
use assay_domain::datasets::Severity;
use assay_domain::findings::{About, Case, Concerned, FindingKind, Part};
use uuid::Uuid;

use crate::access::service::subjects;
use crate::datasets::store as data;
use crate::db::Conn;
use crate::error::Error;
use crate::findings::store::{self, FindingRow};
use crate::models::service::bound::bound_inputs;
use crate::policies::service as policies;

/// What the rules look at, put together.
pub(super) struct Known {
    kind: FindingKind,
    concerned: Vec<Concerned>,
    policy_refuses: bool,
    taken_away: bool,
}

impl Known {
    /// Of a finding.
    pub(super) async fn of(conn: &mut Conn, row: &FindingRow) -> Result<Self, Error> {
        let kind = row.kind()?;
        let policy_refuses = policy_refuses(conn, row, kind.about()).await?;
        // Whoever runs something puts it in order, unless a gate waits for that.
        let concerned = match kind.about() {
            About::Operations if !policy_refuses => Vec::new(),
            _ => concerned(conn, row).await?,
        };
        Ok(Self { kind, concerned, policy_refuses, taken_away: row.over_at.is_some() })
    }

    /// As the domain's rules take it.
    pub(super) fn case(&self) -> Case<'_> {
        let Self { kind, concerned, policy_refuses, taken_away } = self;
        Case { kind: *kind, concerned, policy_refuses: *policy_refuses, taken_away: *taken_away }
    }
}

async fn concerned(conn: &mut Conn, row: &FindingRow) -> Result<Vec<Concerned>, Error> {
    let mut found = Vec::new();
    if let Some(usage) = row.usage_id {
        let usage = data::usage(conn, usage).await?.ok_or(Error::NotFound)?;
        if let Some(person) = usage.person_id {
            add(conn, &mut found, person, Part::Used).await?;
        }
        add(conn, &mut found, usage.reported_by, Part::Recorded).await?;
    }
    if let (Some(version), Some(environment)) = (row.model_version_id, &row.environment) {
        for deployer in store::deployers(conn, version, environment).await? {
            add(conn, &mut found, deployer, Part::Deployed).await?;
        }
    }
    if let Some(reporter) = row.reported_by {
        add(conn, &mut found, reporter, Part::Reported).await?;
    }
    Ok(found)
}

/// Adds whoever acted: the person, or those who made the machine.
async fn add(conn: &mut Conn, found: &mut Vec<Concerned>, actor: Uuid, part: Part) -> Result<(), Error> {
    if let Some(who) = person(conn, actor).await? {
        found.push(Concerned { who, part });
        return Ok(());
    }
    for maker in store::makers_of_machine(conn, actor).await? {
        let who = person(conn, maker).await?;
        found.extend(who.map(|who| Concerned { who, part: Part::Machine }));
    }
    Ok(())
}

async fn person(conn: &mut Conn, id: Uuid) -> Result<Option<Who>, Error> {
    match subjects::who(conn, id).await {
        Ok(who) => Ok(Some(who)),
        Err(Error::NotFound) => Ok(None),
        Err(other) => Err(other),
    }
}

/// Whether a policy in force refuses on it: any that decides about models of the tier, wherever it does.
async fn policy_refuses(conn: &mut Conn, row: &FindingRow, about: About) -> Result<bool, Error> {
    let Some(version) = store::version_of(conn, row.id).await? else { return Ok(false) };
    let Some(tier) = bound_inputs(conn, version).await?.tier else { return Ok(false) };
    let severity = row.severity()?;
    let policies = policies::of_tier(conn, tier).await?;
    Ok(policies.iter().any(|policy| {
        refuses(&policy.demands.gate, about, severity) || refuses(&policy.demands.request, about, severity)
    }))
}

/// Whether a demand does not hold while such a finding is open.
fn refuses(demand: &Demand, about: About, severity: Severity) -> bool {
    let from = match about {
        About::Data => demand.no_finding_from,
        About::Operations => demand.no_operations_finding_from,
        About::Control => None,
    };
    from.is_some_and(|from| severity >= from)
}
