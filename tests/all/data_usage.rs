//! `assay data-usage` as a process against a server: a use, a list, a lock file of DVC, and everything that goes wrong.

use std::fs;
use std::process::{Command, Output};

use assay_tests::server_process::{Server, command};
use serde_json::{Value, json};

const LOCK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/dvc.lock");

/// A server with a team, a model and a token that records for the team.
struct Desk {
    server: Server,
    token: String,
}

impl Desk {
    fn new() -> Self {
        let server = Server::start();
        let admin = token(&server, &["admin", "models:write"], None);
        let bearer = format!("Bearer {admin}");
        let post = |path: &str, body: Value| {
            let sent = ureq::post(server.url(path)).header("Authorization", &bearer).send_json(body);
            sent.unwrap();
        };
        post("/api/v1/teams", json!({ "name": "Payments", "slug": "payments" }));
        post("/api/v1/models", json!({ "name": "fraud", "team": "payments", "purpose": "Finds fraud." }));
        let version = json!({ "version": "7", "artefact_digest": format!("sha256:{}", "ab".repeat(32)) });
        post("/api/v1/models/fraud/versions", version);
        let token = token(&server, &["data-usage:record"], Some("payments"));
        Self { server, token }
    }

    fn run<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Output {
        let mut command = command(std::iter::once("data-usage").chain(arguments));
        command.env("ASSAY_URL", self.server.url("")).env("ASSAY_TOKEN", &self.token);
        command.output().unwrap()
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.server.data().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

fn token(server: &Server, scopes: &[&str], team: Option<&str>) -> String {
    let mut create: Command = server.command(["token", "create", "--name", "ci"]);
    create.args(scopes.iter().flat_map(|scope| ["--scope", scope]));
    create.args(team.iter().flat_map(|team| ["--team", team]));
    String::from_utf8(create.output().unwrap().stdout).unwrap().trim().to_owned()
}

fn answer(output: &Output, code: i32) -> Value {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refused(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(2), true), "{said}");
    said
}

fn usage(purpose: &str) -> Value {
    json!({
        "dataset": { "namespace": "warehouse", "name": "cards" }, "by": { "kind": "job", "name": "train" },
        "version": { "model": "fraud", "version": "7" }, "purpose": purpose, "at": "2026-10-01T07:04:05Z"
    })
}

#[test]
fn a_use_and_a_list_are_recorded_once() {
    let desk = Desk::new();
    let one = desk.file("use.json", &usage("fraud-detection").to_string());
    let first = answer(&desk.run([one.as_str()]), 0);
    assert_eq!(first["findings"][0]["kind"], "unknown_dataset");
    assert_eq!(answer(&desk.run([one.as_str()]), 0)["id"], first["id"]);
    let list = json!([usage("fraud-detection"), usage("Not a purpose"), usage("reporting")]);
    let list = desk.file("uses.json", &list.to_string());
    let output = desk.run([list.as_str()]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("use 2: 422") && said.contains("/purpose"), "{said}");
    assert_eq!(output.status.code(), Some(2));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&answer["recorded"], &answer["repeated"], &answer["refused"]),
        (&json!(1), &json!(1), &json!(1))
    );
}

#[test]
fn a_lock_file_of_dvc_is_recorded_once() {
    let desk = Desk::new();
    let options = [
        "--model",
        "fraud",
        "--version",
        "7",
        "--purpose",
        "fraud-detection",
        "--namespace",
        "git/fraud",
        "--under",
        "data",
    ];
    let with =
        |more: &[&'static str]| desk.run([LOCK].into_iter().chain(options).chain(more.iter().copied()));
    let dry = answer(&with(&["--dry-run"]), 0);
    assert_eq!((&dry["dry_run"], dry["uses"].as_array().unwrap().len()), (&json!(true), 2));
    let statuses = |answer: &Value| -> Vec<u64> {
        answer["uses"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["result"]["status"].as_u64().unwrap())
            .collect()
    };
    assert_eq!(statuses(&answer(&with(&[]), 0)), [201, 201]);
    assert_eq!(statuses(&answer(&with(&[]), 0)), [200, 200]);
    let uses: Value = {
        let reader = token(&desk.server, &["datasets:write"], Some("payments"));
        let got = ureq::get(desk.server.url("/api/v1/data-usage"))
            .header("Authorization", format!("Bearer {reader}"));
        got.call().unwrap().body_mut().read_json().unwrap()
    };
    let names: Vec<_> = uses["items"].as_array().unwrap().iter().map(|one| &one["dataset"]["name"]).collect();
    assert_eq!(names.len(), 2, "the code of the pipeline and what it makes are no data: {names:?}");
}

#[test]
fn what_is_wrong_is_told_before_anything_is_sent() {
    let desk = Desk::new();
    let said = refused(&desk.run([LOCK]));
    assert!(said.contains("--namespace"), "{said}");
    let lock = fs::read_to_string(LOCK).unwrap();
    let broken = desk.file("broken.lock", &lock.replacen("4dbb7a07", "4dbb", 1));
    let said = refused(&desk.run([broken.as_str()]));
    assert!(said.contains("broken.lock:14:") && said.contains("md5"), "{said}");
    let json = desk.file("use.json", &usage("fraud-detection").to_string());
    let said = refused(&desk.run([json.as_str(), "--purpose", "reporting"]));
    assert!(said.contains("leave") && said.contains("--purpose"), "{said}");
    let unknown = desk.file("unknown.json", r#"{"dataset":{}}"#);
    assert!(refused(&desk.run([unknown.as_str()])).contains("namespace"));
    let huge = desk.file("huge.lock", &format!("{lock}{}", "# filler\n".repeat(1 << 17)));
    assert!(refused(&desk.run([huge.as_str()])).contains("at most 1048576"));
    assert!(refused(&desk.run(["/nowhere/dvc.lock"])).contains("cannot read"));
}
