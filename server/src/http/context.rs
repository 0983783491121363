//! What is known about a request before any handler has looked at it.
//!
//! The outermost layer makes one [`RequestContext`]; the extractors note in it who the caller turned out to be, so that
//! the layers around the handler (error pages, denied attempts) know it on the way back.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{Arc, OnceLock},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderValue, request::Parts},
    middleware::Next,
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use uuid::Uuid;

use crate::{app::App, clock::new_id, error::Error};

use super::Caller;

/// What is known about every request.
#[derive(Debug)]
pub struct RequestContext {
    /// The id of the request: in the answer's `X-Request-Id`, in the log and in every ledger entry that it causes.
    pub id: Uuid,
    /// The nonce of this answer's content security policy.
    pub nonce: String,
    /// The peer's address; absent where there is no connection, as in tests.
    pub address: Option<IpAddr>,
    /// The path, to find the section of the navigation.
    pub path: String,
    /// The name of the organisation, beside the product's on every page.
    pub organisation: Option<String>,
    /// Why the ledger takes no writes, which every page says; absent while all is well.
    pub halted: Option<String>,
    caller: OnceLock<Caller>,
}

impl RequestContext {
    /// Who is calling, once an extractor has found out.
    pub fn caller(&self) -> Option<&Caller> {
        self.caller.get()
    }

    pub(super) fn note_caller(&self, caller: &Caller) {
        // A page may extract its caller twice; both times it is the same one.
        let _ = self.caller.set(caller.clone());
    }
}

/// The context of a request, as an extractor. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Context(pub Arc<RequestContext>);

impl std::ops::Deref for Context {
    type Target = RequestContext;

    fn deref(&self) -> &RequestContext {
        &self.0
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Context {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Error::internal("the router lacks the context layer"))
    }
}

/// The layer that makes the context, and stamps its id and the security headers on the answer.
pub(super) async fn layer(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let mut nonce = [0; 16];
    app.rng.fill(&mut nonce);
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let context = Context(Arc::new(RequestContext {
        id: new_id(&*app.clock, &*app.rng),
        nonce: STANDARD.encode(nonce),
        address: peer.map(|ConnectInfo(address)| address.ip()),
        path: request.uri().path().to_owned(),
        organisation: app.config.organisation.clone(),
        halted: app.db.ledger().health().halted,
        caller: OnceLock::new(),
    }));
    request.extensions_mut().insert(context.clone());
    let mut response = next.run(request).await;
    super::headers::secure(response.headers_mut(), &context.nonce, app.config.secure());
    if let Ok(id) = HeaderValue::from_str(&context.id.to_string()) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}
