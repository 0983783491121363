//! `assay user job-role`: gives a person a job role in a team on the data directory, also while a server runs on it.
//!
//! Whoever has the data directory could change anything in it, so what is given here counts at once and is confirmed by
//! nobody: it is recorded as the installation's own.

use assay_domain::ownership::{Held, Part, Thing};
use chrono::NaiveDate;

use super::open;
use super::user::{no_team, words};
use crate::app::App;
use crate::config;
use crate::error::Error;
use crate::http::Caller;
use crate::ownership::service as ownership;
use crate::teams;

/// What `assay user job-role` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Mail address, or the id of the person.
    #[arg(long, value_name = "E")]
    person: String,
    /// The team, by id or short name.
    #[arg(long, value_name = "T")]
    team: String,
    /// The job role, one of the questionnaire's: ml-engineer, it-operations.
    #[arg(long, value_name = "R")]
    job_role: String,
    /// What for: `capability/<id>`, `model/<name>`, `dataset/<name>` or `control/<id>`.
    #[arg(long = "for", value_name = "KIND/ID")]
    of: Thing,
    /// accountable, responsible, consulted or informed.
    #[arg(long, default_value = "responsible")]
    part: Part,
    /// The last day, 2026-11-21; open where it is missing.
    #[arg(long, value_name = "DAY")]
    until: Option<NaiveDate>,
    #[command(flatten)]
    storage: config::Storage,
}

/// Gives the job role, and answers what was given.
pub(super) async fn run(args: Args) -> Result<String, String> {
    let app = open::beside(&args.storage).await?;
    let done = give(&app, &args).await.map_err(|error| words(&error));
    app.db.close().await;
    done.map(|()| format!("{} is {} for {} as {}", args.person, args.part, args.of, args.job_role))
}

async fn give(app: &App, args: &Args) -> Result<(), Error> {
    let team = teams::service::find(&mut app.db.read().await?, &args.team).await;
    let team = team.map_err(|_| no_team(&args.team))?;
    let person = ownership::resolve(app, "person", &[args.person.as_str()]).await;
    let unknown = |error| match error {
        Error::Invalid(_) => {
            Error::invalid("/person", format!("there is no such person as {:?}", args.person))
        }
        other => other,
    };
    let person = person.map_err(unknown)?.pop().ok_or(Error::NotFound)?;
    let held = Held { thing: args.of.clone(), role: args.job_role.clone(), person, part: args.part };
    ownership::give(app, &Caller::system(app), &team.id.to_string(), held, args.until).await
}
