//! `assay serve`: the web application and the API.

use super::open;
use crate::access::service::setup_link;
use crate::app::App;
use crate::approvals::requests::service as approvals;
use crate::clock::{Clock, FixedClock, SystemClock};
use crate::demo::{self, SignIn};
use crate::findings::service::acceptances;
use crate::findings::watch;
use crate::http::Caller;
use crate::models::service::record_upgrade;
use crate::policies::service::{bring_shipped_into_force, resolve_names};
use crate::proposals::service as proposals;
use crate::questionnaires::service::publish_built_in;
use crate::{config, http};
use std::io::ErrorKind;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What `assay serve` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    storage: config::Storage,
    #[command(flatten)]
    http: config::Http,
    /// Fill an empty installation with a demo organisation first and print how to sign in.
    #[arg(long, env = "ASSAY_DEMO")]
    demo: bool,
}

/// Serves until the process is told to stop.
#[must_use]
pub fn run(args: Args) -> ExitCode {
    super::logging();
    super::finish(super::block_on(serve(args)))
}

async fn serve(mut args: Args) -> Result<(), String> {
    http::refuse_plain_http(&args.http)?;
    let listener = listen(&args.http).await?;
    if args.demo {
        args.http.organisation.get_or_insert_with(|| demo::ORGANISATION.to_owned());
        match make_demo(&args).await? {
            Some(people) => introduce(&people),
            None => eprintln!(
                "The organisation in {} is there already, so no demo was made; its passwords were printed when it was.",
                args.storage.data.display()
            ),
        }
    }
    let app = open::server(&args.storage, &args.http).await?;
    let system = Caller::system(&app);
    publish_built_in(&app, &system).await.map_err(|error| error.to_string())?;
    bring_shipped_into_force(&app, &system).await.map_err(|error| error.to_string())?;
    record_upgrade(&app, &system).await.map_err(|error| error.to_string())?;
    resolve_names(&app, &system).await.map_err(|error| error.to_string())?;
    // Better now than when the first job knocks.
    app.token_key.get(&app)?;
    welcome(&app).await?;
    let clockwork = [
        tokio::spawn(approvals::run(app.clone())),
        tokio::spawn(acceptances::keep(app.clone())),
        tokio::spawn(proposals::run(app.clone())),
        tokio::spawn(watch::run(app.clone())),
    ];
    let served = http::serve(app.clone(), listener).await.map_err(|error| error.to_string());
    clockwork.iter().for_each(JoinHandle::abort);
    app.db.close().await;
    served?;
    Ok(())
}

/// The port is taken before the data directory is touched, so that a second server by mistake changes nothing.
async fn listen(http: &config::Http) -> Result<TcpListener, String> {
    TcpListener::bind(http.listen).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => {
            format!(
                "port {} is in use; stop what listens there, or choose another with --listen",
                http.listen.port()
            )
        }
        _ => format!("cannot listen on {}: {error}; choose another address with --listen", http.listen),
    })
}

/// Makes the demo organisation with the clock set back, unless somebody is there already.
async fn make_demo(args: &Args) -> Result<Option<Vec<SignIn>>, String> {
    let today = SystemClock.now();
    let clock = Arc::new(FixedClock::new(today - demo::STORY));
    let app = open::with_clock(&args.storage, &args.http, clock.clone()).await?;
    let made = demo::make(&app, clock, today).await;
    app.db.close().await;
    made.map_err(|error| error.to_string())
}

fn introduce(people: &[SignIn]) {
    println!("\nThe demo organisation is ready. These passwords are shown only now:\n");
    for person in people {
        let role = match person.team {
            Some(team) => format!("{} of {team}", person.role.label()),
            None => person.role.label().to_owned(),
        };
        println!("  {role:<26} {:<32} {}", person.email, person.password);
    }
    println!();
}

async fn welcome(app: &App) -> Result<(), String> {
    println!("Assay is open at {}", app.config.origin());
    if let Some(link) = setup_link(app).await.map_err(|error| error.to_string())? {
        println!("Make the first administrator here; the link works once:\n  {link}");
    }
    Ok(())
}
