//! Four eyes through every door, and everything else that is refused with the rule's name.

use super::room::{APPROVER, CONTRIBUTOR, LEAD, MACHINE, OFFICER, Room, VERSION, VIEWER, digest, refused};
use assay_domain::access::{Role, Scope};
use assay_server::access::service::tokens::{self, NewToken};
use assay_server::delegations::service::{self as delegations, NewDelegation};
use assay_server::execute;
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::{Answer, Who, Whose, World};
use axum::body::Body;
use axum::http::{Method, Request, header};
use futures::FutureExt;
use serde_json::json;

on_both_engines!(
    nobody_approves_their_own_request_through_any_door,
    who_made_the_version_does_not_decide_about_it,
    what_is_wrong_with_a_decision_is_named_by_its_rule,
    what_cannot_be_asked_for_is_named_by_its_rule,
    machines_ask_and_do_not_decide,
    another_teams_requests_are_not_there,
);

async fn with_token(world: &World, token: &str, path: &str, body: &str) -> Answer {
    let request = Request::post(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    let request = request.header(header::CONTENT_TYPE, "application/json");
    world.send_raw(request.body(Body::from(body.to_owned())).unwrap()).await
}

async fn nobody_approves_their_own_request_through_any_door(place: Place) {
    let mut room = Room::new(place).await;
    // The lead holds the craft's job role, so only four eyes are in the way.
    let request = room.request(LEAD, "production").await;
    let bound = room.look(&request).await["bound_sha256"].as_str().unwrap().to_owned();
    room.left().await;

    // The API, and the page.
    refused(&room.decide(LEAD, &request, "craft", "approved").await, 403, "self_approval");
    let form = format!("seat=craft&decision=approved&reason=&bound_sha256={bound}");
    let page =
        room.world.send(LEAD, &Method::POST, &format!("/approvals/{}/decisions", request.id), &form).await;
    assert_eq!((page.status.as_u16(), page.body.contains("own request")), (403, true), "{}", page.body);

    // A token of one's own: it can ask, and decides nothing.
    let caller = room.caller(LEAD);
    let new = NewToken {
        name: "mine".to_owned(),
        scopes: Scope::ALL.to_vec(),
        team: None,
        person: Some(room.id(LEAD)),
        days: 1,
    };
    let (_, token) = tokens::create(&room.world.app, &caller, new).await.unwrap();
    let body = json!({ "step": "craft", "decision": "approved", "bound_sha256": bound }).to_string();
    let path = format!("/api/v1{}", request.path("/decisions"));
    let by_token = with_token(&room.world, &token, &path, &body).await;
    refused(&by_token, 403, "forbidden");

    // Somebody else, for the one who asked.
    let bo = room.somebody("bo", Role::Approver).await;
    let today = room.world.app.clock.now().date_naive();
    let away = NewDelegation { to: bo.id.to_string(), team: None, first_day: today, last_day: today };
    delegations::make(&room.world.app, &caller, away).await.unwrap();
    let for_lead = json!({ "on_behalf_of": "team-lead@example.org" });
    refused(&bo.decide(&room, &request, "craft", for_lead).await, 403, "self_approval");

    // A second account of the same person, which another system knows by the same name.
    let twin = room.somebody("twin", Role::Approver).await;
    room.own(json!([
        { "person": "team-lead@example.org", "role": "ml-engineer", "part": "accountable", "kind": "model", "of": "fraud" },
        { "person": "twin@example.org", "role": "ml-engineer", "part": "responsible", "kind": "model", "of": "fraud" },
        { "person": "approver@example.org", "role": "product-manager", "part": "responsible", "kind": "model", "of": "fraud" },
    ]))
    .await;
    room.known_as(room.id(LEAD), "https://id.example", "u-1").await;
    room.known_as(twin.id, "https://id.example", "u-1").await;
    refused(&twin.decide(&room, &request, "craft", json!({})).await, 403, "same_person");

    let left = room.left().await;
    let denied = left.iter().filter(|action| *action == "access.denied").count();
    assert_eq!(denied, 5, "every attempt is on record: {left:?}");
    assert!(!left.contains(&"approval.decided".to_owned()));
    assert_eq!(room.look(&request).await["decisions"], json!([]));
}

async fn who_made_the_version_does_not_decide_about_it(place: Place) {
    let room = Room::new(place).await;
    // Registered by the contributor; the lead turns out to be an author only after it was asked for.
    let request = room.request(CONTRIBUTOR, "production").await;
    let authors = json!({ "authors": [{ "subjects": ["email|team-lead@example.org"] }] });
    let changed = room.ask(CONTRIBUTOR, Method::PATCH, VERSION, authors).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    refused(&room.decide(LEAD, &request, "craft", "approved").await, 403, "excluded");
    // The product's step asks for no such distance.
    assert_eq!(room.decide(APPROVER, &request, "product", "approved").await.status, 200);
}

async fn what_is_wrong_with_a_decision_is_named_by_its_rule(place: Place) {
    let mut room = Room::new(place).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    room.left().await;
    refused(&room.decide(LEAD, &request, "beauty", "approved").await, 422, "unknown_step");
    refused(&room.decide(LEAD, &request, "product", "approved").await, 403, "not_holding_role");
    let path = request.path("/decisions");
    let stale = json!({ "step": "craft", "decision": "approved", "bound_sha256": "0".repeat(64) });
    refused(&room.ask(LEAD, Method::POST, &path, stale).await, 409, "wrong_state_digest");
    let behalf = json!({ "step": "craft", "decision": "approved", "bound_sha256": room.look(&request).await["bound_sha256"],
        "on_behalf_of": "approver@example.org" });
    refused(&room.ask(LEAD, Method::POST, &path, behalf).await, 403, "delegation_not_valid");
    let nobody = json!({ "step": "craft", "decision": "approved", "bound_sha256": "x", "on_behalf_of": "nobody@example.org" });
    let nobody = room.ask(LEAD, Method::POST, &path, nobody).await;
    assert_eq!(
        (nobody.status.as_u16(), nobody.body.contains("/on_behalf_of")),
        (422, true),
        "{}",
        nobody.body
    );
    let unknown = json!({ "step": "craft", "decision": "approved", "bound_sha256": "x", "extra": 1 });
    let unknown = room.ask(LEAD, Method::POST, &path, unknown).await;
    assert_eq!((unknown.status.as_u16(), unknown.body.contains("/extra")), (422, true), "{}", unknown.body);
    let long =
        json!({ "step": "craft", "decision": "rejected", "bound_sha256": "x", "reason": "x".repeat(4001) });
    let long = room.ask(LEAD, Method::POST, &path, long).await;
    assert_eq!((long.status.as_u16(), long.body.contains("/reason")), (422, true), "{}", long.body);
    assert_eq!(
        room.ask(
            VIEWER,
            Method::POST,
            &path,
            json!({ "step": "x", "decision": "approved", "bound_sha256": "x" })
        )
        .await
        .status,
        403
    );
    assert_eq!(room.decide(LEAD, &request, "craft", "approved").await.status, 200);
    refused(&room.decide(LEAD, &request, "craft", "approved").await, 409, "already_decided");
    let done: Vec<_> =
        room.left().await.into_iter().filter(|action| action.starts_with("approval")).collect();
    assert_eq!(done, ["approval.decided"], "what was refused left nothing but a denial");
}

async fn what_cannot_be_asked_for_is_named_by_its_rule(place: Place) {
    let mut room = Room::new(place).await;
    let ask = |path: &'static str, environment: &'static str| {
        let path = format!("{path}/approval-requests");
        let room = &room;
        async move { room.ask(CONTRIBUTOR, Method::POST, &path, json!({ "environment": environment })).await }
    };
    assert_eq!(ask("/models/nothing/versions/1", "production").await.status, 404);
    assert_eq!(ask("/models/fraud/versions/9", "production").await.status, 404);
    let wrong = ask(VERSION, "a b").await;
    assert_eq!((wrong.status.as_u16(), wrong.body.contains("/environment")), (422, true), "{}", wrong.body);

    // A model that nobody asked the questions about.
    room.post(CONTRIBUTOR, "/models", json!({ "name": "new", "team": "own" })).await;
    let version = json!({ "version": "1", "artefact_digest": digest('9') });
    room.post(CONTRIBUTOR, "/models/new/versions", version).await;
    refused(&ask("/models/new/versions/1", "production").await, 409, "no_tier");
    room.tier("new", &["talks-to-people"]).await;
    let lacking = ask("/models/new/versions/1", "production").await;
    refused(&lacking, 409, "demands_not_met");
    for what in ["evaluation", "model card", "accountable"] {
        assert!(lacking.body.contains(what), "{what}: {}", lacking.body);
    }
    // An emergency needs none of that, but a person with the job role.
    let emergency = json!({ "environment": "production", "emergency": { "reason": "it burns" } });
    let path = "/models/new/versions/1/approval-requests";
    refused(&room.ask(MACHINE, Method::POST, path, emergency.clone()).await, 403, "people_only");
    assert_eq!(room.ask(LEAD, Method::POST, path, emergency).await.status, 201);

    // Where no policy decides.
    let write = room.world.app.db.write(|tx| {
        async move { execute!(tx, "DELETE FROM policy_place WHERE tier = 'limited'").await.map(drop) }.boxed()
    });
    write.await.unwrap();
    refused(&ask(VERSION, "production").await, 409, "no_policy");

    let archived = room.ask(CONTRIBUTOR, Method::PATCH, "/models/fraud", json!({ "archived": true })).await;
    assert_eq!(archived.status, 200, "{}", archived.body);
    refused(&ask(VERSION, "production").await, 409, "model_archived");
    assert_eq!(
        room.ask(
            VIEWER,
            Method::POST,
            &format!("{VERSION}/approval-requests"),
            json!({ "environment": "x" })
        )
        .await
        .status,
        403
    );
    let left = room.left().await;
    assert!(!left.contains(&"approval.requested".to_owned()), "{left:?}");
}

async fn machines_ask_and_do_not_decide(place: Place) {
    let room = Room::new(place).await;
    let request = room.request(MACHINE, "production").await;
    refused(&room.decide(MACHINE, &request, "craft", "approved").await, 403, "forbidden");
    // Nobody knows whose work a machine asks for: authors are out of every step, also where the policy does not say so.
    let authors = json!({ "authors": [{ "subjects": ["email|approver@example.org"] }] });
    room.ask(CONTRIBUTOR, Method::PATCH, VERSION, authors).await;
    refused(&room.decide(APPROVER, &request, "product", "approved").await, 403, "excluded");
    let withdrawn = room.ask(MACHINE, Method::POST, &request.path("/withdraw"), json!({})).await;
    assert_eq!(withdrawn.status, 200, "{}", withdrawn.body);
    let poor = room.ask(Who::PoorMachine, Method::GET, &request.path(""), serde_json::Value::Null).await;
    assert_eq!(poor.status, 404);
}

async fn another_teams_requests_are_not_there(place: Place) {
    let mut room = Room::new(place).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    let foreign =
        assay_domain::access::RoleHeld { role: Role::TeamLead, team: Some(room.world.team(Whose::Foreign)) };
    room.world.add_person("stranger", foreign).await;
    let cookie = room.world.sign_in("stranger").await;
    room.left().await;
    let send = |method: Method, path: String, body: &'static str| {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, format!("assay-session={cookie}"));
        let request = request.header(header::CONTENT_TYPE, "application/json");
        room.world.send_raw(request.body(Body::from(body)).unwrap())
    };
    let path = format!("/api/v1{}", request.path(""));
    assert_eq!(send(Method::GET, path.clone(), "").await.status, 404);
    assert_eq!(send(Method::POST, format!("{path}/withdraw"), "{}").await.status, 404);
    assert_eq!(send(Method::GET, format!("/approvals/{}", request.id), "").await.status, 404);
    let list = send(Method::GET, "/api/v1/approval-requests".to_owned(), "").await;
    assert_eq!(list.json()["items"], json!([]));
    assert_eq!(room.left().await, ["access.denied"], "the attempt to change something is on record");
    assert_eq!(room.get(OFFICER, "/approval-requests").await["items"].as_array().unwrap().len(), 1);
}
