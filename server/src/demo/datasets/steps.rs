//! What happened to the demo's data, the oldest first.

use super::By::{self, Job, Person};
use super::What::{self, Accepted, Archived, Registered, Resolved, TakenUp, Version};
use super::{Step, Terms};
use assay_domain::datasets::{Classification as C, LawfulBasis as B, RetentionEvent, SpecialException};

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
pub(super) const STEPS: &[Step] = &[
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
