//! The form of a rule, new or known. What it offers follows from the CI; it works without script.

use assay_domain::ci_trust::{Algorithm, Provider};
use leptos::prelude::*;

use crate::access::TeamChoice;
use crate::components::{
    Button, Checkbox, ErrorsByField, Field, FieldError, InputKind, Select, SelectOption, Textarea,
};

/// A claim with a field of its own.
#[derive(Clone, Debug)]
pub struct ClaimField {
    /// The field's id.
    pub id: String,
    /// The claim.
    pub claim: &'static str,
    /// What people read.
    pub label: &'static str,
    /// Where its value is found.
    pub hint: &'static str,
    /// What stands in it.
    pub value: String,
}

/// What was typed for a rule, and what was wrong with it.
#[derive(Clone, Debug)]
pub struct RuleForm {
    /// Which CI.
    pub provider: Provider,
    /// What people call the rule.
    pub name: String,
    /// Whose tokens are believed.
    pub issuer: String,
    /// Where the issuer's keys are, where discovery does not say.
    pub jwks_url: String,
    /// For whom tokens must be.
    pub audience: String,
    /// The signatures that are ticked.
    pub algorithms: Vec<String>,
    /// The claims with fields of their own.
    pub claims: Vec<ClaimField>,
    /// Other claims, one a line.
    pub more: String,
    /// The rights that are ticked.
    pub scopes: Vec<String>,
    /// The id of the team.
    pub team: String,
    /// Whether the issuer is in a private network.
    pub private_network: bool,
    /// The revision that was shown; empty for a new rule.
    pub revision: String,
    /// What is wrong.
    pub errors: Vec<FieldError>,
}

/// What there is to choose from.
#[derive(Clone, Debug)]
pub struct Choices {
    /// Every right that a job can have, with what it allows.
    pub scopes: Vec<(String, String)>,
    /// The teams.
    pub teams: Vec<TeamChoice>,
    /// Whether the server calls private networks at all.
    pub private_allowed: bool,
}

/// The fields of a rule with their button.
#[component]
pub(super) fn Fields(
    /// What stands in them.
    form: RuleForm,
    /// What there is to choose from.
    choices: Choices,
    /// Where it goes.
    #[prop(into)]
    action: String,
    /// The words on the button.
    button: &'static str,
) -> AnyView {
    let errors = form.errors.clone();
    view! {
        <form class="stack narrow" method="post" action=action>
            <input type="hidden" name="provider" value=form.provider.name() />
            <input type="hidden" name="revision" value=form.revision.clone() />
            <Field id="name" label="Name" hint="What its jobs do; the audit trail names it as the one who acted." value=form.name.clone() error=errors.at("name") required=true max_length=100 />
            <Who form=form.clone() />
            <What form=form.clone() choices=choices.clone() />
            <How form choices />
            <Button>{button}</Button>
        </form>
    }
    .into_any()
}

/// Which jobs: the claims.
#[component]
fn Who(form: RuleForm) -> AnyView {
    let errors = form.errors;
    let fields = form
        .claims
        .into_iter()
        .map(|field| {
            let error = errors.at(&field.id);
            view! {
                <input type="hidden" name="claim" value=field.claim />
                <Field id=field.id name="value" label=field.label hint=field.hint value=field.value error />
            }
        })
        .collect_view();
    let (label, hint) = if form.provider == Provider::Other {
        (
            "Claims that must match",
            "One a line, as project_id = 42. At least one must be an id: names can be given up and registered by somebody else.",
        )
    } else {
        ("Other claims", "One a line, as name = value. Empty: none.")
    };
    view! {
        <fieldset class="field stack">
            <legend class="field-label">"Which jobs"</legend>
            <p class="field-hint">"Everything that is filled in must match exactly; there are no wildcards."</p>
            {fields}
            <Textarea id="more" label hint value=form.more error=errors.at("more") rows=3 />
        </fieldset>
    }
    .into_any()
}

/// What they may do, and for whom.
#[component]
fn What(form: RuleForm, choices: Choices) -> AnyView {
    let errors = form.errors;
    let boxes = choices
        .scopes
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
        .chain(choices.teams.into_iter().map(|team| SelectOption::new(team.id, team.name)))
        .collect::<Vec<_>>();
    view! {
        <fieldset class="field">
            <legend class="field-label">"What they may do"</legend>
            {errors.at("scopes").map(|error| view! { <p class="field-error">{error}</p> })}
            <div class="rights">{boxes}</div>
        </fieldset>
        <Select id="team" label="Team" hint="Confines the jobs to one team; what they register first belongs to it." options value=form.team error=errors.at("team") />
    }
    .into_any()
}

/// How their tokens are checked.
#[component]
fn How(form: RuleForm, choices: Choices) -> AnyView {
    let errors = form.errors.clone();
    view! {
        <fieldset class="field stack">
            <legend class="field-label">"How their tokens are checked"</legend>
            <Field id="issuer" label="Issuer" hint=form.provider.issuer_hint() value=form.issuer.clone() error=errors.at("issuer") required=true />
            <Field id="audience" label="Audience" hint="What the job must ask its CI for, so that a token for another service is not taken here." value=form.audience.clone() error=errors.at("audience") required=true />
            <Seldom form choices />
        </fieldset>
    }
    .into_any()
}

/// What the known CIs leave as it is: open where it is not so, or wrong.
#[component]
fn Seldom(form: RuleForm, choices: Choices) -> AnyView {
    let errors = form.errors;
    let wrong = ["jwks_url", "algorithms", "private_network"].iter().any(|field| errors.at(field).is_some());
    let usual =
        form.jwks_url.is_empty() && !form.private_network && form.algorithms == [Algorithm::RS256.name()];
    let boxes = Algorithm::ALL
        .into_iter()
        .enumerate()
        .map(|(n, algorithm)| {
            let id = if n == 0 { "algorithms".to_owned() } else { format!("algorithms-{n}") };
            let (value, checked) =
                (algorithm.name(), form.algorithms.iter().any(|name| name == algorithm.name()));
            view! { <Checkbox id name="algorithms" value label=value checked /> }
        })
        .collect_view();
    let private = (choices.private_allowed || form.private_network).then(|| {
        view! {
            <Checkbox id="private_network" label="The issuer is in a private network" checked=form.private_network error=errors.at("private_network") hint="Its keys are then fetched from machines that the internet does not reach." />
        }
    });
    view! {
        <details class="more" open=wrong || !usual>
            <summary>"Keys and signatures"</summary>
            <div class="stack">
                <Field id="jwks_url" label="Address of the keys" kind=InputKind::Url hint="Only for an issuer without a discovery document." value=form.jwks_url error=errors.at("jwks_url") optional_mark=true />
                <div>
                    <p class="field-label" id="algorithms-label">"Signatures"</p>
                    <p class="field-hint">"Nearly every issuer signs with RS256."</p>
                    {errors.at("algorithms").map(|error| view! { <p class="field-error">{error}</p> })}
                    <div class="algorithms" role="group" aria-labelledby="algorithms-label">{boxes}</div>
                </div>
                {private}
            </div>
        </details>
    }
    .into_any()
}
