//! One artifact under several models: which risk tier counts for it.
//!
//! Whoever could register the same artifact under a new model could choose a lower tier for it. So a new version gets, at
//! once, the highest confirmed tier of all models that hold its digest. A new registration in turn closes nothing for others:
//! their versions keep their tier until a compliance officer says which one counts for the artifact. A tier that nobody
//! confirmed counts in its own model only.

use super::bound::touched;
use crate::db::{Conn, Tx};
use crate::error::Error;
use crate::http::Caller;
use crate::models::store::{self, HolderRow, ModelRow, VersionRow};
use crate::proposals::{self, NewProposal, ProposalRow};
use assay_domain::access::Permission;
use assay_domain::audit::Subject;
use assay_domain::models::Tier;
use assay_domain::proposals::{Kind, Need};

/// Which other models hold the artifact of a version, for somebody who looks at it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlsoHeldBy {
    /// The names of those that they may see.
    pub models: Vec<String>,
    /// How many there are besides.
    pub others: usize,
}

/// Which other models hold the artifact.
///
/// # Errors
/// Those of the database.
pub async fn also_held_by(conn: &mut Conn, caller: &Caller, row: &VersionRow) -> Result<AlsoHeldBy, Error> {
    let holders = store::holders(conn, &row.artefact_digest).await?;
    let mut found = AlsoHeldBy::default();
    for holder in holders.into_iter().filter(|holder| holder.model_id != row.model_id) {
        if found.models.contains(&holder.model) {
            continue;
        }
        if caller.may(Permission::ReadModels, Some(holder.team_id)) {
            found.models.push(holder.model);
        } else {
            found.others += 1;
        }
    }
    Ok(found)
}

/// Gives a version that is about to be registered the tier that counts for its artifact.
///
/// # Errors
/// Those of the database.
pub(super) async fn give_floor(conn: &mut Conn, model: &ModelRow, row: &mut VersionRow) -> Result<(), Error> {
    let holders = store::holders(conn, &row.artefact_digest).await?;
    row.tier_floor = highest(holders.iter().filter(|holder| holder.model_id != model.id))?
        .map(|tier| tier.name().to_owned());
    Ok(())
}

/// Has an officer say which tier counts for the artifacts of a model whose tier was confirmed or raised, where other models
/// hold them under a lower one.
///
/// # Errors
/// Those of the database.
pub(super) async fn ask_officer(tx: &mut Tx, caller: &Caller, model: &ModelRow) -> Result<(), Error> {
    let Some(tier) = model.tier()?.filter(|_| model.tier_is_confirmed()) else { return Ok(()) };
    for version in store::versions(tx, model.id).await? {
        ask_about(tx, caller, model, tier, &version.artefact_digest).await?;
    }
    Ok(())
}

/// The same for one artifact.
///
/// # Errors
/// Those of the database.
pub(super) async fn ask_about(
    tx: &mut Tx,
    caller: &Caller,
    model: &ModelRow,
    tier: Tier,
    digest: &str,
) -> Result<(), Error> {
    let holders = store::holders(tx, digest).await?;
    let mut lower = Vec::new();
    for holder in holders.iter().filter(|holder| holder.model_id != model.id) {
        if counting(holder)?.is_some_and(|counts| counts < tier) {
            lower.push(holder);
        }
    }
    let subject = Subject::new("artifact", digest);
    if lower.is_empty() || !proposals::service::waiting(tx, Kind::DigestTier, &subject).await?.is_empty() {
        return Ok(());
    }
    let from = lower.iter().filter_map(|holder| counting(holder).ok().flatten()).min().unwrap_or(tier);
    let models = lower.iter().map(|holder| holder.model.as_str()).collect::<Vec<_>>().join(", ");
    let new = NewProposal {
        kind: Kind::DigestTier,
        subject,
        key: String::new(),
        team: None,
        title: format!("Let the risk tier {tier} count wherever an artifact of {} is registered", model.name),
        href: Some(crate::models::href(&model.name)),
        from: from.name().to_owned(),
        to: tier.name().to_owned(),
        consequence: format!(
            "The same artifact is registered under {models}, with a lower tier. When this is confirmed, the tier {tier} \
             counts there too, and what is approved under the lower one ends. Turned down, each model keeps its own tier."
        ),
        reason: "The same artifact is registered under several models.".to_owned(),
        content_sha256: None,
        payload: serde_json::json!({ "digest": digest }),
        needs: vec![Need::officer()],
        involved: Vec::new(),
    };
    proposals::propose(tx, caller, new).await.map(drop)
}

/// Lets the highest confirmed tier count wherever the artifact is registered, inside the write that confirms it.
///
/// # Errors
/// Those of the database.
pub(crate) async fn confirmed(tx: &mut Tx, by: &Caller, row: &ProposalRow) -> Result<(), Error> {
    let holders = store::holders(tx, &row.subject).await?;
    let Some(tier) = highest(holders.iter())? else { return Ok(()) };
    for holder in holders {
        if counting(&holder)?.is_none_or(|counts| counts < tier) {
            store::set_tier_floor(tx, holder.version_id, Some(tier.name())).await?;
            touched(tx, by, holder.version_id).await?;
        }
    }
    Ok(())
}

/// Lowers what counts for the artifacts of a model whose tier a compliance officer has lowered, where no other model holds
/// them under the tier from before.
///
/// # Errors
/// Those of the database.
pub(super) async fn lowered(tx: &mut Tx, by: &Caller, model: &ModelRow) -> Result<(), Error> {
    for version in store::versions(tx, model.id).await? {
        let holders = store::holders(tx, &version.artefact_digest).await?;
        for holder in holders.iter().filter(|holder| holder.tier_floor.is_some()) {
            let others = holders.iter().filter(|other| other.model_id != holder.model_id);
            let now = highest(others)?;
            if now < tier_of(holder.tier_floor.as_deref())? {
                store::set_tier_floor(tx, holder.version_id, now.map(Tier::name)).await?;
                touched(tx, by, holder.version_id).await?;
            }
        }
    }
    Ok(())
}

/// The highest tier that was confirmed for any of them.
fn highest<'a>(holders: impl Iterator<Item = &'a HolderRow>) -> Result<Option<Tier>, Error> {
    let mut highest = None;
    for holder in holders.filter(|holder| holder.tier_confirmed.is_some()) {
        highest = highest.max(tier_of(holder.tier.as_deref())?);
    }
    Ok(highest)
}

/// The tier that counts for a version that holds the artifact.
fn counting(holder: &HolderRow) -> Result<Option<Tier>, Error> {
    let (own, floor) = (tier_of(holder.tier.as_deref())?, tier_of(holder.tier_floor.as_deref())?);
    Ok(own.map(|own| floor.map_or(own, |floor| own.max(floor))))
}

fn tier_of(name: Option<&str>) -> Result<Option<Tier>, Error> {
    name.map(|name| name.parse().map_err(Error::internal)).transpose()
}
