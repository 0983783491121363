//! Models in a real browser against the real program: registered, asked about risk, versioned, shown evidence for,
//! deployed and taken out of use, without any script. Then the same pages are looked at for what keeps people out.

use assay_tests::browser::{Browser, Scheme, Scripts};
use assay_tests::server_process::Server;
use assay_tests::world::PASSWORD;

use crate::journeys::{LEAD, OFFICER, follow, organisation, sign_in};

const MODEL: &str = "/models/bank%2Ffraud";
const VERSION: &str = "/models/bank%2Ffraud/7";

#[tokio::test(flavor = "multi_thread")]
async fn a_model_is_kept_without_any_script() {
    let server = organisation();
    let mut lead = sign_in(&server, Scripts::None, LEAD, PASSWORD).await;
    register(&mut lead, &server).await;
    answer(&mut lead).await;
    add_version(&mut lead, &server).await;
    show(&mut lead).await;
    deploy(&mut lead).await;
    take_out_of_use(&mut lead, &server).await;
    lead.finish().await;

    look(&server).await;
}

async fn submit(browser: &Browser, form: &str) {
    browser.click(&format!("form[action='{form}'] button")).await;
}

async fn register(lead: &mut Browser, server: &Server) {
    lead.goto(&server.url("/models")).await;
    lead.wait_for_text("No model yet").await;
    follow(lead, "Register a model").await;
    lead.expect_error("422");
    lead.fill("#name", "bank fraud").await;
    submit(lead, "/models/new").await;
    lead.wait_for_text("must be 1 to 200 letters, digits").await;
    lead.fill("#name", "bank/fraud").await;
    lead.fill("#purpose", "Scores each card payment.").await;
    lead.fill("#success_measure", "Losses per thousand payments.").await;
    submit(lead, "/models/new").await;
    lead.wait_for_text("Now say how much harm it can do.").await;
}

/// With one question left open first: the browser's own check is passed by, as a program would.
async fn answer(lead: &mut Browser) {
    for question in [
        "forbidden-practice",
        "life-and-limb",
        "critical-services",
        "alone-and-final",
        "work-and-schooling",
        "identity-and-body",
        "state-power",
        "safety-of-a-product",
        "special-data",
        "money-at-stake",
        "talks-to-people",
        "makes-content",
        "personal-data",
        "shown-to-customers",
    ] {
        lead.click(&format!("label[for='risk_answers-{question}-1']")).await;
    }
    submit(lead, &format!("{MODEL}/risk")).await;
    lead.wait_for_text("answer it with yes, no or unsure").await;
    lead.click("label[for='risk_answers-essential-services-2']").await;
    submit(lead, &format!("{MODEL}/risk")).await;
    lead.wait_for_text("The risk tier is high.").await;
    lead.wait_for_text("It bears on somebody's access to money, cover, housing or care").await;
    lead.wait_for_text("Not sure").await;
    lead.wait_for_text("Nobody is accountable").await;
}

async fn add_version(lead: &mut Browser, server: &Server) {
    follow(lead, "Register a version").await;
    lead.fill("#version", "7").await;
    lead.fill("#artefact_digest", "sha256:abc").await;
    lead.fill("#metrics", "auc = 0.93").await;
    lead.click("label[for='authors']").await;
    submit(lead, &format!("{MODEL}/new-version")).await;
    lead.wait_for_text("a SHA-256 has 64 digits").await;
    lead.fill("#artefact_digest", &format!("sha256:{}", "a".repeat(64))).await;
    lead.fill("#lineage-run", "run-17").await;
    submit(lead, &format!("{MODEL}/new-version")).await;
    lead.wait_for_text("The version is registered.").await;
    lead.wait_for_text("Lea Lead").await;
    lead.wait_for_text("0.93").await;

    lead.goto(&server.url(&format!("{MODEL}/new-version"))).await;
    lead.fill("#version", "8").await;
    lead.fill("#artefact_digest", &format!("sha256:{}", "b".repeat(64))).await;
    lead.fill("#lineage-parent", "bank/fraud").await;
    lead.fill("#lineage-parent-version", "7").await;
    submit(lead, &format!("{MODEL}/new-version")).await;
    lead.wait_for_text("bank/fraud 7").await;
    // A version is not made from what was made from it.
    lead.goto(&server.url(&format!("{VERSION}/edit"))).await;
    lead.fill("#lineage-parent", "bank/fraud").await;
    lead.fill("#lineage-parent-version", "8").await;
    submit(lead, &format!("{VERSION}/edit")).await;
    lead.wait_for_text("would be made from itself").await;
    lead.goto(&server.url(VERSION)).await;
}

async fn show(lead: &mut Browser) {
    lead.click("#evidence summary").await;
    lead.click("#kind option[value='evaluation']").await;
    lead.fill("#title", "Hold-out test").await;
    lead.fill("#uri", "https://wiki.example/7").await;
    lead.fill("#sha256", "abc").await;
    lead.find("#made_on").await.send_keys("11202025").await.unwrap();
    submit(lead, &format!("{VERSION}/evidence")).await;
    lead.wait_for_text("must be 64 lower-case hexadecimal digits").await;
    lead.fill("#sha256", &"c".repeat(64)).await;
    submit(lead, &format!("{VERSION}/evidence")).await;
    lead.wait_for_text("The evidence is attached.").await;
    lead.wait_for_text("Hold-out test").await;
    lead.click("#evidence tbody form button").await;
    lead.wait_for_text("The evidence is taken off.").await;
    lead.wait_for_text("Nothing is shown for it yet.").await;
}

async fn deploy(lead: &mut Browser) {
    for (change, words) in [("", "still runs"), ("-2", "Is taken away")] {
        lead.click("#deployments summary").await;
        lead.fill("#deployed-environment", "production").await;
        lead.click(&format!("label[for='change{change}']")).await;
        submit(lead, &format!("{VERSION}/deployments")).await;
        lead.wait_for_text("The deployment is recorded.").await;
        lead.wait_for_text(words).await;
    }
}

async fn take_out_of_use(lead: &mut Browser, server: &Server) {
    lead.goto(&server.url(&format!("{MODEL}/edit"))).await;
    lead.click(".confirm summary").await;
    lead.click(".confirm button").await;
    lead.wait_for_text("The model is out of use.").await;
    lead.goto(&server.url("/models?archived=yes&tier=high&q=FRAUD")).await;
    lead.find(&format!("a[href='{MODEL}']")).await;
    lead.goto(&server.url("/models")).await;
    lead.wait_for_text("No model yet").await;
    lead.goto(&server.url(&format!("{MODEL}/edit"))).await;
    lead.click(".confirm summary").await;
    lead.click(".confirm button").await;
    lead.wait_for_text("The model is in use again.").await;
}

/// Nothing on these pages keeps people out, whatever their system's colours; and who only reads is offered no forms.
async fn look(server: &Server) {
    let lead = sign_in(server, Scripts::All, LEAD, PASSWORD).await;
    let mut barriers = Vec::new();
    for page in [
        "/models",
        "/models?q=nothing",
        "/models/new",
        MODEL,
        &format!("{MODEL}/edit"),
        &format!("{MODEL}/risk"),
        &format!("{MODEL}/new-version"),
        VERSION,
        &format!("{VERSION}/edit"),
        "/models/bank%2Ffraud/8",
    ] {
        lead.goto(&server.url(page)).await;
        let open = "document.querySelectorAll('main details').forEach(details => details.open = true)";
        lead.evaluate(open).await;
        for scheme in [Scheme::Light, Scheme::Dark] {
            lead.scheme(scheme).await;
            let found = lead.barriers().await.unwrap_or_default();
            barriers.extend(found.iter().map(|barrier| format!("{page}, {scheme:?}: {barrier}")));
        }
    }
    assert!(barriers.is_empty(), "people are kept out:\n{}", barriers.join("\n"));
    lead.finish().await;

    let officer = sign_in(server, Scripts::All, OFFICER, PASSWORD).await;
    officer.goto(&server.url(VERSION)).await;
    let forms = officer.evaluate("return document.querySelectorAll('main form[method=post]').length").await;
    assert_eq!(forms, 1, "an officer takes wrong entries off those who made it, and changes nothing else");
    officer.goto(&server.url(&format!("{MODEL}/risk"))).await;
    officer.wait_for_text("Not sure").await;
    officer.check_accessibility().await;
    officer.finish().await;
}
