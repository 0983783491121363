//! The gate as pipelines ask it: over HTTP, 64 connections, looked up and decided on record with a receipt. The baselines are
//! the databases themselves: one row looked up by its key, one row a commit.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use assay_bench::load::{Ask, Asking, Load};
use assay_bench::rate::{Goal, Rates};
use assay_domain::access::Scope;
use assay_tests::approved::Colleague;
use assay_tests::postgres::database;
use assay_tests::raw;
use assay_tests::served::Served;
use assay_tests::storage::Place;
use serde_json::json;

const CONNECTIONS: usize = 64;
/// How many models are approved, and asked about in turn.
const MODELS: usize = 20;
/// Questions, reads and commits in a round.
const COUNT: usize = if cfg!(debug_assertions) { 200 } else { 6000 };

fn main() -> Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    let folder = tempfile::tempdir()?;
    let raw_sqlite = runtime.block_on(raw::sqlite(folder.path()))?;
    let raw_postgres = runtime.block_on(async { raw::postgres(&database().await).await })?;
    let one = runtime.block_on(async { approved(Served::start(Place::sqlite(), 1).await).await });
    let two = runtime.block_on(async { approved(Served::start(Place::postgres().await, 2).await).await });
    let load = |served: &Served| {
        let token = runtime.block_on(served.token(&[Scope::GateDecide]));
        Load::new(&served.addresses, &token, CONNECTIONS)
    };
    let (on_sqlite, on_postgres) = (load(&one), load(&two));
    let (looking, deciding): (Asking, Asking) = (Arc::new(look), Arc::new(decide));
    let looked = Goal { per_second: 8000, p99: Some(Duration::from_millis(10)), ratio: None };
    let decided = Goal { per_second: 5000, p99: Some(Duration::from_millis(25)), ratio: None };

    let mut rates =
        Rates::new("gate: looked up and decided on record, 64 connections, load generator included");
    let reads = rates
        .baseline("SQLite, one row by its key", || runtime.block_on(raw::reads_sqlite(&raw_sqlite, COUNT)));
    rates.work("looked up on SQLite", reads, looked, || {
        runtime.block_on(on_sqlite.run(COUNT, looking.clone()))
    });
    let commits = rates
        .baseline("SQLite, one row a commit", || runtime.block_on(raw::commits_sqlite(&raw_sqlite, COUNT)));
    rates.work("decided on SQLite", commits, decided, || {
        runtime.block_on(on_sqlite.run(COUNT, deciding.clone()))
    });
    let reads = rates.baseline("PostgreSQL, one row by its key, 16 connections", || {
        runtime.block_on(raw::reads_postgres(&raw_postgres, COUNT))
    });
    rates.work("looked up on PostgreSQL, two replicas", reads, looked, || {
        runtime.block_on(on_postgres.run(COUNT, looking.clone()))
    });
    let commits = rates.baseline("PostgreSQL, one row a commit, 16 connections", || {
        runtime.block_on(raw::commits_postgres(&raw_postgres, COUNT))
    });
    rates.work("decided on PostgreSQL, two replicas", commits, decided, || {
        runtime.block_on(on_postgres.run(COUNT, deciding.clone()))
    });
    rates.run()
}

/// The same installation with models that may be deployed to production.
async fn approved(served: Served) -> Served {
    let colleague = Colleague::of(&served.app, served.team).await;
    for number in 0..MODELS {
        let (model, digest) = (name(number), format!("sha256:{number:064x}"));
        let request = colleague.ask(&served.app, served.team, &model, "7", &digest, "production").await;
        colleague.approve(&served.app, request).await;
    }
    served
}

fn name(number: usize) -> String {
    format!("fraud-scoring-{}", number % MODELS)
}

fn look(number: usize) -> Ask {
    let path = format!(
        "/api/v1/gate?model={}&version=7&environment=production&digest=sha256:{:064x}",
        name(number),
        number % MODELS
    );
    Ask { method: http::Method::GET, path, body: Vec::new() }
}

fn decide(number: usize) -> Ask {
    let digest = format!("sha256:{:064x}", number % MODELS);
    let body =
        json!({ "model": name(number), "version": "7", "environment": "production", "digest": digest });
    Ask { method: http::Method::POST, path: "/api/v1/gate".to_owned(), body: body.to_string().into_bytes() }
}
