//! What waits for somebody in roadmaps: overdue items, items without an owner, evidence to review, answers to update.

use super::{TeamRoadmap, Tracked, of_team};
use crate::App;
use crate::error::Error;
use crate::http::Caller;
use crate::roadmap::store;
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
            .flat_map(|item| waits(item, caller, team.id, today).into_iter().map(|what| (item.row.id, what)))
            .collect();
        if !waiting.is_empty() {
            found.push(Errands { team: team.clone(), roadmap, waiting });
        }
    }
    Ok(found)
}

fn waits(item: &Tracked, caller: &Caller, team: Uuid, today: chrono::NaiveDate) -> Vec<Waits> {
    let me = caller.actor().id();
    let may = |permission| caller.may(permission, Some(team));
    let (plans, is_mine) = (may(Permission::PlanRoadmap), item.row.owner_id == Some(me));
    let waits = [
        (Waits::Overdue, (plans || is_mine) && item.is_overdue(today)),
        (Waits::Review, may(Permission::ReviewAssessments) && item.is_to_be_reviewed_by(me)),
        (Waits::TakeOver, may(Permission::WorkRoadmap) && item.is_proposed && !item.was_reviewed_by(me)),
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

    /// Whether evidence waits that somebody may decide on: neither attached by them nor of an item of theirs.
    #[must_use]
    pub fn is_to_be_reviewed_by(&self, person: Uuid) -> bool {
        let waits = self.evidence.iter().any(|piece| piece.decision.is_none() && piece.added_by != person);
        waits && self.row.owner_id != Some(person)
    }

    /// Whether somebody accepted its evidence, and so cannot take it over.
    #[must_use]
    pub fn was_reviewed_by(&self, person: Uuid) -> bool {
        self.evidence.iter().any(|piece| piece.is_accepted() && piece.reviewed_by == Some(person))
    }
}
