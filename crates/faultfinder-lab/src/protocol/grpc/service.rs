//! Servers that read a call and answer it.

use crate::peer::{self, Wire};
use crate::{Lab, LabError};
use bytes::Bytes;
use faultfinder_taxonomy::GrpcStatus;
use h2::server::SendResponse;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http_body_util::BodyExt as _;
use rustls::ServerConfig;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// The media type of gRPC.
pub(super) const GRPC: &str = "application/grpc";

/// A call that was read to its end.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) path: String,
    pub(super) authority: String,
    pub(super) headers: HeaderMap,
    /// Its messages, with their prefixes.
    pub(super) body: Vec<u8>,
}

/// What is said to a call.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    status: u16,
    head: Vec<(String, String)>,
    body: Vec<u8>,
    trailers: Option<Vec<(String, String)>>,
    delay: Duration,
}

impl Reply {
    /// A head of gRPC, and trailers with this status.
    pub(super) fn grpc(status: GrpcStatus) -> Self {
        Self::http(200, Some(GRPC)).trailer("grpc-status", &status.number().to_string())
    }

    /// A message, and the status `OK`.
    pub(super) fn message(message: &[u8]) -> Self {
        Self::grpc(GrpcStatus::Ok).body(super::wire::plain(message))
    }

    /// An answer of plain HTTP, without trailers.
    pub(super) fn http(status: u16, content_type: Option<&str>) -> Self {
        let reply =
            Self { status, head: Vec::new(), body: Vec::new(), trailers: None, delay: Duration::ZERO };
        match content_type {
            Some(content_type) => reply.header(CONTENT_TYPE.as_str(), content_type),
            None => reply,
        }
    }

    /// Trailers are all there is.
    pub(super) fn trailers_only(status: GrpcStatus) -> Self {
        Self::http(200, Some(GRPC)).header("grpc-status", &status.number().to_string())
    }

    /// With this field in the head, instead of one of the same name.
    #[must_use]
    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.head.retain(|(known, _)| known != name);
        self.head.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With this field in the head, beside one of the same name.
    #[must_use]
    pub(super) fn another(mut self, name: &str, value: &str) -> Self {
        self.head.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With these bytes as the body.
    #[must_use]
    pub(super) fn body(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = bytes.into();
        self
    }

    /// With this field in the trailers.
    #[must_use]
    pub(super) fn trailer(mut self, name: &str, value: &str) -> Self {
        self.trailers.get_or_insert_default().push((name.to_owned(), value.to_owned()));
        self
    }

    /// With these trailers and no others.
    #[must_use]
    pub(super) fn only_trailers(mut self, trailers: &[(&str, &str)]) -> Self {
        let owned = trailers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.trailers = Some(owned.collect());
        self
    }

    /// Without trailers.
    #[must_use]
    pub(super) fn no_trailers(mut self) -> Self {
        self.trailers = None;
        self
    }

    /// After a while. A part of what is shown, never a way to put events in order.
    #[must_use]
    pub(super) fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    async fn say(self, mut respond: SendResponse<Bytes>) -> Option<()> {
        tokio::time::sleep(self.delay).await;
        let mut response = http::Response::new(());
        *response.status_mut() = http::StatusCode::from_u16(self.status).ok()?;
        *response.headers_mut() = fields(&self.head);
        let ends_with_head = self.body.is_empty() && self.trailers.is_none();
        let mut stream = respond.send_response(response, ends_with_head).ok()?;
        if !self.body.is_empty() {
            stream.send_data(self.body.into(), self.trailers.is_none()).ok()?;
        }
        if let Some(trailers) = &self.trailers {
            stream.send_trailers(fields(trailers)).ok()?;
        }
        Some(())
    }
}

fn fields(pairs: &[(String, String)]) -> HeaderMap {
    let mut fields = HeaderMap::new();
    for (name, value) in pairs {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            fields.append(name, value);
        }
    }
    fields
}

/// What is said to a call. Not generic: a server for each would be a large part of the program.
type Answering = dyn Fn(&Asked) -> Reply + Send + Sync;

/// Serves every connection without TLS.
pub(super) fn serve(
    lab: &Lab,
    answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
) -> Result<SocketAddr, LabError> {
    let answer: Arc<Answering> = Arc::new(answer);
    peer::tcp(lab, move |stream| converse(stream, Arc::clone(&answer)))
}

/// Serves every connection over TLS.
pub(super) fn serve_tls(
    lab: &Lab,
    config: Arc<ServerConfig>,
    answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
) -> Result<SocketAddr, LabError> {
    let answer: Arc<Answering> = Arc::new(answer);
    peer::tls(lab, config, move |stream| converse(stream, Arc::clone(&answer)))
}

/// Answers the calls of one connection, each in a task of its own that ends with the connection.
async fn converse<S: Wire>(stream: S, answer: Arc<Answering>) {
    let Ok(mut connection) = h2::server::handshake(stream).await else { return };
    let mut calls = tokio::task::JoinSet::new();
    while let Some(Ok((request, respond))) = connection.accept().await {
        let answer = Arc::clone(&answer);
        calls.spawn(async move {
            if let Some(asked) = read(request).await {
                let _ = answer(&asked).say(respond).await;
            }
        });
    }
}

async fn read(request: http::Request<h2::RecvStream>) -> Option<Asked> {
    let (parts, incoming) = request.into_parts();
    let body = read_body(incoming).await?;
    let authority = parts.uri.authority().map(ToString::to_string).unwrap_or_default();
    Some(Asked { path: parts.uri.path().to_owned(), authority, headers: parts.headers, body })
}

/// A body to its end; nothing for one that breaks off or is too long.
pub(super) async fn read_body(mut incoming: h2::RecvStream) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(data) = incoming.data().await {
        let data = data.ok()?;
        let _ = incoming.flow_control().release_capacity(data.len());
        body.extend_from_slice(&data);
        if body.len() > peer::REQUEST_BYTES_MAX {
            return None;
        }
    }
    Some(body)
}

/// Sends a body with its trailers; nothing when the client is gone.
pub(super) async fn send_body(mut body: tonic::body::Body, mut stream: h2::SendStream<Bytes>) -> Option<()> {
    while let Some(frame) = body.frame().await {
        match frame.ok()?.into_data() {
            Ok(data) => stream.send_data(data, false).ok()?,
            Err(frame) => return stream.send_trailers(frame.into_trailers().ok()?).ok(),
        }
    }
    stream.send_data(Bytes::new(), true).ok()
}
