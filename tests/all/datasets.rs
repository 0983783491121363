//! Datasets, uses and findings over the API: registered, used, found wrong, worked on, asked about. What is wrong with a
//! request is named by its field and leaves nothing; what is wrong with a use is a finding.

use assay_domain::access::{Role, Scope};
use assay_domain::findings::About;
use assay_ledger::verify_receipt;
use assay_server::datasets::bound;
use assay_server::fetch_one;
use assay_server::findings::service as findings;
use assay_server::findings::service::acceptances;
use assay_server::ledger::trail;
use assay_server::models::service::find;
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::{Answer, Who, Whose, World};
use axum::body::Body;
use axum::http::{Method, Request, header};
use chrono::TimeDelta;
use futures::future::join_all;
use serde_json::{Value, json};

const LEAD: Who = Who::Person(Role::TeamLead);
const CONTRIBUTOR: Who = Who::Person(Role::Contributor);
const OFFICER: Who = Who::Person(Role::ComplianceOfficer);
const VIEWER: Who = Who::Person(Role::Viewer);
const MACHINE: Who = Who::TeamMachine;

const LOCK: &str = include_str!("../data/dvc.lock");

on_both_engines!(
    a_dataset_is_registered_and_changed,
    what_is_wrong_with_a_dataset_names_its_field,
    a_version_of_a_dataset_never_changes,
    a_use_is_recorded_once_and_proven,
    what_breaks_the_terms_is_a_finding,
    what_is_wrong_with_a_use_is_named_and_nothing_is_stored,
    each_of_a_list_has_its_own_result,
    many_at_once_are_one_use,
    a_use_belongs_to_a_team,
    a_finding_is_worked_on,
    an_accepted_risk_ends,
    other_terms_close_nothing,
    which_models_saw_it_and_what_a_version_was_trained_on,
    who_used_personal_data_in_a_quarter,
    a_lock_file_is_imported_once,
    a_lock_file_that_is_wrong_says_where,
    lists_are_narrowed_and_paged,
);

/// A world with how much of its record was looked at.
struct Desk {
    world: World,
    seen: usize,
}

impl Desk {
    async fn new(place: Place) -> Self {
        let world = World::on(place).await;
        let seen = world.actions().await.len();
        Self { world, seen }
    }

    async fn ask(&self, who: Who, method: Method, path: &str, body: Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.world.send(who, &method, &format!("/api/v1{path}"), &body).await
    }

    async fn post(&self, who: Who, path: &str, body: Value) -> Answer {
        self.ask(who, Method::POST, path, body).await
    }

    async fn get(&self, who: Who, path: &str) -> Value {
        let answer = self.ask(who, Method::GET, path, Value::Null).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    /// Registers something and gives it.
    async fn made(&self, who: Who, path: &str, body: Value) -> Value {
        let answer = self.post(who, path, body).await;
        assert_eq!(answer.status, 201, "{path}: {}", answer.body);
        answer.json()
    }

    async fn use_with_key(&self, who: Who, key: &str, body: &Value) -> Answer {
        let request = self.world.request(who, &Method::POST, "/api/v1/data-usage");
        let request = request.header(header::CONTENT_TYPE, "application/json").header("idempotency-key", key);
        self.world.send_raw(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// What came on the record since the last look.
    async fn left(&mut self) -> Vec<String> {
        let mut actions = self.world.actions().await;
        let new = actions.split_off(self.seen);
        self.seen += new.len();
        new
    }

    async fn count(&self, sql: &'static str) -> i64 {
        let mut conn = self.world.app.db.read().await.unwrap();
        fetch_one!(&mut conn, (i64,), sql).await.unwrap().0
    }

    async fn stored(&self) -> (i64, i64) {
        (
            self.count("SELECT COUNT(*) FROM data_usage").await,
            self.count("SELECT COUNT(*) FROM finding").await,
        )
    }
}

/// Cards, which may be used to find fraud.
fn cards() -> Value {
    json!({
        "namespace": "warehouse", "name": "cards", "description": "Card payments", "classification": "personal",
        "lawful_basis": "contract", "purposes": ["fraud-detection"], "residency": ["eu-west-1"]
    })
}

/// The own model uses cards to find fraud.
fn use_of_cards() -> Value {
    json!({
        "dataset": { "namespace": "warehouse", "name": "cards" }, "digest": format!("sha256:{}", "ab".repeat(32)),
        "by": { "kind": "job", "name": "train-nightly" }, "version": { "model": "own-model", "version": "1" },
        "purpose": "fraud-detection", "at": "2024-10-01T07:04:05Z", "rows": 120_000
    })
}

fn with(mut body: Value, field: &str, value: Value) -> Value {
    let (parent, name) = field.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap()[name] = value;
    body
}

/// The pointers of an answer's errors.
fn pointers(answer: &Answer) -> Vec<String> {
    let errors = answer.json()["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| error["pointer"].as_str().unwrap().to_owned()).collect()
}

fn kinds(findings: &Value) -> Vec<&str> {
    findings.as_array().unwrap().iter().map(|finding| finding["kind"].as_str().unwrap()).collect()
}

async fn a_dataset_is_registered_and_changed(place: Place) {
    let mut desk = Desk::new(place).await;
    // A lead of one team need not say which.
    let made = desk.post(LEAD, "/datasets", cards()).await;
    assert_eq!(
        (made.status.as_u16(), made.headers["etag"].to_str().unwrap()),
        (201, "\"1\""),
        "{}",
        made.body
    );
    let made = made.json();
    let path = format!("/datasets/{}", made["id"].as_str().unwrap());
    assert_eq!((&made["usable_until"], &made["team"]), (&Value::Null, &json!(desk.world.team(Whose::Own))));
    assert_eq!(desk.left().await, ["dataset.registered"]);

    let retention = json!({ "counts_from": "contract-end", "days": 30, "happened_on": "2024-10-01", "legal_hold": false });
    let change = json!({ "purposes": ["fraud-detection", "credit-risk"], "retention": retention });
    let changed = desk.ask(LEAD, Method::PATCH, &path, change.clone()).await;
    assert_eq!(
        (changed.status.as_u16(), changed.headers["etag"].to_str().unwrap()),
        (200, "\"2\""),
        "{}",
        changed.body
    );
    assert_eq!(changed.json()["usable_until"], "2024-10-31");
    assert_eq!(desk.ask(LEAD, Method::PATCH, &path, change).await.json()["revision"], 2, "nothing changed");
    assert_eq!(desk.left().await, ["dataset.changed"]);

    // Null takes away, and what was seen before is not overwritten.
    let stale = desk.world.request(LEAD, &Method::PATCH, &format!("/api/v1{path}"));
    let stale = stale.header(header::CONTENT_TYPE, "application/json").header(header::IF_MATCH, "\"1\"");
    let stale = desk.world.send_raw(stale.body(Body::from(r#"{"description":"x"}"#)).unwrap()).await;
    assert_eq!(stale.status, 412, "{}", stale.body);
    let bare = desk.ask(LEAD, Method::PATCH, &path, json!({ "lawful_basis": null, "retention": null })).await;
    assert_eq!((&bare.json()["lawful_basis"], &bare.json()["retention"]), (&Value::Null, &Value::Null));
    assert_eq!(desk.left().await, ["dataset.changed"]);

    let archived = desk.ask(OFFICER, Method::PATCH, &path, json!({ "archived": true })).await.json();
    assert!(archived["archived_at"].is_string(), "{archived}");
    let listed = |list: Value| list["items"].as_array().unwrap().iter().any(|one| one["name"] == "cards");
    assert!(
        !listed(desk.get(VIEWER, "/datasets").await)
            && listed(desk.get(VIEWER, "/datasets?archived=true").await)
    );
    let back = desk.ask(OFFICER, Method::PATCH, &path, json!({ "archived": false })).await.json();
    assert_eq!(back["archived_at"], Value::Null);
    assert_eq!(desk.left().await, ["dataset.changed", "dataset.changed"]);
}

async fn what_is_wrong_with_a_dataset_names_its_field(place: Place) {
    let mut desk = Desk::new(place).await;
    let before = desk.count("SELECT COUNT(*) FROM dataset").await;
    let wrong = [
        ("/namespace", with(cards(), "/namespace", json!("ware house"))),
        ("/name", with(cards(), "/name", json!(""))),
        ("/name", with(cards(), "/name", json!("own-model-data"))),
        ("/team", with(cards(), "/team", json!("nobody"))),
        ("/classification", with(cards(), "/classification", json!("secret"))),
        ("/lawful_basis", with(cards(), "/lawful_basis", json!("because"))),
        ("/exception", with(cards(), "/exception", json!("research"))),
        ("/purposes", with(cards(), "/purposes", json!([]))),
        ("/purposes", with(cards(), "/purposes", json!(["Fraud Detection"]))),
        ("/residency", with(cards(), "/residency", json!(["somewhere else"]))),
        ("/retention/days", with(cards(), "/retention", json!({ "counts_from": "project-end", "days": 0 }))),
        (
            "/retention/counts_from",
            with(cards(), "/retention", json!({ "counts_from": "christmas", "days": 1 })),
        ),
        ("/description", with(cards(), "/description", json!("x".repeat(4001)))),
        ("/purpose", with(cards(), "/purpose", json!("fraud-detection"))),
    ];
    for (pointer, body) in wrong {
        let answer = desk.post(LEAD, "/datasets", body).await;
        assert_eq!(
            (answer.status.as_u16(), pointers(&answer)),
            (422, vec![pointer.to_owned()]),
            "{}",
            answer.body
        );
    }
    assert_eq!(desk.count("SELECT COUNT(*) FROM dataset").await, before);
    assert!(desk.left().await.is_empty());
}

async fn a_version_of_a_dataset_never_changes(place: Place) {
    let mut desk = Desk::new(place).await;
    let dataset = desk.made(LEAD, "/datasets", cards()).await;
    let path = format!("/datasets/{}/versions", dataset["id"].as_str().unwrap());
    let version = json!({ "version": "2024-10", "digest": "md5:4dbb7a07196ab29feb8d9b81e0afda25", "location": "s3://x/y" });
    let made = desk.made(LEAD, &path, version.clone()).await;
    let again = desk.post(LEAD, &path, version.clone()).await;
    assert_eq!((again.status.as_u16(), &again.json()["id"]), (200, &made["id"]), "{}", again.body);
    assert_eq!(desk.left().await, ["dataset.registered", "dataset_version.registered"]);
    let other = desk.post(LEAD, &path, with(version.clone(), "/digest", json!("snapshot:1"))).await;
    assert_eq!(other.status, 409, "{}", other.body);
    assert!(other.body.contains("digest_contradicts_record"), "{}", other.body);
    for digest in ["md5:4dbb", "sha256:4dbb7a07196ab29feb8d9b81e0afda25", "4dbb7a07196ab29feb8d9b81e0afda25"]
    {
        let answer = desk.post(LEAD, &path, with(version.clone(), "/digest", json!(digest))).await;
        assert_eq!(
            (answer.status.as_u16(), pointers(&answer)),
            (422, vec!["/digest".to_owned()]),
            "{}",
            answer.body
        );
    }
    assert_eq!(
        pointers(&desk.post(LEAD, &path, with(version.clone(), "/version", json!("a b"))).await),
        ["/version"]
    );
    assert!(desk.left().await.is_empty());
    desk.ask(LEAD, Method::PATCH, path.trim_end_matches("/versions"), json!({ "archived": true })).await;
    let late = desk.post(LEAD, &path, with(version, "/version", json!("2024-11"))).await;
    assert_eq!(late.status, 409, "{}", late.body);
    assert_eq!(desk.get(LEAD, &path).await["items"].as_array().unwrap().len(), 1);
}

async fn a_use_is_recorded_once_and_proven(place: Place) {
    let mut desk = Desk::new(place).await;
    desk.made(LEAD, "/datasets", cards()).await;
    desk.left().await;
    let before = desk.stored().await;
    let first = desk.made(MACHINE, "/data-usage", use_of_cards()).await;
    assert_eq!(first["findings"], json!([]));
    let index = first["entry_index"].as_u64().unwrap();
    let log = desk.world.app.db.log().clone();
    let mut conn = desk.world.app.db.read().await.unwrap();
    let leaf = trail::leaves(&mut conn, log.id, index, index + 1).await.unwrap().remove(0);
    drop(conn);
    verify_receipt(first["receipt"].as_str().unwrap(), &leaf, &log.vkey).unwrap();
    let leaf = String::from_utf8(leaf).unwrap();
    assert!(leaf.contains("data_usage.recorded") && leaf.contains("warehouse/cards"), "{leaf}");
    assert!(!leaf.contains("train-nightly"), "what a job is called may name somebody: {leaf}");

    // The same body written differently, and the same under a key.
    let shuffled = serde_json::to_string_pretty(&use_of_cards()).unwrap();
    let again = desk.world.send(MACHINE, &Method::POST, "/api/v1/data-usage", &shuffled).await;
    assert_eq!((again.status.as_u16(), &again.json()["id"]), (200, &first["id"]), "{}", again.body);
    assert_eq!(again.json()["entry_index"], first["entry_index"]);
    let later = with(use_of_cards(), "/at", json!("2024-10-02T07:04:05Z"));
    assert_eq!(desk.use_with_key(MACHINE, "run-2", &later).await.status, 201);
    assert_eq!(desk.use_with_key(MACHINE, "run-2", &later).await.status, 200);
    let other = desk.use_with_key(MACHINE, "run-2", &use_of_cards()).await;
    assert_eq!(
        (other.status.as_u16(), other.body.contains("Idempotency-Key")),
        (422, true),
        "{}",
        other.body
    );
    assert_eq!(desk.left().await, ["data_usage.recorded", "data_usage.recorded"]);
    assert_eq!(desk.stored().await, (before.0 + 2, before.1));
}

async fn what_breaks_the_terms_is_a_finding(place: Place) {
    let mut desk = Desk::new(place).await;
    let health = json!({
        "namespace": "warehouse", "name": "health", "classification": "special-category", "purposes": ["research"],
        "retention": { "counts_from": "project-end", "days": 10, "happened_on": "2024-09-01" }
    });
    desk.made(LEAD, "/datasets", health).await;
    desk.left().await;
    let health = with(use_of_cards(), "/dataset/name", json!("health"));
    let answer = desk.made(MACHINE, "/data-usage", health).await;
    let found = &answer["findings"];
    let mut found_kinds = kinds(found);
    found_kinds.sort_unstable();
    let expected =
        ["after_retention", "no_lawful_basis", "purpose_not_allowed", "special_category_without_exception"];
    assert_eq!(found_kinds, expected, "{answer}");
    let opened = desk.left().await;
    assert_eq!(opened[0], "data_usage.recorded");
    assert_eq!(opened[1..], ["finding.opened"; 4]);
    let unknown = desk.made(MACHINE, "/data-usage", use_of_cards()).await;
    assert_eq!(kinds(&unknown["findings"]), ["unknown_dataset"]);

    // What the gate asks: what is open for the version, besides the world's own finding.
    let mut conn = desk.world.app.db.read().await.unwrap();
    let now = desk.world.app.clock.now();
    let version = find(&mut conn, "own-model", "1").await.unwrap().version.id;
    assert_eq!(findings::open(&mut conn, version, About::Data, now).await.unwrap().len(), 6);
    assert_eq!(findings::unresolved(&mut conn, version, About::Data).await.unwrap().len(), 6);
    assert_eq!(bound::used_by_version(&mut conn, version).await.unwrap().len(), 3);
    let foreign = find(&mut conn, "foreign-model", "1").await.unwrap().version.id;
    assert_eq!(findings::open(&mut conn, foreign, About::Data, now).await.unwrap().len(), 1);
}

async fn what_is_wrong_with_a_use_is_named_and_nothing_is_stored(place: Place) {
    let mut desk = Desk::new(place).await;
    let archived = desk.made(LEAD, "/datasets", with(cards(), "/name", json!("old"))).await;
    let path = format!("/datasets/{}", archived["id"].as_str().unwrap());
    desk.ask(LEAD, Method::PATCH, &path, json!({ "archived": true })).await;
    desk.left().await;
    let before = desk.stored().await;
    let nobody = json!({ "kind": "person", "id": "00000000-0000-0000-0000-000000000007" });
    let now = desk.world.app.clock.now();
    let of_old = with(use_of_cards(), "/dataset/name", json!("old"));
    let wrong = [
        ("/digest", with(use_of_cards(), "/digest", json!("sha256:abab"))),
        ("/digest", with(use_of_cards(), "/digest", json!("crc32:abababab"))),
        ("/at", with(use_of_cards(), "/at", json!((now + TimeDelta::minutes(6)).to_rfc3339()))),
        ("/at", with(use_of_cards(), "/at", json!("1969-12-31T23:59:59Z"))),
        ("/at", with(use_of_cards(), "/at", json!("yesterday"))),
        ("/dataset/name", with(use_of_cards(), "/dataset/name", json!("two words"))),
        ("/dataset/namespace", with(use_of_cards(), "/dataset/namespace", json!(""))),
        ("/dataset/name", with(of_old, "/at", json!(now.to_rfc3339()))),
        ("/version/model", with(use_of_cards(), "/version/model", json!("unheard-of"))),
        ("/version/version", with(use_of_cards(), "/version/version", json!("99"))),
        ("/purpose", with(use_of_cards(), "/purpose", json!("Fraud detection"))),
        ("/by/name", with(use_of_cards(), "/by/name", json!("two words"))),
        ("/by/id", with(use_of_cards(), "/by", nobody)),
        ("/rows", with(use_of_cards(), "/rows", json!(1_u64 << 53))),
        ("/rows", with(use_of_cards(), "/rows", json!(-1))),
        ("/why", with(use_of_cards(), "/why", json!("because"))),
    ];
    for (pointer, body) in wrong {
        let answer = desk.post(MACHINE, "/data-usage", body).await;
        assert_eq!(
            (answer.status.as_u16(), pointers(&answer)),
            (422, vec![pointer.to_owned()]),
            "{}",
            answer.body
        );
    }
    assert_eq!(desk.world.send(MACHINE, &Method::POST, "/api/v1/data-usage", "{").await.status, 400);
    assert_eq!(desk.post(MACHINE, "/data-usage", json!([])).await.status, 422);
    assert_eq!(desk.post(MACHINE, "/data-usage", json!(vec![1; 1001])).await.status, 422);
    assert_eq!(desk.stored().await, before);
    assert!(desk.left().await.is_empty());
    // Before it was archived, it could be used.
    let of_old = with(use_of_cards(), "/dataset/name", json!("old"));
    desk.made(MACHINE, "/data-usage", of_old).await;
}

async fn each_of_a_list_has_its_own_result(place: Place) {
    let mut desk = Desk::new(place).await;
    desk.made(LEAD, "/datasets", cards()).await;
    desk.left().await;
    let before = desk.stored().await;
    // More than share a write; every hundredth is wrong in another way, and one is there twice.
    let at = |n: i64| json!((desk.world.app.clock.now() - TimeDelta::minutes(n)).to_rfc3339());
    let mut list: Vec<Value> = (0..250).map(|n| with(use_of_cards(), "/at", at(n))).collect();
    list[10] = with(list[10].clone(), "/purpose", json!("marketing"));
    list[100] = with(list[100].clone(), "/purpose", json!("NOT A PURPOSE"));
    list[200] = with(list[200].clone(), "/version/model", json!("foreign-model"));
    list[201] = json!({ "dataset": 7 });
    list[202] = list[0].clone();
    let answer = desk.post(MACHINE, "/data-usage", json!(list)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answer = answer.json();
    assert_eq!(
        (&answer["recorded"], &answer["repeated"], &answer["refused"]),
        (&json!(246), &json!(1), &json!(3))
    );
    let result = |n: usize| &answer["results"][n];
    assert_eq!(result(10)["findings"][0]["kind"], "purpose_not_allowed");
    assert_eq!(
        (&result(100)["status"], &result(100)["problem"]["errors"][0]["pointer"]),
        (&json!(422), &json!("/purpose"))
    );
    assert_eq!(result(200)["status"], 404, "a model of another team does not exist");
    assert_eq!(
        (&result(201)["status"], &result(201)["problem"]["errors"][0]["pointer"]),
        (&json!(422), &json!("/dataset"))
    );
    assert_eq!((&result(202)["status"], &result(202)["id"]), (&json!(200), &result(0)["id"]));
    let indices: Vec<u64> =
        answer["results"].as_array().unwrap().iter().filter_map(|one| one["entry_index"].as_u64()).collect();
    assert_eq!(indices.len(), 247, "every recorded one has its place in the ledger");
    assert_eq!(desk.stored().await, (before.0 + 246, before.1 + 1));
    let left = desk.left().await;
    let count = |action: &str| left.iter().filter(|one| *one == action).count();
    assert_eq!((count("data_usage.recorded"), count("finding.opened"), count("access.denied")), (246, 1, 1));
    let again = desk.post(MACHINE, "/data-usage", json!(list)).await.json();
    assert_eq!((&again["recorded"], &again["repeated"]), (&json!(0), &json!(247)));
    assert_eq!(again["results"][10]["id"], result(10)["id"]);
}

async fn many_at_once_are_one_use(place: Place) {
    let mut desk = Desk::new(place).await;
    desk.made(LEAD, "/datasets", cards()).await;
    desk.left().await;
    let wrong = with(use_of_cards(), "/purpose", json!("marketing"));
    let answers = join_all((0..8).map(|_| desk.post(MACHINE, "/data-usage", wrong.clone()))).await;
    let ids: Vec<Value> = answers.iter().map(|answer| answer.json()["id"].clone()).collect();
    assert!(ids.windows(2).all(|pair| pair[0] == pair[1] && pair[0].is_string()), "{ids:?}");
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert_eq!(desk.left().await, ["data_usage.recorded", "finding.opened"]);
}

async fn a_use_belongs_to_a_team(place: Place) {
    let desk = Desk::new(place).await;
    let (own, foreign) = (desk.world.team(Whose::Own), desk.world.team(Whose::Foreign));
    let body = with(cards(), "/team", json!("foreign"));
    desk.made(OFFICER, "/datasets", body).await;
    let scopes = [Scope::DataUsageRecord];
    let (_, of_own) = desk.world.add_service("own-ci", &scopes, Some(own)).await;
    let (_, anywhere) = desk.world.add_service("ci", &scopes, None).await;
    let post = async |token: &str, body: &Value| {
        let request = Request::post("/api/v1/data-usage").header(header::CONTENT_TYPE, "application/json");
        let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        desk.world.send_raw(request.body(Body::from(body.to_string())).unwrap()).await
    };
    let team_of = async |answer: Answer| {
        assert_eq!(answer.status, 201, "{}", answer.body);
        let id = answer.json()["id"].clone();
        let uses = desk.get(OFFICER, "/data-usage?limit=200").await["items"].as_array().unwrap().clone();
        uses.into_iter().find(|one| one["id"] == id).unwrap()["team"].clone()
    };
    let bare = |n: u32| {
        let mut body = with(use_of_cards(), "/rows", json!(n));
        body.as_object_mut().unwrap().remove("version");
        body
    };
    // The token's team, else the model's, else the dataset's.
    assert_eq!(team_of(post(&of_own, &bare(1)).await).await, json!(own));
    assert_eq!(team_of(post(&anywhere, &use_of_cards()).await).await, json!(own));
    assert_eq!(team_of(post(&anywhere, &bare(2)).await).await, json!(foreign));
    // Somebody in one team uses data of another one.
    assert_eq!(team_of(desk.post(CONTRIBUTOR, "/data-usage", bare(3)).await).await, json!(own));
    let unknown = with(bare(4), "/dataset/name", json!("unknown"));
    let nobody = post(&anywhere, &unknown).await;
    assert_eq!((nobody.status.as_u16(), nobody.body.contains("whose use")), (422, true), "{}", nobody.body);
    // For a model of others nothing is recorded, and a viewer records nothing.
    let others = with(use_of_cards(), "/version/model", json!("foreign-model"));
    assert_eq!(post(&of_own, &others).await.status, 404);
    assert_eq!(desk.post(VIEWER, "/data-usage", use_of_cards()).await.status, 403);
    // Who answers for the data sees its uses by others; who used it does not see what others do with it.
    let seen = async |who: Who| {
        desk.get(who, "/data-usage?namespace=warehouse&name=cards").await["items"].as_array().unwrap().len()
    };
    assert_eq!((seen(OFFICER).await, seen(VIEWER).await), (4, 3));
}

/// Records a use that the terms do not allow, and gives its finding's path.
async fn finding(desk: &Desk, n: u32) -> String {
    let wrong = with(with(use_of_cards(), "/purpose", json!("marketing")), "/rows", json!(n));
    let answer = desk.made(MACHINE, "/data-usage", wrong).await;
    format!("/findings/{}", answer["findings"][0]["id"].as_str().unwrap())
}

async fn a_finding_is_worked_on(place: Place) {
    let mut desk = Desk::new(place).await;
    desk.made(LEAD, "/datasets", cards()).await;
    let path = finding(&desk, 1).await;
    desk.left().await;
    let step =
        async |who: Who, step: &str, body: Value| desk.post(who, &format!("{path}/{step}"), body).await;
    let reason = json!({ "reason": "The campaign was stopped." });
    assert_eq!(step(VIEWER, "start", Value::Null).await.status, 403);
    assert_eq!(step(CONTRIBUTOR, "reopen", reason.clone()).await.status, 409);
    let started = step(CONTRIBUTOR, "start", Value::Null).await;
    assert_eq!(started.json()["standing"]["state"], "in_work", "{}", started.body);
    let twice = step(LEAD, "start", Value::Null).await;
    assert_eq!((twice.status.as_u16(), twice.body.contains("wrong_state")), (409, true), "{}", twice.body);
    assert_eq!(pointers(&step(LEAD, "resolve", json!({ "reason": " " })).await), ["/reason"]);
    // A risk is accepted by the officer, for a reason and a year at most.
    let accept = |until: &str| json!({ "reason": "Legal agreed.", "until": until });
    assert_eq!(step(LEAD, "accept-risk", accept("2024-12-31")).await.status, 403);
    assert_eq!(step(MACHINE, "accept-risk", accept("2024-12-31")).await.status, 403);
    for until in ["2024-10-03", "2025-10-06"] {
        let answer = step(OFFICER, "accept-risk", accept(until)).await;
        assert_eq!(
            (answer.status.as_u16(), pointers(&answer)),
            (422, vec!["/until".to_owned()]),
            "{}",
            answer.body
        );
    }
    assert_eq!(
        pointers(&step(OFFICER, "accept-risk", json!({ "reason": "", "until": "2024-12-31" })).await),
        ["/reason"]
    );
    let accepted = step(OFFICER, "accept-risk", accept("2024-12-31")).await.json();
    assert_eq!(
        (&accepted["standing"]["state"], &accepted["standing"]["until"]),
        (&json!("risk_accepted"), &json!("2024-12-31"))
    );
    assert_eq!(step(LEAD, "reopen", reason.clone()).await.json()["standing"]["state"], "open");
    let resolved = step(LEAD, "resolve", reason).await;
    assert_eq!(resolved.json()["standing"]["state"], "resolved", "{}", resolved.body);
    let left = desk.left().await;
    let changes = left.iter().filter(|action| *action == "finding.changed").count();
    let denied = left.iter().filter(|action| *action == "access.denied").count();
    assert_eq!((changes, denied, left.len()), (4, 3, 7), "each step is one entry: {left:?}");
}

async fn an_accepted_risk_ends(place: Place) {
    let mut desk = Desk::new(place).await;
    desk.made(LEAD, "/datasets", cards()).await;
    let path = finding(&desk, 1).await;
    let accept = json!({ "reason": "Until the audit.", "until": "2024-10-06" });
    let accepted = desk.post(OFFICER, &format!("{path}/accept-risk"), accept).await.json();
    desk.left().await;
    let version = {
        let mut conn = desk.world.app.db.read().await.unwrap();
        find(&mut conn, "own-model", "1").await.unwrap().version.id
    };
    let open = async |desk: &Desk| {
        let mut conn = desk.world.app.db.read().await.unwrap();
        findings::open(&mut conn, version, About::Data, desk.world.app.clock.now()).await.unwrap().len()
    };
    assert_eq!(open(&desk).await, 1, "the world's own finding");
    desk.world.pass(TimeDelta::days(2), &[Role::ComplianceOfficer]).await;
    assert_eq!(acceptances::end_due(&desk.world.app).await.unwrap(), 0, "the last day counts");
    desk.world.pass(TimeDelta::days(1), &[Role::ComplianceOfficer]).await;
    assert_eq!(open(&desk).await, 2, "the gate counts it at once");
    assert_eq!(acceptances::end_due(&desk.world.app).await.unwrap(), 1);
    assert_eq!(acceptances::end_due(&desk.world.app).await.unwrap(), 0);
    let ended = desk.get(OFFICER, &path).await;
    assert_eq!(
        (&ended["standing"]["state"], &ended["standing"]["since"]),
        (&json!("open"), &accepted["standing"]["since"])
    );
    let left = desk.left().await;
    assert_eq!(left.iter().filter(|action| *action == "finding.changed").count(), 1, "{left:?}");
}

async fn other_terms_close_nothing(place: Place) {
    let desk = Desk::new(place).await;
    let dataset = desk.made(LEAD, "/datasets", cards()).await;
    let path = finding(&desk, 1).await;
    let change = json!({ "purposes": ["fraud-detection", "marketing"] });
    desk.ask(LEAD, Method::PATCH, &format!("/datasets/{}", dataset["id"].as_str().unwrap()), change).await;
    assert_eq!(desk.get(LEAD, &path).await["standing"]["state"], "open");
    let allowed = with(with(use_of_cards(), "/purpose", json!("marketing")), "/rows", json!(2));
    assert_eq!(desk.made(MACHINE, "/data-usage", allowed).await["findings"], json!([]));
    // What was used before it was registered is its use all the same.
    let early = with(use_of_cards(), "/dataset/name", json!("late"));
    assert_eq!(kinds(&desk.made(MACHINE, "/data-usage", early).await["findings"]), ["unknown_dataset"]);
    let late = desk.made(LEAD, "/datasets", with(cards(), "/name", json!("late"))).await;
    let used = desk.get(LEAD, &format!("/datasets/{}/usage", late["id"].as_str().unwrap())).await;
    assert_eq!(used["purposes"][0]["uses"], 1, "{used}");
    let open = desk.get(LEAD, "/datasets?findings=true").await;
    let names: Vec<_> = open["items"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect();
    assert_eq!(names, ["cards", "late", "own-model-data"]);
}

async fn which_models_saw_it_and_what_a_version_was_trained_on(place: Place) {
    let desk = Desk::new(place).await;
    let dataset = desk.made(LEAD, "/datasets", cards()).await;
    let id = dataset["id"].as_str().unwrap();
    let version = json!({ "version": "2024-10", "digest": format!("sha256:{}", "ab".repeat(32)) });
    desk.made(LEAD, &format!("/datasets/{id}/versions"), version).await;
    desk.made(MACHINE, "/data-usage", use_of_cards()).await;
    let digest = |digit: &str| format!("sha256:{}", digit.repeat(64));
    let child = json!({
        "version": "2", "artefact_digest": digest("c"),
        "lineage": { "parent": { "model": "own-model", "version": "1" } }
    });
    desk.made(LEAD, "/models/own-model/versions", child).await;
    let declared = json!([{ "namespace": "warehouse", "name": "cards", "version": "2024-10", "used_for": "evaluation" }]);
    let set = desk.ask(LEAD, Method::PUT, "/models/own-model/versions/2/datasets", declared).await;
    assert_eq!(set.status, 200, "{}", set.body);

    let used = desk.get(VIEWER, &format!("/datasets/{id}/usage")).await;
    let saw: Vec<_> = used["models"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["version"]["version"], &one["by_way_of"]["version"]))
        .collect();
    assert_eq!(saw, [(&json!("1"), &Value::Null), (&json!("2"), &json!("1"))]);
    assert_eq!(used["declared"][0]["version"]["version"], "2");
    assert_eq!(
        (&used["purposes"][0]["allowed"], &used["purposes"][0]["rows"]),
        (&json!(true), &json!(120_000))
    );

    let trained = desk.get(VIEWER, "/models/own-model/versions/2/trained-on").await;
    assert_eq!(trained["declared"][0]["used_for"], "evaluation");
    let names: Vec<_> = trained["used"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["dataset"]["name"], &one["by_way_of"]["version"]))
        .collect();
    assert_eq!(names, [(&json!("cards"), &json!("1")), (&json!("own-model-data"), &json!("1"))]);
    assert_eq!(trained["used"][0]["classification"], "personal");
    assert_eq!(
        desk.ask(VIEWER, Method::GET, "/models/own-model/versions/9/trained-on", Value::Null).await.status,
        404
    );
}

async fn who_used_personal_data_in_a_quarter(place: Place) {
    let desk = Desk::new(place).await;
    desk.made(LEAD, "/datasets", cards()).await;
    let public = with(with(cards(), "/name", json!("maps")), "/classification", json!("public"));
    desk.made(LEAD, "/datasets", with(public, "/lawful_basis", Value::Null)).await;
    for (n, at) in
        ["2024-06-30T23:59:59Z", "2024-07-01T00:00:00Z", "2024-09-30T23:59:59Z"].into_iter().enumerate()
    {
        let body = with(with(use_of_cards(), "/at", json!(at)), "/rows", json!(n + 1));
        desk.made(MACHINE, "/data-usage", body).await;
    }
    desk.made(MACHINE, "/data-usage", with(use_of_cards(), "/dataset/name", json!("maps"))).await;
    let third = desk.get(VIEWER, "/data-usage/personal?quarter=2024-Q3").await;
    let uses = third["uses"].as_array().unwrap();
    assert_eq!(uses.len(), 1, "{third}");
    assert_eq!(
        (&uses[0]["uses"], &uses[0]["rows"], &uses[0]["who"]),
        (&json!(2), &json!(5), &json!("train-nightly"))
    );
    let second = desk.get(VIEWER, "/data-usage/personal?quarter=2024-Q2").await;
    assert_eq!(second["uses"][0]["uses"], 1);
    // The world's own use of personal data is of the running quarter.
    let now = desk.get(VIEWER, "/data-usage/personal").await;
    assert_eq!((&now["quarter"], &now["uses"][0]["purpose"]), (&json!("2024-Q4"), &json!("marketing")));
    for wrong in ["2024-Q5", "2024Q3", "24-Q3", "99999-Q1"] {
        let path = format!("/data-usage/personal?quarter={wrong}");
        assert_eq!(desk.ask(VIEWER, Method::GET, &path, Value::Null).await.status, 400, "{wrong}");
    }
    let table = desk.world.send(VIEWER, &Method::GET, "/datasets/personal.csv?quarter=2024-Q3", "").await;
    let lines: Vec<&str> = table.body.lines().collect();
    assert_eq!(
        lines[1],
        "2024-Q3,train-nightly,job,warehouse/cards,personal,fraud-detection,own-model 1,2,5"
    );
}

fn lock(text: &str) -> Value {
    json!({
        "lock": text, "namespace": "git/fraud", "under": ["data"], "purpose": "fraud-detection", "model": "own-model",
        "version": "1"
    })
}

async fn a_lock_file_is_imported_once(place: Place) {
    let mut desk = Desk::new(place).await;
    let merchants =
        with(with(cards(), "/namespace", json!("git/fraud")), "/name", json!("data/merchants.csv"));
    desk.made(LEAD, "/datasets", merchants).await;
    desk.left().await;
    let before = desk.stored().await;
    let dry = desk.post(MACHINE, "/data-usage/dvc?dry_run=true", lock(LOCK)).await;
    assert_eq!(dry.status, 200, "{}", dry.body);
    let dry = dry.json();
    let would: Vec<_> = dry["uses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["dataset"]["name"], &one["digest"], &one["would_find"][0]["kind"]))
        .collect();
    assert_eq!(
        would,
        [
            (
                &json!("data/cards"),
                &json!("md5:a93b843fac4724abd1e0924cf3a0ba2f.dir"),
                &json!("unknown_dataset")
            ),
            (&json!("data/merchants.csv"), &json!("md5:4dbb7a07196ab29feb8d9b81e0afda25"), &Value::Null),
        ]
    );
    assert_eq!((desk.stored().await, desk.left().await), (before, Vec::new()), "a dry run leaves nothing");

    let imported = desk.post(MACHINE, "/data-usage/dvc", lock(LOCK)).await.json();
    let status = |answer: &Value| -> Vec<Value> {
        answer["uses"].as_array().unwrap().iter().map(|one| one["result"]["status"].clone()).collect()
    };
    assert_eq!(status(&imported), [json!(201), json!(201)], "{imported}");
    assert_eq!(desk.left().await, ["data_usage.recorded", "finding.opened", "data_usage.recorded"]);
    // The same file another day is the same use; at a time of its own it is another one.
    desk.world.clock.advance(TimeDelta::minutes(10));
    let again = desk.post(MACHINE, "/data-usage/dvc", lock(LOCK)).await.json();
    assert_eq!(status(&again), [json!(200), json!(200)]);
    assert_eq!(again["uses"][0]["result"]["id"], imported["uses"][0]["result"]["id"]);
    let at = with(lock(LOCK), "/at", json!("2024-09-01T00:00:00Z"));
    assert_eq!(status(&desk.post(MACHINE, "/data-usage/dvc", at).await.json()), [json!(201), json!(201)]);
    let others = with(lock(LOCK), "/model", json!("foreign-model"));
    assert_eq!(status(&desk.post(MACHINE, "/data-usage/dvc", others).await.json()), [json!(404), json!(404)]);
}

async fn a_lock_file_that_is_wrong_says_where(place: Place) {
    let mut desk = Desk::new(place).await;
    let before = desk.stored().await;
    let said = async |body: Value| {
        let answer = desk.post(MACHINE, "/data-usage/dvc", body).await;
        assert_eq!(answer.status, 422, "{}", answer.body);
        let error = answer.json()["errors"][0].clone();
        (error["pointer"].as_str().unwrap().to_owned(), error["message"].as_str().unwrap().to_owned())
    };
    // Line 8, because the recorded file begins with a comment.
    let short = LOCK.replacen("a93b843fac4724abd1e0924cf3a0ba2f.dir", "a93b", 1);
    let (pointer, message) = said(lock(&short)).await;
    assert!(pointer == "/lock" && message.starts_with("dvc.lock:9:") && message.contains("md5"), "{message}");
    let (_, message) = said(lock(&LOCK.replacen("'2.0'", "'1.0'", 1))).await;
    assert!(message.starts_with("dvc.lock:2:") && message.contains("schema"), "{message}");
    let (_, message) = said(lock("schema: '2.0'\nstages: [")).await;
    assert!(message.starts_with("dvc.lock:"), "{message}");
    let (_, message) = said(with(lock(LOCK), "/under", json!(["raw"]))).await;
    assert!(message.contains("below raw"), "{message}");
    for (pointer, body) in [
        ("/namespace", with(lock(LOCK), "/namespace", json!("a b"))),
        ("/purpose", with(lock(LOCK), "/purpose", json!("Fraud"))),
        ("/job", with(lock(LOCK), "/job", json!(""))),
        ("/version", with(lock(LOCK), "/version", Value::Null)),
        ("/model", with(lock(LOCK), "/model", Value::Null)),
        ("/at", with(lock(LOCK), "/at", json!("2034-01-01T00:00:00Z"))),
    ] {
        assert_eq!(said(body).await.0, pointer);
    }
    let huge = format!("{LOCK}{}", "# filler\n".repeat(1 << 17));
    assert_eq!(desk.post(MACHINE, "/data-usage/dvc", lock(&huge)).await.status, 413);
    assert_eq!(desk.stored().await, before);
    assert!(desk.left().await.is_empty());
}

async fn lists_are_narrowed_and_paged(place: Place) {
    let desk = Desk::new(place).await;
    for (n, name) in ["cards", "claims", "maps"].into_iter().enumerate() {
        desk.made(LEAD, "/datasets", with(cards(), "/name", json!(name))).await;
        let body = with(with(use_of_cards(), "/dataset/name", json!(name)), "/purpose", json!("marketing"));
        desk.made(MACHINE, "/data-usage", with(body, "/at", json!(format!("2024-10-0{}T00:00:00Z", n + 1))))
            .await;
        desk.world.clock.advance(TimeDelta::milliseconds(5));
    }
    let whole = async |path: &str| {
        let mut found = Vec::new();
        let mut after = String::new();
        loop {
            let page = desk.get(VIEWER, &format!("{path}&limit=1{after}")).await;
            let items = page["items"].as_array().unwrap().clone();
            found.extend(
                items
                    .into_iter()
                    .map(|one| one["name"].as_str().or(one["dataset"]["name"].as_str()).unwrap().to_owned()),
            );
            let Some(next) = page["next"].as_str() else { return found };
            after = format!("&after={}", next.replace(' ', "%20"));
        }
    };
    assert_eq!(whole("/datasets?q=WAREHOUSE/C").await, ["cards", "claims"]);
    assert_eq!(whole("/datasets?team=own").await, ["cards", "claims", "maps", "own-model-data"]);
    assert_eq!(whole("/datasets?team=foreign").await, [""; 0], "what is hidden does not exist");
    assert_eq!(
        whole("/data-usage?purpose=marketing&to=2024-10-03T12:00:00Z").await,
        ["maps", "claims", "cards"]
    );
    assert_eq!(whole("/data-usage?from=2024-10-02T00:00:00Z&to=2024-10-03T00:00:00Z").await, ["claims"]);
    assert_eq!(
        whole("/findings?kind=purpose_not_allowed").await,
        ["maps", "claims", "cards", "own-model-data"]
    );
    assert_eq!(whole("/findings?severity=critical").await, [""; 0]);
    assert_eq!(whole("/findings?namespace=warehouse&name=maps").await, ["maps"]);
    for (wrong, status) in [
        ("/datasets?after=x", 422),
        ("/datasets?classification=secret", 400),
        ("/datasets?findigs=true", 422),
        ("/data-usage?name=cards", 422),
        ("/data-usage?after=x", 422),
        ("/findings?state=lost", 400),
    ] {
        let answer = desk.ask(VIEWER, Method::GET, wrong, Value::Null).await;
        assert_eq!(answer.status, status, "{wrong}: {}", answer.body);
    }
}
