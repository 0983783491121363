//! A scorecard as text on a terminal: where the team stands, what is missing, and what would lead to the next level.

use std::fmt::Write as _;

use assay_domain::assessments::{
    Basis, Blocker, BlockingAnswer, DimensionScore, Scorecard, Vouched, answer_in_words, level_bar,
};
use assay_domain::questionnaires::{Bank, Facet};

/// The scorecard for people; `bank` is the one that it was scored with.
pub(super) fn render(card: &Scorecard, bank: &Bank) -> String {
    let sections = [
        headline(card, bank),
        dimensions(card, bank),
        principles(card, bank),
        why_not(card, bank, Basis::Claimed),
        why_not(card, bank, Basis::Supported),
        vouched(card),
        format!("Input SHA-256 {}. All details: --format json\n", card.input_sha256),
    ];
    sections.into_iter().filter(|section| !section.is_empty()).collect::<Vec<_>>().join("\n")
}

fn headline(card: &Scorecard, bank: &Bank) -> String {
    let asked = &card.questionnaire;
    let level = |level: u8| format!("Level {level} of 4   {}", level_title(bank, level));
    let (claimed, supported) = (level(card.headline.claimed), level(card.headline.supported));
    let width = claimed.chars().count().max(supported.chars().count()) + 3;
    let provisional = if card.headline.provisional { " (provisional: answers are missing)" } else { "" };
    format!(
        "{} {}, profile {}, as of {}\n\n  {claimed:width$}as answered{provisional}\n  {supported:width$}as far as the evidence carries\n\n  \
         Progress {} %   answered {} %   confidence {} %\n",
        bank.title,
        asked.version,
        asked.profile,
        card.as_of,
        card.progress_percent,
        card.coverage_percent,
        card.confidence_percent,
    )
}

/// What counts because a machine vouches for it.
fn vouched(card: &Scorecard) -> String {
    let mut text = String::new();
    for Vouched { question, machine, checked_at, uri } in &card.vouched {
        let day = checked_at.map(|day| format!(" on {day}")).unwrap_or_default();
        let _ = writeln!(text, "  {question}   {machine} checked {uri}{day}");
    }
    if text.is_empty() { text } else { format!("Machines vouch for\n{text}") }
}

fn level_title(bank: &Bank, level: u8) -> &str {
    bank.levels.get(usize::from(level)).map_or("", String::as_str)
}

fn dimensions(card: &Scorecard, bank: &Bank) -> String {
    let width =
        card.dimensions.iter().map(|d| dimension_title(bank, &d.id).chars().count()).max().unwrap_or(0) + 3;
    let mut text = format!("  {:width$}{:11}supported\n", "", "claimed");
    for dimension in &card.dimensions {
        let remark = match (dimension.rated, dimension.provisional) {
            (false, _) => "not rated: too much does not apply",
            (true, true) => "provisional",
            (true, false) => "",
        };
        let (claimed, supported) = (level_bar(dimension.claimed), level_bar(dimension.supported));
        let line =
            format!("  {:width$}{claimed:11}{supported:11}{remark}", dimension_title(bank, &dimension.id));
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

fn principles(card: &Scorecard, bank: &Bank) -> String {
    let titles = |missing: Option<bool>| {
        let ids =
            card.principles.iter().filter(|principle| principle.missing == missing).map(|p| p.id.as_str());
        ids.map(|id| facet_title(&bank.principles, id)).collect::<Vec<_>>().join("; ")
    };
    let (missing, unknown) = (titles(Some(true)), titles(None));
    let mut text = match missing.as_str() {
        "" => "No principle is known to be missing.\n".to_owned(),
        missing => format!("Missing principles: {missing}\n"),
    };
    if !unknown.is_empty() {
        let _ = writeln!(text, "Nothing answered about: {unknown}");
    }
    text
}

/// What keeps the lowest dimensions from the next level. What the evidence does not carry is shown only where it
/// carries less than the answers claim: before that, answers come first.
fn why_not(card: &Scorecard, bank: &Bank, basis: Basis) -> String {
    let (claimed, supported) = (card.headline.claimed, card.headline.supported);
    let level = if basis == Basis::Claimed { claimed } else { supported };
    if level == 4 || (basis == Basis::Supported && supported == claimed) {
        return String::new();
    }
    let level_of = |dimension: &DimensionScore| {
        if basis == Basis::Claimed { dimension.claimed } else { dimension.supported }
    };
    let lowest: Vec<&str> = card
        .dimensions
        .iter()
        .filter(|dimension| level_of(dimension) == level)
        .map(|d| d.id.as_str())
        .collect();
    let blockers =
        card.blockers.iter().filter(|b| b.basis == basis && lowest.contains(&b.dimension.as_str()));
    let next = level + 1;
    let mut text = match basis {
        Basis::Claimed => {
            format!("Why not level {next} ({})? The least that would do:\n", level_title(bank, next))
        }
        Basis::Supported => format!(
            "Why does the evidence not carry level {next}? The least to show to somebody who reviews it:\n"
        ),
    };
    for blocker in blockers {
        text += &steps(blocker, bank);
    }
    text
}

/// What to raise in one dimension, each with what to do or, for supported, what to show.
fn steps(blocker: &Blocker, bank: &Bank) -> String {
    let mut text = format!("\n  {}\n", dimension_title(bank, &blocker.dimension));
    for reason in &blocker.reasons {
        let _ = writeln!(text, "    {reason}");
    }
    let width =
        blocker.questions.iter().map(|question| change(question).chars().count()).max().unwrap_or(0) + 2;
    for question in &blocker.questions {
        let asked = bank.question(&question.code);
        let advice = asked.map_or("", |asked| match blocker.basis {
            Basis::Claimed => &asked.action,
            Basis::Supported => &asked.evidence,
        });
        let _ = writeln!(text, "    {:8}{:width$}{advice}", question.code, change(question));
    }
    text
}

/// Today's answer and the one needed; only one where they are the same and evidence is what lacks.
fn change(question: &BlockingAnswer) -> String {
    let now = answer_in_words(question.answer.as_deref());
    if now == question.needed.as_str() { now.to_owned() } else { format!("{now} → {}", question.needed) }
}

fn dimension_title<'a>(bank: &'a Bank, id: &'a str) -> &'a str {
    bank.dimension(id).map_or(id, |dimension| &dimension.title)
}

fn facet_title<'a>(facets: &'a [Facet], id: &'a str) -> &'a str {
    facets.iter().find(|facet| facet.id == id).map_or(id, |facet| &facet.title)
}
