//! Every type of assertions with every operator that a subtype takes there, holding and failing: in a test of its own, and in
//! a step.

use super::peers::{self, Dns, Full, Http};
use super::rows::{self, Row};
use super::{run_both, test};
use crate::served::{Served, serve};
use faultfinder_tests::{faultfinder, faultfinder_with_input, peers::not_run};
use serde_json::{Value, json};

/// Operators on texts, and comparisons with numbers.
const TEXTS: &str = "contains doesNotContain is isNot matches doesNotMatch";
const NUMBERS: &str = "lessThan lessThanOrEqual is moreThan moreThanOrEqual";
const COMPARISONS: &str = "lessThan lessThanOrEqual moreThan moreThanOrEqual";
const RECORDS: &[&str] = &["A", "AAAA", "CNAME", "MX", "NS", "TXT"];
const ANY: &[&str] = &[""];

/// What can be asserted on there: the subtype, the type, of what, and the operators.
///
/// An operator behind a path is one of a type with two words. What it is of is then which elements count.
type Line = (&'static str, &'static str, &'static [&'static str], &'static [&'static str]);

/// The list of Datadog.
const TABLE: &[Line] = &[
    ("http", "statusCode", ANY, &["is isNot matches doesNotMatch"]),
    ("http", "responseTime", &["", "all", "withoutDNS"], &["lessThan"]),
    ("http", "header", ANY, &[TEXTS, COMPARISONS, "doesNotExist"]),
    ("http", "body", ANY, &[TEXTS]),
    (
        "http",
        "body validatesJSONPath",
        &["firstElementMatches", "everyElementMatches", "atLeastOneElementMatches", "serializationMatches"],
        &[TEXTS, COMPARISONS, "isUndefined"],
    ),
    ("http", "body validatesXPath", ANY, &[TEXTS, COMPARISONS, "isUndefined"]),
    ("http", "body", &["draft-06", "draft-07"], &["validatesJSONSchema"]),
    ("http", "bodyHash", ANY, &["md5 sha1 sha256"]),
    ("http", "javascript", ANY, &[""]),
    ("ssl", "certificate", ANY, &["isInMoreThan isInLessThan"]),
    (
        "ssl",
        "property",
        &[
            "subject",
            "subject.CN",
            "subject.O",
            "issuer",
            "issuer.CN",
            "issuer.O",
            "subject.altName",
            "subjectaltname",
            "altName",
            "serialNumber",
            "fingerprint",
            "fingerprint256",
            "extKeyUsage",
            "ext_key_usage",
            "cipher",
        ],
        &[TEXTS],
    ),
    ("ssl", "tlsVersion", ANY, &[NUMBERS]),
    ("ssl", "minTlsVersion", ANY, &["moreThan moreThanOrEqual"]),
    ("ssl", "responseTime", ANY, &["lessThan"]),
    ("dns", "recordSome", RECORDS, &["is contains matches doesNotMatch"]),
    ("dns", "recordEvery", RECORDS, &["is contains matches doesNotMatch"]),
    ("dns", "responseTime", ANY, &["lessThan"]),
    ("tcp", "responseTime", ANY, &["lessThan"]),
    ("tcp", "connection", ANY, &["is"]),
    ("tcp", "networkHop", ANY, &[NUMBERS]),
    ("udp", "receivedMessage", ANY, &[TEXTS]),
    ("udp", "responseTime", ANY, &["lessThan"]),
    ("websocket", "receivedMessage", ANY, &[TEXTS]),
    ("websocket", "responseTime", ANY, &["lessThan"]),
    ("websocket", "header", ANY, &[TEXTS, "doesNotExist"]),
    ("icmp", "latency", &["avg", "max", "min", "stddev"], &[NUMBERS]),
    ("icmp", "packetLossPercentage", ANY, &[NUMBERS]),
    ("icmp", "packetsReceived", ANY, &[NUMBERS]),
    ("icmp", "networkHop", ANY, &[NUMBERS]),
    ("grpc", "grpcHealthcheckStatus", ANY, &["is isNot"]),
    ("grpc", "grpcProto", ANY, &[TEXTS]),
    ("grpc", "grpcProto validatesJSONPath", ANY, &[TEXTS, COMPARISONS, "isUndefined"]),
    ("grpc", "grpcProto validatesXPath", ANY, &[TEXTS, COMPARISONS, "isUndefined"]),
    ("grpc", "grpcMetadata", ANY, &[TEXTS, "doesNotExist"]),
    ("grpc", "responseTime", ANY, &["lessThan"]),
];

/// What is refused when a file is read, and what is said of it.
const NOT_YET: &[(Line, &str)] = &[
    // The message is JSON, and nothing says what its XML would be.
    (
        ("grpc", "grpcProto validatesXPath", ANY, &[TEXTS, COMPARISONS, "isUndefined"]),
        "the message of a gRPC call has no XPath",
    ),
    // The JSON text of a list is never a number, so no comparison would hold.
    (
        ("http", "body validatesJSONPath", &["serializationMatches"], &[COMPARISONS]),
        "cannot be used with `jsonpath $.a as text`",
    ),
];

/// What only fails here: how long a reply takes is not known before it is there, so no test can say that it is so long.
const MEASURED: &[Line] = &[("icmp", "latency", &["avg", "max", "min"], &["is"])];

/// A pair: subtype, type, of what, and operator.
type Pair = [&'static str; 4];

fn pairs_of(line: &Line) -> impl Iterator<Item = Pair> {
    let (subtype, kind, ofs, operators) = *line;
    ofs.iter().flat_map(move |of| {
        let words = operators.iter().flat_map(|words| words.split(' '));
        words.map(move |operator| [subtype, kind, *of, operator])
    })
}

/// What the result of a TLS test would say of its session.
fn any_session() -> Value {
    let leaf = json!({
        "subject": "CN=a", "issuer": "CN=b", "serial": "01", "sha1": "01", "sha256": "01",
        "subject_alt_names": ["dns:a"], "extended_key_usage": ["serverAuth"],
    });
    json!({ "chain": [leaf], "cipher_suite": "TLS_AES_128_GCM_SHA256" })
}

#[test]
fn every_pair_of_the_list_is_run_or_refused() {
    let rows = |subtype: &str| match subtype {
        "http" => rows::http(),
        "ssl" => [rows::ssl(&any_session()), rows::SSL_OLD.to_vec()].concat(),
        "dns" => rows::dns(),
        "tcp" => [rows::tcp(), rows::TCP_REFUSED.to_vec(), rows::TCP_TIMEOUT.to_vec()].concat(),
        "udp" => rows::RECEIVED.to_vec(),
        "websocket" => rows::websocket(),
        "icmp" => rows::icmp(),
        "grpc" => [rows::GRPC, rows::HEALTH].concat(),
        other => panic!("no rows of {other}"),
    };
    let refused: Vec<Pair> = NOT_YET.iter().flat_map(|(line, _)| pairs_of(line)).collect();
    let measured: Vec<Pair> = MEASURED.iter().flat_map(pairs_of).collect();
    let pairs: Vec<Pair> = TABLE.iter().flat_map(pairs_of).collect();
    for pair in &pairs {
        let [subtype, kind, of, operator] = *pair;
        let rows: Vec<Row> = rows(subtype).into_iter().filter(|row| row.is_of(kind, of, operator)).collect();
        assert_eq!(rows.is_empty(), refused.contains(pair), "{pair:?}");
        let holds = rows.iter().any(|row| row.holding().is_some());
        assert_eq!(holds, !refused.contains(pair) && !measured.contains(pair), "{pair:?}");
    }
    let mut exceptions = refused.iter().chain(&measured);
    assert!(exceptions.all(|pair| pairs.contains(pair)), "an exception is not in the list");
    println!("{} pairs, of which {} are refused", pairs.len(), refused.len());
}

#[test]
fn what_is_not_supported_yet_is_refused_with_a_reason() {
    for (line, reason) in NOT_YET {
        for [subtype, kind, elements, operator] in pairs_of(line) {
            let (kind, composed) = kind.split_once(' ').unwrap();
            let mut target =
                json!({ "jsonPath": "$.a", "xPath": "/a", "operator": operator, "targetValue": 1 });
            if !elements.is_empty() {
                target["elementsOperator"] = json!(elements);
            }
            let assertion = json!({ "type": kind, "operator": composed, "target": target });
            let request =
                json!({ "url": "http://127.0.0.1:1/", "host": "127.0.0.1", "port": 1, "callType": "unary" });
            let refused = test("a", subtype, &request, &json!({}), &assertion);
            let answer = faultfinder_with_input(&["validate", "-"], refused.to_string().as_bytes());
            let shown = format!("{}{}", answer.stdout, answer.stderr);
            assert_eq!(answer.status, 2, "{assertion}: {shown}");
            assert!(shown.contains(reason), "{assertion}: {shown}");
        }
    }
}

/// A request as a test of its own, and as a step of one. A step has its settings in the request.
#[derive(Debug, Clone, Copy)]
enum As {
    Test,
    Step,
}

impl As {
    fn definition(
        self,
        name: &str,
        subtype: &str,
        request: &Value,
        options: &Value,
        written: &[Value],
    ) -> Value {
        let mut options = options.clone();
        let config = match self {
            Self::Test => json!({ "request": request, "assertions": written }),
            Self::Step => {
                let mut request = request.clone();
                request.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
                options = json!({});
                let step = json!({
                    "name": "step", "subtype": subtype, "allowFailure": false, "isCritical": true,
                    "request": request, "assertions": written,
                });
                json!({ "steps": [step] })
            }
        };
        options["tick_every"] = json!(60);
        let subtype = match self {
            Self::Test => subtype,
            Self::Step => "multi",
        };
        json!({
            "type": "api", "subtype": subtype, "name": name, "status": "live", "message": "", "locations": ["aws:eu-west-1"],
            "options": options, "config": config,
        })
    }

    /// Where the assertions are in a result.
    fn of(self, result: &Value) -> &Value {
        match self {
            Self::Test => result,
            Self::Step => &result["steps"][0],
        }
    }
}

/// Runs rows against a peer: each assertion with a target for which it holds, and then also with one for which it does not.
#[track_caller]
fn check(subtype: &str, request: &Value, options: &Value, rows: &[Row]) {
    let mut tests = Vec::new();
    let mut expected = Vec::new();
    for row in rows {
        let request = &row.request(request);
        let holding: Vec<Value> = row.holding().into_iter().collect();
        let both = [holding.as_slice(), &[row.failing()]].concat();
        for form in [As::Test, As::Step] {
            for assertions in [&holding, &both].into_iter().filter(|all| !all.is_empty()) {
                let name = tests.len().to_string();
                tests.push(form.definition(&name, subtype, request, options, assertions));
                expected.push((row, form, assertions.len() > holding.len(), holding.len()));
            }
        }
    }
    let results = run_both(&Value::Array(tests), &[]);
    assert_eq!(results.len(), expected.len());
    for (result, (row, form, fails, holding)) in results.iter().zip(expected) {
        let (status, code) =
            if fails { ("failed", json!("INCORRECT_ASSERTION")) } else { ("passed", Value::Null) };
        let assertions = form.of(result)["assertions"].as_array().unwrap();
        // A health check without an assertion on the health accepts any health, which is an assertion more here.
        let own = assertions.iter().filter(|one| one["operator"] != "exists");
        let found: Vec<_> = own.map(|one| one["passed"].as_bool().unwrap()).collect();
        let mut wanted = vec![true; holding];
        wanted.extend(fails.then_some(false));
        let is_known = assertions.iter().all(|one| one["evaluated"] == true);
        assert_eq!(
            (&result["status"], &result["fault"]["code"], found, is_known),
            (&json!(status), &code, wanted, true),
            "{subtype} {row:?} as a {form:?}: {:#} {:#}",
            result["fault"],
            form.of(result)["assertions"]
        );
    }
}

/// A peer of the lab.
#[track_caller]
fn of_lab(scenario: &str) -> Served {
    serve(scenario).unwrap_or_else(|| panic!("the lab does not serve {scenario}"))
}

#[test]
fn assertions_of_http_tests_hold_and_fail_as_there() {
    let peer = Http::start();
    let request = json!({ "method": "GET", "url": peer.url("/json") });
    check("http", &request, &json!({}), &rows::http());
}

#[test]
fn assertions_of_udp_tests_hold_and_fail_as_there() {
    let request = json!({ "host": "127.0.0.1", "port": peers::udp_echo(), "message": "hello" });
    check("udp", &request, &json!({}), rows::RECEIVED);
}

#[test]
fn assertions_of_tcp_tests_hold_and_fail_as_there() {
    let peer = Http::start();
    let request = json!({ "host": "127.0.0.1", "port": peer.port().to_string() });
    check("tcp", &request, &json!({}), &rows::tcp());
    let refused = json!({ "host": "127.0.0.1", "port": 1 });
    check("tcp", &refused, &json!({}), rows::TCP_REFUSED);
    let full = Full::start();
    let silent = json!({ "host": "127.0.0.1", "port": full.port(), "timeout": 0.2 });
    check("tcp", &silent, &json!({}), rows::TCP_TIMEOUT);
}

#[test]
fn assertions_of_dns_tests_hold_and_fail_as_there() {
    let peer = Dns::start();
    let request = json!({ "host": "shop.test", "dnsServer": "127.0.0.1", "dnsServerPort": peer.port() });
    check("dns", &request, &json!({}), &rows::dns());
}

#[test]
fn assertions_of_websocket_tests_hold_and_fail_as_there() {
    let served = of_lab("websocket/ok-text");
    let request = json!({ "url": served.exhibit["definition"]["ws"]["url"], "message": "hello" });
    check("websocket", &request, &json!({}), &rows::websocket());
}

#[test]
fn assertions_of_grpc_tests_hold_and_fail_as_there() {
    let served = of_lab("grpc/unary-metadata");
    let native = &served.exhibit["definition"]["grpc"];
    let packed = peers::zlib(native["proto"].as_str().unwrap().as_bytes());
    let mut request = json!({
        "host": "127.0.0.1", "port": native["port"], "callType": "unary", "service": native["service"],
        "method": native["method"], "message": "{\"text\": \"hello\"}", "metadata": { "x-lab": "1" }, "compressedProtoFile": packed,
    });
    check("grpc", &request, &json!({}), rows::GRPC);
    request["compressedProtoFile"] = Value::Null;
    request["compressedJsonDescriptor"] = Value::from(peers::zlib(rows::DESCRIPTOR.as_bytes()));
    check("grpc", &request, &json!({}), &rows::GRPC[..3]);
}

#[test]
fn assertions_of_grpc_health_checks_hold_and_fail_as_there() {
    let served = of_lab("grpc/health-whole-server");
    let port = &served.exhibit["definition"]["grpc"]["port"];
    let request = json!({ "host": "127.0.0.1", "port": port, "callType": "healthcheck", "service": "" });
    check("grpc", &request, &json!({}), rows::HEALTH);
}

#[test]
fn assertions_of_ssl_tests_hold_and_fail_as_there() {
    let request = |served: &Served| {
        let native = &served.exhibit["definition"]["ssl"];
        json!({ "host": "127.0.0.1", "port": native["port"], "servername": native["server_name"] })
    };
    let result = |request: &Value, options: &Value| {
        run_both(&json!([test("x", "ssl", request, options, &rows::SSL[0].failing())]), &[]).swap_remove(0)
    };
    let served = of_lab("tls-cert/ok");
    let new = request(&served);
    // Its authority is not known here.
    assert_eq!(result(&new, &json!({}))["fault"]["code"], "SSL");
    let options = json!({ "ignore_certificate_validation": true });
    let session = &result(&new, &options)["observed"]["tls"];
    check("ssl", &new, &options, &rows::ssl(session));
    let served = of_lab("tls-handshake/tls12-only");
    check("ssl", &request(&served), &options, rows::SSL_OLD);
}

#[test]
fn assertions_of_icmp_tests_hold_and_fail_as_there() {
    let allowed = faultfinder(&["probe", "icmp", "127.0.0.1", "--packets", "1"]);
    if allowed.status != 0 {
        not_run("this host does not permit echo requests");
        return;
    }
    let request = json!({ "host": "127.0.0.1", "numberOfPackets": 2 });
    check("icmp", &request, &json!({}), &rows::icmp());
}
