//! The real `assay` binary as a process: started on a free port with data of its own, stopped politely or killed.
//!
//! Everything here blocks; none of it waits long. `cargo xtask test` builds the binary and says where it is
//! (`ASSAY_BIN`); without that the debug build of this checkout is taken.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot start its server has failed")]

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long a server may take until it is ready. Generous: the demo is made first, on a busy machine.
const READY_WITHIN: Duration = Duration::from_secs(120);
/// How long a server may take to finish its work after SIGTERM.
const STOP_WITHIN: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(20);

/// The binary under test.
#[must_use]
pub fn binary() -> PathBuf {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/debug/assay");
    let binary = std::env::var_os("ASSAY_BIN").map_or(built, PathBuf::from);
    assert!(
        binary.is_file(),
        "{} is missing: run `cargo xtask test` or `cargo build -p assay`",
        binary.display()
    );
    binary
}

/// The binary with the given arguments and none of the caller's `ASSAY_` settings. A server that it starts has no rate
/// limits unless the arguments name some, because tests ask more often than people do.
#[must_use]
pub fn command<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new(binary());
    command.args(arguments);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("ASSAY_")) {
        command.env_remove(name);
    }
    command.env("ASSAY_RATE_LIMIT", "0");
    command
}

/// A TCP port of the loopback interface that nobody listens on.
#[must_use]
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("the loopback interface has a free port");
    listener.local_addr().expect("a bound socket has an address").port()
}

/// A running server, its data directory and what it printed. Killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Option<Child>,
    port: u16,
    arguments: Vec<String>,
    folder: TempDir,
}

impl Server {
    /// Starts a server on an empty SQLite database. See [`Server::start_with`].
    #[must_use]
    pub fn start() -> Server {
        Server::start_with(&[])
    }

    /// Starts a server with further arguments of `assay serve`, for example `--demo` or `--database-url`, and waits
    /// until it is ready.
    #[must_use]
    pub fn start_with(arguments: &[&str]) -> Server {
        let mut server = Server {
            child: None,
            port: free_port(),
            arguments: arguments.iter().map(ToString::to_string).collect(),
            folder: tempfile::tempdir().expect("there is room for a data directory"),
        };
        server.restart();
        server
    }

    /// Starts the server again after [`Server::kill`] or [`Server::stop`]: same port, same data.
    pub fn restart(&mut self) {
        assert!(self.child.is_none(), "the server is still running");
        let log =
            File::options().create(true).append(true).open(self.log_file()).expect("the log can be written");
        let mut command = command(["serve", "--listen", &format!("127.0.0.1:{}", self.port), "--data"]);
        command.arg(self.data()).args(&self.arguments);
        command.stdin(Stdio::null()).stdout(log.try_clone().expect("a file can be shared")).stderr(log);
        self.child = Some(command.spawn().expect("the server can be started"));
        self.wait_until_ready();
    }

    /// The address of a path, which begins with `/`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The data directory.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// What the server printed so far, over all its starts.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// Asks the server to stop (SIGTERM) and waits for it.
    pub fn stop(&mut self) -> ExitStatus {
        let child = self.child.as_mut().expect("the server is running");
        let signal = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        assert!(signal.is_ok_and(|status| status.success()), "the server could not be told to stop");
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().expect("a child can be waited for") {
                break status;
            }
            assert!(start.elapsed() < STOP_WITHIN, "the server did not stop:\n{}", self.log());
            sleep(PAUSE);
        };
        self.child = None;
        status
    }

    /// Ends the server without warning (SIGKILL), as a power cut would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself; either way it is gone after this.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Runs another command of the binary on this server's data, for example `user create`, also while
    /// the server runs.
    /// The caller adds input and reads the output.
    #[must_use]
    pub fn command<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = command(arguments);
        command.env("ASSAY_DATA", self.data());
        let database = self.arguments.iter().skip_while(|argument| *argument != "--database-url").nth(1);
        command.envs(database.map(|url| ("ASSAY_DATABASE_URL", url)));
        command
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }

    fn wait_until_ready(&mut self) {
        let address = self.url("/readyz");
        let start = Instant::now();
        while ureq::get(&address).call().is_err() {
            let ended = self.child.as_mut().and_then(|child| child.try_wait().ok().flatten());
            if let Some(status) = ended {
                panic!("the server ended at its start ({status}):\n{}", self.log());
            }
            assert!(start.elapsed() < READY_WITHIN, "the server did not become ready:\n{}", self.log());
            sleep(PAUSE);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("what the server printed:\n{}", self.log());
        }
    }
}
