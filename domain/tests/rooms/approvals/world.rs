//! A small world: three people with five accounts, a policy of two steps, and states of one model version.

use std::collections::BTreeSet;

use assay_domain::approvals::{
    Acting, Approval, BoundDataset, BoundEvidence, BoundState, Decide, Decision, Delegation, Earlier,
    ExternalDecision, Happened, NewCondition, OnRecord, Policy, Requester, Source, Standing, Terms, Vouched,
    Who,
};
use assay_domain::models::{Evidence, EvidenceKind, Tier};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;

use crate::policies::policy;

/// The first moment.
pub(super) fn start() -> DateTime<Utc> {
    "2026-11-02T09:00:00Z".parse().expect("a time")
}

/// So many days and three hours after the first moment.
pub(super) fn at(day: i64) -> DateTime<Utc> {
    start() + TimeDelta::days(day) + TimeDelta::hours(3)
}

/// The day so many days after the first.
pub(super) fn day(n: u64) -> NaiveDate {
    start().date_naive() + Days::new(n)
}

/// An account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Account {
    /// Asks for the approval. Holds both job roles, so that only four eyes keep her from deciding.
    Rita,
    /// Rita's second account.
    RitaToo,
    /// Holds both job roles.
    Bo,
    /// Bo's second account.
    BoToo,
    /// Made the version, so she is out of the first step. Holds both job roles, and is away at times.
    Ada,
}

pub(super) const ACCOUNTS: [Account; 5] =
    [Account::Rita, Account::RitaToo, Account::Bo, Account::BoToo, Account::Ada];

impl Account {
    pub(super) const fn id(self) -> Uuid {
        Uuid::from_u128(self as u128 + 1)
    }

    /// Which of the people it belongs to.
    pub(super) const fn human(self) -> u8 {
        match self {
            Self::Rita | Self::RitaToo => RITA,
            Self::Bo | Self::BoToo => BO,
            Self::Ada => ADA,
        }
    }

    pub(super) fn who(self) -> Who {
        let who = Who::account(self.id());
        match self {
            Self::Rita | Self::RitaToo => who.known_as("https://id.example|rita"),
            Self::Bo | Self::BoToo => who.known_as("https://id.example|bo"),
            Self::Ada => who,
        }
    }

    pub(super) fn acting(self) -> Acting {
        acting(self, &["ml-engineer", "product-manager", "it-operations"])
    }
}

pub(super) const RITA: u8 = 1;
pub(super) const BO: u8 = 2;
pub(super) const ADA: u8 = 3;
pub(super) const SOMEBODY_ELSE: u8 = 4;

/// An account with these job roles only.
pub(super) fn acting(account: Account, roles: &[&str]) -> Acting {
    let roles = roles.iter().map(|role| (*role).to_owned()).collect();
    Acting { who: account.who(), roles, waiting: [].into() }
}

/// Days 1 to 3.
pub(super) fn delegation(from: Account, to: Account) -> Delegation {
    Delegation { from: from.acting(), to: to.id(), first_day: day(1), last_day: day(3) }
}

/// The small policy with short times: requests wait for 4 days, approvals hold for 3, emergencies for 1, reviews are due
/// after 2, conditions after 2 at most.
pub(super) fn short_policy(edits: &[(&str, &str)]) -> Policy {
    let mut all = vec![
        ("open_days = 14 ", "open_days = 4 "),
        ("validity_days = 90 ", "validity_days = 3 "),
        ("max_days = 30", "max_days = 2"),
        ("review_within_days = 3", "review_within_days = 2"),
        ("valid_days = 2", "valid_days = 1"),
        ("accountable_owner = true\n", ""),
        ("levels = [{ capability = \"data-versioning\", level = 2 }]", ""),
    ];
    all.extend_from_slice(edits);
    policy(&all)
}

/// How what is decided about can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Variant {
    /// As it was when the approval was asked for.
    First,
    /// A dataset has another version.
    OtherData,
    /// The evaluation was taken away.
    NoEvidence,
}

pub(super) const VARIANTS: [Variant; 3] = [Variant::First, Variant::OtherData, Variant::NoEvidence];

pub(super) fn artefact() -> String {
    format!("sha256:{}", "a".repeat(64))
}

pub(super) fn evidence() -> Vec<Evidence> {
    vec![Evidence { kind: EvidenceKind::Evaluation, sha256: "e".repeat(64), made_on: day(0) }]
}

pub(super) fn bound(policy: &Policy, variant: Variant) -> BoundState {
    let evidence: BTreeSet<_> = evidence()
        .into_iter()
        .filter(|_| variant != Variant::NoEvidence)
        .map(|one| BoundEvidence { kind: one.kind, sha256: one.sha256 })
        .collect();
    let version = if variant == Variant::OtherData { "2" } else { "1" };
    BoundState {
        model: "fraud-scoring".to_owned(),
        version: "7".to_owned(),
        artefact_digest: artefact().parse().expect("a digest"),
        datasets: [BoundDataset {
            dataset: "bank/cards".to_owned(),
            version: version.to_owned(),
            digest: format!("sha256:{}", version.repeat(64)),
        }]
        .into(),
        evidence,
        policy: policy.reference(),
        on_record: Some(OnRecord {
            tier: Some(Tier::High),
            team: Uuid::from_u128(400),
            metrics: [("auc".to_owned(), "0.94".to_owned())].into(),
            card: None,
            run: None,
            commit: None,
            parent: None,
            uses: BTreeSet::new(),
        }),
    }
}

/// The same, after the risk tier was raised.
pub(super) fn raised(bound: &BoundState) -> BoundState {
    let mut raised = bound.clone();
    raised.policy.id = "critical".to_owned();
    raised.on_record.as_mut().expect("a record").tier = Some(Tier::Critical);
    raised
}

pub(super) fn standing() -> Standing {
    Standing { evidence: evidence(), accountable_owner: true, authors_known: true, ..Standing::default() }
}

pub(super) fn terms() -> Terms {
    Terms {
        id: Uuid::from_u128(100),
        requester: Requester::Person(Account::Rita.who()),
        environment: "production".to_owned(),
        authors: vec![Account::Ada.who()],
        committers: Vec::new(),
        contributors: Vec::new(),
    }
}

/// What Rita asks for.
pub(super) fn requested(policy: &Policy) -> Approval {
    asked(policy).0
}

/// The same, with what happened.
pub(super) fn asked(policy: &Policy) -> (Approval, Happened) {
    Approval::request(terms(), policy, bound(policy, Variant::First), &standing(), start())
        .expect("a request")
}

/// An emergency that somebody declared for another request on a day: its review is due two days later.
pub(super) fn earlier(policy: &Policy, by: Account, on: i64) -> Earlier {
    let declared = Approval::request_in_emergency(
        Terms { id: OTHER_REQUEST, ..terms() },
        policy,
        bound(policy, Variant::First),
        &by.acting(),
        "It was down.",
        &[],
        at(on),
    );
    let emergency = declared.expect("an emergency").0.emergency().cloned().expect("an emergency");
    Earlier { request: OTHER_REQUEST, emergency }
}

pub(super) const CONDITION: Uuid = Uuid::from_u128(200);
pub(super) const CLAIM: Uuid = Uuid::from_u128(201);
pub(super) const OTHER_REQUEST: Uuid = Uuid::from_u128(101);
pub(super) const REPORTER: Uuid = Uuid::from_u128(300);

/// A decision about a state, with what a test says besides.
pub(super) fn decide(by: Account, step: &str, decision: Decision, bound: &BoundState) -> Decide {
    Decide {
        by: by.acting(),
        on_behalf_of: None,
        step: step.to_owned(),
        decision,
        conditions: Vec::new(),
        reason: Some("I looked at it.".to_owned()),
        bound_sha256: bound.sha256(),
    }
}

/// The condition that Bo makes: due on day 1.
pub(super) fn condition() -> NewCondition {
    NewCondition { id: CONDITION, due: day(1) }
}

/// A decision that a pipeline reports by the trust rule of the policy.
pub(super) fn reported(who: Who, decision: Decision) -> ExternalDecision {
    ExternalDecision {
        provider: "github-actions".to_owned(),
        source: Source::TrustRule(REPORTER),
        reporter: REPORTER,
        who,
        vouched: Vouched::Machine,
        occurred_at: at(0),
        there_since: start(),
        decision,
        artefact_digest: artefact(),
    }
}

/// Somebody without an account here.
pub(super) fn somebody_else() -> Who {
    Who { account: None, subjects: ["https://ci.example|sam".to_owned()].into() }
}
