//! Turns a page into an HTML document: one synchronous pass, no streaming, no resources.
//!
//! Everything that a page needs is in its arguments, so rendering is a pure function of them: the same page twice is
//! the same bytes. Inline styles are refused by the content security policy; inline script is only what carries the nonce.

use std::sync::Arc;

use hydration_context::SsrSharedContext;
use leptos::prelude::*;

use crate::shell::{Frame, PageHead};
pub use crate::shell::{PRELOADED_FONTS, STYLES};

/// Renders `body` as the main part of a whole document, framed by header, navigation and footer.
pub fn document<F, V>(head: PageHead, body: F) -> String
where
    F: FnOnce() -> V,
    V: IntoView + 'static,
{
    within_owner(|| view! { <Frame head body=body().into_any() /> }.to_html())
}

/// Renders markup alone, for answers that replace a part of a page and for tests.
pub fn fragment<F, V>(body: F) -> String
where
    F: FnOnce() -> V,
    V: IntoView + 'static,
{
    within_owner(|| body().into_view().to_html())
}

/// Islands with children need the islands' shared context; the owner frees what the page allocated.
fn within_owner(work: impl FnOnce() -> String) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(work);
    owner.cleanup();
    html
}
