//! How far each team is with its roadmap: made after its last assessment, through the services that people use.

use super::{Cast, story};
use crate::error::Error;
use crate::http::Caller;
use crate::roadmap::service::{self as roadmap, ItemChange, NewEvidence, TeamRoadmap};
use assay_domain::assessments::EvidenceKind;
use assay_domain::roadmap::{Calendar, ItemStatus, Wishes};
use chrono::{DateTime, Days, TimeDelta, Utc};
use uuid::Uuid;

/// What a team wishes and how far it is, item by item in the order of the plan.
pub(super) struct Story {
    pub(super) slug: &'static str,
    /// Absent for one above the present level.
    target: Option<u8>,
    /// Weeks in a phase, and in how many days the first one begins.
    weeks: u32,
    begins_in: u64,
    /// Job roles that carry less or more than usual.
    capacities: &'static [(&'static str, u32)],
    /// The place in the plan, and how far the item there is.
    items: &'static [(usize, Progress)],
}

/// How far an item is.
#[derive(Clone, Copy)]
enum Progress {
    /// Somebody works on it, due in so many days.
    UnderWay(i64),
    /// It was due so many days ago.
    Overdue(i64),
    /// It waits for somebody outside the team.
    Blocked,
    /// It is done, and an officer accepted the evidence.
    Accepted,
    /// Its evidence waits for a review.
    ToReview,
    /// It has an owner and a day, and nobody has begun.
    Assigned(i64),
}

pub(super) const STORIES: [Story; 3] = [
    Story {
        slug: "payments",
        target: Some(4),
        weeks: 6,
        begins_in: 3,
        capacities: &[("mlops-engineer", 20), ("data-engineer", 8)],
        items: &[
            (0, Progress::Accepted),
            (1, Progress::UnderWay(24)),
            (2, Progress::Overdue(2)),
            (3, Progress::Blocked),
            (4, Progress::ToReview),
            (5, Progress::Assigned(60)),
        ],
    },
    Story {
        slug: "claims",
        target: Some(3),
        weeks: 4,
        begins_in: 10,
        capacities: &[("data-scientist", 16)],
        items: &[(0, Progress::UnderWay(14)), (1, Progress::Blocked), (2, Progress::Assigned(45))],
    },
    Story {
        slug: "care",
        target: Some(2),
        weeks: 8,
        begins_in: 20,
        capacities: &[("ml-engineer", 6), ("software-engineer", 20)],
        items: &[(0, Progress::UnderWay(30)), (1, Progress::Accepted), (2, Progress::Overdue(1))],
    },
];

/// Lets a team make its roadmap and work on it.
pub(super) async fn make(cast: &Cast, team: &Story, today: DateTime<Utc>) -> Result<(), Error> {
    let people = story::TEAMS.iter().find(|known| known.slug == team.slug);
    let people = people.ok_or_else(|| Error::internal(format!("no team is called {}", team.slug)))?;
    let (lead, contributor) = (cast.caller(people.lead), cast.caller(people.contributor));
    let start = today.date_naive() + Days::new(team.begins_in);
    let wishes = Wishes {
        target: team.target,
        capacities: team.capacities.iter().map(|(role, points)| ((*role).to_owned(), *points)).collect(),
        calendar: Some(Calendar { start, phase_weeks: team.weeks }),
        ..Wishes::default()
    };
    let saved = roadmap::save(&cast.app, &lead, cast.teams[team.slug], wishes, None).await?;
    let order = in_order(&saved);
    for (place, progress) in team.items {
        let Some(item) = order.get(*place) else { continue };
        cast.pass(37);
        work(cast, (&lead, &contributor), *item, *progress, today).await?;
    }
    Ok(())
}

/// The items in the order of the plan.
fn in_order(saved: &TeamRoadmap) -> Vec<Uuid> {
    let id = |code: &str| saved.items.iter().find(|item| item.code() == code).map(|item| item.row.id);
    saved.plan.items().filter_map(|item| id(&item.code)).collect()
}

/// Works on one item: the contributor owns it, except where nobody has begun.
async fn work(
    cast: &Cast,
    (lead, contributor): (&Caller, &Caller),
    item: Uuid,
    progress: Progress,
    today: DateTime<Utc>,
) -> Result<(), Error> {
    let app = &cast.app;
    let due = |days: i64| (today + TimeDelta::days(days)).date_naive();
    let owned = |by: &Caller, due| ItemChange {
        status: Some(ItemStatus::InProgress),
        owner: Some(Some(by.actor().id())),
        due: Some(Some(due)),
        ..ItemChange::default()
    };
    let to = |status| ItemChange { status: Some(status), ..ItemChange::default() };
    match progress {
        Progress::UnderWay(days) => {
            roadmap::change(app, contributor, item, owned(contributor, due(days))).await?;
            let words = "The first two models are done; the rest follows the same recipe.";
            roadmap::comment(app, contributor, item, words).await?;
        }
        Progress::Overdue(days) => {
            roadmap::change(app, lead, item, owned(contributor, due(-days))).await?;
            let words = "The release took the whole week. Can we get help from the platform team?";
            roadmap::comment(app, contributor, item, words).await?;
        }
        Progress::Blocked => {
            roadmap::change(app, lead, item, owned(lead, due(35))).await?;
            let why = "Waits for the new project in the cloud account; the ticket is with IT operations.";
            let blocked = ItemChange { comment: Some(why.to_owned()), ..to(ItemStatus::Blocked) };
            roadmap::change(app, lead, item, blocked).await?;
        }
        Progress::Accepted => {
            roadmap::change(app, contributor, item, owned(contributor, due(5))).await?;
            let piece = attach(cast, contributor, item, "rollout").await?;
            roadmap::change(app, contributor, item, to(ItemStatus::Done)).await?;
            cast.pass(5 * 60);
            let officer = cast.caller(story::OFFICER);
            let words = "Every model is there, the runs of this week included.";
            roadmap::review(app, &officer, item, piece, true, words).await?;
        }
        Progress::ToReview => {
            roadmap::change(app, contributor, item, owned(contributor, due(12))).await?;
            attach(cast, contributor, item, "handbook").await?;
        }
        Progress::Assigned(days) => {
            let assigned = ItemChange { status: None, ..owned(lead, due(days)) };
            roadmap::change(app, lead, item, assigned).await?;
        }
    }
    Ok(())
}

async fn attach(cast: &Cast, by: &Caller, item: Uuid, page: &str) -> Result<Uuid, Error> {
    let uri = format!("https://wiki.brightwater.example/roadmap/{page}/{}", &item.simple().to_string()[24..]);
    let new = NewEvidence { uri, sha256: None, kind: EvidenceKind::Artefact, expires: None };
    Ok(roadmap::attach(&cast.app, by, item, new).await?.id)
}
