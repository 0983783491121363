//! What pipelines report: recorded once, proven by a receipt; refused by name of the field, and then nothing is stored.

use assay_domain::access::{Role, Scope};
use assay_ledger::verify_receipt;
use assay_server::fetch_one;
use assay_server::ledger::trail;
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::{Answer, Who, Whose, World};
use axum::body::Body;
use axum::http::{Method, Request, header};
use futures::future::join_all;
use serde_json::{Value, json};

const PATH: &str = "/api/v1/approval-events";
const OWN: Who = Who::TeamMachine;

on_both_engines!(
    a_decision_is_recorded_once_and_proven,
    what_is_wrong_is_named_and_nothing_is_stored,
    a_contradiction_is_refused_and_recorded,
    a_token_reports_where_it_may,
    many_at_once_are_one,
);

/// The event of the documentation, at a time that the world knows.
fn event() -> Value {
    json!({
        "model": "fraud-scoring", "version": "7", "artifact_digest": format!("sha256:{}", "ab".repeat(32)),
        "environment": "production", "decision": "approved",
        "decided_by": { "subject": "alice@example.org", "display": "Alice" }, "reason": "passed canary",
        "pipeline": { "provider": "github-actions", "run_url": "https://ci.example/runs/1", "commit": "4b825dc642cb6eb9a060e54bf8d69288fbee4904" },
        "occurred_at": "2024-10-01T07:04:05Z"
    })
}

fn with(field: &str, value: Value) -> Value {
    let mut event = event();
    *event.pointer_mut(field).unwrap() = value;
    event
}

async fn post(world: &World, who: Who, key: Option<&str>, body: impl Into<Body>) -> Answer {
    let request = world.request(who, &Method::POST, PATH).header(header::CONTENT_TYPE, "application/json");
    let request = key.into_iter().fold(request, |request, key| request.header("idempotency-key", key));
    world.send_raw(request.body(body.into()).unwrap()).await
}

async fn post_with(world: &World, token: &str, event: &Value) -> Answer {
    let request = Request::post(PATH).header(header::CONTENT_TYPE, "application/json");
    let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    world.send_raw(request.body(Body::from(event.to_string())).unwrap()).await
}

/// What came on the record since the last look.
async fn left(world: &World, seen: &mut usize) -> Vec<String> {
    let mut actions = world.actions().await;
    let new = actions.split_off(*seen);
    *seen += new.len();
    new
}

async fn stored(world: &World) -> i64 {
    let mut conn = world.app.db.read().await.unwrap();
    fetch_one!(&mut conn, (i64,), "SELECT COUNT(*) FROM approval_event").await.unwrap().0
}

/// Checks the receipt against the entry as it stands in the ledger, and gives its facts.
async fn proven(world: &World, answer: &Value) -> Value {
    let index = answer["entry_index"].as_u64().unwrap();
    let log = world.app.db.log().clone();
    let mut conn = world.app.db.read().await.unwrap();
    let leaves = trail::leaves(&mut conn, log.id, index - 1, index + 1).await.unwrap();
    let receipt = answer["receipt"].as_str().unwrap();
    assert!(verify_receipt(receipt, &leaves[0], &log.vkey).is_err(), "the receipt is for one entry only");
    let verified = verify_receipt(receipt, &leaves[1], &log.vkey).unwrap();
    assert_eq!((verified.origin, verified.index), (log.origin, index));
    serde_json::from_slice(&leaves[1]).unwrap()
}

async fn a_decision_is_recorded_once_and_proven(place: Place) {
    let world = World::on(place).await;
    let (mut seen, before) = (world.actions().await.len(), stored(&world).await);
    let first = post(&world, OWN, None, event().to_string()).await;
    assert_eq!(first.status, 201, "{}", first.body);
    let first = first.json();
    assert_eq!(first["request"], Value::Null);
    assert_eq!(
        left(&world, &mut seen).await,
        ["model.registered", "model_version.registered", "approval.reported"]
    );
    let leaf = proven(&world, &first).await.to_string();
    assert!(leaf.contains("approval.reported") && leaf.contains("fraud-scoring"), "{leaf}");
    assert!(
        !leaf.contains("alice") && !leaf.contains("canary"),
        "people and reasons are committed, not in the open: {leaf}"
    );

    // The same body, written differently.
    let again = post(&world, OWN, None, serde_json::to_string_pretty(&event()).unwrap()).await;
    assert_eq!(again.status, 200, "{}", again.body);
    assert_eq!((&again.json()["id"], &again.json()["entry_index"]), (&first["id"], &first["entry_index"]));
    proven(&world, &again.json()).await;

    let keyed = with("/reason", json!("second run"));
    assert_eq!(post(&world, OWN, Some("run-2"), keyed.to_string()).await.status, 201);
    assert_eq!(post(&world, OWN, Some("run-2"), keyed.to_string()).await.status, 200);
    let other = post(&world, OWN, Some("run-2"), with("/reason", json!("third run")).to_string()).await;
    assert_eq!(
        (other.status.as_u16(), other.body.contains("Idempotency-Key")),
        (422, true),
        "{}",
        other.body
    );
    assert_eq!(left(&world, &mut seen).await, ["approval.reported"], "the key's other body left nothing");
    assert_eq!(stored(&world).await, before + 2);
}

async fn what_is_wrong_is_named_and_nothing_is_stored(place: Place) {
    let world = World::on(place).await;
    let (mut seen, before) = (world.actions().await.len(), stored(&world).await);
    let mut unknown = event();
    unknown["sorce"] = json!(1);
    let mut deep = event();
    deep["pipeline"]["run"] = json!(1);
    let mut missing = event();
    missing.as_object_mut().unwrap().remove("environment");
    let cases = [
        (422, "/sorce", unknown.to_string().into_bytes()),
        (422, "/pipeline/run", deep.to_string().into_bytes()),
        (422, "environment", missing.to_string().into_bytes()),
        (422, "/decision", with("/decision", json!("maybe")).to_string().into_bytes()),
        (422, "/artifact_digest", with("/artifact_digest", json!("md5:abc")).to_string().into_bytes()),
        (
            422,
            "/artifact_digest",
            with("/artifact_digest", json!(format!("sha256:{}", "AB".repeat(32)))).to_string().into_bytes(),
        ),
        (422, "/occurred_at", with("/occurred_at", json!("2024-10-05T07:04:05Z")).to_string().into_bytes()),
        (422, "/occurred_at", with("/occurred_at", json!("yesterday")).to_string().into_bytes()),
        (422, "/decided_by/subject", with("/decided_by/subject", json!(" ")).to_string().into_bytes()),
        (422, "/reason", with("/reason", json!("a\0b")).to_string().into_bytes()),
        (
            422,
            "/pipeline/run_url",
            with("/pipeline/run_url", json!("javascript:alert(1)")).to_string().into_bytes(),
        ),
        (422, "is there twice", event().to_string().replacen('{', r#"{"model":"other","#, 1).into_bytes()),
        (400, "UTF-8", [b"{\"model\":\"\xff".as_slice(), &event().to_string().as_bytes()[9..]].concat()),
        (400, "", b"{".to_vec()),
        (400, "", Vec::new()),
        (422, "", b"[]".to_vec()),
        (413, "1048576 bytes", with("/reason", json!("x".repeat(1 << 20))).to_string().into_bytes()),
    ];
    for (status, named, body) in cases {
        let shown = String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned();
        let answer = post(&world, OWN, None, body).await;
        assert_eq!(answer.status.as_u16(), status, "{shown}: {}", answer.body);
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json", "{shown}");
        assert!(answer.body.contains(named), "{named} in {}", answer.body);
    }
    let key = post(&world, OWN, Some(&"k".repeat(256)), event().to_string()).await;
    assert_eq!(key.status, 400);
    assert!(left(&world, &mut seen).await.is_empty());
    assert_eq!(stored(&world).await, before);
}

async fn a_contradiction_is_refused_and_recorded(place: Place) {
    let world = World::on(place).await;
    assert_eq!(post(&world, OWN, None, event().to_string()).await.status, 201);
    let (mut seen, before) = (world.actions().await.len(), stored(&world).await);
    let other = with("/artifact_digest", json!(format!("sha256:{}", "cd".repeat(32))));
    let refused = post(&world, OWN, None, other.to_string()).await;
    assert_eq!(refused.status, 409, "{}", refused.body);
    assert!(
        refused.body.contains(&"ab".repeat(32)) && refused.body.contains(&"cd".repeat(32)),
        "{}",
        refused.body
    );
    assert_eq!(left(&world, &mut seen).await, ["approval.contradicted"]);
    assert_eq!(stored(&world).await, before);
}

async fn a_token_reports_where_it_may(place: Place) {
    let world = World::on(place).await;
    assert_eq!(post(&world, OWN, None, event().to_string()).await.status, 201);
    let (mut seen, before) = (world.actions().await.len(), stored(&world).await);
    let reporter = [Scope::ApprovalsReport];
    let registrar = [Scope::ApprovalsReport, Scope::ModelsWrite];
    let (own, foreign) = (Some(world.team(Whose::Own)), Some(world.team(Whose::Foreign)));
    type Case<'a> = (&'a str, &'a [Scope], Option<uuid::Uuid>, &'a str, u16, &'a [&'a str]);
    let cases: [Case<'_>; 7] = [
        ("no team, unknown model", &registrar, None, "nobody-knows", 422, &[]),
        ("may not register", &reporter, own, "nobody-knows", 422, &[]),
        ("may not report", &[Scope::ModelsWrite], own, "fraud-scoring", 403, &["access.denied"]),
        ("another team's model", &registrar, foreign, "fraud-scoring", 404, &["access.denied"]),
        ("another team's new version", &registrar, foreign, "fraud-scoring", 404, &["access.denied"]),
        ("known model", &reporter, own, "fraud-scoring", 201, &["approval.reported"]),
        ("known model, whole organisation", &reporter, None, "fraud-scoring", 201, &["approval.reported"]),
    ];
    for (name, scopes, team, model, status, expected) in cases {
        let (_, token) = world.add_service(name, scopes, team).await;
        assert_eq!(left(&world, &mut seen).await, ["token.created"]);
        let mut event = with("/model", json!(model));
        event["reason"] = json!(name);
        if name.contains("new version") {
            event["version"] = json!("8");
        }
        let answer = post_with(&world, &token, &event).await;
        assert_eq!(answer.status.as_u16(), status, "{name}: {}", answer.body);
        assert_eq!(left(&world, &mut seen).await, expected, "{name}");
    }
    assert_eq!(stored(&world).await, before + 2);
    assert_eq!(post(&world, Who::SignedOut, None, event().to_string()).await.status, 401);
    assert_eq!(post_with(&world, "assay_nonsense", &event()).await.status, 401);
    let approver = post(&world, Who::Person(Role::Approver), None, event().to_string()).await;
    assert_eq!(approver.status, 403, "{}", approver.body);
}

async fn many_at_once_are_one(place: Place) {
    let world = World::on(place).await;
    let mut seen = world.actions().await.len();
    let body = event().to_string();
    let answers = join_all((0..16).map(|_| post(&world, OWN, None, body.clone()))).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    let known = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(
        (created, known),
        (1, 15),
        "{:?}",
        answers.iter().map(|answer| answer.status).collect::<Vec<_>>()
    );
    let first = answers[0].json();
    for answer in &answers {
        assert_eq!(
            (&answer.json()["id"], &answer.json()["entry_index"]),
            (&first["id"], &first["entry_index"])
        );
    }
    assert_eq!(
        left(&world, &mut seen).await,
        ["model.registered", "model_version.registered", "approval.reported"]
    );
}
