//! Every field has its option, and options make the definitions that a file would hold.

mod fields;

use super::asked::{Asked, Request};
use crate::exit::Failure;
use clap::{FromArgMatches as _, Subcommand as _};
use serde_json::{Value, json};

/// What was asked for by `faultfinder probe` and these words.
fn asked(words: &[&str]) -> Result<Asked, clap::Error> {
    let command = Asked::augment_subcommands(clap::Command::new("probe"));
    Asked::from_arg_matches(&command.try_get_matches_from(["probe"].iter().chain(words))?)
}

#[track_caller]
fn request(words: &[&str]) -> Box<Request> {
    match asked(words) {
        Ok(Asked::Request(request)) => request,
        other => panic!("{words:?}: {other:?}"),
    }
}

#[track_caller]
fn definition(words: &[&str]) -> Value {
    request(words).definition().unwrap_or_else(|failure| panic!("{words:?}: {failure:?}"))
}

/// The definition of a line whose words have no spaces.
#[track_caller]
fn line(line: &str) -> Value {
    definition(&line.split(' ').collect::<Vec<_>>())
}

#[test]
fn lines_make_the_definitions_that_they_always_made() {
    let rows: Vec<Value> = serde_json::from_str(include_str!("tests/lines.json")).unwrap();
    assert!(rows.len() > 80, "{}", rows.len());
    for row in rows {
        let words: Vec<&str> =
            row["line"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
        assert_eq!(definition(&words), row["definition"], "{words:?}");
    }
}

#[test]
fn credentials_are_secrets() {
    let definition = line("http http://a.test/ --basic u:p:w --proxy http://127.0.0.1:1");
    assert_eq!(definition["variables"], json!({"PASSWORD": {"value": "p:w", "secret": true}}));
    let auth = json!({"basic": {"username": "u", "password": "{{ PASSWORD }}"}});
    assert_eq!(definition["tests"][0]["http"]["auth"], auth);
}

#[test]
fn parts_of_a_body_are_values_and_files() {
    let definition = definition(&[
        "http",
        "a.test",
        "--multipart",
        "a=b=c;d",
        "--multipart",
        "f=@x.pdf;type=application/pdf;filename=y.pdf",
        "--multipart",
        "g=@x;filename=a;b.txt;type=text/plain;charset=utf-8",
        "--multipart",
        "h=1;type=text/css",
    ]);
    let http = &definition["tests"][0]["http"];
    assert_eq!(http["method"], "POST");
    let expected = json!([
        {"name": "a", "value": "b=c;d"},
        {"name": "f", "file": "x.pdf", "content_type": "application/pdf", "filename": "y.pdf"},
        {"name": "g", "file": "x", "filename": "a;b.txt", "content_type": "text/plain;charset=utf-8"},
        {"name": "h", "value": "1", "content_type": "text/css"},
    ]);
    assert_eq!(http["multipart"], expected);
}

#[test]
fn steps_are_taken_in_order() {
    let definition = definition(&[
        "tcp",
        "a.test:1",
        "--step",
        "expect: 220 ",
        "--step",
        "send:  x",
        "--step",
        "expect:a: b",
    ]);
    let expected = json!([{"expect": "220 "}, {"send": " x"}, {"expect": "a: b"}]);
    assert_eq!(definition["tests"][0]["tcp"]["steps"], expected);
}

#[test]
fn an_option_for_the_port_counts_more_than_the_port_of_an_address() {
    let port = |words: &str, path: &str| line(words).pointer(&format!("/tests/0/{path}")).cloned();
    assert_eq!(port("tcp a.test:1 --port 2", "tcp/port"), Some(json!(2)));
    assert_eq!(port("dns a.test --port 2 --server a.test:1", "dns/port"), Some(json!(2)));
    assert_eq!(port("dns a.test -s 192.0.2.1#5353", "dns/port"), Some(json!(5353)));
    assert_eq!(port("dns a.test -s 192.0.2.1#5353", "dns/server"), Some(json!("192.0.2.1")));
    assert_eq!(port("dns a.test -s fe80::1%eth0#5353", "dns/server"), Some(json!("fe80::1%eth0")));
    assert_eq!(
        port("http http://a.test/ --resolver 192.0.2.1#5353", "http/resolver/port"),
        Some(json!(5353))
    );
    assert_eq!(
        port("http a.test --resolver 9.9.9.9:1 --resolver-port 2", "http/resolver/port"),
        Some(json!(2))
    );
}

#[test]
fn options_that_need_or_exclude_others_say_so() {
    for (words, option) in [
        ("http a.test --body a --json 1", "--json"),
        ("http a.test --body a --multipart a=b", "--multipart"),
        ("http a.test --basic a:b --bearer c", "--bearer"),
        ("http a.test --jwt-key a --jwt-secret b", "--jwt-secret"),
        ("http a.test --jwt-expires-in 1m", "--jwt-key"),
        ("http a.test --aws-sigv4 aws:amz:r:s", "--basic"),
        ("http a.test --oauth2-scope a", "--oauth2-token-url"),
        ("http a.test --oauth2-token-url http://b.test", "--oauth2-client"),
        ("http a.test --ntlm-version 1", "--ntlm"),
        ("http a.test --client-key a", "--client-cert"),
        ("http a.test --max-redirects 1", "--follow-redirects"),
        ("http a.test --resolver-transport dot", "--resolver"),
        ("http a.test --resolver-tls-ca a", "--resolver"),
        ("http a.test --proxy-header a:b", "--proxy"),
        ("http a.test --graphql-operation a", "--graphql"),
        ("http a.test --retry-interval 1s", "--retry"),
        ("grpc a.test --health --service a --method b", "--service"),
        ("grpc a.test --message {}", "--service"),
        ("grpc a.test --service a --method b --proto x --reflection", "--reflection"),
        ("ws a.test --message a --send b", "--send"),
        ("ws a.test --step send:a --send b", "--send"),
        ("ws a.test --basic a:b --bearer c", "--bearer"),
        ("udp a.test:1 --message a --message-base64 YQ==", "--message-base64"),
        ("http a.test --header x", "--header"),
        ("http a.test --json {", "--json"),
        ("http a.test --aws-sigv4 r:s --basic a:b", "--aws-sigv4"),
    ] {
        let error = asked(&words.split(' ').collect::<Vec<_>>()).unwrap_err().to_string();
        assert!(error.contains(option), "{words}: {error}");
    }
}

#[test]
fn a_url_without_a_protocol_is_answered_with_the_command_that_was_meant() {
    let Asked::Other(words) = asked(&["https://a.test", "--insecure"]).unwrap() else {
        panic!("a protocol was found")
    };
    let Failure::Usage { help, .. } = super::no_protocol(&words) else { panic!("another failure") };
    assert_eq!(help.unwrap(), "faultfinder probe http https://a.test --insecure");
}
