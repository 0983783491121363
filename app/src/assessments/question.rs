//! One question: its rungs with what counts, comment, evidence, and who answered.

use assay_domain::questionnaires::Question;
use leptos::prelude::*;

use super::{
    draft::{DONT_KNOW, Draft, NOT_APPLICABLE, choice_label, field_name, told},
    evidence::{Decision, EvidenceFacts, EvidenceFields, EvidenceLine, EvidenceLink, NewEvidence},
};
use crate::components::{
    Badge, Button, ButtonKind, ErrorsByField, FieldError, Icon, IconKind, Select, SelectOption, Textarea,
    Tone,
};

/// A question as the page shows it.
#[derive(Clone, Debug)]
pub struct QuestionView {
    /// The question.
    pub question: Question,
    /// The revision of the stored answer; 0 while there is none.
    pub revision: i64,
    /// What is stored.
    pub stored: Draft,
    /// What stands in the fields: what is stored, or what was typed.
    pub draft: Draft,
    /// Who answered and when: "Ana Lindqvist, 21 Nov 2026, 14:03 UTC".
    pub by: Option<String>,
    /// Somebody else's answer that a save met: who gave it and when. What is stored is theirs, what is typed is not.
    pub met: Option<String>,
    /// What was decided about "does not apply".
    pub decision: Option<Decision>,
    /// The evidence.
    pub evidence: Vec<EvidenceLine>,
    /// Evidence being added.
    pub new_evidence: NewEvidence,
    /// What is wrong, by the ids of the fields.
    pub errors: Vec<FieldError>,
}

/// A question with its fields.
#[component]
pub(super) fn QuestionFields(
    /// The question.
    view: QuestionView,
) -> AnyView {
    let QuestionView { question, revision, stored, draft, by, met, decision, evidence, new_evidence, errors } =
        view;
    let code = question.code.clone();
    let id = |kind: &str| format!("{code}-{kind}");
    let name = |kind: &str| field_name(kind, &code);
    let error = errors.at(&id("value"));
    let class = if error.is_some() { "question field-wrong" } else { "question" };
    let hint_id = id("why");
    let comment_open = !draft.comment.is_empty();
    let not_applicable = question.not_applicable.then(|| not_applicable(&code, &draft, decision, &errors));
    view! {
        <fieldset class=class id=code.clone() data-code=code.clone() aria-describedby=hint_id>
            <legend class="question-legend">
                <span class="question-code">{code.clone()}</span>
                <span class="question-text">{question.text.clone()}</span>
            </legend>
            <div class="question-marks">{marks(&question)}</div>
            <p class="field-hint" id=hint_id.clone()>{question.why.clone()}</p>
            {error.map(|error| view! { <p class="field-error" id=id("value-error")>{error}</p> })}
            <input type="hidden" name=name("revision") value=revision.to_string() autocomplete="off" />
            <input type="hidden" name=name("stored") value=stored.to_field() autocomplete="off" />
            <Met code=code.clone() stored revision met />
            <div class="choices rubric">{choices(&question, &draft)}</div>
            <div class="question-extras">
                {not_applicable}
                <details class="more" open=comment_open>
                    <summary>"Comment"</summary>
                    <Textarea id=id("comment") name=name("comment") label="What a reviewer, or you in half a year, should know" rows=2 value=draft.comment error=errors.at(&id("comment")) />
                </details>
                <EvidenceFields code=code.clone() accepted=question.evidence.clone() pieces=evidence new=new_evidence errors />
                <Background question />
            </div>
            <p class="question-foot">
                <span data-who>{by.map(|by| format!("Answered by {by}"))}</span>
                <span class="question-saved" data-saved role="status"></span>
            </p>
        </fieldset>
    }
    .into_any()
}

fn marks(question: &Question) -> AnyView {
    view! {
        <Badge text=format!("Level {}", question.level) />
        {question.mandatory.then(|| view! { <Badge tone=Tone::Info text=format!("Mandatory for level {}", question.level) /> })}
    }
    .into_any()
}

/// The rungs with what counts, and "I do not know". A digit on the keyboard chooses by place.
fn choices(question: &Question, draft: &Draft) -> AnyView {
    let rungs = question
        .ladder
        .rungs()
        .iter()
        .map(|rung| (rung.as_str(), question.options.get(rung).cloned().unwrap_or_default()));
    rungs
        .chain([(DONT_KNOW, "Counts as not answered, but shows that somebody looked.".to_owned())])
        .enumerate()
        .map(|(place, (value, what))| {
            let own = if place == 0 { format!("{}-value", question.code) } else { format!("{}-value-{place}", question.code) };
            let what_id = format!("{own}-what");
            let checked = draft.value == value;
            let key = if value == DONT_KNOW { "0".to_owned() } else { (place + 1).to_string() };
            view! {
                <div class="choice">
                    <input type="radio" id=own.clone() name=field_name("value", &question.code) value=value checked=checked data-key=key.clone() aria-describedby=what_id.clone() />
                    <label for=own>{choice_label(value)}</label>
                    <p class="choice-hint" id=what_id>{what}</p>
                    <kbd class="choice-key" aria-hidden="true">{key}</kbd>
                </div>
            }
        })
        .collect_view()
        .into_any()
}

fn not_applicable(code: &str, draft: &Draft, decision: Option<Decision>, errors: &[FieldError]) -> AnyView {
    let id = |kind: &str| format!("{code}-{kind}");
    let chosen = draft.value == NOT_APPLICABLE;
    let open = chosen || !draft.justification.is_empty();
    let reasons = vec![
        SelectOption::new("out_of_scope", "Our work has no such part"),
        SelectOption::new("architecture", "Our architecture has no such part"),
    ];
    let decided = decision.filter(|_| chosen).map(|decision| {
        let (tone, word) = if decision.accepted { (Tone::Good, "Approved") } else { (Tone::Bad, "Not approved") };
        view! { <p class="evidence-facts"><Badge tone text=word /><span>{format!("{} {}", decision.by, decision.note)}</span></p> }
    });
    view! {
        <details class="more" open=open>
            <summary>"This does not apply to us"</summary>
            <div class="not-applicable stack-small">
                <div class="choice">
                    <input type="radio" id=id("value-na") name=field_name("value", code) value=NOT_APPLICABLE checked=chosen />
                    <label for=id("value-na")>"Does not apply"</label>
                    <p class="choice-hint">"Leaves the question out once a reviewer approves. \"We decided not to\" is the lowest answer instead."</p>
                </div>
                {decided}
                <Select id=id("reason") name=field_name("reason", code) label="Reason" options=reasons value=draft.reason.clone() error=errors.at(&id("reason")) />
                <Textarea id=id("justification") name=field_name("justification", code) label="Why" rows=2 value=draft.justification.clone() error=errors.at(&id("justification")) />
            </div>
        </details>
    }
    .into_any()
}

/// Another's answer beside the own one. It is there and hidden when nobody else answered, for the autosave to fill.
#[component]
fn Met(code: String, stored: Draft, revision: i64, met: Option<String>) -> AnyView {
    let hidden = met.is_none();
    let words = met
        .map(|who| format!("{who} answered this since you opened the page: {}", told(&stored)))
        .unwrap_or_default();
    view! {
        <div class="notice tone-warn" data-met hidden=hidden data-theirs=stored.to_field() data-revision=revision.to_string()>
            <Icon kind=IconKind::Warning />
            <div class="notice-body stack-small">
                <p data-words>{words}</p>
                <p>"Below is your answer. Which one is to stay?"</p>
                <div class="actions">
                    <Button kind=ButtonKind::Secondary name="then" value=format!("mine:{code}") label=format!("Keep my answer to {code}")>"Keep mine"</Button>
                    <Button kind=ButtonKind::Secondary name="then" value=format!("theirs:{code}") label=format!("Take their answer to {code}")>"Take theirs"</Button>
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// What is good to know and not needed to answer.
#[component]
fn Background(question: Question) -> AnyView {
    let tools = (!question.tools.is_empty()).then(|| {
        view! { <div><dt>"Tools that teams use"</dt><dd>{question.tools.join(", ")}</dd></div> }
    });
    view! {
        <details class="more">
            <summary>"Risk, tools and what to do"</summary>
            <dl class="definitions">
                <div><dt>"Without it"</dt><dd>{question.risk}</dd></div>
                <div><dt>"To get there"</dt><dd>{question.action}</dd></div>
                {tools}
            </dl>
        </details>
    }
    .into_any()
}

/// A question with its answer, where it cannot be changed.
#[component]
pub(super) fn QuestionText(
    /// The question.
    view: QuestionView,
) -> AnyView {
    let QuestionView { question, stored, by, decision, evidence, .. } = view;
    let what =
        question.options.iter().find(|(rung, _)| rung.as_str() == stored.value).map(|(_, what)| what.clone());
    let extra = [what, Some(stored.justification.clone()).filter(|text| !text.is_empty())];
    let extra = extra.into_iter().flatten().map(|text| view! { <p class="soft">{text}</p> }).collect_view();
    let decided = decision.map(|decision| {
        let word = if decision.accepted { "Approved" } else { "Not approved" };
        view! { <p class="small soft">{format!("{word}: {} {}", decision.by, decision.note)}</p> }
    });
    let comment = (!stored.comment.is_empty())
        .then(|| view! { <blockquote class="said">{stored.comment.clone()}</blockquote> });
    let pieces = evidence
        .into_iter()
        .map(|piece| view! { <li class="evidence"><EvidenceLink uri=piece.uri.clone() /><EvidenceFacts piece /></li> })
        .collect_view();
    view! {
        <section class="question" id=question.code>
            <h2 class="question-legend">
                <span class="question-code">{question.code.clone()}</span>
                <span class="question-text">{question.text.clone()}</span>
            </h2>
            <div class="question-marks">{marks(&question)}</div>
            <p class="question-answer">{choice_label(&stored.value)}</p>
            {extra}
            {decided}
            {comment}
            <ul class="evidences">{pieces}</ul>
            <Background question=question.clone() />
            <p class="question-foot">{by.map(|by| format!("Answered by {by}"))}</p>
        </section>
    }
    .into_any()
}
