//! What somebody holds when they act in an approval.

use std::collections::{BTreeMap, BTreeSet};

use assay_domain::access::{Role, RoleHeld};
use assay_domain::approvals::Acting;
use chrono::NaiveDate;
use uuid::Uuid;

use crate::access::service::who;
use crate::access::store as access;
use crate::db::Conn;
use crate::error::Error;
use crate::ownership::store;

/// Who somebody is, and the job roles held in the team on a day. Who is a compliance officer here is one by job as well.
///
/// # Errors
/// [`Error::NotFound`] for somebody who has no account.
pub async fn acting(conn: &mut Conn, person: Uuid, team: Uuid, on: NaiveDate) -> Result<Acting, Error> {
    let who = who(conn, person).await?;
    let mut roles: BTreeSet<String> = store::roles_on(conn, person, team, on).await?.into_iter().collect();
    let officer = RoleHeld { role: Role::ComplianceOfficer, team: None };
    if access::roles(conn, person).await?.contains(&officer) {
        roles.insert(officer.role.name().to_owned());
    }
    Ok(Acting { who, roles, waiting: BTreeMap::new() })
}
