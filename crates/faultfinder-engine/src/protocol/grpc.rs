//! gRPC tests.

mod schemas; // schemas, compiled once

pub(crate) use schemas::Schemas;

use super::answer::{Answer, Cut, facts};
use super::excerpt::{EXCERPT_BYTES_MAX, excerpt};
use super::probe::{Probe, sent_by};
use super::{client, proxy, tls};
use crate::section::{Secrecy, Section};
use faultfinder_assert::{Assertion, Observation};
use faultfinder_grpc::{Call, Method, ProtoSource, Request, Response, Schema};
use faultfinder_net::tls::TlsOptions;
use faultfinder_net::{Host, Shared};
use faultfinder_taxonomy::{Fact, Fault, GrpcStatus};
use schemas::Origin;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Most metadata and trailers that a result shows.
const FIELDS_MAX: usize = 50;

/// Makes the request.
pub(super) fn build(section: &mut Section<'_, '_>) -> Request {
    let call = match section.text("health") {
        Some(service) => Call::Health(service),
        None => Call::Method(method(section)),
    };
    let mut request = target(section, call);
    request.metadata = section.pairs("metadata", Secrecy::Whole);
    section.set_word("compression", &mut request.compression);
    if let Some(most) = section.number("max_messages") {
        request.max_messages = usize::try_from(most).unwrap_or(Request::MESSAGES_MAX);
    }
    if let Some(bytes) = section.number("max_message_bytes") {
        request.max_message_bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    }
    request.authority = section.text("authority");
    request.proxy = proxy::nested(section);
    request.tls = tls::nested(section).into();
    request.client = client::tcp_client(section).into();
    // Whether a status is accepted is decided when the assertions have been evaluated.
    request.status_as_value = true;
    request
}

/// Where the call goes: a URL, or its parts.
fn target(section: &mut Section<'_, '_>, call: Call) -> Request {
    if let Some(url) = section.text("url") {
        section.alias("host", "url");
        section.alias("port", "url");
        match Request::from_url(&url, call) {
            Ok(request) => return request,
            Err(fault) => section.renderer().faults.push(fault),
        }
        return Request::new("", Request::PORT, Call::Health(String::new()));
    }
    let port = section.port("port").unwrap_or(Request::PORT);
    let mut request = Request::new(section.needed("host"), port, call);
    request.plaintext = section.flag("plaintext");
    request
}

fn method(section: &mut Section<'_, '_>) -> Method {
    Method {
        service: section.needed("service"),
        method: section.needed("method"),
        message: section.json("message").unwrap_or_else(|| "{}".to_owned()),
        schema: schema(section).unwrap_or(Schema::Reflection),
    }
}

/// Whether the server is asked for the schema, when there is no other.
fn by_reflection(section: &mut Section<'_, '_>) -> bool {
    match section.value("reflection") {
        Some(true) => return true,
        // It is bad, which was reported, or not known yet.
        None if section.has("reflection") => {}
        Some(false) | None => {
            let message = "`service` needs a schema: proto, descriptor_set or reflection: true";
            section.object("reflection", "no_schema", message);
        }
    }
    false
}

fn schema(section: &mut Section<'_, '_>) -> Option<Schema> {
    let origin = if section.has("proto") {
        let sources = section.all("proto", |renderer, path, text| {
            let source = ProtoSource::from_text(&renderer.text(path, text)?);
            let admitted = !matches!(source, ProtoSource::File(_)) || renderer.admits_file(path);
            admitted.then_some(source)
        });
        let folders = section.all("proto_path", |renderer, path, text| renderer.file(path, text));
        // A schema in which one is missing has other mistakes than the whole.
        Origin::Proto(sources?, folders?.into_iter().map(PathBuf::from).collect())
    } else if section.has("descriptor_set") {
        Origin::DescriptorSet(section.file("descriptor_set")?.into())
    } else {
        return by_reflection(section).then_some(Schema::Reflection);
    };
    let renderer = section.renderer();
    match renderer.schemas().get(origin) {
        Ok(descriptors) => Some(Schema::Known(descriptors)),
        Err(fault) => {
            renderer.faults.push(fault);
            None
        }
    }
}

impl Probe for Request {
    sent_by!(faultfinder_grpc);

    fn host(&self) -> Option<Host> {
        if self.proxy.is_some() {
            return None;
        }
        Host::parse(&self.host, "host").ok()
    }

    fn port(&self) -> Option<u16> {
        Some(self.port)
    }

    fn tls(&self) -> Option<(&Shared<TlsOptions>, &'static str)> {
        (!self.plaintext).then_some((&self.tls, "grpc.tls"))
    }

    fn tls_mut(&mut self) -> Option<&mut Shared<TlsOptions>> {
        Some(&mut self.tls)
    }
}

impl Answer for Response {
    fn observe<'a>(&'a self, seen: &mut Observation<'a>) {
        seen.grpc_status = Some(self.status);
        seen.grpc_message = Some(&self.message);
        seen.metadata = Some(&self.metadata);
        seen.trailers = Some(&self.trailers);
        seen.health = self.health.as_deref();
        if !self.body.is_empty() || self.body_truncated {
            seen.body = Some(&self.body);
            seen.body_truncated = self.body_truncated;
        }
    }

    fn summary(&self, _failed: bool) -> BTreeMap<String, Fact> {
        let mut summary = facts([("grpc_status", self.status.as_str().into())]);
        let mut add = |name: &str, fact: Fact| {
            summary.insert(name.to_owned(), fact);
        };
        if self.messages > 0 {
            add("messages", self.messages.into());
            add("message_bytes", self.message_bytes.into());
        }
        if let Some(health) = &self.health {
            add("health", health.as_str().into());
        }
        if !self.message.is_empty() {
            add("grpc_message", self.message.as_str().into());
        }
        if let Some(encoding) = &self.encoding {
            add("encoding", encoding.as_str().into());
        }
        for (name, fields) in [("metadata", &self.metadata), ("trailers", &self.trailers)] {
            let shown = shown(fields);
            if !shown.is_empty() {
                add(name, Fact::List(shown));
            }
        }
        if self.status == GrpcStatus::Ok && !self.body.is_empty() {
            add("body", excerpt(&self.body, EXCERPT_BYTES_MAX));
        }
        summary
    }

    /// A health check asserts that the service is serving, unless the test says what it expects of the health.
    fn implied(&self, assertions: &[Assertion]) -> Option<Assertion> {
        let wanted = self.health.is_some() && !assertions.iter().any(Assertion::reads_health);
        if wanted { faultfinder_assert::parse("health is SERVING").ok() } else { None }
    }

    fn status_fault(&self) -> Option<Fault> {
        self.fault()
    }

    fn cut(&self) -> Option<Cut> {
        self.body_truncated.then_some(Cut {
            what: "the response as JSON",
            name: "answer_too_large",
            hint: "assert on grpc_status or metadata instead, or call for less: fewer messages, a page, a field mask",
            kept: Request::BODY_BYTES_MAX,
            received: ("message_bytes_received", self.message_bytes),
        })
    }
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
    use super::*;
    use crate::Suite;
    use crate::render::{Awaited, Moment, Renderer, Values};
    use crate::scope::Scope;
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
        let text = format!("tests:\n  - name: a\n    grpc: {grpc}\n");
        let document = faultfinder_spec::parse_str("t.yaml", &text).document.unwrap();
        let (scope, mut random, mut values) = (Scope::default(), || 0, Values::default());
        let moment = Moment { now_ms: 0, ids: None, random: &mut random };
        let mut renderer = Renderer::new(&scope, moment, &mut values, Awaited::Nothing);
        let fields = &document.tests[0].exchange().unwrap().request.fields;
        build(&mut Section::new(&mut renderer, fields, "grpc".to_owned()))
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
        let prepared = suite.tests()[0].prepared();
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
            assert!(suite.tests()[0].prepared().objection.is_none());
        }
    }

    #[test]
    fn a_schema_that_does_not_compile_is_told_with_its_places() {
        let suite = suite("{ host: a.test, service: b.C, method: D, proto: 'syntax = 3;' }");
        let fault = suite.tests()[0].prepared().objection.unwrap();
        assert_eq!(
            (fault.detail.name(), fault.message.contains("inline.proto:1:10")),
            ("invalid_proto", true),
            "{fault}"
        );
    }
}
