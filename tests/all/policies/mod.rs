//! Approval policies: in force from the start, changed by two people, on both engines; who somebody is, and who decides for
//! whom while they are away. `pages` walks the same in a browser.

mod delegations;
mod pages;
mod people;

use assay_domain::access::{Role, RoleHeld, Scope};
use assay_domain::approvals::PolicyRef;
use assay_domain::models::Tier;
use assay_server::http::Caller;
use assay_server::policies::service::{self, by_reference, deciding};
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::{Answer, Who, World, policy};
use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};

const ADMIN: Who = Who::Person(Role::Admin);
const OFFICER: Who = Who::Person(Role::ComplianceOfficer);

on_both_engines!(
    what_ships_is_in_force_from_the_start_and_only_once,
    one_person_proposes_and_another_confirms,
    nobody_confirms_the_own_proposal_under_whatever_account,
    a_text_with_mistakes_is_refused_by_line_and_rule,
    what_contradicts_the_others_or_the_past_is_refused,
    a_policy_that_nobody_could_satisfy_is_refused,
    taking_a_policy_out_of_force_needs_two_as_well,
    a_proposal_ends_once,
    machines_propose_nothing,
    only_one_of_two_that_confirm_at_once_does,
);

/// A world, and what was on record when it was made.
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

    async fn post(&self, who: Who, path: &str, body: Value) -> Answer {
        self.world.send(who, &Method::POST, &format!("/api/v1{path}"), &body.to_string()).await
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.world.send(OFFICER, &Method::GET, &format!("/api/v1{path}"), "").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    async fn propose(&self, who: Who, source: &str) -> Answer {
        self.post(who, "/policies", json!({ "source": source, "reason": "The audit asked for it." })).await
    }

    /// Proposes as who sends the text alone.
    async fn propose_text(&self, source: String) -> Answer {
        let request = self.world.request(ADMIN, &Method::POST, "/api/v1/policies");
        let request = request.header(header::CONTENT_TYPE, "application/toml").body(Body::from(source));
        self.world.send_raw(request.unwrap()).await
    }

    /// Proposes what must be fine, and gives its id.
    async fn proposed(&self, who: Who, source: &str) -> String {
        let answer = self.propose(who, source).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    async fn decide(&self, who: Who, proposal: &str, how: &str) -> Answer {
        let body = if how == "reject" { json!({ "reason": "Not now." }) } else { json!({}) };
        self.post(who, &format!("/proposals/{proposal}/{how}"), body).await
    }

    /// The version that decides about deploying there.
    async fn decides(&self, environment: &str, tier: Tier) -> Option<String> {
        let mut conn = self.world.app.db.read().await.unwrap();
        let policy = deciding(&mut conn, environment, tier).await.unwrap();
        policy.map(|policy| format!("{} {}", policy.id, policy.version))
    }

    /// What came on the record since the last look.
    async fn left(&mut self) -> Vec<String> {
        let mut actions = self.world.actions().await;
        let new = actions.split_off(self.seen);
        self.seen += new.len();
        new.into_iter().filter(|action| action != "session.started").collect()
    }
}

/// The rule that an answer names.
fn rule(answer: &Answer) -> String {
    let kind = answer.json()["type"].as_str().unwrap_or_default().to_owned();
    format!("{} {}", answer.status.as_u16(), kind.trim_start_matches("urn:assay:problem:"))
}

/// What an answer says about the text.
fn messages(answer: &Answer) -> Vec<String> {
    let errors = answer.json()["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| error["message"].as_str().unwrap_or_default().to_owned()).collect()
}

/// The small policy with another version.
fn version(id: &str, version: &str) -> String {
    policy(id).replace("\"1.0.0\"", &format!("\"{version}\""))
}

async fn what_ships_is_in_force_from_the_start_and_only_once(place: Place) {
    let mut desk = Desk::on(place).await;
    for tier in Tier::ALL {
        let version = if *tier >= Tier::High { "1.1.0" } else { "1.0.0" };
        assert_eq!(desk.decides("production", *tier).await, Some(format!("{tier} {version}")));
    }
    let system = Caller::system(&desk.world.app);
    service::bring_shipped_into_force(&desk.world.app, &system).await.unwrap();
    assert_eq!(desk.left().await, [""; 0], "a second start changes nothing");
    let listed = desk.get("/policies").await;
    let ids: Vec<_> = listed["items"].as_array().unwrap().iter().map(|one| one["policy"].clone()).collect();
    assert_eq!(ids, ["critical", "high", "limited", "minimal"]);
    let high = desk.get("/policies/high/1.1.0").await;
    assert_eq!(high["document"]["steps"][0]["count"], 2);
    let text = desk.world.send(OFFICER, &Method::GET, "/api/v1/policies/high/1.1.0/policy.toml", "").await;
    assert_eq!((text.status.as_u16(), text.body.as_str()), (200, high["source"].as_str().unwrap()));
    assert_eq!(text.headers[header::CONTENT_TYPE], "application/toml");
}

async fn one_person_proposes_and_another_confirms(place: Place) {
    let mut desk = Desk::on(place).await;
    let first = desk.proposed(ADMIN, &policy("staging")).await;
    assert_eq!(desk.decides("staging", Tier::Minimal).await, Some("minimal 1.0.0".to_owned()));
    let answer = desk.decide(OFFICER, &first, "confirm").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["decided_by"]["name"], "compliance-officer");
    assert_eq!(desk.decides("staging", Tier::Minimal).await, Some("staging 1.0.0".to_owned()));
    assert_eq!(desk.decides("production", Tier::Minimal).await, Some("minimal 1.0.0".to_owned()));
    assert_eq!(desk.decides("staging", Tier::High).await, Some("high 1.1.0".to_owned()));
    let next = desk.proposed(OFFICER, &version("staging", "1.1.0")).await;
    assert_eq!(desk.decide(ADMIN, &next, "confirm").await.status, 200);
    assert_eq!(desk.decides("staging", Tier::Minimal).await, Some("staging 1.1.0".to_owned()));
    assert_eq!(
        desk.left().await,
        [
            "proposal.made",
            "proposal.confirmed",
            "policy.confirmed",
            "proposal.made",
            "proposal.confirmed",
            "policy.confirmed"
        ]
    );
    let shown = desk.get("/policies/staging").await;
    assert_eq!(shown["in_force"]["version"], "1.1.0");
    assert_eq!(shown["versions"][1]["until"], shown["versions"][0]["since"]);
    let known = PolicyRef {
        id: "staging".to_owned(),
        version: "1.0.0".parse().unwrap(),
        sha256: shown["versions"][1]["sha256"].as_str().unwrap().to_owned(),
    };
    let mut conn = desk.world.app.db.read().await.unwrap();
    assert!(by_reference(&mut conn, &known).await.unwrap().is_some_and(|policy| policy.is(&known)));
    let other = PolicyRef { sha256: "0".repeat(64), ..known };
    assert_eq!(by_reference(&mut conn, &other).await.unwrap(), None);
}

async fn nobody_confirms_the_own_proposal_under_whatever_account(place: Place) {
    let mut desk = Desk::on(place).await;
    let proposal = desk.proposed(ADMIN, &policy("staging")).await;
    for how in ["confirm", "reject"] {
        assert_eq!(rule(&desk.decide(ADMIN, &proposal, how).await), "403 self_confirmation");
    }
    assert_eq!(desk.left().await, ["proposal.made", "access.denied", "access.denied"]);
    // A second account of the same person: the pipelines know both by one name.
    let officer = RoleHeld { role: Role::ComplianceOfficer, team: None };
    let twin = desk.world.add_person("ada-again", officer).await;
    let person = desk.world.principal(ADMIN).and_then(|admin| admin.person()).unwrap();
    for account in [person, twin] {
        desk.world.link(account, "github-actions", "ada").await;
    }
    let cookie = desk.world.sign_in("ada-again").await;
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("/api/v1/proposals/{proposal}/confirm"))
        .header(header::COOKIE, format!("assay-session={cookie}"));
    let answer = desk.world.send_raw(request.body(Body::empty()).unwrap()).await;
    assert_eq!(rule(&answer), "403 same_person", "{}", answer.body);
    assert_eq!(desk.decides("staging", Tier::Minimal).await, Some("minimal 1.0.0".to_owned()));
    assert_eq!(rule(&desk.decide(OFFICER, &proposal, "withdraw").await), "403 not_the_proposer");
}

async fn a_text_with_mistakes_is_refused_by_line_and_rule(place: Place) {
    let mut desk = Desk::on(place).await;
    let fine = policy("staging");
    for (from, to, expected) in [
        ("count = 1", "count = 0", "Line 16, column 9: steps[0].count: nobody_asked: "),
        ("open_days = 30", "open_days = 0", "Line 7, column 13: open_days: out_of_range: "),
        ("\"compliance-officer\"", "\"officer\"", "Line 15, column 10: steps[0].roles[0]: unknown_role: "),
        ("count = 1", "count =", "Line 16, column"),
        ("title = \"staging\"", "titel = \"staging\"", "Line 3, column 1: titel: "),
    ] {
        let answer = desk.propose(ADMIN, &fine.replacen(from, to, 1)).await;
        assert_eq!(rule(&answer), "422 invalid", "{}", answer.body);
        assert_eq!(answer.json()["errors"][0]["pointer"], "/source");
        assert!(messages(&answer)[0].starts_with(expected), "{expected}: {:?}", messages(&answer));
    }
    let several = fine.replace("count = 1", "count = 0").replace("open_days = 30", "open_days = 0");
    assert_eq!(messages(&desk.propose(ADMIN, &several).await).len(), 2, "all mistakes at once");
    // The text alone is as good as JSON around it.
    let answer = desk.propose_text(fine.replace("count = 1", "count = 0")).await;
    assert_eq!(answer.json()["errors"][0]["pointer"], "");
    assert_eq!(desk.left().await, [""; 0], "nothing was stored");
    assert_eq!(desk.propose_text(fine).await.status, 201);
}

async fn what_contradicts_the_others_or_the_past_is_refused(place: Place) {
    let mut desk = Desk::on(place).await;
    let everywhere = policy("other").replace("[\"other\"]", "[\"*\"]");
    assert_eq!(rule(&desk.propose(ADMIN, &everywhere).await), "409 two_policies");
    let proposal = desk.proposed(ADMIN, &version("staging", "1.1.0")).await;
    assert_eq!(rule(&desk.propose(OFFICER, &version("staging", "1.2.0")).await), "409 proposal_waiting");
    assert_eq!(desk.decide(OFFICER, &proposal, "confirm").await.status, 200);
    for lower in ["1.1.0", "1.0.9"] {
        let answer = desk.propose(ADMIN, &version("staging", lower)).await;
        assert_eq!(rule(&answer), "409 version_not_higher", "{}", answer.body);
    }
    // What was fine when it was proposed need not be when it is confirmed.
    let (one, other) = (policy("one").replace("[\"one\"]", "[\"shared\"]"), policy("two"));
    let one = desk.proposed(ADMIN, &one).await;
    let other = desk.proposed(ADMIN, &other.replace("[\"two\"]", "[\"shared\"]")).await;
    assert_eq!(desk.decide(OFFICER, &one, "confirm").await.status, 200);
    desk.left().await;
    assert_eq!(rule(&desk.decide(OFFICER, &other, "confirm").await), "409 two_policies");
    assert_eq!(desk.left().await, [""; 0]);
    assert_eq!(desk.get(&format!("/proposals/{other}")).await["state"], "waiting");
}

async fn a_policy_that_nobody_could_satisfy_is_refused(place: Place) {
    let mut desk = Desk::on(place).await;
    let two = policy("staging").replace("count = 1", "count = 2");
    let answer = desk.propose(ADMIN, &two).await;
    assert_eq!(rule(&answer), "409 never_satisfied");
    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("In own, the step `compliance` needs 2"), "{detail}");
    assert_eq!(desk.left().await, [""; 0]);
    // The same person with two accounts is one person here, too.
    let officer = RoleHeld { role: Role::ComplianceOfficer, team: None };
    let twin = desk.world.add_person("officer-again", officer).await;
    desk.world.link(twin, "email", "compliance-officer@example.org").await;
    assert_eq!(rule(&desk.propose(ADMIN, &two).await), "409 never_satisfied");
    desk.world.add_person("another-officer", officer).await;
    let proposal = desk.proposed(ADMIN, &two).await;
    // Nobody asks for approvals in the other team, so its people cannot.
    let shown = desk.get(&format!("/proposals/{proposal}")).await;
    let teams: Vec<_> =
        shown["details"]["cannot_satisfy"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(teams, ["foreign"]);
}

async fn taking_a_policy_out_of_force_needs_two_as_well(place: Place) {
    let mut desk = Desk::on(place).await;
    let answer = desk.post(ADMIN, "/policies/high/retire", json!({ "reason": "Nobody needs it." })).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let body = answer.json();
    assert_eq!((&body["kind"], &body["from"]), (&json!("policy-out-of-force"), &json!("1.1.0")));
    let id = body["id"].as_str().unwrap();
    assert_eq!(rule(&desk.decide(ADMIN, id, "confirm").await), "403 self_confirmation");
    assert_eq!(desk.decide(OFFICER, id, "confirm").await.status, 200);
    assert_eq!(
        desk.decides("production", Tier::High).await,
        None,
        "where nobody decides nothing may be deployed"
    );
    assert_eq!(desk.decides("production", Tier::Limited).await, Some("limited 1.0.0".to_owned()));
    assert_eq!(desk.get("/policies/high").await["in_force"], Value::Null);
    let again = desk.post(ADMIN, "/policies/high/retire", json!({})).await;
    assert_eq!(rule(&again), "409 not_in_force");
    assert_eq!(desk.post(ADMIN, "/policies/none/retire", json!({})).await.status, 404);
    assert_eq!(
        desk.left().await,
        ["proposal.made", "access.denied", "proposal.confirmed", "policy.confirmed"]
    );
}

async fn a_proposal_ends_once(place: Place) {
    let mut desk = Desk::on(place).await;
    let turned_down = desk.proposed(ADMIN, &policy("one")).await;
    let answer = desk.post(OFFICER, &format!("/proposals/{turned_down}/reject"), json!({})).await;
    assert_eq!(
        (rule(&answer).as_str(), &answer.json()["errors"][0]["pointer"]),
        ("422 invalid", &json!("/reason"))
    );
    assert_eq!(desk.decide(OFFICER, &turned_down, "reject").await.json()["note"], "Not now.");
    let withdrawn = desk.proposed(ADMIN, &policy("two")).await;
    assert_eq!(desk.decide(ADMIN, &withdrawn, "withdraw").await.status, 200);
    for (proposal, how) in [(&turned_down, "confirm"), (&withdrawn, "confirm"), (&withdrawn, "reject")] {
        assert_eq!(rule(&desk.decide(OFFICER, proposal, how).await), "409 proposal_closed");
    }
    assert_eq!(rule(&desk.decide(ADMIN, &turned_down, "withdraw").await), "409 proposal_closed");
    assert_eq!(
        desk.left().await,
        ["proposal.made", "proposal.rejected", "proposal.made", "proposal.withdrawn"]
    );
    let waiting = desk.get("/proposals?state=waiting&limit=2").await;
    assert_eq!(waiting["items"].as_array().unwrap().len(), 2, "those of the world");
    let next = waiting["next"].as_str().unwrap();
    let rest = desk.get(&format!("/proposals?state=waiting&after={next}")).await;
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next"]), (2, &Value::Null));
}

async fn machines_propose_nothing(place: Place) {
    let desk = Desk::on(place).await;
    let (_, token) = desk.world.add_service("robot", &[Scope::Admin], None).await;
    let send = |path: &str, body: Value| {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("/api/v1{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json");
        desk.world.send_raw(request.body(Body::from(body.to_string())).unwrap())
    };
    let proposed = send("/policies", json!({ "source": policy("staging") })).await;
    assert_eq!(rule(&proposed), "403 proposed_by_machine");
    assert_eq!(rule(&send("/policies/high/retire", json!({})).await), "403 proposed_by_machine");
    let proposal = desk.proposed(ADMIN, &policy("staging")).await;
    let confirmed = send(&format!("/proposals/{proposal}/confirm"), json!({})).await;
    assert_eq!(rule(&confirmed), "403 proposed_by_machine", "no scope lets a token confirm");
}

async fn only_one_of_two_that_confirm_at_once_does(place: Place) {
    let mut desk = Desk::on(place).await;
    let officer = RoleHeld { role: Role::ComplianceOfficer, team: None };
    desk.world.add_person("second-officer", officer).await;
    let cookie = desk.world.sign_in("second-officer").await;
    let proposal = desk.proposed(ADMIN, &policy("staging")).await;
    desk.left().await;
    let path = format!("/api/v1/proposals/{proposal}/confirm");
    let request = Request::builder().method(Method::POST).uri(&path);
    let request = request.header(header::COOKIE, format!("assay-session={cookie}")).body(Body::empty());
    let (one, other) =
        tokio::join!(desk.decide(OFFICER, &proposal, "confirm"), desk.world.send_raw(request.unwrap()));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(desk.left().await, ["proposal.confirmed", "policy.confirmed"]);
}
