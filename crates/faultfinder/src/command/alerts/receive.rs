//! `faultfinder alerts receive`: a webhook that prints the notices that come.

use crate::exit::{Exit, Failure, Outcome};
use crate::output::note;
use bytes::Bytes;
use clap::Args;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Longest notice, in bytes: messages and faults are shorter.
const NOTICE_BYTES_MAX: usize = 1 << 20;
/// How long the answers to those that sent the last notices may take.
const ANSWER_MAX: Duration = Duration::from_secs(1);

/// Where notices are received, and how many.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Address to listen on
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:8621")]
    listen: SocketAddr,
    /// End after this many notices
    #[arg(long, value_name = "N")]
    count: Option<usize>,
}

/// Prints notices until it is asked to end, or so many have come.
pub(super) async fn run(arguments: &Arguments) -> Outcome {
    let cannot = |error| Failure::ourselves(&format!("cannot listen on {}", arguments.listen), &error);
    let listener = TcpListener::bind(arguments.listen).await.map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    note(&format!("listening on http://{address}"));
    // One at a time: senders wait until what came before is printed.
    let (notices, mut received) = mpsc::channel::<String>(1);
    let mut connections = JoinSet::new();
    let mut stopped = pin!(crate::runner::stopped());
    let mut left = arguments.count;
    while left != Some(0) {
        let notice = tokio::select! {
            accepted = listener.accept() => {
                // A connection that was cut off before it was accepted does not end this.
                if let Ok((stream, _)) = accepted {
                    connections.spawn(serve(stream, notices.clone()));
                }
                continue;
            }
            Some(_) = connections.join_next() => continue,
            Some(notice) = received.recv() => notice,
            () = &mut stopped => return Ok(Exit::Passed),
        };
        crate::output::print(&format!("{notice}\n"))?;
        left = left.map(|left| left.saturating_sub(1));
    }
    // The sender of the last one is answered, too: it would send it again.
    let answered = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(ANSWER_MAX, answered).await;
    Ok(Exit::Passed)
}

/// Answers the request of a connection.
async fn serve(stream: TcpStream, notices: mpsc::Sender<String>) {
    let service = service_fn(move |request| take(request, notices.clone()));
    let mut server = http1::Builder::new();
    let _ = server.keep_alive(false).serve_connection(TokioIo::new(stream), service).await;
}

/// Takes a notice: any JSON, which is printed in a line.
async fn take(
    request: Request<Incoming>,
    notices: mpsc::Sender<String>,
) -> Result<Response<Empty<Bytes>>, Infallible> {
    let body = Limited::new(request.into_body(), NOTICE_BYTES_MAX).collect().await;
    let notice =
        body.ok().and_then(|body| serde_json::from_slice::<serde_json::Value>(&body.to_bytes()).ok());
    let status = match notice {
        Some(notice) if notices.send(notice.to_string()).await.is_ok() => StatusCode::OK,
        Some(_) => StatusCode::SERVICE_UNAVAILABLE,
        None => StatusCode::BAD_REQUEST,
    };
    let mut response = Response::new(Empty::new());
    *response.status_mut() = status;
    Ok(response)
}
