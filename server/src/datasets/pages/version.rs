//! What a version of a model was trained on, for the version's own page.

use super::view::dataset_href;
use crate::App;
use crate::datasets::service;
use crate::error::Error;
use crate::http::Caller;
use assay_app::datasets::{DeclaredLine, Link, TrainedOnView, UsedLine};
use assay_domain::access::Permission;
use assay_domain::datasets::DatasetName;
use assay_domain::models::VersionRef;

/// What a version was trained on, declared and on record.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`].
pub async fn trained_on(app: &App, caller: &Caller, of: &VersionRef) -> Result<TrainedOnView, Error> {
    let data = service::trained_on(app, caller, of).await?;
    let mut declared = Vec::with_capacity(data.declared.len());
    for row in data.declared {
        let opens = caller.may(Permission::ReadDatasets, Some(row.team_id));
        let name = DatasetName { namespace: row.namespace, name: row.name };
        declared.push(DeclaredLine {
            dataset: Link::new(name.to_string(), opens.then(|| dataset_href(row.dataset_id))),
            classification: row.classification.parse().map_err(Error::internal)?,
            version: row.dataset_version,
            digest: row.digest,
            used_for: row.used_for,
        });
    }
    let used = data.used.into_iter().map(|one| UsedLine {
        dataset: Link::new(one.dataset.to_string(), data.open.get(&one.dataset).copied().map(dataset_href)),
        classification: one.classification,
        purposes: one.purposes.into_iter().collect(),
        by_way_of: one.by_way_of.map(|version| version.to_string()),
        digests: one.digests.into_iter().map(Into::into).collect(),
    });
    Ok(TrainedOnView { declared, used: used.collect() })
}
