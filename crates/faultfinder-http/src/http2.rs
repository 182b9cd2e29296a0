//! One exchange over HTTP/2 (RFC 9113).

use crate::call::Call;
use crate::exchange::{self, Collected};
use crate::interim::Interims;
use crate::{Response, failure};
use faultfinder_net::http2::{Answer, Broken, Connection, Progress};
use faultfinder_net::{Stream, Trace};
use faultfinder_taxonomy::{Fault, Phase};
use http::header::{HeaderMap, HeaderName, HeaderValue};

/// Sends a request and reads the answer.
///
/// # Errors
///
/// `HTTP2` with the error code when the protocol fails, `CONNRESET` when the connection is lost.
pub(crate) async fn exchange(call: &Call<'_>, stream: Stream, trace: &mut Trace) -> Result<Response, Fault> {
    trace.enter(Phase::Send);
    let message = exchange::message(call)?;
    let opened = Connection::open(stream, Some(trace.arrivals())).await;
    let mut connection = opened.map_err(|end| failure::http2(end, Phase::Send))?;
    trace.send_over(connection.taps());
    let mut interims = Interims::default();
    let asked = connection.ask(message, call.prepared.body.bytes.clone(), |progress| match progress {
        Progress::Sent(at) => exchange::note_sent_at(Some(at), trace),
        Progress::Interim(status, headers) => {
            call.arrived.interim(status.as_u16());
            interims.note(status.as_u16(), headers);
        }
    });
    let mut answer = match asked.await {
        Ok(answer) => answer,
        Err(broken) => return Err(failure::http2(connection.end(broken, Phase::Wait).await, Phase::Wait)),
    };
    let (stream, taps) = (answer.stream(), connection.taps());
    // Whatever else came before is the connection's own, such as SETTINGS.
    let began = taps.answer_began(stream);
    // It may have come before the whole request was sent.
    exchange::note_sent_at(taps.last_write().or(began), trace);
    exchange::note_head(began, trace);
    call.arrived.begin("HTTP/2", answer.head.status.as_u16(), &answer.head.headers, &call.prepared.url);
    if let Some(name) = padded(&answer.head.headers) {
        trace.warn(format!(
            "the value of the field \"{name}\" has white space at its beginning or end, which HTTP/2 does not allow (RFC 9113 \
             section 8.2.1): strict clients refuse the response"
        ));
    }
    let collected = match receive(call, &mut connection, &mut answer).await {
        Ok(collected) => collected,
        Err(broken) => {
            return Err(failure::http2(connection.end(broken, Phase::Receive).await, Phase::Receive));
        }
    };
    trace.leave_with_arrival();
    let sent = connection.taps().request_ended(stream);
    let status = answer.head.status.as_u16();
    let response =
        exchange::respond("HTTP/2", status, &answer.head.headers, collected, &call.prepared, trace)?;
    Ok(Response { interim: interims.take(sent), ..response })
}

/// The first field of which the value begins or ends with white space. Most clients let it pass, and so does the library.
fn padded(headers: &HeaderMap) -> Option<&HeaderName> {
    let is_white = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
    let is_padded =
        |value: &HeaderValue| is_white(value.as_bytes().first()) || is_white(value.as_bytes().last());
    headers.iter().find(|(_, value)| is_padded(value)).map(|(name, _)| name)
}

async fn receive(
    call: &Call<'_>,
    connection: &mut Connection,
    answer: &mut Answer,
) -> Result<Collected, Broken> {
    let mut collected = Collected::new(call, &answer.head.headers);
    while !collected.is_enough() {
        let Some(piece) = collected.within(connection.data(answer)).await else { break };
        let Some(data) = piece? else { break };
        call.arrived.take(&data);
        collected.take(&data);
    }
    if collected.is_enough() {
        return Ok(collected);
    }
    if let Some(trailers) = connection.trailers(answer).await? {
        collected.end(&trailers);
    }
    Ok(collected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_around_values_is_found() {
        for (value, found) in
            [("1", false), ("a b", false), ("", false), (" 1", true), ("1\t", true), (" ", true)]
        {
            let mut headers = HeaderMap::new();
            headers.insert("x-a", HeaderValue::from_static(value));
            assert_eq!(padded(&headers).map(HeaderName::as_str), found.then_some("x-a"), "{value:?}");
        }
    }
}
