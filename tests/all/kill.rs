//! Pipelines post approval events while the server is killed and restarted: each acknowledged event is on the record
//! exactly once, on both engines. A pipeline that got no answer posts again under the same key, as it should.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{scope, sleep};
use std::time::Duration;

use assay_ledger::tile::{self, Row, Tile};
use assay_ledger::{Leaf, SignedCheckpoint};
use assay_tests::postgres;
use assay_tests::server_process::{Server, command};
use serde_json::{Value, json};

const EVENTS: usize = 2000;
const CONNECTIONS: usize = 16;
const KILLS: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_approval_events_survive_sigkill_on_sqlite() {
    survive(None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_approval_events_survive_sigkill_on_postgres() {
    survive(Some(postgres::database().await)).await;
}

async fn survive(url: Option<String>) {
    let mut arguments = vec!["--demo"];
    if let Some(url) = &url {
        arguments.extend(["--database-url", url.as_str()]);
    }
    let mut server = Server::start_with(&arguments);
    let acknowledged = tokio::task::block_in_place(|| post_and_kill(&mut server));
    assert_eq!(acknowledged.len(), EVENTS, "each event has an index of its own");
    server.stop();

    run(&mut server.command(["fsck"]));
    let acknowledged: Vec<u64> = acknowledged.into_iter().collect();
    assert_eq!(
        exported(&server),
        acknowledged,
        "what was acknowledged is on the record, once, and nothing else"
    );
}

/// The indices that the server acknowledged.
fn post_and_kill(server: &mut Server) -> BTreeSet<u64> {
    let output = server
        .command(["token", "create", "--name", "load", "--team", "payments", "--scope"])
        .args(["approvals:report", "models:write"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let token = String::from_utf8(output.stdout).unwrap().trim().to_owned();
    let url = server.url("/api/v1/approval-events");
    let done = AtomicUsize::new(0);
    scope(|scope| {
        let pipelines: Vec<_> = (0..CONNECTIONS)
            .map(|connection| {
                let (url, token, done) = (&url, &token, &done);
                scope.spawn(move || {
                    let mine = (0..EVENTS).skip(connection).step_by(CONNECTIONS);
                    mine.map(|number| post(url, token, number, done)).collect::<Vec<u64>>()
                })
            })
            .collect();
        for kill in 1..=KILLS {
            while done.load(Ordering::Relaxed) < kill * EVENTS / (KILLS + 1) {
                sleep(Duration::from_millis(5));
            }
            server.kill();
            server.restart();
        }
        pipelines.into_iter().flat_map(|pipeline| pipeline.join().unwrap()).collect()
    })
}

/// Posts one event until it is acknowledged; gives its index.
fn post(url: &str, token: &str, number: usize, done: &AtomicUsize) -> u64 {
    let event = json!({
        "model": "load", "version": "1", "artifact_digest": format!("sha256:{}", "ab".repeat(32)),
        "environment": "production", "decision": "approved",
        "decided_by": { "subject": "alice@example.org", "display": "Alice" }, "reason": format!("run {number}"),
        "occurred_at": "2026-11-01T07:04:05Z",
    });
    loop {
        let answer = ureq::post(url)
            .config()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(10)))
            .build()
            .header("Authorization", format!("Bearer {token}"))
            .header("Idempotency-Key", format!("event-{number}"))
            .send_json(&event);
        match answer {
            Ok(mut answer) if answer.status().is_success() => {
                let body: Value = answer.body_mut().read_json().unwrap();
                done.fetch_add(1, Ordering::Relaxed);
                return body["entry_index"].as_u64().unwrap();
            }
            Ok(mut answer) => {
                let status = answer.status();
                let body = answer.body_mut().read_to_string().unwrap_or_default();
                assert!(status.as_u16() == 503, "{status}: {body}");
            }
            // The server is gone; it comes back.
            Err(_) => {}
        }
        sleep(Duration::from_millis(50));
    }
}

/// The indices of all reports about the model in a full export that verifies.
fn exported(server: &Server) -> Vec<u64> {
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("bundle.tar");
    run(server.command(["export", "--full", "--out"]).arg(&bundle));
    run(command(["verify"]).arg(&bundle));
    run(Command::new("tar").arg("-xf").arg(&bundle).arg("-C").arg(folder.path()));
    let size = SignedCheckpoint::parse(&fs::read(folder.path().join("checkpoint")).unwrap())
        .unwrap()
        .checkpoint()
        .size;
    let tiles = tile::tiles(size).filter(|tile| tile.row == Row::Entries);
    tiles.flat_map(|tile| reports(tile, &fs::read(folder.path().join(tile.to_string())).unwrap())).collect()
}

fn reports(tile: Tile, bytes: &[u8]) -> Vec<u64> {
    let leaves = (tile.index * u64::from(tile::WIDTH)..).zip(tile::decode_entries(bytes).unwrap());
    let leaves = leaves.map(|(index, leaf)| (index, Leaf::parse(leaf).unwrap()));
    let reports =
        leaves.filter(|(_, leaf)| leaf.action == "approval.reported" && leaf.facts["model"] == "load");
    reports.map(|(index, _)| index).collect()
}

fn run(command: &mut Command) {
    let output = command.output().unwrap();
    let told = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&told));
}
