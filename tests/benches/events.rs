//! Approval events as pipelines post them: over HTTP, 64 connections, each answered with a receipt, so stored, sequenced,
//! signed and safe from a power cut. The baselines are the databases themselves, one row a commit, on the same disk.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use assay_bench::load::{Ask, Asking, Load};
use assay_bench::rate::{Goal, Rates};
use assay_domain::access::Scope;
use assay_tests::postgres::database;
use assay_tests::raw;
use assay_tests::served::Served;
use assay_tests::storage::Place;
use serde_json::json;

const CONNECTIONS: usize = 64;
/// How many pipelines' models there are.
const MODELS: usize = 100;
/// Events, and raw commits, in a round.
const COUNT: usize = if cfg!(debug_assertions) { 200 } else { 6000 };

fn main() -> Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    let folder = tempfile::tempdir()?;
    let raw_sqlite = runtime.block_on(raw::sqlite(folder.path()))?;
    let raw_postgres = runtime.block_on(async { raw::postgres(&database().await).await })?;
    let one = runtime.block_on(Served::start(Place::sqlite(), 1));
    let two = runtime.block_on(async { Served::start(Place::postgres().await, 2).await });
    let load = |served: &Served| {
        let token = runtime.block_on(served.token(&[Scope::ModelsWrite, Scope::ApprovalsReport]));
        Load::new(&served.addresses, &token, CONNECTIONS)
    };
    let (on_sqlite, on_postgres) = (load(&one), load(&two));
    let asking: Asking = Arc::new(event);

    let mut rates =
        Rates::new("events: approval events with receipt, 64 connections, load generator included");
    let sqlite = rates
        .baseline("SQLite, one row a commit", || runtime.block_on(raw::commits_sqlite(&raw_sqlite, COUNT)));
    let goal = Goal { per_second: 5000, p99: Some(Duration::from_millis(25)), ratio: Some(1.0) };
    rates.work("events on SQLite", sqlite, goal, || runtime.block_on(on_sqlite.run(COUNT, asking.clone())));
    let postgres = rates.baseline("PostgreSQL, one row a commit, 16 connections", || {
        runtime.block_on(raw::commits_postgres(&raw_postgres, COUNT))
    });
    let goal = Goal { per_second: 4000, p99: None, ratio: None };
    rates.work("events on PostgreSQL, two replicas", postgres, goal, || {
        runtime.block_on(on_postgres.run(COUNT, asking.clone()))
    });
    rates.run()
}

/// Each event another one.
fn event(number: usize) -> Ask {
    let model = number % MODELS;
    let body = json!({
        "model": format!("fraud-scoring-{model}"), "version": "7", "artifact_digest": format!("sha256:{model:064x}"),
        "environment": "production", "decision": "approved",
        "decided_by": { "subject": "alice@example.org", "display": "Alice" },
        "reason": format!("passed canary {number}"),
        "pipeline": { "provider": "github-actions", "run_url": format!("https://ci.example/runs/{number}"),
                      "commit": "4b825dc642cb6eb9a060e54bf8d69288fbee4904" },
        "occurred_at": "2026-11-01T07:04:05Z"
    });
    let (method, path) = (http::Method::POST, "/api/v1/approval-events".to_owned());
    Ask { method, path, body: body.to_string().into_bytes() }
}
