//! Policies in a real browser, without script: proposed, corrected, confirmed by somebody else, in force, on the trail.

use assay_domain::access::Role;
use assay_tests::browser::{Browser, Scheme, Scripts};
use assay_tests::world::{PASSWORD, Whose, World, policy};

async fn sign_in(browser: &Browser, base: &str, name: &str) {
    browser.goto(&format!("{base}/sign-in?next=/admin/policies")).await;
    browser.fill("#email", &format!("{name}@example.org")).await;
    browser.fill("#password", PASSWORD).await;
    browser.click("main button").await;
    browser.wait_for_text("Approval policies").await;
}

async fn sign_out(browser: &Browser) {
    browser.click(".account-button").await;
    browser.click(".account-menu form button").await;
    browser.wait_for_text("Sign in").await;
}

/// Types into the text area what a person would paste.
async fn paste(browser: &Browser, text: &str) {
    browser.fill("#source", text).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_is_changed_by_two_people_without_script() {
    let world = World::new().await;
    let base = world.serve().await;
    let mut browser = Browser::open(Scripts::None).await;
    browser.expect_error("422");
    browser.expect_error("403");
    sign_in(&browser, &base, "admin").await;
    browser.wait_for_text("Every environment").await;
    browser.goto(&format!("{base}/admin/policies/minimal")).await;
    browser
        .wait_for_text("with the job role Data scientist, ML engineer, MLOps engineer or Software engineer")
        .await;
    browser.goto(&format!("{base}/admin/policy-proposals/new")).await;
    paste(&browser, &policy("staging").replace("count = 1", "count = 0")).await;
    browser.fill("#reason", "The audit asked for it.").await;
    browser.click("main form button[type=submit]").await;
    browser.wait_for_text("There is a problem").await;
    assert!(browser.text(".error-summary").await.contains("Line 16, column 9: steps[0].count: nobody_asked"));
    assert!(browser.text(".policy-lines").await.contains("count = 0"));
    let kept = browser.text("#source").await + &browser.text("#reason").await;
    assert!(kept.contains("title = \"staging\"") && kept.contains("The audit asked for it."), "{kept}");
    paste(&browser, &policy("staging")).await;
    browser.click("main form button[type=submit]").await;
    browser.wait_for_text("It is proposed. Somebody else has to confirm it.").await;
    browser.wait_for_text("Your proposal").await;
    assert!(!browser.text("main").await.contains("Confirm it"), "the proposer cannot");
    let proposal = browser.client().current_url().await.unwrap().to_string();
    sign_out(&browser).await;

    sign_in(&browser, &base, "compliance-officer").await;
    browser.wait_for_text("Bring staging 1.0.0 into force").await;
    browser.goto(&proposal).await;
    browser.wait_for_text("This is all that it would say.").await;
    browser.wait_for_text("The audit asked for it.").await;
    browser.click("form[action$='/confirm'] button").await;
    browser.wait_for_text("It is confirmed and in effect.").await;
    browser.goto(&format!("{base}/admin/policies")).await;
    assert!(browser.text(".policy-grid").await.contains("staging"));
    browser.goto(&format!("{base}/audit?action=policy.confirmed")).await;
    browser
        .wait_for_text("confirmed the proposal to bring the approval policy staging 1.0.0 into force")
        .await;

    browser.goto(&format!("{base}/admin/policies/staging")).await;
    browser.click("details.confirm summary").await;
    browser.fill("#reason", "It was for the audit alone.").await;
    browser.click("details.confirm button").await;
    browser.wait_for_text("Take an approval policy out of force").await;
    sign_out(&browser).await;
    sign_in(&browser, &base, "admin").await;
    browser.click("main table a").await;
    browser.fill("#reason", "The audit is not over.").await;
    browser.click("form[action$='/reject'] button").await;
    browser.wait_for_text("It is turned down; nothing changes.").await;
    browser.finish().await;
    assert_eq!(world.actions().await.iter().filter(|action| action.starts_with("policy.")).count(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn absences_and_other_names_are_said_without_script() {
    let world = World::new().await;
    let base = world.serve().await;
    let mut browser = Browser::open(Scripts::None).await;
    browser.expect_error("422");
    sign_in(&browser, &base, "team-lead").await;
    browser.goto(&format!("{base}/account")).await;
    browser.fill("#to", "nobody@example.org").await;
    browser.fill("#first_day", "10/10/2024").await;
    browser.fill("#last_day", "10/12/2024").await;
    browser.click("form[action='/account/delegations'] button").await;
    browser.wait_for_text("Nobody here has this address.").await;
    browser.fill("#to", "approver@example.org").await;
    browser.click("form[action='/account/delegations'] button").await;
    browser.wait_for_text("They may decide for you on these days.").await;
    browser.wait_for_text("10 Oct 2024").await;
    sign_out(&browser).await;
    sign_in(&browser, &base, "admin").await;
    browser.goto(&format!("{base}/admin/people/{}", world.object("person", Whose::Own))).await;
    browser.fill("#issuer", "jenkins").await;
    browser.fill("#subject", "somebody").await;
    browser.click("form[action$='/subjects'] button").await;
    browser.wait_for_text("It waits for the person or a compliance officer to confirm it.").await;
    browser.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_policies_lets_everybody_in() {
    let world = World::new().await;
    let base = world.serve().await;
    let browser = Browser::open(Scripts::All).await;
    sign_in(&browser, &base, Role::ComplianceOfficer.name()).await;
    let proposal = format!("/proposals/{}", world.object("proposals/proposal", Whose::Own));
    for (path, name) in [
        ("/admin/policies", "all"),
        ("/admin/policies/high", "one"),
        ("/proposals", "proposals"),
        (&proposal, "proposal"),
        ("/admin/policy-proposals/new?of=high", "propose"),
        ("/account", "account"),
    ] {
        browser.goto(&format!("{base}{path}")).await;
        for (scheme, mode) in [(Scheme::Light, "light"), (Scheme::Dark, "dark")] {
            browser.scheme(scheme).await;
            for (width, size) in [(1280, "wide"), (360, "narrow")] {
                browser.resize(width, 900).await;
                browser.check_accessibility().await;
                browser.screenshot(&format!("policies-{name}-{mode}-{size}")).await;
            }
        }
    }
    browser.finish().await;
}
