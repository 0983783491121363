//! `assay token create`: makes a token on the data directory, also while a server runs on it.

use std::process::ExitCode;

use assay_domain::access::Scope;

use super::{
    fail, open,
    user::{no_team, words},
};
use crate::access::service::{
    people,
    tokens::{self, NewToken},
};
use crate::app::App;
use crate::http::Caller;
use crate::{config, teams};

/// What `assay token` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Make a token and print it, once, alone, on standard output.
    Create(Create),
}

#[derive(Debug, clap::Args)]
struct Create {
    /// What uses it, so that it is recognised later.
    #[arg(long, value_name = "N")]
    name: String,
    /// What it may do, for example approvals:report; several may follow.
    #[arg(long, value_name = "SCOPE", num_args = 1.., required = true)]
    scope: Vec<Scope>,
    /// The team to which it is confined, by id or short name; without it, the whole organisation.
    #[arg(long, value_name = "T")]
    team: Option<String>,
    /// The mail address or id of its owner, whose rights it never exceeds; without it, it is a service account's.
    #[arg(long, value_name = "E")]
    person: Option<String>,
    /// For how long, in days, as 90d.
    #[arg(long, default_value = "90d", value_parser = days)]
    expires: u32,
    #[command(flatten)]
    storage: config::Storage,
}

fn days(text: &str) -> Result<u32, String> {
    let days = text.strip_suffix('d').and_then(|days| days.parse().ok()).filter(|days| *days > 0);
    days.ok_or_else(|| "write a number of days, like 90d".to_owned())
}

/// Runs the command.
#[must_use]
pub fn run(args: Args) -> ExitCode {
    let Command::Create(create) = args.command;
    match super::block_on(run_create(create)) {
        Ok(token) => {
            println!("{token}");
            ExitCode::SUCCESS
        }
        Err(reason) => fail(reason),
    }
}

async fn run_create(args: Create) -> Result<String, String> {
    let app = open::beside(&args.storage).await?;
    let done = create(&app, &args).await.map_err(|error| words(&error));
    app.db.close().await;
    done
}

async fn create(app: &App, args: &Create) -> Result<String, crate::Error> {
    let team = match &args.team {
        Some(team) => {
            Some(teams::service::find(&mut app.db.read().await?, team).await.map_err(|_| no_team(team))?.id)
        }
        None => None,
    };
    let person = match &args.person {
        Some(person) => {
            Some(people::find(&mut app.db.read().await?, person).await.map_err(|_| no_person(person))?.id)
        }
        None => None,
    };
    let new =
        NewToken { name: args.name.clone(), scopes: args.scope.clone(), team, person, days: args.expires };
    tokens::create(app, &Caller::system(app), new).await.map(|(_, token)| token)
}

fn no_person(person: &str) -> crate::Error {
    crate::Error::invalid("/person", format!("there is nobody with the address {person:?}"))
}
