//! `assay user`: adds people and gives them job roles on the data directory, also while a server runs on it.

use std::io::Read;
use std::process::ExitCode;

use assay_domain::access::{Role, RoleHeld};

use super::{fail, job_role, open};
use crate::access::service::people::{self, NewPerson};
use crate::app::App;
use crate::http::Caller;
use crate::{config, teams};

/// What `assay user` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Add a person.
    Create(Create),
    /// Give a person a job role in a team. It counts at once, and in an emergency too.
    JobRole(job_role::Args),
}

#[derive(Debug, clap::Args)]
struct Create {
    /// Mail address, with which the person signs in.
    #[arg(long, value_name = "E")]
    email: String,
    /// Full name.
    #[arg(long, value_name = "N")]
    name: String,
    /// admin, compliance-officer, auditor, team-lead, contributor, approver or viewer.
    #[arg(long)]
    role: Role,
    /// The team for which the role is held, by id or short name; without it, the whole organisation.
    #[arg(long, value_name = "T")]
    team: Option<String>,
    #[command(flatten)]
    entrance: Entrance,
    #[command(flatten)]
    storage: config::Storage,
    /// The address people use, with which the invitation begins.
    #[arg(long, value_name = "URL", env = "ASSAY_PUBLIC_URL")]
    public_url: Option<String>,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Entrance {
    /// Read the password from standard input, up to the end of the line.
    #[arg(long)]
    password_stdin: bool,
    /// Print a one-time link with which the person chooses a password.
    #[arg(long)]
    invite: bool,
}

/// Runs the command.
#[must_use]
pub fn run(args: Args) -> ExitCode {
    let done = match args.command {
        Command::Create(create) => super::block_on(run_create(create)),
        Command::JobRole(given) => super::block_on(job_role::run(given)),
    };
    match done {
        Ok(printed) => {
            println!("{printed}");
            ExitCode::SUCCESS
        }
        Err(reason) => fail(reason),
    }
}

async fn run_create(args: Create) -> Result<String, String> {
    let password = if args.entrance.password_stdin { Some(read_password()?) } else { None };
    let app = open::beside(&args.storage).await?;
    let done = add(&app, &args, password).await.map_err(|error| words(&error));
    app.db.close().await;
    done
}

/// Answers the invitation, or the new person's id.
async fn add(app: &App, args: &Create, password: Option<String>) -> Result<String, crate::Error> {
    let team = match &args.team {
        Some(team) => {
            Some(teams::service::find(&mut app.db.read().await?, team).await.map_err(|_| no_team(team))?.id)
        }
        None => None,
    };
    let role = RoleHeld { role: args.role, team };
    let new = NewPerson { email: args.email.clone(), name: args.name.clone(), role, password };
    let added = people::add(app, &Caller::system(app), new).await?;
    let base = args
        .public_url
        .as_ref()
        .map_or_else(|| app.config.origin(), |url| url.trim_end_matches('/').to_owned());
    Ok(added.invitation.map_or_else(|| added.id.to_string(), |path| format!("{base}{path}")))
}

/// What was wrong, for the terminal: fields are named as the options that they came from.
pub(super) fn words(error: &crate::Error) -> String {
    let crate::Error::Invalid(errors) = error else { return error.to_string() };
    let told =
        errors.iter().map(|error| format!("--{}: {}", error.pointer.trim_start_matches('/'), error.message));
    told.collect::<Vec<_>>().join("\n")
}

/// A team that nobody knows.
pub(super) fn no_team(team: &str) -> crate::Error {
    crate::Error::invalid("/team", format!("there is no team {team:?}; name one by its id or short name"))
}

fn read_password() -> Result<String, String> {
    let mut text = String::new();
    std::io::stdin()
        .take(4096)
        .read_to_string(&mut text)
        .map_err(|error| format!("cannot read the password from standard input: {error}"))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
