//! What only shows when a request is made is reported by `validate` at its field, and a run ends there with the same words
//! before anything is sent.

use crate::reported::{File, Messages, Target, assert_places, assert_same, call, run, validated};
use faultfinder_lab::pki::{Authority, Key, Template};
use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::time::SystemTime;

/// A request with `|` before what is wrong; PORT stands for the target's port, FILES for a folder with
/// the certificate of an authority, its key, and a file with neither.
struct Row {
    body: &'static str,
    /// The field that is reported.
    field: &'static str,
    /// A part of what is said.
    says: &'static str,
}

const fn row(body: &'static str, field: &'static str, says: &'static str) -> Row {
    Row { body, field, says }
}

const ROWS: &[Row] = &[
    // URLs and hosts
    row("http: { url: |'127.0.0.1:PORT/health' }", "http.url", "it needs a scheme, such as https://"),
    row("http: { url: |shop.example/health }", "http.url", "it needs a scheme, such as https://"),
    row("http: { url: |'htps://127.0.0.1:PORT/' }", "http.url", "\"htps\" is neither http nor https"),
    row("http: { url: |'http://127.0.0.1:0/' }", "http.url", "port 0"),
    row("http: { url: |'${BASE}/health' }", "http.url", "it needs a scheme"),
    row("http: { url: |'http://${HOST}:PORT/' }", "http.url", "a template is written {{ NAME }}"),
    row("tcp: { host: |'${HOST}', port: PORT }", "tcp.host", "a template is written {{ NAME }}"),
    row("ws: { url: |'http://127.0.0.1:PORT/' }", "ws.url", "neither ws nor wss"),
    row("ssl: { host: |'https://127.0.0.1', port: PORT }", "ssl.host", "is not a host name"),
    row("tcp: { host: |'tcp://127.0.0.1', port: PORT }", "tcp.host", "is not a host name"),
    row("tcp: { host: |'127.0.0.1:PORT', port: PORT }", "tcp.host", "is not a host name"),
    row("udp: { host: |'127.0.0.1:PORT', port: PORT }", "udp.host", "is not a host name"),
    row("icmp: { host: |'a..example' }", "icmp.host", "empty label"),
    row("icmp: { host: |'http://127.0.0.1/' }", "icmp.host", "is not a host name"),
    row("grpc: { host: |'127.0.0.1:PORT', health: true }", "grpc.host", "is not a host name"),
    row("grpc: { url: |'ftp://127.0.0.1:PORT', health: true }", "grpc.url", "ftp"),
    row("dns: { name: |'a..example', server: 127.0.0.1, port: PORT }", "dns.name", "empty label"),
    row(
        "dns: { name: a.example, server: |'http://127.0.0.1:PORT/', transport: doh }",
        "dns.server",
        "is not an https URL",
    ),
    row(
        "dns: { name: a.example, server: 'https://127.0.0.1:PORT/dns-query', transport: |udp }",
        "dns.transport",
        "a URL as server requires the transport doh, not udp",
    ),
    row(
        "http: { url: 'http://127.0.0.1:PORT/', proxy: { url: |'ftp://127.0.0.1:PORT' } }",
        "http.proxy.url",
        "ftp",
    ),
    // Versions
    row("http: { url: 'http://127.0.0.1:PORT/', version: |3 }", "http.version", "HTTP/3 needs an https URL"),
    row(
        "http: { url: 'https://127.0.0.1:PORT/', version: |h2c }",
        "http.version",
        "version h2c needs an http URL",
    ),
    row(
        "http: { url: 'http://127.0.0.1:PORT/', version: |2 }",
        "http.version",
        "version 2 needs an https URL",
    ),
    row("http: { url: 'http://127.0.0.1:PORT/', method: |CONNECT }", "http.method", "CONNECT opens a tunnel"),
    row(
        "http: { url: 'https://127.0.0.1:PORT/', tls: { min_version: 1.3, max_version: |1.2 } }",
        "http.tls.max_version",
        "is older than min_version",
    ),
    // Certificates and keys
    row(
        "http: { url: 'https://127.0.0.1:PORT/', tls: { ca: |FILES/nowhere.pem } }",
        "http.tls.ca[0]",
        "nowhere.pem",
    ),
    row(
        "http: { url: 'https://127.0.0.1:PORT/', tls: { ca: [FILES/ca.pem, |FILES/empty.pem] } }",
        "http.tls.ca[1]",
        "there is no certificate in it",
    ),
    row("ssl: { host: 127.0.0.1, port: PORT, ca: |FILES/nowhere.pem }", "ssl.ca[0]", "nowhere.pem"),
    row(
        "tcp: { host: 127.0.0.1, port: PORT, tls: { ca: |FILES/nowhere.pem } }",
        "tcp.tls.ca[0]",
        "nowhere.pem",
    ),
    row(
        "ws: { url: 'wss://127.0.0.1:PORT/', tls: { ca: |FILES/nowhere.pem } }",
        "ws.tls.ca[0]",
        "nowhere.pem",
    ),
    row(
        "grpc: { host: 127.0.0.1, port: PORT, health: true, tls: { ca: |FILES/nowhere.pem } }",
        "grpc.tls.ca[0]",
        "nowhere.pem",
    ),
    row(
        "dns: { name: a.example, server: 127.0.0.1, port: PORT, transport: dot, tls: { ca: |FILES/nowhere.pem } }",
        "dns.tls.ca[0]",
        "nowhere.pem",
    ),
    row(
        "http: { url: 'https://127.0.0.1:PORT/', tls: { client_cert: |FILES/ca.pem } }",
        "http.tls.client_cert",
        "client_cert is given without client_key",
    ),
    row(
        "http: { url: 'https://127.0.0.1:PORT/', tls: { client_key: |FILES/ca.pem } }",
        "http.tls.client_key",
        "client_key is given without client_cert",
    ),
    row(
        "http: { url: 'https://127.0.0.1:PORT/', tls: { client_cert: FILES/ca.pem, client_key: |FILES/empty.pem } }",
        "http.tls.client_key",
        "there is no private key in it",
    ),
    row(
        "http: { url: 'https://127.0.0.1:PORT/', tls: { crl: |FILES/nowhere.crl } }",
        "http.tls.crl[0]",
        "nowhere.crl",
    ),
    row(
        "http: { url: 'https://127.0.0.1:PORT/', tls: { crl: [fetch, |FILES/empty.pem] } }",
        "http.tls.crl[1]",
        "there is no CRL in it",
    ),
    row(
        "http: { url: 'https://127.0.0.1:PORT/', tls: { alpn: [h2, |''] } }",
        "http.tls.alpn[1]",
        "1 to 255 bytes",
    ),
    row(
        "http: { url: 'https://127.0.0.1:PORT/', tls: { ca: FILES/ca.pem }, resolver: { server: 127.0.0.1, port: PORT, transport: dot, tls: { ca: |FILES/nowhere.pem } } }",
        "http.resolver.tls.ca[0]",
        "nowhere.pem",
    ),
    row(
        "http: { url: 'https://127.0.0.1:PORT/', tls: { ca: |FILES/nowhere.pem }, resolver: { server: 127.0.0.1, port: PORT, transport: dot, tls: { ca: FILES/ca.pem } } }",
        "http.tls.ca[0]",
        "nowhere.pem",
    ),
    row(
        "http: { url: 'https://127.0.0.1:PORT/', tls: { client_cert: FILES/ca.pem, client_key: FILES/key.pem }, resolver: { server: 127.0.0.1, port: PORT, transport: dot, tls: { client_cert: |FILES/ca.pem } } }",
        "http.resolver.tls.client_cert",
        "client_cert is given without client_key",
    ),
    // Bodies and credentials
    row(
        "http: { url: 'http://127.0.0.1:PORT/', multipart: [ { name: a, file: |FILES/nowhere.bin } ] }",
        "http.multipart[0].file",
        "nowhere.bin",
    ),
    row(
        "http: { url: 'http://127.0.0.1:PORT/', auth: { jwt: { algorithm: RS256, key: |FILES/nowhere.pem } } }",
        "http.auth.jwt.key",
        "nowhere.pem",
    ),
    row(
        "grpc: { host: 127.0.0.1, port: PORT, service: a.B, method: C, proto: |FILES/nowhere.proto }",
        "grpc.proto",
        "nowhere.proto",
    ),
    row(
        "grpc: { host: 127.0.0.1, port: PORT, service: a.B, method: C, descriptor_set: |FILES/nowhere.bin }",
        "grpc.descriptor_set",
        "nowhere.bin",
    ),
    row(
        "dns: { name: a.example, server: 127.0.0.1, port: PORT, dnssec: validate, trust_anchor: |FILES/nowhere.ds }",
        "dns.trust_anchor[0]",
        "nowhere.ds",
    ),
];

/// Where files are that rows name.
fn write_files(folder: &Path) {
    let key = Key::ec().unwrap();
    let key_pem = key.pem();
    let root = Authority::root(&Template::authority(SystemTime::UNIX_EPOCH, "Root", None), key).unwrap();
    std::fs::write(folder.join("ca.pem"), root.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), key_pem).unwrap();
    std::fs::write(folder.join("empty.pem"), "nothing is in it\n").unwrap();
}

#[test]
fn what_is_wrong_with_a_request_is_reported_at_its_field_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    write_files(folder.path());
    let target = Target::new();
    let mut file = File::new(folder.path(), "objections.yaml", "");
    let files = folder.path().to_str().unwrap();
    for row in ROWS {
        let body = row.body.replace("PORT", &target.port.to_string()).replace("FILES", files);
        file.add(&body, row.field);
    }
    file.write();
    let files = [file];
    let found: Messages = validated(&files, &[]);
    assert_places(&found, &files);
    for (row, expected) in ROWS.iter().zip(&files[0].expected) {
        let message = &found[&(files[0].name().to_owned(), expected.clone())];
        assert!(message.contains(row.says), "{}: {message}", row.body);
    }
    assert_same(&run(&files, &[]), &found);
    target.assert_untouched();
}

#[test]
fn an_assertion_that_a_variable_breaks_is_reported_at_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let target = Target::new();
    let port = target.port;
    let mut file = File::new(folder.path(), "assertions.yaml", "variables: { BAD: many }\n");
    let http = format!("http: {{ url: 'http://127.0.0.1:{port}/' }}\nassert:\n");
    file.add(&format!("{http}- |status is {{{{ BAD }}}}"), "assert[0]");
    file.add(&format!("{http}- status is 200\n- |response_time < {{{{ BAD }}}}"), "assert[1]");
    file.write();
    let files = [file];
    let found = validated(&files, &[]);
    assert_places(&found, &files);
    assert!(found.values().all(|message| message.contains("many")), "{found:#?}");
    assert_same(&run(&files, &[]), &found);
    target.assert_untouched();
}

/// Only this host knows its addresses.
#[test]
fn an_address_of_another_host_is_reported_when_the_test_runs() {
    let folder = tempfile::tempdir().unwrap();
    let target = Target::new();
    let port = target.port;
    let mut file = File::new(folder.path(), "source.yaml", "");
    for request in [
        format!("http:\n  url: http://127.0.0.1:{port}/"),
        format!("tcp:\n  host: 127.0.0.1\n  port: {port}"),
        format!("ws:\n  url: ws://127.0.0.1:{port}/"),
        format!("udp:\n  host: 127.0.0.1\n  port: {port}"),
    ] {
        let protocol = request.split(':').next().unwrap();
        file.add(&format!("{request}\n  source_address: |192.0.2.1"), &format!("{protocol}.source_address"));
    }
    file.write();
    let files = [file];
    assert_eq!(validated(&files, &[]), Messages::new());
    let found = run(&files, &[]);
    assert!(found.values().all(|message| message.contains("192.0.2.1")), "{found:#?}");
    target.assert_untouched();
}

/// Only the peer decides how much it sends: the step that waited is reported.
#[test]
fn a_text_that_never_comes_is_reported_at_the_step_that_expects_it() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            // It ends when the probe hangs up.
            let mut stream = stream.unwrap();
            while stream.write_all(&[b'x'; 65_536]).is_ok() {}
        }
    });
    let mut file = File::new(folder.path(), "expect.yaml", "");
    let request = format!("tcp:\n  host: 127.0.0.1\n  port: {port}\n");
    file.add(&format!("{request}  expect: |never"), "tcp.expect");
    file.add(&format!("{request}  steps:\n  - expect: xx\n  - expect: |never"), "tcp.steps[1].expect");
    file.write();
    let files = [file];
    let report = call(&["run", "--format", "json"], &files, &[]).json();
    for (result, expected) in report["results"].as_array().unwrap().iter().zip(&files[0].expected) {
        let fault = &result["fault"];
        assert_eq!(fault["code"], "BODY_TOO_LARGE", "{fault:#}");
        assert_eq!(fault["evidence"]["place"], files[0].at(expected), "{fault:#}");
        let (_, field) = expected.path.split_once('.').unwrap();
        assert_eq!(fault["detail"]["field"], field, "{fault:#}");
    }
}
