//! The health service.

use super::case::{scenario, status};
use super::conforming;
use super::service::{Asked, Reply, serve};
use super::wire::{find, unframed};
use crate::protocol::expectations::incorrect;
use crate::{Expect, Scenario};
use faultfinder_taxonomy::GrpcStatus;
use serde_json::json;

/// Where the health is asked.
const CHECK: &str = "/grpc.health.v1.Health/Check";

pub(super) fn scenarios() -> Vec<Scenario> {
    vec![
        scenario(
            "health-serving",
            "a service that is well",
            Expect::pass(),
            json!({ "health": "lab.Good" }),
            &[],
            conforming::serve,
        ),
        scenario(
            "health-whole-server",
            "a server that is well as a whole",
            Expect::pass(),
            json!({ "health": "" }),
            &["health is SERVING", "jsonpath $.status is SERVING", "response_time < 5 s"],
            conforming::serve,
        ),
        scenario(
            "health-not-serving",
            "a service that says that it is not well: a health check expects SERVING by itself",
            incorrect("health").saying("NOT_SERVING"),
            json!({ "health": "lab.Bad" }),
            &[],
            conforming::serve,
        ),
        scenario(
            "health-not-serving-expected",
            "a service that is not well, as the test expects",
            Expect::pass(),
            json!({ "health": "lab.Bad" }),
            &["health is NOT_SERVING"],
            conforming::serve,
        ),
        scenario(
            "health-unknown-word",
            "an answer that the protocol has no word for",
            incorrect("health"),
            json!({ "health": "lab.Odd" }),
            &[],
            conforming::serve,
        ),
        scenario(
            "health-unknown-service",
            "a service that the health server does not know",
            status(GrpcStatus::NotFound),
            json!({ "health": "lab.None" }),
            &[],
            conforming::serve,
        ),
        scenario(
            "health-unimplemented",
            "a server without a health service",
            status(GrpcStatus::Unimplemented),
            json!({ "health": "lab.Good" }),
            &[],
            |lab| serve(lab, |_| Reply::trailers_only(GrpcStatus::Unimplemented)),
        ),
    ]
}

/// What the health service says; other services are not implemented.
pub(super) fn answer(asked: &Asked) -> Reply {
    if asked.path != CHECK {
        return Reply::trailers_only(GrpcStatus::Unimplemented);
    }
    let Some((_, message)) = unframed(&asked.body) else {
        return Reply::trailers_only(GrpcStatus::InvalidArgument);
    };
    match find(message, 1).unwrap_or_default() {
        b"" | b"lab.Good" => Reply::message(b"\x08\x01"),
        _ => Reply::trailers_only(GrpcStatus::NotFound).header("grpc-message", "unknown service"),
    }
}
