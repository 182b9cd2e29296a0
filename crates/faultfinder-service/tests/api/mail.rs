//! Alerts by e-mail: what a mail server gets, and what is said when it does not take it.

use crate::alerts::{Peer, alerts};
use crate::mail_server::{Answer, MailServer, Received, Tls, acceptor};
use crate::served::{ADMIN, Served, notifiers};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use faultfinder_net::Clock;
use faultfinder_service::Config;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The value of the variable `KEY`.
const PASSWORD: &str = "a key for tests";
const AUTH_PLAIN: &str = "250-AUTH PLAIN LOGIN\r\n";
const AUTH_LOGIN: &str = "250-AUTH CRAM-MD5 LOGIN\r\n";

/// The notifier `mail` that sends to this server, with more fields.
fn text(scheme: &str, server: &MailServer, more: &str) -> String {
    format!(
        "notifiers: [{{ name: mail, type: email, url: \"{scheme}://{}\", from: \"Faultfinder <ff@example.com>\" {more} }}]",
        server.address
    )
}

const OPS: &str = ", to: ops@example.com";

async fn served(text: &str, peer: &Peer) -> Served {
    Served::start(Config { notifiers: notifiers(text), ..peer.config("") }).await
}

/// Tries the notifier out; yields the failure, if there is one.
async fn tried(text: &str) -> Option<String> {
    let peer = Peer::start().await;
    let served = served(text, &peer).await;
    let tried = served.call("POST", "/api/v1/notifiers/mail/test", Some(ADMIN), None).await;
    assert_eq!(tried.status, 200, "{tried:?}");
    let failure = tried.body["failure"].as_str().map(str::to_owned);
    assert_eq!(tried.body["isDelivered"], json!(failure.is_none()), "{tried:?}");
    failure
}

fn ca(folder: &Path) -> String {
    format!(", ca_file: {:?}", folder.join("ca.pem"))
}

/// The body of a message as text.
fn decoded(received: &Received) -> String {
    let body = received.body();
    let bytes = match received.header("Content-Transfer-Encoding").unwrap().as_str() {
        "7bit" => body.into_bytes(),
        "base64" => STANDARD.decode(body.replace("\r\n", "")).unwrap(),
        "quoted-printable" => {
            // RFC 2045 section 6.7.
            let body = body.replace("=\r\n", "");
            let (first, rest) = body.split_once('=').unwrap_or((&body, ""));
            let mut bytes = first.as_bytes().to_vec();
            for part in rest.split('=').filter(|part| !part.is_empty()) {
                bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
                bytes.extend_from_slice(&part.as_bytes()[2..]);
            }
            bytes
        }
        other => panic!("{other}: {body}"),
    };
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn an_alert_and_its_end_are_messages_of_one_thread() {
    let server = MailServer::start(Tls::Never, "").await;
    let peer = Peer::start().await;
    let to = ", to: [ops@example.com, \"Anna M\u{fc}ller <anna@example.com>\"]";
    let served = served(&text("smtp", &server, to), &peer).await;
    let message = ".\n..two dots\nRunbook of {{ name }}";
    let test = peer.test(&served, json!({ "priority": 1, "message": message })).await;
    peer.run(&served, &test, 503).await;
    let mail = server.received(1).await.remove(0);
    let expected = [
        "EHLO [127.0.0.1]",
        "MAIL FROM:<ff@example.com>",
        "RCPT TO:<ops@example.com>",
        "RCPT TO:<anna@example.com>",
        "DATA",
        "QUIT",
    ];
    assert_eq!(mail.commands, expected);
    let id = alerts(&served, "").await[0]["id"].as_str().unwrap().to_owned();
    let first = format!("<{id}.1@example.com>");
    for (name, value) in [
        ("From", "Faultfinder <ff@example.com>"),
        ("To", "ops@example.com, =?utf-8?b?QW5uYSBNw7xsbGVy?= <anna@example.com>"),
        ("Message-ID", first.as_str()),
        ("Auto-Submitted", "auto-generated"),
        ("X-Faultfinder-Alert", id.as_str()),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Importance", "high"),
        ("X-Priority", "1"),
    ] {
        assert_eq!(mail.header(name).as_deref(), Some(value), "{}", mail.raw);
    }
    assert_eq!((mail.header("In-Reply-To"), mail.header("References")), (None, None));
    let subject = mail.header("Subject").unwrap();
    assert!(subject.starts_with("shop is down: ") && subject.contains("503"), "{subject}");
    let date = time::OffsetDateTime::parse(
        &mail.header("Date").unwrap(),
        &time::format_description::well_known::Rfc2822,
    );
    let age = time::OffsetDateTime::from(Clock::system().now()) - date.unwrap();
    assert!((0..600).contains(&age.whole_seconds()), "{age}");
    assert!(mail.raw.contains("\r\n..\r\n...two dots\r\n"), "dots are doubled: {}", mail.raw);
    let body = decoded(&mail);
    for line in [
        ".",
        "..two dots",
        "Runbook of shop",
        "Test: shop",
        "Tags: eu",
        "Phase: assert",
        "Locations: local",
        "Priority: 1",
        &format!("Alert: {id}"),
    ] {
        assert!(body.lines().any(|found| found == line), "{line}: {body}");
    }
    for begin in
        ["shop is down: ", "Reason: 1 of 1 runs failed with ", "Code: ", "Fault: ", "Since: 20", "Result: "]
    {
        assert!(body.lines().any(|found| found.starts_with(begin)), "{begin}: {body}");
    }

    peer.run(&served, &test, 200).await;
    let mail = server.received(2).await.remove(1);
    assert_eq!(mail.header("Subject").as_deref(), Some("shop is up again"));
    let second = format!("<{id}.2@example.com>");
    for (name, value) in [
        ("Message-ID", Some(second)),
        ("In-Reply-To", Some(first.clone())),
        ("References", Some(first)),
        ("Importance", None),
    ] {
        assert_eq!(mail.header(name), value, "{}", mail.raw);
    }
}

#[tokio::test]
async fn letters_outside_ascii_arrive() {
    let server = MailServer::start(Tls::Never, "").await;
    let peer = Peer::start().await;
    let served = served(&text("smtp", &server, OPS), &peer).await;
    let definition = json!({ "tests": [{
        "name": "L\u{e4}den \u{1f6d2}", "tcp": { "host": "127.0.0.1", "port": 1 },
    }] });
    let made =
        served.call("POST", "/api/v1/tests", Some(ADMIN), Some(&json!({ "definition": definition }))).await;
    let path = format!("/api/v1/tests/{}/run", made.body["id"].as_str().unwrap());
    served.call("POST", &path, Some(ADMIN), None).await;
    let mail = server.received(1).await.remove(0);
    assert!(mail.raw.is_ascii(), "{}", mail.raw);
    // The encoded words of RFC 2047.
    let subject = mail.header("Subject").unwrap();
    let words = subject.split(' ').filter_map(|word| word.strip_prefix("=?utf-8?b?")?.strip_suffix("?="));
    let bytes: Vec<u8> = words.flat_map(|word| STANDARD.decode(word).unwrap()).collect();
    assert_eq!(String::from_utf8(bytes).unwrap(), "L\u{e4}den \u{1f6d2}", "{subject}");
    assert!(subject.contains(" is down: CONNREFUSED in connect: "), "{subject}");
    let body = decoded(&mail);
    assert!(body.contains("\r\nTest: L\u{e4}den \u{1f6d2}\r\n"), "{body}");
}

#[tokio::test]
async fn it_logs_in_by_plain_and_by_login_and_shows_no_password() {
    let more = format!("{OPS}, username: ff, secret_env: KEY");
    let plain = STANDARD.encode(format!("\0ff\0{PASSWORD}"));
    let login = [STANDARD.encode("ff"), STANDARD.encode(PASSWORD)];
    let expected = [
        (AUTH_PLAIN, vec![format!("AUTH PLAIN {plain}")]),
        (AUTH_LOGIN, vec!["AUTH LOGIN".to_owned(), login[0].clone(), login[1].clone()]),
    ];
    for (offers, commands) in expected {
        let server = MailServer::start(Tls::Never, offers).await;
        assert_eq!(tried(&text("smtp", &server, &more)).await, None);
        let received = server.received(1).await;
        assert_eq!(received[0].commands[1..=commands.len()], commands);
        assert!(received[0].header("Subject").unwrap().starts_with("Test of the notifier mail"));
    }
    let server = MailServer::start(Tls::Never, AUTH_PLAIN).await;
    server.answer(
        "AUTH",
        Answer::Reply("535 5.7.8 no a key for tests, AGZmAGEga2V5IGZvciB0ZXN0cw==, YSBrZXkgZm9yIHRlc3Rz"),
    );
    assert_eq!(plain, "AGZmAGEga2V5IGZvciB0ZXN0cw==", "the server quotes it");
    assert_eq!(
        tried(&text("smtp", &server, &more)).await.as_deref(),
        Some("the login was refused: 535 5.7.8 no ***, ***, ***")
    );
    let server = MailServer::start(Tls::Never, "250-AUTH CRAM-MD5\r\n").await;
    assert_eq!(
        tried(&text("smtp", &server, &more)).await.as_deref(),
        Some("the login failed: the server offers neither PLAIN nor LOGIN")
    );
    assert!(!format!("{:?}", notifiers(&text("smtp", &server, &more))).contains(PASSWORD));
}

#[tokio::test]
async fn tls_is_there_from_the_start_or_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let acceptor = acceptor(folder.path());
    let more = format!("{OPS}, username: ff, secret_env: KEY{}", ca(folder.path()));
    let server = MailServer::start(Tls::First(acceptor.clone()), AUTH_PLAIN).await;
    assert_eq!(tried(&text("smtps", &server, &more)).await, None);
    assert!(!server.received(1).await[0].raw.is_empty());

    let server = MailServer::start(Tls::Asked(acceptor), AUTH_PLAIN).await;
    assert_eq!(tried(&text("smtp", &server, &format!("{more}, tls: starttls"))).await, None);
    let received = server.received(1).await.remove(0);
    let verbs: Vec<&str> = received.commands.iter().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(verbs, ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "QUIT"]);
    assert_eq!(received.in_clear, 2, "the login is encrypted");
}

#[tokio::test]
async fn nothing_is_sent_without_the_tls_that_is_demanded() {
    let more = format!("{OPS}, username: ff, secret_env: KEY, tls: starttls");
    let server = MailServer::start(Tls::Never, AUTH_PLAIN).await;
    let failure = tried(&text("smtp", &server, &more)).await.unwrap();
    assert!(
        failure
            .starts_with("SSL (starttls_not_offered) during open: the server does not offer TLS over smtp"),
        "{failure}"
    );
    let received = server.received(1).await;
    assert_eq!(received[0].commands.len(), 1, "only EHLO: {received:?}");
    // A port without TLS where it is due from the start.
    let server = MailServer::start(Tls::Never, AUTH_PLAIN).await;
    let failure = tried(&text("smtps", &server, OPS)).await.unwrap();
    assert!(failure.starts_with("SSL (") && failure.contains(") during tls: "), "{failure}");
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let acceptor = acceptor(folder.path());
    let more = format!("{OPS}, username: ff, secret_env: KEY");
    for (tls, scheme, more) in [
        (Tls::First(acceptor.clone()), "smtps", more.clone()),
        (Tls::Asked(acceptor.clone()), "smtp", format!("{more}, tls: starttls")),
    ] {
        let server = MailServer::start(tls, AUTH_PLAIN).await;
        let failure = tried(&text(scheme, &server, &more)).await.unwrap();
        assert!(failure.starts_with("SSL (DEPTH_ZERO_SELF_SIGNED_CERT) during tls: "), "{failure}");
        let received = server.received(1).await;
        assert!(received[0].commands.iter().all(|line| !line.starts_with("AUTH")), "{received:?}");
    }
    // A name that the certificate does not have.
    let server = MailServer::start(Tls::First(acceptor), "").await;
    let text = text("smtps", &server, &format!("{OPS}{}", ca(folder.path())));
    let failure = tried(&text.replace("smtps://127.0.0.1", "smtps://localhost")).await.unwrap();
    assert!(failure.starts_with("SSL (HOSTNAME_MISMATCH) during tls: "), "{failure}");
}

#[tokio::test]
async fn what_the_server_refuses_is_said_with_its_reply() {
    let refused = "550 5.1.1 no such user \u{202e}here";
    for (command, reply, expected) in [
        ("GREETING", "554 go away", "the client was refused: 554 go away"),
        ("EHLO", "550-not\r\n550 you", "the client was refused: 550 not you"),
        (
            "MAIL",
            "550 5.7.1 not from there",
            "the sender ff@example.com was refused: 550 5.7.1 not from there",
        ),
        // Bytes outside ASCII are not in replies.
        ("RCPT", refused, "the recipient ops@example.com was refused: 550 5.1.1 no such user ???here"),
        ("RCPT", "421 closing", "the recipient ops@example.com was refused: 421 closing"),
        ("DATA", "451 later", "the message was refused: 451 later"),
        ("DATA", "250 what?", "the message was refused: 250 what?"),
        ("MESSAGE", "552 too large", "the message was refused: 552 too large"),
        ("MESSAGE", "354 and more?", "the message was refused: 354 and more?"),
    ] {
        let server = MailServer::start(Tls::Never, "").await;
        server.answer(command, Answer::Reply(reply));
        assert_eq!(tried(&text("smtp", &server, OPS)).await.as_deref(), Some(expected));
    }
}

#[tokio::test]
async fn one_recipient_that_is_refused_does_not_keep_it_from_the_others() {
    let more = ", to: [ops@example.com, anna@example.com]";
    let refusal = "the recipient ops@example.com was refused: 550 no such user";
    let server = MailServer::start(Tls::Never, "").await;
    server.answer("RCPT", Answer::Reply("550 no such user"));
    let failure = tried(&text("smtp", &server, more)).await;
    assert_eq!(failure, Some(format!("only others got it: {refusal}")));
    assert!(!server.received(1).await[0].raw.is_empty(), "anna has it");

    // It is not sent again for that.
    let peer = Peer::start().await;
    let server = MailServer::start(Tls::Never, "").await;
    server.answer("RCPT", Answer::Reply("550 no such user"));
    let served = served(&text("smtp", &server, more), &peer).await;
    let test = peer.test(&served, json!({})).await;
    peer.run(&served, &test, 503).await;
    served.until_logged(refusal, 1).await;
    let delivery = delivered(&served).await;
    assert_eq!((&delivery["state"], &delivery["attempts"]), (&json!("delivered"), &json!(1)), "{delivery:#}");
}

/// The first delivery of the only alert, once it has ended.
async fn delivered(served: &Served) -> Value {
    let ended = async {
        loop {
            let delivery = delivery(served).await;
            if delivery["endedAt"].is_string() {
                return delivery;
            }
        }
    };
    tokio::time::timeout(crate::served::BOUND, ended).await.expect("it ends")
}

async fn delivery(served: &Served) -> Value {
    let listed = alerts(served, "").await;
    let id = listed.last().unwrap()["id"].as_str().unwrap();
    let details = served.call("GET", &format!("/api/v1/alerts/{id}"), Some(ADMIN), None).await;
    details.body["deliveries"].as_array().unwrap().last().unwrap().clone()
}

#[tokio::test]
async fn what_is_not_taken_is_sent_again_and_known_by_its_id() {
    let server = MailServer::start(Tls::Never, "").await;
    server.answer("RCPT", Answer::Reply("451 4.7.1 try again later"));
    // The server has taken it, but nobody knows.
    server.answer("MESSAGE", Answer::Close);
    let peer = Peer::start().await;
    let later = Arc::new(AtomicU64::new(0));
    let seconds = Arc::clone(&later);
    let clock =
        Clock::from_fn(move || Clock::system().now() + Duration::from_secs(seconds.load(Ordering::SeqCst)));
    let config = Config { notifiers: notifiers(&text("smtp", &server, OPS)), ..peer.config("") };
    let served = Served::with(tempfile::tempdir().unwrap(), config, clock).await;
    let test = peer.test(&served, json!({})).await;
    peer.run(&served, &test, 503).await;
    for (attempts, failure) in [
        (1, "the recipient ops@example.com was refused: 451 4.7.1 try again later"),
        (2, "CONNRESET (premature-close) during send: "),
    ] {
        let noted = async {
            loop {
                let delivery = delivery(&served).await;
                if delivery["attempts"] == json!(attempts) {
                    return delivery;
                }
            }
        };
        let noted = tokio::time::timeout(crate::served::BOUND, noted).await.expect("it is tried");
        assert!(noted["failure"].as_str().unwrap().starts_with(failure), "{noted:#}");
        assert_eq!(noted["state"], json!("waiting"), "{noted:#}");
        // The pause is over, and another alert makes the notifier look.
        later.fetch_add(60, Ordering::SeqCst);
        let other = peer.test(&served, json!({})).await;
        peer.run(&served, &other, 503).await;
    }
    let delivery = delivered(&served).await;
    assert_eq!((&delivery["state"], &delivery["attempts"]), (&json!("delivered"), &json!(3)), "{delivery:#}");
    let received = server.received(5).await;
    let id = |mail: &Received| mail.header("Message-ID").unwrap();
    let mut ids: Vec<String> = received.iter().filter(|mail| !mail.raw.is_empty()).map(id).collect();
    assert_eq!(ids.len(), 4, "two of one notice, and two of the others: {ids:?}");
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3, "{ids:?}");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    for (command, expected) in [
        (
            "GREETING",
            "TIMEOUT during open: the server did not answer within 10000 ms when it was to take the client",
        ),
        (
            "MAIL",
            "TIMEOUT during send: the server did not answer within 10000 ms when it was to take the sender",
        ),
        (
            "MESSAGE",
            "TIMEOUT during send: the server did not answer within 10000 ms when it was to take the message",
        ),
    ] {
        let server = MailServer::start(Tls::Never, "").await;
        server.answer(command, Answer::Hang);
        let failure = tried(&text("smtp", &server, OPS)).await.unwrap();
        assert!(failure.starts_with(expected), "{failure}");
    }
}

#[tokio::test]
async fn a_server_that_says_too_much_or_nonsense_is_given_up() {
    for (bytes, expected) in [
        ("220-welcome\r\n", "the server's replies have more than 65536 bytes"),
        ("220 and so on and ", "the server's replies have more than 65536 bytes"),
        ("HTTP/1.1 400 Bad Request\r\n", "the server does not speak SMTP: "),
    ] {
        let server = MailServer::start(Tls::Never, "").await;
        server.answer("GREETING", Answer::Endless(bytes));
        let failure = tried(&text("smtp", &server, OPS)).await.unwrap();
        assert!(failure.contains(expected) && failure.len() <= 500, "{failure}");
    }
    let server = MailServer::start(Tls::Never, "").await;
    server.answer("EHLO", Answer::Close);
    let failure = tried(&text("smtp", &server, OPS)).await.unwrap();
    assert!(failure.starts_with("CONNRESET (") && failure.contains(") during open: "), "{failure}");
}

#[tokio::test]
async fn a_host_that_is_not_there_is_named() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let text = format!(
        "notifiers: [{{ name: mail, type: email, url: \"smtp://{address}\", from: ff@example.com{OPS} }}]"
    );
    let failure = tried(&text).await.unwrap();
    assert!(failure.starts_with("CONNREFUSED (ECONNREFUSED) during connect: "), "{failure}");
}
