//! Nobody judges the own work, with whatever account: a review counts when somebody else made it than who answered or who
//! attached the evidence, and linked accounts are one person.
//!
//! [`lifecycle`](super::lifecycle) refuses such a review. One that was made before the accounts were known to be one
//! person's stays in the trail and is no review any more, unless the result is locked.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::access::service::subjects;
use crate::assessments::store::{AnswerRow, EvidenceRow};
use crate::db::Conn;
use crate::error::Error;

/// Takes reviews and approvals of the own work out of what was read. What was refused stays refused.
pub(super) async fn leave_out(
    conn: &mut Conn,
    answers: &mut BTreeMap<String, AnswerRow>,
    evidence: &mut [EvidenceRow],
) -> Result<(), Error> {
    let mut reviewers = Reviewers::default();
    for piece in evidence.iter_mut().filter(|piece| piece.decision.as_deref() == Some("accepted")) {
        let Some(reviewer) = piece.reviewed_by else { continue };
        let answered = answers.get(&piece.code).map(|answer| answer.answered_by);
        if reviewers.made(conn, reviewer, [Some(piece.added_by), answered]).await? {
            (piece.decision, piece.reviewed_value, piece.review_note) = (None, None, None);
            (piece.reviewed_by, piece.reviewed_at) = (None, None);
        }
    }
    for answer in answers.values_mut().filter(|answer| answer.na_decision.as_deref() == Some("approved")) {
        let Some(decider) = answer.na_decided_by else { continue };
        if reviewers.made(conn, decider, [Some(answer.answered_by), None]).await? {
            (answer.na_decision, answer.na_note) = (None, None);
            (answer.na_decided_by, answer.na_decided_at) = (None, None);
        }
    }
    Ok(())
}

/// The accounts of those who reviewed, each looked up once.
#[derive(Default)]
struct Reviewers(BTreeMap<Uuid, BTreeSet<Uuid>>);

impl Reviewers {
    /// Whether the reviewer is one of these people.
    async fn made(
        &mut self,
        conn: &mut Conn,
        reviewer: Uuid,
        work_of: [Option<Uuid>; 2],
    ) -> Result<bool, Error> {
        if !self.0.contains_key(&reviewer) {
            self.0.insert(reviewer, subjects::accounts(conn, reviewer).await?);
        }
        let accounts = self.0.get(&reviewer);
        Ok(work_of.iter().flatten().any(|one| accounts.is_some_and(|accounts| accounts.contains(one))))
    }
}
