//! The models that somebody may see, narrowed down.

use crate::App;
use crate::error::{Error, FieldError};
use crate::http::{Caller, Listing, Window};
use crate::models::store::{self, Deployed, ModelFilter, ModelLineRow};
use crate::teams::service as teams;
use assay_domain::access::{Permission, Reach};
use assay_domain::models::Tier;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use uuid::Uuid;

/// The longest text to look for, in bytes.
const MAX_TEXT: usize = 200;

/// Which models to list, as it stands in addresses. Empty fields narrow nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct ModelQuery {
    /// Only with this text in the name or purpose, in any case.
    #[serde(skip_serializing_if = "is_empty")]
    pub q: Option<String>,
    /// Only of this team, by id or short name.
    #[serde(skip_serializing_if = "is_empty")]
    pub team: Option<String>,
    /// Only of this risk tier: `minimal`, `limited`, `high` or `critical`; `none` for those without.
    #[serde(skip_serializing_if = "is_empty")]
    pub tier: Option<String>,
    /// `yes` for what runs somewhere, `no` for what runs nowhere.
    #[serde(skip_serializing_if = "is_empty")]
    pub deployed: Option<String>,
    /// `yes` for those out of use instead of those in use.
    #[serde(skip_serializing_if = "is_empty")]
    pub archived: Option<String>,
}

/// The names of the fields, to tell them from those of a [`Window`].
pub(crate) const FIELDS: [&str; 5] = ["q", "team", "tier", "deployed", "archived"];

fn is_empty(value: &Option<String>) -> bool {
    given(value).is_none()
}

/// What was typed, unless it is blank: forms send empty fields too.
fn given(value: &Option<String>) -> Option<&str> {
    value.as_deref().map(str::trim).filter(|value| !value.is_empty())
}

impl ModelQuery {
    /// The query string, without what is empty.
    pub fn query(&self) -> String {
        serde_html_form::to_string(self).unwrap_or_default()
    }
}

/// The models that the caller may see, by name.
///
/// # Errors
/// [`Error::Invalid`] with every field that cannot be meant.
pub async fn list(
    app: &App,
    caller: &Caller,
    query: &ModelQuery,
    window: &Window,
) -> Result<Listing<ModelLineRow>, Error> {
    let filter = filter(app, caller, query).await?;
    let mut conn = app.db.read().await?;
    let rows = store::list(&mut conn, &filter, window.after.as_deref(), window.fetch()).await?;
    Ok(Listing::cut(rows, window, |line| line.model.name.clone()))
}

async fn filter(app: &App, caller: &Caller, query: &ModelQuery) -> Result<ModelFilter, Error> {
    let mut wrong = Vec::new();
    let teams = teams_of(app, caller, given(&query.team), &mut wrong).await?;
    let tier = given(&query.tier).map(str::to_owned);
    if let Some(name) = tier.as_deref().filter(|name| *name != "none")
        && let Err(unknown) = name.parse::<Tier>()
    {
        wrong.push(FieldError::new("/tier", format!("{unknown}, none")));
    }
    let text = given(&query.q).map(str::to_owned);
    if text.as_deref().is_some_and(|text| text.len() > MAX_TEXT) {
        wrong.push(FieldError::new("/q", format!("is longer than {MAX_TEXT} bytes")));
    }
    let deployed = yes_or_no("/deployed", given(&query.deployed), &mut wrong);
    let archived = yes_or_no("/archived", given(&query.archived), &mut wrong);
    super::fine(wrong)?;
    Ok(ModelFilter {
        teams,
        tier,
        deployed: deployed.map(|yes| if yes { Deployed::Yes } else { Deployed::No }),
        archived: archived.unwrap_or_default(),
        text,
    })
}

fn yes_or_no(pointer: &str, value: Option<&str>, wrong: &mut Vec<FieldError>) -> Option<bool> {
    match value {
        None => None,
        Some("yes") => Some(true),
        Some("no") => Some(false),
        Some(other) => {
            wrong.push(FieldError::new(pointer, format!("must be yes or no, not {other:?}")));
            None
        }
    }
}

/// The teams to look in: those that the caller may see, or the one that is meant.
async fn teams_of(
    app: &App,
    caller: &Caller,
    named: Option<&str>,
    wrong: &mut Vec<FieldError>,
) -> Result<Option<Vec<Uuid>>, Error> {
    let reach = caller.principal.reach(Permission::ReadModels);
    let Some(named) = named else {
        return Ok(match reach {
            Reach::All => None,
            Reach::Teams(teams) => Some(teams.into_iter().collect()),
        });
    };
    match teams::find(&mut app.db.read().await?, named).await {
        Ok(team) if reach.covers(Some(team.id)) => Ok(Some(vec![team.id])),
        Ok(_) | Err(Error::NotFound) => {
            wrong.push(FieldError::new("/team", format!("there is no team {named:?} that you may see")));
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

/// The environments in which versions of a model run, from the list's column.
pub fn running_in(line: &ModelLineRow) -> Vec<String> {
    line.runs_in.as_deref().unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}
