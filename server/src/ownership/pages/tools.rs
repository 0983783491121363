//! Which tools a team uses for what.

use std::collections::BTreeMap;

use assay_app::components::{ErrorsByField, FieldError};
use assay_app::ownership::{ToolGroup, ToolRow, ToolsPage, ToolsView};
use assay_domain::access::Permission;
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;

use super::sentence;
use super::service::{self, Tools};
use crate::App;
use crate::error::Error;
use crate::http::{Caller, Form, IfMatch, Page, Pairs, Path};

pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path(team): Path<String>,
) -> Result<Response, Error> {
    let tools = service::tools(&app, &page.caller, &team).await?;
    let texts = tools.by_capability.iter().map(|(id, names)| (id.clone(), names.join(", "))).collect();
    let view = view(&app, &page.caller, &tools, &texts, Vec::new()).await?;
    let title = format!("Tools, {}", tools.team.name);
    Ok(page.render(&title, move || view! { <ToolsPage view /> }))
}

async fn view(
    app: &App,
    caller: &Caller,
    tools: &Tools,
    texts: &BTreeMap<String, String>,
    errors: Vec<FieldError>,
) -> Result<ToolsView, Error> {
    let ownership = service::get(app, caller, &tools.team.id.to_string()).await?;
    let row = |capability: &assay_domain::questionnaires::Capability| ToolRow {
        text: texts.get(&capability.id).cloned().unwrap_or_default(),
        suggested: tools.suggested(&capability.id),
        error: errors.at(&format!("tools-{}", capability.id)),
        title: capability.title.clone(),
        capability: capability.id.clone(),
    };
    let groups = tools.bank.dimensions.iter().map(|dimension| {
        let of = tools.bank.capabilities.iter().filter(|capability| capability.dimension == dimension.id);
        ToolGroup { title: dimension.title.clone(), rows: of.map(row).collect() }
    });
    Ok(ToolsView {
        groups: groups.collect(),
        revision: tools.revision.to_string(),
        editable: caller.may(Permission::ManageOwnership, Some(tools.team.id)),
        nav: super::nav(&ownership)?,
        errors,
    })
}

pub(super) async fn save(
    State(app): State<App>,
    page: Page,
    Path(team): Path<String>,
    Form(Pairs(pairs)): Form<Pairs>,
) -> Result<Response, Error> {
    service::get_to_manage(&app, &page.caller, &team).await?;
    let (mut revision, mut texts) = (None, BTreeMap::new());
    for (name, value) in pairs {
        match name.strip_prefix("tools.") {
            Some(capability) => drop(texts.insert(capability.to_owned(), value)),
            None if name == "revision" => revision = value.parse::<i64>().ok(),
            None => return Err(Error::invalid(format!("/{name}"), "unknown field")),
        }
    }
    let split = |text: &String| text.split(',').map(str::to_owned).collect();
    let wanted: Vec<(String, Vec<String>)> =
        texts.iter().map(|(id, text)| (id.clone(), split(text))).collect();
    let ids: Vec<String> = texts.keys().cloned().collect();
    let errors = match service::set_tools(&app, &page.caller, &team, wanted, IfMatch(revision)).await {
        Ok(tools) => {
            let to = format!("{}/ownership/tools", super::href(&tools.team));
            return Ok(page.redirect(&to, "The tools are saved."));
        }
        Err(Error::Invalid(errors)) => errors
            .iter()
            .map(|error| {
                let at = error.pointer.split('/').nth(2).and_then(|n| n.parse::<usize>().ok());
                let field = at.and_then(|at| ids.get(at)).map(|id| format!("tools-{id}"));
                FieldError::new(field.unwrap_or_default(), sentence(&error.message))
            })
            .collect(),
        Err(Error::PreconditionFailed | Error::LostRace(_)) => vec![FieldError::new(
            "",
            "Somebody else changed the tools meanwhile. Yours are below: save again to keep them.",
        )],
        Err(other) => return Err(other),
    };
    let tools = service::tools(&app, &page.caller, &team).await?;
    let view = view(&app, &page.caller, &tools, &texts, errors).await?;
    let title = format!("Tools, {}", tools.team.name);
    Ok(page.invalid(&title, move || view! { <ToolsPage view /> }))
}
