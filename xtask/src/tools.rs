//! What the commands need from the machine, and how they get it.
//!
//! `serve` and `build` need Rust and its C linker, nothing else. The tests need a browser, a database and two PDF
//! tools; where we may install packages we do, elsewhere we name them.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell::{on_path, output, run, step, target_dir};

/// What the browser bundle is compiled for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// The accessibility checker of the browser tests. Fetched, not kept here: its licence is not ours.
const AXE: &str = "axe-core@4.14.1";

/// Tries the HTTP API by its own description. A tool beside the product, as a browser is.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// Adds Rust's standard library for WASM when it is missing.
pub(crate) fn wasm_target() -> Result<()> {
    let sysroot = output(Command::new("rustc").args(["--print", "sysroot"]))?;
    let library = PathBuf::from(sysroot.trim()).join("lib/rustlib").join(WASM);
    if library.is_dir() {
        return Ok(());
    }
    step(&format!("Adding the Rust target {WASM}"), || {
        run(Command::new("rustup").args(["target", "add", WASM])).with_context(|| {
            format!(
                "The Rust target {WASM} is missing and rustup could not add it: install it for this toolchain"
            )
        })
    })
}

/// A program that the tests start, and the Debian package that brings it.
struct Program {
    package: &'static str,
    present: fn() -> bool,
}

const PROGRAMS: [Program; 5] = [
    Program { package: "chromium", present: || on_path("chromium").is_some() },
    Program { package: "chromium-driver", present: || on_path("chromedriver").is_some() },
    Program { package: "postgresql", present: has_postgresql },
    Program { package: "poppler-utils", present: || on_path("pdftotext").is_some() },
    Program { package: "qpdf", present: || on_path("qpdf").is_some() },
];

/// Debian keeps the server's own programs out of PATH.
fn has_postgresql() -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    on_path("initdb").is_some()
        || versions.into_iter().any(|version| version.path().join("bin/initdb").is_file())
}

/// Brings the programs that the tests need.
///
/// # Errors
/// Names the packages when they are missing and cannot be installed from here.
pub(crate) fn test_programs() -> Result<()> {
    let missing: Vec<&str> = PROGRAMS.iter().filter(|it| !(it.present)()).map(|it| it.package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    if on_path("apt-get").is_none() || !is_root() {
        bail!(
            "The tests need programs that are not installed. On Debian or Ubuntu: sudo apt-get install {names}"
        );
    }
    step(&format!("Installing {names} (about two minutes)"), || {
        // A package list that cannot be refreshed may still be good enough to install from.
        let _ = run(apt().args(["update"]));
        run(apt().args(["install", "--yes", "--no-install-recommends"]).args(&missing))
    })
}

fn apt() -> Command {
    let mut apt = Command::new("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive").arg("--quiet=2");
    apt
}

fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// The fuzzer of the HTTP API, in a Python environment of its own. Without it the API is not fuzzed, and the run says so.
pub(crate) fn schemathesis() -> Option<PathBuf> {
    let folder = target_dir().join("schemathesis");
    let program = folder.join("bin/schemathesis");
    if program.is_file() {
        return Some(program);
    }
    if on_path("python3").is_none() {
        eprintln!("    no python3 here: the API is not fuzzed");
        return None;
    }
    let fetched = step(&format!("Fetching {SCHEMATHESIS}"), || {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
        run(Command::new(folder.join("bin/python")).args(["-m", "pip", "install", "--quiet", SCHEMATHESIS]))
    });
    match fetched {
        Ok(()) => Some(program),
        Err(error) => {
            eprintln!("    {error}: the API is not fuzzed");
            None
        }
    }
}

/// The script of the accessibility checker, fetched with npm when there is one.
/// Without it the accessibility checks are skipped, and say so.
pub(crate) fn axe() -> Option<PathBuf> {
    let folder = target_dir().join("axe");
    let script = folder.join("node_modules/axe-core/axe.min.js");
    if script.is_file() {
        return Some(script);
    }
    if on_path("npm").is_none() {
        eprintln!("    no npm here: accessibility checks with axe-core are skipped");
        return None;
    }
    let fetched = step(&format!("Fetching {AXE}"), || {
        std::fs::create_dir_all(&folder)?;
        let mut npm = Command::new("npm");
        npm.args([
            "install",
            "--no-save",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--silent",
            "--prefix",
        ]);
        run(npm.arg(&folder).arg(AXE))
    });
    match fetched {
        Ok(()) => Some(script),
        Err(error) => {
            eprintln!("    {error}: accessibility checks with axe-core are skipped");
            None
        }
    }
}
