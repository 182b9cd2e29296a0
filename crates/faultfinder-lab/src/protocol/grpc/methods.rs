//! Calls with a schema: messages, metadata, compression, streams, deadlines.

use super::case::{scenario, status};
use super::conforming;
use super::schema::ECHO;
use super::service::{Asked, Reply, serve};
use super::wire::{field, number, plain, unframed};
use crate::protocol::expectations::{incorrect, timeout};
use crate::{Expect, Lab, LabError, Scenario};
use faultfinder_taxonomy::{Code, GrpcStatus, Phase};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;

/// A call of `lab.Echo/Say`, with these additional fields.
fn say(fields: &Value) -> Value {
    call("Say", fields)
}

/// A call of `lab.Echo/Count`, with these additional fields.
fn count(fields: &Value) -> Value {
    call("Count", fields)
}

fn call(method: &str, fields: &Value) -> Value {
    let mut call = json!({ "service": "lab.Echo", "method": method, "proto": ECHO });
    if let (Some(call), Some(fields)) = (call.as_object_mut(), fields.as_object()) {
        call.extend(fields.clone());
    }
    call
}

pub(super) fn scenarios() -> Vec<Scenario> {
    unary().into_iter().chain(compressed()).chain(streams()).chain(deadlines()).collect()
}

fn unary() -> Vec<Scenario> {
    vec![
        scenario(
            "unary",
            "a message that comes back",
            Expect::pass(),
            say(&json!({ "message": { "text": "hello", "number": "9007199254740993" } })),
            &[
                "grpc_status is OK",
                "jsonpath $.text is hello",
                "jsonpath $.number is 9007199254740993",
                "jsonpath $.tags is []",
                "body contains hello",
            ],
            conforming::serve,
        ),
        scenario(
            "unary-metadata",
            "metadata that comes back, before the message and after it",
            Expect::pass(),
            say(
                &json!({ "message": { "text": "hello" }, "metadata": { "x-lab": ["1", "2"], "x-lab-bin": "AQI" } }),
            ),
            &[
                "metadata x-lab is 1",
                "metadata x-lab is 2",
                "metadata x-lab-bin is AQI",
                "trailer x-lab is 2",
                "trailer x-lab-bin exists",
                "metadata x-other does not exist",
            ],
            echo,
        ),
        scenario(
            "unary-authority",
            "another authority than the host",
            Expect::pass(),
            say(&json!({ "authority": "shop.lab.test" })),
            &["metadata x-authority is shop.lab.test"],
            |lab| serve(lab, |asked| Reply::message(b"").header("x-authority", &asked.authority)),
        ),
        scenario(
            "unary-unimplemented",
            "a method that the server does not have",
            status(GrpcStatus::Unimplemented),
            say(&json!({})),
            &[],
            |lab| serve(lab, |_| Reply::trailers_only(GrpcStatus::Unimplemented)),
        ),
        scenario(
            "assert-jsonpath",
            "another answer than the test expects",
            incorrect("jsonpath"),
            say(&json!({ "message": { "text": "hello" } })),
            &["jsonpath $.text is goodbye"],
            conforming::serve,
        ),
        scenario(
            "assert-too-large",
            "an answer whose JSON is longer than what is kept, and that an assertion reads",
            Expect::fault(
                Code::BodyTooLarge,
                Phase::Receive,
                json!({ "kind": "http", "name": "answer_too_large" }),
            ),
            say(&json!({})),
            &["jsonpath $.text exists"],
            // A byte of it is six in JSON.
            |lab| serve(lab, |_| Reply::message(&field(1, &vec![1; 1_000_000]))),
        ),
        scenario(
            "assert-trailer",
            "a trailer that is not there",
            incorrect("trailer"),
            say(&json!({})),
            &["trailer x-cost exists"],
            conforming::serve,
        ),
    ]
}

fn compressed() -> Vec<Scenario> {
    let row = |how: &'static str, shows| {
        scenario(
            format!("unary-{how}"),
            shows,
            Expect::pass(),
            say(&json!({ "message": { "text": "hello" }, "compression": how })),
            &["jsonpath $.text is hello"],
            conforming::serve,
        )
    };
    vec![
        row("gzip", "messages compressed by gzip, both ways"),
        row("zstd", "messages compressed by zstd, both ways"),
        scenario(
            "compression-off",
            "a server that compresses only if the client allows it",
            Expect::pass(),
            json!({ "compression": "off" }),
            &["health is SERVING"],
            |lab| {
                serve(lab, |asked| {
                    let may = asked.headers.get("grpc-accept-encoding").map(http::HeaderValue::as_bytes);
                    if may == Some(b"identity") {
                        Reply::message(b"\x08\x01")
                    } else {
                        Reply::trailers_only(GrpcStatus::InvalidArgument)
                    }
                })
            },
        ),
    ]
}

fn streams() -> Vec<Scenario> {
    vec![
        scenario(
            "server-stream",
            "three messages in a stream",
            Expect::pass(),
            count(&json!({ "message": { "count": 3 } })),
            &["jsonpath $.length() is 3", "jsonpath $[2].number is 3"],
            conforming::serve,
        ),
        scenario(
            "server-stream-empty",
            "a stream without a message",
            Expect::pass(),
            count(&json!({})),
            &["body is []"],
            conforming::serve,
        ),
        scenario(
            "server-stream-bounded",
            "a stream with more messages than are read",
            Expect::pass().saying("not read to its end"),
            count(&json!({ "message": { "count": 100 }, "max_messages": 5 })),
            &["jsonpath $.length() is 5"],
            conforming::serve,
        ),
        scenario(
            "server-stream-aborted",
            "a stream that ends in an error after its second message",
            status(GrpcStatus::Aborted),
            count(&json!({ "message": { "count": 2 } })),
            &[],
            |lab| {
                serve(lab, |_| {
                    Reply::grpc(GrpcStatus::Aborted)
                        .body([plain(&number(2, 1)), plain(&number(2, 2))].concat())
                })
            },
        ),
    ]
}

fn deadlines() -> Vec<Scenario> {
    vec![
        scenario(
            "deadline-is-told",
            "a server that looks at the deadline: it is there, and no longer than the test's time",
            Expect::pass(),
            json!({ "timeout": "5s" }),
            &["health is SERVING"],
            |lab| {
                serve(lab, |asked| match told(asked) {
                    Some(time) if time <= Duration::from_millis(5001) && time > Duration::from_secs(1) => {
                        Reply::message(b"\x08\x01")
                    }
                    _ => Reply::trailers_only(GrpcStatus::InvalidArgument),
                })
            },
        ),
        scenario(
            "deadline-is-obeyed",
            "a server that gives up at the deadline that the test sent: the test's time ran out",
            timeout(Phase::Wait),
            super::case::impatient(),
            &[],
            |lab| {
                serve(lab, |asked| {
                    Reply::trailers_only(GrpcStatus::DeadlineExceeded).after(told(asked).unwrap_or_default())
                })
            },
        ),
    ]
}

/// The deadline in a call's head.
fn told(asked: &Asked) -> Option<Duration> {
    let text = asked.headers.get("grpc-timeout")?.to_str().ok()?;
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let value = digits.parse().ok().filter(|_| digits.len() <= 8)?;
    match unit {
        "u" => Some(Duration::from_micros(value)),
        "m" => Some(Duration::from_millis(value)),
        "S" => Some(Duration::from_secs(value)),
        _ => None,
    }
}

/// A server with `lab.Echo` that answers with trailers of its own, which tonic has no way to send with `OK`.
fn echo(lab: &Lab) -> Result<SocketAddr, LabError> {
    serve(lab, answer)
}

/// `Say` sends the message back, with the call's `x-lab` metadata before and after it; `Count`
/// sends as many messages as it is asked for.
pub(super) fn answer(asked: &Asked) -> Reply {
    match asked.path.as_str() {
        "/lab.Echo/Say" => said(asked),
        "/lab.Echo/Count" => counted(asked),
        _ => super::health::answer(asked),
    }
}

fn said(asked: &Asked) -> Reply {
    let Some((false, message)) = unframed(&asked.body) else {
        return Reply::trailers_only(GrpcStatus::InvalidArgument);
    };
    let reply = Reply::message(message);
    let echoed = asked.headers.iter().filter(|(name, _)| name.as_str().starts_with("x-lab"));
    echoed.fold(reply, |reply, (name, value)| {
        let value = value.to_str().unwrap_or_default();
        reply.another(name.as_str(), value).trailer(name.as_str(), value)
    })
}

fn counted(asked: &Asked) -> Reply {
    let limit = unframed(&asked.body).map(|(_, message)| message.get(1).copied().unwrap_or_default());
    let words = (1..=limit.unwrap_or_default()).flat_map(|count| {
        let word = [field(1, b"word"), number(2, count)].concat();
        plain(&word)
    });
    Reply::grpc(GrpcStatus::Ok).body(words.collect::<Vec<u8>>())
}
