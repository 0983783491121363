//! A new rule, and one rule: what it says, how a job uses it, and the ways to change or remove it.

use assay_domain::ci_trust::Provider;
use chrono::{DateTime, Utc};
use leptos::prelude::*;

use super::form::Fields;
use super::{BASE, Choices, ClaimList, RuleForm};
use crate::access::AdminTabs;
use crate::components::{
    CodeBlock, Confirm, Crumb, Definition, DefinitionList, ErrorSummary, PageTitle, SubNav, Tab, when,
};

/// All that the page of one rule shows.
#[derive(Clone, Debug)]
pub struct RuleData {
    /// Its page.
    pub href: String,
    /// Its name.
    pub name: String,
    /// Which CI.
    pub provider: Provider,
    /// Whose tokens are believed.
    pub issuer: String,
    /// Where the keys are, where discovery does not say.
    pub jwks_url: Option<String>,
    /// For whom tokens must be.
    pub audience: String,
    /// The signatures that are accepted.
    pub algorithms: Vec<String>,
    /// What must be in them.
    pub claims: Vec<(String, String)>,
    /// What the jobs may do.
    pub scopes: Vec<String>,
    /// The team's name; absent for the organisation.
    pub team: Option<String>,
    /// Whether the issuer is in a private network.
    pub private_network: bool,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When a job last came in.
    pub used_at: Option<DateTime<Utc>>,
}

fn crumbs() -> Vec<Crumb> {
    vec![Crumb::new("Administration", "/admin"), Crumb::new("CI trust", BASE)]
}

/// A new rule.
#[component]
pub fn NewRulePage(
    /// What was typed before.
    form: RuleForm,
    /// What there is to choose from.
    choices: Choices,
) -> AnyView {
    let provider = form.provider;
    let tab = |other: Provider| {
        Tab::new(other.label(), format!("{BASE}/new?provider={}", other.name())).current(other == provider)
    };
    view! {
        <div class="stack">
            <PageTitle title="Trust jobs of a CI" crumbs=crumbs() />
            <SubNav label="Whose jobs" tabs=Provider::ALL.map(tab).to_vec() />
            <ErrorSummary errors=form.errors.clone() />
            <Fields form choices action=BASE button="Trust these jobs" />
        </div>
    }
    .into_any()
}

/// One rule.
#[component]
pub fn RulePage(
    /// The rule.
    rule: RuleData,
    /// The server's address, for the recipe.
    server: String,
    /// The form to change it; absent for those who may only look.
    form: Option<(RuleForm, Choices)>,
) -> AnyView {
    let errors = form.as_ref().map(|(form, _)| form.errors.clone()).unwrap_or_default();
    let recipe = recipe(&rule, &server);
    let href = rule.href.clone();
    let name = rule.name.clone();
    view! {
        <div class="stack">
            <PageTitle title=rule.name.clone() crumbs=crumbs() />
            <AdminTabs current=BASE />
            <ErrorSummary errors />
            <DefinitionList items=facts(rule) />
            <section class="section stack" aria-labelledby="recipe">
                <h2 id="recipe">"In the pipeline"</h2>
                <p class="prose">"The job asks its CI for an identity and exchanges it. The token then stands in ASSAY_TOKEN, where “assay event” looks for it."</p>
                <CodeBlock caption="How a job comes in" code=recipe />
            </section>
            {form.map(|(form, choices)| view! { <Change href name form choices /> })}
        </div>
    }
    .into_any()
}

fn facts(rule: RuleData) -> Vec<Definition> {
    let text = |text: String| view! { <span class="claim-value">{text}</span> };
    let mut facts = vec![
        Definition::new("CI", rule.provider.label()),
        Definition::new("Issuer", text(rule.issuer)),
        Definition::new("Must match", view! { <ClaimList claims=rule.claims /> }),
        Definition::new("Audience", text(rule.audience)),
        Definition::new("Signatures", rule.algorithms.join(", ")),
        Definition::new("Rights", rule.scopes.join(", ")),
        Definition::new("Team", rule.team.unwrap_or_else(|| "all".to_owned())),
    ];
    facts.extend(rule.jwks_url.map(|address| Definition::new("Address of the keys", text(address))));
    facts.extend(rule.private_network.then(|| Definition::new("Network", "private")));
    facts.push(Definition::new("Since", when(rule.created_at)));
    facts.push(Definition::new("Last job", rule.used_at.map_or_else(|| "never".to_owned(), when)));
    facts
}

#[component]
fn Change(href: String, name: String, form: RuleForm, choices: Choices) -> AnyView {
    let consequence = format!(
        "Jobs of “{name}” are refused from now on, and the tokens they hold end at once. What they did stays on record."
    );
    let wrong = !form.errors.is_empty();
    view! {
        <section class="section stack" aria-labelledby="change">
            <h2 id="change">"Change or remove it"</h2>
            <details class="more" open=wrong>
                <summary>"Change the rule"</summary>
                <div class="stack">
                    <p class="prose">"Tokens that jobs hold now end with the change; the next job gets one by the new rule."</p>
                    <Fields form choices action=href.clone() button="Change it" />
                </div>
            </details>
            <Confirm ask="Remove the rule" confirm="Remove it" consequence action=format!("{href}/remove") />
        </section>
    }
    .into_any()
}

/// The lines with which a job comes in.
fn recipe(rule: &RuleData, server: &str) -> String {
    let audience = &rule.audience;
    let identity = match rule.provider {
        Provider::GithubActions => format!(
            "# permissions: {{ id-token: write }}\n\
             IDENTITY=$(curl -sSf -H \"Authorization: Bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN\" \\\n  \
               -G \"$ACTIONS_ID_TOKEN_REQUEST_URL\" --data-urlencode \"audience={audience}\" | jq -r .value)\n"
        ),
        Provider::GitlabCi => format!("# id_tokens: {{ IDENTITY: {{ aud: \"{audience}\" }} }}\n"),
        Provider::CircleCi => {
            format!("IDENTITY=$(circleci run oidc get --claims '{{\"aud\": \"{audience}\"}}')\n")
        }
        Provider::Other => format!("# IDENTITY: the job's token for the audience {audience}\n"),
    };
    format!(
        "{identity}export ASSAY_URL={server}\n\
         export ASSAY_TOKEN=$(curl -sSf \"$ASSAY_URL/api/v1/token\" \\\n  \
           -d grant_type=urn:ietf:params:oauth:grant-type:token-exchange \\\n  \
           -d subject_token_type=urn:ietf:params:oauth:token-type:id_token \\\n  \
           --data-urlencode \"subject_token=$IDENTITY\" | jq -r .access_token)"
    )
}
