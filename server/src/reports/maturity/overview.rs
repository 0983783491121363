//! What a busy person reads: summary, profile, capabilities, principles, trend.

use assay_domain::assessments::{Basis, Blocker, Cell as LevelCell, Criteria, DimensionScore, State};
use assay_domain::questionnaires::Question;

use super::super::layout::{
    Cell, Column, Doc, HeatRow, Ladder, LadderMarks, Radar, Rich, Row, Spoke, Table, Target, Trend, code,
};
use super::{MaturityReport, answer_words, index, percent, share};

/// Rows of the tables on the summary page, which has to stay one page.
const BLOCKERS: usize = 3;
const ACTIONS: usize = 4;

pub(super) fn write(doc: &mut Doc<'_>, report: &MaturityReport<'_>) {
    summary(doc, report);
    contents(doc, report);
    profile(doc, report);
    capabilities(doc, report);
    principles(doc, report);
    trend(doc, report);
}

fn summary(doc: &mut Doc<'_>, report: &MaturityReport<'_>) {
    let card = report.scorecard;
    doc.heading(1, "Summary", "summary");
    doc.lead(verdict(report));
    doc.ladder(&Ladder {
        names: &report.bank.levels,
        marks: LadderMarks::Evidence {
            claimed: card.headline.claimed.into(),
            supported: card.headline.supported.into(),
        },
    });
    doc.key_figures(&[
        (format!("{}\u{a0}%", card.progress_percent), "progress through all questions, whatever the level"),
        (
            format!("{}\u{a0}%", card.confidence_percent),
            "confidence: how well the claimed answers are evidenced",
        ),
        (format!("{}\u{a0}%", card.coverage_percent), "of the questions answered"),
    ]);
    let holding = holding(report);
    next_level(doc, report, &holding);
    first_actions(doc, report, &holding);
    doc.fit();
}

/// The result in a few sentences.
fn verdict(report: &MaturityReport<'_>) -> Rich {
    let (team, headline) = (&report.team, report.scorecard.headline);
    let level = |level: u8| format!("level {level}, {}", report.level_name(level));
    let (verb, rest) = match (headline.claimed, headline.supported) {
        (0, _) => (" is at ", Rich::from(".")),
        (claimed, supported) if claimed == supported => {
            (" claims ", Rich::from("; the evidence supports it."))
        }
        (_, supported) => {
            (" claims ", Rich::from(". The evidence supports ").bold(level(supported)).plain("."))
        }
    };
    let claim = Rich::new().plain(format!("{team}{verb}")).bold(level(headline.claimed));
    let mut text = Rich::joined([claim, rest], "");
    if headline.provisional {
        text = text.plain(" The result is provisional: questions that matter are not answered.");
    }
    let missing: Vec<_> =
        report.scorecard.principles.iter().filter(|principle| principle.missing == Some(true)).collect();
    let titles: Vec<_> = missing.iter().map(|principle| principle_title(report, &principle.id)).collect();
    match titles.len() {
        0 => text,
        1 => text.plain(" Missing principle: ").bold(titles.join("; ")).plain("."),
        _ => text.plain(" Missing principles: ").bold(titles.join("; ")).plain("."),
    }
}

fn principle_title<'r>(report: &'r MaturityReport<'_>, id: &'r str) -> &'r str {
    report.bank.principles.iter().find(|facet| facet.id == id).map_or(id, |facet| &facet.title)
}

/// The blockers of the dimensions that hold the headline down: as claimed, or, where all claims pass, as supported.
fn holding<'r>(report: &'r MaturityReport<'_>) -> Vec<&'r Blocker> {
    let lowest = |basis| {
        let blockers = report.scorecard.blockers.iter().filter(move |blocker| blocker.basis == basis);
        let level = blockers.clone().map(|blocker| blocker.level).min();
        blockers.filter(|blocker| Some(blocker.level) == level).collect::<Vec<_>>()
    };
    let claimed = lowest(Basis::Claimed);
    if claimed.is_empty() { lowest(Basis::Supported) } else { claimed }
}

fn next_level(doc: &mut Doc<'_>, report: &MaturityReport<'_>, holding: &[&Blocker]) {
    let Some(first) = holding.first() else {
        doc.label("Nothing above");
        doc.paragraph("Every dimension is at the highest level, and the evidence supports it.");
        return;
    };
    let with_evidence = if first.basis == Basis::Supported { " supported by evidence" } else { "" };
    doc.label(&format!("Why not level {}, {}{with_evidence}", first.level, report.level_name(first.level)));
    let dimensions: Vec<_> =
        holding.iter().map(|blocker| report.dimension_title(&blocker.dimension)).collect();
    let below = first.level.saturating_sub(1);
    doc.small(format!(
        "Held at level {below} by: {}. The smallest set of answers to raise:",
        dimensions.join(", ")
    ));
    doc.keep();
    let answers: Vec<_> = holding.iter().flat_map(|blocker| &blocker.questions).collect();
    let mut table = Table::new(vec![
        Column::new("Code", 9.0),
        Column::new("Question", 52.0),
        Column::new("Now", 15.0),
        Column::new("Needed", 14.0),
    ]);
    for blocking in answers.iter().take(BLOCKERS) {
        let text = report.bank.question(&blocking.code).map_or("", |question| question.text.as_str());
        table.row(vec![
            code(&blocking.code).into(),
            text.into(),
            answer_words(blocking.answer.as_deref()).into(),
            answer_words(Some(blocking.needed.as_str())).into(),
        ]);
    }
    doc.table(table);
    rest_of_blockers(doc, report, answers.len().saturating_sub(BLOCKERS));
}

fn rest_of_blockers(doc: &mut Doc<'_>, report: &MaturityReport<'_>, more: usize) {
    let mut rest = Rich::new();
    if more > 0 {
        let target = Target::Anchor("blockers".to_owned());
        rest = rest.plain(format!("{more} more in ")).link("Why not the next level", target).plain(". ");
    }
    let dimensions = &report.scorecard.dimensions;
    let unsupported = dimensions.iter().filter(|dimension| dimension.supported < dimension.claimed).count();
    if unsupported > 0 {
        rest = rest.plain(format!(
            "{unsupported} of {} dimensions claim more than their evidence supports.",
            dimensions.len()
        ));
    }
    if !rest.is_empty() {
        doc.small(rest);
    }
}

/// Of the answers to raise those that bring most for their effort.
fn first_actions(doc: &mut Doc<'_>, report: &MaturityReport<'_>, holding: &[&Blocker]) {
    let codes = holding.iter().flat_map(|blocker| &blocker.questions).map(|blocking| blocking.code.as_str());
    let mut questions: Vec<&Question> = codes.filter_map(|code| report.bank.question(code)).collect();
    let worth = |question: &Question, other: &Question| i64::from(question.usefulness) * other.effort.total();
    questions.sort_by(|a, b| worth(b, a).cmp(&worth(a, b)).then_with(|| a.code.cmp(&b.code)));
    if questions.is_empty() {
        return;
    }
    doc.label("What to do first");
    let mut table = Table::new(vec![
        Column::new("Code", 9.0),
        Column::new("Action", 52.0),
        Column::new("Owner", 18.0),
        Column::right("Effort", 11.0),
    ]);
    for question in questions.into_iter().take(ACTIONS) {
        let role = question.owner_roles.first().map_or("", String::as_str);
        let owner =
            report.bank.roles.iter().find(|facet| facet.id == role).map_or(role, |facet| &facet.title);
        table.row(vec![
            code(&question.code).into(),
            question.action.as_str().into(),
            owner.into(),
            format!("{} of 15", question.effort.total()).into(),
        ]);
    }
    doc.table(table);
}

fn contents(doc: &mut Doc<'_>, report: &MaturityReport<'_>) {
    doc.page_break();
    doc.heading(1, "Contents", "contents");
    doc.contents();
    doc.heading(2, "How to read this report", "reading");
    doc.paragraph(
        "A level is cumulative: it includes everything below it. Claimed is what the team answered. Supported is what \
         remains of the claim when each answer counts only as far as its evidence carries it. The two stand side by \
         side, and no average hides a weak dimension: the headline is the lowest of them.",
    );
    let title = match report.state {
        State::Locked => return,
        State::Draft => "This is a draft",
        State::Submitted => "Under review",
    };
    let text = "The assessment is not locked: answers, evidence and levels may still change. A locked assessment is final.";
    doc.caution(title, text);
}

fn profile(doc: &mut Doc<'_>, report: &MaturityReport<'_>) {
    doc.page_break();
    doc.heading(1, "Dimension profile", "profile");
    doc.paragraph("Whole numbers are levels reached; decimals show the score of the next one and earn nothing by themselves.");
    let spokes = report
        .scorecard
        .dimensions
        .iter()
        .map(|dimension| Spoke {
            name: report.dimension_title(&dimension.id).to_owned(),
            claimed: index(dimension, Basis::Claimed),
            supported: index(dimension, Basis::Supported),
        })
        .collect();
    doc.radar(&Radar { spokes });
    let mut columns = vec![
        Column::new("Dimension", 23.0),
        Column::centre("Claimed", 10.0),
        Column::centre("Supported", 11.0),
    ];
    columns.extend((1..report.bank.levels.len()).map(|level| Column::new(&format!("Level {level}"), 15.0)));
    let mut table = Table::new(columns);
    for dimension in &report.scorecard.dimensions {
        let level = |level: u8| if dimension.rated { level.to_string() } else { "\u{2013}".to_owned() };
        let mut cells: Vec<Cell> = vec![
            dimension_name(report, dimension),
            level(dimension.claimed).into(),
            level(dimension.supported).into(),
        ];
        cells.extend(dimension.cells.iter().map(cell));
        table.rows.push(Row::Cells(cells));
    }
    doc.table(table);
    doc.small(
        "A level is passed with 80\u{a0}% of its weight, every mandatory practice at least half in place, and every \
         question answered. Bars: pencil as claimed, gold as supported by evidence.",
    );
}

fn dimension_name(report: &MaturityReport<'_>, dimension: &DimensionScore) -> Cell {
    let name = Rich::new().bold(report.dimension_title(&dimension.id));
    match (dimension.rated, dimension.provisional) {
        (false, _) => name.fine("\nnot rated: more than 30\u{a0}% not applicable"),
        (true, true) => name.fine("\nprovisional"),
        (true, false) => name,
    }
    .into()
}

fn cell(cell: &LevelCell) -> Cell {
    match cell.criteria {
        Criteria::None => Cell::muted("no criteria"),
        Criteria::NotApplicable => Cell::muted("not applicable"),
        Criteria::Some => {
            let verdict = match (cell.passed, cell.supported_passed) {
                (true, true) => "passed",
                (true, false) => "claimed",
                (false, _) => "open",
            };
            Cell::meter(
                format!("{} {verdict}", percent(cell.score)),
                share(cell.score),
                share(cell.supported_score),
            )
        }
    }
}

fn capabilities(doc: &mut Doc<'_>, report: &MaturityReport<'_>) {
    doc.page_break();
    doc.heading(1, "Capabilities", "capabilities");
    doc.paragraph("Score of each capability as claimed, over all its questions. The darker, the further.");
    let rows: Vec<_> = report
        .scorecard
        .dimensions
        .iter()
        .map(|dimension| HeatRow {
            name: report.dimension_title(&dimension.id).to_owned(),
            cells: (report.scorecard.capabilities.iter())
                .filter(|capability| capability.dimension == dimension.id)
                .map(|capability| {
                    let title =
                        report.bank.capability(&capability.id).map_or(&capability.id, |known| &known.title);
                    (title.clone(), u8::try_from(capability.score.scaled(100)).unwrap_or(100))
                })
                .collect(),
        })
        .collect();
    doc.heat_map(&rows);
}

fn principles(doc: &mut Doc<'_>, report: &MaturityReport<'_>) {
    doc.page_break();
    doc.heading(1, "Principles", "principles");
    doc.paragraph("The same answers, read by principle. A principle is missing when less than a quarter of it is in place.");
    let mut table = Table::new(vec![
        Column::new("Principle", 36.0),
        Column::new("Score", 18.0),
        Column::new("State", 16.0),
        Column::new("Answered with nothing", 30.0),
    ]);
    for principle in &report.scorecard.principles {
        let state: Cell = match principle.missing {
            Some(true) => Rich::new().bold("missing").into(),
            Some(false) => "present".into(),
            None => Cell::muted("not answered"),
        };
        table.row(vec![
            principle_title(report, &principle.id).into(),
            Cell::meter(percent(principle.score), share(principle.score), 0.0),
            state,
            code(&principle.questions.join(", ")).into(),
        ]);
    }
    doc.table(table);
}

fn trend(doc: &mut Doc<'_>, report: &MaturityReport<'_>) {
    if report.history.len() < 2 {
        return;
    }
    doc.heading(2, "Level over time", "trend");
    let points = report
        .history
        .iter()
        .map(|past| (past.as_of.format("%-d %b %Y").to_string(), past.claimed, past.supported))
        .collect();
    doc.trend(&Trend { points }, "Circles: claimed. Gold: supported by evidence.");
}
