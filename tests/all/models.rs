//! Models over the API: registered, asked about risk, versioned, shown evidence for, deployed, taken out of use. What is
//! wrong is named by its field, and each change is one entry.

use assay_domain::access::Role;
use assay_domain::approvals::{BoundDataset, BoundEvidence};
use assay_domain::models::{Change, Deployment, EvidenceKind, Tier, VersionRef, running};
use assay_server::db::Conn;
use assay_server::execute;
use assay_server::models::service::bound::{BoundInputs, bound_inputs};
use assay_server::models::service::{find, find_by_digest};
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::{Answer, Who, Whose, World};
use axum::body::Body;
use axum::http::{Method, header};
use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;
use serde_json::{Value, json};
use uuid::Uuid;

const LEAD: Who = Who::Person(Role::TeamLead);
const CONTRIBUTOR: Who = Who::Person(Role::Contributor);
const VIEWER: Who = Who::Person(Role::Viewer);
const OFFICER: Who = Who::Person(Role::ComplianceOfficer);
const MACHINE: Who = Who::TeamMachine;

on_both_engines!(
    a_model_is_registered_and_changed,
    the_answers_lead_to_the_tier,
    what_is_wrong_with_a_model_names_its_field,
    a_model_out_of_use_takes_nothing_new,
    a_version_is_registered_once_and_its_digest_stays,
    a_version_is_not_made_from_itself,
    where_a_deployed_version_comes_from_is_settled,
    the_lists_of_who_made_it_only_grow,
    whoever_contributes_is_on_record,
    evidence_comes_and_goes,
    data_is_declared_as_a_whole,
    a_deployment_is_recorded_once,
    what_ran_on_a_day_is_told,
    the_list_knows_what_runs,
    lists_are_narrowed_and_paged,
    names_may_hold_slashes,
    a_model_goes_to_another_team,
);

/// A world with how much of its record was looked at.
struct Desk {
    world: World,
    seen: usize,
}

fn digest(digit: char) -> String {
    format!("sha256:{}", digit.to_string().repeat(64))
}

/// Every question of the risk questions, answered with no, but for these.
fn answers(world_questions: &Value, yes: &[&str]) -> Value {
    let questions = world_questions["questions"].as_array().unwrap();
    let answer = |id: &str| if yes.contains(&id) { "yes" } else { "no" };
    questions
        .iter()
        .map(|question| question["id"].as_str().unwrap())
        .map(|id| (id.to_owned(), json!(answer(id))))
        .collect::<serde_json::Map<_, _>>()
        .into()
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

    async fn get(&self, path: &str) -> Value {
        let answer = self.ask(LEAD, Method::GET, path, Value::Null).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let answer = self.ask(LEAD, Method::POST, path, body).await;
        assert_eq!(answer.status, 201, "{path}: {}", answer.body);
        answer.json()
    }

    /// That this is refused with the status, and names the place.
    async fn refused(&self, status: u16, place: &str, method: Method, path: &str, body: Value) {
        let answer = self.ask(LEAD, method, path, body.clone()).await;
        assert_eq!(answer.status, status, "{path} {body}: {}", answer.body);
        assert!(answer.body.contains(place), "{path} {body}: {place} is not in {}", answer.body);
    }

    /// The actions that came on the record since the last look.
    async fn left(&mut self) -> Vec<String> {
        let mut actions = self.world.actions().await;
        let new = actions.split_off(self.seen);
        self.seen += new.len();
        new
    }

    async fn model(&self, name: &str) {
        self.post("/models", json!({ "name": name, "team": "own" })).await;
    }

    async fn version(&self, model: &str, version: &str, digit: char) -> Value {
        let body = json!({ "version": version, "artefact_digest": digest(digit) });
        self.post(&format!("/models/{model}/versions"), body).await
    }

    async fn deploy(&self, model: &str, version: &str, environment: &str, change: &str, at: &str) {
        let path = format!("/models/{model}/versions/{version}/deployments");
        let body = json!({ "environment": environment, "change": change, "occurred_at": at });
        self.post(&path, body).await;
    }

    async fn conn(&self) -> Conn {
        self.world.app.db.read().await.unwrap()
    }

    async fn bound(&self, model: &str, version: &str) -> BoundInputs {
        let mut conn = self.conn().await;
        let id = find(&mut conn, model, version).await.unwrap().version.id;
        bound_inputs(&mut conn, id).await.unwrap()
    }

    /// A dataset of the own team with one version.
    async fn dataset(&self, name: &'static str, version: &'static str, digit: char) {
        let (team, digest) = (self.world.team(Whose::Own), digest(digit));
        let write = self.world.app.db.write(move |tx| {
            let digest = digest.clone();
            async move {
                let (dataset, id, now) = (tx.new_id(), tx.new_id(), tx.now());
                execute!(
                    tx,
                    "INSERT INTO dataset (id, namespace, name, team_id, description, classification, purposes, residency,
                         revision, registered_at)
                     VALUES ($1, 'warehouse', $2, $3, '', 'internal', '[]', '[]', 1, $4)",
                    dataset,
                    name,
                    team,
                    now
                )
                .await?;
                execute!(
                    tx,
                    "INSERT INTO dataset_version (id, dataset_id, version, digest, registered_at)
                     VALUES ($1, $2, $3, $4, $5)",
                    id,
                    dataset,
                    version,
                    digest,
                    now
                )
                .await
                .map(drop)
            }
            .boxed()
        });
        write.await.unwrap();
    }
}

async fn a_model_is_registered_and_changed(place: Place) {
    let mut desk = Desk::new(place).await;
    let body = json!({ "name": "fraud-scoring", "team": "own", "purpose": " Finds fraud.\r\n ", "success_measure": "AUC" });
    let model = desk.post("/models", body).await;
    assert_eq!((&model["purpose"], &model["tier"]), (&json!("Finds fraud."), &Value::Null));
    assert_eq!(model["team"], desk.world.team(Whose::Own).to_string());
    assert_eq!(desk.left().await, ["model.registered"]);
    assert_eq!(desk.get("/models/fraud-scoring").await, model);

    let same =
        desk.ask(LEAD, Method::PATCH, "/models/fraud-scoring", json!({ "success_measure": "AUC" })).await;
    assert_eq!((same.status.as_u16(), same.json()), (200, model));
    assert!(desk.left().await.is_empty(), "what stays the same leaves nothing");

    let changed =
        desk.ask(CONTRIBUTOR, Method::PATCH, "/models/fraud-scoring", json!({ "purpose": "" })).await;
    assert_eq!((changed.status.as_u16(), changed.json()["purpose"].as_str()), (200, Some("")));
    assert_eq!(changed.headers[header::ETAG], "\"2\"");
    assert_eq!(desk.left().await, ["model.changed"]);

    let late = desk
        .world
        .request(LEAD, &Method::PATCH, "/api/v1/models/fraud-scoring")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::IF_MATCH, "\"1\"")
        .body(Body::from(r#"{"purpose":"late"}"#));
    assert_eq!(desk.world.send_raw(late.unwrap()).await.status, 412);
    assert!(desk.left().await.is_empty());

    // A machine with one team need not name it.
    let own = desk.ask(MACHINE, Method::POST, "/models", json!({ "name": "churn" })).await;
    assert_eq!(own.status, 201, "{}", own.body);
}

async fn the_answers_lead_to_the_tier(place: Place) {
    let mut desk = Desk::new(place).await;
    let questions = desk.get("/risk-questions").await;
    let body = json!({ "name": "credit", "team": "own", "risk_answers": answers(&questions, &["essential-services", "personal-data"]) });
    let model = desk.post("/models", body).await;
    assert_eq!(model["tier"], "high");
    assert_eq!(model["risk"]["questions_version"], questions["version"]);
    let reasons = model["risk"]["reasons"].as_array().unwrap();
    assert_eq!((reasons.len(), &reasons[0]["question"]), (1, &json!("essential-services")));
    assert_eq!(desk.left().await, ["model.registered", "model.classified", "proposal.made"]);

    // With one left open the tier could be too low.
    let mut open = answers(&questions, &[]);
    open.as_object_mut().unwrap().remove("life-and-limb");
    let path = "/models/credit";
    desk.refused(422, "/risk_answers/life-and-limb", Method::PATCH, path, json!({ "risk_answers": open }))
        .await;
    let unknown = json!({ "risk_answers": { "is-it-fun": "yes" } });
    desk.refused(422, "/risk_answers/is-it-fun", Method::PATCH, path, unknown).await;
    let wrong = json!({ "risk_answers": { "life-and-limb": "maybe" } });
    desk.refused(422, "/risk_answers", Method::PATCH, path, wrong).await;
    assert!(desk.left().await.is_empty());

    desk.version("credit", "1", 'a').await;
    assert_eq!(desk.bound("credit", "1").await.tier, Some(Tier::High));
    // Before it is confirmed nothing was decided by it, so other answers begin anew.
    let lower = json!({ "risk_answers": answers(&questions, &[]) });
    let lower = desk.ask(LEAD, Method::PATCH, path, lower).await;
    assert_eq!(lower.json()["tier"], "minimal", "{}", lower.body);
    assert_eq!(
        desk.left().await,
        ["model_version.registered", "proposal.withdrawn", "model.classified", "proposal.made"]
    );
    assert_eq!(desk.bound("credit", "1").await.tier, Some(Tier::Minimal));
}

async fn what_is_wrong_with_a_model_names_its_field(place: Place) {
    let mut desk = Desk::new(place).await;
    let cases = [
        ("/name", json!({ "name": "a b", "team": "own" })),
        ("/name", json!({ "name": "own-model", "team": "own" })),
        ("/name", json!({ "name": "foreign-model", "team": "own" })),
        ("/team", json!({ "name": "new", "team": "nobodys" })),
        ("/purpose", json!({ "name": "new", "team": "own", "purpose": "x".repeat(4001) })),
        ("/nmae", json!({ "name": "new", "team": "own", "nmae": 1 })),
    ];
    for (place, body) in cases {
        desk.refused(422, place, Method::POST, "/models", body).await;
    }
    desk.refused(404, "", Method::POST, "/models", json!({ "name": "new", "team": "foreign" })).await;
    let viewer = desk.ask(VIEWER, Method::POST, "/models", json!({ "name": "new", "team": "own" })).await;
    assert_eq!(viewer.status, 403);
    assert_eq!(desk.left().await, ["access.denied", "access.denied"]);
}

async fn a_model_out_of_use_takes_nothing_new(place: Place) {
    let mut desk = Desk::new(place).await;
    desk.model("old").await;
    desk.version("old", "1", 'a').await;
    let mut event: Value = serde_json::from_str(&assay_tests::world::approval("old")).unwrap();
    event["version"] = json!("1");
    event["artifact_digest"] = json!(digest('a'));
    let first = desk.ask(MACHINE, Method::POST, "/approval-events", event.clone()).await;
    assert_eq!(first.status, 201, "{}", first.body);
    desk.deploy("old", "1", "production", "replaces", "2024-10-01T00:00:00Z").await;
    desk.left().await;
    let archive = json!({ "archived": true });
    desk.refused(409, "still_deployed", Method::PATCH, "/models/old", archive.clone()).await;
    desk.deploy("old", "1", "production", "removed", "2024-10-02T00:00:00Z").await;
    let archived = desk.ask(LEAD, Method::PATCH, "/models/old", archive).await;
    assert!(archived.json()["archived_at"].is_string(), "{}", archived.body);
    assert_eq!(desk.left().await, ["deployment.recorded", "finding.changed", "model.archived"]);

    let version = json!({ "version": "2", "artefact_digest": digest('b') });
    let deployment = json!({ "environment": "production", "occurred_at": "2024-10-03T00:00:00Z" });
    let evidence = json!({ "kind": "evaluation", "title": "Test", "uri": "https://wiki.example/1", "sha256": "c".repeat(64), "made_on": "2024-10-01" });
    let cases = [
        (Method::POST, "/models/old/versions", version),
        (Method::PATCH, "/models/old/versions/1", json!({ "card_url": "https://wiki.example" })),
        (Method::POST, "/models/old/versions/1/deployments", deployment),
        (Method::POST, "/models/old/versions/1/evidence", evidence),
        (Method::PUT, "/models/old/versions/1/datasets", json!([])),
        (Method::PATCH, "/models/old", json!({ "purpose": "again" })),
    ];
    for (method, path, body) in cases {
        desk.refused(409, "model_archived", method, path, body).await;
    }
    // What was reported before is still known; another report is refused, also one that would register a version.
    let repeated = desk.ask(MACHINE, Method::POST, "/approval-events", event.clone()).await;
    assert_eq!(repeated.status, 200, "{}", repeated.body);
    event["reason"] = json!("again");
    for version in ["1", "2"] {
        event["version"] = json!(version);
        let reported = desk.ask(MACHINE, Method::POST, "/approval-events", event.clone()).await;
        assert_eq!(reported.status, 409, "{}", reported.body);
        assert!(reported.body.contains("model_archived"), "{}", reported.body);
    }
    assert!(desk.left().await.is_empty());
    assert!(desk.bound("old", "1").await.archived_at.is_some());

    let again = json!({ "archived": false, "purpose": "again" });
    let again = desk.ask(LEAD, Method::PATCH, "/models/old", again).await;
    assert_eq!((&again.json()["archived_at"], &again.json()["purpose"]), (&Value::Null, &json!("again")));
    assert_eq!(desk.left().await, ["model.restored", "model.changed"]);
}

async fn a_version_is_registered_once_and_its_digest_stays(place: Place) {
    let mut desk = Desk::new(place).await;
    desk.model("fraud").await;
    desk.version("fraud", "6", 'a').await;
    desk.left().await;
    desk.world.clock.advance(TimeDelta::milliseconds(1));
    let account = desk.world.object("person", Whose::Own).to_owned();
    let body = json!({
        "version": "7", "artefact_digest": digest('b'), "card_url": "https://wiki.example/fraud/7",
        "lineage": { "run": "run-17", "commit": "4b825dc", "parent": { "model": "fraud", "version": "6" } },
        "metrics": { "auc": 0.93, "rows": 120_000 },
        "authors": [{ "account": account }, { "subjects": ["email|Ada@Example.org"] }],
        "committers": [{ "subjects": ["email|somebody-own@example.org"] }]
    });
    let version = desk.post("/models/fraud/versions", body.clone()).await;
    assert_eq!(version["lineage"], body["lineage"]);
    assert_eq!(version["metrics"], body["metrics"]);
    assert_eq!(
        version["authors"],
        json!([{ "subjects": ["email|ada@example.org"] }, { "account": account }])
    );
    let committer = json!([{ "account": account, "subjects": ["email|somebody-own@example.org"] }]);
    assert_eq!(version["committers"], committer, "the address belongs to an account");
    assert_eq!(desk.left().await, ["model_version.registered", "model_version.lineage_recorded"]);
    let seen = desk.get("/models/fraud/versions/7").await;
    for (field, value) in version.as_object().unwrap() {
        assert_eq!(seen[field], *value, "{field}");
    }
    let listed = desk.get("/models/fraud/versions").await;
    // A list does not look for other models with the same artifact.
    let mut line = version.clone();
    line.as_object_mut().unwrap().remove("same_artifact");
    assert_eq!((&listed["items"][0], &listed["items"][1]["version"]), (&line, &json!("6")));

    let with = |field: &str, value: Value| {
        let mut body = body.clone();
        body["version"] = json!("8");
        body[field] = value;
        body
    };
    let cases = [
        ("/version", with("version", json!("7"))),
        ("/version", with("version", json!("-8"))),
        ("/artefact_digest", with("artefact_digest", json!(digest('b')[..70]))),
        ("/artefact_digest", with("artefact_digest", json!("md5:900150983cd24fb0d6963f7d28e17f72"))),
        ("/card_url", with("card_url", json!("javascript:alert(1)"))),
        ("/metrics/auc", with("metrics", json!({ "auc": "high" }))),
        ("/lineage/commit", with("lineage", json!({ "commit": "main" }))),
        ("/lineage/parent", with("lineage", json!({ "parent": { "model": "fraud", "version": "5" } }))),
        (
            "/lineage/parent",
            with("lineage", json!({ "parent": { "model": "foreign-model", "version": "1" } })),
        ),
        ("/authors/0", with("authors", json!([{}]))),
        ("/authors/0/account", with("authors", json!([{ "account": Uuid::from_u128(7) }]))),
        ("/committers/0/subjects/0", with("committers", json!([{ "subjects": ["ada"] }]))),
        ("/digest", with("digest", json!(digest('c')))),
    ];
    for (place, body) in cases {
        desk.refused(422, place, Method::POST, "/models/fraud/versions", body).await;
    }
    desk.refused(
        422,
        "/artefact_digest",
        Method::PATCH,
        "/models/fraud/versions/7",
        json!({ "artefact_digest": digest('c') }),
    )
    .await;
    desk.refused(404, "", Method::POST, "/models/nothing/versions", with("card_url", Value::Null)).await;
    assert!(desk.left().await.is_empty());

    let change = json!({ "metrics": { "auc": 0.94 }, "card_url": null, "authors": [] });
    let changed = desk.ask(OFFICER, Method::PATCH, "/models/fraud/versions/7", change.clone()).await;
    assert_eq!(changed.status, 403, "{}", changed.body);
    let changed = desk.ask(LEAD, Method::PATCH, "/models/fraud/versions/7", change).await.json();
    assert_eq!(
        (&changed["card_url"], &changed["authors"], &changed["revision"]),
        (&Value::Null, &version["authors"], &json!(2)),
        "nobody is taken off"
    );
    assert_eq!((&changed["artefact_digest"], &changed["committers"]), (&json!(digest('b')), &committer));
    assert_eq!(desk.left().await, ["access.denied", "model_version.changed"]);

    let found = find_by_digest(&mut desk.conn().await, &digest('b').parse().unwrap()).await.unwrap();
    assert_eq!(found.iter().map(|row| row.version.version.as_str()).collect::<Vec<_>>(), ["7"]);
}

async fn a_version_is_not_made_from_itself(place: Place) {
    let desk = Desk::new(place).await;
    desk.model("base").await;
    for (version, digit) in [("1", 'a'), ("2", 'b'), ("3", 'c')] {
        desk.version("base", version, digit).await;
    }
    let from = |version: &str| json!({ "lineage": { "parent": { "model": "base", "version": version } } });
    for (version, parent) in [("2", "1"), ("3", "2")] {
        let path = format!("/models/base/versions/{version}");
        let changed = desk.ask(LEAD, Method::PATCH, &path, from(parent)).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
    }
    for parent in ["1", "2", "3"] {
        desk.refused(422, "made from itself", Method::PATCH, "/models/base/versions/1", from(parent)).await;
    }
    let own = json!({ "version": "4", "artefact_digest": digest('d'), "lineage": from("4")["lineage"] });
    desk.refused(422, "/lineage/parent", Method::POST, "/models/base/versions", own).await;
}

async fn where_a_deployed_version_comes_from_is_settled(place: Place) {
    let mut desk = Desk::new(place).await;
    desk.model("fraud").await;
    desk.version("fraud", "1", 'a').await;
    let path = "/models/fraud/versions/1";
    let lineage = |run: &str| json!({ "lineage": { "run": run } });
    for run in ["run-1", "run-2"] {
        assert_eq!(desk.ask(LEAD, Method::PATCH, path, lineage(run)).await.status, 200);
    }
    desk.deploy("fraud", "1", "production", "replaces", "2024-10-01T00:00:00Z").await;
    desk.left().await;
    desk.refused(409, "lineage_settled", Method::PATCH, path, lineage("run-3")).await;
    desk.refused(409, "lineage_settled", Method::PATCH, path, json!({ "lineage": {} })).await;
    let more = json!({ "lineage": { "run": "run-2", "commit": "4b825dc" } });
    let more = desk.ask(LEAD, Method::PATCH, path, more).await;
    assert_eq!((more.status.as_u16(), &more.json()["lineage"]["commit"]), (200, &json!("4b825dc")));
    assert_eq!(desk.left().await, ["model_version.lineage_recorded"]);
}

async fn the_lists_of_who_made_it_only_grow(place: Place) {
    let mut desk = Desk::new(place).await;
    desk.model("fraud").await;
    desk.version("fraud", "1", 'a').await;
    let path = "/models/fraud/versions/1";
    // As a mail address, which the account is known by.
    let lead = json!({ "authors": [{ "subjects": ["email|team-lead@example.org"] }] });
    let ada = json!({ "authors": [{ "subjects": ["email|ada@elsewhere.example"] }] });
    let first = desk.ask(LEAD, Method::PATCH, path, lead.clone()).await.json();
    assert_eq!((first["authors"].as_array().unwrap().len(), &first["kept"]), (1, &json!([])));
    let second = desk.ask(LEAD, Method::PATCH, path, ada.clone()).await.json();
    assert_eq!(second["authors"].as_array().unwrap().len(), 2, "{second}");
    assert_eq!(second["kept"], first["authors"], "who stays without being named is said");
    desk.left().await;
    // By whoever, and however often: a job may post its list as often as it runs.
    for (who, body) in [(LEAD, lead), (CONTRIBUTOR, ada), (CONTRIBUTOR, json!({ "authors": [] }))] {
        let again = desk.ask(who, Method::PATCH, path, body).await;
        assert_eq!(again.status, 200, "{}", again.body);
        assert_eq!(again.json()["authors"], second["authors"]);
    }
    assert!(desk.left().await.is_empty(), "nothing was changed");
    // Two that share a name elsewhere and have accounts of their own are both on it.
    let account = |who: Who| desk.world.principal(who).unwrap().actor.id();
    let named = json!({ "committers": [
        { "account": account(LEAD), "subjects": ["github-actions|7"] },
        { "account": account(CONTRIBUTOR), "subjects": ["github-actions|7"] },
    ] });
    let both = desk.ask(LEAD, Method::PATCH, path, named).await.json();
    assert_eq!(both["committers"].as_array().unwrap().len(), 2, "{both}");
}

async fn whoever_contributes_is_on_record(place: Place) {
    let desk = Desk::new(place).await;
    desk.model("fraud").await;
    desk.version("fraud", "1", 'a').await;
    let path = "/models/fraud/versions/1";
    assert_eq!(desk.get(path).await["contributors"], json!([]));
    let piece = json!({ "kind": "fairness", "title": "Fairness", "uri": "https://wiki.example/fair", "sha256": "c".repeat(64), "made_on": "2024-10-03" });
    let attached =
        desk.ask(CONTRIBUTOR, Method::POST, &format!("{path}/evidence"), piece.clone()).await.json();
    desk.world.clock.advance(chrono::TimeDelta::milliseconds(1));
    desk.ask(LEAD, Method::POST, &format!("{path}/evidence"), piece).await;
    desk.ask(LEAD, Method::PATCH, path, json!({ "metrics": { "auc": 0.9 } })).await;
    let seen = desk.get(path).await;
    let account = |who: Who| desk.world.principal(who).unwrap().actor.id();
    let who =
        |n: usize| (seen["contributors"][n]["account"].clone(), seen["contributors"][n]["what"].clone());
    assert_eq!(who(0), (json!(account(CONTRIBUTOR)), json!("evidence")));
    assert_eq!(who(1), (json!(account(LEAD)), json!("metrics")), "the same again is no part");
    assert_eq!(seen["contributors"].as_array().unwrap().len(), 2);
    assert_eq!(seen["contributors"][0]["machine"], false);
    // Taking it off again leaves them on record.
    let off = format!("{path}/evidence/{}", attached["id"].as_str().unwrap());
    assert_eq!(desk.ask(CONTRIBUTOR, Method::DELETE, &off, Value::Null).await.status, 204);
    assert_eq!(desk.get(path).await["contributors"], seen["contributors"]);
}

async fn evidence_comes_and_goes(place: Place) {
    let mut desk = Desk::new(place).await;
    desk.model("fraud").await;
    desk.version("fraud", "1", 'a').await;
    desk.left().await;
    let path = "/models/fraud/versions/1/evidence";
    let good = json!({ "kind": "fairness", "title": "Fairness by age", "uri": "https://wiki.example/fair", "sha256": "c".repeat(64), "made_on": "2024-10-03" });
    let piece = desk.post(path, good.clone()).await;
    let again = desk.post(path, good.clone()).await;
    assert_eq!(again["id"], piece["id"], "the same piece again changes nothing");
    assert_eq!(desk.left().await, ["model_version.evidence_attached"]);
    let bound = desk.bound("fraud", "1").await;
    let shown = BoundEvidence { kind: EvidenceKind::Fairness, sha256: "c".repeat(64) };
    assert_eq!(bound.evidence, [shown].into());
    assert_eq!(bound.dated[0].made_on.to_string(), "2024-10-03");

    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    let cases = [
        ("/kind", with("kind", json!("hearsay"))),
        ("/title", with("title", json!(" "))),
        ("/uri", with("uri", json!("ftp://wiki.example"))),
        ("/sha256", with("sha256", json!("C".repeat(64)))),
        ("/sha256", with("sha256", json!("c".repeat(63)))),
        ("/made_on", with("made_on", json!("2024-10-05"))),
        ("/made_on", with("made_on", json!("soon"))),
    ];
    for (place, body) in cases {
        desk.refused(422, place, Method::POST, path, body).await;
    }
    let one = format!("{path}/{}", piece["id"].as_str().unwrap());
    assert_eq!(desk.ask(VIEWER, Method::DELETE, &one, Value::Null).await.status, 403);
    assert_eq!(desk.ask(LEAD, Method::DELETE, &one, Value::Null).await.status, 204);
    assert_eq!(desk.ask(LEAD, Method::DELETE, &one, Value::Null).await.status, 404);
    assert_eq!(desk.left().await, ["access.denied", "model_version.evidence_removed"]);
    assert!(desk.bound("fraud", "1").await.evidence.is_empty());
    assert_eq!(desk.get(path).await["items"], json!([]));
}

async fn data_is_declared_as_a_whole(place: Place) {
    let mut desk = Desk::new(place).await;
    desk.model("fraud").await;
    desk.version("fraud", "1", 'a').await;
    desk.dataset("cards", "2024-09", '1').await;
    desk.dataset("terminals", "3", '2').await;
    desk.left().await;
    let path = "/models/fraud/versions/1/datasets";
    let entry = |name: &str, version: &str, used_for: &str| json!({ "namespace": "warehouse", "name": name, "version": version, "used_for": used_for });
    let list = json!([
        entry("terminals", "3", "training"),
        entry("cards", "2024-09", "training"),
        entry("cards", "2024-09", "evaluation")
    ]);
    let declared = desk.ask(LEAD, Method::PUT, path, list).await;
    assert_eq!(declared.status, 200, "{}", declared.body);
    assert_eq!(desk.left().await, ["model_version.data_declared"]);
    let bound = |name: &str, version: &str, digit| BoundDataset {
        dataset: format!("warehouse/{name}"),
        version: version.to_owned(),
        digest: digest(digit),
    };
    let expected = [bound("cards", "2024-09", '1'), bound("terminals", "3", '2')].into();
    assert_eq!(desk.bound("fraud", "1").await.datasets, expected);
    // What was answered can be put as it is, and changes nothing.
    let answered = desk.get(path).await;
    assert_eq!(answered.as_array().unwrap().len(), 3);
    assert_eq!(desk.ask(LEAD, Method::PUT, path, answered.clone()).await.json(), answered);
    assert!(desk.left().await.is_empty());

    let mut other_digest = answered;
    other_digest[1]["digest"] = json!(digest('3'));
    desk.refused(422, "/1/digest", Method::PUT, path, other_digest).await;
    let unknown = json!([entry("cards", "2024-09", "training"), entry("cards", "2024-10", "training")]);
    desk.refused(422, "/1", Method::PUT, path, unknown).await;
    desk.refused(422, "/0/used_for", Method::PUT, path, json!([entry("cards", "2024-09", "fun")])).await;
    assert_eq!(desk.bound("fraud", "1").await.datasets, expected, "a refused list changes nothing");
    assert_eq!(desk.ask(LEAD, Method::PUT, path, json!([])).await.json(), json!([]));
    assert_eq!(desk.left().await, ["model_version.data_declared"]);
}

async fn a_deployment_is_recorded_once(place: Place) {
    let mut desk = Desk::new(place).await;
    desk.model("fraud").await;
    for (version, digit) in [("1", 'a'), ("2", 'b')] {
        desk.version("fraud", version, digit).await;
    }
    desk.left().await;
    let path = "/models/fraud/versions/1/deployments";
    let good = json!({ "environment": "production", "occurred_at": "2024-10-03T12:00:00Z", "run_url": "https://ci.example/1" });
    let first = desk.ask(MACHINE, Method::POST, path, good.clone()).await;
    assert_eq!((first.status.as_u16(), &first.json()["change"]), (201, &json!("replaces")), "{}", first.body);
    let again = desk.ask(MACHINE, Method::POST, path, good.clone()).await;
    assert_eq!((again.status.as_u16(), again.json()), (200, first.json()));
    // The same body about another version is something else.
    let other = desk.ask(MACHINE, Method::POST, "/models/fraud/versions/2/deployments", good.clone()).await;
    assert_eq!(other.status, 201, "{}", other.body);
    // Neither is approved, so each is a finding, too; the first is reported as taken away by the second.
    let (deployed, opened, over) = ("deployment.recorded", "finding.opened", "finding.changed");
    assert_eq!(desk.left().await, [deployed, opened, deployed, opened, over]);

    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    let cases = [
        ("/environment", with("environment", json!("a b"))),
        ("/occurred_at", with("occurred_at", json!("2024-10-04T00:06:00Z"))),
        ("/run_url", with("run_url", json!("x"))),
        ("/change", with("change", json!("blown-up"))),
        (
            "/change",
            json!({ "environment": "staging", "change": "removed", "occurred_at": "2024-10-03T12:00:00Z" }),
        ),
    ];
    for (place, body) in cases {
        desk.refused(422, place, Method::POST, path, body).await;
    }
    assert!(desk.left().await.is_empty());
    let listed = desk.get(path).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}

async fn what_ran_on_a_day_is_told(place: Place) {
    let desk = Desk::new(place).await;
    desk.model("fraud").await;
    for (version, digit) in [("1", 'a'), ("2", 'b')] {
        desk.version("fraud", version, digit).await;
    }
    desk.deploy("fraud", "1", "production", "replaces", "2024-09-01T08:00:00Z").await;
    desk.deploy("fraud", "2", "production", "replaces", "2024-09-20T08:00:00Z").await;
    desk.deploy("fraud", "2", "staging", "replaces", "2024-09-10T08:00:00Z").await;
    let ran = async |query: &str| {
        let told = desk.get(&format!("/models/fraud/in-production?{query}")).await;
        let versions = told["versions"].as_array().unwrap().iter();
        versions.map(|ran| ran["version"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ran("").await, ["2"]);
    assert_eq!(ran("on=2024-08-31").await, [""; 0]);
    assert_eq!(ran("on=2024-09-19").await, ["1"]);
    assert_eq!(ran("on=2024-09-20").await, ["1", "2"]);
    assert_eq!(ran("environment=staging&on=2024-09-19").await, ["2"]);
    desk.refused(422, "/on", Method::GET, "/models/fraud/in-production?on=2024-10-05", Value::Null).await;
    desk.refused(400, "/on", Method::GET, "/models/fraud/in-production?on=then", Value::Null).await;
}

/// The list's statement and the domain's rule say the same of every history.
async fn the_list_knows_what_runs(place: Place) {
    let desk = Desk::new(place).await;
    let own = VersionRef { model: "m".to_owned(), version: String::new() };
    let mut dice = 7_u64;
    let mut roll = |sides: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % sides
    };
    for history in 0..12 {
        let model = format!("m{history}");
        desk.model(&model).await;
        for (version, digit) in [("1", 'a'), ("2", 'b'), ("3", 'c')] {
            desk.version(&model, version, digit).await;
        }
        let mut done = Vec::new();
        for _ in 0..=roll(6) {
            let (version, environment) =
                ((roll(3) + 1).to_string(), ["production", "staging"][roll(2) as usize]);
            let (change, hour) = (Change::ALL[roll(3) as usize], roll(4));
            let at = format!("2024-10-01T0{hour}:00:00Z");
            let path = format!("/models/{model}/versions/{version}/deployments");
            let body = json!({ "environment": environment, "change": change.name(), "occurred_at": at });
            // Each with a key of its own, so that the same happening twice is two.
            let request = desk.world.request(LEAD, &Method::POST, &format!("/api/v1{path}"));
            let request = request.header(header::CONTENT_TYPE, "application/json");
            let request =
                request.header("idempotency-key", format!("{model}-{}-{}", done.len(), roll(1 << 30)));
            let answer = desk.world.send_raw(request.body(Body::from(body.to_string())).unwrap()).await;
            if answer.status == 201 {
                let at: DateTime<Utc> = at.parse().unwrap();
                let version = VersionRef { version, ..own.clone() };
                done.push(Deployment { version, environment: environment.to_owned(), at, change });
            }
            desk.world.clock.advance(TimeDelta::milliseconds(1));
        }
        let expected: Vec<String> = running(&done).into_keys().collect();
        let listed = desk.get(&format!("/models?q={model}")).await;
        let line =
            listed["items"].as_array().unwrap().iter().find(|line| line["name"] == model.as_str()).unwrap();
        assert_eq!(line["runs_in"], json!(expected), "{model}: {done:?}");
        let filtered = desk.get(&format!("/models?q={model}&deployed=yes")).await;
        let there = filtered["items"].as_array().unwrap().iter().any(|line| line["name"] == model.as_str());
        assert_eq!(there, !expected.is_empty(), "{model}");
    }
}

async fn lists_are_narrowed_and_paged(place: Place) {
    let desk = Desk::new(place).await;
    let questions = desk.get("/risk-questions").await;
    let high = answers(&questions, &["essential-services"]);
    for (name, purpose) in [("b-1", "Ä 100% sure"), ("b-2", "Prices"), ("b-3", "")] {
        let mut body = json!({ "name": name, "team": "own", "purpose": purpose });
        if name == "b-2" {
            body["risk_answers"] = high.clone();
        }
        desk.post("/models", body).await;
    }
    let names = async |who: Who, query: &str| {
        let answer = desk.ask(who, Method::GET, &format!("/models?{query}"), Value::Null).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        let answer = answer.json();
        let names: Vec<_> = answer["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| line["name"].as_str().unwrap().to_owned())
            .collect();
        (names, answer["next"].as_str().map(str::to_owned))
    };
    assert_eq!(names(LEAD, "").await.0, ["b-1", "b-2", "b-3", "own-model"], "another team's are not shown");
    assert_eq!(names(OFFICER, "").await.0, ["b-1", "b-2", "b-3", "foreign-model", "own-model"]);
    assert_eq!(names(OFFICER, "team=foreign").await.0, ["foreign-model"]);
    assert_eq!(names(LEAD, "tier=high").await.0, ["b-2"]);
    assert_eq!(names(LEAD, "tier=none&q=B-").await.0, ["b-1", "b-3"]);
    for (text, found) in [("100%25+SURE", 1), ("%25", 1), ("_", 0), ("%5C", 0), ("PRICES", 1)] {
        assert_eq!(names(LEAD, &format!("q={text}")).await.0.len(), found, "{text}");
    }
    assert_eq!(names(LEAD, "archived=yes").await.0, [""; 0]);
    assert_eq!(
        names(LEAD, "deployed=no&archived=&team=&tier=&q=").await.0.len(),
        4,
        "empty fields narrow nothing"
    );
    let mut after = String::new();
    let mut all = Vec::new();
    loop {
        let (page, next) = names(LEAD, &format!("limit=2{after}")).await;
        assert!(page.len() <= 2);
        all.extend(page);
        let Some(next) = next else { break };
        after = format!("&after={next}");
    }
    assert_eq!(all, ["b-1", "b-2", "b-3", "own-model"]);
    for (place, query) in [
        ("/team", "team=foreign"),
        ("/tier", "tier=huge"),
        ("/deployed", "deployed=maybe"),
        ("/owner", "owner=x"),
    ] {
        desk.refused(422, place, Method::GET, &format!("/models?{query}"), Value::Null).await;
    }

    for version in 1..=5 {
        desk.version("b-1", &version.to_string(), 'a').await;
        desk.world.clock.advance(TimeDelta::milliseconds(1));
    }
    let first = desk.get("/models/b-1/versions?limit=3").await;
    let next = first["next"].as_str().unwrap();
    let second = desk.get(&format!("/models/b-1/versions?limit=3&after={next}")).await;
    let versions: Vec<_> = [&first, &second]
        .into_iter()
        .flat_map(|page| page["items"].as_array().unwrap())
        .map(|line| line["version"].as_str().unwrap())
        .collect();
    assert_eq!((versions, second["next"].as_str()), (vec!["5", "4", "3", "2", "1"], None));
    desk.refused(422, "/after", Method::GET, "/models/b-1/versions?after=x", Value::Null).await;
}

async fn names_may_hold_slashes(place: Place) {
    let desk = Desk::new(place).await;
    desk.model("bank/fraud:eu").await;
    desk.version("bank%2Ffraud%3Aeu", "v1/rc:2", 'a').await;
    let version = desk.get("/models/bank%2Ffraud%3Aeu/versions/v1%2Frc%3A2").await;
    assert_eq!((&version["model"], &version["version"]), (&json!("bank/fraud:eu"), &json!("v1/rc:2")));
    for name in ["new", "risk"] {
        desk.model(name).await;
        desk.version(name, "edit", 'b').await;
    }
    for (path, words) in [
        ("/models/bank%2Ffraud%3Aeu", "bank/fraud:eu"),
        ("/models/bank%2Ffraud%3Aeu/v1%2Frc%3A2", "v1/rc:2"),
        ("/models/%6Eew", "<h1>new</h1>"),
        ("/models/%6Eew/%65dit", "edit"),
    ] {
        let page = desk.world.send(LEAD, &Method::GET, path, "").await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.body.contains(words), "{path}");
    }
}

async fn a_model_goes_to_another_team(place: Place) {
    let mut desk = Desk::new(place).await;
    desk.model("fraud").await;
    desk.version("fraud", "1", 'a').await;
    desk.left().await;
    // Only somebody who may register models in both teams.
    desk.refused(404, "", Method::PATCH, "/models/fraud", json!({ "team": "foreign" })).await;
    desk.refused(422, "/team", Method::PATCH, "/models/fraud", json!({ "team": "nobodys" })).await;
    let system = assay_server::http::Caller::system(&desk.world.app);
    let change =
        assay_server::models::service::ModelChange { team: Some("foreign".to_owned()), ..Default::default() };
    let seen = assay_server::http::IfMatch(None);
    let moved = assay_server::models::service::change(&desk.world.app, &system, "fraud", seen, change).await;
    assert_eq!(moved.unwrap().team_id, desk.world.team(Whose::Foreign));
    assert_eq!(desk.bound("fraud", "1").await.team, desk.world.team(Whose::Foreign));
    assert_eq!(desk.ask(LEAD, Method::GET, "/models/fraud", Value::Null).await.status, 404);
    assert_eq!(desk.left().await, ["access.denied", "model.moved"]);
}
