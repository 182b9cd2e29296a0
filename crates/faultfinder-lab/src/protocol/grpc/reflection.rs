//! The schema, asked for by server reflection.

use super::case::{scenario, status_in};
use super::conforming;
use super::methods;
use super::schema::SPLIT;
use super::service::{Asked, Reply, serve};
use super::wire::{field, find, number, unframed};
use crate::protocol::expectations::{definition, timeout};
use crate::{Expect, Lab, LabError, Scenario};
use faultfinder_taxonomy::{Code, GrpcStatus, Phase};
use prost::Message as _;
use protox::file::{File, FileResolver};
use serde_json::{Value, json};
use std::net::SocketAddr;

const V1: &str = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
const V1_ALPHA: &str = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";

/// A call of a method of `lab.Echo`, whose schema the server has to say.
fn call(service: &str, method: &str, message: Value) -> Value {
    json!({ "service": service, "method": method, "message": message, "reflection": true })
}

pub(super) fn scenarios() -> Vec<Scenario> {
    offered().into_iter().chain(refused()).collect()
}

fn offered() -> Vec<Scenario> {
    vec![
        scenario(
            "reflection-v1",
            "a server that says its schema, in two files",
            Expect::pass(),
            call("lab.Echo", "Say", json!({ "text": "hello" })),
            &["jsonpath $.text is hello", "reflect_time < 5 s"],
            |lab| offering(lab, V1),
        ),
        scenario(
            "reflection-v1alpha",
            "a server that says its schema by the older version of reflection only",
            Expect::pass(),
            call("lab.Echo", "Say", json!({ "text": "hello" })),
            &["jsonpath $.text is hello"],
            |lab| offering(lab, V1_ALPHA),
        ),
        scenario(
            "reflection-stream",
            "a method that streams, by the schema that the server says",
            Expect::pass(),
            call("lab.Echo", "Count", json!({ "count": 2 })),
            &["jsonpath $[1].number is 2"],
            |lab| offering(lab, V1),
        ),
        scenario(
            "reflection-wrong-message",
            "a message that does not fit what the server says",
            definition(Code::InvalidRequest, "invalid_message", "grpc.message"),
            call("lab.Echo", "Say", json!({ "text": "hello", "volume": 11 })),
            &[],
            |lab| offering(lab, V1),
        ),
        scenario(
            "reflection-unknown-method",
            "a method that the server's schema does not have",
            definition(Code::InvalidRequest, "unknown_method", "grpc.method"),
            call("lab.Echo", "Shout", json!({})),
            &[],
            |lab| offering(lab, V1),
        ),
    ]
}

fn refused() -> Vec<Scenario> {
    let in_reflection = |status| status_in(Phase::Reflect, status);
    vec![
        scenario(
            "reflection-not-offered",
            "a server without reflection",
            in_reflection(GrpcStatus::Unimplemented),
            call("lab.Echo", "Say", json!({})),
            &[],
            conforming::serve,
        ),
        scenario(
            "reflection-unknown-service",
            "a service that the server's reflection does not know",
            in_reflection(GrpcStatus::NotFound),
            call("lab.None", "Say", json!({})),
            &[],
            |lab| offering(lab, V1),
        ),
        scenario(
            "reflection-ends-with-status",
            "reflection that ends in an error instead of an answer",
            in_reflection(GrpcStatus::PermissionDenied),
            call("lab.Echo", "Say", json!({})),
            &[],
            |lab| serve(lab, |_| Reply::trailers_only(GrpcStatus::PermissionDenied)),
        ),
        scenario(
            "reflection-garbage",
            "descriptors that are none",
            in_reflection(GrpcStatus::Internal),
            call("lab.Echo", "Say", json!({})),
            &[],
            |lab| serve(lab, |_| Reply::message(&field(4, &field(1, b"\xff\xff\xff")))),
        ),
        scenario(
            "reflection-lost",
            "a schema whose import the server does not have",
            in_reflection(GrpcStatus::Internal),
            call("lab.Echo", "Say", json!({})),
            &[],
            |lab| {
                let files: Vec<Vec<u8>> = files().into_iter().take(1).map(|(_, bytes)| bytes).collect();
                serve(lab, move |asked| match question(asked) {
                    Question::Symbol(_) => Reply::message(&descriptors(files.first().map(Vec::as_slice))),
                    _ => Reply::message(&not_found()),
                })
            },
        ),
        scenario(
            "reflection-hang",
            "reflection that is never answered",
            timeout(Phase::Reflect),
            {
                let mut call = call("lab.Echo", "Say", json!({}));
                if let Some(call) = call.as_object_mut() {
                    call.insert("timeout".to_owned(), json!("1500ms"));
                }
                call
            },
            &[],
            |lab| serve(lab, |_| Reply::grpc(GrpcStatus::Ok).after(std::time::Duration::from_secs(3600))),
        ),
    ]
}

/// What reflection is asked.
enum Question<'a> {
    File(&'a [u8]),
    Symbol(&'a [u8]),
    Services,
}

fn question(asked: &Asked) -> Question<'_> {
    let message = unframed(&asked.body).map(|(_, message)| message).unwrap_or_default();
    match (find(message, 3), find(message, 4)) {
        (Some(name), _) => Question::File(name),
        (None, Some(symbol)) => Question::Symbol(symbol),
        (None, None) => Question::Services,
    }
}

/// A server with `lab.Echo`, and reflection at this path.
fn offering(lab: &Lab, path: &'static str) -> Result<SocketAddr, LabError> {
    let files = files();
    serve(lab, move |asked| {
        if !asked.path.starts_with("/grpc.reflection.") {
            return methods::answer(asked);
        }
        if asked.path != path {
            return Reply::trailers_only(GrpcStatus::Unimplemented);
        }
        let file = |name: &[u8]| {
            files.iter().find(|(known, _)| known.as_bytes() == name).map(|(_, bytes)| bytes.as_slice())
        };
        Reply::message(&match question(asked) {
            Question::File(name) => file(name).map_or_else(not_found, |file| descriptors(Some(file))),
            Question::Symbol(b"lab.Echo") => descriptors(file(b"lab/echo.proto")),
            Question::Symbol(_) => not_found(),
            // ListServiceResponse { service: [ServiceResponse { name }] }
            Question::Services => field(6, &field(1, &field(1, b"lab.Echo"))),
        })
    })
}

/// `FileDescriptorResponse`.
fn descriptors(file: Option<&[u8]>) -> Vec<u8> {
    field(4, &file.map(|file| field(1, file)).unwrap_or_default())
}

/// `ErrorResponse`: NOT_FOUND.
fn not_found() -> Vec<u8> {
    field(7, &[number(1, 5), field(2, b"the lab has no such thing")].concat())
}

/// The compiled files, by name.
fn files() -> Vec<(String, Vec<u8>)> {
    let mut compiler = protox::Compiler::with_file_resolver(Sources);
    compiler.include_imports(true);
    let Ok(compiler) = compiler.open_file(SPLIT[0].0) else { return Vec::new() };
    let mut files: Vec<(String, Vec<u8>)> = compiler
        .file_descriptor_set()
        .file
        .into_iter()
        .map(|file| (file.name().to_owned(), file.encode_to_vec()))
        .collect();
    // The one with the service first.
    files.sort();
    files
}

/// The lab's files, for the compiler.
struct Sources;

impl FileResolver for Sources {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        match SPLIT.iter().find(|(known, _)| *known == name) {
            Some((_, text)) => File::from_source(name, text),
            None => Err(protox::Error::file_not_found(name)),
        }
    }
}
