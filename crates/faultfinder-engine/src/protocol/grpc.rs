//! gRPC tests.

mod schemas; // schemas, compiled once

pub(crate) use schemas::Schemas;

use super::{common, excerpt, facts};
use crate::render::Renderer;
use faultfinder_assert::{Assertion, Observation};
use faultfinder_grpc::{Call, Method, ProtoSource, Request, Response, Schema};
use faultfinder_spec::protocol::grpc::{GrpcCall, GrpcMethod, GrpcRequest, GrpcSchema, GrpcTarget};
use faultfinder_spec::value::{self, Number};
use faultfinder_taxonomy::{Fact, Fault, GrpcStatus};
use schemas::Origin;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Most bytes of an answer that a result shows.
const EXCERPT_BYTES_MAX: usize = 1024;
/// Most metadata and trailers that a result shows.
const FIELDS_MAX: usize = 50;

/// Makes the request.
pub(super) fn build(
    written: &GrpcRequest,
    renderer: &mut Renderer<'_>,
    warnings: &mut Vec<String>,
) -> Result<Request, Fault> {
    let call = match &written.call {
        GrpcCall::Health(service) => Call::Health(renderer.text("grpc.health", service)?),
        GrpcCall::Method(method) => Call::Method(self::method(method, renderer)?),
    };
    let mut request = match &written.target {
        GrpcTarget::Url(url) => {
            let text = renderer.text("grpc.url", url)?;
            Request::from_url(&text, call)?
        }
        GrpcTarget::Host { host, port, plaintext } => {
            let host = renderer.text("grpc.host", host)?;
            let port = renderer.option("grpc.port", port)?.map_or(Request::PORT, value::Port::get);
            let mut request = Request::new(host, port, call);
            request.plaintext = renderer.option("grpc.plaintext", plaintext)?.unwrap_or(false);
            request
        }
    };
    for pair in &written.metadata {
        let name = renderer.text("grpc.metadata", &pair.name)?;
        request.metadata.push((name, renderer.confidential("grpc.metadata", &pair.value)?));
    }
    if let Some(compression) = renderer.option("grpc.compression", &written.compression)? {
        request.compression = compression;
    }
    if let Some(most) = renderer.option("grpc.max_messages", &written.max_messages)? {
        request.max_messages = usize::try_from(Number::get(most)).unwrap_or(Request::MESSAGES_MAX);
    }
    request.authority = common::text("grpc.authority", &written.authority, renderer)?;
    request.tls = common::tls("grpc.tls.", &written.tls, renderer, warnings)?;
    request.client = common::client("grpc", &written.common, renderer)?;
    // Whether a status is accepted is decided when the assertions have been held against it.
    request.status_as_value = true;
    Ok(request)
}

fn method(written: &GrpcMethod, renderer: &mut Renderer<'_>) -> Result<Method, Fault> {
    let service = renderer.text("grpc.service", &written.service)?;
    let method = renderer.text("grpc.method", &written.method)?;
    let message = match &written.message {
        Some(json) => renderer.json("grpc.message", written.message_place, json)?,
        None => "{}".to_owned(),
    };
    let schema = schema(&written.schema, written, renderer)?;
    Ok(Method { service, method, message, schema })
}

fn schema(written: &GrpcSchema, call: &GrpcMethod, renderer: &mut Renderer<'_>) -> Result<Schema, Fault> {
    let origin = match written {
        GrpcSchema::Proto { files, path } => {
            let mut sources = Vec::with_capacity(files.len());
            for file in files {
                let source = ProtoSource::from_text(&renderer.text("grpc.proto", file)?);
                if matches!(source, ProtoSource::File(_)) {
                    renderer.admit_file("grpc.proto", file.place())?;
                }
                sources.push(source);
            }
            let mut folders = Vec::with_capacity(path.len());
            for folder in path {
                renderer.admit_file("grpc.proto_path", folder.place())?;
                folders.push(PathBuf::from(renderer.text("grpc.proto_path", folder)?));
            }
            Origin::Proto(sources, folders)
        }
        GrpcSchema::DescriptorSet(file) => {
            renderer.admit_file("grpc.descriptor_set", file.place())?;
            Origin::DescriptorSet(renderer.text("grpc.descriptor_set", file)?.into())
        }
        GrpcSchema::Reflection(asked) if renderer.value("grpc.reflection", asked)? => {
            return Ok(Schema::Reflection);
        }
        _ => {
            let message = "`service` needs a schema: proto, descriptor_set or reflection: true";
            return Err(renderer.invalid("no_schema", "grpc.reflection", call.service.place(), message));
        }
    };
    renderer.schemas().get(origin).map(Schema::Known)
}

/// Shows assertions what is in the answer.
pub(super) fn observe<'a>(response: &'a Response, seen: &mut Observation<'a>) {
    seen.grpc_status = Some(response.status);
    seen.grpc_message = Some(&response.message);
    seen.metadata = Some(&response.metadata);
    seen.trailers = Some(&response.trailers);
    seen.health = response.health.as_deref();
    if !response.body.is_empty() || response.body_truncated {
        seen.body = Some(&response.body);
        seen.body_truncated = response.body_truncated;
    }
}

/// The assertion that a health check makes by itself, unless the test says what it expects of the health.
pub(super) fn implied(response: &Response, assertions: &[Assertion]) -> Option<Assertion> {
    let wanted = response.health.is_some() && !assertions.iter().any(Assertion::reads_health);
    if wanted { faultfinder_assert::parse("health is SERVING").ok() } else { None }
}

/// The answer in short.
pub(super) fn summary(response: &Response) -> BTreeMap<String, Fact> {
    let mut summary = facts([("grpc_status", response.status.as_str().into())]);
    let mut add = |name: &str, fact: Fact| {
        summary.insert(name.to_owned(), fact);
    };
    if response.messages > 0 {
        add("messages", response.messages.into());
        add("message_bytes", response.message_bytes.into());
    }
    if let Some(health) = &response.health {
        add("health", health.as_str().into());
    }
    if !response.message.is_empty() {
        add("grpc_message", response.message.as_str().into());
    }
    if let Some(encoding) = &response.encoding {
        add("encoding", encoding.as_str().into());
    }
    for (name, fields) in [("metadata", &response.metadata), ("trailers", &response.trailers)] {
        let shown = shown(fields);
        if !shown.is_empty() {
            add(name, Fact::List(shown));
        }
    }
    if response.status == GrpcStatus::Ok && !response.body.is_empty() {
        add("body", excerpt(&response.body, EXCERPT_BYTES_MAX));
    }
    summary
}

/// `name: value`, without what is shown elsewhere and what every answer has.
fn shown(fields: &[(String, Vec<u8>)]) -> Vec<Fact> {
    const LEFT_OUT: [&str; 6] = [
        "content-type",
        "grpc-status",
        "grpc-message",
        "grpc-status-details-bin",
        "grpc-encoding",
        "grpc-accept-encoding",
    ];
    fields
        .iter()
        .filter(|(name, _)| !LEFT_OUT.contains(&name.as_str()))
        .take(FIELDS_MAX)
        .map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value)).into())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::ProbeRequest;
    use super::*;
    use crate::Suite;
    use faultfinder_spec::Source;
    use faultfinder_taxonomy::word::Compression;

    fn suite(grpc: &str) -> Suite {
        let text = format!(
            "variables:\n  TOKEN: {{ value: tok-1, secret: true }}\ntests:\n  - name: a\n    grpc: {grpc}\n"
        );
        Suite::load(&[Source::new("t.yaml", &text)], &[], |_| None).unwrap()
    }

    #[track_caller]
    fn request(grpc: &str) -> Request {
        let prepared = suite(grpc).tests()[0].prepared(0, &mut || 0).into_owned();
        let ProbeRequest::Grpc(request) = prepared.request.unwrap() else { panic!("no gRPC") };
        *request
    }

    #[test]
    fn fields_become_the_request() {
        let by_url = request("{ url: 'grpc://a.test', health: true }");
        assert_eq!((by_url.host.as_str(), by_url.port, by_url.plaintext), ("a.test", 50051, true));
        assert!(matches!(by_url.call, Call::Health(service) if service.is_empty()));
        let by_host = request(
            "{ host: a.test, health: b.C, compression: zstd, max_messages: 7, metadata: { x: [1, 2] } }",
        );
        assert_eq!((by_host.port, by_host.plaintext, by_host.max_messages), (50051, false, 7));
        assert_eq!((by_host.compression, by_host.metadata.len()), (Compression::Zstd, 2));
        assert!(matches!(by_host.call, Call::Health(service) if service == "b.C"));
    }

    #[test]
    fn a_secret_in_metadata_and_message_is_hidden() {
        let suite = suite(
            "{ host: a.test, service: b.C, method: D, reflection: true, message: { t: 'a {{ TOKEN }}' }, metadata: { authorization: 'Bearer {{ TOKEN }}' } }",
        );
        let prepared = suite.tests()[0].prepared(0, &mut || 0).into_owned();
        assert_eq!(prepared.redactor.hidden("sent Bearer tok-1"), "sent ***");
        assert_eq!(prepared.redactor.hidden("tok-1"), "***");
    }

    #[test]
    fn a_schema_is_read_once_for_all_runs() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.proto");
        let proto = "syntax = \"proto3\";\npackage b;\nservice C { rpc D (M) returns (M); }\nmessage M { string t = 1; }\n";
        std::fs::write(&path, proto).unwrap();
        let path = path.display();
        let suite = suite(&format!(
            "{{ host: a.test, service: b.C, method: D, proto: '{path}', message: {{ t: '{{{{ uuid }}}}' }} }}"
        ));
        folder.close().unwrap();
        for _ in 0..2 {
            assert!(suite.tests()[0].prepared(0, &mut || 0).request.is_ok());
        }
    }

    #[test]
    fn a_schema_that_does_not_compile_is_told_with_its_places() {
        let suite = suite("{ host: a.test, service: b.C, method: D, proto: 'syntax = 3;' }");
        let fault = suite.tests()[0].prepared(0, &mut || 0).into_owned().request.unwrap_err();
        assert_eq!(
            (fault.detail.name(), fault.message.contains("inline.proto:1:10")),
            ("invalid_proto", true),
            "{fault}"
        );
    }
}
