//! Reports with invented data, for the tests.

use std::collections::BTreeMap;

use assay_domain::assessments::{
    Answer, Choice, Evidence, EvidenceKind, NotApplicable, Reason, Scorecard, Snapshot, State,
};
use assay_domain::audit::Outcome;
use assay_domain::questionnaires::{Bank, Question, Rung};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::*;

pub(super) fn frame() -> Frame {
    let root = "q7oTn0Hq2p3l0mOQwS3mZ1N1v0QF5zj8mQn5v2b1c0E=".to_owned();
    let origin = "assay.example.org/0192f3c4-5d6e-7f80-9a1b-2c3d4e5f6071".to_owned();
    let note = format!(
        "{origin}\n1482\n{root}\n\n\u{2014} {origin} Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    );
    Frame {
        organisation: "Meridian Retail Group".to_owned(),
        paper: Paper::A4,
        created_at: instant("2026-11-21T07:04:05Z"),
        created_by: "Ana Petrovi\u{107}, compliance officer".to_owned(),
        checkpoint: CheckpointView { origin, size: 1482, root, note },
        bundle: Some(b"not really a tar file, but bytes all the same".repeat(40)),
    }
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The shipped bank with answers of a team that has some way behind it, scored.
pub(super) struct Assessed {
    pub(super) bank: Bank,
    pub(super) answers: BTreeMap<String, Answer>,
    pub(super) scorecard: Scorecard,
}

impl Assessed {
    /// A team that answered as such teams do.
    pub(super) fn usual() -> Self {
        Self::with(|number, question| Some(answer(number, question)))
    }

    /// A team that answered each question by `answers`.
    pub(super) fn with(answers: impl Fn(usize, &Question) -> Option<Answer>) -> Self {
        let text = include_str!("../../../questionnaires/maturity/mlops-levels.toml");
        let bank = Bank::parse(text, "mlops-levels.toml").unwrap();
        let answers: BTreeMap<_, _> = (bank.questions.iter().enumerate())
            .filter_map(|(number, question)| Some((question.code.clone(), answers(number, question)?)))
            .collect();
        let snapshot = Snapshot::new(&bank, None, day("2026-11-20"), answers.clone()).unwrap();
        let scorecard = snapshot.score(&bank).unwrap();
        Self { bank, answers, scorecard }
    }

    pub(super) fn report(&self) -> MaturityReport<'_> {
        let headline = self.scorecard.headline;
        let past = [("2025-11-18", 0, 0), ("2026-03-02", 0, 0), ("2026-06-30", 1, 0)];
        let now = PastResult {
            as_of: self.scorecard.as_of,
            claimed: headline.claimed,
            supported: headline.supported,
        };
        MaturityReport {
            frame: frame(),
            team: "Demand Forecasting".to_owned(),
            title: "Autumn 2026".to_owned(),
            scope: "All forecasting models for stores and the web shop, from order data to replenishment."
                .to_owned(),
            state: State::Submitted,
            bank: &self.bank,
            scorecard: &self.scorecard,
            answers: &self.answers,
            people: [("sam", "Sam Okafor"), ("ana", "Ana Petrovi\u{107}"), ("li", "Li Wei")]
                .map(|(id, name)| (id.to_owned(), name.to_owned()))
                .into(),
            history: past
                .map(|(at, claimed, supported)| PastResult { as_of: day(at), claimed, supported })
                .into_iter()
                .chain([now])
                .collect(),
        }
    }
}

fn answer(number: usize, question: &Question) -> Answer {
    let rungs = question.ladder.rungs();
    let down = match question.level {
        1 => 0,
        2 => usize::from(number.is_multiple_of(6)),
        3 => number % 3,
        _ => number % 4 + 1,
    };
    let rung = rungs[rungs.len().saturating_sub(1 + down)];
    let choice = match number % 13 {
        4 if question.level > 1 => Choice::DontKnow,
        _ if question.not_applicable && number.is_multiple_of(2) => Choice::NotApplicable(NotApplicable {
            reason: Reason::Architecture,
            justification: "the models run in nightly batches only".to_owned(),
            approved_by: Some("li".to_owned()),
        }),
        _ => Choice::Rung(rung),
    };
    let comment = "Two of six models; the promotion model still lives in a notebook on one laptop.";
    Answer {
        evidence: if matches!(choice, Choice::Rung(_)) && down < 2 {
            evidence(number, rung)
        } else {
            Vec::new()
        },
        choice,
        comment: (number % 5 == 2).then(|| comment.to_owned()),
        answered_by: Some("sam".to_owned()),
    }
}

fn evidence(number: usize, rung: Rung) -> Vec<Evidence> {
    let link = Evidence {
        uri: format!("https://wiki.example.org/forecasting/practices/{number}"),
        sha256: None,
        kind: EvidenceKind::Artefact,
        checked_at: None,
        reviewed_by: Some("ana".to_owned()),
        reviewed_value: Some(rung),
        vouched_by: None,
        expires: Some(day("2027-06-30")),
    };
    let run = Evidence {
        uri: format!("https://ci.example.org/forecast/{}", 4000 + number),
        kind: EvidenceKind::Automated,
        checked_at: Some(day("2026-11-02")),
        reviewed_by: None,
        reviewed_value: None,
        vouched_by: Some("forecast-ci".to_owned()),
        expires: None,
        ..link.clone()
    };
    let file = Evidence {
        uri: "file:registry-export.csv".to_owned(),
        sha256: Some("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned()),
        kind: EvidenceKind::Artefact,
        checked_at: None,
        reviewed_by: None,
        reviewed_value: None,
        vouched_by: None,
        expires: Some(day("2026-10-01")),
    };
    match number % 4 {
        0 => vec![link],
        1 => vec![run],
        2 => vec![run, file],
        _ => Vec::new(),
    }
}

/// An audit report of `count` entries.
pub(super) fn audit(count: u64) -> AuditReport {
    const ACTS: [(&str, &str, &str); 5] = [
        ("answer.changed", "Changed the answer to MC-2.2 from some to most", "assessment Autumn 2026"),
        ("approval.decided", "Approved version 7 of fraud-scoring for production", "approval request"),
        (
            "gate.decided",
            "Asked whether version 7 of fraud-scoring may be deployed to production: no",
            "model version 7",
        ),
        ("evidence.reviewed", "Reviewed evidence for DA-1.1 at all", "evidence"),
        ("session.started", "Signed in", "session"),
    ];
    let start = instant("2026-11-02T08:15:12Z");
    let entries = (0..count)
        .map(|index| {
            let act = ACTS[(index * 7 % 5) as usize];
            AuditEntry {
                index: 1000 + index,
                at: start + TimeDelta::seconds((index * 1_600_000 / count.max(1)).try_into().unwrap()),
                actor: ["Sam Okafor", "Ana Petrovi\u{107}", "CI of payments", "Li Wei"]
                    [(index * 3 % 4) as usize]
                    .to_owned(),
                action: act.0.to_owned(),
                sentence: act.1.to_owned(),
                subject: act.2.to_owned(),
                outcome: if index % 19 == 7 { Outcome::Denied } else { Outcome::Ok },
                facts: [("environment", "production"), ("digest", "sha256:9f86d081884c7d65")]
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .to_vec(),
            }
        })
        .collect();
    AuditReport {
        frame: frame(),
        from: day("2026-11-02"),
        to: day("2026-11-20"),
        scope: "All teams".to_owned(),
        filter: vec![("Outcome".to_owned(), "any".to_owned())],
        entries,
        disclosed: (0..6)
            .map(|number| DisclosedValue {
                index: 1003 + number * 11,
                field: "reason".to_owned(),
                value: "Passed canary for two days; error rate below the old model.".to_owned(),
            })
            .collect(),
    }
}

/// Who holds what in a team where some things are missing.
pub(super) fn ownership() -> OwnershipReport {
    let bank = Assessed::usual().bank;
    let people = ["Sam Okafor", "Ana Petrovi\u{107}", "Li Wei", "Noor Haddad"];
    let holder = |person: usize, role: usize, part| Holder {
        person: people[person % people.len()].to_owned(),
        role,
        part,
        from: day("2026-03-02"),
        until: (person == 2).then(|| day("2027-06-30")),
    };
    let thing = |(number, capability): (usize, &assay_domain::questionnaires::Capability)| {
        let mut holders = vec![holder(number, number % 9, "responsible"), holder(number + 1, 4, "informed")];
        if !number.is_multiple_of(5) {
            holders.push(holder(number / 4, 6, "accountable"));
        }
        OwnedThing { name: capability.title.clone(), holders }
    };
    let group = |dimension: &assay_domain::questionnaires::Dimension| OwnershipGroup {
        title: dimension.title.clone(),
        things: (bank.capabilities.iter().enumerate())
            .filter(|(_, capability)| capability.dimension == dimension.id)
            .map(thing)
            .collect(),
    };
    let finding = |severity: &str, sentence: &str| FindingLine {
        severity: severity.to_owned(),
        sentence: sentence.to_owned(),
    };
    OwnershipReport {
        frame: frame(),
        team: "Demand Forecasting".to_owned(),
        about: "All forecasting models for stores and the web shop.".to_owned(),
        on: day("2026-11-20"),
        roles: bank.roles.iter().map(|role| role.title.clone()).collect(),
        groups: bank.dimensions.iter().map(group).collect(),
        findings: vec![
            finding(
                "high",
                "Nobody is accountable for Data versioning and lineage. Make one person accountable.",
            ),
            finding("medium", "Only Li Wei is responsible or accountable for Monitoring. Add a stand-in."),
        ],
        skills: vec![
            SkillLine {
                skill: "Containers and orchestration".to_owned(),
                needed_by: vec!["DevOps engineer".to_owned(), "MLOps engineer".to_owned()],
                people: vec!["Li Wei".to_owned()],
            },
            SkillLine {
                skill: "Drift detection".to_owned(),
                needed_by: vec!["ML engineer".to_owned()],
                people: Vec::new(),
            },
        ],
        tools: vec![("Experiment tracking".to_owned(), vec!["MLflow".to_owned()])],
    }
}

/// Wishes that make a roadmap of several phases with something left out.
pub(super) fn wishes() -> assay_domain::roadmap::Wishes {
    assay_domain::roadmap::Wishes {
        target: Some(3),
        calendar: Some(assay_domain::roadmap::Calendar { start: day("2026-12-01"), phase_weeks: 12 }),
        ..Default::default()
    }
}

impl Assessed {
    /// The roadmap of the same team, some of its items being worked on.
    pub(super) fn roadmap<'a>(&'a self, plan: &'a assay_domain::roadmap::Roadmap) -> RoadmapReport<'a> {
        let items = plan.phases.iter().flat_map(|phase| &phase.items);
        let line = |(number, item): (usize, &assay_domain::roadmap::Item)| {
            let work = WorkLine {
                owner: (!number.is_multiple_of(3)).then(|| "Li Wei".to_owned()),
                status: ["in progress", "planned", "done"][number % 3].to_owned(),
                due: Some(day("2026-11-10")),
                overdue: number == 4,
            };
            (item.code.clone(), work)
        };
        RoadmapReport {
            frame: frame(),
            team: "Demand Forecasting".to_owned(),
            about: "All forecasting models for stores and the web shop.".to_owned(),
            assessment: "Autumn 2026".to_owned(),
            bank: &self.bank,
            plan,
            work: items.enumerate().take(9).map(line).collect(),
        }
    }

    /// What was answered, fixed.
    pub(super) fn snapshot(&self) -> Snapshot {
        Snapshot::new(&self.bank, None, day("2026-11-20"), self.answers.clone()).unwrap()
    }
}
