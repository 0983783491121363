//! Requests over HTTP at full speed: as many connections as asked for, each of which sends its next request when the last
//! one was answered. It runs in the process of what it measures, so the figures include what asking costs.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::rate::Run;

/// One request.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The method.
    pub method: Method,
    /// Path and query.
    pub path: String,
    /// The body, JSON; empty for none.
    pub body: Vec<u8>,
}

/// What makes the requests, by their number, which never comes twice.
pub type Asking = Arc<dyn Fn(usize) -> Ask + Send + Sync>;

/// Where to ask, and as whom.
#[derive(Debug, Clone)]
pub struct Load {
    targets: Vec<SocketAddr>,
    token: String,
    connections: usize,
    asked: Arc<AtomicUsize>,
}

impl Load {
    /// Asks the targets in turn, each connection one of them, with a token.
    pub fn new(targets: &[SocketAddr], token: &str, connections: usize) -> Self {
        let asked = Arc::default();
        Self { targets: targets.to_vec(), token: token.to_owned(), connections, asked }
    }

    /// Sends `count` requests.
    ///
    /// # Errors
    /// When one is not answered with a success: then the figures would say nothing.
    pub async fn run(&self, count: usize, asking: Asking) -> Result<Run> {
        let mut senders = Vec::with_capacity(self.connections);
        for n in 0..self.connections {
            senders.push(connect(self.targets[n % self.targets.len()]).await?);
        }
        let until = self.asked.load(Ordering::SeqCst) + count;
        let start = Instant::now();
        let mut workers: JoinSet<Result<Vec<Duration>>> = JoinSet::new();
        for sender in senders {
            workers.spawn(self.clone().work(sender, until, asking.clone()));
        }
        let mut each = Vec::with_capacity(count);
        while let Some(worker) = workers.join_next().await {
            each.extend(worker??);
        }
        let took = start.elapsed();
        self.asked.store(until, Ordering::SeqCst);
        Ok(Run { took, each })
    }

    async fn work(self, mut sender: Sender, until: usize, asking: Asking) -> Result<Vec<Duration>> {
        let mut each = Vec::new();
        loop {
            let number = self.asked.fetch_add(1, Ordering::Relaxed);
            if number >= until {
                return Ok(each);
            }
            let ask = asking(number);
            let request = Request::builder()
                .method(ask.method)
                .uri(&ask.path)
                .header(header::HOST, "localhost")
                .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
                .header(header::CONTENT_TYPE, "application/json")
                .body(Full::new(Bytes::from(ask.body)))?;
            let start = Instant::now();
            let answer = sender.send_request(request).await.context("the connection was lost")?;
            let status = answer.status();
            let body = answer.into_body().collect().await?.to_bytes();
            each.push(start.elapsed());
            ensure!(
                status.is_success(),
                "{} was answered {status}: {}",
                ask.path,
                String::from_utf8_lossy(&body)
            );
        }
    }
}

type Sender = SendRequest<Full<Bytes>>;

async fn connect(target: SocketAddr) -> Result<Sender> {
    let stream = TcpStream::connect(target).await.with_context(|| format!("nobody listens on {target}"))?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}
