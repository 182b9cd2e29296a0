//! The schema, asked for over the connection of the call (gRPC core, `server-reflection.md`).

use crate::channel::Shared;
use crate::exchange::{self, Answer, Outgoing};
use crate::prefixes::Violation;
use crate::schema::Descriptors;
use crate::status;
use faultfinder_net::Trace;
use faultfinder_taxonomy::{Code, Detail, Fault, GrpcStatus, Phase};
use prost::Message as _;
use prost_types::FileDescriptorProto;
use std::collections::{BTreeMap, BTreeSet};
// The messages of v1alpha are the same on the wire.
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest as Question;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse as Reply;
use tonic_reflection::pb::v1::{ErrorResponse, ServerReflectionRequest, ServerReflectionResponse};

/// Where it is asked for, newest first.
const PATHS: [&str; 2] = [
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
];
/// Most files, and most bytes of them, that are taken from a server.
const FILES_MAX: usize = 1000;
const BYTES_MAX: usize = 16 << 20;
/// How many services a fault lists.
const SERVICES_MAX: usize = 50;

/// Asks for everything that a call of a service needs. Takes the phase `reflect`.
///
/// # Errors
///
/// `GRPC` when the server does not offer reflection, does not know the service, or answers with something that is not a
/// schema; the transport's code when the connection is lost.
pub(crate) async fn ask(
    connection: &Shared,
    service: &str,
    template: Outgoing<'_>,
    trace: &mut Trace,
) -> Result<Descriptors, Fault> {
    trace.enter(Phase::Reflect);
    let mut asker = Asker { connection, template, path: None };
    asker.schema(service, trace).await.map_err(|fault| match fault.code {
        Code::InvalidRequest | Code::Denied => fault,
        _ => fault.in_phase(Phase::Reflect),
    })
}

struct Asker<'a> {
    connection: &'a Shared,
    /// The call, but for its path and message.
    template: Outgoing<'a>,
    /// The version that the server offers, once it is known.
    path: Option<&'static str>,
}

impl Asker<'_> {
    async fn schema(&mut self, service: &str, trace: &mut Trace) -> Result<Descriptors, Fault> {
        let mut found = Found::default();
        match self.ask(Question::FileContainingSymbol(service.to_owned()), trace).await? {
            Reply::ErrorResponse(error) => return Err(self.unknown(service, &error, trace).await),
            reply => found.take(reply, service)?,
        }
        while let Some(name) = found.missing() {
            match self.ask(Question::FileByFilename(name.clone()), trace).await? {
                Reply::ErrorResponse(error) => {
                    let why = error.error_message;
                    let what = format!("reflection does not have the imported file {name:?}: {why}");
                    return Err(broken(what));
                }
                reply => found.take(reply, &name)?,
            }
        }
        let files = found.files.into_values().collect();
        Descriptors::received(files)
            .map_err(|why| broken(format!("the files from reflection are not a valid schema: {why}")))
    }

    /// Asks one question, of the older version where the newer one is not offered.
    async fn ask(&mut self, question: Question, trace: &mut Trace) -> Result<Reply, Fault> {
        let request = ServerReflectionRequest { host: String::new(), message_request: Some(question) };
        let message = request.encode_to_vec();
        let mut last = None;
        for path in PATHS {
            if self.path.is_some_and(|known| known != path) {
                continue;
            }
            let call =
                Outgoing { path, message: &message, is_measured: false, is_stream: true, ..self.template };
            let answer = exchange::call(self.connection, &call, trace).await?;
            if answer.sent.status == GrpcStatus::Unimplemented && self.path.is_none() {
                last = Some(answer);
                continue;
            }
            self.path = Some(path);
            return reply(&answer);
        }
        Err(not_offered(last.as_ref()))
    }

    /// The server does not know the service: which ones it has is worth a question more.
    async fn unknown(&mut self, service: &str, error: &ErrorResponse, trace: &mut Trace) -> Fault {
        let number = u32::try_from(error.error_code).unwrap_or_default();
        let status = GrpcStatus::ALL.into_iter().find(|status| status.number() == number && number != 0);
        let status = status.unwrap_or(GrpcStatus::Unknown);
        let message = format!("the server's reflection does not know {service:?}: {}", error.error_message);
        let mut fault = Fault::new(Code::Grpc, Phase::Reflect, Detail::grpc(status), message);
        fault.hints = vec!["check the name of the service, with its package".to_owned()];
        let listed = self.ask(Question::ListServices(String::new()), trace).await;
        let Ok(Reply::ListServicesResponse(services)) = listed else { return fault };
        let names: Vec<String> =
            services.service.into_iter().take(SERVICES_MAX).map(|service| service.name).collect();
        if names.is_empty() { fault } else { fault.with("services", names) }
    }
}

/// The files of a schema so far.
#[derive(Default)]
struct Found {
    files: BTreeMap<String, FileDescriptorProto>,
    asked: BTreeSet<String>,
    bytes: usize,
}

impl Found {
    fn take(&mut self, reply: Reply, asked: &str) -> Result<(), Fault> {
        self.asked.insert(asked.to_owned());
        let Reply::FileDescriptorResponse(files) = reply else { return Ok(()) };
        for bytes in files.file_descriptor_proto {
            self.bytes = self.bytes.saturating_add(bytes.len());
            if self.bytes > BYTES_MAX || self.files.len() >= FILES_MAX {
                let what =
                    format!("reflection's schema has more than {FILES_MAX} files or {BYTES_MAX} bytes");
                return Err(status::over_limit(&what));
            }
            let file = FileDescriptorProto::decode(bytes.as_slice()).map_err(|error| {
                broken(format!("the reflection response is not a file descriptor: {error}"))
            })?;
            self.files.insert(file.name().to_owned(), file);
        }
        Ok(())
    }

    /// A file that is imported and has not come yet. Those of protobuf itself are ours, and nothing is asked for twice.
    fn missing(&self) -> Option<String> {
        self.files
            .values()
            .flat_map(|file| &file.dependency)
            .find(|name| {
                !self.files.contains_key(*name)
                    && !self.asked.contains(*name)
                    && !name.starts_with("google/protobuf/")
            })
            .cloned()
    }
}

/// The one reply to one question.
fn reply(answer: &Answer) -> Result<Reply, Fault> {
    if answer.sent.status != GrpcStatus::Ok {
        let (status, text) = (answer.sent.status, &answer.sent.message);
        let message = format!("the server ended reflection with {}: {text}", status.as_str());
        return Err(Fault::new(Code::Grpc, Phase::Reflect, Detail::grpc(status), message));
    }
    let Some(message) = answer.messages.first() else {
        return Err(broken("reflection ended without a response".to_owned()));
    };
    let reply = ServerReflectionResponse::decode(message.clone())
        .map_err(|error| broken(format!("the reflection response cannot be decoded: {error}")))?;
    reply.message_response.ok_or_else(|| broken("the reflection response is empty".to_owned()))
}

fn not_offered(answer: Option<&Answer>) -> Fault {
    let message = "the server does not offer reflection, neither v1 nor v1alpha";
    let mut fault = Fault::new(Code::Grpc, Phase::Reflect, Detail::grpc(GrpcStatus::Unimplemented), message);
    fault.hints = vec![
        "provide the schema in the test: `proto: [FILE]`, or `descriptor_set: FILE`".to_owned(),
        "or enable reflection on the server".to_owned(),
    ];
    match answer {
        Some(answer) if !answer.sent.message.is_empty() => {
            fault.with("grpc_message", answer.sent.message.as_str())
        }
        _ => fault,
    }
}

fn broken(what: String) -> Fault {
    status::violation(&Violation { status: GrpcStatus::Internal, what })
}
