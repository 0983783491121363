//! The program as people start and stop it: exit codes, sentences, commands beside a running server.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use assay_tests::server_process::{Server, command};
use assay_tests::world::PASSWORD;
use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection};

const BY_HAND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../questionnaires/examples/by-hand.toml");
const SMALL_BANK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../domain/tests/data/small-bank.toml");

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

/// Runs a command that must end by itself with this code, and gives what it did.
fn ends(mut command: Command, code: i32) -> Output {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(code), "{command:?}: {}{}", printed(&output), said(&output));
    output
}

/// Runs a command that must fail with one sentence, and gives the sentence.
fn one_sentence(command: Command) -> String {
    let output = ends(command, 2);
    let sentence = said(&output);
    assert!(sentence.starts_with("assay: ") && sentence.lines().count() == 1, "{sentence}");
    assert!(output.stdout.is_empty(), "{}", printed(&output));
    sentence
}

fn serve(data: &Path, listen: &str) -> Command {
    let mut serve = command(["serve", "--listen", listen, "--data"]);
    serve.arg(data);
    serve
}

#[test]
fn a_port_in_use_is_one_sentence_and_touches_nothing() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, dir) = (taken.local_addr().unwrap(), tempfile::tempdir().unwrap());
    let data = dir.path().join("data");
    let sentence = one_sentence(serve(&data, &address.to_string()));
    assert!(sentence.contains(&format!("port {} is in use", address.port())), "{sentence}");
    assert!(sentence.contains("--listen"), "{sentence}");
    assert!(!data.exists(), "the data directory was not touched");
}

#[test]
fn a_directory_that_cannot_be_written_is_one_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    for data in [&file, &file.join("data"), Path::new("/proc/assay")] {
        let sentence = one_sentence(serve(data, "127.0.0.1:0"));
        assert!(sentence.contains(data.to_str().unwrap()) && sentence.contains("--data"), "{sentence}");
        let mut token = command(["token", "create", "--name", "x", "--scope", "admin", "--data"]);
        token.arg(data);
        assert!(one_sentence(token).contains("--data"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_schema_is_one_sentence() {
    let mut server = Server::start();
    assert!(server.stop().success());
    let url = format!("sqlite://{}", server.data().join("assay.sqlite").display());
    let mut conn = SqliteConnection::connect(&url).await.unwrap();
    let sql = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
               SELECT 9999, 'from the future', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1";
    sqlx::raw_sql(sql).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    for command in [
        serve(&server.data(), "127.0.0.1:0"),
        server.command(["token", "create", "--name", "x", "--scope", "admin"]),
        server.command(["fsck"]),
    ] {
        let sentence = one_sentence(command);
        assert!(sentence.contains("schema 9999") && sentence.contains("newer version"), "{sentence}");
    }
}

#[test]
fn a_server_says_when_it_is_ready_and_stops_politely() {
    let mut server = Server::start();
    for path in ["/livez", "/readyz"] {
        assert_eq!(ureq::get(server.url(path)).call().unwrap().status(), 200);
    }
    let second = one_sentence(serve(&server.data(), "127.0.0.1:0"));
    assert!(second.contains("another server runs on"), "{second}");
    let status = server.stop();
    assert_eq!(status.code(), Some(0), "{}", server.log());
    assert!(ureq::get(server.url("/livez")).call().is_err());
    server.restart();
    assert!(server.log().matches("/setup?link=").count() == 2, "a new link at each start: {}", server.log());
    assert_eq!(ends(server.command(["fsck"]), 0).status.code(), Some(0));
}

#[test]
fn people_and_tokens_are_made_beside_a_running_server() {
    let server = Server::start();
    let create = |name: &str, more: &[&str]| {
        let email = format!("{name}@example.org");
        let mut create =
            server.command(["user", "create", "--email", &email, "--name", name, "--role", "admin"]);
        create.args(more);
        create
    };
    let mut child =
        create("ada", &["--password-stdin"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{PASSWORD}\n").as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    let sign_in =
        ureq::post(server.url("/sign-in")).config().max_redirects(0).max_redirects_will_error(false).build();
    let signed_in =
        sign_in.send_form([("email", "ada@example.org"), ("password", PASSWORD), ("next", "")]).unwrap();
    assert_eq!(signed_in.status(), 303);
    assert!(signed_in.headers().contains_key("set-cookie"));

    let link = printed(&ends(create("bea", &["--invite", "--public-url", &server.url("")]), 0));
    assert_eq!(ureq::get(&link).call().unwrap().status(), 200, "{link}");
    let weak = ends(create("cyd", &["--password-stdin"]), 2);
    assert!(said(&weak).contains("--password"), "{}", said(&weak));
    assert!(said(&ends(create("dan", &[]), 2)).contains("--password-stdin"), "one of both is needed");
    let twice = one_sentence(create("ada", &["--invite"]));
    assert!(twice.contains("--email"), "{twice}");
    let nowhere = one_sentence(create("eve", &["--invite", "--team", "nowhere"]));
    assert!(nowhere.contains("there is no team \"nowhere\""), "{nowhere}");

    let token = printed(&ends(server.command(["token", "create", "--name", "t", "--scope", "admin"]), 0));
    assert!(
        token.starts_with("assay_") && !token.contains(char::is_whitespace),
        "alone on standard output: {token}"
    );
    let unknown = ends(server.command(["token", "create", "--name", "t", "--scope", "everything"]), 2);
    assert!(said(&unknown).contains("approvals:report"), "{}", said(&unknown));
}

/// A team with a pipeline's token, made as people would.
fn pipeline(server: &Server) -> String {
    let admin = printed(&ends(server.command(["token", "create", "--name", "admin", "--scope", "admin"]), 0));
    let team = ureq::post(server.url("/api/v1/teams")).header("Authorization", format!("Bearer {admin}"));
    assert_eq!(team.send_json(json!({ "name": "Payments", "slug": "payments" })).unwrap().status(), 201);
    let scopes = [
        "token",
        "create",
        "--name",
        "ci",
        "--team",
        "payments",
        "--scope",
        "approvals:report",
        "models:write",
    ];
    printed(&ends(server.command(scopes), 0))
}

#[test]
fn a_pipeline_posts_an_event_and_may_post_it_again() {
    let mut server = Server::start();
    let token = pipeline(&server);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("event.json");
    let mut event = json!({
        "model": "fraud-scoring", "version": "7", "artifact_digest": format!("sha256:{}", "ab".repeat(32)),
        "environment": "production", "decision": "approved", "decided_by": { "subject": "alice@example.org" },
        "occurred_at": "2026-11-01T07:04:05Z"
    });
    let post = |server: &Server, event: &Value| {
        fs::write(&file, event.to_string()).unwrap();
        let mut post = command(["event"]);
        post.arg(&file).env("ASSAY_URL", server.url("")).env("ASSAY_TOKEN", &token);
        post
    };
    let first: Value = serde_json::from_str(&printed(&ends(post(&server, &event), 0))).unwrap();
    server.kill();
    server.restart();
    let again: Value = serde_json::from_str(&printed(&ends(post(&server, &event), 0))).unwrap();
    assert_eq!((&first["id"], &first["entry_index"]), (&again["id"], &again["entry_index"]));

    event["artifact_digest"] = json!(format!("sha256:{}", "cd".repeat(32)));
    let refused = ends(post(&server, &event), 2);
    assert!(said(&refused).contains("409") && refused.stdout.is_empty(), "{}", said(&refused));
    event["artifact_digest"] = json!("cd");
    assert!(said(&ends(post(&server, &event), 2)).contains("/artifact_digest"));
    event["sorce"] = json!(1);
    let unknown = said(&ends(post(&server, &event), 2));
    assert!(unknown.contains("event.json") && unknown.contains("sorce"), "{unknown}");
    let nowhere = command(["event", "/nowhere.json", "--url", &server.url(""), "--token", "x"]);
    assert!(said(&ends(nowhere, 2)).contains("/nowhere.json"));
    assert!(said(&ends(command(["event", "-"]), 2)).contains("--url"), "it says what is missing");
    assert!(server.stop().success());
    ends(server.command(["fsck"]), 0);
}

#[test]
fn a_list_of_events_is_posted_as_far_as_it_can_be() {
    let server = Server::start();
    let token = pipeline(&server);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("events.json");
    let event = |version: usize, digit: &str| {
        json!({
            "model": "fraud-scoring", "version": version.to_string(), "artifact_digest": format!("sha256:{}", digit.repeat(64)),
            "environment": "production", "decision": "approved", "decided_by": { "subject": "alice@example.org" },
            "occurred_at": "2026-11-01T07:04:05Z"
        })
    };
    let post = |events: &Value| {
        fs::write(&file, events.to_string()).unwrap();
        let mut post = command(["event"]);
        post.arg(&file).env("ASSAY_URL", server.url("")).env("ASSAY_TOKEN", &token);
        post
    };
    let read = |output: &Output| -> Value { serde_json::from_str(&printed(output)).unwrap() };
    let two = json!([event(1, "a"), event(2, "b")]);
    let first = read(&ends(post(&two), 0));
    assert_eq!((&first["recorded"], &first["refused"]), (&json!(2), &json!(0)), "{first}");
    let again = read(&ends(post(&two), 0));
    assert_eq!((&again["repeated"], &again["results"][1]["id"]), (&json!(2), &first["results"][1]["id"]));

    let refused = ends(post(&json!([event(1, "c"), event(3, "d")])), 2);
    let answer = read(&refused);
    assert_eq!(
        (&answer["recorded"], &answer["refused"]),
        (&json!(1), &json!(1)),
        "what could be recorded was"
    );
    assert!(said(&refused).contains("event 1: 409"), "{}", said(&refused));

    let many: Vec<Value> = (1..=1001).map(|version| event(version + 10, "e")).collect();
    let answer = read(&ends(post(&json!(many)), 0));
    assert_eq!(answer["recorded"], 1001, "more than one list holds");
    let broken = ends(post(&json!([event(1, "a"), { "model": "x" }])), 2);
    assert!(said(&broken).contains("events.json") && broken.stdout.is_empty(), "{}", said(&broken));
}

#[test]
fn offline_commands_need_nothing_and_say_what_is_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let offline = |arguments: &[&str]| {
        let mut offline = command(arguments.iter().copied());
        offline.current_dir(dir.path());
        offline
    };
    let text = printed(&ends(offline(&["score", BY_HAND]), 0));
    assert!(text.contains("Level 0") || text.contains("level 0"), "{text}");
    let card: Value =
        serde_json::from_str(&printed(&ends(offline(&["score", BY_HAND, "--format", "json"]), 0))).unwrap();
    assert_eq!(card["headline"]["claimed"], 0);
    ends(offline(&["score", "missing.toml"]), 2);
    ends(offline(&["score", BY_HAND, "--as-of", "soon"]), 2);
    ends(offline(&["scor"]), 2);
    ends(offline(&["--help"]), 0);
    fs::write(
        dir.path().join("broken.toml"),
        "questionnaire = \"mlops-levels\"\nversion = \"1.0.0\"\nanswerd_by = \"x\"\n",
    )
    .unwrap();
    let broken = said(&ends(offline(&["score", "broken.toml"]), 2));
    assert!(broken.contains("broken.toml:3") && broken.contains("answerd_by"), "{broken}");

    let roadmap = printed(&ends(offline(&["roadmap", BY_HAND, "--start", "2027-01-04"]), 0));
    assert!(roadmap.contains("Phase 1: 2027-01-04 to 2027-01-31"), "{roadmap}");
    // What the environment says, in the machine's form: several values are parted by a space.
    let mut mirrored = offline(&["roadmap", BY_HAND]);
    mirrored.envs([("ASSAY_FORMAT", "json"), ("ASSAY_TARGET", "2"), ("ASSAY_WITHOUT", "OP-1.1 GO-1.2")]);
    let roadmap: Value = serde_json::from_str(&printed(&ends(mirrored, 0))).unwrap();
    assert_eq!((&roadmap["target"], &roadmap["start"]["claimed"]), (&json!(2), &json!(0)));
    assert!(roadmap["unreachable"].as_array().unwrap().iter().any(|stop| stop["code"] == "OP-1.1"));
    let refused = ends(offline(&["roadmap", BY_HAND, "--capacity", "data-engineer=0"]), 2);
    assert!(said(&refused).starts_with("--capacity: ") && refused.stdout.is_empty(), "{}", said(&refused));
    let broken = said(&ends(offline(&["roadmap", "broken.toml"]), 2));
    assert!(broken.contains("broken.toml:3"), "{broken}");
    ends(offline(&["roadmap", BY_HAND, "--phase-weeks", "4"]), 2);

    ends(offline(&["questionnaire", "check", SMALL_BANK]), 0);
    let bank = fs::read_to_string(SMALL_BANK).unwrap().replacen("level = 1 ", "level = 9 ", 1);
    fs::write(dir.path().join("bank.toml"), bank).unwrap();
    let found = ends(offline(&["questionnaire", "check", "bank.toml"]), 1);
    let found = printed(&found) + &said(&found);
    assert!(found.contains("bank.toml:") && found.contains("level"), "{found}");
    ends(offline(&["questionnaire", "check", "missing.toml"]), 2);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2, "nothing was made");
}
