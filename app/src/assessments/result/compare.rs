//! This result beside an earlier one.

use std::sync::Arc;

use assay_domain::assessments::{DimensionScore, Scorecard};
use assay_domain::questionnaires::Bank;
use leptos::prelude::*;

use super::dimension_title;
use crate::assessments::heading::Heading;
use crate::components::{Button, ButtonKind, Column, Select, SelectOption, Table};

/// An earlier result.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// Its value in the list of those that can be compared.
    pub id: String,
    /// "April 2026".
    pub title: String,
    /// The result.
    pub card: Scorecard,
}

#[component]
pub(super) fn Compare(
    heading: Heading,
    bank: Arc<Bank>,
    card: Scorecard,
    earlier: Vec<SelectOption>,
    with: Option<Earlier>,
) -> AnyView {
    if earlier.is_empty() {
        return view! { <p class="soft">"Once an earlier assessment of the team is locked, this one can be compared with it."</p> }.into_any();
    }
    let chosen = with.as_ref().map(|with| with.id.clone());
    let table = with.map(|with| view! { <Differences bank card with /> });
    view! {
        <form class="cluster compare" method="get" action=heading.href("/result#compare")>
            <Select id="with" label="Compare with" options=earlier value=chosen />
            <Button kind=ButtonKind::Secondary>"Compare"</Button>
        </form>
        {table}
    }
    .into_any()
}

#[component]
fn Differences(bank: Arc<Bank>, card: Scorecard, with: Earlier) -> AnyView {
    let columns = ["Dimension", "Supported", "Claimed"].map(Column::new).to_vec();
    let (before, now) = (with.card.headline, card.headline);
    let mut rows =
        vec![row("All".to_owned(), Some((before.supported, before.claimed)), (now.supported, now.claimed))];
    rows.extend(card.dimensions.iter().map(|score| {
        let before = with.card.dimensions.iter().find(|other| other.id == score.id);
        row(dimension_title(&bank, &score.id), before.map(levels), levels(score))
    }));
    let caption = format!("Levels in {}, and now", with.title);
    view! { <Table caption columns rows /> }.into_any()
}

fn levels(score: &DimensionScore) -> (u8, u8) {
    (score.supported, score.claimed)
}

fn row(title: String, before: Option<(u8, u8)>, now: (u8, u8)) -> Vec<AnyView> {
    let (supported, claimed) = before.unzip();
    vec![title.into_any(), change(supported, now.0).into_any(), change(claimed, now.1).into_any()]
}

/// A change in words, so that it does not hang on colour.
fn change(before: Option<u8>, now: u8) -> String {
    match before {
        None => format!("{now}, not asked then"),
        Some(before) if now > before => format!("{before} → {now}, up by {}", now - before),
        Some(before) if now < before => format!("{before} → {now}, down by {}", before - now),
        Some(_) => format!("{now}, the same"),
    }
}

#[cfg(test)]
mod tests {
    use super::change;

    #[test]
    fn a_change_is_told_in_words() {
        assert_eq!(change(Some(1), 3), "1 → 3, up by 2");
        assert_eq!(change(Some(3), 1), "3 → 1, down by 2");
        assert_eq!(change(Some(2), 2), "2, the same");
        assert_eq!(change(None, 2), "2, not asked then");
    }
}
