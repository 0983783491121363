//! What the visitor can do: decide, withdraw, revoke, declare and review an emergency. Each is a plain form.

use leptos::prelude::*;

use crate::components::{
    Button, ButtonKind, Card, Choice, Confirm, ErrorsByField, Field, FieldError, InputKind, Notice,
    RadioGroup, Textarea, Tone,
};

/// How many conditions the form takes at once. More are made with another decision, or over the API.
const CONDITIONS: usize = 3;

/// What the visitor can do.
#[derive(Clone, Debug)]
pub struct ActsView {
    /// The request's address.
    pub href: String,
    /// The digest of what is shown.
    pub bound_sha256: String,
    /// In which steps the visitor could decide, for whom.
    pub seats: Vec<BehalfChoice>,
    /// Why the visitor cannot, where a decision is waited for.
    pub why_not: Option<String>,
    /// Until when conditions may be due at the latest; nothing where the policy knows none.
    pub conditions_until: Option<String>,
    /// Whether it can be withdrawn.
    pub withdraw: bool,
    /// Whether it can be revoked.
    pub revoke: bool,
    /// For how long an emergency would let it through, where one can be declared.
    pub break_glass: Option<String>,
    /// Why none can be declared, where the policy knows emergencies.
    pub no_emergency: Option<String>,
    /// Why its emergency blocks the next, where the visitor can lift that.
    pub lift: Option<String>,
    /// Whether the visitor lifts it themselves; others propose it.
    pub lifts: bool,
    /// By when its emergency has to be reviewed, where the visitor can.
    pub review: Option<String>,
}

/// A step in which the visitor could decide.
#[derive(Clone, Debug)]
pub struct BehalfChoice {
    /// What the form sends: the step, and after a slash who is away.
    pub value: String,
    /// The step's question.
    pub label: String,
    /// By which job role, and for whom.
    pub hint: String,
    /// Whether a yes would count now; otherwise only a no does.
    pub approves: bool,
}

/// What was typed, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct DecideForm {
    /// The step that was chosen.
    pub seat: String,
    /// `approved`, `conditions` or `rejected`.
    pub decision: String,
    /// The reason.
    pub reason: String,
    /// The conditions.
    pub conditions: Vec<ConditionForm>,
    /// The reason in one of the other forms.
    pub other_reason: String,
    /// What is wrong, by the ids of the fields.
    pub errors: Vec<FieldError>,
}

/// A condition that was typed.
#[derive(Clone, Debug, Default)]
pub struct ConditionForm {
    /// What has to be done.
    pub text: String,
    /// By when.
    pub due: String,
}

/// What the visitor can do.
#[component]
pub(super) fn Acts(view: ActsView, form: DecideForm) -> AnyView {
    let decide = (!view.seats.is_empty()).then(|| view! { <Decide view=view.clone() form=form.clone() /> });
    let why_not = view
        .why_not
        .clone()
        .map(|why| view! { <Notice tone=Tone::Info title="You cannot decide here"><p>{why}</p></Notice> });
    let review =
        view.review.clone().map(|by| view! { <Review href=view.href.clone() by form=form.clone() /> });
    let others = view! { <Others view form /> };
    view! { {decide}{why_not}{review}{others} }.into_any()
}

#[component]
fn Decide(view: ActsView, form: DecideForm) -> AnyView {
    let errors = form.errors.clone();
    let at = move |id: &str| errors.at(id);
    let approves = view.seats.iter().any(|seat| seat.approves);
    let mut choices = Vec::new();
    if approves {
        choices.push(Choice::new("approved", "Approve"));
        if let Some(until) = &view.conditions_until {
            choices.push(
                Choice::new("conditions", "Approve with conditions")
                    .hint(format!("Due {until} at the latest.")),
            );
        }
    }
    choices.push(Choice::new("rejected", "Reject").hint("One no ends the request. Say why."));
    let seats = match view.seats.as_slice() {
        [only] => view! {
            <p><strong>{only.label.clone()}</strong><br /><span class="small soft">{only.hint.clone()}"."</span></p>
            <input type="hidden" name="seat" value=only.value.clone() />
        }
        .into_any(),
        several => {
            let seats = several
                .iter()
                .map(|seat| {
                    let only_no = if seat.approves { "" } else { " It can only be rejected there now." };
                    Choice::new(seat.value.clone(), seat.label.clone())
                        .hint(format!("{}.{only_no}", seat.hint))
                })
                .collect();
            let chosen = if form.seat.is_empty() { several[0].value.clone() } else { form.seat.clone() };
            view! { <RadioGroup id="seat" legend="Which question do you answer?" choices=seats value=chosen error=at("seat") required=true /> }
                .into_any()
        }
    };
    let conditions = (approves && view.conditions_until.is_some()).then(|| {
        view! { <Conditions typed=form.conditions.clone() errors=form.errors.clone() open=form.decision == "conditions" /> }
    });
    let decision = if approves {
        view! { <RadioGroup id="decision" legend="Decision" choices value=form.decision.clone() error=at("decision") required=true /> }
            .into_any()
    } else {
        view! { <input type="hidden" name="decision" value="rejected" /> }.into_any()
    };
    let (title, hint, kind, button) = if approves {
        ("Your decision", None, ButtonKind::Primary, "Decide")
    } else {
        let hint = "A yes of yours counts already, or does not count now. A no ends the request.";
        ("Say no after all", Some(hint), ButtonKind::Danger, "Reject")
    };
    view! {
        <Card title>
            <form method="post" action=format!("{}/decisions", view.href) id="decide">
                {hint.map(|hint| view! { <p>{hint}</p> })}
                {seats}
                {decision}
                {conditions}
                <Textarea id="reason" label="Reason" hint="Needed with a no. It stays with the request and in the trail." value=form.reason.clone() error=at("reason") />
                <input type="hidden" name="bound_sha256" value=view.bound_sha256.clone() />
                <Button kind>{button}</Button>
            </form>
        </Card>
    }
    .into_any()
}

#[component]
fn Conditions(typed: Vec<ConditionForm>, errors: Vec<FieldError>, open: bool) -> AnyView {
    let rows = (0..CONDITIONS)
        .map(|n| {
            let ConditionForm { text, due } = typed.get(n).cloned().unwrap_or_default();
            let (text_id, due_id) = (format!("conditions-{n}-text"), format!("conditions-{n}-due"));
            let label = format!("Condition {}", n + 1);
            let (text_error, due_error) = (errors.at(&text_id), errors.at(&due_id));
            view! {
                <div class="approval-condition">
                    <Field id=text_id name="condition" label value=text error=text_error />
                    <Field id=due_id name="due" label="Due" kind=InputKind::Date value=due error=due_error />
                </div>
            }
        })
        .collect_view();
    let open = open || errors.iter().any(|error| error.field.starts_with("conditions"));
    view! {
        <details class="more" open=open id="conditions">
            <summary>"Conditions"</summary>
            <p class="small soft">"What has to be done after the approval. It is given on the understanding that this happens; once a condition is late, the gate says no."</p>
            {rows}
        </details>
    }
    .into_any()
}

#[component]
fn Review(href: String, by: String, form: DecideForm) -> AnyView {
    let choices = vec![
        Choice::new("yes", "It was an emergency"),
        Choice::new("no", "It was none").hint("Then it lets nothing through any more."),
    ];
    let errors = form.errors;
    let at = move |id: &str| errors.at(id);
    view! {
        <Card title="Review the emergency" hint=format!("Due {by}.")>
            <form method="post" action=format!("{href}/review")>
                <RadioGroup id="justified" legend="Was it justified?" choices error=at("justified") required=true />
                <Textarea id="review-reason" name="reason" label="What you found" error=at("review-reason") value=form.other_reason.clone() required=true />
                <Button kind=ButtonKind::Secondary>"Put it on record"</Button>
            </form>
        </Card>
    }
    .into_any()
}

#[component]
fn Others(view: ActsView, form: DecideForm) -> AnyView {
    let nothing = !(view.withdraw || view.revoke || view.break_glass.is_some() || view.lift.is_some());
    let no_emergency = view.no_emergency.clone().map(|why| {
        view! { <Notice tone=Tone::Info title="You cannot declare an emergency now"><p>{why}</p></Notice> }
    });
    if nothing {
        return no_emergency.into_any();
    }
    let reason = move |id: &'static str, required: bool| {
        let error = form.errors.at(id);
        let value = form.other_reason.clone();
        view! { <Textarea id name="reason" label="Reason" rows=2 value error required optional_mark=!required /> }
    };
    let withdraw = view.withdraw.then(|| {
        let field = reason("withdraw-reason", false);
        view! {
            <Confirm ask="Withdraw" consequence="Nobody decides about it any more. A new request begins from the start." action=format!("{}/withdraw", view.href) confirm="Withdraw the request">
                {field}
            </Confirm>
        }
    });
    let revoke = view.revoke.then(|| {
        let field = reason("revoke-reason", true);
        view! {
            <Confirm ask="Revoke" consequence="The version is not approved any more from now on, and the gate says no." action=format!("{}/revoke", view.href) confirm="Revoke the approval">
                {field}
            </Confirm>
        }
    });
    let glass = view.break_glass.clone().map(|until| {
        let consequence = format!(
            "The version may be deployed before the decisions, until {until}. Somebody else reviews whether it was an emergency; everybody sees that you declared it."
        );
        let field = reason("break-glass-reason", true);
        view! {
            <Confirm ask="Declare an emergency" consequence action=format!("{}/break-glass", view.href) confirm="Break the glass">
                {field}
            </Confirm>
        }
    });
    let lift = view.lift.clone().map(|why| {
        let consequence = format!(
            "{why}, so that no other can be declared for the model in this environment, whatever version it is for. After this one can, by the people and within the limit of the policy."
        );
        let (ask, confirm) = if view.lifts {
            ("Allow emergencies again", "Lift the block")
        } else {
            ("Propose to allow emergencies again", "Ask a compliance officer")
        };
        let field = reason("lift-reason", true);
        view! {
            <Confirm ask consequence action=format!("{}/lift-block", view.href) confirm>
                {field}
            </Confirm>
        }
    });
    view! {
        <section class="section approval-others">
            <h2>"What else you can do"</h2>
            {no_emergency}
            <div class="actions">{withdraw}{revoke}{glass}{lift}</div>
        </section>
    }
    .into_any()
}
