//! Trying a token: what each rule says to it.

use leptos::prelude::*;

use super::BASE;
use crate::components::{Badge, Button, ButtonKind, ErrorsByField, FieldError, Notice, Textarea, Tone};

/// What one rule says to a token.
#[derive(Clone, Debug)]
pub struct VerdictLine {
    /// The rule's name.
    pub name: String,
    /// Its page.
    pub href: String,
    /// Whether it lets the job in.
    pub lets_in: bool,
    /// Whether it is the one that would be taken: of several, the rule that wants most.
    pub taken: bool,
    /// Why not, or what the job could do.
    pub reasons: Vec<String>,
}

/// What became of a token that was tried.
#[derive(Clone, Debug)]
pub struct TrialResult {
    /// Who signed it, as it says.
    pub issuer: String,
    /// What the rules for that issuer say.
    pub verdicts: Vec<VerdictLine>,
}

/// The form for a token, and what became of the last one.
#[component]
pub(super) fn TrialSection(trial: Option<TrialResult>, errors: Vec<FieldError>) -> AnyView {
    view! {
        <section class="section stack" aria-labelledby="try">
            <h2 id="try">"Try a token"</h2>
            {trial.map(|trial| view! { <Outcome trial /> })}
            <form class="stack narrow" method="post" action=format!("{BASE}/try#try")>
                <Textarea
                    id="token"
                    label="Token of a job"
                    hint="Shows which rule lets it in, or why none does. It is neither accepted, used up nor kept; still, print it only in a job that you trust."
                    error=errors.at("token")
                    rows=4
                    required=true
                />
                <Button kind=ButtonKind::Secondary>"Try it"</Button>
            </form>
        </section>
    }
    .into_any()
}

#[component]
fn Outcome(trial: TrialResult) -> AnyView {
    if trial.verdicts.is_empty() {
        let title = "No rule names this token's issuer";
        return view! {
            <Notice tone=Tone::Bad title live=true>
                <p>"It says that it is from "<code class="claim-value">{trial.issuer}</code>", exactly as a rule would have to name it."</p>
            </Notice>
        }
        .into_any();
    }
    let in_by = trial.verdicts.iter().find(|verdict| verdict.taken).map(|verdict| verdict.name.clone());
    let (tone, title) = match in_by {
        Some(name) => (Tone::Good, format!("“{name}” lets this job in")),
        None => (Tone::Bad, "No rule lets this job in".to_owned()),
    };
    let verdicts = trial.verdicts.into_iter().map(|verdict| view! { <Verdict verdict /> }).collect_view();
    view! {
        <Notice tone title live=true>
            <p>"Signed by "<code class="claim-value">{trial.issuer}</code>", as it says."</p>
        </Notice>
        <ul class="verdicts">{verdicts}</ul>
    }
    .into_any()
}

#[component]
fn Verdict(verdict: VerdictLine) -> AnyView {
    let (tone, text) = match (verdict.taken, verdict.lets_in) {
        (true, _) => (Tone::Good, "Lets it in"),
        (false, true) => (Tone::Neutral, "Would, but another wants more"),
        (false, false) => (Tone::Bad, "Does not"),
    };
    let reasons = verdict.reasons.into_iter().map(|reason| view! { <li>{reason}</li> }).collect_view();
    view! {
        <li>
            <p class="verdict-head"><a href=verdict.href>{verdict.name}</a><Badge tone text /></p>
            <ul>{reasons}</ul>
        </li>
    }
    .into_any()
}
