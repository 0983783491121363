//! What a reviewer reads: blockers, every question, the method.

use assay_app::assessments::draft::choice_label;
use assay_domain::assessments::{Answer, Basis, Blocker, Choice, DimensionScore, Evidence, Grade, Reason};
use assay_domain::questionnaires::Question;

use super::super::layout::{Cell, Column, Doc, Rich, Table, Target, code, hundredths};
use super::{MaturityReport, answer_words, index};

pub(super) fn write(doc: &mut Doc<'_>, report: &MaturityReport<'_>) {
    blockers(doc, report);
    questions(doc, report);
    method(doc, report);
}

fn blockers(doc: &mut Doc<'_>, report: &MaturityReport<'_>) {
    doc.page_break();
    doc.heading(1, "Why not the next level", "blockers");
    doc.paragraph(
        "For each dimension the smallest set of answers that, raised as shown, passes the next level: once for the \
         answers as claimed, and once for what the evidence supports.",
    );
    for (number, dimension) in report.scorecard.dimensions.iter().enumerate() {
        doc.heading(2, report.dimension_title(&dimension.id), &format!("blockers-{number}"));
        let blockers: Vec<_> =
            report.scorecard.blockers.iter().filter(|blocker| blocker.dimension == dimension.id).collect();
        if blockers.is_empty() {
            doc.paragraph("The highest level is claimed, and the evidence supports it.");
        } else {
            blocker_table(doc, report, dimension, &blockers);
        }
    }
}

fn blocker_table(
    doc: &mut Doc<'_>,
    report: &MaturityReport<'_>,
    dimension: &DimensionScore,
    blockers: &[&Blocker],
) {
    let mut table = Table::new(vec![
        Column::new("Code", 9.0),
        Column::new("Question", 51.0),
        Column::new("Now", 15.0),
        Column::new("Needed", 19.0),
    ]);
    for blocker in blockers {
        let (basis, evidence) = match blocker.basis {
            Basis::Claimed => ("as claimed", ""),
            Basis::Supported => ("supported by evidence", ", reviewed"),
        };
        let today = hundredths(index(dimension, blocker.basis));
        table.group(
            Rich::new().bold(format!("To level {} {basis}", blocker.level)).fine(format!("  today {today}")),
        );
        for blocking in &blocker.questions {
            let text = report.bank.question(&blocking.code).map_or("", |question| question.text.as_str());
            table.row(vec![
                code(&blocking.code).into(),
                text.into(),
                answer_words(blocking.answer.as_deref()).into(),
                format!("{}{evidence}", answer_words(Some(blocking.needed.as_str()))).into(),
            ]);
        }
        if blocker.questions.is_empty() {
            let reasons = blocker.reasons.join("; ");
            let text = if reasons.is_empty() {
                "No set of answers suffices.".to_owned()
            } else {
                format!("No set of answers suffices: {reasons}.")
            };
            table.row(vec![Cell::default(), Cell::muted(text)]);
        }
    }
    doc.table(table);
}

fn questions(doc: &mut Doc<'_>, report: &MaturityReport<'_>) {
    doc.page_break();
    doc.heading(1, "Questions and answers", "questions");
    doc.paragraph(
        "Every question of the profile with its answer, the evidence as it counts on the day, its reviewers, and what \
         was said. Mandatory practices are marked \u{2020}.",
    );
    for (number, dimension) in report.scorecard.dimensions.iter().enumerate() {
        doc.heading(2, report.dimension_title(&dimension.id), &format!("questions-{number}"));
        let questions = report.questions_of(&dimension.id);
        let (claimed, supported) = (dimension.claimed, dimension.supported);
        doc.small(format!(
            "Level {claimed} claimed, level {supported} supported, {} questions.",
            questions.len()
        ));
        doc.keep();
        question_table(doc, report, &questions);
    }
}

fn question_table(doc: &mut Doc<'_>, report: &MaturityReport<'_>, questions: &[&Question]) {
    let mut table = Table::new(vec![
        Column::new("Code", 11.0),
        Column::new("Question", 40.0),
        Column::new("Answer", 17.0),
        Column::new("Evidence, review, comments", 40.0),
    ]);
    for level in questions.chunk_by(|a, b| a.level == b.level) {
        let number = level.first().map_or(0, |question| question.level);
        table.group(
            Rich::new().bold(format!("Level {number}")).plain(format!("  {}", report.level_name(number))),
        );
        for question in level {
            let answer = report.answers.get(&question.code);
            table.row(vec![
                question_code(question).into(),
                question.text.as_str().into(),
                given(report, answer).into(),
                answer.map_or_else(Rich::new, |answer| remarks(report, answer)).into(),
            ]);
        }
    }
    doc.table(table);
}

fn question_code(question: &Question) -> Rich {
    let text = code(&question.code);
    if question.mandatory { text.plain("\u{a0}\u{2020}") } else { text }
}

/// The answer, and who gave it.
fn given(report: &MaturityReport<'_>, answer: Option<&Answer>) -> Rich {
    let Some(answer) = answer else { return Rich::new().quiet("Not answered") };
    let choice = match &answer.choice {
        Choice::Rung(rung) => choice_label(rung.as_str()),
        Choice::DontKnow => "I do not know",
        Choice::NotApplicable(_) => "Does not apply",
    };
    let text = Rich::new().bold(choice);
    match &answer.answered_by {
        Some(person) => text.fine(format!("\n{}", report.person(person))),
        None => text,
    }
}

fn remarks(report: &MaturityReport<'_>, answer: &Answer) -> Rich {
    let mut parts: Vec<Rich> =
        answer.evidence.iter().map(|evidence| shown(report, answer, evidence)).collect();
    if let Choice::NotApplicable(reason) = &answer.choice {
        let kind = match reason.reason {
            Reason::OutOfScope => "out of scope",
            Reason::Architecture => "architecture",
        };
        let approval = match &reason.approved_by {
            Some(person) => format!("approved by {}", report.person(person)),
            None => "not approved, so it counts as unanswered".to_owned(),
        };
        parts.push(
            Rich::new().bold(format!("{kind}: ")).plain(format!("{}; {approval}", reason.justification)),
        );
    } else if parts.is_empty() {
        parts.push(Rich::new().quiet("no evidence"));
    }
    if let Some(comment) = answer.comment.as_deref().filter(|comment| !comment.trim().is_empty()) {
        parts.push(Rich::new().plain(format!("\u{201c}{comment}\u{201d}")));
    }
    Rich::joined(parts, "\n")
}

/// A piece of evidence: its grade on the day, where it is, and who stands behind it.
fn shown(report: &MaturityReport<'_>, answer: &Answer, evidence: &Evidence) -> Rich {
    let grade = match answer.grade_of(evidence, report.scorecard.as_of) {
        Grade::None => "expired",
        Grade::Artefact => "artefact",
        Grade::Reviewed => "reviewed",
        Grade::Automated => "automated",
    };
    let mut details = Vec::new();
    if let Some(person) = &evidence.reviewed_by {
        let of = evidence
            .reviewed_value
            .map(|rung| format!(" for \u{201c}{}\u{201d}", choice_label(rung.as_str())))
            .unwrap_or_default();
        details.push(format!("reviewed by {}{of}", report.person(person)));
    }
    details.extend(evidence.checked_at.map(|day| match &evidence.vouched_by {
        Some(machine) => format!("checked {day} by the machine {machine}"),
        None => format!("checked {day}"),
    }));
    details.extend(evidence.expires.map(|day| format!("expires {day}")));
    let text = located(Rich::new().bold(format!("{grade}: ")), &evidence.uri);
    let text = if details.is_empty() { text } else { text.plain(format!("; {}", details.join(", "))) };
    match &evidence.sha256 {
        Some(digest) => text.fine(format!("\nSHA-256 {}\u{2026}", digest.get(..16).unwrap_or(digest))),
        None => text,
    }
}

/// Only addresses that a browser may safely follow become links.
fn located(text: Rich, uri: &str) -> Rich {
    match uri.split_once("://") {
        Some(("https" | "http", rest)) => text.link(rest, Target::Uri(uri.to_owned())),
        _ => text.plain(uri),
    }
}

fn method(doc: &mut Doc<'_>, report: &MaturityReport<'_>) {
    let asked = &report.scorecard.questionnaire;
    doc.page_break();
    doc.heading(1, "Method", "method");
    doc.paragraph(format!(
        "{}, version {}, profile {}, scoring rules {}. {} All figures are exact: they are reckoned in whole numbers, \
         and the same answers scored again give the same result, byte for byte.",
        report.bank.title, asked.version, asked.profile, asked.scoring, report.bank.description
    ));
    doc.list(rules());
    doc.heading(2, "Levels", "levels");
    let mut table = Table::new(vec![Column::centre("Level", 8.0), Column::new("Name", 92.0)]);
    for (number, name) in report.bank.levels.iter().enumerate() {
        table.row(vec![number.to_string().into(), name.as_str().into()]);
    }
    doc.table(table);
}

fn rules() -> Vec<Rich> {
    [
        (
            "Answers",
            "How much of the work a practice covers: none 0, some a quarter, most a half, all one; or how it is done: no \
             0, by hand and documented a half, automated one. \u{201c}I do not know\u{201d} and no answer count nothing \
             and leave the result provisional.",
        ),
        (
            "Not applicable",
            "Leaves the reckoning only with a reason and an approval. A dimension with more than 30\u{a0}% of its weight \
             not applicable is not rated.",
        ),
        (
            "Passing a level",
            "At least 80\u{a0}% of the level\u{2019}s weight, each mandatory practice at least half in place, and every \
             question answered. A dimension\u{2019}s level is the highest up to which all levels pass.",
        ),
        (
            "Headline",
            "The lowest dimension. Progress, which is not gated, stands beside it so that work between levels shows.",
        ),
        (
            "Supported",
            "An answer counts at most a half without evidence, three quarters with an artefact, and fully when somebody \
             else reviewed the evidence or a machine checked it within 90 days. Expired evidence drops by one grade.",
        ),
        (
            "Confidence",
            "The share of the claimed weight by grade of its evidence: 25\u{a0}% without, 50\u{a0}% artefact, \
             80\u{a0}% reviewed, 100\u{a0}% automated. It is shown, and multiplied into nothing.",
        ),
        ("Blockers", "The smallest set of answers that passes the next level; of several, the one with the least effort."),
    ]
    .into_iter()
    .map(|(term, rule)| Rich::new().bold(format!("{term}. ")).plain(rule))
    .collect()
}
