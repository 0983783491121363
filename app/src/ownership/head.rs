//! The head that all pages of a team's ownership share, and what the team's own page says of it.

use leptos::prelude::*;

use crate::components::{Crumb, MaybeText, PageTitle};
use crate::teams::{TeamNav, TeamPlace, TeamTabs};

/// A page of a team's ownership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnershipPlace {
    /// Who holds what, also while it is edited.
    Matrix,
    /// What is missing.
    Findings,
    /// Who can do what.
    Skills,
    /// What is used for what.
    Tools,
}

/// Title, the pages of the team, and the pages of its ownership.
#[component]
pub fn OwnershipHead(
    /// The team.
    nav: TeamNav,
    /// This page.
    place: OwnershipPlace,
    /// The title of the page.
    #[prop(into)]
    title: String,
    /// One sentence below it.
    #[prop(optional, into)]
    lede: MaybeText,
    /// What can be done with the whole page.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    let crumbs = vec![Crumb::new("Teams", "/teams"), Crumb::new(nav.name.clone(), nav.href.clone())];
    let actions: Children = children.unwrap_or_else(|| Box::new(|| ().into_any()));
    view! {
        <PageTitle title crumbs over=nav.name.clone() lede=lede.0>{actions()}</PageTitle>
        <TeamTabs nav=nav.clone() place=TeamPlace::Ownership />
        <Pages nav place />
    }
    .into_any()
}

#[component]
fn Pages(nav: TeamNav, place: OwnershipPlace) -> AnyView {
    let findings = match nav.findings.unwrap_or_default() {
        0 => "Findings".to_owned(),
        count => format!("Findings ({count})"),
    };
    let entries = [
        (OwnershipPlace::Matrix, "Matrix".to_owned(), ""),
        (OwnershipPlace::Findings, findings, "/findings"),
        (OwnershipPlace::Skills, "Skills".to_owned(), "/skills"),
        (OwnershipPlace::Tools, "Tools".to_owned(), "/tools"),
    ]
    .map(|(page, label, rest)| {
        let here = (page == place).then_some("page");
        view! { <li><a href=format!("{}/ownership{rest}", nav.href) aria-current=here>{label}</a></li> }
    })
    .collect_view();
    view! { <nav class="own-pages" aria-label="Ownership"><ul>{entries}</ul></nav> }.into_any()
}

/// What a team's page says of its ownership.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glance {
    /// Where the matrix is.
    pub href: String,
    /// For how many things somebody is accountable.
    pub accountable: u32,
    /// How many things there are.
    pub things: u32,
    /// How many findings there are.
    pub findings: u32,
    /// How many of them matter most.
    pub high: u32,
}

/// Ownership on the team's page, in two sentences.
#[component]
pub fn OwnershipGlance(
    /// What is said.
    glance: Glance,
) -> AnyView {
    let Glance { href, accountable, things, findings, high } = glance;
    let covered =
        format!("{accountable} of {things} capabilities and models have somebody who is accountable. ");
    let found = match (findings, high) {
        (0, _) => view! { "Nothing is missing." }.into_any(),
        (count, high) => {
            let words = format!("{count} {}", if count == 1 { "finding" } else { "findings" });
            let high = (high > 0).then(|| format!(", {high} of high severity"));
            view! { <a href=format!("{href}/findings")>{words}</a>{high}"." }.into_any()
        }
    };
    view! {
        <section class="section stack">
            <h2><a href=href>"Ownership"</a></h2>
            <p>{covered}{found}</p>
        </section>
    }
    .into_any()
}
