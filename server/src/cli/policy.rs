//! `assay policy`: check approval policies, each by itself and all together, and print the format. No server, no database,
//! no network.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use assay_domain::access::Role;
use assay_domain::approvals::{KnownWords, Policy, PolicySet, policy_schema};
use assay_domain::document::Diagnostic;
use assay_domain::questionnaires::Bank;

use super::files::{Failure, print, read_bank, read_text};

/// Work with approval policies.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Find mistakes, with file, line, field and the name of the rule; and whether the policies fit together
    Check {
        /// The policies, as TOML files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// A bank whose job roles and capabilities the policies speak of, instead of the shipped one
        #[arg(long, value_name = "FILE")]
        questionnaire: Option<PathBuf>,
    },
    /// Print the JSON Schema of the format
    Schema,
}

/// What a command found out: the text to print, and whether all is well.
struct Finding {
    text: String,
    fine: bool,
}

/// Prints what was found: exit code 0, 1 where there is something to correct, 2 where it could not be done.
pub fn run(args: &Args) -> ExitCode {
    let found = match &args.command {
        Command::Check { files, questionnaire } => {
            read_bank(questionnaire.as_deref()).and_then(|bank| check(files, &bank))
        }
        Command::Schema => Ok(Finding { text: format!("{:#}\n", policy_schema()), fine: true }),
    };
    match found.and_then(|found| print(&found.text).map(|()| found.fine)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(2)
        }
    }
}

fn check(files: &[PathBuf], bank: &Bank) -> Result<Finding, Failure> {
    let mut found = Finding { text: String::new(), fine: true };
    let mut together = Vec::new();
    for file in files {
        let name = file.display().to_string();
        match checked(&read_text(file)?, &name, bank) {
            Ok(policy) => {
                let (steps, digest) = (policy.steps.len(), policy.sha256());
                let _ = writeln!(
                    found.text,
                    "{name}: fine: {} {}, {steps} steps, SHA-256 {digest}",
                    policy.id, policy.version
                );
                together.push(policy);
            }
            Err(mistakes) => {
                found.fine = false;
                for mistake in mistakes {
                    let _ = writeln!(found.text, "{mistake}");
                }
            }
        }
    }
    if let Err(refused) = PolicySet::new(together) {
        found.fine = false;
        for one in refused {
            let _ = writeln!(found.text, "together: {one}");
        }
    }
    Ok(found)
}

fn checked(text: &str, name: &str, bank: &Bank) -> Result<Policy, Vec<Diagnostic>> {
    let policy = Policy::parse(text, name)?;
    let mut roles: BTreeSet<&str> = bank.roles.iter().map(|role| role.id.as_str()).collect();
    roles.insert(Role::ComplianceOfficer.name());
    let capabilities = bank.capabilities.iter().map(|capability| capability.id.as_str()).collect();
    let unknown = policy.unknown_words(text, name, &KnownWords { roles, capabilities, machines: None });
    if unknown.is_empty() { Ok(policy) } else { Err(unknown) }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::Path;

    use super::*;

    const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../questionnaires/policies");

    fn shipped(name: &str) -> PathBuf {
        Path::new(FOLDER).join(name)
    }

    fn edited(name: &str, from: &str, to: &str) -> tempfile::NamedTempFile {
        let text = std::fs::read_to_string(shipped(name)).expect("readable");
        assert!(text.contains(from), "nothing to edit: {from}");
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(text.replacen(from, to, 1).as_bytes()).expect("written");
        file
    }

    fn bank() -> Bank {
        read_bank(None).expect("the shipped bank")
    }

    #[test]
    fn the_shipped_policies_are_fine_and_fit_together() {
        let files = ["minimal.toml", "limited.toml", "high.toml", "critical.toml"].map(shipped);
        let found = check(&files, &bank()).expect("readable");
        assert!(found.fine, "{}", found.text);
        assert_eq!(found.text.matches(": fine: ").count(), 4, "{}", found.text);
    }

    #[test]
    fn a_mistake_is_named_by_place_and_rule_and_the_other_files_are_still_checked() {
        let broken = edited("minimal.toml", "count = 1", "count = 0");
        let found = check(&[broken.path().into(), shipped("high.toml")], &bank()).expect("readable");
        assert!(!found.fine);
        assert!(found.text.contains(":36:9: steps[0].count: nobody_asked: "), "{}", found.text);
        assert!(found.text.contains("high.toml: fine: "), "{}", found.text);
    }

    #[test]
    fn a_word_that_the_bank_does_not_know_is_a_mistake() {
        let broken = edited("limited.toml", "\"product-manager\"]\ncount", "\"product-manger\"]\ncount");
        let found = check(&[broken.path().into()], &bank()).expect("readable");
        assert!(!found.fine && found.text.contains("steps[1].roles[0]: unknown_role: "), "{}", found.text);
        let broken = edited("high.toml", "\"data-versioning\" ", "\"data-version\" ");
        let found = check(&[broken.path().into()], &bank()).expect("readable");
        let place = "demands.request.levels[0].capability: unknown_capability: ";
        assert!(!found.fine && found.text.contains(place), "{}", found.text);
    }

    #[test]
    fn two_that_decide_about_the_same_are_a_mistake_together() {
        let other = edited("limited.toml", "tiers = [\"limited\"]", "tiers = [\"limited\", \"high\"]");
        let found = check(&[other.path().into(), shipped("high.toml")], &bank()).expect("readable");
        assert!(!found.fine && found.text.contains("together: two_policies: "), "{}", found.text);
    }

    #[test]
    fn what_cannot_be_read_is_a_failure() {
        assert!(check(&["/nowhere/policy.toml".into()], &bank()).is_err());
    }
}
