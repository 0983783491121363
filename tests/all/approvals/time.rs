//! What time alone does: treated as done when somebody looks, and put on record in the background.

use super::room::{APPROVER, CONTRIBUTOR, LEAD, Room, VERSION, refused};
use assay_domain::access::Role;
use assay_server::approvals::requests::service::put_on_record;
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::Who;
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::json;

on_both_engines!(
    a_request_ends_before_it_is_on_record,
    an_approval_ends,
    a_late_condition_is_found,
    a_new_request_ends_the_old_one_first,
);

const PEOPLE: &[Role] =
    &[Role::TeamLead, Role::Contributor, Role::Approver, Role::ComplianceOfficer, Role::Admin];

async fn pass(room: &mut Room, days: i64) {
    room.world.pass(TimeDelta::days(days), PEOPLE).await;
    room.left().await;
}

async fn a_request_ends_before_it_is_on_record(place: Place) {
    let mut room = Room::new(place).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    pass(&mut room, 29).await;
    assert_eq!(put_on_record(&room.world.app).await.unwrap(), 0);
    assert_eq!(room.state(&request).await, "open");
    pass(&mut room, 1).await;
    assert_eq!(room.state(&request).await, "expired", "whoever looks sees it, on record or not");
    let open = room.get(LEAD, "/approval-requests?state=open").await;
    assert_eq!(open["items"], json!([]));
    assert_eq!(
        room.get(LEAD, "/approval-requests?state=expired").await["items"].as_array().unwrap().len(),
        1
    );
    refused(&room.decide(LEAD, &request, "craft", "approved").await, 409, "request_expired");
    assert_eq!(room.left().await, [""; 0]);
    assert_eq!(put_on_record(&room.world.app).await.unwrap(), 1);
    assert_eq!(room.left().await, ["approval.expired"]);
    assert_eq!(put_on_record(&room.world.app).await.unwrap(), 0, "once");
    refused(&room.decide(LEAD, &request, "craft", "approved").await, 409, "request_closed");
}

async fn an_approval_ends(place: Place) {
    let mut room = Room::new(place).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    room.approve(&request).await;
    pass(&mut room, 365).await;
    assert_eq!(room.state(&request).await, "expired");
    assert_eq!(put_on_record(&room.world.app).await.unwrap(), 1);
    assert_eq!(room.left().await, ["approval.expired"]);
}

async fn a_late_condition_is_found(place: Place) {
    let mut room = Room::new(place).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    let bound = room.look(&request).await["bound_sha256"].clone();
    let body = json!({ "step": "craft", "decision": "approved", "bound_sha256": bound,
        "conditions": [{ "text": "watch it", "due": "2024-10-10" }, { "text": "tell them", "due": "2024-10-12" }] });
    room.post(LEAD, &request.path("/decisions"), body).await;
    assert_eq!(room.decide(APPROVER, &request, "product", "approved").await.status, 200);
    pass(&mut room, 6).await;
    assert_eq!(put_on_record(&room.world.app).await.unwrap(), 0, "the last day counts");
    pass(&mut room, 1).await;
    assert_eq!(put_on_record(&room.world.app).await.unwrap(), 1);
    assert_eq!(room.left().await, ["approval.condition_overdue"]);
    let seen = room.look(&request).await;
    let states: Vec<_> = seen["decisions"][0]["conditions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["state"].clone())
        .collect();
    assert_eq!((&seen["state"], states), (&json!("approved"), vec![json!("overdue"), json!("open")]));
    pass(&mut room, 2).await;
    assert_eq!(put_on_record(&room.world.app).await.unwrap(), 1);
    assert_eq!(room.left().await, ["approval.condition_overdue"]);
}

async fn a_new_request_ends_the_old_one_first(place: Place) {
    let mut room = Room::new(place).await;
    room.request(CONTRIBUTOR, "production").await;
    pass(&mut room, 31).await;
    let path = format!("{VERSION}/approval-requests");
    let who: Who = CONTRIBUTOR;
    let again = room.ask(who, Method::POST, &path, json!({ "environment": "production" })).await;
    assert_eq!(again.status, 201, "{}", again.body);
    assert_eq!(room.left().await, ["approval.expired", "approval.requested"]);
}
