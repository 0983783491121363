//! Registering what a report names: a pipeline that reports a decision need not register the model first.

use super::{blank_model, blank_version, not_archived, registered, registered_version, store_version};
use crate::db::Tx;
use crate::error::{Error, FieldError};
use crate::http::Caller;
use crate::models::store::{self, ModelRow, VersionRow};
use assay_domain::access::Permission;
use uuid::Uuid;

/// The model of this name, registered in `team` on the way when the caller may do that.
///
/// # Errors
/// [`Error::Hidden`] for another team's model, [`Error::Invalid`] for an unknown one that cannot be registered.
pub async fn find_or_register(
    tx: &mut Tx,
    caller: &Caller,
    name: &str,
    team: Option<Uuid>,
) -> Result<ModelRow, Error> {
    if let Some(model) = store::by_name(tx, name).await? {
        caller.see(Permission::ReadApprovals, Some(model.team_id))?;
        return Ok(model);
    }
    let Some(team) = team.filter(|team| caller.may(Permission::RegisterModels, Some(*team))) else {
        return Err(Error::Invalid(vec![FieldError::new(
            "/model",
            format!(
                "no model is called {name:?}; register it, or use a token of its team with the scope models:write"
            ),
        )]));
    };
    let model = blank_model(tx, name, team);
    store::insert(tx, &model).await?;
    tx.record(registered(caller, &model)).await?;
    Ok(model)
}

/// What comparing a reported version with the record says.
pub enum VersionOnRecord {
    /// It is on record with this digest, or is now.
    Agrees(VersionRow),
    /// It is on record with another digest.
    Contradicts(VersionRow),
}

/// The version of a model, registered with this digest on the way when the caller may do that.
///
/// # Errors
/// [`Error::Invalid`] for an unknown version that cannot be registered; [`Error::Conflict`] for a new version of a model
/// that is out of use.
pub async fn find_or_register_version(
    tx: &mut Tx,
    caller: &Caller,
    model: &ModelRow,
    version: &str,
    digest: &str,
) -> Result<VersionOnRecord, Error> {
    if let Some(known) = store::version(tx, model.id, version).await? {
        let agrees = known.artefact_digest == digest;
        return Ok(if agrees { VersionOnRecord::Agrees(known) } else { VersionOnRecord::Contradicts(known) });
    }
    if !caller.may(Permission::RegisterModels, Some(model.team_id)) {
        return Err(Error::Invalid(vec![FieldError::new(
            "/version",
            format!(
                "{} has no version {version:?}; register it, or use a token with the scope models:write",
                model.name
            ),
        )]));
    }
    not_archived(model)?;
    let mut row = blank_version(tx, caller, model, version, digest);
    store_version(tx, caller, model, &mut row).await?;
    tx.record(registered_version(caller, model, &row)).await?;
    Ok(VersionOnRecord::Agrees(row))
}
