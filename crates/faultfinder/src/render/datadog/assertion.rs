//! Subjects and operators of assertions in Datadog's words.

use faultfinder_engine::AssertionResult;
use serde_json::{Map, Value, json};

/// An assertion in Datadog's words.
pub(super) struct Translated {
    kind: String,
    operator: String,
    property: Option<String>,
    /// A JSONPath, with the operator for what it finds.
    path: Option<String>,
}

/// Subjects that are one word, and Datadog's type for each.
const KINDS: &[(&str, &str)] = &[
    ("status", "statusCode"),
    ("response_time", "responseTime"),
    ("body", "body"),
    ("tls_version", "tlsVersion"),
    ("packet_loss", "packetLossPercentage"),
    ("packets_received", "packetsReceived"),
    ("network_hops", "networkHop"),
    ("received", "receivedMessage"),
    ("connection", "connection"),
    ("health", "grpcHealthcheckStatus"),
    ("header", "header"),
    ("metadata", "grpcMetadata"),
    ("latency", "latency"),
    ("some", "recordSome"),
    ("every", "recordEvery"),
    ("record", "recordSome"),
];

/// Operators, and Datadog's words for them.
const OPERATORS: &[(&str, &str)] = &[
    ("is", "is"),
    ("is not", "isNot"),
    ("contains", "contains"),
    ("does not contain", "doesNotContain"),
    ("matches", "matches"),
    ("does not match", "doesNotMatch"),
    ("<", "lessThan"),
    ("<=", "lessThanOrEqual"),
    (">", "moreThan"),
    (">=", "moreThanOrEqual"),
    ("not <", "moreThanOrEqual"),
    ("not <=", "moreThan"),
    ("not >", "lessThanOrEqual"),
    ("not >=", "lessThan"),
    ("does not exist", "doesNotExist"),
];

fn of_table<'t>(table: &'t [(&str, &'t str)], word: &'t str) -> &'t str {
    table.iter().find(|(ours, _)| *ours == word).map_or(word, |(_, theirs)| theirs)
}

impl Translated {
    /// What has no counterpart keeps our words.
    pub(super) fn of(assertion: &AssertionResult) -> Self {
        let operator = of_table(OPERATORS, &assertion.operator).to_owned();
        let subject = assertion.subject.as_str();
        let (word, rest) = subject.split_once(' ').unwrap_or((subject, ""));
        let property = (!rest.is_empty()).then(|| rest.to_owned());
        let kind = of_table(KINDS, word).to_owned();
        match word {
            "jsonpath" => {
                let operator = if operator == "doesNotExist" { "isUndefined".to_owned() } else { operator };
                Self { kind: "body".to_owned(), operator, property: None, path: property }
            }
            "certificate" if rest == "expires_in" => {
                let operator = match operator.as_str() {
                    "moreThan" | "moreThanOrEqual" => "isInMoreThan".to_owned(),
                    "lessThan" | "lessThanOrEqual" => "isInLessThan".to_owned(),
                    _ => operator,
                };
                Self { kind: "certificate".to_owned(), operator, property: None, path: None }
            }
            "certificate" => Self { kind: "property".to_owned(), operator, property, path: None },
            // `some MX record`.
            "some" | "every" => {
                let record = rest.strip_suffix(" record").map(str::to_owned);
                Self { kind, operator, property: record, path: None }
            }
            // `MX record`, of any of them.
            _ if rest == "record" => {
                Self { kind: "recordSome".to_owned(), operator, property: Some(word.to_owned()), path: None }
            }
            _ => Self { kind, operator, property, path: None },
        }
    }

    /// A value of ours in the unit that Datadog has: times in milliseconds, expiry in days, loss as a share of 1, versions of
    /// TLS as numbers, health as the number of the status. What is none of these stays as it is.
    pub(super) fn value(&self, value: Value) -> Value {
        let Some(text) = value.as_str() else { return value };
        let translated = match self.kind.as_str() {
            "responseTime" | "latency" => quantity(text, TIMES).map(|seconds| rounded(seconds * 1e3)),
            "certificate" => quantity(text, TIMES).map(|seconds| rounded(seconds / DAY)),
            "packetLossPercentage" => quantity(text, &[("%", 0.01)]).map(rounded),
            "tlsVersion" => text.strip_prefix("TLSv").map(|version| version.into()),
            "grpcHealthcheckStatus" => {
                HEALTH.iter().position(|status| *status == text).map(|number| number.into())
            }
            _ => None,
        };
        translated.unwrap_or(value)
    }

    /// As a definition has it.
    pub(super) fn definition(&self, target: &Value) -> Value {
        let mut fields = Map::new();
        fields.insert("type".to_owned(), self.kind.as_str().into());
        match &self.path {
            Some(path) => {
                let mut composed = json!({"jsonPath": path, "operator": self.operator});
                if let (Some(composed), false) = (composed.as_object_mut(), target.is_null()) {
                    composed.insert("targetValue".to_owned(), target.clone());
                }
                fields.insert("operator".to_owned(), "validatesJSONPath".into());
                fields.insert("target".to_owned(), composed);
            }
            None => {
                fields.insert("operator".to_owned(), self.operator.as_str().into());
                if !target.is_null() {
                    fields.insert("target".to_owned(), target.clone());
                }
            }
        }
        if let Some(property) = &self.property {
            fields.insert("property".to_owned(), property.as_str().into());
        }
        Value::Object(fields)
    }
}

const DAY: f64 = 86_400.0;

/// Units of time in seconds.
const TIMES: &[(&str, f64)] = &[
    ("us", 1e-6),
    ("\u{b5}s", 1e-6),
    ("ms", 1e-3),
    ("s", 1.0),
    ("m", 60.0),
    ("min", 60.0),
    ("h", 3_600.0),
    ("days", DAY),
    ("day", DAY),
    ("d", DAY),
    ("weeks", 7.0 * DAY),
    ("week", 7.0 * DAY),
    ("w", 7.0 * DAY),
];

/// The statuses of the health protocol of gRPC by their numbers.
const HEALTH: [&str; 4] = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];

/// `1.5 ms` in the basic unit.
fn quantity(text: &str, units: &[(&str, f64)]) -> Option<f64> {
    let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end)?;
    let (_, factor) = units.iter().find(|(name, _)| *name == unit.trim())?;
    Some(number.parse::<f64>().ok()? * factor)
}

/// To a microsecond of a millisecond: what binary fractions add is noise.
fn rounded(number: f64) -> Value {
    let rounded = (number * 1e6).round() / 1e6;
    // Whole numbers without a fraction, as definitions have them.
    match format!("{rounded}").parse::<i64>() {
        Ok(whole) => whole.into(),
        Err(_) => rounded.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_datadogs_units() {
        let check = |subject: &str, value: &str, expected: Value| {
            let assertion = AssertionResult {
                subject: subject.to_owned(),
                operator: "is".to_owned(),
                expected: Fact::Null,
                actual: Fact::Null,
                passed: true,
                message: String::new(),
                evaluated: true,
                severity: Severity::Fail,
                place: None,
            };
            assert_eq!(Translated::of(&assertion).value(value.into()), expected, "{subject} {value}");
        };
        check("response_time", "5 s", json!(5000));
        check("response_time", "28.019 ms", json!(28.019));
        check("latency avg", "0.5 ms", json!(0.5));
        check("certificate expires_in", "14 days", json!(14));
        check("certificate expires_in", "2 weeks", json!(14));
        check("packet_loss", "10 %", json!(0.1));
        check("tls_version", "TLSv1.3", json!("1.3"));
        check("health", "NOT_SERVING", json!(2));
        check("header x", "5 s", json!("5 s"));
        check("response_time", "soon", json!("soon"));
    }
    use faultfinder_taxonomy::Fact;
    use faultfinder_taxonomy::word::Severity;

    #[test]
    fn subjects_and_operators_have_datadogs_words() {
        let check = |subject: &str, operator: &str, expected: Value| {
            let assertion = AssertionResult {
                subject: subject.to_owned(),
                operator: operator.to_owned(),
                expected: Fact::Null,
                actual: Fact::Null,
                passed: false,
                message: String::new(),
                evaluated: true,
                severity: Severity::Fail,
                place: None,
            };
            assert_eq!(Translated::of(&assertion).definition(&json!(5)), expected, "{subject} {operator}");
        };
        check("status", "is not", json!({"type": "statusCode", "operator": "isNot", "target": 5}));
        check(
            "header content-type",
            "does not contain",
            json!({"type": "header", "operator": "doesNotContain", "property": "content-type", "target": 5}),
        );
        check(
            "jsonpath $.a b",
            "is",
            json!({"type": "body", "operator": "validatesJSONPath",
                "target": {"jsonPath": "$.a b", "operator": "is", "targetValue": 5}}),
        );
        check(
            "certificate expires_in",
            ">",
            json!({"type": "certificate", "operator": "isInMoreThan", "target": 5}),
        );
        check(
            "certificate subject",
            "matches",
            json!({"type": "property", "operator": "matches", "property": "subject", "target": 5}),
        );
        check(
            "every MX record",
            "matches",
            json!({"type": "recordEvery", "operator": "matches", "property": "MX", "target": 5}),
        );
        check(
            "latency avg",
            "<=",
            json!({"type": "latency", "operator": "lessThanOrEqual", "property": "avg", "target": 5}),
        );
        check("close_code", "is", json!({"type": "close_code", "operator": "is", "target": 5}));
    }
}
