//! `assay export`: a bundle from the data directory, also while a server runs on it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use tempfile::NamedTempFile;

use crate::audit::export::{self, Bundle};
use crate::audit::search::Search;
use crate::config;
use crate::error::Error;
use crate::http::Caller;

/// Export the audit trail as a bundle that verifies offline.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    storage: config::Storage,
    /// Where to write the bundle
    #[arg(long, value_name = "FILE", env = "ASSAY_OUT")]
    out: PathBuf,
    /// Every entry of the log, instead of a selection
    #[arg(long, env = "ASSAY_FULL")]
    full: bool,
    /// The size of a checkpoint that you kept: the bundle then proves that the log still begins with it
    #[arg(long, value_name = "SIZE", env = "ASSAY_SINCE_SIZE")]
    since: Option<u64>,
    #[command(flatten)]
    search: Search,
}

/// Writes the bundle and says what it holds.
pub fn run(args: &Args) -> ExitCode {
    match super::block_on(work(args)) {
        Ok(told) => {
            eprintln!("{told}");
            ExitCode::SUCCESS
        }
        Err(problem) => super::fail(problem),
    }
}

async fn work(args: &Args) -> Result<String, String> {
    let app = super::open::existing(&args.storage).await?;
    let caller = Caller::system(&app);
    let bundle = export::export(&app, &caller, &args.search, args.full, args.since).await.map_err(explain);
    app.db.close().await;
    let bundle = bundle?;
    let (entries, size) = (bundle.entries, bundle.checkpoint.checkpoint().size);
    write(bundle, &args.out)
        .map_err(|error| format!("{}: cannot be written: {error}", args.out.display()))?;
    let out = args.out.display();
    Ok(format!("{out}: {entries} of {size} entries. Check it with: assay verify {out}"))
}

/// A wrong field is an option here, not a place in a document.
fn explain(error: Error) -> String {
    let Error::Invalid(wrong) = error else { return error.to_string() };
    let wrong =
        wrong.iter().map(|field| format!("--{}: {}", field.pointer.trim_start_matches('/'), field.message));
    wrong.collect::<Vec<_>>().join("\n")
}

/// All or nothing: an export that was interrupted leaves no half file.
fn write(bundle: Bundle, out: &Path) -> std::io::Result<()> {
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder)?;
    bundle.copy_to(&mut file)?;
    file.as_file().sync_all()?;
    file.persist(out).map(drop).map_err(|error| error.error)
}
