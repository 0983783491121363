//! Risk tiers: who sets them, who confirms them, and which one decides meanwhile. On both engines, over the API.

use assay_domain::access::{Role, Scope};
use assay_domain::models::Tier;
use assay_server::http::Caller;
use assay_server::models::service::bound::bound_inputs;
use assay_server::models::service::{find, record_upgrade};
use assay_server::{execute, fetch_all};
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::{Answer, Who, Whose, World};
use axum::body::Body;
use axum::http::{Method, Request, header};
use futures::FutureExt;
use serde_json::{Value, json};

const CONTRIBUTOR: Who = Who::Person(Role::Contributor);
const LEAD: Who = Who::Person(Role::TeamLead);
const OFFICER: Who = Who::Person(Role::ComplianceOfficer);
const HIGH: &[&str] = &["essential-services"];

on_both_engines!(
    nothing_is_deployed_before_somebody_else_confirmed_the_first_tier,
    a_lower_tier_waits_for_an_officer_and_the_higher_one_decides,
    a_raise_decides_at_once_and_whoever_raised_does_not_undo_it,
    machines_answer_only_with_a_scope_of_their_own_and_never_lower,
    one_artifact_has_the_highest_confirmed_tier_of_its_models,
    a_registration_elsewhere_closes_nothing_until_an_officer_says_so,
    tiers_from_before_the_upgrade_count_and_are_on_record_once,
);

struct Desk(World);

impl Desk {
    async fn new(place: Place) -> Self {
        Self(World::on(place).await)
    }

    async fn ask(&self, who: Who, method: Method, path: &str, body: Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.0.send(who, &method, &format!("/api/v1{path}"), &body).await
    }

    async fn get(&self, who: Who, path: &str) -> Value {
        let answer = self.ask(who, Method::GET, path, Value::Null).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        answer.json()
    }

    async fn done(&self, who: Who, path: &str, body: Value) -> Value {
        let answer = self.ask(who, Method::POST, path, body).await;
        assert!(answer.status.is_success(), "{path}: {} {}", answer.status, answer.body);
        answer.json()
    }

    /// Yes to these questions, no to all others.
    async fn answers(&self, yes: &[&str]) -> Value {
        let questions = self.get(LEAD, "/risk-questions").await;
        let ids = questions["questions"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap());
        let answer = |id: &str| json!(if yes.contains(&id) { "yes" } else { "no" });
        ids.map(|id| (id.to_owned(), answer(id))).collect::<serde_json::Map<_, _>>().into()
    }

    async fn model(&self, name: &str, yes: &[&str]) -> Value {
        let body = json!({ "name": name, "team": "own", "risk_answers": self.answers(yes).await });
        self.done(CONTRIBUTOR, "/models", body).await
    }

    async fn classify(&self, who: Who, name: &str, yes: &[&str], reason: &str) -> Answer {
        let body = json!({ "risk_answers": self.answers(yes).await, "reason": reason });
        self.ask(who, Method::PATCH, &format!("/models/{name}"), body).await
    }

    async fn version(&self, model: &str, digit: char) -> Value {
        let digest = format!("sha256:{}", digit.to_string().repeat(64));
        let body = json!({ "version": "1", "artefact_digest": digest });
        self.done(CONTRIBUTOR, &format!("/models/{model}/versions"), body).await
    }

    /// The one proposal of the kind that waits.
    async fn waiting(&self, kind: &str) -> String {
        let found = self.get(OFFICER, &format!("/proposals?state=waiting&kind={kind}")).await;
        let items = found["items"].as_array().unwrap();
        assert_eq!(items.len(), 1, "{found}");
        items[0]["id"].as_str().unwrap().to_owned()
    }

    async fn decide(&self, who: Who, proposal: &str, how: &str) -> Answer {
        let body = if how == "reject" { json!({ "reason": "A mistake." }) } else { json!({}) };
        self.ask(who, Method::POST, &format!("/proposals/{proposal}/{how}"), body).await
    }

    /// Confirms the first tier of the one model that waits.
    async fn confirm_first(&self) {
        let proposal = self.waiting("first-tier").await;
        let answer = self.decide(LEAD, &proposal, "confirm").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    async fn tier(&self, model: &str) -> Option<Tier> {
        let mut conn = self.0.app.db.read().await.unwrap();
        let id = find(&mut conn, model, "1").await.unwrap().version.id;
        bound_inputs(&mut conn, id).await.unwrap().tier
    }

    /// The codes of the gate's reasons.
    async fn gate(&self, model: &str) -> Vec<String> {
        let path = format!("/gate?model={model}&version=1&environment=production");
        let answer = self.get(LEAD, &path).await;
        assert_eq!(answer["allowed"], false, "{answer}");
        let reasons = answer["reasons"].as_array().unwrap().iter();
        reasons.map(|reason| reason["code"].as_str().unwrap().to_owned()).collect()
    }
}

fn rule(answer: &Answer) -> String {
    let kind = answer.json()["type"].as_str().unwrap_or_default().to_owned();
    format!("{} {}", answer.status.as_u16(), kind.trim_start_matches("urn:assay:problem:"))
}

async fn nothing_is_deployed_before_somebody_else_confirmed_the_first_tier(place: Place) {
    let desk = Desk::new(place).await;
    let model = desk.model("credit", &[]).await;
    assert_eq!((&model["tier"], &model["tier_confirmed"]), (&json!("minimal"), &json!(false)));
    desk.version("credit", 'a').await;
    assert!(desk.gate("credit").await.contains(&"tier_unconfirmed".to_owned()));
    let emergency = json!({ "environment": "production", "emergency": { "reason": "It burns." } });
    let path = "/models/credit/versions/1/approval-requests";
    let declared = desk.ask(LEAD, Method::POST, path, emergency).await;
    assert_eq!(rule(&declared), "409 tier_unconfirmed", "{}", declared.body);
    let proposal = desk.waiting("first-tier").await;
    assert_eq!(rule(&desk.decide(CONTRIBUTOR, &proposal, "confirm").await), "403 self_confirmation");
    assert_eq!(rule(&desk.decide(Who::Person(Role::Viewer), &proposal, "confirm").await), "403 not_asked");
    desk.confirm_first().await;
    assert_eq!(desk.get(LEAD, "/models/credit").await["tier_confirmed"], true);
    assert!(!desk.gate("credit").await.contains(&"tier_unconfirmed".to_owned()));
    // Turned down, the questions wait to be answered again.
    desk.model("other", &[]).await;
    let proposal = desk.waiting("first-tier").await;
    assert_eq!(desk.decide(LEAD, &proposal, "reject").await.status, 200);
    assert_eq!(desk.get(LEAD, "/models/other").await["tier"], Value::Null);
}

async fn a_lower_tier_waits_for_an_officer_and_the_higher_one_decides(place: Place) {
    let desk = Desk::new(place).await;
    desk.model("credit", HIGH).await;
    desk.version("credit", 'a').await;
    desk.confirm_first().await;
    let silent = desk.classify(CONTRIBUTOR, "credit", &[], " ").await;
    assert_eq!((silent.status.as_u16(), &silent.json()["errors"][0]["pointer"]), (422, &json!("/reason")));
    let lower = desk.classify(CONTRIBUTOR, "credit", &[], "It only sorts mail.").await;
    assert_eq!(lower.json()["tier"], "high", "{}", lower.body);
    assert_eq!(desk.tier("credit").await, Some(Tier::High));
    let proposal = desk.waiting("high-tier-lowered").await;
    assert_eq!(rule(&desk.decide(LEAD, &proposal, "confirm").await), "403 not_asked");
    let again = desk.classify(LEAD, "credit", &[], "It only sorts mail.").await;
    assert_eq!(rule(&again), "409 proposal_waiting");
    assert_eq!(desk.decide(OFFICER, &proposal, "confirm").await.status, 200);
    assert_eq!(desk.tier("credit").await, Some(Tier::Minimal));
}

async fn a_raise_decides_at_once_and_whoever_raised_does_not_undo_it(place: Place) {
    let desk = Desk::new(place).await;
    desk.model("credit", &[]).await;
    desk.version("credit", 'a').await;
    desk.confirm_first().await;
    let raised = desk.classify(CONTRIBUTOR, "credit", HIGH, "").await;
    assert_eq!(raised.json()["tier"], "high", "{}", raised.body);
    assert_eq!(desk.tier("credit").await, Some(Tier::High));
    let proposal = desk.waiting("tier-raised").await;
    assert_eq!(rule(&desk.decide(CONTRIBUTOR, &proposal, "withdraw").await), "403 not_withdrawn");
    assert_eq!(rule(&desk.decide(CONTRIBUTOR, &proposal, "reject").await), "403 self_confirmation");
    assert_eq!(desk.decide(LEAD, &proposal, "reject").await.status, 200);
    assert_eq!(desk.tier("credit").await, Some(Tier::Minimal), "the lead took it back as a mistake");
}

async fn machines_answer_only_with_a_scope_of_their_own_and_never_lower(place: Place) {
    let desk = Desk::new(place).await;
    desk.model("credit", HIGH).await;
    desk.version("credit", 'a').await;
    desk.confirm_first().await;
    let team = Some(desk.0.team(Whose::Own));
    let (_, writes) = desk.0.add_service("writes", &[Scope::ModelsWrite], team).await;
    let answers = json!({ "risk_answers": desk.answers(&["life-and-limb"]).await, "reason": "By machine." });
    let send = |token: String, answers: Value| {
        let request = Request::builder()
            .method(Method::PATCH)
            .uri("/api/v1/models/credit")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json");
        desk.0.send_raw(request.body(Body::from(answers.to_string())).unwrap())
    };
    assert_eq!(rule(&send(writes, answers.clone()).await), "403 forbidden");
    let scopes = [Scope::ModelsWrite, Scope::ModelsClassify];
    let (_, classifies) = desk.0.add_service("classifies", &scopes, team).await;
    let lower = json!({ "risk_answers": desk.answers(&[]).await, "reason": "By machine." });
    assert_eq!(rule(&send(classifies.clone(), lower).await), "403 machine_never_lowers");
    assert_eq!(desk.tier("credit").await, Some(Tier::High));
    let raised = send(classifies, answers).await;
    assert_eq!(raised.json()["tier"], "critical", "{}", raised.body);
    let proposal = desk.waiting("tier-raised").await;
    assert_eq!(rule(&desk.decide(LEAD, &proposal, "confirm").await), "403 not_asked");
    assert_eq!(desk.decide(OFFICER, &proposal, "confirm").await.status, 200);
}

async fn one_artifact_has_the_highest_confirmed_tier_of_its_models(place: Place) {
    let desk = Desk::new(place).await;
    desk.model("credit", HIGH).await;
    desk.version("credit", 'a').await;
    // Nobody confirmed the high tier yet, so it counts in its own model only.
    desk.model("early", &[]).await;
    assert_eq!(desk.version("early", 'a').await["tier"], "minimal");
    let first = desk.get(OFFICER, "/proposals?state=waiting&kind=first-tier").await;
    let ids: Vec<_> = first["items"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    let confirmed = desk.ask(LEAD, Method::POST, "/proposals/confirm", json!({ "ids": ids })).await;
    assert_eq!(confirmed.json().as_array().unwrap().len(), 2, "{}", confirmed.body);
    desk.model("copy", &[]).await;
    let copy = desk.version("copy", 'a').await;
    assert_eq!(
        (&copy["tier"], &copy["same_artifact"]["models"]),
        (&json!("high"), &json!(["credit", "early"]))
    );
    assert_eq!(desk.tier("copy").await, Some(Tier::High));
    desk.confirm_first().await;
    assert_eq!(desk.tier("copy").await, Some(Tier::High), "its own tier is minimal, the artifact's is high");
}

async fn a_registration_elsewhere_closes_nothing_until_an_officer_says_so(place: Place) {
    let desk = Desk::new(place).await;
    desk.model("mail", &[]).await;
    desk.version("mail", 'a').await;
    desk.confirm_first().await;
    desk.model("credit", HIGH).await;
    desk.confirm_first().await;
    desk.version("credit", 'a').await;
    assert_eq!(desk.tier("mail").await, Some(Tier::Minimal));
    let proposal = desk.waiting("digest-tier").await;
    assert_eq!(desk.decide(OFFICER, &proposal, "confirm").await.status, 200);
    assert_eq!(desk.tier("mail").await, Some(Tier::High));
    // When the officer lowers the tier that it came from, it goes with it.
    let lower = desk.classify(CONTRIBUTOR, "credit", &[], "It only sorts mail.").await;
    assert_eq!(lower.status, 200, "{}", lower.body);
    let proposal = desk.waiting("high-tier-lowered").await;
    assert_eq!(desk.decide(OFFICER, &proposal, "confirm").await.status, 200);
    assert_eq!(desk.tier("mail").await, Some(Tier::Minimal));
}

async fn tiers_from_before_the_upgrade_count_and_are_on_record_once(place: Place) {
    let desk = Desk::new(place).await;
    desk.model("credit", HIGH).await;
    let write = desk.0.app.db.write(|tx| {
        async move {
            let sql = "UPDATE model SET tier_confirmed = 'upgrade-unrecorded' WHERE name = 'credit'";
            execute!(tx, sql).await.map(drop)
        }
        .boxed()
    });
    write.await.unwrap();
    let system = Caller::system(&desk.0.app);
    for _ in 0..2 {
        record_upgrade(&desk.0.app, &system).await.unwrap();
    }
    let mut conn = desk.0.app.db.read().await.unwrap();
    let rows = fetch_all!(&mut conn, (String,), "SELECT tier_confirmed FROM model WHERE name = 'credit'");
    assert_eq!(rows.await.unwrap(), [("upgrade".to_owned(),)]);
    drop(conn);
    let actions = desk.0.actions().await;
    assert_eq!(actions.iter().filter(|action| *action == "model.tier_confirmed").count(), 1);
}
