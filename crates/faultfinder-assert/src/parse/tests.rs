//! What is read, and what is refused with which words.

use super::*;
use faultfinder_taxonomy::word::Severity;
use proptest::prelude::*;

#[track_caller]
fn refused(line: &str, offset: usize, length: usize, message: &str, nearest: Option<&str>) {
    let error = parse(line).expect_err(line);
    assert_eq!((error.message.as_str(), error.nearest.as_deref()), (message, nearest), "{line}");
    assert_eq!((error.offset, error.length), (offset, length), "{line}: {}", error.message);
}

#[test]
fn every_mistake_has_its_words_its_place_and_the_nearest_spelling() {
    refused("", 0, 0, "a subject is missing", None);
    refused("statsu is 200", 0, 6, "unknown subject `statsu`", Some("status"));
    refused("not statusCode is 200", 4, 10, "unknown subject `statusCode`", Some("status"));
    refused("connect-time < 1 s", 0, 12, "unknown subject `connect-time`", Some("connect_time"));
    refused("loss < 1", 0, 4, "unknown subject `loss`", Some("packet_loss"));
    refused("expires_in > 1 days", 0, 10, "unknown subject `expires_in`", Some("certificate expires_in"));
    refused("warning: status is 1", 0, 8, "unknown subject `warning:`", Some("warn:"));
    refused("headers.server is x", 0, 14, "unknown subject `headers.server`", Some("header server"));
    refused("header[server] is x", 0, 14, "unknown subject `header[server]`", Some("header server"));
    refused("body.a.b is x", 0, 8, "unknown subject `body.a.b`", Some("jsonpath $.a.b"));
    refused("ssl expires_in > 1 days", 0, 3, "unknown subject `ssl`", Some("certificate"));
    refused("response_time less than 5 ms", 14, 4, "unknown operator `less`", Some("<"));
    refused("body has x", 5, 3, "unknown operator `has`", Some("contains"));
    refused("status between 200 and 299", 7, 7, "unknown operator `between`", Some("is one of"));
    refused("status", 6, 0, "an operator is missing after `status`", None);
    refused("status == 200", 7, 2, "unknown operator `==`", Some("is"));
    refused("status iz 200", 7, 2, "unknown operator `iz`", Some("is"));
    refused(
        "body does not contian x",
        5,
        16,
        "unknown operator `does not contian`",
        Some("does not contain"),
    );
    refused("status is", 9, 0, "a value is missing after `is`", None);
    refused("status is ok", 10, 2, "`ok` is not a valid status code", None);
    refused("status is 2000", 10, 4, "`2000` is not a valid status code", None);
    refused("status < 4xx", 9, 3, "a class of status codes does not go with `<`", Some("400"));
    refused("status contains 2", 7, 8, "`contains` cannot be used with `status`", None);
    refused("status is 200 ms", 10, 6, "`200 ms` is not a valid status code", None);
    refused("response_time is 5 ms", 14, 2, "`is` cannot be used with `response_time`", None);
    refused("response_time < 800", 16, 3, "a unit is missing after `800`", None);
    refused("response_time < 800 mss", 20, 3, "`mss` is not a unit of time", None);
    refused("response_time < 800 MS", 20, 2, "`MS` is not a unit of time", Some("ms"));
    refused("response_time < 800 secnds", 20, 6, "`secnds` is not a unit of time", Some("seconds"));
    refused("response_time < 5 %", 18, 1, "`%` is not a unit of time", None);
    refused("response_time < fast", 16, 4, "expected a number, found `fast`", None);
    refused("response_time < 10 kB", 19, 2, "`kB` is not a unit of time", None);
    refused("body < 10 ms", 10, 2, "`ms` is not a unit of size", None);
    refused("body < 10", 7, 2, "a unit is missing after `10`", None);
    refused("header", 6, 0, "the name of a header is missing", None);
    refused("header x-a: is 1", 7, 4, "`x-a:` is not a valid name of a header", Some("x-a"));
    refused("header x-a > many", 13, 4, "expected a number, found `many`", None);
    refused("certificate", 11, 0, "which fact of the certificate is missing", None);
    refused("certificate expires > 1 days", 12, 7, "a certificate has no `expires`", Some("expires_in"));
    refused("chain", 5, 0, "which fact of the chain is missing", None);
    refused("chain lenght is 3", 6, 6, "a chain has no `lenght`", Some("length"));
    refused("certificate expires_in > 14", 25, 2, "a unit is missing after `14`", None);
    refused("tls_version is TLSv1.4", 15, 7, "`TLSv1.4` is not a TLS version", Some("TLSv1.1"));
    refused("rcode is NXDOMIAN", 9, 8, "unknown response code `NXDOMIAN`", Some("NXDOMAIN"));
    refused("close_code is 999", 14, 3, "`999` is not a valid close code", None);
    refused("close_code is closed", 14, 6, "`closed` is not a valid close code", None);
    refused("connection is refusd", 14, 6, "a connection is never `refusd`", Some("refused"));
    refused("grpc_status is UNAVAILBLE", 15, 10, "`UNAVAILBLE` is not a gRPC status", Some("UNAVAILABLE"));
    refused("grpc_status is 17", 15, 2, "`17` is not a gRPC status", None);
    refused("grpc_status > 3", 12, 1, "`>` cannot be used with `grpc_status`", None);
    refused("health is SERVNG", 10, 6, "a service's health is never `SERVNG`", Some("SERVING"));
    refused("metadata", 8, 0, "the name of metadata is missing", None);
    refused("trailer x: is 1", 8, 2, "`x:` is not a valid name of a trailer", Some("x"));
    refused("some MXX record is x", 5, 3, "unknown record type `MXX`", Some("MX"));
    refused("some MX is x", 8, 2, "the word `record` is missing", None);
    refused("every", 5, 0, "what it is about is missing", None);
    refused("every status is 200", 0, 5, "`every` does not go with `status`", None);
    refused("every jsonpath $.a count is 2", 0, 5, "`every` does not go with `a count`", None);
    refused("MX is x", 3, 2, "the word `record` is missing", None);
    refused("record in answr is x", 10, 5, "a DNS answer has no `answr`", Some("answer"));
    refused("status count is 2", 7, 5, "`status` has no `count`", None);
    refused("cookie", 6, 0, "the name of a cookie is missing", None);
    refused("cookie s secure is yes", 19, 3, "a flag is never `yes`", None);
    refused("http_version is 4", 16, 1, "`4` is not a version of HTTP", None);
    refused("redirect status", 15, 0, "an operator is missing after `redirect status`", None);
    refused("redirect 0 status is 301", 9, 1, "`0` is not a valid number of a redirect", None);
    refused("redirect 1 code is 301", 11, 4, "a redirect has no `code`", None);
    refused("hop 1 status is 301", 0, 3, "unknown subject `hop`", Some("redirect"));
    refused("peer is ::1", 0, 4, "unknown subject `peer`", Some("remote_ip"));
    refused("body sha256 is abc", 15, 3, "`abc` is not a digest of sha256", None);
    refused("body sha257 is abc", 5, 6, "unknown operator `sha257`", None);
    refused("ocsp is fine", 8, 4, "an OCSP status is never `fine`", None);
    refused("status is one of 200, x", 22, 1, "`x` is not a valid status code", None);
    refused("status is one of [200", 17, 1, "the list is never closed", None);
    refused("status in [200,,204]", 15, 0, "a value is missing in the list", None);
    refused("status is 200, 204", 10, 8, "`200, 204` is not a valid status code", None);
    refused("status is a number", 7, 2, "`is` cannot be used with `status`", None);
    refused("response_time < 800 msec", 20, 4, "`msec` is not a unit of time", Some("ms"));
    refused("any:", 4, 0, "an assertion is missing in `any:`", None);
    refused("any: status is 200 or", 19, 2, "there is nothing behind the last `or`", None);
    refused("any: status is 200 or statsu is 5", 22, 6, "unknown subject `statsu`", Some("status"));
    refused("warn: statsu is 5", 6, 6, "unknown subject `statsu`", Some("status"));
    refused("body matches (?=a", 13, 1, "bad regular expression: unclosed group", None);
    refused("status exists 200", 14, 3, "`exists` takes no value", None);
    refused("body matches a(b", 14, 1, "bad regular expression: unclosed group", None);
    refused("body matches 'a(b'", 13, 5, "bad regular expression: unclosed group", None);
    refused("body contains \"a", 14, 1, "the quote is never closed", None);
    refused("body contains \"a\" b", 18, 1, "there is text after the closing quote", None);
    refused("body contains \"\\q\"", 15, 2, "unknown escape `\\q`", None);
    refused("jsonpath", 8, 0, "a JSONPath is missing", None);
    refused("jsonpath $.a < x", 15, 1, "expected a number, found `x`", None);
    refused("jsonpath $.a < 5 parsecs", 17, 7, "`parsecs` is not a unit of time or size", None);
    refused("jsonpath $.a < now + 5", 21, 1, "a unit is missing after `5`", None);
    refused("jsonpath $.a < now or then", 19, 7, "there is text after `now`", None);
    refused("certificate not_after > soon", 24, 4, "expected a date, found `soon`", None);
    refused("latency", 7, 0, "which figure of the latency is missing", None);
    refused("latency < 5 ms", 14, 0, "which figure of the latency is missing", None);
    refused("latency average < 5 ms", 8, 7, "a latency has no `average`", None);
    refused("latency avg < 5", 14, 1, "a unit is missing after `5`", None);
    refused("packet_loss < 5 ms", 16, 2, "`ms` is not a unit of share", None);
    refused("packets_received is 4 %", 22, 1, "`packets_received` takes no unit", None);
    refused("content-type is json", 0, 12, "unknown subject `content-type`", Some("header content-type"));
    refused("content_type is json", 0, 12, "unknown subject `content_type`", Some("header content-type"));
    refused("Cache-Control is x", 0, 13, "unknown subject `Cache-Control`", Some("header cache-control"));
    refused("x-request-id exists", 0, 12, "unknown subject `x-request-id`", Some("header x-request-id"));
    refused("$.status is ok", 0, 8, "unknown subject `$.status`", Some("jsonpath $.status"));
    refused("every $.a[*].b is ok", 6, 8, "unknown subject `$.a[*].b`", Some("jsonpath $.a[*].b"));
    refused("$['a b'] is ok", 0, 8, "unknown subject `$['a b']`", Some("jsonpath $['a b']"));
    refused("response_code is 200", 0, 13, "unknown subject `response_code`", Some("status"));
    refused("code is 200", 0, 4, "unknown subject `code`", Some("status"));
    refused("dns_time < 5 ms", 0, 8, "unknown subject `dns_time`", Some("resolve_time"));
    refused("jsonpath $.a in a, b", 13, 7, "`in` takes a list in square brackets", Some("in [a, b]"));
    refused(
        "status not in 200, 204",
        7,
        15,
        "`not in` takes a list in square brackets",
        Some("not in [200, 204]"),
    );
    refused("packetloss is 4 %", 0, 10, "unknown subject `packetloss`", Some("packet_loss"));
}

#[test]
fn regular_expressions_are_limited() {
    let error = parse("body matches \\w{1000}{1000}").unwrap_err();
    assert!(error.message.contains("too large"), "{}", error.message);
    assert!(parse("body matches a(?=b)").is_ok());
    assert!(parse(&format!("body matches {}", "a".repeat(crate::PATTERN_BYTES_MAX))).is_ok());
    assert!(parse(&format!("body matches {}", "a".repeat(crate::PATTERN_BYTES_MAX + 1))).is_err());
    assert!(parse(&format!("body contains {}", "a".repeat(LINE_BYTES_MAX))).is_err());
}

#[test]
fn what_is_read_is_what_was_written() {
    for (line, subject, operator, expected) in [
        ("status is 200", "status", "is", "200"),
        ("  not   status is 2xx ", "status", "is not", "\"2xx\""),
        ("header Content-Type contains json", "header content-type", "contains", "\"json\""),
        ("body does not contain \"a\\n\\\"b\\\"\"", "body", "does not contain", "\"a\\n\\\"b\\\"\""),
        ("body contains 'a\\n'", "body", "contains", "\"a\\\\n\""),
        ("response_time<800ms", "response_time", "<", "\"800ms\""),
        ("response_time <= \"1.5\" s", "response_time", "<=", "\"\\\"1.5\\\" s\""),
        ("jsonpath $.a[?(@.b == 'x y')].c is 1.5", "jsonpath $.a[?(@.b == 'x y')].c", "is", "1.5"),
        ("jsonpath \"$['a b']\" is \"1\"", "jsonpath $['a b']", "is", "\"1\""),
        ("some mx record matches ^10 ", "some MX record", "matches", "\"^10\""),
        ("record exists", "record", "exists", "null"),
        ("tls_version >= 1.2", "tls_version", ">=", "\"TLSv1.2\""),
        ("ttl < 60", "ttl", "<", "\"60\""),
        ("body is not found", "body", "is not", "\"found\""),
        ("status is one of 200, 204", "status", "is one of", "\"200, 204\""),
        ("status not in [200, 204]", "status", "is not one of", "\"[200, 204]\""),
        ("jsonpath $.state is in progress", "jsonpath $.state", "is", "\"in progress\""),
        ("jsonpath $.a is an array", "jsonpath $.a", "is", "\"a list\""),
        ("jsonpath $.a is not a number", "jsonpath $.a", "is not", "\"a number\""),
        ("jsonpath $.a is a number of things", "jsonpath $.a", "is", "\"a number of things\""),
        ("jsonpath $.a is \"a number\"", "jsonpath $.a", "is", "\"a number\""),
        ("every jsonpath $.a as text contains x", "every jsonpath $.a as text", "contains", "\"x\""),
        ("first header X-A length > 2", "first header x-a length", ">", "2"),
        ("MX record count >= 2", "MX record count", ">=", "2"),
        ("some NS record in authority section is x", "some NS record in authority", "is", "\"x\""),
        ("response_time without dns < 5 ms", "response_time without dns", "<", "\"5 ms\""),
        ("cookie sid max_age > 1 h", "cookie sid max_age", ">", "\"1 h\""),
        ("http_version >= h2", "http_version", ">=", "\"HTTP/2\""),
        ("body size is 5 MB", "body size", "is", "\"5 MB\""),
        (
            "any: status is 200 or status is 304",
            "any of 2 assertions",
            "hold",
            "[\"status is 200\",\"status is 304\"]",
        ),
        (
            "not all: status is 200 and body is x",
            "all of 2 assertions",
            "do not hold",
            "[\"status is 200\",\"body is x\"]",
        ),
    ] {
        let assertion = parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert_eq!((assertion.subject().as_str(), assertion.operator()), (subject, operator), "{line}");
        assert_eq!(serde_json::to_string(&assertion.expected()).unwrap(), expected, "{line}");
    }
}

#[test]
fn a_word_between_assertions_is_no_part_of_quotes_and_brackets() {
    for (line, parts) in [
        ("any: body contains \"this or that\" or status is 200", 2),
        ("any: jsonpath $.a[?(@.b == 'x or y')].c is 1 or status is 200", 2),
        ("any: body contains can't or body contains won't", 2),
        ("none: body contains error or body contains denied or status is 5xx", 3),
    ] {
        let assertion = parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert_eq!(assertion.count(), parts, "{line}");
        assert_eq!(assertion.to_string(), line);
    }
    let many = vec!["status is 200"; crate::PARTS_MAX].join(" or ");
    assert!(parse(&format!("any: {many}")).is_ok());
    assert!(parse(&format!("any: {many} or status is 200")).is_err());
}

#[test]
fn a_severity_is_no_part_of_what_is_asserted() {
    let assertion = parse("warn: response_time < 1 s").unwrap();
    assert_eq!(
        (assertion.severity(), assertion.to_string().as_str()),
        (Severity::Warn, "response_time < 1 s")
    );
    assert_eq!(parse("response_time < 1 s").unwrap().severity(), Severity::Fail);
    // Only what can make the test fail makes a value of a fault.
    let reads = |line: &str| parse(line).unwrap().reads_connection();
    assert!(reads("connection is refused") && reads("any: connection is refused or response_time < 1 s"));
    assert!(!reads("warn: connection is refused"));
}

#[test]
fn a_list_has_a_limit() {
    let list = |count: usize| format!("body is one of [{}]", vec!["a"; count].join(", "));
    assert!(parse(&list(100)).is_ok());
    assert_eq!(parse(&list(101)).unwrap_err().message, "a list has at most 100 values");
}

#[test]
fn values_of_variables_are_no_syntax() {
    // The line as it is after its variables are replaced, and where their values are.
    for (before, value, after, operator, expected) in [
        ("body is ", "\"x\" and more", "", "is", "\"\\\"x\\\" and more\""),
        ("body is ", "not found", "", "is", "\"not found\""),
        ("body contains \"", "a\"b", "\"", "contains", "\"a\\\"b\""),
        ("body is ", "a number", "", "is", "\"a number\""),
        ("status is ", "200", "", "is", "200"),
        ("body is one of [a, ", "b, c", "]", "is one of", "\"[a, b, c]\""),
    ] {
        let line = format!("{before}{value}{after}");
        let range = before.len()..before.len() + value.len();
        let assertion = parse_guarded(&line, &[range]).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert_eq!(assertion.operator(), operator, "{line}");
        assert_eq!(serde_json::to_string(&assertion.expected()).unwrap(), expected, "{line}");
    }
}

#[test]
fn a_word_between_assertions_in_a_value_separates_nothing() {
    let (before, value) = ("any: body is ", "x or status is 200");
    let line = format!("{before}{value} or status is 404");
    let range = before.len()..before.len() + value.len();
    assert_eq!(parse_guarded(&line, &[range]).unwrap().count(), 2);
    assert_eq!(parse(&line).unwrap().count(), 3);
}

#[test]
fn what_is_probably_not_meant_is_remarked() {
    for (line, at) in [
        ("body contains \u{201c}ok\u{201d}", Some(14)),
        ("body matches /ok/i", Some(13)),
        ("body matches /ok/", Some(13)),
        ("any: body matches /ok/i or status is 200", Some(18)),
        ("body matches schema {\"requierd\": [\"a\"]}", Some(20)),
        ("body matches ok", None),
        ("body contains \"ok\"", None),
        ("header location matches /api/v1/", None),
    ] {
        let assertion = parse(line).unwrap();
        assert_eq!(assertion.notes().first().map(|note| note.offset), at, "{line}");
    }
}

#[test]
fn texts_that_are_near_something_else_are_remarked() {
    for (line, at, meant) in [
        ("jsonpath $.a is a array", 16, "an array"),
        ("jsonpath $.a is not a integer", 20, "an integer"),
        ("jsonpath $.a is an string", 16, "a string"),
        ("jsonpath $.a is a timestamp", 16, "a date"),
        ("jsonpath $.a is a float", 16, "a number"),
        ("jsonpath $.a is an empty list", 16, "empty"),
        ("body is a object", 8, "an object"),
        ("jsonpath $.a is not undefined", 20, "null"),
        ("jsonpath $.a is not None", 20, "null"),
        ("jsonpath $.a is not nil", 20, "null"),
        ("jsonpath $.a is True", 16, "true"),
        ("header x is not None", 16, "`exists` or `does not exist` as the operator"),
        ("jsonpath $.a is [1,2", 16, "JSON such as [1, 2] or {\"a\": 1}, or quotes around a text"),
        ("jsonpath $.a is {a:1}", 16, "JSON such as [1, 2] or {\"a\": 1}, or quotes around a text"),
        ("jsonpath $.a is in a, b", 16, "in [a, b]"),
    ] {
        let assertion = parse(line).unwrap();
        let [note] = assertion.notes() else { panic!("{line}: {:?}", assertion.notes()) };
        let found = note.nearest.as_deref().or(note.expected.as_deref());
        assert_eq!((note.offset, found), (at, Some(meant)), "{line}");
    }
    for line in [
        "jsonpath $.a is a test",
        "jsonpath $.a is \"a array\"",
        "jsonpath $.a is null",
        "jsonpath $.a is [1, 2]",
        "jsonpath $.a is {}",
        "jsonpath $.a is in progress",
        "jsonpath $.a contains [1,2",
        "header x is True",
        "header x is [a",
        "body contains undefined",
    ] {
        assert_eq!(parse(line).unwrap().notes(), [], "{line}");
    }
    assert_eq!(from_fields("jsonpath $.a", "is", Some("a array"), None, false).unwrap().notes().len(), 1);
    assert_eq!(parse_guarded("body is a array", std::slice::from_ref(&(8..15))).unwrap().notes(), []);
}

#[test]
fn a_second_assertion_in_a_value_is_remarked() {
    for (line, at) in [
        ("not body contains error and status is 200", Some(24)),
        ("body contains a and b and header x exists", Some(22)),
        ("body matches a or status is 304", Some(15)),
        ("body contains a and not body contains b", Some(16)),
        ("jsonpath $.a is x and response_time < 5 ms", Some(18)),
        ("any: body contains a and status is 200 or status is 304", Some(21)),
        ("body contains \"error and status is 200\"", None),
        ("body contains status and url", None),
        ("body contains terms and conditions", None),
        ("body contains this or that", None),
        ("all: body contains a and status is 200", None),
    ] {
        let assertion = parse(line).unwrap();
        assert_eq!(assertion.notes().first().map(|note| note.offset), at, "{line}");
    }
    assert_eq!(
        parse_guarded("body contains a and status is 200", std::slice::from_ref(&(14..33))).unwrap().notes(),
        []
    );
    assert_eq!(
        from_fields("body", "contains", Some("a and status is 200"), None, false).unwrap().notes(),
        []
    );
}

#[test]
fn the_mapping_form_takes_values_as_they_stand() {
    let assertion = from_fields("header x-a", "is", Some("\"quoted\""), None, false).unwrap();
    assert_eq!(assertion.expected(), faultfinder_taxonomy::Fact::from("\"quoted\""));
    assert_eq!(assertion.to_string(), "header x-a is \"quoted\"");
    assert!(from_fields("response_time", "<", Some("800"), Some("ms"), false).is_ok());
    assert!(from_fields("body", "does not exist", None, None, true).is_ok());
    assert_eq!(
        from_fields("status", "is one of", Some("[200, 204]"), None, false).unwrap().operator(),
        "is one of"
    );
    for (operator, value) in [("is a number", None), ("is", Some("x"))] {
        assert!(from_fields("jsonpath $.a", operator, value, None, false).is_ok(), "{operator}");
    }
    for (subject, operator, value, unit, piece, offset) in [
        ("statsu", "is", Some("200"), None, Piece::Subject, 0),
        ("status code", "is", Some("200"), None, Piece::Subject, 7),
        ("status", "are", Some("200"), None, Piece::Operator, 0),
        ("status", "is 200", Some("200"), None, Piece::Operator, 3),
        ("status", "is", None, None, Piece::Operator, 2),
        ("status", "is", Some("ok"), None, Piece::Value, 0),
        ("status", "is", Some("200"), Some("ms"), Piece::Unit, 0),
        ("response_time", "<", Some("800"), Some("parsec"), Piece::Unit, 0),
    ] {
        let error = from_fields(subject, operator, value, unit, false).unwrap_err();
        assert_eq!((error.piece, error.offset), (piece, offset), "{subject} {operator}: {error}");
    }
}

#[test]
fn a_list_of_the_mapping_form_means_the_same_as_the_line() {
    let list =
        |subject, operator, values: &[&str]| from_fields_with_list(subject, operator, values, None, false);
    for (subject, operator, values, line) in [
        ("status", "is one of", &["200", "201"][..], "status is one of 200, 201"),
        ("status", "in", &["2xx", " 304 "], "status in [2xx, 304]"),
        ("jsonpath $.n", "is not in", &["1", "a, b", "c"], "jsonpath $.n is not in [1, \"a, b\", c]"),
    ] {
        let (given, written) = (list(subject, operator, values).unwrap(), parse(line).unwrap());
        assert_eq!(given.operator(), written.operator(), "{line}");
        let value = |assertion: &Assertion| match &assertion.node {
            Node::Check(check) => format!("{:?}", check.value).replace("quoted: true", "quoted: false"),
            _ => String::new(),
        };
        assert_eq!(value(&given), value(&written), "{line}");
    }
    assert_eq!(
        list("status", "is one of", &["200", "204"]).unwrap().to_string(),
        "status is one of [200, 204]"
    );
    assert_eq!(
        list("body", "in", &["a, b", "\"q\""]).unwrap().to_string(),
        "body in [\"a, b\", \"\\\"q\\\"\"]"
    );
    let many = vec!["200"; crate::ITEMS_MAX + 1];
    assert!(list("status", "in", &many[1..]).is_ok());
    for (subject, operator, values, piece, message) in [
        ("status", "in", &["200", "ok"][..], Piece::Item(1), "`ok` is not a valid status code"),
        ("status", "in", &["200", ""], Piece::Item(1), "`` is not a valid status code"),
        ("status", "is", &["200"], Piece::Operator, "`is` takes one value, found a list"),
        (
            "body",
            "does not contain",
            &["a"],
            Piece::Operator,
            "`does not contain` takes one value, found a list",
        ),
        ("body", "exists", &["a"], Piece::Operator, "`exists` takes no value, found a list"),
        ("status", "in", &[], Piece::Operator, "a value is missing for `is one of`"),
        ("status", "in", &many, Piece::Item(100), "a list has at most 100 values, found 101"),
    ] {
        let error = list(subject, operator, values).unwrap_err();
        assert_eq!((error.piece, error.message.as_str()), (piece, message), "{subject} {operator}");
    }
}

proptest! {
    #[test]
    fn no_line_makes_it_panic(line in "\\PC{0,80}") {
        if let Err(error) = parse(&line) {
            prop_assert!(line.get(error.offset..error.offset + error.length).is_some(), "{error:?}");
        }
    }

    #[test]
    fn no_line_of_known_words_makes_it_panic(
        words in proptest::collection::vec(
            prop_oneof![
                Just("not"), Just("status"), Just("header"), Just("jsonpath"), Just("body"), Just("certificate"),
                Just("expires_in"), Just("key"), Just("some"), Just("MX"), Just("record"), Just("is"), Just("does"),
                Just("contain"), Just("matches"), Just("exists"), Just("<"), Just(">="), Just("$.a"), Just("$..[?(@.x"),
                Just("\"q"), Just("'"), Just("\\"), Just("5"), Just("-1e400"), Just("ms"), Just("%"), Just("2xx"),
                Just("any:"), Just("or"), Just("all:"), Just("warn:"), Just("one"), Just("of"), Just("in"), Just("["), Just(","),
                Just("now"), Just("first"), Just("cookie"), Just("redirect"), Just("count"), Just("authority"), Just("empty"),
                Just("/x/i"), Just("(?=a)"), Just("\\1"), Just("("), Just("2026-01-01"),
                Just("(("), Just("[a"), Just("ä"), Just("\u{a0}"), Just("ttl"), Just("response_time"), Just("@.length"),
            ],
            0..9,
        ),
        glue in prop_oneof![Just(" "), Just(""), Just("\t")],
    ) {
        let line = words.join(glue);
        if let Err(error) = parse(&line) {
            prop_assert!(line.get(error.offset..error.offset + error.length).is_some(), "{line:?} {error:?}");
        }
        let _ = from_fields(&line, &line, Some(&line), Some(&line), false);
    }
}
