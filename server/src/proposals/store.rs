//! Proposals in the database: SQL and row types, nothing else.

use assay_domain::audit::Subject;
use assay_domain::proposals::{Confirmation, Kind, Need, Part, ProposalState};
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use uuid::Uuid;

use crate::db::Conn;
use crate::error::Error;
use crate::{execute, fetch_all, fetch_optional};

/// A row of `proposal`.
#[derive(Clone, Debug, FromRow)]
pub struct ProposalRow {
    /// Identifier.
    pub id: Uuid,
    /// The kind of change; see [`ProposalRow::kind`].
    kind: String,
    /// What kind of thing it is about.
    pub subject_type: String,
    /// Which one.
    pub subject: String,
    /// Tells apart what may wait at the same time about one subject.
    pub subject_key: String,
    /// The team that it concerns; absent for the organisation.
    pub team_id: Option<Uuid>,
    /// What it would do, as a heading.
    pub title: String,
    /// The page of the subject.
    pub href: Option<String>,
    /// What there is now.
    pub from_text: String,
    /// What there would be.
    pub to_text: String,
    /// What follows for open requests and valid approvals.
    pub consequence: String,
    /// Why, in the words of who proposed it.
    pub reason: String,
    /// The digest of what would change, where it is a text.
    pub content_sha256: Option<String>,
    payload: String,
    needs: String,
    involved: String,
    given: String,
    state: String,
    /// Whether it took effect because nobody could confirm it.
    pub alone: bool,
    /// Who proposed it: a person, a service account or the installation.
    pub proposed_by: Uuid,
    /// When.
    pub proposed_at: DateTime<Utc>,
    /// Who confirmed it last, turned it down or took it back.
    pub decided_by: Option<Uuid>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was turned down, or why it ended.
    pub note: String,
    /// Compared and swapped with every change.
    pub revision: i64,
}

/// Somebody with a part in a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvolvedRow {
    /// The account.
    pub person: Uuid,
    /// The part.
    pub part: Part,
}

/// A proposal that is about to be stored.
#[derive(Debug)]
pub(super) struct New<'a> {
    pub(super) kind: Kind,
    pub(super) subject: &'a Subject,
    pub(super) key: String,
    pub(super) payload: &'a serde_json::Value,
    pub(super) needs: &'a [Need],
    pub(super) involved: &'a [InvolvedRow],
}

impl ProposalRow {
    /// One that waits, without its words.
    pub(super) fn new(id: Uuid, new: &New<'_>, by: Uuid, at: DateTime<Utc>) -> Result<Self, Error> {
        Ok(Self {
            id,
            kind: new.kind.name().to_owned(),
            subject_type: new.subject.kind.clone(),
            subject: new.subject.id.clone(),
            subject_key: new.key.clone(),
            team_id: None,
            title: String::new(),
            href: None,
            from_text: String::new(),
            to_text: String::new(),
            consequence: String::new(),
            reason: String::new(),
            content_sha256: None,
            payload: written(new.payload)?,
            needs: written(new.needs)?,
            involved: written(new.involved)?,
            given: "[]".to_owned(),
            state: ProposalState::Waiting.name().to_owned(),
            alone: false,
            proposed_by: by,
            proposed_at: at,
            decided_by: None,
            decided_at: None,
            note: String::new(),
            revision: 1,
        })
    }

    /// What it is about, as an entry names it.
    #[must_use]
    pub fn about(&self) -> Subject {
        Subject::new(&self.subject_type, &self.subject)
    }

    /// The kind of change.
    ///
    /// # Errors
    /// [`Error::Internal`] for a name that this program does not know; so for all that is read from the row.
    pub fn kind(&self) -> Result<Kind, Error> {
        self.kind.parse().map_err(|reason| self.wrong("kind", reason))
    }

    /// How far it is.
    ///
    /// # Errors
    /// As [`Self::kind`].
    pub fn state(&self) -> Result<ProposalState, Error> {
        self.state.parse().map_err(|reason| self.wrong("state", reason))
    }

    /// The confirmations that it needs.
    ///
    /// # Errors
    /// As [`Self::kind`].
    pub fn needs(&self) -> Result<Vec<Need>, Error> {
        self.read("needs", &self.needs)
    }

    /// Who has a part in it.
    ///
    /// # Errors
    /// As [`Self::kind`].
    pub fn involved(&self) -> Result<Vec<InvolvedRow>, Error> {
        self.read("involved", &self.involved)
    }

    /// The confirmations that were given.
    ///
    /// # Errors
    /// As [`Self::kind`].
    pub fn given(&self) -> Result<Vec<Confirmation>, Error> {
        self.read("given", &self.given)
    }

    /// What the room that proposed it needs to apply it.
    ///
    /// # Errors
    /// As [`Self::kind`].
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.read("payload", &self.payload)
    }

    pub(super) fn set_state(&mut self, state: ProposalState) {
        state.name().clone_into(&mut self.state);
    }

    pub(super) fn set_given(&mut self, given: &[Confirmation]) -> Result<(), Error> {
        self.given = written(given)?;
        Ok(())
    }

    fn read<T: DeserializeOwned>(&self, column: &str, text: &str) -> Result<T, Error> {
        serde_json::from_str(text).map_err(|error| self.wrong(column, error.to_string()))
    }

    fn wrong(&self, column: &str, reason: String) -> Error {
        Error::internal(format!("table proposal, column {column}, row {}: {reason}", self.id))
    }
}

fn written<T: Serialize + ?Sized>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(Error::internal)
}

/// Which proposals a list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those in this state.
    pub state: Option<ProposalState>,
    /// Only those of this kind.
    pub kind: Option<Kind>,
    /// Only those about this subject: what kind of thing, and which one.
    pub subject: Option<(String, String)>,
    /// Only those before this one.
    pub before: Option<Uuid>,
}

/// One proposal.
pub async fn get(conn: &mut Conn, id: Uuid) -> Result<Option<ProposalRow>, Error> {
    fetch_optional!(conn, ProposalRow, "SELECT * FROM proposal WHERE id = $1", id).await
}

/// The proposals, the newest first.
pub async fn list(conn: &mut Conn, filter: Filter, limit: i64) -> Result<Vec<ProposalRow>, Error> {
    // Ids of version 7 are in the order in which they were made.
    let before = filter.before.unwrap_or(Uuid::max());
    let state = filter.state.map_or("", ProposalState::name);
    let kind = filter.kind.map_or("", Kind::name);
    let (about, subject) = filter.subject.unwrap_or_default();
    let sql = "SELECT * FROM proposal WHERE id < $1 AND ($2 = '' OR state = $2) AND ($3 = '' OR kind = $3)
                 AND ($4 = '' OR (subject_type = $4 AND subject = $5))
               ORDER BY id DESC LIMIT $6";
    fetch_all!(conn, ProposalRow, sql, before, state, kind, about, subject, limit).await
}

/// Stores a proposal.
pub(super) async fn insert(conn: &mut Conn, row: ProposalRow) -> Result<(), Error> {
    let sql = "INSERT INTO proposal (id, kind, subject_type, subject, subject_key, team_id, title, href, from_text, to_text,
                                     consequence, reason, content_sha256, payload, needs, involved, given, state, alone,
                                     proposed_by, proposed_at, decided_by, decided_at, note, revision)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
                       $23, $24, $25)";
    let ProposalRow { id, kind, subject_type, subject, subject_key, team_id, title, href, .. } = row;
    let ProposalRow { from_text, to_text, consequence, reason, content_sha256, payload, needs, .. } = row;
    let ProposalRow { involved, given, state, alone, proposed_by, proposed_at, decided_by, .. } = row;
    let ProposalRow { decided_at, note, revision, .. } = row;
    let stored = execute!(
        conn,
        sql,
        id,
        kind,
        subject_type,
        subject,
        subject_key,
        team_id,
        title,
        href,
        from_text,
        to_text,
        consequence,
        reason,
        content_sha256,
        payload,
        needs,
        involved,
        given,
        state,
        alone,
        proposed_by,
        proposed_at,
        decided_by,
        decided_at,
        note,
        revision
    );
    stored.await.map(drop)
}

/// Stores what became of a proposal, over the revision that was read.
///
/// # Errors
/// [`Error::LostRace`] when somebody else changed it.
pub(super) async fn update(conn: &mut Conn, row: &ProposalRow) -> Result<(), Error> {
    let sql =
        "UPDATE proposal SET given = $3, state = $4, alone = $5, decided_by = $6, decided_at = $7, note = $8,
                      revision = revision + 1
               WHERE id = $1 AND revision = $2";
    let ProposalRow { id, revision, given, state, alone, decided_by, decided_at, note, .. } = row.clone();
    match execute!(conn, sql, id, revision, given, state, alone, decided_by, decided_at, note).await? {
        0 => Err(Error::LostRace(format!("the proposal {id}"))),
        _ => Ok(()),
    }
}
