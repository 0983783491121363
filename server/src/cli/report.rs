//! `assay report`: a PDF from the data directory, also while a server runs on it.

use super::{finish, open};
use crate::app::App;
use crate::audit::search::Search;
use crate::config;
use crate::http::Caller;
use crate::reports::{Paper, service};
use chrono::NaiveDate;
use std::path::PathBuf;
use std::process::ExitCode;
use uuid::Uuid;

/// What `assay report` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Debug, clap::Subcommand)]
enum Kind {
    /// The maturity report of an assessment.
    Maturity {
        /// The assessment's id, as in its address.
        #[arg(long, value_name = "ID")]
        assessment: Uuid,
        #[command(flatten)]
        output: Output,
    },
    /// The roadmap of a team.
    Roadmap {
        /// The team, by id or short name.
        #[arg(long, value_name = "TEAM")]
        team: String,
        #[command(flatten)]
        output: Output,
    },
    /// Who holds what in a team, on a day.
    Ownership {
        /// The team, by id or short name.
        #[arg(long, value_name = "TEAM")]
        team: String,
        /// The day; today when left out.
        #[arg(long, value_name = "DATE")]
        on: Option<NaiveDate>,
        #[command(flatten)]
        output: Output,
    },
    /// The audit trail, all of it or what the options narrow it to.
    Audit {
        #[command(flatten)]
        search: Search,
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Debug, clap::Args)]
struct Output {
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The sheet to print on: a4 or letter.
    #[arg(long, default_value = "a4", value_parser = paper)]
    paper: Paper,
    /// The organisation's name, for the cover.
    #[arg(long, value_name = "NAME", env = "ASSAY_ORGANISATION")]
    organisation: Option<String>,
    #[command(flatten)]
    storage: config::Storage,
}

fn paper(name: &str) -> Result<Paper, String> {
    match name {
        "a4" => Ok(Paper::A4),
        "letter" => Ok(Paper::Letter),
        _ => Err("choose a4 or letter".to_owned()),
    }
}

/// Makes the report and writes it.
#[must_use]
pub fn run(args: Args) -> ExitCode {
    finish(super::block_on(async move {
        let (output, work) = match args.kind {
            Kind::Maturity { assessment, output } => (output, Work::Maturity(assessment)),
            Kind::Roadmap { team, output } => (output, Work::Roadmap(team)),
            Kind::Ownership { team, on, output } => (output, Work::Ownership(team, on)),
            Kind::Audit { search, output } => (output, Work::Audit(Box::new(search))),
        };
        let app = open::existing_as(&output.storage, output.organisation.clone()).await?;
        let made = make(&app, &work, output.paper).await.map_err(|error| work.explain(&error));
        app.db.close().await;
        std::fs::write(&output.out, made?)
            .map_err(|error| format!("cannot write {}: {error}", output.out.display()))
    }))
}

enum Work {
    Maturity(Uuid),
    Roadmap(String),
    Ownership(String, Option<NaiveDate>),
    Audit(Box<Search>),
}

impl Work {
    /// An error in the words of the command line.
    fn explain(&self, error: &crate::Error) -> String {
        match (error, self) {
            (crate::Error::NotFound, Self::Maturity(id)) => format!("there is no assessment {id}"),
            (crate::Error::NotFound, Self::Roadmap(team) | Self::Ownership(team, _)) => {
                format!(
                    "there is no team called `{team}`: name one by its short name, as in its address, or by its id"
                )
            }
            _ => error.to_string(),
        }
    }
}

async fn make(app: &App, work: &Work, paper: Paper) -> Result<Vec<u8>, crate::Error> {
    let caller = Caller::system(app);
    match work {
        Work::Maturity(id) => service::maturity(app, &caller, *id, paper).await,
        Work::Roadmap(team) => service::roadmap(app, &caller, team, paper).await,
        Work::Ownership(team, on) => service::ownership(app, &caller, team, *on, paper).await,
        Work::Audit(search) => service::trail(app, &caller, search, paper).await,
    }
}
