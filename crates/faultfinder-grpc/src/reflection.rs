//! The schema, asked for over the connection of the call (gRPC core, `server-reflection.md`).

use crate::connection::Connection;
use crate::exchange::{Answer, Outgoing};
use crate::frames::Violation;
use crate::schema::Descriptors;
use crate::status;
use faultfinder_net::Trace;
use faultfinder_taxonomy::{Code, Detail, Fault, GrpcStatus, Phase};
use prost::Message as _;
use prost_types::FileDescriptorProto;
use std::collections::{BTreeMap, BTreeSet};

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

/// `ServerReflectionRequest`: one of its questions.
#[derive(Clone, PartialEq, prost::Message)]
struct Question {
    #[prost(string, optional, tag = "3")]
    file_by_filename: Option<String>,
    #[prost(string, optional, tag = "4")]
    file_containing_symbol: Option<String>,
    #[prost(string, optional, tag = "7")]
    list_services: Option<String>,
}

/// `ServerReflectionResponse`.
#[derive(Clone, PartialEq, prost::Message)]
struct Reply {
    #[prost(message, optional, tag = "4")]
    files: Option<Files>,
    #[prost(message, optional, tag = "6")]
    services: Option<Services>,
    #[prost(message, optional, tag = "7")]
    error: Option<ReplyError>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Files {
    #[prost(bytes = "vec", repeated, tag = "1")]
    file: Vec<Vec<u8>>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Services {
    #[prost(message, repeated, tag = "1")]
    service: Vec<Service>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Service {
    #[prost(string, tag = "1")]
    name: String,
}

#[derive(Clone, PartialEq, prost::Message)]
struct ReplyError {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
}

/// Asks for everything that a call of a service needs. Takes the phase `reflect`.
///
/// # Errors
///
/// `GRPC` when the server does not offer reflection, does not know the service, or answers with something that is no
/// schema; the transport's code when the connection is lost.
pub(crate) async fn ask(
    connection: &mut Connection,
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
    connection: &'a mut Connection,
    /// The call, but for its path and message.
    template: Outgoing<'a>,
    /// The version that the server offers, once it is known.
    path: Option<&'static str>,
}

impl Asker<'_> {
    async fn schema(&mut self, service: &str, trace: &mut Trace) -> Result<Descriptors, Fault> {
        let question = Question { file_containing_symbol: Some(service.to_owned()), ..Question::default() };
        let reply = self.ask(&question, trace).await?;
        if let Some(error) = &reply.error {
            return Err(self.unknown(service, error, trace).await);
        }
        let mut found = Found::default();
        found.take(reply, service)?;
        while let Some(name) = found.missing() {
            let question = Question { file_by_filename: Some(name.clone()), ..Question::default() };
            let reply = self.ask(&question, trace).await?;
            if let Some(error) = &reply.error {
                let what = format!("reflection has no file {name:?}, which is imported: {}", error.message);
                return Err(broken(what));
            }
            found.take(reply, &name)?;
        }
        let files = found.files.into_values().collect();
        Descriptors::received(files)
            .map_err(|why| broken(format!("reflection's files make no schema: {why}")))
    }

    /// Asks one question, of the older version where the newer one is not offered.
    async fn ask(&mut self, question: &Question, trace: &mut Trace) -> Result<Reply, Fault> {
        let message = question.encode_to_vec();
        let mut last = None;
        for path in PATHS {
            if self.path.is_some_and(|known| known != path) {
                continue;
            }
            let call =
                Outgoing { path, message: &message, is_measured: false, is_stream: true, ..self.template };
            let answer = self.connection.call(&call, trace).await?;
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
    async fn unknown(&mut self, service: &str, error: &ReplyError, trace: &mut Trace) -> Fault {
        let number = u32::try_from(error.code).unwrap_or_default();
        let status = GrpcStatus::ALL.into_iter().find(|status| status.number() == number && number != 0);
        let status = status.unwrap_or(GrpcStatus::Unknown);
        let message = format!("the server's reflection does not know {service:?}: {}", error.message);
        let mut fault = Fault::new(Code::Grpc, Phase::Reflect, Detail::grpc(status), message);
        fault.hints = vec!["check the name of the service, with its package".to_owned()];
        let question = Question { list_services: Some(String::new()), ..Question::default() };
        let listed = self.ask(&question, trace).await.ok().and_then(|reply| reply.services);
        let names: Vec<String> = listed
            .map(|services| {
                services.service.into_iter().take(SERVICES_MAX).map(|service| service.name).collect()
            })
            .unwrap_or_default();
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
        for bytes in reply.files.unwrap_or_default().file {
            self.bytes = self.bytes.saturating_add(bytes.len());
            if self.bytes > BYTES_MAX || self.files.len() >= FILES_MAX {
                let what =
                    format!("reflection's schema has more than {FILES_MAX} files or {BYTES_MAX} bytes");
                return Err(status::violation(&Violation { status: GrpcStatus::ResourceExhausted, what }));
            }
            let file = FileDescriptorProto::decode(bytes.as_slice())
                .map_err(|error| broken(format!("reflection's answer is no file descriptor: {error}")))?;
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
        return Err(broken("reflection has no answer to the question".to_owned()));
    };
    Reply::decode(message.clone())
        .map_err(|error| broken(format!("reflection's answer does not decode: {error}")))
}

fn not_offered(answer: Option<&Answer>) -> Fault {
    let message = "the server does not offer reflection, neither v1 nor v1alpha";
    let mut fault = Fault::new(Code::Grpc, Phase::Reflect, Detail::grpc(GrpcStatus::Unimplemented), message);
    fault.hints = vec![
        "give the schema with the test: `proto: [FILE]`, or `descriptor_set: FILE`".to_owned(),
        "or switch reflection on in the server".to_owned(),
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
