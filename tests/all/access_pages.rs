//! The pages of people and teams in a real browser: from the set-up link to a team with members.

use assay_tests::browser::{Browser, Scheme, Scripts};
use assay_tests::world::{PASSWORD, World};

/// Looks at a page in both schemes, wide and narrow, and fails on what keeps people out.
async fn look(browser: &Browser, name: &str) {
    for (scheme, mode) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
        browser.scheme(scheme).await;
        for (width, size) in [(1280, "wide"), (360, "narrow")] {
            browser.resize(width, 900).await;
            browser.check_accessibility().await;
            browser.screenshot(&format!("access-{name}-{mode}-{size}")).await;
        }
    }
    browser.scheme(Scheme::Light).await;
    browser.resize(1280, 900).await;
}

async fn sign_in(browser: &Browser, base: &str, email: &str) {
    browser.goto(&format!("{base}/sign-in?next=/account")).await;
    browser.fill("#email", email).await;
    browser.fill("#password", PASSWORD).await;
    browser.click("main button").await;
    browser.wait_for_text("Your account").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_brings_people_and_teams_in() {
    let world = World::new_empty().await;
    let base = world.serve().await;
    let link = assay_server::access::service::setup_link(&world.app).await.unwrap().unwrap();
    let link = link.split("/setup").nth(1).unwrap();
    let mut browser = Browser::open(Scripts::None).await;
    browser.expect_error("422");
    browser.goto(&format!("{base}/setup{link}")).await;
    browser.fill("#name", "Ada Admin").await;
    browser.fill("#email", "ada@example.org").await;
    browser.fill("#password", "too short").await;
    browser.click("main button").await;
    browser.wait_for_text("There is a problem").await;
    assert!(browser.text("#password-error").await.contains("at least 15 characters"));
    browser.fill("#password", PASSWORD).await;
    browser.click("main button").await;
    browser.wait_for_text("Good to see you, Ada").await;

    browser.goto(&format!("{base}/teams/new")).await;
    browser.fill("#name", "Fraud detection").await;
    browser.fill("#purpose", "Scores card payments while the customer waits.").await;
    browser.click("main button").await;
    browser.wait_for_text("The team is created").await;

    browser.goto(&format!("{base}/admin/people")).await;
    browser.fill("#name", "Lea Lead").await;
    browser.fill("#email", "lea@example.org").await;
    browser.find("#role option[value=team-lead]").await.click().await.unwrap();
    browser.find("#team option:last-child").await.click().await.unwrap();
    browser.click("main form button").await;
    browser.wait_for_text("Send this link now").await;
    let invitation = browser.text(".code code").await;
    browser.click(".account-button").await;
    browser.click(".account-menu form button").await;
    browser.wait_for_text("Sign in").await;

    browser.goto(&format!("{base}/invite/{}", invitation.rsplit('/').next().unwrap())).await;
    browser.wait_for_text("Welcome, Lea Lead").await;
    browser.fill("#password", PASSWORD).await;
    browser.click("main button").await;
    browser.wait_for_text("Good to see you, Lea").await;
    browser.goto(&format!("{base}/teams/fraud-detection")).await;
    browser.fill("#email", "ada@example.org").await;
    browser.find("#role option[value=viewer]").await.click().await.unwrap();
    browser.click("#members form.narrow button").await;
    browser.wait_for_text("Ada Admin is added.").await;
    browser.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_people_and_teams_lets_everybody_in() {
    let world = World::new().await;
    let base = world.serve().await;
    let mut browser = Browser::open(Scripts::All).await;
    browser.expect_error("404");
    browser.goto(&format!("{base}/sign-in")).await;
    look(&browser, "sign-in").await;
    browser.goto(&format!("{base}/no/such/page")).await;
    look(&browser, "not-found").await;
    sign_in(&browser, &base, "admin@example.org").await;
    let person = format!("/admin/people/{}", world.object("person", assay_tests::world::Whose::Own));
    let rule = format!("/admin/ci-trust/{}", world.object("rule", assay_tests::world::Whose::Own));
    for (path, name) in [
        ("/account", "account"),
        ("/admin/people", "people"),
        (&person, "person"),
        ("/admin/tokens", "tokens"),
        ("/admin/ci-trust", "ci-trust"),
        ("/admin/ci-trust/new", "ci-trust-new"),
        ("/admin/ci-trust/new?provider=other", "ci-trust-new-other"),
        (&rule, "ci-trust-rule"),
        ("/teams", "teams"),
        ("/teams/new", "team-new"),
        ("/teams/own", "team"),
        ("/teams/own/edit", "team-edit"),
    ] {
        browser.goto(&format!("{base}{path}")).await;
        look(&browser, name).await;
    }
    browser.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_can_be_read_without_anything_from_elsewhere() {
    let world = World::new().await;
    let base = world.serve().await;
    let browser = Browser::open(Scripts::All).await;
    browser.goto(&format!("{base}/api/docs/")).await;
    browser.wait_for_text("Create a team").await;
    browser.screenshot("access-api-docs").await;
    browser.finish().await;
}
