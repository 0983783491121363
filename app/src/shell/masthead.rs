//! The masthead: mark, name, navigation, account.

use leptos::prelude::*;

use super::{PageHead, Section, Visitor};
use crate::components::{Hallmark, Icon, IconKind};

/// The top of every page. Both menus are native popovers, so that they open without any script.
#[component]
pub(super) fn Masthead(
    /// The frame's data.
    head: PageHead,
) -> AnyView {
    let signed_in = head.visitor.is_some();
    view! {
        <header class="masthead">
            <div class="masthead-row">
                <a class="brand" href="/">
                    <Hallmark />
                    <span class="brand-name">"Assay"</span>
                </a>
                {head.organisation.map(|name| view! { <span class="brand-of">{name}</span> })}
                {signed_in.then(|| view! {
                    <button class="menu-button" type="button" popovertarget="site-nav">
                        <Icon kind=IconKind::Menu />
                        "Menu"
                    </button>
                })}
                {head.visitor.map(|visitor| view! { <Account visitor /> })}
            </div>
            {signed_in.then(|| view! { <Navigation sections=head.sections current=head.section /> })}
        </header>
    }
    .into_any()
}

#[component]
fn Navigation(sections: Vec<Section>, current: Option<Section>) -> AnyView {
    let entries = sections
        .into_iter()
        .map(|section| {
            let here = (Some(section) == current).then_some("page");
            view! { <li><a href=section.href() aria-current=here>{section.label()}</a></li> }
        })
        .collect_view();
    view! {
        <nav class="site-nav" id="site-nav" popover="auto" aria-label="Main">
            <ul>{entries}</ul>
        </nav>
    }
    .into_any()
}

#[component]
fn Account(visitor: Visitor) -> AnyView {
    view! {
        <button class="account-button" type="button" popovertarget="account-menu">
            <Icon kind=IconKind::Person />
            <span class="account-name">{visitor.name.clone()}</span>
            <Icon kind=IconKind::Down />
        </button>
        <div class="account-menu" id="account-menu" popover="auto">
            <p class="account-who">
                <strong>{visitor.name}</strong>
                <span>{visitor.role}</span>
            </p>
            <a href="/account">"Your account"</a>
            <form method="post" action="/sign-out">
                <button type="submit" class="link-button">"Sign out"</button>
            </form>
        </div>
    }
    .into_any()
}
