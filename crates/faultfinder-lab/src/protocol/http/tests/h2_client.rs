//! What HTTP/2 peers write, seen by the h2 crate: the same code that a scenario expects of a probe.

use super::{address, serve};
use crate::Exhibit;
use bytes::Bytes;
use faultfinder_taxonomy::{Code, Phase};
use std::time::Duration;
use tokio::net::TcpStream;

/// Scenarios of which h2 says something else than a probe must, and what it says.
const DIVERGENT: &[(&str, &str)] = &[];

/// What came of one request: the phase it ended in, and the error's name and origin, or nothing.
type Outcome = (Phase, Option<(String, &'static str)>);

#[tokio::test]
async fn h2_sees_what_the_scenarios_expect() {
    let (_lab, exhibits) = serve("http2/");
    let mut wrong = Vec::new();
    for exhibit in exhibits.iter().filter(|exhibit| exhibit.definition["http"]["version"] == "h2c") {
        let wanted = wanted(exhibit);
        let found = match tokio::time::timeout(Duration::from_millis(1500), ask(exhibit)).await {
            Ok(outcome) => describe(&outcome),
            Err(_) => "nothing".to_owned(),
        };
        let divergent =
            DIVERGENT.iter().find(|(id, _)| *id == exhibit.id).map(|(_, says)| (*says).to_owned());
        if found != divergent.clone().unwrap_or(wanted.clone()) {
            wrong.push(format!("{}: wanted {wanted}, found {found}", exhibit.id));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What the scenario expects, in the words of [`describe`].
fn wanted(exhibit: &Exhibit) -> String {
    let expect = &exhibit.expect;
    let (Some(code), Some(phase), Some(detail)) = (expect.code, expect.phase, &expect.detail) else {
        return "pass".to_owned();
    };
    match (code, detail["scope"].as_str()) {
        (Code::Timeout, _) => "nothing".to_owned(),
        (_, Some(scope)) => format!("{phase} {} {scope}", detail["name"].as_str().unwrap_or("-")),
        _ => format!("{phase} {}", detail["name"].as_str().unwrap_or("-")),
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
    let (mut client, connection) = builder.enable_push(false).handshake::<_, Bytes>(stream).await.unwrap();
    tokio::spawn(connection);
    let http = &exhibit.definition["http"];
    let method = http["method"].as_str().unwrap_or("GET");
    let body = if method == "POST" { Bytes::from(vec![b'a'; 100_000]) } else { Bytes::new() };
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
