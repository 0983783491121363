//! The life of an assessment over the API: who may do what when, and what each step leaves on the record.

use assay_domain::access::{Role, Scope};
use assay_domain::assessments::Snapshot;
use assay_domain::questionnaires::Bank;
use assay_server::http::Caller;
use assay_server::{assessments, fetch_all, questionnaires};
use assay_tests::on_both_engines;
use assay_tests::server_process::command;
use assay_tests::storage::Place;
use assay_tests::world::{Answer, Who, Whose, World};
use axum::body::Body;
use axum::http::{Method, Request, header};
use chrono::TimeDelta;
use serde_json::{Value, json};

const BANK: &str = include_str!("../../domain/tests/data/small-bank.toml");
const BANK_FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../domain/tests/data/small-bank.toml");
const LEAD: Who = Who::Person(Role::TeamLead);
const CONTRIBUTOR: Who = Who::Person(Role::Contributor);
const OFFICER: Who = Who::Person(Role::ComplianceOfficer);
const MACHINE: Who = Who::TeamMachine;
const LINK: &str = "https://git.example/models";

on_both_engines!(
    each_step_leaves_its_entry_and_a_refused_one_leaves_nothing,
    nobody_reviews_or_locks_the_own_work,
    a_locked_result_never_changes,
    not_applicable_counts_once_it_is_approved,
    answers_are_carried_over_but_decisions_are_not,
    an_import_is_all_or_nothing_and_makes_no_claims_for_others,
    text_that_no_database_holds_is_refused,
);

/// One assessment of the own team, and how much of the record was looked at.
struct Desk {
    world: World,
    assessment: String,
    seen: usize,
}

impl Desk {
    async fn new(world: World) -> Self {
        let system = Caller::system(&world.app);
        questionnaires::service::publish(&world.app, &system, BANK, "small-bank.toml").await.unwrap();
        let seen = world.actions().await.len();
        let mut desk = Self { world, assessment: String::new(), seen };
        let started = desk.start(json!({ "questionnaire": "small-bank" })).await;
        assert_eq!(started.status, 201, "{}", started.body);
        desk.assessment = started.json()["id"].as_str().unwrap().to_owned();
        assert_eq!(desk.left().await, ["assessment.started"]);
        desk
    }

    async fn start(&self, body: Value) -> Answer {
        let path = format!("/api/v1/teams/{}/assessments", self.world.team(Whose::Own));
        self.world.send(LEAD, &Method::POST, &path, &body.to_string()).await
    }

    fn path(&self, below: &str) -> String {
        format!("/api/v1/assessments/{}{below}", self.assessment)
    }

    async fn get(&self, below: &str) -> Answer {
        let answer = self.world.send(OFFICER, &Method::GET, &self.path(below), "").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer
    }

    /// What the officer sees after the first session has ended.
    async fn as_somebody_signed_in_now(&self, below: &str) -> String {
        let cookie = format!("assay-session={}", self.world.sign_in("compliance-officer").await);
        let request = Request::get(self.path(below)).header(header::COOKIE, cookie);
        self.world.send_raw(request.body(Body::empty()).unwrap()).await.body
    }

    async fn post(&self, who: Who, below: &str, body: Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.world.send(who, &Method::POST, &self.path(below), &body).await
    }

    async fn answer(&self, who: Who, code: &str, body: Value) -> Answer {
        self.world.send(who, &Method::PUT, &self.path(&format!("/answers/{code}")), &body.to_string()).await
    }

    async fn import(&self, who: Who, text: &str) -> Answer {
        let request = self.world.request(who, &Method::PUT, &self.path("/answers.toml"));
        let request = request.header(header::CONTENT_TYPE, "application/toml");
        self.world.send_raw(request.body(Body::from(text.to_owned())).unwrap()).await
    }

    /// What came on the record since the last look.
    async fn left(&mut self) -> Vec<String> {
        let mut actions = self.world.actions().await;
        let new = actions.split_off(self.seen);
        self.seen += new.len();
        new
    }

    /// The id of the only piece of evidence of an answer.
    async fn evidence(&self, code: &str) -> Value {
        let answer = self.get(&format!("/answers/{code}")).await.json();
        assert_eq!(answer["evidence"].as_array().map(Vec::len), Some(1), "{answer}");
        answer["evidence"][0].clone()
    }

    /// Adds a piece of evidence to an answer, as the page does for the contributor.
    async fn attach(&self, code: &str, uri: &str) {
        let principal = self.world.principal(CONTRIBUTOR).unwrap().clone();
        let caller = Caller { principal, ..Caller::system(&self.world.app) };
        let piece = serde_json::from_value(json!({ "uri": uri, "kind": "artefact" })).unwrap();
        let id = self.assessment.parse().unwrap();
        assessments::service::add_evidence(&self.world.app, &caller, id, code, piece).await.unwrap();
    }

    /// Answers one question with evidence, by the contributor, and hands in.
    async fn hand_in(&mut self) {
        let body = json!({ "value": "all", "evidence": [{ "uri": LINK, "kind": "artefact" }] });
        assert_eq!(self.answer(CONTRIBUTOR, "MC-1.1", body).await.status, 200);
        assert_eq!(self.post(LEAD, "/submit", Value::Null).await.status, 204);
        assert_eq!(self.left().await, ["answer.changed", "evidence.attached", "assessment.submitted"]);
    }
}

async fn each_step_leaves_its_entry_and_a_refused_one_leaves_nothing(place: Place) {
    let mut desk = Desk::new(World::on(place).await).await;
    let put = async |desk: &Desk, body: Value| desk.answer(CONTRIBUTOR, "MC-1.1", body).await.status.as_u16();
    assert_eq!(put(&desk, json!({ "value": "some" })).await, 200);
    assert_eq!(desk.left().await, ["answer.changed"]);
    assert_eq!(put(&desk, json!({ "value": "some" })).await, 200);
    assert!(desk.left().await.is_empty(), "the same answer changes nothing");
    let evidence = json!([{ "uri": LINK, "kind": "artefact", "expires": "2030-01-01" }]);
    assert_eq!(put(&desk, json!({ "value": "all", "evidence": evidence })).await, 200);
    assert_eq!(desk.left().await, ["answer.changed", "evidence.attached"]);
    assert_eq!(put(&desk, json!({ "value": "all", "comment": "since May" })).await, 200);
    assert_eq!(desk.left().await, ["answer.changed"], "evidence that is not mentioned stays");
    assert_eq!(desk.evidence("MC-1.1").await["expires"], "2030-01-01");
    assert_eq!(put(&desk, json!({ "value": "all", "comment": "since May", "evidence": [] })).await, 200);
    assert_eq!(desk.left().await, ["evidence.removed"]);

    for (code, body, named) in [
        ("MC-1.1", json!({ "value": "all", "coment": "x" }), "coment"),
        ("MC-1.1", json!({ "value": "automated" }), "/value"),
        ("MC-1.1", json!({ "value": "perhaps" }), "perhaps"),
        (
            "MC-1.1",
            json!({ "not_applicable": { "reason": "architecture", "justification": "x" } }),
            "/not_applicable",
        ),
        (
            "MC-4.1",
            json!({ "not_applicable": { "reason": "architecture", "justification": " " } }),
            "justification",
        ),
        (
            "MC-1.1",
            json!({ "value": "all", "evidence": [{ "uri": "", "kind": "artefact" }] }),
            "/evidence/0/uri",
        ),
        (
            "MC-1.1",
            json!({ "value": "all", "evidence": [{ "uri": "x", "kind": "artefact", "expires": "soon" }] }),
            "soon",
        ),
    ] {
        let answer = desk.answer(CONTRIBUTOR, code, body.clone()).await;
        assert_eq!(
            (answer.status.as_u16(), answer.body.contains(named)),
            (422, true),
            "{body}: {}",
            answer.body
        );
    }
    assert_eq!(desk.answer(CONTRIBUTOR, "XX-9.9", json!({ "value": "all" })).await.status, 404);
    assert_eq!(desk.post(LEAD, "/reopen", Value::Null).await.status, 409, "a draft is open");
    assert_eq!(
        desk.post(OFFICER, "/review", json!({ "lock": true })).await.status,
        409,
        "a draft cannot be reviewed"
    );
    assert!(desk.left().await.is_empty());

    assert_eq!(desk.post(LEAD, "/submit", Value::Null).await.status, 204);
    assert_eq!(desk.left().await, ["assessment.submitted"]);
    assert_eq!(desk.post(LEAD, "/submit", Value::Null).await.status, 409);
    assert_eq!(put(&desk, json!({ "value": "none" })).await, 409);
    assert_eq!(desk.import(CONTRIBUTOR, &file("\"MC-1.1\" = { value = \"none\" }")).await.status, 409);
    assert!(desk.left().await.is_empty());
    assert_eq!(desk.post(OFFICER, "/review", json!({ "lock": true })).await.status, 204);
    assert_eq!(desk.left().await, ["assessment.locked"]);
    assert_eq!(put(&desk, json!({ "value": "none" })).await, 409);
    assert_eq!(desk.post(OFFICER, "/review", json!({ "lock": true })).await.status, 409);
    assert!(desk.left().await.is_empty());

    assert_eq!(desk.post(LEAD, "/reopen", Value::Null).await.status, 204);
    assert_eq!(desk.left().await, ["assessment.reopened"]);
    let whole = desk.get("").await.json();
    assert_eq!((&whole["state"], &whole["revision"]), (&json!("draft"), &json!(2)));
    assert_eq!(put(&desk, json!({ "value": "none", "comment": "since May" })).await, 200);
    assert_eq!(desk.left().await, ["answer.changed"]);
}

async fn nobody_reviews_or_locks_the_own_work(place: Place) {
    let mut desk = Desk::new(World::on(place).await).await;
    desk.hand_in().await;
    let own = desk.evidence("MC-1.1").await["id"].clone();
    let verdict = |accepted: bool, reason: &str| json!({ "evidence": [{ "id": own, "accepted": accepted, "reason": reason }] });
    assert_eq!(
        desk.post(CONTRIBUTOR, "/review", verdict(true, "")).await.status,
        403,
        "not the answerer's to review"
    );
    assert_eq!(desk.left().await, ["access.denied"]);

    let without_reason = desk.post(OFFICER, "/review", verdict(false, " ")).await;
    assert_eq!(without_reason.json()["errors"][0]["pointer"], "/evidence/0");
    let unknown = json!({ "id": uuid::Uuid::nil(), "accepted": true });
    let half = json!({ "evidence": [{ "id": own, "accepted": true }, unknown], "lock": true });
    let half = desk.post(OFFICER, "/review", half).await;
    assert_eq!((half.status.as_u16(), &half.json()["errors"][0]["pointer"]), (422, &json!("/evidence/1")));
    assert!(desk.left().await.is_empty(), "all decisions are stored, or none");
    assert_eq!(desk.evidence("MC-1.1").await["decision"], Value::Null);
    assert_eq!(desk.post(LEAD, "/review", verdict(false, "the link is dead")).await.status, 204);
    assert_eq!(desk.left().await, ["evidence.reviewed"]);
    assert_eq!(desk.evidence("MC-1.1").await["decision"], "rejected");
    assert!(!desk.get("/answers.toml").await.body.contains(LINK), "rejected evidence does not count");

    // The lead answers as well, and may then neither review that nor lock.
    assert_eq!(desk.post(LEAD, "/reopen", Value::Null).await.status, 204);
    desk.left().await;
    desk.attach("MC-1.1", "https://git.example/better").await;
    assert_eq!(desk.left().await, ["evidence.attached"], "what was rejected stays until somebody removes it");
    let body = json!({ "value": "all", "evidence": [{ "uri": LINK, "kind": "artefact" }] });
    assert_eq!(desk.answer(LEAD, "OP-2.1", body).await.status, 200);
    assert_eq!(desk.post(LEAD, "/submit", Value::Null).await.status, 204);
    desk.left().await;
    let mine = desk.evidence("OP-2.1").await["id"].clone();
    let review = json!({ "evidence": [{ "id": mine, "accepted": true }] });
    let refused = desk.post(LEAD, "/review", review.clone()).await;
    assert_eq!(
        (refused.status.as_u16(), refused.body.contains("nobody reviews the own")),
        (422, true),
        "{}",
        refused.body
    );
    let refused = desk.post(LEAD, "/review", json!({ "lock": true })).await;
    assert_eq!(
        (refused.status.as_u16(), refused.body.contains("cannot lock")),
        (409, true),
        "{}",
        refused.body
    );
    assert!(desk.left().await.is_empty());
    let mut review = review;
    review["lock"] = json!(true);
    assert_eq!(desk.post(OFFICER, "/review", review).await.status, 204);
    assert_eq!(desk.left().await, ["evidence.reviewed", "assessment.locked"]);
}

async fn a_locked_result_never_changes(place: Place) {
    let mut desk = Desk::new(World::on(place).await).await;
    desk.hand_in().await;
    let id = desk.evidence("MC-1.1").await["id"].clone();
    let before = desk.get("/result").await.json();
    let review = json!({ "evidence": [{ "id": id, "accepted": true }], "lock": true });
    assert_eq!(desk.post(OFFICER, "/review", review).await.status, 204);
    let locked = desk.get("/result").await;
    assert_ne!(
        before["input_sha256"],
        locked.json()["input_sha256"],
        "the review is part of what was scored"
    );
    let exported = desk.get("/answers.toml").await.body;

    // As the command line sees the exported answers.
    let dir = tempfile::tempdir().unwrap();
    let answers = dir.path().join("answers.toml");
    std::fs::write(&answers, exported).unwrap();
    let (card, answers) = (locked.json(), answers.to_str().unwrap());
    let as_of = card["as_of"].as_str().unwrap();
    let arguments = ["score", answers, "--questionnaire", BANK_FILE, "--as-of", as_of, "--format", "json"];
    let scored = command(arguments).output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&scored.stdout).trim_end(),
        locked.body,
        "{}",
        String::from_utf8_lossy(&scored.stderr)
    );

    // As it is stored, and years later.
    desk.world.clock.advance(TimeDelta::days(1000));
    assert_eq!(desk.as_somebody_signed_in_now("/result").await, locked.body);
    let mut conn = desk.world.app.db.read().await.unwrap();
    let sql = "SELECT input, result FROM assessment_snapshot";
    let stored = fetch_all!(&mut conn, (String, String), sql).await.unwrap();
    let [(input, result)] = stored.as_slice() else { panic!("{stored:?}") };
    let input: Snapshot = serde_json::from_str(input).unwrap();
    let again = input.score(&Bank::parse(BANK, "small-bank.toml").unwrap()).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), locked.body);
    assert_eq!(serde_json::from_str::<Value>(result).unwrap(), locked.json());
}

async fn not_applicable_counts_once_it_is_approved(place: Place) {
    let mut desk = Desk::new(World::on(place).await).await;
    let body = |why: &str| json!({ "not_applicable": { "reason": "architecture", "justification": why } });
    assert_eq!(desk.answer(CONTRIBUTOR, "MC-4.1", body("batch only")).await.status, 200);
    let approved = desk
        .answer(
            CONTRIBUTOR,
            "OP-3.1",
            json!({ "not_applicable":
        { "reason": "architecture", "justification": "x", "approved_by": "me" } }),
        )
        .await;
    assert!(
        approved.json()["dropped"][0].as_str().unwrap().contains("OP-3.1: the approval"),
        "{}",
        approved.body
    );
    assert_eq!(approved.json()["not_applicable"]["decision"], Value::Null);
    assert_eq!(desk.post(LEAD, "/submit", Value::Null).await.status, 204);
    desk.left().await;
    let before = desk.get("/result").await.json();
    let decide = |code: &str, approved: bool, reason: &str| json!({ "not_applicable": [{ "code": code, "approved": approved, "reason": reason }] });
    assert_eq!(
        desk.post(OFFICER, "/review", decide("MC-4.1", false, "")).await.status,
        422,
        "declining needs a reason"
    );
    assert_eq!(
        desk.post(OFFICER, "/review", decide("MC-1.1", true, "")).await.status,
        422,
        "it was not said"
    );
    assert!(desk.left().await.is_empty());
    assert_eq!(desk.post(OFFICER, "/review", decide("MC-4.1", true, "")).await.status, 204);
    assert_eq!(desk.post(OFFICER, "/review", decide("OP-3.1", false, "it has inputs")).await.status, 204);
    assert_eq!(desk.left().await, ["answer.not_applicable_reviewed"; 2]);
    assert_ne!(desk.get("/result").await.json()["input_sha256"], before["input_sha256"]);
    let exported = desk.get("/answers.toml").await.body;
    assert_eq!(exported.matches("approved_by").count(), 1, "only the approved one:\n{exported}");

    assert_eq!(desk.post(LEAD, "/reopen", Value::Null).await.status, 204);
    assert_eq!(
        desk.answer(CONTRIBUTOR, "MC-4.1", body("batch only")).await.json()["not_applicable"]["decision"],
        "approved"
    );
    let changed = desk.answer(CONTRIBUTOR, "MC-4.1", body("too much work")).await.json();
    assert_eq!(changed["not_applicable"]["decision"], Value::Null, "what was approved was something else");
}

async fn answers_are_carried_over_but_decisions_are_not(place: Place) {
    let mut desk = Desk::new(World::on(place).await).await;
    let body = json!({ "not_applicable": { "reason": "architecture", "justification": "batch only" } });
    assert_eq!(desk.answer(CONTRIBUTOR, "MC-4.1", body).await.status, 200);
    desk.left().await;
    desk.hand_in().await;
    let approve = json!({ "not_applicable": [{ "code": "MC-4.1", "approved": true }] });
    assert_eq!(desk.post(OFFICER, "/review", approve).await.status, 204);
    desk.left().await;
    let first = desk.assessment.clone();
    let next = desk.start(json!({ "questionnaire": "small-bank", "carry_over_from": first })).await;
    assert_eq!(next.status, 201, "{}", next.body);
    let left = desk.left().await;
    assert_eq!(left, ["assessment.started", "answer.changed", "evidence.attached", "answer.changed"]);
    desk.assessment = next.json()["id"].as_str().unwrap().to_owned();
    let whole = desk.get("").await.json();
    assert_eq!(whole["answers"]["MC-1.1"]["value"], "all");
    assert_eq!(whole["answers"]["MC-1.1"]["evidence"][0]["uri"], LINK);
    assert_eq!(whole["answers"]["MC-4.1"]["not_applicable"]["decision"], Value::Null);

    for unknown in [uuid::Uuid::nil().to_string(), foreign_assessment(&desk).await] {
        desk.left().await;
        let refused = desk.start(json!({ "questionnaire": "small-bank", "carry_over_from": unknown })).await;
        assert_eq!(
            (refused.status.as_u16(), &refused.json()["errors"][0]["pointer"]),
            (422, &json!("/carry_over_from"))
        );
        assert!(desk.left().await.is_empty());
    }
}

/// An assessment of the other team, by a machine of theirs.
async fn foreign_assessment(desk: &Desk) -> String {
    let team = desk.world.team(Whose::Foreign);
    let (_, token) = desk.world.add_service("theirs", &[Scope::AssessmentsWrite], Some(team)).await;
    let request =
        desk.world.request(Who::SignedOut, &Method::POST, &format!("/api/v1/teams/{team}/assessments"));
    let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    let request = request.header(header::CONTENT_TYPE, "application/json");
    let answer =
        desk.world.send_raw(request.body(Body::from(r#"{"questionnaire":"small-bank"}"#)).unwrap()).await;
    answer.json()["id"].as_str().unwrap().to_owned()
}

fn file(answers: &str) -> String {
    format!(
        "questionnaire = \"small-bank\"\nversion = \"1.0.0\"\nanswered_by = \"sam\"\n\n[answers]\n{answers}\n"
    )
}

async fn an_import_is_all_or_nothing_and_makes_no_claims_for_others(place: Place) {
    let mut desk = Desk::new(World::on(place).await).await;
    let wrong = file(
        "\"MC-1.1\" = { value = \"all\" }\n\"MC-2.1\" = { value = \"automated\" }\n\"XX-1.1\" = { value = \"all\" }",
    );
    let refused = desk.import(CONTRIBUTOR, &wrong).await;
    assert_eq!(refused.status, 422);
    for named in ["answers.toml:7", "answers.toml:8", "XX-1.1"] {
        assert!(refused.body.contains(named), "{named}: {}", refused.body);
    }
    let not_utf8 = desk.world.request(CONTRIBUTOR, &Method::PUT, &desk.path("/answers.toml"));
    let not_utf8 = not_utf8.header(header::CONTENT_TYPE, "application/toml");
    let not_utf8 =
        desk.world.send_raw(not_utf8.body(Body::from(&b"questionnaire = \"\xff\""[..])).unwrap()).await;
    assert_eq!(
        (not_utf8.status.as_u16(), &not_utf8.headers[header::CONTENT_TYPE]),
        (400, &"application/problem+json".parse().unwrap())
    );
    assert!(desk.left().await.is_empty());
    assert_eq!(desk.get("").await.json()["answers"], json!({}));

    let claims = file(
        "\"MC-1.1\" = { value = \"all\", evidence = [{ uri = \"a\", kind = \"artefact\", reviewed_by = \"ana\", reviewed_value = \"all\" }] }\n\
         \"MC-4.1\" = { not_applicable = { reason = \"architecture\", justification = \"x\", approved_by = \"ana\" } }\n\
         \"OP-1.1\" = { value = \"all\", evidence = [{ uri = \"b\", kind = \"automated\", checked_at = \"2024-10-01\" }] }",
    );
    let imported = desk.import(CONTRIBUTOR, &claims).await;
    let dropped = [
        "MC-1.1: the review of a",
        "MC-4.1: the approval of \"not applicable\"",
        "OP-1.1: that b is automated",
    ];
    assert_eq!((imported.status.as_u16(), &imported.json()["dropped"]), (200, &json!(dropped)));
    let whole = desk.get("").await.json();
    assert_eq!(whole["answers"]["MC-1.1"]["evidence"][0]["decision"], Value::Null);
    assert_eq!(whole["answers"]["MC-4.1"]["not_applicable"]["decision"], Value::Null);
    assert_eq!(whole["answers"]["OP-1.1"]["evidence"][0]["kind"], "artefact");
    let left =
        ["answer.changed", "evidence.attached", "answer.changed", "answer.changed", "evidence.attached"];
    assert_eq!(desk.left().await, left);
    desk.import(CONTRIBUTOR, &claims).await;
    assert!(desk.left().await.is_empty(), "the same file again changes nothing");

    // What a machine found stays what it is when people go on working around it.
    assert_eq!(desk.import(MACHINE, &claims).await.json()["dropped"].as_array().map(Vec::len), Some(2));
    assert_eq!(desk.evidence("OP-1.1").await["kind"], "automated");
    let of_both = json!([{ "uri": "b", "kind": "automated", "checked_at": "2024-10-01" }, { "uri": "c", "kind": "artefact" }]);
    desk.left().await;
    let saved =
        desk.answer(CONTRIBUTOR, "OP-1.1", json!({ "value": "all", "evidence": of_both })).await.json();
    assert_eq!(
        (&saved["evidence"][0]["kind"], &saved["evidence"][1]["kind"]),
        (&json!("automated"), &json!("artefact"))
    );
    assert_eq!(desk.left().await, ["evidence.attached"]);
}

async fn text_that_no_database_holds_is_refused(place: Place) {
    let mut desk = Desk::new(World::on(place).await).await;
    let refused = desk.answer(CONTRIBUTOR, "MC-1.1", json!({ "value": "all", "comment": "a\0b" })).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    let refused =
        desk.import(CONTRIBUTOR, &file("\"MC-1.1\" = { value = \"all\", comment = \"a\\u0000b\" }")).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    let refused = desk.start(json!({ "questionnaire": "small-bank", "title": "\0" })).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(desk.left().await.is_empty());
}

#[tokio::test]
async fn what_somebody_else_answered_since_is_not_overwritten() {
    let mut desk = Desk::new(World::new().await).await;
    let unanswered = desk.get("/answers/MC-1.1").await;
    let put = async |desk: &Desk, seen: &str, value: &str| {
        let request = desk.world.request(CONTRIBUTOR, &Method::PUT, &desk.path("/answers/MC-1.1"));
        let request = request.header(header::CONTENT_TYPE, "application/json").header(header::IF_MATCH, seen);
        desk.world.send_raw(request.body(Body::from(json!({ "value": value }).to_string())).unwrap()).await
    };
    let tag = |answer: &Answer| answer.headers[header::ETAG].to_str().unwrap().to_owned();
    let first = put(&desk, &tag(&unanswered), "some").await;
    assert_eq!(first.status, 200);
    desk.left().await;
    let late = put(&desk, &tag(&unanswered), "most").await;
    assert_eq!((late.status.as_u16(), late.json()["status"].as_u64()), (412, Some(412)));
    assert_eq!(put(&desk, "newest", "most").await.status, 400);
    assert!(desk.left().await.is_empty());
    assert_eq!(desk.get("/answers/MC-1.1").await.json()["value"], "some");
    assert_eq!(put(&desk, &tag(&first), "most").await.status, 200);
}
