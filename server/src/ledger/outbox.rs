//! Putting an event on the record, inside the business transaction.

use assay_domain::audit::{Actor, Event, Outcome};
use assay_ledger::commit::{Salt, commit_hash};
use assay_ledger::leaf::{self, ActorKind, Leaf, Version};
use sqlx::{Postgres, QueryBuilder, Sqlite};
use uuid::Uuid;

use crate::db::{Conn, Tx};
use crate::error::Error;
use crate::execute;

impl Tx {
    /// Records what this transaction does; gives the event's id. The event gets its index from the sequencer, at the
    /// commit or just after it. Committed values go to the erasable table, the leaf keeps their salted digests.
    ///
    /// # Errors
    /// When the event cannot be a leaf (a malformed name, too large) or the database refuses.
    pub async fn record(&mut self, event: Event) -> Result<Uuid, Error> {
        let id = self.new_id();
        let log_id = self.log_id();
        let mut leaf = Leaf {
            v: Version,
            id,
            ts: self.now(),
            actor: actor(event.actor),
            action: event.action.name().to_owned(),
            facts: event.action.facts().map_err(Error::internal)?,
            subject: leaf::Subject {
                kind: event.subject.kind,
                id: event.subject.id,
                version: event.subject.version,
            },
            team: event.team,
            outcome: outcome(event.outcome),
            request: event.request,
            commit: Default::default(),
        };
        let mut disclosures = Vec::with_capacity(event.commits.len());
        for commit in event.commits {
            let salt = Salt(self.secret32());
            let hash = commit_hash(&salt, commit.field, &commit.value).map_err(Error::internal)?;
            let value = serde_json_canonicalizer::to_string(&commit.value).map_err(Error::internal)?;
            leaf.commit.insert(commit.field.to_owned(), hash);
            disclosures.push(Disclosure { field: commit.field, salt: salt.0.to_vec(), value });
        }
        disclose(self, log_id, id, disclosures).await?;
        let bytes = leaf.to_bytes().map_err(Error::internal)?;
        execute!(
            self,
            "INSERT INTO audit_outbox (log_id, event_id, leaf) VALUES ($1, $2, $3)",
            log_id,
            id,
            bytes
        )
        .await?;
        self.note_recorded(id);
        Ok(id)
    }
}

/// What stands behind a commitment.
struct Disclosure {
    field: &'static str,
    salt: Vec<u8>,
    value: String,
}

/// Keeps salts and values, all of an event's with one statement: events have several, and pipelines post many.
async fn disclose(conn: &mut Conn, log_id: i64, event: Uuid, all: Vec<Disclosure>) -> Result<(), Error> {
    if all.is_empty() {
        return Ok(());
    }
    macro_rules! run {
        ($engine:ty, $conn:expr) => {{
            let sql = "INSERT INTO audit_disclosure (log_id, event_id, field, salt, value) ";
            let mut insert = QueryBuilder::<$engine>::new(sql);
            insert.push_values(all, |mut row, one| {
                row.push_bind(log_id).push_bind(event);
                row.push_bind(one.field).push_bind(one.salt).push_bind(one.value);
            });
            insert.build().execute(&mut **$conn).await?;
        }};
    }
    match conn {
        Conn::Sqlite(conn) => run!(Sqlite, conn),
        Conn::Postgres(conn) => run!(Postgres, conn),
    }
    Ok(())
}

fn actor(actor: Actor) -> leaf::Actor {
    let kind = match actor {
        Actor::Person(_) => ActorKind::Person,
        Actor::Service(_) => ActorKind::Service,
        Actor::System(_) => ActorKind::System,
    };
    leaf::Actor { kind, id: actor.id() }
}

fn outcome(outcome: Outcome) -> leaf::Outcome {
    match outcome {
        Outcome::Ok => leaf::Outcome::Ok,
        Outcome::Denied => leaf::Outcome::Denied,
        Outcome::Failed => leaf::Outcome::Failed,
    }
}
