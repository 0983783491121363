//! What others change, and what other tools decide.

use super::room::{APPROVER, CONTRIBUTOR, LEAD, OFFICER, Room, VERSION, digest, refused};
use assay_domain::access::{Role, Scope};
use assay_server::approvals::service::reported_elsewhere;
use assay_server::policies::service::proposals::{self as policies, Proposed};
use assay_server::proposals::service::confirm;
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::{Answer, Who, Whose};
use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};

on_both_engines!(
    a_change_voids_decisions,
    a_change_makes_an_approval_stale_for_ever,
    another_tier_is_another_policy,
    another_version_of_the_policy_voids_decisions,
    a_pipeline_decides_where_the_policy_says_so,
    what_the_policy_does_not_accept_stays_a_report,
);

async fn a_change_voids_decisions(place: Place) {
    let mut room = Room::new(place).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    let before = room.look(&request).await["bound_sha256"].clone();
    room.decide(LEAD, &request, "craft", "approved").await;
    room.left().await;
    let piece = room.evidence("fairness", 'f').await;
    assert_eq!(room.left().await, ["model_version.evidence_attached", "approval.decisions_voided"]);
    let seen = room.look(&request).await;
    assert_eq!((&seen["state"], &seen["decisions"]), (&json!("open"), &json!([])));
    assert_ne!(seen["bound_sha256"], before);
    let body = json!({ "step": "product", "decision": "approved", "bound_sha256": before });
    let late = room.ask(APPROVER, Method::POST, &request.path("/decisions"), body).await;
    refused(&late, 409, "wrong_state_digest");
    room.approve(&request).await;
    room.left().await;
    let path = format!("{VERSION}/evidence/{piece}");
    assert!(room.ask(CONTRIBUTOR, Method::DELETE, &path, Value::Null).await.status.is_success());
    assert_eq!(room.left().await, ["model_version.evidence_removed", "approval.stale"]);
}

async fn a_change_makes_an_approval_stale_for_ever(place: Place) {
    let mut room = Room::new(place).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    room.approve(&request).await;
    let piece = room.evidence("robustness", 'b').await;
    let seen = room.look(&request).await;
    assert_eq!(seen["state"], "stale");
    assert!(seen["changes"][0].as_str().unwrap().contains("evidence was added"), "{seen}");
    // Putting it back as it was does not bring the approval back.
    let path = format!("{VERSION}/evidence/{piece}");
    room.ask(CONTRIBUTOR, Method::DELETE, &path, Value::Null).await;
    assert_eq!(room.state(&request).await, "stale");
    room.left().await;
    let again = room.request(CONTRIBUTOR, "production").await;
    room.approve(&again).await;
    assert_eq!(room.left().await, ["approval.requested", "approval.decided", "approval.decided"]);
    // What does not bear on it changes nothing.
    let metrics = json!({ "metrics": { "auc": 0.93 } });
    assert_eq!(room.ask(CONTRIBUTOR, Method::PATCH, VERSION, metrics).await.status, 200);
    assert_eq!(room.state(&again).await, "approved");
}

async fn another_tier_is_another_policy(place: Place) {
    let mut room = Room::new(place).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    room.decide(LEAD, &request, "craft", "approved").await;
    room.left().await;
    room.tier("fraud", &["money-at-stake"]).await;
    assert_eq!(room.look(&request).await["policy"]["id"], "high");
    let left = room.left().await;
    assert_eq!(left.last().map(String::as_str), Some("approval.decisions_voided"), "{left:?}");
    // Under the new policy nobody can approve before its evidence is there.
    refused(&room.decide(LEAD, &request, "craft", "approved").await, 409, "evidence_missing");
}

/// Brings another text of the policy `limited` into force.
async fn policy(room: &Room, edit: impl Fn(String) -> String) {
    let text = include_str!("../../../questionnaires/policies/limited.toml").to_owned();
    let source = edit(text.replace("version = \"1.0.0\"", "version = \"2.0.0\""));
    let app = &room.world.app;
    let proposed = Proposed { source, reason: "for the test".to_owned() };
    let admin = room.caller(Who::Person(Role::Admin));
    let proposal = policies::propose(app, &admin, proposed, "/source").await.unwrap();
    confirm(app, &room.caller(OFFICER), proposal.id).await.unwrap();
}

async fn another_version_of_the_policy_voids_decisions(place: Place) {
    let mut room = Room::new(place).await;
    let open = room.request(CONTRIBUTOR, "production").await;
    room.decide(LEAD, &open, "craft", "approved").await;
    let approved = room.request(CONTRIBUTOR, "staging").await;
    room.approve(&approved).await;
    room.left().await;
    policy(&room, |text| text.replace("validity_days = 365", "validity_days = 100")).await;
    let left = room.left().await;
    assert_eq!(
        left,
        [
            "proposal.made",
            "proposal.confirmed",
            "policy.confirmed",
            "approval.decisions_voided",
            "approval.stale"
        ]
    );
    assert_eq!(room.look(&open).await["policy"]["version"], "2.0.0");
    assert!(room.look(&approved).await["changes"][0].as_str().unwrap().contains("policy"));
    room.approve(&open).await;
}

fn event(decision: &str, subject: &str) -> Value {
    json!({
        "model": "fraud", "version": "1", "artifact_digest": digest('a'), "environment": "production",
        "decision": decision, "decided_by": { "subject": subject, "display": "Alice" }, "reason": "the canary sang",
        "pipeline": { "provider": "github-actions" }, "occurred_at": "2024-10-01T07:04:05Z"
    })
}

/// Accepts decisions of GitHub's pipelines that come in with the token `release`, as the craft's.
fn accepting(text: String) -> String {
    text + "\n[[external]]\nprovider = \"github-actions\"\ntoken = \"release\"\njob_role = \"ml-engineer\"\nstep = \"craft\"\n"
}

async fn post(room: &Room, token: &str, event: &Value) -> Answer {
    let request =
        Request::post("/api/v1/approval-events").header(header::AUTHORIZATION, format!("Bearer {token}"));
    let request = request.header(header::CONTENT_TYPE, "application/json");
    room.world.send_raw(request.body(Body::from(event.to_string())).unwrap()).await
}

async fn a_pipeline_decides_where_the_policy_says_so(place: Place) {
    let mut room = Room::new(place).await;
    policy(&room, accepting).await;
    let team = Some(room.world.team(Whose::Own));
    let (_, token) = room.world.add_service("release", &[Scope::ApprovalsReport], team).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    room.left().await;
    let posted = post(&room, &token, &event("approved", "alice@elsewhere.example")).await;
    assert_eq!(posted.status, 201, "{}", posted.body);
    let matched = json!({ "id": request.id, "state": "open" });
    assert_eq!(posted.json()["request"], matched);
    assert_eq!(room.left().await, ["approval.decided", "approval.reported"]);
    let seen = room.look(&request).await;
    assert_eq!(
        (&seen["decisions"][0]["provider"], &seen["decisions"][0]["reason"]),
        (&json!("github-actions"), &json!("the canary sang"))
    );

    // Posted again it is the same answer, whatever became of the request since.
    room.decide(APPROVER, &request, "product", "approved").await;
    assert_eq!(room.state(&request).await, "approved");
    room.left().await;
    let again = post(&room, &token, &event("approved", "alice@elsewhere.example")).await;
    assert_eq!((again.status.as_u16(), &again.json()["request"]), (200, &matched), "{}", again.body);
    assert_eq!(again.json()["entry_index"], posted.json()["entry_index"]);
    assert_eq!(room.left().await, [""; 0]);
    let mut conn = room.world.app.db.read().await.unwrap();
    let heard = reported_elsewhere(&mut conn, room.version().await, "production").await.unwrap();
    assert_eq!(heard.len(), 1);
}

async fn what_the_policy_does_not_accept_stays_a_report(place: Place) {
    let mut room = Room::new(place).await;
    let team = Some(room.world.team(Whose::Own));
    let (_, release) = room.world.add_service("release", &[Scope::ApprovalsReport], team).await;
    let (_, other) = room.world.add_service("other", &[Scope::ApprovalsReport], team).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    room.left().await;
    let is_report = async |room: &mut Room, token: &str, event: Value, why: &str| {
        let posted = post(room, token, &event).await;
        assert_eq!((posted.status.as_u16(), &posted.json()["request"]), (201, &Value::Null), "{why}");
        assert_eq!(room.left().await, ["approval.reported"], "{why}");
    };
    is_report(&mut room, &release, event("approved", "a@elsewhere.example"), "the policy accepts none").await;
    policy(&room, accepting).await;
    room.left().await;
    is_report(&mut room, &other, event("approved", "b@elsewhere.example"), "another token").await;
    let mut elsewhere = event("approved", "c@elsewhere.example");
    elsewhere["environment"] = json!("staging");
    is_report(&mut room, &release, elsewhere, "nothing is open there").await;
    // Whoever asked decides nothing, from elsewhere neither.
    is_report(&mut room, &release, event("approved", "contributor@example.org"), "the requester").await;
    // A person's token may have the same name.
    let new = assay_server::access::service::tokens::NewToken {
        name: "release".to_owned(),
        scopes: vec![Scope::ApprovalsReport],
        team: None,
        person: Some(room.id(LEAD)),
        days: 1,
    };
    let (_, mine) = assay_server::access::service::tokens::create(&room.world.app, &room.caller(LEAD), new)
        .await
        .unwrap();
    room.left().await;
    is_report(&mut room, &mine, event("approved", "d@elsewhere.example"), "a token of a person").await;
    assert_eq!(room.look(&request).await["decisions"], json!([]));
    let mut conn = room.world.app.db.read().await.unwrap();
    let heard = reported_elsewhere(&mut conn, room.version().await, "production").await.unwrap();
    assert_eq!(heard.len(), 3, "what people report with their own tokens is not heard");
    drop(conn);
    let no = post(&room, &release, &event("rejected", "e@elsewhere.example")).await.json();
    assert_eq!(no["request"], json!({ "id": request.id, "state": "rejected" }));
}
