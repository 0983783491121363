//! Nobody vouches for the own work: evidence counts without a review only where a machine with the right brings it, and a
//! review only where it is somebody else's, whatever the accounts are called.

use assay_domain::access::{Role, Scope};
use assay_server::access::service::subjects::{self, NewSubject};
use assay_server::access::service::tokens::{self, NewToken};
use assay_server::http::Caller;
use assay_server::{execute, questionnaires};
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::{Answer, Who, Whose, World};
use axum::body::Body;
use axum::http::{Method, Request, header};
use futures::FutureExt;
use serde_json::{Value, json};

const BANK: &str = include_str!("../../domain/tests/data/small-bank.toml");
const LEAD: Who = Who::Person(Role::TeamLead);
const CONTRIBUTOR: Who = Who::Person(Role::Contributor);
const OFFICER: Who = Who::Person(Role::ComplianceOfficer);
const RUN: &str = "https://ci.example/runs/4711";
const PAGE: &str = "https://wiki.example/release";

on_both_engines!(
    only_a_machine_with_the_right_vouches,
    evidence_that_a_person_called_automated_needs_a_review,
    linked_accounts_do_not_review_each_other,
    linked_accounts_do_not_review_each_others_roadmap,
);

struct Desk {
    world: World,
    assessment: String,
}

impl Desk {
    async fn on(place: Place) -> Self {
        let world = World::on(place).await;
        let system = Caller::system(&world.app);
        questionnaires::service::publish(&world.app, &system, BANK, "small-bank.toml").await.unwrap();
        let mut desk = Self { world, assessment: String::new() };
        desk.assessment = desk.start(json!({ "questionnaire": "small-bank" })).await;
        desk
    }

    async fn start(&self, body: Value) -> String {
        let path = format!("/api/v1/teams/{}/assessments", self.world.team(Whose::Own));
        let answer = self.world.send(LEAD, &Method::POST, &path, &body.to_string()).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    fn path(&self, below: &str) -> String {
        format!("/api/v1/assessments/{}{below}", self.assessment)
    }

    async fn send(&self, who: Who, method: Method, below: &str, body: Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.world.send(who, &method, &self.path(below), &body).await
    }

    async fn get(&self, below: &str) -> Value {
        self.send(OFFICER, Method::GET, below, Value::Null).await.json()
    }

    async fn with_token(&self, token: &str, method: Method, below: &str, body: Value) -> Answer {
        let request = Request::builder().method(method).uri(self.path(below));
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.world.send_raw(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// A service account of the team.
    async fn service(&self, name: &str, scopes: &[Scope]) -> String {
        self.world.add_service(name, scopes, Some(self.world.team(Whose::Own))).await.1
    }

    /// Puts on record that the officer is the contributor as well.
    async fn link(&self) {
        // What the installation itself says holds at once; an administrator's word waits for somebody else.
        let caller = Caller::system(&self.world.app);
        let [officer, contributor] =
            [OFFICER, CONTRIBUTOR].map(|who| self.world.principal(who).unwrap().person().unwrap());
        let mut conn = self.world.app.db.read().await.unwrap();
        let email = assay_server::access::store::person(&mut conn, contributor).await.unwrap().unwrap().email;
        drop(conn);
        let new = NewSubject { issuer: "email".to_owned(), subject: email };
        subjects::add(&self.world.app, &caller, officer, new).await.unwrap();
    }
}

async fn only_a_machine_with_the_right_vouches(place: Place) {
    let desk = Desk::on(place).await;
    let answer = "/answers/OP-1.1";
    assert_eq!(desk.send(CONTRIBUTOR, Method::PUT, answer, json!({ "value": "some" })).await.status, 200);
    let attach = format!("{answer}/evidence");
    let run = json!({ "uri": RUN });

    // No person and no token of a person, whatever it may do.
    for who in [CONTRIBUTOR, LEAD, OFFICER] {
        assert_eq!(desk.send(who, Method::POST, &attach, run.clone()).await.status, 403, "{who}");
    }
    let lead = desk.world.principal(LEAD).unwrap().clone();
    let new = NewToken {
        name: "mine".to_owned(),
        scopes: vec![Scope::EvidenceWrite, Scope::AssessmentsWrite],
        team: None,
        person: lead.person(),
        days: 1,
    };
    let caller = Caller { principal: lead, ..Caller::system(&desk.world.app) };
    let (_, personal) = tokens::create(&desk.world.app, &caller, new).await.unwrap();
    let other = desk.service("other", &[Scope::AssessmentsWrite]).await;
    let claimed = json!({ "value": "some", "evidence": [
        { "uri": RUN, "kind": "automated", "checked_at": "2024-10-01", "vouched_by": "nightly" },
    ] });
    for token in [&personal, &other] {
        assert_eq!(desk.with_token(token, Method::POST, &attach, run.clone()).await.status, 403);
        let put = desk.with_token(token, Method::PUT, answer, claimed.clone()).await;
        let said = put.json();
        assert_eq!(said["dropped"].as_array().map(Vec::len), Some(1), "{said}");
        let piece = &said["evidence"][0];
        assert_eq!((&piece["kind"], &piece["vouched_by"]), (&json!("artefact"), &Value::Null), "{said}");
    }
    assert_eq!(desk.get("/result").await["vouched"], Value::Null);

    // A machine with the right, which changes no answer.
    let nightly = desk.service("nightly", &[Scope::EvidenceWrite]).await;
    let before = desk.get(answer).await;
    let future = json!({ "uri": RUN, "checked_at": "2999-01-01" });
    let refused = desk.with_token(&nightly, Method::POST, &attach, future).await;
    assert_eq!(
        (refused.status.as_u16(), refused.body.contains("/checked_at")),
        (422, true),
        "{}",
        refused.body
    );
    let attached = desk.with_token(&nightly, Method::POST, &attach, run.clone()).await;
    assert_eq!(attached.status, 201, "{}", attached.body);
    assert_eq!(
        (&attached.json()["kind"], &attached.json()["vouched_by"]),
        (&json!("automated"), &json!("nightly"))
    );
    let again = desk.with_token(&nightly, Method::POST, &attach, run).await;
    assert_eq!(again.json()["id"], attached.json()["id"], "the same piece again");
    let after = desk.get(answer).await;
    for field in ["value", "revision", "answered_by"] {
        assert_eq!(before[field], after[field], "{field}");
    }
    for (method, below, body) in [
        (Method::PUT, answer, json!({ "value": "all" })),
        (Method::POST, "/submit", Value::Null),
        (Method::POST, "/review", json!({ "lock": true })),
    ] {
        assert_eq!(desk.with_token(&nightly, method, below, body).await.status, 403, "{below}");
    }

    // Page, API and what is carried over name the machine.
    let vouched = desk.get("/result").await["vouched"].clone();
    assert_eq!((&vouched[0]["question"], &vouched[0]["machine"]), (&json!("OP-1.1"), &json!("nightly")));
    let page = format!("/assessments/{}/result", desk.assessment);
    let page = desk.world.send(OFFICER, &Method::GET, &page, "").await;
    assert!(page.body.contains("nightly checked"), "{}", page.body);
    let next = desk.start(json!({ "questionnaire": "small-bank", "carry_over_from": desk.assessment })).await;
    let path = format!("/api/v1/assessments/{next}/result");
    let next = desk.world.send(OFFICER, &Method::GET, &path, "").await.json();
    assert_eq!(next["vouched"][0]["machine"], "nightly", "{next}");

    // It saw "some": for more it does not vouch.
    assert_eq!(desk.send(CONTRIBUTOR, Method::PUT, answer, json!({ "value": "all" })).await.status, 200);
    assert_eq!(desk.get("/result").await["vouched"], Value::Null);
}

async fn evidence_that_a_person_called_automated_needs_a_review(place: Place) {
    let desk = Desk::on(place).await;
    let answer = "/answers/OP-1.1";
    assert_eq!(desk.send(CONTRIBUTOR, Method::PUT, answer, json!({ "value": "all" })).await.status, 200);
    let nightly = desk.service("nightly", &[Scope::EvidenceWrite]).await;
    let attach = format!("{answer}/evidence");
    assert_eq!(desk.with_token(&nightly, Method::POST, &attach, json!({ "uri": RUN })).await.status, 201);
    // As the upgrade finds what was attached with a token of a person's own.
    let by_hand = desk
        .world
        .app
        .db
        .write(|tx| async move { execute!(tx, "UPDATE evidence SET vouched_by = NULL").await }.boxed());
    by_hand.await.unwrap();
    let piece = desk.get(answer).await["evidence"][0].clone();
    assert_eq!((&piece["kind"], &piece["checked_at"]), (&json!("artefact"), &Value::Null), "{piece}");
    assert_eq!(desk.get("/result").await["vouched"], Value::Null);
    let check = format!("/assessments/{}/check", desk.assessment);
    assert_eq!(desk.world.send(LEAD, &Method::GET, &check, "").await.status, 200);
    assert_eq!(desk.send(LEAD, Method::POST, "/submit", Value::Null).await.status, 204);
    let review = json!({ "evidence": [{ "id": piece["id"], "accepted": true }] });
    assert_eq!(desk.send(OFFICER, Method::POST, "/review", review).await.status, 204);
    assert_eq!(desk.get(answer).await["evidence"][0]["decision"], "accepted");
}

async fn linked_accounts_do_not_review_each_other(place: Place) {
    let desk = Desk::on(place).await;
    let answered = json!({ "value": "all", "evidence": [{ "uri": PAGE, "kind": "artefact" }] });
    assert_eq!(desk.send(CONTRIBUTOR, Method::PUT, "/answers/MC-1.1", answered.clone()).await.status, 200);
    assert_eq!(desk.send(CONTRIBUTOR, Method::PUT, "/answers/OP-1.1", answered).await.status, 200);
    let not_applicable = json!({ "not_applicable": { "reason": "architecture", "justification": "x" } });
    assert_eq!(desk.send(CONTRIBUTOR, Method::PUT, "/answers/MC-4.1", not_applicable).await.status, 200);
    assert_eq!(desk.send(LEAD, Method::POST, "/submit", Value::Null).await.status, 204);
    let id = async |code: &str| desk.get(&format!("/answers/{code}")).await["evidence"][0]["id"].clone();
    let (first, second) = (id("MC-1.1").await, id("OP-1.1").await);
    let review = |piece: &Value, na: Value| json!({ "evidence": [{ "id": piece, "accepted": true }], "not_applicable": na });
    let approve = json!([{ "code": "MC-4.1", "approved": true }]);
    let by_other = desk.send(OFFICER, Method::POST, "/review", review(&first, approve.clone())).await;
    assert_eq!(by_other.status, 204, "{}", by_other.body);
    assert_eq!(desk.get("/answers/MC-1.1").await["evidence"][0]["decision"], "accepted");

    desk.link().await;
    assert_eq!(
        desk.get("/answers/MC-1.1").await["evidence"][0]["decision"],
        Value::Null,
        "it was the own work"
    );
    assert_eq!(desk.get("/answers/MC-4.1").await["not_applicable"]["decision"], Value::Null);
    let own = desk.send(OFFICER, Method::POST, "/review", review(&second, approve)).await;
    assert_eq!(
        (own.status.as_u16(), own.json()["errors"].as_array().map(Vec::len)),
        (422, Some(2)),
        "{}",
        own.body
    );
    let lock = desk.send(OFFICER, Method::POST, "/review", json!({ "lock": true })).await;
    assert_eq!((lock.status.as_u16(), lock.body.contains("cannot lock")), (409, true), "{}", lock.body);
    let page = format!("/assessments/{}/review", desk.assessment);
    let page = desk.world.send(OFFICER, &Method::GET, &page, "").await;
    assert!(page.body.contains("somebody else has to lock it"), "{}", page.body);
    let locked = json!({ "evidence": [{ "id": second, "accepted": true }], "lock": true });
    assert_eq!(desk.send(LEAD, Method::POST, "/review", locked).await.status, 204, "somebody else can");
}

async fn linked_accounts_do_not_review_each_others_roadmap(place: Place) {
    let desk = Desk::on(place).await;
    assert_eq!(
        desk.send(CONTRIBUTOR, Method::PUT, "/answers/MC-1.1", json!({ "value": "some" })).await.status,
        200
    );
    let team = desk.world.team(Whose::Own);
    let plan = format!("/api/v1/teams/{team}/roadmap");
    let saved = desk.world.send(LEAD, &Method::PUT, &plan, r#"{"target":1}"#).await;
    assert_eq!(saved.status, 200, "{}", saved.body);
    let items = desk.world.send(LEAD, &Method::GET, &plan, "").await.json()["items"].clone();
    let item = items.as_array().unwrap().iter().find(|item| item["code"] == "MC-1.1").unwrap();
    let attach = format!("/api/v1/roadmap-items/{}/evidence", item["id"].as_str().unwrap());
    let piece =
        desk.world.send(CONTRIBUTOR, &Method::POST, &attach, &json!({ "uri": PAGE }).to_string()).await;
    assert_eq!(piece.status, 201, "{}", piece.body);
    let review = format!("{attach}/{}/review", piece.json()["id"].as_str().unwrap());
    let accept = async |who: Who| desk.world.send(who, &Method::POST, &review, r#"{"accepted":true}"#).await;
    assert_eq!(accept(OFFICER).await.status, 200);
    desk.link().await;
    let take = format!("/api/v1/roadmap-items/{}/take-over", item["id"].as_str().unwrap());
    let taken = desk.world.send(LEAD, &Method::POST, &take, "").await;
    assert_eq!(
        (taken.status.as_u16(), taken.body.contains("nobody has accepted")),
        (409, true),
        "{}",
        taken.body
    );
    let own = accept(OFFICER).await;
    assert_eq!((own.status.as_u16(), own.body.contains("ask somebody else")), (409, true), "{}", own.body);
    assert_eq!(accept(LEAD).await.status, 200, "somebody else can");
    let taken = desk.world.send(CONTRIBUTOR, &Method::POST, &take, "").await;
    assert_eq!(taken.status, 200, "{}", taken.body);
}
