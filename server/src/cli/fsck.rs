//! `assay fsck`: recheck everything that is stored about the log.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use serde_json::json;

use super::files::print;
use crate::config;
use crate::ledger::fsck::{self, Report};

/// Recheck the ledger: leaves, hashes, tiles, heads, checkpoints, columns for searching, disclosures.
///
/// Exit code 0: nothing is wrong; 1: something is; 2: it could not be checked.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    storage: config::Storage,
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

/// Prints what was looked at and what was found.
pub fn run(args: &Args) -> ExitCode {
    let report = match super::block_on(work(args)) {
        Ok(report) => report,
        Err(problem) => return super::fail(problem),
    };
    let told = match args.format {
        Format::Text => text(&report),
        Format::Json => format!("{:#}\n", json(&report)),
    };
    match print(&told) {
        Ok(()) if report.findings.is_empty() => ExitCode::SUCCESS,
        Ok(()) => ExitCode::from(1),
        Err(failure) => super::fail(failure),
    }
}

async fn work(args: &Args) -> Result<Report, String> {
    let app = super::open::existing(&args.storage).await?;
    let report = fsck::check(&app.db, progress()).await.map_err(|error| error.to_string());
    app.db.close().await;
    report
}

/// Tells how far it is, where somebody is watching.
fn progress() -> impl FnMut(u64, u64) {
    let watched = std::io::stderr().is_terminal();
    move |done, of| {
        if watched {
            let end = if done < of { "" } else { "\n" };
            // Progress that cannot be shown is no reason to stop.
            let _ = write!(std::io::stderr(), "\r{done} of {of} entries checked{end}");
        }
    }
}

fn text(report: &Report) -> String {
    let Report { entries, heads, tiles, checkpoints, disclosures, waiting, findings } = report;
    let mut told = format!(
        "Checked {entries} entries, {heads} heads, {tiles} full tiles, {checkpoints} checkpoints, {disclosures} disclosures.\n"
    );
    if *waiting > 0 {
        told += &format!(
            "{waiting} events wait for their place in the log; a running server gives it to them.\n"
        );
    }
    match findings.len() {
        0 => told += "Nothing is wrong.\n",
        many => told += &format!("{many} found:\n"),
    }
    findings.iter().fold(told, |told, finding| told + &format!("  {finding}\n"))
}

fn json(report: &Report) -> serde_json::Value {
    let findings =
        report.findings.iter().map(|found| json!({ "place": found.place, "problem": found.problem }));
    json!({
        "entries": report.entries,
        "heads": report.heads,
        "tiles": report.tiles,
        "checkpoints": report.checkpoints,
        "disclosures": report.disclosures,
        "waiting": report.waiting,
        "findings": findings.collect::<Vec<_>>(),
    })
}
