//! Roadmaps over the API: plans, items, evidence, and the way from reviewed evidence to a changed answer.

use assay_domain::access::Role;
use assay_server::http::Caller;
use assay_server::{access, questionnaires};
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::{Answer, Who, Whose, World};
use axum::body::Body;
use axum::http::{Method, header};
use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

const BANK: &str = include_str!("../../domain/tests/data/small-bank.toml");
const LEAD: Who = Who::Person(Role::TeamLead);
const CONTRIBUTOR: Who = Who::Person(Role::Contributor);
const OFFICER: Who = Who::Person(Role::ComplianceOfficer);
const MACHINE: Who = Who::TeamMachine;
const LINK: &str = "https://git.example/models";

on_both_engines!(
    planning_again_changes_nothing,
    a_wish_that_cannot_be_meant_names_its_field,
    an_item_moves_by_its_rules,
    what_somebody_else_changed_is_not_overwritten,
    evidence_is_reviewed_by_somebody_else,
    reviewed_evidence_changes_the_running_draft,
    reviewed_evidence_opens_the_next_assessment,
    what_was_answered_and_is_open_again_is_planned_again,
    a_dropped_item_is_left_out_of_the_plan,
    all_teams_stand_side_by_side,
    who_answers_for_a_capability_answers_for_its_items,
    what_somebody_leaves_goes_to_somebody_else,
);

/// The own team with a draft in the small bank, and how much of the record was looked at.
struct Desk {
    world: World,
    assessment: String,
    seen: usize,
}

impl Desk {
    /// Everything is at the top, but for these.
    async fn new(place: Place, lower: &[(&str, &str)]) -> Self {
        let world = World::on(place).await;
        let system = Caller::system(&world.app);
        questionnaires::service::publish(&world.app, &system, BANK, "small-bank.toml").await.unwrap();
        // The organisation has a draft from the same moment.
        world.clock.advance(TimeDelta::seconds(1));
        let mut desk = Self { world, assessment: String::new(), seen: 0 };
        let path = format!("/api/v1/teams/{}/assessments", desk.world.team(Whose::Own));
        let body = json!({ "questionnaire": "small-bank" });
        let started = desk.world.send(LEAD, &Method::POST, &path, &body.to_string()).await;
        assert_eq!(started.status, 201, "{}", started.body);
        desk.assessment = started.json()["id"].as_str().unwrap().to_owned();
        let tops = [
            ("MC-1.1", "all"),
            ("MC-2.1", "all"),
            ("MC-2.2", "automated"),
            ("MC-4.1", "automated"),
            ("OP-1.1", "all"),
            ("OP-2.1", "all"),
            ("OP-3.1", "automated"),
        ];
        for (code, top) in tops {
            let value = lower.iter().find(|(low, _)| *low == code).map_or(top, |(_, value)| *value);
            desk.answer(code, value).await;
        }
        desk.left().await;
        desk
    }

    async fn answer(&self, code: &str, value: &str) {
        let path = format!("/api/v1/assessments/{}/answers/{code}", self.assessment);
        let body = json!({ "value": value }).to_string();
        let answer = self.world.send(CONTRIBUTOR, &Method::PUT, &path, &body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    fn plan_path(&self) -> String {
        format!("/api/v1/teams/{}/roadmap", self.world.team(Whose::Own))
    }

    async fn plan(&self, wishes: Value) -> Answer {
        self.world.send(LEAD, &Method::PUT, &self.plan_path(), &wishes.to_string()).await
    }

    async fn roadmap(&self) -> Value {
        let answer = self.world.send(OFFICER, &Method::GET, &self.plan_path(), "").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        own(&answer)
    }

    /// Saves the shortest way and answers the path of an item in it.
    async fn item(&mut self, code: &str) -> String {
        let saved = self.plan(json!({})).await;
        assert_eq!(saved.status, 200, "{}", saved.body);
        assert_eq!(self.left().await, ["roadmap.planned"]);
        let items = own(&saved)["items"].clone();
        let item = items.as_array().unwrap().iter().find(|item| item["code"] == code).cloned();
        format!("/api/v1/roadmap-items/{}", item.expect("it is in the plan")["id"].as_str().unwrap())
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.world.send(OFFICER, &Method::GET, path, "").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    async fn patch(&self, who: Who, item: &str, body: Value) -> Answer {
        self.world.send(who, &Method::PATCH, item, &body.to_string()).await
    }

    async fn post(&self, who: Who, path: &str, body: Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.world.send(who, &Method::POST, path, &body).await
    }

    /// Attaches evidence and answers its path.
    async fn attach(&self, who: Who, item: &str, uri: &str) -> String {
        let answer = self.post(who, &format!("{item}/evidence"), json!({ "uri": uri })).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        format!("{item}/evidence/{}", answer.json()["id"].as_str().unwrap())
    }

    async fn accept(&self, who: Who, piece: &str) -> Answer {
        self.post(who, &format!("{piece}/review"), json!({ "accepted": true })).await
    }

    /// What came on the record since the last look.
    async fn left(&mut self) -> Vec<String> {
        let mut actions = self.world.actions().await;
        let new = actions.split_off(self.seen);
        self.seen += new.len();
        new
    }

    async fn person(&self, name: &str) -> Uuid {
        let mut conn = self.world.app.db.read().await.unwrap();
        let email = format!("{name}@example.org");
        access::store::person_by_email(&mut conn, &email).await.unwrap().unwrap().id
    }

    fn today(&self) -> chrono::NaiveDate {
        use assay_server::clock::Clock;
        self.world.clock.now().date_naive()
    }
}

fn refused(answer: &Answer) -> (u16, String) {
    let problem = answer.json();
    (answer.status.as_u16(), problem["errors"][0]["pointer"].as_str().unwrap_or_default().to_owned())
}

/// A roadmap without the items that the organisation has of another questionnaire.
fn own(answer: &Answer) -> Value {
    let mut roadmap = answer.json();
    roadmap["items"].as_array_mut().unwrap().retain(|item| item["questionnaire"] == "small-bank");
    roadmap
}

fn codes(roadmap: &Value) -> Vec<String> {
    let phases = roadmap["roadmap"]["phases"].as_array().unwrap();
    let items = phases.iter().flat_map(|phase| phase["items"].as_array().unwrap());
    items.map(|item| item["code"].as_str().unwrap().to_owned()).collect()
}

async fn planning_again_changes_nothing(place: Place) {
    let mut desk = Desk::new(place, &[("MC-1.1", "some"), ("MC-2.1", "none")]).await;
    let unsaved = desk.roadmap().await;
    // The organisation saved a plan before, over other answers.
    assert_eq!((&unsaved["revision"], codes(&unsaved)), (&json!(1), vec!["MC-1.1".to_owned()]));
    assert!(unsaved["items"].as_array().unwrap().is_empty());

    let saved = desk.plan(json!({})).await;
    assert_eq!((saved.status.as_u16(), saved.headers[header::ETAG].to_str().unwrap()), (200, "\"2\""));
    assert_eq!(own(&saved)["items"][0]["status"], "planned");
    assert_eq!(own(&saved)["items"][0]["phase"], 1);
    assert_eq!(desk.left().await, ["roadmap.planned"]);
    let again = desk.plan(json!({})).await;
    assert_eq!(again.body, saved.body, "the same wishes over the same answers");
    assert!(desk.left().await.is_empty());

    let further = desk.plan(json!({ "target": 2 })).await;
    assert_eq!((&further.json()["revision"], codes(&further.json()).len()), (&json!(3), 2));
    assert_eq!(desk.left().await, ["roadmap.planned"]);
    // Answers that need something new make its item the next time the plan is saved.
    desk.answer("OP-1.1", "none").await;
    desk.left().await;
    assert_eq!(desk.roadmap().await["items"].as_array().unwrap().len(), 2);
    let more = own(&desk.plan(json!({ "target": 2 })).await);
    assert_eq!((&more["revision"], more["items"].as_array().unwrap().len()), (&json!(4), 3));
    assert_eq!(desk.left().await, ["roadmap.planned"]);
    // What was fulfilled leaves the plan, and its item stays.
    desk.answer("OP-1.1", "all").await;
    let less = desk.roadmap().await;
    let item = less["items"].as_array().unwrap().iter().find(|item| item["code"] == "OP-1.1").unwrap();
    assert_eq!((codes(&less).len(), &item["phase"]), (2, &Value::Null));

    // A target that was passed since does not break what was saved.
    for (code, value) in [("MC-1.1", "all"), ("MC-2.1", "all")] {
        desk.answer(code, value).await;
    }
    let reached = desk.roadmap().await;
    assert_eq!(reached["roadmap"]["start"]["claimed"], 4);
    assert!(codes(&reached).is_empty(), "{reached}");
}

async fn a_wish_that_cannot_be_meant_names_its_field(place: Place) {
    let mut desk = Desk::new(place, &[("MC-1.1", "some"), ("OP-3.1", "no")]).await;
    let day = desk.today().to_string();
    let calendar = |weeks: u32| json!({ "calendar": { "start": day, "phase_weeks": weeks } });
    for (wishes, field) in [
        (json!({ "capacities": { "data-scientist": 0 } }), "/capacities/data-scientist"),
        (json!({ "capacities": { "wizard": 3 } }), "/capacities/wizard"),
        (json!({ "target": 5 }), "/target"),
        (json!({ "dimension_targets": { "operations": 1 } }), "/dimension_targets/operations"),
        (json!({ "dimension_targets": { "nothing": 1 } }), "/dimension_targets/nothing"),
        (json!({ "switched_off": ["XX-1.1"] }), "/switched_off"),
        (json!({ "not_before": { "MC-1.1": 0 } }), "/not_before/MC-1.1"),
        (json!({ "not_before": { "XX-1.1": 2 } }), "/not_before/XX-1.1"),
        (json!({ "not_before": { "MC-1.1": 1_000_000 } }), "/not_before/MC-1.1"),
        (calendar(0), "/calendar/phase_weeks"),
        (calendar(53), "/calendar/phase_weeks"),
        (json!({ "calendar": { "start": "soon", "phase_weeks": 4 } }), "/calendar/start"),
        (json!({ "calendar": { "start": "9999-12-30", "phase_weeks": 4 } }), "/calendar/start"),
        (json!({ "unowned": ["MC-1.1"] }), "/unowned"),
        (json!({ "tarjet": 2 }), "/tarjet"),
        (json!({ "target": -1 }), "/target"),
    ] {
        let answer = desk.plan(wishes.clone()).await;
        assert_eq!(refused(&answer), (422, field.to_owned()), "{wishes}: {}", answer.body);
    }
    let base = format!("/api/v1/assessments/{}/roadmap", desk.assessment);
    for (query, field) in [
        ("capacities[data-scientist]=0", "/capacities/data-scientist"),
        ("target=high", "/target"),
        ("target=9", "/target"),
        ("not_before[MC-1.1]=0", "/not_before/MC-1.1"),
        ("calendar[phase_weeks]=4", "/calendar/start"),
        ("calendar[start]=2026-12-01&calendar[phase_weeks]=0", "/calendar/phase_weeks"),
        ("tarjet=2", "/tarjet"),
    ] {
        let answer = desk.world.send(LEAD, &Method::GET, &format!("{base}?{query}"), "").await;
        assert_eq!(refused(&answer), (422, field.to_owned()), "{query}: {}", answer.body);
    }
    assert!(desk.left().await.is_empty());
    let query = "target=1&capacities[data-scientist]=2&calendar[start]=2026-12-01&calendar[phase_weeks]=2";
    let planned = desk.get(&format!("{base}?{query}")).await;
    assert_eq!(planned["phases"].as_array().unwrap().len(), 2, "an item of 4 points takes two phases");
    assert_eq!(planned["phases"][1]["until"], "2026-12-28");
}

async fn an_item_moves_by_its_rules(place: Place) {
    let mut desk = Desk::new(place, &[("MC-1.1", "some")]).await;
    let item = desk.item("MC-1.1").await;
    let lead = desk.person("team-lead").await;
    let past = (desk.today() - TimeDelta::days(1)).to_string();
    let soon = (desk.today() + TimeDelta::days(1)).to_string();
    for (body, field, words) in [
        (json!({ "status": "done" }), "/status", "attach evidence first"),
        (json!({ "status": "dropped" }), "/comment", "say why"),
        (json!({ "status": "finished" }), "/status", "no status of an item"),
        (json!({ "owner": Uuid::nil() }), "/owner", "active members"),
        (json!({ "owner": desk.person("compliance-officer").await }), "/owner", "active members"),
        (json!({ "due": past }), "/due", "is over"),
        (json!({ "due": "tomorrow" }), "/due", ""),
        (json!({ "colour": "red" }), "/colour", "unknown field"),
        (json!({ "comment": "x".repeat(4001) }), "/comment", "at most 4000"),
    ] {
        let answer = desk.patch(CONTRIBUTOR, &item, body.clone()).await;
        assert_eq!(refused(&answer), (422, field.to_owned()), "{body}: {}", answer.body);
        assert!(answer.body.contains(words), "{body}: {}", answer.body);
    }
    assert!(desk.left().await.is_empty());

    let body = json!({ "status": "in_progress", "owner": lead, "due": soon });
    let moved = desk.patch(CONTRIBUTOR, &item, body.clone()).await;
    assert_eq!(moved.status, 200, "{}", moved.body);
    let told = moved.json();
    assert_eq!(
        (&told["status"], &told["owner"], &told["due"], &told["revision"]),
        (&json!("in_progress"), &json!(lead), &json!(soon), &json!(2))
    );
    assert_eq!(told["planned"]["unowned"], Value::Null, "it has an owner now");
    assert_eq!(desk.left().await, ["roadmap_item.changed"]);
    assert_eq!(desk.patch(CONTRIBUTOR, &item, body).await.json()["revision"], 2, "the same again");
    assert!(desk.left().await.is_empty());

    // A due date that has passed since is no new one.
    desk.world.clock.advance(TimeDelta::days(3));
    desk.world.sign_in("contributor").await;
    let system = Caller::system(&desk.world.app);
    let id: Uuid = told["id"].as_str().unwrap().parse().unwrap();
    let change = assay_server::roadmap::service::ItemChange {
        due: Some(Some(soon.parse().unwrap())),
        comment: Some("late, and it stays so".to_owned()),
        ..Default::default()
    };
    assay_server::roadmap::service::change(&desk.world.app, &system, id, change).await.unwrap();
    assert_eq!(desk.left().await, ["session.started", "roadmap_item.commented"]);
}

async fn what_somebody_else_changed_is_not_overwritten(place: Place) {
    let mut desk = Desk::new(place, &[("MC-1.1", "some")]).await;
    let item = desk.item("MC-1.1").await;
    let with = async |method: Method, path: &str, seen: i64, body: Value| {
        let request = desk.world.request(LEAD, &method, path);
        let request = request
            .header(header::IF_MATCH, format!("\"{seen}\""))
            .header(header::CONTENT_TYPE, "application/json");
        desk.world.send_raw(request.body(Body::from(body.to_string())).unwrap()).await.status.as_u16()
    };
    assert_eq!(with(Method::PATCH, &item, 1, json!({ "status": "blocked" })).await, 200);
    assert_eq!(with(Method::PATCH, &item, 1, json!({ "status": "in_progress" })).await, 412);
    assert_eq!(desk.get(&item).await["status"], "blocked");
    assert_eq!(with(Method::PUT, &desk.plan_path(), 1, json!({ "target": 2 })).await, 412);
    assert_eq!(with(Method::PUT, &desk.plan_path(), 2, json!({ "target": 2 })).await, 200);
    assert_eq!(with(Method::PUT, &desk.plan_path(), 2, json!({ "target": 3 })).await, 412);
    assert_eq!(desk.left().await, ["roadmap_item.changed", "roadmap.planned"]);
}

async fn evidence_is_reviewed_by_somebody_else(place: Place) {
    let mut desk = Desk::new(place, &[("MC-1.1", "some")]).await;
    let item = desk.item("MC-1.1").await;
    let evidence = format!("{item}/evidence");
    for (body, field) in [
        (json!({ "uri": " " }), "/uri"),
        (json!({ "uri": "a\nb" }), "/uri"),
        (json!({ "uri": LINK, "sha256": "abc" }), "/sha256"),
        (json!({ "uri": LINK, "kind": "automated" }), "/kind"),
        (json!({ "uri": LINK, "expires": "soon" }), "/expires"),
        (json!({ "uri": LINK, "reviewed_by": "me" }), "/reviewed_by"),
    ] {
        let answer = desk.post(CONTRIBUTOR, &evidence, body.clone()).await;
        assert_eq!(refused(&answer), (422, field.to_owned()), "{body}: {}", answer.body);
    }
    let automated =
        desk.post(MACHINE, &evidence, json!({ "uri": "https://ci.example/1", "kind": "automated" })).await;
    assert_eq!(automated.status, 201, "{}", automated.body);
    let own = desk.attach(LEAD, &item, LINK).await;
    assert_eq!(desk.attach(LEAD, &item, LINK).await, own, "the same piece again");
    assert_eq!(desk.left().await, ["roadmap_item.evidence_attached", "roadmap_item.evidence_attached"]);

    assert_eq!(desk.accept(CONTRIBUTOR, &own).await.status, 403);
    assert_eq!(desk.left().await, ["access.denied"]);
    let mine = desk.accept(LEAD, &own).await;
    assert_eq!((mine.status.as_u16(), mine.body.contains("ask somebody else")), (409, true), "{}", mine.body);
    let theirs = desk.attach(CONTRIBUTOR, &item, "https://git.example/theirs").await;
    let owner = desk.person("team-lead").await;
    desk.patch(LEAD, &item, json!({ "owner": owner })).await;
    assert_eq!(desk.accept(LEAD, &theirs).await.status, 409, "whoever owns the item did the work");
    desk.left().await;
    let unexplained = desk.post(OFFICER, &format!("{own}/review"), json!({ "accepted": false })).await;
    assert_eq!(refused(&unexplained), (422, "/reason".to_owned()));
    let rejected = json!({ "accepted": false, "reason": "the link is dead" });
    assert_eq!(desk.post(OFFICER, &format!("{own}/review"), rejected.clone()).await.status, 200);
    assert_eq!(desk.post(OFFICER, &format!("{own}/review"), rejected).await.status, 200);
    assert_eq!(
        desk.left().await,
        ["roadmap_item.evidence_reviewed"],
        "the same decision again changes nothing"
    );
    assert_eq!(desk.get(&item).await["proposed"], false);

    // Done keeps its evidence.
    assert_eq!(desk.patch(LEAD, &item, json!({ "status": "done" })).await.status, 200);
    let delete = async |path: &str| desk.world.send(LEAD, &Method::DELETE, path, "").await.status.as_u16();
    let machine = format!("{item}/evidence/{}", automated.json()["id"].as_str().unwrap());
    assert_eq!((delete(&own).await, delete(&machine).await, delete(&theirs).await), (204, 204, 409));
    assert_eq!(delete(&own).await, 404);
    let left = desk.left().await;
    assert_eq!(
        left,
        ["roadmap_item.changed", "roadmap_item.evidence_removed", "roadmap_item.evidence_removed"]
    );
}

async fn reviewed_evidence_changes_the_running_draft(place: Place) {
    let mut desk = Desk::new(place, &[("MC-1.1", "some")]).await;
    let item = desk.item("MC-1.1").await;
    let take = format!("{item}/take-over");
    let piece = desk.attach(CONTRIBUTOR, &item, LINK).await;
    let early = desk.post(LEAD, &take, Value::Null).await;
    assert_eq!(
        (early.status.as_u16(), early.body.contains("have it reviewed")),
        (409, true),
        "{}",
        early.body
    );
    assert_eq!(desk.accept(LEAD, &piece).await.status, 200);
    let own = desk.post(LEAD, &take, Value::Null).await;
    assert_eq!((own.status.as_u16(), own.body.contains("ask somebody else")), (409, true), "{}", own.body);
    let before = desk.roadmap().await;
    assert_eq!(
        (&before["roadmap"]["start"]["claimed"], &before["items"][0]["proposed"]),
        (&json!(0), &json!(true))
    );
    desk.left().await;

    let taken = desk.post(CONTRIBUTOR, &take, Value::Null).await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    assert_eq!(
        taken.json(),
        json!({ "assessment": desk.assessment, "started": false, "code": "MC-1.1", "value": "all" })
    );
    assert_eq!(
        desk.left().await,
        ["answer.changed", "evidence.attached", "roadmap_item.changed", "roadmap_item.answered"]
    );
    let answer = desk.get(&format!("/api/v1/assessments/{}/answers/MC-1.1", desk.assessment)).await;
    let contributor = desk.person("contributor").await;
    let lead = desk.person("team-lead").await;
    assert_eq!((&answer["value"], &answer["answered_by"]), (&json!("all"), &json!(contributor)));
    let evidence = &answer["evidence"][0];
    assert_eq!(
        (&evidence["uri"], &evidence["decision"], &evidence["reviewed_by"], &evidence["reviewed_value"]),
        (&json!(LINK), &json!("accepted"), &json!(lead), &json!("all"))
    );
    let after = desk.roadmap().await;
    assert_eq!(after["roadmap"]["start"]["claimed"], 4, "the level has risen");
    let done = &after["items"][0];
    assert_eq!(
        (&done["status"], &done["proposed"], &done["answered_in"]),
        (&json!("done"), &json!(false), &json!(desk.assessment))
    );
    let again = desk.post(CONTRIBUTOR, &take, Value::Null).await;
    assert_eq!(
        (again.status.as_u16(), again.body.contains("updated already")),
        (409, true),
        "{}",
        again.body
    );
    let back = desk.patch(LEAD, &item, json!({ "status": "in_progress" })).await;
    assert!(back.body.contains("lower the answer"), "{}", back.body);
    assert!(desk.left().await.is_empty());
    // The review carries over: locked as it is, the answer is supported in full.
    let path = format!("/api/v1/assessments/{}/submit", desk.assessment);
    assert_eq!(desk.post(LEAD, &path, Value::Null).await.status, 204);
    let result = desk.get(&format!("/api/v1/assessments/{}/result", desk.assessment)).await;
    let cell = &result["dimensions"][0]["cells"][0];
    assert_eq!(cell["supported_score"], json!([1, 1]), "{cell}");
}

async fn reviewed_evidence_opens_the_next_assessment(place: Place) {
    let mut desk = Desk::new(place, &[("MC-1.1", "some")]).await;
    let item = desk.item("MC-1.1").await;
    let first = format!("/api/v1/assessments/{}", desk.assessment);
    assert_eq!(desk.post(LEAD, &format!("{first}/submit"), Value::Null).await.status, 204);
    assert_eq!(desk.post(OFFICER, &format!("{first}/review"), json!({ "lock": true })).await.status, 204);
    let piece = desk.attach(CONTRIBUTOR, &item, LINK).await;
    assert_eq!(desk.accept(OFFICER, &piece).await.status, 200);
    desk.left().await;
    // The organisation's other draft asks other questions. The contributor cannot start an assessment.
    let take = format!("{item}/take-over");
    assert_eq!(desk.post(CONTRIBUTOR, &take, Value::Null).await.status, 403);
    assert_eq!(desk.left().await, ["access.denied"]);
    desk.world.clock.advance(TimeDelta::seconds(5));
    let taken = desk.post(LEAD, &take, Value::Null).await;
    assert_eq!((taken.status.as_u16(), &taken.json()["started"]), (200, &json!(true)), "{}", taken.body);
    let left = desk.left().await;
    assert_eq!(left.first().map(String::as_str), Some("assessment.started"));
    let answers = left.iter().filter(|action| *action == "answer.changed").count();
    assert_eq!(answers, 8, "seven are carried over, one of them is raised: {left:?}");
    assert_eq!(
        left[left.len() - 3..],
        ["evidence.attached", "roadmap_item.changed", "roadmap_item.answered"]
    );
    let next = taken.json()["assessment"].as_str().unwrap().to_owned();
    let whole = desk.get(&format!("/api/v1/assessments/{next}")).await;
    assert_eq!((&whole["state"], &whole["carried_over_from"]), (&json!("draft"), &json!(desk.assessment)));
    assert_eq!(whole["answers"]["MC-1.1"]["value"], "all");
    assert_eq!(whole["answers"]["OP-3.1"]["value"], "automated");
    assert_eq!(desk.get(&first).await["answers"]["MC-1.1"]["value"], "some", "what was locked stays");
    let after = desk.roadmap().await;
    assert_eq!((&after["assessment"], &after["roadmap"]["start"]["claimed"]), (&json!(next), &json!(4)));
}

async fn what_was_answered_and_is_open_again_is_planned_again(place: Place) {
    let mut desk = Desk::new(place, &[("MC-1.1", "some")]).await;
    let item = desk.item("MC-1.1").await;
    let piece = desk.attach(CONTRIBUTOR, &item, LINK).await;
    desk.accept(OFFICER, &piece).await;
    assert_eq!(desk.post(LEAD, &format!("{item}/take-over"), Value::Null).await.status, 200);
    desk.answer("MC-1.1", "none").await;
    desk.left().await;
    let open = desk.roadmap().await;
    assert_eq!((&open["items"][0]["status"], &open["items"][0]["proposed"]), (&json!("done"), &json!(true)));
    assert_eq!(own(&desk.plan(json!({})).await)["items"][0]["status"], "planned");
    assert_eq!(desk.left().await, ["roadmap_item.changed"]);
}

async fn a_dropped_item_is_left_out_of_the_plan(place: Place) {
    let mut desk = Desk::new(place, &[("MC-1.1", "some"), ("OP-1.1", "some")]).await;
    let item = desk.item("MC-1.1").await;
    assert_eq!(codes(&desk.roadmap().await).len(), 2);
    let reason = json!({ "status": "dropped", "comment": "The models are retired in spring." });
    let dropped = desk.patch(CONTRIBUTOR, &item, reason).await;
    assert_eq!((dropped.status.as_u16(), &dropped.json()["phase"]), (200, &Value::Null), "{}", dropped.body);
    assert_eq!(desk.left().await, ["roadmap_item.changed", "roadmap_item.commented"]);
    let without = desk.roadmap().await;
    assert_eq!(codes(&without), ["OP-1.1"]);
    assert_eq!(without["roadmap"]["unreachable"][0]["code"], "MC-1.1");
    let late = desk.post(CONTRIBUTOR, &format!("{item}/evidence"), json!({ "uri": LINK })).await;
    assert_eq!(late.status, 409, "{}", late.body);
    assert_eq!(desk.patch(CONTRIBUTOR, &item, json!({ "status": "done" })).await.status, 422);
    assert_eq!(desk.patch(CONTRIBUTOR, &item, json!({ "status": "planned" })).await.status, 200);
    assert_eq!(codes(&desk.roadmap().await).len(), 2);
}

async fn all_teams_stand_side_by_side(place: Place) {
    let desk = Desk::new(place, &[("MC-1.1", "some")]).await;
    let told = desk.get("/api/v1/organisation/roadmap").await;
    let teams: Vec<&str> =
        told["teams"].as_array().unwrap().iter().map(|team| team["slug"].as_str().unwrap()).collect();
    assert_eq!(teams, ["foreign", "own"]);
    assert_eq!(told["teams"][1]["effort"], json!({ "data-scientist": 4 }));
    let shared = told["shared"].as_array().unwrap();
    assert!(shared.iter().any(|item| item["code"] == "MC-1.1" && item["teams"] == json!(["own"])), "{told}");
    let own = desk.world.send(LEAD, &Method::GET, "/api/v1/organisation/roadmap", "").await.json();
    assert_eq!(own["teams"].as_array().unwrap().len(), 1, "a lead sees the own team");
}

async fn who_answers_for_a_capability_answers_for_its_items(place: Place) {
    let mut desk = Desk::new(place, &[("MC-2.1", "none")]).await;
    desk.item("MC-2.1").await;
    let unowned = async |desk: &Desk| {
        let item = desk.roadmap().await["roadmap"]["phases"][0]["items"][0].clone();
        assert_eq!(item["code"], "MC-2.1");
        let asks = item["reasons"]
            .as_array()
            .unwrap()
            .iter()
            .any(|reason| reason.as_str().unwrap().contains("owner"));
        assert_eq!(item["unowned"].as_bool().unwrap_or(false), asks);
        asks
    };
    assert!(unowned(&desk).await);
    let path = format!("/api/v1/teams/{}/ownership", desk.world.team(Whose::Own));
    let holdings = |part: &str| {
        json!({ "holdings": [{ "person": "contributor@example.org", "role": "data-scientist", "part": part,
            "kind": "capability", "of": "experiments" }] })
    };
    for (part, asks) in [("consulted", true), ("responsible", false)] {
        let set = desk.world.send(LEAD, &Method::PUT, &path, &holdings(part).to_string()).await;
        assert_eq!(set.status, 200, "{}", set.body);
        assert_eq!(unowned(&desk).await, asks, "{part}");
    }
}

async fn what_somebody_leaves_goes_to_somebody_else(place: Place) {
    let mut desk = Desk::new(place, &[("MC-2.1", "none")]).await;
    let item = desk.item("MC-2.1").await;
    let (from, to) = (desk.person("contributor").await, desk.person("team-lead").await);
    desk.patch(LEAD, &item, json!({ "owner": from })).await;
    desk.left().await;
    let hand_over = json!({ "to": to, "teams": ["own"] });
    let path = format!("/api/v1/people/{from}/hand-over");
    let done = desk.post(LEAD, &path, hand_over.clone()).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(
        (&done.json()["teams"][0]["roles"], &done.json()["teams"][0]["items"]),
        (&json!(0), &json!(1))
    );
    assert_eq!(desk.get(&item).await["owner"], json!(to));
    assert_eq!(desk.left().await, ["roadmap_item.changed", "ownership.handed_over"]);
    let again = desk.post(LEAD, &path, hand_over).await;
    assert_eq!(again.json()["teams"][0]["items"], 0);
    assert!(desk.left().await.is_empty(), "nothing was left to hand over");
}
