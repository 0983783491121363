//! `assay questionnaire`: check a bank or a catalogue of roles, print the format, compare two versions. No server, no
//! database, no network.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use assay_domain::document::Diagnostic;
use assay_domain::ownership::Catalogue;
use assay_domain::questionnaires::{Bank, Diff, diff, schema};

use super::files::{Failure, print, read_bank, read_text};

/// Work with banks of questions.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Find mistakes, with file, line and field
    Check {
        /// The banks, or catalogues of roles, as TOML files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Print the JSON Schema of the format
    Schema,
    /// Show what changed between two versions, and the version that it asks for
    Diff {
        /// The older version
        old: PathBuf,
        /// The newer version
        new: PathBuf,
    },
}

/// What a command found out: the text to print, and whether all is well.
struct Finding {
    text: String,
    fine: bool,
}

/// Prints what was found: exit code 0, 1 where there is something to correct, 2 where it could not be done.
pub fn run(args: &Args) -> ExitCode {
    let found = match &args.command {
        Command::Check { files } => check(files),
        Command::Schema => Ok(Finding { text: format!("{:#}\n", schema()), fine: true }),
        Command::Diff { old, new } => compare(old, new),
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

fn check(files: &[PathBuf]) -> Result<Finding, Failure> {
    let mut found = Finding { text: String::new(), fine: true };
    for file in files {
        let name = file.display().to_string();
        match checked(&read_text(file)?, &name) {
            Ok(contents) => {
                let _ = writeln!(found.text, "{name}: fine: {contents}");
            }
            Err(mistakes) => {
                found.fine = false;
                for mistake in mistakes {
                    let _ = writeln!(found.text, "{mistake}");
                }
            }
        }
    }
    Ok(found)
}

/// What a file holds, in a line.
fn checked(text: &str, name: &str) -> Result<String, Vec<Diagnostic>> {
    if Catalogue::is_meant_by(text) {
        let roles = Catalogue::parse(text, name)?;
        let (count, skills, duties) = (roles.roles.len(), roles.skills.len(), roles.duties.len());
        return Ok(format!(
            "{} {}, {count} roles, {skills} skills, {duties} duties",
            roles.id, roles.version
        ));
    }
    let bank = Bank::parse(text, name)?;
    let count = bank.questions.len();
    Ok(format!("{} {}, {count} questions, SHA-256 {}", bank.id, bank.version, bank.sha256()))
}

fn compare(old: &Path, new: &Path) -> Result<Finding, Failure> {
    let (old, new) = (read_bank(Some(old))?, read_bank(Some(new))?);
    let diff = diff(&old, &new);
    Ok(Finding { text: describe(&diff, &new), fine: diff.is_honest() })
}

fn describe(diff: &Diff, new: &Bank) -> String {
    let mut text = format!("{} {} -> {}\n", new.id, diff.old, diff.new);
    if !diff.head.is_empty() {
        let _ = writeln!(text, "  head: {}", diff.head.join(", "));
    }
    for question in &diff.questions {
        let line =
            format!("  {:10} {:8} {}", question.change.as_str(), question.code, question.fields.join(", "));
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let verdict = match (diff.head.is_empty() && diff.questions.is_empty(), diff.is_honest()) {
        (true, true) => "nothing changed".to_owned(),
        (_, true) => format!("{} change; {} says so", diff.bump, diff.new),
        (_, false) => format!("{} change: raise the version to {} at least", diff.bump, diff.required()),
    };
    text + &verdict + "\n"
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const SMALL: &str = include_str!("../../../domain/tests/data/small-bank.toml");
    const SHIPPED: &str =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../questionnaires/maturity/mlops-levels.toml");

    fn file(contents: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(contents.as_bytes()).expect("written");
        file
    }

    #[test]
    fn the_shipped_bank_is_fine() {
        let found = check(&[SHIPPED.into()]).expect("readable");
        assert!(found.fine, "{}", found.text);
        assert!(found.text.contains(": fine: mlops-levels "), "{}", found.text);
    }

    #[test]
    fn a_catalogue_of_roles_is_checked_as_such() {
        let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../questionnaires/roles/mlops-roles.toml");
        let found = check(&[shipped.into()]).expect("readable");
        assert!(found.fine && found.text.contains(": fine: mlops-roles 1.0.0, 9 roles"), "{}", found.text);
        let text =
            std::fs::read_to_string(shipped).expect("readable").replace("accountable = 8", "accountable = 0");
        let found = check(&[file(&text).path().into()]).expect("readable");
        assert!(!found.fine && found.text.contains(":16:15: limits.accountable: "), "{}", found.text);
    }

    #[test]
    fn a_mistake_is_found_and_the_other_files_are_still_checked() {
        let broken = file(&SMALL.replace("weight = 3 ", "weight = 7 "));
        let found = check(&[broken.path().into(), SHIPPED.into()]).expect("readable");
        assert!(!found.fine);
        assert!(
            found.text.contains(":97:10: questions[0].weight: 7 is not between 1 and 3\n"),
            "{}",
            found.text
        );
        assert!(found.text.contains(": fine: "));
    }

    #[test]
    fn what_cannot_be_read_is_a_failure() {
        assert!(check(&["/nowhere/bank.toml".into()]).is_err());
    }

    #[test]
    fn a_difference_reads_like_this() {
        let changed = SMALL
            .replacen("weight = 3 ", "weight = 2 ", 1)
            .replace("text = \"Does", "text = \"How does")
            .replace("title = \"A small bank\"", "title = \"A little bank\"")
            .replace("0d6a3a1b0007", "0d6a3a1b0008");
        let compared = |new: &str| compare(file(SMALL).path(), file(new).path()).expect("banks");
        let small = compared(&changed.replace("version = \"1.0.0\"", "version = \"1.1.0\""));
        let large = compared(&changed.replace("version = \"1.0.0\"", "version = \"2.0.0\""));
        assert_eq!((small.fine, large.fine, compared(SMALL).fine), (false, true, true));
        let texts = [small.text, large.text, compared(SMALL).text];
        insta::assert_snapshot!(texts.join("\n"));
    }
}
