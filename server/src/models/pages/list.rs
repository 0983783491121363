//! The list of models.

use super::explained;
use crate::App;
use crate::error::Error;
use crate::http::{Caller, Page};
use crate::models::service::{self, ModelQuery, running_in};
use crate::models::store::ModelLineRow;
use crate::models::{Narrowed, href, version_href};
use crate::teams::service as teams;
use assay_app::components::SelectOption;
use assay_app::models::{ModelFilters, ModelLine, ModelsPage, ModelsPageProps};
use assay_domain::access::Permission;
use axum::extract::State;
use axum::response::Response;

pub(super) async fn list(
    State(app): State<App>,
    page: Page,
    Narrowed { query, window }: Narrowed,
) -> Result<Response, Error> {
    let mut props = ModelsPageProps {
        models: Vec::new(),
        filters: filters(&query),
        teams: visible_teams(&app, &page.caller).await?,
        next: None,
        first: window.after.as_ref().map(|_| address(&query, None)),
        may_register: page.caller.principal.may_somewhere(Permission::RegisterModels),
    };
    match service::list(&app, &page.caller, &query, &window).await {
        Ok(listing) => {
            props.next = listing.next.as_deref().map(|after| address(&query, Some(after)));
            props.models = listing.items.into_iter().map(line).collect::<Result<_, _>>()?;
            Ok(page.render("Models", move || ModelsPage(props)))
        }
        Err(error) => {
            props.filters.errors = explained(error)?;
            Ok(page.invalid("Models", move || ModelsPage(props)))
        }
    }
}

fn address(query: &ModelQuery, after: Option<&str>) -> String {
    let after = after.map(|after| serde_html_form::to_string([("after", after)]).unwrap_or_default());
    let parts: Vec<_> =
        [Some(query.query()), after].into_iter().flatten().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "/models".to_owned() } else { format!("/models?{}", parts.join("&")) }
}

fn filters(query: &ModelQuery) -> ModelFilters {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    ModelFilters {
        q: text(&query.q),
        team: text(&query.team),
        tier: text(&query.tier),
        deployed: text(&query.deployed),
        archived: text(&query.archived),
        active: !query.query().is_empty(),
        errors: Vec::new(),
    }
}

async fn visible_teams(app: &App, caller: &Caller) -> Result<Vec<SelectOption>, Error> {
    let reach = caller.principal.reach(Permission::ReadModels);
    let teams = teams::list(app, caller).await?.into_iter().filter(|team| reach.covers(Some(team.id)));
    Ok(teams.map(|team| SelectOption::new(team.slug, team.name)).collect())
}

fn line(line: ModelLineRow) -> Result<ModelLine, Error> {
    let runs_in = running_in(&line);
    let ModelLineRow { model, team, newest_version, latest, .. } = line;
    let version = newest_version.map(|version| {
        let href = version_href(&model.name, &version);
        (version, href)
    });
    let latest = latest.as_deref().and_then(|latest| latest.split_once(' '));
    Ok(ModelLine {
        tier: model.tier()?,
        href: href(&model.name),
        name: model.name,
        team,
        version,
        runs_in,
        latest: latest.map(|(decision, environment)| (environment.to_owned(), decision == "approved")),
    })
}
