//! Many events at once: each has an answer of its own, and what is wrong with one is no other's fault. And the list of
//! what was reported.

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
use std::collections::BTreeSet;

const BATCH: &str = "/api/v1/approval-events/batch";
const ALONE: &str = "/api/v1/approval-events";
const OWN: Who = Who::TeamMachine;

on_both_engines!(
    each_event_of_a_list_has_its_own_answer,
    a_list_may_be_sent_again,
    a_long_list_is_recorded_in_its_order,
    events_at_the_same_time_are_each_their_own,
    what_may_not_be_reported_is_refused_and_recorded_one_by_one,
    what_was_reported_can_be_listed_page_by_page,
);

fn event(model: &str, version: usize) -> Value {
    json!({
        "model": model, "version": version.to_string(), "artifact_digest": format!("sha256:{version:064x}"),
        "environment": "production", "decision": "approved", "decided_by": { "subject": "alice@example.org" },
        "occurred_at": "2024-10-01T07:04:05Z"
    })
}

fn with(mut event: Value, field: &str, value: Value) -> Value {
    event[field] = value;
    event
}

async fn post(world: &World, who: Who, path: &str, key: Option<&str>, body: String) -> Answer {
    let request = world.request(who, &Method::POST, path).header(header::CONTENT_TYPE, "application/json");
    let request = key.into_iter().fold(request, |request, key| request.header("idempotency-key", key));
    world.send_raw(request.body(Body::from(body)).unwrap()).await
}

async fn batch(world: &World, events: &[Value]) -> Value {
    let answer = post(world, OWN, BATCH, None, json!(events).to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

fn statuses(answer: &Value) -> Vec<u64> {
    answer["results"].as_array().unwrap().iter().map(|result| result["status"].as_u64().unwrap()).collect()
}

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

/// Checks the receipt of a result against the entry as it stands in the ledger.
async fn proven(world: &World, result: &Value) -> String {
    let index = result["entry_index"].as_u64().unwrap();
    let log = world.app.db.log().clone();
    let mut conn = world.app.db.read().await.unwrap();
    let leaves = trail::leaves(&mut conn, log.id, index, index + 1).await.unwrap();
    let verified = verify_receipt(result["receipt"].as_str().unwrap(), &leaves[0], &log.vkey).unwrap();
    assert_eq!(verified.index, index);
    String::from_utf8(leaves[0].clone()).unwrap()
}

async fn each_event_of_a_list_has_its_own_answer(place: Place) {
    let world = World::on(place).await;
    let (mut seen, before) = (world.actions().await.len(), stored(&world).await);
    let other_digest =
        with(event("first", 1), "artifact_digest", json!(format!("sha256:{}", "cd".repeat(32))));
    let mut missing = event("first", 2);
    missing.as_object_mut().unwrap().remove("environment");
    let events = [
        event("first", 1),
        with(event("first", 2), "decision", json!("maybe")),
        with(event("first", 2), "model", json!("../etc")),
        with(event("first", 2), "reason", json!("a\0b")),
        with(event("first", 2), "sorce", json!(1)),
        missing,
        json!("an event"),
        other_digest,
        event("first", 1),
        event("first", 2),
    ];
    let answer = batch(&world, &events).await;
    assert_eq!(statuses(&answer), [201, 422, 422, 422, 422, 422, 422, 409, 200, 201], "{answer}");
    let counts = ["recorded", "repeated", "refused"].map(|count| answer[count].as_u64().unwrap());
    assert_eq!(counts, [2, 1, 7]);
    let named = |place: usize| answer["results"][place]["problem"]["errors"][0]["pointer"].clone();
    let pointers = [1, 2, 3, 4].map(named);
    assert_eq!(
        pointers,
        [json!("/decision"), json!("/model"), json!("/reason"), json!("/sorce")],
        "{answer}"
    );
    let problem = &answer["results"][7]["problem"];
    assert_eq!(problem["type"], "urn:assay:problem:digest_contradicts_record", "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains(&"cd".repeat(32)), "{problem}");
    let results = answer["results"].as_array().unwrap();
    assert!(results[1].get("id").is_none() && results[0].get("problem").is_none());
    assert_eq!((&results[0]["id"], &results[0]["receipt"].is_string()), (&results[8]["id"], &true));
    for place in [0, 8, 9] {
        let leaf = proven(&world, &results[place]).await;
        assert!(leaf.contains("approval.reported") && leaf.contains("\"first\""), "{leaf}");
    }
    assert_eq!(
        left(&world, &mut seen).await,
        [
            "model.registered",
            "model_version.registered",
            "approval.reported",
            "approval.contradicted",
            "model_version.registered",
            "approval.reported"
        ]
    );
    assert_eq!(stored(&world).await, before + 2);

    for (body, status, said) in [
        ("[]", 422, "1 to 1000"),
        ("{}", 422, "list"),
        ("[", 400, ""),
        ("", 400, ""),
        (&json!(vec![0; 1001]).to_string(), 422, "1001"),
    ] {
        let answer = post(&world, OWN, BATCH, None, body.to_owned()).await;
        assert_eq!((answer.status.as_u16(), answer.body.contains(said)), (status, true), "{}", answer.body);
    }
    let too_long =
        post(&world, OWN, BATCH, Some(&"k".repeat(201)), json!([event("first", 1)]).to_string()).await;
    assert_eq!(too_long.status, 400, "{}", too_long.body);
    assert!(left(&world, &mut seen).await.is_empty());
}

async fn a_list_may_be_sent_again(place: Place) {
    let world = World::on(place).await;
    let alone = post(&world, OWN, ALONE, None, event("again", 1).to_string()).await.json();
    let events = [event("again", 1), event("again", 2)];
    let first = batch(&world, &events).await;
    assert_eq!(statuses(&first), [200, 201], "alone or in a list, it is the same event");
    assert_eq!(first["results"][0]["id"], alone["id"]);
    let mut seen = world.actions().await.len();
    let again = batch(&world, &events).await;
    assert_eq!(statuses(&again), [200, 200]);
    for place in [0, 1] {
        let of = |answer: &Value, field: &str| answer["results"][place][field].clone();
        assert_eq!(
            (of(&first, "id"), of(&first, "entry_index")),
            (of(&again, "id"), of(&again, "entry_index"))
        );
    }
    assert!(left(&world, &mut seen).await.is_empty());

    // With a key of its own, the same events are new, once.
    let keyed = |events: Value| post(&world, OWN, BATCH, Some("night"), events.to_string());
    assert_eq!(statuses(&keyed(json!(events)).await.json()), [201, 201]);
    assert_eq!(statuses(&keyed(json!(events)).await.json()), [200, 200]);
    let swapped = keyed(json!([events[1], events[0]])).await.json();
    assert_eq!(statuses(&swapped), [422, 422], "the key was used for other bodies: {swapped}");
}

async fn a_long_list_is_recorded_in_its_order(place: Place) {
    let world = World::on(place).await;
    let mut events: Vec<Value> = (1..=130).map(|version| event("long", version)).collect();
    events[70]["decision"] = json!("no");
    let answer = batch(&world, &events).await;
    assert_eq!((answer["recorded"].as_u64(), answer["refused"].as_u64()), (Some(129), Some(1)), "{answer}");
    let results = answer["results"].as_array().unwrap();
    let indices: Vec<u64> = results.iter().filter_map(|result| result["entry_index"].as_u64()).collect();
    assert!(indices.is_sorted() && indices.len() == 129, "{indices:?}");
    for place in [0, 49, 50, 129] {
        assert!(proven(&world, &results[place]).await.contains(&format!("\"{}\"", place + 1)));
    }
}

/// Those that arrive together share a transaction; what is wrong with one of them is no other's.
async fn events_at_the_same_time_are_each_their_own(place: Place) {
    let world = World::on(place).await;
    batch(&world, &[event("known", 1)]).await;
    let (mut seen, before) = (world.actions().await.len(), stored(&world).await);
    let told =
        |reason: usize| with(event("known", 1), "reason", json!(format!("canary {reason}"))).to_string();
    let mut posts: Vec<_> =
        (0..24).map(|reason| (OWN, ALONE, (reason % 2 == 1).then_some("a key"), told(reason), 201)).collect();
    // Every second one has the same key: the first of them to be stored wins, and all the others say something else.
    posts.extend((0..4).map(|_| (OWN, ALONE, None, told(100), 201)));
    let contradicts =
        with(event("known", 1), "artifact_digest", json!(format!("sha256:{}", "cd".repeat(32))));
    posts.push((OWN, ALONE, None, contradicts.to_string(), 409));
    posts.push((OWN, ALONE, None, event("new", 1).to_string(), 201));
    let foreign = with(event("known", 1), "model", json!(world.object("models/model", Whose::Foreign)));
    posts.push((OWN, ALONE, None, foreign.to_string(), 404));
    posts.push((Who::Person(Role::Viewer), ALONE, None, told(0), 403));
    let answers =
        join_all(posts.iter().map(|(who, path, key, body, _)| post(&world, *who, path, *key, body.clone())));
    let answers = answers.await;
    let count = |range: std::ops::Range<usize>, status: u16| {
        answers[range].iter().filter(|answer| answer.status.as_u16() == status).count()
    };
    assert_eq!((count(0..24, 201), count(0..24, 422)), (13, 11), "{answers:?}");
    assert_eq!((count(24..28, 201), count(24..28, 200)), (1, 3), "{answers:?}");
    for (answer, (.., status)) in answers.iter().zip(&posts).skip(28) {
        assert_eq!(answer.status.as_u16(), *status, "{}", answer.body);
    }
    let ids: BTreeSet<_> = answers[24..28].iter().map(|answer| answer.json()["id"].to_string()).collect();
    assert_eq!(ids.len(), 1);
    for answer in answers.iter().filter(|answer| answer.status.is_success()) {
        assert!(proven(&world, &answer.json()).await.contains("approval.reported"));
    }
    assert_eq!(stored(&world).await, before + 15);
    let mut left = left(&world, &mut seen).await;
    left.sort();
    let mut expected = vec!["approval.reported"; 15];
    expected.splice(0..0, ["access.denied", "access.denied", "approval.contradicted"]);
    expected.extend(["model.registered", "model_version.registered"]);
    assert_eq!(left, expected);
}

async fn what_may_not_be_reported_is_refused_and_recorded_one_by_one(place: Place) {
    let world = World::on(place).await;
    let foreign = world.object("models/model", Whose::Foreign).to_owned();
    let mut seen = world.actions().await.len();
    let answer = batch(&world, &[event("mine", 1), event(&foreign, 1), event(&foreign, 2)]).await;
    assert_eq!(statuses(&answer), [201, 404, 404], "{answer}");
    assert_eq!(
        left(&world, &mut seen).await,
        [
            "model.registered",
            "model_version.registered",
            "approval.reported",
            "access.denied",
            "access.denied"
        ]
    );
    let (_, token) = world.add_service("poor", &[Scope::ModelsWrite], Some(world.team(Whose::Own))).await;
    seen += 1;
    let request = Request::post(BATCH).header(header::CONTENT_TYPE, "application/json");
    let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    let refused =
        world.send_raw(request.body(Body::from(json!([event("mine", 2)]).to_string())).unwrap()).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    assert_eq!(left(&world, &mut seen).await, ["access.denied"]);
}

async fn what_was_reported_can_be_listed_page_by_page(place: Place) {
    let world = World::on(place).await;
    let mut events: Vec<Value> = (1..=7).map(|version| event("listed", version)).collect();
    events[2]["environment"] = json!("staging");
    events[3]["decision"] = json!("rejected");
    events[3]["pipeline"] = json!({ "provider": "github-actions", "run_url": "https://ci.example/1" });
    // One after the other, so that their ids have an order.
    for event in &events {
        world.clock.advance(chrono::TimeDelta::milliseconds(1));
        assert_eq!(post(&world, OWN, ALONE, None, event.to_string()).await.status, 201);
    }
    let list = async |query: &str| {
        let answer =
            world.send(Who::Person(Role::TeamLead), &Method::GET, &format!("{ALONE}?{query}"), "").await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        answer.json()
    };
    let versions = |answer: &Value| -> Vec<String> {
        let items = answer["items"].as_array().unwrap();
        items.iter().map(|item| item["version"].as_str().unwrap().to_owned()).collect()
    };
    let first = list("model=listed&limit=3").await;
    assert_eq!(versions(&first), ["7", "6", "5"]);
    let second = list(&format!("model=listed&limit=3&after={}", first["next"].as_str().unwrap())).await;
    assert_eq!(versions(&second), ["4", "3", "2"]);
    let last = list(&format!("model=listed&limit=3&after={}", second["next"].as_str().unwrap())).await;
    assert_eq!((versions(&last), &last["next"]), (vec!["1".to_owned()], &Value::Null));
    for (query, expected) in [
        ("model=listed&version=2", vec!["2"]),
        ("model=listed&environment=staging", vec!["3"]),
        ("model=listed&decision=rejected", vec!["4"]),
        ("provider=github-actions", vec!["4"]),
        ("model=nothing", vec![]),
        ("model=foreign-model", vec![]),
    ] {
        assert_eq!(versions(&list(query).await), expected, "{query}");
    }
    world.settled().await;
    let rejected = list("decision=rejected").await["items"][0].clone();
    assert_eq!(rejected["pipeline"]["run_url"], "https://ci.example/1");
    assert_eq!(rejected["artifact_digest"], format!("sha256:{:064x}", 4));
    let entry = format!("/audit/{}", rejected["entry_index"]);
    assert_eq!(world.send(Who::Person(Role::TeamLead), &Method::GET, &entry, "").await.status, 200);
    for wrong in ["after=7", "decision=maybe", "limit=x", "modle=x"] {
        let answer = world.send(OWN, &Method::GET, &format!("{ALONE}?{wrong}"), "").await;
        let pointer = format!("/{}", wrong.split('=').next().unwrap());
        assert!(
            answer.status.is_client_error() && answer.body.contains(&pointer),
            "{wrong}: {}",
            answer.body
        );
    }
    let poor = world.send(Who::PoorMachine, &Method::GET, ALONE, "").await;
    assert_eq!(poor.status, 403, "{}", poor.body);
}
