//! Who holds a token of ours is the job that its trust rule let in, with the rights it was given, as long as the rule stands
//! as it stood.

use assay_domain::access::Scope;
use uuid::Uuid;

use super::super::{signing, store, verify};
use super::exchange;
use crate::app::App;
use crate::error::Error;
use crate::http::Caller;

/// Finds out which job this is.
///
/// # Errors
/// [`Error::Unauthenticated`] when the token is not ours, has ended, or its rule was changed or removed.
pub async fn authenticate(app: &App, request: Uuid, presented: &str) -> Result<Caller, Error> {
    let id = signing::key_id(presented).ok_or(Error::Unauthenticated)?;
    let mut conn = app.db.read().await?;
    let now = app.clock.now();
    let public = store::public_key(&mut conn, &id, now - exchange::KEY_KNOWN).await?;
    let claims = public.and_then(|public| signing::read(presented, &public)).ok_or(Error::Unauthenticated)?;
    let here = super::installation(app);
    // Another replica's clock may be a little ahead.
    let begun = claims.iat <= (now + verify::LEEWAY).timestamp();
    if claims.iss != here || claims.aud != here || !begun || now.timestamp() >= claims.exp {
        return Err(Error::Unauthenticated);
    }
    let stored = store::rule(&mut conn, claims.sub).await?.filter(|stored| stored.revision == claims.rev);
    let stored = stored.ok_or(Error::Unauthenticated)?;
    let scopes = claims.scope.split(' ').map(str::parse).collect::<Result<Vec<Scope>, _>>();
    let mut scopes = scopes.map_err(|_| Error::Unauthenticated)?;
    // Never more than the rule gives, whatever was signed.
    scopes.retain(|scope| stored.rule.scopes.contains(scope));
    Ok(exchange::caller(&stored, request, scopes, claims.usr))
}
