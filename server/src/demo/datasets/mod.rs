//! What the teams' models are made with: datasets on their terms, what pipelines and people used them for over the year,
//! and what came of uses that broke the terms. It happens step by step between everything else in the story; [`steps`] is
//! what.

mod steps;

use super::{Cast, story};
use crate::datasets::service::{self as datasets, DatasetChange, NewDataset, NewVersion, Posted};
use crate::datasets::store;
use crate::error::Error;
use crate::findings::service::{self as findings, Step as FindingStep};
use crate::findings::store::{FindingFilter, FindingRow};
use crate::http::Caller;
use crate::models::service as models;
use assay_domain::access::Reach;
use assay_domain::datasets::{
    Classification, Dataset, DatasetDigest, DatasetName, LawfulBasis, Retention, RetentionEvent,
    SpecialException, Usage, UsedBy,
};
use assay_domain::models::{UsedFor, VersionRef};
use chrono::{DateTime, Days, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use steps::STEPS;

/// One thing that happened to a dataset: namespace and name.
struct Step {
    days_ago: i64,
    team: &'static str,
    dataset: (&'static str, &'static str),
    what: What,
}

/// What happened.
enum What {
    Registered(Terms),
    /// A version came out.
    Version(&'static str),
    /// Somebody used it: a job, or a person by mail address. For a version of a model, where there is one.
    Used {
        by: By,
        version: Option<(&'static str, &'static str)>,
        of: Option<&'static str>,
        purpose: &'static str,
        rows: Option<u64>,
    },
    /// A version of a model declares that it was trained on a version of it.
    Declared(&'static str, &'static str, &'static str),
    /// The newest finding about it was taken up by the lead.
    TakenUp,
    /// The lead put it in order.
    Resolved(&'static str),
    /// The officer accepted the risk for so many days.
    Accepted {
        days: i64,
        reason: &'static str,
    },
    /// It was taken out of use.
    Archived,
}

/// On which terms a dataset is registered.
struct Terms {
    description: &'static str,
    classification: Classification,
    basis: Option<LawfulBasis>,
    exception: Option<SpecialException>,
    purposes: &'static [&'static str],
    residency: &'static [&'static str],
    /// What retention counts from, for how many days, and how many days ago that happened.
    kept: Option<(RetentionEvent, u32, Option<u64>)>,
}

enum By {
    Job(&'static str),
    Person(&'static str),
}

/// Lets happen what happened to data more than `until` days ago and has not happened yet.
pub(super) async fn play(
    cast: &Cast,
    today: DateTime<Utc>,
    done: &mut usize,
    until: i64,
) -> Result<(), Error> {
    while let Some(step) = STEPS.get(*done).filter(|step| step.days_ago > until) {
        cast.turn_to(today - TimeDelta::days(step.days_ago));
        cast.pass(17);
        happen(cast, step, today).await?;
        *done += 1;
    }
    Ok(())
}

async fn happen(cast: &Cast, step: &Step, today: DateTime<Utc>) -> Result<(), Error> {
    let team = story::TEAMS.iter().find(|team| team.slug == step.team);
    let team = team.ok_or_else(|| Error::internal(format!("no team is called {}", step.team)))?;
    let (lead, officer) = (cast.caller(team.lead), cast.caller(story::OFFICER));
    let app = &cast.app;
    let name = DatasetName { namespace: step.dataset.0.to_owned(), name: step.dataset.1.to_owned() };
    match &step.what {
        What::Registered(terms) => {
            let description = terms.description.to_owned();
            let new = NewDataset {
                team: Some(step.team.to_owned()),
                description,
                terms: on_terms(name, terms, today),
            };
            datasets::register(app, &lead, new).await.map(drop)
        }
        What::Version(version) => {
            let location = Some(format!("{}/{}", name.namespace, version));
            let new =
                NewVersion { version: (*version).to_owned(), digest: digest(&name, version)?, location };
            datasets::register_version(app, &lead, id_of(cast, &name).await?, new).await.map(drop)
        }
        What::Used { by, version, of, purpose, rows } => {
            let by = match by {
                By::Job(name) => UsedBy::Job { name: (*name).to_owned() },
                By::Person(email) => UsedBy::Person { id: cast.people[email].0 },
            };
            let usage = Usage {
                digest: of.map(|of| digest(&name, of)).transpose()?,
                dataset: name,
                by,
                version: version.map(|(model, version)| VersionRef {
                    model: model.to_owned(),
                    version: version.to_owned(),
                }),
                purpose: (*purpose).to_owned(),
                at: app.clock.now() - TimeDelta::minutes(9),
                rows: *rows,
            };
            record(cast, &cast.caller(team.contributor), usage).await
        }
        What::Declared(model, version, of) => {
            let declared = models::Declared {
                digest: Some(digest(&name, of)?.to_string()),
                namespace: name.namespace,
                name: name.name,
                version: (*of).to_owned(),
                used_for: UsedFor::Training,
            };
            models::declare(app, &cast.caller(team.contributor), model, version, vec![declared])
                .await
                .map(drop)
        }
        What::TakenUp => work(cast, &lead, &name, FindingStep::Start).await,
        What::Resolved(reason) => {
            work(cast, &lead, &name, FindingStep::Resolve { reason: (*reason).to_owned() }).await
        }
        What::Accepted { days, reason } => {
            let until = (app.clock.now() + TimeDelta::days(*days)).date_naive();
            work(cast, &officer, &name, FindingStep::AcceptRisk { reason: (*reason).to_owned(), until }).await
        }
        What::Archived => {
            let change = DatasetChange { archived: Some(true), ..DatasetChange::default() };
            datasets::change(app, &lead, id_of(cast, &name).await?, change).await.map(drop)
        }
    }
}

fn on_terms(name: DatasetName, terms: &Terms, today: DateTime<Utc>) -> Dataset {
    let words = |words: &[&str]| words.iter().map(ToString::to_string).collect();
    let retention = terms.kept.map(|(counts_from, days, ago)| Retention {
        counts_from,
        days,
        happened_on: ago.and_then(|ago| today.date_naive().checked_sub_days(Days::new(ago))),
        legal_hold: false,
    });
    Dataset {
        name,
        classification: terms.classification,
        lawful_basis: terms.basis,
        exception: terms.exception,
        purposes: words(terms.purposes),
        residency: words(terms.residency),
        retention,
    }
}

fn digest(name: &DatasetName, version: &str) -> Result<DatasetDigest, Error> {
    let hash = crate::http::hex(&Sha256::digest(format!("{name} {version}")));
    format!("sha256:{hash}").parse().map_err(Error::internal)
}

async fn id_of(cast: &Cast, name: &DatasetName) -> Result<uuid::Uuid, Error> {
    let row = store::dataset_named(&mut cast.app.db.read().await?, name).await?;
    row.map(|row| row.id).ok_or_else(|| Error::internal(format!("no dataset is called {name}")))
}

async fn record(cast: &Cast, by: &Caller, usage: Usage) -> Result<(), Error> {
    let canonical = serde_json_canonicalizer::to_vec(&usage).map_err(Error::internal)?;
    let digest: [u8; 32] = Sha256::digest(canonical).into();
    let posted = Posted { usage, key: format!("sha256:{}", crate::http::hex(&digest)), digest };
    let outcomes = datasets::record_all(&cast.app, by, vec![Ok(posted)]).await?;
    outcomes.into_iter().try_for_each(|outcome| outcome.map(drop))
}

/// Does something to the newest finding about a dataset.
async fn work(cast: &Cast, by: &Caller, name: &DatasetName, step: FindingStep) -> Result<(), Error> {
    let filter = FindingFilter { dataset: Some(name.clone()), ..FindingFilter::within(Reach::All) };
    let found = findings::findings(&cast.app, by, filter, 1).await?.pop();
    let FindingRow { id, .. } = found.ok_or_else(|| Error::internal(format!("no finding about {name}")))?;
    findings::step(&cast.app, by, id, step).await.map(drop)
}
