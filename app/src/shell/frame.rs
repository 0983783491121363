//! The document: `<html>` with everything but the page itself.

use leptos::prelude::*;

use super::{Assets, PageHead, masthead::Masthead};
use crate::components::Notice;

/// Loads the browser bundle when the browser has time and wakes the islands from the outside in.
///
/// An island may hold children that the server rendered, and those may hold islands again; what the outer one provides
/// to them is handed on by the callback that it left on its `<leptos-children>`.
const WAKE: &str = include_str!("wake.js");

/// A whole document around the page in `body`.
#[component]
pub fn Frame(
    /// Everything about the request that the frame shows.
    head: PageHead,
    /// The page.
    body: AnyView,
) -> AnyView {
    let title = if head.title.is_empty() { "Assay".to_owned() } else { format!("{} - Assay", head.title) };
    let scripts = head.has_islands.then(|| scripts(&head.assets, &head.nonce));
    let styles = head
        .assets
        .styles
        .iter()
        .map(|href| view! { <link rel="stylesheet" href=href.clone() /> })
        .collect_view();
    let fonts = head
        .assets
        .fonts
        .iter()
        .map(|href| view! { <link rel="preload" href=href.clone() r#as="font" r#type="font/woff2" crossorigin="anonymous" /> })
        .collect_view();
    let flash = head.flash.clone().map(
        |flash| view! { <div class="flash"><Notice tone=flash.tone live=true>{flash.text}</Notice></div> },
    );
    let theme = head.theme.attribute();
    let icon = head.assets.icon.clone();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme>
            <head>
                <meta charset="utf-8" />
                <title>{title}</title>
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="description" content="Assay scores how well machine learning is run, and keeps the record of what was approved." />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href=icon r#type="image/svg+xml" />
                {fonts}
                {styles}
                {scripts}
            </head>
            <body>
                <a class="skip-link" href="#main">"Skip to the content"</a>
                <Masthead head />
                <main class="page" id="main" tabindex="-1">
                    {flash}
                    {body}
                </main>
                <Foot />
            </body>
        </html>
    }
    .into_any()
}

fn scripts(assets: &Assets, nonce: &str) -> AnyView {
    let wake = format!("{WAKE}wakeAll({:?}, {:?});", assets.script, assets.wasm);
    view! {
        <link rel="modulepreload" href=assets.script.clone() />
        <link rel="preload" href=assets.wasm.clone() r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
        <script type="module" nonce=nonce.to_owned()>{wake}</script>
    }
    .into_any()
}

#[component]
fn Foot() -> AnyView {
    view! {
        <footer class="foot">
            <p>{concat!("Assay ", env!("CARGO_PKG_VERSION"))}</p>
            <ul>
                <li><a href="/api/docs">"HTTP API"</a></li>
                <li><a href="/developers/components">"Components"</a></li>
            </ul>
        </footer>
    }
    .into_any()
}
