//! What a reviewer decides: evidence, "does not apply", and locking.

use assay_domain::assessments::State;
use leptos::prelude::*;

use super::{
    draft::{Draft, choice_label},
    evidence::{Decision, EvidenceFacts, EvidenceLine, EvidenceLink},
    heading::{AssessmentHead, Heading, Place},
};
use crate::components::{
    Badge, Button, ButtonKind, Card, Choice, Empty, ErrorSummary, ErrorsByField, Field, FieldError,
    LinkButton, Notice, RadioGroup, Tone,
};

/// Something to decide: a piece of evidence, or a question that is said not to apply.
#[derive(Clone, Debug)]
pub struct ReviewItem {
    /// The name of its fields in the form: `evidence.<id>` or `na.<code>`.
    pub name: String,
    /// The question's code.
    pub code: String,
    /// The question.
    pub text: String,
    /// What a reviewer should accept.
    pub acceptable: String,
    /// What the team answered, with comment and justification.
    pub draft: Draft,
    /// What counts as that answer.
    pub counts: String,
    /// Who answered and when.
    pub by: String,
    /// The piece of evidence; without one, it is about "does not apply".
    pub piece: Option<EvidenceLine>,
    /// What was decided already.
    pub decision: Option<Decision>,
    /// Whether the visitor had a hand in it, so that somebody else decides.
    pub own: bool,
    /// What is chosen in the form: `accept`, `reject`, or nothing.
    pub chosen: String,
    /// The reason in the form.
    pub reason: String,
}

/// The review of a submitted assessment.
#[component]
pub fn ReviewPage(
    /// The assessment.
    heading: Heading,
    /// Everything that can be decided.
    items: Vec<ReviewItem>,
    /// Why the visitor cannot lock, where that is so.
    cannot_lock: Option<String>,
    /// What is wrong, by the ids of the fields.
    errors: Vec<FieldError>,
) -> AnyView {
    let body = if heading.state != State::Submitted {
        let words = match heading.state {
            State::Draft => "It is still being answered. Evidence is reviewed once it is submitted.",
            _ => "It is locked. Its review is over.",
        };
        let back = heading.href("");
        view! { <Empty title="Nothing to review"><p>{words}</p><LinkButton href=back>"Back to the assessment"</LinkButton></Empty> }.into_any()
    } else {
        view! { <Open heading=heading.clone() items cannot_lock errors=errors.clone() /> }.into_any()
    };
    let lede = "Look at what was shown for each answer, decide, then lock the result.";
    view! {
        <div class="stack">
            <ErrorSummary errors />
            <AssessmentHead heading place=Place::Review title="Review" lede />
            {body}
        </div>
    }
    .into_any()
}

#[component]
fn Open(
    heading: Heading,
    items: Vec<ReviewItem>,
    cannot_lock: Option<String>,
    errors: Vec<FieldError>,
) -> AnyView {
    let may = heading.rights.review;
    let (decided, waiting): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| item.decision.is_some());
    let (own, mine): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|item| item.own || !may);
    let all_done = mine.is_empty();
    let draw = |items: Vec<ReviewItem>, decides: bool| {
        items.into_iter().map(|item| view! { <Item item decides errors=errors.clone() /> }).collect_view()
    };
    let nothing = (all_done && own.is_empty())
        .then(|| view! { <Notice tone=Tone::Good>"Nothing waits for a decision."</Notice> });
    let others = (!own.is_empty()).then(|| {
        let words = if may {
            "You answered or attached these, so somebody else decides."
        } else {
            "Somebody with the right to review decides on these."
        };
        view! {
            <section class="section stack-small">
                <h2>"Waiting for somebody else"</h2>
                <p class="soft">{words}</p>
                {draw(own.clone(), false)}
            </section>
        }
    });
    let past = (!decided.is_empty()).then(|| {
        view! {
            <section class="section stack-small">
                <h2>"Decided"</h2>
                {draw(decided.clone(), false)}
            </section>
        }
    });
    let list = (!all_done).then(|| view! { <section class="stack-small"><h2>"Waiting for your decision"</h2>{draw(mine, true)}</section> });
    let lock = may.then(|| view! { <Lock cannot_lock waiting=heading.waiting save=!all_done /> });
    view! {
        <form class="stack" method="post" action=heading.href("/review")>
            {nothing}
            {list}
            {lock}
        </form>
        {others}
        {past}
    }
    .into_any()
}

#[component]
fn Lock(cannot_lock: Option<String>, waiting: u32, save: bool) -> AnyView {
    let save = save.then(|| view! { <Button name="then" value="save">"Save decisions"</Button> });
    let open = match waiting {
        0 => String::new(),
        _ => " What is still undecided then counts as not reviewed, and \"does not apply\" as not answered."
            .to_owned(),
    };
    let lock = match cannot_lock {
        Some(reason) => view! { <Notice tone=Tone::Info>{reason}</Notice> }.into_any(),
        None => view! {
            <p>{format!("Locking fixes the answers, the evidence and the level as of today, for good. It goes on record with your name.{open}")}</p>
            <Button kind=ButtonKind::Danger name="then" value="lock">"Save and lock the result"</Button>
        }
        .into_any(),
    };
    view! {
        {save}
        <Card title="Lock the result">{lock}</Card>
    }
    .into_any()
}

#[component]
fn Item(item: ReviewItem, decides: bool, errors: Vec<FieldError>) -> AnyView {
    let subject = match &item.piece {
        Some(piece) => {
            view! { <div class="evidence"><EvidenceLink uri=piece.uri.clone() /><EvidenceFacts piece=piece.clone() /></div> }.into_any()
        }
        None => {
            view! { <p><Badge text="Does not apply" />" "{item.draft.justification.clone()}</p> }.into_any()
        }
    };
    let about_evidence = item.piece.is_some();
    let answer = about_evidence.then(|| {
        view! {
            <p><strong>{choice_label(&item.draft.value)}</strong>" "<span class="soft">{item.counts.clone()}</span></p>
        }
    });
    let comment = (!item.draft.comment.is_empty())
        .then(|| view! { <blockquote class="said">{item.draft.comment.clone()}</blockquote> });
    let acceptable = about_evidence
        .then(|| view! { <p class="small soft">{format!("Acceptable: {}", item.acceptable)}</p> });
    let decided = item.decision.clone().filter(|_| !about_evidence).map(|decision| {
        let (tone, text) = if decision.accepted { (Tone::Good, "Approved") } else { (Tone::Bad, "Not approved") };
        view! { <p class="evidence-facts"><Badge tone text /><span>{format!("{} {}", decision.by, decision.note)}</span></p> }
    });
    let fields = decides.then(|| view! { <Decide item=item.clone() errors /> });
    view! {
        <article class="review">
            <h3 class="question-legend"><span class="question-code">{item.code}</span><span>{item.text}</span></h3>
            {answer}
            {comment}
            {subject}
            {acceptable}
            <p class="small soft">{format!("Answered by {}", item.by)}</p>
            {decided}
            {fields}
        </article>
    }
    .into_any()
}

#[component]
fn Decide(item: ReviewItem, errors: Vec<FieldError>) -> AnyView {
    let (yes, no, legend) = match &item.piece {
        Some(_) => (
            "It shows what is answered",
            "It does not",
            format!("Does the evidence show the answer to {}?", item.code),
        ),
        None => (
            "Leave the question out",
            "The question applies",
            format!("Does {} not apply to the team?", item.code),
        ),
    };
    let choices =
        vec![Choice::new("accept", yes), Choice::new("reject", no), Choice::new("", "Decide later")];
    let reason_id = format!("{}-reason", item.name);
    let reason_name = format!("reason.{}", item.name);
    let (at_choice, at_reason) = (errors.at(&item.name), errors.at(&reason_id));
    view! {
        <RadioGroup id=item.name.clone() legend choices value=item.chosen error=at_choice inline=true />
        <Field id=reason_id name=reason_name label="Reason" hint="Needed when you do not accept, so that the team knows what to do." value=item.reason error=at_reason />
    }
    .into_any()
}
