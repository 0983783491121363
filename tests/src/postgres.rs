//! A PostgreSQL server of our own, for as long as the test binary runs: started once from the installed binaries in a
//! temporary directory, by a user who is not root, with durability on; each test gets an empty database in it.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot start its database has failed")]

use std::fs;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::sync::OnceCell;
use tokio::time::sleep;

use crate::server_process::free_port;

/// How long the server may take to start.
const TRIES: u32 = 600;
const PAUSE: Duration = Duration::from_millis(50);
/// The server goes down, and its directory with it, when this process has ended.
const SCRIPT: &str = r#"
cd "$1" && "$2/initdb" -D data -U postgres -A trust -E UTF8 --locale C --no-sync >initdb.log 2>&1 || exit 1
"$2/postgres" -D data -k "$1" -p "$3" -c listen_addresses=127.0.0.1 -c max_connections=400 >server.log 2>&1 &
trap 'kill -QUIT $!' INT
wait
wait
rm -rf "$1"
"#;

static PORT: OnceCell<u16> = OnceCell::const_new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// The URL of a new, empty database.
///
/// # Panics
/// When PostgreSQL is not installed or does not start; `cargo xtask test` installs it.
pub async fn database() -> String {
    let port = *PORT.get_or_init(start).await;
    let name = format!("test_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    let mut admin = connect(port).await.expect("the temporary PostgreSQL can be reached");
    let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::raw_sql(create).execute(&mut admin).await.expect("a database can be created");
    admin.close().await.expect("the connection can be closed");
    url(port, &name)
}

fn url(port: u16, name: &str) -> String {
    format!("postgres://postgres@127.0.0.1:{port}/{name}")
}

async fn connect(port: u16) -> Result<PgConnection, sqlx::Error> {
    PgConnection::connect(&url(port, "postgres")).await
}

async fn start() -> u16 {
    let port = free_port();
    let dir =
        tempfile::Builder::new().prefix("assay-postgres-").tempdir().expect("there is room for a database");
    let dir = dir.keep();
    launch(dir.clone(), port);
    for _ in 0..TRIES {
        if connect(port).await.is_ok() {
            return port;
        }
        sleep(PAUSE).await;
    }
    let log = |name| fs::read_to_string(dir.join(name)).unwrap_or_default();
    panic!("PostgreSQL did not start:\n{}\n{}", log("initdb.log"), log("server.log"))
}

/// Starts the script from a thread that never ends: the kernel signals it when the thread that started it is gone.
fn launch(dir: PathBuf, port: u16) {
    let binaries = binaries();
    thread::spawn(move || {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "INT"]);
        if let Some((user, uid, gid)) = other_user(&dir) {
            chown(&dir, Some(uid), Some(gid)).expect("root can give a directory away");
            command.args(["--reuid", &user, "--regid", &gid.to_string(), "--clear-groups"]);
        }
        command.args(["sh", "-c", SCRIPT, "sh"]).arg(&dir).arg(binaries).arg(port.to_string());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("setpriv (util-linux) is installed");
        child.wait().expect("a child can be waited for");
        loop {
            thread::park();
        }
    });
}

/// The newest installed server.
fn binaries() -> PathBuf {
    let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .filter(|bin| bin.join("initdb").is_file())
        .collect();
    versions.sort_by_key(|bin| {
        let version = bin.parent().and_then(Path::file_name).and_then(|version| version.to_str());
        version.and_then(|version| version.parse::<u32>().ok())
    });
    versions.pop().expect("PostgreSQL is installed below /usr/lib/postgresql (apt install postgresql)")
}

/// PostgreSQL refuses to run as root: then somebody else runs it.
fn other_user(dir: &Path) -> Option<(String, u32, u32)> {
    use std::os::unix::fs::MetadataExt;
    if fs::metadata(dir).is_ok_and(|dir| dir.uid() != 0) {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    ["postgres", "nobody"].iter().find_map(|user| {
        let line = users.lines().find(|line| line.split(':').next() == Some(user))?;
        let mut fields = line.split(':').skip(2).map(str::parse);
        Some(((*user).to_owned(), fields.next()?.ok()?, fields.next()?.ok()?))
    })
}
