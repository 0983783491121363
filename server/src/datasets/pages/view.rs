//! What the pages of the room share: names of teams and people, links, lines of tables.

use crate::App;
use crate::audit::Names;
use crate::datasets::store::UsageRow;
use crate::error::{Error, FieldError};
use crate::findings::store::FindingRow;
use crate::http::page::form_errors;
use crate::models;
use crate::teams::store as teams;
use crate::teams::store::TeamRow;
use assay_app::components::{FieldError as Shown, when};
use assay_app::datasets::{Link, UseLine};
use assay_domain::datasets::UsedBy;
use assay_domain::models::{VersionRef, short};
use chrono::SecondsFormat;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// What ids mean, for people.
pub(crate) struct Words {
    teams: HashMap<Uuid, TeamRow>,
    names: Names,
}

impl Words {
    /// The teams, and the people with these ids.
    pub(crate) async fn of(app: &App, people: BTreeSet<Uuid>) -> Result<Self, Error> {
        let mut conn = app.db.read().await?;
        let teams = teams::all(&mut conn).await?.into_iter().map(|team| (team.id, team)).collect();
        Ok(Self { teams, names: Names::of_actors(&mut conn, people).await? })
    }

    /// A team's name.
    pub(crate) fn team(&self, id: Uuid) -> String {
        self.teams.get(&id).map(|team| team.name.clone()).unwrap_or_default()
    }

    /// Where a team is shown.
    pub(crate) fn team_href(&self, id: Uuid) -> String {
        self.teams.get(&id).map(|team| format!("/teams/{}", team.slug)).unwrap_or_default()
    }

    /// Somebody who acted.
    pub(crate) fn anybody(&self, id: Uuid) -> String {
        self.names.anybody(id)
    }

    /// Who used data.
    pub(crate) fn user(&self, row: &UsageRow) -> Result<String, Error> {
        Ok(match row.by()? {
            UsedBy::Person { id } => self.names.anybody(id),
            UsedBy::Job { name } => name,
        })
    }
}

/// The teams of a filter or a choice: short name and name.
pub(crate) fn choices(teams: Vec<TeamRow>) -> Vec<(String, String)> {
    teams.into_iter().map(|team| (team.slug, team.name)).collect()
}

/// Where a dataset is shown.
pub(crate) fn dataset_href(id: Uuid) -> String {
    format!("/datasets/{id}")
}

/// Where a version of a model is shown.
pub(crate) fn version_href(of: &VersionRef) -> String {
    models::version_href(&of.model, &of.version)
}

/// A version of a model, with its page.
pub(crate) fn version_link(of: &VersionRef) -> Link {
    Link::new(of.to_string(), Some(version_href(of)))
}

/// A use as a line of a table. `versions` are what digests of the dataset are called.
pub(crate) fn use_line(
    row: &UsageRow,
    findings: &[FindingRow],
    words: &Words,
    versions: &HashMap<String, String>,
) -> Result<UseLine, Error> {
    let finding = |row: &FindingRow| {
        let link = Link::new(row.kind()?.label(), Some(format!("/findings/{}", row.id)));
        Ok((row.severity()?, link))
    };
    let what = row.digest.as_ref().map(|digest| match versions.get(digest) {
        Some(version) => version.clone(),
        None => format!("{}…", short(digest)),
    });
    Ok(UseLine {
        at: row.at.to_rfc3339_opts(SecondsFormat::Secs, true),
        when: when(row.at),
        who: words.user(row)?,
        purpose: row.purpose.clone(),
        version: row.version_ref().as_ref().map(version_link),
        what,
        rows: row.row_count.map(i64::unsigned_abs),
        findings: findings
            .iter()
            .filter(|finding| finding.usage_id == Some(row.id))
            .map(finding)
            .collect::<Result<_, Error>>()?,
        entry: None,
    })
}

/// Whose names a list of uses needs.
pub(crate) fn people(rows: &[UsageRow]) -> BTreeSet<Uuid> {
    rows.iter().filter_map(|row| row.person_id).collect()
}

/// What is wrong with a form; anything but wrong fields is no matter of the form.
pub(crate) fn wrong(error: Error) -> Result<Vec<Shown>, Error> {
    let fields = match error {
        Error::Invalid(fields) => fields,
        Error::BadRequest(field) => vec![field],
        Error::Conflict { detail, .. } => vec![FieldError::new("", detail)],
        Error::PreconditionFailed => {
            let words =
                "somebody else changed it since you opened this page: open it again, then repeat your change";
            vec![FieldError::new("", words)]
        }
        other => return Err(other),
    };
    let mut shown = form_errors(fields);
    for error in &mut shown {
        error.message = sentence(&error.message);
    }
    Ok(shown)
}

/// A rule's words as a sentence of their own.
pub(crate) fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    let end = if words.ends_with(['.', '!', '?', '…']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// A rule's words about a dataset by name, which begin with its name and keep it as it is written.
pub(crate) fn as_written(words: &str) -> String {
    if words.ends_with('.') { words.to_owned() } else { format!("{words}.") }
}
