//! SIGKILL at random during load, several rounds: what was acknowledged is in the log exactly once, indices are dense,
//! the tree verifies. The load runs in a process of its own, which is this test binary started again.

use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use assay_server::ledger::trail;
use assay_tests::on_both_engines;
use assay_tests::storage::Place;
use futures::future::join_all;
use uuid::Uuid;

use super::{clean, record};

const ROUNDS: u64 = 8;
const WRITERS: usize = 16;
const DIR: &str = "CRASH_TEST_DIR";
const URL: &str = "CRASH_TEST_URL";

on_both_engines!(what_was_acknowledged_survives_sigkill);

async fn what_was_acknowledged_survives_sigkill(place: Place) {
    let mut acknowledged = Vec::new();
    for round in 0..ROUNDS {
        // Long enough to start and do something, and never the same moment.
        let alive = Duration::from_millis(700 + 137 * round % 400);
        acknowledged.extend(load_and_kill(&place, alive));
    }
    assert!(acknowledged.len() > 100, "the load did something: {}", acknowledged.len());
    let db = place.open().await;
    let mut conn = db.read().await.unwrap();
    let mut indices = HashSet::new();
    for event in &acknowledged {
        let index = trail::index_of(&mut conn, *event).await.unwrap();
        assert!(indices.insert(index.unwrap_or_else(|| panic!("{event} was acknowledged and is lost"))));
    }
    drop(conn);
    assert_eq!(indices.len(), acknowledged.len());
    let report = clean(&db).await;
    assert_eq!(report.waiting, 0);
    assert!(report.entries > acknowledged.len() as u64, "dense indices, and the tree verifies");
}

/// Runs the load for a while, kills it, and gives the ids that it printed.
fn load_and_kill(place: &Place, alive: Duration) -> Vec<Uuid> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "storage::crash::load", "--ignored", "--nocapture"]);
    command.env(DIR, place.dir()).envs(place.url().map(|url| (URL, url)));
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let reader = thread::spawn(move || {
        let lines = output.lines().map_while(Result::ok);
        lines.filter_map(|line| line.strip_prefix("acknowledged ")?.parse().ok()).collect()
    });
    thread::sleep(alive);
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "the process that is killed; the tests above start it"]
async fn load() {
    let Ok(dir) = std::env::var(DIR) else { return };
    let place = Place::sqlite();
    let mut options = place.options(assay_server::db::Role::Server);
    options.data_dir = dir.into();
    options.database_url = std::env::var(URL).ok();
    let db = assay_server::db::Db::open(options).await.unwrap();
    let writers = (0..WRITERS).map(|_| async {
        loop {
            let written = record(&db, "x").await.unwrap();
            written.ticket.receipt().await.unwrap();
            println!("acknowledged {}", written.value);
        }
    });
    join_all::<_>(writers.map(|writer| async {
        writer.await;
    }))
    .await;
}
