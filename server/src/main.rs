//! The `assay` binary: everything is in the library, so that tests can reach it.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    assay_server::cli::run(assay_server::cli::Cli::parse())
}
