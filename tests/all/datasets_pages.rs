//! Data in a real browser against the real program, once without any script: a dataset is registered, used outside its purposes,
//! the finding is worked on, its risk is accepted by the officer, and all of it stands in the trail.

use assay_tests::browser::{Browser, Scheme, Scripts};
use assay_tests::server_process::Server;
use assay_tests::world::PASSWORD;

use crate::journeys::{LEAD, OFFICER, follow, organisation, sign_in};

#[tokio::test(flavor = "multi_thread")]
async fn data_is_used_outside_its_purposes_and_somebody_answers_for_it() {
    the_whole_way(Scripts::All).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn data_is_used_outside_its_purposes_and_somebody_answers_for_it_without_script() {
    the_whole_way(Scripts::None).await;
}

async fn the_whole_way(scripts: Scripts) {
    let server = organisation();
    let lead = Desk::open(&server, scripts, LEAD).await;
    register(&lead, &server).await;
    version(&lead).await;
    use_it(&lead).await;
    work(&lead).await;
    lead.browser.finish().await;

    let officer = Desk::open(&server, scripts, OFFICER).await;
    accept(&officer, &server).await;
    personal(&officer, &server).await;
    trail(&officer, &server).await;
    officer.browser.finish().await;
}

/// A browser, and what code its pages may run.
struct Desk {
    browser: Browser,
    scripts: Scripts,
}

impl Desk {
    /// Somebody who will send forms with mistakes, too.
    async fn open(server: &Server, scripts: Scripts, email: &str) -> Self {
        let mut browser = sign_in(server, scripts, email, PASSWORD).await;
        browser.expect_error("422");
        Self { browser, scripts }
    }
}

impl std::ops::Deref for Desk {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.browser
    }
}

/// Checks a page and takes its pictures. The checker of accessibility is a script itself.
async fn look(browser: &Desk, name: &str) {
    if browser.scripts == Scripts::None {
        return;
    }
    browser.check_accessibility().await;
    browser.screenshot(name).await;
    browser.scheme(Scheme::Dark).await;
    browser.check_accessibility().await;
    browser.screenshot(&format!("{name}-dark")).await;
    browser.scheme(Scheme::Light).await;
    browser.resize(360, 900).await;
    browser.screenshot(&format!("{name}-narrow")).await;
    browser.resize(1280, 900).await;
}

async fn register(lead: &Desk, server: &Server) {
    lead.goto(&server.url("/datasets")).await;
    look(lead, "datasets-empty").await;
    follow(lead, "Register a dataset").await;
    lead.fill("#namespace", "warehouse").await;
    lead.fill("#name", "cards").await;
    lead.click("label[for=classification-3]").await;
    lead.fill("#purposes", "Fraud Detection").await;
    lead.click("main form button[type=submit]").await;
    lead.wait_for_text("There is a problem").await;
    look(lead, "datasets-form").await;
    lead.fill("#purposes", "fraud-detection").await;
    lead.fill("#description", "Card payments of private customers.").await;
    lead.fill("#retention-days", "30").await;
    lead.click("main form button[type=submit]").await;
    lead.wait_for_text("Say what the retention counts from.").await;
    lead.fill("#retention-days", "").await;
    lead.click("main form button[type=submit]").await;
    lead.wait_for_text("The dataset is registered.").await;
    lead.wait_for_text("No lawful basis").await;
    follow(lead, "Edit").await;
    lead.click("#lawful_basis option[value=contract]").await;
    lead.click("main form button[type=submit]").await;
    lead.wait_for_text("The terms are saved.").await;
}

async fn version(lead: &Desk) {
    lead.click("#versions summary").await;
    lead.fill("#version", "2026-10").await;
    lead.fill("#digest", "sha256:abc").await;
    lead.click("#versions form button").await;
    lead.wait_for_text("There is a problem").await;
    lead.fill("#digest", "md5:4dbb7a07196ab29feb8d9b81e0afda25").await;
    lead.click("#versions form button").await;
    lead.wait_for_text("Version 2026-10 is registered.").await;
}

async fn use_it(lead: &Desk) {
    follow(lead, "Record a use").await;
    lead.fill("#purpose", "marketing").await;
    lead.fill("#model", "unheard-of").await;
    lead.fill("#version", "1").await;
    lead.click("main form button[type=submit]").await;
    lead.wait_for_text("No model is called").await;
    look(lead, "datasets-record").await;
    lead.fill("#model", "").await;
    lead.fill("#version", "").await;
    lead.fill("#digest", "md5:4dbb7a07196ab29feb8d9b81e0afda25").await;
    lead.fill("#rows", "1 200").await;
    lead.click("main form button[type=submit]").await;
    lead.wait_for_text("The use is recorded, and a finding is open about it.").await;
}

async fn work(lead: &Desk) {
    lead.wait_for_text("may be used for fraud-detection only").await;
    look(lead, "finding-open").await;
    lead.click("form[action$='/start'] button").await;
    lead.wait_for_text("You work on it now.").await;
    let accepts =
        lead.evaluate("return document.querySelectorAll(\"form[action$='/accept-risk']\").length").await;
    assert_eq!(accepts, 0, "a lead accepts no risk");
    follow(lead, "warehouse/cards").await;
    lead.wait_for_text("Which models saw it").await;
    lead.wait_for_text("Not allowed").await;
    look(lead, "dataset").await;
}

async fn accept(officer: &Desk, server: &Server) {
    officer.goto(&server.url("/findings")).await;
    look(officer, "findings").await;
    officer.click("main table tbody a[href^='/findings/']").await;
    officer.wait_for_text("works on it").await;
    officer.click("details:has(form[action$='/accept-risk']) summary").await;
    officer.fill("#reason-accept-risk", "One mailing, stopped; legal agreed.").await;
    officer.evaluate("document.querySelector('#until-accept-risk').value = '2020-01-01'").await;
    officer.click("form[action$='/accept-risk'] button").await;
    officer.wait_for_text("There is a problem").await;
    look(officer, "finding-refused").await;
    let tomorrow = "const day = new Date(Date.now() + 864e5).toISOString().slice(0, 10); \
                    document.querySelector('#until-accept-risk').value = day";
    officer.evaluate(tomorrow).await;
    officer.click("form[action$='/accept-risk'] button").await;
    officer.wait_for_text("The risk is accepted until").await;
    officer.wait_for_text("One mailing, stopped; legal agreed.").await;
    look(officer, "finding-accepted").await;
}

async fn personal(officer: &Desk, server: &Server) {
    officer.goto(&server.url("/datasets/personal")).await;
    officer.wait_for_text("warehouse/cards").await;
    officer.wait_for_text("marketing").await;
    look(officer, "datasets-personal").await;
    officer.goto(&server.url("/datasets")).await;
    look(officer, "datasets").await;
}

async fn trail(officer: &Desk, server: &Server) {
    for action in [
        "dataset.registered",
        "dataset.changed",
        "dataset_version.registered",
        "data_usage.recorded",
        "finding.opened",
        "finding.changed",
    ] {
        officer.goto(&server.url(&format!("/audit?action={action}&team=payments"))).await;
        officer.find("main table tbody a[href^='/audit/']").await;
    }
    // From the entry back to the finding that it is about.
    officer.click("main table tbody a[href^='/audit/']").await;
    officer.click("main a[href^='/findings/']").await;
    officer.wait_for_text("History").await;
}
