//! The ways in: sign in, set up, accept an invitation. Each is one short form.

use leptos::prelude::*;

use crate::components::{Button, ErrorSummary, ErrorsByField, Field, FieldError, InputKind, Welcome};

const PASSWORD_HINT: &str =
    "At least 15 characters. Four or five unrelated words are easy to remember and hard to guess.";

/// What was typed, and what was wrong with it. Passwords never come back.
#[derive(Clone, Debug, Default)]
pub struct EntranceForm {
    /// Full name.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// Signing in.
#[component]
pub fn SignIn(
    /// What was typed before.
    form: EntranceForm,
    /// The page to show afterwards.
    next: String,
) -> AnyView {
    let errors = form.errors;
    view! {
        <Welcome title="Sign in">
            <ErrorSummary errors=errors.clone() />
            <form class="stack" method="post" action="/sign-in">
                <input type="hidden" name="next" value=next />
                <Field id="email" label="E-mail address" kind=InputKind::Email value=form.email error=errors.at("email") autocomplete="username" required=true />
                <Field id="password" label="Password" kind=InputKind::Password error=errors.at("password") autocomplete="current-password" required=true />
                <Button>"Sign in"</Button>
            </form>
            <p class="soft">"New here, or the password is lost? An administrator can give you a link to choose one."</p>
        </Welcome>
    }
    .into_any()
}

/// Making the first administrator.
#[component]
pub fn SetUp(
    /// What was typed before.
    form: EntranceForm,
    /// The secret of the set-up link.
    link: String,
) -> AnyView {
    let errors = form.errors;
    view! {
        <Welcome
            title="Set up Assay"
            lede="You become the first administrator: you can invite people and make teams, and you decide nothing about models."
        >
            <ErrorSummary errors=errors.clone() />
            <form class="stack" method="post" action="/setup">
                <input type="hidden" name="link" value=link />
                <Field id="name" label="Your name" value=form.name error=errors.at("name") autocomplete="name" required=true max_length=100 />
                <Field id="email" label="E-mail address" kind=InputKind::Email value=form.email error=errors.at("email") autocomplete="username" required=true />
                <Field id="password" label="Password" kind=InputKind::Password hint=PASSWORD_HINT error=errors.at("password") autocomplete="new-password" required=true />
                <Button>"Set up"</Button>
            </form>
        </Welcome>
    }
    .into_any()
}

/// Choosing a password with an invitation.
#[component]
pub fn AcceptInvitation(
    /// Who is invited, and what was wrong.
    form: EntranceForm,
    /// Where the form goes: the address of the invitation.
    action: String,
) -> AnyView {
    let errors = form.errors;
    view! {
        <Welcome title=format!("Welcome, {}", form.name) lede="Choose a password and you are in. The link works once.">
            <ErrorSummary errors=errors.clone() />
            <form class="stack" method="post" action=action>
                <p>"You sign in as " <strong>{form.email.clone()}</strong> "."</p>
                // Password managers remember the account together with the password.
                <input class="visually-hidden" type="email" name="email" value=form.email autocomplete="username" readonly tabindex="-1" aria-hidden="true" />
                <Field id="password" label="Password" kind=InputKind::Password hint=PASSWORD_HINT error=errors.at("password") autocomplete="new-password" required=true />
                <Button>"Choose this password"</Button>
            </form>
        </Welcome>
    }
    .into_any()
}
