//! What is missing, and fixing it from the page.

use assay_app::components::SelectOption;
use assay_app::ownership::{FindingLine, FindingsPage, FindingsView, FixForm};
use assay_domain::access::Permission;
use assay_domain::ownership::{Choice, Finding, FixAction, Ground};
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

use super::sentence;
use super::service::{self, Ownership};
use crate::App;
use crate::error::Error;
use crate::http::{Form, Page, Path};

pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path(team): Path<String>,
) -> Result<Response, Error> {
    let ownership = service::get(&app, &page.caller, &team).await?;
    let may = page.caller.may(Permission::ManageOwnership, Some(ownership.team.id));
    let view = findings(&ownership, may, None)?;
    let title = format!("What is missing, {}", ownership.team.name);
    Ok(page.render(&title, move || view! { <FindingsPage view /> }))
}

/// What was chosen for a finding, and what is wrong with it.
struct Wrong {
    chosen: Chosen,
    message: String,
}

fn findings(ownership: &Ownership, may: bool, wrong: Option<Wrong>) -> Result<FindingsView, Error> {
    let ground = &ownership.ground;
    let lines = ownership.findings(ownership.today)?.into_iter().map(|finding| {
        let here = wrong.as_ref().filter(|wrong| wrong.chosen.finding == finding.id);
        let mut form = (may && !finding.fix.candidates.is_empty()).then(|| form(ground, &finding));
        if let (Some(form), Some(wrong)) = (form.as_mut(), here) {
            form.person.clone_from(&wrong.chosen.person);
            form.role = wrong.chosen.role.clone().unwrap_or_default();
        }
        let fix = match finding.fix.candidates.is_empty() {
            true => "Nobody here can take it: add members to the team first.".to_owned(),
            false => finding.fix.sentence.clone(),
        };
        FindingLine {
            id: finding.id,
            severity: finding.severity,
            sentence: finding.sentence,
            fix,
            form,
            error: here.map(|wrong| wrong.message.clone()),
        }
    });
    Ok(FindingsView { findings: lines.collect(), nav: super::nav(ownership)? })
}

fn form(ground: &Ground, finding: &Finding) -> FixForm {
    let fix = &finding.fix;
    let (person_label, button) = match fix.action {
        FixAction::MakeAccountable => ("Accountable", "Make accountable"),
        FixAction::KeepOne => ("Stays accountable", "Keep this one"),
        FixAction::HandOver => ("Hand over to", "Hand over"),
        FixAction::ShareOut => ("Accountable instead", "Share out"),
        FixAction::AddStandIn => ("Stand-in", "Add a stand-in"),
        FixAction::CoverDuty => ("Responsible", "Make responsible"),
    };
    let none = SelectOption::new("", "Choose somebody");
    let people = fix.candidates.iter().map(|id| SelectOption::new(id.to_string(), ground.name(*id)));
    let roles = fix.roles.iter().map(|id| SelectOption::new(id.clone(), ground.role_title(id)));
    FixForm {
        people: std::iter::once(none).chain(people).collect(),
        person: fix.person.map(|person| person.to_string()).unwrap_or_default(),
        person_label: person_label.to_owned(),
        roles: roles.collect(),
        role: fix.role.clone().unwrap_or_default(),
        button: button.to_owned(),
    }
}

#[derive(Clone, Deserialize)]
pub(super) struct Chosen {
    finding: String,
    person: String,
    role: Option<String>,
}

pub(super) async fn fix(
    State(app): State<App>,
    page: Page,
    Path(team): Path<String>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Error> {
    let ownership = service::get_to_manage(&app, &page.caller, &team).await?;
    let to = format!("{}/ownership/findings", super::href(&ownership.team));
    let fixed = match chosen.person.parse::<Uuid>() {
        Ok(person) => {
            let choice = Choice { person, role: chosen.role.clone() };
            service::fix(&app, &page.caller, &team, &chosen.finding, choice).await
        }
        Err(_) => Err(Error::invalid("/person", "choose somebody")),
    };
    match fixed {
        Ok(Some(finding)) => Ok(page.redirect(&to, &format!("Fixed: {}", finding.sentence))),
        Ok(None) => Ok(page.redirect(&to, "That was fixed already.")),
        Err(Error::Invalid(errors)) => {
            let messages: Vec<String> = errors.iter().map(|error| sentence(&error.message)).collect();
            let wrong = Wrong { chosen, message: messages.join(" ") };
            let view = findings(&ownership, true, Some(wrong))?;
            let title = format!("What is missing, {}", ownership.team.name);
            Ok(page.invalid(&title, move || view! { <FindingsPage view /> }))
        }
        Err(other) => Err(other),
    }
}
