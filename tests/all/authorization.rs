//! Every route, tried by everybody, on an own, a foreign and a missing thing.
//!
//! [`TABLE`] says of each route which permission lets one see its object and which lets one do it; what must come back
//! follows from the permission matrix. A route that is in the router but not in the table fails the test: a new route
//! needs a line here, and its object a place in [`World`].

use std::collections::BTreeSet;

use assay_domain::access::Permission;
use assay_server::http::routes;
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::{Who, Whose, World, approval, policy};
use axum::http::Method;

/// Who may use a route.
#[derive(Clone, Copy)]
enum Access {
    /// Anybody, signed in or not.
    Public,
    /// Anybody signed in. What the path names is one's own, or hidden.
    SignedIn,
    /// As for anybody signed in, but only people have such a thing: machines find nothing.
    Personal,
    /// What the path names belongs to a team: seen with the first permission, done with the second.
    Team(Permission, Permission),
    /// It belongs to the organisation: seen with the first permission, done with the second.
    Organisation(Permission, Permission),
    /// As for a team, but it is known beforehand whether one may do it anywhere; what does not exist is a wrong field.
    Somewhere(Permission, Permission),
    /// As for a team, but for who sees everything it is an answer that something does not exist.
    Gate(Permission, Permission),
    /// Anybody who holds the permission for any team gets what it reaches.
    Anywhere(Permission),
    /// It is no secret that it exists, but needs the permission for the organisation.
    Open(Permission),
}

struct Line {
    method: Method,
    path: &'static str,
    access: Access,
    /// What is sent: JSON, a form, or the query of a GET.
    body: &'static str,
    answers: &'static [u16],
    off_record: bool,
}

const fn line(
    method: Method,
    path: &'static str,
    access: Access,
    body: &'static str,
    answers: &'static [u16],
) -> Line {
    Line { method, path, access, body, answers, off_record: false }
}

impl Line {
    /// A route that changes nothing although its method could.
    const fn off_record(mut self) -> Self {
        self.off_record = true;
        self
    }
}

use Access::{Anywhere, Gate, Open, Organisation, Personal, Public, SignedIn, Somewhere, Team};
use Permission as P;

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PUT: Method = Method::PUT;
const DELETE: Method = Method::DELETE;
const PATCH: Method = Method::PATCH;

/// A trust rule, as its form and as the API take it.
const TRUST_FORM: &str = "name=Release&provider=github-actions&issuer=https%3A%2F%2Ftoken.actions.githubusercontent.com\
    &jwks_url=&audience=assay&algorithms=RS256&claim=repository_id&value=42&more=&scopes=models%3Aread&team=&revision=";
const TRUST_JSON: &str = r#"{"name":"Release","provider":"github-actions","issuer":"https://token.actions.githubusercontent.com",
    "claims":{"repository_id":"42"},"scopes":["models:read"]}"#;

/// A version of a model, and a piece of evidence for one.
const VERSION: &str = r#"{"version":"{who}","artefact_digest":"sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}"#;
const EVIDENCE: &str = r#"{"kind":"evaluation","title":"By {who}","uri":"https://wiki.example/test","made_on":"2024-10-01",
    "sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}"#;

/// A use for the team's model, as its form and as the API take it; and what DVC tells of one.
const USE_FORM: &str =
    "namespace=page&name={who}&who=me&model={model}&version=1&purpose=training&day=2024-10-01&time=12%3A00";
const USE: &str = r#"{"dataset":{"namespace":"api","name":"{who}"},"by":{"kind":"job","name":"{who}"},
    "version":{"model":"{model}","version":"1"},"purpose":"training","at":"2024-10-01T00:00:00Z"}"#;
const LOCK: &str = r#"{"lock":"schema: '2.0'\nstages:\n  train:\n    deps:\n    - path: data/{who}\n      md5: 4dbb7a07196ab29feb8d9b81e0afda25\n",
    "namespace":"git","purpose":"training","model":"{model}","version":"1"}"#;

const VERSION_FORM: &str = "version={who}-page&artefact_digest=sha256%3A9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const EVIDENCE_FORM: &str = "kind=evaluation&title=On+{who}&uri=https%3A%2F%2Fwiki.example%2Ftest&made_on=2024-10-01\
    &sha256=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// All questions about risk, answered with no.
const NO_RISK: &str = "risk_answers-forbidden-practice=no&risk_answers-life-and-limb=no&risk_answers-critical-services=no\
    &risk_answers-alone-and-final=no&risk_answers-work-and-schooling=no&risk_answers-essential-services=no\
    &risk_answers-identity-and-body=no&risk_answers-state-power=no&risk_answers-safety-of-a-product=no\
    &risk_answers-special-data=no&risk_answers-money-at-stake=no&risk_answers-talks-to-people=no\
    &risk_answers-makes-content=no&risk_answers-personal-data=no&risk_answers-shown-to-customers=no";

/// What the pages of an API answer: only the API takes tokens, so pages send machines to sign in.
const TABLE: &[Line] = &[
    // Operations
    line(GET, "/livez", Public, "", &[200]),
    line(GET, "/readyz", Public, "", &[200]),
    line(GET, "/developers/components", Public, "", &[200]),
    line(GET, "/", SignedIn, "", &[200]),
    // Ways in
    line(GET, "/sign-in", Public, "", &[200, 303]),
    line(POST, "/sign-in", Public, "email={who}@nowhere.example&password=wrong&next=", &[422]).off_record(),
    line(GET, "/setup", Public, "", &[404]),
    line(POST, "/setup", Public, "link=x&name=x&email=x&password=x", &[404]).off_record(),
    line(GET, "/invite/{link}", Public, "", &[404]),
    line(POST, "/invite/{link}", Public, "password=x", &[404]).off_record(),
    // Approvals, while the models and who holds what for them are as they were made
    line(GET, "/approvals", Anywhere(P::ReadApprovals), "", &[200]),
    line(GET, "/approvals/{id}", Team(P::ReadApprovals, P::ReadApprovals), "", &[200]),
    line(GET, "/models/{model}/{version}/approval", Team(P::ReadApprovals, P::RequestApprovals), "", &[200]),
    line(
        POST,
        "/models/{model}/{version}/approval",
        Team(P::ReadApprovals, P::RequestApprovals),
        "environment={who}-page&note=&emergency=",
        &[303],
    ),
    line(
        POST,
        "/approvals/{id}/break-glass",
        Team(P::ReadApprovals, P::RequestApprovals),
        "reason={who}",
        &[303, 403, 422],
    ),
    line(
        POST,
        "/approvals/{id}/review",
        Team(P::ReadApprovals, P::DecideApprovals),
        "justified=yes&reason={who}",
        &[303, 403, 422],
    ),
    line(
        POST,
        "/approvals/{id}/conditions/{point}/met",
        Team(P::ReadApprovals, P::DecideApprovals),
        "note={who}",
        &[303, 403, 404, 422],
    ),
    line(
        POST,
        "/approvals/{id}/decisions",
        Team(P::ReadApprovals, P::DecideApprovals),
        "seat=product&decision=approved&reason=&bound_sha256={bound}",
        &[303, 403, 422],
    ),
    line(
        POST,
        "/approvals/{id}/revoke",
        Team(P::ReadApprovals, P::DecideApprovals),
        "reason={who}",
        &[303, 403, 422],
    ),
    line(
        POST,
        "/approvals/{id}/withdraw",
        Team(P::ReadApprovals, P::RequestApprovals),
        "reason={who}",
        &[303, 422],
    ),
    line(GET, "/api/v1/approval-requests", Anywhere(P::ReadApprovals), "", &[200]),
    line(GET, "/api/v1/approval-requests/{id}", Team(P::ReadApprovals, P::ReadApprovals), "", &[200]),
    line(
        POST,
        "/api/v1/models/{model}/versions/{version}/approval-requests",
        Team(P::ReadApprovals, P::RequestApprovals),
        r#"{"environment":"{who}-api"}"#,
        &[201],
    ),
    line(
        POST,
        "/api/v1/approval-requests/{id}/break-glass",
        Team(P::ReadApprovals, P::RequestApprovals),
        r#"{"reason":"{who}"}"#,
        &[200, 403, 409],
    ),
    line(
        POST,
        "/api/v1/approval-requests/{id}/review",
        Team(P::ReadApprovals, P::DecideApprovals),
        r#"{"justified":true,"reason":"{who}"}"#,
        &[200, 403, 409],
    ),
    line(
        POST,
        "/api/v1/approval-requests/{id}/conditions/{condition}/met",
        Team(P::ReadApprovals, P::DecideApprovals),
        r#"{"note":"{who}"}"#,
        &[200, 403, 404, 409],
    ),
    line(
        POST,
        "/api/v1/approval-requests/{id}/decisions",
        Team(P::ReadApprovals, P::DecideApprovals),
        r#"{"step":"product","decision":"approved","bound_sha256":"{bound}"}"#,
        &[200, 403, 409],
    ),
    line(
        POST,
        "/api/v1/approval-requests/{id}/revoke",
        Team(P::ReadApprovals, P::DecideApprovals),
        r#"{"reason":"{who}"}"#,
        &[200, 403, 409],
    ),
    line(
        POST,
        "/api/v1/approval-requests/{id}/withdraw",
        Team(P::ReadApprovals, P::RequestApprovals),
        r#"{"reason":"{who}"}"#,
        &[200, 409],
    ),
    // The own account
    line(GET, "/account", SignedIn, "", &[200]),
    line(POST, "/account/password", SignedIn, "present=wrong&password=wrong", &[422]).off_record(),
    line(POST, "/account/sessions/{session}/end", SignedIn, "", &[303]),
    // Who decides nothing has nobody decide, and nobody decides for themselves.
    line(
        POST,
        "/account/delegations",
        SignedIn,
        "to=compliance-officer%40example.org&away_team=&first_day=2024-10-10&last_day=2024-10-12",
        &[303, 422],
    ),
    line(POST, "/account/delegations/{delegation}/end", SignedIn, "", &[303]),
    line(GET, "/api/v1/delegations", Personal, "", &[200]),
    line(
        POST,
        "/api/v1/delegations",
        Personal,
        r#"{"to":"compliance-officer@example.org","first_day":"2024-10-10","last_day":"2024-10-12"}"#,
        &[201, 422],
    ),
    // The page has ended it.
    line(DELETE, "/api/v1/delegations/{delegation}", Personal, "", &[204]).off_record(),
    line(POST, "/account/tokens", SignedIn, "name=mine&scopes=audit%3Aread&team=&days=1", &[200]),
    line(POST, "/account/tokens/{token}/revoke", SignedIn, "", &[303]),
    // Administration
    line(GET, "/admin", Organisation(P::ReadPeople, P::ReadPeople), "", &[303]),
    line(GET, "/admin/people", Organisation(P::ReadPeople, P::ReadPeople), "", &[200]),
    line(
        POST,
        "/admin/people",
        Organisation(P::ReadPeople, P::ManagePeople),
        "name=New&email={who}-new%40example.org&role=viewer&team=",
        &[200],
    ),
    line(GET, "/admin/people/{person}", Organisation(P::ReadPeople, P::ReadPeople), "", &[200]),
    line(
        POST,
        "/admin/people/{person}/roles",
        Organisation(P::ReadPeople, P::GrantAnyRole),
        "role=approver&team=",
        &[303],
    ),
    line(
        POST,
        "/admin/people/{person}/roles/revoke",
        Organisation(P::ReadPeople, P::GrantAnyRole),
        "role=approver&team=",
        &[303],
    ),
    line(
        POST,
        "/admin/people/{person}/active",
        Organisation(P::ReadPeople, P::ManagePeople),
        "active=no",
        &[303],
    ),
    line(
        POST,
        "/admin/people/{person}/active",
        Organisation(P::ReadPeople, P::ManagePeople),
        "active=yes",
        &[303],
    ),
    line(POST, "/admin/people/{person}/invitation", Organisation(P::ReadPeople, P::ManagePeople), "", &[200]),
    line(
        POST,
        "/admin/people/{person}/subjects",
        Organisation(P::ReadPeople, P::ManagePeople),
        "issuer=gitlab-ci&subject={who}",
        &[303],
    ),
    line(GET, "/api/v1/people/{person}/subjects", Organisation(P::ReadPeople, P::ReadPeople), "", &[200]),
    line(
        POST,
        "/api/v1/people/{person}/subjects",
        Organisation(P::ReadPeople, P::ManagePeople),
        r#"{"issuer":"github-actions","subject":"{who}"}"#,
        &[201],
    ),
    line(
        DELETE,
        "/api/v1/people/{person}/subjects/{subject}",
        Organisation(P::ReadPeople, P::ManagePeople),
        "",
        &[204],
    ),
    // The API has removed it.
    line(
        POST,
        "/admin/people/{person}/subjects/{subject}/remove",
        Organisation(P::ReadPeople, P::ManagePeople),
        "",
        &[404],
    )
    .off_record(),
    line(GET, "/api/v1/people/{person}/delegations", Organisation(P::ReadPeople, P::ReadPeople), "", &[200]),
    line(GET, "/admin/tokens", Organisation(P::ReadPeople, P::ReadPeople), "", &[200]),
    line(
        POST,
        "/admin/tokens",
        Organisation(P::ReadPeople, P::ManagePeople),
        "name=ci&scopes=audit%3Aread&team=&days=1",
        &[200],
    ),
    line(POST, "/admin/tokens/{service}/revoke", Organisation(P::ReadPeople, P::ManagePeople), "", &[303]),
    // CI identity
    line(GET, "/admin/ci-trust", Organisation(P::ReadPeople, P::ReadPeople), "", &[200]),
    line(GET, "/admin/ci-trust/new", Organisation(P::ReadPeople, P::ManagePeople), "", &[200]),
    line(POST, "/admin/ci-trust", Organisation(P::ReadPeople, P::ManagePeople), TRUST_FORM, &[303]),
    line(POST, "/admin/ci-trust/try", Organisation(P::ReadPeople, P::ReadPeople), "token=x", &[422])
        .off_record(),
    line(GET, "/admin/ci-trust/{rule}", Organisation(P::ReadPeople, P::ReadPeople), "", &[200]),
    line(POST, "/admin/ci-trust/{rule}", Organisation(P::ReadPeople, P::ManagePeople), TRUST_FORM, &[303]),
    line(POST, "/admin/ci-trust/{rule}/remove", Organisation(P::ReadPeople, P::ManagePeople), "", &[303]),
    line(GET, "/api/v1/ci-trust", Organisation(P::ReadPeople, P::ReadPeople), "", &[200]),
    line(POST, "/api/v1/ci-trust", Organisation(P::ReadPeople, P::ManagePeople), TRUST_JSON, &[201]),
    line(GET, "/api/v1/ci-trust/{id}", Organisation(P::ReadPeople, P::ReadPeople), "", &[200]),
    line(PUT, "/api/v1/ci-trust/{id}", Organisation(P::ReadPeople, P::ManagePeople), TRUST_JSON, &[200]),
    line(DELETE, "/api/v1/ci-trust/{id}", Organisation(P::ReadPeople, P::ManagePeople), "", &[204]),
    line(POST, "/api/v1/token", Public, "grant_type=password", &[400]).off_record(),
    // Policies: whoever comes second finds another proposal waiting, or a decided one
    line(GET, "/admin/policies", Organisation(P::ReadPolicies, P::ReadPolicies), "", &[200]),
    line(GET, "/admin/policies/{policy}", Organisation(P::ReadPolicies, P::ReadPolicies), "", &[200]),
    line(
        POST,
        "/admin/policies/{policy}/retire",
        Organisation(P::ReadPolicies, P::ProposePolicies),
        "reason=",
        &[303, 409],
    ),
    line(GET, "/admin/policy-proposals", Organisation(P::ReadPolicies, P::ReadPolicies), "", &[200]),
    line(GET, "/admin/policy-proposals/new", Organisation(P::ReadPolicies, P::ProposePolicies), "", &[200]),
    line(
        POST,
        "/admin/policy-proposals/new",
        Organisation(P::ReadPolicies, P::ProposePolicies),
        "{policy_form}",
        &[303],
    ),
    line(
        GET,
        "/admin/policy-proposals/{proposal}",
        Organisation(P::ReadPolicies, P::ReadPolicies),
        "",
        &[200],
    ),
    line(
        POST,
        "/admin/policy-proposals/{proposal}/withdraw",
        Organisation(P::ReadPolicies, P::ProposePolicies),
        "",
        &[403],
    )
    .off_record(),
    line(
        POST,
        "/admin/policy-proposals/{proposal}/confirm",
        Organisation(P::ReadPolicies, P::ConfirmPolicies),
        "",
        &[303, 409],
    ),
    line(
        POST,
        "/admin/policy-proposals/{proposal}/reject",
        Organisation(P::ReadPolicies, P::ConfirmPolicies),
        "reason=no",
        &[409],
    )
    .off_record(),
    line(GET, "/api/v1/policies", Organisation(P::ReadPolicies, P::ReadPolicies), "", &[200]),
    line(POST, "/api/v1/policies", Organisation(P::ReadPolicies, P::ProposePolicies), "{policy_api}", &[201]),
    line(GET, "/api/v1/policies/{policy}", Organisation(P::ReadPolicies, P::ReadPolicies), "", &[200]),
    line(
        POST,
        "/api/v1/policies/{policy}/retire",
        Organisation(P::ReadPolicies, P::ProposePolicies),
        r#"{"reason":"{who}"}"#,
        &[409],
    )
    .off_record(),
    line(
        GET,
        "/api/v1/policies/{policy}/{version}",
        Organisation(P::ReadPolicies, P::ReadPolicies),
        "",
        &[200],
    ),
    line(
        GET,
        "/api/v1/policies/{policy}/{version}/policy.toml",
        Organisation(P::ReadPolicies, P::ReadPolicies),
        "",
        &[200],
    ),
    line(GET, "/api/v1/policy-proposals", Organisation(P::ReadPolicies, P::ReadPolicies), "", &[200]),
    line(GET, "/api/v1/policy-proposals/{id}", Organisation(P::ReadPolicies, P::ReadPolicies), "", &[200]),
    line(
        POST,
        "/api/v1/policy-proposals/{id}/withdraw",
        Organisation(P::ReadPolicies, P::ProposePolicies),
        "",
        &[403],
    )
    .off_record(),
    line(
        POST,
        "/api/v1/policy-proposals/{id}/reject",
        Organisation(P::ReadPolicies, P::ConfirmPolicies),
        r#"{"reason":"no"}"#,
        &[200, 409],
    ),
    line(
        POST,
        "/api/v1/policy-proposals/{id}/confirm",
        Organisation(P::ReadPolicies, P::ConfirmPolicies),
        "",
        &[409],
    )
    .off_record(),
    // Teams
    line(GET, "/teams", SignedIn, "", &[200]),
    line(GET, "/teams/new", Open(P::CreateTeams), "", &[200]),
    line(POST, "/teams/new", Open(P::CreateTeams), "name={who}+page&slug=&purpose=", &[303]),
    line(GET, "/teams/{team}", Team(P::ReadTeams, P::ReadTeams), "", &[200]),
    line(GET, "/teams/{team}/edit", Team(P::ReadTeams, P::EditTeams), "", &[200]),
    line(POST, "/teams/{team}/edit", Team(P::ReadTeams, P::EditTeams), "name={whose}&purpose={who}", &[303]),
    line(
        POST,
        "/teams/{team}/members",
        Team(P::ReadTeams, P::GrantTeamRole),
        "email=somebody-own%40example.org&role=contributor",
        &[303],
    ),
    line(
        POST,
        "/teams/{team}/members/remove",
        Team(P::ReadTeams, P::GrantTeamRole),
        "person={person}&role=contributor",
        &[303],
    ),
    line(GET, "/api/v1/teams", SignedIn, "", &[200]),
    line(POST, "/api/v1/teams", Open(P::CreateTeams), r#"{"name":"{who} api"}"#, &[201]),
    line(GET, "/api/v1/teams/{team}", Team(P::ReadTeams, P::ReadTeams), "", &[200]),
    line(GET, "/api/v1/teams/{team}/members/{user}", Team(P::ReadTeams, P::ReadTeams), "", &[200]),
    line(
        PUT,
        "/api/v1/teams/{team}/members/{user}",
        Team(P::ReadTeams, P::GrantTeamRole),
        r#"{"roles":["viewer","contributor"]}"#,
        &[200],
    ),
    // Questionnaires
    line(GET, "/api/v1/questionnaires", Open(P::ReadQuestionnaires), "", &[200]),
    line(POST, "/api/v1/questionnaires", Open(P::ManageQuestionnaires), r#"{"source":"x"}"#, &[422])
        .off_record(),
    line(GET, "/api/v1/questionnaires/{id}/{version}", Open(P::ReadQuestionnaires), "", &[200]),
    // Assessments
    line(GET, "/teams/{team}/assessments/new", Team(P::ReadAssessments, P::ManageAssessments), "", &[200]),
    line(
        POST,
        "/teams/{team}/assessments",
        Team(P::ReadAssessments, P::ManageAssessments),
        "what=mlops-levels%2Fextended&title=&carry_over_from=",
        &[303],
    ),
    line(GET, "/assessments/{id}", Team(P::ReadAssessments, P::ReadAssessments), "", &[200]),
    line(GET, "/assessments/{id}/check", Team(P::ReadAssessments, P::ReadAssessments), "", &[200]),
    line(GET, "/assessments/{id}/review", Team(P::ReadAssessments, P::ReadAssessments), "", &[200]),
    line(GET, "/assessments/{id}/result", Team(P::ReadAssessments, P::ReadAssessments), "", &[200]),
    line(GET, "/assessments/{id}/{dimension}", Team(P::ReadAssessments, P::ReadAssessments), "", &[200]),
    // Whoever comes second has seen another revision.
    line(
        POST,
        "/assessments/{id}/{dimension}",
        Team(P::ReadAssessments, P::AnswerAssessments),
        "value.PE-1.1=dont_know&comment.PE-1.1={who}&revision.PE-1.1=0",
        &[303, 422],
    ),
    line(
        POST,
        "/assessments/{id}/delegate",
        Team(P::ReadAssessments, P::ManageAssessments),
        "dimension=people&to={person}",
        &[303],
    ),
    line(POST, "/assessments/{id}/import", Team(P::ReadAssessments, P::AnswerAssessments), "text=x", &[422])
        .off_record(),
    line(GET, "/api/v1/teams/{team}/assessments", Team(P::ReadAssessments, P::ReadAssessments), "", &[200]),
    line(
        POST,
        "/api/v1/teams/{team}/assessments",
        Team(P::ReadAssessments, P::ManageAssessments),
        r#"{"questionnaire":"mlops-levels"}"#,
        &[201],
    ),
    line(GET, "/api/v1/assessments/{id}", Team(P::ReadAssessments, P::ReadAssessments), "", &[200]),
    line(
        GET,
        "/api/v1/assessments/{id}/answers/{code}",
        Team(P::ReadAssessments, P::ReadAssessments),
        "",
        &[200],
    ),
    line(
        PUT,
        "/api/v1/assessments/{id}/answers/{code}",
        Team(P::ReadAssessments, P::AnswerAssessments),
        r#"{"value":"dont_know","comment":"{who}"}"#,
        &[200],
    ),
    line(
        GET,
        "/api/v1/assessments/{id}/answers.toml",
        Team(P::ReadAssessments, P::ReadAssessments),
        "",
        &[200],
    ),
    line(
        PUT,
        "/api/v1/assessments/{id}/answers.toml",
        Team(P::ReadAssessments, P::AnswerAssessments),
        "x",
        &[422],
    )
    .off_record(),
    line(GET, "/api/v1/assessments/{id}/result", Team(P::ReadAssessments, P::ReadAssessments), "", &[200]),
    line(
        POST,
        "/api/v1/assessments/{id}/submit",
        Team(P::ReadAssessments, P::ManageAssessments),
        "",
        &[204, 409],
    ),
    line(
        POST,
        "/api/v1/assessments/{id}/review",
        Team(P::ReadAssessments, P::ReviewAssessments),
        r#"{"lock":true}"#,
        &[204, 409],
    ),
    line(
        POST,
        "/api/v1/assessments/{id}/reopen",
        Team(P::ReadAssessments, P::ManageAssessments),
        "",
        &[204, 409],
    ),
    line(POST, "/assessments/{id}/submit", Team(P::ReadAssessments, P::ManageAssessments), "", &[303, 409]),
    line(
        POST,
        "/assessments/{id}/review",
        Team(P::ReadAssessments, P::ReviewAssessments),
        "then=lock",
        &[303, 422],
    ),
    line(POST, "/assessments/{id}/reopen", Team(P::ReadAssessments, P::ManageAssessments), "", &[303, 409]),
    // Ownership
    line(GET, "/api/v1/teams/{team}/ownership", Team(P::ReadOwnership, P::ReadOwnership), "", &[200]),
    // The person who is named does not belong to the other team, and to the own one only until it is handed over.
    line(
        PUT,
        "/api/v1/teams/{team}/ownership",
        Team(P::ReadOwnership, P::ManageOwnership),
        r#"{"holdings":[{"person":"{person}","role":"ml-engineer","part":"accountable","kind":"capability","of":"privacy"}]}"#,
        &[200],
    ),
    line(
        GET,
        "/api/v1/teams/{team}/ownership/findings",
        Team(P::ReadOwnership, P::ReadOwnership),
        "",
        &[200],
    ),
    line(GET, "/api/v1/people/{person}/holdings", Team(P::ReadOwnership, P::ReadOwnership), "", &[200]),
    // The own lead can take over in the own team only.
    line(
        POST,
        "/api/v1/people/{person}/hand-over",
        Team(P::ReadOwnership, P::HandOver),
        r#"{"to":"team-lead@example.org"}"#,
        &[200, 422],
    ),
    line(GET, "/api/v1/teams/{team}/skills", Team(P::ReadOwnership, P::ReadOwnership), "", &[200]),
    line(
        PUT,
        "/api/v1/teams/{team}/skills",
        Team(P::ReadOwnership, P::ManageOwnership),
        r#"{"people":[{"person":"{person}","skills":["monitoring"]}]}"#,
        &[200],
    ),
    line(GET, "/api/v1/teams/{team}/tools", Team(P::ReadOwnership, P::ReadOwnership), "", &[200]),
    line(
        PUT,
        "/api/v1/teams/{team}/tools",
        Team(P::ReadOwnership, P::ManageOwnership),
        r#"{"capabilities":[{"capability":"experiment-tracking","tools":["MLflow"]}]}"#,
        &[200],
    ),
    line(GET, "/teams/{team}/ownership", Team(P::ReadOwnership, P::ReadOwnership), "", &[200]),
    line(GET, "/teams/{team}/ownership/edit", Team(P::ReadOwnership, P::ManageOwnership), "", &[200]),
    line(
        POST,
        "/teams/{team}/ownership/edit",
        Team(P::ReadOwnership, P::ManageOwnership),
        "seen=&from=&capability%2Fteamwork%40ml-engineer=somebody+A",
        &[303],
    ),
    line(GET, "/teams/{team}/ownership/findings", Team(P::ReadOwnership, P::ReadOwnership), "", &[200]),
    line(
        POST,
        "/teams/{team}/ownership/findings",
        Team(P::ReadOwnership, P::ManageOwnership),
        "finding=no_accountable-5dfe8ff187ef&person={person}&role=ml-engineer",
        &[303],
    ),
    line(GET, "/teams/{team}/ownership/skills", Team(P::ReadOwnership, P::ReadOwnership), "", &[200]),
    // Whoever comes second has seen another revision.
    line(
        POST,
        "/teams/{team}/ownership/skills",
        Team(P::ReadOwnership, P::ManageOwnership),
        "revision=1&person={person}&has={person}%2Fci-cd",
        &[303, 422],
    ),
    line(GET, "/teams/{team}/ownership/tools", Team(P::ReadOwnership, P::ReadOwnership), "", &[200]),
    line(
        POST,
        "/teams/{team}/ownership/tools",
        Team(P::ReadOwnership, P::ManageOwnership),
        "revision=1&tools.privacy=Paper",
        &[303, 422],
    ),
    line(POST, "/admin/people/{person}/hand-over", Organisation(P::ReadPeople, P::ManagePeople), "", &[303])
        .off_record(),
    line(GET, "/organisation", Organisation(P::ReadAssessments, P::ReadAssessments), "", &[200]),
    line(GET, "/organisation/tools", Organisation(P::ReadOwnership, P::ReadOwnership), "", &[200]),
    line(GET, "/api/v1/organisation/tools", Organisation(P::ReadOwnership, P::ReadOwnership), "", &[200]),
    // Roadmaps: pages and API each work on an item of their own
    line(GET, "/teams/{team}/roadmap", Team(P::ReadRoadmap, P::ReadRoadmap), "view=board", &[200]),
    line(POST, "/teams/{team}/roadmap", Team(P::ReadRoadmap, P::PlanRoadmap), "target=1", &[303]),
    line(
        POST,
        "/teams/{team}/roadmap/phase",
        Team(P::ReadRoadmap, P::PlanRoadmap),
        "code=PE-1.1&phase=2&view=list",
        &[303],
    ),
    line(GET, "/teams/{team}/roadmap.csv", Team(P::ReadRoadmap, P::ReadRoadmap), "", &[200]),
    line(GET, "/teams/{team}/roadmap.md", Team(P::ReadRoadmap, P::ReadRoadmap), "", &[200]),
    line(GET, "/teams/{team}/roadmap.json", Team(P::ReadRoadmap, P::ReadRoadmap), "", &[200]),
    line(GET, "/teams/{team}/roadmap/items/{id}", Team(P::ReadRoadmap, P::ReadRoadmap), "", &[200]),
    line(
        POST,
        "/teams/{team}/roadmap/items/{id}",
        Team(P::ReadRoadmap, P::WorkRoadmap),
        "status=in_progress&comment={who}",
        &[303],
    ),
    line(
        POST,
        "/teams/{team}/roadmap/items/{id}/comments",
        Team(P::ReadRoadmap, P::WorkRoadmap),
        "comment={who}",
        &[303],
    ),
    line(
        POST,
        "/teams/{team}/roadmap/items/{id}/evidence",
        Team(P::ReadRoadmap, P::WorkRoadmap),
        "uri=https%3A%2F%2Fwiki.example%2F{who}&expires=&sha256=",
        &[303],
    ),
    line(
        POST,
        "/teams/{team}/roadmap/items/{id}/evidence/{piece}/review",
        Team(P::ReadRoadmap, P::ReviewAssessments),
        "decision=accept&reason={who}",
        &[303],
    ),
    // Whoever comes second finds it done; who reviewed it last may not.
    line(
        POST,
        "/teams/{team}/roadmap/items/{id}/take-over",
        Team(P::ReadRoadmap, P::WorkRoadmap),
        "",
        &[303, 422],
    ),
    line(
        POST,
        "/teams/{team}/roadmap/items/{id}/evidence/{piece}/remove",
        Team(P::ReadRoadmap, P::WorkRoadmap),
        "",
        &[303, 404],
    ),
    line(GET, "/organisation/roadmap", Anywhere(P::ReadRoadmap), "", &[200]),
    line(GET, "/api/v1/organisation/roadmap", Anywhere(P::ReadRoadmap), "", &[200]),
    line(GET, "/api/v1/assessments/{id}/roadmap", Team(P::ReadRoadmap, P::ReadRoadmap), "target=4", &[200]),
    line(GET, "/api/v1/teams/{team}/roadmap", Team(P::ReadRoadmap, P::ReadRoadmap), "", &[200]),
    line(
        PUT,
        "/api/v1/teams/{team}/roadmap",
        Team(P::ReadRoadmap, P::PlanRoadmap),
        r#"{"target":2}"#,
        &[200],
    ),
    line(GET, "/api/v1/roadmap-items/{id}", Team(P::ReadRoadmap, P::ReadRoadmap), "", &[200]),
    line(
        PATCH,
        "/api/v1/roadmap-items/{id}",
        Team(P::ReadRoadmap, P::WorkRoadmap),
        r#"{"status":"in_progress","comment":"{who}"}"#,
        &[200],
    ),
    line(
        POST,
        "/api/v1/roadmap-items/{id}/comments",
        Team(P::ReadRoadmap, P::WorkRoadmap),
        r#"{"comment":"{who}"}"#,
        &[201],
    ),
    line(
        POST,
        "/api/v1/roadmap-items/{id}/evidence",
        Team(P::ReadRoadmap, P::WorkRoadmap),
        r#"{"uri":"https://wiki.example/{who}"}"#,
        &[201],
    ),
    line(
        POST,
        "/api/v1/roadmap-items/{id}/evidence/{evidence}/review",
        Team(P::ReadRoadmap, P::ReviewAssessments),
        r#"{"accepted":true,"reason":"{who}"}"#,
        &[200],
    ),
    line(POST, "/api/v1/roadmap-items/{id}/take-over", Team(P::ReadRoadmap, P::WorkRoadmap), "", &[200, 409]),
    line(
        DELETE,
        "/api/v1/roadmap-items/{id}/evidence/{evidence}",
        Team(P::ReadRoadmap, P::WorkRoadmap),
        "",
        &[204, 404],
    ),
    // Models and approvals
    line(GET, "/models", SignedIn, "", &[200]),
    line(GET, "/models/new", Anywhere(P::RegisterModels), "", &[200]),
    line(
        POST,
        "/models/new",
        Somewhere(P::ReadModels, P::RegisterModels),
        "name={who}-{whose}-page&team={team}&purpose=&success_measure=",
        &[303],
    ),
    line(GET, "/models/{model}", Team(P::ReadModels, P::ReadModels), "", &[200]),
    line(GET, "/models/{model}/edit", Team(P::ReadModels, P::RegisterModels), "", &[200]),
    // Its questions about risk were answered; whoever comes second has not seen what the first changed.
    line(
        POST,
        "/models/{model}/edit",
        Team(P::ReadModels, P::RegisterModels),
        "revision=2&purpose=By+{who}&success_measure=",
        &[303, 422],
    ),
    line(POST, "/models/{model}/archived", Team(P::ReadModels, P::RegisterModels), "archived=yes", &[303]),
    line(POST, "/models/{model}/archived", Team(P::ReadModels, P::RegisterModels), "archived=no", &[303]),
    line(GET, "/models/{model}/risk", Team(P::ReadModels, P::ReadModels), "", &[200]),
    line(POST, "/models/{model}/risk", Team(P::ReadModels, P::RegisterModels), NO_RISK, &[303]),
    line(GET, "/models/{model}/new-version", Team(P::ReadModels, P::RegisterModels), "", &[200]),
    line(POST, "/models/{model}/new-version", Team(P::ReadModels, P::RegisterModels), VERSION_FORM, &[303]),
    line(GET, "/models/{model}/{version}", Team(P::ReadModels, P::ReadModels), "", &[200]),
    line(GET, "/models/{model}/{version}/edit", Team(P::ReadModels, P::RegisterModels), "", &[200]),
    line(
        POST,
        "/models/{model}/{version}/edit",
        Team(P::ReadModels, P::RegisterModels),
        "revision=1&card_url=https%3A%2F%2Fwiki.example%2F{who}",
        &[303, 422],
    ),
    line(
        POST,
        "/models/{model}/{version}/evidence",
        Team(P::ReadModels, P::RegisterModels),
        EVIDENCE_FORM,
        &[303],
    ),
    line(
        POST,
        "/models/{model}/{version}/evidence/{record}/remove",
        Team(P::ReadModels, P::RegisterModels),
        "",
        &[303, 404],
    ),
    // No version of data is there to declare; what declaring one leaves on the record is in `models.rs`.
    line(
        POST,
        "/models/{model}/{version}/datasets",
        Team(P::ReadModels, P::RegisterModels),
        "dataset=none&used_for=training",
        &[422],
    )
    .off_record(),
    line(
        POST,
        "/models/{model}/{version}/datasets/remove",
        Team(P::ReadModels, P::RegisterModels),
        "entry=none",
        &[303],
    )
    .off_record(),
    line(
        POST,
        "/models/{model}/{version}/deployments",
        Team(P::ReadModels, P::RegisterModels),
        "environment=staging&change=replaces&day=2024-10-01&time=07%3A30&run_url=https%3A%2F%2Fci.example%2F{who}",
        &[303],
    ),
    line(GET, "/api/v1/risk-questions", SignedIn, "", &[200]),
    line(GET, "/api/v1/models", SignedIn, "", &[200]),
    line(
        POST,
        "/api/v1/models",
        Somewhere(P::ReadModels, P::RegisterModels),
        r#"{"name":"{who}-{whose}-api","team":"{team}"}"#,
        &[201],
    ),
    line(GET, "/api/v1/models/{model}", Team(P::ReadModels, P::ReadModels), "", &[200]),
    line(
        PATCH,
        "/api/v1/models/{model}",
        Team(P::ReadModels, P::RegisterModels),
        r#"{"purpose":"By {who}"}"#,
        &[200],
    ),
    line(GET, "/api/v1/models/{model}/in-production", Team(P::ReadModels, P::ReadModels), "", &[200]),
    line(GET, "/api/v1/models/{model}/versions", Team(P::ReadModels, P::ReadModels), "", &[200]),
    line(POST, "/api/v1/models/{model}/versions", Team(P::ReadModels, P::RegisterModels), VERSION, &[201]),
    line(GET, "/api/v1/models/{model}/versions/{version}", Team(P::ReadModels, P::ReadModels), "", &[200]),
    line(
        PATCH,
        "/api/v1/models/{model}/versions/{version}",
        Team(P::ReadModels, P::RegisterModels),
        r#"{"card_url":"https://wiki.example/{who}"}"#,
        &[200],
    ),
    line(
        GET,
        "/api/v1/models/{model}/versions/{version}/evidence",
        Team(P::ReadModels, P::ReadModels),
        "",
        &[200],
    ),
    line(
        POST,
        "/api/v1/models/{model}/versions/{version}/evidence",
        Team(P::ReadModels, P::RegisterModels),
        EVIDENCE,
        &[201],
    ),
    line(
        DELETE,
        "/api/v1/models/{model}/versions/{version}/evidence/{id}",
        Team(P::ReadModels, P::RegisterModels),
        "",
        &[204, 404],
    ),
    line(
        GET,
        "/api/v1/models/{model}/versions/{version}/datasets",
        Team(P::ReadModels, P::ReadModels),
        "",
        &[200],
    ),
    // An empty list where there was none changes nothing; what a full one does is in `models.rs`.
    line(
        PUT,
        "/api/v1/models/{model}/versions/{version}/datasets",
        Team(P::ReadModels, P::RegisterModels),
        "[]",
        &[200],
    )
    .off_record(),
    line(
        GET,
        "/api/v1/models/{model}/versions/{version}/deployments",
        Team(P::ReadModels, P::ReadModels),
        "",
        &[200],
    ),
    line(
        POST,
        "/api/v1/models/{model}/versions/{version}/deployments",
        Team(P::ReadModels, P::RegisterModels),
        r#"{"environment":"production","occurred_at":"2024-10-01T00:00:00Z"}"#,
        &[201],
    ),
    line(
        POST,
        "/api/v1/approval-events",
        Somewhere(P::ReadApprovals, P::ReportApprovals),
        "{approval}",
        &[201, 200],
    ),
    line(GET, "/api/v1/approval-events", Anywhere(P::ReadApprovals), "", &[200]),
    // Events of others within the list are refused by themselves: `tests/all/events.rs`.
    line(
        POST,
        "/api/v1/approval-events/batch",
        Anywhere(P::ReportApprovals),
        "[{reasoned approval}]",
        &[200],
    ),
    // The gate
    line(GET, "/gate", SignedIn, "", &[200]),
    // Who sees everything is told that there is no such model; for all others it looks like one of somebody else.
    line(GET, "/api/v1/gate", Gate(P::LookGate, P::LookGate), "{asked}", &[200]),
    line(POST, "/api/v1/gate", Gate(P::LookGate, P::DecideGate), "{question}", &[200]),
    line(GET, "/api/v1/gate/decisions", Anywhere(P::LookGate), "", &[200]),
    // Data. Pages and API work on the same finding, each in an order that it can go.
    line(GET, "/datasets", Anywhere(P::ReadDatasets), "", &[200]),
    line(GET, "/datasets/new", Anywhere(P::ManageDatasets), "", &[200]),
    line(
        POST,
        "/datasets/new",
        Somewhere(P::ReadDatasets, P::ManageDatasets),
        "namespace=page&name={who}-{whose}&team={whose}&classification=internal&purposes=training",
        &[303],
    ),
    line(GET, "/datasets/record", Anywhere(P::RecordUsage), "", &[200]),
    line(POST, "/datasets/record", Somewhere(P::ReadDatasets, P::RecordUsage), USE_FORM, &[303]),
    line(GET, "/datasets/personal", Anywhere(P::ReadDatasets), "quarter=2024-Q4", &[200]),
    line(GET, "/datasets/personal.csv", Anywhere(P::ReadDatasets), "", &[200]),
    line(GET, "/datasets/{dataset}", Team(P::ReadDatasets, P::ReadDatasets), "", &[200]),
    line(GET, "/datasets/{dataset}/edit", Team(P::ReadDatasets, P::ManageDatasets), "", &[200]),
    line(
        POST,
        "/datasets/{dataset}/edit",
        Team(P::ReadDatasets, P::ManageDatasets),
        "description={who}&classification=internal&purposes=training",
        &[303],
    ),
    line(
        POST,
        "/datasets/{dataset}/versions",
        Team(P::ReadDatasets, P::ManageDatasets),
        "version=page-{who}&digest=snapshot%3A7&location=",
        &[303],
    ),
    line(GET, "/api/v1/datasets", Anywhere(P::ReadDatasets), "", &[200]),
    line(
        POST,
        "/api/v1/datasets",
        Somewhere(P::ReadDatasets, P::ManageDatasets),
        r#"{"namespace":"api","name":"{who}-{whose}","team":"{whose}","classification":"internal","purposes":["training"]}"#,
        &[201],
    ),
    line(GET, "/api/v1/datasets/{dataset}", Team(P::ReadDatasets, P::ReadDatasets), "", &[200]),
    line(
        PATCH,
        "/api/v1/datasets/{dataset}",
        Team(P::ReadDatasets, P::ManageDatasets),
        r#"{"description":"{who} again"}"#,
        &[200],
    ),
    line(GET, "/api/v1/datasets/{dataset}/versions", Team(P::ReadDatasets, P::ReadDatasets), "", &[200]),
    line(
        POST,
        "/api/v1/datasets/{dataset}/versions",
        Team(P::ReadDatasets, P::ManageDatasets),
        r#"{"version":"{who}","digest":"snapshot:7"}"#,
        &[201],
    ),
    line(GET, "/api/v1/datasets/{dataset}/usage", Team(P::ReadDatasets, P::ReadDatasets), "", &[200]),
    line(
        GET,
        "/api/v1/models/{model}/versions/{version}/trained-on",
        Team(P::ReadModels, P::ReadModels),
        "",
        &[200],
    ),
    line(GET, "/api/v1/data-usage", Anywhere(P::ReadDatasets), "", &[200]),
    line(POST, "/api/v1/data-usage", Somewhere(P::ReadDatasets, P::RecordUsage), USE, &[201]),
    // Uses for models of others are refused by themselves: `tests/all/datasets.rs`.
    line(POST, "/api/v1/data-usage/dvc", Anywhere(P::RecordUsage), LOCK, &[200]),
    line(GET, "/api/v1/data-usage/personal", Anywhere(P::ReadDatasets), "", &[200]),
    line(GET, "/findings", Anywhere(P::ReadFindings), "", &[200]),
    line(GET, "/findings/{id}", Team(P::ReadFindings, P::ReadFindings), "", &[200]),
    line(GET, "/api/v1/findings", Anywhere(P::ReadFindings), "", &[200]),
    line(GET, "/api/v1/findings/{id}", Team(P::ReadFindings, P::ReadFindings), "", &[200]),
    line(
        POST,
        "/api/v1/findings/{id}/accept-risk",
        Team(P::ReadFindings, P::AcceptRisk),
        r#"{"reason":"agreed","until":"2024-12-31"}"#,
        &[200],
    ),
    line(
        POST,
        "/api/v1/findings/{id}/reopen",
        Team(P::ReadFindings, P::WorkFindings),
        r#"{"reason":"{who}"}"#,
        &[200, 409],
    ),
    line(POST, "/api/v1/findings/{id}/start", Team(P::ReadFindings, P::WorkFindings), "", &[200, 409]),
    line(
        POST,
        "/api/v1/findings/{id}/resolve",
        Team(P::ReadFindings, P::WorkFindings),
        r#"{"reason":"{who}"}"#,
        &[200, 409],
    ),
    line(POST, "/findings/{id}/reopen", Team(P::ReadFindings, P::WorkFindings), "reason={who}", &[303, 422]),
    line(POST, "/findings/{id}/start", Team(P::ReadFindings, P::WorkFindings), "", &[303, 422]),
    line(
        POST,
        "/findings/{id}/accept-risk",
        Team(P::ReadFindings, P::AcceptRisk),
        "reason=agreed&until=2024-12-31",
        &[303],
    ),
    line(POST, "/findings/{id}/reopen", Team(P::ReadFindings, P::WorkFindings), "reason={who}", &[303, 422]),
    line(POST, "/findings/{id}/resolve", Team(P::ReadFindings, P::WorkFindings), "reason={who}", &[303, 422]),
    line(
        POST,
        "/datasets/{dataset}/archive",
        Team(P::ReadDatasets, P::ManageDatasets),
        "archived=yes",
        &[303],
    ),
    // The trail
    line(GET, "/audit", Anywhere(P::ReadAudit), "", &[200]),
    line(GET, "/audit/entries.csv", Anywhere(P::ExportAudit), "", &[200]),
    line(GET, "/audit/{index}", Team(P::ReadAudit, P::ReadAudit), "", &[200]),
    line(GET, "/audit/{index}/receipt", Team(P::ReadAudit, P::ReadAudit), "", &[200]),
    line(GET, "/api/v1/audit/entries", Anywhere(P::ReadAudit), "", &[200]),
    line(GET, "/api/v1/audit/entries/{index}", Team(P::ReadAudit, P::ReadAudit), "", &[200]),
    line(GET, "/api/v1/audit/entries/{index}/proof", Team(P::ReadAudit, P::ReadAudit), "", &[200]),
    line(GET, "/api/v1/audit/export", Anywhere(P::ExportAudit), "", &[200]),
    line(GET, "/api/v1/audit/export", Open(P::ExportFullLog), "full=true", &[200]),
    line(GET, "/api/v1/audit/checkpoint", SignedIn, "", &[200]),
    line(GET, "/api/v1/audit/consistency", SignedIn, "from=1&to=2", &[200]),
    line(GET, "/log/checkpoint", SignedIn, "", &[200]),
    line(GET, "/log/tile/{*path}", SignedIn, "", &[200]),
    // Reports
    line(GET, "/assessments/{id}/report.pdf", Team(P::ReadAssessments, P::ExportAudit), "", &[200]),
    line(GET, "/teams/{team}/roadmap.pdf", Team(P::ReadRoadmap, P::ExportAudit), "", &[200]),
    line(GET, "/api/v1/teams/{team}/roadmap.pdf", Team(P::ReadRoadmap, P::ExportAudit), "", &[200]),
    line(GET, "/teams/{team}/ownership.pdf", Team(P::ReadOwnership, P::ExportAudit), "", &[200]),
    line(
        GET,
        "/api/v1/teams/{team}/ownership.pdf",
        Team(P::ReadOwnership, P::ExportAudit),
        "on=2024-01-01",
        &[200],
    ),
    line(GET, "/audit/report.pdf", Anywhere(P::ExportAudit), "action=ledger.created", &[200]),
    line(GET, "/api/v1/assessments/{id}/report.pdf", Team(P::ReadAssessments, P::ExportAudit), "", &[200]),
    line(GET, "/api/v1/audit/report.pdf", Anywhere(P::ExportAudit), "action=ledger.created", &[200]),
    // Last, because they end what the others need
    line(DELETE, "/api/v1/teams/{team}/members/{user}", Team(P::ReadTeams, P::GrantTeamRole), "", &[204]),
    line(POST, "/sign-out", Public, "", &[303]),
];

impl Line {
    /// The statuses of which one must come back.
    fn expected(&self, world: &World, who: Who, whose: Whose) -> Vec<u16> {
        let is_page = !["/api/", "/log/"].iter().any(|programs| self.path.starts_with(programs));
        let done = self.answers.to_vec();
        let missing = whose == Whose::Missing && self.path.contains('{');
        if matches!(self.access, Public) {
            return done;
        }
        let may_enter = world.principal(who).filter(|_| !is_page || matches!(who, Who::Person(_)));
        let Some(principal) = may_enter else { return vec![if is_page { 303 } else { 401 }] };
        let team = (whose != Whose::Missing).then(|| world.team(whose));
        match self.access {
            Public => done,
            Personal if !matches!(who, Who::Person(_)) => vec![404],
            SignedIn | Personal if self.path.contains('{') && whose != Whose::Own => vec![404],
            SignedIn | Personal => done,
            Team(_, _) if missing => vec![404],
            Team(look, act) => decided(principal.may(look, team), principal.may(act, team), done),
            Anywhere(act) => decided(true, principal.may_somewhere(act), done),
            Somewhere(_, act) if !principal.may_somewhere(act) => vec![403],
            Somewhere(_, _) if whose == Whose::Missing => vec![201, 200, 422],
            Gate(_, act) if !principal.may_somewhere(act) => vec![403],
            Gate(look, _) if whose == Whose::Missing => decided(principal.may(look, None), true, done),
            Somewhere(look, act) | Gate(look, act) => {
                decided(principal.may(look, team), principal.may(act, team), done)
            }
            Organisation(look, _) if !principal.may(look, None) => vec![404],
            Organisation(_, act) if !principal.may(act, None) => vec![403],
            Organisation(_, _) if missing => vec![404],
            Organisation(_, _) => done,
            Open(act) if missing && principal.may(act, None) => vec![404],
            Open(act) => decided(true, principal.may(act, None), done),
        }
    }

    fn body(&self, world: &World, who: Who, whose: Whose) -> String {
        let whose_name = format!("{whose:?}").to_lowercase();
        let person = world.fill("{person}", who, whose);
        let team = world.fill("{team}", who, whose);
        let model = world.fill("models/{model}", who, whose).replace("models/", "");
        let approval = approval(&model);
        // Pipelines have registered the missing one on the way by now.
        let asked = if whose == Whose::Missing { "nobody-knows" } else { &model };
        let question = format!(r#"{{"model":"{asked}","version":"1","environment":"production"}}"#);
        // Each asks for a policy of their own, because one proposal about a policy waits at a time.
        let text = |place: &str| policy(&format!("{place}-{who}-{whose_name}"));
        let api = serde_json::json!({ "source": text("api") }).to_string();
        let form = [("of", ""), ("source", &text("page")), ("reason", "")];
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        self.body
            .replace("{asked}", &format!("model={asked}&version=1&environment=production"))
            .replace("{question}", &question)
            .replace("{policy_api}", &api)
            .replace("{policy_form}", &form)
            .replace("{approval}", &approval)
            .replace("{reasoned approval}", &approval.replacen('{', r#"{"reason":"{who}","#, 1))
            .replace("{model}", asked)
            .replace("{whose}", &whose_name)
            .replace("{who}", &who.to_string())
            .replace("{person}", &person)
            .replace("{bound}", &world.fill("{bound}", who, whose))
            .replace("{team}", &team)
    }
}

fn decided(seen: bool, allowed: bool, done: Vec<u16>) -> Vec<u16> {
    match (seen, allowed) {
        (false, _) => vec![404],
        (true, false) => vec![403],
        (true, true) => done,
    }
}

on_both_engines!(everybody_gets_what_the_matrix_grants_and_nothing_else);

async fn everybody_gets_what_the_matrix_grants_and_nothing_else(place: Place) {
    let mut world = World::on(place).await;
    world.add_requests().await;
    let mut wrong = Vec::new();
    for line in TABLE {
        let (before, mut changed) = (world.recorded().await, 0);
        for (who, whose) in
            Who::all().flat_map(|who| [Whose::Own, Whose::Foreign, Whose::Missing].map(|whose| (who, whose)))
        {
            let (mut path, mut body) = (world.fill(line.path, who, whose), line.body(&world, who, whose));
            if line.method == GET {
                path = format!("{path}?{}", std::mem::take(&mut body));
            }
            let expected = line.expected(&world, who, whose);
            let answer = world.send(who, &line.method, &path, &body).await;
            // Creating a thing of the same name twice is refused for another reason than rights.
            let again = matches!(line.access, Open(_) | Organisation(_, _))
                && whose != Whose::Own
                && answer.status == 422;
            if !(expected.contains(&answer.status.as_u16()) || again) {
                let (status, method) = (answer.status.as_u16(), &line.method);
                wrong
                    .push(format!("{method} {path} by {who} on {whose:?}: {status} instead of {expected:?}"));
            }
            changed += i64::from(answer.status.as_u16() < 400);
        }
        let changes = line.method != GET && !line.off_record;
        if changes && (changed == 0 || world.recorded().await == before) {
            wrong.push(format!("{} {} left nothing on the record", line.method, line.path));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn entry_tiles_are_for_those_who_may_have_the_whole_log() {
    let world = World::new().await;
    for who in Who::all() {
        let may = world.principal(who).map(|principal| principal.may(P::ExportFullLog, None));
        let expected = match may {
            None => 401,
            Some(false) => 403,
            Some(true) => 200,
        };
        let answer = world.send(who, &GET, "/log/tile/entries/000.p/1", "").await;
        assert_eq!(answer.status.as_u16(), expected, "{who}");
    }
}

#[test]
fn no_route_is_missing_from_the_table() {
    let known: BTreeSet<_> = TABLE.iter().map(|line| format!("{} {}", line.method, line.path)).collect();
    let there: BTreeSet<_> = routes().iter().map(ToString::to_string).collect();
    let forgotten: Vec<_> = there.difference(&known).collect();
    let gone: Vec<_> = known.difference(&there).collect();
    assert!(forgotten.is_empty(), "in the router but not in the table: {forgotten:#?}");
    assert!(gone.is_empty(), "in the table but not in the router: {gone:#?}");
}
