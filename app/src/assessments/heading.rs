//! The head that all pages of one assessment share.

use assay_domain::assessments::State;
use leptos::prelude::*;

use crate::components::{Badge, Crumb, MaybeText, PageTitle, SubNav, Tab, Tone};

/// What the visitor may do with the assessment as it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// Answer questions.
    pub answer: bool,
    /// Delegate, submit, reopen.
    pub manage: bool,
    /// Review what others answered, and lock.
    pub review: bool,
    /// Make reports.
    pub report: bool,
}

/// What every page of an assessment says about it.
#[derive(Clone, Debug)]
pub struct Heading {
    /// The assessment's id.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// The team's name.
    pub team: String,
    /// Where the team is shown.
    pub team_href: String,
    /// "MLOps maturity 1.0.0, Extended".
    pub questionnaire: String,
    /// Where it stands.
    pub state: State,
    /// How often it was taken up.
    pub revision: u32,
    /// How many questions have an answer.
    pub answered: u32,
    /// How many questions there are.
    pub questions: u32,
    /// How many reviews wait.
    pub waiting: u32,
    /// What the visitor may do.
    pub rights: Rights,
}

impl Heading {
    /// The address of the assessment, or of a page of it: `/check`.
    #[must_use]
    pub fn href(&self, rest: &str) -> String {
        format!("/assessments/{}{rest}", self.id)
    }

    /// Whether the visitor may change answers now.
    #[must_use]
    pub fn is_editable(&self) -> bool {
        self.state == State::Draft && self.rights.answer
    }
}

/// The pages of an assessment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The task list.
    Tasks,
    /// One dimension, which is below the task list.
    Dimension,
    /// Check answers.
    Check,
    /// Review.
    Review,
    /// The result.
    Result,
}

/// The head of a page of an assessment: title, state, and the way to its other pages.
#[component]
pub fn AssessmentHead(
    /// The assessment.
    heading: Heading,
    /// This page.
    place: Place,
    /// The title of the page, where it is not the assessment's.
    #[prop(optional, into)]
    title: MaybeText,
    /// One sentence below it.
    #[prop(optional, into)]
    lede: MaybeText,
    /// What can be done with the whole page.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    let mut crumbs =
        vec![Crumb::new("Teams", "/teams"), Crumb::new(heading.team.clone(), heading.team_href.clone())];
    if !title.is_none() {
        crumbs.push(Crumb::new(heading.title.clone(), heading.href("")));
    }
    let over = heading.questionnaire.clone();
    let title = title.0.unwrap_or_else(|| heading.title.clone());
    let actions: Children = children.unwrap_or_else(|| Box::new(|| ().into_any()));
    let revision = (heading.revision > 1)
        .then(|| view! { <span class="small soft">{format!("Revision {}", heading.revision)}</span> });
    view! {
        <PageTitle title crumbs over lede=lede.0>
            <StateBadge state=heading.state />
            {revision}
            {actions()}
        </PageTitle>
        <SubNav label="This assessment" tabs=tabs(&heading, place) />
    }
    .into_any()
}

fn tabs(heading: &Heading, place: Place) -> Vec<Tab> {
    let review = Tab {
        count: (heading.waiting > 0).then_some(heading.waiting),
        ..Tab::new("Review", heading.href("/review"))
    };
    let mut tabs = vec![
        Tab::new("Questions", heading.href("")).current(matches!(place, Place::Tasks | Place::Dimension)),
        Tab::new("Check answers", heading.href("/check")).current(place == Place::Check),
    ];
    if heading.state == State::Submitted || place == Place::Review {
        tabs.push(review.current(place == Place::Review));
    }
    tabs.push(Tab::new("Result", heading.href("/result")).current(place == Place::Result));
    tabs
}

/// Where an assessment stands.
#[component]
pub fn StateBadge(
    /// The state.
    state: State,
) -> AnyView {
    let (tone, text) = match state {
        State::Draft => (Tone::Neutral, "Draft"),
        State::Submitted => (Tone::Info, "In review"),
        State::Locked => (Tone::Good, "Locked"),
    };
    view! { <Badge tone text /> }.into_any()
}
