//! Putting an event on the record, inside the business transaction.

use assay_domain::audit::{Actor, Event, Outcome};
use assay_ledger::commit::{Salt, commit_hash};
use assay_ledger::leaf::{self, ActorKind, Leaf, Version};
use uuid::Uuid;

use crate::db::Tx;
use crate::error::Error;
use crate::insert_all;

impl Tx {
    /// Records what this transaction does; gives the event's id. The event gets its index from the sequencer, at the
    /// commit or just after it. Committed values go to the erasable table, the leaf keeps their salted digests.
    ///
    /// # Errors
    /// When the event cannot be a leaf (a malformed name, too large) or the database refuses.
    pub async fn record(&mut self, event: Event) -> Result<Uuid, Error> {
        let recorded = self.record_all(vec![event]).await?;
        recorded.last().copied().ok_or_else(|| Error::internal("an event that was recorded has no id"))
    }

    /// Records several events in their order, with as few statements as one takes; gives their ids.
    ///
    /// # Errors
    /// As [`Tx::record`].
    pub async fn record_all(&mut self, events: Vec<Event>) -> Result<Vec<Uuid>, Error> {
        let log_id = self.log_id();
        let (mut leaves, mut disclosures) = (Vec::with_capacity(events.len()), Vec::new());
        for event in events {
            let leaf = self.leaf(event, &mut disclosures)?;
            leaves.push(Waiting {
                log_id,
                event_id: leaf.id,
                leaf: leaf.to_bytes().map_err(Error::internal)?,
            });
        }
        let recorded: Vec<Uuid> = leaves.iter().map(|leaf| leaf.event_id).collect();
        insert_all!(self, "audit_disclosure", disclosures, [log_id, event_id, field, salt, value]).await?;
        insert_all!(self, "audit_outbox", leaves, [log_id, event_id, leaf]).await?;
        recorded.iter().for_each(|id| self.note_recorded(*id));
        Ok(recorded)
    }

    /// The leaf of an event, and what stands behind its commitments.
    fn leaf(&mut self, event: Event, disclosures: &mut Vec<Disclosure>) -> Result<Leaf, Error> {
        let id = self.new_id();
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
        for commit in event.commits {
            let salt = Salt(self.secret32());
            let hash = commit_hash(&salt, commit.field, &commit.value).map_err(Error::internal)?;
            let value = serde_json_canonicalizer::to_string(&commit.value).map_err(Error::internal)?;
            leaf.commit.insert(commit.field.to_owned(), hash);
            disclosures.push(Disclosure {
                log_id: self.log_id(),
                event_id: id,
                field: commit.field,
                salt: salt.0.to_vec(),
                value,
            });
        }
        Ok(leaf)
    }
}

/// A leaf on its way into the log.
struct Waiting {
    log_id: i64,
    event_id: Uuid,
    leaf: Vec<u8>,
}

/// What stands behind a commitment.
struct Disclosure {
    log_id: i64,
    event_id: Uuid,
    field: &'static str,
    salt: Vec<u8>,
    value: String,
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
