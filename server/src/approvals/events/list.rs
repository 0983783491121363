//! What was reported, the newest first.

use assay_domain::access::Permission;
use assay_domain::approvals::Decision;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::super::store::{self, SeenEvent};
use crate::app::App;
use crate::db::{Arg, Conditions};
use crate::error::Error;
use crate::http::paging::not_a_page;
use crate::http::{Caller, Listing, Window};

/// Which events to show. What is left out narrows nothing.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// Only about this model.
    pub model: Option<String>,
    /// Only about this version.
    pub version: Option<String>,
    /// Only for this environment.
    pub environment: Option<String>,
    /// Only with this decision.
    #[param(inline)]
    pub decision: Option<Decision>,
    /// Only by this kind of pipeline.
    pub provider: Option<String>,
    /// How many items at most, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u16>,
    /// `next` of the page before.
    pub after: Option<String>,
}

/// A page of what was reported about the models that the caller may see.
///
/// # Errors
/// [`Error::Forbidden`] for who may read approvals of no team; [`Error::BadRequest`] for an `after` that is no `next`.
pub async fn list(app: &App, caller: &Caller, search: Search) -> Result<Listing<SeenEvent>, Error> {
    let reach = caller.principal.reach(Permission::ReadApprovals);
    if reach.is_nowhere() {
        return Err(Error::Forbidden(Permission::ReadApprovals));
    }
    let window = Window::new(search.limit, search.after);
    let mut all = Conditions::default();
    all.add_reach("m.team_id", &reach);
    all.add_some("m.name = ?", search.model.map(Arg::Text));
    all.add_some("v.version = ?", search.version.map(Arg::Text));
    all.add_some("e.environment = ?", search.environment.map(Arg::Text));
    all.add_some("e.decision = ?", search.decision.map(|decision| Arg::Text(decision.name().to_owned())));
    all.add_some("e.provider = ?", search.provider.map(Arg::Text));
    all.add_some("e.id < ?", after(&window)?.map(Arg::Id));
    let mut conn = app.db.read().await?;
    let rows = store::page(&mut conn, all, window.fetch()).await?;
    Ok(Listing::cut(rows, &window, |seen| seen.event.id.to_string()))
}

/// Ids grow with time, so the last one shown is where the next page begins.
fn after(window: &Window) -> Result<Option<Uuid>, Error> {
    let parse = |after: &String| after.parse().map_err(|_| not_a_page());
    window.after.as_ref().map(parse).transpose()
}
