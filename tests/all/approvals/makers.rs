//! Who made a version and who contributed to it: on record, shown, and kept out where the policy says so.

use super::elsewhere::policy;
use super::room::{CONTRIBUTOR, LEAD, MACHINE, Room, VERSION, digest, refused};
use assay_domain::approvals::Policy;
use assay_server::execute;
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use axum::http::Method;
use futures::FutureExt;
use serde_json::{Value, json};

on_both_engines!(
    contributors_do_not_decide_where_the_policy_says_so,
    a_text_from_before_excludes_contributors_like_authors,
    a_policy_can_demand_that_an_author_is_known,
);

/// The lead measures the version: a measure that is added voids nothing.
async fn contribute(room: &Room) {
    let measure = json!({ "metrics": { "auc": 0.9 } });
    assert_eq!(room.ask(LEAD, Method::PATCH, VERSION, measure).await.status, 200);
}

async fn contributors_do_not_decide_where_the_policy_says_so(place: Place) {
    let room = Room::new(place).await;
    let named = r#"excluded = ["requester", "author", "contributor"]"#;
    policy(&room, |text| text.replace(r#"excluded = ["requester", "author"]"#, named)).await;
    // It is said before somebody contributes.
    let seen = room.get(LEAD, VERSION).await;
    let craft = &seen["decided_in"][0];
    assert_eq!((&craft["step"], &craft["excluded"][2]), (&json!("craft"), &json!("contributor")));
    assert_eq!(
        (&craft["could_decide"], &craft["without_you"], &craft["needed"]),
        (&json!(1), &json!(0), &json!(1))
    );
    let page = room.world.send(LEAD, &Method::GET, "/models/fraud/1", "").await.body;
    assert!(page.contains("nobody else could, so the step could not be decided"), "{page}");
    contribute(&room).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    refused(&room.decide(LEAD, &request, "craft", "approved").await, 403, "excluded");
    let made_by = &room.look(&request).await["made_by"];
    let account = |who| json!([{ "account": room.id(who), "subjects": [] }]);
    assert_eq!(made_by["authors"], account(CONTRIBUTOR), "whoever registered it");
    let mut both = [room.id(CONTRIBUTOR), room.id(LEAD)];
    both.sort();
    assert_eq!([0, 1].map(|n| made_by["contributors"][n]["account"].clone()), both.map(|id| json!(id)));
    let page = room.world.send(LEAD, &Method::GET, &format!("/approvals/{}", request.id), "").await.body;
    assert!(page.contains("contributions by"), "{page}");
}

async fn a_text_from_before_excludes_contributors_like_authors(place: Place) {
    let room = Room::new(place).await;
    // As the migration leaves a text that was in force: no server has read it without the mark.
    let text = include_str!("../../../questionnaires/policies/limited.toml");
    let source = text.replace("Does it work?", "Does it work at all?");
    let source = source.replace("version = \"1.0.0\"", "version = \"1.0.9\"");
    let sha256 = Policy::parse(&source, "limited.toml").unwrap().sha256().to_owned();
    let before = room.world.app.db.write(move |tx| {
        let (source, sha256, now) = (source.clone(), sha256.clone(), tx.now());
        async move {
            execute!(tx, "UPDATE policy_version SET until_at = $1 WHERE policy = 'limited'", now).await?;
            let sql = "INSERT INTO policy_version (policy, version, sha256, title, source, since_at, contributors_like_authors)
                       VALUES ('limited', '1.0.9', $1, 'Limited risk', $2, $3, TRUE)";
            execute!(tx, sql, sha256.clone(), source, now).await?;
            let sql = "UPDATE policy_place SET version = '1.0.9', sha256 = $1 WHERE policy = 'limited'";
            execute!(tx, sql, sha256).await
        }
        .boxed()
    });
    assert!(before.await.unwrap().value > 0);
    contribute(&room).await;
    let request = room.request(CONTRIBUTOR, "production").await;
    refused(&room.decide(LEAD, &request, "craft", "approved").await, 403, "excluded");
    assert_eq!(room.get(LEAD, VERSION).await["decided_in"][0]["excluded"][2], "contributor");
}

async fn a_policy_can_demand_that_an_author_is_known(place: Place) {
    let room = Room::new(place).await;
    policy(&room, |text| {
        let demanded = "[demands.request]\nauthors_known = true\n";
        text.replace("[demands.request]\n", demanded)
            .replace("[demands.gate]\n", "[demands.gate]\nauthors_known = true\n")
    })
    .await;
    let version = json!({ "version": "2", "artefact_digest": digest('b') });
    room.post(MACHINE, "/models/fraud/versions", version).await;
    for (kind, digit) in [("evaluation", 'e'), ("model-card", 'c')] {
        let piece = json!({ "kind": kind, "title": kind, "uri": "https://wiki.example/shown",
            "sha256": digit.to_string().repeat(64), "made_on": "2024-10-01" });
        room.post(CONTRIBUTOR, "/models/fraud/versions/2/evidence", piece).await;
    }
    let (path, body) = ("/models/fraud/versions/2/approval-requests", json!({ "environment": "production" }));
    let asked = room.ask(CONTRIBUTOR, Method::POST, path, body.clone()).await;
    refused(&asked, 409, "demands_not_met");
    let look = "/gate?model=fraud&version=2&environment=production";
    let has =
        |answer: &Value| answer["reasons"].as_array().unwrap().iter().any(|one| one["code"] == "no_author");
    assert!(has(&room.get(LEAD, look).await));
    let authors = json!({ "authors": [{ "subjects": ["email|ada@elsewhere.example"] }] });
    room.ask(LEAD, Method::PATCH, "/models/fraud/versions/2", authors).await;
    assert!(!has(&room.get(LEAD, look).await));
    assert_eq!(room.ask(CONTRIBUTOR, Method::POST, path, body).await.status, 201);
}
