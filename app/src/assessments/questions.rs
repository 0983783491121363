//! The questions of one dimension, as one form that works without script.

use leptos::prelude::*;

use super::{
    autosave::Autosave,
    heading::{AssessmentHead, Heading, Place},
    question::{QuestionFields, QuestionText, QuestionView},
};
use crate::components::{Button, ButtonKind, ErrorSummary, LinkButton, Notice, Progress, Tone};

/// A dimension with its questions.
#[derive(Clone, Debug)]
pub struct DimensionView {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// What it covers.
    pub blurb: String,
    /// "3 of 7".
    pub place: String,
    /// The name of the dimension after it, where there is one.
    pub next: Option<String>,
    /// Who was asked to answer it.
    pub person: Option<String>,
    /// Its questions in the order of their levels.
    pub questions: Vec<QuestionView>,
    /// Whether one came from the check page and goes back there.
    pub from_check: bool,
    /// The id of the visitor.
    pub me: String,
    /// Names of people by their ids, to say who answered meanwhile.
    pub people: Vec<(String, String)>,
}

/// The questions of one dimension.
#[component]
pub fn DimensionPage(
    /// The assessment.
    heading: Heading,
    /// The dimension.
    dimension: DimensionView,
) -> AnyView {
    let errors = dimension.questions.iter().flat_map(|view| view.errors.clone()).collect();
    let met = dimension.questions.iter().filter(|view| view.met.is_some()).count();
    let over = dimension
        .person
        .clone()
        .map(|name| view! { <span class="small soft">{format!("{name} answers")}</span> });
    let others = (met > 0).then(|| {
        view! { <Notice tone=Tone::Warn title="Somebody else answered meanwhile" live=true>"Both answers are shown at the question. Everything else is saved."</Notice> }
    });
    let editable = heading.is_editable();
    let body = if editable {
        view! { <Answering heading=heading.clone() dimension=dimension.clone() /> }.into_any()
    } else {
        view! { <Reading heading=heading.clone() dimension=dimension.clone() /> }.into_any()
    };
    let lede = format!("{} Dimension {}.", dimension.blurb, dimension.place);
    view! {
        <div class="stack">
            <ErrorSummary errors />
            <AssessmentHead heading place=Place::Dimension title=dimension.title lede>{over}</AssessmentHead>
            {others}
            {body}
        </div>
    }
    .into_any()
}

#[component]
fn Answering(heading: Heading, dimension: DimensionView) -> AnyView {
    let action = heading.href(&format!("/{}", dimension.id));
    let people: Vec<String> = dimension.people.iter().map(|(id, name)| format!("{id} {name}")).collect();
    let back = dimension.from_check;
    let questions =
        dimension.questions.clone().into_iter().map(|view| view! { <QuestionFields view /> }).collect_view();
    view! {
        <Autosave>
            <form
                id="answers"
                class="answers"
                method="post"
                action=action
                novalidate
                autocomplete="off"
                data-assessment=heading.id
                data-me=dimension.me
                data-people=people.join("\n")
            >
                // What Enter in a field does: the first button of a form is the one that it presses.
                <button class="visually-hidden" type="submit" name="then" value="stay" tabindex="-1" aria-hidden="true">"Save"</button>
                {back.then(|| view! { <input type="hidden" name="return" value="check" /> })}
                <Contents questions=dimension.questions.clone() />
                <div class="questions">
                    {questions}
                    <Buttons next=dimension.next.clone() back=back />
                </div>
            </form>
            <Shortcuts />
        </Autosave>
    }
    .into_any()
}

#[component]
fn Buttons(next: Option<String>, back: bool) -> AnyView {
    let (value, words) = match (back, next) {
        (true, _) => ("check", "Save and return to checking".to_owned()),
        (false, Some(next)) => ("next", format!("Save and continue with {next}")),
        (false, None) => ("check", "Save and check answers".to_owned()),
    };
    view! {
        <div class="actions question-actions">
            <Button name="then" value>{words}</Button>
            <Button kind=ButtonKind::Secondary name="then" value="stay">"Save"</Button>
            <Button kind=ButtonKind::Quiet name="then" value="tasks">"Save and go to the list"</Button>
        </div>
    }
    .into_any()
}

/// The questions of the page by code, with a mark at each that has an answer.
#[component]
fn Contents(questions: Vec<QuestionView>) -> AnyView {
    let answered = questions.iter().filter(|view| !view.stored.value.is_empty()).count();
    let (done, total) = (u32::try_from(answered).unwrap_or(0), u32::try_from(questions.len()).unwrap_or(0));
    let links = questions
        .iter()
        .map(|view| {
            let code = view.question.code.clone();
            let state = if view.stored.value.is_empty() { "open" } else { "answered" };
            let words = view.question.text.clone();
            view! {
                <li>
                    <a href=format!("#{code}") data-state=state title=words>
                        {code.clone()}
                        <span class="visually-hidden contents-state">{format!(", {state}")}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="contents" aria-label="Questions on this page">
            <div data-progress><Progress label="answered" done total /></div>
            <ol>{links}</ol>
            <p class="contents-note small soft" data-note role="status"></p>
            <button class="link-button small needs-script" type="button" data-shortcuts>"Keyboard shortcuts" <kbd>"?"</kbd></button>
        </nav>
    }
    .into_any()
}

#[component]
fn Shortcuts() -> AnyView {
    let row =
        |key: &'static str, what: &'static str| view! { <div><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div> };
    view! {
        <dialog class="dialog" id="shortcuts" aria-labelledby="shortcuts-title">
            <h2 id="shortcuts-title">"Keyboard shortcuts"</h2>
            <p class="small soft">"They work while the focus is in a question, outside its text fields."</p>
            <dl class="definitions">
                {row("1 - 4", "Choose the answer in that place")}
                {row("0", "I do not know")}
                {row("j", "Next question")}
                {row("k", "Previous question")}
                {row("?", "Show this list")}
            </dl>
            <form method="dialog"><Button kind=ButtonKind::Secondary>"Close"</Button></form>
        </dialog>
    }
    .into_any()
}

#[component]
fn Reading(heading: Heading, dimension: DimensionView) -> AnyView {
    let questions =
        dimension.questions.into_iter().map(|view| view! { <QuestionText view /> }).collect_view();
    view! {
        <div class="questions">{questions}</div>
        <div class="actions"><LinkButton href=heading.href("") kind=ButtonKind::Secondary>"Back to the list"</LinkButton></div>
    }
    .into_any()
}
