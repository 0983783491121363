//! Why not the next level: for each dimension, the fewest answers that would have to rise.

use std::sync::Arc;

use assay_domain::assessments::{Basis as On, Blocker, DimensionScore, Scorecard};
use assay_domain::questionnaires::Bank;
use leptos::prelude::*;

use super::{dimension_title, listed};
use crate::assessments::draft::choice_label;
use crate::assessments::heading::Heading;
use crate::components::{Badge, Basis, LevelMark, MarkSize, Notice, Tone};

/// How many questions of a list stand open; the rest unfolds.
const SHOWN: usize = 4;

/// How many dimensions stand open; more at once are no help.
const UNFOLDED: usize = 3;

#[component]
pub(super) fn Blockers(heading: Heading, bank: Arc<Bank>, card: Scorecard) -> AnyView {
    let head = card.headline;
    if head.supported >= 4 {
        return view! {
            <section class="section">
                <h2>"What is next"</h2>
                <Notice tone=Tone::Good>"Every dimension is at the highest level, and evidence supports it."</Notice>
            </section>
        }
        .into_any();
    }
    // What holds the headline down comes first; within the same level the order is the questionnaire's.
    let mut scores: Vec<DimensionScore> = card.dimensions.clone();
    scores.sort_by_key(|score| (score.supported, score.claimed));
    let holding: Vec<String> = scores
        .iter()
        .filter(|score| score.supported == head.supported)
        .map(|score| dimension_title(&bank, &score.id))
        .collect();
    let words = format!(
        "The lowest dimension decides. For level {} supported by evidence, this has to rise: {}.",
        head.supported + 1,
        listed(&holding)
    );
    let rows = scores
        .into_iter()
        .enumerate()
        .map(|(place, score)| {
            let of = |on: On| card.blockers.iter().find(|blocker| blocker.basis == on && blocker.dimension == score.id).cloned();
            let (claimed, supported) = (of(On::Claimed), of(On::Supported));
            let holds = score.supported == head.supported;
            let open = holds && place < UNFOLDED;
            view! { <Dimension heading=heading.clone() bank=bank.clone() score holds open claimed supported /> }
        })
        .collect_view();
    view! {
        <section class="section" id="why-not">
            <h2>{format!("Why not level {}", head.supported + 1)}</h2>
            <p class="prose">{words}</p>
            <div class="blockers">{rows}</div>
        </section>
    }
    .into_any()
}

#[component]
fn Dimension(
    heading: Heading,
    bank: Arc<Bank>,
    score: DimensionScore,
    holds: bool,
    open: bool,
    claimed: Option<Blocker>,
    supported: Option<Blocker>,
) -> AnyView {
    let title = dimension_title(&bank, &score.id);
    let marks = holds.then(|| view! { <Badge tone=Tone::Warn text="Holds the level down" /> });
    let unrated = (!score.rated).then(|| view! { <Badge tone=Tone::Bad text="Not rated" /> });
    let list = |blocker: Option<Blocker>, on: On| {
        view! { <List heading=heading.clone() bank=bank.clone() dimension=score.id.clone() blocker on /> }
    };
    view! {
        <details class="blocker" open=open>
            <summary>
                <LevelMark level=score.supported basis=Basis::Supported size=MarkSize::Small />
                <LevelMark level=score.claimed basis=Basis::Claimed size=MarkSize::Small />
                <strong class="blocker-title">{title}</strong>
                {marks}
                {unrated}
            </summary>
            <div class="blocker-lists">
                {list(claimed, On::Claimed)}
                {list(supported, On::Supported)}
            </div>
        </details>
    }
    .into_any()
}

#[component]
fn List(heading: Heading, bank: Arc<Bank>, dimension: String, blocker: Option<Blocker>, on: On) -> AnyView {
    let Some(blocker) = blocker else {
        let words = match on {
            On::Claimed => "The answers claim the highest level.",
            On::Supported => "Evidence supports the highest level.",
        };
        return view! { <div><p class="soft">{words}</p></div> }.into_any();
    };
    let count = blocker.questions.len();
    let questions = if count == 1 { "1 answer".to_owned() } else { format!("{count} answers") };
    let title = match (on, count) {
        (On::Claimed, 0) => format!("To claim level {}", blocker.level),
        (On::Claimed, _) => format!("To claim level {}, raise {questions}", blocker.level),
        (On::Supported, 0) => format!("To support level {}", blocker.level),
        (On::Supported, _) => {
            format!("To support level {}, show reviewed evidence for {questions}", blocker.level)
        }
    };
    let line = |place: usize| {
        let answer = &blocker.questions[place];
        let text = bank.question(&answer.code).map(|question| question.text.clone()).unwrap_or_default();
        let today = choice_label(answer.answer.as_deref().unwrap_or_default());
        let href = heading.href(&format!("/{dimension}#{}", answer.code));
        let needed = choice_label(answer.needed.as_str());
        let words = if today == needed {
            format!("{needed}: show evidence")
        } else {
            format!("{today} → {needed}")
        };
        view! {
            <li>
                <a class="question-code" href=href>{answer.code.clone()}</a>
                <span>{text}" "<span class="soft blocker-change">{words}</span></span>
            </li>
        }
    };
    let first = (0..count.min(SHOWN)).map(line).collect_view();
    let rest = (count > SHOWN).then(|| {
        view! {
            <details class="more">
                <summary>{format!("and {} more", count - SHOWN)}</summary>
                <ul class="blocker-questions">{(SHOWN..count).map(line).collect_view()}</ul>
            </details>
        }
    });
    let reasons = blocker.reasons.iter().map(|reason| view! { <p>{reason.clone()}</p> }).collect_view();
    view! {
        <div class="stack-small">
            <h3>{title}</h3>
            {reasons}
            <ul class="blocker-questions">{first}</ul>
            {rest}
        </div>
    }
    .into_any()
}
