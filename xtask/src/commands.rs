//! The steps of each command.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use crate::bundle;
use crate::shell::{become_, cargo, root, run, step, target_dir};
use crate::tools::{self, WASM};

/// The product as a developer builds it: fast to compile, files read from disk.
fn debug_binary() -> PathBuf {
    target_dir().join("debug").join(format!("assay{}", std::env::consts::EXE_SUFFIX))
}

/// `cargo xtask serve`: ends as `assay serve`, in the folder it was called from.
pub(crate) fn serve(arguments: &[String]) -> Result<()> {
    bundle::build()?;
    step("Building the server (about five minutes the first time)", || {
        // The whole workspace, so that dependencies get the same features, and are built once, here and in the tests.
        run(cargo().args(["build", "--workspace", "--exclude", "xtask", "--bin", "assay"]))
    })?;
    let mut assay = std::process::Command::new(debug_binary());
    become_(assay.arg("serve").args(arguments))
}

/// `cargo xtask test`: everything, or with a filter the tests of that name.
pub(crate) fn test(filter: Option<&str>) -> Result<()> {
    step("Checking the formatting", || run(cargo().args(["fmt", "--check"])))?;
    tools::test_programs()?;
    let (axe, schemathesis) = (tools::axe(), tools::schemathesis());
    bundle::build()?.within_budget()?;
    step("Building the server and the tests (about ten minutes the first time)", || {
        run(cargo().args(["build", "--workspace", "--exclude", "xtask", "--lib", "--bins", "--tests"]))
    })?;
    step("Testing", || {
        run(cargo().args(["test", "--package", "xtask", "--quiet", "--"]).args(filter))?;
        let mut tests = cargo();
        tests.args(["test", "--workspace", "--exclude", "xtask", "--no-fail-fast", "--"]).args(filter);
        tests.env("ASSAY_BIN", debug_binary());
        if let Some(script) = axe {
            tests.env("ASSAY_AXE", script);
        }
        if let Some(program) = schemathesis {
            tests.env("ASSAY_SCHEMATHESIS", program);
        }
        run(&mut tests)
    })
}

/// `cargo xtask build`: the one file to hand on.
pub(crate) fn build() -> Result<()> {
    bundle::build()?.within_budget()?;
    step("Building the release (about ten minutes the first time)", || {
        run(cargo().args(["build", "--release", "--package", "assay", "--bin", "assay"]))
    })?;
    let name = format!("assay{}", std::env::consts::EXE_SUFFIX);
    let folder = target_dir().join("dist");
    fs::create_dir_all(&folder)?;
    let file = folder.join(&name);
    fs::copy(target_dir().join("release").join(&name), &file)?;
    println!("{}", file.strip_prefix(root()).unwrap_or(&file).display());
    Ok(())
}

/// `cargo xtask check`: what a reviewer should not have to say.
pub(crate) fn check() -> Result<()> {
    step("Checking the formatting", || run(cargo().args(["fmt", "--check"])))?;
    step("Linting everything native", || {
        run(cargo().args(["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))
    })?;
    tools::wasm_target()?;
    step("Linting what runs in the browser", || {
        run(cargo()
            .args(["clippy", "--package", "assay-app", "--lib", "--target", WASM, "--features", "hydrate"])
            .args(["--", "--deny", "warnings"]))
    })?;
    step("Checking the documentation", || {
        // Its readers work on the code: private items are shown, and may be linked to.
        let doc = ["doc", "--workspace", "--no-deps", "--document-private-items"];
        let flags = "--deny warnings --allow rustdoc::private_intra_doc_links";
        run(cargo().env("RUSTDOCFLAGS", flags).args(doc))
    })
}
