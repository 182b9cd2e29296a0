//! Every route with every kind of bad input: there is no answer that is not the envelope.

use crate::served::{ADMIN, Answer, Served};
use faultfinder_service::{Config, Rates, TokenHash};
use serde_json::Value;
use std::num::NonZeroU32;

/// A route as the service describes it.
struct Route {
    method: String,
    path: String,
    reads_body: bool,
    /// How many scopes it needs; nothing where no token is needed.
    scopes: Option<usize>,
}

/// All routes of the document that describes them.
fn routes(document: &Value) -> Vec<Route> {
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            routes.push(Route {
                method: method.to_uppercase(),
                path: path.replace("{id}", "ID").replace("{code}", "ID"),
                reads_body: operation.get("requestBody").is_some(),
                scopes: operation["security"][0]["token"].as_array().map(Vec::len),
            });
        }
    }
    routes
}

/// What a request is made of.
struct Request<'a> {
    method: &'a str,
    target: String,
    token: Option<&'a str>,
    lines: &'a str,
    body: &'a [u8],
}

impl Request<'_> {
    fn bytes(&self) -> Vec<u8> {
        let Self { method, target, token, lines, body } = self;
        let token = token.map(|token| format!("authorization: {token}\r\n")).unwrap_or_default();
        let mut bytes = format!(
            "{method} {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{token}{lines}\r\n"
        )
        .into_bytes();
        bytes.extend_from_slice(body);
        bytes
    }
}

/// Counts, and collects what is wrong.
#[derive(Default)]
struct Findings {
    asked: usize,
    wrong: Vec<String>,
}

impl Findings {
    fn look(&mut self, what: &str, answer: Option<Answer>, statuses: &[u16]) {
        self.asked += 1;
        let verdict = match &answer {
            None => Err("no answer".to_owned()),
            Some(answer) if !statuses.contains(&answer.status) => Err(format!("not one of {statuses:?}")),
            Some(answer) => answer.wrong(),
        };
        if let Err(why) = verdict {
            self.wrong.push(format!("{what}: {why}: {answer:?}"));
        }
    }
}

#[tokio::test]
async fn no_route_answers_bad_input_with_anything_but_the_envelope() {
    let rates = Rates { per_second: NonZeroU32::MAX, burst: NonZeroU32::MAX };
    let admin_token = Some(TokenHash::of(ADMIN));
    let served = Served::start(Config { rates, admin_token, ..Config::default() }).await;
    let admin = format!("Bearer {ADMIN}");
    let reader = format!("Bearer {}", served.token(&["results:read"]).await);
    let runner = format!("Bearer {}", served.token(&["runs:execute"]).await);
    let mut findings = Findings::default();
    let document = served.get("/api/v1/openapi.json").await.body;
    let routes = routes(&document);
    assert!(routes.len() >= 22, "only {} routes are described", routes.len());
    for Route { method, path, reads_body, scopes } in &routes {
        let (reads_body, path) = (*reads_body, path.as_str());
        let target = path.replace("ID", "none");
        let good: (&str, &[u8]) = if reads_body {
            ("content-type: application/json\r\ncontent-length: 2\r\n", b"{}")
        } else {
            ("", b"")
        };
        let at =
            |target: String| Request { method, target, token: Some(&admin), lines: good.0, body: good.1 };
        let mut cases: Vec<(String, Request<'_>, &[u16])> = Vec::new();

        // Who asks.
        let bad_tokens = [
            None,
            Some("Bearer"),
            Some("Bearer "),
            Some("Bearer wrong"),
            Some("Basic YTpi"),
            Some("bearer \u{fc}"),
            Some("Bearer a b c"),
        ];
        for token in bad_tokens.into_iter().filter(|_| scopes.is_some()) {
            cases.push((format!("token {token:?}"), Request { token, ..at(target.clone()) }, &[401]));
        }
        let long = format!("Bearer {}", "a".repeat(5_000));
        let mut case = at(target.clone());
        case.token = Some(&long);
        if scopes.is_some() {
            cases.push(("a long token".to_owned(), case, &[401]));
        }
        if scopes.is_some_and(|scopes| scopes > 0) {
            let mut case = at(target.clone());
            case.token = Some(
                if ["results", "uptime", "alerts", "notifiers", "silences"]
                    .iter()
                    .any(|part| path.contains(part))
                {
                    &runner
                } else {
                    &reader
                },
            );
            cases.push(("a token without the scopes".to_owned(), case, &[403]));
        }

        // Where.
        let queries = [
            "?unknown=1",
            "?limit=0",
            "?limit=-1",
            "?limit=x",
            "?limit",
            "?a=%",
            "?a=%zz",
            "?a=%ff",
            "?%00=1",
            "?limit=1&limit=2",
            "?cursor=x",
            "?from=yesterday",
            "?version=0",
            "?version=99999999999999999999",
            "?&&&=&=",
            "?a[]=1&a[b]=2",
        ];
        for query in queries.iter().filter(|_| path.starts_with("/api/v1") && !path.ends_with(".json")) {
            // Routes that read a body say what is wrong with that first.
            cases.push(((*query).to_owned(), at(format!("{target}{query}")), &[400, 404, 501]));
        }
        if path.contains("ID") {
            for id in [
                "%ff",
                "%zz",
                "%",
                "%00",
                "..",
                "%2e%2e",
                "a%2fb",
                "a%20b",
                "\u{fc}",
                "';--",
                "{id}",
                "%F0%9F%92%A5",
            ] {
                cases.push((id.to_owned(), at(path.replace("ID", id)), &[400, 404]));
            }
            cases.push(("a long id".to_owned(), at(path.replace("ID", &"a".repeat(10_000))), &[400, 404]));
        }
        cases.push(("a slash more".to_owned(), at(format!("{target}/")), &[404]));

        // How.
        for other in ["PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW", "get"] {
            cases.push((
                format!("method {other}"),
                Request { method: other, ..at(target.clone()) },
                &[400, 404, 405],
            ));
        }
        for lines in [
            "x y: 1\r\n",
            ": 1\r\n",
            "x\r\n",
            "content-length: x\r\n",
            "content-length: -1\r\n",
            "transfer-encoding: x\r\n",
            "x: \u{1}\r\n",
        ] {
            let case = Request { lines, body: b"", ..at(target.clone()) };
            cases.push((format!("line {lines:?}"), case, &[400, 404, 501]));
        }

        // With what.
        if reads_body {
            let json = "content-type: application/json\r\n";
            let bodies: [(&str, &[u8]); 16] = [
                ("", b""),
                (json, b""),
                ("content-type: text/html\r\n", b"{}"),
                ("content-type: \u{fc}\r\n", b"{}"),
                ("content-type: application/x-www-form-urlencoded\r\n", b"a=1"),
                (json, b"{"),
                (json, b"[]"),
                (json, b"null"),
                (json, b"\"a\""),
                (json, b"1e999"),
                (json, b"\xff\xfe"),
                (json, b"{\"a\":1,\"a\":2}"),
                (json, b"{\"name\":1,\"scopes\":1,\"definition\":1,\"version\":\"1\",\"paused\":null}"),
                (json, b"{\"definition\":{\"tests\":[{}]},\"scopes\":[[]],\"name\":{}}"),
                (json, b"{\"definition\":\"\\u0000\",\"version\":1e300}"),
                (json, b"{} trailing"),
            ];
            for (lines, body) in bodies {
                let lines = format!("{lines}content-length: {}\r\n", body.len());
                let request = Request { lines: &lines, body, ..at(target.clone()) };
                let what = format!("{method} {path} with {:?}", String::from_utf8_lossy(body));
                findings.look(&what, served.sent(&request.bytes()).await, &[400, 404]);
            }
            let request = Request {
                lines: &format!("{json}content-length: 999999999\r\n"),
                body: b"{",
                ..at(target.clone())
            };
            findings.look(
                &format!("{method} {path} too large"),
                served.sent(&request.bytes()).await,
                &[400, 404],
            );
        }
        for (what, request, statuses) in cases {
            let answer = served.sent(&request.bytes()).await;
            findings.look(&format!("{method} {path} with {what}"), answer, statuses);
        }
    }
    let Findings { asked, wrong } = findings;
    assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(asked > 700, "only {asked} requests");
}
