//! Reports as they leave the house: what their readers get, and what they must not get.

use assay_domain::access::Role;
use assay_ledger::verify::{Trust, Verdict, verify_bundle};
use assay_server::reports::embedded_bundle;
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::{Who, Whose, World};
use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::{Deserializer, Value};

on_both_engines!(a_lead_prints_nothing_of_another_team);

/// The evidence goes with a report, so a report gives away what its bundle holds, whatever its pages say.
async fn a_lead_prints_nothing_of_another_team(place: Place) {
    let world = World::on(place).await;
    let (own, foreign) = (world.team(Whose::Own).to_string(), world.team(Whose::Foreign).to_string());
    let (lead, officer) = (Who::Person(Role::TeamLead), Who::Person(Role::ComplianceOfficer));
    let maturity = format!("/assessments/{}/report.pdf", world.object("assessments/id", Whose::Own));

    let team = format!("/teams/{own}");
    let holdings = r#"{"holdings":[{"person":"contributor@example.org","role":"ml-engineer","part":"accountable",
        "kind":"capability","of":"privacy"}]}"#;
    let set = world.send(lead, &Method::PUT, &format!("/api/v1{team}/ownership"), holdings).await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.body);
    let (roadmap, ownership) = (format!("{team}/roadmap.pdf"), format!("{team}/ownership.pdf"));

    for path in [
        maturity.as_str(),
        roadmap.as_str(),
        ownership.as_str(),
        "/audit/report.pdf",
        "/audit/report.pdf?action=approval.reported",
    ] {
        let bundle = bundle_of(&world, lead, path).await;
        let teams = teams_of(&bundle);
        assert!(!teams.is_empty(), "{path} proves something");
        assert!(teams.iter().all(|team| *team == own), "{path} holds leaves of {teams:?}");
        // Nor is it named by what was disclosed, or in the filter's words.
        assert!(!String::from_utf8_lossy(&bundle).contains(&foreign), "{path} names the other team");
    }

    // Had there been nothing to leave out, all this would prove nothing.
    let everything = teams_of(&bundle_of(&world, officer, "/audit/report.pdf").await);
    assert!(everything.contains(&own) && everything.contains(&foreign), "{everything:?}");
    let elsewhere = format!("/assessments/{}/report.pdf", world.object("assessments/id", Whose::Foreign));
    let rooms = ["roadmap", "ownership"].map(|room| format!("/teams/{foreign}/{room}.pdf"));
    for path in [elsewhere, format!("/audit/report.pdf?team={foreign}")].into_iter().chain(rooms) {
        let request = world.request(lead, &Method::GET, &path).body(Body::empty()).unwrap();
        let (status, _, body) = world.send_for_bytes(request).await;
        assert!(status.is_client_error() && !body.starts_with(b"%PDF"), "{path}: {status}");
    }
}

/// The bundle in a report that somebody makes; it verifies.
async fn bundle_of(world: &World, who: Who, path: &str) -> Vec<u8> {
    let request = world.request(who, &Method::GET, path).body(Body::empty()).unwrap();
    let (status, _, pdf) = world.send_for_bytes(request).await;
    assert_eq!(status, StatusCode::OK, "{path} as {who}");
    let bundle = embedded_bundle(&pdf).expect("a report carries its evidence");
    assert_eq!(verify_bundle(bundle.as_slice(), &Trust::default()).verdict, Verdict::Verified, "{path}");
    bundle
}

/// The team of each leaf in a selection, `none` for the organisation's. It reads the archive without our own reader and
/// counts with it, so that neither can lose one.
fn teams_of(bundle: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bundle);
    let lines = text
        .match_indices("{\"index\":")
        .filter_map(|(at, _)| Deserializer::from_str(&text[at..]).into_iter::<Value>().next()?.ok());
    let leaves: Vec<Value> = lines.filter_map(|line| line.get("leaf").cloned()).collect();
    assert_eq!(leaves.len() as u64, verify_bundle(bundle, &Trust::default()).entries);
    leaves.iter().map(|leaf| leaf["team"].as_str().unwrap_or("none").to_owned()).collect()
}
