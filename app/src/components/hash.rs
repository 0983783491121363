//! Digests and code.

use leptos::prelude::*;

use super::MaybeText;

/// How many characters of a digest are shown at least; enough to tell any two on a page apart.
const SHOWN: usize = 12;

/// A digest. The whole value is in the page (select, copy and search find it); the eye is given its first characters.
#[component]
pub fn Hash(
    /// The digest, with or without its algorithm: `sha256:9f86d0…`.
    #[prop(into)]
    value: String,
    /// Shows every character, broken over lines.
    #[prop(optional)]
    full: bool,
) -> AnyView {
    let class = if full { "hash hash-full" } else { "hash" };
    let start = value.find(':').map_or(0, |colon| colon + 1);
    let middle = value.char_indices().map(|(at, _)| at).nth(start + SHOWN).unwrap_or(value.len());
    let (scheme, rest) = value.split_at(start);
    let (first, rest) = rest.split_at(middle - start);
    view! {
        <code class=class title=value.clone()>
            <span class="hash-scheme">{scheme.to_owned()}</span>
            <span class="hash-first">{first.to_owned()}</span>
            <span class="hash-rest">{rest.to_owned()}</span>
        </code>
    }
    .into_any()
}

/// Commands or data to copy, as they are.
#[component]
pub fn CodeBlock(
    /// The text.
    #[prop(into)]
    code: String,
    /// What it is: "Shell", "TOML".
    #[prop(optional, into)]
    caption: MaybeText,
) -> AnyView {
    view! {
        <figure class="code">
            {caption.0.map(|caption| view! { <figcaption>{caption}</figcaption> })}
            <pre tabindex="0"><code>{code}</code></pre>
        </figure>
    }
    .into_any()
}
