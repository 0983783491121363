//! HTML of the room: rules, a new one, one rule, and trying a token.

use std::collections::BTreeMap;

use assay_app::access::TeamChoice;
use assay_app::ci_trust::{
    Choices, ClaimField, NewRulePage, RuleData, RuleForm, RuleLine, RulePage, RulePageProps, RulesPage,
    RulesPageProps, TrialResult, VerdictLine,
};
use assay_app::components::FieldError as Wrong;
use assay_domain::access::{Permission, Scope};
use assay_domain::ci_trust::{Algorithm, Provider, TrustRule};
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::service::{rules, trial};
use super::store::StoredRule;
use super::verify::Refusal;
use crate::access::service::may_manage_people;
use crate::app::App;
use crate::error::{Error, FieldError};
use crate::http::{Form, IfMatch, Page, Pages, Path, Query, Window, page::form_errors};
use crate::teams;

const BASE: &str = "/admin/ci-trust";

/// Routes of the room.
pub fn pages() -> Pages {
    Pages::new()
        .get(BASE, list)
        .post(BASE, add)
        .get("/admin/ci-trust/new", new)
        .post("/admin/ci-trust/try", try_token)
        .get("/admin/ci-trust/{rule}", show)
        .post("/admin/ci-trust/{rule}", change)
        .post("/admin/ci-trust/{rule}/remove", remove)
}

async fn list(State(app): State<App>, page: Page, Query(window): Query<Window>) -> Result<Response, Error> {
    let props = list_props(&app, &page, &window, None, Vec::new()).await?;
    Ok(page.render("CI trust", move || RulesPage(props)))
}

async fn list_props(
    app: &App,
    page: &Page,
    window: &Window,
    trial: Option<TrialResult>,
    errors: Vec<Wrong>,
) -> Result<RulesPageProps, Error> {
    let listing = rules::list(app, &page.caller, window).await?;
    let teams = team_choices(app, page).await?;
    let next = listing.next.map(|after| format!("{BASE}?after={after}"));
    let rules = listing.items.into_iter().map(|stored| line(stored, &teams)).collect();
    let may_change = page.caller.may(Permission::ManagePeople, None);
    Ok(RulesPageProps { rules, next, may_change, trial, errors })
}

fn line(StoredRule { id, rule, used_at, .. }: StoredRule, teams: &[TeamChoice]) -> RuleLine {
    RuleLine {
        href: format!("{BASE}/{id}"),
        provider: rule.provider.label(),
        scopes: rule.scopes.iter().map(ToString::to_string).collect(),
        team: rule.team.map(|team| team_name(team, teams)),
        name: rule.name,
        issuer: rule.issuer,
        claims: rule.claims.into_iter().collect(),
        used_at,
    }
}

async fn team_choices(app: &App, page: &Page) -> Result<Vec<TeamChoice>, Error> {
    let teams = teams::service::list(app, &page.caller).await?;
    Ok(teams.into_iter().map(|team| TeamChoice { id: team.id.to_string(), name: team.name }).collect())
}

fn team_name(team: Uuid, teams: &[TeamChoice]) -> String {
    let id = team.to_string();
    teams.iter().find(|team| team.id == id).map_or_else(|| "a team".to_owned(), |team| team.name.clone())
}

async fn choices(app: &App, page: &Page) -> Result<Choices, Error> {
    let allows = |scope: &Scope| {
        scope.permissions().iter().map(|permission| permission.label()).collect::<Vec<_>>().join("; ")
    };
    let scopes = Scope::ALL.iter().filter(|scope| **scope != Scope::Admin);
    Ok(Choices {
        scopes: scopes.map(|scope| (scope.name().to_owned(), allows(scope))).collect(),
        teams: team_choices(app, page).await?,
        private_allowed: app.config.allow_private_issuers,
    })
}

#[derive(Deserialize)]
struct Which {
    provider: Option<String>,
}

async fn new(State(app): State<App>, page: Page, Query(which): Query<Which>) -> Result<Response, Error> {
    may_manage_people(&page.caller)?;
    let provider = which.provider.as_deref().map_or(Ok(Provider::GithubActions), str::parse);
    let provider = provider.map_err(|_| Error::NotFound)?;
    let form = RuleForm {
        issuer: provider.issuer().to_owned(),
        audience: app.config.origin(),
        algorithms: vec![Algorithm::RS256.name().to_owned()],
        ..empty(provider)
    };
    let choices = choices(&app, &page).await?;
    Ok(page.render("Trust jobs of a CI", move || {
        NewRulePage(assay_app::ci_trust::NewRulePageProps { form, choices })
    }))
}

fn empty(provider: Provider) -> RuleForm {
    let (name, issuer, jwks_url, audience, more, team, revision) = Default::default();
    RuleForm {
        provider,
        name,
        issuer,
        jwks_url,
        audience,
        algorithms: Vec::new(),
        claims: claim_fields(provider, &BTreeMap::new()),
        more,
        scopes: Vec::new(),
        team,
        private_network: false,
        revision,
        errors: Vec::new(),
    }
}

/// The fields of the claims that a form offers.
fn claim_fields(provider: Provider, values: &BTreeMap<String, String>) -> Vec<ClaimField> {
    let field = |offered: &assay_domain::ci_trust::Offered| ClaimField {
        id: claim_id(offered.claim),
        claim: offered.claim,
        label: offered.label,
        hint: offered.hint,
        value: values.get(offered.claim).cloned().unwrap_or_default(),
    };
    provider.offers().iter().map(field).collect()
}

/// The id of a claim's field, as [`form_errors`] makes it from the pointer `/claims/…`.
fn claim_id(claim: &str) -> String {
    format!("claims-{}", claim.replace('~', "~0").replace('/', "~1"))
}

/// A rule as it was typed.
#[derive(Clone, Deserialize)]
struct Typed {
    name: String,
    provider: String,
    issuer: String,
    jwks_url: String,
    audience: String,
    #[serde(default)]
    algorithms: Vec<String>,
    #[serde(default)]
    claim: Vec<String>,
    #[serde(default)]
    value: Vec<String>,
    more: String,
    #[serde(default)]
    scopes: Vec<String>,
    team: String,
    private_network: Option<String>,
    revision: String,
}

impl Typed {
    fn provider(&self) -> Result<Provider, Error> {
        self.provider.parse().map_err(|reason: String| Error::invalid("/provider", reason))
    }

    /// Offered claims that are filled in, and those of the lines below.
    fn claims(&self) -> Result<BTreeMap<String, String>, Error> {
        let offered = self.claim.iter().zip(&self.value).map(|(claim, value)| (claim.trim(), value.trim()));
        let mut claims: BTreeMap<_, _> = offered
            .filter(|(_, value)| !value.is_empty())
            .map(|(claim, value)| (claim.to_owned(), value.to_owned()))
            .collect();
        for line in self.more.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let wrong = |message: String| Error::invalid("/more", message);
            let (claim, value) = line
                .split_once('=')
                .ok_or_else(|| wrong(format!("“{line}” is not of the form name = value.")))?;
            if claims.insert(claim.trim().to_owned(), value.trim().to_owned()).is_some() {
                return Err(wrong(format!("“{}” is there twice.", claim.trim())));
            }
        }
        Ok(claims)
    }

    fn rule(&self) -> Result<TrustRule, Error> {
        let wrong = |pointer: &'static str| move |reason: String| Error::invalid(pointer, reason);
        let jwks_url = self.jwks_url.trim();
        Ok(TrustRule {
            name: self.name.clone(),
            provider: self.provider()?,
            issuer: self.issuer.trim().to_owned(),
            jwks_url: (!jwks_url.is_empty()).then(|| jwks_url.to_owned()),
            audience: self.audience.trim().to_owned(),
            algorithms: parsed(&self.algorithms).map_err(wrong("/algorithms"))?,
            claims: self.claims()?,
            scopes: parsed(&self.scopes).map_err(wrong("/scopes"))?,
            team: match self.team.as_str() {
                "" => None,
                team => Some(team.parse().map_err(|_| Error::invalid("/team", "Choose a team."))?),
            },
            private_network: self.private_network.is_some(),
        })
    }

    fn seen(&self) -> Result<IfMatch, Error> {
        match self.revision.as_str() {
            "" => Ok(IfMatch(None)),
            seen => seen.parse().map(|seen| IfMatch(Some(seen))).map_err(|_| Error::PreconditionFailed),
        }
    }

    /// What was typed, with what was wrong.
    fn shown(self, errors: Vec<FieldError>) -> Result<RuleForm, Error> {
        let provider = self.provider()?;
        let values = self.claim.iter().cloned().zip(self.value.iter().cloned()).collect();
        Ok(RuleForm {
            provider,
            name: self.name,
            issuer: self.issuer,
            jwks_url: self.jwks_url,
            audience: self.audience,
            algorithms: self.algorithms,
            claims: claim_fields(provider, &values),
            more: self.more,
            scopes: self.scopes,
            team: self.team,
            private_network: self.private_network.is_some(),
            revision: self.revision,
            errors: at_fields(provider, form_errors(errors)),
        })
    }
}

fn parsed<T: std::str::FromStr<Err = String>>(typed: &[String]) -> Result<Vec<T>, String> {
    typed.iter().map(|word| word.parse()).collect()
}

/// Errors about claims stand at the field of the claim, or where other claims are typed.
fn at_fields(provider: Provider, errors: Vec<Wrong>) -> Vec<Wrong> {
    let place = |wrong: Wrong| {
        let own = provider.offers().iter().any(|offered| claim_id(offered.claim) == wrong.field);
        let field = match wrong.field.as_str() {
            "claims" => {
                provider.offers().first().map_or_else(|| "more".to_owned(), |first| claim_id(first.claim))
            }
            field if field.starts_with("claims-") && !own => "more".to_owned(),
            field => field.to_owned(),
        };
        Wrong { field, ..wrong }
    };
    errors.into_iter().map(place).collect()
}

async fn add(State(app): State<App>, page: Page, Form(typed): Form<Typed>) -> Result<Response, Error> {
    may_manage_people(&page.caller)?;
    let added = match typed.rule() {
        Ok(rule) => rules::add(&app, &page.caller, rule).await,
        Err(error) => Err(error),
    };
    match added {
        Ok(stored) => {
            Ok(page.redirect(&format!("{BASE}/{}", stored.id), "These jobs are trusted from now on."))
        }
        Err(Error::Invalid(errors)) => {
            let (form, choices) = (typed.shown(errors)?, choices(&app, &page).await?);
            let props = assay_app::ci_trust::NewRulePageProps { form, choices };
            Ok(page.invalid("Trust jobs of a CI", move || NewRulePage(props)))
        }
        Err(other) => Err(other),
    }
}

async fn show(State(app): State<App>, page: Page, Path(rule): Path<Uuid>) -> Result<Response, Error> {
    let stored = rules::get(&app, &page.caller, rule).await?;
    let form = form_of(&stored);
    let (title, props) = (stored.rule.name.clone(), rule_props(&app, &page, stored, form).await?);
    Ok(page.render(&title, move || RulePage(props)))
}

/// The form that shows what a rule says now.
fn form_of(stored: &StoredRule) -> RuleForm {
    let rule = &stored.rule;
    let offered = |claim: &str| rule.provider.offers().iter().any(|offered| offered.claim == claim);
    let others = rule.claims.iter().filter(|(claim, _)| !offered(claim));
    RuleForm {
        name: rule.name.clone(),
        issuer: rule.issuer.clone(),
        jwks_url: rule.jwks_url.clone().unwrap_or_default(),
        audience: rule.audience.clone(),
        algorithms: rule.algorithms.iter().map(ToString::to_string).collect(),
        claims: claim_fields(rule.provider, &rule.claims),
        more: others.map(|(claim, value)| format!("{claim} = {value}")).collect::<Vec<_>>().join("\n"),
        scopes: rule.scopes.iter().map(ToString::to_string).collect(),
        team: rule.team.map(|team| team.to_string()).unwrap_or_default(),
        private_network: rule.private_network,
        revision: stored.revision.to_string(),
        ..empty(rule.provider)
    }
}

async fn rule_props(
    app: &App,
    page: &Page,
    stored: StoredRule,
    form: RuleForm,
) -> Result<RulePageProps, Error> {
    let choices = choices(app, page).await?;
    let StoredRule { id, rule, created_at, used_at, .. } = stored;
    let rule = RuleData {
        href: format!("{BASE}/{id}"),
        name: rule.name,
        provider: rule.provider,
        issuer: rule.issuer,
        jwks_url: rule.jwks_url,
        audience: rule.audience,
        algorithms: rule.algorithms.iter().map(ToString::to_string).collect(),
        claims: rule.claims.into_iter().collect(),
        scopes: rule.scopes.iter().map(ToString::to_string).collect(),
        team: rule.team.map(|team| team_name(team, &choices.teams)),
        private_network: rule.private_network,
        created_at,
        used_at,
    };
    let form = page.caller.may(Permission::ManagePeople, None).then_some((form, choices));
    Ok(RulePageProps { rule, server: app.config.origin(), form })
}

async fn change(
    State(app): State<App>,
    page: Page,
    Path(rule): Path<Uuid>,
    Form(typed): Form<Typed>,
) -> Result<Response, Error> {
    may_manage_people(&page.caller)?;
    let stored = rules::get(&app, &page.caller, rule).await?;
    let changed = match typed.rule() {
        Ok(wanted) => rules::change(&app, &page.caller, rule, typed.seen()?, wanted).await,
        Err(error) => Err(error),
    };
    match changed {
        Ok(_) => Ok(page.redirect(&format!("{BASE}/{rule}"), "The rule is changed.")),
        Err(Error::Invalid(errors)) => {
            let (title, form) = (stored.rule.name.clone(), typed.shown(errors)?);
            let props = rule_props(&app, &page, stored, form).await?;
            Ok(page.invalid(&title, move || RulePage(props)))
        }
        Err(other) => Err(other),
    }
}

async fn remove(State(app): State<App>, page: Page, Path(rule): Path<Uuid>) -> Result<Response, Error> {
    rules::remove(&app, &page.caller, rule).await?;
    Ok(page.redirect(BASE, "The rule is removed, and the tokens given by it have ended."))
}

#[derive(Deserialize)]
struct Pasted {
    token: String,
}

async fn try_token(
    State(app): State<App>,
    page: Page,
    Form(pasted): Form<Pasted>,
) -> Result<Response, Error> {
    match trial::run(&app, &page.caller, &pasted.token).await {
        Ok(tried) => {
            let props = list_props(&app, &page, &Window::default(), Some(result(tried)), Vec::new()).await?;
            Ok(page.render("CI trust", move || RulesPage(props)))
        }
        Err(Error::Invalid(errors)) => {
            let props = list_props(&app, &page, &Window::default(), None, form_errors(errors)).await?;
            Ok(page.invalid("CI trust", move || RulesPage(props)))
        }
        Err(other) => Err(other),
    }
}

fn result(tried: trial::Trial) -> TrialResult {
    let verdict = |(place, trial::Verdict { rule, refusal }): (usize, trial::Verdict)| VerdictLine {
        name: rule.rule.name.clone(),
        href: format!("{BASE}/{}", rule.id),
        lets_in: refusal.is_none(),
        // Those that let it in stand first, the one that wants most before the others.
        taken: place == 0 && refusal.is_none(),
        reasons: reasons(&rule.rule, refusal),
    };
    TrialResult {
        issuer: tried.issuer,
        verdicts: tried.verdicts.into_iter().enumerate().map(verdict).collect(),
    }
}

/// Why a rule refuses a token, for those who may read the rule; otherwise what the job could do.
fn reasons(rule: &TrustRule, refusal: Option<Refusal>) -> Vec<String> {
    match refusal {
        None => {
            let rights = rule.scopes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            vec![format!("The job could do {rights}.")]
        }
        Some(Refusal::Claims(unmet)) => unmet
            .into_iter()
            .map(|unmet| match unmet.found {
                Some(found) => format!("{} must be {:?}, but is {found:?}.", unmet.claim, unmet.expected),
                None => {
                    format!("{} must be {:?}, but the token does not have it.", unmet.claim, unmet.expected)
                }
            })
            .collect(),
        Some(Refusal::Audience) => {
            vec![format!("The token is for another audience than {:?}.", rule.audience)]
        }
        Some(Refusal::Unavailable(reason)) => vec![format!("The issuer's keys cannot be had: {reason}.")],
        Some(other) => vec![other.sentence()],
    }
}
