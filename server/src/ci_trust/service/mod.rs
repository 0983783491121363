//! Use cases of the room: keeping rules, exchanging tokens, letting in who holds one, trying a token out.

pub mod bearer;
pub mod exchange;
pub mod rules;
pub mod trial;

use assay_domain::audit::Subject;
use uuid::Uuid;

use crate::app::App;

/// The ledger's name of a trust rule.
fn subject(id: Uuid) -> Subject {
    Subject::new("ci_trust", id)
}

/// What our tokens call this installation, as who made them and as whom they are for.
fn installation(app: &App) -> String {
    app.db.log().instance.urn().to_string()
}
