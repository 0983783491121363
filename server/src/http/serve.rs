//! Listening, and stopping without losing anything.

use std::{io, net::SocketAddr};

use tokio::{
    net::TcpListener,
    signal::{self, unix::SignalKind},
};

use crate::app::App;

use super::health::Draining;

/// Serves until SIGTERM or Ctrl-C, then answers what is under way and returns.
///
/// # Errors
/// When people would come over plain http from other machines, where passwords could be read on the way; when the
/// listener fails.
pub async fn serve(app: App, listener: TcpListener) -> io::Result<()> {
    if !app.config.secure() && !listener.local_addr()?.ip().is_loopback() {
        return Err(io::Error::other(
            "plain http is for this machine only; listen on 127.0.0.1, or put TLS in front and name its address with \
             --public-url https://…",
        ));
    }
    let draining = Draining::default();
    let service = super::router_until(app, draining.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let mut terminate = signal::unix::signal(SignalKind::terminate())?;
    let stop = async move {
        tokio::select! { _ = signal::ctrl_c() => {}, _ = terminate.recv() => {} }
        draining.begin();
        tracing::info!("shutting down: finishing what is under way");
    };
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}
