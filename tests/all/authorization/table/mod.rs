//! Every route, by rooms, in an order in which they can be tried: later lines find what earlier ones left.
//!
//! Only the API takes tokens, so pages send machines to sign in.

mod administration;
mod data;
mod entrance;
mod models;
mod roadmaps;
mod teams;
mod trail;

use super::line::Line;

/// All lines.
pub(super) fn table() -> impl Iterator<Item = &'static Line> {
    [
        entrance::LINES,
        administration::LINES,
        teams::LINES,
        roadmaps::LINES,
        models::LINES,
        data::LINES,
        trail::LINES,
    ]
    .into_iter()
    .flatten()
}
