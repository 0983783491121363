//! One version: its page, and the place where approvals show what they know of it.

use super::version_scene as scene;
use crate::App;
use crate::approvals::requests::pages as approvals;
use crate::datasets::pages as datasets;
use crate::error::Error;
use crate::gate::pages as gate;
use crate::http::{Caller, Page, Path};
use crate::models::service::{self, VersionSeen};
use crate::models::store::FoundRow;
use assay_app::approvals::VersionApprovals;
use assay_app::datasets::{TrainedOnView, UsedForVersion};
use assay_app::gate::GateSection;
use assay_app::models::{DataForm, DeploymentForm, EvidenceForm, VersionPage};
use assay_domain::models::VersionRef;
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;

/// Draws what another room shows on a page, once the page is drawn.
pub type Slot = Option<Box<dyn FnOnce() -> AnyView + Send>>;

/// What was typed into the forms of the page.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    pub(super) evidence: EvidenceForm,
    pub(super) data: DataForm,
    pub(super) deployment: DeploymentForm,
}

impl Typed {
    fn is_wrong(&self) -> bool {
        let Self { evidence, data, deployment } = self;
        [&evidence.errors, &data.errors, &deployment.errors].into_iter().any(|errors| !errors.is_empty())
    }
}

/// What the rooms of approvals and of the gate show of a version: its requests, the form that asks for one, and what the
/// gate says. Whoever may not read approvals sees nothing.
///
/// # Errors
/// Those of the database.
pub async fn approvals_of(app: &App, caller: &Caller, found: &FoundRow) -> Result<Slot, Error> {
    let requests = approvals::of_version(app, caller, found).await?;
    let gate =
        gate::on_version(app, caller, found.team_id, &found.model, &found.version.version, found.version.id)
            .await?;
    if requests.is_none() && gate.is_none() {
        return Ok(None);
    }
    Ok(Some(Box::new(move || {
        let requests = requests.map(|view| view! { <VersionApprovals view /> });
        let gate = gate.map(|view| view! { <GateSection view /> });
        view! { {requests}{gate} }.into_any()
    })))
}

pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path((model, version)): Path<(String, String)>,
) -> Result<Response, Error> {
    draw(&app, page, &model, &version, Typed::default()).await
}

/// The page with what was typed into its forms.
pub(super) async fn draw(
    app: &App,
    page: Page,
    model: &str,
    version: &str,
    typed: Typed,
) -> Result<Response, Error> {
    let seen: VersionSeen = service::show_version(app, &page.caller, model, version).await?;
    let slot = approvals_of(app, &page.caller, &seen.found).await?;
    let of = VersionRef { model: model.to_owned(), version: version.to_owned() };
    let TrainedOnView { declared, used } = datasets::trained_on(app, &page.caller, &of).await?;
    let version = scene::version(app, &page.caller, seen, declared).await?;
    let title = format!("{} {}", version.model, version.version);
    let wrong = typed.is_wrong();
    let Typed { evidence, data, mut deployment } = typed;
    if !wrong {
        let now = app.clock.now();
        deployment.day = now.date_naive().to_string();
        deployment.time = now.format("%H:%M").to_string();
    }
    let body = move || {
        let approvals = slot.map(|draw| draw());
        let used = view! { <UsedForVersion used /> }.into_any();
        view! { <VersionPage version evidence data deployment approvals used /> }
    };
    Ok(if wrong { page.invalid(&title, body) } else { page.render(&title, body) })
}
