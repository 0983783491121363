//! The result: the level, what it rests on, and what keeps it from the next.

mod blockers;
mod compare;
mod figures;

use std::sync::Arc;

use assay_domain::assessments::{DimensionScore, Fraction, Scorecard, State, Vouched};
use assay_domain::questionnaires::Bank;
use leptos::prelude::*;

pub use compare::Earlier;

use self::{
    blockers::Blockers,
    compare::Compare,
    figures::{Cells, Heat, Numbers, Principles},
};
use super::{
    evidence::EvidenceLink,
    heading::{AssessmentHead, Heading, Place},
    start::trend_summary,
    tasks::reopen,
};
use crate::charts::{ChartFrame, Facts, LevelLadder, Radar, RadarAxis, Trend, TrendPoint};
use crate::components::{ButtonKind, Column, LevelPair, LinkButton, MarkSize, Notice, SelectOption, Tone};

/// A result with what is shown around it.
#[derive(Clone, Debug)]
pub struct ResultView {
    /// The questionnaire.
    pub bank: Arc<Bank>,
    /// The result.
    pub card: Scorecard,
    /// The words of today's answers by code, to be shown beside what is needed.
    pub locked: Option<String>,
    /// The team's locked levels, the oldest first.
    pub points: Vec<TrendPoint>,
    /// Earlier results that this one can be compared with.
    pub earlier: Vec<SelectOption>,
    /// The one that it is compared with.
    pub with: Option<Earlier>,
}

/// The result of an assessment.
#[component]
pub fn ResultPage(
    /// The assessment.
    heading: Heading,
    /// The result.
    view: ResultView,
) -> AnyView {
    let ResultView { bank, card, locked, points, earlier, with } = view;
    let head = card.headline;
    let lede = lede(head.claimed, head.supported);
    let summary = trend_summary(&points);
    let trend = (points.len() > 1).then(|| view! { <Trend title="Level over time" summary points /> });
    let downloads = view! { <Downloads heading=heading.clone() /> };
    let again = (heading.state == State::Locked && heading.rights.manage).then(|| reopen(&heading));
    view! {
        <div class="stack">
            <AssessmentHead heading=heading.clone() place=Place::Result title="Result" lede>{downloads}</AssessmentHead>
            <Standing heading=heading.clone() locked provisional=head.provisional />
            <LevelPair claimed=head.claimed supported=head.supported provisional=head.provisional size=MarkSize::Large />
            <Numbers card=card.clone() />
            <div class="grid">
                <Ladder card=card.clone() />
                <Radar title="Dimensions" summary=weakest(&bank, &card) axes=axes(&bank, &card) />
            </div>
            <Blockers heading=heading.clone() bank=bank.clone() card=card.clone() />
            <section class="section">
                <h2>"Capabilities"</h2>
                <Heat heading=heading.clone() bank=bank.clone() card=card.clone() />
            </section>
            <Principles heading=heading.clone() bank=bank.clone() card=card.clone() />
            <Machines vouched=card.vouched.clone() />
            <section class="section stack" id="compare">
                <h2>"Over time"</h2>
                {trend}
                <Compare heading bank=bank.clone() card=card.clone() earlier with />
            </section>
            <Cells bank card />
            {again}
        </div>
    }
    .into_any()
}

fn lede(claimed: u8, supported: u8) -> String {
    if claimed == supported {
        format!("Evidence supports all that is claimed: level {supported}.")
    } else {
        format!("Evidence supports level {supported}; the answers claim level {claimed}.")
    }
}

/// What counts because a machine checked it, and which.
#[component]
fn Machines(vouched: Vec<Vouched>) -> AnyView {
    if vouched.is_empty() {
        return ().into_any();
    }
    let lines = vouched.into_iter().map(|Vouched { question, machine, checked_at, uri }| {
        let day = checked_at.map(|day| format!(" on {day}")).unwrap_or_default();
        view! { <li><code>{question}</code>{format!(": {machine} checked ")}<EvidenceLink uri />{day}</li> }
    });
    let lines = lines.collect_view();
    view! {
        <section class="section" id="machines">
            <h2>"Checked by machines"</h2>
            <p class="soft">"This evidence counts without a review, because a service account or a trusted CI job vouches for it."</p>
            <ul>{lines}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn Downloads(heading: Heading) -> AnyView {
    let api = |rest: &str| format!("/api/v1/assessments/{}{rest}", heading.id);
    let name = format!("assessment-{}", heading.id);
    let report = heading.rights.report.then(|| {
        view! { <LinkButton href=heading.href("/report.pdf") download=format!("{name}.pdf")>"Report (PDF)"</LinkButton> }
    });
    view! {
        {report}
        <LinkButton href=api("/answers.toml") kind=ButtonKind::Quiet download="answers.toml">"answers.toml"</LinkButton>
        <LinkButton href=api("/result") kind=ButtonKind::Quiet download=format!("{name}.json")>"JSON"</LinkButton>
    }
    .into_any()
}

#[component]
fn Standing(heading: Heading, locked: Option<String>, provisional: bool) -> AnyView {
    let missing = provisional.then(|| {
        let open = heading.questions - heading.answered.min(heading.questions);
        let words = match open {
            0 => "Some answers count as not given: \"I do not know\", or \"does not apply\" without approval. They could change the level.".to_owned(),
            1 => "One question has no answer, which could change the level.".to_owned(),
            many => format!("{many} questions have no answer, which could change the level."),
        };
        let check = heading.href("/check");
        view! {
            <Notice tone=Tone::Warn title="Provisional">
                {words}" "<a href=check>"See which"</a>
            </Notice>
        }
    });
    let state = match (heading.state, locked) {
        (State::Locked, Some(words)) => view! { <p class="soft">{words}</p> }.into_any(),
        (State::Submitted, _) => view! { <Notice tone=Tone::Info>"In review: decisions on evidence can still change what is supported."</Notice> }.into_any(),
        _ => view! { <Notice tone=Tone::Info>"A draft, as of today: it changes with every answer until it is locked."</Notice> }.into_any(),
    };
    view! { {state}{missing} }.into_any()
}

#[component]
fn Ladder(card: Scorecard) -> AnyView {
    let head = card.headline;
    let mark = if head.provisional { "Claimed (provisional)" } else { "Claimed" };
    let facts = Facts {
        columns: vec![Column::new("Basis"), Column::numeric("Level")],
        rows: vec![
            vec!["Supported".into(), head.supported.to_string()],
            vec![mark.into(), head.claimed.to_string()],
        ],
    };
    let summary = "The lowest dimension decides: each level includes everything below it.";
    view! {
        <ChartFrame title="Level" summary legend=true facts>
            <LevelLadder claimed=head.claimed supported=head.supported provisional=head.provisional />
        </ChartFrame>
    }
    .into_any()
}

/// What people call a dimension.
fn dimension_title(bank: &Bank, id: &str) -> String {
    bank.dimension(id).map_or_else(|| id.to_owned(), |dimension| dimension.title.clone())
}

fn weakest(bank: &Bank, card: &Scorecard) -> String {
    let lowest = card.headline.supported;
    let names: Vec<String> = card
        .dimensions
        .iter()
        .filter(|score| score.supported == lowest)
        .map(|score| dimension_title(bank, &score.id))
        .collect();
    match names.as_slice() {
        all if all.len() == card.dimensions.len() => format!("All dimensions stand at level {lowest}."),
        [one] => format!("{one} holds the level at {lowest}."),
        many => format!("{} hold the level at {lowest}.", listed(many)),
    }
}

/// "a, b and c".
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn axes(bank: &Bank, card: &Scorecard) -> Vec<RadarAxis> {
    let axis = |score: &DimensionScore| RadarAxis {
        label: dimension_title(bank, &score.id),
        claimed: index(score, score.claimed, |cell| cell.score),
        supported: index(score, score.supported, |cell| cell.supported_score),
        provisional: score.provisional,
    };
    card.dimensions.iter().map(axis).collect()
}

/// A level and the score of the next, in hundredths, as `index` of the result has it for the claimed one.
fn index(
    score: &DimensionScore,
    level: u8,
    of: impl Fn(&assay_domain::assessments::Cell) -> Fraction,
) -> u16 {
    let next = score.cells.iter().find(|cell| cell.level == level + 1);
    let part = match next {
        Some(cell) if score.rated => of(cell).scaled(100).min(99),
        _ => 0,
    };
    u16::from(level) * 100 + u16::try_from(part).unwrap_or(0)
}

/// A fraction as whole percent, cut off.
fn percent(fraction: Fraction) -> u8 {
    u8::try_from(fraction.scaled(100)).unwrap_or(100)
}
