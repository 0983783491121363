//! All answers on one page before they are handed in.

use assay_domain::assessments::State;
use leptos::prelude::*;

use super::{
    draft::{DONT_KNOW, Draft, choice_label},
    heading::{AssessmentHead, Heading, Place},
};
use crate::components::{Badge, Confirm, Figure, LinkButton, Notice, Tone};

/// A question with its answer.
#[derive(Clone, Debug, Default)]
pub struct CheckLine {
    /// The question's code.
    pub code: String,
    /// The question.
    pub text: String,
    /// 1 to 4.
    pub level: u8,
    /// Whether its level fails below one half.
    pub mandatory: bool,
    /// The answer.
    pub draft: Draft,
    /// How many pieces of evidence it has.
    pub evidence: u32,
    /// What does not go together, in a sentence: "PE-1.1, which it builds on, is answered None".
    pub contradiction: Option<String>,
}

impl CheckLine {
    fn is_open(&self) -> bool {
        self.draft.value.is_empty()
    }
}

/// A dimension with its answers.
#[derive(Clone, Debug, Default)]
pub struct CheckGroup {
    /// The dimension's id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Its questions.
    pub lines: Vec<CheckLine>,
}

/// The answers, to be checked and submitted.
#[component]
pub fn CheckPage(
    /// The assessment.
    heading: Heading,
    /// Its dimensions.
    groups: Vec<CheckGroup>,
) -> AnyView {
    let lines = || groups.iter().flat_map(|group| &group.lines);
    let open = lines().filter(|line| line.is_open()).count();
    let unknown = lines().filter(|line| line.draft.value == DONT_KNOW).count();
    let mandatory = lines().filter(|line| line.mandatory && line.is_open()).count();
    let bare = lines().filter(|line| !line.is_open() && line.evidence == 0).count();
    let contradictions = lines().filter(|line| line.contradiction.is_some()).count();
    let editable = heading.is_editable();
    let notice = if open == 0 && contradictions == 0 {
        None
    } else {
        Some(view! { <Findings open mandatory contradictions editable /> })
    };
    let sections = groups
        .iter()
        .map(|group| view! { <Group heading=heading.clone() group=group.clone() editable /> })
        .collect_view();
    let lede = if editable {
        "Unanswered questions and \"I do not know\" count as nothing, so the level can only rise by answering them."
    } else {
        "What was answered, and what it rests on. Unanswered questions and \"I do not know\" count as nothing."
    };
    let submit = view! { <Submit heading=heading.clone() open /> };
    view! {
        <div class="stack">
            <AssessmentHead heading place=Place::Check title="Check answers" lede />
            <div class="grid-small">
                <Figure value=open.to_string() label="Not answered" />
                <Figure value=unknown.to_string() label="I do not know" />
                <Figure value=bare.to_string() label="Answers without evidence" note="count at most half as supported" />
            </div>
            {notice}
            {sections}
            {submit}
        </div>
    }
    .into_any()
}

#[component]
fn Findings(open: usize, mandatory: usize, contradictions: usize, editable: bool) -> AnyView {
    let mut found = Vec::new();
    if open > 0 {
        found.push(match open {
            1 => "One question has no answer.".to_owned(),
            many => format!("{many} questions have no answer."),
        });
    }
    if mandatory > 0 {
        found.push(match mandatory {
            1 => "One of them is mandatory: its level cannot be reached without it.".to_owned(),
            many => format!("{many} of them are mandatory: their levels cannot be reached without them."),
        });
    }
    if contradictions > 0 {
        found.push(match contradictions {
            1 => "One answer does not go together with another.".to_owned(),
            many => format!("{many} answers do not go together with others."),
        });
    }
    let title = if editable { "Worth a look before submitting" } else { "Worth a look" };
    view! { <Notice tone=Tone::Warn title>{found.join(" ")}</Notice> }.into_any()
}

#[component]
fn Group(heading: Heading, group: CheckGroup, editable: bool) -> AnyView {
    let page = heading.href(&format!("/{}", group.id));
    let rows = group
        .lines
        .into_iter()
        .map(|line| {
            let change = format!("{page}?return=check#{}", line.code);
            view! { <Line line change=editable.then_some(change) /> }
        })
        .collect_view();
    view! {
        <section class="section">
            <h2>{group.title}</h2>
            <ul class="answers-list">{rows}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn Line(line: CheckLine, change: Option<String>) -> AnyView {
    let open = line.is_open();
    let answer = if open {
        let text = if line.mandatory { "Not answered, mandatory" } else { "Not answered" };
        view! { <Badge tone=Tone::Warn text /> }.into_any()
    } else {
        view! { <strong>{choice_label(&line.draft.value)}</strong> }.into_any()
    };
    let evidence = match line.evidence {
        0 => None,
        1 => Some("1 piece of evidence".to_owned()),
        many => Some(format!("{many} pieces of evidence")),
    };
    let said = [line.draft.justification, line.draft.comment];
    let said = said
        .into_iter()
        .filter(|text| !text.is_empty())
        .map(|text| view! { <p class="small soft">{text}</p> })
        .collect_view();
    let verb = if open { "Answer" } else { "Change" };
    let change = change.map(|href| view! { <a href=href>{verb}<span class="visually-hidden">{format!(" {}", line.code)}</span></a> });
    view! {
        <li class="answers-line" id=line.code.clone()>
            <div class="answers-question">
                <span class="question-code">{line.code.clone()}</span>
                <span>{line.text}</span>
            </div>
            <div class="answers-answer">
                {answer}
                {evidence.map(|words| view! { <span class="small soft">{words}</span> })}
                {said}
                {line.contradiction.map(|words| view! { <p class="small answers-wrong">{words}</p> })}
            </div>
            <div class="answers-change">{change}</div>
        </li>
    }
    .into_any()
}

#[component]
fn Submit(heading: Heading, open: usize) -> AnyView {
    if heading.state != State::Draft {
        return view! { <p class="soft">"This assessment was submitted; its answers do not change any more."</p> }.into_any();
    }
    if !heading.rights.manage {
        return view! {
            <section class="section stack-small">
                <h2>"Submit"</h2>
                <p>"A team lead submits the answers when they are complete."</p>
                <LinkButton href=heading.href("")>"Back to the questions"</LinkButton>
            </section>
        }
        .into_any();
    }
    let consequence = match open {
        0 => "Answers cannot be changed while they are reviewed. Opening the assessment again starts a new revision.".to_owned(),
        1 => "One question stays without an answer and counts as nothing. Answers cannot be changed while they are reviewed.".to_owned(),
        many => format!("{many} questions stay without an answer and count as nothing. Answers cannot be changed while they are reviewed."),
    };
    view! {
        <section class="section stack-small">
            <h2>"Submit for review"</h2>
            <p class="prose">"Somebody who did not answer looks at the evidence, decides on \"does not apply\", and locks the result."</p>
            <Confirm ask="Submit" confirm="Submit for review" consequence action=heading.href("/submit") />
        </section>
    }
    .into_any()
}
