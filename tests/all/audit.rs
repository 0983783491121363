//! The audit trail as people and auditors meet it: what they see, what they take along, and that it proves itself.

use assay_domain::access::{Principal, Rights, Role, RoleHeld, Scope};
use assay_domain::audit::catalogue::PasswordChanged;
use assay_domain::audit::{Actor, Subject};
use assay_ledger::tile::{self, Row, Tile};
use assay_ledger::tree::{root, verify_consistency};
use assay_ledger::verify::{Report, Trust, Verdict, verify_bundle};
use assay_ledger::{Hash, SignedCheckpoint};
use assay_server::audit::export;
use assay_server::audit::search::Search;
use assay_server::audit::service::{self, Position};
use assay_server::clock::{SystemClock, SystemRng};
use assay_server::error::Error;
use assay_server::http::Caller;
use assay_server::teams::service::{self as teams, NewTeam};
use assay_server::{App, config};
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use assay_tests::world::{Who, Whose, World};
use axum::http::{Method, Request, StatusCode, header};
use std::sync::Arc;
use uuid::Uuid;

/// An organisation with two teams, and somebody who leads the first.
struct Two {
    app: App,
    own: Uuid,
    foreign: Uuid,
    lead: Caller,
    system: Caller,
}

impl Two {
    async fn new(place: &Place) -> Self {
        let db = place.open().await;
        let http = config::Http::default();
        let app = App::new(db, Arc::new(SystemClock), Arc::new(SystemRng), http);
        let system = Caller::system(&app);
        let mut ids = Vec::new();
        for name in ["Payments", "=cmd|' /C calc'!A1"] {
            let new = NewTeam {
                name: name.to_owned(),
                slug: format!("team-{}", ids.len()),
                purpose: String::new(),
            };
            let id = teams::create(&app, &system, new).await.unwrap().id;
            teams::change(&app, &system, id, name, "What was committed to").await.unwrap();
            ids.push(id);
        }
        let held = RoleHeld { role: Role::TeamLead, team: Some(ids[0]) };
        let principal = Principal::new(Actor::Person(app.new_id()), Rights::Person(vec![held]));
        let lead = Caller { principal, ..Caller::system(&app) };
        let two = Self { app, own: ids[0], foreign: ids[1], lead, system };
        two.signed().await;
        two
    }

    /// Waits until a checkpoint covers everything: what was recorded last is sequenced last.
    async fn signed(&self) {
        let event = self.system.event(PasswordChanged {}, Subject::new("user", self.system.actor().id()));
        let written = self.app.db.write(move |tx| Box::pin(tx.record(event.clone()))).await.unwrap();
        written.ticket.receipt().await.unwrap();
    }

    async fn bundle(&self, caller: &Caller, search: &Search, full: bool) -> Vec<u8> {
        export::export(&self.app, caller, search, full, None).await.unwrap().into_bytes().unwrap()
    }
}

fn verify(bundle: &[u8]) -> Report {
    verify_bundle(bundle, &Trust::default())
}

fn contains(bytes: &[u8], id: Uuid) -> bool {
    bytes.windows(36).any(|window| window == id.to_string().as_bytes())
}

on_both_engines!(
    exports_verify_and_are_on_the_record,
    a_lead_takes_nothing_of_another_team,
    an_auditor_is_shown_every_change_since
);

async fn exports_verify_and_are_on_the_record(place: Place) {
    let two = Two::new(&place).await;
    let report = verify(&two.bundle(&two.system, &Search::default(), true).await);
    assert_eq!((report.verdict, report.problems.clone()), (Verdict::Verified, vec![]));
    assert_eq!(Some(report.entries), report.size);
    assert!(report.checked.iter().any(|what| what.contains("disclosed values")), "{:?}", report.checked);

    let search = Search { action: Some("team.changed".into()), ..Search::default() };
    let report = verify(&two.bundle(&two.system, &search, false).await);
    assert_eq!((report.verdict, report.entries), (Verdict::Verified, 2));
    assert_eq!(report.filter.as_deref(), Some("Action: team.changed"));

    two.signed().await;
    let search = Search { action: Some("audit.exported".into()), ..Search::default() };
    let found = service::list(&two.app, &two.system, &search, Position::Newest, 9).await.unwrap();
    let kinds: Vec<_> = found.entries.iter().map(|entry| entry.facts["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["selection", "full"]);
}

async fn a_lead_takes_nothing_of_another_team(place: Place) {
    let two = Two::new(&place).await;
    let everything = two.bundle(&two.system, &Search::default(), false).await;
    assert!(contains(&everything, two.own) && contains(&everything, two.foreign));
    for search in [Search::default(), Search { action: Some("team.created".into()), ..Search::default() }] {
        let bundle = two.bundle(&two.lead, &search, false).await;
        assert_eq!(verify(&bundle).verdict, Verdict::Verified);
        assert!(contains(&bundle, two.own));
        assert!(!contains(&bundle, two.foreign));
    }
    let other = Search { team: Some(two.foreign.to_string()), ..Search::default() };
    let refused = export::export(&two.app, &two.lead, &other, false, None).await.unwrap_err();
    assert!(matches!(refused, Error::Invalid(errors) if errors[0].pointer == "/team"));
    let refused = export::export(&two.app, &two.lead, &Search::default(), true, None).await.unwrap_err();
    assert!(matches!(refused, Error::Forbidden(_)));
    // The lead's own exports are in the lead's own trail.
    two.signed().await;
    let found = service::list(&two.app, &two.lead, &Search::default(), Position::Newest, 50).await.unwrap();
    assert!(found.entries.iter().all(|entry| entry.team.as_ref().is_some_and(|team| team.id == two.own)));
    assert_eq!(found.entries.iter().filter(|entry| entry.action == "audit.exported").count(), 2);
}

async fn an_auditor_is_shown_every_change_since(place: Place) {
    let two = Two::new(&place).await;
    let saved = service::state(&two.app).await.unwrap().checkpoint;
    for round in 0..300 {
        teams::change(&two.app, &two.system, two.own, "Payments", &format!("Round {round}")).await.unwrap();
    }
    two.signed().await;
    let trust = Trust { since: Some(saved.clone()), ..Trust::default() };
    let since = Some(saved.checkpoint().size);
    for full in [true, false] {
        let bundle = export::export(&two.app, &two.system, &Search::default(), full, since).await.unwrap();
        let report = verify_bundle(bundle.into_bytes().unwrap().as_slice(), &trust);
        assert_eq!((report.verdict, report.problems.clone()), (Verdict::Verified, vec![]));
        let saved = |what: &str| what.contains("saved checkpoint");
        assert!(
            report.checked.iter().any(|what| saved(what))
                && !report.not_checked.iter().any(|not| saved(&not.what))
        );
    }
    let now = service::state(&two.app).await.unwrap().checkpoint;
    let (old, new) = (saved.checkpoint(), now.checkpoint());
    let proof = service::consistency(&two.app, old.size, Some(new.size)).await.unwrap();
    verify_consistency(old.size, new.size, &proof.hashes, &old.root, &new.root).unwrap();
    let unknown =
        export::export(&two.app, &two.system, &Search::default(), true, Some(1_000_000)).await.unwrap_err();
    assert!(matches!(unknown, Error::Invalid(errors) if errors[0].pointer == "/since"));
}

/// Entries, hashes, checkpoints, disclosures, keys, names, padding: whatever is changed, it shows.
#[tokio::test(flavor = "multi_thread")]
async fn every_flipped_byte_is_noticed() {
    let place = Place::sqlite();
    let two = Two::new(&place).await;
    let search = Search { action: Some("team.changed".into()), ..Search::default() };
    for bundle in [
        two.bundle(&two.system, &Search::default(), true).await,
        two.bundle(&two.system, &search, false).await,
    ] {
        assert_eq!(verify(&bundle).verdict, Verdict::Verified);
        let mut flipped = bundle.clone();
        for place in 0..bundle.len() {
            flipped[place] ^= 1 << (place % 8);
            assert_ne!(verify(&flipped).verdict, Verdict::Verified, "byte {place} of {}", bundle.len());
            flipped[place] = bundle[place];
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_holds_no_formula() {
    let place = Place::sqlite();
    let two = Two::new(&place).await;
    let (pages, _) = export::table(&two.app, &two.system, &Search::default()).await.unwrap();
    let table = axum::body::to_bytes(export::table::body(pages), usize::MAX).await.unwrap();
    let table = String::from_utf8(table.to_vec()).unwrap();
    assert!(table.starts_with("index,time,actor,"));
    assert!(table.contains(",'=cmd|' /C calc'!A1,"), "{table}");
    assert!(!table.contains(",=") && !table.contains("\n="));
}

#[tokio::test]
async fn the_log_is_served_as_files_that_lead_to_its_root() {
    let world = World::new().await;
    let auditor = Who::Person(Role::Auditor);
    let get = async |who: Who, path: &str| world.send(who, &Method::GET, path, "").await;
    let note = get(auditor, "/log/checkpoint").await;
    assert!(note.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/plain"));
    let head = SignedCheckpoint::parse(note.body.as_bytes()).unwrap().checkpoint().clone();
    let (_, token) = world.add_service("follower", &[Scope::AuditExport], None).await;
    let raw = async |tile: Tile| {
        let request =
            Request::get(format!("/log/{tile}")).header(header::AUTHORIZATION, format!("Bearer {token}"));
        world.send_for_bytes(request.body(axum::body::Body::empty()).unwrap()).await
    };
    let mut leaves = Vec::new();
    for tile in tile::tiles(head.size) {
        let (_, headers, bytes) = raw(tile).await;
        assert_eq!(headers[header::CONTENT_TYPE], "application/octet-stream");
        assert_eq!(headers[header::CACHE_CONTROL], "private, max-age=31536000, immutable");
        match tile.row {
            Row::Hashes(0) => leaves.extend(tile::decode_hashes(&bytes).unwrap()),
            Row::Hashes(_) => {}
            Row::Entries => {
                let entries = tile::decode_entries(&bytes).unwrap();
                let begin = tile.index as usize * 256;
                let hashes: Vec<Hash> = entries.into_iter().map(assay_ledger::hash::leaf_hash).collect();
                assert_eq!(hashes, leaves[begin..begin + hashes.len()]);
            }
        }
    }
    assert_eq!(root(&leaves), head.root);

    let entries = format!("/log/{}", Tile::in_tree(Row::Entries, 0, head.size).unwrap());
    for (who, status) in [
        (Who::SignedOut, StatusCode::UNAUTHORIZED),
        (Who::Person(Role::Admin), StatusCode::FORBIDDEN),
        (Who::Person(Role::TeamLead), StatusCode::FORBIDDEN),
        (Who::TeamMachine, StatusCode::FORBIDDEN),
        (Who::Person(Role::ComplianceOfficer), StatusCode::OK),
    ] {
        assert_eq!(get(who, &entries).await.status, status, "{who}");
    }
    assert_eq!(get(auditor, "/log/tile/0/x001/000").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_api_finds_and_proves() {
    let world = World::new().await;
    let lead = Who::Person(Role::TeamLead);
    let get = async |who: Who, path: &str| world.send(who, &Method::GET, path, "").await;
    let first = get(lead, "/api/v1/audit/entries?limit=1").await.json();
    assert_eq!(first["items"].as_array().unwrap().len(), 1);
    let next = first["next"].as_str().unwrap();
    let second = get(lead, &format!("/api/v1/audit/entries?limit=1&after={next}")).await.json();
    assert!(second["items"][0]["index"].as_u64() < first["items"][0]["index"].as_u64());

    let index = world.fill("{index}", lead, Whose::Own);
    let entry = get(lead, &format!("/api/v1/audit/entries/{index}")).await.json();
    let text = |name: &str| entry[name].as_str().unwrap().to_owned();
    let verified =
        assay_ledger::verify_receipt(&text("receipt"), text("leaf").as_bytes(), &text("vkey")).unwrap();
    assert_eq!(verified.leaf.action, "team.created");
    assert_eq!(entry["sentence"], "created the team own");

    let foreign = world.fill("{index}", lead, Whose::Foreign);
    for path in ["", "/proof"] {
        let answer = get(lead, &format!("/api/v1/audit/entries/{foreign}{path}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert_eq!(answer.json()["detail"], get(lead, "/api/v1/audit/entries/999999").await.json()["detail"]);
    }
    for (query, pointer) in
        [("from=yesterday", "/from"), ("acton=x", "/acton"), ("limit=x", "/limit"), ("team=foreign", "/team")]
    {
        let answer = get(lead, &format!("/api/v1/audit/entries?{query}")).await;
        assert!(answer.status.is_client_error());
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{query}");
    }
}
