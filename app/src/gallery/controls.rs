//! Components that people write in or choose with.

use leptos::prelude::*;

use super::Specimen;
use crate::components::{
    Button, ButtonKind, Checkbox, Choice, Confirm, ErrorSummary, ErrorsByField, Field, FieldError, Filters,
    InputKind, RadioGroup, Select, SelectOption, Textarea, Welcome,
};

#[component]
pub(super) fn Controls() -> AnyView {
    view! {
        <Specimen name="RadioGroup, Textarea, Checkbox">
            <form method="get">
                <RadioGroup
                    id="mc-2-1"
                    legend="Are the parameters, data version and metrics of each training run recorded where the team can find them?"
                    hint="A run that nobody can look up again counts as not recorded."
                    choices=coverage()
                    value="most"
                />
                <RadioGroup
                    id="applies"
                    legend="Does the question apply to this team?"
                    choices=vec![Choice::new("yes", "It applies"), Choice::new("no", "It does not apply")]
                    value="yes"
                    inline=true
                />
                <Textarea id="comment" label="Comment" optional_mark=true hint="Which models, and where it falls short." value="Two of six models still log to a spreadsheet." />
                <Checkbox id="reviewed" label="I have looked at this evidence myself" hint="Your name goes on the record with it." />
                <div class="actions">
                    <Button>"Save and continue"</Button>
                    <Button kind=ButtonKind::Secondary skip_checks=true>"Save for later"</Button>
                </div>
            </form>
        </Specimen>
        <Specimen name="ErrorSummary, Field, Select">
            <Faulty />
        </Specimen>
        <Specimen name="Filters">
            <Filters action="#" active=true>
                <Field id="q" label="Words" kind=InputKind::Search value="fraud-scoring" />
                <Select
                    id="action"
                    label="What happened"
                    options=vec![SelectOption::new("", "Anything"), SelectOption::new("approval", "Approvals"), SelectOption::new("answer", "Answers")]
                    value="approval"
                />
                <Field id="from" label="From" kind=InputKind::Date value="2026-11-01" />
            </Filters>
        </Specimen>
        <Specimen name="Welcome">
            <div class="card">
                <Welcome title="Sign in" lede="Northwind Mutual keeps its record of approvals here.">
                    <form method="get">
                        <Field id="sign-in-email" label="E-mail" kind=InputKind::Email autocomplete="username" />
                        <Field id="sign-in-password" label="Password" kind=InputKind::Password autocomplete="current-password" />
                        <Button>"Sign in"</Button>
                    </form>
                </Welcome>
            </div>
        </Specimen>
        <Specimen name="Confirm">
            <Confirm
                ask="Withdraw the request"
                consequence="Decisions already made on it no longer count. The withdrawal stays on the record."
                action="#"
                confirm="Yes, withdraw it"
            >
                <Field id="reason" label="Reason" required=true />
            </Confirm>
        </Specimen>
    }
    .into_any()
}

#[component]
fn Faulty() -> AnyView {
    let errors = vec![
        FieldError::new("email", "Enter an e-mail address like name@example.org."),
        FieldError::new("password", "A password has 15 characters or more; this one has 9."),
    ];
    let (email, password) = (errors.at("email"), errors.at("password"));
    view! {
        <ErrorSummary errors take_focus=false />
        <form class="narrow" method="get">
            <Field id="email" label="E-mail" kind=InputKind::Email value="sam.example.org" autocomplete="username" error=email required=true />
            <Field
                id="password"
                label="Password"
                kind=InputKind::Password
                autocomplete="new-password"
                hint="15 characters or more. Several words are easy to remember."
                error=password
                required=true
            />
            <Field id="expires" label="Evidence expires" kind=InputKind::Date optional_mark=true value="2027-06-30" />
            <Select
                id="role"
                label="Role in the team"
                value="contributor"
                options=vec![
                    SelectOption::new("lead", "Team lead"),
                    SelectOption::new("contributor", "Contributor"),
                    SelectOption::new("approver", "Approver"),
                    SelectOption::new("viewer", "Viewer"),
                ]
            />
            <Button>"Invite"</Button>
        </form>
    }
    .into_any()
}

fn coverage() -> Vec<Choice> {
    vec![
        Choice::new("none", "None").hint("Runs are remembered, or noted by whoever ran them."),
        Choice::new("some", "Some").hint("At least one model in use has a run that can be looked up."),
        Choice::new("most", "Most").hint("More than half of the models in use."),
        Choice::new("all", "All").hint("Every model in use, without anybody having to remember it."),
        Choice::new("dont_know", "I do not know"),
    ]
}
