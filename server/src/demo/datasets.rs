//! What the teams' models are made with: datasets on their terms, what pipelines and people used them for over the year,
//! and what came of uses that broke the terms. It happens step by step between everything else in the story.

use super::{Cast, story};
use crate::datasets::service::{self as datasets, DatasetChange, NewDataset, NewVersion, Posted};
use crate::datasets::store::{self, FindingFilter, FindingRow};
use crate::error::Error;
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

use By::{Job, Person};
use Classification as C;
use LawfulBasis as B;
use What::{Accepted, Archived, Registered, Resolved, TakenUp, Version};

const CARDS: (&str, &str) = ("warehouse", "payments.cards");
const TRANSFERS: (&str, &str) = ("warehouse", "payments.transfers");
const MERCHANTS: (&str, &str) = ("warehouse", "payments.merchants");
const PHOTOS: (&str, &str) = ("s3://claims", "damage/photos");
const OFFERS: (&str, &str) = ("warehouse", "claims.garage-offers");
const MEDICAL: (&str, &str) = ("warehouse", "claims.medical-reports");
const PILOT: (&str, &str) = ("s3://claims", "pilot-2024/photos");
const TICKETS: (&str, &str) = ("helpdesk", "tickets");
const TEXTS: (&str, &str) = ("git/care", "texts/answers");
const EXPORT: (&str, &str) = ("s3://scratch", "sofia/tickets-export.csv");

const fn step(days_ago: i64, team: &'static str, dataset: (&'static str, &'static str), what: What) -> Step {
    Step { days_ago, team, dataset, what }
}

const fn used(
    by: By,
    version: Option<(&'static str, &'static str)>,
    of: Option<&'static str>,
    purpose: &'static str,
    rows: Option<u64>,
) -> What {
    What::Used { by, version, of, purpose, rows }
}

/// Everything, the oldest first.
const STEPS: &[Step] = &[
    step(
        345,
        "payments",
        CARDS,
        Registered(Terms {
            description: "Card payments of private customers: amount, merchant, place, time, and whether it was fraud.",
            classification: C::Personal,
            basis: Some(B::Contract),
            exception: None,
            purposes: &["fraud-detection", "monitoring"],
            residency: &["eu-central-1"],
            kept: Some((RetentionEvent::ContractEnd, 3650, None)),
        }),
    ),
    step(344, "payments", CARDS, Version("2025-12")),
    step(
        343,
        "payments",
        MERCHANTS,
        Registered(Terms {
            description: "Merchants with their trade and how often payments to them were fraud.",
            classification: C::Internal,
            basis: None,
            exception: None,
            purposes: &["fraud-detection", "reporting"],
            residency: &[],
            kept: None,
        }),
    ),
    step(342, "payments", MERCHANTS, Version("2025-12")),
    step(
        329,
        "payments",
        CARDS,
        used(
            Job("train-fraud-scoring"),
            Some(("fraud-scoring", "10")),
            Some("2025-12"),
            "fraud-detection",
            Some(41_250_000),
        ),
    ),
    step(
        329,
        "payments",
        MERCHANTS,
        used(
            Job("train-fraud-scoring"),
            Some(("fraud-scoring", "10")),
            Some("2025-12"),
            "fraud-detection",
            Some(212_400),
        ),
    ),
    step(
        310,
        "claims",
        PHOTOS,
        Registered(Terms {
            description: "Photographs of damage that customers sent in, with the claim that they belong to.",
            classification: C::Personal,
            basis: Some(B::Contract),
            exception: None,
            purposes: &["cost-estimation"],
            residency: &["eu-west-1"],
            kept: Some((RetentionEvent::ContractEnd, 730, None)),
        }),
    ),
    step(
        308,
        "claims",
        OFFERS,
        Registered(Terms {
            description: "What garages offered for a repair, and what was paid in the end.",
            classification: C::Confidential,
            basis: None,
            exception: None,
            purposes: &["cost-estimation", "reporting"],
            residency: &[],
            kept: None,
        }),
    ),
    step(
        297,
        "claims",
        PHOTOS,
        used(
            Job("train-repair-cost"),
            Some(("repair-cost", "2026.04")),
            None,
            "cost-estimation",
            Some(318_000),
        ),
    ),
    step(
        297,
        "claims",
        OFFERS,
        used(
            Job("train-repair-cost"),
            Some(("repair-cost", "2026.04")),
            None,
            "cost-estimation",
            Some(96_500),
        ),
    ),
    step(
        290,
        "care",
        TICKETS,
        Registered(Terms {
            description: "Questions that customers asked, with the desk that answered them.",
            classification: C::Personal,
            basis: Some(B::LegitimateInterests),
            exception: None,
            purposes: &["ticket-routing"],
            residency: &["eu-central-1"],
            kept: Some((RetentionEvent::PurposeFulfilled, 365, None)),
        }),
    ),
    step(
        277,
        "care",
        TICKETS,
        used(
            Job("train-ticket-routing"),
            Some(("ticket-routing", "8")),
            None,
            "ticket-routing",
            Some(73_000),
        ),
    ),
    step(
        200,
        "claims",
        PILOT,
        Registered(Terms {
            description: "Photographs of the pilot with three garages. Customers agreed to the pilot and to nothing else.",
            classification: C::Personal,
            basis: Some(B::Consent),
            exception: None,
            purposes: &["cost-estimation"],
            residency: &["eu-west-1"],
            kept: Some((RetentionEvent::ProjectEnd, 90, Some(260))),
        }),
    ),
    step(152, "payments", CARDS, Version("2026-06")),
    step(
        147,
        "payments",
        CARDS,
        used(
            Job("train-fraud-scoring"),
            Some(("fraud-scoring", "11")),
            Some("2026-06"),
            "fraud-detection",
            Some(58_910_000),
        ),
    ),
    step(
        147,
        "payments",
        MERCHANTS,
        used(
            Job("train-fraud-scoring"),
            Some(("fraud-scoring", "11")),
            None,
            "fraud-detection",
            Some(231_700),
        ),
    ),
    step(
        139,
        "payments",
        TRANSFERS,
        Registered(Terms {
            description: "Transfers between accounts, without names; accounts stand under a number of our own.",
            classification: C::Personal,
            basis: Some(B::LegalObligation),
            exception: None,
            purposes: &["fraud-detection"],
            residency: &["eu-central-1"],
            kept: Some((RetentionEvent::ContractEnd, 3650, None)),
        }),
    ),
    step(
        135,
        "payments",
        TRANSFERS,
        used(
            Job("train-transfer-anomaly"),
            Some(("transfer-anomaly", "3")),
            None,
            "fraud-detection",
            Some(12_400_000),
        ),
    ),
    step(
        124,
        "claims",
        MEDICAL,
        Registered(Terms {
            description: "Reports of physicians about injuries after accidents.",
            classification: C::SpecialCategory,
            basis: Some(B::Contract),
            exception: Some(SpecialException::LegalClaims),
            purposes: &["claims-triage"],
            residency: &["eu-west-1"],
            kept: Some((RetentionEvent::ContractEnd, 3650, None)),
        }),
    ),
    step(
        117,
        "claims",
        MEDICAL,
        used(Job("train-expert-triage"), Some(("expert-triage", "2")), None, "claims-triage", Some(8_200)),
    ),
    step(
        109,
        "claims",
        PHOTOS,
        used(
            Job("train-repair-cost"),
            Some(("repair-cost", "2026.07")),
            None,
            "cost-estimation",
            Some(402_000),
        ),
    ),
    step(
        109,
        "claims",
        PILOT,
        used(
            Job("train-repair-cost"),
            Some(("repair-cost", "2026.07")),
            None,
            "cost-estimation",
            Some(2_100),
        ),
    ),
    step(
        76,
        "payments",
        CARDS,
        used(Person("jonas.keller@brightwater.example"), None, None, "marketing", Some(15_000)),
    ),
    step(75, "payments", CARDS, TakenUp),
    step(
        71,
        "payments",
        CARDS,
        Resolved("The list was deleted before it left the team; the request for it was answered with a no."),
    ),
    step(
        57,
        "claims",
        MEDICAL,
        used(
            Job("pilot-cover-decisions"),
            Some(("cover-decisions", "0.1")),
            None,
            "cover-decisions",
            Some(1_900),
        ),
    ),
    step(55, "claims", MEDICAL, TakenUp),
    step(
        46,
        "care",
        TEXTS,
        Registered(Terms {
            description: "Our own texts: answers that agents may send as they are.",
            classification: C::Internal,
            basis: None,
            exception: None,
            purposes: &["reply-drafts", "reporting"],
            residency: &[],
            kept: None,
        }),
    ),
    step(
        39,
        "care",
        TICKETS,
        used(Person("ben.wright@brightwater.example"), None, None, "reply-drafts", Some(4_000)),
    ),
    step(
        36,
        "care",
        TICKETS,
        Accepted {
            days: 90,
            reason: "Names were taken out before; the customers are told with the next terms. Until then no new use.",
        },
    ),
    step(33, "care", EXPORT, used(Job("notebook-sofia"), None, None, "ticket-routing", Some(900))),
    step(20, "claims", PILOT, Archived),
    step(15, "payments", CARDS, Version("2026-10")),
    step(
        13,
        "payments",
        CARDS,
        used(
            Job("train-fraud-scoring"),
            Some(("fraud-scoring", "12")),
            Some("2026-10"),
            "fraud-detection",
            Some(64_300_000),
        ),
    ),
    step(
        13,
        "payments",
        MERCHANTS,
        used(
            Job("train-fraud-scoring"),
            Some(("fraud-scoring", "12")),
            None,
            "fraud-detection",
            Some(240_100),
        ),
    ),
    step(13, "payments", CARDS, What::Declared("fraud-scoring", "12", "2026-10")),
    step(
        12,
        "claims",
        PHOTOS,
        used(
            Job("train-repair-cost"),
            Some(("repair-cost", "2026.10")),
            None,
            "cost-estimation",
            Some(455_000),
        ),
    ),
    step(
        6,
        "payments",
        TRANSFERS,
        used(
            Job("train-transfer-anomaly"),
            Some(("transfer-anomaly", "4")),
            None,
            "fraud-detection",
            Some(14_900_000),
        ),
    ),
    step(
        5,
        "care",
        TICKETS,
        used(
            Job("train-ticket-routing"),
            Some(("ticket-routing", "9")),
            None,
            "ticket-routing",
            Some(88_000),
        ),
    ),
    step(
        4,
        "claims",
        MEDICAL,
        used(Job("train-expert-triage"), Some(("expert-triage", "3")), None, "claims-triage", Some(9_400)),
    ),
    step(2, "payments", CARDS, used(Job("drift-report"), None, Some("2026-10"), "monitoring", None)),
    step(
        1,
        "payments",
        TRANSFERS,
        used(
            Job("train-transfer-anomaly"),
            Some(("transfer-anomaly", "5")),
            None,
            "fraud-detection",
            Some(15_200_000),
        ),
    ),
];

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
        Registered(terms) => {
            let description = terms.description.to_owned();
            let new = NewDataset {
                team: Some(step.team.to_owned()),
                description,
                terms: on_terms(name, terms, today),
            };
            datasets::register(app, &lead, new).await.map(drop)
        }
        Version(version) => {
            let location = Some(format!("{}/{}", name.namespace, version));
            let new =
                NewVersion { version: (*version).to_owned(), digest: digest(&name, version)?, location };
            datasets::register_version(app, &lead, id_of(cast, &name).await?, new).await.map(drop)
        }
        What::Used { by, version, of, purpose, rows } => {
            let by = match by {
                Job(name) => UsedBy::Job { name: (*name).to_owned() },
                Person(email) => UsedBy::Person { id: cast.people[email].0 },
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
        TakenUp => work(cast, &lead, &name, datasets::Step::Start).await,
        Resolved(reason) => {
            work(cast, &lead, &name, datasets::Step::Resolve { reason: (*reason).to_owned() }).await
        }
        Accepted { days, reason } => {
            let until = (app.clock.now() + TimeDelta::days(*days)).date_naive();
            work(cast, &officer, &name, datasets::Step::AcceptRisk { reason: (*reason).to_owned(), until })
                .await
        }
        Archived => {
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
async fn work(cast: &Cast, by: &Caller, name: &DatasetName, step: datasets::Step) -> Result<(), Error> {
    let filter = FindingFilter { dataset: Some(name.clone()), ..FindingFilter::within(Reach::All) };
    let found = datasets::findings(&cast.app, by, filter, 1).await?.pop();
    let FindingRow { id, .. } = found.ok_or_else(|| Error::internal(format!("no finding about {name}")))?;
    datasets::step(&cast.app, by, id, step).await.map(drop)
}
