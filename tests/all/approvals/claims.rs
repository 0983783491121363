//! Naming somebody who has decided, taking off who was named wrongly, and linking identities: each is confirmed by somebody
//! else, and until then it closes nothing.

use super::room::{APPROVER, Asked, CONTRIBUTOR, LEAD, MACHINE, OFFICER, Room, VERSION, refused};
use assay_domain::access::Role;
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::{Answer, Who};
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

on_both_engines!(
    naming_a_decider_waits_and_an_open_request_with_it,
    an_approval_goes_on_while_its_decider_is_named,
    a_wrong_entry_is_taken_off_by_an_officer,
    whoever_names_themselves_means_it,
    an_identity_is_linked_when_somebody_else_confirms_it,
);

const ADMIN: Who = Who::Person(Role::Admin);

/// Names the lead as an author, in the words of whoever.
async fn name_the_lead(room: &Room, by: Who) -> Value {
    let lead = json!({ "authors": [{ "subjects": ["email|team-lead@example.org"] }] });
    let answer = room.ask(by, Method::PATCH, VERSION, lead).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

async fn decide(room: &Room, who: Who, proposal: &Value, what: &str) -> Answer {
    let path = format!("/proposals/{}/{what}", proposal.as_str().unwrap());
    room.ask(who, Method::POST, &path, json!({ "reason": "it is not so" })).await
}

async fn allowed(room: &Room) -> (bool, String) {
    let seen = room.get(OFFICER, "/gate?model=fraud&version=1&environment=production").await;
    (seen["allowed"].as_bool().unwrap(), seen["reasons"][0]["code"].as_str().unwrap().to_owned())
}

fn given(seen: &Value) -> (&Value, &Value) {
    (&seen["state"], &seen["steps"][0]["given"])
}

async fn naming_a_decider_waits_and_an_open_request_with_it(place: Place) {
    let mut room = Room::new(place).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    room.decide(LEAD, &request, "craft", "approved").await;
    room.left().await;
    let named = name_the_lead(&room, MACHINE).await;
    assert_eq!((&named["authors"], &named["waiting"][0]["list"]), (&json!([]), &json!("authors")));
    assert_eq!(room.left().await, ["proposal.made", "approval.decision_claimed"]);
    name_the_lead(&room, CONTRIBUTOR).await;
    assert_eq!(room.left().await, [""; 0], "saying it again changes nothing");
    let seen = room.look(&request).await;
    assert_eq!(seen["decisions"][0]["claims"][0]["confirmed"], false);
    // Nobody else's decision stands in for it.
    room.decide(APPROVER, &request, "product", "approved").await;
    assert_eq!(given(&room.look(&request).await).0, &json!("open"));
    let page = room.world.send(LEAD, &Method::GET, &format!("/approvals/{}", request.id), "").await.body;
    assert!(page.contains("Named as the author of the version"), "{page}");
    let page = room.world.send(LEAD, &Method::GET, "/models/fraud/1", "").await.body;
    assert!(page.contains("not confirmed yet"), "{page}");
    // It is not so: everything is as before, and the request has all that it needs.
    let proposal = named["waiting"][0]["proposal"].clone();
    room.left().await;
    assert_eq!(decide(&room, OFFICER, &proposal, "reject").await.status, 200);
    assert_eq!(room.left().await, ["proposal.rejected", "approval.decision_claimed"]);
    assert_eq!(room.state(&request).await, "approved");
    assert!(allowed(&room).await.0);

    let request = room.request(CONTRIBUTOR, "staging").await;
    room.decide(LEAD, &request, "craft", "approved").await;
    let named = name_the_lead(&room, CONTRIBUTOR).await;
    let proposal = named["waiting"][0]["proposal"].clone();
    // Whoever said it does not confirm it; the person concerned does.
    assert_eq!(decide(&room, CONTRIBUTOR, &proposal, "confirm").await.status, 403);
    assert_eq!(decide(&room, LEAD, &proposal, "confirm").await.status, 200);
    assert_eq!(room.look(&request).await["decisions"][0]["claims"][0]["confirmed"], true);
    refused(&room.decide(LEAD, &request, "craft", "approved").await, 403, "excluded");
    let version = room.get(LEAD, VERSION).await;
    assert_eq!((version["authors"].as_array().unwrap().len(), &version["waiting"]), (1, &json!([])));
    assert_eq!(allowed(&room).await, (false, "decision_claimed".to_owned()), "it counts no more anywhere");
}

async fn approved(room: &Room) -> Asked {
    let request = room.request(CONTRIBUTOR, "production").await;
    room.approve(&request).await;
    assert!(allowed(room).await.0);
    request
}

async fn an_approval_goes_on_while_its_decider_is_named(place: Place) {
    let mut room = Room::new(place).await;
    let request = approved(&room).await;
    let named = name_the_lead(&room, CONTRIBUTOR).await;
    assert!(allowed(&room).await.0, "nobody closes production by naming its approvers");
    room.world.pass(TimeDelta::days(7), &[Role::ComplianceOfficer, Role::Contributor]).await;
    assert_eq!(allowed(&room).await, (false, "decision_claimed".to_owned()), "but somebody has to answer");
    assert_eq!(room.state(&request).await, "approved");
    assert_eq!(decide(&room, OFFICER, &named["waiting"][0]["proposal"], "reject").await.status, 200);
    assert!(allowed(&room).await.0, "it was not so");
    let again = name_the_lead(&room, CONTRIBUTOR).await["waiting"][0]["proposal"].clone();
    assert_eq!(decide(&room, OFFICER, &again, "confirm").await.status, 200);
    assert_eq!(allowed(&room).await, (false, "decision_claimed".to_owned()));
}

async fn a_wrong_entry_is_taken_off_by_an_officer(place: Place) {
    let mut room = Room::new(place).await;
    let request = approved(&room).await;
    let named = name_the_lead(&room, CONTRIBUTOR).await;
    decide(&room, OFFICER, &named["waiting"][0]["proposal"], "confirm").await;
    assert!(!allowed(&room).await.0);
    let path = format!("{VERSION}/wrong-people");
    let wrong =
        json!({ "list": "authors", "person": { "account": room.id(LEAD) }, "reason": "It was another." });
    for (who, rule) in [(CONTRIBUTOR, "officer_only"), (MACHINE, "people_only")] {
        refused(&room.ask(who, Method::POST, &path, wrong.clone()).await, 403, rule);
    }
    room.left().await;
    // The person asks, and an officer without a part confirms.
    let asked = room.ask(LEAD, Method::POST, &path, wrong.clone()).await.json();
    assert_eq!(asked["waiting"][0]["kind"], "author-removed");
    assert_eq!(decide(&room, LEAD, &asked["waiting"][0]["proposal"], "confirm").await.status, 403);
    assert!(!allowed(&room).await.0);
    // Or an officer does it at once.
    let off = room.ask(OFFICER, Method::POST, &path, wrong.clone()).await;
    assert_eq!((off.status.as_u16(), &off.json()["authors"]), (200, &json!([])), "{}", off.body);
    let left = room.left().await;
    let expected = ["model_version.person_removed", "approval.decision_claimed", "proposal.withdrawn"];
    assert!(left.ends_with(&expected.map(str::to_owned)), "what was asked for is done: {left:?}");
    assert!(allowed(&room).await.0, "what was voided counts again");
    assert_eq!(room.state(&request).await, "approved");
    assert_eq!(room.ask(OFFICER, Method::POST, &path, wrong).await.status, 422, "it is off already");
}

async fn whoever_names_themselves_means_it(place: Place) {
    let room = Room::new(place).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    room.decide(LEAD, &request, "craft", "approved").await;
    let named = name_the_lead(&room, LEAD).await;
    assert_eq!((named["authors"].as_array().unwrap().len(), &named["waiting"]), (1, &json!([])));
    assert_eq!(room.look(&request).await["decisions"][0]["claims"][0]["confirmed"], true);
}

async fn an_identity_is_linked_when_somebody_else_confirms_it(place: Place) {
    let mut room = Room::new(place).await;
    // The contributor asks; the lead would be the same person.
    let request = room.request(CONTRIBUTOR, "production").await;
    for who in [CONTRIBUTOR, LEAD] {
        let path = format!("/people/{}/subjects", room.id(who));
        let body = json!({ "issuer": "github-actions", "subject": "4711" });
        room.left().await;
        let waits = room.ask(ADMIN, Method::POST, &path, body).await;
        assert_eq!(waits.status, 202, "{}", waits.body);
        assert_eq!(room.left().await, ["proposal.made"]);
        let proposal = waits.json()["proposal"].clone();
        assert_eq!(decide(&room, ADMIN, &proposal, "confirm").await.status, 403, "not by who asked");
        let by = if who == LEAD { LEAD } else { OFFICER };
        assert_eq!(decide(&room, by, &proposal, "confirm").await.status, 200);
        assert_eq!(room.left().await[1..], ["proposal.confirmed", "user.subject_added"]);
    }
    refused(&room.decide(LEAD, &request, "craft", "approved").await, 403, "same_person");
    // Unlinking frees nobody in what is open.
    let path = format!("/people/{}/subjects", room.id(LEAD));
    let id = room.get(ADMIN, &path).await["items"][0]["id"].as_str().unwrap().to_owned();
    let waits = room.ask(ADMIN, Method::DELETE, &format!("{path}/{id}"), Value::Null).await.json();
    assert_eq!(decide(&room, LEAD, &waits["proposal"], "confirm").await.status, 200);
    refused(&room.decide(LEAD, &request, "craft", "approved").await, 403, "same_person");
    room.ask(CONTRIBUTOR, Method::POST, &request.path("/withdraw"), json!({})).await;
    let next = room.request(CONTRIBUTOR, "production").await;
    assert_eq!(
        room.decide(LEAD, &next, "craft", "approved").await.status,
        200,
        "in what comes later it does"
    );
}
