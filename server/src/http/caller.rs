//! Who is calling: authentication as an extractor that yields all that a handler needs.
//!
//! A handler that takes a [`Caller`] cannot be reached without a valid session or token. Services take `&Caller` and
//! ask it before they act: [`Caller::see`] for what may be looked at, [`Caller::allow`] for what may be done.

use assay_domain::{
    access::{Permission, Principal},
    audit::{Action, Actor, Event, Subject},
};
use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use uuid::Uuid;

use crate::{access::service, app::App, ci_trust, error::Error};

use super::{
    context::Context,
    cookies::{self, Kind},
    limits,
};

/// The authenticated caller of a use case.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who, and with which rights.
    pub principal: Principal,
    /// The request behind the call, for the ledger and the log.
    pub request: Uuid,
    /// The name to greet with: a person's, or a token's.
    pub name: String,
    /// The session, where the caller is a browser.
    pub session: Option<Uuid>,
    /// The id of the person behind a CI job, where the job's own token says so.
    pub job_user: Option<String>,
    /// Whether the caller knows that what is done ends or suspends what is approved.
    pub ends_approval: bool,
}

impl Caller {
    /// The command line on the data directory, or the server itself; `request` is fresh.
    pub fn system(app: &App) -> Self {
        let principal = Principal::system(app.db.log().instance);
        Self {
            principal,
            request: app.new_id(),
            name: "system".to_owned(),
            session: None,
            job_user: None,
            ends_approval: true,
        }
    }

    /// The same caller, who said whether they know what it ends.
    #[must_use]
    pub fn told(self, ends_approval: Option<bool>) -> Self {
        Self { ends_approval: ends_approval.unwrap_or_default(), ..self }
    }

    /// Whom the ledger names.
    pub const fn actor(&self) -> Actor {
        self.principal.actor
    }

    /// Whether this may be done to an object of the team; `None` is an object of the organisation.
    pub fn may(&self, permission: Permission, team: Option<Uuid>) -> bool {
        self.principal.may(permission, team)
    }

    /// Lets the caller look at something of the team.
    ///
    /// # Errors
    /// [`Error::Hidden`], answered as if the thing did not exist.
    pub fn see(&self, look: Permission, team: Option<Uuid>) -> Result<(), Error> {
        if self.may(look, team) { Ok(()) } else { Err(Error::Hidden(look)) }
    }

    /// Lets the caller act on something of the team that `look` makes visible.
    ///
    /// # Errors
    /// [`Error::Hidden`] where even looking is refused, [`Error::Forbidden`] where only acting is.
    pub fn allow(&self, look: Permission, act: Permission, team: Option<Uuid>) -> Result<(), Error> {
        if self.may(act, team) {
            return Ok(());
        }
        self.see(look, team)?;
        Err(Error::Forbidden(act))
    }

    /// Lets the caller act where there is nothing to hide: creating things, lists of the organisation.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub fn require(&self, act: Permission, team: Option<Uuid>) -> Result<(), Error> {
        if self.may(act, team) { Ok(()) } else { Err(Error::Forbidden(act)) }
    }

    /// An event of this caller and request.
    pub fn event(&self, action: impl Into<Action>, subject: Subject) -> Event {
        Event::new(self.actor(), self.request, action.into(), subject)
    }

    /// The id of the person behind the call, also behind a personal token.
    pub const fn person(&self) -> Option<Uuid> {
        match self.principal.actor {
            Actor::Person(id) => Some(id),
            Actor::Service(_) | Actor::System(_) => None,
        }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let context = Context::from_request_parts(parts, app).await?;
        if let Some(caller) = context.caller() {
            return Ok(caller.clone());
        }
        let caller = match parts.headers.get(header::AUTHORIZATION) {
            Some(value) => by_token(app, &context, value.to_str().unwrap_or_default()).await?,
            None => by_session(app, &context, parts).await?,
        };
        context.note_caller(&caller);
        Ok(caller)
    }
}

async fn by_token(app: &App, context: &Context, header: &str) -> Result<Caller, Error> {
    let (scheme, token) = header.split_once(' ').ok_or(Error::Unauthenticated)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Error::Unauthenticated);
    }
    let token = token.trim();
    let found = if ci_trust::signing::is_jwt(token) {
        ci_trust::service::bearer::authenticate(app, context.id, token).await
    } else {
        service::tokens::authenticate(app, context.id, token).await
    };
    limits::admit(app, context, token, found)
}

/// The caller of a session cookie; pages take no other proof.
pub(super) async fn by_session(app: &App, context: &Context, parts: &Parts) -> Result<Caller, Error> {
    let secret =
        cookies::read(&parts.headers, Kind::Session, app.config.secure()).ok_or(Error::Unauthenticated)?;
    let found = service::sessions::authenticate(app, context.id, &secret).await;
    limits::admit(app, context, &secret, found)
}
