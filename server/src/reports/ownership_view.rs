//! What the ownership report prints, from what the room of ownership knows.

use std::collections::BTreeSet;

use assay_domain::ownership::{Finding, Held, Thing, held_on};
use chrono::NaiveDate;
use uuid::Uuid;

use super::{FindingLine, Holder, OwnedThing, OwnershipGroup, SkillLine};
use crate::error::Error;
use crate::ownership::service::{Ownership, Skills, Tools, catalogue};

/// What is held on a day, by group.
pub(super) fn groups(ownership: &Ownership, on: NaiveDate) -> Vec<OwnershipGroup> {
    let held: BTreeSet<Held> = ownership.on(on);
    let groups = ownership.groups(&held, &[]).into_iter();
    groups
        .map(|(title, things)| OwnershipGroup {
            title,
            things: things.iter().map(|thing| owned(ownership, thing, on)).collect(),
        })
        .collect()
}

fn owned(ownership: &Ownership, thing: &Thing, on: NaiveDate) -> OwnedThing {
    let ground = &ownership.ground;
    let about = held_on(&ownership.history, on).map(|recorded| &recorded.holding);
    let mut holders: Vec<Holder> = about
        .filter(|holding| holding.held.thing == *thing)
        .map(|holding| Holder {
            person: ground.name(holding.held.person).to_owned(),
            role: ground.roles.iter().position(|role| role.id == holding.held.role).unwrap_or(usize::MAX),
            part: holding.held.part.name(),
            from: holding.from,
            until: holding.until,
        })
        .collect();
    holders.sort_by(|a, b| (&a.person, a.role).cmp(&(&b.person, b.role)));
    OwnedThing { name: ground.title(thing).to_owned(), holders }
}

/// What is missing, and what mends it.
pub(super) fn finding(finding: Finding) -> FindingLine {
    FindingLine {
        severity: finding.severity.label().to_owned(),
        sentence: format!("{} {}", finding.sentence, finding.fix.sentence),
    }
}

/// The skills that the roles held today need, and who has them.
pub(super) fn skills(skills: &Skills) -> Result<Vec<SkillLine>, Error> {
    let ground = &skills.ownership.ground;
    let has = |person: &Uuid, skill: &str| skills.have.get(person).is_some_and(|has| has.contains(skill));
    let mut lines = Vec::new();
    for skill in &catalogue()?.skills {
        let needs = skills.gaps.needed.values().filter_map(|needs| needs.get(&skill.id));
        let roles: BTreeSet<&String> = needs.flatten().collect();
        if roles.is_empty() {
            continue;
        }
        let people = skills.people.iter().filter(|person| has(&person.id, &skill.id));
        lines.push(SkillLine {
            skill: skill.title.clone(),
            needed_by: roles.into_iter().map(|role| ground.role_title(role).to_owned()).collect(),
            people: people.map(|person| person.name.clone()).collect(),
        });
    }
    Ok(lines)
}

/// The tools by capability, in the order of the questionnaire.
pub(super) fn tools(tools: &Tools) -> Vec<(String, Vec<String>)> {
    let named = tools.bank.capabilities.iter().filter_map(|capability| {
        let names = tools.by_capability.get(&capability.id)?;
        Some((capability.title.clone(), names.clone()))
    });
    named.collect()
}
