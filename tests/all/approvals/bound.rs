//! What an approval is bound to: who changes it is told first what ends, and a raise of the tier suspends it.

use super::room::{APPROVER, CONTRIBUTOR, LEAD, MACHINE, OFFICER, Room, VERSION, digest, refused};
use assay_domain::approvals::BoundState;
use assay_server::ledger::fsck;
use assay_server::{execute, fetch_one};
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::{Answer, Who};
use axum::http::Method;
use futures::FutureExt;
use serde_json::{Value, json};

on_both_engines!(
    what_was_on_record_stays_or_the_approval_ends,
    what_is_added_ends_nothing,
    each_door_names_what_it_ends,
    a_page_shows_what_it_ends_before_it_does,
    a_raised_tier_suspends_until_it_is_confirmed,
    a_raise_that_is_taken_back_lets_it_hold_again,
    other_changes_end_what_is_suspended,
    what_was_approved_before_the_upgrade_holds,
    an_open_request_does_not_ask,
);

/// The version with something of everything on record, approved for production.
async fn approved(place: Place) -> (Room, super::room::Asked) {
    let room = Room::new(place).await;
    let parent = json!({ "version": "0", "artefact_digest": digest('0') });
    room.post(CONTRIBUTOR, "/models/fraud/versions", parent).await;
    let change = json!({
        "metrics": { "auc": 0.91, "f1": 0.8 }, "card_url": "https://wiki.example/card",
        "lineage": { "run": "run-1", "commit": "4b825dc6", "parent": { "model": "fraud", "version": "0" } }
    });
    let answer = room.ask(CONTRIBUTOR, Method::PATCH, VERSION, change).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let request = room.request(CONTRIBUTOR, "production").await;
    room.approve(&request).await;
    (room, request)
}

async fn patch(room: &Room, who: Who, change: Value) -> Answer {
    room.ask(who, Method::PATCH, VERSION, change).await
}

async fn what_was_on_record_stays_or_the_approval_ends(place: Place) {
    let changes = [
        (json!({ "metrics": { "auc": 0.99, "f1": 0.8 } }), "the measure auc is 0.99, not 0.91"),
        (json!({ "metrics": { "auc": 0.91 } }), "the measure f1 was taken away (0.8)"),
        (json!({ "card_url": null }), "the model card was taken away (https://wiki.example/card)"),
        (
            json!({ "lineage": { "run": "run-2", "commit": "4b825dc6", "parent": { "model": "fraud", "version": "0" } } }),
            "the run is run-2, not run-1",
        ),
        (
            json!({ "lineage": { "run": "run-1", "commit": "4b825dc6" } }),
            "the version that it was made from was taken away (fraud 0)",
        ),
    ];
    let (room, mut request) = approved(place).await;
    for (mut change, words) in changes {
        let silent = patch(&room, CONTRIBUTOR, change.clone()).await;
        refused(&silent, 409, "ends_approval");
        assert_eq!(silent.json()["approvals"][0]["id"], json!(request.id), "{}", silent.body);
        assert_eq!(room.state(&request).await, "approved", "nothing is stored");
        change["ends_approval"] = json!(true);
        assert_eq!(patch(&room, MACHINE, change).await.status, 200);
        let seen = room.look(&request).await;
        assert_eq!((&seen["state"], &seen["changes"]), (&json!("stale"), &json!([words])), "{seen}");
        assert!(!room.gate("production").await.0);
        let back = json!({
            "metrics": { "auc": 0.91, "f1": 0.8 }, "card_url": "https://wiki.example/card",
            "lineage": { "run": "run-1", "commit": "4b825dc6", "parent": { "model": "fraud", "version": "0" } }
        });
        assert_eq!(patch(&room, CONTRIBUTOR, back).await.status, 200);
        assert!(!room.gate("production").await.0, "putting it back brings nothing back");
        request = room.request(CONTRIBUTOR, "production").await;
        room.approve(&request).await;
    }
    let seen = room.look(&request).await;
    let record = &seen["bound"]["on_record"];
    assert_eq!((&record["tier"], &record["metrics"]["auc"]), (&json!("limited"), &json!("0.91")), "{record}");
    assert_eq!(record["parent"], json!({ "model": "fraud", "version": "0" }));
}

async fn what_is_added_ends_nothing(place: Place) {
    let mut room = Room::new(place).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    room.approve(&request).await;
    room.left().await;
    for change in [
        json!({ "metrics": { "drift": 0.02 } }),
        json!({ "metrics": { "drift": 0.03, "auc": 0.9 } }),
        json!({ "card_url": "https://wiki.example/card" }),
        json!({ "lineage": { "run": "run-1" } }),
    ] {
        let answer = patch(&room, MACHINE, change).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(room.gate("production").await, (true, "approved".to_owned()));
    }
    let left = room.left().await;
    assert!(!left.iter().any(|action| action.starts_with("approval.")), "{left:?}");
}

async fn each_door_names_what_it_ends(place: Place) {
    let (room, request) = approved(place).await;
    let data = json!({ "namespace": "bank", "name": "cards", "classification": "internal", "team": "own",
        "purposes": ["training"] });
    let _ = room.ask(LEAD, Method::POST, "/datasets", data).await;
    let evidence = json!({ "kind": "fairness", "title": "f", "uri": "https://wiki.example/f",
        "sha256": "f".repeat(64), "made_on": "2024-10-01" });
    let pieces = room.get(CONTRIBUTOR, &format!("{VERSION}/evidence")).await;
    let piece = format!("{VERSION}/evidence/{}", pieces["items"][0]["id"].as_str().unwrap());
    let lineage = json!({ "lineage": {} });
    let all = [
        (Method::PATCH, VERSION.to_owned(), json!({ "metrics": {} })),
        (Method::PATCH, VERSION.to_owned(), lineage),
        (Method::POST, format!("{VERSION}/evidence"), evidence),
        (Method::DELETE, piece.clone(), Value::Null),
        (Method::PATCH, "/models/fraud".to_owned(), json!({ "archived": true })),
        (Method::PATCH, "/models/fraud".to_owned(), risk(&room, &["money-at-stake"]).await),
    ];
    for (method, path, body) in &all {
        for who in [CONTRIBUTOR, MACHINE] {
            let answer = room.ask(who, method.clone(), path, body.clone()).await;
            refused(&answer, 409, "ends_approval");
            assert!(answer.json()["detail"].as_str().unwrap().contains("fraud 1 for production"), "{path}");
        }
    }
    assert_eq!((room.state(&request).await, room.gate("production").await.0), ("approved".to_owned(), true));
    // In the query, and in a body where there is none otherwise.
    let answer = room.ask(CONTRIBUTOR, Method::DELETE, &piece, json!({ "ends_approval": true })).await;
    assert_eq!(answer.status, 204, "{}", answer.body);
    assert_eq!(room.state(&request).await, "stale");
}

/// Answers to the questions about risk: yes to these, no to all others.
async fn risk(room: &Room, yes: &[&str]) -> Value {
    let questions = room.get(LEAD, "/risk-questions").await;
    let ids = questions["questions"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap());
    let answer = |id: &str| if yes.contains(&id) { "yes" } else { "no" };
    let answers: serde_json::Map<_, _> = ids.map(|id| (id.to_owned(), json!(answer(id)))).collect();
    json!({ "risk_answers": answers })
}

async fn a_page_shows_what_it_ends_before_it_does(place: Place) {
    let (room, request) = approved(place).await;
    let pieces = room.get(CONTRIBUTOR, &format!("{VERSION}/evidence")).await;
    let id = pieces["items"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/models/fraud/1/evidence/{id}/remove");
    let first = room.world.send(CONTRIBUTOR, &Method::POST, &path, "").await;
    assert_eq!(first.status, 409, "{}", first.body);
    for shown in ["fraud 1 for production", &format!("/approvals/{}", request.id), "name=\"ends_approval\""] {
        assert!(first.body.contains(shown), "{shown}: {}", first.body);
    }
    assert_eq!(room.state(&request).await, "approved");
    let second = room.world.send(CONTRIBUTOR, &Method::POST, &path, "ends_approval=true").await;
    assert_eq!(second.status, 303, "{}", second.body);
    assert_eq!(room.state(&request).await, "stale");
    // What ends nothing is not asked about, and other fields go through as they are.
    let third =
        room.world.send(CONTRIBUTOR, &Method::POST, "/models/fraud/risk", "ends_approval=false").await;
    assert!(third.status.is_client_error(), "{}", third.status);
}

async fn raise(room: &Room) {
    let mut body = risk(room, &["money-at-stake"]).await;
    body["ends_approval"] = json!(true);
    let answer = room.ask(CONTRIBUTOR, Method::PATCH, "/models/fraud", body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

async fn a_raised_tier_suspends_until_it_is_confirmed(place: Place) {
    let (mut room, request) = approved(place).await;
    room.left().await;
    raise(&room).await;
    assert_eq!(room.state(&request).await, "suspended");
    assert_eq!(room.gate("production").await.1, "suspended");
    assert_eq!(
        room.get(OFFICER, "/approval-requests?state=suspended").await["items"][0]["id"],
        json!(request.id)
    );
    assert!(
        room.get(OFFICER, "/approval-requests?state=approved").await["items"].as_array().unwrap().is_empty()
    );
    let left = room.left().await;
    assert!(left.contains(&"approval.suspended".to_owned()), "{left:?}");
    assert_eq!(edited(&room).await, [""; 0], "the entries tell the same");
    decide(&room, LEAD, "confirm").await;
    let seen = room.look(&request).await;
    assert_eq!(seen["state"], "stale");
    assert!(seen["changes"].to_string().contains("the risk tier is high, not limited"), "{seen}");
    assert!(room.left().await.contains(&"approval.stale".to_owned()));
}

/// What `fsck` finds about requests.
async fn edited(room: &Room) -> Vec<String> {
    room.world.settled().await;
    let findings = fsck::check(&room.world.app.db, |_, _| ()).await.unwrap().findings;
    let requests = findings.into_iter().filter(|one| one.place.starts_with("approval_request"));
    requests.map(|one| one.problem).collect()
}

/// Decides about the raise that waits.
async fn decide(room: &Room, who: Who, what: &str) {
    let waiting = room.get(OFFICER, "/proposals?kind=tier-raised&state=waiting").await;
    let id = waiting["items"][0]["id"].as_str().unwrap_or_else(|| panic!("{waiting}")).to_owned();
    let body = if what == "reject" { json!({ "reason": "A mistake." }) } else { json!({}) };
    let answer = room.ask(who, Method::POST, &format!("/proposals/{id}/{what}"), body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

async fn a_raise_that_is_taken_back_lets_it_hold_again(place: Place) {
    let (mut room, request) = approved(place).await;
    // What is open is decided under the new tier, and is another request than the approval.
    let new = room.request(CONTRIBUTOR, "staging").await;
    raise(&room).await;
    assert_eq!(room.look(&new).await["policy"]["id"], "high");
    room.left().await;
    decide(&room, OFFICER, "reject").await;
    assert_eq!(room.state(&request).await, "approved");
    assert_eq!(room.gate("production").await, (true, "approved".to_owned()));
    assert_eq!(room.look(&new).await["policy"]["id"], "limited");
    let left = room.left().await;
    for action in ["approval.resumed", "approval.decisions_voided"] {
        assert!(left.contains(&action.to_owned()), "{left:?}");
    }
    assert_eq!(edited(&room).await, [""; 0], "the entries tell the same");
}

async fn other_changes_end_what_is_suspended(place: Place) {
    let (room, request) = approved(place).await;
    raise(&room).await;
    let added = patch(&room, MACHINE, json!({ "metrics": { "auc": 0.91, "f1": 0.8, "drift": 0.1 } })).await;
    assert_eq!((added.status.as_u16(), room.state(&request).await), (200, "suspended".to_owned()));
    let changed = patch(&room, MACHINE, json!({ "metrics": { "auc": 0.99, "f1": 0.8 } })).await;
    assert_eq!((changed.status.as_u16(), room.state(&request).await), (200, "stale".to_owned()));
    decide(&room, LEAD, "reject").await;
    assert_eq!(room.state(&request).await, "stale", "the way back is closed");
}

async fn what_was_approved_before_the_upgrade_holds(place: Place) {
    let (room, request) = approved(place).await;
    // As it was kept before: without what the registry says.
    let sql = "SELECT state FROM approval_request WHERE id = $1";
    let mut conn = room.world.app.db.read().await.unwrap();
    let (state,) = fetch_one!(&mut conn, (String,), sql, request.id).await.unwrap();
    drop(conn);
    let mut state: Value = serde_json::from_str(&state).unwrap();
    let bound = state["state"]["bound"].as_object_mut().unwrap();
    bound.remove("on_record").expect("it is bound to that now");
    let old: BoundState = serde_json::from_value(Value::Object(bound.clone())).unwrap();
    state["state"]["bound_sha256"] = json!(old.sha256());
    let state = state.to_string();
    let write = room.world.app.db.write(move |tx| {
        let state = state.clone();
        async move {
            execute!(tx, "UPDATE approval_request SET state = $1 WHERE id = $2", state, request.id)
                .await
                .map(drop)
        }
        .boxed()
    });
    write.await.unwrap();
    assert_eq!(room.gate("production").await, (true, "approved".to_owned()));
    assert_eq!(room.look(&request).await["bound"]["on_record"], Value::Null);
    let again = room.request(CONTRIBUTOR, "production").await;
    assert_eq!(again.id, request.id, "nothing is asked for again");
    assert_eq!(patch(&room, MACHINE, json!({ "metrics": { "auc": 0.99 } })).await.status, 200);
    assert_eq!(room.gate("production").await, (true, "approved".to_owned()));
    let evidence = json!({ "kind": "fairness", "title": "f", "uri": "https://wiki.example/f",
        "sha256": "f".repeat(64), "made_on": "2024-10-01" });
    refused(
        &room.ask(MACHINE, Method::POST, &format!("{VERSION}/evidence"), evidence).await,
        409,
        "ends_approval",
    );
}

async fn an_open_request_does_not_ask(place: Place) {
    let room = Room::new(place).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    room.decide(APPROVER, &request, "product", "approved").await;
    let change = json!({ "lineage": { "run": "run-1" }, "metrics": { "auc": 0.9 } });
    assert_eq!(patch(&room, MACHINE, change).await.status, 200);
    assert_eq!(room.state(&request).await, "open");
}
