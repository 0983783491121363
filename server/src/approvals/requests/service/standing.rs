//! What approvals and the gate look at: what an approval would be bound to now, and how things stand besides. Only what
//! the policy asks for is looked up.

use crate::approvals::requests::store;
use crate::assessments::service as assessments;
use crate::db::Conn;
use crate::error::Error;
use crate::findings::service as findings;
use crate::models::service::bound::BoundInputs;
use assay_domain::approvals::gate::ReportedElsewhere;
use assay_domain::approvals::{BoundState, Decision, Demand, PolicyRef, Source, Standing};
use assay_domain::findings::About;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What an approval under this policy would be bound to now.
#[must_use]
pub fn bound_state(inputs: &BoundInputs, policy: PolicyRef) -> BoundState {
    BoundState {
        model: inputs.model.clone(),
        version: inputs.version.clone(),
        artefact_digest: inputs.artefact_digest.clone(),
        datasets: inputs.datasets.clone(),
        evidence: inputs.evidence.clone(),
        policy,
        on_record: Some(inputs.on_record.clone()),
    }
}

/// How things stand with a version and its team, as far as `demand` asks: `policy.demands.request` when an approval is
/// asked for, `policy.demands.gate` when the gate is.
///
/// # Errors
/// Those of the database.
pub async fn standing(
    conn: &mut Conn,
    inputs: &BoundInputs,
    model_version: Uuid,
    demand: &Demand,
    now: DateTime<Utc>,
) -> Result<Standing, Error> {
    let found = match demand.no_finding_from {
        Some(_) => findings::open(conn, model_version, About::Data, now).await?,
        None => Vec::new(),
    };
    let operations = match demand.no_operations_finding_from {
        Some(_) => findings::open(conn, model_version, About::Operations, now).await?,
        None => Vec::new(),
    };
    let accountable_owner = demand.accountable_owner
        && store::has_accountable_owner(conn, inputs.team, &inputs.model, now.date_naive()).await?;
    let authors_known = demand.authors_known && store::has_author(conn, model_version).await?;
    let levels = match demand.levels.as_slice() {
        [] => BTreeMap::new(),
        _ => assessments::supported_levels(conn, inputs.team).await?.unwrap_or_default(),
    };
    let evidence = inputs.dated.clone();
    Ok(Standing { findings: found, operations, accountable_owner, authors_known, levels, evidence })
}

/// What other tools reported about a version and an environment, in the order in which it arrived.
///
/// # Errors
/// Those of the database.
pub async fn reported_elsewhere(
    conn: &mut Conn,
    model_version: Uuid,
    environment: &str,
) -> Result<Vec<ReportedElsewhere>, Error> {
    let reports = store::reports(conn, model_version, environment).await?;
    let reported = |row: store::ReportRow| {
        let source = row.trust_rule.map(Source::TrustRule).or_else(|| row.token.map(Source::Token))?;
        let decision = if row.decision == "approved" { Decision::Approved } else { Decision::Rejected };
        Some(ReportedElsewhere { provider: row.provider, source, decision, at: row.received_at })
    };
    Ok(reports.into_iter().filter_map(reported).collect())
}
