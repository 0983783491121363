//! The names behind the ids of entries. Entries hold ids only, so that a name can be erased and a record stays.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

use super::store;
use crate::db::Conn;
use crate::error::Error;
use crate::ledger::entries::EntryRow;

const PEOPLE: &str = "SELECT id, name FROM person WHERE id IN";
const TOKENS: &str = "SELECT id, name FROM api_token WHERE id IN";
/// Jobs of a CI act under the name of the trust rule that let them in.
const RULES: &str = "SELECT id, name FROM ci_trust_rule WHERE id IN";

/// Names of people, tokens and teams, as far as they are known.
#[derive(Clone, Debug, Default)]
pub struct Names {
    people: HashMap<Uuid, String>,
    tokens: HashMap<Uuid, String>,
    teams: HashMap<Uuid, (String, String)>,
}

impl Names {
    /// The names that these entries need.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn of(conn: &mut Conn, entries: &[EntryRow]) -> Result<Self, Error> {
        let (mut people, mut tokens, mut teams) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for entry in entries {
            match entry.actor_kind.as_str() {
                "person" => drop(people.insert(entry.actor)),
                "service" => drop(tokens.insert(entry.actor)),
                _ => {}
            }
            teams.extend(entry.team);
            match (entry.subject_type.as_str(), entry.subject.parse()) {
                ("user", Ok(id)) => drop(people.insert(id)),
                ("token" | "ci_trust", Ok(id)) => drop(tokens.insert(id)),
                ("team", Ok(id)) => drop(teams.insert(id)),
                _ => {}
            }
        }
        Ok(Self {
            people: store::names(conn, PEOPLE, people).await?,
            tokens: machines(conn, tokens).await?,
            teams: store::teams(conn, teams).await?,
        })
    }

    /// The names of people and service accounts with these ids.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn of_actors(conn: &mut Conn, ids: BTreeSet<Uuid>) -> Result<Self, Error> {
        Ok(Self {
            people: store::names(conn, PEOPLE, ids.clone()).await?,
            tokens: machines(conn, ids).await?,
            teams: HashMap::new(),
        })
    }

    /// A person or service account, for people.
    pub fn anybody(&self, id: Uuid) -> String {
        let name = self.people.get(&id).or_else(|| self.tokens.get(&id));
        name.cloned().unwrap_or_else(|| unknown("person", id))
    }

    /// Who acted, for people.
    pub fn actor(&self, kind: &str, id: Uuid) -> String {
        let name = match kind {
            "person" => self.people.get(&id),
            "service" => self.tokens.get(&id),
            _ => return "Assay".to_owned(),
        };
        name.cloned().unwrap_or_else(|| unknown(kind, id))
    }

    /// A person's name.
    pub fn person(&self, id: Uuid) -> Option<&str> {
        self.people.get(&id).map(String::as_str)
    }

    /// The name of a token or a trust rule.
    pub fn token(&self, id: Uuid) -> Option<&str> {
        self.tokens.get(&id).map(String::as_str)
    }

    /// A team's name and its short name in addresses.
    pub fn team(&self, id: Uuid) -> Option<(&str, &str)> {
        self.teams.get(&id).map(|(name, slug)| (name.as_str(), slug.as_str()))
    }
}

/// The names of tokens and of trust rules.
async fn machines(conn: &mut Conn, ids: BTreeSet<Uuid>) -> Result<HashMap<Uuid, String>, Error> {
    let mut names = store::names(conn, TOKENS, ids.clone()).await?;
    names.extend(store::names(conn, RULES, ids).await?);
    Ok(names)
}

fn unknown(kind: &str, id: Uuid) -> String {
    let what = if kind == "person" { "Somebody" } else { "A service account" };
    format!("{what} ({})", short(&id.to_string()))
}

/// The end of an id: those made at about the same time begin alike.
pub(super) fn short(id: &str) -> String {
    let tail: String = id.chars().rev().take(8).collect();
    format!("…{}", tail.chars().rev().collect::<String>())
}
