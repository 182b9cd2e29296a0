//! A server that keeps to the rules, built on tonic: `lab.Echo`, and the health service.
//!
//! Messages, compression, statuses and streams are tonic's, so that the probe is held against an implementation that is
//! not the lab's own. The connection is: it ends with the lab, as those of all peers.

use super::service::{read_body, send_body};
use crate::peer::{self, Wire};
use crate::{Lab, LabError};
use bytes::Bytes;
use h2::server::SendResponse;
use http_body_util::Full;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::SocketAddr;
use tonic::codegen::{CompressionEncoding, Service as _, tokio_stream};
use tonic::server::{Grpc, ServerStreamingService, UnaryService};
use tonic::{Request, Response, Status};
use tonic_health::pb::health_server::{Health, HealthServer};
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};
use tonic_prost::ProstCodec;

/// `lab.Word`.
#[derive(Clone, PartialEq, prost::Message)]
struct Word {
    #[prost(string, tag = "1")]
    text: String,
    #[prost(int64, tag = "2")]
    number: i64,
    #[prost(string, repeated, tag = "3")]
    tags: Vec<String>,
}

/// `lab.Limit`.
#[derive(Clone, PartialEq, prost::Message)]
struct Limit {
    #[prost(int32, tag = "1")]
    count: i32,
}

/// Serves every connection without TLS.
pub(super) fn serve(lab: &Lab) -> Result<SocketAddr, LabError> {
    peer::tcp(lab, converse)
}

/// Answers the calls of one connection, each in a task of its own that ends with the connection.
async fn converse<S: Wire>(stream: S) {
    let Ok(mut connection) = h2::server::handshake(stream).await else { return };
    let mut calls = tokio::task::JoinSet::new();
    while let Some(Ok((request, respond))) = connection.accept().await {
        calls.spawn(answer(request, respond));
    }
}

async fn answer(request: http::Request<h2::RecvStream>, mut respond: SendResponse<Bytes>) -> Option<()> {
    let (parts, incoming) = request.into_parts();
    let path = parts.uri.path().to_owned();
    // As a server that answers in the client's way: compressed by what the call is compressed by.
    let encoding = match parts.headers.get("grpc-encoding").map(http::HeaderValue::as_bytes) {
        Some(b"gzip") => Some(CompressionEncoding::Gzip),
        Some(b"zstd") => Some(CompressionEncoding::Zstd),
        _ => None,
    };
    let call = http::Request::from_parts(parts, Full::<Bytes>::from(read_body(incoming).await?));
    let response = match path.as_str() {
        "/lab.Echo/Say" => {
            let mut grpc = Grpc::new(ProstCodec::<Word, Word>::default());
            if let Some(encoding) = encoding {
                grpc = grpc.accept_compressed(encoding).send_compressed(encoding);
            }
            grpc.unary(Say, call).await
        }
        "/lab.Echo/Count" => {
            Grpc::new(ProstCodec::<Word, Limit>::default()).server_streaming(Count, call).await
        }
        // It answers for other services too: that they are not implemented.
        _ => HealthServer::new(Healths).call(call).await.unwrap_or_else(|never: Infallible| match never {}),
    };
    let (head, body) = response.into_parts();
    let stream = respond.send_response(http::Response::from_parts(head, ()), false).ok()?;
    send_body(body, stream).await
}

/// Sends the message back, and the mark of the caller.
struct Say;

/// Metadata by which callers mark their calls.
const MARK: &str = "x-lab";

impl UnaryService<Word> for Say {
    type Response = Word;
    type Future = Ready<Result<Response<Word>, Status>>;

    fn call(&mut self, request: Request<Word>) -> Self::Future {
        let (metadata, _, word) = request.into_parts();
        let mut response = Response::new(word);
        if let Some(mark) = metadata.get(MARK) {
            response.metadata_mut().insert(MARK, mark.clone());
        }
        ready(Ok(response))
    }
}

/// Sends as many messages as it is asked for.
struct Count;

impl ServerStreamingService<Limit> for Count {
    type Response = Word;
    type ResponseStream = tokio_stream::Iter<std::vec::IntoIter<Result<Word, Status>>>;
    type Future = Ready<Result<Response<Self::ResponseStream>, Status>>;

    fn call(&mut self, request: Request<Limit>) -> Self::Future {
        let word =
            |number: i32| Ok(Word { text: "word".to_owned(), number: number.into(), tags: Vec::new() });
        let words: Vec<_> = (1..=request.into_inner().count).map(word).collect();
        ready(Ok(Response::new(tokio_stream::iter(words))))
    }
}

/// The health of a good service, of a bad one, of an odd one, and of the server as a whole, which is well.
struct Healths;

/// A status that the protocol has no word for.
const ODD: i32 = 42;

#[tonic::async_trait]
impl Health for Healths {
    type WatchStream = tokio_stream::Empty<Result<HealthCheckResponse, Status>>;

    async fn check(
        &self,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        use tonic_health::pb::health_check_response::ServingStatus;
        let status = match request.into_inner().service.as_str() {
            "" | "lab.Good" => ServingStatus::Serving.into(),
            "lab.Bad" => ServingStatus::NotServing.into(),
            "lab.Odd" => ODD,
            _ => return Err(Status::not_found("unknown service")),
        };
        Ok(Response::new(HealthCheckResponse { status }))
    }

    async fn watch(&self, _: Request<HealthCheckRequest>) -> Result<Response<Self::WatchStream>, Status> {
        Err(Status::unimplemented("health is asked here, not watched"))
    }
}
