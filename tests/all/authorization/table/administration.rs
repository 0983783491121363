//! The own account, people, tokens, CI identity and policies.

use super::super::bodies::*;
use super::super::line::*;

/// In an order in which they can be tried.
pub(super) const LINES: &[Line] = &[
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
        &[202],
    ),
    line(
        DELETE,
        "/api/v1/people/{person}/subjects/{subject}",
        Organisation(P::ReadPeople, P::ManagePeople),
        "",
        &[202, 409],
    ),
    // The API has removed it.
    line(
        POST,
        "/admin/people/{person}/subjects/{subject}/remove",
        Organisation(P::ReadPeople, P::ManagePeople),
        "",
        &[303, 409],
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
    line(GET, "/admin/policy-proposals/new", Organisation(P::ReadPolicies, P::ProposePolicies), "", &[200]),
    line(
        POST,
        "/admin/policy-proposals/new",
        Organisation(P::ReadPolicies, P::ProposePolicies),
        "{policy_form}",
        &[303],
    ),
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
    // Proposals: what the path names is about a policy, and administrators and officers are asked
    line(GET, "/proposals", SignedIn, "", &[200]),
    line(POST, "/proposals/confirm", SignedIn, "", &[303]).off_record(),
    line(GET, "/proposals/{proposal}", Asked(P::ReadPolicies, P::ReadPolicies), "", &[200]),
    line(POST, "/proposals/{proposal}/withdraw", Asked(P::ReadPolicies, P::ProposePolicies), "", &[403])
        .off_record(),
    line(POST, "/proposals/{proposal}/confirm", Asked(P::ReadPolicies, P::ProposePolicies), "", &[303, 409]),
    line(
        POST,
        "/proposals/{proposal}/reject",
        Asked(P::ReadPolicies, P::ProposePolicies),
        "reason=no",
        &[409],
    )
    .off_record(),
    line(GET, "/api/v1/proposals", SignedIn, "", &[200]),
    line(POST, "/api/v1/proposals/confirm", SignedIn, r#"{"ids":[]}"#, &[422]).off_record(),
    line(GET, "/api/v1/proposals/{id}", Asked(P::ReadPolicies, P::ReadPolicies), "", &[200]),
    line(POST, "/api/v1/proposals/{id}/withdraw", Asked(P::ReadPolicies, P::ProposePolicies), "", &[403])
        .off_record(),
    line(
        POST,
        "/api/v1/proposals/{id}/reject",
        Asked(P::ReadPolicies, P::ProposePolicies),
        r#"{"reason":"no"}"#,
        &[200, 409],
    ),
    line(POST, "/api/v1/proposals/{id}/confirm", Asked(P::ReadPolicies, P::ProposePolicies), "", &[409])
        .off_record(),
];
