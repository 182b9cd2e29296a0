//! The JSON of faults, details, timings and evidence: what scripts rely on.

use faultfinder_taxonomy::{
    AlertDescription, AssertionFailure, AssertionOutcome, AttemptOutcome, BrokeIn, CloseCode, Code,
    ConnectAttempt, Detail, Errno, Evidence, Fact, Fault, GrpcStatus, Http2ErrorCode, Phase, QuicErrorCode,
    Report, ResponseCode, TimeoutScope, Timings, VerifyCode,
};
use serde_json::{Value, json};
use std::time::Duration;

#[track_caller]
#[expect(clippy::unwrap_used, reason = "a helper of tests")]
fn check(detail: &Detail, json: &Value) {
    assert_eq!(serde_json::to_value(detail).unwrap(), *json);
    assert_eq!(serde_json::from_value::<Detail>(json.clone()).unwrap(), *detail);
    assert_eq!(json["kind"], detail.kind());
    assert_eq!(json["name"], detail.name());
}

#[test]
fn every_kind_of_detail_has_a_kind_a_name_and_what_belongs_to_it() {
    check(&Detail::timeout(TimeoutScope::Request), &json!({"kind": "timeout", "name": "request"}));
    check(&Detail::errno(Errno::ConnRefused), &json!({"kind": "errno", "name": "ECONNREFUSED"}));
    check(
        &Detail::rcode(ResponseCode::new(3)),
        &json!({"kind": "dns", "name": "NXDOMAIN", "rcode": 3, "alias": "ENOTFOUND"}),
    );
    check(&Detail::dns("NODATA", "ENODATA"), &json!({"kind": "dns", "name": "NODATA", "alias": "ENODATA"}));
    check(
        &Detail::verify(VerifyCode::CertHasExpired, VerifyCode::CertHasExpired, 1, "CN=ca"),
        &json!({"kind": "verify", "name": "CERT_HAS_EXPIRED", "number": 10, "depth": 1, "subject": "CN=ca"}),
    );
    check(
        &Detail::verify(VerifyCode::HostnameMismatch, VerifyCode::HostnameMismatch, 0, ""),
        &json!({"kind": "verify", "name": "HOSTNAME_MISMATCH", "number": 62, "depth": 0, "alias": "ERR_TLS_CERT_ALTNAME_INVALID"}),
    );
    check(
        &Detail::alert(AlertDescription::new(40)),
        &json!({"kind": "tls", "name": "handshake_failure", "alert": 40, "alias": "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE"}),
    );
    check(
        &Detail::tls("wrong_version_number", Some("ERR_SSL_WRONG_VERSION_NUMBER")),
        &json!({"kind": "tls", "name": "wrong_version_number", "alias": "ERR_SSL_WRONG_VERSION_NUMBER"}),
    );
    check(
        &Detail::http("HPE_INVALID_CONSTANT", None),
        &json!({"kind": "http", "name": "HPE_INVALID_CONSTANT"}),
    );
    check(&Detail::http("401", Some(401)), &json!({"kind": "http", "name": "401", "status": 401}));
    check(
        &Detail::h2(Http2ErrorCode::new(7), "RST_STREAM", Some(1)),
        &json!({"kind": "h2", "name": "REFUSED_STREAM", "number": 7, "scope": "RST_STREAM", "stream": 1}),
    );
    check(
        &Detail::quic(QuicErrorCode::Http3(0x10b), "RESET_STREAM"),
        &json!({"kind": "quic", "name": "H3_REQUEST_REJECTED", "number": 0x10b, "scope": "RESET_STREAM"}),
    );
    check(
        &Detail::socks("host_unreachable", Some(4)),
        &json!({"kind": "socks", "name": "host_unreachable", "number": 4}),
    );
    check(
        &Detail::grpc(GrpcStatus::Unavailable),
        &json!({"kind": "grpc", "name": "UNAVAILABLE", "number": 14}),
    );
    check(
        &Detail::close(CloseCode::new(1009), "too big"),
        &json!({"kind": "websocket", "name": "1009", "reason": "too big"}),
    );
    let failed = vec![AssertionFailure::new("status is 200", "it is 500")];
    check(
        &Detail::Assertion { name: "status".to_owned(), outcome: AssertionOutcome::DoesNotHold, failed },
        &json!({"kind": "assertion", "name": "status", "outcome": "does_not_hold", "failed": [
            {"assertion": "status is 200", "message": "it is 500", "outcome": "does_not_hold"},
        ]}),
    );
    check(
        &Detail::definition("invalid_url", "http.url"),
        &json!({"kind": "definition", "name": "invalid_url", "field": "http.url"}),
    );
}

#[test]
fn a_finer_verify_code_keeps_the_number_that_openssl_reports() {
    let finer = VerifyCode::UnableToDecryptCertSignature;
    let detail = Detail::verify(finer, VerifyCode::CertSignatureFailure, 0, "");
    let json = json!({"kind": "verify", "name": "UNABLE_TO_DECRYPT_CERT_SIGNATURE", "number": 7, "depth": 0});
    check(&detail, &json);
}

#[test]
fn timings_are_milliseconds_with_three_decimals_and_a_total() {
    let mut timings = Timings::default();
    timings.add(Phase::Wait, Duration::from_nanos(1_234_999));
    timings.add(Phase::Resolve, Duration::from_micros(7));
    timings.add(Phase::Wait, Duration::from_millis(1));
    let text = serde_json::to_string(&timings).unwrap();
    assert_eq!(text, r#"{"resolve":0.007,"wait":2.234,"total":2.241}"#);
    assert_eq!(serde_json::from_str::<Timings>(&text).unwrap(), timings);
    assert_eq!(timings.total(), Duration::from_micros(2241));
    assert_eq!(timings.duration(Phase::Tls), None);
    let reached: Vec<Phase> = timings.phases().map(|(phase, _)| phase).collect();
    assert_eq!(reached, [Phase::Resolve, Phase::Wait]);
}

#[test]
fn the_phase_in_which_an_attempt_broke_counts_for_the_total_only() {
    let mut timings = Timings::default();
    timings.add(Phase::Resolve, Duration::from_micros(250));
    timings.add(Phase::Connect, Duration::from_micros(1_500));
    let broke_in = timings.break_in(Phase::Connect);
    let text = serde_json::to_string(&(timings, broke_in)).unwrap();
    assert_eq!(text, r#"[{"resolve":0.25,"total":1.75},{"phase":"connect","after_ms":1.5}]"#);
    assert_eq!(serde_json::from_str::<(Timings, BrokeIn)>(&text).unwrap(), (timings, broke_in));
    assert_eq!(timings.break_in(Phase::Tls), BrokeIn { phase: Phase::Tls, after: Duration::ZERO });
    assert_eq!(timings.total(), Duration::from_micros(1_750));
}

#[test]
fn timings_survive_json_to_the_microsecond() {
    for micros in [0, 1, 7, 999, 1_000, 59_999_999, 1_800_000_000, 123_456_789_012] {
        for phase in Phase::ALL {
            let mut timings = Timings::default();
            timings.add(phase, Duration::from_micros(micros));
            let text = serde_json::to_string(&timings).unwrap();
            assert_eq!(serde_json::from_str::<Timings>(&text).unwrap(), timings, "{text}");
        }
    }
}

#[test]
fn timings_that_cannot_be_are_refused_and_sums_do_not_overflow() {
    assert!(serde_json::from_str::<Timings>(r#"{"wait":-1.0}"#).is_err());
    assert!(serde_json::from_str::<Timings>(r#"{"wait":1e300}"#).is_err());
    let mut timings = Timings::default();
    timings.add(Phase::Wait, Duration::MAX);
    timings.add(Phase::Wait, Duration::MAX);
    timings.add(Phase::Receive, Duration::MAX);
    assert_eq!(timings.total(), Duration::from_micros(u64::MAX));
}

#[test]
fn a_fault_round_trips_with_its_evidence() {
    let detail = Detail::errno(Errno::ConnReset);
    let fault = Fault::new(Code::ConnReset, Phase::Receive, detail, "127.0.0.1:80 reset the connection")
        .with("bytes", 17_u64)
        .with("peer", "127.0.0.1:80")
        .with("seen", vec!["a", "b"])
        .with("ratio", 0.5)
        .with("nothing", None::<bool>);
    let json = serde_json::to_value(&fault).unwrap();
    let names: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names.len(), 7, "{names:?}");
    assert_eq!(json["code"], "CONNRESET");
    assert_eq!(json["phase"], "receive");
    assert_eq!(json["blame"], "target");
    assert_eq!(json["evidence"]["bytes"], 17);
    assert_eq!(serde_json::from_value::<Fault>(json).unwrap(), fault);
}

#[test]
fn facts_are_plain_json_and_large_numbers_become_text() {
    let mut evidence = Evidence::default();
    assert!(evidence.is_empty());
    evidence.insert("large", u64::MAX);
    evidence.insert("map", Fact::map([("a", Fact::from(true)), ("b", Fact::Null)]));
    let json = serde_json::to_value(&evidence).unwrap();
    assert_eq!(json, json!({"large": "18446744073709551615", "map": {"a": true, "b": null}}));
    assert_eq!(serde_json::from_value::<Evidence>(json).unwrap(), evidence);
    assert_eq!(evidence.fact("large").and_then(Fact::as_str), Some("18446744073709551615"));
    for (_, fact) in evidence.iter_mut() {
        *fact = Fact::Null;
    }
    assert!(evidence.iter().all(|(_, fact)| *fact == Fact::Null));
}

#[test]
fn attempts_to_connect_round_trip() {
    let outcomes = [
        AttemptOutcome::Established,
        AttemptOutcome::Failed("ECONNREFUSED".to_owned()),
        AttemptOutcome::Abandoned,
    ];
    let shapes = [json!("established"), json!({"failed": "ECONNREFUSED"}), json!("abandoned")];
    for (outcome, shape) in outcomes.into_iter().zip(shapes) {
        let attempt = ConnectAttempt::new("[::1]:443".parse().unwrap(), 250_000, 12, outcome);
        let json = serde_json::to_value(&attempt).unwrap();
        assert_eq!(json["address"], "[::1]:443");
        assert_eq!(json["outcome"], shape);
        assert_eq!(serde_json::from_value::<ConnectAttempt>(json).unwrap(), attempt);
    }
}

#[test]
fn mapping_a_report_changes_the_answer_and_nothing_else() {
    let mut report = Report::new(Ok(1));
    report.facts.warnings.push("w".to_owned());
    report.facts.timings.add(Phase::Connect, Duration::from_millis(1));
    let mapped = report.clone().map(|number: i32| number.to_string());
    assert_eq!(mapped.outcome, Ok("1".to_owned()));
    assert_eq!((mapped.facts.warnings, mapped.facts.timings), (report.facts.warnings, report.facts.timings));
}
