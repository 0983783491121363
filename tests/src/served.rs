//! An installation as `assay serve` runs it, with real time and over real connections, but within this process: for
//! benchmarks, which measure a release build of their own.
#![expect(clippy::expect_used, reason = "a benchmark without its server has failed")]

use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;

use assay_domain::access::Scope;
use assay_server::access::service::tokens::{self, NewToken};
use assay_server::clock::{SystemClock, SystemRng};
use assay_server::db::{Db, Options, Role};
use assay_server::http::{self, Caller};
use assay_server::policies::service as policies;
use assay_server::questionnaires::service as questionnaires;
use assay_server::teams::service::{self as teams, NewTeam};
use assay_server::{App, config};
use tempfile::TempDir;
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::storage::Place;

/// One installation, served by one process or as if by several.
pub struct Served {
    /// What services take: of the first replica.
    pub app: App,
    /// Where the replicas listen.
    pub addresses: Vec<SocketAddr>,
    /// A team.
    pub team: Uuid,
    _place: Place,
    _elsewhere: Vec<TempDir>,
}

impl Served {
    /// Serves the database with so many replicas, each with its own connections and its own copy of the key.
    ///
    /// # Panics
    /// When it cannot be opened or served.
    pub async fn start(place: Place, replicas: usize) -> Self {
        let (app, address) = serve(place.options(Role::Server)).await;
        let (mut addresses, mut elsewhere) = (vec![address], Vec::new());
        for _ in 1..replicas {
            let folder = tempfile::tempdir().expect("there is room for a data directory");
            fs::copy(place.dir().join("ledger.key"), folder.path().join("ledger.key"))
                .expect("a key is copied");
            let options = Options { data_dir: folder.path().to_owned(), ..place.options(Role::Server) };
            addresses.push(serve(options).await.1);
            elsewhere.push(folder);
        }
        let system = Caller::system(&app);
        questionnaires::publish_built_in(&app, &system).await.expect("the questionnaires are published");
        policies::bring_shipped_into_force(&app, &system).await.expect("the policies come into force");
        let new =
            NewTeam { name: "Payments".to_owned(), slug: "payments".to_owned(), purpose: String::new() };
        let team = teams::create(&app, &system, new).await.expect("a team is created").id;
        Self { app, addresses, team, _place: place, _elsewhere: elsewhere }
    }

    /// A token of the team with these rights.
    ///
    /// # Panics
    /// When none can be made.
    pub async fn token(&self, scopes: &[Scope]) -> String {
        let (name, scopes) = ("bench".to_owned(), scopes.to_vec());
        let new = NewToken { name, scopes, team: Some(self.team), person: None, days: 1 };
        tokens::create(&self.app, &Caller::system(&self.app), new).await.expect("a token is made").1
    }
}

async fn serve(options: Options) -> (App, SocketAddr) {
    let db = Db::open(options).await.expect("the database opens");
    // Without rate limits: who measures asks as often as possible.
    let app = App::new(db, Arc::new(SystemClock), Arc::new(SystemRng), config::Http::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("a listener has an address");
    tokio::spawn(http::serve(app.clone(), listener));
    (app, address)
}
