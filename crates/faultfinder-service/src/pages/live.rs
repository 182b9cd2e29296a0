//! That something has changed, as server-sent events: browsers then fetch their page again.

use super::streams::Counted;
use super::viewer::{Pages, Viewer};
use crate::api::client::Client;
use crate::api::html::Streamed;
use crate::api::problem::Problem;
use crate::service::Service;
use crate::token::Scope;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::header::CONTENT_TYPE;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// Least time between two events.
const PAUSE: Duration = Duration::from_secs(1);
/// After so long without an event there is a comment: proxies see that the connection is in use.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a stream lasts; the browser opens another one, and is asked again who it is.
const LASTS: Duration = Duration::from_secs(600);

pub(super) async fn get(
    State(pages): State<Arc<Pages>>,
    client: Option<Extension<Client>>,
    viewer: Viewer,
) -> Result<Response, Problem> {
    viewer.demand(&[Scope::TestsRead])?;
    let address = client.map(|Extension(client)| client.address);
    let counted = pages.streams.begin(address);
    let counted = counted
        .ok_or_else(|| Problem::throttled("Too many pages of this address follow what changes.", 60))?;
    let service = Arc::clone(&pages.service);
    let changes = service.states().follow();
    let now = Instant::now();
    let feed = Feed { service, changes, ends_at: now + LASTS, ready_at: now, _counted: counted };
    let body = Body::from_stream(stream::unfold(Some(feed), step));
    let mut response = ([(CONTENT_TYPE, "text/event-stream")], body).into_response();
    response.extensions_mut().insert(Streamed);
    Ok(response)
}

/// A stream of one browser.
#[derive(Debug)]
struct Feed {
    service: Arc<Service>,
    changes: watch::Receiver<u64>,
    ends_at: Instant,
    /// When the next event may be sent.
    ready_at: Instant,
    _counted: Counted,
}

/// The next event or comment; nothing when the stream ends.
async fn step(feed: Option<Feed>) -> Option<(Result<Bytes, Infallible>, Option<Feed>)> {
    let mut feed = feed?;
    let heartbeat = Instant::now() + HEARTBEAT;
    let service = Arc::clone(&feed.service);
    let changed = async {
        // What changes during the pause is still to be seen after it.
        tokio::time::sleep_until(feed.ready_at).await;
        feed.changes.changed().await.is_ok()
    };
    let event: &'static [u8] = tokio::select! {
        () = service.closed() => return None,
        () = tokio::time::sleep_until(feed.ends_at) => return None,
        () = tokio::time::sleep_until(heartbeat) => b": nothing has changed\n\n",
        changed = changed => {
            if !changed {
                return None;
            }
            b"event: change\ndata:\n\n"
        }
    };
    if event.starts_with(b"event") {
        feed.ready_at = Instant::now() + PAUSE;
    }
    Some((Ok(Bytes::from_static(event)), Some(feed)))
}
