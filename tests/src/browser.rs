//! A real Chromium, driven through its WebDriver.
//!
//! A test opens a [`Browser`], goes to pages, and ends with [`Browser::finish`], which fails on any error in the
//! console that the test did not expect. [`Browser::client`] is the full WebDriver client for finding, clicking and
//! typing; what is here is what WebDriver itself lacks. To add to it, find the command in Chromium's DevTools
//! protocol and send it with [`Browser::devtools`].
#![expect(clippy::expect_used, clippy::panic, reason = "a test whose browser fails has failed")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use fantoccini::elements::Element;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

/// How long a test waits for something to appear on a page.
const APPEARS_WITHIN: Duration = Duration::from_secs(15);

/// Chromium without what tests cannot use: a window, a sandbox (root has none), traffic of its own.
const SWITCHES: [&str; 11] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--force-color-profile=srgb",
];

/// What code a page may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scripts {
    /// Everything, as most people have it.
    All,
    /// JavaScript but no WASM: its download fails.
    NoWasm,
    /// None at all.
    None,
}

/// The colours that a person asked their system for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// Few colours, chosen by the system.
    Forced,
}

/// A browser with a profile of its own. Closed when dropped.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    session: String,
    driver: Driver,
    scripts: Scripts,
    expected: Vec<String>,
    _profile: TempDir,
}

impl Browser {
    /// Opens a browser, 1280 x 900, light.
    pub async fn open(scripts: Scripts) -> Browser {
        let driver = Driver::start();
        let profile = tempfile::tempdir().expect("there is room for a browser profile");
        let switches = SWITCHES.map(str::to_owned).into_iter();
        let switches: Vec<_> =
            switches.chain([format!("--user-data-dir={}", profile.path().display())]).collect();
        let wanted =
            json!({ "goog:chromeOptions": { "args": switches }, "goog:loggingPrefs": { "browser": "ALL" } });
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted.as_object().cloned().unwrap_or_default())
            .connect(&driver.url)
            .await
            .expect("Chromium starts");
        let session = client.session_id().await.expect("the driver answers").expect("a session has a name");
        let browser = Browser { client, session, driver, scripts, expected: Vec::new(), _profile: profile };
        browser.resize(1280, 900).await;
        match scripts {
            Scripts::All => {}
            Scripts::NoWasm => {
                browser.devtools("Network.enable", json!({})).await;
                browser.devtools("Network.setBlockedURLs", json!({ "urls": ["*.wasm"] })).await;
            }
            Scripts::None => {
                browser.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
            }
        }
        browser
    }

    /// The WebDriver client.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Goes to an address and waits until it is loaded.
    pub async fn goto(&self, address: &str) {
        self.client.goto(address).await.unwrap_or_else(|error| panic!("{address} cannot be opened: {error}"));
    }

    /// The element of a CSS selector, as soon as there is one.
    pub async fn find(&self, selector: &str) -> Element {
        match self.client.wait().at_most(APPEARS_WITHIN).for_element(Locator::Css(selector)).await {
            Ok(element) => element,
            Err(error) => panic!("no {selector} on {}: {error}", self.page().await),
        }
    }

    /// Clicks what a CSS selector names, as soon as it is there. Returns when a page that it leads to is loaded.
    pub async fn click(&self, selector: &str) {
        let clicked = self.find(selector).await.click().await;
        clicked.unwrap_or_else(|error| panic!("{selector} cannot be clicked: {error}"));
    }

    /// Replaces what a field holds.
    pub async fn fill(&self, selector: &str, text: &str) {
        let field = self.find(selector).await;
        field.clear().await.unwrap_or_else(|error| panic!("{selector} cannot be emptied: {error}"));
        field
            .send_keys(text)
            .await
            .unwrap_or_else(|error| panic!("{selector} cannot be typed into: {error}"));
    }

    /// The visible text of what a CSS selector names.
    pub async fn text(&self, selector: &str) -> String {
        self.find(selector)
            .await
            .text()
            .await
            .unwrap_or_else(|error| panic!("{selector} has no text: {error}"))
    }

    /// Waits until the page shows a text.
    pub async fn wait_for_text(&self, text: &str) {
        // As an XPath literal: in double quotes, unless the text has some.
        let quote = if text.contains('"') { '\'' } else { '"' };
        let path = format!("//body[contains(normalize-space(.), {quote}{text}{quote})]");
        if self.client.wait().at_most(APPEARS_WITHIN).for_element(Locator::XPath(&path)).await.is_err() {
            panic!("no {text:?} on {}", self.page().await);
        }
    }

    /// Waits until an expression of JavaScript is true. Not for pages without scripts.
    pub async fn wait_until(&self, expression: &str) {
        let script = format!("return Boolean({expression})");
        let start = std::time::Instant::now();
        while self.evaluate(&script).await != json!(true) {
            if start.elapsed() > APPEARS_WITHIN {
                panic!("{expression} did not become true on {}", self.page().await);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Runs JavaScript (the body of a function) in the page and returns its result.
    pub async fn evaluate(&self, script: &str) -> Value {
        self.client
            .execute(script, Vec::new())
            .await
            .unwrap_or_else(|error| panic!("{script} failed: {error}"))
    }

    /// Sets the size of the page in CSS pixels. Narrower than a window could be.
    pub async fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Sets what the system's colours are said to be.
    pub async fn scheme(&self, scheme: Scheme) {
        let (scheme, forced) = match scheme {
            Scheme::Light => ("light", "none"),
            Scheme::Dark => ("dark", "none"),
            Scheme::Forced => ("dark", "active"),
        };
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "forced-colors", "value": forced },
        ]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// Takes a picture of the whole page, however long, and returns the file:
    /// `target/screenshots/{name}.png`, or below the folder that `ASSAY_SCREENSHOTS` names.
    pub async fn screenshot(&self, name: &str) -> PathBuf {
        let metrics = self.devtools("Page.getLayoutMetrics", json!({})).await;
        let (width, height) = (&metrics["cssContentSize"]["width"], &metrics["cssContentSize"]["height"]);
        let clip = json!({ "x": 0, "y": 0, "width": width, "height": height, "scale": 1 });
        let wanted = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let picture = self.devtools("Page.captureScreenshot", wanted).await;
        let picture = BASE64_STANDARD
            .decode(picture["data"].as_str().unwrap_or_default())
            .expect("a picture is base64");
        let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/screenshots");
        let folder = std::env::var_os("ASSAY_SCREENSHOTS").map_or(usual, PathBuf::from);
        fs::create_dir_all(&folder).expect("the folder for pictures can be made");
        let file = folder.join(format!("{name}.png"));
        fs::write(&file, picture).expect("the picture can be written");
        file
    }

    /// Fails when axe-core finds something on this page that keeps people out. Not for pages without scripts.
    pub async fn check_accessibility(&self) {
        let barriers = self.barriers().await.unwrap_or_default();
        assert!(barriers.is_empty(), "{} keeps people out:\n{}", self.page().await, barriers.join("\n"));
    }

    /// What axe-core finds on this page, one rule a text. None, with a word on stderr, where `cargo xtask test` could
    /// not fetch axe-core.
    pub async fn barriers(&self) -> Option<Vec<String>> {
        let Some(script) = axe() else {
            eprintln!("skipped: no axe-core here to check {} with (npm fetches it)", self.page().await);
            return None;
        };
        self.evaluate(&script).await;
        let run = "const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ['violations'] }).then(r => done(r.violations), e => done([{ id: 'axe', help: String(e) }]));";
        let violations = self.client.execute_async(run, Vec::new()).await.expect("axe-core runs");
        Some(violations.as_array().into_iter().flatten().map(described).collect())
    }

    /// Lets errors pass whose text contains `part`, for example `422` where a test sends a form with mistakes.
    pub fn expect_error(&mut self, part: &str) {
        self.expected.push(part.to_owned());
    }

    /// Ends the test: closes the browser and fails on errors in the console.
    pub async fn finish(self) {
        let errors = self.console_errors().await;
        assert!(errors.is_empty(), "the console has errors:\n{}", errors.join("\n"));
    }

    /// The errors in the console since the last look, without those that were expected.
    pub async fn console_errors(&self) -> Vec<String> {
        let log = self.command("se/log", json!({ "type": "browser" })).await;
        let entries = log.as_array().cloned().unwrap_or_default();
        let errors = entries.iter().filter(|entry| entry["level"] == "SEVERE");
        let texts = errors.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned());
        texts.filter(|text| !self.is_expected(text)).collect()
    }

    fn is_expected(&self, text: &str) -> bool {
        let blocked = self.scripts == Scripts::NoWasm
            && text.contains(".wasm")
            && text.contains("ERR_BLOCKED_BY_CLIENT");
        blocked || self.expected.iter().any(|part| text.contains(part))
    }

    /// Sends a command of Chromium's DevTools protocol.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.command("goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await
    }

    async fn command(&self, path: &'static str, body: Value) -> Value {
        let sent = self.client.issue_cmd(Extension { path, body }).await;
        sent.unwrap_or_else(|error| panic!("the browser refused {path}: {error}"))
    }

    async fn page(&self) -> String {
        self.client.current_url().await.map_or_else(|error| error.to_string(), |address| address.to_string())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ends Chromium too, which would outlive its driver. When that fails there is nothing left to end.
        let _ = ureq::delete(&format!("{}/session/{}", self.driver.url, self.session)).call();
    }
}

/// A running chromedriver.
#[derive(Debug)]
struct Driver {
    child: Child,
    url: String,
}

impl Driver {
    fn start() -> Driver {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is installed (Debian: chromium-driver)");
        let mut lines = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse::<u16>().ok()
        });
        // Reads on, so that the driver never finds its output closed.
        std::thread::spawn(move || lines.for_each(drop));
        Driver { url: format!("http://127.0.0.1:{}", port.expect("chromedriver says its port")), child }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A command that Chromium's driver adds to WebDriver.
#[derive(Debug)]
struct Extension {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

/// The source of axe-core, where it was fetched.
fn axe() -> Option<String> {
    let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/axe/node_modules/axe-core/axe.min.js");
    fs::read_to_string(std::env::var_os("ASSAY_AXE").map_or(usual, PathBuf::from)).ok()
}

/// A violation as axe-core reports it: what is wrong, and where.
fn described(violation: &Value) -> String {
    let places = violation["nodes"].as_array().into_iter().flatten();
    let places = places.map(|node| format!("\n  {} {}", node["target"], node["failureSummary"]));
    format!("{} {}{}", violation["id"], violation["help"], places.collect::<String>())
}
