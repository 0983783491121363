//! The form for a text, with the lines where something is wrong.

use leptos::prelude::*;

use super::{BASE, PROPOSE, crumbs};
use crate::access::AdminTabs;
use crate::components::{Button, ErrorSummary, ErrorsByField, FieldError, PageTitle, Textarea};

/// A line of the text in which something is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// Its number, from 1.
    pub line: usize,
    /// What stands there.
    pub text: String,
    /// What is wrong.
    pub message: String,
}

/// What was typed, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct ProposeForm {
    /// The policy that it began from.
    pub of: String,
    /// The TOML text.
    pub source: String,
    /// Why.
    pub reason: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// Where in the text.
    pub excerpts: Vec<Excerpt>,
}

/// The form.
#[component]
pub fn ProposePage(
    /// What was typed.
    form: ProposeForm,
    /// What the policy is called that is to change; nothing for a new one.
    of: Option<String>,
) -> AnyView {
    let title = match &of {
        Some(title) => format!("Propose a change of “{title}”"),
        None => "Propose a policy".to_owned(),
    };
    let hint = if of.is_some() {
        "The text in force. Change what you like and raise the version: patch for wording, minor where more is asked or allowed, major where other people decide."
    } else {
        "A policy in force to begin with. Give yours an id of its own, and environments and risk tiers about which no other policy decides."
    };
    let errors = form.errors.clone();
    view! {
        <div class="stack">
            <PageTitle title crumbs=crumbs() lede="It comes into force when somebody else confirms it." />
            <AdminTabs current=BASE />
            <ErrorSummary errors=errors.clone() />
            <Excerpts excerpts=form.excerpts />
            <form class="stack" method="post" action=PROPOSE>
                <input type="hidden" name="of" value=form.of />
                <div class="policy-source">
                    <Textarea id="source" label="The policy as TOML" hint value=form.source error=errors.at("source") rows=32 required=true />
                </div>
                <div class="narrow">
                    <Textarea id="reason" label="Why" hint="For whoever is to confirm it." value=form.reason error=errors.at("reason") optional_mark=true />
                </div>
                <Button>"Propose it"</Button>
            </form>
        </div>
    }
    .into_any()
}

#[component]
fn Excerpts(excerpts: Vec<Excerpt>) -> AnyView {
    if excerpts.is_empty() {
        return ().into_any();
    }
    let lines = excerpts
        .into_iter()
        .map(|one| {
            view! {
                <li>
                    <p class="policy-line"><span class="policy-number">{one.line.to_string()}</span><code>{one.text}</code></p>
                    <p class="policy-mistake">{one.message}</p>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="stack-small" aria-labelledby="where">
            <h2 id="where">"Where in the text"</h2>
            <ol class="policy-lines">{lines}</ol>
        </section>
    }
    .into_any()
}
