//! What runs where, and what ran when.

use crate::error::Error;
use crate::models::store::DeploymentRow;
use assay_domain::models::{Change, Ran};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A change of what runs in an environment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Deployment)]
pub(in crate::models::api) struct DeploymentBody {
    id: Uuid,
    version: String,
    environment: String,
    change: Change,
    occurred_at: DateTime<Utc>,
    run_url: Option<String>,
    reported_by: Uuid,
    recorded_at: DateTime<Utc>,
}

impl TryFrom<DeploymentRow> for DeploymentBody {
    type Error = Error;

    fn try_from(row: DeploymentRow) -> Result<Self, Error> {
        let change = row.change.parse();
        Ok(Self {
            change: change
                .map_err(|error| Error::internal(format!("deployment.change of {}: {error}", row.id)))?,
            id: row.id,
            version: row.version,
            environment: row.environment,
            occurred_at: row.at,
            run_url: row.run_url,
            reported_by: row.reported_by,
            recorded_at: row.recorded_at,
        })
    }
}

/// A deployment to record.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewDeployment)]
pub(in crate::models::api) struct NewDeploymentBody {
    #[schema(example = "production")]
    pub(in crate::models::api) environment: String,
    /// `replaces` when left out: it runs instead of all other versions of the model there.
    #[serde(default = "replaces")]
    #[schema(value_type = Option<Change>)]
    pub(in crate::models::api) change: Change,
    /// When it happened; not in the future.
    pub(in crate::models::api) occurred_at: DateTime<Utc>,
    /// The run that did it: http or https.
    pub(in crate::models::api) run_url: Option<String>,
}

const fn replaces() -> Change {
    Change::Replaces
}

/// What of a model runs, or ran.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InProduction)]
pub(in crate::models::api) struct InProductionBody {
    pub(in crate::models::api) model: String,
    pub(in crate::models::api) environment: String,
    /// The day that was asked for; null for now.
    pub(in crate::models::api) on: Option<NaiveDate>,
    /// In order of their beginning.
    pub(in crate::models::api) versions: Vec<RanBody>,
}

/// A time during which a version ran.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VersionRan)]
pub(in crate::models::api) struct RanBody {
    version: String,
    from: DateTime<Utc>,
    /// Null while it runs.
    until: Option<DateTime<Utc>>,
}

impl From<Ran> for RanBody {
    fn from(Ran { version, from, until }: Ran) -> Self {
        Self { version: version.version, from, until }
    }
}
