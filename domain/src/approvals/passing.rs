//! What time alone does to an approval, and when it does it next.
//!
//! Somebody has to put it on record: [`Approval::due`] is what is to be applied now, one after the other, and
//! [`Approval::next_due`] when it is worth looking again.

use chrono::{DateTime, NaiveTime, Utc};

use super::command::Command;
use super::decision::{Approving, Condition, ConditionState};
use super::request::Approval;
use super::state::State;

impl Approval {
    /// What time has done to it by now and nobody has put on record: conditions that are late, then its end.
    #[must_use]
    pub fn due(&self, now: DateTime<Utc>) -> Option<Command> {
        let (until, approvals) = self.running()?;
        // Once its time ran out nothing else can happen to it, so its conditions are left as they are.
        if now >= until {
            return Some(Command::TimePassed);
        }
        let late = waiting(approvals).find(|condition| condition.is_overdue(now));
        late.map(|condition| Command::ConditionOverdue { id: condition.id })
    }

    /// When time alone changes it next; `None` once nothing can happen to it.
    #[must_use]
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        let (until, approvals) = self.running()?;
        let late = waiting(approvals).filter_map(|condition| {
            condition.due.succ_opt().map(|day| day.and_time(NaiveTime::MIN).and_utc())
        });
        late.chain([until]).min()
    }

    /// When it ends by time; `None` once nothing can happen to it.
    #[must_use]
    pub fn until(&self) -> Option<DateTime<Utc>> {
        self.running().map(|(until, _)| until)
    }

    fn running(&self) -> Option<(DateTime<Utc>, &[Approving])> {
        match self.state() {
            State::Open(open) => Some((open.until(), open.approvals())),
            state => state.running().map(|approved| (approved.until(), approved.approvals())),
        }
    }
}

/// Conditions that are neither met nor known to be late.
fn waiting(approvals: &[Approving]) -> impl Iterator<Item = &Condition> {
    let all = approvals.iter().flat_map(|approving| &approving.conditions);
    all.filter(|condition| condition.state == ConditionState::Open)
}
