//! Who contributed to a version without having made it, and in which steps such people cannot decide.
//!
//! Whatever changes something that is shown for a version, or said of it, calls [`contributed`] in the same write. The
//! account that acted is on record: the person behind a personal token, the machine behind any other. Nobody is taken off
//! again. What a policy makes of it is its own matter; [`separation`] says it before somebody contributes.

use super::people::is_among;
use crate::access::service::subjects::who;
use crate::approvals::requests::service::{Hands, makers};
use crate::db::{Conn, Tx};
use crate::error::Error;
use crate::http::Caller;
use crate::models::store::{self, ContributorRow, FoundRow};
use crate::policies::service as policies;
use assay_domain::approvals::{Exclusion, Who};
use assay_domain::audit::Actor;
use chrono::NaiveDate;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Puts on record that the caller contributed to a version.
pub(super) async fn contributed(
    tx: &mut Tx,
    caller: &Caller,
    version: Uuid,
    what: &'static str,
) -> Result<(), Error> {
    let row = ContributorRow {
        model_version_id: version,
        account: caller.actor().id(),
        machine: !matches!(caller.actor(), Actor::Person(_)),
        what: what.to_owned(),
        since_at: tx.now(),
    };
    store::insert_contributor(tx, row).await
}

/// The people who contributed to a version; machines are left out.
///
/// # Errors
/// Those of the database.
pub async fn contributing_people(conn: &mut Conn, version: Uuid) -> Result<Vec<Who>, Error> {
    let rows = store::contributors(conn, version).await?;
    let people: BTreeSet<Uuid> = rows.iter().filter(|row| !row.machine).map(|row| row.account).collect();
    Ok(people.into_iter().map(Who::account).collect())
}

/// A step of a policy in force that decides about a version, and who is left for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Separated {
    /// The policy.
    pub policy: String,
    /// Where it decides.
    pub environments: Vec<String>,
    /// The step.
    pub step: String,
    /// What people call it.
    pub title: String,
    /// How many people it needs.
    pub needed: usize,
    /// Who does not decide in it.
    pub excluded: Vec<Exclusion>,
    /// How many people could decide in it today, whoever asks.
    pub could_decide: usize,
    /// How many of them would be left if the caller were excluded.
    pub without_you: usize,
}

impl Separated {
    /// Whether contributing would keep the caller out of it.
    #[must_use]
    pub fn excludes_contributors(&self) -> bool {
        self.excluded.contains(&Exclusion::Contributor)
    }
}

/// The steps that decide about a version, with who is left for each: what somebody should know before they contribute to
/// it or name people.
///
/// # Errors
/// Those of the database.
pub async fn separation(
    conn: &mut Conn,
    caller: &Caller,
    found: &FoundRow,
    today: NaiveDate,
) -> Result<Vec<Separated>, Error> {
    let Some(tier) = found.tier()? else { return Ok(Vec::new()) };
    let policies = policies::all_in_force(conn).await?;
    let made_by = makers(conn, found.version.id).await?;
    let contributors = contributing_people(conn, found.version.id).await?;
    let hands = Hands::of_team(conn, found.team_id, today).await?;
    let you = match caller.actor() {
        Actor::Person(id) => Some(who(conn, id).await?),
        Actor::Service(_) | Actor::System(_) => None,
    };
    let mut all = Vec::new();
    for policy in policies.iter().filter(|policy| policy.applies.tiers.contains(&tier)) {
        for step in &policy.steps {
            let out = |exclusion, people: &[Who], who: &Who| {
                step.excluded.contains(&exclusion) && is_among(people, who)
            };
            let could: Vec<&Who> = hands
                .people
                .iter()
                .filter(|person| step.roles.iter().any(|role| person.acting.roles.contains(role)))
                .map(|person| &person.acting.who)
                .filter(|who| {
                    !out(Exclusion::Author, &made_by.authors, who)
                        && !out(Exclusion::Committer, &made_by.committers, who)
                        && !out(Exclusion::Contributor, &contributors, who)
                })
                .collect();
            let without_you = could.iter().filter(|who| you.as_ref().is_none_or(|you| !you.is(who)));
            all.push(Separated {
                policy: policy.id.clone(),
                environments: policy.applies.environments.clone(),
                step: step.id.clone(),
                title: step.title.clone(),
                needed: step.count.into(),
                excluded: step.excluded.clone(),
                could_decide: could.len(),
                without_you: without_you.count(),
            });
        }
    }
    Ok(all)
}

/// The same in words: what somebody loses by contributing, step by step.
#[must_use]
pub fn warnings(steps: &[Separated]) -> Vec<String> {
    let out = steps.iter().filter(|step| step.excludes_contributors());
    out.map(|step| {
        let Separated { policy, title, needed, without_you, .. } = step;
        let left = match without_you {
            left if left >= needed => format!("{left} others could, and {needed} are needed"),
            0 => "nobody else could, so the step could not be decided".to_owned(),
            left => format!("{left} others could, and {needed} are needed: the step could not be decided"),
        };
        format!("Whoever contributes cannot decide in “{title}” of the policy {policy}: {left}.")
    })
    .collect()
}

/// What whoever is named as having made it loses, step by step.
#[must_use]
pub fn naming_warnings(steps: &[Separated]) -> Vec<String> {
    let mut lines = Vec::new();
    for step in steps {
        let Separated { policy, title, needed, could_decide, excluded, .. } = step;
        let made_it =
            [Exclusion::Author, Exclusion::Committer].into_iter().filter(|one| excluded.contains(one));
        let kept_out: Vec<&str> = made_it.map(Exclusion::label).collect();
        if !kept_out.is_empty() {
            lines.push(format!(
                "Whoever is named as {} cannot decide in “{title}” of the policy {policy}: {could_decide} people could \
                 today, and {needed} are needed.",
                kept_out.join(" or ")
            ));
        }
    }
    lines
}
