//! One item: why, what, who and by when; what was said and shown about it; what its evidence proposes; its history.

use assay_domain::questionnaires::Question;
use assay_domain::roadmap::ItemStatus;
use leptos::prelude::*;

use super::view::{Line, Rights, day, tone};
use crate::assessments::draft::choice_label;
use crate::assessments::{EvidenceFacts, EvidenceLine, EvidenceLink};
use crate::components::{
    Badge, Button, ButtonKind, Card, Choice, Crumb, Definition, DefinitionList, ErrorSummary, ErrorsByField,
    Field, FieldError, Happening, InputKind, Notice, PageTitle, RadioGroup, Select, SelectOption, Textarea,
    Timeline, Tone,
};
use crate::teams::{TeamNav, TeamPlace, TeamTabs};

/// A comment.
#[derive(Clone, Debug)]
pub struct CommentLine {
    /// Who said it.
    pub who: String,
    /// When, for machines.
    pub at: String,
    /// When, for people.
    pub when: String,
    /// What was said.
    pub text: String,
}

/// A piece of evidence of the item.
#[derive(Clone, Debug)]
pub struct EvidenceItem {
    /// The piece.
    pub line: EvidenceLine,
    /// Whether the visitor decides on it.
    pub decides: bool,
    /// Why the visitor does not, where somebody has to.
    pub why_not: Option<String>,
}

/// What was typed, and what was wrong with it.
#[derive(Clone, Debug, Default)]
pub struct ItemForm {
    /// The status that was chosen.
    pub status: Option<String>,
    /// The owner that was chosen.
    pub owner: Option<String>,
    /// The due date that was typed.
    pub due: Option<String>,
    /// The comment that was typed.
    pub comment: String,
    /// The evidence that was typed.
    pub evidence: EvidenceForm,
    /// What is wrong, by the ids of the fields.
    pub errors: Vec<FieldError>,
}

/// Evidence that is being attached.
#[derive(Clone, Debug, Default)]
pub struct EvidenceForm {
    /// The link.
    pub uri: String,
    /// The SHA-256.
    pub sha256: String,
    /// The last day on which it counts in full.
    pub expires: String,
}

/// All that the page shows.
#[derive(Clone, Debug)]
pub struct ItemPageView {
    /// The team.
    pub nav: TeamNav,
    /// The item.
    pub line: Line,
    /// Its question; absent where today's questionnaire does not ask it any more.
    pub question: Option<Question>,
    /// Today's answer: a rung, `dont_know`, `not_applicable`, or none.
    pub answer: Option<String>,
    /// Where the answer stands.
    pub answer_href: String,
    /// What the visitor may do.
    pub rights: Rights,
    /// Who can own it: active members of the team, and whoever owns it.
    pub people: Vec<SelectOption>,
    /// What was said.
    pub comments: Vec<CommentLine>,
    /// What was shown.
    pub evidence: Vec<EvidenceItem>,
    /// What the ledger says.
    pub history: Vec<Happening>,
}

impl ItemPageView {
    fn href(&self, rest: &str) -> String {
        let id = self.line.worked.as_ref().map(|worked| worked.id.as_str()).unwrap_or_default();
        format!("{}/roadmap/items/{id}{rest}", self.nav.href)
    }
}

/// One item of a roadmap.
#[component]
pub fn ItemPage(
    /// The item.
    view: ItemPageView,
    /// What was typed.
    form: ItemForm,
) -> AnyView {
    let nav = view.nav.clone();
    let crumbs = vec![
        Crumb::new("Teams", "/teams"),
        Crumb::new(nav.name.clone(), nav.href.clone()),
        Crumb::new("Roadmap", format!("{}/roadmap", nav.href)),
    ];
    let status = view.line.status();
    let overdue = view
        .line
        .worked
        .as_ref()
        .is_some_and(|worked| worked.overdue)
        .then(|| view! { <Badge tone=Tone::Bad text="Overdue" /> });
    let errors = form.errors.clone();
    view! {
        <div class="stack">
            <ErrorSummary errors />
            <PageTitle title=view.line.action.clone() crumbs over=format!("Roadmap item {}", view.line.code)>
                <Badge tone=tone(status) text=status.label() />
                {overdue}
            </PageTitle>
            <TeamTabs nav place=TeamPlace::Roadmap />
            <Proposal view=view.clone() />
            <div class="beside">
                <div class="stack">
                    <Wanted view=view.clone() />
                    <Shown view=view.clone() form=form.clone() />
                    <Said view=view.clone() form=form.clone() />
                </div>
                <div class="stack">
                    <Place view=view.clone() />
                    <Work view=view.clone() form />
                    <History items=view.history />
                </div>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Proposal(view: ItemPageView) -> AnyView {
    let Some(worked) = view.line.worked.clone().filter(|worked| worked.proposed) else {
        return ().into_any();
    };
    let top = view.question.as_ref().map(|question| choice_label(question.ladder.top().as_str()).to_owned());
    let words = format!(
        "Somebody else accepted the evidence. The answer to {} becomes “{}”, with the evidence and its review: in the running assessment, or in the next one, which is then started with the answers of the latest.",
        view.line.code,
        top.unwrap_or_default()
    );
    let act = match worked.cannot_take_over {
        Some(why) => view! { <p>{why}</p> }.into_any(),
        None => view! {
            <form method="post" action=view.href("/take-over")><Button>"Update the answer"</Button></form>
        }
        .into_any(),
    };
    view! { <Notice tone=Tone::Good title="The answer can be updated"><p>{words}</p>{act}</Notice> }
        .into_any()
}

#[component]
fn Wanted(view: ItemPageView) -> AnyView {
    let Some(question) = view.question.clone() else {
        return view! { <Notice tone=Tone::Info>"Today's questionnaire does not ask this any more."</Notice> }.into_any();
    };
    let top = question.ladder.top();
    let counts = question.options.get(&top).cloned().unwrap_or_default();
    let answer = view.answer.as_deref().map_or("No answer", |answer| choice_label(answer));
    let tools = (!question.tools.is_empty())
        .then(|| format!("Teams use, for example, {}.", question.tools.join(", ")));
    let items = vec![
        Definition::new("Question", question.text.clone()),
        Definition::new("Today", view! { <a href=view.answer_href.clone()>{answer}</a> }),
        Definition::new("To reach", view! { <strong>{choice_label(top.as_str())}</strong>" "{counts} }),
        Definition::new("Why", question.why.clone()),
        Definition::new("Without it", question.risk.clone()),
        Definition::new("Evidence wanted", question.evidence),
    ];
    view! {
        <section class="section item-section">
            <h2>"What is wanted"</h2>
            <DefinitionList items />
            {tools.map(|tools| view! { <p class="small soft">{tools}</p> })}
        </section>
    }
    .into_any()
}

#[component]
fn Place(view: ItemPageView) -> AnyView {
    let body = match view.line.planned.clone() {
        Some((end, item)) => {
            let when = if item.started_in == end {
                format!("Phase {end}")
            } else {
                format!("Phases {} to {end}", item.started_in)
            };
            let reasons =
                item.reasons.iter().map(|reason| view! { <li>{reason.clone()}</li> }).collect_view();
            let facts = vec![
                Definition::new("When", when),
                Definition::new("Job role", view.line.role.1.clone()),
                Definition::new("Effort", format!("{} points", item.effort)),
                Definition::new("Dimension", view.line.dimension.1),
            ];
            view! {
                <DefinitionList items=facts />
                <ul class="reasons" aria-label="Why it stands here">{reasons}</ul>
            }
            .into_any()
        }
        None => view! { <p class="soft">"The present plan does not need it."</p> }.into_any(),
    };
    view! { <Card title="In the plan">{body}</Card> }.into_any()
}

#[component]
fn Work(view: ItemPageView, form: ItemForm) -> AnyView {
    let Some(worked) = view.line.worked.clone() else { return ().into_any() };
    if !view.rights.work {
        let owner = view.line.owner().unwrap_or("Nobody").to_owned();
        let due = worked.due.map_or_else(|| "Not set".to_owned(), day);
        let items = vec![Definition::new("Owner", owner), Definition::new("Due", due)];
        return view! { <Card title="Work"><DefinitionList items /></Card> }.into_any();
    }
    let option = |status: ItemStatus| SelectOption::new(status.as_str(), status.label());
    let statuses: Vec<_> = std::iter::once(worked.status).chain(worked.status.moves()).map(option).collect();
    let people = std::iter::once(SelectOption::new("", "Nobody")).chain(view.people.clone()).collect();
    let status = form.status.unwrap_or_else(|| worked.status.to_string());
    let owner = form.owner.unwrap_or_else(|| worked.owner.clone().map(|(id, _)| id).unwrap_or_default());
    let due = form.due.unwrap_or_else(|| worked.due.map(|due| due.to_string()).unwrap_or_default());
    let errors = form.errors;
    let at = move |id: &str| errors.at(id);
    view! {
        <Card title="Work">
            <form method="post" action=view.href("")>
                <Select id="status" label="Status" options=statuses value=status error=at("status") />
                <Select id="owner" label="Owner" options=people value=owner error=at("owner") />
                <Field id="due" label="Due" kind=InputKind::Date value=due error=at("due") />
                <Field id="reason" name="comment" label="Comment" hint="Says why, where it is dropped." error=at("reason") optional_mark=true />
                <input type="hidden" name="revision" value=worked.revision.to_string() />
                <Button kind=ButtonKind::Secondary>"Save"</Button>
            </form>
        </Card>
    }
    .into_any()
}

#[component]
fn Shown(view: ItemPageView, form: ItemForm) -> AnyView {
    let count = view.evidence.len();
    let rows = view
        .evidence
        .iter()
        .map(|piece| view! { <Piece view=view.clone() piece=piece.clone() errors=form.errors.clone() /> })
        .collect_view();
    let none = (count == 0).then(
        || view! { <p class="soft">"Nothing was attached yet. An item is done when something shows it."</p> },
    );
    let list = (count > 0).then(|| view! { <ul class="evidences">{rows}</ul> });
    let is_open = view.line.status() != ItemStatus::Dropped;
    let add = (view.rights.work && is_open).then(|| view! { <Attach view=view.clone() form=form.clone() /> });
    view! {
        <section class="section item-section" id="evidence">
            <h2>"Evidence"</h2>
            {none}
            {list}
            {add}
        </section>
    }
    .into_any()
}

#[component]
fn Piece(view: ItemPageView, piece: EvidenceItem, errors: Vec<FieldError>) -> AnyView {
    let (id, uri) = (piece.line.id.clone(), piece.line.uri.clone());
    let remove = view.rights.work.then(|| {
        let action = view.href(&format!("/evidence/{id}/remove"));
        view! {
            <form method="post" action=action>
                <Button kind=ButtonKind::Quiet label=format!("Remove {uri}")>"Remove"</Button>
            </form>
        }
    });
    let decide = piece.decides.then(|| {
        let choices = vec![Choice::new("accept", "It shows it"), Choice::new("reject", "It does not")];
        let reason = format!("reason-{id}");
        let (at_choice, at_reason) = (errors.at(&format!("decision-{id}")), errors.at(&reason));
        let legend = format!("Does it show that {} is where it should be?", view.line.code);
        view! {
            <form class="evidence-decide" method="post" action=view.href(&format!("/evidence/{id}/review"))>
                <RadioGroup id=format!("decision-{id}") name="decision" legend choices error=at_choice inline=true required=true />
                <Field id=reason name="reason" label="Reason" hint="Needed when it does not." error=at_reason />
                <Button kind=ButtonKind::Secondary label=format!("Decide on {uri}")>"Decide"</Button>
            </form>
        }
    });
    let why_not = piece.why_not.map(|why| view! { <p class="small soft evidence-wait">{why}</p> });
    view! {
        <li class="evidence">
            <EvidenceLink uri=uri.clone() />
            {remove}
            <EvidenceFacts piece=piece.line />
            {decide}
            {why_not}
        </li>
    }
    .into_any()
}

#[component]
fn Attach(view: ItemPageView, form: ItemForm) -> AnyView {
    let EvidenceForm { uri, sha256, expires } = form.evidence.clone();
    let open = !uri.is_empty() || ["uri", "sha256", "expires"].iter().any(|id| form.errors.at(id).is_some());
    let open = open || view.evidence.is_empty();
    let at = |id: &str| form.errors.at(id);
    view! {
        <details class="more" open=open>
            <summary>"Attach evidence"</summary>
            <form class="evidence-new" method="post" action=view.href("/evidence")>
                <Field id="uri" label="Link" hint="Where somebody else can look at it: a page, a run, a ticket." value=uri error=at("uri") required=true />
                <Field id="expires" label="Counts until" kind=InputKind::Date value=expires error=at("expires") optional_mark=true />
                <Field id="sha256" label="SHA-256 of the file" value=sha256 error=at("sha256") optional_mark=true />
                <Button kind=ButtonKind::Secondary>"Attach"</Button>
            </form>
        </details>
    }
    .into_any()
}

#[component]
fn Said(view: ItemPageView, form: ItemForm) -> AnyView {
    let comments = view
        .comments
        .iter()
        .map(|comment| {
            view! {
                <li class="comment">
                    <p class="small soft"><strong>{comment.who.clone()}</strong>", "<time datetime=comment.at.clone()>{comment.when.clone()}</time></p>
                    <blockquote class="said">{comment.text.clone()}</blockquote>
                </li>
            }
        })
        .collect_view();
    let none =
        view.comments.is_empty().then(|| view! { <p class="soft">"Nobody has said anything yet."</p> });
    let list = (!view.comments.is_empty()).then(|| view! { <ol class="comments">{comments}</ol> });
    let add = view.rights.work.then(|| {
        let error = form.errors.at("comment");
        view! {
            <form method="post" action=view.href("/comments")>
                <Textarea id="comment" label="Comment" value=form.comment.clone() error required=true />
                <Button kind=ButtonKind::Secondary label="Write the comment">"Write"</Button>
            </form>
        }
    });
    view! { <section class="section item-section" id="comments"><h2>"Comments"</h2>{none}{list}{add}</section> }.into_any()
}

#[component]
fn History(items: Vec<Happening>) -> AnyView {
    let body = if items.is_empty() {
        view! { <p class="soft">"Nothing has happened since it came into the roadmap."</p> }.into_any()
    } else {
        view! { <Timeline items /> }.into_any()
    };
    view! { <section class="section"><h2>"History"</h2>{body}</section> }.into_any()
}
