//! A model goes to another team when a lead of each of the two has confirmed it, and no sooner.

use assay_domain::access::{Role, RoleHeld, Scope};
use assay_server::access::service::roles;
use assay_server::http::Caller;
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::{Answer, Who, Whose, World};
use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};

const MODEL: &str = "/api/v1/models/own-model";

on_both_engines!(a_lead_of_each_team_confirms_a_move, where_a_team_has_no_other_lead_an_officer_confirms);

struct Desk {
    world: World,
}

impl Desk {
    async fn on(place: Place) -> Self {
        let desk = Self { world: World::on(place).await };
        let own = RoleHeld { role: Role::TeamLead, team: Some(desk.world.team(Whose::Own)) };
        let mover = desk.world.add_person("mover", own).await;
        let also = RoleHeld { role: Role::Contributor, team: Some(desk.world.team(Whose::Foreign)) };
        roles::grant(&desk.world.app, &Caller::system(&desk.world.app), mover, also).await.unwrap();
        desk
    }

    /// Somebody signed in asks.
    async fn ask(&self, name: &str, method: Method, path: &str, body: Value) -> Answer {
        let cookie = format!("assay-session={}", self.world.sign_in(name).await);
        let request = Request::builder().method(method).uri(path).header(header::COOKIE, cookie);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.world.send_raw(request.body(Body::from(body)).unwrap()).await
    }

    async fn propose(&self) -> String {
        let wanted = json!({ "team": "foreign", "reason": "They run it." });
        let asked = self.ask("mover", Method::PATCH, MODEL, wanted).await;
        assert_eq!(asked.status, 200, "{}", asked.body);
        let listed = self.ask("mover", Method::GET, "/api/v1/proposals?kind=model-moved", Value::Null).await;
        listed.json()["items"][0]["id"].as_str().unwrap_or_else(|| panic!("{}", listed.body)).to_owned()
    }

    async fn confirm(&self, name: &str, proposal: &str) -> Answer {
        self.ask(name, Method::POST, &format!("/api/v1/proposals/{proposal}/confirm"), Value::Null).await
    }

    async fn team(&self) -> String {
        let officer = Who::Person(Role::ComplianceOfficer);
        let model = self.world.send(officer, &Method::GET, MODEL, "").await.json();
        model["team"].as_str().unwrap().to_owned()
    }
}

async fn a_lead_of_each_team_confirms_a_move(place: Place) {
    let desk = Desk::on(place).await;
    let [own, foreign] = [Whose::Own, Whose::Foreign].map(|whose| desk.world.team(whose));
    desk.world.add_person("theirs", RoleHeld { role: Role::TeamLead, team: Some(foreign) }).await;

    let (_, token) = desk.world.add_service("anywhere", &[Scope::ModelsWrite], None).await;
    let request = Request::patch(MODEL).header(header::AUTHORIZATION, format!("Bearer {token}"));
    let request = request.header(header::CONTENT_TYPE, "application/json");
    let by_token = desk.world.send_raw(request.body(Body::from(r#"{"team":"foreign"}"#)).unwrap()).await;
    assert_eq!(
        (by_token.status.as_u16(), by_token.body.contains("by people")),
        (409, true),
        "{}",
        by_token.body
    );

    let proposal = desk.propose().await;
    let again = desk.ask("mover", Method::PATCH, MODEL, json!({ "team": "foreign" })).await;
    assert_eq!(again.status, 409, "{}", again.body);
    for nobody in ["mover", "compliance-officer", "contributor", "admin"] {
        let refused = desk.confirm(nobody, &proposal).await;
        assert!([403, 404, 409].contains(&refused.status.as_u16()), "{nobody}: {}", refused.body);
    }
    let shown = desk.ask("team-lead", Method::GET, &format!("/proposals/{proposal}"), Value::Null).await;
    assert!(shown.body.contains("approvals of its versions end"), "{}", shown.body);
    let first = desk.confirm("team-lead", &proposal).await;
    assert_eq!(first.status, 200, "{}", first.body);
    assert_eq!(desk.team().await, own.to_string(), "one of the two is not enough");
    assert!(!desk.world.actions().await.contains(&"model.moved".to_owned()));
    let second = desk.confirm("theirs", &proposal).await;
    assert_eq!(second.status, 200, "{}", second.body);
    assert_eq!(desk.team().await, foreign.to_string());
    assert!(desk.world.actions().await.contains(&"model.moved".to_owned()));
}

async fn where_a_team_has_no_other_lead_an_officer_confirms(place: Place) {
    let desk = Desk::on(place).await;
    let proposal = desk.propose().await;
    let first = desk.confirm("team-lead", &proposal).await;
    assert_eq!(first.status, 200, "{}", first.body);
    let second = desk.confirm("compliance-officer", &proposal).await;
    assert_eq!(second.status, 200, "{}", second.body);
    assert_eq!(desk.team().await, desk.world.team(Whose::Foreign).to_string());
}
