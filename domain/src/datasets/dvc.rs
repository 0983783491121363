//! What a `dvc.lock` tells: which data a pipeline read, by its MD5.
//!
//! The file is YAML, written by DVC, and comes from outside: it is bounded in size, depth and nodes, and aliases are
//! refused, because DVC writes none and they can blow a small file up without end. Fields that are not needed are not
//! looked at, so that newer versions of DVC can add some.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_saphyr::Spanned;

use super::{DatasetDigest, DatasetName, Usage, UsedBy};
use crate::document::Diagnostic;
use crate::models::VersionRef;
use crate::names::is_name;

/// The greatest file that is read, in bytes.
pub const LARGEST_LOCK: usize = 1 << 20;

/// A `dvc.lock`, as far as it is about data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DvcLock {
    /// The stages of the pipeline, by name.
    pub stages: Vec<DvcStage>,
}

/// A stage of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DvcStage {
    /// What it is called.
    pub name: String,
    /// What it reads.
    pub deps: Vec<DvcFile>,
    /// What it writes.
    pub outs: Vec<DvcFile>,
}

/// A file or folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DvcFile {
    /// Where it is, from the folder of the lock file.
    pub path: String,
    /// Its digest.
    pub digest: DatasetDigest,
    /// The line of the digest.
    pub line: usize,
}

/// What an import adds to what the file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DvcImport {
    /// The namespace of the datasets: the repository, or the remote.
    pub namespace: String,
    /// Folders that hold data, such as `data`; everything where it is empty. Pipelines read their own code too.
    pub under: Vec<String>,
    /// Who ran the pipeline.
    pub by: UsedBy,
    /// The version that came out of it.
    pub version: Option<VersionRef>,
    /// What for.
    pub purpose: String,
    /// When.
    pub at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct RawLock {
    schema: Spanned<String>,
    #[serde(default)]
    stages: BTreeMap<String, RawStage>,
}

#[derive(Deserialize)]
struct RawStage {
    #[serde(default)]
    deps: Vec<RawFile>,
    #[serde(default)]
    outs: Vec<RawFile>,
}

#[derive(Deserialize)]
struct RawFile {
    path: Spanned<String>,
    md5: Option<Spanned<String>>,
}

impl DvcLock {
    /// Reads a lock file. `file` is what mistakes call it.
    ///
    /// # Errors
    /// What is no YAML, too great or too deep, or no lock file of a version that is known; every digest of the wrong form.
    pub fn parse(text: &str, file: &str) -> Result<Self, Vec<Diagnostic>> {
        let report = |line: u64, column: u64, field: &str, message: String| Diagnostic {
            file: file.to_owned(),
            line: usize::try_from(line).unwrap_or(usize::MAX).max(1),
            column: usize::try_from(column).unwrap_or(usize::MAX).max(1),
            field: field.to_owned(),
            message,
        };
        if text.len() > LARGEST_LOCK {
            let message = format!("has {} bytes, and at most {LARGEST_LOCK} are read", text.len());
            return Err(vec![report(1, 1, "", message)]);
        }
        let lock: RawLock = serde_saphyr::from_str_with_options(text, bounded()).map_err(|error| {
            let (line, column) = error.location().map_or((1, 1), |at| (at.line(), at.column()));
            vec![report(line, column, "", reason(&error))]
        })?;
        if lock.schema.value != "2.0" {
            let at = lock.schema.referenced;
            let message = format!(
                "is {}, and 2.0 can be read: run `dvc repro` or `dvc commit` with DVC 2 or later",
                lock.schema.value
            );
            return Err(vec![report(at.line(), at.column(), "schema", message)]);
        }
        let mut mistakes = Vec::new();
        let mut files = |stage: &str, list: &str, raw: Vec<RawFile>| {
            let mut read = Vec::new();
            for (index, one) in raw.into_iter().enumerate() {
                // What lies elsewhere has an etag or a checksum of that place, and no digest to compare.
                let Some(md5) = one.md5 else { continue };
                let (line, column) = (md5.referenced.line(), md5.referenced.column());
                match format!("md5:{}", md5.value).parse() {
                    Ok(digest) => read.push(DvcFile {
                        path: one.path.value,
                        digest,
                        line: usize::try_from(line).unwrap_or(usize::MAX),
                    }),
                    Err(error) => {
                        let field = format!("stages.{stage}.{list}[{index}].md5");
                        mistakes.push(report(line, column, &field, error.to_string()));
                    }
                }
            }
            read
        };
        let stages: Vec<DvcStage> = lock
            .stages
            .into_iter()
            .map(|(name, stage)| {
                let deps = files(&name, "deps", stage.deps);
                let outs = files(&name, "outs", stage.outs);
                DvcStage { name, deps, outs }
            })
            .collect();
        if mistakes.is_empty() { Ok(Self { stages }) } else { Err(mistakes) }
    }

    /// The uses of data that the file tells: what a stage reads and no stage of the pipeline writes. Each dataset and
    /// digest counts once, however many stages read it.
    ///
    /// # Errors
    /// Paths that cannot be a dataset's name, by line.
    pub fn usages(&self, import: &DvcImport, file: &str) -> Result<Vec<Usage>, Vec<Diagnostic>> {
        let made = |path: &str| self.stages.iter().flat_map(|stage| &stage.outs).any(|out| out.path == path);
        let mut sources: BTreeMap<(&str, &DatasetDigest), usize> = BTreeMap::new();
        for dep in self.stages.iter().flat_map(|stage| &stage.deps) {
            if import.covers(&dep.path) && !made(&dep.path) {
                sources.entry((&dep.path, &dep.digest)).or_insert(dep.line);
            }
        }
        let (mut usages, mut mistakes) = (Vec::new(), Vec::new());
        for ((path, digest), line) in sources {
            if is_name(path, 200) {
                usages.push(import.usage(path, digest));
                continue;
            }
            mistakes.push(Diagnostic {
                file: file.to_owned(),
                line,
                column: 1,
                field: "path".to_owned(),
                message: format!(
                    "`{path}` cannot be a dataset's name: 1 to 200 letters, digits or . _ / : -, beginning with a \
                     letter or digit"
                ),
            });
        }
        if mistakes.is_empty() { Ok(usages) } else { Err(mistakes) }
    }
}

impl DvcImport {
    fn covers(&self, path: &str) -> bool {
        let inside = |folder: &String| {
            let folder = folder.trim_end_matches('/');
            path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.under.is_empty() || self.under.iter().any(inside)
    }

    fn usage(&self, path: &str, digest: &DatasetDigest) -> Usage {
        Usage {
            dataset: DatasetName { namespace: self.namespace.clone(), name: path.to_owned() },
            digest: Some(digest.clone()),
            by: self.by.clone(),
            version: self.version.clone(),
            purpose: self.purpose.clone(),
            at: self.at,
            rows: None,
        }
    }
}

/// The parser's reason without the place, which the diagnostic has, and without advice to programmers.
fn reason(error: &serde_saphyr::Error) -> String {
    let said = error.without_snippet().to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    if said.starts_with("budget breached") {
        return "is not what DVC writes: no anchors and aliases, one document, and fewer and flatter entries"
            .to_owned();
    }
    said.split(", set ").next().unwrap_or_default().to_owned()
}

/// No aliases, one document, and no more of anything than the greatest pipelines need.
fn bounded() -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_aliases: 0,
            max_anchors: 0,
            max_merge_keys: 0,
            max_inclusion_depth: 0,
            max_documents: 1,
            max_depth: 16,
            flow_nesting_limit: 16,
            max_nodes: 100_000,
            max_events: 300_000,
            max_total_scalar_bytes: LARGEST_LOCK,
        },
        with_snippet: false,
    }
}
