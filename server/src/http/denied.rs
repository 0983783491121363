//! Refused attempts to change something go on the record, in a write of their own: the refused one left nothing.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use assay_domain::{
    access::Permission,
    audit::{Outcome, Subject, catalogue::AccessDenied},
};
use axum::{
    extract::{Request, State},
    http::Method,
    middleware::Next,
    response::Response,
};
use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use uuid::Uuid;

use crate::{app::App, error::Error};

use super::{Caller, context::Context};

/// How many refusals of one caller are recorded in a minute. More would let a caller fill the ledger.
const PER_MINUTE: u32 = 10;

/// How often each caller was refused lately.
#[derive(Clone, Default)]
pub(super) struct Tally(Arc<Mutex<HashMap<Uuid, Refusals>>>);

/// The refusals of one caller within a minute.
struct Refusals {
    since: DateTime<Utc>,
    count: u32,
}

impl Tally {
    /// Whether one more refusal of this caller should be recorded.
    fn admit(&self, caller: Uuid, now: DateTime<Utc>) -> bool {
        let mut tally = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tally.retain(|_, refusals| now - refusals.since < TimeDelta::minutes(1));
        let refusals = tally.entry(caller).or_insert(Refusals { since: now, count: 0 });
        refusals.count += 1;
        refusals.count <= PER_MINUTE
    }
}

/// What was refused within an answer that as a whole is none: items of a list.
#[derive(Clone, Debug)]
pub struct DeniedWithin(pub Vec<Permission>);

/// The permission that an error says is missing.
pub const fn missing(error: &Error) -> Option<Permission> {
    match error {
        Error::Forbidden(permission) | Error::Hidden(permission) | Error::Refused { permission, .. } => {
            Some(*permission)
        }
        _ => None,
    }
}

/// The layer that looks at what became of each attempt to change something.
pub(super) async fn layer(
    State((app, tally)): State<(App, Tally)>,
    context: Context,
    request: Request,
    next: Next,
) -> Response {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let response = next.run(request).await;
    if changes && let Some(caller) = context.caller() {
        for permission in refused(&response) {
            record(&app, &tally, caller, permission).await;
        }
    }
    response
}

fn refused(response: &Response) -> Vec<Permission> {
    let whole = response.extensions().get::<Arc<Error>>().and_then(|error| missing(error));
    let within = response.extensions().get::<DeniedWithin>().map(|DeniedWithin(all)| all.as_slice());
    whole.into_iter().chain(within.unwrap_or_default().iter().copied()).collect()
}

async fn record(app: &App, tally: &Tally, caller: &Caller, permission: Permission) {
    let actor = caller.actor().id();
    if !tally.admit(actor, app.clock.now()) {
        tracing::warn!(request = %caller.request, permission = permission.id(), "refused, and not recorded: too many");
        return;
    }
    let facts = AccessDenied { permission: permission.id().to_owned() };
    let event = caller.event(facts, Subject::new("user", actor)).ended(Outcome::Denied);
    let write = app.db.write(move |tx| {
        let event = event.clone();
        async move { tx.record(event).await.map(drop) }.boxed()
    });
    if let Err(error) = write.await {
        tracing::error!(request = %caller.request, %error, "a refused attempt could not be recorded");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_cannot_fill_the_ledger_with_refusals() {
        let (tally, caller, now) = (Tally::default(), Uuid::from_u128(1), DateTime::UNIX_EPOCH);
        let recorded = (0..100).filter(|_| tally.admit(caller, now)).count();
        assert_eq!(recorded, PER_MINUTE as usize);
        assert!(tally.admit(Uuid::from_u128(2), now), "others are not held back");
        assert!(tally.admit(caller, now + TimeDelta::minutes(1)), "a minute later it counts again");
    }
}
