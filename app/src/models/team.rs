//! What a team's page says of its models.

use assay_domain::models::Tier;
use leptos::prelude::*;

use super::TierMark;
use super::list::environments;

/// A model of the team.
#[derive(Clone, Debug)]
pub struct TeamModel {
    /// Its name.
    pub name: String,
    /// Where it is shown.
    pub href: String,
    /// How much harm it can do.
    pub tier: Option<Tier>,
    /// Where versions of it run.
    pub runs_in: Vec<String>,
}

/// The models of a team that are in use.
#[component]
pub fn TeamModels(
    /// The models, by name.
    models: Vec<TeamModel>,
    /// Where all of them are.
    all: String,
    /// Whether there are more than these.
    more: bool,
    /// Where one is registered, for those who may.
    register: Option<String>,
) -> AnyView {
    let none = models.is_empty();
    let lines = models
        .into_iter()
        .map(|model| {
            view! {
                <li class="team-model">
                    <a href=model.href>{model.name}</a>
                    <TierMark tier=model.tier />
                    {environments(model.runs_in)}
                </li>
            }
        })
        .collect_view();
    let list = if none {
        view! { <p class="soft">"No model is registered for the team."</p> }.into_any()
    } else {
        view! { <ul class="team-models">{lines}</ul> }.into_any()
    };
    let words = if more { "All models of the team" } else { "Look at the models" };
    view! {
        <section class="section stack-small" aria-labelledby="models">
            <h2 id="models">"Models"</h2>
            {list}
            <p class="cluster">
                {(!none).then(|| view! { <a href=all>{words}</a> })}
                {register.map(|href| view! { <a href=href>"Register a model"</a> })}
            </p>
        </section>
    }
    .into_any()
}
