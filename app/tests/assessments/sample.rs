//! A half-answered assessment of the bank that ships, for tests and to be looked at.
#![expect(clippy::unwrap_used, reason = "what cannot be set up has failed its test")]

use std::collections::BTreeMap;
use std::sync::Arc;

use assay_app::assessments::{
    CheckGroup, CheckLine, Decision, DimensionTask, DimensionView, EvidenceLine, Heading, LevelProgress,
    NewEvidence, QuestionView, ResultView, ReviewItem, Rights,
    draft::{Draft, NOT_APPLICABLE},
};
use assay_app::charts::TrendPoint;
use assay_app::components::SelectOption;
use assay_domain::assessments::{Answer, Evidence, EvidenceKind, Snapshot, State};
use assay_domain::questionnaires::{Bank, Question, Rung};
use chrono::NaiveDate;

const BANK: &str = include_str!("../../../questionnaires/maturity/mlops-levels.toml");

pub(crate) fn bank() -> Arc<Bank> {
    Arc::new(Bank::parse(BANK, "mlops-levels.toml").unwrap())
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn heading(state: State) -> Heading {
    Heading {
        id: "0193a5f0-7c1e-7d3a-9a51-6c1f7b0c1d2e".into(),
        title: "November 2026".into(),
        team: "Fraud detection".into(),
        team_href: "/teams/fraud-detection".into(),
        questionnaire: "MLOps maturity 1.0.0, Extended".into(),
        state,
        revision: 1,
        answered: 59,
        questions: 84,
        waiting: 3,
        rights: Rights { answer: true, manage: true, review: true, report: true },
    }
}

/// Answers that get worse with the level, with holes.
pub(crate) fn draft(question: &Question, place: usize) -> Draft {
    let rungs = question.ladder.rungs();
    let top = rungs.len() - 1;
    let value = match (question.level, place % 7) {
        (_, 5) => return Draft::default(),
        (_, 4) if question.not_applicable => {
            let justification = "All of our models score in nightly batches.".into();
            return Draft {
                value: NOT_APPLICABLE.into(),
                reason: "architecture".into(),
                justification,
                ..Draft::default()
            };
        }
        (3, 3) => return Draft { value: "dont_know".into(), ..Draft::default() },
        (1, _) => rungs[top],
        (2, _) => rungs[top - 1],
        (3, _) => rungs[1],
        _ => rungs[0],
    };
    let comment = if place.is_multiple_of(6) {
        "Two of the six models still go by hand; the pipeline is planned for spring."
    } else {
        ""
    };
    Draft { value: value.as_str().into(), comment: comment.into(), ..Draft::default() }
}

pub(crate) fn evidence(uri: &str) -> EvidenceLine {
    EvidenceLine {
        id: "0193a5f0-0000-7d3a-9a51-6c1f7b0c1d2e".into(),
        uri: uri.into(),
        added: "Ana Lindqvist, 12 Nov 2026".into(),
        expires: Some("until 30 Jun 2027".into()),
        ..EvidenceLine::default()
    }
}

pub(crate) fn view(question: &Question, place: usize) -> QuestionView {
    let draft = draft(question, place);
    let answered = !draft.value.is_empty();
    let pieces = match place % 4 {
        0 if answered => vec![
            EvidenceLine {
                sha256: Some("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into()),
                decision: Some(Decision {
                    accepted: true,
                    by: "Li Chen, 14 Nov 2026".into(),
                    note: String::new(),
                }),
                ..evidence("https://wiki.example.org/fraud/model-inventory")
            },
            evidence("Ticket FR-212 in the tracker"),
        ],
        _ => Vec::new(),
    };
    QuestionView {
        question: question.clone(),
        revision: i64::from(answered),
        stored: draft.clone(),
        draft,
        by: answered.then(|| "Ana Lindqvist, 12 Nov 2026, 14:03 UTC".into()),
        met: None,
        decision: None,
        evidence: pieces,
        new_evidence: NewEvidence::default(),
        errors: Vec::new(),
    }
}

pub(crate) fn dimension(bank: &Bank, id: &str) -> DimensionView {
    let known = bank.dimension(id).unwrap();
    let questions = bank.questions_of("extended").filter(|question| question.dimension == id);
    DimensionView {
        id: id.into(),
        title: known.title.clone(),
        blurb: known.blurb.clone(),
        place: "1 of 7".into(),
        next: Some("Data".into()),
        person: Some("Ana Lindqvist".into()),
        questions: questions.enumerate().map(|(place, question)| view(question, place)).collect(),
        from_check: false,
        me: "me".into(),
        people: vec![("li".into(), "Li Chen".into())],
    }
}

pub(crate) fn tasks(bank: &Bank) -> Vec<DimensionTask> {
    let task = |(place, known): (usize, &assay_domain::questionnaires::Dimension)| DimensionTask {
        id: known.id.clone(),
        title: known.title.clone(),
        blurb: known.blurb.clone(),
        levels: (1..=4u8).map(|level| progress(bank, &known.id, level, place)).collect(),
        person: (place == 1).then(|| ("ana".into(), "Ana Lindqvist".into())),
    };
    bank.dimensions.iter().enumerate().map(task).collect()
}

fn progress(bank: &Bank, dimension: &str, level: u8, place: usize) -> LevelProgress {
    let questions = bank
        .questions_of("extended")
        .filter(|question| question.dimension == dimension && question.level == level);
    let total = u32::try_from(questions.count()).unwrap();
    let answered = match place {
        0..=2 => total,
        3 => total.saturating_sub(u32::from(level) - 1),
        _ => 0,
    };
    LevelProgress { level, answered, total }
}

pub(crate) fn members() -> Vec<SelectOption> {
    vec![SelectOption::new("ana", "Ana Lindqvist"), SelectOption::new("li", "Li Chen")]
}

pub(crate) fn groups(bank: &Bank) -> Vec<CheckGroup> {
    let line = |(place, question): (usize, &Question)| CheckLine {
        code: question.code.clone(),
        text: question.text.clone(),
        level: question.level,
        mandatory: question.mandatory,
        draft: draft(question, place),
        evidence: u32::from(place % 4 == 0),
        contradiction: (place == 8).then(|| "PE-1.1, which it builds on, is answered None.".into()),
    };
    let group = |known: &assay_domain::questionnaires::Dimension| CheckGroup {
        id: known.id.clone(),
        title: known.title.clone(),
        lines: bank
            .questions_of("extended")
            .filter(|question| question.dimension == known.id)
            .enumerate()
            .map(line)
            .collect(),
    };
    bank.dimensions.iter().map(group).collect()
}

pub(crate) fn items(bank: &Bank) -> Vec<ReviewItem> {
    let item = |code: &str, piece: Option<EvidenceLine>| {
        let question = bank.question(code).unwrap();
        let name = if piece.is_some() { format!("evidence.{code}") } else { format!("na.{code}") };
        let not_applicable = Draft {
            value: NOT_APPLICABLE.into(),
            reason: "architecture".into(),
            justification: "All of our models score in nightly batches.".into(),
            comment: String::new(),
        };
        ReviewItem {
            name,
            code: code.into(),
            text: question.text.clone(),
            acceptable: question.evidence.clone(),
            draft: if piece.is_some() { draft(question, 0) } else { not_applicable },
            counts: question.options.get(&question.ladder.top()).cloned().unwrap_or_default(),
            by: "Ana Lindqvist, 12 Nov 2026".into(),
            piece,
            decision: None,
            own: false,
            chosen: String::new(),
            reason: String::new(),
        }
    };
    let piece = || Some(evidence("https://wiki.example.org/fraud/model-inventory"));
    vec![
        item("PE-1.1", piece()),
        item("PE-1.2", None),
        ReviewItem { own: true, ..item("PE-1.3", piece()) },
        ReviewItem {
            piece: Some(EvidenceLine {
                decision: Some(Decision {
                    accepted: false,
                    by: "Li Chen, 14 Nov 2026".into(),
                    note: "The page is empty.".into(),
                }),
                ..evidence("https://wiki.example.org/x")
            }),
            decision: Some(Decision::default()),
            ..item("PE-2.1", None)
        },
    ]
}

pub(crate) fn result(bank: &Arc<Bank>) -> ResultView {
    let reviewed = |place: usize| Evidence {
        uri: "https://wiki.example.org/a".into(),
        sha256: None,
        kind: EvidenceKind::Artefact,
        checked_at: None,
        reviewed_by: place.is_multiple_of(2).then(|| "li".into()),
        reviewed_value: None,
        vouched_by: None,
        expires: None,
    };
    let mut answers: BTreeMap<String, Answer> = BTreeMap::new();
    for (place, question) in bank.questions_of("extended").enumerate() {
        let rungs = question.ladder.rungs();
        let level = usize::from(question.level);
        let rung = match (question.dimension.as_str(), level) {
            ("people" | "data", 1..=3) | ("model-creation", 1..=2) | (_, 1) => rungs[rungs.len() - 1],
            ("operations", _) => continue,
            (_, 2) => rungs[rungs.len() - 2],
            _ => Rung::clone(&rungs[place % 2]),
        };
        let evidence = if place % 5 == 4 && level > 1 {
            Vec::new()
        } else {
            vec![reviewed(if level == 1 { 0 } else { place })]
        };
        answers.insert(
            question.code.clone(),
            Answer { evidence, answered_by: Some("ana".into()), ..Answer::of(rung) },
        );
    }
    let card =
        Snapshot::new(bank, Some("extended"), day("2026-11-21"), answers).unwrap().score(bank).unwrap();
    let point = |date: &str, claimed, supported| TrendPoint { date: day(date), claimed, supported };
    ResultView {
        bank: bank.clone(),
        with: Some(assay_app::assessments::Earlier {
            id: "april".into(),
            title: "April 2026".into(),
            card: card.clone(),
        }),
        card,
        locked: None,
        points: vec![point("2026-01-15", 0, 0), point("2026-04-20", 1, 0), point("2026-08-03", 1, 1)],
        earlier: vec![SelectOption::new("april", "April 2026, locked 20 Apr 2026")],
    }
}
