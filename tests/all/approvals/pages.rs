//! Approvals in a real browser without script, against the real program: asked for, decided by two people with different
//! job roles, let through by the gate in a shell; then the data changes, and the gate says no for that reason. And the
//! demo's requests, looked at in all states.

use std::io::Write;
use std::process::{Output, Stdio};

use assay_server::clock::{Clock, SystemClock};
use assay_tests::browser::{Scheme, Scripts};
use assay_tests::server_process::Server;
use assay_tests::world::PASSWORD;
use serde_json::{Value, json};

use crate::journeys::{LEAD, OFFICER, follow, organisation, sign_in};

const MAKER: &str = "max@example.org";
const PRODUCT: &str = "pia@example.org";
/// The scopes of the pipeline that sets everything up and asks the gate.
const SCOPES: [&str; 8] = [
    "admin",
    "assessments:write",
    "models:write",
    "models:classify",
    "approvals:request",
    "datasets:write",
    "gate:read",
    "gate:decide",
];

struct Setting {
    server: Server,
    token: String,
}

impl Setting {
    /// The organisation, with a model of the tier limited, everything its policy asks for, and people for both steps.
    fn new() -> Self {
        let server = organisation();
        for (email, name, role) in [(MAKER, "Max Maker", "contributor"), (PRODUCT, "Pia Product", "approver")]
        {
            let create = ["user", "create", "--password-stdin", "--email", email, "--name", name];
            let mut create = server.command(create);
            create.args(["--role", role, "--team", "payments"]);
            let mut child = create.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
            child.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
            assert!(child.wait().unwrap().success());
        }
        let mut create = server.command(["token", "create", "--name", "pipeline"]);
        let token = create.args(SCOPES.iter().flat_map(|scope| ["--scope", scope])).output().unwrap();
        let token = String::from_utf8(token.stdout).unwrap().trim().to_owned();
        let setting = Self { server, token };
        setting.furnish();
        setting
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let request =
            ureq::http::Request::builder().method(method).uri(self.server.url(&format!("/api/v1{path}")));
        let request = request.header("Authorization", format!("Bearer {}", self.token));
        let request = request.header("Content-Type", "application/json").body(body.to_string()).unwrap();
        let mut answer = ureq::run(request).unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        answer.body_mut().read_json().unwrap()
    }

    fn furnish(&self) {
        self.send("POST", "/models", &json!({ "name": "fraud", "team": "payments" }));
        let questions: Value = ureq::get(self.server.url("/api/v1/risk-questions"))
            .header("Authorization", format!("Bearer {}", self.token))
            .call()
            .unwrap()
            .body_mut()
            .read_json()
            .unwrap();
        let ids = questions["questions"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap());
        let answer = |id: &str| if id == "talks-to-people" { "yes" } else { "no" };
        let answers: serde_json::Map<_, _> = ids.map(|id| (id.to_owned(), json!(answer(id)))).collect();
        self.send("PATCH", "/models/fraud", &json!({ "risk_answers": answers }));
        let digest = format!("sha256:{}", "a".repeat(64));
        let version = json!({ "version": "1", "artefact_digest": digest, "metrics": { "auc": 0.91 } });
        self.send("POST", "/models/fraud/versions", &version);
        for (kind, digit) in [("evaluation", "e"), ("model-card", "c")] {
            let today = SystemClock.now().date_naive();
            let piece = json!({ "kind": kind, "title": format!("The {kind}"), "uri": "https://wiki.example.org/shown",
                "sha256": digit.repeat(64), "made_on": today });
            self.send("POST", "/models/fraud/versions/1/evidence", &piece);
        }
        let dataset = json!({ "namespace": "warehouse", "name": "cards", "team": "payments",
            "classification": "internal", "purposes": ["fraud-detection"] });
        let dataset = self.send("POST", "/datasets", &dataset);
        let dataset = dataset["id"].as_str().unwrap();
        for (version, digit) in [("2026-10", "1"), ("2026-11", "2")] {
            let body = json!({ "version": version, "digest": format!("sha256:{}", digit.repeat(64)) });
            self.send("POST", &format!("/datasets/{dataset}/versions"), &body);
        }
        self.declare("2026-10");
        // What is given on the data directory counts at once: nobody else is there who could confirm it.
        for (person, role, part) in
            [(LEAD, "ml-engineer", "accountable"), (PRODUCT, "product-manager", "responsible")]
        {
            let give = ["user", "job-role", "--person", person, "--team", "payments", "--job-role", role];
            let given =
                self.server.command(give).args(["--for", "model/fraud", "--part", part]).output().unwrap();
            assert!(given.status.success(), "{}", String::from_utf8_lossy(&given.stderr));
        }
    }

    /// Says with which version of the dataset the model's version is made.
    fn declare(&self, version: &str) {
        let declared = json!([{ "namespace": "warehouse", "name": "cards", "version": version, "used_for": "training" }]);
        self.send("PUT", "/models/fraud/versions/1/datasets?ends_approval=true", &declared);
    }

    /// What a pipeline does before it deploys.
    fn gate(&self) -> Output {
        let mut gate = self.server.command([
            "gate",
            "--model",
            "fraud",
            "--version",
            "1",
            "--environment",
            "production",
        ]);
        gate.args(["--format", "json"]).env("ASSAY_URL", self.server.url("")).env("ASSAY_TOKEN", &self.token);
        gate.output().unwrap()
    }

    fn says(&self, code: i32, reason: &str) {
        let said = self.gate();
        let answer = String::from_utf8_lossy(&said.stdout);
        assert_eq!(said.status.code(), Some(code), "{answer}{}", String::from_utf8_lossy(&said.stderr));
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(
            (&answer["allowed"], &answer["reasons"][0]["code"]),
            (&json!(code == 0), &json!(reason)),
            "{answer}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_approved_by_two_and_stale_once_its_data_changes() {
    let setting = Setting::new();
    confirm_the_tier(&setting).await;
    setting.says(1, "not_requested");
    let request = ask(&setting).await;
    setting.says(1, "decisions_missing");
    approve_the_craft(&setting, &request).await;
    approve_the_product(&setting, &request).await;
    setting.says(0, "approved");
    setting.declare("2026-11");
    setting.says(1, "stale");
    ask_again(&setting, &request).await;
    find_it_in_the_trail(&setting, &request).await;
}

/// A machine answered the questions about risk, so the officer confirms what they lead to.
async fn confirm_the_tier(setting: &Setting) {
    setting.says(1, "tier_unconfirmed");
    let officer = sign_in(&setting.server, Scripts::None, OFFICER, PASSWORD).await;
    officer.goto(&setting.server.url("/proposals")).await;
    follow(&officer, "Confirm the risk tier limited of fraud").await;
    officer.wait_for_text("the gate lets nothing of this model through").await;
    officer.click("form[action$='/confirm'] button").await;
    officer.wait_for_text("It is confirmed and in effect.").await;
    officer.finish().await;
}

/// The maker asks on the version's page; gives the request's address.
async fn ask(setting: &Setting) -> String {
    let mut maker = sign_in(&setting.server, Scripts::None, MAKER, PASSWORD).await;
    maker.expect_error("422");
    maker.goto(&setting.server.url("/models/fraud/1/approval")).await;
    maker.fill("#environment", "a b").await;
    maker.fill("#note", "The canary was quiet.").await;
    maker.click("main form button").await;
    maker.wait_for_text("There is a problem").await;
    // Nothing that was typed is lost.
    maker.wait_for_text("The canary was quiet.").await;
    maker.fill("#environment", "production").await;
    maker.click("main form button").await;
    maker.wait_for_text("The approval is asked for.").await;
    maker.wait_for_text("Could decide: Lea Lead").await;
    let request = maker.client().current_url().await.unwrap().to_string();
    maker.finish().await;
    request
}

async fn approve_the_craft(setting: &Setting, request: &str) {
    let mut lead = sign_in(&setting.server, Scripts::None, LEAD, PASSWORD).await;
    lead.expect_error("422");
    follow(&lead, "Decide about fraud 1").await;
    lead.wait_for_text("The canary was quiet.").await;
    lead.wait_for_text("warehouse/cards").await;
    // A no without a reason, and a yes with conditions that were forgotten, come back with what is missing.
    lead.click("label[for='decision-2']").await;
    lead.click("#decide button").await;
    lead.wait_for_text("Say why.").await;
    lead.click("label[for='decision-1']").await;
    lead.fill("#reason", "Looked at the evaluation.").await;
    lead.click("#decide button").await;
    lead.wait_for_text("Write at least one condition.").await;
    lead.wait_for_text("Looked at the evaluation.").await;
    lead.fill("#conditions-0-text", "Watch the drift for a month.").await;
    lead.click("#decide button").await;
    lead.wait_for_text("Say by which day").await;
    lead.fill("#conditions-0-text", " ").await;
    lead.click("label[for='decision']").await;
    lead.click("#decide button").await;
    lead.wait_for_text("Decided. More decisions are needed.").await;
    lead.wait_for_text("Looked at the evaluation.").await;
    assert_eq!(lead.client().current_url().await.unwrap().as_ref().split('#').next(), Some(request));
    lead.finish().await;
}

async fn approve_the_product(setting: &Setting, request: &str) {
    let product = sign_in(&setting.server, Scripts::None, PRODUCT, PASSWORD).await;
    product.goto(&setting.server.url("/approvals")).await;
    follow(&product, "fraud 1 for production").await;
    product.click("label[for='decision']").await;
    product.click("#decide button").await;
    product.wait_for_text("the version is approved").await;
    assert_eq!(product.client().current_url().await.unwrap().as_ref().split('#').next(), Some(request));
    product.finish().await;
}

async fn ask_again(setting: &Setting, request: &str) {
    let maker = sign_in(&setting.server, Scripts::None, MAKER, PASSWORD).await;
    maker.goto(request).await;
    maker.wait_for_text("What was approved is not what is there now").await;
    maker.wait_for_text("The dataset warehouse/cards is 2026-11").await;
    maker.click(".notice form button").await;
    maker.wait_for_text("The approval is asked for.").await;
    maker.wait_for_text("Dataset warehouse/cards").await;
    maker.goto(request).await;
    maker.wait_for_text("It was asked for again").await;
    maker.finish().await;
}

async fn find_it_in_the_trail(setting: &Setting, request: &str) {
    let officer = sign_in(&setting.server, Scripts::None, OFFICER, PASSWORD).await;
    officer.goto(request).await;
    officer.click("#history a[href^='/audit/']").await;
    officer.find("main a[href^='/approvals/']").await;
    for action in ["approval.requested", "approval.decided", "approval.stale"] {
        officer.goto(&setting.server.url(&format!("/audit?action={action}"))).await;
        officer.find("main table tbody a[href^='/audit/']").await;
    }
    officer.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_demos_requests_can_be_read_by_everybody() {
    let server = Server::start_with(&["--demo"]);
    let log = server.log();
    let password = |email: &str| {
        let line =
            log.lines().find(|line| line.contains(email)).unwrap_or_else(|| panic!("no {email} in {log}"));
        line.split_whitespace().last().unwrap().to_owned()
    };
    for email in ["mira.solberg@brightwater.example", "lena.brandt@brightwater.example"] {
        let browser = sign_in(&server, Scripts::All, email, &password(email)).await;
        browser.goto(&server.url("/approvals")).await;
        let links = "return [...new Set([...document.querySelectorAll('main a[href^=\"/approvals/\"]')].map(link => link.getAttribute('href')))]";
        let links: Vec<String> = serde_json::from_value(browser.evaluate(links).await).unwrap();
        assert!(links.len() > 6, "{links:?}");
        let others =
            ["/approvals", "/approvals?state=stale", "/models/transfer-anomaly/5"].map(str::to_owned);
        for path in links.into_iter().chain(others) {
            browser.goto(&server.url(&path)).await;
            browser.check_accessibility().await;
        }
        browser.scheme(Scheme::Dark).await;
        browser.resize(360, 740).await;
        browser.goto(&server.url("/approvals")).await;
        browser.check_accessibility().await;
        let wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert_eq!(browser.evaluate(wide).await, 0, "nothing sticks out on a small screen");
        browser.finish().await;
    }
    let states = ["approved", "rejected", "withdrawn", "expired", "revoked", "superseded", "stale", "open"];
    let browser = sign_in(
        &server,
        Scripts::All,
        "lena.brandt@brightwater.example",
        &password("lena.brandt@brightwater.example"),
    )
    .await;
    for state in states {
        browser.goto(&server.url(&format!("/approvals?state={state}"))).await;
        browser.find("main table tbody a[href^='/approvals/']").await;
    }
    browser.finish().await;
}
