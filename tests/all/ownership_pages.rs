//! Ownership in a real browser against the real program: the matrix filled by keyboard and by paste, findings fixed where
//! they stand, somebody deactivated and what they held handed over, all of it in the audit trail. Once more without WASM.

use std::io::Write;
use std::process::Stdio;

use assay_tests::browser::{Browser, Scheme, Scripts};
use assay_tests::server_process::Server;
use assay_tests::world::PASSWORD;
use fantoccini::Locator;
use fantoccini::key::Key;
use serde_json::json;

const ADMIN: &str = "ada@example.org";
const LEAD: &str = "lea@example.org";
const OFFICER: &str = "ole@example.org";

#[tokio::test(flavor = "multi_thread")]
async fn a_matrix_is_filled_mended_and_handed_over() {
    the_whole_way(Scripts::All).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_matrix_is_filled_mended_and_handed_over_without_wasm() {
    the_whole_way(Scripts::NoWasm).await;
}

async fn the_whole_way(scripts: Scripts) {
    let server = organisation();
    let mut lead = sign_in(&server, scripts, LEAD).await;
    lead.goto(&server.url("/teams/payments/ownership")).await;
    lead.wait_for_text("Nobody holds anything yet").await;
    follow(&lead, "Fill the matrix").await;
    fill(&lead, scripts).await;
    lead.wait_for_text("Saved. It holds from today.").await;
    let shown = cells_of(&lead, "Business alignment").await;
    assert_eq!(shown, "A\nLea Lead waits for confirmation, accountable\nR\nCy Cole, responsible");
    check(&lead).await;

    refuse_a_stranger(&mut lead, &server).await;
    mend(&lead, &server).await;
    look_back(&lead, &server).await;
    note_skills_and_tools(&lead, &server).await;
    lead.finish().await;

    let admin = sign_in(&server, scripts, ADMIN).await;
    hand_over(&admin, &server).await;
    admin.finish().await;

    let officer = sign_in(&server, scripts, OFFICER).await;
    find_all(&officer, &server).await;
    officer.finish().await;
}

/// A server with a team of three, an administrator and an officer, made as an operator would.
fn organisation() -> Server {
    let server = Server::start();
    let token = server.command(["token", "create", "--name", "set-up", "--scope", "admin"]).output().unwrap();
    let token = String::from_utf8(token.stdout).unwrap();
    let team =
        ureq::post(server.url("/api/v1/teams")).header("Authorization", format!("Bearer {}", token.trim()));
    team.send_json(json!({ "name": "Payments risk", "slug": "payments" })).unwrap();
    let people: [(&str, &[&str]); 5] = [
        (ADMIN, &["--name", "Ada Admin", "--role", "admin"]),
        (OFFICER, &["--name", "Ole Officer", "--role", "compliance-officer"]),
        (LEAD, &["--name", "Lea Lead", "--role", "team-lead", "--team", "payments"]),
        ("cy@example.org", &["--name", "Cy Cole", "--role", "contributor", "--team", "payments"]),
        ("dan@example.org", &["--name", "Dan Dorn", "--role", "contributor", "--team", "payments"]),
    ];
    for (email, more) in people {
        let mut create = server.command(["user", "create", "--password-stdin", "--email", email]);
        let mut child = create.args(more).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success());
    }
    server
}

async fn sign_in(server: &Server, scripts: Scripts, email: &str) -> Browser {
    let browser = Browser::open(scripts).await;
    browser.goto(&server.url("/sign-in")).await;
    browser.fill("#email", email).await;
    browser.fill("#password", PASSWORD).await;
    browser.click("main form button").await;
    browser.find("form[action='/sign-out']").await;
    browser
}

/// Clicks a link by its words.
async fn follow(browser: &Browser, words: &str) {
    let link = browser.client().wait().for_element(Locator::LinkText(words)).await;
    link.unwrap_or_else(|error| panic!("no link {words:?}: {error}")).click().await.unwrap();
}

/// Types into whatever has the focus.
async fn type_keys(browser: &Browser, keys: &str) {
    browser.client().active_element().await.unwrap().send_keys(keys).await.unwrap();
}

async fn focused(browser: &Browser) -> String {
    browser.evaluate("return document.activeElement.id").await.as_str().unwrap_or_default().to_owned()
}

async fn value(browser: &Browser, id: &str) -> String {
    let script = format!("return document.getElementById('{id}').value");
    browser.evaluate(&script).await.as_str().unwrap_or_default().to_owned()
}

/// Three rows for the lead, with Cy and Dan beside; with WASM by the keys of a spreadsheet and by pasting a block.
async fn fill(browser: &Browser, scripts: Scripts) {
    browser.find("#r0c0").await;
    if scripts == Scripts::All {
        browser.wait_until("document.documentElement.dataset.islands === 'awake'").await;
        check(browser).await;
        browser.click("#r0c0").await;
        type_keys(browser, "Lea A").await;
        type_keys(browser, &Key::Enter.to_string()).await;
        assert_eq!(focused(browser).await, "r1c0");
        browser
            .client()
            .active_element()
            .await
            .unwrap()
            .send_keys(&format!("{}d{}", Key::Control, Key::Null))
            .await
            .unwrap();
        assert_eq!(value(browser, "r1c0").await, "Lea A", "Ctrl+D repeats the cell above");
        type_keys(browser, &format!("{}{}", Key::Down, Key::Up)).await;
        type_keys(browser, &Key::Up.to_string()).await;
        assert_eq!(focused(browser).await, "r0c0");
        type_keys(browser, &Key::Right.to_string()).await;
        assert_eq!(focused(browser).await, "r0c1", "everything is selected, so an arrow leaves the cell");
        let paste = "const data = new DataTransfer();
            data.setData('text', 'Dan\\tOle I\\nCy\\t\\nDan A, Cy R\\t\\n');
            document.activeElement.dispatchEvent(
                new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));";
        browser.evaluate(paste).await;
    } else {
        for (id, text) in [
            ("r0c0", "Lea A"),
            ("r1c0", "Lea A"),
            ("r0c1", "Dan"),
            ("r0c2", "Ole I"),
            ("r1c1", "Cy"),
            ("r2c1", "Dan A, Cy R"),
        ] {
            browser.fill(&format!("#{id}"), text).await;
        }
    }
    let block = [("r0c1", "Dan"), ("r0c2", "Ole I"), ("r1c1", "Cy"), ("r2c1", "Dan A, Cy R")];
    for (id, text) in block {
        assert_eq!(value(browser, id).await, text);
    }
    browser.click(".own-bar button").await;
}

/// What the cells of a row show, also to those who listen.
async fn cells_of(browser: &Browser, row: &str) -> String {
    let script = format!(
        "const row = [...document.querySelectorAll('.own-matrix tbody tr')]
            .find(row => row.querySelector('th').firstChild.textContent === '{row}');
        return [...row.querySelectorAll('li')].map(person => [...person.children].map(part => part.textContent).join('\\n')).join('\\n')"
    );
    browser.evaluate(&script).await.as_str().unwrap_or_default().to_owned()
}

/// Nothing keeps people out, in light and dark.
async fn check(browser: &Browser) {
    for scheme in [Scheme::Dark, Scheme::Light] {
        browser.scheme(scheme).await;
        browser.check_accessibility().await;
    }
}

/// A name that nobody has: the cell says so, and what was typed stays.
async fn refuse_a_stranger(browser: &mut Browser, server: &Server) {
    browser.goto(&server.url("/teams/payments/ownership/edit")).await;
    browser.fill("#r3c0", "Zoe A").await;
    browser.expect_error("422");
    browser.click(".own-bar button").await;
    browser.wait_for_text("There is a problem").await;
    browser.wait_for_text("Nobody here is called “Zoe”").await;
    assert_eq!(value(browser, "r3c0").await, "Zoe A");
    assert_eq!(value(browser, "r0c0").await, "Lea A");
    browser.check_accessibility().await;
    browser.fill("#r3c0", "").await;
    browser.click(".own-bar button").await;
    browser.wait_for_text("Saved. It holds from today.").await;
}

async fn count(browser: &Browser, words: &str) -> usize {
    let script = format!(
        "return [...document.querySelectorAll('.own-sentence')].filter(line => line.textContent.startsWith('{words}')).length"
    );
    usize::try_from(browser.evaluate(&script).await.as_u64().unwrap_or_default()).unwrap()
}

/// Clicks the fix of the finding that begins like this.
async fn fix(browser: &Browser, words: &str) {
    let path = format!("//li[.//p[@class='own-sentence'][starts-with(., '{words}')]]//button");
    let button = browser.client().wait().for_element(Locator::XPath(&path)).await;
    button.unwrap_or_else(|error| panic!("no fix for {words:?}: {error}")).click().await.unwrap();
    browser.wait_for_text(&format!("Fixed: {words}")).await;
    assert_eq!(count(browser, words).await, 0, "{words} is gone");
}

async fn mend(browser: &Browser, server: &Server) {
    browser.goto(&server.url("/teams/payments/ownership/findings")).await;
    check(browser).await;
    let before = count(browser, "Nobody is accountable").await;
    fix(browser, "Nobody is accountable for Privacy").await;
    assert_eq!(count(browser, "Nobody is accountable").await, before - 1);
    fix(browser, "Only ").await;
    let duties = count(browser, "No role held here covers").await;
    assert!(duties > 0, "some duty is not covered");
    fix(browser, "No role held here covers “Set goals and priorities”").await;
    browser.goto(&server.url("/")).await;
    follow_part(browser, "findings").await;
    browser.wait_for_text("What is missing").await;
}

async fn follow_part(browser: &Browser, words: &str) {
    let link = browser
        .client()
        .wait()
        .for_element(Locator::XPath(&format!("//main//a[contains(., '{words}')]")))
        .await;
    link.unwrap().click().await.unwrap();
}

/// Yesterday nobody held anything, and it cannot be changed.
async fn look_back(browser: &Browser, server: &Server) {
    browser.goto(&server.url("/teams/payments/ownership?on=2020-01-01")).await;
    browser.wait_for_text("On 1 Jan 2020 nothing was on record.").await;
    let buttons =
        browser.evaluate("return document.querySelectorAll('a[href$=\"/ownership/edit\"]').length").await;
    assert_eq!(buttons, 0);
}

async fn note_skills_and_tools(browser: &Browser, server: &Server) {
    browser.goto(&server.url("/teams/payments/ownership/skills")).await;
    check(browser).await;
    browser.click(".own-box input").await;
    browser.click(".own-bar button").await;
    browser.wait_for_text("The skills are saved.").await;
    assert_eq!(browser.evaluate("return document.querySelectorAll('.own-box :checked').length").await, 1);
    browser.goto(&server.url("/teams/payments/ownership/tools")).await;
    check(browser).await;
    browser.fill("#tools-experiment-tracking", "mlflow, Own thing").await;
    browser.click(".own-bar button").await;
    browser.wait_for_text("The tools are saved.").await;
    assert_eq!(value(browser, "tools-experiment-tracking").await, "MLflow, Own thing");
}

/// Dan leaves; Cy takes over what he held, in the same step.
async fn hand_over(browser: &Browser, server: &Server) {
    browser.goto(&server.url("/admin/people")).await;
    follow(browser, "Dan Dorn").await;
    browser.wait_for_text("What would be left behind").await;
    browser.wait_for_text("Teamwork across roles: accountable as Data engineer").await;
    check(browser).await;
    let cy = browser
        .client()
        .wait()
        .for_element(Locator::XPath("//section[@id='hand-over']//option[. = 'Cy Cole']"))
        .await;
    cy.unwrap().click().await.unwrap();
    browser.click("#hand-over button[name=active]").await;
    browser.wait_for_text("This person is deactivated.").await;
    let left = browser.evaluate("return document.getElementById('hand-over')").await;
    assert!(left.is_null(), "nothing is left behind");
    browser.goto(&server.url("/teams/payments/ownership")).await;
    let shown = cells_of(browser, "Teamwork across roles").await;
    assert!(shown.contains("Cy Cole, accountable") && !shown.contains("Dan"), "{shown}");
    browser.goto(&server.url("/organisation")).await;
    browser.wait_for_text("No result is locked yet").await;
    browser.goto(&server.url("/organisation/tools")).await;
    browser.wait_for_text("Own thing").await;
    check(browser).await;
}

/// Everything that was done is in the trail.
async fn find_all(browser: &Browser, server: &Server) {
    for (action, at_least) in [
        ("ownership.handed_over", "1 entry"),
        ("ownership.assigned", "entries"),
        ("ownership.ended", "entries"),
        ("skills.changed", "1 entry"),
        ("tools.changed", "1 entry"),
        ("user.deactivated", "1 entry"),
    ] {
        browser.goto(&server.url(&format!("/audit?action={action}"))).await;
        browser.wait_for_text(at_least).await;
    }
}
