//! One entry as people and programs read it: the leaf, with names and a sentence put to it.

use assay_domain::audit::Action;
use assay_ledger::Leaf;
use assay_ledger::leaf::Outcome;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::names::{Names, short};
use crate::error::Error;
use crate::ledger::entries::EntryRow;
use crate::models;

/// An entry of the audit trail.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub struct Entry {
    /// Its place in the log, from 0.
    pub index: u64,
    /// The event's id.
    pub id: Uuid,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// Who acted.
    pub actor: Actor,
    /// What was done, such as `approval.reported`.
    #[schema(example = "approval.reported")]
    pub action: String,
    /// The same in words, continuing the actor's name.
    #[schema(example = "reported fraud-scoring 7 as approved for production")]
    pub sentence: String,
    /// To what.
    pub subject: Subject,
    /// The team that it concerns; absent for the organisation.
    pub team: Option<Team>,
    /// `ok`, `denied` or `failed`.
    #[schema(example = "ok")]
    pub outcome: &'static str,
    /// The request that it came from.
    pub request: Uuid,
    /// What the action states.
    pub facts: Map<String, Value>,
}

/// Who acted.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AuditActor)]
pub struct Actor {
    /// `person`, `service` or `system`.
    #[schema(example = "person")]
    pub kind: String,
    /// Id of the person, service account or installation.
    pub id: Uuid,
    /// What people call it now.
    #[schema(example = "Ana Lima")]
    pub name: String,
}

/// To what something was done.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AuditSubject)]
pub struct Subject {
    /// The kind of thing, such as `assessment`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Which one.
    pub id: String,
    /// Which version of it.
    pub version: Option<String>,
    /// What people call it now.
    pub name: String,
    /// Its page, where it has one.
    pub href: Option<String>,
}

/// The team that an entry concerns.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AuditTeam)]
pub struct Team {
    /// Id.
    pub id: Uuid,
    /// What it is called now.
    pub name: String,
}

impl Entry {
    /// The entry of a row.
    ///
    /// # Errors
    /// [`Error::Internal`] when what is stored is not a leaf.
    pub fn new(row: &EntryRow, names: &Names) -> Result<Self, Error> {
        let leaf: Leaf = serde_json::from_slice(&row.leaf).map_err(|error| {
            Error::internal(format!("audit_entry {}: {error}; run `assay fsck`", row.idx))
        })?;
        let subject = Subject::new(&leaf, names);
        let (kind, id) = (row.actor_kind.clone(), leaf.actor.id);
        Ok(Self {
            index: row.idx.unsigned_abs(),
            id: leaf.id,
            at: leaf.ts,
            actor: Actor { name: names.actor(&kind, id), kind, id },
            sentence: sentence(&leaf),
            subject,
            team: leaf.team.map(|id| Team {
                id,
                name: names.team(id).map_or_else(|| short(&id.to_string()), |(name, _)| name.to_owned()),
            }),
            outcome: match leaf.outcome {
                Outcome::Ok => "ok",
                Outcome::Denied => "denied",
                Outcome::Failed => "failed",
            },
            request: leaf.request,
            action: leaf.action,
            facts: leaf.facts,
        })
    }

    /// Where the entry is shown.
    pub fn href(&self) -> String {
        format!("/audit/{}", self.index)
    }
}

/// The catalogue's sentence; the action's name where a newer release recorded what this one does not know.
fn sentence(leaf: &Leaf) -> String {
    let action: Result<Action, _> =
        serde_json::from_value(json!({ "action": leaf.action, "facts": leaf.facts }));
    action.map_or_else(|_| leaf.action.clone(), |action| action.sentence())
}

/// What an action means, from the catalogue.
pub(super) fn meaning(name: &str) -> Option<String> {
    Action::examples().iter().find(|action| action.name() == name).map(Action::meaning)
}

impl Subject {
    fn new(leaf: &Leaf, names: &Names) -> Self {
        let subject = leaf.subject.clone();
        let id = subject.id.parse::<Uuid>().ok();
        let team = leaf.team.and_then(|team| names.team(team)).map(|(_, slug)| slug.to_owned());
        let fact = |name: &str| leaf.facts.get(name).and_then(Value::as_str).map(str::to_owned);
        let (name, href) = match (subject.kind.as_str(), id) {
            ("user", Some(id)) => (names.person(id).map(str::to_owned), Some(format!("/admin/people/{id}"))),
            ("token", Some(id)) => (names.token(id).map(str::to_owned), None),
            ("ci_trust", Some(id)) => {
                (names.token(id).map(str::to_owned), Some("/admin/ci-trust".to_owned()))
            }
            ("team", Some(id)) => match names.team(id) {
                Some((name, slug)) => (Some(name.to_owned()), Some(format!("/teams/{slug}"))),
                None => (None, None),
            },
            ("roadmap", _) => (Some(String::new()), team.map(|slug| format!("/teams/{slug}/roadmap"))),
            ("roadmap_item", Some(id)) => {
                (fact("code"), team.map(|slug| format!("/teams/{slug}/roadmap/items/{id}")))
            }
            ("assessment", Some(id)) => (Some(String::new()), Some(format!("/assessments/{id}"))),
            ("model", _) => {
                let model = fact("model");
                let href = model.as_ref().map(|model| match &subject.version {
                    Some(version) => models::version_href(model, version),
                    None => models::href(model),
                });
                (model, href)
            }
            ("approval_request", Some(id)) => {
                let what = ["model", "version", "environment"].map(fact);
                let what = what.into_iter().flatten().collect::<Vec<_>>().join(" ");
                (Some(what), Some(format!("/approvals/{id}")))
            }
            ("dataset", Some(id)) => (fact("dataset"), Some(format!("/datasets/{id}"))),
            ("data_usage", _) => (fact("dataset").map(|dataset| format!("of {dataset}")), None),
            ("finding", Some(id)) => {
                (Some(fact("dataset").unwrap_or_default()), Some(format!("/findings/{id}")))
            }
            ("questionnaire", _) => (Some(subject.id.clone()), None),
            ("policy", _) => (Some(subject.id.clone()), Some(format!("/admin/policies/{}", subject.id))),
            ("ledger" | "organisation" | "session", _) => (Some(String::new()), None),
            _ => (None, None),
        };
        let mut name = name.unwrap_or_else(|| short(&subject.id));
        if let Some(version) = subject
            .version
            .as_ref()
            .filter(|_| matches!(subject.kind.as_str(), "model" | "dataset" | "questionnaire" | "policy"))
        {
            name = format!("{name} {version}");
        }
        Self { kind: subject.kind, id: subject.id, version: subject.version, name, href }
    }

    /// The kind of thing and its name, for people: "Team Fraud Detection".
    pub fn label(&self) -> String {
        let kind = match self.kind.as_str() {
            "user" => "person".to_owned(),
            "ci_trust" => "trust rule".to_owned(),
            kind => kind.replace('_', " "),
        };
        let mut letters = kind.chars();
        let first = letters.next().map(char::to_uppercase);
        let kind: String = first.into_iter().flatten().chain(letters).collect();
        format!("{kind} {}", self.name).trim_end().to_owned()
    }
}
