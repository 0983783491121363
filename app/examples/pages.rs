//! Writes the pages of assessments as files, to be looked at without a server:
//! `cargo run -p assay-app --features ssr --example pages -- FOLDER [light|dark]`, served from the folder above `style/`.

#[path = "../tests/assessments/sample.rs"]
mod sample;

use std::process::ExitCode;

use assay_app::{
    assessments::{
        AssessmentLine, CheckPage, DimensionPage, DimensionView, ImportForm, QuestionView, ResultPage,
        ReviewPage, StartForm, StartPage, TasksPage, TeamAssessments, TeamAssessmentsView, draft::Draft,
    },
    components::{Choice, FieldError, Happening, SelectOption, Tone},
    home::{Errand, FirstStep, HomePage, LockedLevel, TeamLevel, Waiting},
    render,
    shell::{PageHead, Section, Theme, Visitor},
};
use assay_domain::assessments::State;
use leptos::prelude::*;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(folder) = arguments.next() else {
        eprintln!("usage: pages FOLDER [light|dark]");
        return ExitCode::from(2);
    };
    let theme = if arguments.next().as_deref() == Some("dark") { Theme::Dark } else { Theme::Light };
    for (name, body) in pages() {
        let path = format!("{folder}/{name}.html");
        if let Err(error) = std::fs::write(&path, render::document(head(theme), body)) {
            eprintln!("cannot write {path}: {error}");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn head(theme: Theme) -> PageHead {
    PageHead {
        visitor: Some(Visitor { name: "Ana Lindqvist".into(), role: "Team lead".into() }),
        sections: vec![Section::Home, Section::Teams, Section::Audit],
        section: Some(Section::Teams),
        theme,
        ..PageHead::titled("Pages")
    }
}

type Body = Box<dyn FnOnce() -> AnyView>;

fn pages() -> Vec<(&'static str, Body)> {
    let bank = sample::bank();
    let (tasks, groups, items, result) =
        (sample::tasks(&bank), sample::groups(&bank), sample::items(&bank), sample::result(&bank));
    let dimension = sample::dimension(&bank, "people");
    let met = met(dimension.clone());
    let resume = Some(("Integration".into(), "/assessments/x/integration#IN-1.1".into()));
    vec![
        ("home", Box::new(home)),
        ("team", Box::new(team)),
        ("start", Box::new(start)),
        (
            "tasks",
            Box::new(move || {
                view! { <TasksPage heading=sample::heading(State::Draft) dimensions=tasks resume members=sample::members() import=ImportForm::default() /> }.into_any()
            }),
        ),
        (
            "dimension",
            Box::new(move || {
                view! { <DimensionPage heading=sample::heading(State::Draft) dimension /> }.into_any()
            }),
        ),
        (
            "met",
            Box::new(move || {
                view! { <DimensionPage heading=sample::heading(State::Draft) dimension=met /> }.into_any()
            }),
        ),
        ("reading", {
            let dimension = sample::dimension(&bank, "data");
            Box::new(move || {
                view! { <DimensionPage heading=sample::heading(State::Locked) dimension /> }.into_any()
            })
        }),
        (
            "check",
            Box::new(move || view! { <CheckPage heading=sample::heading(State::Draft) groups /> }.into_any()),
        ),
        (
            "review",
            Box::new(move || {
                view! { <ReviewPage heading=sample::heading(State::Submitted) items cannot_lock=None errors=Vec::new() /> }.into_any()
            }),
        ),
        (
            "result",
            Box::new(move || {
                view! { <ResultPage heading=sample::heading(State::Submitted) view=result /> }.into_any()
            }),
        ),
    ]
}

/// The first question answered by somebody else meanwhile, the second with a mistake.
fn met(mut dimension: DimensionView) -> DimensionView {
    dimension.questions.truncate(3);
    let first = &mut dimension.questions[0];
    first.met = Some("Li Chen, 14:02".into());
    first.draft = Draft { value: "some".into(), ..first.draft.clone() };
    let second: &mut QuestionView = &mut dimension.questions[1];
    second.draft = Draft { comment: "We think so.".into(), ..Draft::default() };
    second.errors = vec![FieldError::new(
        format!("{}-value", second.question.code),
        "Choose an answer; the comment is saved with it.",
    )];
    dimension
}

fn home() -> AnyView {
    let waiting = |what: &str, state, progress| Waiting {
        what: what.into(),
        href: "#".into(),
        about: "Fraud detection, November 2026".into(),
        state,
        progress,
    };
    let team = |name: &str, result, start: Option<&str>| TeamLevel {
        name: name.into(),
        href: "#".into(),
        result,
        start: start.map(Into::into),
        findings: Some((3, "#".into())),
    };
    let locked = LockedLevel {
        claimed: 3,
        supported: 2,
        about: "August 2026, locked 3 Aug 2026".into(),
        href: "#".into(),
    };
    let decided = |what: &str, tone| Happening {
        at: "2026-11-20T12:00:00Z".into(),
        when: "20 Nov 2026, 12:00 UTC".into(),
        what: what.into(),
        who: Some("Alice Meyer".into()),
        tone,
        ..Happening::default()
    };
    view! {
        <HomePage
            name="Ana Lindqvist".to_owned()
            urgent=Vec::new()
            waiting=vec![waiting("Continue with Integration", State::Draft, Some((59, 84))), waiting("Review the answers of Pricing", State::Submitted, None)]
            errands=vec![Errand { what: "MC-2.1 is overdue, due 3 Nov 2026".into(), href: "#".into(), about: "Fraud detection, Track every run".into(), state: Errand::OVERDUE }]
            teams=vec![team("Fraud detection", Some(locked), None), team("Claims marketing", None, Some("#"))]
            decisions=Some(vec![decided("fraud-scoring 7 approved for production", Tone::Good), decided("fraud-scoring 6 rejected for production", Tone::Bad)])
            first=FirstStep::Nothing
        />
        <HomePage name="Max".to_owned() urgent=Vec::new() waiting=Vec::new() errands=Vec::new() teams=Vec::new() decisions=Some(Vec::new()) first=FirstStep::MakeTeams />
    }
    .into_any()
}

fn team() -> AnyView {
    let line = |title: &str, state, day: &str, levels| AssessmentLine {
        title: title.into(),
        href: "#".into(),
        state,
        questionnaire: "MLOps maturity 1.0.0, Extended".into(),
        day: day.into(),
        levels,
    };
    let view = TeamAssessmentsView {
        assessments: vec![
            line("November 2026", State::Draft, "12 Nov 2026", None),
            line("August 2026", State::Locked, "3 Aug 2026", Some((2, 1))),
            line("April 2026", State::Locked, "20 Apr 2026", Some((1, 0))),
        ],
        points: sample::result(&sample::bank()).points,
        start: Some("#".into()),
    };
    view! { <TeamAssessments view /><TeamAssessments view=TeamAssessmentsView::default() /> }.into_any()
}

fn start() -> AnyView {
    let choices = vec![
        Choice::new("mlops-levels/extended", "MLOps maturity, Extended")
            .hint("All questions: also data, operations and governance beyond the published model."),
        Choice::new("mlops-levels/strict", "MLOps maturity, Strict")
            .hint("Only what the published five-level model states."),
    ];
    let form = StartForm {
        what: "mlops-levels/extended".into(),
        title: "November 2026".into(),
        ..StartForm::default()
    };
    view! { <StartPage team="Fraud detection".to_owned() team_href="/teams/fraud-detection".to_owned() choices earlier=vec![SelectOption::new("a", "August 2026")] form /> }.into_any()
}
