//! Roadmaps in a real browser against the real program: made, worked on, shown, reviewed, and taken over into the
//! answers. Once with a board that cards are dragged on, once without WASM. And the demo's roadmaps, over the API.

use assay_domain::questionnaires::Bank;
use assay_tests::browser::{Browser, Scheme, Scripts};
use assay_tests::server_process::Server;
use fantoccini::actions::{InputSource, MouseActions, PointerAction};
use serde_json::{Value, json};
use std::time::Duration;

use crate::journeys::{LEAD, OFFICER, follow, organisation, sign_in};
use assay_tests::world::PASSWORD;

const BANK: &str = include_str!("../../questionnaires/maturity/mlops-levels.toml");
const LINK: &str = "https://wiki.example.org/rollout";
const ALT_RIGHT: &str = "\u{e00a}\u{e014}";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_next_raises_the_level() {
    the_whole_way(Scripts::All).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_next_raises_the_level_without_wasm() {
    the_whole_way(Scripts::NoWasm).await;
}

async fn the_whole_way(scripts: Scripts) {
    let server = organisation();
    let (first, second) = nearly_everything(&server);
    let lead = sign_in(&server, scripts, LEAD, PASSWORD).await;
    plan(&lead, &server).await;
    look_around(&lead, &server, scripts).await;
    board(&lead, &server, scripts, (&first, &second)).await;
    finish(&lead, &first).await;
    lead.finish().await;

    let officer = sign_in(&server, scripts, OFFICER, PASSWORD).await;
    review(&officer, &first).await;
    officer.finish().await;

    let lead = sign_in(&server, scripts, LEAD, PASSWORD).await;
    follow(&lead, &format!("Update the answer to {first}")).await;
    lead.wait_for_text("The answer can be updated").await;
    lead.check_accessibility().await;
    lead.click(".notice form button").await;
    lead.wait_for_text(&format!("The answer to {first} is updated.")).await;
    lead.wait_for_text("Level 3 to level 4").await;
    lead.check_accessibility().await;
    lead.goto(&server.url("/teams/payments/roadmap?view=board")).await;
    lead.find(&format!("[data-column=done] [id='card-{first}']")).await;
    lead.finish().await;

    let officer = sign_in(&server, scripts, OFFICER, PASSWORD).await;
    for action in [
        "roadmap.planned",
        "roadmap_item.changed",
        "roadmap_item.evidence_attached",
        "roadmap_item.evidence_reviewed",
        "roadmap_item.answered",
        "answer.changed",
    ] {
        officer.goto(&server.url(&format!("/audit?action={action}&team=payments"))).await;
        officer.find("main table tbody a[href^='/audit/']").await;
    }
    // From the entry back to the item that it is about.
    officer.goto(&server.url("/audit?action=roadmap_item.answered")).await;
    officer.click("main table tbody a[href^='/audit/']").await;
    officer.click("main a[href*='/roadmap/items/']").await;
    officer.wait_for_text("What is wanted").await;
    officer.finish().await;
}

/// An assessment in which everything is at the top but two questions: one that holds level 1 up, and one of level 4.
/// Answers their codes.
fn nearly_everything(server: &Server) -> (String, String) {
    let bank = Bank::parse(BANK, "bank").unwrap();
    let mandatory = |level| {
        let found = bank.questions.iter().find(|question| question.level == level && question.mandatory);
        found.expect("every level has something mandatory").code.clone()
    };
    let low = (mandatory(1), mandatory(4));
    let mut text = format!("questionnaire = \"{}\"\nversion = \"{}\"\n[answers]\n", bank.id, bank.version);
    for question in &bank.questions {
        let is_low = question.code == low.0 || question.code == low.1;
        let rung = if is_low { question.ladder.rungs()[0] } else { question.ladder.top() };
        text += &format!("\"{}\" = {{ value = \"{rung}\" }}\n", question.code);
    }
    let arguments = ["token", "create", "--name", "answers", "--scope", "assessments:write"];
    let token = String::from_utf8(server.command(arguments).output().unwrap().stdout).unwrap();
    let bearer = format!("Bearer {}", token.trim());
    let team: Value = ureq::get(server.url("/api/v1/teams/payments"))
        .header("Authorization", &bearer)
        .call()
        .unwrap()
        .body_mut()
        .read_json()
        .unwrap();
    let path = format!("/api/v1/teams/{}/assessments", team["id"].as_str().unwrap());
    let started: Value = ureq::post(server.url(&path))
        .header("Authorization", &bearer)
        .send_json(json!({ "questionnaire": bank.id }))
        .unwrap()
        .body_mut()
        .read_json()
        .unwrap();
    let path = format!("/api/v1/assessments/{}/answers.toml", started["id"].as_str().unwrap());
    ureq::put(server.url(&path))
        .header("Authorization", &bearer)
        .header("Content-Type", "application/toml")
        .send(text)
        .unwrap();
    low
}

/// Tries a target out, and saves the plan.
async fn plan(lead: &Browser, server: &Server) {
    lead.goto(&server.url("/teams/payments")).await;
    follow(lead, "Look at the roadmap").await;
    lead.wait_for_text("Level 0 to level 3").await;
    lead.click(".what-if > summary").await;
    lead.click("#target option[value='4']").await;
    lead.fill("[id='calendar-start']", "2030-01-07").await;
    lead.click(".wishes > button").await;
    lead.wait_for_text("Level 4 is reached, in phase").await;
    lead.check_accessibility().await;
    lead.click(".tried .save-plan button").await;
    lead.wait_for_text("The plan is saved.").await;
    lead.wait_for_text("Level 0 to level 4").await;
}

/// Every view keeps nobody out, wide and narrow, in light and dark.
async fn look_around(lead: &Browser, server: &Server, scripts: Scripts) {
    for view in ["timeline", "board", "list", "chart"] {
        lead.goto(&server.url(&format!("/teams/payments/roadmap?view={view}"))).await;
        if view == "board" && scripts == Scripts::All {
            lead.wait_until("document.documentElement.dataset.islands == 'awake'").await;
        }
        for (scheme, width) in [(Scheme::Light, 1280), (Scheme::Dark, 360)] {
            lead.scheme(scheme).await;
            lead.resize(width, 900).await;
            lead.check_accessibility().await;
            let fits = "return document.documentElement.scrollWidth <= innerWidth";
            assert_eq!(lead.evaluate(fits).await, json!(true), "{view} fits into {width} pixels");
            lead.screenshot(&format!("roadmap-{view}-{width}")).await;
        }
    }
    lead.scheme(Scheme::Light).await;
    lead.resize(1280, 900).await;
}

/// Drags one card and moves another by keyboard; without WASM, both by their forms.
async fn board(lead: &Browser, server: &Server, scripts: Scripts, (first, second): (&str, &str)) {
    lead.goto(&server.url("/teams/payments/roadmap?view=board")).await;
    let card = |code: &str| format!("[id='card-{code}']");
    if scripts == Scripts::All {
        lead.wait_until("document.documentElement.dataset.islands == 'awake'").await;
        drag(lead, &card(first), "[data-column=in_progress]").await;
        lead.wait_for_text(&format!("{first}: in progress.")).await;
        let focused = "return document.activeElement.dataset.card";
        assert_eq!(lead.evaluate(focused).await, json!(first), "the card keeps the focus");
        lead.wait_until("document.documentElement.dataset.islands == 'awake'").await;
        lead.find(&card(second)).await.send_keys(ALT_RIGHT).await.unwrap();
        lead.wait_for_text(&format!("{second}: in progress.")).await;
        // The other way: M, an arrow, Escape; what would happen is announced.
        lead.wait_until("document.documentElement.dataset.islands == 'awake'").await;
        lead.find(&card(second)).await.send_keys("m\u{e014}").await.unwrap();
        let told = "document.querySelector('[data-announce]').textContent == 'To Blocked? Enter moves it, Escape leaves it.'";
        lead.wait_until(told).await;
        lead.find(&card(second)).await.send_keys("\u{e00c}").await.unwrap();
        lead.wait_until("document.querySelector('[data-announce]').textContent == 'It stays where it is.'")
            .await;
    } else {
        for code in [first, second] {
            lead.click(&format!("{} summary", card(code))).await;
            lead.click(&format!("{} option[value=in_progress]", card(code))).await;
            lead.click(&format!("{} form button", card(code))).await;
            lead.wait_for_text(&format!("{code}: in progress.")).await;
        }
    }
    for code in [first, second] {
        lead.find(&format!("[data-column=in_progress] {}", card(code))).await;
    }
}

/// Drags with the mouse, as people do.
async fn drag(browser: &Browser, from: &str, to: &str) {
    let (from, to) = (browser.find(from).await, browser.find(to).await);
    let step = Some(Duration::from_millis(150));
    let at = |element| PointerAction::MoveToElement { element, duration: step, x: 0., y: 0. };
    let actions = MouseActions::new("mouse".to_owned())
        .then(at(from))
        .then(PointerAction::Down { button: 0 })
        .then(PointerAction::MoveBy { duration: step, x: 12., y: 12. })
        .then(at(to.clone()))
        .then(at(to))
        .then(PointerAction::Up { button: 0 });
    browser.client().perform_actions(actions).await.unwrap();
}

/// Attaches evidence and says that the item is done; done without is refused.
async fn finish(lead: &Browser, code: &str) {
    lead.click(&format!("[id='card-{code}'] a.question-code")).await;
    lead.wait_for_text("What is wanted").await;
    lead.check_accessibility().await;
    lead.fill("#uri", LINK).await;
    lead.click(".evidence-new button").await;
    lead.wait_for_text("The evidence is attached.").await;
    lead.click("#status option[value=done]").await;
    lead.click("form:has(#status) button").await;
    lead.wait_for_text("The item is saved.").await;
    lead.fill("#comment", "Every model, since Monday.").await;
    lead.click("#comments form button").await;
    lead.wait_for_text("The comment is written.").await;
    lead.wait_for_text("from in progress to done").await;
}

async fn review(officer: &Browser, code: &str) {
    follow(officer, &format!("Review the evidence of {code}")).await;
    officer.find(&format!("a.evidence-uri[href='{LINK}']")).await;
    officer.check_accessibility().await;
    officer.click(".evidence-decide input[value=accept] + label").await;
    officer.click(".evidence-decide button").await;
    officer.wait_for_text("Accepted. The team can update the answer now.").await;
    officer.wait_for_text("You reviewed the evidence, so somebody else updates the answer.").await;
}

#[test]
fn every_roadmap_of_the_demo_leads_to_its_target_or_says_what_stops_it() {
    let server = Server::start_with(&["--demo"]);
    let arguments = ["token", "create", "--name", "reader", "--scope", "assessments:read"];
    let token = String::from_utf8(server.command(arguments).output().unwrap().stdout).unwrap();
    let bearer = format!("Bearer {}", token.trim());
    let get = |path: &str| -> Value {
        let mut answer = ureq::get(server.url(path)).header("Authorization", &bearer).call().unwrap();
        answer.body_mut().read_json().unwrap()
    };
    let leads_there = |what: &str, roadmap: &Value| {
        let start = &roadmap["start"];
        let end = roadmap["phases"].as_array().unwrap().last().map_or(start, |phase| &phase["projected"]);
        let stops = roadmap["unreachable"].as_array().unwrap();
        let reaches = end["claimed"].as_u64() >= roadmap["target"].as_u64();
        assert!(reaches || !stops.is_empty(), "{what} ends at {end} and does not say why: {roadmap}");
        assert!(stops.iter().all(|stop| stop["reason"].as_str().is_some_and(|reason| !reason.is_empty())));
    };
    let mut plans = 0;
    for team in get("/api/v1/teams")["items"].as_array().unwrap() {
        let id = team["id"].as_str().unwrap();
        let saved = get(&format!("/api/v1/teams/{id}/roadmap"));
        assert_eq!(saved["revision"], 1, "{} has a saved roadmap", team["name"]);
        leads_there(id, &saved["roadmap"]);
        let statuses: Vec<&str> =
            saved["items"].as_array().unwrap().iter().map(|item| item["status"].as_str().unwrap()).collect();
        assert!(statuses.contains(&"in_progress"), "{statuses:?}");
        for assessment in get(&format!("/api/v1/teams/{id}/assessments"))["items"].as_array().unwrap() {
            let id = assessment["id"].as_str().unwrap();
            for query in ["", "?target=4", "?target=4&capacities[ml-engineer]=1"] {
                leads_there(id, &get(&format!("/api/v1/assessments/{id}/roadmap{query}")));
                plans += 1;
            }
        }
    }
    assert_eq!(plans, 27, "three assessments of each of three teams");
}
