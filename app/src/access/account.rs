//! The own account: who one is here, sessions, password, tokens.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::components::{
    Badge, Button, ButtonKind, Column, Definition, DefinitionList, ErrorSummary, ErrorsByField, Field,
    FieldError, InputKind, PageTitle, Table, Tone, when,
};

use super::{
    AwayData, NewTokenForm, TeamChoice, TokenLine,
    away::Away,
    tokens::{FreshToken, TokenForm, TokenTable},
};

/// A session in the list.
#[derive(Clone, Debug)]
pub struct SessionLine {
    /// What the browser calls itself.
    pub browser: String,
    /// The address it began from.
    pub address: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// Last used.
    pub seen_at: DateTime<Utc>,
    /// Whether it is the one looking.
    pub current: bool,
    /// Where it is ended.
    pub end: String,
}

/// All that the page shows.
#[derive(Clone, Debug, Default)]
pub struct AccountData {
    /// Full name.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Roles in words: "Team lead, Fraud".
    pub roles: Vec<String>,
    /// Sessions, the last used first.
    pub sessions: Vec<SessionLine>,
    /// Own tokens.
    pub tokens: Vec<TokenLine>,
    /// A token that was just made.
    pub fresh: Option<String>,
    /// What was wrong with the passwords.
    pub password_errors: Vec<FieldError>,
    /// What was typed for a new token.
    pub token_form: NewTokenForm,
    /// Every right there is, with what it allows.
    pub scopes: Vec<(String, String)>,
    /// The person's teams.
    pub teams: Vec<TeamChoice>,
    /// Who decides while the person is away.
    pub away: AwayData,
}

/// The own account.
#[component]
pub fn AccountPage(
    /// What it shows.
    data: AccountData,
) -> AnyView {
    let roles = if data.roles.is_empty() { "none yet".to_owned() } else { data.roles.join("; ") };
    let facts = vec![
        Definition::new("Name", data.name),
        Definition::new("E-mail address", data.email.clone()),
        Definition::new("Roles", roles),
    ];
    let errors =
        [data.password_errors.clone(), data.away.form.errors.clone(), data.token_form.errors.clone()]
            .concat();
    view! {
        <div class="stack">
            <PageTitle title="Your account" />
            <ErrorSummary errors />
            {data.fresh.map(|token| view! { <FreshToken token /> })}
            <DefinitionList items=facts />
            <Sessions sessions=data.sessions />
            <ChangePassword email=data.email errors=data.password_errors />
            <Away away=data.away teams=data.teams.clone() />
            <section class="section stack" id="tokens">
                <h2>"API tokens"</h2>
                <p class="soft">"For your own scripts. A token never has more rights than you have."</p>
                <TokenTable tokens=data.tokens empty="You have no tokens." />
                <div class="narrow stack">
                    <h3>"New token"</h3>
                    <TokenForm form=data.token_form scopes=data.scopes teams=data.teams action="/account/tokens" />
                </div>
            </section>
        </div>
    }
    .into_any()
}

#[component]
fn Sessions(sessions: Vec<SessionLine>) -> AnyView {
    let columns = ["Browser", "Address", "Since", "Last used", "Action"].map(Column::new).to_vec();
    let rows = sessions
        .into_iter()
        .map(|session| {
            let end = if session.current {
                view! { <Badge tone=Tone::Good text="This one" /> }.into_any()
            } else {
                view! { <form method="post" action=session.end><Button kind=ButtonKind::Secondary>"End"</Button></form> }.into_any()
            };
            vec![
                session.browser.into_any(),
                session.address.into_any(),
                when(session.created_at).into_any(),
                when(session.seen_at).into_any(),
                end,
            ]
        })
        .collect();
    view! {
        <section class="section stack">
            <h2>"Sessions"</h2>
            <p class="soft">"Everywhere you are signed in. A session ends after 12 hours without use, and after 7 days in any case."</p>
            <Table caption="Sessions" columns rows hide_caption=true />
        </section>
    }
    .into_any()
}

#[component]
fn ChangePassword(email: String, errors: Vec<FieldError>) -> AnyView {
    view! {
        <section class="section stack narrow">
            <h2>"Password"</h2>
            <form class="stack" method="post" action="/account/password">
                <input class="visually-hidden" type="email" name="email" value=email autocomplete="username" readonly tabindex="-1" aria-hidden="true" />
                <Field id="present" label="Present password" kind=InputKind::Password error=errors.at("present") autocomplete="current-password" required=true />
                <Field id="password" label="New password" kind=InputKind::Password hint="At least 15 characters. All your other sessions end." error=errors.at("password") autocomplete="new-password" required=true />
                <Button kind=ButtonKind::Secondary>"Change the password"</Button>
            </form>
        </section>
    }
    .into_any()
}
