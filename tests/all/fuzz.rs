//! The HTTP API against its own description: requests that fit it and requests that do not, made by somebody else's
//! program. No answer may be a server error, and none may contradict the document.
//!
//! A new room adds what its paths name to [`things`].

use std::path::{Path, PathBuf};
use std::process::Command;

use assay_domain::access::Scope;
use assay_tests::server_process::Server;
use serde_json::{Value, json};

/// What has to hold of every answer.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,\
                      response_headers_conformance";

#[test]
fn no_request_breaks_the_api_or_what_it_says_of_itself() {
    let Some(program) = schemathesis() else {
        eprintln!("schemathesis is not installed: the API was not fuzzed");
        return;
    };
    let server = Server::start_with(&["--demo"]);
    let mut create = server.command(["token", "create", "--name", "fuzz"]);
    let everything = Scope::ALL.iter().flat_map(|scope| ["--scope", scope.name()]);
    let token = create.args(everything).output().unwrap();
    let token = String::from_utf8(token.stdout).unwrap().trim().to_owned();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let tried = Command::new(program)
        .args(["run", &server.url("/api/openapi.json"), "--url", &server.url("")])
        .args(["--header", &format!("Authorization: Bearer {token}")])
        .args(["--checks", CHECKS, "--phases", "examples,coverage,fuzzing", "--max-examples", "12"])
        .args(["--seed", "1", "--continue-on-failure", "--no-color", "--warnings", "off"])
        .current_dir(server.data())
        .env("PYTHONPATH", &folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("SCHEMATHESIS_HOOKS", "hooks")
        .env("ASSAY_FUZZ_THINGS", things(&server, &token).to_string())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&tried.stdout);
    assert!(tried.status.success(), "{said}\n{}", String::from_utf8_lossy(&tried.stderr));
    assert!(said.contains("not_a_server_error") || said.contains("Test cases"), "nothing was tried: {said}");
}

/// Beginnings of paths with the values of their parameters: things of the demo.
fn things(server: &Server, token: &str) -> Value {
    let get = |path: &str| -> Value {
        let request = ureq::get(server.url(path)).header("Authorization", format!("Bearer {token}"));
        request.call().unwrap().body_mut().read_json().unwrap()
    };
    let team = get("/api/v1/teams/payments");
    let started = ureq::post(server.url("/api/v1/teams/payments/assessments"))
        .header("Authorization", format!("Bearer {token}"))
        .send_json(json!({ "questionnaire": "mlops-levels" }));
    let draft: Value = started.unwrap().body_mut().read_json().unwrap();
    let bank = &get("/api/v1/questionnaires")["items"][0];
    let roadmap = get("/api/v1/teams/payments/roadmap");
    let person = &team["members"][0]["user"];
    let (dataset, finding) = (&get("/api/v1/datasets")["items"][0], &get("/api/v1/findings")["items"][0]);
    let evidence = get("/api/v1/models/fraud-scoring/versions/12/evidence");
    let proposal = &get("/api/v1/proposals")["items"][0];
    let superseded = &get("/api/v1/approval-requests?state=superseded")["items"][0];
    let conditions =
        superseded["decisions"].as_array().unwrap().iter().flat_map(|one| one["conditions"].as_array());
    let condition = &conditions.flatten().next().expect("the demo has a condition")["id"];
    json!({
        "/api/v1/datasets/{dataset}": { "dataset": dataset["id"] },
        "/api/v1/findings/{id}": { "id": finding["id"] },
        "/api/v1/roadmap-items/{id}": { "id": roadmap["items"][0]["id"] },
        "/api/v1/people/{person}": { "person": person },
        "/api/v1/teams/{team}": { "team": "payments", "user": person },
        "/api/v1/assessments/{id}": { "id": draft["id"], "code": "MC-2.1" },
        "/api/v1/questionnaires/{id}": { "id": bank["id"], "version": bank["version"] },
        "/api/v1/policies/{policy}": { "policy": "high", "version": "1.1.0" },
        "/api/v1/proposals/{id}": { "id": proposal["id"] },
        "/api/v1/approval-requests/{id}": { "id": superseded["id"], "condition": condition },
        "/api/v1/audit/entries/{index}": { "index": 7 },
        "/api/v1/models/{model}": {
            "model": "fraud-scoring", "version": "12", "id": evidence["items"][0]["id"]
        },
    })
}

/// The program that `cargo xtask test` installed, or the one that an earlier run did.
fn schemathesis() -> Option<PathBuf> {
    let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/schemathesis/bin/schemathesis");
    let program = std::env::var_os("ASSAY_SCHEMATHESIS").map_or(usual, PathBuf::from);
    program.is_file().then_some(program)
}
