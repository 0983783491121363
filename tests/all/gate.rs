//! The gate: yes to what is approved as it is, no to all else, and each decision on record with its proof.

use assay_domain::access::{Role, Scope};
use assay_ledger::verify_receipt;
use assay_server::http::Caller;
use assay_server::ledger::trail;
use assay_server::models::service as models;
use assay_server::models::store as registry;
use assay_tests::approved::Colleague;
use assay_tests::browser::{Browser, Scheme, Scripts};
use assay_tests::on_both_engines;
use assay_tests::server_process::command;
use assay_tests::storage::Place;
use assay_tests::world::{Answer, PASSWORD, Who, Whose, World};
use axum::body::Body;
use axum::http::{Method, Request, header};
use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const GATE: &str = "/api/v1/gate";
const MACHINE: Who = Who::TeamMachine;
const OFFICER: Who = Who::Person(Role::ComplianceOfficer);
const LEAD: Who = Who::Person(Role::TeamLead);

on_both_engines!(
    yes_to_what_is_approved_and_no_to_all_else,
    what_changes_ends_the_yes,
    each_decision_is_on_record_and_proven,
    decisions_at_the_same_time_are_each_their_own,
    who_may_ask_and_who_may_decide,
    what_is_hidden_and_what_is_not_there_look_the_same,
    an_artefact_finds_its_version,
    asked_again_with_a_key_it_is_the_same_decision,
    a_key_never_repeats_what_is_not_so_any_more,
    decisions_are_listed_page_by_page,
);

/// A world in which fraud-scoring 1 is approved for production.
struct Stage {
    world: World,
    colleague: Colleague,
}

fn digest(n: u32) -> String {
    format!("sha256:{n:064x}")
}

impl Stage {
    async fn on(place: Place) -> Self {
        let world = World::on(place).await;
        let colleague = Colleague::of(&world.app, world.team(Whose::Own)).await;
        let stage = Self { world, colleague };
        let request = stage.ask("1", "production").await;
        stage.colleague.approve(&stage.world.app, request).await;
        stage
    }

    async fn ask(&self, version: &str, environment: &str) -> uuid::Uuid {
        let (app, team) = (&self.world.app, self.world.team(Whose::Own));
        let digest = digest(version.parse().unwrap());
        self.colleague.ask(app, team, "fraud-scoring", version, &digest, environment).await
    }

    async fn look(&self, who: Who, query: &str) -> Answer {
        self.world.send(who, &Method::GET, &format!("{GATE}?{query}"), "").await
    }

    async fn decide(&self, who: Who, body: &Value) -> Answer {
        self.world.send(who, &Method::POST, GATE, &body.to_string()).await
    }

    /// What it says to the machine of the team, looked up and decided, which must be the same.
    async fn says(&self, question: &Value) -> (bool, Vec<String>) {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(
            question.as_object().unwrap().iter().map(|(name, value)| (name, value.as_str().unwrap())),
        );
        let looked = self.look(MACHINE, &query.finish()).await;
        assert_eq!(looked.status, 200, "{question}: {}", looked.body);
        let decided = self.decide(MACHINE, question).await;
        assert_eq!(decided.status, 200, "{question}: {}", decided.body);
        let (looked, decided) = (looked.json(), decided.json());
        for field in ["allowed", "reasons", "request", "policy", "digest", "model", "version", "environment"]
        {
            assert_eq!(looked[field], decided[field], "{question}: {field}");
        }
        (looked["allowed"].as_bool().unwrap(), codes(&looked))
    }
}

fn codes(answer: &Value) -> Vec<String> {
    let reasons = answer["reasons"].as_array().unwrap();
    reasons.iter().map(|reason| reason["code"].as_str().unwrap().to_owned()).collect()
}

fn question(version: &str, environment: &str) -> Value {
    json!({ "model": "fraud-scoring", "version": version, "environment": environment })
}

fn with(mut question: Value, field: &str, value: &str) -> Value {
    question[field] = json!(value);
    question
}

async fn left(world: &World, seen: &mut usize) -> Vec<String> {
    let mut actions = world.actions().await;
    let new = actions.split_off(*seen);
    *seen += new.len();
    new
}

async fn with_token(world: &World, token: &str, method: &Method, path: &str, body: &str) -> Answer {
    let request =
        Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
    let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    world.send_raw(request.body(Body::from(body.to_owned())).unwrap()).await
}

async fn yes_to_what_is_approved_and_no_to_all_else(place: Place) {
    let stage = Stage::on(place).await;
    stage.ask("2", "production").await;
    let approved = question("1", "production");
    let cases: [(Value, bool, &[&str]); 7] = [
        (approved.clone(), true, &["approved"]),
        (with(approved.clone(), "digest", &digest(1)), true, &["approved"]),
        (with(approved.clone(), "digest", &digest(2)), false, &["digest_mismatch"]),
        (question("1", "staging"), false, &["not_requested"]),
        (question("2", "production"), false, &["decisions_missing"]),
        (question("3", "production"), false, &["unknown_version"]),
        (with(approved, "model", "own-model"), false, &["no_policy", "not_requested"]),
    ];
    for (question, allowed, expected) in cases {
        let (said, codes) = stage.says(&question).await;
        let found = codes.iter().any(|code| expected.contains(&code.as_str()));
        assert!(said == allowed && found, "{question}: {said} {codes:?}");
    }
    let answer =
        stage.look(MACHINE, "model=fraud-scoring&version=1&environment=production&explain=true").await.json();
    let checks: Vec<_> =
        answer["fine"].as_array().unwrap().iter().map(|fine| fine["check"].as_str().unwrap()).collect();
    for check in ["model", "version", "digest", "policy", "approval", "state", "demands", "evidence"] {
        assert!(checks.contains(&check), "{check} is not in {checks:?}");
    }
    assert_eq!(
        (&answer["request"]["state"], &answer["policy"]["id"]),
        (&json!("approved"), &json!("minimal"))
    );
    assert_eq!(answer["digest"], digest(1));
    let short = stage.look(MACHINE, "model=fraud-scoring&version=1&environment=production").await.json();
    assert!(short.get("fine").is_none());
    // Time alone ends it: the token holds for a day, the approval for a year.
    stage.world.clock.advance(TimeDelta::days(366));
    let (_, token) = stage.world.add_service("late", &[Scope::GateRead], None).await;
    let path = format!("{GATE}?model=fraud-scoring&version=1&environment=production");
    let late = with_token(&stage.world, &token, &Method::GET, &path, "").await.json();
    assert_eq!((&late["allowed"], codes(&late)), (&json!(false), vec!["expired".to_owned()]), "{late}");
    assert_eq!(late["request"]["state"], "expired");
    for (question, pointer) in [
        (json!({ "environment": "production" }), "/model"),
        (json!({ "model": "fraud-scoring", "environment": "production" }), "/version"),
        (json!({ "model": "fraud-scoring", "version": "1" }), "environment"),
        (with(question("1", "production"), "digest", "md5:x"), "/digest"),
        (question("1", "a b"), "/environment"),
        (with(question("1", "production"), "mode", "x"), "/mode"),
    ] {
        let answer = with_token(&stage.world, &token, &Method::POST, GATE, &question.to_string()).await;
        assert_eq!(answer.status, 422, "{question}: {}", answer.body);
        assert!(answer.body.contains(pointer), "{question}: {}", answer.body);
    }
}

async fn what_changes_ends_the_yes(place: Place) {
    let stage = Stage::on(place).await;
    assert!(stage.says(&question("1", "production")).await.0);
    let (app, system) = (&stage.world.app, Caller::system(&stage.world.app));
    let mut conn = app.db.read().await.unwrap();
    let id = models::find(&mut conn, "fraud-scoring", "1").await.unwrap().version.id;
    let card = registry::evidence(&mut conn, id).await.unwrap().remove(0);
    drop(conn);
    models::detach(app, &system, "fraud-scoring", "1", card.id).await.unwrap();
    let (allowed, codes) = stage.says(&question("1", "production")).await;
    assert!(!allowed && codes.contains(&"stale".to_owned()), "{codes:?}");
}

async fn each_decision_is_on_record_and_proven(place: Place) {
    let stage = Stage::on(place).await;
    let world = &stage.world;
    let mut seen = world.actions().await.len();
    assert_eq!(stage.look(MACHINE, "model=fraud-scoring&version=1&environment=production").await.status, 200);
    assert!(left(world, &mut seen).await.is_empty(), "looking leaves nothing");
    for (question, answer) in
        [(question("1", "production"), "allowed"), (question("9", "production"), "denied")]
    {
        let decided = stage.decide(MACHINE, &question).await.json();
        assert_eq!(left(world, &mut seen).await, ["gate.decided"], "a no as well");
        let index = decided["entry_index"].as_u64().unwrap();
        let log = world.app.db.log().clone();
        let mut conn = world.app.db.read().await.unwrap();
        let leaves = trail::leaves(&mut conn, log.id, index, index + 1).await.unwrap();
        let proven = verify_receipt(decided["receipt"].as_str().unwrap(), &leaves[0], &log.vkey).unwrap();
        assert_eq!(proven.index, index);
        let leaf: Value = serde_json::from_slice(&leaves[0]).unwrap();
        assert_eq!(leaf["facts"]["answer"], answer);
        assert_eq!(leaf["facts"]["codes"], json!(codes(&decided)));
        assert_eq!(leaf["subject"]["type"], "model");
        assert_eq!(leaf["facts"]["approval"].as_str(), decided["request"]["id"].as_str());
    }
}

/// Those that are asked for together share a transaction, and who asks the same shares what is looked up.
async fn decisions_at_the_same_time_are_each_their_own(place: Place) {
    let stage = Stage::on(place).await;
    let mut seen = stage.world.actions().await.len();
    let foreign = stage.world.object("models/model", Whose::Foreign).to_owned();
    let kinds = [
        (MACHINE, question("1", "production"), 200, json!(true)),
        (MACHINE, question("1", "staging"), 200, json!(false)),
        (OFFICER, with(question("1", "production"), "model", "nobody-knows"), 200, json!(false)),
        (MACHINE, with(question("1", "production"), "model", &foreign), 404, Value::Null),
        (Who::Person(Role::Viewer), question("1", "production"), 403, Value::Null),
    ];
    let asked: Vec<_> = (0..40).map(|n| &kinds[n % kinds.len()]).collect();
    let answers = join_all(asked.iter().map(|(who, question, ..)| stage.decide(*who, question))).await;
    let mut places = BTreeSet::new();
    for ((who, question, status, allowed), answer) in asked.iter().zip(&answers) {
        assert_eq!(answer.status.as_u16(), *status, "{who} {question}: {}", answer.body);
        assert_eq!(answer.json()["allowed"], *allowed, "{who} {question}: {}", answer.body);
        if *status == 200 {
            let decided = answer.json();
            assert_eq!(decided["environment"], question["environment"]);
            assert!(places.insert((decided["entry_index"].as_u64(), decided["id"].to_string())));
        }
    }
    assert_eq!(places.len(), 24);
    let left = left(&stage.world, &mut seen).await;
    assert_eq!(left.iter().filter(|action| *action == "gate.decided").count(), 24);
}

async fn who_may_ask_and_who_may_decide(place: Place) {
    let stage = Stage::on(place).await;
    let (world, own) = (&stage.world, Some(stage.world.team(Whose::Own)));
    let (body, path) =
        (question("1", "production"), format!("{GATE}?model=fraud-scoring&version=1&environment=production"));
    let mut seen = world.actions().await.len();
    for (name, scopes, looks, decides) in [
        ("reads", vec![Scope::GateRead], 200, 403),
        ("decides", vec![Scope::GateDecide], 200, 200),
        ("neither", vec![Scope::ModelsRead, Scope::ApprovalsReport], 403, 403),
    ] {
        let (_, token) = world.add_service(name, &scopes, own).await;
        left(world, &mut seen).await;
        let looked = with_token(world, &token, &Method::GET, &path, "").await;
        assert_eq!(looked.status, looks, "{name}: {}", looked.body);
        let decided = with_token(world, &token, &Method::POST, GATE, &body.to_string()).await;
        assert_eq!(decided.status, decides, "{name}: {}", decided.body);
        let expected = if decides == 200 { "gate.decided" } else { "access.denied" };
        assert_eq!(left(world, &mut seen).await, [expected], "{name}");
    }
}

async fn what_is_hidden_and_what_is_not_there_look_the_same(place: Place) {
    let stage = Stage::on(place).await;
    let foreign = stage.world.object("models/model", Whose::Foreign).to_owned();
    let ask = |model: &str| format!("model={model}&version=1&environment=production");
    let (hidden, missing) =
        (stage.look(MACHINE, &ask(&foreign)).await, stage.look(MACHINE, &ask("nobody-knows")).await);
    assert_eq!((hidden.status.as_u16(), missing.status.as_u16()), (404, 404));
    let told = |answer: &Answer| {
        let mut problem = answer.json();
        problem["request"] = Value::Null;
        problem
    };
    assert_eq!(told(&hidden), told(&missing));
    let mut seen = stage.world.actions().await.len();
    let decided = stage.decide(MACHINE, &with(question("1", "production"), "model", &foreign)).await;
    assert_eq!(decided.status, 404);
    assert_eq!(left(&stage.world, &mut seen).await, ["access.denied"]);

    // Whoever sees everything is told that there is no such model, and that is a no like any other.
    let answer = stage.look(OFFICER, &ask("nobody-knows")).await.json();
    assert_eq!((&answer["allowed"], codes(&answer)), (&json!(false), vec!["unknown_model".to_owned()]));
    let decided = stage.decide(OFFICER, &with(question("1", "production"), "model", "nobody-knows")).await;
    assert_eq!(
        (decided.status.as_u16(), &decided.json()["allowed"]),
        (200, &json!(false)),
        "{}",
        decided.body
    );
    assert_eq!(left(&stage.world, &mut seen).await, ["gate.decided"]);
}

async fn an_artefact_finds_its_version(place: Place) {
    let stage = Stage::on(place).await;
    let asked = format!("digest={}&environment=production", digest(1));
    let answer = stage.look(MACHINE, &asked).await.json();
    assert_eq!((&answer["allowed"], &answer["version"]), (&json!(true), &json!("1")), "{answer}");
    let body = json!({ "digest": digest(1), "environment": "production" });
    assert_eq!(stage.decide(MACHINE, &body).await.json()["allowed"], true);
    let unknown = format!("digest={}&environment=production", digest(7));
    assert_eq!(stage.look(MACHINE, &unknown).await.status, 404);
    assert_eq!(codes(&stage.look(OFFICER, &unknown).await.json()), ["unknown_model"]);

    let (app, team) = (&stage.world.app, stage.world.team(Whose::Own));
    stage.colleague.ask(app, team, "copy", "5", &digest(1), "production").await;
    let answer = stage.look(MACHINE, &asked).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert!(answer.body.contains("copy 5") && answer.body.contains("fraud-scoring 1"), "{}", answer.body);
}

async fn asked_again_with_a_key_it_is_the_same_decision(place: Place) {
    let stage = Stage::on(place).await;
    let ask = async |key: &str, body: &Value| {
        let request = stage.world.request(MACHINE, &Method::POST, GATE).header("idempotency-key", key);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        stage.world.send_raw(request.body(Body::from(body.to_string())).unwrap()).await
    };
    let body = question("1", "production");
    let first = ask("run-1", &body).await.json();
    let mut seen = stage.world.actions().await.len();
    let again = ask("run-1", &body).await.json();
    assert_eq!(first["entry_index"], again["entry_index"]);
    assert_eq!(
        (&first["id"], &first["allowed"], &first["at"]),
        (&again["id"], &again["allowed"], &again["at"])
    );
    assert_eq!(ask("run-1", &question("2", "production")).await.status, 422);
    assert!(left(&stage.world, &mut seen).await.is_empty());
    assert_eq!((&first["replayed"], &again["replayed"]), (&json!(false), &json!(true)));
    assert_ne!(ask("run-2", &body).await.json()["id"], first["id"]);
    let unkeyed = stage.decide(MACHINE, &body).await.json();
    assert_ne!(unkeyed["id"], first["id"]);
    assert_eq!(unkeyed["replayed"], false);
}

async fn a_key_never_repeats_what_is_not_so_any_more(place: Place) {
    let stage = Stage::on(place).await;
    let body = question("1", "production");
    let ask = async || {
        let request = stage.world.request(MACHINE, &Method::POST, GATE).header("idempotency-key", "run-1");
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let answer = stage.world.send_raw(request.body(Body::from(body.to_string())).unwrap()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    };
    let said = |answer: &Value| (answer["allowed"] == true, answer["replayed"] == true, answer["id"].clone());
    let (yes, _, first) = said(&ask().await);
    assert!(yes);
    stage.world.clock.advance(TimeDelta::seconds(299));
    assert_eq!(said(&ask().await), (true, true, first.clone()), "nearly five minutes");
    stage.world.clock.advance(TimeDelta::seconds(1));
    let (yes, replayed, second) = said(&ask().await);
    assert!(yes && !replayed && second != first, "after five minutes it is decided anew");
    assert_eq!(said(&ask().await), (true, true, second.clone()), "and that is what the key repeats");

    let request = ask().await["request"]["id"].as_str().unwrap().parse().unwrap();
    stage.colleague.revoke(&stage.world.app, request).await;
    let mut seen = stage.world.actions().await.len();
    let after = ask().await;
    let (yes, replayed, third) = said(&after);
    assert!(!yes && !replayed && third != second, "a revocation counts at once: {after}");
    assert_eq!(codes(&after), ["revoked"]);
    assert_eq!(left(&stage.world, &mut seen).await, ["gate.decided"]);
    assert_eq!(said(&ask().await), (false, true, third), "a no is repeated too");
    assert!(left(&stage.world, &mut seen).await.is_empty());
}

async fn decisions_are_listed_page_by_page(place: Place) {
    let stage = Stage::on(place).await;
    for version in ["1", "2", "3", "1", "4"] {
        stage.world.clock.advance(TimeDelta::milliseconds(1));
        assert_eq!(stage.decide(MACHINE, &question(version, "production")).await.status, 200);
    }
    assert_eq!(
        stage.decide(OFFICER, &with(question("1", "production"), "model", "nobody-knows")).await.status,
        200
    );
    let list = async |who: Who, query: &str| {
        let answer = stage.world.send(who, &Method::GET, &format!("{GATE}/decisions?{query}"), "").await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        answer.json()
    };
    let versions = |answer: &Value| -> Vec<String> {
        let items = answer["items"].as_array().unwrap();
        items.iter().map(|item| item["version"].as_str().unwrap().to_owned()).collect()
    };
    let first = list(MACHINE, "limit=3").await;
    assert_eq!(versions(&first), ["4", "1", "3"]);
    let rest = list(MACHINE, &format!("limit=3&after={}", first["next"].as_str().unwrap())).await;
    assert_eq!((versions(&rest), &rest["next"]), (vec!["2".to_owned(), "1".to_owned()], &Value::Null));
    assert_eq!(versions(&list(MACHINE, "allowed=true").await), ["1", "1"]);
    assert_eq!(versions(&list(MACHINE, "version=2&environment=production").await), ["2"]);
    assert_eq!(list(OFFICER, "model=nobody-knows").await["items"].as_array().unwrap().len(), 1);
    assert!(versions(&list(MACHINE, "model=nobody-knows").await).is_empty());
    let fine = &first["items"][1]["fine"];
    assert!(fine.as_array().is_some_and(|fine| !fine.is_empty()), "{first}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_answers_people() {
    let stage = Stage::on(Place::sqlite()).await;
    let page = async |query: &str| stage.world.send(LEAD, &Method::GET, &format!("/gate?{query}"), "").await;
    assert!(page("").await.body.contains("May this be deployed?"));
    let yes = page("model=fraud-scoring&version=1&environment=production&digest=").await;
    assert_eq!(yes.status, 200);
    assert!(
        yes.body.contains("may be deployed to production") && yes.body.contains("What was fine"),
        "{}",
        yes.body
    );
    assert!(yes.body.contains("assay gate --model fraud-scoring"), "{}", yes.body);
    let no = page("model=fraud-scoring&version=1&environment=staging").await;
    assert!(
        no.body.contains("may not be deployed to staging") && no.body.contains("not_requested"),
        "{}",
        no.body
    );
    let wrong = page("model=../x&version=1&environment=staging").await;
    assert_eq!((wrong.status.as_u16(), wrong.body.contains("There is a problem")), (422, true));
    let foreign = stage.world.object("models/model", Whose::Foreign);
    let hidden = page(&format!("model={foreign}&version=1&environment=production")).await;
    assert_eq!((hidden.status.as_u16(), hidden.body.contains("not yours to see")), (404, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_asks_in_a_browser() {
    let stage = Stage::on(Place::sqlite()).await;
    let base = stage.world.serve().await;
    let mut browser = Browser::open(Scripts::All).await;
    browser.expect_error("422");
    browser.expect_error("404");
    browser.goto(&format!("{base}/sign-in?next=/gate")).await;
    browser.fill("#email", "team-lead@example.org").await;
    browser.fill("#password", PASSWORD).await;
    browser.click("main button").await;
    browser.wait_for_text("May this be deployed?").await;
    look(&browser, "empty").await;
    for (name, environment, digest, said) in [
        ("yes", "production", digest(1), "may be deployed to production"),
        ("no", "production", digest(2), "may not be deployed to production"),
        ("wrong", "production", "md5:x".to_owned(), "There is a problem"),
    ] {
        browser.fill("#model", "fraud-scoring").await;
        browser.fill("#version", "1").await;
        browser.fill("#environment", environment).await;
        browser.fill("#digest", &digest).await;
        browser.click("main form > button").await;
        browser.wait_for_text(said).await;
        look(&browser, name).await;
    }
    browser.finish().await;
}

/// Looks at the page in both schemes, wide and narrow, and fails on what keeps people out.
async fn look(browser: &Browser, name: &str) {
    for (scheme, mode) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
        browser.scheme(scheme).await;
        for (width, size) in [(1280, "wide"), (360, "narrow")] {
            browser.resize(width, 900).await;
            browser.check_accessibility().await;
            browser.screenshot(&format!("gate-{name}-{mode}-{size}")).await;
        }
    }
    browser.scheme(Scheme::Light).await;
    browser.resize(1280, 900).await;
}

/// `assay gate`, as a pipeline runs it: code, standard output, standard error.
async fn assay_gate(url: &str, token: &str, arguments: &[&str]) -> (i32, String, String) {
    let mut gate = command(["gate"]);
    gate.args(arguments).env("ASSAY_URL", url).env("ASSAY_TOKEN", token);
    let output = tokio::task::spawn_blocking(move || gate.output().unwrap()).await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_ends_with_the_answer() {
    let stage = Stage::on(Place::sqlite()).await;
    let (url, own) = (stage.world.serve().await, Some(stage.world.team(Whose::Own)));
    let (_, token) = stage.world.add_service("ci", &[Scope::GateDecide], own).await;
    let named = |version: &'static str, environment: &'static str| {
        ["--model", "fraud-scoring", "--version", version, "--environment", environment]
    };
    let mut seen = stage.world.actions().await.len();
    let (code, out, err) = assay_gate(&url, &token, &named("1", "production")).await;
    assert!(
        code == 0 && err.is_empty() && out.starts_with("allowed: fraud-scoring 1 in production"),
        "{code} {out} {err}"
    );
    assert!(out.contains("on record as entry"), "{out}");
    assert_eq!(left(&stage.world, &mut seen).await, ["gate.decided"]);

    let json = [named("1", "staging").as_slice(), &["--format", "json", "--explain"]].concat();
    let (code, out, err) = assay_gate(&url, &token, &json).await;
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert!(
        code == 1 && err.is_empty() && answer["allowed"] == false && answer["fine"].is_array(),
        "{out} {err}"
    );
    assert_eq!(left(&stage.world, &mut seen).await, ["gate.decided"], "a no as well");

    let mismatch = digest(2);
    let looked = [named("1", "production").as_slice(), &["--look", "--digest", &mismatch]].concat();
    let (code, out, _) = assay_gate(&url, &token, &looked).await;
    assert!(code == 1 && out.contains("digest_mismatch"), "{out}");
    assert!(left(&stage.world, &mut seen).await.is_empty(), "only looked");

    // What the token may not see, or nobody knows, is denied like anything else that is not approved.
    let foreign = stage.world.object("models/model", Whose::Foreign);
    let hidden = ["--model", foreign, "--version", "1", "--environment", "production", "--look"];
    let (code, out, _) = assay_gate(&url, &token, &hidden).await;
    assert!(code == 1 && out.starts_with("denied") && out.contains("unknown_model"), "{out}");

    // Without an answer there is no yes, and no no either.
    let (code, out, err) = assay_gate(&url, "assay_wrong", &named("1", "production")).await;
    assert!(code == 2 && out.is_empty() && err.contains("401"), "{out} {err}");
    let (code, out, err) = assay_gate(&url, &token, &named("a b", "production")).await;
    assert!(code == 2 && out.is_empty() && err.contains("/version"), "{out} {err}");
    let (code, _, err) = assay_gate(&format!("{url}/elsewhere"), &token, &named("1", "production")).await;
    assert!(code == 2, "another address is no answer: {err}");
    let (code, _, err) = assay_gate(&url, &token, &["--model", "fraud-scoring"]).await;
    assert!(code == 2 && err.contains("--version") && err.contains("--environment"), "{err}");
}
