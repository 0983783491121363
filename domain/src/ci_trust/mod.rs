//! Which jobs of which CI may come in without a stored secret, and what they may do then.
//!
//! A job presents the identity token that its CI signed for it. A [`TrustRule`] says whose tokens are believed (issuer,
//! audience, algorithms), which claims must stand in them, and what the job may do: the rule's scopes, in its team. Names
//! can be given up and registered again by somebody else, so a rule stands on an id; [`kind_of`] tells ids from names.
//!
//! To add a CI, add a variant to [`Provider`]; to say more about a claim, add it to a table in `claims.rs`.

mod claims;
mod provider;
mod rule;

pub use claims::{ClaimKind, kind_of};
pub use provider::{Offered, Provider};
pub use rule::{Algorithm, Mistake, TrustRule, Unmet, text_of};
