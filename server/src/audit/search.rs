//! What to look for in the trail: the same fields in the page's address, the API, exports and the command line.

use assay_domain::access::Reach;
use assay_domain::audit::Action;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::db::Conn;
use crate::error::{Error, FieldError};
use crate::http::extract::parse_pairs;
use crate::ledger::trail::Filter;
use crate::teams;

/// The longest text to look for, in bytes.
const MAX_TEXT: usize = 200;

/// Fields to search by, as they were typed. Empty ones narrow nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, IntoParams, clap::Args)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct Search {
    /// Only what this person, service account or installation did, by id.
    #[arg(long, value_name = "ID")]
    #[serde(skip_serializing_if = "is_empty")]
    pub actor: Option<String>,
    /// Only this action, such as `approval.reported`.
    #[arg(long, value_name = "NAME")]
    #[serde(skip_serializing_if = "is_empty")]
    pub action: Option<String>,
    /// Only about this: a type such as `assessment`, an id, or both as `assessment/<id>`.
    #[arg(long, value_name = "TYPE/ID")]
    #[serde(skip_serializing_if = "is_empty")]
    pub subject: Option<String>,
    /// Only of this team, by id or short name.
    #[arg(long, value_name = "TEAM")]
    #[serde(skip_serializing_if = "is_empty")]
    pub team: Option<String>,
    /// Only from this day or time on (2026-11-21 or 2026-11-21T07:04:05Z).
    #[arg(long, value_name = "DATE")]
    #[serde(skip_serializing_if = "is_empty")]
    pub from: Option<String>,
    /// Only up to this day, included, or before this time.
    #[arg(long, value_name = "DATE")]
    #[serde(skip_serializing_if = "is_empty")]
    pub to: Option<String>,
    /// Only where the entry contains this text, byte for byte: a model's name, a digest, an id.
    #[arg(long, value_name = "TEXT")]
    #[serde(skip_serializing_if = "is_empty")]
    pub q: Option<String>,
    /// Only what ended so: `ok`, `denied` or `failed`.
    #[arg(long, value_name = "OUTCOME")]
    #[serde(skip_serializing_if = "is_empty")]
    pub outcome: Option<String>,
}

const FIELDS: [&str; 8] = ["actor", "action", "subject", "team", "from", "to", "q", "outcome"];

fn is_empty(value: &Option<String>) -> bool {
    given(value).is_none()
}

/// What was typed, unless it is blank: forms send empty fields too.
fn given(value: &Option<String>) -> Option<&str> {
    value.as_deref().map(str::trim).filter(|value| !value.is_empty())
}

/// A search that was understood, within what may be seen.
#[derive(Clone, Debug)]
pub struct Selected {
    /// For the ledger.
    pub filter: Filter,
    /// For people, as label and value; empty where everything is selected.
    pub described: Vec<(&'static str, String)>,
}

impl Selected {
    /// Everything that the reach covers.
    pub fn all(reach: &Reach) -> Self {
        let visible_teams = match reach {
            Reach::All => None,
            Reach::Teams(teams) => Some(teams.iter().copied().collect()),
        };
        Self { filter: Filter { visible_teams, ..Filter::default() }, described: Vec::new() }
    }

    /// The one team that everything selected concerns, where there is one.
    pub fn team(&self) -> Option<Uuid> {
        let visible = self.filter.visible_teams.as_deref();
        self.filter.team.or_else(|| visible.and_then(|teams| teams.first().copied()))
    }

    /// The description in one line.
    pub fn sentence(&self) -> String {
        let told = self.described.iter().map(|(label, value)| format!("{label}: {value}"));
        told.collect::<Vec<_>>().join("; ")
    }
}

impl Search {
    /// Whether anything is asked for.
    pub fn is_active(&self) -> bool {
        *self != Self::default() && !self.query().is_empty()
    }

    /// The search as a query string, without what is empty.
    pub fn query(&self) -> String {
        serde_html_form::to_string(self).unwrap_or_default()
    }

    /// Understands the fields; what lies beyond `reach` stays out of sight.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every field that is wrong; a team out of reach is treated as one that does not exist.
    pub async fn resolve(&self, conn: &mut Conn, reach: &Reach) -> Result<Selected, Error> {
        let mut selected = Selected::all(reach);
        let mut wrong = Vec::new();
        let Selected { filter, described } = &mut selected;
        if let Some(team) = given(&self.team) {
            match find_team(conn, reach, team).await? {
                Some((id, name)) => {
                    filter.team = Some(id);
                    described.push(("Team", name));
                }
                None => wrong
                    .push(FieldError::new("/team", format!("There is no team {team:?} that you may see."))),
            }
        }
        for (name, value) in self.others() {
            if let Err(message) = narrow(filter, described, name, value) {
                wrong.push(FieldError::new(format!("/{name}"), message));
            }
        }
        if wrong.is_empty() { Ok(selected) } else { Err(Error::Invalid(wrong)) }
    }

    /// The fields that need no look into the database.
    fn others(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let Self { actor, action, subject, from, to, q, outcome, team: _ } = self;
        let fields = [
            ("action", action),
            ("actor", actor),
            ("subject", subject),
            ("outcome", outcome),
            ("from", from),
            ("to", to),
            ("q", q),
        ];
        fields.into_iter().filter_map(|(name, value)| Some((name, given(value)?)))
    }
}

fn narrow(
    filter: &mut Filter,
    described: &mut Vec<(&'static str, String)>,
    name: &str,
    value: &str,
) -> Result<(), String> {
    let label = match name {
        "actor" => {
            filter.actor = Some(value.parse().map_err(|_| format!("{value:?} is not the id of an actor."))?);
            "Actor"
        }
        "action" => {
            let known = Action::NAMES.contains(&value);
            filter.action = Some(value.to_owned()).filter(|_| known);
            known.then_some("Action").ok_or_else(|| format!("No action is called {value:?}."))?
        }
        "subject" => {
            (filter.subject_type, filter.subject) = subject(value);
            "Subject"
        }
        "outcome" => {
            filter.outcome = Some(value.to_owned());
            let known = matches!(value, "ok" | "denied" | "failed");
            known.then_some("Outcome").ok_or("Choose ok, denied or failed.")?
        }
        "from" => {
            filter.from = Some(begin(value)?);
            "From"
        }
        "to" => {
            filter.to = Some(end(value)?);
            "To"
        }
        _ => {
            let fits = value.len() <= MAX_TEXT;
            filter.text = Some(value.to_owned()).filter(|_| fits);
            fits.then_some("Contains").ok_or_else(|| format!("Look for at most {MAX_TEXT} bytes of text."))?
        }
    };
    described.push((label, value.to_owned()));
    Ok(())
}

async fn find_team(conn: &mut Conn, reach: &Reach, which: &str) -> Result<Option<(Uuid, String)>, Error> {
    match teams::service::find(conn, which).await {
        Ok(team) => Ok(reach.covers(Some(team.id)).then_some((team.id, team.name))),
        Err(Error::NotFound) => Ok(None),
        Err(other) => Err(other),
    }
}

/// `type/id`, an id alone, or a type alone.
fn subject(value: &str) -> (Option<String>, Option<String>) {
    match value.split_once('/') {
        Some((kind, id)) => (Some(kind.to_owned()), Some(id.to_owned())),
        None if value.parse::<Uuid>().is_ok() => (None, Some(value.to_owned())),
        None => (Some(value.to_owned()), None),
    }
}

fn begin(value: &str) -> Result<DateTime<Utc>, String> {
    match value.parse::<NaiveDate>() {
        Ok(day) => Ok(day.and_time(NaiveTime::MIN).and_utc()),
        Err(_) => time(value),
    }
}

/// A day counts to its end.
fn end(value: &str) -> Result<DateTime<Utc>, String> {
    match value.parse::<NaiveDate>() {
        Ok(day) => begin(&day.checked_add_days(Days::new(1)).unwrap_or(day).to_string()),
        Err(_) => time(value),
    }
}

fn time(value: &str) -> Result<DateTime<Utc>, String> {
    DateTime::parse_from_rfc3339(value).map(|time| time.to_utc()).map_err(|_| {
        format!("{value:?} is neither a day like 2026-11-21 nor a time like 2026-11-21T07:04:05Z.")
    })
}

/// A search in a query string, beside other parameters `T`. Parameters that neither knows are errors.
#[derive(Clone, Debug)]
pub struct Searched<T> {
    /// The search.
    pub search: Search,
    /// The rest.
    pub rest: T,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Searched<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let pairs: Vec<(String, String)> = parse_pairs(parts.uri.query().unwrap_or_default().as_bytes())?;
        let (search, rest): (Vec<_>, Vec<_>) =
            pairs.into_iter().partition(|(name, _)| FIELDS.contains(&name.as_str()));
        Ok(Self { search: read(search)?, rest: read(rest)? })
    }
}

fn read<T: DeserializeOwned>(pairs: Vec<(String, String)>) -> Result<T, Error> {
    parse_pairs(serde_html_form::to_string(pairs).map_err(Error::internal)?.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn narrowed(name: &str, value: &str) -> Result<Filter, String> {
        let mut filter = Filter::default();
        narrow(&mut filter, &mut Vec::new(), name, value).map(|()| filter)
    }

    #[test]
    fn a_day_counts_from_its_first_to_its_last_moment() {
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().to_utc();
        assert_eq!(narrowed("from", "2026-11-21").unwrap().from, Some(at("2026-11-21T00:00:00Z")));
        assert_eq!(narrowed("to", "2026-12-31").unwrap().to, Some(at("2027-01-01T00:00:00Z")));
        assert_eq!(narrowed("to", "2026-11-21T07:04:05+01:00").unwrap().to, Some(at("2026-11-21T06:04:05Z")));
    }

    #[test]
    fn a_subject_is_a_type_an_id_or_both() {
        let id = "0192f3c4-5d6e-7a8b-9c0d-1e2f3a4b5c6d";
        assert_eq!(subject("model"), (Some("model".into()), None));
        assert_eq!(subject(id), (None, Some(id.into())));
        assert_eq!(subject(&format!("team/{id}")), (Some("team".into()), Some(id.into())));
        assert_eq!(
            subject("questionnaire/mlops-levels"),
            (Some("questionnaire".into()), Some("mlops-levels".into()))
        );
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let long = "x".repeat(MAX_TEXT + 1);
        let wrong = [
            ("actor", "ana"),
            ("action", "team.crated"),
            ("outcome", "fine"),
            ("from", "yesterday"),
            ("q", &long),
        ];
        for (name, value) in wrong {
            assert!(narrowed(name, value).is_err(), "{name} {value}");
        }
    }

    #[test]
    fn the_query_leaves_out_what_is_blank() {
        let search = Search { actor: Some(" ".into()), q: Some("a b".into()), ..Search::default() };
        assert_eq!(search.query(), "q=a+b");
        assert!(search.is_active());
        assert!(!Search { actor: Some(String::new()), ..Search::default() }.is_active());
    }
}
