//! `cargo xtask bench`: finds the benchmarks of all crates and runs them.
//!
//! A benchmark is a file in the `benches` folder of the crate that it measures, and the name of that file is its name.
//! What they share, and how to write one, stands in `bench/src/lib.rs`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::shell::{cargo, root, run, step};

/// Builds and runs the benchmarks whose name contains `filter`, or all of them.
pub(crate) fn run_all(filter: Option<&str>) -> Result<()> {
    let all = names(root())?;
    let chosen: Vec<&String> =
        all.iter().filter(|name| filter.is_none_or(|part| name.contains(part))).collect();
    ensure!(
        !chosen.is_empty(),
        "No benchmark has `{}` in its name; there is: {}",
        filter.unwrap_or_default(),
        all.join(", ")
    );
    for name in chosen {
        let bench = |more: &[&str]| {
            run(cargo()
                .args(["bench", "--workspace", "--exclude", "xtask", "--quiet", "--bench", name])
                .args(more))
        };
        step(&format!("Building the benchmark {name}"), || bench(&["--no-run"]))?;
        bench(&[])?;
    }
    Ok(())
}

/// The names of all benchmarks below `folder`, in order.
fn names(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for member in folder.read_dir().with_context(|| format!("{} cannot be read", folder.display()))? {
        let Ok(benches) = fs::read_dir(member?.path().join("benches")) else { continue };
        for file in benches {
            let path = file?.path();
            let is_source = path.extension().is_some_and(|extension| extension == "rs");
            names.extend(
                path.file_stem().filter(|_| is_source).map(|stem| stem.to_string_lossy().into_owned()),
            );
        }
    }
    names.sort_unstable();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn benchmarks_are_found_in_all_crates() {
        let folder = tempfile::tempdir().unwrap();
        for file in
            ["server/benches/gate.rs", "domain/benches/maturity.rs", "domain/benches/notes.md", "docs/x.rs"]
        {
            let file = folder.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        }
        assert_eq!(names(folder.path()).unwrap(), ["gate", "maturity"]);
    }

    #[test]
    fn an_unknown_name_is_answered_with_those_that_there_are() {
        let message = run_all(Some("no such benchmark")).unwrap_err().to_string();
        assert!(message.contains("maturity"), "{message}");
    }
}
