//! `assay verify`: is this what the log signed? No server, no database, no network.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use assay_ledger::note::parse_keys;
use assay_ledger::verify::{NotChecked, Report, Trust, Verdict, verify_bundle, verify_directory};
use assay_ledger::{SignedCheckpoint, VerifierKey};

use super::files::{Failure, print, read_text};
use crate::reports;

/// Verify an export, a report or a mirrored log, offline.
///
/// Exit code 0: verified; 1: something is wrong; 2: there is nothing that can be read as a checkpoint.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A bundle, a PDF report that carries one, or a directory with a mirrored log
    #[arg(value_name = "BUNDLE|REPORT.pdf|DIRECTORY")]
    path: PathBuf,
    /// The log's key, from a source you trust, one a line [default: the one in the bundle, called untrusted]
    #[arg(long, value_name = "FILE", env = "ASSAY_TRUST")]
    trust: Option<PathBuf>,
    /// A checkpoint that you saved earlier: the log must still begin with it
    #[arg(long, value_name = "FILE", env = "ASSAY_SINCE")]
    since: Option<PathBuf>,
    /// How to print the result
    #[arg(long, value_enum, default_value_t, env = "ASSAY_FORMAT")]
    format: Format,
}

/// How a result is printed.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Text,
    /// For machines: one object.
    Json,
}

/// Prints what was checked, what was not, and what is wrong.
pub fn run(args: &Args) -> ExitCode {
    let told = verify(args).and_then(|report| {
        print(&match args.format {
            Format::Text => report.to_string(),
            Format::Json => serde_json::to_string_pretty(&report)
                .map(|json| json + "\n")
                .map_err(|error| Failure::new(error.to_string()))?,
        })?;
        Ok(report.verdict)
    });
    match told {
        Ok(Verdict::Verified) => ExitCode::SUCCESS,
        Ok(Verdict::Discrepancy) => ExitCode::from(1),
        Ok(Verdict::Unreadable) => ExitCode::from(2),
        Err(failure) => super::fail(failure),
    }
}

fn verify(args: &Args) -> Result<Report, Failure> {
    let trust = Trust {
        keys: args.trust.as_deref().map_or(Ok(Vec::new()), read_keys)?,
        since: args.since.as_deref().map(read_checkpoint).transpose()?,
    };
    let unreadable =
        |error: io::Error| Failure::new(format!("{}: cannot be read: {error}", args.path.display()));
    if args.path.is_dir() {
        return Ok(verify_directory(|name| open_within(&args.path, name), &trust));
    }
    let mut file = BufReader::new(File::open(&args.path).map_err(unreadable)?);
    let mut start = Vec::new();
    file.by_ref().take(5).read_to_end(&mut start).map_err(unreadable)?;
    let whole = start.as_slice().chain(file);
    if start == b"%PDF-" { verify_pdf(&args.path, whole, &trust) } else { Ok(verify_bundle(whole, &trust)) }
}

fn verify_pdf(path: &Path, mut input: impl Read, trust: &Trust) -> Result<Report, Failure> {
    let failure = |problem: String| Failure::new(format!("{}: {problem}", path.display()));
    let mut pdf = Vec::new();
    input.read_to_end(&mut pdf).map_err(|error| failure(format!("cannot be read: {error}")))?;
    let bundle = reports::embedded_bundle(&pdf).ok_or_else(|| {
        failure(
            "this PDF carries no evidence bundle, or is damaged: only reports made by Assay can be verified"
                .to_owned(),
        )
    })?;
    let mut report = verify_bundle(bundle.as_slice(), trust);
    report.not_checked.push(NotChecked {
        what: "what the pages of the PDF say".to_owned(),
        why: "the evidence embedded in it was checked; compare the pages with it, or make the report anew"
            .to_owned(),
    });
    Ok(report)
}

/// A file of a mirrored log, if it is there.
fn open_within(directory: &Path, name: &str) -> io::Result<Option<BufReader<File>>> {
    match File::open(directory.join(name)) {
        Ok(file) => Ok(Some(BufReader::new(file))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn read_keys(path: &Path) -> Result<Vec<VerifierKey>, Failure> {
    let wrong = |error| {
        Failure::new(format!(
            "{}: is no file of keys: {error}; write one key a line, like the file vkey of a bundle",
            path.display()
        ))
    };
    parse_keys(&read_text(path)?).map_err(wrong)
}

fn read_checkpoint(path: &Path) -> Result<SignedCheckpoint, Failure> {
    let wrong = |error| Failure::new(format!("{}: is no signed checkpoint: {error}", path.display()));
    SignedCheckpoint::parse(read_text(path)?.as_bytes()).map_err(wrong)
}
