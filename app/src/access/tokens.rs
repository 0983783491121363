//! API tokens: the list, the form for a new one, and the one moment in which a token is shown.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::components::{
    Button, Checkbox, CodeBlock, Column, Confirm, Crumb, ErrorSummary, ErrorsByField, Field, FieldError,
    InputKind, MaybeText, Notice, PageTitle, Select, SelectOption, Table, Tone, when,
};

use super::TeamChoice;

/// A token in a list.
#[derive(Clone, Debug)]
pub struct TokenLine {
    /// Its name.
    pub name: String,
    /// Its rights.
    pub scopes: Vec<String>,
    /// The team it is confined to.
    pub team: Option<String>,
    /// Until when it works.
    pub expires_at: Option<DateTime<Utc>>,
    /// Last used.
    pub used_at: Option<DateTime<Utc>>,
    /// Where it is revoked; absent for those who may not.
    pub revoke: Option<String>,
}

/// What was typed for a new token, and what was wrong with it.
#[derive(Clone, Debug, Default)]
pub struct NewTokenForm {
    /// Its name.
    pub name: String,
    /// The rights that were ticked.
    pub scopes: Vec<String>,
    /// The id of the team.
    pub team: String,
    /// For how many days.
    pub days: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// Tokens in a table.
#[component]
pub(super) fn TokenTable(
    /// The tokens.
    tokens: Vec<TokenLine>,
    /// What stands there when there are none.
    #[prop(into)]
    empty: MaybeText,
) -> AnyView {
    let columns = ["Name", "Rights", "Team", "Works until", "Last used", "Action"].map(Column::new).to_vec();
    let rows = tokens.into_iter().map(row).collect();
    view! { <Table caption="API tokens" columns rows empty=empty.or_empty() hide_caption=true /> }.into_any()
}

fn row(token: TokenLine) -> Vec<AnyView> {
    let until = token.expires_at.map_or_else(|| "no end".to_owned(), when);
    let used = token.used_at.map_or_else(|| "never".to_owned(), when);
    let revoke = token.revoke.map(|action| {
        let consequence =
            format!("Whatever uses “{}” is refused from now on. This cannot be undone.", token.name);
        view! { <Confirm ask="Revoke" consequence action /> }
    });
    vec![
        token.name.into_any(),
        token.scopes.join(", ").into_any(),
        token.team.unwrap_or_else(|| "all".to_owned()).into_any(),
        until.into_any(),
        used.into_any(),
        revoke.into_any(),
    ]
}

/// The form for a new token.
#[component]
pub(super) fn TokenForm(
    /// What was typed before.
    form: NewTokenForm,
    /// Every right there is, with what it allows.
    scopes: Vec<(String, String)>,
    /// The teams to choose from.
    teams: Vec<TeamChoice>,
    /// Where it goes.
    #[prop(into)]
    action: String,
) -> AnyView {
    let errors = form.errors;
    let boxes = scopes
        .into_iter()
        .enumerate()
        .map(|(n, (scope, allows))| {
            // The first box carries the id that an error about the rights links to.
            let id = if n == 0 { "scopes".to_owned() } else { format!("scopes-{n}") };
            let checked = form.scopes.contains(&scope);
            view! { <Checkbox id name="scopes" value=scope.clone() label=scope hint=allows checked /> }
        })
        .collect_view();
    let anywhere = SelectOption::new("", "Every team");
    let options = std::iter::once(anywhere)
        .chain(teams.into_iter().map(|team| SelectOption::new(team.id, team.name)))
        .collect::<Vec<_>>();
    let days = if form.days.is_empty() { "90".to_owned() } else { form.days };
    view! {
        <form class="stack" method="post" action=action>
            <Field id="name" label="Name" hint="What uses it, so that you recognise it later." value=form.name error=errors.at("name") required=true max_length=100 />
            <fieldset class="field">
                <legend class="field-label">"Rights"</legend>
                {errors.at("scopes").map(|error| view! { <p class="field-error">{error}</p> })}
                <div class="rights">{boxes}</div>
            </fieldset>
            <Select id="team" label="Team" hint="Confines the token to one team." options value=form.team error=errors.at("team") />
            <Field id="days" label="Works for how many days" kind=InputKind::Number value=days error=errors.at("days") required=true />
            <Button>"Make the token"</Button>
        </form>
    }
    .into_any()
}

/// A token that was just made.
#[component]
pub(super) fn FreshToken(
    /// The token.
    token: String,
) -> AnyView {
    view! {
        <Notice tone=Tone::Good title="Copy the token now; it is not shown again." live=true>
            <CodeBlock caption="The new token" code=token />
        </Notice>
    }
    .into_any()
}

/// Service accounts and their tokens.
#[component]
pub fn ServiceTokensPage(
    /// The tokens.
    tokens: Vec<TokenLine>,
    /// A token that was just made.
    fresh: Option<String>,
    /// The form for a new one; absent for those who may only look.
    form: Option<NewTokenForm>,
    /// Every right there is, with what it allows.
    scopes: Vec<(String, String)>,
    /// The teams to choose from.
    teams: Vec<TeamChoice>,
) -> AnyView {
    let errors = form.as_ref().map(|form| form.errors.clone()).unwrap_or_default();
    view! {
        <div class="stack">
            <PageTitle
                title="Service accounts"
                crumbs=vec![Crumb::new("Administration", "/admin")]
                lede="For pipelines. A service account has no role: its rights are its token's, and nothing it reports counts as a person's decision."
            />
            <super::people::AdminTabs current="/admin/tokens" />
            <ErrorSummary errors />
            {fresh.map(|token| view! { <FreshToken token /> })}
            <TokenTable tokens empty="No service account yet." />
            {form.map(|form| view! {
                <section class="section stack narrow">
                    <h2>"New service account"</h2>
                    <TokenForm form scopes teams action="/admin/tokens" />
                </section>
            })}
        </div>
    }
    .into_any()
}
