//! Use cases around assessments: starting, finding and delegating them.

mod answers;
mod lifecycle;
mod machines;
mod own_work;
mod results;

pub use answers::{AnswerChange, Saved, add_evidence, import, put_answer, remove_evidence};
pub(crate) use answers::{evidence_mistakes, raise};
pub use lifecycle::{EvidenceReview, NotApplicableReview, Review, reopen, review, state, submit};
pub use machines::attach;
pub(crate) use machines::vouches;
pub use results::{Outcome, history, outcome, supported_levels};

use super::store::{self, AnswerRow, AssessmentRow, DelegationRow, EvidenceRow, SnapshotRow};
use crate::App;
use crate::db::{Conn, Tx};
use crate::error::Error;
use crate::http::Caller;
use crate::questionnaires::service as questionnaires;
use crate::teams::store as teams;
use assay_domain::access::Permission;
use assay_domain::assessments::{Answer, Choice, Evidence, EvidenceKind, NotApplicable};
use assay_domain::audit::catalogue::{AssessmentDelegated, AssessmentStarted};
use assay_domain::audit::{Event, Subject};
use assay_domain::questionnaires::Bank;
use futures::FutureExt;
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// An assessment with all that is needed to show or score it.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// Its own row.
    pub row: AssessmentRow,
    /// The questionnaire.
    pub bank: Arc<Bank>,
    /// The answers given, by code.
    pub answers: BTreeMap<String, AnswerRow>,
    /// The evidence of each answer, by code, in the order it was added.
    pub evidence: BTreeMap<String, Vec<EvidenceRow>>,
    /// Who answers which dimension.
    pub delegations: Vec<DelegationRow>,
    /// What was locked, the newest revision first.
    pub snapshots: Vec<SnapshotRow>,
}

impl Assessment {
    /// One answer in the words of the scoring rules; `None` while there is none.
    #[must_use]
    pub fn answer(&self, code: &str) -> Option<Answer> {
        let evidence = self.evidence.get(code).map_or(&[][..], Vec::as_slice);
        answer_of(self.answers.get(code)?, evidence)
    }

    /// All answers in the words of the scoring rules.
    #[must_use]
    pub fn scored_answers(&self) -> BTreeMap<String, Answer> {
        self.answers.keys().filter_map(|code| Some((code.clone(), self.answer(code)?))).collect()
    }

    fn event(&self, caller: &Caller, facts: impl Into<assay_domain::audit::Action>) -> Event {
        event_of(&self.row, caller, facts)
    }
}

/// What is needed to start an assessment.
#[derive(Clone, Debug, Default)]
pub struct NewAssessment {
    /// The questionnaire.
    pub questionnaire: String,
    /// Its version; the newest when absent.
    pub version: Option<String>,
    /// The profile; the bank's default when absent.
    pub profile: Option<String>,
    /// What people call it; the month when absent.
    pub title: Option<String>,
    /// An assessment of the same team whose answers are taken over.
    pub carry_over_from: Option<Uuid>,
}

/// The assessments of a team, the newest first.
///
/// # Errors
/// [`Error::Hidden`].
pub async fn list(app: &App, caller: &Caller, team: Uuid) -> Result<Vec<AssessmentRow>, Error> {
    let mut conn = app.db.read().await?;
    teams::by_id(&mut conn, team).await?.ok_or(Error::NotFound)?;
    caller.see(Permission::ReadAssessments, Some(team))?;
    store::assessments_of(&mut conn, team).await
}

/// One assessment with everything in it.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn get(app: &App, caller: &Caller, id: Uuid) -> Result<Assessment, Error> {
    let mut conn = app.db.read().await?;
    let row = store::assessment(&mut conn, id).await?.ok_or(Error::NotFound)?;
    caller.see(Permission::ReadAssessments, Some(row.team_id))?;
    let bank = questionnaires::bank(app, &row.questionnaire, &row.version).await?;
    load(&mut conn, row, bank).await
}

/// Starts an assessment, with the answers of an earlier one when asked for.
///
/// # Errors
/// [`Error::Hidden`], [`Error::Forbidden`], [`Error::Invalid`] naming the field.
pub async fn start(
    app: &App,
    caller: &Caller,
    team: Uuid,
    new: NewAssessment,
) -> Result<AssessmentRow, Error> {
    teams::by_id(&mut app.db.read().await?, team).await?.ok_or(Error::NotFound)?;
    caller.allow(Permission::ReadAssessments, Permission::ManageAssessments, Some(team))?;
    let bank = chosen_bank(app, &new).await?;
    let profile = new.profile.clone().unwrap_or_else(|| bank.default_profile.clone());
    if !bank.has_profile(&profile) {
        return Err(Error::invalid("/profile", format!("{} has no profile {profile:?}", bank.id)));
    }
    let title = new.title.as_deref().map(str::trim).filter(|title| !title.is_empty());
    let title = title.map_or_else(|| usual_title(app), str::to_owned);
    if title.chars().count() > 120 {
        return Err(Error::invalid("/title", "a title has at most 120 characters"));
    }
    let earlier = match new.carry_over_from {
        Some(id) => Some(earlier(app, caller, team, id).await?),
        None => None,
    };
    let opening = Opening { team, title, profile, bank, earlier };
    let by = caller.clone();
    let written = app
        .db
        .write(move |tx| {
            let (by, opening) = (by.clone(), opening.clone());
            async move { begin(tx, &by, opening).await }.boxed()
        })
        .await?;
    Ok(written.value)
}

/// An assessment that can be started: everything about it was checked.
#[derive(Clone, Debug)]
pub(crate) struct Opening {
    pub(crate) team: Uuid,
    pub(crate) title: String,
    pub(crate) profile: String,
    pub(crate) bank: Arc<Bank>,
    /// The assessment whose answers are taken over.
    pub(crate) earlier: Option<Assessment>,
}

/// Starts an assessment within a write, for use cases that go on with it.
pub(crate) async fn begin(tx: &mut Tx, by: &Caller, opening: Opening) -> Result<AssessmentRow, Error> {
    let Opening { team, title, profile, bank, earlier } = opening;
    let row = AssessmentRow {
        id: tx.new_id(),
        team_id: team,
        title,
        questionnaire: bank.id.clone(),
        version: bank.version.to_string(),
        profile,
        state: "draft".to_owned(),
        revision: 1,
        carried_over_from: earlier.as_ref().map(|earlier| earlier.row.id),
        started_by: by.actor().id(),
        started_at: tx.now(),
        submitted_by: None,
        submitted_at: None,
    };
    store::insert_assessment(tx, &row).await?;
    tx.record(started(&row, &bank, by)).await?;
    if let Some(earlier) = earlier {
        answers::carry_over(tx, by, &row, &bank, &earlier).await?;
    }
    Ok(row)
}

/// What an assessment is called when nobody says otherwise: the month.
pub(crate) fn usual_title(app: &App) -> String {
    app.clock.now().format("%B %Y").to_string()
}

/// Gives a dimension to a member of the team to answer, or takes it back.
///
/// # Errors
/// [`Error::Hidden`], [`Error::Forbidden`], [`Error::Invalid`].
pub async fn delegate(
    app: &App,
    caller: &Caller,
    id: Uuid,
    dimension: String,
    to: Option<Uuid>,
) -> Result<(), Error> {
    let assessment = get(app, caller, id).await?;
    let team = assessment.row.team_id;
    caller.allow(Permission::ReadAssessments, Permission::ManageAssessments, Some(team))?;
    if assessment.bank.dimension(&dimension).is_none() {
        return Err(Error::invalid("/dimension", format!("there is no dimension {dimension:?}")));
    }
    let members = crate::teams::service::members(app, caller, team).await?;
    if to.is_some_and(|person| members.iter().all(|member| member.person != person)) {
        return Err(Error::invalid("/to", "only members of the team can be asked to answer"));
    }
    let by = caller.clone();
    app.db
        .write(move |tx| {
            let (by, assessment, dimension) = (by.clone(), assessment.clone(), dimension.clone());
            async move {
                store::delegate(tx, assessment.row.id, &dimension, to).await?;
                tx.record(assessment.event(&by, AssessmentDelegated { dimension, to })).await?;
                Ok(())
            }
            .boxed()
        })
        .await?;
    Ok(())
}

async fn chosen_bank(app: &App, new: &NewAssessment) -> Result<Arc<Bank>, Error> {
    let found = match &new.version {
        Some(version) => questionnaires::bank(app, &new.questionnaire, version).await,
        None => questionnaires::newest(app, &new.questionnaire).await,
    };
    found.map_err(|error| match error {
        Error::NotFound => Error::invalid(
            if new.version.is_some() { "/version" } else { "/questionnaire" },
            format!("{:?} is not published in this version", new.questionnaire),
        ),
        other => other,
    })
}

async fn earlier(app: &App, caller: &Caller, team: Uuid, id: Uuid) -> Result<Assessment, Error> {
    let unknown = || Error::invalid("/carry_over_from", "the team has no such assessment");
    match get(app, caller, id).await {
        Ok(earlier) if earlier.row.team_id == team => Ok(earlier),
        Ok(_) | Err(Error::NotFound | Error::Hidden(_)) => Err(unknown()),
        Err(other) => Err(other),
    }
}

fn started(row: &AssessmentRow, bank: &Bank, caller: &Caller) -> Event {
    let facts = AssessmentStarted {
        questionnaire: row.questionnaire.clone(),
        version: row.version.clone(),
        profile: row.profile.clone(),
        bank_sha256: bank.sha256().to_owned(),
        carried_over_from: row.carried_over_from,
    };
    event_of(row, caller, facts).commit("title", row.title.clone())
}

fn event_of(row: &AssessmentRow, caller: &Caller, facts: impl Into<assay_domain::audit::Action>) -> Event {
    let subject = Subject::new("assessment", row.id).at_version(row.revision);
    caller.event(facts, subject).in_team(row.team_id)
}

/// Everything about an assessment whose row and bank are at hand.
pub(crate) async fn load(conn: &mut Conn, row: AssessmentRow, bank: Arc<Bank>) -> Result<Assessment, Error> {
    let answers = store::answers(conn, row.id).await?.into_iter();
    let mut answers: BTreeMap<_, _> = answers.map(|answer| (answer.code.clone(), answer)).collect();
    let mut pieces = store::evidence(conn, row.id).await?;
    own_work::leave_out(conn, &mut answers, &mut pieces).await?;
    let mut evidence: BTreeMap<String, Vec<EvidenceRow>> = BTreeMap::new();
    for piece in pieces {
        evidence.entry(piece.code.clone()).or_default().push(piece);
    }
    Ok(Assessment {
        answers,
        evidence,
        delegations: store::delegations(conn, row.id).await?,
        snapshots: store::snapshots(conn, row.id).await?,
        row,
        bank,
    })
}

/// The assessment as it stands inside a write: what rules are applied to.
pub(crate) async fn reload(tx: &mut Tx, id: Uuid, bank: &Arc<Bank>) -> Result<Assessment, Error> {
    let row = store::assessment(tx, id).await?.ok_or(Error::NotFound)?;
    load(tx, row, bank.clone()).await
}

/// An answer in the words of the scoring rules. Rejected evidence is no evidence.
fn answer_of(row: &AnswerRow, evidence: &[EvidenceRow]) -> Option<Answer> {
    Some(Answer {
        choice: choice_of(row)?,
        comment: Some(row.comment.clone()).filter(|comment| !comment.is_empty()),
        evidence: evidence.iter().filter(|row| !row.is_rejected()).filter_map(evidence_of).collect(),
        answered_by: Some(row.answered_by.to_string()),
    })
}

/// What was chosen. `value` and `na_reason` are words of the domain; one that it does not know is no answer.
fn choice_of(row: &AnswerRow) -> Option<Choice> {
    if let Some(reason) = &row.na_reason {
        let approved = row.na_decision.as_deref() == Some("approved");
        return Some(Choice::NotApplicable(NotApplicable {
            reason: word(reason)?,
            justification: row.na_justification.clone().unwrap_or_default(),
            approved_by: row.na_decided_by.filter(|_| approved).map(|id| id.to_string()),
        }));
    }
    match row.value.as_deref()? {
        "dont_know" => Some(Choice::DontKnow),
        rung => word(rung).map(Choice::Rung),
    }
}

/// A piece of evidence as it counts: automated only where a machine vouches for it.
fn evidence_of(row: &EvidenceRow) -> Option<Evidence> {
    let vouched = row.is_vouched();
    Some(Evidence {
        uri: row.uri.clone(),
        sha256: row.sha256.clone(),
        kind: if vouched { EvidenceKind::Automated } else { EvidenceKind::Artefact },
        checked_at: row.checked_on.filter(|_| vouched),
        vouched_by: row.vouched_by.clone(),
        reviewed_by: row.reviewed_by.map(|id| id.to_string()),
        reviewed_value: row.reviewed_value.as_deref().and_then(word),
        expires: row.expires,
    })
}

/// A word of the domain, as it stands in a column.
fn word<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).ok()
}

/// A word of the domain, as it goes into a column.
fn column<T: serde::Serialize>(word: &T) -> Result<String, Error> {
    match serde_json::to_value(word).map_err(Error::internal)? {
        serde_json::Value::String(text) => Ok(text),
        other => Err(Error::internal(format!("{other} is not a word"))),
    }
}
