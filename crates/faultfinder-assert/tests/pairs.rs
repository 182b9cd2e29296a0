//! Every pair of subject and operator, by kind of test: a line that holds of an answer, and one that does not.
//!
//! The pairs are those of the tests that people bring along (`status`/`statusCode`, `received`/`receivedMessage` ...), and
//! what goes beyond them.

use faultfinder_assert::{
    EchoFacts, LatencyFacts, Observables, Observation, RecordFacts, RedirectFacts, WebSocketFacts, evaluate,
    parse,
};
use faultfinder_taxonomy::word::{HashAlgorithm, RecordType};
use faultfinder_taxonomy::{
    CertificateFacts, GrpcStatus, HopFacts, Phase, Protocol, ResponseCode, Timings, TlsFacts,
};
use std::time::Duration;

const DAY: i64 = 86_400;
/// The time at which assertions are evaluated.
const NOW: i64 = 1_795_325_984;

/// One pair: a line that holds, and one that does not.
type Row = (&'static str, &'static str);

#[track_caller]
#[expect(clippy::panic, clippy::unwrap_used, reason = "a helper of tests")]
fn check(protocol: Protocol, seen: &Observation<'_>, rows: &[Row]) {
    for (holds, fails) in rows {
        for (line, expected) in [(holds, true), (fails, false)] {
            let assertion = parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
            assert_eq!(assertion.unobservable(&Observables::of(protocol)), None, "{line}");
            let outcome = evaluate(&assertion, seen);
            assert_eq!(outcome.passed, expected, "{line}: {}", outcome.message);
            assert!(outcome.evaluated, "{line}: {}", outcome.message);
            let opposite = evaluate(&parse(&format!("not {line}")).unwrap(), seen);
            assert_eq!(opposite.passed, !expected, "not {line}: {}", opposite.message);
        }
    }
}

fn timings() -> Timings {
    let mut timings = Timings::default();
    timings.add(Phase::Resolve, Duration::from_millis(50));
    timings.add(Phase::Connect, Duration::from_millis(10));
    timings.add(Phase::Tls, Duration::from_millis(20));
    timings.add(Phase::Wait, Duration::from_millis(100));
    timings
}

fn tls() -> TlsFacts {
    let mut leaf = CertificateFacts::default();
    leaf.subject = "CN=a.test,O=Lab\\, Inc".to_owned();
    leaf.issuer = "CN=Root".to_owned();
    leaf.subject_alt_names = vec!["dns:a.test".to_owned(), "dns:*.a.test".to_owned()];
    leaf.key_type = "RSA".to_owned();
    leaf.key_bits = Some(2048);
    leaf.serial = "0a1b".to_owned();
    leaf.sha256 = "aabbcc".to_owned();
    leaf.sha1 = "ddeeff".to_owned();
    leaf.signature_algorithm = "sha256WithRSAEncryption".to_owned();
    leaf.key_usage = vec!["digitalSignature".to_owned(), "keyEncipherment".to_owned()];
    leaf.extended_key_usage = vec!["serverAuth".to_owned()];
    leaf.not_before = Some(NOW - 10 * DAY);
    leaf.not_after = Some(NOW + 20 * DAY);
    let mut tls = TlsFacts::default();
    tls.version = Some("TLSv1.3".to_owned());
    tls.cipher_suite = Some("TLS_AES_128_GCM_SHA256".to_owned());
    tls.alpn = Some("h2".to_owned());
    tls.chain = vec![leaf];
    tls.chain_length = Some(3);
    tls.chain_not_after = Some(NOW + 15 * DAY);
    tls
}

#[test]
fn http() {
    let headers: Vec<(String, Vec<u8>)> = [
        ("content-type", "text/html; charset=utf-8"),
        ("content-length", "1500"),
        ("age", "90"),
        ("last-modified", "Wed, 21 Oct 2015 07:28:00 GMT"),
        ("x-took", "250ms"),
        ("x-id", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
        ("x-empty", ""),
        ("set-cookie", "sid=abc; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=3600"),
        ("set-cookie", "lang=en; Expires=Wed, 25 Nov 2026 07:28:00 GMT; Domain=a.test"),
    ]
    .iter()
    .map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec()))
    .collect();
    let body = br#"{"status":"UP","n":5,"price":8.95,"txt":"5","ok":true,"none":null,"list":[3,4],"empty":[],"at":"2026-11-22T05:39:44Z","ms":1795325984000,"took":"1m30s","items":[{"state":"UP"},{"state":"DOWN"},{"state":"UP"}],"uuid":"f81d4fae-7dec-11d0-a765-00a0c91e6bf6"}"#;
    let (timings, tls) = (timings(), tls());
    let mut seen = Observation::new();
    seen.status = Some(200);
    seen.http_version = Some("HTTP/2");
    seen.url = Some("https://a.test/end?x=1");
    seen.redirects = Some(vec![
        RedirectFacts { url: "http://a.test/", status: 301 },
        RedirectFacts { url: "https://a.test/", status: 302 },
    ]);
    seen.remote_ip = "127.0.0.1".parse().ok();
    seen.headers = Some(&headers);
    seen.trailers = Some(&headers);
    seen.body = Some(body);
    let hashes = [(HashAlgorithm::Sha512, "0".repeat(128))];
    seen.body_hashes = &hashes;
    seen.timings = Some(&timings);
    seen.tls = Some(&tls);
    seen.now = Some(NOW);
    check(Protocol::Http, &seen, HTTP_HEAD);
    check(Protocol::Http, &seen, HTTP_BODY);
    check(Protocol::Http, &seen, TLS);
    check(Protocol::Http, &seen, TIMES);
}

const HTTP_HEAD: &[Row] = &[
    // statusCode
    ("status is 200", "status is 201"),
    ("status is 2xx", "status is 3xx"),
    ("status is not 404", "status is not 200"),
    ("status is one of 200, 204", "status is one of 201, 204"),
    ("status is one of [200-299, 404]", "status is one of [300-399, 4xx]"),
    ("status is not in [500, 503]", "status not in [200]"),
    ("status matches ^2\\d\\d$", "status matches ^3"),
    ("status does not match ^5", "status does not match ^2"),
    ("status < 300", "status < 200"),
    ("status <= 200", "status <= 199"),
    ("status > 199", "status > 200"),
    ("status >= 200", "status >= 201"),
    ("status exists", "status does not exist"),
    // header
    ("header content-type is text/html; charset=utf-8", "header content-type is text/html"),
    ("header content-type is not text/html", "header content-type is not text/html; charset=utf-8"),
    ("header content-type contains html", "header content-type contains json"),
    ("header content-type does not contain json", "header content-type does not contain html"),
    ("header content-type starts with text/", "header content-type starts with html"),
    ("header content-type does not start with x", "header content-type does not start with text"),
    ("header content-type ends with utf-8", "header content-type ends with latin1"),
    ("header content-type does not end with x", "header content-type does not end with utf-8"),
    ("header content-type matches ^text/(html|css)", "header content-type matches ^html"),
    ("header content-type does not match json$", "header content-type does not match utf-8$"),
    (
        "header content-type is one of [a, \"text/html; charset=utf-8\"]",
        "header content-type is one of [a, b]",
    ),
    ("header content-length > 1000", "header content-length > 1500"),
    ("header content-length <= 1.5 kB", "header content-length < 1 kB"),
    ("header age < 2 m", "header age > 2 m"),
    ("header x-took < 300 ms", "header x-took < 0.2 s"),
    ("header last-modified < now", "header last-modified > now - 1 day"),
    ("header last-modified >= 2015-10-21", "header last-modified > 2015-10-22"),
    ("header x-none does not exist", "header x-none exists"),
    ("header set-cookie count is 2", "header set-cookie count > 2"),
    ("header x-id length is 36", "header x-id length < 36"),
    ("header x-id size is 36 bytes", "header x-id size > 1 kB"),
    ("every header set-cookie contains =", "every header set-cookie contains HttpOnly"),
    ("some header set-cookie contains HttpOnly", "some header set-cookie contains Partitioned"),
    ("first header set-cookie starts with sid", "first header set-cookie starts with lang"),
    ("header content-length is a number", "header content-type is a number"),
    ("header content-length is an integer", "header x-took is an integer"),
    ("header last-modified is a date", "header x-id is a date"),
    ("header x-id is a uuid", "header age is a uuid"),
    ("header x-empty is empty", "header x-id is empty"),
    ("header x-id is not empty", "header x-empty is not empty"),
    ("trailer age is 90", "trailer age is 91"),
    // cookies
    ("cookie sid is abc", "cookie sid is x"),
    ("cookie sid is not x", "cookie sid is not abc"),
    ("cookie sid matches ^a", "cookie sid matches ^b"),
    ("cookie sid exists", "cookie none exists"),
    ("cookie none does not exist", "cookie sid does not exist"),
    ("cookie sid secure is true", "cookie lang secure is true"),
    ("cookie sid http_only is true", "cookie lang http_only is true"),
    ("cookie lang partitioned is false", "cookie lang partitioned is true"),
    ("cookie sid same_site is lax", "cookie sid same_site is Strict"),
    ("cookie lang same_site does not exist", "cookie sid same_site does not exist"),
    ("cookie sid path is /", "cookie sid path is /x"),
    ("cookie lang domain is a.test", "cookie lang domain is b.test"),
    ("cookie sid max_age is 3600", "cookie sid max_age > 2 h"),
    ("cookie lang expires > now", "cookie lang expires < now + 2 days"),
    ("cookie lang expires_in > 3 days", "cookie lang expires_in > 4 days"),
    ("cookie sid expires_in <= 1 h", "cookie sid expires_in < 1 h"),
    ("cookie sid length is 3", "cookie sid length > 3"),
    ("cookie sid count is 1", "cookie none count is 1"),
    // beyond
    ("http_version is 2", "http_version is 1.1"),
    ("http_version is not HTTP/3", "http_version is not h2"),
    ("http_version is one of 2, 3", "http_version is one of 1.0, 1.1"),
    ("http_version >= 1.1", "http_version > 2"),
    ("http_version < 3", "http_version <= 1.1"),
    ("url is https://a.test/end?x=1", "url is https://a.test/"),
    ("url contains /end", "url contains /login"),
    ("url starts with https://", "url starts with http://"),
    ("url matches x=\\d$", "url matches x=\\d\\d$"),
    ("url is a url", "url is an integer"),
    ("redirects is 2", "redirects is 1"),
    ("redirects < 3", "redirects > 2"),
    ("redirect 1 status is 301", "redirect 2 status is 301"),
    ("redirect 2 status is 3xx", "redirect 2 status is one of 301, 308"),
    ("redirect 1 url starts with http://", "redirect 2 url starts with http://"),
    ("redirect 3 status does not exist", "redirect 2 status does not exist"),
    ("every redirect status is 3xx", "every redirect status is 301"),
    ("some redirect url contains https", "some redirect url contains ftp"),
    ("remote_ip is 127.0.0.1", "remote_ip is ::1"),
    ("remote_ip is one of [127.0.0.1, ::1]", "remote_ip is one of [10.0.0.1]"),
    ("remote_ip starts with 127.", "remote_ip starts with 10."),
    ("remote_ip is an ip address", "remote_ip is a url"),
];

/// What an XPath finds in XML; `validatesXPath` and its operators.
const XPATH: &[Row] = &[
    ("xpath //name is a", "xpath //name is c"),
    ("xpath //name is not c", "xpath //name is not a"),
    ("xpath //name contains a", "xpath //name contains c"),
    ("xpath //name does not contain c", "xpath //name does not contain a"),
    ("xpath //name matches ^[ab]$", "xpath //name matches ^c$"),
    ("xpath //name does not match c", "xpath //name does not match a"),
    ("xpath //name starts with a", "xpath //name ends with c"),
    ("xpath //name is one of a, x", "xpath //name is one of x, y"),
    ("xpath //n < 6", "xpath //n < 5"),
    ("xpath //n <= 5", "xpath //n <= 4"),
    ("xpath //n > 4", "xpath //n > 5"),
    ("xpath //n >= 5", "xpath //n >= 6"),
    ("xpath //n is 5.0", "xpath //n is 5.1"),
    ("xpath //at > 2026-01-01", "xpath //at > now"),
    ("xpath //none does not exist", "xpath //name does not exist"),
    ("xpath //name exists", "xpath //none exists"),
    ("every xpath //name length is 1", "every xpath //name is a"),
    ("some xpath //name is b", "some xpath //name is c"),
    ("first xpath //name is a", "first xpath //name is b"),
    ("xpath //name count is 2", "xpath //name count > 2"),
    ("xpath count(//name) is 2", "xpath count(//name) is 3"),
    ("xpath //item[@id='2']/name is b", "xpath //item[@id='2']/name is a"),
    ("xpath \"//item[@id = '1']/name\" is a", "xpath \"//item[@id = '1']/name\" is b"),
    ("xpath //n is a number", "xpath //name is a number"),
    ("xpath boolean(//n) is true", "xpath boolean(//none) is true"),
];

#[test]
fn xpath() {
    let headers = vec![("content-type".to_owned(), b"application/xml".to_vec())];
    let mut seen = Observation::new();
    seen.headers = Some(&headers);
    seen.now = Some(NOW);
    seen.body = Some(b"<list><item id='1'><name>a</name></item><item id='2'><name>b</name></item><n>5</n><at>2026-11-22</at></list>");
    check(Protocol::Http, &seen, XPATH);
}

const HTTP_BODY: &[Row] = &[
    // validatesJSONSchema
    (
        "body matches schema {\"required\":[\"status\"],\"properties\":{\"n\":{\"type\":\"integer\"}}}",
        "body matches schema {\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"required\":[\"gone\"]}",
    ),
    ("body does not match schema {\"type\":\"array\"}", "body does not match schema {\"type\":\"object\"}"),
    (
        "every jsonpath $.items matches schema {\"required\":[\"state\"]}",
        "every jsonpath $.items matches schema {\"properties\":{\"state\":{\"const\":\"UP\"}}}",
    ),
    // body
    ("body is not x", "body is x"),
    ("body contains \"status\"", "body contains error"),
    ("body does not contain error", "body does not contain \"status\""),
    ("body starts with {", "body starts with ["),
    ("body ends with }", "body ends with ]"),
    ("body matches '\"n\":\\d'", "body matches '\"n\":\\d\\d'"),
    ("body does not match error", "body does not match UP"),
    ("body matches ^(?!.*error)", "body matches ^(?!.*status)"),
    ("body matches (?<=\"n\":)5", "body matches (?<=\"n\":)6"),
    ("body matches /\"status\":\"up\"/i", "body matches /\"status\":\"down\"/i"),
    ("body < 1 kB", "body < 10 bytes"),
    ("body size > 200", "body size > 1 kB"),
    ("body length > 200", "body length > 1000"),
    ("body is an object", "body is a list"),
    ("body exists", "body is empty"),
    // bodyHash
    ("body md5 is not d41d8cd98f00b204e9800998ecf8427e", "body md5 is d41d8cd98f00b204e9800998ecf8427e"),
    (
        "body sha1 is not da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "body sha1 is da39a3ee5e6b4b0d3255bfef95601890afd80709",
    ),
    (
        "body sha512 is 00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
        "body sha256 is e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ),
    // validatesJSONPath
    ("jsonpath $.status is UP", "jsonpath $.status is DOWN"),
    ("jsonpath $.status is not DOWN", "jsonpath $.status is not UP"),
    ("jsonpath $.status contains U", "jsonpath $.status contains x"),
    ("jsonpath $.status does not contain x", "jsonpath $.status does not contain U"),
    ("jsonpath $.status starts with U", "jsonpath $.status starts with P"),
    ("jsonpath $.status ends with P", "jsonpath $.status ends with U"),
    ("jsonpath $.status matches ^U", "jsonpath $.status matches ^P"),
    ("jsonpath $.status does not match ^P", "jsonpath $.status does not match ^U"),
    ("jsonpath $.status is one of UP, OK", "jsonpath $.status is one of [DOWN, OK]"),
    ("jsonpath $.n is one of 4, 5.0", "jsonpath $.n is one of 6, 7"),
    ("jsonpath $.n < 6", "jsonpath $.n < 5"),
    ("jsonpath $.n <= 5", "jsonpath $.n <= 4"),
    ("jsonpath $.n > 4", "jsonpath $.n > 5"),
    ("jsonpath $.n >= 5", "jsonpath $.n >= 6"),
    ("jsonpath $.gone does not exist", "jsonpath $.n does not exist"),
    ("jsonpath $.n exists", "jsonpath $.gone exists"),
    ("jsonpath $.at > 2026-01-01", "jsonpath $.at > 2026-11-23"),
    ("jsonpath $.at <= now", "jsonpath $.at < now - 1 s"),
    ("jsonpath $.ms >= now - 1 s", "jsonpath $.ms < now - 1 s"),
    ("jsonpath $.took > 1 m", "jsonpath $.took > 2 m"),
    ("jsonpath $.n < 1 kB", "jsonpath $.n > 1 kB"),
    ("jsonpath $.n is a number", "jsonpath $.txt is a number"),
    ("jsonpath $.n is an integer", "jsonpath $.price is an integer"),
    ("jsonpath $.txt is a text", "jsonpath $.n is a string"),
    ("jsonpath $.ok is a boolean", "jsonpath $.txt is a boolean"),
    ("jsonpath $.list is a list", "jsonpath $.items[0] is an array"),
    ("jsonpath $.items[0] is an object", "jsonpath $.list is an object"),
    ("jsonpath $.at is a date", "jsonpath $.status is a date"),
    ("jsonpath $.uuid is a uuid", "jsonpath $.at is a uuid"),
    ("jsonpath $.empty is empty", "jsonpath $.list is empty"),
    ("jsonpath $.none is null", "jsonpath $.ok is null"),
    ("jsonpath $.list is [3,4]", "jsonpath $.list is [4,3]"),
    ("jsonpath $.items count is 3", "jsonpath $.items count is 1"),
    ("jsonpath $.items[?(@.state == 'UP')] count is 2", "jsonpath $.items[?(@.state == 'X')] count > 0"),
    ("jsonpath $.status length is 2", "jsonpath $.list length > 2"),
    // elementsOperator
    ("first jsonpath $.items[*].state is UP", "first jsonpath $.items[*].state is DOWN"),
    ("some jsonpath $.items[*].state is DOWN", "some jsonpath $.items[*].state is GONE"),
    ("every jsonpath $.items[*].state matches ^(UP|DOWN)$", "every jsonpath $.items[*].state is UP"),
    ("every jsonpath $.list > 2", "every jsonpath $.list > 3"),
    ("some jsonpath $.list is not 3", "some jsonpath $.list is 5"),
    (
        "jsonpath $.items[*].state as text is [\"UP\",\"DOWN\",\"UP\"]",
        "jsonpath $.items[*].state as text is UP",
    ),
    ("jsonpath $.list as text is \"[3,4]\"", "jsonpath $.list as text contains 5"),
    // groups
    ("any: status is 503 or jsonpath $.status is UP", "any: status is 503 or jsonpath $.status is DOWN"),
    ("all: status is 200 and jsonpath $.n is 5", "all: status is 200 and jsonpath $.n is 6"),
    ("none: body contains error or status is 5xx", "none: body contains error or status is 2xx"),
];

const TLS: &[Row] = &[
    ("certificate expires_in > 14 days", "certificate expires_in > 21 days"),
    ("certificate expires_in < 21 days", "certificate expires_in < 20 days"),
    ("certificate subject contains a.test", "certificate subject is CN=b.test"),
    ("certificate common_name is a.test", "certificate common_name is b.test"),
    ("certificate issuer is CN=Root", "certificate issuer is not CN=Root"),
    ("certificate san is a.test", "certificate san is b.test"),
    ("certificate san count is 2", "certificate san is one of [c.test, d.test]"),
    ("every certificate san ends with a.test", "every certificate san is a.test"),
    ("certificate key is RSA", "certificate key is EC"),
    ("certificate key >= 2048", "certificate key > 2048 bits"),
    ("certificate serial is 0A:1B", "certificate serial is 0a1c"),
    ("certificate sha256 is AABBCC", "certificate sha256 is aabbcd"),
    ("certificate sha1 is dd:ee:ff", "certificate sha1 is ddeef0"),
    ("certificate signature_algorithm contains sha256", "certificate signature_algorithm contains sha1"),
    ("certificate not_before < now", "certificate not_before > now"),
    ("certificate not_after > now + 10 days", "certificate not_after > 2027-01-01"),
    ("certificate key_usage is digitalSignature", "certificate key_usage is keyCertSign"),
    ("certificate extended_key_usage is serverAuth", "certificate extended_key_usage is clientAuth"),
    ("chain expires_in > 14 days", "chain expires_in > 16 days"),
    ("chain length is 3", "chain length < 3"),
    ("tls_version is 1.3", "tls_version is 1.2"),
    ("tls_version is one of 1.2, 1.3", "tls_version is one of 1.0, 1.1"),
    ("tls_version >= 1.2", "tls_version < 1.3"),
    ("cipher is TLS_AES_128_GCM_SHA256", "cipher contains CBC"),
    ("cipher matches ^TLS_AES", "cipher matches RC4"),
    ("alpn is h2", "alpn is http/1.1"),
    ("alpn is one of [h2, h3]", "alpn matches ^http"),
    ("ocsp does not exist", "ocsp is good"),
];

const TIMES: &[Row] = &[
    ("response_time < 200 ms", "response_time < 150 ms"),
    ("response_time without dns <= 130 ms", "response_time without dns > 130 ms"),
    ("resolve_time < 60 ms", "resolve_time < 50 ms"),
    ("connect_time <= 10 ms", "connect_time > 10 ms"),
    ("tls_time < 21 ms", "tls_time < 20 ms"),
    ("wait_time >= 0.1 s", "wait_time > 0.1 s"),
    ("receive_time does not exist", "receive_time exists"),
];

#[test]
fn ssl() {
    let (timings, mut tls) = (timings(), tls());
    let mut seen = Observation::new();
    let mut ocsp = faultfinder_taxonomy::OcspFacts::default();
    ocsp.status = Some("good".to_owned());
    tls.ocsp = Some(ocsp);
    seen.timings = Some(&timings);
    seen.tls = Some(&tls);
    seen.tls_versions = Some((Some("TLSv1.1"), Some("TLSv1.3")));
    seen.now = Some(NOW);
    seen.remote_ip = "::1".parse().ok();
    check(Protocol::Ssl, &seen, TLS.split_last().map_or(&[], |(_, rows)| rows));
    check(
        Protocol::Ssl,
        &seen,
        &[
            ("ocsp is good", "ocsp is revoked"),
            ("lowest_tls_version is 1.1", "lowest_tls_version is 1.2"),
            ("lowest_tls_version > 1.0", "lowest_tls_version > 1.1"),
            ("lowest_tls_version >= 1.1", "lowest_tls_version >= 1.2"),
            ("highest_tls_version is 1.3", "highest_tls_version is 1.2"),
            ("highest_tls_version <= 1.3", "highest_tls_version < 1.3"),
            ("highest_tls_version > 1.2", "highest_tls_version > 1.3"),
            ("highest_tls_version >= 1.3", "highest_tls_version <= 1.2"),
            ("response_time < 200 ms", "response_time < 150 ms"),
            ("remote_ip is 0:0:0:0:0:0:0:1", "remote_ip is 127.0.0.1"),
        ],
    );
}

#[test]
fn dns() {
    let timings = timings();
    let record = |name, record_type, ttl, value| RecordFacts { name, record_type, ttl, value };
    let mut seen = Observation::new();
    seen.timings = Some(&timings);
    seen.rcode = Some(ResponseCode::new(0));
    seen.dnssec = Some("secure");
    seen.name_servers = Some("serials-differ");
    seen.serials = Some(vec![7, 8]);
    seen.records = Some(vec![
        record("a.test", RecordType::A, 300, "127.0.0.1"),
        record("a.test", RecordType::A, 60, "127.0.0.2"),
        record("a.test", RecordType::AAAA, 300, "::1"),
        record("a.test", RecordType::CNAME, 300, "b.test."),
        record("a.test", RecordType::MX, 300, "10 mx1.a.test."),
        record("a.test", RecordType::NS, 300, "ns1.a.test."),
        record("a.test", RecordType::TXT, 300, "\"v=spf1 \" \"-all\""),
    ]);
    seen.authorities = Some(vec![record("test", RecordType::SOA, 900, "ns1.test. root.test. 1 2 3 4 5")]);
    seen.additionals = Some(vec![record("ns1.a.test", RecordType::A, 60, "127.0.0.9")]);
    check(
        Protocol::Dns,
        &seen,
        &[
            // recordSome
            ("some A record is 127.0.0.2", "some A record is 127.0.0.3"),
            ("some A record contains 0.0.2", "some A record contains 0.0.3"),
            ("some A record matches \\.2$", "some A record matches \\.3$"),
            ("some A record does not match \\.2$", "some AAAA record does not match 1"),
            ("some AAAA record is 0::1", "some AAAA record is ::2"),
            ("some CNAME record is B.test", "some CNAME record is c.test"),
            ("some MX record contains mx1", "some MX record contains mx2"),
            ("some NS record is ns1.a.test", "some NS record is ns2.a.test"),
            ("some TXT record is v=spf1 -all", "some TXT record is v=spf1"),
            ("some A record is one of [127.0.0.9, 127.0.0.1]", "some A record is one of [::1]"),
            // recordEvery
            ("every A record matches ^127\\.", "every A record is 127.0.0.1"),
            ("every A record contains 127", "every A record contains 0.1"),
            ("every A record does not match ^10\\.", "every A record does not match \\.1$"),
            ("every A record is an ip address", "every record is an ip address"),
            ("every A record starts with 127", "every A record ends with 1"),
            // beyond
            ("first A record is 127.0.0.1", "first A record is 127.0.0.2"),
            ("A record count is 2", "A record count > 2"),
            ("record count >= 7", "SRV record count >= 1"),
            ("SRV record does not exist", "A record does not exist"),
            ("some A record as text is a.test 300 IN A 127.0.0.1", "some A record as text contains AAAA"),
            ("SOA record in authority contains root.test", "SOA record in authority contains admin"),
            ("some A record in additional is 127.0.0.9", "some A record in additional is 127.0.0.1"),
            ("record in additional section count is 1", "record in authority count is 2"),
            ("rcode is NOERROR", "rcode is NXDOMAIN"),
            ("rcode is one of NOERROR, NXDOMAIN", "rcode is one of SERVFAIL, REFUSED"),
            ("rcode matches ^NO", "rcode matches ^NX"),
            ("ttl <= 60", "ttl < 1 m"),
            ("dnssec is secure", "dnssec is bogus"),
            ("dnssec is one of secure, insecure", "dnssec is one of insecure, bogus"),
            ("name_servers is serials-differ", "name_servers is consistent"),
            ("serial > 6", "serial is 7"),
            ("some serial is 8", "every serial is 8"),
            ("response_time < 200 ms", "response_time < 100 ms"),
        ],
    );
}

#[test]
fn tcp_and_udp() {
    let timings = timings();
    let mut target = HopFacts::default();
    (target.hop, target.target, target.answered) = (4, true, 1);
    let hops = [target];
    let mut seen = Observation::new();
    seen.timings = Some(&timings);
    seen.connection = Some("established");
    seen.received = Some(b"220 mail.test ESMTP\r\n");
    seen.hops = Some(&hops);
    check(
        Protocol::Tcp,
        &seen,
        &[
            ("connection is established", "connection is refused"),
            ("connection is not timeout", "connection is not established"),
            ("connection is one of established, refused", "connection is one of refused, timeout"),
            ("network_hops is 4", "network_hops is 5"),
            ("network_hops < 5", "network_hops < 4"),
            ("network_hops <= 4", "network_hops <= 3"),
            ("network_hops > 3", "network_hops > 4"),
            ("network_hops >= 4", "network_hops >= 5"),
            ("response_time < 200 ms", "response_time < 100 ms"),
            ("certificate san does not exist", "certificate san exists"),
            ("tls_version is not 1.2", "tls_version is 1.2"),
        ],
    );
    check(Protocol::Tcp, &seen, RECEIVED);
    check(Protocol::Udp, &seen, RECEIVED);
}

const RECEIVED: &[Row] = &[
    ("received is \"220 mail.test ESMTP\\r\\n\"", "received is 220"),
    ("received is not 421", "received is not \"220 mail.test ESMTP\\r\\n\""),
    ("received contains ESMTP", "received contains error"),
    ("received does not contain error", "received does not contain ESMTP"),
    ("received matches ^220 ", "received matches ^421"),
    ("received does not match ^421", "received does not match ^220"),
    ("received starts with 220", "received ends with 220"),
    ("received size is 21 bytes", "received size > 21"),
    ("received length <= 21", "received length < 21"),
];

#[test]
fn icmp() {
    let timings = timings();
    let millis = Duration::from_millis;
    let latency = LatencyFacts { min: millis(10), avg: millis(20), max: millis(30), stddev: millis(5) };
    let mut seen = Observation::new();
    seen.timings = Some(&timings);
    seen.echo = Some(EchoFacts { received: 3, loss_percent: Some(25.0), latency: Some(latency) });
    let mut rows: Vec<(String, String)> = Vec::new();
    for (figure, value) in [("min", 10), ("avg", 20), ("max", 30), ("stddev", 5)] {
        for (operator, fits, fails) in [("<", 1, 0), ("<=", 0, -1), ("is", 0, 1), (">", -1, 0), (">=", 0, 1)]
        {
            let line = |offset: i32| format!("latency {figure} {operator} {} ms", value + offset);
            rows.push((line(fits), line(fails)));
        }
    }
    for (subject, value) in [("packet_loss", 25), ("packets_received", 3)] {
        for (operator, fits, fails) in [("<", 1, 0), ("<=", 0, -1), ("is", 0, 1), (">", -1, 0), (">=", 0, 1)]
        {
            let line = |offset: i32| format!("{subject} {operator} {}", value + offset);
            rows.push((line(fits), line(fails)));
        }
    }
    for (holds, fails) in &rows {
        for (line, expected) in [(holds, true), (fails, false)] {
            let outcome = evaluate(&parse(line).unwrap_or_else(|error| panic!("{line}: {error}")), &seen);
            assert_eq!(outcome.passed, expected, "{line}: {}", outcome.message);
        }
    }
    check(
        Protocol::Icmp,
        &seen,
        &[
            ("packet_loss is one of 0, 25", "packet_loss is one of 0 %, 50 %"),
            ("packets_received is one of 3, 4", "packets_received is one of 0, 1"),
            ("response_time < 1 s", "response_time < 1 ms"),
        ],
    );
}

#[test]
fn grpc() {
    let metadata = vec![("x-version".to_owned(), b"3".to_vec())];
    let timings = timings();
    let mut seen = Observation::new();
    seen.timings = Some(&timings);
    seen.grpc_status = Some(GrpcStatus::NotFound);
    seen.grpc_message = Some("no such cart");
    seen.metadata = Some(&metadata);
    seen.trailers = Some(&metadata);
    seen.health = Some("SERVING");
    seen.body = Some(br#"{"name":"a","count":2}"#);
    check(
        Protocol::Grpc,
        &seen,
        &[
            ("health is SERVING", "health is NOT_SERVING"),
            ("health is not NOT_SERVING", "health is not SERVING"),
            ("health is one of SERVING, UNKNOWN", "health is one of [UNKNOWN]"),
            ("grpc_status is NOT_FOUND", "grpc_status is OK"),
            ("grpc_status is 5", "grpc_status is not 5"),
            ("grpc_status is one of OK, NOT_FOUND", "grpc_status is one of OK, 14"),
            ("grpc_status matches FOUND$", "grpc_status matches ^OK"),
            ("grpc_message contains cart", "grpc_message contains order"),
            ("grpc_message starts with no", "grpc_message is no"),
            ("metadata x-version is 3", "metadata x-version is 4"),
            ("metadata x-version is not 4", "metadata x-version is not 3"),
            ("metadata x-version contains 3", "metadata x-version contains 4"),
            ("metadata x-version does not contain 4", "metadata x-version does not contain 3"),
            ("metadata x-version matches ^\\d$", "metadata x-version matches ^v"),
            ("metadata x-version does not match ^v", "metadata x-version does not match ^3"),
            ("metadata x-version > 2", "metadata x-version > 3"),
            ("metadata x-none does not exist", "metadata x-none exists"),
            ("trailer x-version is 3", "trailer x-version is 4"),
            // grpcProto
            ("body is not x", "body is x"),
            ("body contains name", "body contains price"),
            ("body does not contain price", "body does not contain name"),
            ("body matches '\"count\":\\d'", "body matches '\"count\":\\d\\d'"),
            ("body does not match price", "body does not match name"),
            ("jsonpath $.name is a", "jsonpath $.name is b"),
            ("jsonpath $.count >= 2", "jsonpath $.count > 2"),
            ("response_time < 200 ms", "response_time < 100 ms"),
        ],
    );
}

#[test]
fn websocket() {
    let headers = vec![("x-a".to_owned(), b"1".to_vec())];
    let timings = timings();
    let mut seen = Observation::new();
    seen.timings = Some(&timings);
    seen.status = Some(101);
    seen.headers = Some(&headers);
    seen.url = Some("wss://a.test/chat");
    seen.received = Some(b"220 mail.test ESMTP\r\n");
    seen.body = Some(b"220 mail.test ESMTP\r\n");
    seen.websocket = Some(WebSocketFacts { subprotocol: Some("chat.v1"), close_code: Some(4401) });
    check(Protocol::Ws, &seen, RECEIVED);
    check(
        Protocol::Ws,
        &seen,
        &[
            ("status is 101", "status is 200"),
            ("header x-a is 1", "header x-a is 2"),
            ("header x-a is not 2", "header x-a is not 1"),
            ("header x-a contains 1", "header x-a contains 2"),
            ("header x-a does not contain 2", "header x-a does not contain 1"),
            ("header x-a matches ^1$", "header x-a matches ^2$"),
            ("header x-a does not match 2", "header x-a does not match 1"),
            ("header x-b does not exist", "header x-b exists"),
            ("subprotocol is chat.v1", "subprotocol is chat.v2"),
            ("subprotocol is one of [chat.v1, chat.v2]", "subprotocol matches v2$"),
            ("close_code is 4401", "close_code is 1000"),
            ("close_code is one of 1000, 4401", "close_code is one of 1000, 1001"),
            ("close_code >= 4000", "close_code < 4000"),
            ("url ends with /chat", "url ends with /x"),
            ("response_time < 200 ms", "response_time < 100 ms"),
        ],
    );
}
