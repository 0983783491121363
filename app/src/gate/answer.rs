//! What the gate says: yes or no, why, and what it looked at.

use leptos::prelude::*;

use crate::components::{CodeBlock, Definition, DefinitionList, Hash, Icon, IconKind};

/// An answer.
#[derive(Clone, Debug)]
pub struct GateAnswer {
    /// Whether it may be deployed.
    pub allowed: bool,
    /// The model and its version; empty for an unknown artefact.
    pub what: String,
    /// Where the version is shown, when it is known.
    pub href: Option<String>,
    /// Where it was to be deployed.
    pub environment: String,
    /// Why.
    pub reasons: Vec<GateReason>,
    /// What was fine.
    pub fine: Vec<GateFine>,
    /// The request that it went by.
    pub request: Option<RequestLink>,
    /// The policy that decides.
    pub policy: Option<String>,
    /// The digest that was given, or the one on record.
    pub digest: Option<String>,
    /// How a pipeline asks the same.
    pub command: String,
}

/// One reason.
#[derive(Clone, Debug)]
pub struct GateReason {
    /// The code that machines get.
    pub code: String,
    /// For people.
    pub message: String,
    /// Since when it is so.
    pub since: Option<String>,
}

/// Something that was looked at and fine.
#[derive(Clone, Debug)]
pub struct GateFine {
    /// What was looked at.
    pub check: String,
    /// What was found.
    pub message: String,
}

/// An approval request.
#[derive(Clone, Debug)]
pub struct RequestLink {
    /// Where it is shown.
    pub href: String,
    /// Its state.
    pub state: String,
}

/// The answer with its explanation.
#[component]
pub(super) fn AnswerSection(answer: GateAnswer) -> AnyView {
    let what = if answer.what.is_empty() { "This artefact".to_owned() } else { answer.what.clone() };
    let (class, icon, verdict) = if answer.allowed {
        ("gate-answer gate-yes", IconKind::Check, "Yes")
    } else {
        ("gate-answer gate-no", IconKind::Cross, "No")
    };
    let said = if answer.allowed {
        format!("{what} may be deployed to {}.", answer.environment)
    } else {
        format!("{what} may not be deployed to {}.", answer.environment)
    };
    view! {
        <section class="section stack" aria-labelledby="answer">
            <div class=class role="status">
                <h2 id="answer"><Icon kind=icon />{verdict}</h2>
                <p>{said}</p>
                <Reasons reasons=answer.reasons.clone() />
            </div>
            <Looked answer=answer.clone() />
            <div class="stack">
                <h3>"From a pipeline"</h3>
                <p class="soft">"Nothing was recorded here. This decides on record, and ends with 0 for yes and 1 for no."</p>
                <CodeBlock caption="Shell" code=answer.command />
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Reasons(reasons: Vec<GateReason>) -> AnyView {
    let reasons = reasons
        .into_iter()
        .map(|reason| {
            let since = reason.since.map(|since| view! { <span class="soft">"since "{since}</span> });
            view! {
                <li>
                    <p>{sentence(&reason.message)}</p>
                    <p class="small cluster"><code>{reason.code}</code>{since}</p>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="gate-reasons">{reasons}</ul> }.into_any()
}

/// What was fine, and what the answer goes by.
#[component]
fn Looked(answer: GateAnswer) -> AnyView {
    let fine: Vec<Definition> =
        answer.fine.into_iter().map(|fine| Definition::new(fine.check, fine.message)).collect();
    let fine = (!fine.is_empty()).then(|| {
        view! {
            <div class="stack">
                <h3>"What was fine"</h3>
                <DefinitionList items=fine />
            </div>
        }
    });
    let mut by = Vec::new();
    if let Some(href) = answer.href {
        by.push(Definition::new("Version", view! { <a href=href>{answer.what}</a> }));
    }
    if let Some(RequestLink { href, state }) = answer.request {
        by.push(Definition::new("Request", view! { <a href=href>{sentence(&state)}</a> }));
    }
    by.extend(answer.policy.map(|policy| Definition::new("Policy", policy)));
    by.extend(answer.digest.map(|digest| Definition::new("Artefact", view! { <Hash value=digest /> })));
    let by = (!by.is_empty()).then(|| {
        view! {
            <div class="stack">
                <h3>"What it goes by"</h3>
                <DefinitionList items=by />
            </div>
        }
    });
    view! { {fine} {by} }.into_any()
}

/// The same words with a capital letter: the gate's messages are made for lists of machines.
pub(super) fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
    first + letters.as_str()
}
