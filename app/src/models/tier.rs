//! The mark of a risk tier: bars, as many of them solid as the tier is high.

use assay_domain::models::Tier;
use leptos::prelude::*;

/// A risk tier in a word, with its bars; "Not classified" where nobody answered yet.
#[component]
pub fn TierMark(
    /// The tier.
    tier: Option<Tier>,
) -> AnyView {
    let Some(tier) = tier else {
        return view! { <span class="tier tier-none">"Not classified"</span> }.into_any();
    };
    let height = |bar: usize| 4 + 3 * bar;
    let bars = Tier::ALL
        .iter()
        .enumerate()
        .map(|(bar, reached)| {
            let class = if *reached <= tier { "tier-bar tier-bar-solid" } else { "tier-bar" };
            let (x, tall) = (1 + 5 * bar, height(bar));
            view! { <rect class=class x=x y=15 - tall width="3" height=tall /> }
        })
        .collect_view();
    view! {
        <span class="tier">
            <svg viewBox="0 0 20 16" aria-hidden="true">{bars}</svg>
            {tier.label()}
        </span>
    }
    .into_any()
}
