//! The envelope reads and writes every form that the design shows, and loses nothing of what it does not know.

use faultfinder_taxonomy::{
    ConstraintViolation, ErrorBody, ErrorCode, ErrorDetails, ErrorEnvelope, Fact, ParameterLocation,
    StructuredDetails, Warning, WithWarnings,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const TRACE: &str = "99633483d17779d7c81141f50dbc2a49";

/// Reads an envelope and checks that writing it gives the same JSON.
#[track_caller]
#[expect(clippy::unwrap_used, reason = "a helper of tests")]
fn round_trip(value: &Value) -> ErrorEnvelope {
    let envelope = ErrorEnvelope::read(value).unwrap();
    assert_eq!(serde_json::to_value(&envelope).unwrap(), *value);
    envelope
}

#[test]
fn violated_constraints_are_built_as_the_contract_shows_them_to_the_byte() {
    let details = StructuredDetails::new("f81d4fae-7dec-11d0-a765-00a0c91e6bf6", TRACE)
        .with_error_code("InvalidDefinition")
        .with_violations([ConstraintViolation::new(
            "config.assertions[0].target",
            "must not be empty",
            ParameterLocation::PayloadBody,
        )]);
    let envelope = ErrorEnvelope::new(ErrorBody::new(400, "Constraints violated.").with_details(details));
    let text = concat!(
        r#"{"error":{"code":400,"message":"Constraints violated.","#,
        r#""details":{"errorRef":"f81d4fae-7dec-11d0-a765-00a0c91e6bf6","#,
        r#""traceId":"99633483d17779d7c81141f50dbc2a49","errorCode":"InvalidDefinition","#,
        r#""constraintViolations":[{"path":"config.assertions[0].target","message":"must not be empty","#,
        r#""parameterLocation":"PAYLOAD_BODY"}]}}}"#,
    );
    assert_eq!(serde_json::to_string(&envelope).unwrap(), text);
    assert_eq!(serde_json::from_str::<ErrorEnvelope>(text).unwrap(), envelope);
}

#[test]
fn every_documented_status_round_trips() {
    let refs = json!({"errorRef": "r", "traceId": TRACE});
    for code in [400, 401, 403, 404, 409, 410, 429, 500, 501, 503] {
        let mut value = json!({"error": {"code": code, "message": "m", "details": refs}});
        if matches!(code, 429 | 503) {
            value["error"]["retryAfterSeconds"] = json!(7);
        }
        let envelope = round_trip(&value);
        assert_eq!(envelope.error.code, ErrorCode::Number(code));
        assert_eq!(envelope.error.retry_after_seconds, matches!(code, 429 | 503).then_some(7));
    }
}

#[test]
fn every_parameter_location_keeps_its_name() {
    let rows = [
        ("PAYLOAD_BODY", ParameterLocation::PayloadBody),
        ("QUERY", ParameterLocation::Query),
        ("PATH", ParameterLocation::Path),
        ("HEADER", ParameterLocation::Header),
        ("COOKIE", ParameterLocation::Other("COOKIE".to_owned())),
    ];
    for (name, location) in rows {
        let value = json!({"error": {"code": 400, "message": "m", "details": {
            "constraintViolations": [{"path": "p", "message": "m", "parameterLocation": name}]}}});
        let details = round_trip(&value);
        let violations = &details.error.structured().unwrap().constraint_violations;
        assert_eq!(violations[0].parameter_location, Some(location), "{name}");
    }
}

#[test]
fn details_may_be_a_plain_text() {
    let envelope = round_trip(&json!({"error": {"code": 500, "message": "m", "details": "out of luck"}}));
    assert_eq!(envelope.error.details, Some(ErrorDetails::Text("out of luck".to_owned())));
    assert_eq!(envelope, ErrorEnvelope::new(ErrorBody::new(500, "m").with_details("out of luck")));
}

#[test]
fn details_of_a_strange_kind_are_kept_raw() {
    for details in [json!(["a", 1]), json!(5), json!({"errorRef": 5})] {
        let envelope = round_trip(&json!({"error": {"code": 500, "message": "m", "details": details}}));
        assert!(matches!(envelope.error.details, Some(ErrorDetails::Other(_))), "{details}");
    }
}

#[test]
fn the_code_may_be_a_name_of_the_api() {
    let envelope = round_trip(&json!({"error": {"code": "E1021", "message": "m"}}));
    assert_eq!(envelope.error.code, ErrorCode::Name("E1021".to_owned()));
    assert_eq!(envelope.error.code.to_string(), "E1021");
}

#[test]
fn missing_scopes_are_all_listed() {
    let value = json!({"error": {"code": 403, "message": "m", "details": {
        "errorRef": "r", "traceId": TRACE, "missingScopes": ["tests:write", "runs:execute"]}}});
    let envelope = round_trip(&value);
    assert_eq!(envelope.error.structured().unwrap().missing_scopes, ["tests:write", "runs:execute"]);
}

#[test]
fn unknown_fields_are_kept_on_every_level() {
    let value = json!({
        "requestId": "q-1",
        "error": {
            "code": 400, "message": "m", "retryAfterSeconds": 3, "category": {"name": "client", "level": 2},
            "details": {
                "errorRef": "r", "traceId": TRACE, "tenant": null, "limits": [1, 2.5, true, "x"],
                "constraintViolations": [{"path": "p", "message": "m", "parameterLocation": "QUERY", "rule": "max"}]
            }
        }
    });
    let envelope = round_trip(&value);
    assert_eq!(envelope.extra["requestId"], Fact::from("q-1"));
    assert!(envelope.error.extra.contains_key("category"));
    let details = envelope.error.structured().unwrap();
    assert_eq!(details.extra["tenant"], Fact::Null);
    assert_eq!(details.constraint_violations[0].extra["rule"], Fact::from("max"));
}

#[test]
fn only_an_error_with_code_and_message_is_an_envelope() {
    let others = [
        json!({}),
        json!([]),
        json!("error"),
        json!({"error": "boom"}),
        json!({"error": {"code": 400}}),
        json!({"error": {"message": "m"}}),
        json!({"error": {"code": {}, "message": "m"}}),
        json!({"code": 400, "message": "m"}),
    ];
    for value in others {
        assert_eq!(ErrorEnvelope::read(&value), None, "{value}");
    }
}

#[test]
fn seconds_to_wait_are_read_in_every_form_and_rounded_up() {
    let rows = [
        (json!(0), Some(0)),
        (json!(1.2), Some(2)),
        (json!(" 30 "), Some(30)),
        (json!(null), None),
        (json!(-1), None),
        (json!(1e300), None),
        (json!("soon"), None),
    ];
    for (form, seconds) in rows {
        let value = json!({"error": {"code": 503, "message": "m", "retryAfterSeconds": form}});
        assert_eq!(ErrorEnvelope::read(&value).unwrap().error.retry_after_seconds, seconds, "{form}");
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Body {
    id: u32,
    name: String,
}

#[test]
fn warnings_are_the_first_field_of_a_success_and_absent_without_any() {
    let violation = ConstraintViolation::new("every", "clamped to 1 s", ParameterLocation::PayloadBody);
    let warning = Warning::new("A value was clamped.", "w-1", TRACE, [violation]);
    let with = WithWarnings { warnings: vec![warning], body: Body { id: 1, name: "n".to_owned() } };
    let text = concat!(
        r#"{"warnings":[{"message":"A value was clamped.","details":{"warningRef":"w-1","#,
        r#""traceId":"99633483d17779d7c81141f50dbc2a49","constraintViolations":[{"path":"every","#,
        r#""message":"clamped to 1 s","parameterLocation":"PAYLOAD_BODY"}]}}],"id":1,"name":"n"}"#,
    );
    assert_eq!(serde_json::to_string(&with).unwrap(), text);
    assert_eq!(serde_json::from_str::<WithWarnings<Body>>(text).unwrap(), with);

    let without = WithWarnings { warnings: Vec::new(), body: Body { id: 1, name: "n".to_owned() } };
    assert_eq!(serde_json::to_string(&without).unwrap(), r#"{"id":1,"name":"n"}"#);
    assert_eq!(serde_json::from_str::<WithWarnings<Body>>(r#"{"id":1,"name":"n"}"#).unwrap(), without);
}

#[test]
fn unknown_fields_of_warnings_are_kept() {
    let value = json!({"message": "m", "severity": 1, "details": {"warningRef": "w", "docs": {"page": 3}}});
    let warning: Warning = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&warning).unwrap(), value);
}
