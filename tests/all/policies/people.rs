//! Who somebody is: names elsewhere, accounts of one person, job roles held on a day.

use std::collections::BTreeSet;

use assay_domain::approvals::Who as Known;
use assay_domain::ownership::{Held, Part, Thing, Wish};
use assay_server::access::service::{people, who, who_is_named, who_is_signed};
use assay_server::http::{Caller, IfMatch};
use assay_server::ownership::service as ownership;
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::{Answer, Whose, World};
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;

use super::{ADMIN, Desk, OFFICER};

on_both_engines!(
    accounts_that_share_a_name_are_one_person,
    a_pipeline_means_whoever_is_known_by_the_name,
    a_name_is_put_on_record_and_taken_from_it,
    what_somebody_holds_is_asked_by_day,
);

async fn find(world: &World, name: &str) -> Uuid {
    let mut conn = world.app.db.read().await.unwrap();
    people::find(&mut conn, &format!("{name}@example.org")).await.unwrap().id
}

async fn known(world: &World, person: Uuid) -> Known {
    who(&mut world.app.db.read().await.unwrap(), person).await.unwrap()
}

async fn name(desk: &Desk, person: Uuid, issuer: &str, subject: &str) {
    let body = json!({ "issuer": issuer, "subject": subject });
    let waits = desk.post(ADMIN, &format!("/people/{person}/subjects"), body).await;
    confirmed(desk, &waits).await;
}

/// An officer confirms what waits.
async fn confirmed(desk: &Desk, waits: &Answer) {
    assert_eq!(waits.status, 202, "{}", waits.body);
    let path = format!("/api/v1/proposals/{}/confirm", waits.json()["proposal"].as_str().unwrap());
    let answer = desk.world.send(OFFICER, &Method::POST, &path, "").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

async fn accounts_that_share_a_name_are_one_person(place: Place) {
    let desk = Desk::on(place).await;
    let world = &desk.world;
    let [lead, viewer, contributor, approver] = [
        find(world, "team-lead").await,
        find(world, "viewer").await,
        find(world, "contributor").await,
        find(world, "approver").await,
    ];
    let own = known(world, lead).await;
    assert_eq!(own, Known::account(lead).known_as("email|team-lead@example.org"));
    assert!(!own.is(&known(world, viewer).await));
    name(&desk, lead, "https://id.example", "42").await;
    name(&desk, viewer, "https://id.example", "42").await;
    assert!(known(world, lead).await.is(&known(world, viewer).await));
    // By way of a third account: the viewer's other name is the contributor's.
    name(&desk, viewer, "github-actions", "li").await;
    name(&desk, contributor, "github-actions", "li").await;
    assert!(known(world, lead).await.is(&known(world, contributor).await));
    assert!(known(world, contributor).await.is(&known(world, lead).await));
    // By the mail address of an account that says nothing itself.
    name(&desk, lead, "email", "Approver@example.org").await;
    assert!(known(world, approver).await.is(&known(world, contributor).await));
    assert!(!known(world, approver).await.is(&known(world, find(world, "admin").await).await));
    let page = world.send(ADMIN, &Method::GET, &format!("/admin/people/{approver}"), "").await;
    assert!(
        page.body.contains("This is the same person as:") && page.body.contains("contributor@example.org")
    );
}

async fn a_pipeline_means_whoever_is_known_by_the_name(place: Place) {
    let desk = Desk::on(place).await;
    let world = &desk.world;
    let lead = find(world, "team-lead").await;
    name(&desk, lead, "github-actions", "lea").await;
    let meant = |provider: &'static str, subject: &'static str| async move {
        let mut conn = world.app.db.read().await.unwrap();
        who_is_named(&mut conn, provider, subject).await.unwrap()
    };
    // It is the word of the pipeline, so it is nobody's account; and still nobody else than the person.
    for (system, name) in [("github-actions", "lea"), ("jenkins", "Team-Lead@example.org")] {
        assert_eq!(meant(system, name).await.account, None);
        assert!(meant(system, name).await.is(&known(world, lead).await));
    }
    let mut conn = world.app.db.read().await.unwrap();
    let signed = who_is_signed(&mut conn, "github-actions", "https://token.example", "lea").await.unwrap();
    assert_eq!(signed.account, Some(lead), "what the issuer signed is the person who is linked to it");
    let address =
        who_is_signed(&mut conn, "github-actions", "https://token.example", "team-lead@example.org");
    assert_eq!(address.await.unwrap().account, None, "no issuer signs mail addresses of ours");
    drop(conn);
    let stranger = meant("gitlab-ci", "lea").await;
    assert_eq!(stranger.account, None, "another system's lea is somebody else");
    assert_eq!(stranger.subjects, BTreeSet::from(["gitlab-ci|lea".to_owned()]));
    assert!(meant("gitlab-ci", "lea").await.is(&stranger), "and the same each time");
    let nobody = meant("gitlab-ci", "nobody@example.org").await;
    assert!(nobody.subjects.contains("email|nobody@example.org"));
}

async fn a_name_is_put_on_record_and_taken_from_it(place: Place) {
    let mut desk = Desk::on(place).await;
    let lead = find(&desk.world, "team-lead").await;
    let path = format!("/people/{lead}/subjects");
    let body = json!({ "issuer": "github-actions", "subject": "lea" });
    let waits = desk.post(ADMIN, &path, body.clone()).await;
    assert_eq!(desk.post(ADMIN, &path, body.clone()).await.status, 409, "it waits already");
    assert_eq!(desk.get(&path).await["items"], json!([]), "and counts for nothing until then");
    confirmed(&desk, &waits).await;
    let again = desk.post(ADMIN, &path, body).await;
    let first = desk.get(&path).await["items"][0].clone();
    assert_eq!((again.status.as_u16(), &again.json()["id"]), (201, &first["id"]), "twice is once");
    for (issuer, subject, pointer) in [
        ("", "lea", "/issuer"),
        ("github-actions", " ", "/subject"),
        ("a|b", "c", "/issuer"),
        ("email", "x", "/subject"),
    ] {
        let answer = desk.post(ADMIN, &path, json!({ "issuer": issuer, "subject": subject })).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["errors"][0]["pointer"]), (422, &json!(pointer)));
    }
    assert_eq!(desk.get(&path).await["items"][0]["subject"], "lea");
    let id = first["id"].as_str().unwrap();
    let gone = format!("/api/v1{path}/{id}");
    confirmed(&desk, &desk.world.send(ADMIN, &Method::DELETE, &gone, "").await).await;
    assert_eq!(desk.world.send(ADMIN, &Method::DELETE, &gone, "").await.status, 404);
    let added = ["proposal.made", "proposal.confirmed", "user.subject_added"];
    let removed = ["proposal.made", "proposal.confirmed", "user.subject_removed"];
    assert_eq!(desk.left().await, [added, removed].concat());
}

async fn what_somebody_holds_is_asked_by_day(place: Place) {
    let desk = Desk::on(place).await;
    let (team, lead) = (desk.world.team(Whose::Own), find(&desk.world, "team-lead").await);
    let today = desk.world.app.clock.now().date_naive();
    hold(&desk, lead, "ml-engineer").await;
    desk.world.clock.advance(TimeDelta::days(10));
    hold(&desk, lead, "data-scientist").await;
    let roles = async |person: Uuid, team: Uuid, days: i64| {
        let mut conn = desk.world.app.db.read().await.unwrap();
        let day = today + TimeDelta::days(days);
        let acting = ownership::acting(&mut conn, person, team, day).await.unwrap();
        acting.roles.into_iter().collect::<Vec<_>>()
    };
    assert_eq!(roles(lead, team, 0).await, ["ml-engineer"]);
    assert_eq!(roles(lead, team, 10).await, ["data-scientist"]);
    assert_eq!(roles(lead, desk.world.team(Whose::Foreign), 10).await, [""; 0]);
    let officer = find(&desk.world, "compliance-officer").await;
    assert_eq!(roles(officer, team, 0).await, ["compliance-officer"], "by access role, in every team");
}

/// From today on, the person holds privacy in the own team as this job role, and nobody anything else.
async fn hold(desk: &Desk, person: Uuid, role: &str) {
    let held =
        Held { thing: Thing::capability("privacy"), role: role.to_owned(), person, part: Part::Responsible };
    let (app, system) = (&desk.world.app, Caller::system(&desk.world.app));
    let wishes = vec![Wish { held, until: None }];
    ownership::set(app, &system, "own", None, wishes, IfMatch(None)).await.unwrap();
}
