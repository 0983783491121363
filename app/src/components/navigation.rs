//! Finding one's way: crumbs, tabs, pages of a list.

use leptos::prelude::*;

use super::{Icon, IconKind, MaybeText};

/// One step above this page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    /// What it is called.
    pub label: String,
    /// Where it is.
    pub href: String,
}

impl Crumb {
    /// A step.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// The way down to this page, without the page itself.
#[component]
pub fn Breadcrumbs(
    /// From the top.
    crumbs: Vec<Crumb>,
) -> AnyView {
    let steps = crumbs
        .into_iter()
        .map(|crumb| view! { <li><a href=crumb.href>{crumb.label}</a></li> })
        .collect_view();
    view! {
        <nav class="crumbs" aria-label="Breadcrumbs">
            <ol>{steps}</ol>
        </nav>
    }
    .into_any()
}

/// One of several pages about the same thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tab {
    /// What it is called.
    pub label: String,
    /// Where it is.
    pub href: String,
    /// Whether it is this page.
    pub current: bool,
    /// How many things wait there.
    pub count: Option<u32>,
}

impl Tab {
    /// A tab that is not this page.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into(), ..Self::default() }
    }

    /// The same tab, as this page or not.
    #[must_use]
    pub fn current(self, current: bool) -> Self {
        Self { current, ..self }
    }
}

/// The pages about one thing, side by side. They are links, so that each has its address.
#[component]
pub fn SubNav(
    /// What the pages are about: "Team Fraud".
    #[prop(into)]
    label: String,
    /// The pages.
    tabs: Vec<Tab>,
) -> AnyView {
    let entries = tabs
        .into_iter()
        .map(|tab| {
            let here = tab.current.then_some("page");
            let count = tab.count.map(|count| view! { <span class="tab-count">{count.to_string()}</span> });
            view! { <li><a href=tab.href aria-current=here>{tab.label}{count}</a></li> }
        })
        .collect_view();
    view! {
        <nav class="tabs" aria-label=label>
            <ul>{entries}</ul>
        </nav>
    }
    .into_any()
}

/// The way through a long list, a page at a time.
#[component]
pub fn Pagination(
    /// What the list holds: "Audit entries".
    #[prop(into)]
    label: String,
    /// The first page, where this is another.
    #[prop(optional, into)]
    first: MaybeText,
    /// The page before.
    #[prop(optional, into)]
    previous: MaybeText,
    /// The page after.
    #[prop(optional, into)]
    next: MaybeText,
    /// What this page shows: "50 entries, newest first".
    #[prop(optional, into)]
    summary: MaybeText,
) -> AnyView {
    view! {
        <nav class="pagination" aria-label=label>
            {summary.0.map(|summary| view! { <p>{summary}</p> })}
            <ul>
                {first.0.map(|href| view! { <li><a href=href>"First page"</a></li> })}
                {previous.0.map(|href| view! { <li><a href=href rel="prev"><Icon kind=IconKind::Left />"Previous"</a></li> })}
                {next.0.map(|href| view! { <li><a href=href rel="next">"Next"<Icon kind=IconKind::Right /></a></li> })}
            </ul>
        </nav>
    }
    .into_any()
}
