//! What an operator can set: command-line flags, each mirrored by an `ASSAY_*` environment variable.
//!
//! To add a setting, add a field here; `assay serve --help` is its documentation.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// Where the data is.
#[derive(Clone, Debug, clap::Args)]
pub struct Storage {
    /// Directory for the signing key, its state and, without --database-url, the SQLite file.
    #[arg(long, value_name = "DIR", env = "ASSAY_DATA", default_value = "assay-data")]
    pub data: PathBuf,
    /// PostgreSQL to use instead of SQLite, as postgres://user:password@host/database.
    #[arg(long, value_name = "URL", env = "ASSAY_DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
}

/// Where the server listens unless it is told otherwise.
pub const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// How the server is reached.
#[derive(Clone, Debug, clap::Args)]
pub struct Http {
    /// Address and port to listen on.
    #[arg(long, value_name = "ADDR", env = "ASSAY_LISTEN", default_value_t = DEFAULT_LISTEN)]
    pub listen: SocketAddr,
    /// The address people use, when it is not the one listened on (for example behind a proxy that adds TLS).
    #[arg(long, value_name = "URL", env = "ASSAY_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// The organisation's name, for pages and reports.
    #[arg(long, value_name = "NAME", env = "ASSAY_ORGANISATION")]
    pub organisation: Option<String>,
    /// Let trust rules for CI name issuers in private networks; each such rule must say so as well.
    #[arg(long, env = "ASSAY_ALLOW_PRIVATE_ISSUERS")]
    pub allow_private_issuers: bool,
    /// Requests a second that one token, session or address may make in the long run, and ten times as many at once; for
    /// signing in and exchanging tokens a tenth of it. 0 turns the limits off.
    #[arg(long, value_name = "N", env = "ASSAY_RATE_LIMIT", default_value_t = DEFAULT_RATE_LIMIT)]
    pub rate_limit: u32,
}

/// Far above what people and pipelines need, far below what would keep others waiting.
pub const DEFAULT_RATE_LIMIT: u32 = 200;

/// Reached from this machine only, and without limits: for commands and tests.
impl Default for Http {
    fn default() -> Self {
        Self {
            listen: DEFAULT_LISTEN,
            public_url: None,
            organisation: None,
            allow_private_issuers: false,
            rate_limit: 0,
        }
    }
}

impl Http {
    /// The address that links start with and that browsers name as origin, without a slash at the end.
    #[must_use]
    pub fn origin(&self) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.listen),
        }
    }

    /// The organisation's name, or words for it.
    #[must_use]
    pub fn organisation(&self) -> &str {
        self.organisation.as_deref().unwrap_or("This organisation")
    }

    /// Host and port of that address: how the origin of a new log begins.
    #[must_use]
    pub fn host(&self) -> String {
        let origin = self.origin();
        let rest = origin.split_once("://").map_or(origin.as_str(), |(_, rest)| rest);
        rest.split('/').next().unwrap_or(rest).to_owned()
    }

    /// Whether people come over TLS: then cookies are marked secure and HSTS is sent.
    #[must_use]
    pub fn secure(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}
