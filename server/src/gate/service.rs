//! Asking the gate: looking, and deciding on record.

use assay_domain::access::Permission;
use assay_domain::approvals::PolicyRef;
use assay_domain::approvals::gate::{Answer, Fine, Reason};
use assay_domain::models::{ArtefactDigest, VersionRef};
use assay_domain::names::is_name;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::facts;
use super::store::{self, DecisionRow};
use super::together::{self, Asking, Kept};
use crate::app::App;
use crate::db::{Arg, Conditions, Conn, Receipt};
use crate::error::{Error, FieldError};
use crate::http::paging::not_a_page;
use crate::http::{Caller, Listing, Window};

/// What somebody wants to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Which version.
    pub about: About,
    /// Where it is to be deployed.
    pub environment: String,
    /// The digest of what is to be deployed, where it is known and names are given.
    given: Option<ArtefactDigest>,
}

/// Which version is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// The version of a model.
    Named {
        /// The model.
        model: String,
        /// The version.
        version: String,
    },
    /// Whichever version has this artefact.
    Artefact(ArtefactDigest),
}

/// A question as it was typed.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The model.
    pub model: Option<String>,
    /// The version.
    pub version: Option<String>,
    /// Where it is to be deployed.
    pub environment: Option<String>,
    /// The digest of what is to be deployed.
    pub digest: Option<String>,
}

impl Question {
    /// Understands a question.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every field that is missing or malformed.
    pub fn read(asked: Asked) -> Result<Self, Error> {
        let mut wrong = Vec::new();
        let mut name = |value: &str, pointer: &'static str, most: usize| {
            if !is_name(value, most) {
                let rule = "letters, digits or . _ / : - and start with a letter or digit";
                wrong.push(FieldError::new(pointer, format!("must be 1 to {most} {rule}")));
            }
        };
        name(asked.environment.as_deref().unwrap_or_default(), "/environment", 64);
        let by_digest = asked.model.is_none() && asked.version.is_none() && asked.digest.is_some();
        if !by_digest {
            name(asked.model.as_deref().unwrap_or_default(), "/model", 200);
            name(asked.version.as_deref().unwrap_or_default(), "/version", 100);
        }
        let digest = asked.digest.map(|digest| digest.parse::<ArtefactDigest>()).transpose();
        let digest = digest.unwrap_or_else(|_| {
            wrong.push(FieldError::new("/digest", "must be sha256: and 64 lower-case hexadecimal digits"));
            None
        });
        if !wrong.is_empty() {
            return Err(Error::Invalid(wrong));
        }
        let environment = asked.environment.unwrap_or_default();
        let (about, given) = match (asked.model, asked.version, digest) {
            (None, None, Some(digest)) => (About::Artefact(digest), None),
            (model, version, digest) => {
                let (model, version) = (model.unwrap_or_default(), version.unwrap_or_default());
                (About::Named { model, version }, digest)
            }
        };
        Ok(Self { about, environment, given })
    }

    /// The digest of what is to be deployed, where it is known.
    #[must_use]
    pub const fn digest(&self) -> Option<&ArtefactDigest> {
        match &self.about {
            About::Artefact(digest) => Some(digest),
            About::Named { .. } => self.given.as_ref(),
        }
    }
}

/// The approval request that an answer went by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestSeen {
    /// The request.
    pub id: Uuid,
    /// Its state when the gate was asked.
    pub state: String,
}

/// What the gate says.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The model; empty for an unknown artefact.
    pub model: String,
    /// The version; empty for an unknown artefact.
    pub version: String,
    /// Where it was to be deployed.
    pub environment: String,
    /// The digest of what was to be deployed, or the one on record where none was given.
    pub digest: Option<ArtefactDigest>,
    /// When it was asked.
    pub at: DateTime<Utc>,
    /// Yes or no, and why.
    pub answer: Answer,
    /// The policy that decides, where there is one.
    pub policy: Option<PolicyRef>,
    /// The request that it went by, where there is one.
    pub request: Option<RequestSeen>,
    /// The version, where it is known.
    pub model_version: Option<Uuid>,
    /// The model, where it is known.
    pub model_id: Option<Uuid>,
    /// The model's team, where it is known.
    pub team: Option<Uuid>,
}

/// A decision on record.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The decision's identifier.
    pub id: Uuid,
    /// What was decided.
    pub said: Said,
    /// Whether it was decided before, under the same key.
    pub replayed: bool,
    /// Where and how it stands in the ledger.
    pub receipt: Receipt,
}

/// What a decision says, as it is kept.
#[derive(Clone, Debug)]
pub struct Said {
    /// The row.
    pub row: DecisionRow,
    /// Its answer.
    pub kept: KeptAnswer,
}

/// The part of an answer that is only ever read whole: JSON in `gate_decision.answer`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeptAnswer {
    /// Why.
    pub reasons: Vec<Reason>,
    /// What was fine.
    pub fine: Vec<Fine>,
    /// The policy that decided.
    pub policy: Option<PolicyRef>,
    /// The request that it went by.
    pub request: Option<RequestSeen>,
}

/// Looks what the gate would say now.
///
/// # Errors
/// [`Error::Forbidden`] for who may ask nowhere; [`Error::NotFound`], [`Error::Hidden`]; those of the database.
pub async fn look(app: &App, caller: &Caller, question: &Question) -> Result<Answered, Error> {
    somewhere(caller, Permission::LookGate)?;
    let may = |caller: &Caller, team| caller.see(Permission::LookGate, Some(team));
    facts::answer(&mut app.db.read().await?, caller, question, &may, app.clock.now()).await
}

/// The same for several environments, of a version that the caller may ask about.
///
/// # Errors
/// As [`look`].
pub async fn look_at(
    app: &App,
    caller: &Caller,
    model: &str,
    version: &str,
    environments: &[String],
) -> Result<Vec<Answered>, Error> {
    let mut answers = Vec::with_capacity(environments.len());
    for environment in environments {
        let (model, version) = (model.to_owned(), version.to_owned());
        let about = About::Named { model, version };
        let question = Question { about, environment: environment.clone(), given: None };
        answers.push(look(app, caller, &question).await?);
    }
    Ok(answers)
}

/// A key under which asking again is the same decision for as long as that holds, and the digest of what was asked.
pub type Key = (String, [u8; 32]);

/// Decides on record, and waits until the ledger has it. A no is recorded as well.
///
/// # Errors
/// As [`look`]; [`Error::Forbidden`] for who may only look; [`Error::Unavailable`] when the ledger has not taken it in time.
pub async fn decide(
    app: &App,
    caller: &Caller,
    question: &Question,
    key: Option<Key>,
) -> Result<Decided, Error> {
    somewhere(caller, Permission::DecideGate)?;
    let (asking, with) = (Asking { caller: caller.clone(), question: question.clone(), key }, app.clone());
    let (Kept { row, replayed }, ticket) =
        app.gate_decisions.ask(asking, move |all| async move { together::store(&with, all).await }).await?;
    let receipt = if ticket.events().any(|event| event == row.ledger_event) {
        ticket.of(row.ledger_event).receipt().await?
    } else {
        app.db.ticket(row.ledger_event).receipt().await?
    };
    Ok(Decided { id: row.id, said: Said::new(row)?, replayed, receipt })
}

impl Said {
    fn new(row: DecisionRow) -> Result<Self, Error> {
        let kept = serde_json::from_str(&row.answer).map_err(|error| {
            Error::internal(format!("table gate_decision, column answer, row {}: {error}", row.id))
        })?;
        Ok(Self { row, kept })
    }
}

/// Which decisions to list. What is left out narrows nothing.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// About this model.
    pub model: Option<String>,
    /// About this version.
    pub version: Option<String>,
    /// For this environment.
    pub environment: Option<String>,
    /// Only yes, or only no.
    pub allowed: Option<bool>,
}

/// A page of decisions about the models that the caller may ask about, the newest first. What was asked about nothing that
/// is known is shown to those who may see everything.
///
/// # Errors
/// [`Error::Forbidden`] for who may ask nowhere; [`Error::BadRequest`] for an `after` that is no `next`.
pub async fn decisions(
    app: &App,
    caller: &Caller,
    search: Search,
    window: &Window,
) -> Result<Listing<Said>, Error> {
    somewhere(caller, Permission::LookGate)?;
    let parse = |after: &String| after.parse().map_err(|_| not_a_page());
    let after: Option<Uuid> = window.after.as_ref().map(parse).transpose()?;
    let mut all = Conditions::default();
    all.add_reach("team_id", &caller.principal.reach(Permission::LookGate));
    all.add_some("model = ?", search.model.map(Arg::Text));
    all.add_some("version = ?", search.version.map(Arg::Text));
    all.add_some("environment = ?", search.environment.map(Arg::Text));
    all.add_some("CASE WHEN allowed THEN 1 ELSE 0 END = ?", search.allowed.map(|yes| Arg::Int(yes.into())));
    all.add_some("id < ?", after.map(Arg::Id));
    let rows = store::page(&mut app.db.read().await?, all, window.fetch()).await?;
    let said = rows.into_iter().map(Said::new).collect::<Result<Vec<_>, _>>()?;
    Ok(Listing::cut(said, window, |said| said.row.id.to_string()))
}

/// What the gate says about a version, for rooms that act on it: nobody is asked whether they may know.
///
/// # Errors
/// Those of the database.
pub async fn look_within(
    conn: &mut Conn,
    by: &Caller,
    of: &VersionRef,
    environment: &str,
    now: DateTime<Utc>,
) -> Result<Answer, Error> {
    let about = About::Named { model: of.model.clone(), version: of.version.clone() };
    let question = Question { about, environment: environment.to_owned(), given: None };
    Ok(facts::answer(conn, by, &question, &|_, _| Ok(()), now).await?.answer)
}

/// Whoever may ask about nothing at all is told so before anything is looked up.
fn somewhere(caller: &Caller, permission: Permission) -> Result<(), Error> {
    if caller.principal.may_somewhere(permission) { Ok(()) } else { Err(Error::Forbidden(permission)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(model: &str, version: &str, environment: &str, digest: &str) -> Result<Question, Vec<String>> {
        let given = |text: &str| Some(text.to_owned()).filter(|text| text != "-");
        let asked = Asked {
            model: given(model),
            version: given(version),
            environment: given(environment),
            digest: given(digest),
        };
        Question::read(asked).map_err(|error| match error {
            Error::Invalid(errors) => errors.into_iter().map(|error| error.pointer).collect(),
            other => panic!("{other}"),
        })
    }

    #[test]
    fn a_question_names_a_version_or_an_artefact() {
        let digest = format!("sha256:{}", "ab".repeat(32));
        assert!(read("m", "1", "production", "-").unwrap().digest().is_none());
        assert!(read("m", "1", "production", &digest).unwrap().digest().is_some());
        assert!(matches!(read("-", "-", "production", &digest).unwrap().about, About::Artefact(_)));
        assert_eq!(read("-", "-", "-", "-").unwrap_err(), ["/environment", "/model", "/version"]);
        assert_eq!(read("m", "-", "production", &digest).unwrap_err(), ["/version"]);
        assert_eq!(read("../m", "1", "a b", "md5:x").unwrap_err(), ["/environment", "/model", "/digest"]);
    }
}
