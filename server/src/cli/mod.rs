//! The command line: one file per command, each with its `Args` and a `run`.
//!
//! Results go to standard output, everything else to standard error. Exit codes: 0 fine, 1 the answer is no, 2 could not
//! do it. Offline commands (`score`, `roadmap`, `questionnaire`, `policy`, `verify`) touch neither server, database nor network.

use crate::clock::{Clock, SystemClock};
use clap::{Parser, Subcommand};
use std::process::ExitCode;

mod answers;
mod client;
pub mod data_usage;
pub mod event;
pub mod export;
mod files;
pub mod fsck;
pub mod gate;
mod job_role;
mod open;
pub mod policy;
pub mod questionnaire;
pub mod report;
pub mod roadmap;
pub mod score;
mod scorecard_text;
pub mod serve;
pub mod token;
pub mod user;
pub mod verify;

/// Find out how well you run machine learning, and prove it.
#[derive(Debug, Parser)]
#[command(name = "assay", version, about, propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the web application and the API.
    Serve(serve::Args),
    /// Score a file of answers, offline.
    Score(score::Args),
    /// Plan the way to the next level from a file of answers, offline.
    Roadmap(roadmap::Args),
    /// Check, compare and describe question banks, offline.
    Questionnaire(questionnaire::Args),
    /// Check and describe approval policies, offline.
    Policy(policy::Args),
    /// Manage people.
    User(user::Args),
    /// Manage API tokens.
    Token(token::Args),
    /// Post approval events from a pipeline.
    Event(event::Args),
    /// Ask whether a model version may be deployed.
    Gate(gate::Args),
    /// Record what data is used for, from a pipeline.
    DataUsage(data_usage::Args),
    /// Make a report as PDF.
    Report(report::Args),
    /// Export the audit trail as a bundle that verifies offline.
    Export(export::Args),
    /// Verify an export, a report or a mirrored log, offline.
    Verify(verify::Args),
    /// Recheck everything that is stored about the ledger.
    Fsck(fsck::Args),
}

/// Runs the command that was asked for.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    match cli.command {
        Command::Serve(args) => serve::run(args),
        Command::Score(args) => score::run(&args, SystemClock.now().date_naive()),
        Command::Roadmap(args) => roadmap::run(&args, SystemClock.now().date_naive()),
        Command::Questionnaire(args) => questionnaire::run(&args),
        Command::Policy(args) => policy::run(&args),
        Command::User(args) => user::run(args),
        Command::Token(args) => token::run(args),
        Command::Event(args) => event::run(args),
        Command::Gate(args) => gate::run(&args),
        Command::DataUsage(args) => data_usage::run(&args),
        Command::Report(args) => report::run(args),
        Command::Export(args) => export::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Fsck(args) => fsck::run(&args),
    }
}

/// Says on standard error what could not be done, and answers 2.
pub fn fail(what: impl std::fmt::Display) -> ExitCode {
    eprintln!("assay: {what}");
    ExitCode::from(2)
}

/// The exit code of a command that either worked or says why not.
fn finish(outcome: Result<(), String>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => fail(reason),
    }
}

/// Runs a future to its end on a runtime of its own.
fn block_on<T>(work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    tokio::runtime::Runtime::new().map_err(|error| format!("cannot start: {error}"))?.block_on(work)
}

/// Structured logs on standard error; `ASSAY_LOG` chooses how much.
fn logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("ASSAY_LOG")
        .unwrap_or_else(|_| "warn,assay_server=info".into());
    tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).init();
}
