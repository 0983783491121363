//! Who can do what.

use std::collections::{BTreeMap, BTreeSet};

use assay_app::components::FieldError;
use assay_app::ownership::{PersonGap, SkillArea, SkillCell, SkillRow, SkillsPage, SkillsView};
use assay_domain::access::Permission;
use axum::extract::State;
use axum::response::Response;
use leptos::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

use super::sentence;
use super::service::{self, PersonSkills, Skills};
use crate::App;
use crate::error::Error;
use crate::http::{Form, IfMatch, Page, Path};

type Have = BTreeMap<Uuid, BTreeSet<String>>;

pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path(team): Path<String>,
) -> Result<Response, Error> {
    let skills = service::skills(&app, &page.caller, &team).await?;
    let editable = page.caller.may(Permission::ManageOwnership, Some(skills.ownership.team.id));
    let view = view(&skills, &skills.have, editable, Vec::new())?;
    let title = format!("Skills, {}", skills.ownership.team.name);
    Ok(page.render(&title, move || view! { <SkillsPage view /> }))
}

fn view(skills: &Skills, have: &Have, editable: bool, errors: Vec<FieldError>) -> Result<SkillsView, Error> {
    let catalogue = service::catalogue()?;
    let ground = &skills.ownership.ground;
    let mut areas: Vec<SkillArea> = Vec::new();
    for skill in &catalogue.skills {
        let cells = skills.people.iter().map(|person| {
            let roles = skills.gaps.needed.get(&person.id).and_then(|needs| needs.get(&skill.id));
            SkillCell {
                value: format!("{}/{}", person.id, skill.id),
                has: have.get(&person.id).is_some_and(|has| has.contains(&skill.id)),
                needed: roles.map(|roles| titles(roles.iter().map(|role| ground.role_title(role)))),
            }
        });
        let row = SkillRow { title: skill.title.clone(), blurb: skill.blurb.clone(), cells: cells.collect() };
        match areas.last_mut().filter(|area| area.title == skill.area) {
            Some(area) => area.rows.push(row),
            None => areas.push(SkillArea { title: skill.area.clone(), rows: vec![row] }),
        }
    }
    let title = |id: &String| catalogue.skill(id).map_or_else(|| id.clone(), |skill| skill.title.clone());
    let gaps = skills.people.iter().filter_map(|person| {
        let missing = skills.gaps.missing.get(&person.id)?;
        let needs = skills.gaps.needed.get(&person.id)?;
        let roles: BTreeSet<&String> = needs.values().flatten().collect();
        Some(PersonGap {
            name: person.name.clone(),
            roles: titles(roles.into_iter().map(|role| ground.role_title(role))),
            missing: missing.iter().map(title).collect(),
        })
    });
    Ok(SkillsView {
        people: skills.people.iter().map(|person| (person.id.to_string(), person.name.clone())).collect(),
        areas,
        gaps: gaps.collect(),
        nobody: skills.gaps.nobody.iter().map(title).collect(),
        revision: skills.revision.to_string(),
        editable,
        errors,
        nav: super::nav(&skills.ownership)?,
    })
}

fn titles<'a>(roles: impl Iterator<Item = &'a str>) -> String {
    roles.collect::<Vec<_>>().join(", ")
}

#[derive(Deserialize)]
pub(super) struct Posted {
    revision: i64,
    #[serde(default)]
    person: Vec<Uuid>,
    #[serde(default)]
    has: Vec<String>,
}

impl Posted {
    /// What is ticked, for everybody who was on the form.
    fn have(&self) -> Have {
        let mut have: Have = self.person.iter().map(|person| (*person, BTreeSet::new())).collect();
        for (person, skill) in self.has.iter().filter_map(|ticked| ticked.split_once('/')) {
            if let Ok(person) = person.parse() {
                have.entry(person).or_default().insert(skill.to_owned());
            }
        }
        have
    }
}

pub(super) async fn save(
    State(app): State<App>,
    page: Page,
    Path(team): Path<String>,
    Form(posted): Form<Posted>,
) -> Result<Response, Error> {
    let have = posted.have();
    let wanted = have.iter().map(|(person, skills)| PersonSkills { person: *person, skills: skills.clone() });
    let seen = IfMatch(Some(posted.revision));
    let messages = match service::set_skills(&app, &page.caller, &team, wanted.collect(), seen).await {
        Ok(skills) => {
            let to = format!("{}/ownership/skills", super::href(&skills.ownership.team));
            return Ok(page.redirect(&to, "The skills are saved."));
        }
        Err(Error::Invalid(errors)) => errors.iter().map(|error| sentence(&error.message)).collect(),
        Err(Error::PreconditionFailed | Error::LostRace(_)) => {
            vec![
                "Somebody else changed the skills meanwhile. Yours are below: save again to keep them."
                    .to_owned(),
            ]
        }
        Err(other) => return Err(other),
    };
    let errors = messages.into_iter().map(|message| FieldError::new("", message)).collect();
    let skills = service::skills(&app, &page.caller, &team).await?;
    let view = view(&skills, &have, true, errors)?;
    let title = format!("Skills, {}", skills.ownership.team.name);
    Ok(page.invalid(&title, move || view! { <SkillsPage view /> }))
}
