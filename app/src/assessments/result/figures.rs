//! The figures of a result: percentages, capabilities, principles, and every cell.

use std::sync::Arc;

use assay_domain::assessments::{Criteria, PrincipleScore, Scorecard};
use assay_domain::questionnaires::Bank;
use leptos::prelude::*;

use super::{dimension_title, percent};
use crate::assessments::heading::Heading;
use crate::charts::{HeatCell, HeatGroup, HeatMap};
use crate::components::{Badge, Column, Figure, Table, Tone, day};

#[component]
pub(super) fn Numbers(card: Scorecard) -> AnyView {
    let of = |percent: &str| format!("{percent} %");
    view! {
        <div class="grid-small">
            <Figure value=of(&card.progress_percent) label="Progress" note="of everything asked, whatever the levels say" />
            <Figure value=of(&card.coverage_percent) label="Answered" note="of what applies, by weight" />
            <Figure value=of(&card.confidence_percent) label="Confidence" note="how well the answers are supported" />
        </div>
    }
    .into_any()
}

#[component]
pub(super) fn Heat(heading: Heading, bank: Arc<Bank>, card: Scorecard) -> AnyView {
    let groups = card.dimensions.iter().map(|score| {
        let cells = card.capabilities.iter().filter(|capability| capability.dimension == score.id).map(
            |capability| HeatCell {
                label: bank
                    .capability(&capability.id)
                    .map_or_else(|| capability.id.clone(), |known| known.title.clone()),
                percent: Some(percent(capability.score)),
                level: capability.level,
                href: Some(heading.href(&format!("/{}", score.id))),
            },
        );
        HeatGroup { label: dimension_title(&bank, &score.id), cells: cells.collect() }
    });
    view! { <HeatMap title="Capabilities by score" summary="Each leads to its questions." groups=groups.collect() /> }.into_any()
}

#[component]
pub(super) fn Principles(heading: Heading, bank: Arc<Bank>, card: Scorecard) -> AnyView {
    let columns = vec![
        Column::new("Principle"),
        Column::numeric("Score"),
        Column::new("State"),
        Column::new("Answered with the lowest rung"),
    ];
    let rows = card
        .principles
        .into_iter()
        .map(|principle| {
            let title = bank
                .principles
                .iter()
                .find(|known| known.id == principle.id)
                .map(|known| known.title.clone());
            let lowest = lowest(&heading, &bank, &principle);
            let (score, state) = match principle.missing {
                Some(true) => (
                    format!("{} %", principle.score.percent()),
                    view! { <Badge tone=Tone::Warn text="Missing" /> }.into_any(),
                ),
                Some(false) => (format!("{} %", principle.score.percent()), "Present".into_any()),
                None => ("-".to_owned(), view! { <span class="soft">"Not answered"</span> }.into_any()),
            };
            vec![title.unwrap_or(principle.id).into_any(), score.into_any(), state, lowest]
        })
        .collect();
    view! {
        <section class="section">
            <h2>"Principles"</h2>
            <Table caption="A principle is missing when its answers come to less than a quarter" columns rows />
        </section>
    }
    .into_any()
}

fn lowest(heading: &Heading, bank: &Bank, principle: &PrincipleScore) -> AnyView {
    let links = principle.questions.iter().map(|code| {
        let dimension = bank.question(code).map(|question| question.dimension.clone()).unwrap_or_default();
        view! { <a class="question-code" href=heading.href(&format!("/{dimension}#{code}"))>{code.clone()}</a> }
    });
    view! { <span class="cluster">{links.collect_view()}</span> }.into_any()
}

#[component]
pub(super) fn Cells(bank: Arc<Bank>, card: Scorecard) -> AnyView {
    let columns = vec![
        Column::new("Dimension and level"),
        Column::numeric("Score"),
        Column::numeric("Answered"),
        Column::new("Claimed"),
        Column::numeric("Supported score"),
        Column::new("Supported"),
        Column::new("Why it does not pass"),
    ];
    let passed = |passed: bool| if passed { "Passed" } else { "Not passed" };
    let mut rows: Vec<Vec<AnyView>> = Vec::new();
    for score in &card.dimensions {
        for cell in &score.cells {
            let name = format!("{}, level {}", dimension_title(&bank, &score.id), cell.level);
            let of = |fraction: assay_domain::assessments::Fraction| format!("{} %", fraction.percent());
            let why = match cell.criteria {
                Criteria::Some => cell.reasons.join("; "),
                Criteria::None => "No criteria".to_owned(),
                Criteria::NotApplicable => "Not applicable".to_owned(),
            };
            rows.push(vec![
                name.into_any(),
                of(cell.score).into_any(),
                of(cell.coverage).into_any(),
                passed(cell.passed).into_any(),
                of(cell.supported_score).into_any(),
                passed(cell.supported_passed).into_any(),
                why.into_any(),
            ]);
        }
    }
    let digest = card.input_sha256;
    view! {
        <details class="more cells">
            <summary>"All figures"</summary>
            <Table caption=format!("Every level of every dimension, as of {}", day(card.as_of)) columns rows />
            <p class="small soft">"Digest of the input: "<code class="digest">{digest}</code></p>
        </details>
    }
    .into_any()
}
