//! Who could confirm a proposal: everybody with the roles that count, and the person behind each account.

use std::collections::BTreeMap;

use assay_domain::access::RoleHeld;
use assay_domain::approvals::Who;
use assay_domain::proposals::{Candidate, Involved, LOOK_BACK, Proposal};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::store::ProposalRow;
use crate::access::service::subjects;
use crate::access::store as access;
use crate::db::Conn;
use crate::error::Error;

/// Everybody who held a role at any time in the last [`LOOK_BACK`].
pub(super) async fn recently(conn: &mut Conn, now: DateTime<Utc>) -> Result<Vec<Candidate>, Error> {
    let mut roles: BTreeMap<Uuid, Vec<RoleHeld>> = BTreeMap::new();
    for (person, held) in access::held_since(conn, now - LOOK_BACK).await? {
        roles.entry(person).or_default().push(held);
    }
    let linked = subjects::same_people(conn).await?;
    let mut people = Vec::with_capacity(roles.len());
    for (account, roles) in roles {
        // Most people have one account, and nothing to look up for it.
        let who = match linked.contains_key(&account) {
            true => subjects::who(conn, account).await?,
            false => Who::account(account),
        };
        people.push(Candidate { account, who, roles });
    }
    Ok(people)
}

/// A proposal as the rules see it.
pub(super) async fn proposal(conn: &mut Conn, row: &ProposalRow) -> Result<Proposal, Error> {
    let mut involved = Vec::new();
    for one in row.involved()? {
        involved.push(Involved { who: subjects::who(conn, one.person).await?, part: one.part });
    }
    let mut given = Vec::new();
    for confirmation in row.given()? {
        let who = match confirmation.by {
            Some(person) => Some(subjects::who(conn, person).await?),
            None => None,
        };
        given.push((confirmation, who));
    }
    Ok(Proposal { kind: row.kind()?, state: row.state()?, needs: row.needs()?, involved, given })
}
