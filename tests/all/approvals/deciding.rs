//! From the question to the end of the answer, with one entry for each step of it.

use super::room::{APPROVER, Asked, CONTRIBUTOR, LEAD, OFFICER, Room, VERSION, VIEWER, refused};
use assay_domain::access::Role;
use assay_server::delegations::service::{self as delegations, NewDelegation};
use assay_server::{fetch_all, fetch_one};
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use axum::http::Method;
use futures::future::join_all;
use serde_json::{Value, json};

on_both_engines!(
    two_people_approve_what_a_third_asked_for,
    two_decisions_at_once_both_count,
    many_requests_at_once_are_one,
    a_no_ends_it,
    what_is_asked_again_takes_the_place_of_the_old,
    it_is_taken_back_before_and_after,
    conditions_are_confirmed_by_who_could_have_made_them,
    an_emergency_goes_first_and_is_looked_at_afterwards,
    lists_show_what_waits_for_whom,
    somebody_decides_for_who_is_away,
);

async fn two_people_approve_what_a_third_asked_for(place: Place) {
    let mut room = Room::new(place).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    assert_eq!(room.left().await, ["approval.requested"]);
    let seen = room.look(&request).await;
    assert_eq!((&seen["state"], &seen["policy"]["id"]), (&json!("open"), &json!("limited")));
    assert_eq!(seen["note"], "passed every test");
    assert_eq!(seen["steps"][0]["needed"], 1);

    let first = room.decide(LEAD, &request, "craft", "approved").await;
    assert_eq!(first.status, 200, "{}", first.body);
    assert_eq!(first.json()["state"], "open");
    let last = room.decide(APPROVER, &request, "product", "approved").await.json();
    assert_eq!((&last["state"], last["decisions"].as_array().unwrap().len()), (&json!("approved"), 2));
    assert_eq!(last["decisions"][0]["reason"], "looked at it");
    assert_eq!(room.left().await, ["approval.decided", "approval.decided"]);

    // The words stand beside the trail and in it only as commitments.
    let mut conn = room.world.app.db.read().await.unwrap();
    let leaves = fetch_all!(
        &mut conn,
        (Vec<u8>,),
        "SELECT leaf FROM audit_entry WHERE subject_type = 'approval_request'"
    );
    for (leaf,) in leaves.await.unwrap() {
        let leaf = String::from_utf8(leaf).unwrap();
        assert!(!leaf.contains("looked at it") && !leaf.contains("every test"), "{leaf}");
    }
    let elsewhere = room.get(VIEWER, "/approval-requests?model=fraud&environment=staging").await;
    assert_eq!(elsewhere["items"], json!([]), "approved for production only");
}

/// The policy's steps are open at once here. Whoever reads first must not overwrite what the other has written.
async fn two_decisions_at_once_both_count(place: Place) {
    let mut room = Room::new(place).await;
    for round in 0..8 {
        let environment = format!("round-{round}");
        let request = room.request(CONTRIBUTOR, &environment).await;
        room.left().await;
        let both = [(LEAD, "craft"), (APPROVER, "product")];
        let answers = join_all(both.map(|(who, step)| room.decide(who, &request, step, "approved"))).await;
        assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
        let seen = room.look(&request).await;
        assert_eq!((&seen["state"], &seen["revision"]), (&json!("approved"), &json!(3)));
        assert_eq!(room.left().await, ["approval.decided", "approval.decided"]);
    }
}

async fn many_requests_at_once_are_one(place: Place) {
    let mut room = Room::new(place).await;
    let path = format!("{VERSION}/approval-requests");
    let ask = || room.ask(CONTRIBUTOR, Method::POST, &path, json!({ "environment": "production" }));
    let answers = join_all((0..6).map(|_| ask())).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1, "{answers:?}");
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        refused(answer, 409, "request_open");
    }
    assert_eq!(room.left().await, ["approval.requested"]);
}

async fn a_no_ends_it(place: Place) {
    let mut room = Room::new(place).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    room.decide(LEAD, &request, "craft", "approved").await;
    room.left().await;
    let bound = room.look(&request).await["bound_sha256"].clone();
    let silent = json!({ "step": "product", "decision": "rejected", "bound_sha256": bound });
    refused(
        &room.ask(APPROVER, Method::POST, &request.path("/decisions"), silent).await,
        422,
        "reason_missing",
    );
    let no = room.decide(APPROVER, &request, "product", "rejected").await.json();
    assert_eq!(no["state"], "rejected");
    assert_eq!(no["decisions"].as_array().unwrap().last().unwrap()["reason"], "looked at it");
    assert_eq!(room.left().await, ["approval.decided"]);
    refused(&room.decide(LEAD, &request, "craft", "approved").await, 409, "request_closed");
}

async fn what_is_asked_again_takes_the_place_of_the_old(place: Place) {
    let mut room = Room::new(place).await;
    let first = room.request(CONTRIBUTOR, "production").await;
    room.approve(&first).await;
    room.world.clock.advance(chrono::TimeDelta::hours(1));
    let second = room.renewal(CONTRIBUTOR, "production").await;
    room.left().await;
    assert_eq!(room.state(&first).await, "approved");
    room.approve(&second).await;
    let old = room.look(&first).await;
    assert_eq!((&old["state"], &old["superseded_by"]), (&json!("superseded"), &json!(second.id)));
    assert_eq!(room.left().await, ["approval.decided", "approval.decided", "approval.superseded"]);
}

async fn it_is_taken_back_before_and_after(place: Place) {
    let mut room = Room::new(place).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    room.left().await;
    let no_right = room.ask(APPROVER, Method::POST, &request.path("/withdraw"), json!({})).await;
    refused(&no_right, 403, "forbidden");
    room.post(CONTRIBUTOR, &request.path("/withdraw"), json!({ "reason": "not yet" })).await;
    assert_eq!(room.state(&request).await, "withdrawn");
    assert_eq!(room.left().await, ["access.denied", "approval.withdrawn"]);
    refused(&room.decide(LEAD, &request, "craft", "approved").await, 409, "request_closed");

    let request = room.request(CONTRIBUTOR, "production").await;
    room.approve(&request).await;
    room.left().await;
    let too_late = room.ask(CONTRIBUTOR, Method::POST, &request.path("/withdraw"), json!({})).await;
    refused(&too_late, 409, "not_open");
    let revoke = request.path("/revoke");
    refused(&room.ask(LEAD, Method::POST, &revoke, json!({ "reason": " " })).await, 422, "reason_missing");
    let no_role = room.ask(OFFICER, Method::POST, &revoke, json!({ "reason": "I can" })).await;
    refused(&no_role, 403, "not_holding_role");
    room.post(LEAD, &revoke, json!({ "reason": "it drifts" })).await;
    assert_eq!(room.state(&request).await, "revoked");
    assert_eq!(room.left().await, ["access.denied", "approval.revoked"]);
}

async fn conditions_are_confirmed_by_who_could_have_made_them(place: Place) {
    let mut room = Room::new(place).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    let bound = room.look(&request).await["bound_sha256"].clone();
    let with = |due: &str| {
        json!({ "step": "craft", "decision": "approved", "bound_sha256": bound,
            "conditions": [{ "text": "watch the drift", "due": due }] })
    };
    let path = request.path("/decisions");
    refused(&room.ask(LEAD, Method::POST, &path, with("2025-10-01")).await, 422, "condition_due");
    refused(&room.ask(LEAD, Method::POST, &path, with("2024-01-01")).await, 422, "condition_due");
    room.post(LEAD, &path, with("2024-11-01")).await;
    assert_eq!(room.decide(APPROVER, &request, "product", "approved").await.status, 200);
    room.left().await;
    let condition = room.look(&request).await["decisions"][0]["conditions"][0].clone();
    assert_eq!((&condition["text"], &condition["state"]), (&json!("watch the drift"), &json!("open")));
    let met = request.path(&format!("/conditions/{}/met", condition["id"].as_str().unwrap()));
    refused(&room.ask(APPROVER, Method::POST, &met, json!({})).await, 403, "not_holding_role");
    let unknown = request.path("/conditions/00000000-0000-0000-0000-000000000009/met");
    assert_eq!(room.ask(LEAD, Method::POST, &unknown, json!({})).await.status, 404);
    room.post(LEAD, &met, json!({ "note": "there is an alert" })).await;
    assert_eq!(room.look(&request).await["decisions"][0]["conditions"][0]["state"], "met");
    refused(&room.ask(LEAD, Method::POST, &met, json!({})).await, 409, "condition_met_already");
    assert_eq!(room.left().await, ["access.denied", "approval.condition_met"]);
}

async fn an_emergency_goes_first_and_is_looked_at_afterwards(place: Place) {
    let mut room = Room::new(place).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    room.left().await;
    let glass = request.path("/break-glass");
    let no_role = room.ask(CONTRIBUTOR, Method::POST, &glass, json!({ "reason": "it burns" })).await;
    refused(&no_role, 403, "not_holding_role");
    refused(&room.ask(LEAD, Method::POST, &glass, json!({ "reason": "" })).await, 422, "reason_missing");
    let declared = room.post(LEAD, &glass, json!({ "reason": "it burns" })).await;
    assert_eq!(declared["state"], "open");
    assert!(declared["emergency"]["review_by"].is_string(), "{declared}");
    let review = request.path("/review");
    let yes = json!({ "justified": true, "reason": "it did burn" });
    refused(&room.ask(LEAD, Method::POST, &review, yes.clone()).await, 403, "self_review");
    assert_eq!(room.post(APPROVER, &review, yes.clone()).await["emergency"]["justified"], true);
    refused(&room.ask(APPROVER, Method::POST, &review, yes).await, 409, "reviewed_already");
    assert_eq!(
        room.left().await,
        ["access.denied", "break_glass.declared", "access.denied", "break_glass.reviewed"]
    );

    // Both in one: without the evidence that a request needs.
    let path = format!("{VERSION}/approval-requests");
    let body = json!({ "environment": "dr", "emergency": { "reason": "the other site is down" } });
    let both = room.post(LEAD, &path, body).await;
    assert_eq!(room.left().await, ["break_glass.declared"]);
    assert_eq!(both["emergency"]["justified"], Value::Null);
}

async fn lists_show_what_waits_for_whom(place: Place) {
    let room = Room::new(place).await;
    let (one, two) = (room.request(CONTRIBUTOR, "one").await, room.request(CONTRIBUTOR, "two").await);
    room.decide(LEAD, &one, "craft", "approved").await;
    let ids = |list: Value| -> Vec<String> {
        list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    };
    let waiting = "/approval-requests?waiting_for_me=true";
    assert_eq!(ids(room.get(LEAD, waiting).await), [two.id.to_string()], "one has the craft's decision");
    assert_eq!(ids(room.get(APPROVER, waiting).await), [two.id.to_string(), one.id.to_string()]);
    assert!(ids(room.get(VIEWER, waiting).await).is_empty());
    assert!(ids(room.get(CONTRIBUTOR, waiting).await).is_empty());

    let first = room.get(LEAD, "/approval-requests?limit=1").await;
    assert_eq!(ids(first.clone()), [two.id.to_string()]);
    let next = format!("/approval-requests?limit=1&after={}", first["next"].as_str().unwrap());
    let second = room.get(LEAD, &next).await;
    assert_eq!((ids(second.clone()), &second["next"]), (vec![one.id.to_string()], &Value::Null));
    assert_eq!(ids(room.get(LEAD, "/approval-requests?environment=one&model=fraud&team=own").await).len(), 1);
    assert!(ids(room.get(LEAD, "/approval-requests?model=nothing").await).is_empty());
    assert!(ids(room.get(LEAD, "/approval-requests?state=approved").await).is_empty());
    let wrong = room.ask(LEAD, Method::GET, "/approval-requests?state=fine", Value::Null).await;
    assert_eq!((wrong.status.as_u16(), wrong.body.contains("/state")), (422, true), "{}", wrong.body);
    let of: Asked = one;
    let mut conn = room.world.app.db.read().await.unwrap();
    let sql = "SELECT COUNT(*) FROM approval_word WHERE request_id = $1";
    assert_eq!(fetch_one!(&mut conn, (i64,), sql, of.id).await.unwrap().0, 2, "the note and a reason");
}

async fn somebody_decides_for_who_is_away(place: Place) {
    let mut room = Room::new(place).await;
    let bo = room.somebody("bo", Role::Approver).await;
    let today = room.world.app.clock.now().date_naive();
    let away = NewDelegation { to: bo.id.to_string(), team: None, first_day: today, last_day: today };
    delegations::make(&room.world.app, &room.caller(APPROVER), away).await.unwrap();
    let request = room.request(CONTRIBUTOR, "production").await;
    room.left().await;
    let waiting =
        bo.send(&room, &Method::GET, "/api/v1/approval-requests?waiting_for_me=true", "").await.json();
    assert_eq!(waiting["items"][0]["id"], json!(request.id), "it waits for bo in the place of another");
    refused(&bo.decide(&room, &request, "product", json!({})).await, 403, "not_holding_role");
    let behalf = json!({ "on_behalf_of": "approver@example.org" });
    let decided = bo.decide(&room, &request, "product", behalf).await;
    assert_eq!(decided.status, 200, "{}", decided.body);
    let decision = decided.json()["decisions"][0].clone();
    assert_eq!((&decision["by"], &decision["on_behalf_of"]), (&json!(bo.id), &json!(room.id(APPROVER))));
    assert_eq!(decision["role"], "product-manager", "the job role of the one who is away counts");
    // Neither is counted twice.
    refused(&room.decide(APPROVER, &request, "product", "approved").await, 409, "already_decided");
    assert_eq!(room.left().await, ["access.denied", "approval.decided"]);
}
