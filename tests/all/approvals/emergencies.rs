//! What emergencies that a model had leave room for, whatever version, request and policy they were for, and who lifts what
//! one of them blocks.

use super::room::{APPROVER, Asked, CONTRIBUTOR, LEAD, OFFICER, Room, digest, refused};
use assay_domain::access::Role;
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::{Answer, Who};
use axum::http::Method;
use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::{Value, json};

on_both_engines!(
    one_that_was_none_blocks_the_next_until_an_officer_lifts_it,
    one_that_nobody_reviewed_blocks_the_next_and_can_be_reviewed_later,
    there_are_two_in_seven_days,
    two_at_once_count_as_two,
);

const PEOPLE: &[Role] =
    &[Role::TeamLead, Role::Contributor, Role::Approver, Role::ComplianceOfficer, Role::Admin];

impl Room {
    /// Registers other versions of the model: 2, 3 and 4.
    async fn versions(&self) {
        for (version, digit) in [("2", 'b'), ("3", 'c'), ("4", 'd')] {
            let version = json!({ "version": version, "artefact_digest": digest(digit) });
            self.post(CONTRIBUTOR, "/models/fraud/versions", version).await;
        }
    }

    /// Asks for a version and declares an emergency in one.
    async fn emergency(&self, version: &str, environment: &str) -> Answer {
        let path = format!("/models/fraud/versions/{version}/approval-requests");
        let body = json!({ "environment": environment, "emergency": { "reason": "it is down" } });
        self.ask(LEAD, Method::POST, &path, body).await
    }

    async fn declared(&self, version: &str, environment: &str) -> Asked {
        let answer = self.emergency(version, environment).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        Asked::of(&answer.json())
    }

    async fn review(&self, request: &Asked, justified: bool) {
        let body = json!({ "justified": justified, "reason": "looked at it" });
        self.post(APPROVER, &request.path("/review"), body).await;
    }

    async fn lift(&self, who: Who, request: &Asked, reason: &str) -> Answer {
        self.ask(who, Method::POST, &request.path("/lift-block"), json!({ "reason": reason })).await
    }

    /// Whether the gate lets a version through, and its first reason.
    async fn gate_of(&self, version: &str, environment: &str) -> (bool, String) {
        let path = format!("/gate?model=fraud&version={version}&environment={environment}");
        let answer = self.get(LEAD, &path).await;
        let code = answer["reasons"][0]["code"].as_str().unwrap_or_default().to_owned();
        (answer["allowed"].as_bool().unwrap(), code)
    }
}

async fn one_that_was_none_blocks_the_next_until_an_officer_lifts_it(place: Place) {
    let mut room = Room::new(place).await;
    room.versions().await;
    let first = room.declared("1", "production").await;
    assert_eq!(room.gate_of("1", "production").await, (true, "break_glass".to_owned()));
    refused(&room.lift(OFFICER, &first, "no").await, 409, "nothing_blocked");
    room.review(&first, false).await;
    assert_eq!(room.gate_of("1", "production").await, (false, "emergency_not_justified".to_owned()));
    assert_eq!(room.look(&first).await["emergency"]["blocks"], "not_justified");

    // Not for the same version asked for again, nor for another, nor by the other door.
    room.post(CONTRIBUTOR, &first.path("/withdraw"), json!({})).await;
    refused(&room.emergency("1", "production").await, 409, "emergency_blocked");
    refused(&room.emergency("2", "production").await, 409, "emergency_blocked");
    let again = room.request(CONTRIBUTOR, "production").await;
    let glass = json!({ "reason": "it is down" });
    let broken = room.ask(LEAD, Method::POST, &again.path("/break-glass"), glass.clone()).await;
    refused(&broken, 409, "emergency_blocked");
    let page = room.world.send(LEAD, &Method::GET, &format!("/approvals/{}", again.id), "").await.body;
    assert!(page.contains("You cannot declare an emergency now"), "the page says so before one tries");
    let form = room.world.send(LEAD, &Method::GET, "/models/fraud/2/approval", "").await.body;
    assert!(form.contains("Not in production: "), "and so does the form that asks");
    // What one environment had is nothing to another.
    room.declared("3", "staging").await;

    refused(&room.lift(OFFICER, &first, " ").await, 422, "reason_missing");
    // Others propose it, and the officer's own word is enough.
    room.left().await;
    assert_eq!(room.lift(LEAD, &first, "please").await.status, 202);
    assert_eq!(room.left().await, ["proposal.made"]);
    assert_eq!(room.lift(LEAD, &first, "please").await.status, 409);
    refused(&room.emergency("2", "production").await, 409, "emergency_blocked");
    room.left().await;
    let lifted = room.lift(OFFICER, &first, "the pipeline is fixed").await;
    assert_eq!(lifted.status, 200, "{}", lifted.body);
    assert_eq!(room.left().await, ["proposal.withdrawn", "break_glass.block_lifted"]);
    let seen = lifted.json()["emergency"].clone();
    assert_eq!((&seen["blocks"], &seen["block_lifted_by"]), (&Value::Null, &json!(room.id(OFFICER))));
    refused(&room.lift(OFFICER, &first, "twice").await, 409, "nothing_blocked");
    let broken = room.ask(LEAD, Method::POST, &again.path("/break-glass"), glass).await;
    assert_eq!(broken.status, 200, "{}", broken.body);
    assert_eq!(room.gate_of("1", "production").await, (true, "break_glass".to_owned()));
}

async fn one_that_nobody_reviewed_blocks_the_next_and_can_be_reviewed_later(place: Place) {
    let mut room = Room::new(place).await;
    room.versions().await;
    let first = room.declared("1", "production").await;
    // Longer than the seven days in which there may be two.
    room.world.pass(TimeDelta::days(8), PEOPLE).await;
    assert_eq!(room.gate_of("1", "production").await, (false, "emergency_not_reviewed".to_owned()));
    refused(&room.emergency("2", "production").await, 409, "emergency_blocked");
    assert_eq!(room.lift(OFFICER, &first, "nobody was there").await.status, 200);
    room.declared("2", "production").await;
    // The review is still to be done. That it was none is another thing than that nobody had looked.
    room.review(&first, false).await;
    refused(&room.emergency("3", "production").await, 409, "emergency_blocked");
    assert_eq!(room.lift(CONTRIBUTOR, &first, "it will not happen again").await.status, 202);
    let waiting = room.get(OFFICER, "/proposals?state=waiting&kind=emergency-block-lifted").await;
    let confirm = format!("/proposals/{}/confirm", waiting["items"][0]["id"].as_str().unwrap());
    assert_eq!(room.ask(LEAD, Method::POST, &confirm, json!({})).await.status, 403, "the lead declared it");
    assert_eq!(room.ask(OFFICER, Method::POST, &confirm, json!({})).await.status, 200);
    assert_eq!(room.look(&first).await["emergency"]["block_lifted_by"], json!(room.id(OFFICER)));
    refused(&room.emergency("2", "production").await, 409, "request_open");
    room.declared("3", "production").await;
    room.left().await;
}

async fn there_are_two_in_seven_days(place: Place) {
    let mut room = Room::new(place).await;
    room.versions().await;
    let first = room.declared("1", "production").await;
    let second = room.declared("2", "production").await;
    refused(&room.emergency("3", "production").await, 409, "emergency_limit");
    room.review(&first, true).await;
    room.review(&second, true).await;
    refused(&room.emergency("3", "production").await, 409, "emergency_limit");
    room.declared("3", "staging").await;
    room.world.pass(TimeDelta::days(7), PEOPLE).await;
    room.declared("4", "production").await;
}

async fn two_at_once_count_as_two(place: Place) {
    let room = Room::new(place).await;
    room.versions().await;
    let all = ["1", "2", "3", "4"].map(|version| room.emergency(version, "production"));
    let answers = join_all(all).await;
    let declared = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(declared, 2, "{answers:#?}");
}
