//! Which tools a team uses for what.

use leptos::prelude::*;

use super::{OwnershipHead, OwnershipPlace};
use crate::components::{Button, Column, ErrorSummary, Field, FieldError, Table};
use crate::teams::TeamNav;

/// A capability with its tools.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToolRow {
    /// The capability's id.
    pub capability: String,
    /// What people call it.
    pub title: String,
    /// The tools, with commas.
    pub text: String,
    /// What the questionnaire knows for it.
    pub suggested: Vec<String>,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// The capabilities of a dimension.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToolGroup {
    /// The dimension.
    pub title: String,
    /// Its capabilities.
    pub rows: Vec<ToolRow>,
}

/// All that the page shows.
#[derive(Clone, Debug, Default)]
pub struct ToolsView {
    /// The team.
    pub nav: TeamNav,
    /// The capabilities.
    pub groups: Vec<ToolGroup>,
    /// The revision that the form was drawn with.
    pub revision: String,
    /// Whether the one looking may change it.
    pub editable: bool,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// Which tools a team uses for what.
#[component]
pub fn ToolsPage(
    /// The tools.
    view: ToolsView,
) -> AnyView {
    let ToolsView { nav, groups, revision, editable, errors } = view;
    let action = format!("{}/ownership/tools", nav.href);
    let lede = "What the team works with. Across teams it shows where several tools do the same.";
    let body = if editable {
        let sections = groups.into_iter().map(|group| view! { <Fields group /> }).collect_view();
        view! {
            <form class="stack" method="post" action=action>
                <input type="hidden" name="revision" value=revision />
                <div class="own-bar"><Button>"Save the tools"</Button></div>
                {sections}
            </form>
        }
        .into_any()
    } else {
        groups.into_iter().map(|group| view! { <List group /> }).collect_view().into_any()
    };
    view! {
        <div class="stack">
            <OwnershipHead nav place=OwnershipPlace::Tools title="Tools" lede />
            <ErrorSummary errors />
            {body}
        </div>
    }
    .into_any()
}

#[component]
fn Fields(group: ToolGroup) -> AnyView {
    let fields = group
        .rows
        .into_iter()
        .map(|row| {
            let hint =
                (!row.suggested.is_empty()).then(|| format!("For example {}", row.suggested.join(", ")));
            let (id, name) = (format!("tools-{}", row.capability), format!("tools.{}", row.capability));
            view! { <Field id name label=row.title value=row.text hint error=row.error /> }
        })
        .collect_view();
    view! {
        <section class="section">
            <h2>{group.title}</h2>
            <div class="own-tools">{fields}</div>
        </section>
    }
    .into_any()
}

#[component]
fn List(group: ToolGroup) -> AnyView {
    let columns = ["Capability", "Tools"].map(Column::new).to_vec();
    let rows = group
        .rows
        .into_iter()
        .map(|row| {
            let tools = if row.text.is_empty() { "none named".to_owned() } else { row.text };
            vec![row.title.into_any(), tools.into_any()]
        })
        .collect();
    let caption = format!("Tools for {}", group.title);
    view! { <section class="section"><h2>{group.title}</h2><Table caption columns rows hide_caption=true /></section> }
        .into_any()
}
