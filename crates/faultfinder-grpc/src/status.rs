//! What stands for a status: the trailers, an HTTP status, an HTTP/2 error code, a broken rule.

use crate::metadata::{self, DETAILS_BIN};
use crate::prefixes::Violation;
use crate::response::{Response, StatusOrigin};
use crate::{Descriptors, ProtoSource};
use faultfinder_net::http2::saying;
use faultfinder_taxonomy::{Blame, Code, Detail, Fact, Fault, GrpcStatus, Http2ErrorCode, Phase};
use http::HeaderMap;
use prost::Message as _;
use prost_reflect::DynamicMessage;
use std::sync::OnceLock;

/// How many trailers, and details of a status, a fault shows.
const SHOWN_MAX: usize = 50;
/// How much of a detail a fault shows, in characters.
const DETAIL_CHARS_MAX: usize = 1000;

/// A status as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) status: GrpcStatus,
    pub(crate) message: String,
}

/// The status of trailers; nothing where they have none.
pub(crate) fn of_trailers(trailers: &HeaderMap) -> Option<Sent> {
    let written = trailers.get("grpc-status")?;
    if let Some(other) = trailers.get_all("grpc-status").iter().find(|other| *other != written) {
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let message = format!("grpc-status is given twice: {} and {}", text(written), text(other));
        return Some(Sent { status: GrpcStatus::Internal, message });
    }
    let number = written.to_str().ok().and_then(|text| text.parse::<u32>().ok());
    let status = GrpcStatus::ALL.into_iter().find(|status| Some(status.number()) == number);
    let told = trailers.get("grpc-message").map(|message| percent_decoded(message.as_bytes()));
    match status {
        Some(status) => Some(Sent { status, message: told.unwrap_or_default() }),
        None => {
            let unknown = format!(
                "grpc-status is {:?}, which is not a valid status",
                String::from_utf8_lossy(written.as_bytes())
            );
            let message = told.map_or_else(|| unknown.clone(), |told| format!("{told} ({unknown})"));
            Some(Sent { status: GrpcStatus::Unknown, message })
        }
    }
}

/// `%XX` becomes a byte; anything else stays as it is (gRPC over HTTP/2, "Responses": "MUST NOT error").
fn percent_decoded(bytes: &[u8]) -> String {
    percent_encoding::percent_decode(bytes).decode_utf8_lossy().into_owned()
}

/// The status that an HTTP answer stands for when no gRPC server made it (`http-grpc-status-mapping.md`).
pub(crate) const fn of_http(status: u16) -> GrpcStatus {
    match status {
        400 => GrpcStatus::Internal,
        401 => GrpcStatus::Unauthenticated,
        403 => GrpcStatus::PermissionDenied,
        404 => GrpcStatus::Unimplemented,
        429 | 502 | 503 | 504 => GrpcStatus::Unavailable,
        _ => GrpcStatus::Unknown,
    }
}

/// The status that RST_STREAM stands for (gRPC over HTTP/2, "HTTP2 Transport Mapping").
const fn of_reset(code: u32) -> GrpcStatus {
    match code {
        0x7 => GrpcStatus::Unavailable,
        0x8 => GrpcStatus::Cancelled,
        0xb => GrpcStatus::ResourceExhausted,
        0xc => GrpcStatus::PermissionDenied,
        _ => GrpcStatus::Internal,
    }
}

impl Response {
    /// The fault that its status is; nothing for `OK`.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        (self.status != GrpcStatus::Ok).then(|| sent(self))
    }
}

/// The fault of a status that came with an answer.
fn sent(response: &Response) -> Fault {
    let name = response.status.as_str();
    let (phase, mut message) = match response.status_from {
        StatusOrigin::HttpStatus => (Phase::Wait, no_grpc(response)),
        StatusOrigin::Trailers | StatusOrigin::Unread => {
            (Phase::Trailers, format!("the server ended the call with {name}"))
        }
        StatusOrigin::Missing => {
            let message =
                format!("the stream ended without a grpc-status in its trailers, which is mapped to {name}");
            (Phase::Trailers, message)
        }
    };
    if response.status_from == StatusOrigin::Trailers && !response.message.is_empty() {
        message.push_str(&format!(": {}", response.message));
    }
    let mut fault = Fault::new(Code::Grpc, phase, Detail::grpc(response.status), message)
        .with("status_from", response.status_from.as_str())
        .with("http_status", response.http_status);
    if !response.message.is_empty() {
        let explained = Code::Grpc.explanation().hints.iter();
        fault.hints.extend(explained.map(|hint| (*hint).to_owned()));
        fault = fault.with("grpc_message", response.message.as_str());
    }
    if let Some(content_type) = &response.content_type {
        fault = fault.with("content_type", content_type.as_str());
    }
    if !response.excerpt.is_empty() {
        fault = fault.with("first_bytes", response.excerpt.as_str());
    }
    let details = details(&response.trailers);
    if !details.is_empty() {
        fault = fault.with("details", details);
    }
    let trailers = shown(&response.trailers);
    if !trailers.is_empty() {
        fault = fault.with("trailers", trailers);
    }
    if let Some(advice) = response.advice {
        fault = fault.with_hint(advice);
    }
    if response.status_from == StatusOrigin::HttpStatus {
        fault.hints = vec![
            "the response is HTTP but not gRPC: a proxy or load balancer in between answered, or another service uses this port".to_owned(),
        ];
    }
    fault
}

/// The message about an HTTP answer that is none of gRPC.
fn no_grpc(response: &Response) -> String {
    let name = response.status.as_str();
    match (response.http_status, &response.content_type) {
        (200, Some(content_type)) => {
            format!(
                "the response is not gRPC: its content-type is {content_type:?}, which is mapped to {name}"
            )
        }
        (200, None) => format!("the response is not gRPC: it has no content-type, which is mapped to {name}"),
        (status, _) => {
            format!("the response is HTTP status {status} and not gRPC, which is mapped to {name}")
        }
    }
}

/// Trailers as facts; the status, its text and the media type are shown elsewhere.
fn shown(trailers: &[(String, Vec<u8>)]) -> Vec<Fact> {
    let others = trailers.iter().filter(|(name, _)| {
        !["content-type", "grpc-status", "grpc-message", DETAILS_BIN].contains(&name.as_str())
    });
    others
        .take(SHOWN_MAX)
        .map(|(name, value)| Fact::from(format!("{name}: {}", String::from_utf8_lossy(value))))
        .collect()
}

/// `google.rpc.Status`, which `grpc-status-details-bin` carries.
#[derive(Clone, PartialEq, prost::Message)]
struct RichStatus {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
    #[prost(message, repeated, tag = "3")]
    details: Vec<prost_types::Any>,
}

/// The usual kinds of details (googleapis, `google/rpc/error_details.proto`), so that they can be shown.
const DETAILS: &str = r#"syntax = "proto3";
package google.rpc;
import "google/protobuf/duration.proto";
message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
message RetryInfo { google.protobuf.Duration retry_delay = 1; }
message DebugInfo { repeated string stack_entries = 1; string detail = 2; }
message QuotaFailure {
  message Violation { string subject = 1; string description = 2; }
  repeated Violation violations = 1;
}
message PreconditionFailure {
  message Violation { string type = 1; string subject = 2; string description = 3; }
  repeated Violation violations = 1;
}
message BadRequest {
  message FieldViolation { string field = 1; string description = 2; }
  repeated FieldViolation field_violations = 1;
}
message RequestInfo { string request_id = 1; string serving_data = 2; }
message ResourceInfo { string resource_type = 1; string resource_name = 2; string owner = 3; string description = 4; }
message LocalizedMessage { string locale = 1; string message = 2; }
"#;

/// The descriptors of [`DETAILS`], compiled once per process.
fn known_details() -> Option<&'static Descriptors> {
    static COMPILED: OnceLock<Option<Descriptors>> = OnceLock::new();
    COMPILED
        .get_or_init(|| Descriptors::compile(&[ProtoSource::Inline(DETAILS.to_owned())], &[]).ok())
        .as_ref()
}

/// The details that the server sent with its status: the kind of each, and what is in it where the kind is known.
fn details(trailers: &[(String, Vec<u8>)]) -> Vec<String> {
    let rich = trailers.iter().filter(|(name, _)| name == DETAILS_BIN);
    // Several values may be joined by commas (gRPC over HTTP/2, "Custom-Metadata").
    let mut values = rich.flat_map(|(_, value)| value.split(|byte| *byte == b','));
    let decoded = values.find_map(|value| RichStatus::decode(metadata::binary(value)?.as_slice()).ok());
    decoded.map(|status| status.details.iter().take(SHOWN_MAX).map(detail).collect()).unwrap_or_default()
}

fn detail(any: &prost_types::Any) -> String {
    let name = any.type_url.rsplit('/').next().unwrap_or_default();
    let json = known_details()
        .and_then(|known| known.0.get_message_by_name(name))
        .and_then(|kind| DynamicMessage::decode(kind, any.value.as_slice()).ok())
        .and_then(|message| serde_json::to_string(&message).ok());
    match json {
        Some(json) => {
            let shown: String = json.chars().take(DETAIL_CHARS_MAX).collect();
            format!("{name} {shown}")
        }
        None => name.to_owned(),
    }
}

/// The fault of an answer that breaks a rule of gRPC.
pub(crate) fn violation(violation: &Violation) -> Fault {
    let (status, what) = (violation.status, &violation.what);
    if status == GrpcStatus::ResourceExhausted {
        return over_limit(what).with_hint("if the server sends such messages, raise `max_message_bytes`");
    }
    let message = format!("the response is invalid: {what}, which is mapped to {}", status.as_str());
    made(status, message).with("status_from", "this client")
}

/// The fault of an answer that is longer than what is read, which says nothing about the server.
pub(crate) fn over_limit(what: &str) -> Fault {
    let message = format!("the response is longer than this test reads: {what}");
    let mut fault = made(GrpcStatus::ResourceExhausted, message).with("status_from", "this client");
    // Those of the status are about a limit of the server.
    fault.hints.clear();
    fault.blamed_on(Blame::Ourselves)
}

/// The fault of a stream that the server reset.
pub(crate) fn reset(code: Http2ErrorCode) -> Fault {
    let status = of_reset(code.number());
    let message =
        format!("the server reset the stream ({}), which is mapped to {}", code.name(), status.as_str());
    hinted(
        made(status, message).with("status_from", "RST_STREAM").with("h2_code", code.name().into_owned()),
        code,
    )
}

/// The fault of a connection that the server closed by GOAWAY.
pub(crate) fn goaway(code: Http2ErrorCode, text: Option<&str>) -> Fault {
    let status = GrpcStatus::Unavailable;
    let message = format!(
        "the server closed the connection with GOAWAY ({}){}, which is mapped to {}",
        code.name(),
        saying(text),
        status.as_str()
    );
    hinted(
        made(status, message).with("status_from", "GOAWAY").with("h2_code", code.name().into_owned()),
        code,
    )
}

/// The fault of a server that speaks HTTP/1.
pub(crate) fn http1() -> Fault {
    let status = GrpcStatus::Unavailable;
    let message =
        format!("the server answers in HTTP/1, which gRPC cannot use; this is mapped to {}", status.as_str());
    let mut fault = made(status, message).in_phase(Phase::Wait).with("status_from", "this client");
    fault.hints = vec!["check the port: a web server or an HTTP/1 proxy listens there".to_owned()];
    fault
}

/// A fault with a status that the server did not send.
fn made(status: GrpcStatus, message: String) -> Fault {
    let mut fault = Fault::new(Code::Grpc, Phase::Trailers, Detail::grpc(status), message);
    fault.hints = vec!["check the log of the server, or of a proxy in front of it, at that time".to_owned()];
    fault
}

fn hinted(fault: Fault, code: Http2ErrorCode) -> Fault {
    match code.hint() {
        // Its word for HTTP/1.1 is about HTTP tests.
        Some(hint) if code.number() != 0xd => fault.with_hint(hint),
        _ => fault,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(fields: &[(&'static str, &'static str)], expected: Option<(GrpcStatus, &str)>) {
        let mut trailers = HeaderMap::new();
        for (name, value) in fields {
            trailers.append(*name, http::HeaderValue::from_static(value));
        }
        let found = of_trailers(&trailers);
        assert_eq!(found.as_ref().map(|sent| (sent.status, sent.message.as_str())), expected, "{fields:?}");
    }

    #[test]
    fn a_status_is_read_from_the_trailers() {
        check(&[("grpc-status", "0")], Some((GrpcStatus::Ok, "")));
        check(
            &[("grpc-status", "14"), ("grpc-message", "a%20b%C3%A4")],
            Some((GrpcStatus::Unavailable, "a bä")),
        );
        check(&[("grpc-message", "x")], None);
        let unknown = |text: &str| format!("grpc-status is {text:?}, which is not a valid status");
        check(&[("grpc-status", "99")], Some((GrpcStatus::Unknown, &unknown("99"))));
        check(&[("grpc-status", "abc")], Some((GrpcStatus::Unknown, &unknown("abc"))));
        let twice = "grpc-status is given twice: 0 and 13";
        check(&[("grpc-status", "0"), ("grpc-status", "13")], Some((GrpcStatus::Internal, twice)));
        check(&[("grpc-status", "0"), ("grpc-status", "0")], Some((GrpcStatus::Ok, "")));
        check(&[("grpc-status", "-1")], Some((GrpcStatus::Unknown, &unknown("-1"))));
    }

    #[test]
    fn invalid_escapes_of_a_message_are_kept() {
        check(
            &[("grpc-status", "3"), ("grpc-message", "100% %zz %4")],
            Some((GrpcStatus::InvalidArgument, "100% %zz %4")),
        );
    }

    #[test]
    fn error_codes_of_http2_stand_for_statuses() {
        for (code, status) in [
            (0x0, GrpcStatus::Internal),
            (0x2, GrpcStatus::Internal),
            (0x7, GrpcStatus::Unavailable),
            (0x8, GrpcStatus::Cancelled),
            (0xb, GrpcStatus::ResourceExhausted),
            (0xc, GrpcStatus::PermissionDenied),
            (0xd, GrpcStatus::Internal),
        ] {
            assert_eq!(of_reset(code), status, "{code:#x}");
        }
    }
}
