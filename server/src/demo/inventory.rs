//! What the teams built: models with what they are for and how much harm they can do, versions that came from one
//! another, what is shown for them, and what ran when. It happens step by step between everything else in the story.

use super::{Cast, story};
use crate::error::Error;
use crate::http::{Caller, IfMatch};
use crate::models::service::{
    self as models, ModelChange, Named, NewDeployment, NewEvidence, NewModel, NewVersion, Posted,
};
use crate::proposals::service as proposals;
use assay_domain::models::{Change, EvidenceKind, Lineage, RiskAnswer, VersionRef};
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// One thing that happened to a model of a team.
struct Step {
    days_ago: i64,
    team: &'static str,
    model: &'static str,
    what: What,
}

/// What happened.
enum What {
    /// It was registered: purpose, success measure, and the questions about risk that were answered with yes. Without
    /// answers nobody has said yet how much harm it can do.
    Registered { purpose: &'static str, measure: &'static str, yes: Option<&'static [&'static str]> },
    /// A version was registered, made from another one, with its measures.
    Version {
        version: &'static str,
        parent: Option<&'static str>,
        metrics: &'static [(&'static str, &'static str)],
    },
    /// Evidence of these kinds was attached to a version.
    Shown { version: &'static str, kinds: &'static [EvidenceKind] },
    /// What runs somewhere changed.
    Deployed { version: &'static str, environment: &'static str, change: Change },
    /// A version was deployed at night, before anybody had decided, and looked at the next day.
    Rushed { version: &'static str, environment: &'static str, reason: &'static str },
    /// It was taken out of use.
    Archived,
}

use Change::{Beside, Removed, Replaces};
use EvidenceKind as E;

/// What the policy for high risk asks to be shown, in `questionnaires/policies/high.toml`.
const EVERYTHING: &[EvidenceKind] = &[
    E::Evaluation,
    E::Fairness,
    E::Robustness,
    E::ModelCard,
    E::DataSheet,
    E::HumanOversight,
    E::MonitoringPlan,
];

const fn step(days_ago: i64, team: &'static str, model: &'static str, what: What) -> Step {
    Step { days_ago, team, model, what }
}

const fn version(
    version: &'static str,
    parent: Option<&'static str>,
    metrics: &'static [(&'static str, &'static str)],
) -> What {
    What::Version { version, parent, metrics }
}

const fn shown(version: &'static str, kinds: &'static [EvidenceKind]) -> What {
    What::Shown { version, kinds }
}

const fn runs(version: &'static str, environment: &'static str, change: Change) -> What {
    What::Deployed { version, environment, change }
}

/// Everything, the oldest first.
const STEPS: &[Step] = &[
    step(
        335,
        "payments",
        "fraud-scoring",
        What::Registered {
            purpose: "Scores each card payment while it happens. Payments above the limit are held until the customer confirms them.",
            measure: "Losses to card fraud per thousand payments, at no more than two false alarms per thousand.",
            yes: Some(&["essential-services", "money-at-stake", "personal-data", "shown-to-customers"]),
        },
    ),
    step(
        330,
        "payments",
        "fraud-scoring",
        version("10", None, &[("auc", "0.912"), ("recall at 0.2 %", "0.61")]),
    ),
    step(329, "payments", "fraud-scoring", shown("10", &[E::Evaluation, E::ModelCard])),
    step(326, "payments", "fraud-scoring", runs("10", "staging", Replaces)),
    step(322, "payments", "fraud-scoring", runs("10", "production", Replaces)),
    step(
        318,
        "payments",
        "card-rules",
        What::Registered {
            purpose: "The rules that held card payments before there was a model.",
            measure: "Losses to card fraud per thousand payments.",
            yes: Some(&["essential-services", "personal-data"]),
        },
    ),
    step(317, "payments", "card-rules", version("4.2", None, &[])),
    step(316, "payments", "card-rules", runs("4.2", "production", Replaces)),
    step(
        300,
        "claims",
        "repair-cost",
        What::Registered {
            purpose: "Estimates what a repair costs from photographs and the garage's offer. Offers within the band are paid without an expert.",
            measure: "Paid sum against the expert's estimate on the same claims, within five per cent.",
            yes: Some(&["essential-services", "money-at-stake", "personal-data"]),
        },
    ),
    step(
        298,
        "claims",
        "repair-cost",
        version("2026.04", None, &[("mean absolute error", "184"), ("within band", "0.83")]),
    ),
    step(296, "claims", "repair-cost", runs("2026.04", "production", Replaces)),
    step(
        280,
        "care",
        "ticket-routing",
        What::Registered {
            purpose: "Sends each question to the desk that can answer it. Agents move it on when it is wrong.",
            measure: "Share of questions that are answered by the first desk they reach.",
            yes: Some(&[]),
        },
    ),
    step(278, "care", "ticket-routing", version("8", None, &[("accuracy", "0.81")])),
    step(276, "care", "ticket-routing", runs("8", "production", Replaces)),
    step(250, "payments", "card-rules", runs("4.2", "production", Removed)),
    step(249, "payments", "card-rules", What::Archived),
    step(
        148,
        "payments",
        "fraud-scoring",
        version("11", Some("10"), &[("auc", "0.931"), ("recall at 0.2 %", "0.66")]),
    ),
    step(147, "payments", "fraud-scoring", shown("11", EVERYTHING)),
    step(146, "payments", "fraud-scoring", runs("11", "staging", Replaces)),
    step(144, "payments", "fraud-scoring", runs("11", "production", Beside)),
    step(141, "payments", "fraud-scoring", runs("11", "production", Replaces)),
    step(
        138,
        "payments",
        "transfer-anomaly",
        What::Registered {
            purpose: "Marks transfers that differ from what an account usually does, for a reviewer to look at. It holds nothing back by itself.",
            measure: "Share of marked transfers that a reviewer follows up.",
            yes: Some(&["personal-data"]),
        },
    ),
    step(136, "payments", "transfer-anomaly", version("3", None, &[("precision", "0.34")])),
    step(135, "payments", "transfer-anomaly", shown("3", &[E::Evaluation, E::ModelCard])),
    step(134, "payments", "transfer-anomaly", runs("3", "production", Replaces)),
    step(
        120,
        "claims",
        "expert-triage",
        What::Registered {
            purpose: "Orders new claims by how likely they need an expert, so that experts begin with those.",
            measure: "Days until an expert has seen the claims that needed one.",
            yes: Some(&["personal-data", "shown-to-customers"]),
        },
    ),
    step(118, "claims", "expert-triage", version("2", None, &[("auc", "0.79")])),
    step(
        110,
        "claims",
        "repair-cost",
        version("2026.07", Some("2026.04"), &[("mean absolute error", "171"), ("within band", "0.86")]),
    ),
    step(108, "claims", "repair-cost", shown("2026.07", &[E::Evaluation, E::ModelCard, E::MonitoringPlan])),
    step(107, "claims", "repair-cost", runs("2026.07", "production", Replaces)),
    step(
        60,
        "claims",
        "cover-decisions",
        What::Registered {
            purpose: "A pilot that proposes whether a cover for care at home is renewed. Nobody has settled yet who decides when it says no.",
            measure: "Not agreed.",
            yes: Some(&["alone-and-final", "essential-services", "special-data", "personal-data"]),
        },
    ),
    step(58, "claims", "cover-decisions", version("0.1", None, &[("auc", "0.74")])),
    step(
        46,
        "care",
        "ticket-routing",
        What::Rushed {
            version: "8",
            environment: "fallback",
            reason: "Routing stands still: the only build that starts in the fallback region is 8.",
        },
    ),
    step(
        40,
        "care",
        "reply-drafts",
        What::Registered {
            purpose: "Drafts answers to customers from our own texts. An agent reads and sends each one.",
            measure: "Share of drafts that are sent with less than a line changed.",
            yes: Some(&["makes-content", "personal-data"]),
        },
    ),
    step(
        30,
        "care",
        "call-summaries",
        What::Registered {
            purpose: "Sums up what was said in a call, for the file.",
            measure: "",
            yes: None,
        },
    ),
    step(
        14,
        "payments",
        "fraud-scoring",
        version(
            "12",
            Some("11"),
            &[("auc", "0.944"), ("recall at 0.2 %", "0.68"), ("latency p99 in ms", "41")],
        ),
    ),
    step(13, "payments", "fraud-scoring", shown("12", EVERYTHING)),
    step(
        13,
        "claims",
        "repair-cost",
        version("2026.10", Some("2026.07"), &[("mean absolute error", "166"), ("within band", "0.87")]),
    ),
    step(
        13,
        "claims",
        "repair-cost",
        shown("2026.10", &[E::Evaluation, E::Fairness, E::ModelCard, E::DataSheet]),
    ),
    step(9, "payments", "fraud-scoring", runs("12", "staging", Replaces)),
    step(8, "payments", "fraud-scoring", runs("12", "production", Beside)),
    step(7, "payments", "fraud-scoring", runs("12", "production", Replaces)),
    step(7, "payments", "transfer-anomaly", version("4", Some("3"), &[("precision", "0.29")])),
    step(6, "claims", "repair-cost", runs("2026.10", "production", Replaces)),
    step(6, "care", "ticket-routing", version("9", Some("8"), &[("accuracy", "0.86")])),
    step(5, "care", "ticket-routing", runs("9", "production", Replaces)),
    step(5, "claims", "expert-triage", version("3", Some("2"), &[("auc", "0.82")])),
    step(5, "claims", "expert-triage", shown("3", &[E::Evaluation, E::Fairness])),
    step(3, "payments", "transfer-anomaly", version("5", Some("4"), &[("precision", "0.41")])),
    step(3, "payments", "transfer-anomaly", shown("5", &[E::Evaluation, E::ModelCard])),
    step(2, "payments", "transfer-anomaly", runs("5", "staging", Replaces)),
    step(1, "payments", "transfer-anomaly", runs("5", "production", Replaces)),
];

/// Lets happen what happened to models more than `until` days ago and has not happened yet.
pub(super) async fn play(
    cast: &Cast,
    today: DateTime<Utc>,
    done: &mut usize,
    until: i64,
) -> Result<(), Error> {
    while let Some(step) = STEPS.get(*done).filter(|step| step.days_ago > until) {
        let at = today - TimeDelta::days(step.days_ago);
        cast.turn_to(at);
        cast.pass(11);
        happen(cast, step, at).await?;
        *done += 1;
    }
    Ok(())
}

async fn happen(cast: &Cast, step: &Step, at: DateTime<Utc>) -> Result<(), Error> {
    let team = story::TEAMS.iter().find(|team| team.slug == step.team);
    let team = team.ok_or_else(|| Error::internal(format!("no team is called {}", step.team)))?;
    let (lead, contributor) = (cast.caller(team.lead), cast.caller(team.contributor));
    let model = step.model;
    match &step.what {
        What::Registered { purpose, measure, yes } => {
            let new = NewModel {
                name: model.to_owned(),
                team: Some(step.team.to_owned()),
                purpose: (*purpose).to_owned(),
                success_measure: (*measure).to_owned(),
                risk_answers: None,
            };
            models::register(&cast.app, &lead, new).await?;
            match yes {
                Some(yes) => classify(cast, &lead, model, yes).await,
                None => Ok(()),
            }
        }
        What::Version { version, parent, metrics } => {
            let new = new_version(model, version, *parent, metrics, &contributor);
            models::register_version(&cast.app, &contributor, model, new).await.map(drop)
        }
        What::Shown { version, kinds } => {
            for kind in *kinds {
                let made = at - TimeDelta::days(2);
                let new = NewEvidence {
                    kind: *kind,
                    title: format!("{} of {model} {version}", kind.label()),
                    uri: format!("https://wiki.brightwater.example/models/{model}/{version}/{}", kind.name()),
                    sha256: crate::http::hex(&Sha256::digest(format!("{model} {version} {}", kind.name()))),
                    made_on: made.date_naive(),
                };
                models::attach(&cast.app, &contributor, model, version, new).await?;
            }
            Ok(())
        }
        What::Deployed { version, environment, change } => {
            let posted = deployment(model, version, environment, *change, at);
            models::record(&cast.app, &contributor, model, version, posted).await.map(drop)
        }
        What::Rushed { version, environment, reason } => {
            super::approvals::rush(cast, team, model, version, environment, reason).await
        }
        What::Archived => {
            let change = ModelChange { archived: Some(true), ..ModelChange::default() };
            models::change(&cast.app, &lead, model, IfMatch(None), change).await.map(drop)
        }
    }
}

/// Answers the questions about risk: yes to these, no to all others.
async fn classify(cast: &Cast, lead: &Caller, model: &str, yes: &[&str]) -> Result<(), Error> {
    let questions = &models::questions()?.questions;
    let answer = |id: &str| if yes.contains(&id) { RiskAnswer::Yes } else { RiskAnswer::No };
    let answers = questions.iter().map(|question| (question.id.clone(), answer(&question.id))).collect();
    let change = ModelChange { risk_answers: Some(answers), ..ModelChange::default() };
    let model = models::change(&cast.app, lead, model, IfMatch(None), change).await?;
    let officer = cast.caller(story::OFFICER);
    for row in models::tier_proposals(&mut cast.app.db.read().await?, model.id).await? {
        proposals::confirm(&cast.app, &officer, row.id).await?;
    }
    Ok(())
}

fn new_version(
    model: &str,
    version: &str,
    parent: Option<&str>,
    metrics: &[(&str, &str)],
    author: &Caller,
) -> NewVersion {
    let commit = story::digest("commit", model, version, 1)[..40].to_owned();
    let run = format!("run-{}", &story::digest("run", model, version, 1)[..8]);
    let parent = parent.map(|version| VersionRef { model: model.to_owned(), version: version.to_owned() });
    let author = Named { account: author.person(), subjects: BTreeSet::new() };
    NewVersion {
        version: version.to_owned(),
        artefact_digest: format!("sha256:{}", story::digest("artefact", model, version, 1)),
        lineage: Lineage { run: Some(run), commit: Some(commit), parent },
        card_url: Some(format!("https://wiki.brightwater.example/models/{model}/{version}/card")),
        metrics: metrics.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        authors: vec![author.clone()],
        committers: vec![author, Named::by_mail("ml-build@contractor.example")],
    }
}

fn deployment(model: &str, version: &str, environment: &str, change: Change, at: DateTime<Utc>) -> Posted {
    let name = format!("{model} {version} {environment} {} {at}", change.name());
    let digest: [u8; 32] = Sha256::digest(name).into();
    let run = &crate::http::hex(&digest)[..8];
    let deployment = NewDeployment {
        environment: environment.to_owned(),
        at,
        change,
        run_url: Some(format!("https://ci.brightwater.example/ml/{model}/deployments/{run}")),
    };
    Posted { deployment, key: format!("sha256:{}", crate::http::hex(&digest)), digest }
}
