//! Which skills the people of a team have.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use assay_domain::audit::Subject;
use assay_domain::audit::catalogue::SkillsChanged;
use assay_domain::ownership::{Holder, SkillGaps, skill_gaps};
use futures::FutureExt;
use uuid::Uuid;

use super::{Ownership, catalogue, get, get_to_manage};
use crate::App;
use crate::error::{Error, FieldError};
use crate::http::{Caller, IfMatch};
use crate::ownership::store::{self, Part, SkillRow};

/// The skills of one person, as wanted.
#[derive(Clone, Debug)]
pub struct PersonSkills {
    /// The person.
    pub person: Uuid,
    /// The ids of the skills.
    pub skills: BTreeSet<String>,
}

/// The skills in a team.
#[derive(Clone, Debug)]
pub struct Skills {
    /// The team's ownership, from which needs follow.
    pub ownership: Ownership,
    /// Those whose skills matter: who may hold something as a member of the team, and who works on something, by name.
    pub people: Vec<Holder>,
    /// Who has which.
    pub have: BTreeMap<Uuid, BTreeSet<String>>,
    /// What is needed and missing.
    pub gaps: SkillGaps,
    /// How often the skills were changed: what `If-Match` compares.
    pub revision: i64,
}

/// The skills in a team.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn skills(app: &App, caller: &Caller, team: &str) -> Result<Skills, Error> {
    gather(app, get(app, caller, team).await?).await
}

async fn gather(app: &App, ownership: Ownership) -> Result<Skills, Error> {
    let mut conn = app.db.read().await?;
    let have = by_person(store::skills(&mut conn, ownership.team.id).await?);
    let revision = store::revisions(&mut conn, ownership.team.id).await?.skills;
    drop(conn);
    let gaps = skill_gaps(&ownership.on(ownership.today), &have, catalogue()?);
    let matters = |holder: &&Holder| {
        let works = gaps.needed.contains_key(&holder.id);
        works || (holder.member && holder.may_hold().is_ok())
    };
    let mut people: Vec<Holder> = ownership.ground.holders.iter().filter(matters).cloned().collect();
    people.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    Ok(Skills { ownership, people, have, gaps, revision })
}

fn by_person(rows: Vec<SkillRow>) -> BTreeMap<Uuid, BTreeSet<String>> {
    let mut have: BTreeMap<Uuid, BTreeSet<String>> = BTreeMap::new();
    for row in rows {
        have.entry(row.person_id).or_default().insert(row.skill);
    }
    have
}

/// Makes the skills of these people exactly these; those of others stay.
///
/// # Errors
/// [`Error::Invalid`] for an unknown skill or somebody whose skills do not matter here;
/// [`Error::PreconditionFailed`]; [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`].
pub async fn set_skills(
    app: &App,
    caller: &Caller,
    team: &str,
    wanted: Vec<PersonSkills>,
    seen: IfMatch,
) -> Result<Skills, Error> {
    let before = gather(app, get_to_manage(app, caller, team).await?).await?;
    check(&before, &wanted)?;
    let team = before.ownership.team.id;
    let given = Arc::new((caller.clone(), wanted));
    let write = app.db.write(move |tx| {
        let given = given.clone();
        async move {
            let (caller, wanted) = &*given;
            let revision = store::revisions(tx, team).await?.skills;
            seen.check(revision)?;
            let have = by_person(store::skills(tx, team).await?);
            let none = BTreeSet::new();
            let changed: Vec<_> =
                wanted.iter().filter(|one| one.skills != *have.get(&one.person).unwrap_or(&none)).collect();
            if changed.is_empty() {
                return Ok(());
            }
            store::count_on(tx, team, Part::Skills, revision).await?;
            for PersonSkills { person, skills } in changed {
                let has = have.get(person).unwrap_or(&none);
                let added: Vec<String> = skills.difference(has).cloned().collect();
                let removed: Vec<String> = has.difference(skills).cloned().collect();
                for skill in &added {
                    store::add_skill(tx, team, *person, skill).await?;
                }
                for skill in &removed {
                    store::remove_skill(tx, team, *person, skill).await?;
                }
                let facts = SkillsChanged { person: *person, added, removed };
                tx.record(caller.event(facts, Subject::new("user", person)).in_team(team)).await?;
            }
            Ok(())
        }
        .boxed()
    });
    write.await?;
    skills(app, caller, &team.to_string()).await
}

fn check(before: &Skills, wanted: &[PersonSkills]) -> Result<(), Error> {
    let catalogue = catalogue()?;
    let (mut errors, mut seen) = (Vec::new(), BTreeSet::new());
    for (n, PersonSkills { person, skills }) in wanted.iter().enumerate() {
        if before.people.iter().all(|known| known.id != *person) {
            let message = "this person neither belongs to the team nor works on anything here";
            errors.push(FieldError::new(format!("/people/{n}/person"), message));
        }
        if !seen.insert(person) {
            errors.push(FieldError::new(format!("/people/{n}/person"), "this person is named twice"));
        }
        for skill in skills.iter().filter(|skill| catalogue.skill(skill).is_none()) {
            let known: Vec<&str> = catalogue.skills.iter().map(|skill| skill.id.as_str()).collect();
            let message = format!("{skill:?} is no skill; the skills are {}", known.join(", "));
            errors.push(FieldError::new(format!("/people/{n}/skills"), message));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}
