//! Which tools all teams use for what, and where several do the same.

use leptos::prelude::*;

use super::{OrganisationHead, OrganisationPlace};
use crate::components::{Badge, Empty, LinkButton, Notice, Tone};

/// A tool with the teams that use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolUsers {
    /// The tool.
    pub tool: String,
    /// The teams' names.
    pub teams: Vec<String>,
}

/// A capability with its tools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PurposeRow {
    /// What people call the capability.
    pub title: String,
    /// Whether teams use different tools for it, and none that all of them use.
    pub duplicate: bool,
    /// The tools.
    pub tools: Vec<ToolUsers>,
}

/// All that the page shows.
#[derive(Clone, Debug, Default)]
pub struct ToolsAcrossView {
    /// The capabilities for which some team names a tool.
    pub rows: Vec<PurposeRow>,
}

/// Tools by capability across all teams.
#[component]
pub fn ToolsAcrossPage(
    /// The tools.
    view: ToolsAcrossView,
) -> AnyView {
    let lede = "What teams work with, by what it is for. Several tools for the same purpose cost twice: to run and to learn.";
    let doubles: Vec<PurposeRow> = view.rows.iter().filter(|row| row.duplicate).cloned().collect();
    let body = if view.rows.is_empty() {
        view! {
            <Empty title="No team has named its tools yet">
                <p>"Team leads name them on the page Ownership of their team, under Tools."</p>
                <LinkButton href="/teams">"Go to the teams"</LinkButton>
            </Empty>
        }
        .into_any()
    } else {
        view! { <Doubles doubles /><Uses rows=view.rows /> }.into_any()
    };
    view! {
        <div class="stack">
            <OrganisationHead place=OrganisationPlace::Tools title="Tools across teams" lede />
            {body}
        </div>
    }
    .into_any()
}

#[component]
fn Doubles(doubles: Vec<PurposeRow>) -> AnyView {
    if doubles.is_empty() {
        return view! { <Notice tone=Tone::Good title="No duplicates"><p>"Wherever several teams need the same, there is a tool that all of them use."</p></Notice> }.into_any();
    }
    let lines = doubles
        .into_iter()
        .map(|row| {
            let names: Vec<String> = row.tools.into_iter().map(|tool| tool.tool).collect();
            let words = format!(
                "{}: {} tools in use, none of them by all teams ({})",
                row.title,
                number(names.len()),
                names.join(", ")
            );
            view! { <li>{words}</li> }
        })
        .collect_view();
    view! { <Notice tone=Tone::Warn title="Different tools for the same purpose"><ul>{lines}</ul></Notice> }
        .into_any()
}

#[component]
fn Uses(rows: Vec<PurposeRow>) -> AnyView {
    let lines = rows
        .into_iter()
        .map(|row| {
            let tools = row
                .tools
                .into_iter()
                .map(|tool| {
                    view! { <div><dt>{tool.tool}</dt><dd>{tool.teams.join(", ")}</dd></div> }
                })
                .collect_view();
            let badge = row.duplicate.then(|| view! { <Badge tone=Tone::Warn text="Several" /> });
            view! {
                <section class="own-purpose">
                    <h2>{row.title}{badge}</h2>
                    <dl class="own-uses">{tools}</dl>
                </section>
            }
        })
        .collect_view();
    view! { <div class="own-purposes">{lines}</div> }.into_any()
}

/// Small numbers in words.
fn number(count: usize) -> String {
    const WORDS: [&str; 10] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    WORDS.get(count).map_or_else(|| count.to_string(), |word| (*word).to_owned())
}
