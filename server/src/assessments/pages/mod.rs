//! Pages of assessments: they gather what a page of `app/` shows, or take a form and redirect.
//!
//! [`Scene`] is what every page of one assessment needs. A page with a form of its own has a file of its own.

mod check;
mod questions;
mod result;
mod review;
mod start;
mod tasks;

pub(crate) use assay_app::components::day as date;
use std::collections::{BTreeMap, BTreeSet};

use assay_app::assessments::{Decision, EvidenceLine, Heading, Rights, draft::Draft};
use assay_domain::access::Permission;
use assay_domain::assessments::State;
use assay_domain::questionnaires::Question;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::service::{self, Assessment};
use super::store::{AnswerRow, EvidenceRow};
use crate::App;
use crate::access::service::subjects;
use crate::error::Error;
use crate::http::{Caller, Pages};
use crate::teams::service as teams;
use crate::teams::store::TeamRow;

pub use start::of_team;

/// Routes of the room.
pub fn pages() -> Pages {
    Pages::new()
        .get("/teams/{team}/assessments/new", start::new)
        .post("/teams/{team}/assessments", start::create)
        .get("/assessments/{id}", tasks::show)
        .post("/assessments/{id}/delegate", tasks::delegate)
        .post("/assessments/{id}/import", tasks::import)
        .post("/assessments/{id}/submit", tasks::submit)
        .post("/assessments/{id}/reopen", tasks::reopen)
        .get("/assessments/{id}/check", check::show)
        .get("/assessments/{id}/review", review::show)
        .post("/assessments/{id}/review", review::decide)
        .get("/assessments/{id}/result", result::show)
        .get("/assessments/{id}/{dimension}", questions::show)
        .post("/assessments/{id}/{dimension}", questions::save)
}

/// One assessment with what its pages say about it.
struct Scene {
    assessment: Assessment,
    heading: Heading,
    people: People,
    /// All accounts of whoever looks.
    own: BTreeSet<Uuid>,
}

impl Scene {
    async fn of(app: &App, caller: &Caller, id: Uuid) -> Result<Self, Error> {
        let assessment = service::get(app, caller, id).await?;
        let team = teams::get(app, caller, &assessment.row.team_id.to_string()).await?;
        let people = People::of(app, &assessment).await?;
        let heading = heading(caller, &assessment, &team)?;
        let own = subjects::accounts(&mut app.db.read().await?, caller.actor().id()).await?;
        Ok(Self { assessment, heading, people, own })
    }

    /// The questions of the assessment's profile.
    fn questions(&self) -> impl Iterator<Item = &Question> {
        self.assessment.bank.questions_of(&self.assessment.row.profile)
    }

    /// The questions of a dimension, by level.
    fn questions_of<'a>(&'a self, dimension: &'a str) -> Vec<&'a Question> {
        let mut questions: Vec<_> =
            self.questions().filter(|question| question.dimension == dimension).collect();
        questions.sort_by_key(|question| question.level);
        questions
    }

    /// The dimensions that have questions in the profile, in the order of the questionnaire.
    fn dimensions(&self) -> Vec<&assay_domain::questionnaires::Dimension> {
        let asked: BTreeSet<&str> = self.questions().map(|question| question.dimension.as_str()).collect();
        self.assessment
            .bank
            .dimensions
            .iter()
            .filter(|dimension| asked.contains(dimension.id.as_str()))
            .collect()
    }

    fn draft(&self, code: &str) -> Draft {
        self.assessment.answers.get(code).map(draft_of).unwrap_or_default()
    }

    fn evidence(&self, code: &str) -> &[EvidenceRow] {
        self.assessment.evidence.get(code).map_or(&[], Vec::as_slice)
    }

    /// A piece of evidence as people see it on `today`.
    fn piece(&self, row: &EvidenceRow, today: NaiveDate) -> EvidenceLine {
        EvidenceLine {
            id: row.id.to_string(),
            uri: row.uri.clone(),
            sha256: row.sha256.clone(),
            machine: row.vouched_by.clone().filter(|_| row.is_vouched()),
            expires: row.expires.map(|day| format!("until {}", date(day))),
            expired: row.expires.is_some_and(|day| day < today),
            added: format!("{}, {}", self.people.name(row.added_by), date(row.added_at.date_naive())),
            decision: row.decision.as_ref().map(|decision| Decision {
                accepted: decision == "accepted",
                by: self.people.signed(row.reviewed_by, row.reviewed_at),
                note: row.review_note.clone().unwrap_or_default(),
            }),
        }
    }

    fn not_applicable(&self, row: &AnswerRow) -> Option<Decision> {
        row.na_decision.as_ref().map(|decision| Decision {
            accepted: decision == "approved",
            by: self.people.signed(row.na_decided_by, row.na_decided_at),
            note: row.na_note.clone().unwrap_or_default(),
        })
    }

    /// Who answered, and when.
    fn by(&self, row: &AnswerRow) -> String {
        format!("{}, {}", self.people.name(row.answered_by), assay_app::components::when(row.answered_at))
    }
}

fn heading(caller: &Caller, assessment: &Assessment, team: &TeamRow) -> Result<Heading, Error> {
    let row = &assessment.row;
    let may = |permission| caller.may(permission, Some(row.team_id));
    let bank = &assessment.bank;
    let profile = bank.profiles.iter().find(|profile| profile.id == row.profile);
    let asked: BTreeSet<&str> =
        bank.questions_of(&row.profile).map(|question| question.code.as_str()).collect();
    let answered = assessment.answers.keys().filter(|code| asked.contains(code.as_str())).count();
    Ok(Heading {
        id: row.id.to_string(),
        title: row.title.clone(),
        team: team.name.clone(),
        team_href: format!("/teams/{}", team.slug),
        questionnaire: format!(
            "{} {}, {}",
            bank.title,
            bank.version,
            profile.map_or(&row.profile, |known| &known.title)
        ),
        state: state(&row.state)?,
        revision: u32::try_from(row.revision).unwrap_or_default(),
        answered: small(answered),
        questions: small(asked.len()),
        waiting: small(waiting(assessment)),
        rights: Rights {
            answer: may(Permission::AnswerAssessments),
            manage: may(Permission::ManageAssessments),
            review: may(Permission::ReviewAssessments),
            report: may(Permission::ExportAudit),
        },
    })
}

/// How many decisions wait. What a machine checks again and again needs none.
fn waiting(assessment: &Assessment) -> usize {
    let evidence = assessment.evidence.values().flatten();
    let undecided = evidence.filter(|piece| piece.decision.is_none() && !piece.is_vouched()).count();
    let answers = assessment.answers.values();
    undecided + answers.filter(|answer| answer.na_reason.is_some() && answer.na_decision.is_none()).count()
}

/// The state that a row holds.
pub(crate) fn state(text: &str) -> Result<State, Error> {
    text.parse().map_err(|error| Error::internal(format!("table assessment, column state: {error}")))
}

/// An answer as its fields show it.
fn draft_of(row: &AnswerRow) -> Draft {
    let given = row.na_reason.is_some();
    let value = if given {
        assay_app::assessments::draft::NOT_APPLICABLE
    } else {
        row.value.as_deref().unwrap_or_default()
    };
    Draft {
        value: value.to_owned(),
        reason: row.na_reason.clone().unwrap_or_default(),
        justification: row.na_justification.clone().unwrap_or_default(),
        comment: row.comment.clone(),
    }
    .tidy()
}

/// Names of those who had a hand in an assessment.
struct People(BTreeMap<Uuid, String>);

impl People {
    async fn of(app: &App, assessment: &Assessment) -> Result<Self, Error> {
        let answers = assessment.answers.values().flat_map(|row| [Some(row.answered_by), row.na_decided_by]);
        let evidence =
            assessment.evidence.values().flatten().flat_map(|row| [Some(row.added_by), row.reviewed_by]);
        let delegated = assessment.delegations.iter().map(|row| Some(row.person_id));
        let locked = assessment.snapshots.iter().map(|row| Some(row.locked_by));
        let ids: BTreeSet<Uuid> = answers.chain(evidence).chain(delegated).chain(locked).flatten().collect();
        let mut conn = app.db.read().await?;
        let mut names = BTreeMap::new();
        for id in ids {
            if let Some(person) = crate::access::store::person(&mut conn, id).await? {
                names.insert(id, person.name);
            }
        }
        Ok(Self(names))
    }

    /// What to call whoever stands behind an id: only people have names.
    fn name(&self, id: Uuid) -> &str {
        self.0.get(&id).map_or("A program", String::as_str)
    }

    fn signed(&self, id: Option<Uuid>, at: Option<DateTime<Utc>>) -> String {
        match (id, at) {
            (Some(id), Some(at)) => format!("{}, {}", self.name(id), date(at.date_naive())),
            _ => String::new(),
        }
    }
}

/// A rule's words as a sentence of their own.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    let end = if words.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
