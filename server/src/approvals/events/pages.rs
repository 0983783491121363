//! Events as lines of other rooms' pages.

use assay_app::components::{Happening, Tone, when};
use assay_domain::access::Permission;
use chrono::SecondsFormat;

use crate::App;
use crate::approvals::store::{self, EventRow, SeenEvent};
use crate::db::Conditions;
use crate::error::Error;
use crate::http::Caller;

/// The latest that pipelines reported about models that the caller may see, for the first page. What decided a request
/// is shown as that request.
///
/// # Errors
/// Those of the database.
pub async fn latest(app: &App, caller: &Caller, limit: usize) -> Result<Vec<Happening>, Error> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut all = Conditions::default();
    all.add_reach("m.team_id", &caller.principal.reach(Permission::ReadApprovals));
    all.add_plain("(e.request_state IS NULL OR e.request_state = 'open')");
    let seen = store::page(&mut app.db.read().await?, all, limit).await?;
    Ok(seen.into_iter().map(|SeenEvent { event, .. }| happening(event)).collect())
}

fn happening(event: EventRow) -> Happening {
    let approved = event.decision == "approved";
    let word = if approved { "approved" } else { "rejected" };
    Happening {
        at: event.occurred_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        when: when(event.occurred_at),
        what: format!("{} {} {word} for {}, as reported", event.model, event.version, event.environment),
        who: Some(event.decided_by_name.unwrap_or(event.decided_by)),
        href: Some(crate::models::href(&event.model)),
        tone: if approved { Tone::Good } else { Tone::Bad },
    }
}
