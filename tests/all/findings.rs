//! Findings of the three kinds: who may end them and who may not, and that what runs without a valid approval is one for as
//! long as it does.

use assay_domain::access::{Role, Scope};
use assay_domain::datasets::Severity;
use assay_domain::findings::FindingKind;
use assay_server::access::service::tokens::{self, NewToken};
use assay_server::findings::control::{self, NewControlFinding};
use assay_server::findings::watch;
use assay_server::http::Caller;
use assay_server::models::service as models;
use assay_tests::approved::Colleague;
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::{Answer, Who, Whose, World};
use axum::http::{Method, Request, header};
use futures::FutureExt;
use serde_json::{Value, json};

const LEAD: Who = Who::Person(Role::TeamLead);
const CONTRIBUTOR: Who = Who::Person(Role::Contributor);
const OFFICER: Who = Who::Person(Role::ComplianceOfficer);
const MACHINE: Who = Who::TeamMachine;

on_both_engines!(
    whoever_used_or_recorded_data_does_not_end_its_finding,
    where_a_policy_refuses_an_officer_resolves,
    no_token_ends_a_finding,
    what_runs_without_an_approval_is_a_finding_until_the_gate_says_yes,
    what_was_taken_away_is_confirmed_by_somebody_else,
    what_ran_stays_among_the_exceptions_of_its_period,
    other_rooms_open_and_close_findings_about_control,
    what_a_machine_reports_as_over_stays_open,
    findings_about_control_count_in_no_policy,
);

struct Desk {
    world: World,
    colleague: Colleague,
}

fn digest(n: u32) -> String {
    format!("sha256:{n:064x}")
}

impl Desk {
    async fn new(place: Place) -> Self {
        let world = World::on(place).await;
        let colleague = Colleague::of(&world.app, world.team(Whose::Own)).await;
        Self { world, colleague }
    }

    async fn ask(&self, who: Who, method: Method, path: &str, body: Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.world.send(who, &method, &format!("/api/v1{path}"), &body).await
    }

    async fn done(&self, who: Who, path: &str, body: Value) -> Value {
        let answer = self.ask(who, Method::POST, path, body).await;
        assert!(answer.status.is_success(), "{path}: {} {}", answer.status, answer.body);
        answer.json()
    }

    /// Is refused, and the answer names the rule.
    async fn refused(&self, who: Who, path: &str, body: Value, status: u16, rule: &str) {
        let answer = self.ask(who, Method::POST, path, body).await;
        let named = answer.body.contains(rule);
        assert_eq!((answer.status.as_u16(), named), (status, true), "{path} by {who}: {}", answer.body);
    }

    async fn list(&self, who: Who, query: &str) -> Vec<Value> {
        let answer = self.ask(who, Method::GET, &format!("/findings?{query}"), Value::Null).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        answer.json()["items"].as_array().unwrap().clone()
    }

    /// The unsettled findings about control, each as its kind and severity.
    async fn control(&self) -> Vec<(String, String)> {
        let all = self.list(OFFICER, "about=control").await;
        let unsettled = all.iter().filter(|one| one["standing"]["state"] != "resolved");
        let word = |one: &Value, field: &str| one[field].as_str().unwrap().to_owned();
        unsettled.map(|one| (word(one, "kind"), word(one, "severity"))).collect()
    }

    async fn request(&self, version: u32) -> uuid::Uuid {
        let (app, team) = (&self.world.app, self.world.team(Whose::Own));
        self.colleague
            .ask(app, team, "fraud-scoring", &version.to_string(), &digest(version), "production")
            .await
    }

    async fn approve(&self, request: uuid::Uuid) {
        self.colleague.approve(&self.world.app, request).await;
    }

    async fn deploy(&self, who: Who, version: u32, change: &str) {
        let at = self.world.app.clock.now().to_rfc3339();
        let path = format!("/models/fraud-scoring/versions/{version}/deployments");
        let body = json!({ "environment": "production", "change": change, "occurred_at": at });
        self.done(who, &path, body).await;
        self.world.clock.advance(chrono::TimeDelta::minutes(1));
    }

    /// Somebody used data for what it may not be used for; the finding's path.
    async fn used(&self, who: Who, model: &str, by: Value) -> String {
        let usage = json!({
            "dataset": { "namespace": "warehouse", "name": "own-model-data" }, "by": by,
            "version": { "model": model, "version": "1" }, "purpose": "marketing", "at": "2024-10-01T07:04:05Z"
        });
        let answer = self.done(who, "/data-usage", usage).await;
        format!("/findings/{}", answer["findings"][0]["id"].as_str().unwrap())
    }

    fn id(&self, who: Who) -> String {
        self.world.principal(who).unwrap().actor.id().to_string()
    }
}

fn why() -> Value {
    json!({ "reason": "The campaign was stopped." })
}

fn job() -> Value {
    json!({ "kind": "job", "name": "nightly" })
}

async fn whoever_used_or_recorded_data_does_not_end_its_finding(place: Place) {
    let desk = Desk::new(place).await;
    // Recorded by the contributor about a job, and by a machine about the contributor: both are the contributor's own.
    let me = json!({ "kind": "person", "id": desk.id(CONTRIBUTOR) });
    for path in [desk.used(CONTRIBUTOR, "own-model", job()).await, desk.used(MACHINE, "own-model", me).await]
    {
        desk.refused(CONTRIBUTOR, &format!("{path}/resolve"), why(), 403, "concerned").await;
        let page = desk.world.send(CONTRIBUTOR, &Method::GET, &path, "").await.body;
        assert!(page.contains("You cannot resolve it"), "the page says why not: {page}");
        desk.done(LEAD, &format!("{path}/resolve"), why()).await;
        desk.refused(CONTRIBUTOR, &format!("{path}/reopen"), why(), 403, "concerned").await;
    }
    // An officer does not accept the risk of what is the officer's own.
    let officer = json!({ "kind": "person", "id": desk.id(OFFICER) });
    let path = desk.used(MACHINE, "own-model", officer).await;
    let accept = json!({ "reason": "Legal agreed.", "until": "2024-12-31" });
    desk.refused(OFFICER, &format!("{path}/accept-risk"), accept, 403, "concerned").await;
    desk.refused(OFFICER, &format!("{path}/resolve"), why(), 403, "concerned").await;
}

async fn where_a_policy_refuses_an_officer_resolves(place: Place) {
    let desk = Desk::new(place).await;
    desk.request(1).await;
    // The policy for minimal risk refuses on findings of high severity; that nobody knows a dataset is a medium one.
    let usage = |name: &str| {
        json!({
            "dataset": { "namespace": "warehouse", "name": name }, "by": job(),
            "version": { "model": "fraud-scoring", "version": "1" }, "purpose": "marketing", "at": "2024-10-01T07:04:05Z"
        })
    };
    let path =
        |answer: &Value| format!("/findings/{}/resolve", answer["findings"][0]["id"].as_str().unwrap());
    let unknown = desk.done(MACHINE, "/data-usage", usage("nobody-knows")).await;
    assert_eq!(unknown["findings"][0]["severity"], "medium");
    desk.done(LEAD, &path(&unknown), why()).await;
    let wrong = desk.done(MACHINE, "/data-usage", usage("own-model-data")).await;
    assert_eq!(wrong["findings"][0]["severity"], "high");
    desk.refused(LEAD, &path(&wrong), why(), 403, "officer_resolves").await;
    desk.done(OFFICER, &path(&wrong), why()).await;
}

async fn no_token_ends_a_finding(place: Place) {
    let desk = Desk::new(place).await;
    let path = desk.used(MACHINE, "own-model", job()).await;
    // Not even the officer's own, with every scope that there is.
    let app = &desk.world.app;
    let principal = desk.world.principal(OFFICER).unwrap().clone();
    let person = principal.actor.id();
    let officer = Caller { principal, ..Caller::system(app) };
    let new = NewToken {
        name: "mine".to_owned(),
        scopes: Scope::ALL.to_vec(),
        team: None,
        person: Some(person),
        days: 1,
    };
    let (_, token) = tokens::create(app, &officer, new).await.unwrap();
    for step in ["resolve", "reopen", "start", "accept-risk"] {
        let body = match step {
            "start" => String::new(),
            "accept-risk" => json!({ "reason": "Done.", "until": "2024-12-31" }).to_string(),
            _ => json!({ "reason": "Done." }).to_string(),
        };
        let path = format!("/api/v1{path}/{step}");
        let by_machine = desk.world.send(MACHINE, &Method::POST, &path, &body).await;
        assert_eq!(by_machine.status, 403, "{step}: {}", by_machine.body);
        let request = Request::builder().method(Method::POST).uri(&path);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        let own = desk.world.send_raw(request.body(body.into()).unwrap()).await;
        assert_eq!(own.status, 403, "{step}: {}", own.body);
    }
    // Nor does it widen terms, or say who holds which job role.
    let dataset = desk.world.object("datasets/dataset", Whose::Own);
    let wider = json!({ "purposes": ["training", "marketing"] });
    let answer = desk.ask(MACHINE, Method::PATCH, &format!("/datasets/{dataset}"), wider).await;
    assert_eq!((answer.status.as_u16(), answer.body.contains("widen")), (403, true), "{}", answer.body);
    let narrower = json!({ "description": "Only for training." });
    let answer = desk.ask(MACHINE, Method::PATCH, &format!("/datasets/{dataset}"), narrower).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answer = desk.ask(MACHINE, Method::PUT, "/teams/own/ownership", json!({ "holdings": [] })).await;
    assert_eq!(answer.status, 403, "{}", answer.body);
}

async fn what_runs_without_an_approval_is_a_finding_until_the_gate_says_yes(place: Place) {
    let desk = Desk::new(place).await;
    let first = desk.request(1).await;
    desk.approve(first).await;
    desk.deploy(MACHINE, 1, "replaces").await;
    assert_eq!(desk.control().await, [], "what is approved may run");

    // Deployed past the gate; then after the gate said no.
    let second = desk.request(2).await;
    desk.deploy(MACHINE, 2, "beside").await;
    let past = |kind: &str| (kind.to_owned(), "low".to_owned());
    assert_eq!(desk.control().await, [past("deployed_unseen")]);
    desk.approve(second).await;
    assert_eq!(desk.control().await, [], "the gate says yes");
    desk.request(3).await;
    let asked = json!({ "model": "fraud-scoring", "version": "3", "environment": "production" });
    assert_eq!(desk.done(MACHINE, "/gate", asked).await["allowed"], false);
    desk.deploy(MACHINE, 3, "beside").await;
    assert_eq!(desk.control().await, [past("deployed_denied")]);

    // An approval that is taken back, in the same write.
    desk.colleague.revoke(&desk.world.app, second).await;
    assert_eq!(desk.control().await, [past("runs_unapproved"), past("deployed_denied")]);

    // Nobody resolves one by hand, not the officer either, and nobody opens it again.
    let finding = desk.list(OFFICER, "about=control").await[0].clone();
    let path = format!("/findings/{}", finding["id"].as_str().unwrap());
    for who in [LEAD, OFFICER] {
        desk.refused(who, &format!("{path}/resolve"), why(), 409, "not_by_hand").await;
        desk.refused(who, &format!("{path}/reopen"), why(), 409, "not_by_hand").await;
        desk.refused(who, &format!("{path}/runs-no-longer"), why(), 409, "still_runs").await;
    }
    let accept = json!({ "reason": "Until the next release.", "until": "2024-10-20" });
    assert_eq!(
        desk.ask(LEAD, Method::POST, &format!("{path}/accept-risk"), accept.clone()).await.status,
        403
    );
    let accepted = desk.done(OFFICER, &format!("{path}/accept-risk"), accept).await;
    assert_eq!(accepted["standing"]["state"], "risk_accepted");
    let home = desk.world.send(LEAD, &Method::GET, "/", "").await.body;
    assert!(home.contains("Look at fraud-scoring 3 in production"), "it stands on the home");

    // What time ends, the background finds.
    assert_eq!(watch::put_on_record(&desk.world.app).await.unwrap(), 0, "nothing has changed");
    desk.world.clock.advance(chrono::TimeDelta::days(1000));
    assert_eq!(watch::put_on_record(&desk.world.app).await.unwrap(), 1, "the approval of 1 has ended");
    assert_eq!(watch::put_on_record(&desk.world.app).await.unwrap(), 0);
}

async fn what_was_taken_away_is_confirmed_by_somebody_else(place: Place) {
    let desk = Desk::new(place).await;
    desk.request(1).await;
    desk.request(2).await;
    desk.deploy(CONTRIBUTOR, 1, "replaces").await;
    let id = desk.list(LEAD, "about=control").await[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/findings/{id}");
    let reported = async || {
        let answer = desk.ask(LEAD, Method::GET, &path, Value::Null).await.json();
        (answer["standing"]["state"].clone(), answer["reported_over_at"].is_string())
    };
    assert_eq!(reported().await, (json!("open"), false));
    // Taken away, or another one in its place: a report, which closes nothing.
    desk.deploy(MACHINE, 2, "replaces").await;
    assert_eq!(reported().await, (json!("open"), true));
    desk.deploy(CONTRIBUTOR, 1, "beside").await;
    assert_eq!(reported().await, (json!("open"), false), "it is back");
    desk.deploy(MACHINE, 1, "removed").await;
    assert_eq!(reported().await, (json!("open"), true));
    assert_eq!(watch::put_on_record(&desk.world.app).await.unwrap(), 0);

    desk.refused(CONTRIBUTOR, &format!("{path}/runs-no-longer"), why(), 403, "concerned").await;
    assert_eq!(desk.ask(MACHINE, Method::POST, &format!("{path}/runs-no-longer"), why()).await.status, 403);
    let page = desk.world.send(CONTRIBUTOR, &Method::GET, &path, "").await.body;
    assert!(page.contains("you deployed the version"), "the page says why not");
    let page = desk.world.send(LEAD, &Method::GET, &path, "").await.body;
    assert!(page.contains("Confirm that it no longer runs"), "and what the lead may do");
    let closed = desk.done(LEAD, &format!("{path}/runs-no-longer"), why()).await;
    assert_eq!(closed["standing"]["state"], "resolved");
    assert_eq!(watch::put_on_record(&desk.world.app).await.unwrap(), 0, "it stays closed");
    // Deployed again it is another one.
    desk.deploy(MACHINE, 1, "beside").await;
    assert_eq!(desk.control().await.len(), 2, "1 runs again, beside 2");
}

async fn what_ran_stays_among_the_exceptions_of_its_period(place: Place) {
    let desk = Desk::new(place).await;
    let request = desk.request(1).await;
    desk.deploy(MACHINE, 1, "replaces").await;
    let opened = desk.world.app.clock.now();
    desk.world.clock.advance(chrono::TimeDelta::hours(5));
    desk.approve(request).await;
    let today = opened.date_naive();
    let on = |day: chrono::NaiveDate| format!("about=control&from={day}&to={day}");
    let seen = desk.list(OFFICER, &on(today)).await;
    assert_eq!(seen.len(), 1, "closed, and still there");
    let lasted = seen[0]["lasted_seconds"].as_i64().unwrap();
    assert!((5 * 3600..6 * 3600).contains(&lasted), "it ran for {lasted} seconds");
    assert!(seen[0]["closed_at"].is_string());
    for day in [today.pred_opt().unwrap(), today + chrono::Days::new(2)] {
        assert_eq!(desk.list(OFFICER, &on(day)).await.len(), 0, "{day}");
    }
    let page = desk.world.send(OFFICER, &Method::GET, &format!("/findings?{}", on(today)), "").await.body;
    assert!(page.contains("for 5 hours"), "{page}");
}

async fn other_rooms_open_and_close_findings_about_control(place: Place) {
    let desk = Desk::new(place).await;
    let team = desk.world.team(Whose::Own);
    let system = Caller::system(&desk.world.app);
    let version = {
        let mut conn = desk.world.app.db.read().await.unwrap();
        models::find(&mut conn, "own-model", "1").await.unwrap().version.id
    };
    let by = system.clone();
    let opened = desk.world.app.db.write(move |tx| {
        let by = by.clone();
        async move {
            let new = || NewControlFinding {
                key: "artefact:1".to_owned(),
                kind: FindingKind::ArtefactOfSeveralTiers,
                model_version: Some(version),
                environment: None,
                team,
                severity: Severity::High,
                message: "own-model 1 is also registered with a higher tier: say which counts".to_owned(),
            };
            let first = control::open(tx, &by, new()).await?;
            let again = control::open(tx, &by, new()).await?;
            assert_eq!(first.id, again.id, "of a key there is one");
            Ok(first.id)
        }
        .boxed()
    });
    let id = opened.await.unwrap().value;
    assert_eq!(desk.list(LEAD, "about=control").await.len(), 1);
    desk.refused(OFFICER, &format!("/findings/{id}/resolve"), why(), 409, "not_by_hand").await;
    desk.refused(OFFICER, &format!("/findings/{id}/runs-no-longer"), why(), 409, "not_a_run").await;
    assert_eq!(watch::put_on_record(&desk.world.app).await.unwrap(), 0, "it does not follow the gate");
    let closed = desk.world.app.db.write(move |tx| {
        let by = system.clone();
        async move { control::close(tx, &by, "artefact:1", "an officer has said which tier counts").await }
            .boxed()
    });
    assert!(closed.await.unwrap().value.is_some());
    assert_eq!(desk.control().await, []);
}

async fn what_a_machine_reports_as_over_stays_open(place: Place) {
    let desk = Desk::new(place).await;
    let report = |severity: &str, over: bool| {
        json!({
            "kind": "drift", "model": "own-model", "version": "1", "environment": "production", "severity": severity,
            "message": "Amounts have doubled.", "over": over
        })
    };
    desk.refused(MACHINE, "/findings", report("low", true), 409, "nothing_open").await;
    let opened = desk.ask(MACHINE, Method::POST, "/findings", report("low", false)).await;
    assert_eq!(opened.status, 201, "{}", opened.body);
    let id = opened.json()["id"].as_str().unwrap().to_owned();
    let again = desk.ask(MACHINE, Method::POST, "/findings", report("high", false)).await;
    assert_eq!((again.status.as_u16(), &again.json()["severity"]), (200, &json!("high")), "worse counts");
    let milder = desk.done(MACHINE, "/findings", report("low", false)).await;
    assert_eq!(milder["severity"], "high", "milder does not");
    let over = desk.done(MACHINE, "/findings", report("low", true)).await;
    assert_eq!((&over["standing"]["state"], over["reported_over_at"].is_string()), (&json!("open"), true));
    let path = format!("/findings/{id}/resolve");
    assert_eq!(desk.ask(MACHINE, Method::POST, &path, why()).await.status, 403);
    desk.done(CONTRIBUTOR, &path, why()).await;
    assert_eq!(desk.list(LEAD, "about=operations").await[0]["standing"]["state"], "resolved");
    let mut wrong = report("low", false);
    wrong["kind"] = json!("runs_unapproved");
    desk.refused(MACHINE, "/findings", wrong, 422, "/kind").await;
    let mut foreign = report("low", false);
    foreign["model"] = json!("foreign-model");
    assert_eq!(desk.ask(MACHINE, Method::POST, "/findings", foreign).await.status, 404);
}

async fn findings_about_control_count_in_no_policy(place: Place) {
    let desk = Desk::new(place).await;
    let request = desk.request(1).await;
    desk.deploy(MACHINE, 1, "replaces").await;
    assert_eq!(desk.control().await.len(), 1);
    // The approval that cures it is asked for and given while it is open.
    desk.approve(request).await;
    assert_eq!(desk.control().await, []);
}
