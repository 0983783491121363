//! `assay roadmap`: answers in, what to do next out. No server, no database, no network.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::str::FromStr;

use assay_domain::questionnaires::Bank;
use assay_domain::roadmap::{Calendar, DEFAULT_PHASE_WEEKS, PlanError, Wishes, formats, plan};
use chrono::NaiveDate;

use super::answers::{Input, day};
use super::files::{Failure, print};

/// Plan the way to the next level from an answers file.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    input: Input,
    /// The level to reach, 1 to 4 [default: one above the present]
    #[arg(long, value_name = "N", env = "ASSAY_TARGET")]
    target: Option<u8>,
    /// A dimension that is to reach another level, as data=3; several may follow
    #[arg(long, value_name = "ID=N", num_args = 1.., value_delimiter = ' ', env = "ASSAY_DIMENSION_TARGET")]
    dimension_target: Vec<Pair<u8>>,
    /// Effort points that a job role carries in a phase, as data-engineer=8 [default: 12]; several may follow
    #[arg(long, value_name = "ROLE=POINTS", num_args = 1.., value_delimiter = ' ', env = "ASSAY_CAPACITY")]
    capacity: Vec<Pair<u32>>,
    /// The code of a question that is left out; several may follow
    #[arg(long, value_name = "CODE", num_args = 1.., value_delimiter = ' ', env = "ASSAY_WITHOUT")]
    without: Vec<String>,
    /// The first phase in which a question may be worked on, as MC-2.1=3; several may follow
    #[arg(long, value_name = "CODE=PHASE", num_args = 1.., value_delimiter = ' ', env = "ASSAY_NOT_BEFORE")]
    not_before: Vec<Pair<u32>>,
    /// The first day of the first phase, such as 2027-01-04 [default: phases only have numbers]
    #[arg(long, value_name = "DATE", env = "ASSAY_START", value_parser = day)]
    start: Option<NaiveDate>,
    /// How long a phase is, in weeks: 1 to 52 [default: 4]
    #[arg(long, value_name = "N", env = "ASSAY_PHASE_WEEKS", requires = "start")]
    phase_weeks: Option<u32>,
    /// How to print the roadmap
    #[arg(long, value_enum, default_value_t, env = "ASSAY_FORMAT")]
    format: Format,
}

/// How a roadmap is printed.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Text,
    /// For machines: one object.
    Json,
    /// For spreadsheets: a line for each item.
    Csv,
    /// For a wiki or an issue.
    Markdown,
}

/// A name and a number, as `data=3`.
#[derive(Debug, Clone)]
struct Pair<T> {
    name: String,
    number: T,
}

impl<T: FromStr> FromStr for Pair<T> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // A code may have a `=` of its own.
        let (name, number) = text.rsplit_once('=').unwrap_or_default();
        match number.parse() {
            Ok(number) if !name.is_empty() => Ok(Self { name: name.to_owned(), number }),
            _ => Err("write a name, `=` and a whole number, without spaces".to_owned()),
        }
    }
}

/// Prints the roadmap: exit code 0, or 2 where there is none.
pub fn run(args: &Args, today: NaiveDate) -> ExitCode {
    match roadmap(args, today).and_then(|result| print(&result)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(2)
        }
    }
}

fn roadmap(args: &Args, today: NaiveDate) -> Result<String, Failure> {
    let wishes = args.wishes()?;
    let (bank, snapshot) = args.input.read(today)?;
    let roadmap =
        plan(&bank, &snapshot, &wishes).map_err(|error| args.refused(&error, &bank, &snapshot.profile))?;
    match args.format {
        Format::Text => Ok(formats::text(&roadmap, &bank, None)),
        Format::Csv => Ok(formats::csv(&roadmap, &bank, None)),
        Format::Markdown => Ok(formats::markdown(&roadmap, &bank, None)),
        Format::Json => formats::json(&roadmap, None)
            .map(|json| json + "\n")
            .map_err(|error| args.input.failure(format_args!("the roadmap has no JSON form: {error}"))),
    }
}

impl Args {
    fn wishes(&self) -> Result<Wishes, Failure> {
        let phase_weeks = self.phase_weeks.unwrap_or(DEFAULT_PHASE_WEEKS);
        Ok(Wishes {
            target: self.target,
            dimension_targets: by_name("--dimension-target", &self.dimension_target)?,
            capacities: by_name("--capacity", &self.capacity)?,
            switched_off: self.without.iter().cloned().collect(),
            not_before: by_name("--not-before", &self.not_before)?,
            unowned: [].into(),
            calendar: self.start.map(|start| Calendar { start, phase_weeks }),
        })
    }

    /// Why there is no roadmap, with the flag that asked for what cannot be.
    fn refused(&self, error: &PlanError, bank: &Bank, profile: &str) -> Failure {
        let flag = match error {
            PlanError::NoCapacity(_) | PlanError::Unknown { what: "role", .. } => "--capacity",
            PlanError::NoSuchLevel(level) if self.target == Some(*level) => "--target",
            PlanError::BelowPresent { dimension: None, .. } => "--target",
            PlanError::NoSuchLevel(_)
            | PlanError::BelowPresent { .. }
            | PlanError::Unknown { what: "dimension", .. } => "--dimension-target",
            PlanError::Unknown { name, .. } if self.without.contains(name) => "--without",
            PlanError::Unknown { .. } | PlanError::PhaseZero(_) => "--not-before",
            PlanError::TooLong(code) if self.not_before.iter().any(|wish| wish.name == *code) => {
                "--not-before"
            }
            PlanError::TooLong(_) => "--capacity",
            PlanError::PhaseLength(_) => "--phase-weeks",
            PlanError::BeyondCalendar => "--start",
            PlanError::Cycle(_) | PlanError::Score(_) => return self.input.failure(error),
        };
        let known = match error {
            PlanError::Unknown { what, .. } => known(what, bank, profile),
            _ => String::new(),
        };
        Failure::new(format!("{flag}: {error}{known}"))
    }
}

/// What could have been named instead.
fn known(what: &str, bank: &Bank, profile: &str) -> String {
    let questions = || bank.questions_of(profile);
    let ids: Vec<&str> = match what {
        "role" => bank.roles.iter().map(|role| role.id.as_str()).collect(),
        "dimension" => {
            let all = bank.dimensions.iter().map(|dimension| dimension.id.as_str());
            all.filter(|id| questions().any(|question| question.dimension == *id)).collect()
        }
        _ => questions().map(|question| question.code.as_str()).collect(),
    };
    format!(", only: {}", ids.join(", "))
}

/// Numbers by name; each name may be given once.
fn by_name<T: Copy>(flag: &str, pairs: &[Pair<T>]) -> Result<BTreeMap<String, T>, Failure> {
    let mut numbers = BTreeMap::new();
    for pair in pairs {
        if numbers.insert(pair.name.clone(), pair.number).is_some() {
            return Err(Failure::new(format!("{flag}: `{}` is given twice: leave one out", pair.name)));
        }
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use assay_domain::roadmap::Roadmap;
    use clap::Parser;

    use super::*;

    #[derive(clap::Parser)]
    struct Command {
        #[command(flatten)]
        args: Args,
    }

    const SMALL_BANK: &str = include_str!("../../../domain/tests/data/small-bank.toml");
    const BY_HAND: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../questionnaires/examples/by-hand.toml");

    fn roadmap_with(arguments: &[&str]) -> Result<String, String> {
        let command =
            Command::try_parse_from([&["roadmap"], arguments].concat()).map_err(|error| error.to_string())?;
        let today = "2026-11-21".parse().expect("a day");
        roadmap(&command.args, today).map_err(|failure| failure.to_string())
    }

    fn planned(arguments: &[&str]) -> Roadmap {
        let json = roadmap_with(&[&[BY_HAND, "--format", "json"], arguments].concat()).expect("a roadmap");
        serde_json::from_str(&json).expect("a roadmap")
    }

    /// A file for one test.
    fn file(contents: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(contents.as_bytes()).expect("written");
        file
    }

    fn path(file: &tempfile::NamedTempFile) -> &str {
        file.path().to_str().expect("a path")
    }

    #[test]
    fn every_format_has_the_same_items() {
        let codes: Vec<String> = planned(&[]).items().map(|item| item.code.clone()).collect();
        assert_eq!(codes.len(), 18);
        for format in ["text", "csv", "markdown"] {
            let printed = roadmap_with(&[BY_HAND, "--format", format]).expect("a roadmap");
            let mut rest = printed.as_str();
            for code in &codes {
                let (_, after) =
                    rest.split_once(code).unwrap_or_else(|| panic!("{format}: {code}\n{printed}"));
                rest = after;
            }
        }
    }

    #[test]
    fn wishes_are_fulfilled() {
        let further = planned(&["--target", "2", "--start", "2027-01-04", "--phase-weeks", "6"]);
        assert_eq!((further.target, further.end()), (2, 2));
        assert_eq!(further.phases[0].until.map(|day| day.to_string()).as_deref(), Some("2027-02-14"));
        let weeks = planned(&["--start", "2027-01-04"]).phases[0].until;
        assert_eq!(weeks.map(|day| day.to_string()).as_deref(), Some("2027-01-31"));
        let people = planned(&["--dimension-target", "people=2", "governance=0"]);
        let end = &people.phases.last().expect("a phase").projected.dimensions;
        assert_eq!((people.target, end[0].claimed, end[6].claimed), (0, 2, 0));
        let less = planned(&["--without", "OP-1.1", "GO-1.2", "--not-before", "PE-1.1=3"]);
        assert!(less.items().all(|item| item.code != "OP-1.1" && item.code != "GO-1.2"));
        assert_eq!(less.unreachable.len(), 2);
        let begins = |roadmap: &Roadmap, code: &str| {
            roadmap.items().find(|it| it.code == code).map(|it| it.started_in)
        };
        assert_eq!(begins(&less, "PE-1.1"), Some(3));
        let slow = planned(&["--capacity", "product-manager=1", "data-engineer=99"]);
        assert_eq!(slow.phases.len(), 7, "the product manager has 7 points to carry");
        assert_eq!(
            planned(&["--as-of", "2027-02-03", "--profile", "strict"]).questionnaire.profile,
            "strict"
        );
    }

    #[test]
    fn what_cannot_be_planned_says_what_where_and_what_to_do() {
        let level_2 = file(
            r#"
            questionnaire = "small-bank"
            version = "1.0.0"
            [answers]
            "MC-1.1" = { value = "all" }
            "MC-2.1" = { value = "all" }
            "OP-1.1" = { value = "all" }
            "#,
        );
        let bank = file(SMALL_BANK);
        // The order of the levels and a dependency on a higher one.
        let circle = file(&SMALL_BANK.replacen("depends_on = [\"MC-1.1\"]", "depends_on = [\"MC-2.2\"]", 1));
        let small = [path(&level_2), "--questionnaire", path(&bank)];
        let refused = |arguments: &[&str]| {
            let words = roadmap_with(arguments).expect_err("no roadmap");
            words.replace(path(&level_2), "answers.toml").replace(path(&circle), "bank.toml")
        };
        let all = [
            refused(&["/nowhere/answers.toml"]),
            refused(&[path(&level_2)]),
            refused(&[path(&level_2), "--questionnaire", path(&circle)]),
            refused(&[&small[..], &["--target", "0"]].concat()),
            refused(&[&small[..], &["--dimension-target", "model-creation=0"]].concat()),
            refused(&[BY_HAND, "--target", "5"]),
            refused(&[BY_HAND, "--dimension-target", "data=7"]),
            refused(&[BY_HAND, "--dimension-target", "datum=1"]),
            refused(&[BY_HAND, "--capacity", "data-engineer=0"]),
            refused(&[BY_HAND, "--capacity", "wizard=3"]),
            refused(&[BY_HAND, "--capacity", "data-engineer=3", "data-engineer=4"]),
            refused(&[BY_HAND, "--capacity", "data-engineer"]),
            refused(&[BY_HAND, "--capacity", "data-engineer=-1"]),
            refused(&[&small[..], &["--without", "XX-1"]].concat()),
            refused(&[&small[..], &["--not-before", "XX-1=2"]].concat()),
            refused(&[BY_HAND, "--not-before", "PE-1.1=0"]),
            refused(&[BY_HAND, "--not-before", "PE-1.1=4294967295"]),
            refused(&[BY_HAND, "--start", "soon"]),
            refused(&[BY_HAND, "--start", "9999-12-01"]),
            refused(&[BY_HAND, "--start", "2027-01-04", "--phase-weeks", "0"]),
            refused(&[BY_HAND, "--phase-weeks", "2"]).lines().take(2).collect::<Vec<_>>().join("\n"),
        ];
        insta::assert_snapshot!(all.join("\n"));
    }
}
