//! The JSON Schema of results: what programs can rely on.
//!
//! Every field has a description. Objects may get further fields in a later version, so none is closed; a field that is here
//! keeps its meaning.

mod rows; // objects and their fields
mod connection; // addresses, attempts to connect, TLS, routes
mod edge; // who answered in place of the application

use crate::RunReport;
use faultfinder_taxonomy::{Code, Phase, Protocol};
use rows::Is::{Always, Optional};
use rows::{
    Row, boolean, count, fact, list_of, millis, named_facts, object, one_of, or_null, text, texts, to,
};
use serde_json::{Map, Value, json};

/// JSON Schema (draft 2020-12) of what `run` and `probe` write: a report (`--format json`), one result (a line of
/// `--format jsonl`), or the last line of a `jsonl` run that was cut off.
#[must_use]
pub fn result_schema() -> Value {
    let mut definitions = Map::new();
    for (name, schema) in [
        ("report", report()),
        ("cutOffLine", cut_off_line()),
        ("summary", summary()),
        ("result", result()),
        ("notRun", not_run()),
        ("step", step()),
        ("attempt", attempt()),
        ("address", address()),
        ("assertion", assertion()),
        ("fault", fault()),
        ("detail", detail()),
        ("timings", timings()),
        ("brokeIn", broke_in()),
        ("observed", connection::observed()),
        ("edge", edge::edge()),
        ("connect", connection::connect()),
        ("hop", connection::hop()),
        ("tls", connection::tls()),
        ("certificate", connection::certificate()),
        ("verifyEvent", connection::verify_event()),
        ("ocsp", connection::ocsp()),
    ] {
        definitions.insert(name.to_owned(), schema);
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Faultfinder results",
        "description": "A report, one result, or the last line of a run that was cut off.",
        "anyOf": [to("report"), to("result"), to("cutOffLine")],
        "$defs": definitions,
    })
}

fn version() -> Value {
    json!({ "const": RunReport::VERSION })
}

fn phase() -> Value {
    one_of(Phase::ALL.iter().map(|phase| phase.as_str()).collect())
}

fn status() -> Value {
    one_of(vec!["passed", "failed", "error"])
}

fn report() -> Value {
    object(
        "All results of one call of `run` or `probe`.",
        vec![
            ("version", Always, "The version of this format.", version()),
            ("summary", Always, "How many tests ended how.", to("summary")),
            ("results", Always, "The results, in the order of the definitions.", list_of("result")),
            (
                "not_run",
                Always,
                "The tests that have no result because the run was cut off, in the order of the definitions.",
                list_of("notRun"),
            ),
        ],
    )
}

fn cut_off_line() -> Value {
    let mut line = object(
        "The last line of `--format jsonl` if the run was cut off: the results are in the lines before it.",
        vec![
            ("version", Always, "The version of this format.", version()),
            ("summary", Always, "How many tests ended how.", to("summary")),
            ("not_run", Always, "The tests that have no result.", list_of("notRun")),
        ],
    );
    // Objects are open: without this, a report with mistakes would be one of these.
    if let Some(schema) = line.as_object_mut() {
        schema.insert("not".to_owned(), json!({ "required": ["results"] }));
    }
    line
}

fn summary() -> Value {
    object(
        "How many tests ended how.",
        vec![
            ("planned", Always, "Tests that were to run; more than `total` if the run was cut off.", count()),
            ("total", Always, "Tests that have a result.", count()),
            ("passed", Always, "Tests that passed.", count()),
            ("failed", Always, "Tests that the target failed.", count()),
            ("errors", Always, "Tests that could not be carried out: failures of ours.", count()),
            ("interrupted", Always, "Whether Ctrl-C or SIGTERM ended the run.", boolean()),
            (
                "shuffle_seed",
                Optional,
                "The seed of `--shuffle`: with it, the tests run in the same order again.",
                count(),
            ),
            ("duration_ms", Always, "How long it all took, in milliseconds.", millis()),
        ],
    )
}

/// Which test it is: the fields that results and tests without a result have in common.
fn identity() -> Vec<Row> {
    vec![
        ("name", Always, "The test's name.", text()),
        ("id", Always, "A stable id: a digest of the name of the file and the name of the test.", text()),
        ("file", Always, "The file that defines the test, as it was given.", text()),
        ("line", Always, "The line of the test's name in that file, from 1.", count()),
        ("tags", Always, "The words that the test is grouped by.", texts()),
        (
            "repetition",
            Optional,
            "Which run of the test this is, from 1, if `--repeat` asks for several.",
            json!({ "type": "integer", "minimum": 1 }),
        ),
        (
            "type",
            Always,
            "The protocol, `multistep` or `heartbeat`.",
            one_of(protocols_and(&["multistep", "heartbeat"])),
        ),
    ]
}

fn protocols_and(more: &[&'static str]) -> Vec<&'static str> {
    Protocol::ALL.iter().map(|protocol| protocol.as_str()).chain(more.iter().copied()).collect()
}

fn step() -> Value {
    let mut rows = vec![
        ("name", Always, "The step's name; `step 2` if it has none.", text()),
        ("type", Always, "The protocol, or `wait` or `run`.", one_of(protocols_and(&["wait", "run"]))),
        (
            "status",
            Always,
            "How the step ended; `skipped` if the test had ended before it.",
            one_of(vec!["passed", "failed", "error", "skipped"]),
        ),
        ("allow_failure", Always, "Whether the next step follows even if this one fails.", boolean()),
        ("duration_ms", Always, "How long it took with all its attempts, in milliseconds.", millis()),
        ("skipped", Optional, "Why it was not carried out.", text()),
        ("assertions", Always, "What was asserted, and what was found.", list_of("assertion")),
        ("attempts", Always, "The attempts before the last one.", list_of("attempt")),
        (
            "repeated",
            Optional,
            "How often it was carried out, if it was repeated until something held.",
            count(),
        ),
        (
            "extracted",
            Optional,
            "The values that were taken out of the response, by variable; secret ones as `***`.",
            json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        ),
        (
            "warnings",
            Always,
            "What people should know although the step did not fail because of it.",
            texts(),
        ),
        ("observed", Always, "What its last attempt saw.", to("observed")),
        ("steps", Optional, "The steps of another test that it carried out.", list_of("step")),
    ];
    rows.extend(outcome().into_iter().filter(|(name, ..)| *name != "status"));
    object("One step of a multistep test.", rows)
}

fn not_run() -> Value {
    let mut rows = identity();
    rows.push((
        "reason",
        Always,
        "What cut the run off: `interrupted` by Ctrl-C or SIGTERM, or `fail_fast`.",
        one_of(vec!["interrupted", "fail_fast"]),
    ));
    object("A test that was to run and has no result.", rows)
}

/// How one attempt ended: the fields that results, attempts, steps and addresses have in common.
fn outcome() -> Vec<Row> {
    vec![
        (
            "status",
            Always,
            "`passed`, `failed` (the target failed the test) or `error` (it could not be carried out: a failure of ours).",
            status(),
        ),
        ("timings", Always, "The phases that were completed, and the total.", to("timings")),
        (
            "broke_in",
            Always,
            "The phase in which it broke, and how long that phase had lasted.",
            or_null(&to("brokeIn")),
        ),
        ("fault", Always, "Why it did not pass; null if it passed.", or_null(&to("fault"))),
    ]
}

fn result() -> Value {
    let mut rows = identity();
    rows.extend(outcome());
    rows.extend([
        ("result_id", Optional, "The id of this result, if the test uses it: `{{ result-id }}`.", text()),
        ("location", Always, "The place that ran it.", text()),
        (
            "started_at",
            Always,
            "When it began: RFC 3339 in UTC, with milliseconds.",
            json!({ "type": "string", "format": "date-time" }),
        ),
        ("duration_ms", Always, "How long it took with all of its attempts, in milliseconds.", millis()),
        ("assertions", Always, "What was asserted, and what was found.", list_of("assertion")),
        (
            "attempts",
            Always,
            "The attempts before the last one, which the result describes; empty if the first one decided.",
            list_of("attempt"),
        ),
        ("steps", Always, "The steps of a multistep test, in order.", list_of("step")),
        (
            "addresses",
            Always,
            "What each address answered in the last attempt, if the test asks all of them.",
            list_of("address"),
        ),
        (
            "warnings",
            Always,
            "What people should know although the test did not fail because of it.",
            texts(),
        ),
        ("observed", Always, "What the last attempt saw.", to("observed")),
        (
            "retries_off",
            Always,
            "Whether automatic retries are off for this test until it or a secret it uses changes.",
            boolean(),
        ),
    ]);
    object("One run of one test.", rows)
}

fn attempt() -> Value {
    object("One attempt before the last one.", outcome())
}

fn address() -> Value {
    let mut rows = vec![("address", Always, "The IP address.", text())];
    rows.extend(outcome());
    rows.extend([
        ("assertions", Always, "What was asserted, and what was found there.", list_of("assertion")),
        ("response", Always, "The response in short.", named_facts()),
    ]);
    object("What one of several addresses answered.", rows)
}

fn assertion() -> Value {
    object(
        "One assertion, and what was found.",
        vec![
            ("subject", Always, "What it reads: `status`, `header content-type` ...", text()),
            ("operator", Always, "How it compares: `is`, `does not contain`, `<` ...", text()),
            ("expected", Always, "What was expected; null if the operator needs no value.", fact()),
            ("actual", Always, "What was found; null if the subject is not there.", fact()),
            ("passed", Always, "Whether it holds.", boolean()),
            ("message", Always, "Why it does not hold.", text()),
            (
                "evaluated",
                Optional,
                "Whether it could be evaluated: what it reads was there. If not, it does not hold. Earlier versions do not say it.",
                boolean(),
            ),
            (
                "severity",
                Optional,
                "What follows if it does not hold. In earlier versions, the test always failed.",
                one_of(vec!["fail", "warn"]),
            ),
            ("place", Optional, "Where it was written: `shop.yaml:12:9`.", text()),
        ],
    )
}

fn fault() -> Value {
    object(
        "Why an attempt failed.",
        vec![
            (
                "code",
                Always,
                "What broke: a code of the public list (`faultfinder explain`).",
                one_of(Code::ALL.iter().map(|code| code.as_str()).collect()),
            ),
            ("phase", Always, "Where it broke.", phase()),
            ("detail", Always, "The typed fact under the code.", to("detail")),
            ("message", Always, "What happened, in one sentence fragment.", text()),
            (
                "blame",
                Always,
                "Who has to act.",
                one_of(vec!["target", "network", "definition", "credentials", "ourselves"]),
            ),
            ("hints", Always, "What to do next, most likely first.", texts()),
            ("evidence", Always, "What was seen: addresses, bytes, certificates.", named_facts()),
        ],
    )
}

fn detail() -> Value {
    let kinds = vec![
        "timeout",
        "errno",
        "dns",
        "verify",
        "tls",
        "http",
        "h2",
        "quic",
        "socks",
        "grpc",
        "websocket",
        "assertion",
        "definition",
    ];
    object(
        "The typed fact under a code. Which fields there are depends on the kind.",
        vec![
            ("kind", Always, "The protocol or layer whose words it uses.", one_of(kinds)),
            (
                "name",
                Always,
                "The fact, in the words of its protocol: `ECONNREFUSED`, `NXDOMAIN` ...",
                text(),
            ),
            ("alias", Optional, "What other tools call it.", text()),
            ("rcode", Optional, "The DNS response code.", count()),
            (
                "number",
                Optional,
                "The number of an X.509 code, HTTP/2, QUIC or SOCKS error, or gRPC status.",
                count(),
            ),
            (
                "depth",
                Optional,
                "The place in the chain of the certificate it is about; 0 is the leaf.",
                count(),
            ),
            ("subject", Optional, "The subject of that certificate.", text()),
            ("alert", Optional, "The number of the TLS alert that the peer sent.", count()),
            ("status", Optional, "The status of the HTTP response.", count()),
            ("scope", Optional, "What an error ended: a stream or the connection.", text()),
            ("stream", Optional, "The HTTP/2 stream.", count()),
            ("reason", Optional, "The reason that the peer gave when it closed a WebSocket.", text()),
            (
                "outcome",
                Optional,
                "Of assertions that failed: whether the first one does not hold, or could not be evaluated.",
                one_of(vec!["does_not_hold", "not_evaluated"]),
            ),
            (
                "failed",
                Optional,
                "The assertions that failed: each as it was written, and what was found instead.",
                json!({ "type": "array", "items": object("One assertion that failed.", vec![
                    ("assertion", Always, "The assertion as it was written.", text()),
                    ("message", Always, "What was found instead.", text()),
                    (
                        "outcome",
                        Optional,
                        "Whether it does not hold, or could not be evaluated.",
                        one_of(vec!["does_not_hold", "not_evaluated"]),
                    ),
                    ("place", Optional, "Where it was written: `shop.yaml:12:9`.", text()),
                ]) }),
            ),
            ("field", Optional, "The field of the definition that is wrong.", text()),
            ("violations", Optional, "Everything that is wrong with it.", texts()),
        ],
    )
}

fn timings() -> Value {
    let mut rows: Vec<Row> = Phase::ALL
        .iter()
        .map(|phase| (phase.as_str(), Optional, "How long this phase took, in milliseconds.", millis()))
        .collect();
    rows.push((
        "total",
        Always,
        "The sum of all phases and of the time in the phase that was not completed, in milliseconds.",
        millis(),
    ));
    object("The phases that were completed, each with its duration in milliseconds.", rows)
}

fn broke_in() -> Value {
    object(
        "The phase in which an attempt broke.",
        vec![
            ("phase", Always, "The phase.", phase()),
            ("after_ms", Always, "How long it had lasted, in milliseconds.", millis()),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls `see` with each object schema inside of a schema, and its path.
    fn objects(schema: &Value, path: &str, see: &mut impl FnMut(&str, &Map<String, Value>)) {
        match schema {
            Value::Object(fields) => {
                if fields.contains_key("properties") {
                    see(path, fields);
                }
                fields.iter().for_each(|(name, inner)| objects(inner, &format!("{path}/{name}"), see));
            }
            Value::Array(items) => items.iter().for_each(|inner| objects(inner, path, see)),
            _ => {}
        }
    }

    #[test]
    fn every_field_is_described_and_no_object_is_closed() {
        let mut seen = 0;
        objects(&result_schema(), "", &mut |path, fields| {
            seen += 1;
            assert!(!fields.contains_key("additionalProperties"), "{path} is closed");
            let properties = fields["properties"].as_object().unwrap();
            for (name, schema) in properties {
                let about = schema["description"].as_str().unwrap_or_default();
                assert!(about.len() > 8 && about.ends_with(['.', ')']), "{path}/{name}: {about:?}");
            }
            let required = fields["required"].as_array().unwrap();
            assert!(required.iter().all(|name| properties.contains_key(name.as_str().unwrap())), "{path}");
        });
        assert!(seen > 15, "{seen} objects");
    }

    #[test]
    fn every_reference_leads_to_a_definition() {
        fn check(schema: &Value, definitions: &Value) {
            match schema {
                Value::Object(fields) => {
                    if let Some(Value::String(to)) = fields.get("$ref") {
                        let name = to.strip_prefix("#/$defs/").unwrap();
                        assert!(definitions.get(name).is_some(), "{to}");
                    }
                    fields.values().for_each(|inner| check(inner, definitions));
                }
                Value::Array(items) => items.iter().for_each(|inner| check(inner, definitions)),
                _ => {}
            }
        }
        let schema = result_schema();
        check(&schema, &schema["$defs"]);
    }
}
