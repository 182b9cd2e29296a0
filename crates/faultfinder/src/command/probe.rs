//! `faultfinder probe`: one ad-hoc request, explained.
//!
//! The options are put together to the definition that a file would hold, and that is run: there is no second way.

mod options; // pairs, headers and other forms that options have
mod common; // options of all protocols
mod tls; // TLS options
mod credentials; // who asks, and how that is proven
mod http; // HTTP
mod ssl; // TLS endpoints
mod dns; // DNS questions
mod tcp; // TCP connections
mod udp; // UDP exchanges
mod icmp; // ICMP echo requests
mod grpc; // gRPC calls
mod ws; // WebSockets
mod target; // TARGET: a URL, a host, a host and a port

use crate::exit::{Failure, Outcome};
use crate::paint::Paint;
use crate::runner::Keep;
use clap::{Args, Subcommand, ValueEnum};
use options::{Fields, Secrets};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Which protocol, and what to ask.
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = true,
    after_help = "\
Examples:
  faultfinder probe http https://example.com --assert 'status is 200'
  faultfinder probe http https://example.com --version 3 --assert 'alpn is h3'
  faultfinder probe http https://example.com --proxy socks5h://127.0.0.1:1080
  faultfinder probe ssl example.com --assert 'certificate expires_in > 14 days'
  faultfinder probe dns example.com --type MX --server 9.9.9.9
  faultfinder probe tcp mail.example.com:25 --expect '220 '
  faultfinder probe icmp example.com --assert 'packet_loss < 10 %'
  faultfinder probe grpc grpcs://api.example.com:443 --health
  faultfinder probe ws wss://example.com/echo --message hello"
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    protocol: Protocol,
}

#[derive(Debug, Subcommand)]
enum Protocol {
    /// Make one HTTP request
    Http(Box<http::Arguments>),
    /// Look at a TLS endpoint: the chain, what is negotiated, what verification objects to
    Ssl(Box<ssl::Arguments>),
    /// Ask a name server one question
    Dns(Box<dns::Arguments>),
    /// Open a TCP connection, and say and hear something if wanted
    Tcp(Box<tcp::Arguments>),
    /// Send a datagram, and hear what comes back
    Udp(Box<udp::Arguments>),
    /// Send ICMP echo requests, and trace the way if wanted
    Icmp(Box<icmp::Arguments>),
    /// Make one gRPC call, or ask for the health of a service
    Grpc(Box<grpc::Arguments>),
    /// Open a WebSocket, say and hear something
    Ws(Box<ws::Arguments>),
    /// Anything else; answered with what was probably meant
    #[command(external_subcommand)]
    Other(Vec<String>),
}

/// What every protocol can do besides its request.
#[derive(Debug, Args)]
#[command(next_help_heading = "Test and output")]
pub(crate) struct Shared {
    /// What must hold of the answer, such as `status is 200`; repeatable
    #[arg(long, value_name = "ASSERTION")]
    assert: Vec<String>,

    /// How often to try again when it fails, 0 to 5
    #[arg(long, value_name = "COUNT")]
    retry: Option<u8>,

    /// How to show the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// Write the result to this file
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Print the definition instead of running it, to begin a file with
    #[arg(long)]
    definition: bool,
}

/// How the result of a probe is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Pretty,
    /// The report, as `run --format json` writes it
    Json,
}

/// Runs the request.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let (shared, definition) = match &arguments.protocol {
        Protocol::Http(arguments) => (&arguments.common.shared, arguments.definition()?),
        Protocol::Ssl(arguments) => (&arguments.common.shared, arguments.definition()?),
        Protocol::Dns(arguments) => (&arguments.common.shared, arguments.definition()?),
        Protocol::Tcp(arguments) => (&arguments.common.shared, arguments.definition()?),
        Protocol::Udp(arguments) => (&arguments.common.shared, arguments.definition()?),
        Protocol::Icmp(arguments) => (&arguments.common.shared, arguments.definition()?),
        Protocol::Grpc(arguments) => (&arguments.common.shared, arguments.definition()?),
        Protocol::Ws(arguments) => (&arguments.common.shared, arguments.definition()?),
        Protocol::Other(words) => return Err(no_protocol(words)),
    };
    let text = serde_json::to_string_pretty(&definition)
        .map_err(|error| Failure::ourselves("cannot write the definition", &error))?;
    if shared.definition {
        crate::output::print(&format!("{text}\n"))?;
        return Ok(crate::exit::Exit::Passed);
    }
    let tests = crate::suite::from_options(&text)?;
    super::in_runtime(carry_out(tests, shared))
}

async fn carry_out(tests: Vec<crate::suite::Test>, shared: &Shared) -> Outcome {
    let mut output = crate::output::Output::open(shared.output.as_deref())?;
    let done = crate::runner::run(tests, 1, |_| Ok(Keep::Yes)).await?;
    let text = match shared.format {
        Format::Json => super::run::json(&done.report)?,
        Format::Pretty => {
            let paint = if output.is_stdout() { Paint::for_stdout() } else { Paint::plain() };
            let style = crate::render::result::Style {
                paint,
                width: crate::render::text::terminal_width(),
                full: true,
            };
            done.report.results.iter().map(|result| crate::render::result::result(result, style)).collect()
        }
    };
    output.write(&text)?;
    output.close()?;
    Ok(done.exit())
}

/// The definition file that holds one test.
fn file(protocol: &str, name: String, request: Fields, secrets: Secrets, shared: &Shared) -> Value {
    let mut test = Fields::default();
    test.set("name", Some(options::literal(&name)));
    test.set(protocol, Some(request.into_value()));
    if !shared.assert.is_empty() {
        test.set("assert", Some(shared.assert.clone()));
    }
    test.set("retry", shared.retry.map(|count| json!({ "count": count })));
    let mut file = Fields::default();
    file.set("version", Some(1));
    file.set("variables", secrets.into_value());
    file.set("tests", Some(json!([test.into_value()])));
    file.into_value()
}

/// What was probably meant by a word that is no protocol.
fn no_protocol(words: &[String]) -> Failure {
    let word = words.first().map_or("", String::as_str);
    let rest = words.join(" ");
    let help = match word.split_once("://").map(|(scheme, _)| scheme) {
        Some("http" | "https") => format!("faultfinder probe http {rest}"),
        Some("tcp") => format!("faultfinder probe tcp {rest}"),
        Some("dns") => format!("faultfinder probe dns {}", rest.trim_start_matches("dns://")),
        Some("tls" | "ssl") => {
            format!("faultfinder probe ssl {}", rest.split_once("://").map_or("", |(_, rest)| rest))
        }
        Some("ws" | "wss") => format!("faultfinder probe ws {rest}"),
        Some("udp") => format!("faultfinder probe udp {}", rest.trim_start_matches("udp://")),
        Some("grpc" | "grpcs") => format!("faultfinder probe grpc {rest}"),
        _ if word == "ping" => format!("faultfinder probe icmp {}", rest.trim_start_matches("ping ")),
        _ if word == "https" => format!("faultfinder probe http {}", rest.trim_start_matches("https ")),
        _ if word == "tls" => format!("faultfinder probe ssl {}", rest.trim_start_matches("tls ")),
        _ if word.contains('.') || word.contains(':') => {
            format!(
                "say which protocol: faultfinder probe http {rest}, or ssl, dns, tcp, udp, icmp, grpc, ws"
            )
        }
        _ => "the protocols are http, ssl, dns, tcp, udp, icmp, grpc and ws".to_owned(),
    };
    Failure::usage_with_help(format!("`{word}` is no protocol"), help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    /// The definition that a command line stands for.
    fn definition(line: &str) -> Value {
        let words = std::iter::once("faultfinder").chain(["probe"]).chain(line.split(' '));
        let cli = crate::cli::Cli::try_parse_from(words).unwrap();
        let crate::cli::Command::Probe(Arguments { protocol }) = cli.command else { panic!("no probe") };
        match protocol {
            Protocol::Http(arguments) => arguments.definition(),
            Protocol::Ssl(arguments) => arguments.definition(),
            Protocol::Dns(arguments) => arguments.definition(),
            Protocol::Tcp(arguments) => arguments.definition(),
            Protocol::Udp(arguments) => arguments.definition(),
            Protocol::Icmp(arguments) => arguments.definition(),
            Protocol::Grpc(arguments) => arguments.definition(),
            Protocol::Ws(arguments) => arguments.definition(),
            Protocol::Other(words) => Err(no_protocol(&words)),
        }
        .unwrap()
    }

    #[track_caller]
    fn check(line: &str, test: Value) {
        let definition = definition(line);
        assert_eq!(definition["tests"][0], test, "{line}");
    }

    #[test]
    fn options_become_the_definition_that_a_file_would_hold() {
        check("http https://a.test/", json!({"name": "https://a.test/", "http": {"url": "https://a.test/"}}));
        check("http a.test", json!({"name": "https://a.test", "http": {"url": "https://a.test"}}));
        check(
            "http http://a.test/ --method PUT --header x:1 --header x:2 --follow-redirects --version 1.1 --timeout 5s \
             --ip 4 --resolve a.test=127.0.0.1 --resolver 127.0.0.1:5353 --insecure --assert status<300 --retry 2",
            json!({"name": "http://a.test/",
                "http": {"url": "http://a.test/", "method": "PUT", "headers": [{"name": "x", "value": "1"}, {"name": "x", "value": "2"}],
                    "follow_redirects": true, "version": "1.1", "timeout": "5s", "ip": "4",
                    "resolve": {"a.test": "127.0.0.1"}, "resolver": {"server": "127.0.0.1", "port": 5353},
                    "tls": {"insecure": true}},
                "assert": ["status<300"], "retry": {"count": 2}}),
        );
        check(
            "ssl https://a.test:8443/x --server-name b.test --ca ca.pem --ca root.pem --roots none",
            json!({"name": "a.test:8443", "ssl": {"host": "a.test", "port": 8443, "server_name": "b.test",
                "ca": ["ca.pem", "root.pem"], "roots": "none"}}),
        );
        check(
            "dns a.test --type MX --server 127.0.0.1:5353 --transport tcp",
            json!({"name": "MX a.test",
                "dns": {"name": "a.test", "type": "MX", "server": "127.0.0.1", "port": 5353, "transport": "tcp"}}),
        );
        check(
            "tcp [::1]:25 --send HELO --expect 250 --tls",
            json!({"name": "[::1]:25", "tcp": {"host": "::1", "port": 25, "send": "HELO", "expect": "250", "tls": {}}}),
        );
        check(
            "icmp ::1 -c 2 --interval 10ms --size 0 --ttl 3 --dont-fragment --assert packet_loss<10",
            json!({"name": "::1", "icmp": {"host": "::1", "packets": 2, "interval": "10ms", "size": 0, "ttl": 3,
                "dont_fragment": true}, "assert": ["packet_loss<10"]}),
        );
        check(
            "ws a.test/feed --send hi --expect ho --subprotocol v2 --subprotocol v1 --header x:1",
            json!({"name": "wss://a.test/feed", "ws": {"url": "wss://a.test/feed",
                "steps": [{"send": "hi"}, {"expect": "ho"}], "subprotocols": ["v2", "v1"],
                "headers": [{"name": "x", "value": "1"}]}}),
        );
        check(
            "ws ws://a.test:8080/ -m hello --max-message-bytes 100",
            json!({"name": "ws://a.test:8080/", "ws": {"url": "ws://a.test:8080/", "message": "hello", "max_message_bytes": 100}}),
        );
        check(
            "udp 127.0.0.1:7 --message-base64 4wD//g== --timeout 1s",
            json!({"name": "127.0.0.1:7",
                "udp": {"host": "127.0.0.1", "port": 7, "message_base64": "4wD//g==", "timeout": "1s"}}),
        );
        check(
            "grpc a.test:443 --service a.B --method C --message {} --metadata x:1",
            json!({"name": "a.B/C", "grpc": {"host": "a.test", "port": 443, "service": "a.B", "method": "C", "message": {},
                "reflection": true, "metadata": [{"name": "x", "value": "1"}]}}),
        );
        check(
            "grpc grpc://a.test --health",
            json!({"name": "grpc://a.test", "grpc": {"url": "grpc://a.test", "health": true}}),
        );
    }

    #[test]
    fn credentials_are_secrets() {
        let definition = definition("http http://a.test/ --basic u:p:w --proxy http://127.0.0.1:1");
        assert_eq!(definition["variables"], json!({"PASSWORD": {"value": "p:w", "secret": true}}));
        let auth = json!({"basic": {"username": "u", "password": "{{ PASSWORD }}"}});
        assert_eq!(definition["tests"][0]["http"]["auth"], auth);
    }

    #[test]
    fn every_kind_of_credentials_has_options() {
        for (line, auth, secret) in [
            ("--user u:p", json!({"basic": {"username": "u", "password": "{{ PASSWORD }}"}}), "PASSWORD"),
            ("--digest u:p", json!({"digest": {"username": "u", "password": "{{ PASSWORD }}"}}), "PASSWORD"),
            (
                "--ntlm D\\u:p --ntlm-version 1",
                json!({"ntlm": {"username": "D\\u", "password": "{{ PASSWORD }}", "version": "1"}}),
                "PASSWORD",
            ),
            (
                "--user id:key --aws-sigv4 aws:amz:eu-central-1:s3",
                json!({"sigv4": {"access_key": "id", "secret_key": "{{ SECRET_KEY }}", "region": "eu-central-1", "service": "s3"}}),
                "SECRET_KEY",
            ),
            (
                "--oauth2-token-url http://b.test/ --oauth2-client id:s --oauth2-scope a",
                json!({"oauth2_client": {"token_url": "http://b.test/", "client_id": "id", "client_secret": "{{ CLIENT_SECRET }}", "scope": "a"}}),
                "CLIENT_SECRET",
            ),
            (
                "--oauth2-token-url http://b.test/ --oauth2-client id --oauth2-user u:p",
                json!({"oauth2_password": {"token_url": "http://b.test/", "client_id": "id", "username": "u", "password": "{{ PASSWORD }}"}}),
                "PASSWORD",
            ),
            (
                "--jwt-secret s --jwt-claims {\"sub\":1}",
                json!({"jwt": {"algorithm": "HS256", "secret": "{{ JWT_SECRET }}", "claims": {"sub": 1}}}),
                "JWT_SECRET",
            ),
        ] {
            let definition = definition(&format!("http http://a.test/ {line}"));
            assert_eq!(definition["tests"][0]["http"]["auth"], auth, "{line}");
            assert_eq!(definition["variables"][secret]["secret"], true, "{line}");
        }
    }

    #[test]
    fn a_url_without_a_protocol_is_answered_with_the_command_that_was_meant() {
        let Failure::Usage { help, .. } =
            no_protocol(&["https://a.test".to_owned(), "--insecure".to_owned()])
        else {
            panic!("another failure")
        };
        assert_eq!(help.unwrap(), "faultfinder probe http https://a.test --insecure");
    }
}
