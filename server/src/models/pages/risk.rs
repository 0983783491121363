//! The page with the questions about risk.

use super::{explained, revision};
use crate::App;
use crate::error::Error;
use crate::http::{Form, IfMatch, Page, Pairs, Path};
use crate::models::href;
use crate::models::service::{self, ModelChange, questions};
use crate::models::store::ModelRow;
use crate::proposals::pages as proposals;
use assay_app::components::FieldError;
use assay_app::models::{QuestionLine, RiskForm, RiskPage, RiskView, TierLine};
use assay_domain::access::Permission;
use assay_domain::models::RiskAnswer;
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// What the names of the fields begin with; the question's id follows.
const FIELD: &str = "risk_answers-";
/// The field with the reason.
const REASON: &str = "reason";

/// The proposals about a model's tier that wait: what each would do, and its page.
pub(super) async fn waiting(app: &App, model: &ModelRow) -> Result<Vec<(String, String)>, Error> {
    let rows = service::tier_proposals(&mut app.db.read().await?, model.id).await?;
    Ok(rows.into_iter().map(|row| (row.title, proposals::href(row.id))).collect())
}

pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let model = service::get(&app, &page.caller, &name).await?;
    draw(&app, page, &model, None, Vec::new()).await
}

/// The page, with what was chosen or, without it, with the answers on record.
async fn draw(
    app: &App,
    page: Page,
    model: &ModelRow,
    chosen: Option<&BTreeMap<String, String>>,
    errors: Vec<FieldError>,
) -> Result<Response, Error> {
    let questions = questions()?;
    let risk = model.risk()?;
    let answer = |id: &str| match (chosen, &risk) {
        (Some(chosen), _) => chosen.get(id).cloned(),
        (None, Some(risk)) => risk.answers.get(id).map(|answer| answer.name().to_owned()),
        (None, None) => None,
    };
    let view = RiskView {
        model: model.name.clone(),
        href: href(&model.name),
        description: questions.description.clone(),
        tiers: questions
            .tiers
            .iter()
            .map(|tier| TierLine { tier: tier.id, help: tier.help.clone() })
            .collect(),
        questions: questions
            .questions
            .iter()
            .map(|question| QuestionLine {
                id: question.id.clone(),
                text: question.text.clone(),
                help: question.help.clone(),
                tier: question.tier,
                answer: answer(&question.id),
            })
            .collect(),
        may_answer: model.archived_at.is_none()
            && page.caller.may(Permission::ClassifyModels, Some(model.team_id)),
        waiting: waiting(app, model).await?,
        outdated: risk.is_some_and(|risk| risk.version != questions.version),
    };
    let wrong = !errors.is_empty();
    let reason = chosen.and_then(|chosen| chosen.get(REASON).cloned()).unwrap_or_default();
    let form = RiskForm { revision: model.revision.to_string(), reason, errors };
    let title = format!("Risk of {}", model.name);
    let body = move || view! { <RiskPage view form /> };
    Ok(if wrong { page.invalid(&title, body) } else { page.render(&title, body) })
}

pub(super) async fn answer(
    State(app): State<App>,
    page: Page,
    Path(name): Path<String>,
    Form(Pairs(pairs)): Form<Pairs>,
) -> Result<Response, Error> {
    let model = service::get_to_change(&app, &page.caller, &name).await?;
    let mut chosen: BTreeMap<String, String> = pairs.into_iter().collect();
    let seen = chosen.remove("revision");
    let chosen: BTreeMap<String, String> = chosen
        .into_iter()
        .map(|(field, value)| (field.strip_prefix(FIELD).unwrap_or(&field).to_owned(), value))
        .collect();
    let changed = async {
        let mut answers = chosen.clone();
        let reason = answers.remove(REASON);
        let change = ModelChange { risk_answers: Some(read(&answers)?), reason, ..ModelChange::default() };
        let seen = seen.as_deref().map_or(Ok(IfMatch(None)), revision)?;
        service::change(&app, &page.caller, &name, seen, change).await
    };
    match changed.await {
        Ok(model) => {
            let tier = model.tier()?.map_or("unknown", |tier| tier.label()).to_lowercase();
            let words = match waiting(&app, &model).await?.as_slice() {
                [] => format!("The risk tier is {tier}."),
                _ => {
                    format!("The risk tier is {tier}. A change of it waits for somebody else to confirm it.")
                }
            };
            Ok(page.redirect(&href(&model.name), &words))
        }
        Err(error) => {
            let errors = explained(error)?;
            draw(&app, page, &model, Some(&chosen), errors).await
        }
    }
}

fn read(chosen: &BTreeMap<String, String>) -> Result<BTreeMap<String, RiskAnswer>, Error> {
    let answer = |(id, value): (&String, &String)| {
        let answer = value.parse();
        Ok((id.clone(), answer.map_err(|error: String| Error::invalid(format!("/{FIELD}{id}"), error))?))
    };
    chosen.iter().map(answer).collect()
}
