//! What the product is for, from end to end in a real browser against the real program: a team lead assesses, a
//! compliance officer reviews, locks, takes the report and proves an entry. Once as most people have it, once without
//! WASM. And the demo's pages, looked at by those who sign in to it.

use std::io::Write;
use std::process::Stdio;

use assay_tests::browser::{Browser, Scheme, Scripts};
use assay_tests::server_process::{Server, command};
use assay_tests::world::PASSWORD;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use fantoccini::Locator;
use serde_json::{Value, json};

pub(crate) const LEAD: &str = "lea@example.org";
pub(crate) const OFFICER: &str = "ole@example.org";
const COMMENT: &str = "Since the spring, for every model.";
const LINK: &str = "https://wiki.example.org/plan";

#[tokio::test(flavor = "multi_thread")]
async fn a_team_is_assessed_and_an_officer_proves_it() {
    the_whole_way(Scripts::All).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_is_assessed_and_an_officer_proves_it_without_wasm() {
    the_whole_way(Scripts::NoWasm).await;
}

async fn the_whole_way(scripts: Scripts) {
    let server = organisation();
    let lead = sign_in(&server, scripts, LEAD, PASSWORD).await;
    start(&lead, &server).await;
    let assessment = address(&lead).await;
    answer_a_page(&lead, scripts).await;
    hand_in(&lead).await;
    lead.finish().await;

    let officer = sign_in(&server, scripts, OFFICER, PASSWORD).await;
    review(&officer, &assessment).await;
    let pdf = download(&officer, &format!("{assessment}/report.pdf")).await;
    assert_eq!((pdf.status, pdf.kind.as_str()), (200, "application/pdf"));
    assert!(pdf.bytes.starts_with(b"%PDF-"), "{} bytes", pdf.bytes.len());
    prove(&officer, &server, scripts).await;
    let bundle = download(&officer, &server.url("/api/v1/audit/export")).await;
    assert_eq!(bundle.status, 200);
    officer.finish().await;
    assert_eq!(verify(&bundle.bytes, "bundle.tar"), Some(0));
    assert_eq!(verify(&altered(&bundle.bytes), "bundle.tar"), Some(1));
    assert_eq!(verify(&pdf.bytes, "report.pdf"), Some(0), "the evidence goes with the report");
}

/// A server with a team, its lead and a compliance officer, made as an operator would.
pub(crate) fn organisation() -> Server {
    let server = Server::start();
    let token = server.command(["token", "create", "--name", "set-up", "--scope", "admin"]).output().unwrap();
    let token = String::from_utf8(token.stdout).unwrap();
    let team =
        ureq::post(server.url("/api/v1/teams")).header("Authorization", format!("Bearer {}", token.trim()));
    team.send_json(json!({ "name": "Payments risk", "slug": "payments" })).unwrap();
    let people: [(&str, &[&str]); 2] = [
        (LEAD, &["--name", "Lea Lead", "--role", "team-lead", "--team", "payments"]),
        (OFFICER, &["--name", "Ole Officer", "--role", "compliance-officer"]),
    ];
    for (email, more) in people {
        let mut create = server.command(["user", "create", "--password-stdin", "--email", email]);
        let mut child = create.args(more).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success());
    }
    server
}

pub(crate) async fn sign_in(server: &Server, scripts: Scripts, email: &str, password: &str) -> Browser {
    let browser = Browser::open(scripts).await;
    browser.goto(&server.url("/sign-in")).await;
    browser.fill("#email", email).await;
    browser.fill("#password", password).await;
    browser.click("main form button").await;
    browser.find("form[action='/sign-out']").await;
    browser
}

async fn address(browser: &Browser) -> String {
    browser.client().current_url().await.unwrap().to_string()
}

/// Clicks a link by its words.
pub(crate) async fn follow(browser: &Browser, words: &str) {
    let link = browser.client().wait().for_element(Locator::LinkText(words)).await;
    link.unwrap_or_else(|error| panic!("no link {words:?}: {error}")).click().await.unwrap();
}

async fn start(browser: &Browser, server: &Server) {
    browser.goto(&server.url("/teams/payments")).await;
    follow(browser, "Start an assessment").await;
    browser.fill("#title", "Autumn").await;
    browser.click("main form button").await;
    browser.find(".dimensions").await;
}

/// Answers every question of the first dimension by clicking, says something and shows something for the first one.
async fn answer_a_page(browser: &Browser, scripts: Scripts) {
    browser.click(".dimension-title a").await;
    browser.find("#answers").await;
    let page = address(browser).await;
    let codes = "return [...document.querySelectorAll('fieldset[data-code]')].map(question => question.id)";
    let codes: Vec<String> = serde_json::from_value(browser.evaluate(codes).await).unwrap();
    assert!(codes.len() > 3, "{codes:?}");
    for code in &codes {
        browser.click(&format!("label[for='{code}-value']")).await;
    }
    let first = &codes[0];
    browser
        .click(&format!("[id='{first}'] .question-extras details:has([id='{first}-comment']) > summary"))
        .await;
    browser.fill(&format!("[id='{first}-comment']"), COMMENT).await;
    if scripts == Scripts::All {
        let saved = "[...document.querySelectorAll('[data-saved]')].every(note => note.textContent.startsWith('Saved'))";
        browser.wait_until(saved).await;
    } else {
        browser.click(".question-actions button[value=stay]").await;
        browser.wait_until("document.readyState == 'complete'").await;
    }
    // As somebody finds it who comes back later.
    browser.goto(&page).await;
    let kept = "return document.querySelectorAll('.rubric input:checked').length";
    assert_eq!(browser.evaluate(kept).await, json!(codes.len()));
    let said = format!("return document.getElementById('{first}-comment').value");
    assert_eq!(browser.evaluate(&said).await, COMMENT);

    browser
        .click(&format!("[id='{first}'] .question-extras details:has([id='{first}-uri']) > summary"))
        .await;
    browser.fill(&format!("[id='{first}-uri']"), LINK).await;
    browser.click(&format!("button[value='attach:{first}']")).await;
    browser.find(&format!("a.evidence-uri[href='{LINK}']")).await;
}

async fn hand_in(browser: &Browser) {
    follow(browser, "Check answers").await;
    browser.wait_for_text("questions have no answer").await;
    browser.click(".confirm summary").await;
    browser.click(".confirm button").await;
    browser.wait_for_text("In review").await;
}

async fn review(browser: &Browser, assessment: &str) {
    browser.goto(&format!("{assessment}/review")).await;
    browser.wait_for_text(LINK).await;
    browser.click("input[name^='evidence.'][value=accept] + label").await;
    browser.click("main button[value=lock]").await;
    browser.wait_for_text("Locked. The result is final.").await;
    assert_eq!(address(browser).await, format!("{assessment}/result"));
    browser.wait_for_text("Claimed").await;
    browser.check_accessibility().await;
}

/// Finds the lock in the audit trail and looks at its proof.
async fn prove(browser: &Browser, server: &Server, scripts: Scripts) {
    browser.goto(&server.url("/audit")).await;
    browser.click("#action option[value='assessment.locked']").await;
    browser.click("form[action='/audit'] button").await;
    browser.wait_for_text("1 entry").await;
    assert!(address(browser).await.contains("action=assessment.locked"));
    browser.click("main table a[href^='/audit/']").await;
    browser.wait_for_text("What is recorded").await;
    browser.check_accessibility().await;
    if scripts == Scripts::All {
        browser.wait_for_text("Proven, in this browser").await;
        // The second time the browser also compares with what it saw the first time.
        browser.goto(&address(browser).await).await;
        browser.wait_for_text("Proven, in this browser").await;
        let ticked = browser
            .evaluate("return [...document.querySelectorAll('.proof-step')].map(step => step.className)")
            .await;
        let ticked: Vec<String> = serde_json::from_value(ticked).unwrap();
        assert!(ticked.len() > 2 && ticked.iter().all(|step| step.contains("tone-good")), "{ticked:?}");
    } else {
        assert_eq!(browser.text(".proof-verdict").await, "Not checked yet");
    }
}

struct Download {
    status: u64,
    kind: String,
    bytes: Vec<u8>,
}

/// What the signed-in browser gets from an address.
async fn download(browser: &Browser, address: &str) -> Download {
    let script = "const [address, done] = arguments;
        fetch(address).then(async answer => {
            const bytes = new Uint8Array(await answer.arrayBuffer());
            let text = '';
            for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
            done([answer.status, answer.headers.get('content-type'), btoa(text)]);
        }, error => done([0, String(error), '']));";
    let answer = browser.client().execute_async(script, vec![json!(address)]).await.unwrap();
    let bytes = BASE64_STANDARD.decode(answer[2].as_str().unwrap()).unwrap();
    Download {
        status: answer[0].as_u64().unwrap(),
        kind: answer[1].as_str().unwrap_or_default().to_owned(),
        bytes,
    }
}

/// Checks a file offline, as anybody who was given it can, and gives the exit code.
fn verify(bytes: &[u8], name: &str) -> Option<i32> {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(name);
    std::fs::write(&file, bytes).unwrap();
    command(["verify", file.to_str().unwrap()]).output().unwrap().status.code()
}

/// The same file with one letter of its first entry about an assessment changed.
fn altered(bundle: &[u8]) -> Vec<u8> {
    let action = b"\"assessment.";
    let place = bundle.windows(action.len()).position(|window| window == action);
    let mut altered = bundle.to_vec();
    altered[place.expect("entries are in the bundle as they are") + 1] = b'A';
    altered
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_can_be_walked_through_by_everybody_in_it() {
    let server = Server::start_with(&["--demo"]);
    let log = server.log();
    let password = |email: &str| {
        let line =
            log.lines().find(|line| line.contains(email)).unwrap_or_else(|| panic!("no {email} in {log}"));
        line.split_whitespace().last().unwrap().to_owned()
    };
    let officer = "lena.brandt@brightwater.example";
    let browser = sign_in(&server, Scripts::All, officer, &password(officer)).await;
    let teams = links(&browser, &server, "/teams", "/teams/").await;
    let mut pages = vec![
        "/".to_owned(),
        "/teams".to_owned(),
        "/models".to_owned(),
        "/audit".to_owned(),
        "/account".to_owned(),
    ];
    pages.push(teams.iter().find(|team| team.ends_with("/payments")).expect("the team of the story").clone());
    pages.extend(
        ["", "?view=board", "?view=list", "?view=chart"].map(|view| format!("/teams/payments/roadmap{view}")),
    );
    pages.extend(
        ["", "?on=2026-01-01", "/findings", "/skills", "/tools"]
            .map(|view| format!("/teams/payments/ownership{view}")),
    );
    pages.extend(["", "/roadmap", "/tools"].map(|view| format!("/organisation{view}")));
    let assessments = links(&browser, &server, "/teams/payments", "/assessments/").await;
    let assessment = assessments.first().expect("the team was assessed");
    pages.extend(["", "/check", "/result", "/data"].map(|page| format!("{assessment}{page}")));
    pages.push(
        links(&browser, &server, "/models", "/models/").await.first().expect("the demo has models").clone(),
    );
    pages.push(
        links(&browser, &server, "/audit", "/audit/")
            .await
            .into_iter()
            .find(|link| link[7..].parse::<u64>().is_ok())
            .unwrap(),
    );
    look_at(&browser, &server, &pages).await;
    browser.finish().await;

    let lead = "sofia.marino@brightwater.example";
    let browser = sign_in(&server, Scripts::All, lead, &password(lead)).await;
    let draft =
        links(&browser, &server, "/teams/care", "/assessments/").await.first().expect("a draft").clone();
    look_at(
        &browser,
        &server,
        &[
            draft.clone(),
            format!("{draft}/data"),
            format!("{draft}/check"),
            "/teams/care/assessments/new".to_owned(),
            "/teams/care/ownership/edit".to_owned(),
        ],
    )
    .await;
    browser.finish().await;

    let administrator = "ada.okafor@brightwater.example";
    let browser = sign_in(&server, Scripts::All, administrator, &password(administrator)).await;
    let people = links(&browser, &server, "/admin/people", "/admin/people/").await;
    let mut pages =
        vec!["/admin/people".to_owned(), "/admin/tokens".to_owned(), "/admin/ci-trust".to_owned()];
    pages.extend(people.first().cloned());
    look_at(&browser, &server, &pages).await;
    browser.finish().await;
}

/// Where a page leads, below a path.
async fn links(browser: &Browser, server: &Server, page: &str, below: &str) -> Vec<String> {
    browser.goto(&server.url(page)).await;
    let all = browser
        .evaluate("return [...document.querySelectorAll('main a')].map(link => link.getAttribute('href'))")
        .await;
    let all: Vec<Value> = serde_json::from_value(all).unwrap();
    all.iter().filter_map(Value::as_str).filter(|link| link.starts_with(below)).map(str::to_owned).collect()
}

/// Nothing on these pages keeps people out, whatever their system's colours.
async fn look_at(browser: &Browser, server: &Server, pages: &[String]) {
    let mut barriers = Vec::new();
    for page in pages {
        browser.goto(&server.url(page)).await;
        let headlines = browser.evaluate("return document.querySelectorAll('h1').length").await;
        assert_eq!(headlines, 1, "{page} has one headline");
        for scheme in [Scheme::Light, Scheme::Dark] {
            browser.scheme(scheme).await;
            let found = browser.barriers().await.unwrap_or_default();
            barriers.extend(found.iter().map(|barrier| format!("{page}, {scheme:?}: {barrier}")));
        }
    }
    assert!(barriers.is_empty(), "people are kept out:\n{}", barriers.join("\n"));
}
