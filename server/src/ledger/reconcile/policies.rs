//! Policies that nobody brought into force, and places where another decides than should.

use std::collections::BTreeSet;

use assay_domain::approvals::Policy;
use assay_domain::audit::Action;
use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;

use super::{Finding, read};
use crate::db::Conn;
use crate::error::Error;
use crate::fetch_all;

/// A version of a policy with one of the entries about the policy.
#[derive(sqlx::FromRow)]
struct Row {
    policy: String,
    version: String,
    sha256: String,
    source: String,
    until_at: Option<DateTime<Utc>>,
    leaf: Option<Vec<u8>>,
}

/// Where a policy decides: tier, environment, policy, version and digest.
type Place = (String, String, String, String, String);

/// Every version that is not as it was brought into force, and every place where it decides that is not its own.
pub(super) async fn check(conn: &mut Conn) -> Result<Vec<Finding>, Error> {
    let (mut findings, mut expected) = (Vec::new(), BTreeSet::new());
    let sql = AssertSqlSafe(versions(conn.is_postgres()));
    let rows = fetch_all!(conn, Row, sql).await?;
    for entries in rows.chunk_by(|one, other| (&one.policy, &one.version) == (&other.policy, &other.version))
    {
        let Some(row) = entries.first() else { continue };
        let place = format!("policy_version {} {}", row.policy, row.version);
        if !brought_into_force(row, entries) {
            let problem = "no entry says that it, with this digest, is or was in force".to_owned();
            findings.push(Finding { place: place.clone(), problem });
        }
        match Policy::parse(&row.source, &place) {
            Ok(policy) if policy.sha256() == row.sha256 => expected.extend(places(row, &policy)),
            _ => {
                let problem = "it is not the text that its digest was taken of".to_owned();
                findings.push(Finding { place: format!("{place}, column source"), problem });
            }
        }
    }
    let sql = "SELECT tier, environment, policy, version, sha256 FROM policy_place";
    let kept: BTreeSet<Place> = fetch_all!(conn, Place, sql).await?.into_iter().collect();
    findings.extend(kept.symmetric_difference(&expected).map(|(tier, environment, policy, version, _)| {
        Finding {
            place: format!("policy_place {tier} {environment}"),
            problem: format!("{policy} {version} does not decide here as its text says"),
        }
    }));
    Ok(findings)
}

/// Nothing while an event about a policy waits for its place in the log: it is looked at the next time.
fn versions(postgres: bool) -> String {
    let waiting = if postgres {
        "position(convert_to('\"policy.', 'UTF8') IN o.leaf) > 0"
    } else {
        "instr(o.leaf, CAST('\"policy.' AS BLOB)) > 0"
    };
    format!(
        "SELECT t.policy, t.version, t.sha256, t.source, t.until_at, e.leaf FROM policy_version t
         LEFT JOIN audit_entry e ON e.log_id IN (SELECT log_id FROM audit_log) AND e.subject = t.policy
           AND e.action IN ('policy.shipped', 'policy.confirmed')
         WHERE NOT EXISTS (SELECT 1 FROM audit_outbox o WHERE {waiting})
         ORDER BY t.policy, t.version, e.log_id, e.idx"
    )
}

/// Whether the entries say so; of one that is in force, the last of them.
fn brought_into_force(row: &Row, entries: &[Row]) -> bool {
    let told = entries.iter().filter_map(|row| read(row.leaf.as_deref()?)).map(|(_, action)| match action {
        Action::PolicyShipped(facts) => (facts.version, facts.policy_sha256, true),
        Action::PolicyConfirmed(facts) => (facts.version, facts.policy_sha256, facts.change == "into-force"),
        _ => Default::default(),
    });
    let told: Vec<(String, String, bool)> = told.collect();
    let it = |(version, sha256, into): &(String, String, bool)| {
        *into && *version == row.version && *sha256 == row.sha256
    };
    if row.until_at.is_none() { told.last().is_some_and(it) } else { told.iter().any(it) }
}

fn places(row: &Row, policy: &Policy) -> Vec<Place> {
    if row.until_at.is_some() {
        return Vec::new();
    }
    let of_tier = |tier: &str| {
        let place = |environment: &String| {
            let Row { policy, version, sha256, .. } = row;
            (tier.to_owned(), environment.clone(), policy.clone(), version.clone(), sha256.clone())
        };
        policy.applies.environments.iter().map(place).collect::<Vec<_>>()
    };
    policy.applies.tiers.iter().flat_map(|tier| of_tier(tier.name())).collect()
}
