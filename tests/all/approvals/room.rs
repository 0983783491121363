//! A team with a model of the tier limited, everything that its policy asks for, and people with the job roles it names:
//! the lead knows the craft, the approver answers for the product, the contributor made the version and asks.

use assay_domain::access::{Role, RoleHeld};
use assay_domain::ownership::{Held, Thing, Wish};
use assay_server::access::service::people;
use assay_server::access::service::subjects::{self, NewSubject};
use assay_server::http::{Caller, IfMatch};
use assay_server::models::service::find;
use assay_server::ownership::service as ownership;
use assay_tests::storage::Place;
use assay_tests::world::{Answer, Who, Whose, World};
use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};
use uuid::Uuid;

pub(super) const LEAD: Who = Who::Person(Role::TeamLead);
pub(super) const CONTRIBUTOR: Who = Who::Person(Role::Contributor);
pub(super) const APPROVER: Who = Who::Person(Role::Approver);
pub(super) const OFFICER: Who = Who::Person(Role::ComplianceOfficer);
pub(super) const VIEWER: Who = Who::Person(Role::Viewer);
pub(super) const MACHINE: Who = Who::TeamMachine;

/// The version whose approval is asked for.
pub(super) const VERSION: &str = "/models/fraud/versions/1";

/// The room, with how much of its record was looked at.
pub(super) struct Room {
    pub(super) world: World,
    seen: usize,
}

pub(super) fn digest(digit: char) -> String {
    format!("sha256:{}", digit.to_string().repeat(64))
}

impl Room {
    /// The room, with nothing asked for yet.
    pub(super) async fn new(place: Place) -> Self {
        let world = World::on(place).await;
        let mut room = Self { world, seen: 0 };
        room.furnish().await;
        room.left().await;
        room
    }

    async fn furnish(&self) {
        self.post(CONTRIBUTOR, "/models", json!({ "name": "fraud", "team": "own" })).await;
        self.tier("fraud", &["talks-to-people"]).await;
        let version = json!({ "version": "1", "artefact_digest": digest('a') });
        self.post(CONTRIBUTOR, "/models/fraud/versions", version).await;
        self.evidence("evaluation", 'e').await;
        self.evidence("model-card", 'c').await;
        let held = |person: &str, role: &str, part: &str| json!({ "person": format!("{person}@example.org"), "role": role, "part": part, "kind": "model", "of": "fraud" });
        self.own(json!([
            held("team-lead", "ml-engineer", "accountable"),
            held("approver", "product-manager", "responsible"),
            held("contributor", "data-scientist", "responsible"),
        ]))
        .await;
    }

    /// Who holds what in the team from now on, by the installation's own word: nobody has to confirm it.
    pub(super) async fn own(&self, holdings: Value) {
        let app = &self.world.app;
        let mut wishes = Vec::new();
        for one in holdings.as_array().unwrap() {
            let word = |field: &str| one[field].as_str().unwrap();
            let person = people::find(&mut app.db.read().await.unwrap(), word("person")).await.unwrap().id;
            let thing = Thing::new(word("kind").parse().unwrap(), word("of"));
            let (role, part) = (word("role").to_owned(), word("part").parse().unwrap());
            let until = one["until"].as_str().map(|day| day.parse().unwrap());
            wishes.push(Wish { held: Held { thing, role, person, part }, until });
        }
        ownership::set(app, &Caller::system(app), "own", None, wishes, IfMatch(None)).await.unwrap();
    }

    /// Answers the questions about risk: yes to these, no to all others.
    pub(super) async fn tier(&self, model: &str, yes: &[&str]) {
        let questions = self.get(LEAD, "/risk-questions").await;
        let answer = |id: &str| if yes.contains(&id) { "yes" } else { "no" };
        let ids = questions["questions"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap());
        let answers: serde_json::Map<_, _> = ids.map(|id| (id.to_owned(), json!(answer(id)))).collect();
        let path = format!("/models/{model}");
        let change = json!({ "risk_answers": answers, "reason": "It changed.", "ends_approval": true });
        let changed = self.ask(CONTRIBUTOR, Method::PATCH, &path, change).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        self.world.confirm_tiers().await;
    }

    /// Attaches evidence of a kind; gives its id.
    pub(super) async fn evidence(&self, kind: &str, digit: char) -> String {
        let body = json!({ "kind": kind, "title": kind, "uri": "https://wiki.example/shown",
            "sha256": digit.to_string().repeat(64), "made_on": "2024-10-01",
            "ends_approval": true });
        let piece = self.post(CONTRIBUTOR, &format!("{VERSION}/evidence"), body).await;
        piece["id"].as_str().unwrap().to_owned()
    }

    pub(super) async fn ask(&self, who: Who, method: Method, path: &str, body: Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.world.send(who, &method, &format!("/api/v1{path}"), &body).await
    }

    pub(super) async fn get(&self, who: Who, path: &str) -> Value {
        let answer = self.ask(who, Method::GET, path, Value::Null).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    pub(super) async fn post(&self, who: Who, path: &str, body: Value) -> Value {
        let answer = self.ask(who, Method::POST, path, body).await;
        assert!(answer.status.is_success(), "{path}: {} {}", answer.status, answer.body);
        answer.json()
    }

    /// Asks for an approval; gives the request.
    pub(super) async fn request(&self, who: Who, environment: &str) -> Asked {
        let body = json!({ "environment": environment, "note": "passed every test" });
        Asked::of(&self.post(who, &format!("{VERSION}/approval-requests"), body).await)
    }

    /// Asks for a renewal of what is approved; gives the request.
    pub(super) async fn renewal(&self, who: Who, environment: &str) -> Asked {
        let body = json!({ "environment": environment, "renew": true });
        Asked::of(&self.post(who, &format!("{VERSION}/approval-requests"), body).await)
    }

    /// Whether the gate lets the version through, and by which code.
    pub(super) async fn gate(&self, environment: &str) -> (bool, String) {
        let path = format!("/gate?model=fraud&version=1&environment={environment}");
        let answer = self.get(OFFICER, &path).await;
        (answer["allowed"] == true, answer["reasons"][0]["code"].as_str().unwrap_or_default().to_owned())
    }

    pub(super) async fn look(&self, request: &Asked) -> Value {
        self.get(OFFICER, &request.path("")).await
    }

    pub(super) async fn state(&self, request: &Asked) -> String {
        self.look(request).await["state"].as_str().unwrap().to_owned()
    }

    /// Tries to decide about a request as it is now.
    pub(super) async fn decide(&self, who: Who, request: &Asked, step: &str, decision: &str) -> Answer {
        let bound = self.look(request).await["bound_sha256"].clone();
        let body =
            json!({ "step": step, "decision": decision, "reason": "looked at it", "bound_sha256": bound });
        self.ask(who, Method::POST, &request.path("/decisions"), body).await
    }

    /// Both decisions that the policy asks for.
    pub(super) async fn approve(&self, request: &Asked) {
        for (who, step) in [(LEAD, "craft"), (APPROVER, "product")] {
            let answer = self.decide(who, request, step, "approved").await;
            assert_eq!(answer.status, 200, "{step}: {}", answer.body);
        }
        assert_eq!(self.state(request).await, "approved");
    }

    /// The actions that came on the record since the last look.
    pub(super) async fn left(&mut self) -> Vec<String> {
        let mut actions = self.world.actions().await;
        let new = actions.split_off(self.seen);
        self.seen += new.len();
        new
    }

    /// The id of the version.
    pub(super) async fn version(&self) -> Uuid {
        let mut conn = self.world.app.db.read().await.unwrap();
        find(&mut conn, "fraud", "1").await.unwrap().version.id
    }

    /// Adds somebody to the team, who can sign in.
    pub(super) async fn somebody(&self, name: &str, role: Role) -> Somebody {
        let held = RoleHeld { role, team: Some(self.world.team(Whose::Own)) };
        let id = self.world.add_person(name, held).await;
        Somebody { id, cookie: self.world.sign_in(name).await }
    }

    /// Puts on record that another system knows somebody by a name.
    pub(super) async fn known_as(&self, person: Uuid, issuer: &str, subject: &str) {
        let new = NewSubject { issuer: issuer.to_owned(), subject: subject.to_owned() };
        let system = Caller::system(&self.world.app);
        subjects::add(&self.world.app, &system, person, new).await.unwrap();
    }

    /// Somebody of the world, as services take them.
    pub(super) fn caller(&self, who: Who) -> Caller {
        let principal = self.world.principal(who).unwrap().clone();
        Caller { principal, ..Caller::system(&self.world.app) }
    }

    /// The id of somebody of the world.
    pub(super) fn id(&self, who: Who) -> Uuid {
        self.world.principal(who).unwrap().actor.id()
    }
}

/// Somebody who was added.
pub(super) struct Somebody {
    pub(super) id: Uuid,
    cookie: String,
}

impl Somebody {
    pub(super) async fn send(&self, room: &Room, method: &Method, path: &str, body: &str) -> Answer {
        let kind =
            if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
        let request = Request::builder().method(method).uri(path);
        let request = request.header(header::COOKIE, format!("assay-session={}", self.cookie));
        let request = request.header(header::CONTENT_TYPE, kind).body(Body::from(body.to_owned())).unwrap();
        room.world.send_raw(request).await
    }

    /// Tries to decide about a request as it is now, over the API.
    pub(super) async fn decide(&self, room: &Room, request: &Asked, step: &str, more: Value) -> Answer {
        let bound = room.look(request).await["bound_sha256"].clone();
        let mut body = json!({ "step": step, "decision": "approved", "bound_sha256": bound });
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        let path = format!("/api/v1{}", request.path("/decisions"));
        self.send(room, &Method::POST, &path, &body.to_string()).await
    }
}

/// A request that was made.
pub(super) struct Asked {
    pub(super) id: Uuid,
}

impl Asked {
    pub(super) fn of(body: &Value) -> Self {
        Self { id: body["id"].as_str().unwrap().parse().unwrap() }
    }

    /// Its path in the API.
    pub(super) fn path(&self, rest: &str) -> String {
        format!("/approval-requests/{}{rest}", self.id)
    }
}

/// The rule that a problem names.
pub(super) fn rule(answer: &Answer) -> String {
    let kind = answer.json()["type"].as_str().unwrap_or_default().to_owned();
    kind.rsplit(':').next().unwrap_or_default().to_owned()
}

/// That an answer is a refusal by this rule.
#[track_caller]
pub(super) fn refused(answer: &Answer, status: u16, by: &str) {
    assert_eq!((answer.status.as_u16(), rule(answer)), (status, by.to_owned()), "{}", answer.body);
}
