//! Job roles that policies name count once somebody confirmed them who neither holds nor gave them, through whichever door
//! they came.

use super::room::{APPROVER, Asked, CONTRIBUTOR, LEAD, OFFICER, Room, VERSION, refused};
use assay_domain::access::Role;
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::{Answer, Who};
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};

on_both_engines!(
    a_role_that_a_lead_gives_counts_once_somebody_else_confirmed_it,
    nobody_declares_an_emergency_by_a_role_that_they_gave_themselves,
    roles_that_no_policy_names_take_effect_at_once,
    what_is_turned_down_is_not_held,
    what_is_prolonged_counts_up_to_the_day_that_was_confirmed,
    what_is_handed_over_waits,
    a_policy_that_names_more_roles_has_them_confirmed,
    an_accountable_owner_whom_nobody_confirmed_is_none,
);

const PEOPLE: &[Role] =
    &[Role::TeamLead, Role::Contributor, Role::Approver, Role::ComplianceOfficer, Role::Admin];
const ADMIN: Who = Who::Person(Role::Admin);

fn held(who: &str, role: &str, part: &str, kind: &str, of: &str) -> Value {
    json!({ "person": format!("{who}@example.org"), "role": role, "part": part, "kind": kind, "of": of })
}

fn on_model(who: &str, role: &str, part: &str) -> Value {
    held(who, role, part, "model", "fraud")
}

/// What the room begins with: all of it is confirmed.
fn usual() -> Vec<Value> {
    vec![
        on_model("team-lead", "ml-engineer", "accountable"),
        on_model("approver", "product-manager", "responsible"),
        on_model("contributor", "data-scientist", "responsible"),
    ]
}

fn usual_and(more: Value) -> Vec<Value> {
    usual().into_iter().chain([more]).collect()
}

impl Room {
    /// Says who holds what from now on, as people do.
    async fn assign(&self, who: Who, holdings: Vec<Value>) -> Value {
        let path = "/teams/own/ownership";
        let answer = self.ask(who, Method::PUT, path, json!({ "holdings": holdings })).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    /// The confirmations of job roles that wait.
    async fn waiting(&self) -> Vec<Value> {
        let found = self.get(OFFICER, "/proposals?state=waiting&kind=job-role").await;
        found["items"].as_array().cloned().unwrap()
    }

    async fn one_waits(&self) -> String {
        let waiting = self.waiting().await;
        assert_eq!(waiting.len(), 1, "{waiting:#?}");
        waiting[0]["id"].as_str().unwrap().to_owned()
    }

    async fn confirm(&self, who: Who, id: &str) -> Answer {
        self.ask(who, Method::POST, &format!("/proposals/{id}/confirm"), json!({})).await
    }

    /// Somebody in the job role, as the matrix has it: whether it waits.
    async fn waits(&self, person: Who, role: &str) -> Option<bool> {
        let state = self.get(LEAD, "/teams/own/ownership").await;
        let id = json!(self.id(person));
        let all = state["holdings"].as_array().unwrap();
        let found = all.iter().find(|one| one["person"] == id && one["role"] == role);
        found.map(|one| one["waits_for_confirmation"].as_bool().unwrap())
    }

    async fn declare(&self, who: Who) -> Answer {
        let body = json!({ "environment": "production", "emergency": { "reason": "it is down" } });
        self.ask(who, Method::POST, &format!("{VERSION}/approval-requests"), body).await
    }
}

async fn a_role_that_a_lead_gives_counts_once_somebody_else_confirmed_it(place: Place) {
    let mut room = Room::new(place).await;
    // The approver knew the product; from now on somebody else does, says the lead.
    let mut holdings = usual();
    holdings[1] = on_model("team-lead", "product-manager", "responsible");
    room.assign(LEAD, holdings).await;
    assert_eq!(room.left().await, ["ownership.ended", "ownership.assigned", "proposal.made"]);
    assert_eq!(room.waits(LEAD, "product-manager").await, Some(true));
    assert_eq!(room.waits(LEAD, "ml-engineer").await, Some(false));
    let request = room.request(CONTRIBUTOR, "production").await;
    refused(&room.decide(LEAD, &request, "product", "approved").await, 403, "role_not_confirmed");
    let page = room.world.send(LEAD, &Method::GET, "/teams/own/ownership", "").await.body;
    assert!(page.contains("waits for confirmation"), "the matrix says so");

    let id = room.one_waits().await;
    assert_eq!(room.confirm(LEAD, &id).await.status, 403, "who gave and holds it does not confirm it");
    assert_eq!(room.confirm(CONTRIBUTOR, &id).await.status, 403);
    room.left().await;
    let confirmed = room.confirm(OFFICER, &id).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.body);
    assert_eq!(room.left().await, ["proposal.confirmed"]);
    assert_eq!(room.waits(LEAD, "product-manager").await, Some(false));
    assert_eq!(room.decide(LEAD, &request, "product", "approved").await.status, 200);
    // The same role for something else is nothing new.
    let mut more = usual();
    more[1] = on_model("team-lead", "product-manager", "responsible");
    more.push(held("team-lead", "product-manager", "informed", "capability", "privacy"));
    room.assign(LEAD, more).await;
    assert_eq!(room.waiting().await, Vec::<Value>::new());
}

async fn nobody_declares_an_emergency_by_a_role_that_they_gave_themselves(place: Place) {
    let mut room = Room::new(place).await;
    let on_call = || held("team-lead", "it-operations", "responsible", "capability", "privacy");
    let without = || vec![on_model("approver", "product-manager", "responsible")];
    room.own(json!(without())).await;
    let with = || without().into_iter().chain([on_call()]).collect::<Vec<_>>();
    refused(&room.declare(LEAD).await, 403, "not_holding_role");
    room.assign(LEAD, with()).await;
    refused(&room.declare(LEAD).await, 403, "role_not_confirmed");
    let id = room.one_waits().await;
    assert_eq!(room.confirm(ADMIN, &id).await.status, 200, "an administrator who did not give it");
    room.world.pass(TimeDelta::days(2), PEOPLE).await;
    refused(&room.declare(LEAD).await, 403, "role_given_by_self");

    // Given by another lead, and confirmed: it counts from a day after, however early it was entered.
    let second = room.somebody("second-lead", Role::TeamLead).await;
    for holdings in [without(), with()] {
        let body = json!({ "holdings": holdings }).to_string();
        let put = second.send(&room, &Method::PUT, "/api/v1/teams/own/ownership", &body).await;
        assert_eq!(put.status, 200, "{}", put.body);
    }
    let id = room.one_waits().await;
    assert_eq!(room.confirm(LEAD, &id).await.status, 403, "who would hold it does not confirm it");
    assert_eq!(room.confirm(OFFICER, &id).await.status, 200);
    refused(&room.declare(LEAD).await, 403, "role_too_new");
    room.world.pass(TimeDelta::days(1), PEOPLE).await;
    let declared = room.declare(LEAD).await;
    assert_eq!(declared.status, 201, "{}", declared.body);
    room.left().await;
}

async fn roles_that_no_policy_names_take_effect_at_once(place: Place) {
    let mut room = Room::new(place).await;
    let more = held("contributor", "data-engineer", "accountable", "capability", "privacy");
    room.assign(LEAD, usual_and(more)).await;
    assert_eq!(room.left().await, ["ownership.assigned"]);
    assert_eq!(room.waits(CONTRIBUTOR, "data-engineer").await, Some(false));
    assert_eq!(room.waiting().await, Vec::<Value>::new());
}

async fn what_is_turned_down_is_not_held(place: Place) {
    let mut room = Room::new(place).await;
    let more = held("contributor", "it-operations", "responsible", "capability", "privacy");
    room.assign(LEAD, usual_and(more.clone())).await;
    let id = room.one_waits().await;
    let no = json!({ "reason": "not on the rota" });
    let no = room.ask(OFFICER, Method::POST, &format!("/proposals/{id}/reject"), no).await;
    assert_eq!(no.status, 200, "{}", no.body);
    assert_eq!(room.waits(CONTRIBUTOR, "it-operations").await, None);
    assert_eq!(room.waits(CONTRIBUTOR, "data-scientist").await, Some(false));
    // What is taken off again before anybody looked waits no more; what grows is asked for anew, as one.
    room.assign(LEAD, usual_and(more.clone())).await;
    let first = room.one_waits().await;
    let mut grown = usual_and(more.clone());
    grown.push(held("contributor", "it-operations", "informed", "capability", "teamwork"));
    room.assign(LEAD, grown).await;
    assert_ne!(room.one_waits().await, first);
    assert_eq!(room.confirm(OFFICER, &first).await.status, 409, "nobody confirms what they did not read");
    room.assign(LEAD, usual()).await;
    assert_eq!(room.waiting().await, Vec::<Value>::new());
    room.left().await;
}

async fn what_is_prolonged_counts_up_to_the_day_that_was_confirmed(place: Place) {
    let mut room = Room::new(place).await;
    let until = |day: &str| {
        let mut one = on_model("approver", "product-manager", "responsible");
        one["until"] = json!(day);
        json!([on_model("team-lead", "ml-engineer", "accountable"), one])
    };
    // The room is on the 4th of October.
    room.own(until("2024-10-05")).await;
    room.assign(LEAD, until("2024-12-24").as_array().cloned().unwrap()).await;
    assert_eq!(room.waits(APPROVER, "product-manager").await, Some(true), "the days that were added");
    let request = room.request(CONTRIBUTOR, "production").await;
    room.world.pass(TimeDelta::days(1), PEOPLE).await;
    let mine = room.get(APPROVER, "/approval-requests?waiting_for_me=true").await;
    assert_eq!(mine["items"].as_array().unwrap().len(), 1, "confirmed up to this day");
    room.world.pass(TimeDelta::days(1), PEOPLE).await;
    refused(&room.decide(APPROVER, &request, "product", "approved").await, 403, "role_not_confirmed");
    let id = room.one_waits().await;
    assert_eq!(room.confirm(OFFICER, &id).await.status, 200);
    assert_eq!(room.decide(APPROVER, &request, "product", "approved").await.status, 200);
    room.left().await;
}

async fn what_is_handed_over_waits(place: Place) {
    let room = Room::new(place).await;
    let path = format!("/people/{}/hand-over", room.id(APPROVER));
    let to = json!({ "to": "contributor@example.org" });
    let answer = room.ask(LEAD, Method::POST, &path, to).await;
    assert!(answer.status.is_success(), "{}", answer.body);
    assert_eq!(room.waits(CONTRIBUTOR, "product-manager").await, Some(true));
    assert_eq!(room.confirm(OFFICER, &room.one_waits().await).await.status, 200);
    assert_eq!(room.waits(CONTRIBUTOR, "product-manager").await, Some(false));
}

async fn a_policy_that_names_more_roles_has_them_confirmed(place: Place) {
    let room = Room::new(place).await;
    let more = held("approver", "data-engineer", "responsible", "capability", "privacy");
    room.assign(LEAD, usual_and(more)).await;
    assert_eq!(room.waits(APPROVER, "data-engineer").await, Some(false));
    let source = assay_tests::world::policy("staging").replace("compliance-officer", "data-engineer");
    let made = room.post(ADMIN, "/policies", json!({ "source": source })).await;
    let id = made["id"].as_str().unwrap();
    let confirmed = room.confirm(OFFICER, id).await;
    assert_eq!(confirmed.status, 200, "{}", confirmed.body);
    assert_eq!(room.waits(APPROVER, "data-engineer").await, Some(true), "what the new policy names waits");
    assert_eq!(room.confirm(LEAD, &room.one_waits().await).await.status, 403, "the lead gave it");
    assert_eq!(room.confirm(OFFICER, &room.one_waits().await).await.status, 200);
    assert_eq!(room.waits(APPROVER, "data-engineer").await, Some(false));
}

async fn an_accountable_owner_whom_nobody_confirmed_is_none(place: Place) {
    let room = Room::new(place).await;
    room.own(json!([on_model("team-lead", "ml-engineer", "responsible")])).await;
    let path = format!("{VERSION}/approval-requests");
    let asked = json!({ "environment": "production" });
    refused(&room.ask(LEAD, Method::POST, &path, asked.clone()).await, 409, "demands_not_met");
    room.assign(LEAD, vec![on_model("team-lead", "ml-engineer", "accountable")]).await;
    refused(&room.ask(LEAD, Method::POST, &path, asked.clone()).await, 409, "demands_not_met");
    assert_eq!(room.confirm(OFFICER, &room.one_waits().await).await.status, 200);
    let request = room.ask(LEAD, Method::POST, &path, asked).await;
    assert_eq!(request.status, 201, "{}", request.body);
    let _ = Asked::of(&request.json());
}
