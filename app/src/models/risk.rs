//! The questions that lead to a model's risk tier.

use assay_domain::models::{RiskAnswer, Tier};
use leptos::prelude::*;

use super::TierMark;
use crate::components::{
    Button, Choice, Crumb, ErrorSummary, ErrorsByField, FieldError, Notice, PageTitle, RadioGroup, Textarea,
    Tone,
};

/// A question.
#[derive(Clone, Debug)]
pub struct QuestionLine {
    /// Its id.
    pub id: String,
    /// What is asked.
    pub text: String,
    /// Examples, and which kind of system in law it comes from.
    pub help: String,
    /// The tier that a yes leads to.
    pub tier: Tier,
    /// The answer that was given, by name.
    pub answer: Option<String>,
}

/// What a tier means.
#[derive(Clone, Debug)]
pub struct TierLine {
    /// Which.
    pub tier: Tier,
    /// What belongs there, with its class in law.
    pub help: String,
}

/// All that the page shows.
#[derive(Clone, Debug)]
pub struct RiskView {
    /// The model's name.
    pub model: String,
    /// Where it is shown.
    pub href: String,
    /// What the questions ask about.
    pub description: String,
    /// The four tiers.
    pub tiers: Vec<TierLine>,
    /// The questions.
    pub questions: Vec<QuestionLine>,
    /// Whether the answers were given to another version of the questions.
    pub outdated: bool,
    /// Whether the visitor may answer; others only read.
    pub may_answer: bool,
    /// What waits to be confirmed about the tier: what it would do, and its page.
    pub waiting: Vec<(String, String)>,
}

/// What was wrong with the answers, and the revision that they were given for.
#[derive(Clone, Debug, Default)]
pub struct RiskForm {
    /// The revision that the form was made from.
    pub revision: String,
    /// Why, where the answers lower the tier.
    pub reason: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// The questions about risk.
#[component]
pub fn RiskPage(
    /// The model and the questions.
    view: RiskView,
    /// What was wrong.
    form: RiskForm,
) -> AnyView {
    let crumbs = vec![Crumb::new("Models", "/models"), Crumb::new(view.model.clone(), view.href.clone())];
    let tiers = view
        .tiers
        .into_iter()
        .map(|line| view! { <li><TierMark tier=Some(line.tier) /><p class="small soft">{line.help}</p></li> })
        .collect_view();
    let errors = form.errors.clone();
    let questions = view
        .questions
        .into_iter()
        .map(|question| {
            let id = format!("risk_answers-{}", question.id);
            let error = errors.at(&id);
            if view.may_answer {
                view! { <Question id question error /> }
            } else {
                view! { <Answered question /> }
            }
        })
        .collect_view();
    let list = view! { <ol class="risk-questions">{questions}</ol> };
    let list = if view.may_answer {
        view! {
            <form class="stack" method="post" action=format!("{}/risk", view.href)>
                <input type="hidden" name="revision" value=form.revision />
                {list}
                <Textarea
                    id="reason"
                    label="Why, where the answers lower the tier"
                    hint="A lower tier waits for a compliance officer, who reads this. Until then the higher one decides. The first tier is confirmed by somebody who may decide about the team's approvals and did not answer."
                    value=form.reason
                    error=errors.at("reason")
                />
                <Button>"Save the answers"</Button>
            </form>
        }
        .into_any()
    } else {
        list.into_any()
    };
    let outdated = (view.outdated && view.may_answer).then(|| {
        view! {
            <Notice tone=Tone::Info title="The questions have changed since.">
                "The answers from then are filled in; look at the others and save."
            </Notice>
        }
    });
    let waiting = view! { <WaitingTier waiting=view.waiting /> };
    view! {
        <div class="stack">
            <PageTitle title="How much harm can it do?" over=view.model crumbs lede=view.description />
            <ErrorSummary errors=form.errors />
            {outdated}
            {waiting}
            <div class="beside">
                {list}
                <aside class="stack-small risk-tiers" aria-labelledby="tiers">
                    <h2 id="tiers">"The tiers"</h2>
                    <p class="small soft">"The highest tier that an answer leads to counts. “Not sure” counts as yes. The classes of the EU AI Act are named to help you think; they are no legal advice."</p>
                    <ul class="plain-list">{tiers}</ul>
                </aside>
            </div>
        </div>
    }
    .into_any()
}

/// What waits to be confirmed about a model's tier.
#[component]
pub(super) fn WaitingTier(waiting: Vec<(String, String)>) -> AnyView {
    let lines = waiting
        .into_iter()
        .map(|(title, href)| {
            view! { <Notice title="Waits for confirmation"><a href=href>{title}</a></Notice> }
        })
        .collect_view();
    view! { <div class="stack-small">{lines}</div> }.into_any()
}

#[component]
fn Question(id: String, question: QuestionLine, error: Option<String>) -> AnyView {
    let choices = RiskAnswer::ALL.iter().map(|answer| Choice::new(answer.name(), answer.label())).collect();
    let leads = format!("Yes leads to {}", question.tier.label().to_lowercase());
    view! {
        <li class="risk-question">
            <RadioGroup id legend=question.text hint=question.help choices value=question.answer error inline=true />
            <p class="risk-leads"><TierMark tier=Some(question.tier) /><span class="visually-hidden">{leads}</span></p>
        </li>
    }
    .into_any()
}

#[component]
fn Answered(question: QuestionLine) -> AnyView {
    let answer = question.answer.as_deref().and_then(|name| name.parse::<RiskAnswer>().ok());
    let answer = answer.map_or("Not answered", RiskAnswer::label);
    let leads = format!("Yes leads to {}", question.tier.label().to_lowercase());
    view! {
        <li class="risk-question">
            <div>
                <p class="risk-reason">{question.text}</p>
                <p class="small soft">{question.help}</p>
                <p><strong>{answer}</strong></p>
            </div>
            <p class="risk-leads"><TierMark tier=Some(question.tier) /><span class="visually-hidden">{leads}</span></p>
        </li>
    }
    .into_any()
}
