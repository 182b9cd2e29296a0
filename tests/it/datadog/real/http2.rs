//! A server of HTTP/2.

use super::answer::{Answer, Asked, answer};
use super::grpc;
use super::world::World;
use bytes::Bytes;
use h2::RecvStream;
use h2::server::SendResponse;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use tokio::io::{AsyncRead, AsyncWrite};

/// Answers the requests of a connection, until the client closes it.
pub(super) async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin, world: World) {
    let Ok(mut connection) = h2::server::handshake(stream).await else { return };
    while let Some(Ok((request, respond))) = connection.accept().await {
        // The connection must go on while a body is read.
        tokio::spawn(respond_to(request, respond, world));
    }
}

async fn respond_to(request: Request<RecvStream>, mut respond: SendResponse<Bytes>, world: World) {
    let (parts, mut body) = request.into_parts();
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let headers = parts.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
    let mut asked = Asked { method: parts.method.to_string(), path, headers, body: Vec::new() };
    let is_stream = grpc::is_stream(&asked.path);
    while !(is_stream && grpc::is_whole(&asked.body)) {
        let Some(Ok(chunk)) = body.data().await else { break };
        let _ = body.flow_control().release_capacity(chunk.len());
        asked.body.extend(chunk);
    }
    let _ = send(answer(&world, &asked), &mut respond);
}

/// Sends an answer; an error when the client does not want it any more.
fn send(answer: Answer, respond: &mut SendResponse<Bytes>) -> Result<(), h2::Error> {
    let mut response = Response::new(());
    *response.status_mut() = answer.status.try_into().unwrap();
    *response.headers_mut() = map(&answer.headers);
    if answer.trailers.is_none() {
        response.headers_mut().insert("content-length", answer.body.len().into());
    }
    let is_last = answer.body.is_empty() && answer.trailers.is_none();
    let mut stream = respond.send_response(response, is_last)?;
    if is_last {
        return Ok(());
    }
    stream.send_data(answer.body.into(), answer.trailers.is_none())?;
    answer.trailers.map_or(Ok(()), |trailers| stream.send_trailers(map(&trailers)))
}

fn map(pairs: &[(String, String)]) -> HeaderMap {
    let pair = |(name, value): &(String, String)| {
        (HeaderName::try_from(name).unwrap(), HeaderValue::try_from(value).unwrap())
    };
    let mut map = HeaderMap::new();
    for (name, value) in pairs.iter().map(pair) {
        map.append(name, value);
    }
    map
}
