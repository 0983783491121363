//! Which skills the roles held in a team need, and who lacks which.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{Catalogue, Held};

/// What a team needs and lacks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SkillGaps {
    /// What each person needs for the roles that they hold, by the roles' ids: skill -> roles.
    pub needed: BTreeMap<Uuid, BTreeMap<String, BTreeSet<String>>>,
    /// What each person needs and does not have. People who lack nothing are not in it.
    pub missing: BTreeMap<Uuid, BTreeSet<String>>,
    /// What some role held needs and nobody in the team has.
    pub nobody: BTreeSet<String>,
}

/// Compares what the roles held need with what people have. Only those who work on something need the skills of their
/// role: to be asked or told takes none.
#[must_use]
pub fn skill_gaps<'a>(
    held: impl IntoIterator<Item = &'a Held>,
    have: &BTreeMap<Uuid, BTreeSet<String>>,
    catalogue: &Catalogue,
) -> SkillGaps {
    let mut gaps = SkillGaps::default();
    for held in held.into_iter().filter(|held| held.part.works()) {
        let Some(role) = catalogue.role(&held.role) else { continue };
        let needs = gaps.needed.entry(held.person).or_default();
        for skill in &role.skills {
            needs.entry(skill.clone()).or_default().insert(role.id.clone());
        }
    }
    let everything: BTreeSet<&String> = have.values().flatten().collect();
    for (person, needs) in &gaps.needed {
        let has = have.get(person);
        let lacks = needs.keys().filter(|skill| !has.is_some_and(|has| has.contains(*skill)));
        let lacks: BTreeSet<String> = lacks.cloned().collect();
        gaps.nobody.extend(lacks.iter().filter(|skill| !everything.contains(skill)).cloned());
        if !lacks.is_empty() {
            gaps.missing.insert(*person, lacks);
        }
    }
    gaps
}
