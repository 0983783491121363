//! The project's own commands: `cargo xtask serve`, `test`, `build`, `check`, `bundle`, `bench`.
//!
//! Each command brings what it needs and says what it is doing, so that nobody has to know more than its name.
//! Dependencies are few on purpose: everything here is compiled before anything else can start.
//!
//! To add a command: a variant of [`Command`], its arm in [`main`], and its steps in [`commands`].

mod bench;
mod bundle;
mod commands;
mod shell;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Assay's own commands. Each does its own set-up.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the browser bundle and the server, then run it: `cargo xtask serve --demo`
    Serve {
        /// Passed on to `assay serve`, for example `--demo` or `--listen 127.0.0.1:8080`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Run every test: formatting, unit tests, both database engines, the real binary, a real browser
    Test {
        /// Only tests whose name contains this
        filter: Option<String>,
    },
    /// Build the product for release: one file with everything embedded
    Build,
    /// Check formatting, lints (native and browser) and documentation; warnings are errors
    Check,
    /// Build only the browser bundle and report its size
    Bundle,
    /// Run the benchmarks as a release would run, and compare them with a baseline of the same run
    Bench {
        /// Only benchmarks whose name contains this
        filter: Option<String>,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Serve { arguments } => commands::serve(&arguments),
        Command::Test { filter } => commands::test(filter.as_deref()),
        Command::Build => commands::build(),
        Command::Check => commands::check(),
        Command::Bundle => bundle::build().map(drop),
        Command::Bench { filter } => bench::run_all(filter.as_deref()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_serve_does_not_know_goes_to_the_server() {
        let words = ["cargo xtask", "serve", "--demo", "--listen", "127.0.0.1:0"];
        let Command::Serve { arguments } = Arguments::try_parse_from(words).unwrap().command else {
            panic!()
        };
        assert_eq!(arguments, words[2..]);
    }
}
