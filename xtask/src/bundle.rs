//! The browser bundle: the islands of `app/` as WASM, its JavaScript glue, both also compressed.
//!
//! `wasm-bindgen` runs as a library at the version of `Cargo.lock`, so there is no tool to install and no version to
//! disagree. The result lands in `target/browser/pkg`, where `server/src/assets.rs` finds it.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::shell::{cargo, on_path, root, run, step, target_dir};
use crate::tools::{self, WASM};

const SCRIPT: &str = "assay.js";
const MODULE: &str = "assay_bg.wasm";

/// What a visitor may have to download at most: kilobytes, script and WASM together, brotli.
const BUDGET_KB: u64 = 120;

/// How large the bundle came out, in bytes.
pub(crate) struct Size {
    compressed: u64,
}

impl Size {
    /// # Errors
    /// The bundle is larger than its budget.
    pub(crate) fn within_budget(&self) -> Result<()> {
        let kilobytes = self.compressed.div_ceil(1000);
        ensure!(
            kilobytes <= BUDGET_KB,
            "The browser bundle has {kilobytes} KB (brotli), {BUDGET_KB} KB are allowed: see what the last change to app/ pulled in"
        );
        Ok(())
    }
}

/// Builds the bundle, or leaves it alone when nothing that goes into it has changed.
pub(crate) fn build() -> Result<Size> {
    let lock = fs::read_to_string(root().join("Cargo.lock"))?;
    same_version(&lock)?;
    tools::wasm_target()?;
    let compiled = step("Compiling the browser bundle (about three minutes the first time)", compile)?;
    let folder = root().join("target/browser/pkg");
    if !is_newer(&folder.join(MODULE), &compiled) {
        step("Packing the browser bundle", || pack(&compiled, &folder))?;
    }
    report(&folder)
}

/// `wasm-bindgen` refuses a module that another version made; here both versions are one file away from each other.
fn same_version(lock: &str) -> Result<()> {
    let (runtime, tool) = (locked(lock, "wasm-bindgen"), locked(lock, "wasm-bindgen-cli-support"));
    ensure!(
        runtime.is_some() && runtime == tool,
        "Cargo.lock has wasm-bindgen {} but wasm-bindgen-cli-support {}: run `cargo update -p wasm-bindgen-cli-support --precise {0}`",
        runtime.unwrap_or("(none)"),
        tool.unwrap_or("(none)"),
    );
    Ok(())
}

/// The version of a package in `Cargo.lock`.
fn locked<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let (_, rest) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    rest.split_once('"').map(|(version, _)| version)
}

fn compile() -> Result<PathBuf> {
    // The crate type is given here and not in the manifest, so that native builds link no useless shared library.
    run(cargo()
        .args(["rustc", "--package", "assay-app", "--lib", "--crate-type", "cdylib", "--target", WASM])
        .args(["--features", "hydrate", "--profile", "wasm-release"]))?;
    Ok(target_dir().join(WASM).join("wasm-release/assay_app.wasm"))
}

fn is_newer(file: &Path, than: &Path) -> bool {
    let modified = |path: &Path| fs::metadata(path).and_then(|it| it.modified());
    matches!((modified(file), modified(than)), (Ok(file), Ok(than)) if file >= than)
}

fn pack(compiled: &Path, folder: &Path) -> Result<()> {
    let first_time = !folder.exists();
    let unfinished = folder.with_extension("unfinished");
    remove(&unfinished)?;
    Bindgen::new()
        .input_path(compiled)
        .out_name("assay")
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(&unfinished)?;
    optimise(&unfinished.join(MODULE));
    for name in [SCRIPT, MODULE] {
        compress(&unfinished.join(name))?;
    }
    // All at once: whoever finds the module finds its script beside it.
    remove(folder)?;
    fs::rename(&unfinished, folder)?;
    if first_time { recompile_assets() } else { Ok(()) }
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() { Ok(fs::remove_dir_all(folder)?) } else { Ok(()) }
}

/// Makes the module smaller when `wasm-opt` is there. An old one may not know what the compiler emits; then it stays.
fn optimise(module: &Path) {
    let Some(tool) = on_path("wasm-opt") else {
        return;
    };
    let features =
        ["bulk-memory", "mutable-globals", "nontrapping-float-to-int", "reference-types", "sign-ext"];
    let smaller = module.with_extension("smaller");
    let done = run(Command::new(tool)
        .arg("-Oz")
        .args(features.map(|feature| format!("--enable-{feature}")))
        .arg(module)
        .arg("-o")
        .arg(&smaller));
    if let Err(error) = done.and_then(|()| Ok(fs::rename(&smaller, module)?)) {
        eprintln!("    {error:#}: the module stays as it is");
    }
}

/// Puts `{file}.br` beside the file, for the server to hand out as it is.
fn compress(file: &Path) -> Result<()> {
    let mut compressed = file.as_os_str().to_owned();
    compressed.push(".br");
    let mut writer = brotli::CompressorWriter::new(File::create(compressed)?, 1 << 16, 11, 22);
    writer.write_all(&fs::read(file)?)?;
    Ok(writer.flush()?)
}

/// A debug server that was compiled before the folder existed does not know where it is and is compiled again.
fn recompile_assets() -> Result<()> {
    let source = File::options().append(true).open(root().join("server/src/assets.rs"))?;
    #[expect(clippy::disallowed_methods, reason = "a file time for Cargo, nothing that Assay records")]
    Ok(source.set_modified(SystemTime::now())?)
}

fn report(folder: &Path) -> Result<Size> {
    let size = |name: &str| -> Result<u64> {
        let file = folder.join(name);
        Ok(fs::metadata(&file).with_context(|| format!("{} is missing", file.display()))?.len())
    };
    let mut compressed = 0;
    for name in [SCRIPT, MODULE] {
        let (plain, brotli) = (size(name)?, size(&format!("{name}.br"))?);
        eprintln!("    {name:<14} {:>7.1} KB, brotli {:>6.1} KB", kilobytes(plain), kilobytes(brotli));
        compressed += brotli;
    }
    eprintln!("    together {:>32.1} KB of {BUDGET_KB} KB", kilobytes(compressed));
    Ok(Size { compressed })
}

fn kilobytes(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n\n\
                        [[package]]\nname = \"wasm-bindgen-cli-support\"\nversion = \"0.2.130\"\n";

    #[test]
    fn versions_are_compared() {
        assert!(same_version(LOCK).is_ok());
        let other = LOCK.replace("support\"\nversion = \"0.2.130\"", "support\"\nversion = \"0.2.129\"");
        let message = same_version(&other).unwrap_err().to_string();
        assert!(message.contains("wasm-bindgen 0.2.130 but wasm-bindgen-cli-support 0.2.129"), "{message}");
        assert!(same_version("").is_err());
    }

    #[test]
    fn the_budget_is_inclusive() {
        assert!(Size { compressed: 120_000 }.within_budget().is_ok());
        assert!(Size { compressed: 120_001 }.within_budget().is_err());
    }

    #[test]
    fn only_a_finished_module_counts_as_newer() {
        let folder = tempfile::tempdir().unwrap();
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        fs::write(&old, "").unwrap();
        assert!(!is_newer(&new, &old));
        fs::write(&new, "").unwrap();
        assert!(is_newer(&new, &old));
    }
}
