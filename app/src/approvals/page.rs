//! One request, with everything that is needed to decide on one page.

use leptos::prelude::*;

use super::acts::{Acts, ActsView, DecideForm};
use super::asked::{Asked, AskedView};
use super::facts::{Facts, FactsView};
use super::state::{ApprovalBadge, ApprovalState};
use super::steps::{StepView, Steps};
use crate::components::{Badge, Button, Crumb, ErrorSummary, Happening, Notice, PageTitle, Timeline, Tone};

/// What stands at the top.
#[derive(Clone, Debug)]
pub struct Headline {
    /// The model and its version.
    pub title: String,
    /// Where it is to be deployed.
    pub environment: String,
    /// Where the request stands.
    pub state: ApprovalState,
    /// Who asked, when, and until when it is open.
    pub lede: String,
    /// What became of it.
    pub notices: Vec<NoticeView>,
    /// A remark beside the state, such as "Emergency".
    pub mark: Option<(Tone, String)>,
}

/// Something that became of it.
#[derive(Clone, Debug)]
pub struct NoticeView {
    /// How it is meant.
    pub tone: Tone,
    /// A few words.
    pub title: String,
    /// Sentences.
    pub lines: Vec<String>,
    /// Somebody's own words.
    pub said: Option<String>,
    /// Where more of it is: the words and the address.
    pub link: Option<(String, String)>,
}

/// What comes next: what is another than when it was approved, and how to ask again.
#[derive(Clone, Debug)]
pub struct OverView {
    /// What has changed, each a sentence.
    pub changes: Vec<String>,
    /// How it is asked for again; nothing where the visitor may not, or somebody has.
    pub again: Option<AgainView>,
    /// A newer request.
    pub newer: Option<String>,
}

/// How it is asked for again.
#[derive(Clone, Debug)]
pub struct AgainView {
    /// Where the form is posted.
    pub action: String,
    /// For which environment.
    pub environment: String,
    /// Whether it is approved, so that this is a renewal.
    pub renew: bool,
}

/// All that the page shows.
#[derive(Clone, Debug)]
pub struct ApprovalView {
    /// The top.
    pub head: Headline,
    /// What comes next, where it is over or approved.
    pub over: Option<OverView>,
    /// What is asked.
    pub asked: AskedView,
    /// What is shown for it.
    pub facts: FactsView,
    /// The steps.
    pub steps: Vec<StepView>,
    /// Whether one waits for the one before it.
    pub in_sequence: bool,
    /// What the visitor can do.
    pub acts: ActsView,
    /// What has happened to it, the newest first, with the words of people.
    pub history: Vec<(Happening, Vec<String>)>,
}

/// One request.
#[component]
pub fn ApprovalPage(
    /// What is shown.
    view: ApprovalView,
    /// What was typed, and what is wrong with it.
    form: DecideForm,
) -> AnyView {
    let ApprovalView { head, over, asked, facts, steps, in_sequence, acts, history } = view;
    let errors = form.errors.clone();
    let state = head.state;
    let mark = head.mark.map(|(tone, text)| view! { <Badge tone text /> });
    // On a small screen the form is a long way down.
    let jump = acts
        .seats
        .iter()
        .any(|seat| seat.approves)
        .then(|| view! { <a href="#decide">"To your decision"</a> });
    let notices = head.notices.into_iter().map(notice).collect_view();
    view! {
        <div class="stack">
            <ErrorSummary errors />
            <PageTitle
                title=head.title
                over=format!("Approval for {}", head.environment)
                lede=head.lede
                crumbs=vec![Crumb::new("Approvals", "/approvals")]
            >
                {jump}
                <ApprovalBadge state />
                {mark}
            </PageTitle>
            {notices}
            {over.map(|over| view! { <Over over /> })}
            <div class="beside approval">
                <div class="stack">
                    <Asked view=asked />
                    <Facts view=facts />
                </div>
                <div class="stack">
                    <Steps steps in_sequence />
                    <Acts view=acts form />
                    <History history />
                </div>
            </div>
        </div>
    }
    .into_any()
}

fn notice(notice: NoticeView) -> AnyView {
    let NoticeView { tone, title, lines, said, link } = notice;
    let lines = lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view();
    let said = said.map(|said| view! { <blockquote class="said">{said}</blockquote> });
    let link = link.map(|(words, href)| view! { <p><a href=href>{words}</a></p> });
    view! { <Notice tone title=title>{lines}{said}{link}</Notice> }.into_any()
}

#[component]
fn Over(over: OverView) -> AnyView {
    let next = match (over.newer, over.again) {
        (Some(href), _) => view! { <p><a href=href>"It was asked for again"</a></p> }.into_any(),
        (None, Some(AgainView { action, environment, renew })) => {
            let (renews, words) = if renew {
                let said = "What is approved holds until the renewal is decided; a no ends it.";
                let renews = view! { <input type="hidden" name="renew" value="true" /><p class="small soft">{said}</p> };
                (Some(renews), "Ask for a renewal")
            } else {
                (None, "Ask again")
            };
            view! {
                <form method="post" action=action>
                    <input type="hidden" name="environment" value=environment />
                    {renews}
                    <Button>{words}</Button>
                </form>
            }
            .into_any()
        }
        (None, None) => ().into_any(),
    };
    if over.changes.is_empty() {
        return next;
    }
    let changes = over.changes.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    view! {
        <Notice tone=Tone::Warn title="What was approved is not what is there now">
            <ul class="approval-changes">{changes}</ul>
            {next}
        </Notice>
    }
    .into_any()
}

#[component]
fn History(history: Vec<(Happening, Vec<String>)>) -> AnyView {
    let words = history.iter().any(|(_, words)| !words.is_empty());
    let body = if words {
        let items = history
            .into_iter()
            .map(|(happening, words)| {
                let words = words
                    .into_iter()
                    .map(|words| view! { <blockquote class="said">{words}</blockquote> })
                    .collect_view();
                view! { <Timeline items=vec![happening] />{words} }
            })
            .collect_view();
        view! { <div class="approval-history">{items}</div> }.into_any()
    } else {
        let items = history.into_iter().map(|(happening, _)| happening).collect();
        view! { <Timeline items /> }.into_any()
    };
    view! { <section class="section" id="history"><h2>"History"</h2>{body}</section> }.into_any()
}
