//! Requests as lines of lists.

use std::collections::BTreeMap;

use assay_app::approvals::{ApprovalLine, ApprovalState};
use assay_app::components::Tone;
use uuid::Uuid;

use super::{href, shown};
use crate::App;
use crate::approvals::requests::service::{Listed, WaitsFor};
use crate::audit::Names;
use crate::error::Error;
use crate::http::Caller;
use crate::teams::service as teams;
use crate::teams::store::TeamRow;

/// What all lines of a page need.
pub(super) struct Lines {
    pub(super) teams: Vec<TeamRow>,
    names: BTreeMap<Uuid, String>,
}

impl Lines {
    pub(super) async fn of(app: &App, caller: &Caller) -> Result<Self, Error> {
        let teams = teams::list(app, caller).await?;
        let names = teams.iter().map(|team| (team.id, team.name.clone())).collect();
        Ok(Self { teams, names })
    }

    pub(super) async fn line(&self, app: &App, listed: &Listed) -> Result<ApprovalLine, Error> {
        let mut conn = app.db.read().await?;
        let (row, approval) = (&listed.kept.row, &listed.kept.approval);
        let policy = listed.kept.policy(&mut conn).await?;
        let who = Names::of_actors(&mut conn, [row.requested_by].into()).await?.anybody(row.requested_by);
        Ok(ApprovalLine {
            what: format!("{} {}", row.model, row.version),
            href: href(row.id),
            environment: row.environment.clone(),
            team: self.names.get(&row.team_id).cloned().unwrap_or_default(),
            state: ApprovalState::of(approval.state().name()),
            asked: format!("{who}, {}", shown::day(row.requested_at)),
            time: shown::time(approval),
            progress: shown::progress(approval, &policy),
            waits: listed.waits.iter().map(waits).collect(),
        })
    }
}

fn waits(waits: &WaitsFor) -> (Tone, String) {
    match waits {
        WaitsFor::Decision { on_behalf_of: None, .. } => (Tone::Info, "Your decision".to_owned()),
        WaitsFor::Decision { on_behalf_of: Some((_, name)), .. } => {
            (Tone::Info, format!("Decision for {name}"))
        }
        WaitsFor::Review(_) => (Tone::Warn, "Review of an emergency".to_owned()),
    }
}
