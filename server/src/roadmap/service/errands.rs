//! What waits for somebody in roadmaps: overdue items, items without an owner, evidence to review, answers to update.

use super::{TeamRoadmap, Tracked, of_team};
use crate::App;
use crate::access::service::subjects;
use crate::error::Error;
use crate::http::Caller;
use crate::roadmap::store::{self, EvidenceRow, ItemRow};
use crate::teams::store::TeamRow;
use assay_domain::access::Permission;
use std::collections::BTreeSet;
use uuid::Uuid;

/// What waits for somebody in the roadmap of a team.
#[derive(Clone, Debug)]
pub struct Errands {
    /// The team.
    pub team: TeamRow,
    /// The roadmap.
    pub roadmap: TeamRoadmap,
    /// The ids of the items that wait, and for what.
    pub waiting: Vec<(Uuid, Waits)>,
}

/// What an item waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Waits {
    /// It should have been finished.
    Overdue,
    /// Somebody else has to look at its evidence.
    Review,
    /// Its evidence was accepted: the answer can be updated.
    TakeOver,
    /// Nobody owns it.
    Owner,
}

/// What waits for the caller in these teams, as far as they have saved a roadmap.
///
/// # Errors
/// Those of the database.
pub async fn errands(app: &App, caller: &Caller, teams: &[TeamRow]) -> Result<Vec<Errands>, Error> {
    let mut conn = app.db.read().await?;
    let saved: BTreeSet<Uuid> = store::planning_teams(&mut conn).await?.into_iter().collect();
    let own = subjects::accounts(&mut conn, caller.actor().id()).await?;
    let unreviewed: BTreeSet<Uuid> = store::unreviewed_teams(&mut conn).await?.into_iter().collect();
    // Whoever only reviews needs no plan of the teams where nothing waits for a review.
    let concerns = |team: &&TeamRow| {
        let may = |permission| caller.may(permission, Some(team.id));
        let reviews = may(Permission::ReviewAssessments) && unreviewed.contains(&team.id);
        may(Permission::ReadRoadmap) && saved.contains(&team.id) && (may(Permission::WorkRoadmap) || reviews)
    };
    let mut found = Vec::new();
    for team in teams.iter().filter(concerns) {
        let Some(roadmap) = of_team(app, &mut conn, team.id).await? else { continue };
        let today = app.clock.now().date_naive();
        let waiting: Vec<_> = roadmap
            .items
            .iter()
            .flat_map(|item| {
                waits(item, caller, &own, team.id, today).into_iter().map(|what| (item.row.id, what))
            })
            .collect();
        if !waiting.is_empty() {
            found.push(Errands { team: team.clone(), roadmap, waiting });
        }
    }
    Ok(found)
}

/// Whether somebody with these accounts owns the item or attached the evidence: then somebody else decides on it.
#[must_use]
pub fn is_own_work(own: &BTreeSet<Uuid>, item: &ItemRow, piece: &EvidenceRow) -> bool {
    own.contains(&piece.added_by) || item.owner_id.is_some_and(|owner| own.contains(&owner))
}

fn waits(
    item: &Tracked,
    caller: &Caller,
    own: &BTreeSet<Uuid>,
    team: Uuid,
    today: chrono::NaiveDate,
) -> Vec<Waits> {
    let me = caller.actor().id();
    let may = |permission| caller.may(permission, Some(team));
    let (plans, is_mine) = (may(Permission::PlanRoadmap), item.row.owner_id == Some(me));
    let waits = [
        (Waits::Overdue, (plans || is_mine) && item.is_overdue(today)),
        (Waits::Review, may(Permission::ReviewAssessments) && item.is_to_be_reviewed_by(own)),
        (Waits::TakeOver, may(Permission::WorkRoadmap) && item.is_proposed && !item.was_reviewed_by(own)),
        (Waits::Owner, plans && item.is_planned && item.status.is_open() && item.row.owner_id.is_none()),
    ];
    waits.into_iter().filter(|(_, applies)| *applies).map(|(what, _)| what).collect()
}

impl Tracked {
    /// Whether it should have been finished before today.
    #[must_use]
    pub fn is_overdue(&self, today: chrono::NaiveDate) -> bool {
        self.status.is_open() && self.row.due.is_some_and(|due| due < today)
    }

    /// Whether evidence waits that somebody with these accounts may decide on: neither attached by them nor of an item of
    /// theirs.
    #[must_use]
    pub fn is_to_be_reviewed_by(&self, own: &BTreeSet<Uuid>) -> bool {
        let theirs = |piece: &EvidenceRow| is_own_work(own, &self.row, piece);
        self.evidence.iter().any(|piece| piece.decision.is_none() && !theirs(piece))
    }

    /// Whether somebody with these accounts accepted its evidence, and so cannot take it over.
    #[must_use]
    pub fn was_reviewed_by(&self, own: &BTreeSet<Uuid>) -> bool {
        let reviewed = |piece: &EvidenceRow| piece.reviewed_by.is_some_and(|by| own.contains(&by));
        self.evidence.iter().any(|piece| piece.is_accepted() && reviewed(piece))
    }
}
