//! Asking again for what is approved: it opens nothing, and a renewal leaves what is approved until it is decided.

use super::room::{APPROVER, CONTRIBUTOR, LEAD, MACHINE, Room, VERSION, refused};
use assay_domain::access::Role;
use assay_server::approvals::requests::service::put_on_record;
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::json;

on_both_engines!(
    what_is_approved_is_not_asked_for_again,
    a_renewal_leaves_what_is_approved_until_it_is_decided,
    a_renewal_that_is_rejected_ends_what_is_approved,
    a_renewal_that_is_withdrawn_or_expires_ends_nothing,
    what_changed_is_asked_for_anew,
    an_older_version_is_let_through_again,
);

const YES: (bool, &str) = (true, "approved");
const PEOPLE: &[Role] =
    &[Role::TeamLead, Role::Contributor, Role::Approver, Role::ComplianceOfficer, Role::Admin];

fn said((allowed, code): &(bool, String)) -> (bool, &str) {
    (*allowed, code)
}

async fn what_is_approved_is_not_asked_for_again(place: Place) {
    let mut room = Room::new(place).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    room.approve(&request).await;
    room.left().await;
    let path = format!("{VERSION}/approval-requests");
    for who in [CONTRIBUTOR, MACHINE, LEAD] {
        let again = room.ask(who, Method::POST, &path, json!({ "environment": "production" })).await;
        assert_eq!((again.status.as_u16(), &again.json()["id"]), (200, &json!(request.id)), "{}", again.body);
        assert_eq!(again.json()["state"], "approved");
    }
    // More measures are the same state.
    room.ask(CONTRIBUTOR, Method::PATCH, VERSION, json!({ "metrics": { "auc": 0.93 } })).await;
    let again = room.ask(MACHINE, Method::POST, &path, json!({ "environment": "production" })).await;
    assert_eq!(again.status, 200, "{}", again.body);
    assert_eq!(room.left().await, ["model_version.changed"], "nothing is opened");
    assert_eq!(said(&room.gate("production").await), YES);
    let elsewhere = room.ask(MACHINE, Method::POST, &path, json!({ "environment": "staging" })).await;
    assert_eq!(elsewhere.status, 201, "it is approved for production only: {}", elsewhere.body);
}

async fn a_renewal_leaves_what_is_approved_until_it_is_decided(place: Place) {
    let room = Room::new(place).await;
    let first = room.request(CONTRIBUTOR, "production").await;
    room.approve(&first).await;
    room.world.clock.advance(TimeDelta::hours(1));
    let second = room.renewal(CONTRIBUTOR, "production").await;
    assert_eq!((room.state(&first).await, room.state(&second).await), ("approved".into(), "open".into()));
    assert_eq!(said(&room.gate("production").await), YES, "an open renewal closes nothing");
    let path = format!("{VERSION}/approval-requests");
    let body = json!({ "environment": "production", "renew": true });
    refused(&room.ask(LEAD, Method::POST, &path, body).await, 409, "request_open");
    let again = room.ask(MACHINE, Method::POST, &path, json!({ "environment": "production" })).await;
    assert_eq!((again.status.as_u16(), &again.json()["id"]), (200, &json!(first.id)), "{}", again.body);
    assert_eq!(room.decide(LEAD, &second, "craft", "approved").await.status, 200);
    assert_eq!(said(&room.gate("production").await), YES, "nor does one that is half decided");
    assert_eq!(room.decide(APPROVER, &second, "product", "approved").await.status, 200);
    assert_eq!(room.state(&first).await, "superseded");
    assert_eq!(said(&room.gate("production").await), YES);
}

async fn a_renewal_that_is_rejected_ends_what_is_approved(place: Place) {
    let mut room = Room::new(place).await;
    let first = room.request(CONTRIBUTOR, "production").await;
    room.approve(&first).await;
    let staging = room.request(CONTRIBUTOR, "staging").await;
    room.approve(&staging).await;
    let second = room.renewal(CONTRIBUTOR, "production").await;
    room.left().await;
    assert_eq!(room.decide(LEAD, &second, "craft", "rejected").await.status, 200);
    assert_eq!(room.left().await, ["approval.decided", "approval.renewal_rejected"]);
    let old = room.look(&first).await;
    assert_eq!((&old["state"], &old["superseded_by"]), (&json!("superseded"), &json!(second.id)));
    assert_eq!(said(&room.gate("production").await), (false, "rejected"));
    assert_eq!(said(&room.gate("staging").await), YES, "another environment is another approval");
}

async fn a_renewal_that_is_withdrawn_or_expires_ends_nothing(place: Place) {
    let mut room = Room::new(place).await;
    let first = room.request(CONTRIBUTOR, "production").await;
    room.approve(&first).await;
    let second = room.renewal(CONTRIBUTOR, "production").await;
    room.post(CONTRIBUTOR, &second.path("/withdraw"), json!({})).await;
    assert_eq!((room.state(&first).await, said(&room.gate("production").await)), ("approved".into(), YES));
    let third = room.renewal(CONTRIBUTOR, "production").await;
    room.world.pass(TimeDelta::days(31), PEOPLE).await;
    assert_eq!(said(&room.gate("production").await), YES, "before that is on record");
    assert_eq!(put_on_record(&room.world.app).await.unwrap(), 1);
    assert_eq!(room.state(&third).await, "expired");
    assert_eq!((room.state(&first).await, said(&room.gate("production").await)), ("approved".into(), YES));
    room.left().await;
}

async fn what_changed_is_asked_for_anew(place: Place) {
    let room = Room::new(place).await;
    let first = room.request(CONTRIBUTOR, "production").await;
    room.approve(&first).await;
    room.post(LEAD, &first.path("/revoke"), json!({ "reason": "it drifts" })).await;
    assert_eq!(said(&room.gate("production").await), (false, "revoked"));
    let second = room.request(CONTRIBUTOR, "production").await;
    assert_ne!(second.id, first.id);
    assert_eq!(said(&room.gate("production").await), (false, "decisions_missing"));
}

async fn an_older_version_is_let_through_again(place: Place) {
    let room = Room::new(place).await;
    let old = room.request(CONTRIBUTOR, "production").await;
    room.approve(&old).await;
    let version = json!({ "version": "2", "artefact_digest": super::room::digest('b') });
    room.post(CONTRIBUTOR, "/models/fraud/versions", version).await;
    // The roll-back asks before it deploys, as it always does.
    let path = format!("{VERSION}/approval-requests");
    let again = room.ask(MACHINE, Method::POST, &path, json!({ "environment": "production" })).await;
    assert_eq!(again.status, 200, "{}", again.body);
    assert_eq!(said(&room.gate("production").await), YES);
}
