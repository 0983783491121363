//! The island that checks an entry's proof in the browser, and remembers the last checkpoint that it saw.

use assay_ledger::commit::Salt;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::check::{self, State, Step};
use crate::components::{Icon, IconKind};

/// What is needed to check an entry without asking anybody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The key of the log.
    pub vkey: String,
    /// A C2SP tlog-proof.
    pub receipt: String,
    /// The entry's exact bytes, which are UTF-8.
    pub leaf: String,
    /// The committed values that are still there.
    pub opened: Vec<Opened>,
}

/// A committed value that can be opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// Its name.
    pub field: String,
    /// What it was salted with.
    pub salt: Salt,
    /// The value as RFC 8785 canonical JSON.
    pub canonical: String,
}

/// Checks an entry in the browser and shows each step.
#[island]
pub fn ProofChecker(
    /// What to check.
    evidence: Evidence,
) -> impl IntoView {
    let steps = RwSignal::new(check::open(&evidence));
    #[cfg(feature = "hydrate")]
    browser::start(evidence, steps);
    view! {
        <div class="proof" role="status">
            <p class="proof-verdict">{move || verdict(&steps.read())}</p>
            <ol class="proof-steps">{move || steps.get().into_iter().map(step).collect_view()}</ol>
        </div>
    }
}

fn verdict(steps: &[Step]) -> &'static str {
    let is = |wanted: fn(&State) -> bool| steps.iter().any(|step| wanted(&step.state));
    if is(|state| matches!(state, State::Failed(_))) {
        "Something is wrong"
    } else if is(|state| matches!(state, State::Open)) {
        "Not checked yet"
    } else {
        "Proven, in this browser"
    }
}

fn step(step: Step) -> AnyView {
    let (tone, icon, detail) = match step.state {
        State::Open => ("tone-neutral", IconKind::Dot, None),
        State::Passed(found) => ("tone-good", IconKind::Check, Some(found)),
        State::Left(why) => ("tone-info", IconKind::Info, Some(why)),
        State::Failed(problem) => ("tone-bad", IconKind::Cross, Some(problem)),
    };
    view! {
        <li class=format!("proof-step {tone}")>
            <Icon kind=icon />
            <div>
                <p class="proof-what">{step.what}</p>
                {detail.map(|detail| view! { <p class="proof-detail">{detail}</p> })}
            </div>
        </li>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
mod browser {
    //! What only a browser has: memory between visits, and the way back to the server.

    use assay_ledger::{Hash, Proof, SignedCheckpoint};
    use leptos::prelude::*;
    use leptos::task::spawn_local;
    use leptos::web_sys::js_sys::{Array, Reflect};
    use leptos::web_sys::{Response, Storage};
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::JsFuture;

    use super::super::check::{self, Memory, State, Step};
    use super::Evidence;

    pub(super) fn start(evidence: Evidence, steps: RwSignal<Vec<Step>>) {
        Effect::new(move |_| {
            let evidence = evidence.clone();
            spawn_local(async move {
                let mut done = check::check(&evidence);
                let proven = done.iter().all(|step| matches!(step.state, State::Passed(_)));
                let state = if proven { look_back(&evidence).await } else { State::Open };
                done.push(check::remembered(state));
                steps.set(done);
            });
        });
    }

    /// Compares with what this browser saw last, and remembers the newer state unless something is wrong.
    async fn look_back(evidence: &Evidence) -> State {
        let Ok(Proof { checkpoint: now, .. }) = Proof::parse(&evidence.receipt) else { return State::Open };
        let Some(storage) = storage() else {
            return State::Left("this browser keeps nothing between visits".to_owned());
        };
        let key = format!("assay.checkpoint.{}", evidence.vkey);
        let before = storage.get_item(&key).ok().flatten();
        let (state, newest) = match check::recall(before.as_deref(), now.clone()) {
            Memory::Settled(state) => (state, now),
            Memory::Ask { older, newer } => match consistency(&older, &newer).await {
                Ok(hashes) => (check::consistent(&older, &newer, &hashes), newer),
                Err(problem) => return State::Failed(problem),
            },
        };
        if !matches!(state, State::Failed(_)) {
            // A full or forbidden storage only means that the next visit compares with an older state.
            let _ = storage.set_item(&key, &newest.to_string());
        }
        state
    }

    fn storage() -> Option<Storage> {
        window().local_storage().ok().flatten()
    }

    async fn consistency(older: &SignedCheckpoint, newer: &SignedCheckpoint) -> Result<Vec<Hash>, String> {
        let (from, to) = (older.checkpoint().size, newer.checkpoint().size);
        let url = format!("/api/v1/audit/consistency?from={from}&to={to}");
        let hashes =
            ask(&url).await.map_err(|_| "the server could not be asked; load the page again".to_owned())?;
        hashes.ok_or_else(|| format!("the server has no proof from {from} to {to} entries"))
    }

    /// The hashes of a proof, read with the browser's own JSON; `None` where the server has none.
    async fn ask(url: &str) -> Result<Option<Vec<Hash>>, JsValue> {
        let response: Response = JsFuture::from(window().fetch_with_str(url)).await?.dyn_into()?;
        if !response.ok() {
            return Ok(None);
        }
        let proof = JsFuture::from(response.json()?).await?;
        let hashes = Array::from(&Reflect::get(&proof, &"hashes".into())?);
        Ok(hashes.iter().map(|hash| hash.as_string()?.parse().ok()).collect())
    }
}
