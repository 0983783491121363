//! The catalogue of job roles, skills and duties: `questionnaires/roles/*.toml`.

use std::collections::{BTreeSet, HashMap};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::document::{Diagnostic, Document, Step};
use crate::path;
use crate::questionnaires::{Bank, Version};

/// Job roles, the skills that they need, and the duties that somebody has to cover. Read with [`Catalogue::parse`],
/// which checks it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Lower-case letters, digits and dashes.
    pub id: String,
    /// Patch: wording; minor: additions; major: meaning changed.
    pub version: Version,
    /// What people call it.
    pub title: String,
    /// What it holds, in a sentence.
    pub description: String,
    /// What is too much.
    pub limits: Limits,
    /// What people can know and be able to do.
    pub skills: Vec<Skill>,
    /// Job roles, under the ids of the maturity bank.
    pub roles: Vec<JobRole>,
    /// What duties belong to, in the order in which they are shown.
    pub responsibilities: Vec<Responsibility>,
    /// What somebody has to do.
    pub duties: Vec<Duty>,
}

/// What is too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// For how many things of a team one person can be accountable: at least 1.
    pub accountable: u16,
}

/// What people can know and be able to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Skill {
    /// What roles call it.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// The heading under which it is shown; skills of an area stand together.
    pub area: String,
    /// What somebody with it can do, in one sentence.
    pub blurb: String,
    /// The passage that it answers to.
    pub source: String,
}

/// A job role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JobRole {
    /// What holdings and questions call it.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// What somebody with it does, in one sentence.
    pub blurb: String,
    /// The skills that it needs.
    pub skills: Vec<String>,
    /// The passage that it answers to.
    pub source: String,
}

/// A heading over duties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Responsibility {
    /// What duties call it.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// The passage that it answers to.
    pub source: String,
}

/// Something that somebody in a team has to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// What findings call it.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// What is done, in one sentence.
    pub text: String,
    /// The responsibility that it belongs to.
    pub responsibility: String,
    /// The job roles that can cover it, the best first.
    pub roles: Vec<String>,
    /// The capabilities of the maturity bank that it touches, the nearest first.
    pub capabilities: Vec<String>,
    /// The passage that it answers to.
    pub source: String,
}

impl Catalogue {
    /// Whether a text is a catalogue of roles rather than a bank of questions.
    #[must_use]
    pub fn is_meant_by(text: &str) -> bool {
        let heads = |line: &str| matches!(line.trim(), "[[duties]]" | "[[responsibilities]]");
        text.lines().any(heads)
    }

    /// Reads and checks a catalogue. `file` is what mistakes call it.
    ///
    /// # Errors
    /// Every mistake found: all syntax errors; else the first mistake of type in the head and in each duty; else every
    /// broken rule.
    pub fn parse(text: &str, file: &str) -> Result<Self, Vec<Diagnostic>> {
        let document = Document::parse(text, file)?;
        let (mut catalogue, duties) = document.decode_with_list::<Self, Duty>("duties")?;
        catalogue.duties = duties;
        let mut checker = Checker { catalogue: &catalogue, document: &document, mistakes: Vec::new() };
        checker.check();
        let mistakes = checker.mistakes;
        if mistakes.is_empty() { Ok(catalogue) } else { Err(mistakes) }
    }

    /// The job role with this id.
    #[must_use]
    pub fn role(&self, id: &str) -> Option<&JobRole> {
        self.roles.iter().find(|role| role.id == id)
    }

    /// The skill with this id.
    #[must_use]
    pub fn skill(&self, id: &str) -> Option<&Skill> {
        self.skills.iter().find(|skill| skill.id == id)
    }

    /// What a bank does not have of what the catalogue names: job roles and capabilities.
    #[must_use]
    pub fn unknown_to(&self, bank: &Bank) -> Vec<String> {
        let roles: BTreeSet<&str> = bank.roles.iter().map(|role| role.id.as_str()).collect();
        let role = |id: &str| (!roles.contains(id)).then(|| format!("role {id}"));
        let capability = |id: &String| bank.capability(id).is_none().then(|| format!("capability {id}"));
        let named = self.roles.iter().filter_map(|known| role(&known.id));
        let touched = self.duties.iter().flat_map(|duty| &duty.capabilities).filter_map(capability);
        named.chain(touched).collect()
    }
}

struct Checker<'a> {
    catalogue: &'a Catalogue,
    document: &'a Document<'a>,
    mistakes: Vec<Diagnostic>,
}

impl<'a> Checker<'a> {
    fn check(&mut self) {
        let catalogue = self.catalogue;
        self.slug(&path!["id"], &catalogue.id);
        self.text(&path!["title"], &catalogue.title);
        self.text(&path!["description"], &catalogue.description);
        if catalogue.limits.accountable == 0 {
            self.report(
                &path!["limits", "accountable"],
                "somebody has to be able to be accountable: at least 1",
            );
        }
        let skills: Vec<&str> = catalogue.skills.iter().map(|skill| skill.id.as_str()).collect();
        let roles: Vec<&str> = catalogue.roles.iter().map(|role| role.id.as_str()).collect();
        let headings: Vec<&str> =
            catalogue.responsibilities.iter().map(|heading| heading.id.as_str()).collect();
        let duties: Vec<&str> = catalogue.duties.iter().map(|duty| duty.id.as_str()).collect();
        for (list, ids) in
            [("skills", &skills), ("roles", &roles), ("responsibilities", &headings), ("duties", &duties)]
        {
            self.ids(list, ids);
        }
        for (index, skill) in catalogue.skills.iter().enumerate() {
            self.texts(
                "skills",
                index,
                &[
                    ("title", &skill.title),
                    ("area", &skill.area),
                    ("blurb", &skill.blurb),
                    ("source", &skill.source),
                ],
            );
        }
        for (index, role) in catalogue.roles.iter().enumerate() {
            self.texts(
                "roles",
                index,
                &[("title", &role.title), ("blurb", &role.blurb), ("source", &role.source)],
            );
            self.references(["roles", "skills"], index, "skills", &role.skills, &skills);
        }
        for (index, heading) in catalogue.responsibilities.iter().enumerate() {
            self.texts("responsibilities", index, &[("title", &heading.title), ("source", &heading.source)]);
            if catalogue.duties.iter().all(|duty| duty.responsibility != heading.id) {
                let message = format!("the responsibility `{}` has no duty", heading.id);
                self.report(&path!["responsibilities", index, "id"], message);
            }
        }
        for (index, duty) in catalogue.duties.iter().enumerate() {
            self.duty(index, duty, &roles, &headings);
        }
    }

    fn duty(&mut self, index: usize, duty: &'a Duty, roles: &[&str], headings: &[&str]) {
        self.texts(
            "duties",
            index,
            &[("title", &duty.title), ("text", &duty.text), ("source", &duty.source)],
        );
        let place = path!["duties", index, "responsibility"];
        self.reference(&place, "responsibilities", &duty.responsibility, headings);
        self.references(["duties", "roles"], index, "roles", &duty.roles, roles);
        if duty.capabilities.is_empty() {
            self.report(&path!["duties", index, "capabilities"], "name at least one capability");
        }
        for (number, id) in duty.capabilities.iter().enumerate() {
            self.slug(&path!["duties", index, "capabilities", number], id);
        }
    }

    fn report(&mut self, path: &[Step], message: impl Into<String>) {
        self.mistakes.push(self.document.diagnose(path, message));
    }

    fn ids(&mut self, list: &'static str, ids: &[&str]) {
        let mut first = HashMap::new();
        for (index, id) in ids.iter().enumerate() {
            self.slug(&path![list, index, "id"], id);
            if let Some(earlier) = first.insert(id, index) {
                let message = format!("`{id}` is already used by {list}[{earlier}]");
                self.report(&path![list, index, "id"], message);
            }
        }
        if ids.is_empty() {
            self.report(&path![list], format!("there are no {list}"));
        }
    }

    fn references(
        &mut self,
        [list, field]: [&'static str; 2],
        index: usize,
        of: &'static str,
        ids: &[String],
        known: &[&str],
    ) {
        if ids.is_empty() {
            self.report(&path![list, index, field], format!("name at least one of the {of}"));
        }
        for (number, id) in ids.iter().enumerate() {
            self.reference(&path![list, index, field, number], of, id, known);
            if ids[..number].contains(id) {
                self.report(&path![list, index, field, number], format!("`{id}` is named twice"));
            }
        }
    }

    fn reference(&mut self, path: &[Step], of: &'static str, id: &str, known: &[&str]) {
        if !known.contains(&id) {
            self.report(path, format!("`{id}` is none of the {of}: {}", known.join(", ")));
        }
    }

    fn slug(&mut self, path: &[Step], id: &str) {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || !id.chars().all(allowed) {
            self.report(path, "an id has lower-case letters, digits and dashes");
        }
    }

    fn texts(&mut self, list: &'static str, index: usize, fields: &[(&'static str, &'a str)]) {
        for (field, text) in fields {
            self.text(&path![list, index, *field], text);
        }
    }

    fn text(&mut self, path: &[Step], text: &str) {
        if text.trim().is_empty() {
            self.report(path, "is empty");
        }
    }
}
