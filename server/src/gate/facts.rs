//! What the gate looks at, put together from the rooms that know it. A pipeline waits for each statement, so only what the
//! policy asks for is looked up.

use assay_domain::access::{Permission, Reach};
use assay_domain::approvals::gate::{self, Code, Facts, ModelFact, VersionFact};
use assay_domain::approvals::{Approval, Standing};
use assay_domain::models::ArtefactDigest;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::service::{About, Answered, Question, RequestSeen};
use super::store::{self, Situation, Which};
use crate::approvals::service as approvals;
use crate::db::Conn;
use crate::error::{Error, FieldError};
use crate::http::Caller;
use crate::models::service as models;
use crate::models::service::bound::BoundInputs;
use crate::models::store::{self as registry, PartRow};
use crate::policies::service as policies;

/// Whether a caller may ask about the models of a team.
pub(super) type May<'a> = &'a (dyn Fn(&Caller, Uuid) -> Result<(), Error> + Send + Sync);

/// What is known of what was asked about.
enum Known {
    Version(Box<Version>),
    /// The model is there, in this team, and has no such version.
    Model {
        team: Uuid,
        model: Uuid,
        archived_at: Option<DateTime<Utc>>,
    },
    Nothing,
}

/// A version that the caller may ask about.
struct Version {
    id: Uuid,
    model_id: Uuid,
    team: Uuid,
    model: String,
    version: String,
    archived_at: Option<DateTime<Utc>>,
    situation: Situation,
}

/// The answer now.
///
/// # Errors
/// [`Error::NotFound`] and [`Error::Hidden`] for what the caller may not know of; those of `may`; those of the database.
pub(super) async fn answer(
    conn: &mut Conn,
    caller: &Caller,
    question: &Question,
    may: May<'_>,
    now: DateTime<Utc>,
) -> Result<Answered, Error> {
    let known = find(conn, caller, question, may).await?;
    let (model, version) = match (&known, &question.about) {
        (Known::Version(found), _) => (found.model.clone(), found.version.clone()),
        (_, About::Named { model, version }) => (model.clone(), version.clone()),
        (_, About::Artefact(_)) => Default::default(),
    };
    let answered = Answered {
        model,
        version,
        environment: question.environment.clone(),
        digest: question.digest().cloned(),
        at: now,
        answer: gate::decide(&nothing(question, now)),
        policy: None,
        request: None,
        model_version: None,
        model_id: None,
        team: None,
    };
    match known {
        Known::Version(found) => of_version(conn, question, answered, *found).await,
        Known::Model { team, model, archived_at } => {
            let state = archived_at.map_or(ModelFact::Known, |since| ModelFact::Archived { since });
            let answer = gate::decide(&Facts { model: state, ..nothing(question, now) });
            Ok(Answered { answer, model_id: Some(model), team: Some(team), ..answered })
        }
        Known::Nothing => Ok(answered),
    }
}

/// The facts about what nobody knows.
const fn nothing(question: &Question, now: DateTime<Utc>) -> Facts<'_> {
    Facts {
        now,
        environment: question.environment.as_str(),
        model: ModelFact::Unknown,
        version: VersionFact::Unknown,
        digest: None,
        tier_confirmed: false,
        policy: None,
        requests: &[],
        bound: None,
        standing: &NOTHING_STANDS,
        external: &[],
    }
}

static NOTHING_STANDS: Standing = Standing {
    findings: Vec::new(),
    operations: Vec::new(),
    accountable_owner: false,
    authors_known: false,
    levels: std::collections::BTreeMap::new(),
    evidence: Vec::new(),
};

/// What was asked about. Who may not see everything gets the same answer for what is hidden and what is not there.
async fn find(conn: &mut Conn, caller: &Caller, question: &Question, may: May<'_>) -> Result<Known, Error> {
    let (model, version) = match &question.about {
        About::Named { model, version } => (model, version),
        About::Artefact(digest) => return by_digest(conn, caller, digest, &question.environment, may).await,
    };
    let situation = store::situation(conn, Which::Named(model, version), &question.environment).await?;
    if let Some(situation) = situation {
        return visible(caller, situation, may);
    }
    if let Some(row) = registry::by_name(conn, model).await? {
        may(caller, row.team_id)?;
        return Ok(Known::Model { team: row.team_id, model: row.id, archived_at: row.archived_at });
    }
    unknown(caller)
}

async fn by_digest(
    conn: &mut Conn,
    caller: &Caller,
    digest: &ArtefactDigest,
    environment: &str,
    may: May<'_>,
) -> Result<Known, Error> {
    let mut found = models::find_by_digest(conn, digest).await?;
    found.retain(|found| caller.may(Permission::LookGate, Some(found.team_id)));
    if found.len() > 1 {
        let names: Vec<_> =
            found.iter().map(|found| format!("{} {}", found.model, found.version.version)).collect();
        let message = format!("is that of several versions ({}): name model and version", names.join(", "));
        return Err(Error::Invalid(vec![FieldError::new("/digest", message)]));
    }
    let Some(found) = found.pop() else { return unknown(caller) };
    match store::situation(conn, Which::Id(found.version.id), environment).await? {
        Some(situation) => visible(caller, situation, may),
        None => unknown(caller),
    }
}

fn visible(caller: &Caller, situation: Situation, may: May<'_>) -> Result<Known, Error> {
    let missing = || Error::internal("a version was read without its ids");
    let part: &PartRow = situation.parts.first().ok_or_else(missing)?;
    let (Some(id), Some(model_id), Some(team)) = (part.id, part.model_id, part.team_id) else {
        return Err(missing());
    };
    may(caller, team)?;
    let (model, version, archived_at) = (part.name.clone(), part.version.clone(), part.archived_at);
    Ok(Known::Version(Box::new(Version { id, model_id, team, model, version, archived_at, situation })))
}

fn unknown(caller: &Caller) -> Result<Known, Error> {
    match caller.principal.reach(Permission::LookGate) {
        Reach::All => Ok(Known::Nothing),
        Reach::Teams(_) => Err(Error::NotFound),
    }
}

async fn of_version(
    conn: &mut Conn,
    question: &Question,
    answered: Answered,
    found: Version,
) -> Result<Answered, Error> {
    let (id, now, environment) = (found.id, answered.at, question.environment.as_str());
    let Situation { parts, decides, requests } = found.situation;
    let inputs = readable(BoundInputs::of_parts(parts, id), "the version")?;
    let tier = inputs.as_ref().and_then(|inputs| inputs.tier);
    let policy = match decides.filter(|_| tier.is_some()) {
        Some(decides) => readable(policies::load(conn, &decides).await, "the policy")?,
        None => None,
    };
    let mut known = Vec::with_capacity(requests.len());
    for state in requests {
        let request = serde_json::from_str::<Approval>(&state).map_err(Error::internal);
        known.extend(readable(request, "a request")?);
    }
    let (mut standing, mut external, mut bound) = (Standing::default(), Vec::new(), None);
    if let (Some(inputs), Some(policy)) = (&inputs, &policy) {
        standing = approvals::standing(conn, inputs, id, &policy.demands.gate, now).await?;
        bound = Some(approvals::bound_state(inputs, policy.reference()));
        if !policy.external.is_empty() {
            external = approvals::reported_elsewhere(conn, id, environment).await?;
        }
    }
    let facts = Facts {
        model: found.archived_at.map_or(ModelFact::Known, |since| ModelFact::Archived { since }),
        version: VersionFact::Known { digest: inputs.as_ref().map(|inputs| &inputs.artefact_digest) },
        digest: question.digest(),
        tier_confirmed: inputs.as_ref().is_some_and(|inputs| inputs.tier_confirmed),
        policy: policy.as_deref(),
        requests: &known,
        bound: bound.as_ref(),
        standing: &standing,
        external: &external,
        ..nothing(question, now)
    };
    let mut answer = gate::decide(&facts);
    if tier.is_none() {
        answer.reasons.iter_mut().filter(|reason| reason.code == Code::NoPolicy).for_each(|reason| {
            reason.message = NO_TIER.to_owned();
        });
    }
    Ok(Answered {
        answer,
        request: gate::counts(&facts).map(|counts| request_of(counts, now)),
        policy: policy.map(|policy| policy.reference()),
        model_version: Some(id),
        model_id: Some(found.model_id),
        team: Some(found.team),
        digest: answered.digest.or(inputs.map(|inputs| inputs.artefact_digest)),
        ..answered
    })
}

const NO_TIER: &str =
    "the model has no risk tier, so no policy decides about it: answer the questions about its risk";

fn request_of(request: &Approval, now: DateTime<Utc>) -> RequestSeen {
    // What its time has ended is over, whether or not that is on record yet.
    let ended = !request.state().is_closed() && request.until().is_some_and(|until| until <= now);
    let state = if ended { "expired" } else { request.state().name() };
    RequestSeen { id: request.terms().id, state: state.to_owned() }
}

/// What cannot be read is not there for the gate, and it says no; why stands in the log. A database that fails is another
/// thing: then there is no answer.
fn readable<T>(read: Result<T, Error>, what: &str) -> Result<Option<T>, Error> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(Error::Internal(detail)) => {
            tracing::error!(detail, what, "the gate cannot read what it has to look at, and says no");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
