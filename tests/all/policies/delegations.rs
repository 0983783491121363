//! Who decides for whom while they are away: said by who is away, for a while, to somebody who can see the team.

use assay_domain::access::{Role, RoleHeld};
use assay_server::access::service::people;
use assay_server::delegations::service::{delegation_to, delegations_to};
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::{Who, Whose};
use axum::http::Method;
use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Desk, OFFICER};

const LEAD: Who = Who::Person(Role::TeamLead);

on_both_engines!(
    somebody_decides_while_another_is_away_and_not_longer,
    who_could_not_see_the_team_or_is_the_same_person_is_refused,
    only_who_made_it_ends_it,
);

fn today(desk: &Desk) -> NaiveDate {
    desk.world.app.clock.now().date_naive()
}

async fn id(desk: &Desk, name: &str) -> Uuid {
    let mut conn = desk.world.app.db.read().await.unwrap();
    people::find(&mut conn, &format!("{name}@example.org")).await.unwrap().id
}

/// Lets somebody decide from one day to another, counted from today.
fn absence(desk: &Desk, to: &str, team: Option<&str>, from: i64, until: i64) -> Value {
    let day = |days: i64| (today(desk) + TimeDelta::days(days)).to_string();
    let mut body =
        json!({ "to": format!("{to}@example.org"), "first_day": day(from), "last_day": day(until) });
    if let Some(team) = team {
        body["team"] = json!(team);
    }
    body
}

async fn somebody_decides_while_another_is_away_and_not_longer(place: Place) {
    let mut desk = Desk::on(place).await;
    let (lead, approver) = (id(&desk, "team-lead").await, id(&desk, "approver").await);
    let (own, foreign) = (desk.world.team(Whose::Own), desk.world.team(Whose::Foreign));
    let answer = desk.post(LEAD, "/delegations", absence(&desk, "approver", Some("own"), 3, 5)).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let given = async |team: Uuid, from: Uuid, days: i64| {
        let mut conn = desk.world.app.db.read().await.unwrap();
        let day = today(&desk) + TimeDelta::days(days);
        delegation_to(&mut conn, from, approver, team, day).await.unwrap()
    };
    for (days, is_there) in [(2, false), (3, true), (5, true), (6, false)] {
        assert_eq!(given(own, lead, days).await.is_some(), is_there, "day {days}");
    }
    assert!(given(foreign, lead, 4).await.is_none(), "for one team only");
    assert!(given(own, id(&desk, "viewer").await, 4).await.is_none());
    let delegation = given(own, lead, 4).await.unwrap();
    assert_eq!((delegation.from.who.account, delegation.to), (Some(lead), approver));
    // Twice the same decides once.
    desk.post(LEAD, "/delegations", absence(&desk, "approver", None, 3, 5)).await;
    let mut conn = desk.world.app.db.read().await.unwrap();
    let all = delegations_to(&mut conn, approver, own, today(&desk) + TimeDelta::days(4)).await.unwrap();
    assert_eq!(all.len(), 1);
    drop(conn);
    assert_eq!(desk.left().await, ["approval.delegated", "approval.delegated"]);
    let seen = desk.get(&format!("/people/{lead}/delegations")).await;
    assert_eq!(seen["items"].as_array().unwrap().len(), 3, "with the one of the world, for the officer");
}

async fn who_could_not_see_the_team_or_is_the_same_person_is_refused(place: Place) {
    let mut desk = Desk::on(place).await;
    let foreign = RoleHeld { role: Role::TeamLead, team: Some(desk.world.team(Whose::Foreign)) };
    desk.world.add_person("stranger", foreign).await;
    let (lead, approver) = (id(&desk, "team-lead").await, id(&desk, "approver").await);
    desk.left().await;
    for (body, pointer, said) in [
        (absence(&desk, "stranger", Some("own"), 0, 1), "/to", "may not see the approvals of own"),
        (absence(&desk, "stranger", None, 0, 1), "/to", "may not see the approvals of own"),
        (absence(&desk, "nobody", None, 0, 1), "/to", "Nobody here has this address"),
        (absence(&desk, "team-lead", None, 0, 1), "/to", "This is you"),
        (absence(&desk, "approver", Some("foreign"), 0, 1), "/team", "You have no such team"),
        (absence(&desk, "approver", None, 2, 1), "/last_day", "before the first"),
        (absence(&desk, "approver", None, -3, -1), "/last_day", "a day to come"),
        (absence(&desk, "approver", None, 0, 93), "/last_day", "At most 92 days"),
    ] {
        let answer = desk.post(LEAD, "/delegations", body).await;
        let error = answer.json()["errors"][0].clone();
        assert_eq!((answer.status.as_u16(), &error["pointer"]), (422, &json!(pointer)), "{}", answer.body);
        assert!(error["message"].as_str().unwrap().contains(said), "{}", answer.body);
    }
    // The officer decides in every team, so it has to be somebody who sees them all.
    let answer = desk.post(OFFICER, "/delegations", absence(&desk, "approver", None, 0, 1)).await;
    assert!(answer.body.contains("may not see the approvals of foreign"), "{}", answer.body);
    let viewer =
        desk.post(Who::Person(Role::Viewer), "/delegations", absence(&desk, "approver", None, 0, 1)).await;
    assert_eq!(viewer.json()["errors"][0]["pointer"], "/team", "who decides nothing has nobody decide");
    assert_eq!(desk.left().await, [""; 0]);
    // A second account of the same person.
    for account in [lead, approver] {
        desk.world.link(account, "github-actions", "lea").await;
    }
    let answer = desk.post(LEAD, "/delegations", absence(&desk, "approver", None, 0, 1)).await;
    assert!(answer.body.contains("This is you"), "{}", answer.body);
}

async fn only_who_made_it_ends_it(place: Place) {
    let mut desk = Desk::on(place).await;
    let (lead, approver) = (id(&desk, "team-lead").await, id(&desk, "approver").await);
    let made = desk.post(LEAD, "/delegations", absence(&desk, "approver", None, 0, 1)).await.json();
    let path = format!("/api/v1/delegations/{}", made["id"].as_str().unwrap());
    let received =
        desk.world.send(Who::Person(Role::Approver), &Method::GET, "/api/v1/delegations", "").await;
    assert!(received.body.contains(made["id"].as_str().unwrap()), "who stands in knows of it");
    assert_eq!(desk.world.send(Who::Person(Role::Approver), &Method::DELETE, &path, "").await.status, 404);
    for _ in 0..2 {
        assert_eq!(desk.world.send(LEAD, &Method::DELETE, &path, "").await.status, 204);
    }
    assert_eq!(desk.left().await, ["approval.delegated", "approval.delegation_ended"]);
    let mut conn = desk.world.app.db.read().await.unwrap();
    let own = desk.world.team(Whose::Own);
    assert_eq!(delegation_to(&mut conn, lead, approver, own, today(&desk)).await.unwrap(), None);
}
