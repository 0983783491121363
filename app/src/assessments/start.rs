//! A team's assessments, and starting one.

use assay_domain::assessments::State;
use leptos::prelude::*;

use super::heading::StateBadge;
use crate::charts::{Trend, TrendPoint};
use crate::components::Basis;
use crate::components::{
    Button, Choice, Column, Crumb, Empty, ErrorSummary, ErrorsByField, Field, FieldError, LevelMark,
    LinkButton, MarkSize, PageTitle, RadioGroup, Select, SelectOption, Table,
};

/// An assessment in a team's list.
#[derive(Clone, Debug)]
pub struct AssessmentLine {
    /// What people call it.
    pub title: String,
    /// Where it is shown.
    pub href: String,
    /// Where it stands.
    pub state: State,
    /// The questionnaire and the profile.
    pub questionnaire: String,
    /// The day on which it was locked, or else started: "21 Nov 2026".
    pub day: String,
    /// The levels that were locked: claimed and supported.
    pub levels: Option<(u8, u8)>,
}

/// The assessments of a team, for the team's page.
#[derive(Clone, Debug, Default)]
pub struct TeamAssessmentsView {
    /// The newest first.
    pub assessments: Vec<AssessmentLine>,
    /// What was locked, the oldest first.
    pub points: Vec<TrendPoint>,
    /// Where one is started, for those who may.
    pub start: Option<String>,
}

/// The assessments of a team, with its level over time.
#[component]
pub fn TeamAssessments(
    /// The assessments.
    view: TeamAssessmentsView,
) -> AnyView {
    let TeamAssessmentsView { assessments, points, start } = view;
    let may_start = start.is_some();
    let button = start.map(|href| view! { <LinkButton href>"Start an assessment"</LinkButton> });
    if assessments.is_empty() {
        let words = if may_start {
            "Answer the questionnaire to see at which level the team stands, and what keeps it from the next."
        } else {
            "Once a team lead starts one, the team's levels are shown here."
        };
        return view! {
            <section class="section" id="assessments">
                <h2>"Assessments"</h2>
                <Empty title="Not assessed yet"><p>{words}</p>{button}</Empty>
            </section>
        }
        .into_any();
    }
    let summary = trend_summary(&points);
    let trend = (points.len() > 1).then(|| view! { <Trend title="Level over time" summary points /> });
    let columns =
        ["Assessment", "State", "Supported", "Claimed", "Questionnaire", "Date"].map(Column::new).to_vec();
    let rows = assessments.into_iter().map(row).collect();
    view! {
        <section class="section stack" id="assessments">
            <div class="cluster section-head"><h2>"Assessments"</h2>{button}</div>
            {trend}
            <Table caption="Assessments, the newest first" columns rows hide_caption=true />
        </section>
    }
    .into_any()
}

fn row(line: AssessmentLine) -> Vec<AnyView> {
    let level = |basis: Basis, level: Option<u8>| match level {
        Some(level) => view! { <LevelMark level basis size=MarkSize::Small /> }.into_any(),
        None => view! { <span class="soft">"-"</span> }.into_any(),
    };
    vec![
        view! { <a href=line.href>{line.title}</a> }.into_any(),
        view! { <StateBadge state=line.state /> }.into_any(),
        level(Basis::Supported, line.levels.map(|(_, supported)| supported)),
        level(Basis::Claimed, line.levels.map(|(claimed, _)| claimed)),
        line.questionnaire.into_any(),
        line.day.into_any(),
    ]
}

/// What a trend says, in a sentence.
pub(super) fn trend_summary(points: &[TrendPoint]) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return String::new() };
    let since = first.date.format("%B %Y");
    match (first.supported, last.supported) {
        (then, now) if now > then => format!("Supported level up from {then} to {now} since {since}."),
        (then, now) if now < then => format!("Supported level down from {then} to {now} since {since}."),
        (_, now) => format!("Supported level {now} since {since}."),
    }
}

/// The form for a new assessment.
#[derive(Clone, Debug, Default)]
pub struct StartForm {
    /// `questionnaire/profile`.
    pub what: String,
    /// The title.
    pub title: String,
    /// The id of the assessment to carry over from, or nothing.
    pub carry_over_from: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// Starting an assessment.
#[component]
pub fn StartPage(
    /// The team's name.
    team: String,
    /// Where the team is shown.
    team_href: String,
    /// The questionnaires with their profiles.
    choices: Vec<Choice>,
    /// Earlier assessments whose answers can be carried over.
    earlier: Vec<SelectOption>,
    /// What stands in the form.
    form: StartForm,
) -> AnyView {
    let errors = form.errors;
    let crumbs = vec![Crumb::new("Teams", "/teams"), Crumb::new(team, team_href.clone())];
    let carry = (!earlier.is_empty()).then(|| {
        let mut options = vec![SelectOption::new("", "Start empty")];
        options.extend(earlier);
        view! {
            <Select id="carry_over_from" label="Carry answers over from" hint="Answers and evidence are copied as a start; questions whose meaning changed are asked again." options value=form.carry_over_from error=errors.at("carry_over_from") />
        }
    });
    view! {
        <div class="narrow stack">
            <PageTitle title="Start an assessment" crumbs />
            <ErrorSummary errors=errors.clone() />
            <form class="stack" method="post" action=format!("{team_href}/assessments")>
                <RadioGroup id="what" legend="What is assessed?" choices value=form.what error=errors.at("what") required=true />
                <Field id="title" label="Title" hint="What people call it; the month when left empty." value=form.title error=errors.at("title") optional_mark=true max_length=120 />
                {carry}
                <Button>"Start"</Button>
            </form>
        </div>
    }
    .into_any()
}
