//! Who holds what over the API: any day can be answered, rules are kept, nothing is lost, everything is on record.

use assay_domain::access::{Role, RoleHeld};
use assay_domain::ownership::{Held, Part, Thing, Wish};
use assay_server::access::service::{people, roles};
use assay_server::fetch_all;
use assay_server::http::Caller;
use assay_server::ownership::service as ownership;
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::{Answer, Who, Whose, World};
use axum::body::Body;
use axum::http::{Method, header};
use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};
use uuid::Uuid;

const LEAD: Who = Who::Person(Role::TeamLead);
const ADMIN: Who = Who::Person(Role::Admin);
const SOMEBODY: &str = "somebody-own@example.org";
const CONTRIBUTOR: &str = "contributor@example.org";
const OFFICER: &str = "compliance-officer@example.org";

on_both_engines!(
    past_days_answer_what_was_held_then,
    the_state_is_set_and_what_is_unchanged_is_not_touched,
    people_who_may_not_hold_anything_are_refused_in_the_rules_words,
    bad_input_names_the_field_and_changes_nothing,
    nobody_overwrites_what_they_have_not_seen,
    findings_come_and_go,
    handing_over_moves_everything_and_is_on_record,
    deactivating_hands_over_in_the_same_step_or_not_at_all,
    skills_are_compared_with_what_the_roles_need,
    tools_are_tidied_and_duplicates_found,
    a_pattern_is_copied_and_strangers_are_to_be_replaced,
);

struct Desk {
    world: World,
    seen: usize,
}

impl Desk {
    async fn on(place: Place) -> Self {
        let world = World::on(place).await;
        let seen = world.actions().await.len();
        Self { world, seen }
    }

    fn path(&self, below: &str) -> String {
        format!("/api/v1/teams/{}{below}", self.world.team(Whose::Own))
    }

    fn today(&self) -> NaiveDate {
        self.world.app.clock.now().date_naive()
    }

    fn later(&self, days: i64) -> NaiveDate {
        self.today() + TimeDelta::days(days)
    }

    async fn get(&self, below: &str) -> Value {
        let answer = self.world.send(LEAD, &Method::GET, &self.path(below), "").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    async fn put(&self, below: &str, body: Value) -> Answer {
        self.world.send(LEAD, &Method::PUT, &self.path(below), &body.to_string()).await
    }

    async fn put_if(&self, below: &str, revision: &str, body: Value) -> Answer {
        let request = self.world.request(LEAD, &Method::PUT, &self.path(below));
        let request =
            request.header(header::CONTENT_TYPE, "application/json").header(header::IF_MATCH, revision);
        self.world.send_raw(request.body(Body::from(body.to_string())).unwrap()).await
    }

    async fn set(&self, holdings: Value) -> Value {
        let answer = self.put("/ownership", json!({ "holdings": holdings })).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    async fn post(&self, who: Who, path: &str, body: Value) -> Answer {
        self.world.send(who, &Method::POST, path, &body.to_string()).await
    }

    /// Who holds what on a day: address before the `@`, part, thing.
    async fn on_day(&self, day: NaiveDate) -> Vec<String> {
        let state = self.get(&format!("/ownership?on={day}")).await;
        let told = |one: &Value| {
            let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
            format!("{} {} {}", text("name"), text("part"), text("of"))
        };
        state["holdings"].as_array().unwrap().iter().map(told).collect()
    }

    /// What came on the record since the last look.
    async fn left(&mut self) -> Vec<String> {
        let mut actions = self.world.actions().await;
        let mut new = actions.split_off(self.seen);
        self.seen += new.len();
        // That job roles have to be confirmed is tried in `approvals/job_roles.rs`.
        new.retain(|action| action != "session.started" && !action.starts_with("proposal."));
        new
    }

    /// Lets days pass. Signing in again is on the record, and of no interest here.
    async fn pass(&mut self, days: i64) {
        self.world.pass(TimeDelta::days(days), &[Role::TeamLead, Role::Admin]).await;
    }

    async fn findings(&self, kind: &str) -> Vec<Value> {
        let all = self.get("/ownership/findings").await["items"].as_array().cloned().unwrap();
        all.into_iter().filter(|finding| finding["kind"] == kind).collect()
    }

    fn system(&self) -> Caller {
        Caller::system(&self.world.app)
    }
}

fn holds(person: &str, part: &str, of: &str) -> Value {
    json!({ "person": person, "role": "ml-engineer", "part": part, "kind": "capability", "of": of })
}

async fn past_days_answer_what_was_held_then(place: Place) {
    let mut desk = Desk::on(place).await;
    let first = desk.today();
    desk.set(json!([
        holds(SOMEBODY, "accountable", "privacy"),
        holds(CONTRIBUTOR, "responsible", "privacy")
    ]))
    .await;
    desk.pass(10).await;
    let second = desk.today();
    desk.set(json!([
        holds(CONTRIBUTOR, "accountable", "privacy"),
        holds("team-lead@example.org", "informed", "teamwork")
    ]))
    .await;
    desk.pass(10).await;

    assert!(desk.on_day(first - TimeDelta::days(1)).await.is_empty());
    let before = ["somebody-own accountable privacy", "contributor responsible privacy"];
    assert_eq!(desk.on_day(first).await, before);
    assert_eq!(desk.on_day(second - TimeDelta::days(1)).await, before);
    let after = ["team-lead informed teamwork", "contributor accountable privacy"];
    assert_eq!(desk.on_day(second).await, after);
    assert_eq!(desk.on_day(desk.later(365)).await, after);

    let path = format!("/ownership?on={first}");
    let refused = desk.put(&path, json!({ "holdings": [] })).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.json()["errors"][0]["pointer"], "/on");
    assert_eq!(desk.on_day(first).await, before, "the past is not rewritten");

    let from = desk.later(5);
    let planned = desk.put(&format!("/ownership?on={from}"), json!({ "holdings": [] })).await;
    assert_eq!(planned.status, 200);
    assert_eq!(desk.on_day(desk.later(4)).await, after);
    assert!(desk.on_day(from).await.is_empty(), "the future can be asked as well");
    assert_eq!(
        desk.left().await,
        [
            vec!["ownership.assigned"; 2],
            vec!["ownership.ended"; 2],
            vec!["ownership.assigned"; 2],
            vec!["ownership.ended"; 2]
        ]
        .concat()
    );
}

async fn the_state_is_set_and_what_is_unchanged_is_not_touched(place: Place) {
    let mut desk = Desk::on(place).await;
    let all = json!([
        holds(SOMEBODY, "accountable", "privacy"),
        { "person": OFFICER, "role": "security-specialist", "part": "consulted", "kind": "control", "of": "gdpr:art-5" },
        { "person": SOMEBODY, "role": "data-engineer", "part": "responsible", "kind": "dataset", "of": "claims/2025" },
        { "person": SOMEBODY, "role": "ml-engineer", "part": "responsible", "kind": "model", "of": "own-model" },
    ]);
    let state = desk.set(all.clone()).await;
    assert_eq!(state["revision"], 1);
    assert_eq!(desk.left().await, ["ownership.assigned"; 4]);
    assert_eq!(desk.set(all.clone()).await["revision"], 1, "the same again changes nothing");
    assert!(desk.left().await.is_empty());

    desk.pass(3).await;
    let mut fewer = all.as_array().unwrap().clone();
    fewer.pop();
    fewer[0]["until"] = json!(desk.later(30));
    let state = desk.set(json!(fewer)).await;
    assert_eq!(state["revision"], 2);
    assert_eq!(state["holdings"][0]["until"], json!(desk.later(30)));
    assert_eq!(desk.left().await, ["ownership.ended"; 2], "one ends yesterday, one gets an end");

    let today = desk.set(json!([])).await;
    assert_eq!(today["holdings"], json!([]));
    let history = desk.get(&format!("/ownership?on={}", desk.later(-1))).await;
    assert_eq!(history["holdings"].as_array().unwrap().len(), 4);
    let again = desk.set(json!([holds(SOMEBODY, "informed", "privacy")])).await;
    assert_eq!(again["holdings"].as_array().unwrap().len(), 1);
    desk.left().await;
    desk.set(json!([])).await;
    assert_eq!(desk.left().await, ["ownership.ended"]);
    let mut conn = desk.world.app.db.read().await.unwrap();
    let sql = "SELECT thing FROM holding WHERE part = 'informed'";
    let rows = fetch_all!(&mut conn, (String,), sql).await.unwrap();
    assert!(rows.is_empty(), "what began today is taken back");
}

async fn people_who_may_not_hold_anything_are_refused_in_the_rules_words(place: Place) {
    let mut desk = Desk::on(place).await;
    let gone = desk
        .world
        .add_person("gone", RoleHeld { role: Role::Viewer, team: Some(desk.world.team(Whose::Own)) })
        .await;
    ownership::deactivate(&desk.world.app, &desk.system(), gone, Vec::new()).await.unwrap();
    desk.left().await;
    for (person, words) in [
        ("auditor@example.org", "auditors check what others hold"),
        ("somebody-foreign@example.org", "does not belong to the team"),
        ("admin@example.org", "does not belong to the team"),
        ("gone@example.org", "is deactivated"),
        ("nobody@example.org", "there is no such person"),
        ("0192f3c4-5d6e-7a8b-9c0d-1e2f3a4b5c6d", "there is no such person"),
    ] {
        let answer =
            desk.put("/ownership", json!({ "holdings": [holds(person, "informed", "privacy")] })).await;
        assert_eq!(answer.status, 422, "{person}");
        let error = answer.json()["errors"][0].clone();
        assert_eq!(error["pointer"], "/holdings/0/person");
        assert!(error["message"].as_str().unwrap().contains(words), "{error}");
    }
    for person in [SOMEBODY, OFFICER] {
        desk.set(json!([holds(person, "informed", "privacy")])).await;
    }
    desk.left().await;
    // Somebody who leaves still holds what they hold, and it can be seen and ended.
    desk.set(json!([holds(SOMEBODY, "accountable", "privacy")])).await;
    let somebody: Uuid = desk.world.object("person", Whose::Own).parse().unwrap();
    ownership::deactivate(&desk.world.app, &desk.system(), somebody, Vec::new()).await.unwrap();
    let both = json!([holds(SOMEBODY, "accountable", "privacy"), holds(CONTRIBUTOR, "informed", "privacy")]);
    assert_eq!(desk.set(both).await["holdings"].as_array().unwrap().len(), 2);
    let more = json!({ "holdings": [holds(SOMEBODY, "accountable", "teamwork")] });
    assert_eq!(desk.put("/ownership", more).await.status, 422);
}

async fn bad_input_names_the_field_and_changes_nothing(place: Place) {
    let mut desk = Desk::on(place).await;
    let yesterday = desk.later(-1);
    let with = |field: &str, value: Value| {
        let mut holding = holds(SOMEBODY, "accountable", "privacy");
        holding[field] = value;
        json!({ "holdings": [holding] })
    };
    let twice = json!({ "holdings": [holds(SOMEBODY, "accountable", "privacy"), holds(SOMEBODY, "informed", "privacy")] });
    for (body, pointer, words) in [
        (with("until", json!(yesterday)), "/holdings/0/until", "before the first day"),
        (with("until", json!("soon")), "/holdings/0/until", "invalid"),
        (with("role", json!("juggler")), "/holdings/0/role", "the job roles are data-scientist"),
        (with("of", json!("juggling")), "/holdings/0/of", "no capability"),
        (with("kind", json!("model")), "/holdings/0/of", "no model \"privacy\" is registered"),
        (with("kind", json!("planet")), "/holdings/0/kind", "unknown variant"),
        (with("part", json!("boss")), "/holdings/0/part", "unknown variant"),
        (with("since", json!("2024-01-01")), "/holdings/0/since", "unknown field"),
        (twice, "/holdings/1/person", "named twice"),
        (json!({ "holdings": [], "force": true }), "/force", "unknown field"),
    ] {
        let answer = desk.put("/ownership", body).await;
        assert_eq!(answer.status, 422, "{pointer}: {}", answer.body);
        let error = answer.json()["errors"][0].clone();
        assert_eq!(error["pointer"], pointer, "{error}");
        assert!(error["message"].as_str().unwrap().contains(words), "{error}");
    }
    let day = desk.world.send(LEAD, &Method::GET, &desk.path("/ownership?on=yesterday"), "").await;
    assert_eq!((day.status.as_u16(), day.json()["errors"][0]["pointer"].clone()), (400, json!("/on")));
    assert!(desk.left().await.is_empty());
    assert_eq!(desk.get("/ownership").await["revision"], 0);
}

async fn nobody_overwrites_what_they_have_not_seen(place: Place) {
    let desk = Desk::on(place).await;
    let body = |part: &str| json!({ "holdings": [holds(SOMEBODY, part, "privacy")] });
    let first = desk.put_if("/ownership", "\"0\"", body("accountable")).await;
    assert_eq!((first.status.as_u16(), first.headers[header::ETAG].to_str().unwrap()), (200, "\"1\""));
    assert_eq!(desk.put_if("/ownership", "\"0\"", body("informed")).await.status, 412);
    assert_eq!(desk.get("/ownership").await["holdings"][0]["part"], "accountable");
    assert_eq!(desk.put_if("/ownership", "\"1\"", body("informed")).await.status, 200);
    let skills = json!({ "people": [{ "person": SOMEBODY, "skills": ["monitoring"] }] });
    assert_eq!(desk.put_if("/skills", "\"0\"", skills.clone()).await.status, 200);
    assert_eq!(desk.put_if("/skills", "\"0\"", skills).await.status, 412);
    let tools = json!({ "capabilities": [{ "capability": "privacy", "tools": ["Paper"] }] });
    assert_eq!(desk.put_if("/tools", "\"0\"", tools.clone()).await.status, 200);
    assert_eq!(desk.put_if("/tools", "\"0\"", tools).await.status, 412);
    // Many at once: each sees the others' change or is told; none is lost.
    let puts = (0..6).map(|n| {
        desk.put_if("/ownership", "\"2\"", body(if n % 2 == 0 { "consulted" } else { "responsible" }))
    });
    let answers = futures::future::join_all(puts).await;
    let fine = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(fine, 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    assert!(answers.iter().all(|answer| [200, 412, 409].contains(&answer.status.as_u16())));
    assert_eq!(desk.get("/ownership").await["revision"], 3);
}

async fn findings_come_and_go(place: Place) {
    let desk = Desk::on(place).await;
    let about = |finding: &Value| finding["things"][0]["of"].as_str().unwrap().to_owned();
    let all = desk.findings("no_accountable").await;
    assert_eq!(all.len(), 25, "24 capabilities and a model");
    let privacy = all.iter().find(|finding| about(finding) == "privacy").unwrap();
    assert_eq!(privacy["severity"], "high");
    assert_eq!(privacy["fix"]["action"], "make_accountable");
    desk.set(json!([holds(SOMEBODY, "accountable", "privacy")])).await;
    assert_eq!(desk.findings("no_accountable").await.len(), 24);
    let alone = desk.findings("no_stand_in").await;
    assert_eq!(alone.len(), 1);
    assert_eq!(alone[0]["people"], json!([desk.world.object("person", Whose::Own)]));
    desk.set(json!([
        holds(SOMEBODY, "accountable", "privacy"),
        holds(CONTRIBUTOR, "accountable", "privacy")
    ]))
    .await;
    assert_eq!(desk.findings("several_accountable").await.len(), 1);
    assert!(desk.findings("no_stand_in").await.is_empty());
    let somebody = desk.world.object("person", Whose::Own).parse().unwrap();
    ownership::deactivate(&desk.world.app, &desk.system(), somebody, Vec::new()).await.unwrap();
    assert_eq!(desk.findings("left").await.len(), 1);
    let past = desk.get(&format!("/ownership/findings?on={}", desk.later(-1))).await;
    assert_eq!(
        past["items"].as_array().unwrap().iter().filter(|one| one["kind"] == "no_accountable").count(),
        25
    );
}

async fn handing_over_moves_everything_and_is_on_record(place: Place) {
    let mut desk = Desk::on(place).await;
    desk.set(json!([
        holds(SOMEBODY, "accountable", "privacy"),
        holds(SOMEBODY, "consulted", "teamwork"),
        holds(CONTRIBUTOR, "responsible", "privacy"),
    ]))
    .await;
    desk.pass(5).await;
    desk.left().await;
    let path = format!("/api/v1/people/{SOMEBODY}/hand-over");
    for (body, pointer) in [
        (json!({ "to": "auditor@example.org" }), "/teams/0"),
        (json!({ "to": SOMEBODY }), "/teams/0"),
        (json!({ "to": "nobody@example.org" }), "/to"),
        (json!({ "to": CONTRIBUTOR, "teams": ["nowhere"] }), "/teams/0"),
        (json!({ "to": CONTRIBUTOR, "when": "now" }), "/when"),
    ] {
        let answer = desk.post(ADMIN, &path, body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()["errors"][0]["pointer"].clone()),
            (422, json!(pointer))
        );
    }
    assert!(desk.left().await.is_empty());
    let done = desk.post(LEAD, &path, json!({ "to": CONTRIBUTOR, "teams": ["own"] })).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(
        (&done.json()["teams"][0]["roles"], &done.json()["teams"][0]["items"]),
        (&json!(2), &json!(0))
    );
    assert_eq!(
        desk.left().await,
        [
            "ownership.handed_over",
            "ownership.ended",
            "ownership.ended",
            "ownership.ended",
            "ownership.assigned",
            "ownership.assigned"
        ]
    );
    assert_eq!(
        desk.on_day(desk.today()).await,
        ["contributor consulted teamwork", "contributor accountable privacy"]
    );
    assert_eq!(desk.on_day(desk.later(-1)).await.len(), 3);
    let held =
        desk.world.send(LEAD, &Method::GET, &format!("/api/v1/people/{SOMEBODY}/holdings"), "").await.json();
    let ends: Vec<&Value> = held["items"].as_array().unwrap().iter().map(|one| &one["until"]).collect();
    assert_eq!(ends, [&json!(desk.later(-1)), &json!(desk.later(-1))]);
    let again = desk.post(LEAD, &path, json!({ "to": CONTRIBUTOR })).await;
    assert_eq!(again.json()["teams"][0]["roles"], 0);
    assert!(desk.left().await.is_empty(), "nothing is left to hand over");
}

async fn deactivating_hands_over_in_the_same_step_or_not_at_all(place: Place) {
    let mut desk = Desk::on(place).await;
    desk.set(json!([holds(SOMEBODY, "accountable", "privacy")])).await;
    desk.left().await;
    let somebody: Uuid = desk.world.object("person", Whose::Own).parse().unwrap();
    let team = desk.world.team(Whose::Own);
    let find = async |email: &str| {
        let mut conn = desk.world.app.db.read().await.unwrap();
        people::find(&mut conn, email).await.unwrap().id
    };
    let (auditor, contributor) = (find("auditor@example.org").await, find(CONTRIBUTOR).await);
    let system = desk.system();
    let refused = ownership::deactivate(&desk.world.app, &system, somebody, vec![(team, auditor)]).await;
    assert!(refused.unwrap_err().to_string().contains(&format!("/to/{team}")));
    assert!(desk.left().await.is_empty(), "nobody is deactivated either");
    let left = ownership::left_behind(&desk.world.app, &system, somebody).await.unwrap();
    assert_eq!((left.len(), left[0].holdings.len()), (1, 1));
    assert!(left[0].successors.iter().any(|holder| holder.id == contributor));
    assert!(left[0].successors.iter().all(|holder| holder.id != auditor && holder.id != somebody));
    ownership::deactivate(&desk.world.app, &system, somebody, vec![(team, contributor)]).await.unwrap();
    let actions = desk.left().await;
    assert_eq!(
        actions[..4],
        ["ownership.handed_over", "ownership.ended", "ownership.assigned", "user.deactivated"]
    );
    assert!(ownership::left_behind(&desk.world.app, &system, somebody).await.unwrap().is_empty());
    assert_eq!(desk.on_day(desk.today()).await, ["contributor accountable privacy"]);
}

async fn skills_are_compared_with_what_the_roles_need(place: Place) {
    let mut desk = Desk::on(place).await;
    let mut product = holds(SOMEBODY, "accountable", "privacy");
    product["role"] = json!("product-manager");
    desk.set(json!([product])).await;
    desk.left().await;
    let of = async |desk: &Desk| {
        let skills = desk.get("/skills").await;
        let people = skills["people"].as_array().cloned().unwrap();
        (people.into_iter().find(|one| one["name"] == "somebody-own").unwrap(), skills["nobody_has"].clone())
    };
    let (person, nobody) = of(&desk).await;
    assert_eq!(person["needed"], json!(["communication", "planning"]));
    assert_eq!(
        (&person["missing"], nobody),
        (&json!(["communication", "planning"]), json!(["communication", "planning"]))
    );
    let put = json!({ "people": [
        { "person": SOMEBODY, "skills": ["planning"] },
        { "person": CONTRIBUTOR, "skills": ["communication", "cloud"] },
    ] });
    assert_eq!(desk.put("/skills", put.clone()).await.status, 200);
    assert_eq!(desk.left().await, ["skills.changed"; 2]);
    assert_eq!(desk.put("/skills", put).await.status, 200);
    assert!(desk.left().await.is_empty());
    let (person, nobody) = of(&desk).await;
    assert_eq!((&person["missing"], nobody), (&json!(["communication"]), json!([])));
    for (body, pointer) in [
        (json!({ "people": [{ "person": SOMEBODY, "skills": ["juggling"] }] }), "/people/0/skills"),
        (json!({ "people": [{ "person": "auditor@example.org", "skills": [] }] }), "/people/0/person"),
        (
            json!({ "people": [{ "person": SOMEBODY, "skills": [] }, { "person": SOMEBODY, "skills": [] }] }),
            "/people/1/person",
        ),
        (json!({ "people": [{ "person": SOMEBODY }] }), "/people/0"),
    ] {
        let answer = desk.put("/skills", body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()["errors"][0]["pointer"].clone()),
            (422, json!(pointer))
        );
    }
    assert!(desk.left().await.is_empty());
}

async fn tools_are_tidied_and_duplicates_found(place: Place) {
    let mut desk = Desk::on(place).await;
    let put = json!({ "capabilities": [{ "capability": "experiment-tracking", "tools": ["mlflow", " Own  thing", "MLFLOW"] }] });
    let answer = desk.put("/tools", put.clone()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let of = |tools: &Value| {
        let all = tools["capabilities"].as_array().unwrap().clone();
        all.into_iter().find(|one| one["capability"] == "experiment-tracking").unwrap()
    };
    assert_eq!(of(&answer.json())["tools"], json!(["MLflow", "Own thing"]));
    assert!(of(&answer.json())["suggested"].as_array().unwrap().contains(&json!("W&B")));
    assert_eq!(desk.put("/tools", put).await.status, 200);
    assert_eq!(desk.left().await, ["tools.changed"], "the same again changes nothing");
    for (body, pointer) in [
        (
            json!({ "capabilities": [{ "capability": "juggling", "tools": [] }] }),
            "/capabilities/0/capability",
        ),
        (
            json!({ "capabilities": [{ "capability": "privacy", "tools": ["a, b"] }] }),
            "/capabilities/0/tools",
        ),
        (
            json!({ "capabilities": [{ "capability": "privacy", "tools": ["x".repeat(61)] }] }),
            "/capabilities/0/tools",
        ),
    ] {
        let answer = desk.put("/tools", body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()["errors"][0]["pointer"].clone()),
            (422, json!(pointer))
        );
    }
    let foreign = vec![("experiment-tracking".to_owned(), vec!["W&B".to_owned()])];
    let none = assay_server::http::IfMatch(None);
    ownership::set_tools(&desk.world.app, &desk.system(), "foreign", foreign, none).await.unwrap();
    let all = desk.world.send(ADMIN, &Method::GET, "/api/v1/organisation/tools", "").await.json();
    let tracking = &all["capabilities"][0];
    assert_eq!(
        (&tracking["capability"], &tracking["duplicate"]),
        (&json!("experiment-tracking"), &json!(true))
    );
    assert_eq!(tracking["tools"].as_array().unwrap().len(), 3);
}

async fn a_pattern_is_copied_and_strangers_are_to_be_replaced(place: Place) {
    let mut desk = Desk::on(place).await;
    let (own, foreign) = (desk.world.team(Whose::Own), desk.world.team(Whose::Foreign));
    let find = async |email: &str| {
        let mut conn = desk.world.app.db.read().await.unwrap();
        people::find(&mut conn, email).await.unwrap().id
    };
    let (lead, stranger) = (find("team-lead@example.org").await, find("somebody-foreign@example.org").await);
    let both = RoleHeld { role: Role::TeamLead, team: Some(foreign) };
    roles::grant(&desk.world.app, &desk.system(), lead, both).await.unwrap();
    let held = |person, part, of: &str| Wish {
        held: Held { thing: Thing::capability(of), role: "ml-engineer".to_owned(), person, part },
        until: None,
    };
    let pattern =
        vec![held(stranger, Part::Accountable, "privacy"), held(lead, Part::Responsible, "teamwork")];
    let none = assay_server::http::IfMatch(None);
    ownership::set(&desk.world.app, &desk.system(), "foreign", None, pattern, none).await.unwrap();
    desk.left().await;

    let page = async |path: &str| {
        let answer = desk.world.send(LEAD, &Method::GET, path, "").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    };
    let filled = page("/teams/own/ownership/edit?from=foreign").await;
    assert!(
        filled.contains("Instead of somebody-foreign"),
        "who cannot hold anything here is to be replaced"
    );
    assert!(filled.contains("value=\"team-lead R\"") && filled.contains("value=\"somebody-foreign A\""));
    let asked = "seen=&from=foreign&capability%2Fprivacy%40ml-engineer=somebody-foreign+A";
    let refused = desk.world.send(LEAD, &Method::POST, "/teams/own/ownership/edit", asked).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("does not belong to the team"), "it says why");
    assert!(refused.body.contains("value=\"somebody-foreign A\""), "what was typed stays");
    let replaced = page(&format!("/teams/own/ownership/edit?from=foreign&for.{stranger}={lead}")).await;
    assert!(replaced.contains("value=\"team-lead A\"") && !replaced.contains("value=\"somebody-foreign A\""));
    let left_out = page(&format!("/teams/own/ownership/edit?from=foreign&for.{stranger}=")).await;
    assert!(!left_out.contains("value=\"somebody-foreign A\""));
    let hidden =
        desk.world.send(Who::Person(Role::Viewer), &Method::GET, "/teams/foreign/ownership", "").await;
    assert_eq!((hidden.status.as_u16(), own == foreign), (404, false));
    assert!(desk.left().await.is_empty(), "nothing is stored before it is saved");
}
