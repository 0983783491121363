//! `assay score`: answers in, level out. No server, no database, no network.

use std::process::ExitCode;

use chrono::NaiveDate;

use super::answers::Input;
use super::files::{Failure, print};
use super::scorecard_text;

/// Score an answers file.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    input: Input,
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

/// Prints the result: exit code 0, or 2 where there is none.
pub fn run(args: &Args, today: NaiveDate) -> ExitCode {
    match score(args, today).and_then(|result| print(&result)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(2)
        }
    }
}

fn score(args: &Args, today: NaiveDate) -> Result<String, Failure> {
    let (bank, snapshot) = args.input.read(today)?;
    let card = snapshot.score(&bank).map_err(|error| args.input.failure(error))?;
    match args.format {
        Format::Text => Ok(scorecard_text::render(&card, &bank)),
        Format::Json => serde_json::to_string(&card)
            .map(|json| json + "\n")
            .map_err(|error| args.input.failure(format_args!("the result has no JSON form: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use assay_domain::assessments::Scorecard;
    use clap::Parser;

    use super::super::files::read_bank;
    use super::*;

    #[derive(clap::Parser)]
    struct Command {
        #[command(flatten)]
        args: Args,
    }

    const SMALL_BANK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../domain/tests/data/small-bank.toml");
    const BY_HAND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../questionnaires/examples/by-hand.toml");

    fn score_with(arguments: &[&str]) -> Result<String, String> {
        let command =
            Command::try_parse_from([&["score"], arguments].concat()).map_err(|error| error.to_string())?;
        let today = "2026-11-21".parse().expect("a day");
        score(&command.args, today).map_err(|failure| failure.to_string())
    }

    /// A file for one test.
    fn file(contents: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(contents).expect("written");
        file
    }

    /// Answers to the whole shipped bank: the top rung of every question, with this evidence.
    fn all_full(evidence: &str) -> tempfile::NamedTempFile {
        let bank = read_bank(None).expect("the shipped bank");
        let mut text = format!(
            "questionnaire = \"{}\"\nversion = \"{}\"\nanswered_by = \"sam\"\n[answers]\n",
            bank.id, bank.version
        );
        for question in &bank.questions {
            text += &format!(
                "\"{}\" = {{ value = \"{}\", evidence = [{evidence}] }}\n",
                question.code,
                question.ladder.top()
            );
        }
        file(text.as_bytes())
    }

    fn path(file: &tempfile::NamedTempFile) -> &str {
        file.path().to_str().expect("a path")
    }

    /// The result as text, without the digest: it changes with every word of the bank.
    fn text(arguments: &[&str]) -> String {
        let text = score_with(arguments).expect("a result");
        let (before, after) = text.split_once("SHA-256 ").expect("a digest");
        format!("{before}SHA-256 …{}", &after[64..])
    }

    #[test]
    fn work_by_hand_reads_like_this() {
        insta::assert_snapshot!(text(&[BY_HAND]));
    }

    #[test]
    fn answers_that_the_evidence_does_not_carry_read_like_this() {
        let answers = file(
            br#"
            questionnaire = "small-bank"
            version = "1.0.0"
            answered_by = "sam"
            [answers]
            "MC-1.1" = { value = "all", evidence = [{ uri = "u", kind = "artefact", reviewed_by = "ana" }] }
            "MC-2.1" = { value = "all", evidence = [{ uri = "u", kind = "artefact" }] }
            "MC-2.2" = { value = "automated" }
            "MC-4.1" = { not_applicable = { reason = "architecture", justification = "batch only" } }
            "OP-1.1" = { value = "all", evidence = [{ uri = "u", kind = "automated", checked_at = "2026-11-01" }] }
            "OP-2.1" = { value = "all" }
            "OP-3.1" = { value = "dont_know" }
            "#,
        );
        insta::assert_snapshot!(text(&[path(&answers), "--questionnaire", SMALL_BANK]));
    }

    #[test]
    fn all_full_is_4_claimed_and_supported_as_far_as_it_was_reviewed() {
        let headline = |evidence| {
            let json = score_with(&[path(&all_full(evidence)), "--format", "json"]).expect("a result");
            let card: Scorecard = serde_json::from_str(&json).expect("a scorecard");
            (card.headline.claimed, card.headline.supported, card.blockers.len())
        };
        assert_eq!(headline("{ uri = \"u\", kind = \"artefact\", reviewed_by = \"ana\" }"), (4, 4, 0));
        assert_eq!(headline(""), (4, 0, 7), "seven dimensions are blocked by their evidence");
    }

    #[test]
    fn json_is_one_object_for_the_day_and_profile_asked_for() {
        let json = score_with(&[BY_HAND, "--format", "json", "--as-of", "2027-01-31", "--profile", "strict"]);
        let card: serde_json::Value = serde_json::from_str(&json.expect("a result")).expect("json");
        assert_eq!(card["as_of"], "2027-01-31");
        assert_eq!(card["questionnaire"]["profile"], "strict");
        assert_eq!(
            card["headline"],
            serde_json::json!({ "claimed": 0, "supported": 0, "provisional": true })
        );
    }

    #[test]
    fn what_cannot_be_done_says_what_where_and_what_to_do() {
        let broken = file(b"questionnaire = \"mlops-levels\"\nversion = \"9.9.9\"\n[answers]\n\"XX-1.1\" = { value = \"all\" }\n");
        let binary = file(b"questionnaire = \"mlops-levels\"\nversion = \"\xff\"\n");
        let hide = |text: String, file: &tempfile::NamedTempFile| text.replace(path(file), "answers.toml");
        assert_eq!(
            hide(score_with(&[path(&binary)]).expect_err("a failure"), &binary),
            "answers.toml:2: is not UTF-8 text: save it as UTF-8"
        );
        let failures = [
            score_with(&["/nowhere/answers.toml"]).expect_err("a failure"),
            hide(score_with(&[path(&broken)]).expect_err("a failure"), &broken),
            score_with(&[BY_HAND, "--profile", "best"])
                .expect_err("a failure")
                .replace(BY_HAND, "by-hand.toml"),
            score_with(&[BY_HAND, "--as-of", "soon"]).expect_err("a failure"),
        ];
        insta::assert_snapshot!(failures.join("\n"));
    }
}
