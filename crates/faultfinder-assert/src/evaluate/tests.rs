//! Every subject with every operator that fits it.

use crate::{EchoFacts, LatencyFacts, Observation, RecordFacts, WebSocketFacts, evaluate, parse};
use faultfinder_taxonomy::word::RecordType;
use faultfinder_taxonomy::{CertificateFacts, Fact, GrpcStatus, Phase, ResponseCode, Timings, TlsFacts};
use std::time::Duration;

const DAY: i64 = 86_400;

/// Judges a line against one answer that has everything.
#[track_caller]
fn outcome(line: &str) -> crate::Outcome {
    let assertion = parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
    let headers = vec![
        ("content-type".to_owned(), b"application/json".to_vec()),
        ("set-cookie".to_owned(), b"a=1".to_vec()),
        ("set-cookie".to_owned(), b"b=2".to_vec()),
        ("content-length".to_owned(), b"1500".to_vec()),
        ("x-latin".to_owned(), b"\xe4".to_vec()),
    ];
    let mut timings = Timings::default();
    timings.add(Phase::Connect, Duration::from_micros(1500));
    timings.add(Phase::Wait, Duration::from_millis(200));
    let mut leaf = CertificateFacts::default();
    leaf.subject = "CN=a.test".to_owned();
    leaf.issuer = "CN=Root,O=Lab".to_owned();
    leaf.subject_alt_names = vec!["dns:a.test".to_owned(), "ip:127.0.0.1".to_owned()];
    leaf.key_type = "RSA".to_owned();
    leaf.key_bits = Some(2048);
    leaf.not_after = Some(30 * DAY);
    let mut tls = TlsFacts::default();
    tls.version = Some("TLSv1.3".to_owned());
    tls.alpn = Some("h2".to_owned());
    tls.chain = vec![leaf];
    tls.chain_length = Some(3);
    tls.chain_not_after = Some(15 * DAY);
    let mut seen = Observation::new();
    seen.status = Some(200);
    seen.headers = Some(&headers);
    seen.body = Some(br#"{"status":"ok","n":1,"id":9007199254740993,"list":[1,2],"nil":null}"#);
    seen.timings = Some(&timings);
    seen.tls = Some(&tls);
    seen.now = Some(10 * DAY);
    seen.rcode = Some(ResponseCode::new(0));
    seen.connection = Some("established");
    seen.received = Some(b"220 mail ready\r\n");
    seen.grpc_status = Some(GrpcStatus::NotFound);
    seen.grpc_message = Some("no such cart");
    seen.metadata = Some(&headers);
    seen.trailers = Some(&headers);
    seen.health = Some("SERVING");
    let millis = Duration::from_millis;
    let latency = LatencyFacts { min: millis(10), avg: millis(20), max: millis(30), stddev: millis(5) };
    seen.echo = Some(EchoFacts { received: 3, loss_percent: Some(25.0), latency: Some(latency) });
    seen.websocket = Some(WebSocketFacts { subprotocol: Some("chat.v1"), close_code: Some(4401) });
    let record = |record_type, ttl, value| RecordFacts { name: "a.test", record_type, ttl, value };
    seen.records = Some(vec![
        record(RecordType::A, 300, "127.0.0.1"),
        record(RecordType::A, 60, "127.0.0.2"),
        record(RecordType::AAAA, 300, "::1"),
        record(RecordType::MX, 300, "10 mx1.a.test"),
        record(RecordType::TXT, 300, "\"v=spf1 \" \"-all\""),
    ]);
    evaluate(&assertion, &seen)
}

#[track_caller]
fn holds(lines: &[&str]) {
    for line in lines {
        let outcome = outcome(line);
        assert!(outcome.passed, "{line}: {}", outcome.message);
        let opposite = self::outcome(&format!("not {line}"));
        assert!(!opposite.passed, "not {line}: {}", opposite.message);
    }
}

#[track_caller]
fn fails(line: &str, message: &str) {
    let outcome = outcome(line);
    assert!(!outcome.passed, "{line}");
    assert_eq!(outcome.message, message);
}

#[test]
fn status_is_a_number_or_a_class() {
    holds(&[
        "status is 200",
        "status is 2xx",
        "status is not 404",
        "status is not 5xx",
        "status < 300",
        "status <= 200",
    ]);
    holds(&[
        "status > 199",
        "status >= 200",
        "status matches ^2",
        "status does not match ^4",
        "status exists",
    ]);
    fails("status is 3xx", "expected status is 3xx, found 200");
    assert_eq!(outcome("status is 3xx").actual, Fact::Integer(200));
}

#[test]
fn any_value_of_a_header_counts_and_none_may_match_a_negated_one() {
    holds(&["header Content-Type contains json", "header set-cookie is b=2", "header set-cookie is not c=3"]);
    holds(&[
        "header set-cookie matches ^a",
        "header set-cookie does not match ^c",
        "header x-none does not exist",
    ]);
    holds(&["header content-type exists", "header content-length < 2 kB", "header content-length >= 1500"]);
    holds(&["header x-none is not x", "header x-latin is \u{fffd}", "header content-length is 1500.0"]);
    fails("header set-cookie is not b=2", "expected header set-cookie is not b=2, found a=1, b=2");
    fails(
        "header x-none is x",
        "expected header x-none is x, found no header; the headers are content-length, content-type, set-cookie, x-latin",
    );
    fails(
        "header contenttype is x",
        "expected header contenttype is x, found no header; did you mean `content-type`? the headers are content-length, content-type, set-cookie, x-latin",
    );
    fails(
        "header content-type > 5",
        "expected header content-type > 5, found application/json, which is not a number",
    );
}

#[test]
fn body_is_text_and_json() {
    holds(&[
        "body contains \"status\"",
        "body does not contain error",
        "body matches '\"n\":\\d'",
        "body < 1 kB",
        "body exists",
    ]);
    holds(&["jsonpath $.status is ok", "jsonpath status is ok", "jsonpath $.n is 1", "jsonpath $.n is 1.0"]);
    holds(&["jsonpath $.n < 2", "jsonpath $.n >= 1", "jsonpath $.list is [1, 2]", "jsonpath $.list[*] is 2"]);
    holds(&[
        "jsonpath $.list.length() is 2",
        "jsonpath $.none does not exist",
        "jsonpath $.nil exists",
        "jsonpath $.nil is null",
    ]);
    holds(&["jsonpath $.status contains o", "jsonpath $.status matches ^ok$", "jsonpath $.list[*] is not 3"]);
    holds(&["jsonpath $.id is 9007199254740993", "jsonpath $.id is not 9007199254740992"]);
    fails(
        "jsonpath $.none is 1",
        "expected jsonpath $.none is 1, found nothing at that path; `$` has id, list, n, nil, status",
    );
    fails(
        "jsonpath $.statsu is ok",
        "expected jsonpath $.statsu is ok, found nothing at that path; did you mean `$.status`? `$` has id, list, n, nil, status",
    );
    fails("jsonpath $.status > 1", "expected jsonpath $.status > 1, found ok, which is not a number");
    assert_eq!(outcome("jsonpath $.list[*] is 3").actual, Fact::from(vec![1_u32, 2]));
    assert_eq!(outcome("jsonpath $.list is 3").actual, Fact::from(vec![1_u32, 2]));
}

#[test]
fn times_are_compared_and_shown_in_the_unit_that_was_written() {
    holds(&[
        "response_time < 300 ms",
        "response_time > 0.2 s",
        "connect_time <= 1.5 ms",
        "wait_time >= 200ms",
    ]);
    holds(&["tls_time does not exist", "wait_time exists"]);
    fails("response_time < 100 ms", "expected response_time < 100 ms, found 201.5 ms");
    fails("response_time < 0.1 s", "expected response_time < 0.1 s, found 0.202 s");
    fails("tls_time < 5 ms", "expected tls_time < 5 ms, found no tls_time");
    assert_eq!(outcome("response_time < 100 ms").actual, Fact::from("201.5 ms"));
}

#[test]
fn the_certificate_is_the_leaf() {
    holds(&[
        "certificate expires_in > 14 days",
        "certificate expires_in <= 480 h",
        "certificate subject contains a.test",
    ]);
    holds(&[
        "certificate issuer is CN=Root,O=Lab",
        "certificate san is A.TEST",
        "certificate san is dns:a.test",
    ]);
    holds(&[
        "certificate san contains 127.0.0",
        "certificate san is not b.test",
        "certificate san matches ^dns:a",
        "certificate san matches ^a",
    ]);
    holds(&[
        "certificate key is RSA",
        "certificate key is \"RSA 2048\"",
        "certificate key >= 2048",
        "certificate key < 4096 bits",
    ]);
    holds(&[
        "certificate key is 2048",
        "certificate key contains RSA",
        "certificate key matches ^RSA",
        "certificate key exists",
    ]);
    holds(&[
        "chain expires_in > 4 days",
        "chain length is 3",
        "chain length <= 3",
        "chain expires_in exists",
    ]);
    fails("chain expires_in > 6 days", "expected chain expires_in > 6 days, found 5 days");
    fails("chain length < 3", "expected chain length < 3, found 3");
    fails("certificate expires_in > 21 days", "expected certificate expires_in > 21 days, found 20 days");
    fails("certificate key > 4096", "expected certificate key > 4096, found RSA 2048");
}

#[test]
fn tls_versions_are_ordered_by_age() {
    holds(&["tls_version is TLSv1.3", "tls_version is 1.3", "tls_version >= TLSv1.2", "tls_version > TLSv1"]);
    holds(&["tls_version is not TLSv1.2", "tls_version <= TLSv1.3", "tls_version exists"]);
    holds(&["alpn is h2", "alpn is not http/1.1", "alpn matches ^h", "alpn exists"]);
    fails("tls_version < 1.3", "expected tls_version < 1.3, found TLSv1.3");
}

#[test]
fn records_are_counted_as_their_quantifier_says() {
    holds(&[
        "some A record is 127.0.0.2",
        "every A record matches ^127\\.",
        "some AAAA record is 0:0:0:0:0:0:0:1",
    ]);
    holds(&[
        "some MX record matches ^10 mx1\\.",
        "some MX record is \"10 MX1.a.test.\"",
        "some CNAME record does not exist",
    ]);
    holds(&[
        "some A record is not 127.0.0.1",
        "every A record is not 127.0.0.3",
        "record is ::1",
        "some TXT record is \"v=spf1 -all\"",
    ]);
    holds(&[
        "every A record exists",
        "some record contains mx1",
        "record does not contain evil",
        "some TXT record contains spf1",
        "some TXT record matches ^v=spf1 -all$",
        "every TXT record does not match ^spf",
    ]);
    holds(&[
        "ttl < 61",
        "ttl is 60",
        "ttl is 1 m",
        "ttl >= 60 s",
        "ttl exists",
        "rcode is noerror",
        "rcode is not NXDOMAIN",
    ]);
    holds(&["rcode matches ^NO", "rcode exists"]);
    fails(
        "every A record is 127.0.0.1",
        "expected every A record is 127.0.0.1, found 127.0.0.2 (1 of 2 values)",
    );
    fails(
        "every NS record is not x",
        "expected every NS record is not x, found no NS record; the answer section has A, AAAA, MX, TXT",
    );
    fails("ttl > 60", "expected ttl > 60, found 60 s");
}

#[test]
fn connections_are_words_and_what_was_received_is_text() {
    holds(&["connection is established", "connection is not refused", "connection exists"]);
    holds(&[
        "received contains mail",
        "received matches ^220 ",
        "received does not contain 421",
        "received < 1 kB",
    ]);
    holds(&["received is not x", "received exists"]);
    holds(&["subprotocol is chat.v1", "subprotocol matches ^chat", "subprotocol exists"]);
    holds(&["close_code is 4401", "close_code >= 4000", "close_code matches ^44", "close_code exists"]);
    fails("close_code is 1000", "expected close_code is 1000, found 4401");
    fails("connection is refused", "expected connection is refused, found established");
}

#[test]
fn what_was_not_observed_fails_whatever_the_operator() {
    for (line, message) in [
        ("body does not contain x", "body is missing"),
        ("not body contains x", "body is missing"),
        ("jsonpath $.a does not exist", "body is missing"),
        ("status exists", "status is missing"),
        ("header x exists", "headers are missing"),
        ("response_time < 1 s", "response_time is missing"),
        ("tls_time < 1 s", "tls_time is missing"),
        ("every A record is not x", "DNS answer is missing"),
        ("ttl < 1", "DNS answer is missing"),
        ("rcode is not NXDOMAIN", "rcode is missing"),
        ("subprotocol is not chat.v1", "subprotocol is missing"),
        ("close_code is not 1000", "close_code is missing"),
        ("connection is not refused", "connection is missing"),
        ("received does not exist", "received is missing"),
    ] {
        let outcome = evaluate(&parse(line).unwrap(), &Observation::new());
        assert!(!outcome.passed, "{line}");
        assert_eq!(outcome.message, format!("could not perform assertion: {message}"), "{line}");
        assert_eq!(outcome.actual, Fact::Null);
    }
    let mut seen = Observation::new();
    seen.body = Some(b"<html>");
    let outcome = evaluate(&parse("jsonpath $.a does not exist").unwrap(), &seen);
    assert!(
        outcome.message.starts_with("could not perform assertion: body is not JSON but HTML: expected value")
    );
    let mut zipped = Observation::new();
    zipped.body = Some(b"\x1f\x8b\x08\0");
    let outcome = evaluate(&parse("jsonpath $.a does not exist").unwrap(), &zipped);
    assert!(outcome.message.contains("gzip data without a content-encoding"), "{}", outcome.message);
    seen.body_truncated = true;
    let outcome = evaluate(&parse("body contains x").unwrap(), &seen);
    assert_eq!(outcome.message, "could not perform assertion: body is longer than the part that is kept");
}

#[test]
fn long_values_are_cut() {
    let mut seen = Observation::new();
    let body = "ä".repeat(5000);
    seen.body = Some(body.as_bytes());
    let outcome = evaluate(&parse("body is x").unwrap(), &seen);
    assert_eq!(outcome.actual.as_str().map(str::len), Some(crate::ACTUAL_BYTES_MAX + crate::CUT_MARK.len()));
    assert!(outcome.message.chars().count() < 300);
    let list = serde_json::Value::from(vec!["x".repeat(3000); 50]).to_string();
    seen = Observation::new();
    seen.body = Some(list.as_bytes());
    let outcome = evaluate(&parse("jsonpath $[*] is y").unwrap(), &seen);
    let Fact::List(items) = outcome.actual else { panic!("{:?}", outcome.actual) };
    assert_eq!(items.len(), 2);
}

#[test]
fn facts_of_a_grpc_answer_are_read() {
    holds(&[
        "grpc_status is NOT_FOUND",
        "grpc_status is not_found",
        "grpc_status is 5",
        "grpc_status is not OK",
        "grpc_status matches FOUND$",
        "grpc_message contains cart",
        "metadata content-length > 1000",
        "metadata Content-Type contains json",
        "trailer set-cookie is b=2",
        "trailer x-none does not exist",
        "health is SERVING",
        "health is not NOT_SERVING",
    ]);
}

#[test]
fn loss_is_a_share_and_latency_a_time() {
    holds(&[
        "packet_loss is 25 %",
        "packet_loss is 25%",
        "packet_loss is 25",
        "packet_loss < 25.5 percent",
        "packet_loss >= 25 %",
        "packet_loss is not 0 %",
        "packets_received is 3",
        "packets_received is not 4",
        "packets_received > 2",
        "latency min is 10 ms",
        "latency avg < 50 ms",
        "latency avg is 20000 us",
        "latency max <= 0.03 s",
        "latency stddev exists",
    ]);
    fails("packet_loss < 10 %", "expected packet_loss < 10 %, found 25 %");
    fails("packet_loss < 10", "expected packet_loss < 10, found 25 %");
    fails("packets_received is 4", "expected packets_received is 4, found 3");
    fails("latency max < 25 ms", "expected latency max < 25 ms, found 30 ms");
}

#[test]
fn without_replies_there_is_no_latency_and_without_requests_no_loss() {
    let judged = |line: &str, echo| {
        let mut seen = Observation::new();
        seen.echo = echo;
        evaluate(&parse(line).unwrap(), &seen)
    };
    let lost = Some(EchoFacts { received: 0, loss_percent: Some(100.0), latency: None });
    let unasked = Some(EchoFacts::default());
    for (line, echo, message) in [
        ("latency avg < 50 ms", lost, "expected latency avg < 50 ms, found no latency"),
        ("packet_loss < 50 %", unasked, "expected packet_loss < 50 %, found no packet_loss"),
        ("packet_loss < 50 %", None, "could not perform assertion: packet_loss is missing"),
        ("latency avg < 1 s", None, "could not perform assertion: latency is missing"),
        ("packets_received is 0", None, "could not perform assertion: packets_received is missing"),
    ] {
        let outcome = judged(line, echo);
        assert!(!outcome.passed, "{line}");
        assert_eq!(outcome.message, message, "{line}");
    }
    for line in ["latency avg does not exist", "packet_loss is 100 %", "packets_received is 0"] {
        assert!(judged(line, lost).passed, "{line}");
    }
}

#[test]
fn in_quotes_null_and_booleans_are_texts() {
    let mut seen = Observation::new();
    seen.body = Some(br#"{"yes":true,"none":null,"text":"true","empty":["",""]}"#);
    for (line, holds) in [
        ("jsonpath $.yes is true", true),
        ("jsonpath $.yes is \"true\"", false),
        ("jsonpath $.none is null", true),
        ("jsonpath $.none is \"null\"", false),
        ("jsonpath $.none is not \"null\"", true),
        ("jsonpath $.text is \"true\"", true),
    ] {
        assert_eq!(evaluate(&parse(line).unwrap(), &seen).passed, holds, "{line}");
    }
    let outcome = evaluate(&parse("jsonpath $.empty[*] is x").unwrap(), &seen);
    assert!(outcome.message.ends_with("found \"\", \"\""), "{}", outcome.message);
    seen.body = Some(b"");
    let outcome = evaluate(&parse("body is x").unwrap(), &seen);
    assert_eq!(outcome.message, "expected body is x, found \"\"");
}

#[test]
fn a_group_is_decided_by_what_could_be_evaluated_if_that_decides_it() {
    let mut seen = Observation::new();
    seen.status = Some(200);
    seen.body = Some(b"<html>");
    // The first part holds, the second does not, and the third cannot be evaluated.
    let parts = ["status is 200", "status is 500", "jsonpath $.a is 1"];
    for (kind, wanted, passed, evaluated) in [
        ("any", &parts[..], true, true),
        ("any", &parts[1..], false, false),
        ("any", &parts[1..2], false, true),
        ("all", &parts[..], false, true),
        ("all", &[parts[0], parts[2]][..], false, false),
        ("all", &parts[..1], true, true),
        ("none", &parts[..], false, true),
        ("none", &parts[1..], false, false),
        ("none", &parts[1..2], true, true),
    ] {
        let between = if kind == "all" { " and " } else { " or " };
        let line = format!("{kind}: {}", wanted.join(between));
        let outcome = evaluate(&parse(&line).unwrap(), &seen);
        assert_eq!((outcome.passed, outcome.evaluated), (passed, evaluated), "{line}: {}", outcome.message);
        let opposite = evaluate(&parse(&format!("not {line}")).unwrap(), &seen);
        assert_eq!(opposite.passed, evaluated && !passed, "not {line}: {}", opposite.message);
        assert_eq!(opposite.evaluated, evaluated, "not {line}");
    }
    let line = "any: status is 500 or jsonpath $.a is 1";
    let outcome = evaluate(&parse(line).unwrap(), &seen);
    assert!(
        outcome.message.starts_with("could not perform assertion: body is not JSON"),
        "{}",
        outcome.message
    );
}

/// What comes of a line about a body; of one that could not be evaluated nothing.
#[track_caller]
fn of_body(body: &str, line: &str) -> (Option<bool>, String) {
    let mut seen = Observation::new();
    seen.body = Some(body.as_bytes());
    let outcome = evaluate(&parse(line).unwrap_or_else(|error| panic!("{line}: {error}")), &seen);
    (outcome.evaluated.then_some(outcome.passed), outcome.message)
}

#[test]
fn integers_of_any_length_are_compared_exactly() {
    let body = r#"{"a":18446744073709551617,"b":-123456789012345678901234567890,"c":1e30,
        "l":[1,18446744073709551617],"t":[20000000000000000000001,20000000000000000000002],
        "h":9999999999999999999999999999999999999999999999999}"#;
    for (line, holds) in [
        ("jsonpath $.a is 18446744073709551617", Some(true)),
        ("jsonpath $.a is 18446744073709551618", Some(false)),
        ("jsonpath $.a is not 18446744073709551618", Some(true)),
        ("jsonpath $.a is one of 18446744073709551616, 18446744073709551618", Some(false)),
        ("jsonpath $.a is one of 5, 18446744073709551617", Some(true)),
        ("jsonpath $.a > 18446744073709551616", Some(true)),
        ("jsonpath $.a > 18446744073709551617", Some(false)),
        ("jsonpath $.a <= 18446744073709551616", Some(false)),
        ("jsonpath $.a is \"18446744073709551617\"", Some(true)),
        ("jsonpath $.a contains 617", Some(true)),
        ("jsonpath $.a as text is 18446744073709551617", Some(true)),
        ("jsonpath $.b is -123456789012345678901234567890", Some(true)),
        ("jsonpath $.b < -123456789012345678901234567889", Some(true)),
        ("jsonpath $.b < -123456789012345678901234567890", Some(false)),
        ("jsonpath $.c is 1e30", Some(true)),
        ("jsonpath $.l is [1, 18446744073709551617]", Some(true)),
        ("jsonpath $.l is [1, 18446744073709551618]", Some(false)),
        ("jsonpath $.l is not [1, 18446744073709551618]", Some(true)),
        ("jsonpath $.l as text is [1,18446744073709551617]", Some(true)),
        ("jsonpath $.h is 9999999999999999999999999999999999999999999999999", Some(true)),
        ("jsonpath $.h is 9999999999999999999999999999999999999999999999998", Some(false)),
        // These two are the same for the parser.
        ("jsonpath $.t[0] is 20000000000000000000001", None),
        ("jsonpath $.t is [20000000000000000000001, 20000000000000000000002]", None),
        ("jsonpath $.t length is 2", Some(true)),
        ("jsonpath $.t[0] exists", Some(true)),
        ("jsonpath $.t[0] is an integer", Some(true)),
        ("jsonpath $.a matches schema {\"const\": 18446744073709551617}", Some(true)),
        ("jsonpath $.a matches schema {\"const\": 18446744073709551618}", Some(false)),
        ("jsonpath $.a matches schema {\"maximum\": 18446744073709551616}", Some(false)),
        ("jsonpath $.t matches schema {\"uniqueItems\": true}", None),
        ("body matches schema {\"properties\": {\"a\": {\"type\": \"integer\"}}}", Some(true)),
    ] {
        let (found, message) = of_body(body, line);
        assert_eq!(found, holds, "{line}: {message}");
    }
}

#[test]
fn lists_and_objects_are_compared_by_the_values_of_their_numbers() {
    for (line, holds) in [
        ("jsonpath $ is {\"n\":\"a\",\"v\":1.0}", true),
        ("jsonpath $ is {\"v\":1,\"n\":\"a\"}", true),
        ("jsonpath $ is {\"n\":\"a\",\"v\":1.5}", false),
        ("jsonpath $ is not {\"n\":\"a\",\"v\":1e0}", false),
        ("jsonpath $ is {\"n\":\"a\",\"v\":\"1\"}", false),
    ] {
        let (found, message) = of_body(r#"{"n":"a","v":1}"#, line);
        assert_eq!(found, Some(holds), "{line}: {message}");
    }
    assert_eq!(of_body("[1,2.0]", "jsonpath $ is [1.0, 2]").0, Some(true));
}

#[test]
fn only_texts_lists_and_objects_have_a_length() {
    let body = r#"{"z":null,"t":true,"n":123,"s":"ab","l":[1],"o":{"a":1},"mixed":["a",null]}"#;
    for (line, holds, message) in [
        ("jsonpath $.z length > 0", None, "could not perform assertion: null has no length"),
        ("not jsonpath $.z length > 9", None, "could not perform assertion: null has no length"),
        ("jsonpath $.t length is 4", None, "could not perform assertion: a boolean has no length"),
        ("jsonpath $.n length is 3", None, "could not perform assertion: a number has no length"),
        ("every jsonpath $.mixed length > 0", None, "could not perform assertion: null has no length"),
        ("jsonpath $.s length is 2", Some(true), "jsonpath $.s length is 2 holds"),
        ("jsonpath $.l length is 1", Some(true), "jsonpath $.l length is 1 holds"),
        ("jsonpath $.o length is 1", Some(true), "jsonpath $.o length is 1 holds"),
    ] {
        assert_eq!(of_body(body, line), (holds, message.to_owned()), "{line}");
    }
}

#[test]
fn messages_say_what_is_missing_and_why_values_do_not_fit() {
    let headers = [("set-cookie".to_owned(), b"sid=1; Path=/".to_vec())];
    let mut seen = Observation::new();
    seen.headers = Some(&headers);
    seen.now = Some(0);
    for (line, found) in [
        ("cookie sid max_age > 1 s", "no max_age of the cookie sid"),
        ("cookie sid expires > now", "no expires of the cookie sid"),
        ("cookie sid expires_in > 1 s", "no expires_in of the cookie sid"),
        ("cookie sid domain is a.test", "no domain of the cookie sid"),
        ("cookie sid same_site is Lax", "no same_site of the cookie sid"),
        ("cookie sidd max_age > 1 s", "no cookie sidd; did you mean `sid`? the cookies are sid"),
    ] {
        let message = evaluate(&parse(line).unwrap(), &seen).message;
        assert_eq!(message, format!("expected {line}, found {found}"));
    }
    let body = r#"{"dur":"250ms","n":5,"s":"x","b":true}"#;
    for (line, found) in [
        ("jsonpath $.dur < 100 ms", "250ms"),
        ("jsonpath $.n < 1 ms", "5, which has no unit of time"),
        ("jsonpath $.s < 1 ms", "x, which is not a duration"),
        ("jsonpath $.s < 1 kB", "x, which is not a number"),
        ("jsonpath $.s < 1", "x, which is not a number"),
    ] {
        assert_eq!(of_body(body, line).1, format!("expected {line}, found {found}"));
    }
}

#[test]
fn more_values_than_are_compared_are_refused() {
    let list = |count: usize| format!("[{}]", vec!["1"; count].join(","));
    let (most, more) = (list(100_000), list(100_001));
    let refused = "100001 values were found, and at most 100000 are compared";
    for line in ["jsonpath $[*] is 1", "every jsonpath $ is 1"] {
        assert_eq!(of_body(&most, line).0, Some(true), "{line}");
        assert!(of_body(&more, line).1.contains(refused), "{line}: {:?}", of_body(&more, line));
    }
}
