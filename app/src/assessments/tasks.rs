//! The task list of an assessment: its dimensions, who answers them, and what comes next.

use assay_domain::assessments::State;
use leptos::prelude::*;

use super::heading::{AssessmentHead, Heading, Place};
use crate::components::{
    Badge, Button, ButtonKind, Card, Confirm, ErrorSummary, ErrorsByField, FieldError, LinkButton, Notice,
    Progress, SelectOption, Textarea, Tone,
};

/// A dimension in the list.
#[derive(Clone, Debug, Default)]
pub struct DimensionTask {
    /// Its id in the questionnaire.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// What it covers.
    pub blurb: String,
    /// How many questions of levels 1 to 4 have an answer, and of how many; nothing where a level asks nothing.
    pub levels: Vec<LevelProgress>,
    /// Who was asked to answer it: id and name.
    pub person: Option<(String, String)>,
}

/// How far a level of a dimension is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LevelProgress {
    /// 1 to 4.
    pub level: u8,
    /// How many questions have an answer.
    pub answered: u32,
    /// Of how many.
    pub total: u32,
}

impl DimensionTask {
    fn answered(&self) -> u32 {
        self.levels.iter().map(|level| level.answered).sum()
    }

    fn total(&self) -> u32 {
        self.levels.iter().map(|level| level.total).sum()
    }
}

/// An answers file that was pasted, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct ImportForm {
    /// The text.
    pub text: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The task list.
#[component]
pub fn TasksPage(
    /// The assessment.
    heading: Heading,
    /// Its dimensions, in the order of the questionnaire.
    dimensions: Vec<DimensionTask>,
    /// Where one left: the name and the address of the first question that has no answer.
    resume: Option<(String, String)>,
    /// Members that can be asked to answer, as choices.
    members: Vec<SelectOption>,
    /// What was pasted to be imported.
    import: ImportForm,
) -> AnyView {
    let delegates = heading.rights.manage && heading.state == State::Draft;
    let rows = dimensions
        .into_iter()
        .map(|dimension| view! { <Row heading=heading.clone() dimension members=delegates.then(|| members.clone()) /> })
        .collect_view();
    view! {
        <div class="stack">
            <ErrorSummary errors=import.errors.clone() />
            <AssessmentHead heading=heading.clone() place=Place::Tasks />
            <div class="beside">
                <ol class="dimensions">{rows}</ol>
                <aside class="first-when-narrow"><Next heading=heading.clone() resume /></aside>
            </div>
            <Files heading import />
        </div>
    }
    .into_any()
}

#[component]
fn Row(heading: Heading, dimension: DimensionTask, members: Option<Vec<SelectOption>>) -> AnyView {
    let (answered, total) = (dimension.answered(), dimension.total());
    let state = match (answered, total) {
        (0, _) => view! { <Badge text="Not started" /> }.into_any(),
        (done, all) if done == all => view! { <span>"Completed"</span> }.into_any(),
        _ => view! { <Badge tone=Tone::Info text="In progress" /> }.into_any(),
    };
    let levels = dimension.levels.iter().map(|level| view! { <Level level=*level /> }).collect_view();
    let person = dimension.person.clone();
    let who = match members {
        Some(members) => {
            view! { <Delegate heading=heading.clone() dimension=dimension.clone() members /> }.into_any()
        }
        None => {
            person.map(|(_, name)| view! { <p class="small soft">{format!("{name} answers")}</p> }).into_any()
        }
    };
    view! {
        <li class="dimension">
            <h2 class="dimension-title"><a href=heading.href(&format!("/{}", dimension.id))>{dimension.title}</a></h2>
            <p class="dimension-blurb">{dimension.blurb}</p>
            <div class="dimension-state">
                {state}
                <span class="small soft">{format!("{answered} of {total}")}</span>
            </div>
            <ul class="dimension-levels">{levels}</ul>
            <div class="dimension-who">{who}</div>
        </li>
    }
    .into_any()
}

#[component]
fn Level(level: LevelProgress) -> AnyView {
    let LevelProgress { level, answered, total } = level;
    let words = format!("Level {level}: {answered} of {total} answered");
    view! {
        <li>
            <progress value=answered.to_string() max=total.max(1).to_string() aria-label=words></progress>
            <span aria-hidden="true">{format!("Level {level}")}</span>
            <span aria-hidden="true" class="numeric">{format!("{answered}/{total}")}</span>
        </li>
    }
    .into_any()
}

#[component]
fn Delegate(heading: Heading, dimension: DimensionTask, members: Vec<SelectOption>) -> AnyView {
    let (chosen, words) = match dimension.person {
        Some((id, name)) => (id, format!("{name} answers")),
        None => (String::new(), "Anybody answers".to_owned()),
    };
    let anybody = SelectOption::new("", "Anybody in the team");
    let options = std::iter::once(anybody)
        .chain(members)
        .map(|option| {
            let selected = option.value == chosen;
            view! { <option value=option.value selected=selected>{option.label}</option> }
        })
        .collect_view();
    let id = format!("to-{}", dimension.id);
    let label = format!("Who answers {}", dimension.title);
    view! {
        <details class="delegate">
            <summary class="small">{words}<span class="visually-hidden">{format!(" {}: change", dimension.title)}</span></summary>
            <form class="delegate-form" method="post" action=heading.href("/delegate")>
                <input type="hidden" name="dimension" value=dimension.id />
                <label class="visually-hidden" for=id.clone()>{label}</label>
                <select class="input" id=id name="to">{options}</select>
                <Button kind=ButtonKind::Secondary>"Ask"</Button>
            </form>
        </details>
    }
    .into_any()
}

#[component]
fn Next(heading: Heading, resume: Option<(String, String)>) -> AnyView {
    let body = match heading.state {
        State::Draft => draft(&heading, resume),
        State::Submitted => submitted(&heading),
        State::Locked => view! {
            <p>"The result is final. Opening it again starts a new revision; what was locked stays on record."</p>
            <div class="actions">
                <LinkButton href=heading.href("/result")>"See the result"</LinkButton>
                {heading.rights.manage.then(|| reopen(&heading))}
            </div>
        }
        .into_any(),
    };
    view! { <Card title="What is next">{body}</Card> }.into_any()
}

fn draft(heading: &Heading, resume: Option<(String, String)>) -> AnyView {
    let progress = view! { <Progress label="answered" done=heading.answered total=heading.questions /> };
    if !heading.rights.answer {
        return view! { {progress}<p>"The team is answering."</p> }.into_any();
    }
    let words = if heading.answered == 0 { "Start with" } else { "Continue with" };
    let done = resume.is_none();
    let go_on =
        resume.map(|(title, href)| view! { <LinkButton href>{format!("{words} {title}")}</LinkButton> });
    let check_kind = if done { ButtonKind::Primary } else { ButtonKind::Secondary };
    let advice = if done {
        "Every question has an answer. Check them, then submit."
    } else {
        "Answer in any order; each answer is saved as you give it."
    };
    view! {
        {progress}
        <p>{advice}</p>
        <div class="actions">
            {go_on}
            <LinkButton href=heading.href("/check") kind=check_kind>"Check answers"</LinkButton>
        </div>
    }
    .into_any()
}

fn submitted(heading: &Heading) -> AnyView {
    let waiting = match heading.waiting {
        0 => "Nothing waits for a decision any more; it can be locked.".to_owned(),
        1 => "One piece of evidence or \"does not apply\" waits for a decision.".to_owned(),
        many => format!("{many} pieces of evidence and \"does not apply\" wait for a decision."),
    };
    let review = heading
        .rights
        .review
        .then(|| view! { <LinkButton href=heading.href("/review")>"Review"</LinkButton> });
    view! {
        <p>"Submitted. Somebody who did not answer reviews it and locks the result."</p>
        <p>{waiting}</p>
        <div class="actions">
            {review}
            {heading.rights.manage.then(|| reopen(heading))}
        </div>
    }
    .into_any()
}

/// The way back to a draft.
pub(super) fn reopen(heading: &Heading) -> AnyView {
    view! {
        <Confirm
            ask="Open again"
            consequence="Answers can be changed again, as a new revision. It has to be submitted and reviewed once more."
            action=heading.href("/reopen")
        />
    }
    .into_any()
}

#[component]
fn Files(heading: Heading, import: ImportForm) -> AnyView {
    let export = format!("/api/v1/assessments/{}/answers.toml", heading.id);
    let open = !import.errors.is_empty();
    let form = heading.is_editable().then(|| {
        let error = import.errors.at("text");
        view! {
            <details class="more" open=open>
                <summary>"Import an answers file"</summary>
                <form class="stack-small" method="post" action=heading.href("/import")>
                    <Notice>"Each answer in the file replaces yours; all others stay. Reviews and approvals in it are left out: those are made here."</Notice>
                    <Textarea id="text" label="The file's text" hint="answers.toml, as this page exports it and assay score reads it." rows=10 value=import.text error required=true />
                    <Button kind=ButtonKind::Secondary>"Import"</Button>
                </form>
            </details>
        }
    });
    view! {
        <section class="section stack-small">
            <h2>"Files"</h2>
            <p class="cluster">
                <a href=export download="answers.toml">"Answers as a file (answers.toml)"</a>
                <span class="small soft">"Score it offline: assay score answers.toml"</span>
            </p>
            {form}
        </section>
    }
    .into_any()
}
