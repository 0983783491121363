//! Listening, and stopping without losing anything.

use std::{io, net::SocketAddr};

use tokio::{
    net::TcpListener,
    signal::{self, unix::SignalKind},
};

use crate::{app::App, config};

use super::health::Draining;

/// Refuses to be reached over plain http from other machines, where passwords could be read on the way.
///
/// # Errors
/// A sentence on what to do instead.
pub fn refuse_plain_http(config: &config::Http) -> Result<(), String> {
    if config.secure() || config.listen.ip().is_loopback() {
        return Ok(());
    }
    Err(format!(
        "plain http is for this machine only; listen on 127.0.0.1:{} instead, or put TLS in front and name its address \
         with --public-url https://…",
        config.listen.port()
    ))
}

/// Serves until SIGTERM or Ctrl-C, then answers what is under way and returns.
///
/// # Errors
/// When the listener fails.
pub async fn serve(app: App, listener: TcpListener) -> io::Result<()> {
    let draining = Draining::default();
    let service =
        super::router_until(app, draining.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let mut terminate = signal::unix::signal(SignalKind::terminate())?;
    let stop = async move {
        tokio::select! { _ = signal::ctrl_c() => {}, _ = terminate.recv() => {} }
        draining.begin();
        tracing::info!("shutting down: finishing what is under way");
    };
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}
