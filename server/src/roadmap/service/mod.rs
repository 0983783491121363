//! Use cases of roadmaps: look at a team's, try wishes, save them.
//!
//! Working on items is in `items`, their evidence in `evidence`, taking over what was reviewed in `take_over`, all teams
//! at once in `organisation`, what waits for somebody in `errands`.

mod errands;
mod evidence;
mod hand_over;
mod items;
mod organisation;
mod take_over;

pub use errands::{Errands, Waits, errands, is_own_work};
pub use evidence::{NewEvidence, attach, detach, review};
pub(crate) use hand_over::{hand_over, owned_by};
pub use items::{ItemChange, ItemHistory, change, comment, item};
pub use organisation::{Organisation, organisation};
pub use take_over::{TakenOver, take_over};

use super::store::{self, EvidenceRow, ItemRow, RoadmapRow};
use super::wishes::{refused, still_meant};
use crate::App;
use crate::assessments::service::{self as assessments, Assessment, Outcome};
use crate::assessments::store::{self as assessment_store, AssessmentRow};
use crate::db::Conn;
use crate::error::Error;
use crate::http::Caller;
use crate::ownership::service as ownership;
use crate::questionnaires::service as questionnaires;
use crate::teams::store as teams;
use assay_domain::access::Permission;
use assay_domain::assessments::{Choice, Snapshot};
use assay_domain::audit::catalogue::{RoadmapItemChanged, RoadmapPlanned};
use assay_domain::audit::{Event, Subject};
use assay_domain::digest::canonical_sha256;
use assay_domain::questionnaires::{Bank, Question};
use assay_domain::roadmap::{ItemStatus, Roadmap, Wishes, plan};
use chrono::NaiveDate;
use futures::FutureExt;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// A team's roadmap: what it starts from, what is wished, what follows, and how far it is.
#[derive(Clone, Debug)]
pub struct TeamRoadmap {
    /// The assessment that it starts from: the running draft, otherwise the newest.
    pub start: Assessment,
    /// The answers and what they come to.
    pub outcome: Outcome,
    /// What was saved; absent while nobody saved a plan.
    pub saved: Option<RoadmapRow>,
    /// What was saved, as it is still meant; nothing while nobody saved a plan.
    pub wishes: Wishes,
    /// What follows from the wishes.
    pub plan: Roadmap,
    /// What is worked on, by code.
    pub items: Vec<Tracked>,
    said: Said,
}

/// An item that is worked on.
#[derive(Clone, Debug)]
pub struct Tracked {
    /// The item.
    pub row: ItemRow,
    /// Where it stands.
    pub status: ItemStatus,
    /// The question's code in the questionnaire of today's answers; absent where that does not ask it.
    pub code: Option<String>,
    /// Its evidence.
    pub evidence: Vec<EvidenceRow>,
    /// Whether it is part of the plan.
    pub is_planned: bool,
    /// Whether evidence was accepted that the answers do not know yet.
    pub is_proposed: bool,
}

impl Tracked {
    /// The code to show.
    #[must_use]
    pub fn code(&self) -> &str {
        self.code.as_deref().unwrap_or(&self.row.code)
    }
}

impl TeamRoadmap {
    /// The questionnaire.
    #[must_use]
    pub fn bank(&self) -> &Bank {
        &self.start.bank
    }

    /// What other wishes would come to.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the wish that cannot be meant.
    pub fn what_if(&self, wishes: &Wishes) -> Result<Roadmap, Error> {
        planned(self.bank(), &self.outcome.input, wishes, &self.said)
    }

    fn event(&self, caller: &Caller, facts: RoadmapPlanned) -> Event {
        let team = self.start.row.team_id;
        caller.event(facts, Subject::new("roadmap", team)).in_team(team)
    }
}

/// A team's roadmap; `None` while the team has no assessment to start from.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn get(app: &App, caller: &Caller, team: Uuid) -> Result<Option<TeamRoadmap>, Error> {
    let mut conn = app.db.read().await?;
    teams::by_id(&mut conn, team).await?.ok_or(Error::NotFound)?;
    caller.see(Permission::ReadRoadmap, Some(team))?;
    of_team(app, &mut conn, team).await
}

/// That a team has nothing to start from yet.
#[must_use]
pub fn no_assessment() -> Error {
    Error::Conflict {
        code: "no_assessment",
        detail: "a roadmap starts from answers: start an assessment of the team first".to_owned(),
    }
}

/// The roadmap of a team for use cases that have authorised.
async fn of_team(app: &App, conn: &mut Conn, team: Uuid) -> Result<Option<TeamRoadmap>, Error> {
    let rows = assessment_store::assessments_of(conn, team).await?;
    let Some(row) = latest(&rows).cloned() else { return Ok(None) };
    let bank = questionnaires::bank(app, &row.questionnaire, &row.version).await?;
    let start = assessments::load(conn, row, bank).await?;
    let outcome = assessments::outcome(app, &start)?;
    let saved = store::roadmap(conn, team).await?;
    let wishes = match &saved {
        Some(row) => still_meant(read_wishes(row)?, &start.bank, &outcome.card),
        None => Wishes::default(),
    };
    let rows = store::items_of(conn, team).await?;
    let said = Said::of(conn, &start, &rows, app.clock.now().date_naive()).await?;
    let plan = planned(&start.bank, &outcome.input, &wishes, &said)?;
    let evidence = store::evidence_of(conn, team).await?;
    let items = tracked(rows, evidence, &start, &plan)?;
    Ok(Some(TeamRoadmap { start, outcome, saved, wishes, plan, items, said }))
}

/// The assessment whose answers are a team's latest: the newest draft, otherwise the newest of all.
fn latest(newest_first: &[AssessmentRow]) -> Option<&AssessmentRow> {
    newest_first.iter().find(|row| row.state == "draft").or(newest_first.first())
}

fn read_wishes(row: &RoadmapRow) -> Result<Wishes, Error> {
    serde_json::from_str(&row.wishes).map_err(|error| {
        Error::internal(format!("table roadmap, column wishes, row {}: {error}", row.team_id))
    })
}

/// The status that a row holds.
fn status(row: &ItemRow) -> Result<ItemStatus, Error> {
    row.status.parse().map_err(|error| {
        Error::internal(format!("table roadmap_item, column status, row {}: {error}", row.id))
    })
}

/// What people said about items, as far as a plan takes notice of it.
#[derive(Clone, Debug, Default)]
struct Said {
    /// Codes of what was dropped.
    dropped: BTreeSet<String>,
    /// Codes of what nobody answers for.
    unowned: BTreeSet<String>,
}

impl Said {
    async fn of(
        conn: &mut Conn,
        start: &Assessment,
        rows: &[ItemRow],
        day: NaiveDate,
    ) -> Result<Self, Error> {
        let asked: BTreeMap<Uuid, &Question> =
            start.bank.questions_of(&start.row.profile).map(|question| (question.id, question)).collect();
        let dropped = rows.iter().filter(|row| row.status == ItemStatus::Dropped.as_str());
        Ok(Self {
            dropped: dropped.filter_map(|row| Some(asked.get(&row.question_id)?.code.clone())).collect(),
            unowned: unowned(conn, start.row.team_id, &asked, day).await?,
        })
    }
}

/// The plan, with what people said about items: what was dropped is left out, what has no owner says so.
fn planned(bank: &Bank, input: &Snapshot, wishes: &Wishes, said: &Said) -> Result<Roadmap, Error> {
    let mut meant = wishes.clone();
    meant.switched_off.extend(said.dropped.iter().cloned());
    meant.unowned.clone_from(&said.unowned);
    plan(bank, input, &meant).map_err(|error| refused(error, wishes))
}

/// Codes of questions that nobody in the team answers for on a day: their item has no owner, and nobody is accountable
/// or responsible for their capability.
async fn unowned(
    conn: &mut Conn,
    team: Uuid,
    asked: &BTreeMap<Uuid, &Question>,
    day: NaiveDate,
) -> Result<BTreeSet<String>, Error> {
    let owned: BTreeSet<Uuid> = store::owned_questions(conn, team).await?.into_iter().collect();
    let answered_for = ownership::answered_for(conn, team, day).await?;
    let is_open =
        |id: &Uuid, question: &Question| !owned.contains(id) && !answered_for.contains(&question.capability);
    let open = asked.iter().filter(|(id, question)| is_open(id, question));
    Ok(open.map(|(_, question)| question.code.clone()).collect())
}

fn tracked(
    rows: Vec<ItemRow>,
    evidence: Vec<EvidenceRow>,
    start: &Assessment,
    plan: &Roadmap,
) -> Result<Vec<Tracked>, Error> {
    let mut by_item: BTreeMap<Uuid, Vec<EvidenceRow>> = BTreeMap::new();
    for piece in evidence {
        by_item.entry(piece.item_id).or_default().push(piece);
    }
    let codes: BTreeSet<&str> =
        plan.phases.iter().flat_map(|phase| &phase.items).map(|item| item.code.as_str()).collect();
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let evidence = by_item.remove(&row.id).unwrap_or_default();
        let question = question_of(&start.bank, &row);
        let status = status(&row)?;
        items.push(Tracked {
            status,
            is_planned: question.is_some_and(|question| codes.contains(question.code.as_str())),
            is_proposed: status != ItemStatus::Dropped
                && question.is_some_and(|question| is_proposed(question, &evidence, start)),
            code: question.map(|question| question.code.clone()),
            evidence,
            row,
        });
    }
    Ok(items)
}

/// The question of an item in a version of its questionnaire.
fn question_of<'b>(bank: &'b Bank, row: &ItemRow) -> Option<&'b Question> {
    bank.questions.iter().find(|question| question.id == row.question_id)
}

/// Whether accepted evidence waits to be taken over: the answer is not at the top, or does not know the evidence.
fn is_proposed(question: &Question, evidence: &[EvidenceRow], start: &Assessment) -> bool {
    let mut accepted = evidence.iter().filter(|piece| piece.is_accepted()).peekable();
    if accepted.peek().is_none() {
        return false;
    }
    let top = Choice::Rung(question.ladder.top());
    let is_at_top = start.answer(&question.code).is_some_and(|answer| answer.choice == top);
    let known = start.evidence.get(&question.code).map_or(&[][..], Vec::as_slice);
    let is_known = |piece: &EvidenceRow| {
        known.iter().any(|row| row.uri == piece.uri && row.sha256 == piece.sha256 && !row.is_rejected())
    };
    !is_at_top || !accepted.any(is_known)
}

/// The roadmap of one assessment, whatever its team saved.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`]; [`Error::Invalid`] naming the wish that cannot be meant.
pub async fn of_assessment(app: &App, caller: &Caller, id: Uuid, wishes: &Wishes) -> Result<Roadmap, Error> {
    let assessment = assessments::get(app, caller, id).await?;
    caller.see(Permission::ReadRoadmap, Some(assessment.row.team_id))?;
    let input = assessments::outcome(app, &assessment)?.input;
    plan(&assessment.bank, &input, wishes).map_err(|error| refused(error, wishes))
}

/// Saves what a team wishes and makes an item of everything in the plan. The same wishes over the same answers change
/// nothing.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`]; [`Error::Invalid`] naming the wish that cannot be meant;
/// [`Error::PreconditionFailed`] when somebody else saved since; [`Error::Conflict`] without an assessment.
pub async fn save(
    app: &App,
    caller: &Caller,
    team: Uuid,
    wishes: Wishes,
    seen: Option<i64>,
) -> Result<TeamRoadmap, Error> {
    let mut conn = app.db.read().await?;
    teams::by_id(&mut conn, team).await?.ok_or(Error::NotFound)?;
    caller.allow(Permission::ReadRoadmap, Permission::PlanRoadmap, Some(team))?;
    // The plan takes longer than a write should hold others up; answers that change meanwhile are met when it is looked at.
    let before = of_team(app, &mut conn, team).await?.ok_or_else(no_assessment)?;
    let plan = before.what_if(&wishes)?;
    let making = Making { caller: caller.clone(), wishes, plan, before, seen };
    drop(conn);
    app.db
        .write(move |tx| {
            let making = making.clone();
            async move { making.store(tx).await }.boxed()
        })
        .await?;
    of_team(app, &mut app.db.read().await?, team).await?.ok_or(Error::NotFound)
}

/// A plan that is about to be saved.
#[derive(Clone)]
struct Making {
    caller: Caller,
    wishes: Wishes,
    plan: Roadmap,
    before: TeamRoadmap,
    seen: Option<i64>,
}

impl Making {
    async fn store(&self, tx: &mut crate::db::Tx) -> Result<(), Error> {
        let team = self.before.start.row.team_id;
        let known = store::roadmap(tx, team).await?;
        let revision = known.as_ref().map_or(0, |row| row.revision);
        if self.seen.is_some_and(|seen| seen != revision) {
            return Err(Error::PreconditionFailed);
        }
        let is_new = self.store_items(tx, team).await?;
        let wishes = serde_json_canonicalizer::to_string(&self.wishes).map_err(Error::internal)?;
        let assessment_id = self.before.start.row.id;
        let same = |row: &RoadmapRow| row.wishes == wishes && row.assessment_id == assessment_id;
        if !is_new && known.as_ref().is_some_and(same) {
            return Ok(());
        }
        let row = RoadmapRow {
            team_id: team,
            assessment_id,
            wishes,
            revision: revision + 1,
            made_by: self.caller.actor().id(),
            made_at: tx.now(),
        };
        store::put_roadmap(tx, &row).await?;
        tx.record(self.before.event(&self.caller, self.facts(assessment_id))).await?;
        Ok(())
    }

    /// Makes rows of what is new in the plan, and plans again what was answered once and is open again.
    async fn store_items(&self, tx: &mut crate::db::Tx, team: Uuid) -> Result<bool, Error> {
        let rows = store::items_of(tx, team).await?;
        let mut is_new = false;
        for code in codes_of(&self.plan) {
            let Some(question) = self.before.bank().question(code) else { continue };
            match rows.iter().find(|row| row.question_id == question.id) {
                None => {
                    is_new = true;
                    let row = ItemRow {
                        id: tx.new_id(),
                        team_id: team,
                        questionnaire: self.before.bank().id.clone(),
                        question_id: question.id,
                        code: question.code.clone(),
                        status: ItemStatus::Planned.as_str().to_owned(),
                        owner_id: None,
                        due: None,
                        answered_in: None,
                        created_at: tx.now(),
                        revision: 1,
                    };
                    store::insert_item(tx, &row).await?;
                }
                Some(row) if row.answered_in.is_some() => {
                    let again = ItemRow {
                        status: ItemStatus::Planned.as_str().to_owned(),
                        answered_in: None,
                        revision: row.revision + 1,
                        ..row.clone()
                    };
                    store::update_item(tx, &again).await?;
                    tx.record(changed(&self.caller, row, &again)).await?;
                }
                Some(_) => {}
            }
        }
        Ok(is_new)
    }

    fn facts(&self, assessment: Uuid) -> RoadmapPlanned {
        RoadmapPlanned {
            target: self.plan.target.into(),
            assessment,
            phases: self.plan.phases.len() as u64,
            items: codes_of(&self.plan).map(str::to_owned).collect(),
            switched_off: self.wishes.switched_off.iter().cloned().collect(),
            wishes_sha256: canonical_sha256(&self.wishes),
        }
    }
}

/// The codes of a plan's items, in the order of work.
pub(super) fn codes_of(plan: &Roadmap) -> impl Iterator<Item = &str> {
    plan.phases.iter().flat_map(|phase| &phase.items).map(|item| item.code.as_str())
}

/// The event of an item that was changed.
fn changed(caller: &Caller, old: &ItemRow, new: &ItemRow) -> Event {
    let facts = RoadmapItemChanged {
        code: new.code.clone(),
        status: new.status.clone(),
        from: Some(old.status.clone()).filter(|from| *from != new.status),
        owner: new.owner_id,
        due: new.due.map(|day| day.to_string()),
        revision: u64::try_from(new.revision).unwrap_or_default(),
    };
    event_of(caller, new, facts)
}

/// An event about an item.
fn event_of(caller: &Caller, item: &ItemRow, facts: impl Into<assay_domain::audit::Action>) -> Event {
    caller.event(facts, Subject::new("roadmap_item", item.id)).in_team(item.team_id)
}
