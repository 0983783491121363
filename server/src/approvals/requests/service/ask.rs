//! Asking for an approval.

use super::candidates::{acting_in_emergency, known};
use super::{Kept, Said, begin, bound_state, emergencies, passing, refused, standing, words};
use crate::App;
use crate::access::service::subjects::who;
use crate::approvals::requests::store::{self, RequestRow};
use crate::db::{Conn, Tx};
use crate::error::Error;
use crate::http::Caller;
use crate::models::service::bound::{BoundInputs, bound_inputs};
use crate::models::service::{contributing_people, find};
use crate::models::store::{self as models, FoundRow};
use crate::policies::service as policies;
use assay_domain::access::Permission;
use assay_domain::approvals::{Approval, BoundState, Policy, Requester, Terms, Who};
use assay_domain::audit::Actor;
use assay_domain::names::is_name;
use chrono::{DateTime, Utc};
use futures::FutureExt;
use std::sync::Arc;
use uuid::Uuid;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Where the version is to be deployed.
    pub environment: String,
    /// What those who decide should know; may be empty.
    pub note: String,
    /// Why it is deployed before the decisions, where it is an emergency.
    pub emergency: Option<String>,
    /// Whether it is asked for although it is approved: what is approved holds until this is decided.
    pub renew: bool,
}

/// The answer to whoever asked.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The request that was made, or the approval that there is.
    pub kept: Kept,
    /// Whether a request was made.
    pub opened: bool,
}

/// Asks for an approval of a version. What is approved in the state that it has now is answered with that approval, and
/// nothing is opened, unless a renewal is asked for.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Hidden`], [`Error::Forbidden`]; [`Error::Conflict`] with the rule's name: the model is
/// archived or has no tier, no policy decides, another request is open, what the policy demands does not hold.
pub async fn ask(
    app: &App,
    caller: &Caller,
    model: &str,
    version: &str,
    asked: Asked,
) -> Result<Answered, Error> {
    if !is_name(&asked.environment, 64) {
        let message = "must be 1 to 64 letters, digits or . _ / : - and start with a letter or digit";
        return Err(Error::invalid("/environment", message));
    }
    let note = words("/note", &asked.note)?;
    let emergency =
        asked.emergency.as_deref().map(|reason| words("/emergency/reason", reason)).transpose()?;
    let asked = Asked { note, emergency, ..asked };
    let (by, system) = (caller.clone(), Caller::system(app));
    let (model, version) = (model.to_owned(), version.to_owned());
    let written = app
        .db
        .write(move |tx| {
            let (by, system, asked) = (by.clone(), system.clone(), asked.clone());
            let (model, version) = (model.clone(), version.clone());
            async move {
                let found = find(tx, &model, &version).await?;
                request(tx, &by, &system, found, asked).await
            }
            .boxed()
        })
        .await?;
    Ok(written.value)
}

async fn request(
    tx: &mut Tx,
    by: &Caller,
    system: &Caller,
    found: FoundRow,
    asked: Asked,
) -> Result<Answered, Error> {
    let team = found.team_id;
    by.allow(Permission::ReadApprovals, Permission::RequestApprovals, Some(team))?;
    let inputs = bound_inputs(tx, found.version.id).await?;
    let policy = deciding(tx, &inputs, &asked.environment).await?;
    let (bound, now) = (bound_state(&inputs, policy.reference()), tx.now());
    if !asked.renew
        && let Some(kept) = approved_already(tx, found.version.id, &asked.environment, &bound, now).await?
    {
        return Ok(Answered { kept, opened: false });
    }
    make_room(tx, system, found.version.id, &asked.environment).await?;
    let id = tx.new_id();
    let terms = terms(tx, by, id, &asked.environment, found.version.id).await?;
    let said = Said::nothing().with("note", &asked.note);
    let (approved, said) = match &asked.emergency {
        None => {
            let standing = standing(tx, &inputs, found.version.id, &policy.demands.request, now).await?;
            (Approval::request(terms, &policy, bound, &standing, now), said)
        }
        Some(reason) => {
            tier_is_confirmed(&inputs)?;
            let acting = acting_in_emergency(tx, by, team, now, Permission::RequestApprovals).await?;
            let earlier = emergencies::before(tx, found.version.model_id, &asked.environment).await?;
            let approval =
                Approval::request_in_emergency(terms, &policy, bound, &acting, reason, &earlier, now);
            (approval, said.with("reason", reason))
        }
    };
    let (approval, happened) =
        approved.map_err(|refusal| refused::error(&refusal, Permission::RequestApprovals))?;
    let row = RequestRow {
        id,
        model_version_id: found.version.id,
        model_id: found.version.model_id,
        model: found.model,
        version: found.version.version,
        team_id: team,
        environment: asked.environment,
        requested_by: by.actor().id(),
        requested_at: now,
        changed_at: now,
        revision: 1,
        // What follows from the state is put in when it is stored.
        policy_id: String::new(),
        state: String::new(),
        state_name: String::new(),
        until: None,
        due: None,
        review_due: None,
        emergency_at: None,
    };
    let kept = begin(tx, by, row, approval, &happened, said).await?;
    Ok(Answered { kept, opened: true })
}

/// The approval of this very state for the environment, where there is one.
async fn approved_already(
    conn: &mut Conn,
    version: Uuid,
    environment: &str,
    bound: &BoundState,
    now: DateTime<Utc>,
) -> Result<Option<Kept>, Error> {
    for row in store::running_of_version(conn, version).await?.into_iter().rev() {
        if row.environment == environment {
            let kept = Kept::new(row)?;
            let policy = kept.policy(conn).await?;
            if kept.approval.holds_for(&policy, bound, now) {
                return Ok(Some(kept));
            }
        }
    }
    Ok(None)
}

/// The policy under which it is asked for.
async fn deciding(conn: &mut Conn, inputs: &BoundInputs, environment: &str) -> Result<Arc<Policy>, Error> {
    let model = &inputs.model;
    let refuse = |code, detail: String| Err(Error::Conflict { code, detail });
    if inputs.archived_at.is_some() {
        return refuse(
            "model_archived",
            format!("{model} was taken out of use: nothing of it is deployed any more"),
        );
    }
    let Some(tier) = inputs.tier else {
        let detail = format!("{model} has no risk tier yet: answer the questions that lead to it first");
        return refuse("no_tier", detail);
    };
    match policies::deciding(conn, environment, tier).await? {
        Some(policy) => Ok(policy),
        None => refuse(
            "no_policy",
            format!(
                "no policy decides about {tier} models in {environment}: an administrator can propose one"
            ),
        ),
    }
}

/// Refuses an emergency while nobody has confirmed the risk tier, which says who may declare one.
pub(super) fn tier_is_confirmed(inputs: &BoundInputs) -> Result<(), Error> {
    if inputs.tier_confirmed {
        return Ok(());
    }
    let detail = format!(
        "nobody confirmed the risk tier of {} yet, so no emergency can be declared: have it confirmed first",
        inputs.model
    );
    Err(Error::Conflict { code: "tier_unconfirmed", detail })
}

/// Refuses a second open request; one whose time has run out is put on record as ended first.
async fn make_room(tx: &mut Tx, system: &Caller, version: Uuid, environment: &str) -> Result<(), Error> {
    let Some(row) = store::open_request(tx, version, environment).await? else { return Ok(()) };
    if row.until.is_some_and(|until| until <= tx.now()) {
        return passing::pass(tx, system, row.id).await;
    }
    Err(Error::Conflict {
        code: "request_open",
        detail: format!(
            "a request for {} {} in {environment} is open already: {}. Withdraw it to ask again",
            row.model, row.version, row.id
        ),
    })
}

async fn terms(
    conn: &mut Conn,
    by: &Caller,
    id: Uuid,
    environment: &str,
    version: Uuid,
) -> Result<Terms, Error> {
    let requester = match by.actor() {
        Actor::Person(id) => Requester::Person(who(conn, id).await?),
        Actor::Service(id) | Actor::System(id) => Requester::Service { id },
    };
    let Makers { authors, committers, contributors } = makers(conn, version).await?;
    Ok(Terms { id, requester, environment: environment.to_owned(), authors, committers, contributors })
}

/// Who had a part in a version.
#[derive(Clone, Debug)]
pub struct Makers {
    /// Whom it names as its authors, and who registered it where that was a person.
    pub authors: Vec<Who>,
    /// Whose commits are in it.
    pub committers: Vec<Who>,
    /// Who contributed to it.
    pub contributors: Vec<Who>,
}

/// Who had a part in a version, with all that is known of each.
///
/// # Errors
/// [`Error::NotFound`]; those of the database.
pub async fn makers(conn: &mut Conn, version: Uuid) -> Result<Makers, Error> {
    let found = models::find_by_id(conn, version).await?.ok_or(Error::NotFound)?.version;
    let mut authors = found.authors()?;
    if let Some(registrar) = found.registered_by
        && crate::access::store::person(conn, registrar).await?.is_some()
        && !authors.iter().any(|who| who.account == Some(registrar))
    {
        authors.push(Who::account(registrar));
    }
    let contributors = contributing_people(conn, version).await?;
    Ok(Makers {
        authors: known(conn, authors).await?,
        committers: known(conn, found.committers()?).await?,
        contributors: known(conn, contributors).await?,
    })
}
