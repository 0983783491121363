//! What others change, and what other tools decide.

use super::room::{APPROVER, CONTRIBUTOR, LEAD, OFFICER, Room, VERSION, digest, refused};
use assay_domain::access::{Role, RoleHeld, Scope};
use assay_server::approvals::service::reported_elsewhere;
use assay_server::execute;
use assay_server::http::Caller;
use assay_server::policies::service::proposals::{self as policies, Proposed};
use assay_server::proposals::service::confirm;
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::{Answer, Who, Whose};
use axum::body::Body;
use axum::http::{Method, Request, header};
use futures::FutureExt;
use serde_json::{Value, json};

on_both_engines!(
    a_change_voids_decisions,
    a_change_makes_an_approval_stale_for_ever,
    another_tier_is_another_policy,
    another_version_of_the_policy_voids_decisions,
    a_pipeline_decides_where_the_policy_says_so,
    what_the_policy_does_not_accept_stays_a_report,
    a_token_decides_once_whoever_it_names,
    a_colleague_is_named_and_knows_nothing_of_it,
    what_happened_before_the_evidence_decides_nothing,
    a_policy_names_machines_by_their_ids,
    a_name_in_an_older_text_is_settled_once,
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
    let path = format!("{VERSION}/evidence/{piece}?ends_approval=true");
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
    assert!(left.contains(&"approval.decisions_voided".to_owned()), "{left:?}");
    // Under the new policy nobody can approve before its evidence is there.
    refused(&room.decide(LEAD, &request, "craft", "approved").await, 409, "evidence_missing");
}

/// Brings another text of the policy `limited` into force.
pub(super) async fn policy(room: &Room, edit: impl Fn(String) -> String) {
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
        "pipeline": { "provider": "github-actions" }, "occurred_at": "2024-10-04T00:00:00Z"
    })
}

/// Accepts decisions of GitHub's pipelines that come in with this token, as the craft's.
fn accepting(text: &str, token: &str) -> String {
    format!(
        "{text}\n[[external]]\nprovider = \"github-actions\"\ntoken = \"{token}\"\njob_role = \"ml-engineer\"\nstep = \"craft\"\n"
    )
}

async fn post(room: &Room, token: &str, event: &Value) -> Answer {
    let request =
        Request::post("/api/v1/approval-events").header(header::AUTHORIZATION, format!("Bearer {token}"));
    let request = request.header(header::CONTENT_TYPE, "application/json");
    room.world.send_raw(request.body(Body::from(event.to_string())).unwrap()).await
}

async fn a_pipeline_decides_where_the_policy_says_so(place: Place) {
    let mut room = Room::new(place).await;
    let team = Some(room.world.team(Whose::Own));
    let (row, token) = room.world.add_service("release", &[Scope::ApprovalsReport], team).await;
    policy(&room, |text| accepting(&text, &row.id.to_string())).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    room.left().await;
    let posted = post(&room, &token, &event("approved", "alice@elsewhere.example")).await;
    assert_eq!(posted.status, 201, "{}", posted.body);
    let matched = json!({ "id": request.id, "state": "open" });
    assert_eq!(posted.json()["request"], matched);
    assert_eq!(room.left().await, ["approval.decided", "approval.reported"]);
    let seen = room.look(&request).await;
    let decision = &seen["decisions"][0];
    assert_eq!((&decision["vouched_by"], &decision["vouched"]), (&json!(row.id), &json!("machine")));
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
    let (row, release) = room.world.add_service("release", &[Scope::ApprovalsReport], team).await;
    let (_, other) = room.world.add_service("other", &[Scope::ApprovalsReport], team).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    room.left().await;
    let is_report = async |room: &mut Room, token: &str, event: Value, why: &str| {
        let posted = post(room, token, &event).await;
        assert_eq!((posted.status.as_u16(), &posted.json()["request"]), (201, &Value::Null), "{why}");
        assert_eq!(room.left().await, ["approval.reported"], "{why}");
    };
    is_report(&mut room, &release, event("approved", "a@elsewhere.example"), "the policy accepts none").await;
    policy(&room, |text| accepting(&text, &row.id.to_string())).await;
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

/// A policy whose first step needs two of the craft, and takes a token's reports for it.
async fn two_of_the_craft(room: &Room) -> (String, String) {
    let team = Some(room.world.team(Whose::Own));
    let (row, token) = room.world.add_service("release", &[Scope::ApprovalsReport], team).await;
    let id = row.id.to_string();
    // A second of the craft, so that the step can be satisfied at all.
    let engineer = RoleHeld { role: Role::TeamLead, team };
    room.world.add_person("second-engineer", engineer).await;
    let held = |person: &str, role: &str, part: &str| json!({ "person": format!("{person}@example.org"), "role": role, "part": part, "kind": "model", "of": "fraud" });
    room.own(json!([
        held("team-lead", "ml-engineer", "accountable"),
        held("second-engineer", "ml-engineer", "responsible"),
        held("approver", "product-manager", "responsible"),
        held("contributor", "data-scientist", "responsible"),
    ]))
    .await;
    policy(room, |text| accepting(&text.replacen("count = 1", "count = 2", 1), &id)).await;
    (id, token)
}

async fn a_token_decides_once_whoever_it_names(place: Place) {
    let room = Room::new(place).await;
    let (id, token) = two_of_the_craft(&room).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    let first = post(&room, &token, &event("approved", "alice@elsewhere.example")).await.json();
    assert_eq!(first["request"]["state"], "open");
    for other in ["bob@elsewhere.example", "4711"] {
        let second = post(&room, &token, &event("approved", other)).await;
        assert_eq!((second.status.as_u16(), &second.json()["request"]), (201, &Value::Null), "{other}");
    }
    let seen = room.look(&request).await;
    assert_eq!((&seen["steps"][0]["given"], &seen["steps"][0]["needed"]), (&json!(1), &json!(2)));
    let page = room.world.send(LEAD, &Method::GET, &format!("/approvals/{}", request.id), "").await.body;
    assert!(page.contains("on the word of the machine that reports it (“release”)"), "{id}: {page}");
    // A no counts from whoever could have said yes.
    let no = post(&room, &token, &event("rejected", "bob@elsewhere.example")).await.json();
    assert_eq!(no["request"]["state"], "rejected");
}

async fn a_colleague_is_named_and_knows_nothing_of_it(place: Place) {
    let room = Room::new(place).await;
    let (_, token) = two_of_the_craft(&room).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    // Whoever made it is kept out by whatever address.
    let author = post(&room, &token, &event("approved", "Contributor@Example.org")).await.json();
    assert_eq!(author["request"], Value::Null);
    let named = post(&room, &token, &event("approved", "team-lead@example.org")).await.json();
    assert_eq!(named["request"]["state"], "open");
    let decision = &room.look(&request).await["decisions"][0];
    assert_eq!(decision["by"], Value::Null, "it is no decision of the account: {decision}");
    // The same person is not counted beside their own name.
    refused(&room.decide(LEAD, &request, "craft", "approved").await, 403, "same_person");
}

async fn what_happened_before_the_evidence_decides_nothing(place: Place) {
    let room = Room::new(place).await;
    let (_, token) = two_of_the_craft(&room).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    let mut early = event("approved", "alice@elsewhere.example");
    early["occurred_at"] = json!("2024-10-01T07:04:05Z");
    let posted = post(&room, &token, &early).await;
    assert_eq!((posted.status.as_u16(), &posted.json()["request"]), (201, &Value::Null));
    assert_eq!(room.look(&request).await["decisions"], json!([]));
}

async fn a_policy_names_machines_by_their_ids(place: Place) {
    let room = Room::new(place).await;
    let team = Some(room.world.team(Whose::Own));
    let (row, _) = room.world.add_service("release", &[Scope::ApprovalsReport], team).await;
    let text = include_str!("../../../questionnaires/policies/limited.toml");
    let propose = async |named: &str| {
        let source = accepting(&text.replace("version = \"1.0.0\"", "version = \"2.0.0\""), named);
        let body = json!({ "source": source, "reason": "for the test" });
        room.ask(Who::Person(Role::Admin), Method::POST, "/policies", body).await
    };
    for named in ["release", "0192f3c4-5d6e-7a8b-9c0d-1e2f3a4b5c6d"] {
        let refused = propose(named).await;
        assert_eq!(refused.status, 422, "{named}: {}", refused.body);
        assert!(refused.body.contains("unknown_machine"), "{}", refused.body);
    }
    assert!(propose("release").await.body.contains(&row.id.to_string()), "its id is told");
    assert_eq!(propose(&row.id.to_string()).await.status, 201);
}

async fn a_name_in_an_older_text_is_settled_once(place: Place) {
    let mut room = Room::new(place).await;
    let team = Some(room.world.team(Whose::Own));
    // The text is read once in a process, so each test has one of its own.
    let name = format!("release-{}", room.world.app.new_id());
    let twice = format!("{name}-twice");
    let (row, token) = room.world.add_service(&name, &[Scope::ApprovalsReport], team).await;
    let mut others = Vec::new();
    for _ in 0..2 {
        others.push(room.world.add_service(&twice, &[Scope::ApprovalsReport], team).await.1);
    }
    let stands_in =
        room.world.add_service("stands-in", &[Scope::ApprovalsReport], team).await.0.id.to_string();
    policy(&room, |text| accepting(&accepting(&text, &row.id.to_string()), &stands_in)).await;
    // As it would have been confirmed before.
    let (id, one, two) = (row.id.to_string(), name.clone(), twice.clone());
    let older = room.world.app.db.write(move |tx| {
        let (id, one, two, stands_in) = (id.clone(), one.clone(), two.clone(), stands_in.clone());
        async move {
            let sql = "SELECT source FROM policy_version WHERE version = '2.0.0'";
            let (source,) = assay_server::fetch_one!(tx, (String,), sql).await?;
            let source = source.replace(&id, &one).replace(&stands_in, &two);
            let sha256 = assay_domain::approvals::Policy::parse(&source, "it").unwrap().sha256().to_owned();
            execute!(tx, "UPDATE policy_place SET sha256 = $1 WHERE version = '2.0.0'", sha256.clone())
                .await?;
            let sql = "UPDATE policy_version SET source = $1, sha256 = $2 WHERE version = '2.0.0'";
            execute!(tx, sql, source, sha256).await
        }
        .boxed()
    });
    assert_eq!(older.await.unwrap().value, 1);
    room.left().await;
    let system = Caller::system(&room.world.app);
    for _ in 0..2 {
        assay_server::policies::service::resolve_names(&room.world.app, &system).await.unwrap();
    }
    assert_eq!(room.left().await, ["policy.machine_named", "policy.machine_named"], "once, and on record");
    // Whoever takes the name later is another.
    let (_, late) = room.world.add_service(&name, &[Scope::ApprovalsReport], team).await;
    others.push(late);
    room.request(CONTRIBUTOR, "production").await;
    for other in &others {
        let posted = post(&room, other, &event("approved", "alice@elsewhere.example")).await.json();
        assert_eq!(posted["request"], Value::Null);
    }
    let posted = post(&room, &token, &event("approved", "alice@elsewhere.example")).await.json();
    assert_eq!(posted["request"]["state"], "open");
}
