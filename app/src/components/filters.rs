//! Narrowing a list down. The filter is in the address, so that it can be kept, sent and exported.

use leptos::prelude::*;

use super::{Button, ButtonKind};

/// Fields above a list, sent with GET to the page's own address.
#[component]
pub fn Filters(
    /// The page's address without its query; leads back to the whole list.
    #[prop(into)]
    action: String,
    /// Whether anything is filtered now.
    #[prop(optional)]
    active: bool,
    /// The fields: [`super::Field`], [`super::Select`].
    children: Children,
) -> AnyView {
    let all = action.clone();
    view! {
        <form class="filters" method="get" action=action role="search">
            {children()}
            <div class="actions">
                <Button kind=ButtonKind::Secondary>"Filter"</Button>
                {active.then(|| view! { <a href=all>"Show all"</a> })}
            </div>
        </form>
    }
    .into_any()
}
