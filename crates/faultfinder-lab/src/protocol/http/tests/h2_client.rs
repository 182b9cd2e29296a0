//! What HTTP/2 peers write, seen by the h2 crate: the same code that a scenario expects of a probe.

use super::{address, serve};
use crate::Exhibit;
use bytes::Bytes;
use faultfinder_taxonomy::{Code, Phase};
use std::time::Duration;
use tokio::net::TcpStream;

/// Scenarios of which h2 says something else than a probe must, and what it says.
const DIVERGENT: &[(&str, &str)] = &[
    // It folds what it cannot decode into one code; RFC 9113 sections 4.2 and 4.3 have one for each.
    ("http2/settings-bad-length", "wait PROTOCOL_ERROR local"),
    ("http2/bad-hpack-index", "wait PROTOCOL_ERROR local"),
    ("http2/bad-hpack-huffman", "wait PROTOCOL_ERROR local"),
    // It does not ask that SETTINGS come first (section 3.4).
    ("http2/no-settings-but-headers", "pass"),
    // It takes 101 for an interim response, and waits for the final one.
    ("http2/101-switching", "nothing"),
    // It takes :status in trailers for what it is in a head (section 8.1).
    ("http2/status-in-trailers", "pass"),
    // It takes a pseudo-header of requests in a response (section 8.3.2).
    ("http2/request-pseudo", "pass"),
    // Its own limit is 16 MiB, so that it waits for more.
    ("http2/header-list-too-large", "nothing"),
    // It acknowledges for ever.
    ("http2/settings-flood", "nothing"),
];

/// How long a client waits where nothing is to come.
const NOTHING: Duration = Duration::from_millis(300);
/// How long it waits where something is: longer than any machine needs.
const SOMETHING: Duration = Duration::from_secs(30);

/// What came of one request: the phase it ended in, and the error's name and origin, or nothing.
type Outcome = (Phase, Option<(String, &'static str)>);

#[tokio::test]
async fn h2_sees_what_the_scenarios_expect() {
    let (_lab, exhibits) = serve("http2/");
    // Those that answer every other connection otherwise show themselves to a client that asks twice.
    let plaintext = exhibits
        .into_iter()
        .filter(|exhibit| exhibit.definition["http"]["version"] == "h2c" && !exhibit.id.ends_with("-once"));
    let checks: Vec<_> = plaintext
        // Each peer meets several clients at once.
        .flat_map(|exhibit| std::iter::repeat_n(exhibit, 3))
        .map(|exhibit| tokio::spawn(check(exhibit)))
        .collect();
    let mut wrong = Vec::new();
    for check in checks {
        wrong.extend(check.await.unwrap());
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What h2 should say of a scenario and does not.
async fn check(exhibit: Exhibit) -> Option<String> {
    let divergent = DIVERGENT.iter().find(|(id, _)| *id == exhibit.id);
    let wanted = divergent.map_or_else(|| wanted(&exhibit), |(_, says)| (*says).to_owned());
    let time = if wanted == "nothing" { NOTHING } else { SOMETHING };
    let found = match tokio::time::timeout(time, ask(&exhibit)).await {
        Ok(outcome) => describe(&outcome),
        Err(_) => "nothing".to_owned(),
    };
    // A scenario that expects no name takes every name.
    let agrees =
        wanted.split(' ').zip(found.split(' ')).all(|(wanted, found)| wanted == found || wanted == "*");
    (!agrees).then(|| format!("{}: wanted {wanted}, found {found}", exhibit.id))
}

/// What the scenario expects, in the words of [`describe`].
fn wanted(exhibit: &Exhibit) -> String {
    let expect = &exhibit.expect;
    let (Some(code), Some(phase), Some(detail)) = (expect.code, expect.phase, &expect.detail) else {
        return "pass".to_owned();
    };
    match (code, detail["scope"].as_str()) {
        (Code::Timeout, _) => "nothing".to_owned(),
        (_, Some(scope)) => format!("{phase} {} {scope}", detail["name"].as_str().unwrap_or("*")),
        _ => format!("{phase} {}", detail["name"].as_str().unwrap_or("*")),
    }
}

fn describe((phase, error): &Outcome) -> String {
    match error {
        None => "pass".to_owned(),
        Some((name, "")) => format!("{phase} {name}"),
        Some((name, scope)) => format!("{phase} {name} {scope}"),
    }
}

/// One request, to the end of its answer.
async fn ask(exhibit: &Exhibit) -> Outcome {
    let stream = TcpStream::connect(address(exhibit)).await.unwrap();
    let mut builder = h2::client::Builder::new();
    let (client, connection) = builder.enable_push(false).handshake::<_, Bytes>(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let (phase, error) = exchange(exhibit, client).await;
    // A GOAWAY before the end of the connection is known to the connection only.
    match error {
        Some((name, "")) if name == "premature-close" => match connection.await.unwrap() {
            Err(goaway) if goaway.is_go_away() && goaway.is_remote() => (phase, Some(self::name(&goaway))),
            _ => (phase, Some((name, ""))),
        },
        error => (phase, error),
    }
}

/// The request, and everything that comes after it.
async fn exchange(exhibit: &Exhibit, mut client: h2::client::SendRequest<Bytes>) -> Outcome {
    let http = &exhibit.definition["http"];
    let method = http["method"].as_str().unwrap_or("GET");
    let text = http["body"].as_str().or_else(|| http["multipart"][0]["value"].as_str()).unwrap_or_default();
    let body = Bytes::from(text.to_owned());
    let request = http::Request::builder().method(method).uri("http://localhost/").body(()).unwrap();
    let (answer, mut upload) = match client.send_request(request, body.is_empty()) {
        Ok(sent) => sent,
        Err(error) => return (Phase::Send, Some(name(&error))),
    };
    if !body.is_empty() {
        upload.send_data(body, true).unwrap();
    }
    let mut body = match answer.await {
        Ok(answer) => answer.into_body(),
        Err(error) => return (Phase::Wait, Some(name(&error))),
    };
    while let Some(part) = body.data().await {
        match part {
            Ok(part) => body.flow_control().release_capacity(part.len()).unwrap(),
            Err(error) => return (Phase::Receive, Some(name(&error))),
        }
    }
    match body.trailers().await {
        Ok(_) => (Phase::Receive, None),
        Err(error) => (Phase::Receive, Some(name(&error))),
    }
}

/// The name of an error, and who ended what.
fn name(error: &h2::Error) -> (String, &'static str) {
    if let Some(io) = error.get_io() {
        return match io.kind() {
            std::io::ErrorKind::ConnectionReset => ("ECONNRESET".to_owned(), ""),
            _ => ("premature-close".to_owned(), ""),
        };
    }
    let scope = match (error.is_remote(), error.is_go_away()) {
        (false, _) => "local",
        (true, true) => "GOAWAY",
        (true, false) => "RST_STREAM",
    };
    let number = error.reason().map_or(u32::MAX, u32::from);
    (faultfinder_taxonomy::Http2ErrorCode::new(number).name().into_owned(), scope)
}
