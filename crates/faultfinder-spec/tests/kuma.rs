//! Backups of Uptime Kuma: what they are imported as, what is warned of, and what is said of broken ones.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "helpers of tests, which the configured exemption does not see"
)]

mod foreign;

use faultfinder_spec::{ForeignFormat, Source, import, parse};
use foreign::{Corpus, diagnostics, imported, survives, survives_mutation};
use serde_json::{Value, json};

const CORPUS: Corpus = Corpus {
    format: ForeignFormat::UptimeKuma,
    files: &[
        ("backup", include_str!("data/kuma/backup.json")),
        ("older", include_str!("data/kuma/older.json")),
    ],
};

#[test]
fn monitors_become_the_tests_that_they_are() {
    for (name, text) in CORPUS.files {
        let source = Source::new(&format!("{name}.json"), text);
        insta::assert_snapshot!(format!("kuma_{name}"), imported(&CORPUS, &source));
    }
}

#[test]
fn settings_of_notifiers_are_not_shown() {
    let (_, text) = CORPUS.files[0];
    let backup: Value = serde_json::from_str(text).unwrap();
    for text in [text.to_owned(), backup.to_string()] {
        let source = Source::new("backup.json", &text);
        let (native, warnings) = import(&source, ForeignFormat::UptimeKuma).unwrap();
        let shown: Vec<String> = warnings.iter().map(|warning| warning.render(&source, false)).collect();
        let notifiers = warnings.iter().find(|one| one.message.starts_with("`notificationList`")).unwrap();
        assert!(notifiers.message.contains("`Ops chat` (slack), `Pager` (PagerDuty)"), "{notifiers:?}");
        assert!(native.contains("# it notified `Ops chat` (slack)"), "{native}");
        for secret in ["s3cret-hook", "s3cret-key", "hooks.test"] {
            assert!(!native.contains(secret) && !shown.join("\n").contains(secret), "{secret}");
        }
    }
}

/// A backup with one monitor that is fine, and others.
fn backup(monitors: &[Value]) -> Source {
    let fine = json!({ "id": 1, "name": "fine", "type": "http", "url": "https://a.test" });
    let monitors: Vec<Value> = std::iter::once(fine).chain(monitors.iter().cloned()).collect();
    let backup = json!({
        "version": "1.23.16",
        "notificationList": [],
        "proxyList": [
            { "id": 1, "protocol": "socks4", "host": "p.test", "port": 1080, "active": true },
            { "id": 2, "protocol": "http", "host": "", "port": 1080, "active": true },
        ],
        "monitorList": monitors,
    });
    Source::new("backup.json", &serde_json::to_string_pretty(&backup).unwrap())
}

/// A monitor with other fields than one that is fine.
fn monitor(fields: &Value) -> Value {
    let mut monitor =
        json!({ "id": 2, "name": "m", "type": "http", "url": "https://b.test", "method": "GET" });
    for (name, value) in fields.as_object().unwrap() {
        monitor[name] = value.clone();
    }
    monitor
}

/// Fields of a monitor that becomes a test all the same, and what is warned of.
#[rustfmt::skip]
fn kept() -> Vec<(Value, &'static str)> {
    vec![
        (json!({ "interval": 864_000 }), "`interval`: 864000s becomes 604800s: more is not possible"),
        (json!({ "timeout": 7200 }), "`timeout`: 7200s becomes 3600s: more is not possible"),
        (json!({ "maxretries": 100 }), "`maxretries`: the alert begins after 100 failures: more is not possible"),
        (
            json!({ "maxretries": 2, "interval": 60, "retryInterval": 120 }),
            "`maxretries` and `retryInterval` become an alert after 5 failures, one each 60s: retries must fit into the interval, at most 5 of them, at most 60s apart",
        ),
        (json!({ "resendInterval": 1, "interval": 30 }), "`resendInterval` is left out: reminders come at most once a minute"),
        (json!({ "resendInterval": 1000, "interval": 6000 }), "`resendInterval` is left out: reminders come at least once in 7 days"),
        (json!({ "maxredirects": 101 }), "`maxredirects`: 101 becomes 100: more is not possible"),
        (json!({ "accepted_statuscodes": ["200", "2xx"] }), "the status `2xx` is left out: it is neither a status nor a range"),
        (json!({ "body": "a", "httpBodyEncoding": "yaml" }), "`body` is left out: its encoding `yaml` is not known"),
        (json!({ "headers": "{\"a\": [1]}" }), "one of `headers` is left out: its value is neither text nor a number"),
        (json!({ "proxyId": 7 }), "`proxyId` is left out: the file has no proxy `7`"),
        (json!({ "type": "keyword" }), "the monitor has no `keyword`: nothing is looked for in the body"),
        (
            json!({ "type": "keyword", "keyword": "\"status\":\"ok\"" }),
            "`keyword` is looked for in the body as it comes: Uptime Kuma looks for it in JSON without white space",
        ),
        (
            json!({ "type": "dns", "hostname": "a.test", "dns_resolve_server": "192.0.2.1, 192.0.2.2" }),
            "`dns_resolve_server`: only the first server is asked; the others would be asked if it is silent",
        ),
        (json!({ "type": "push" }), "`pushToken` is missing or has fewer than 10 characters: the heartbeat has no key"),
        (json!({ "cacheBust": true }), "unknown field `cacheBust` of a monitor is left out"),
        (json!({ "retryIntervall": 9 }), "unknown field `retryIntervall` of a monitor is left out; did you mean `retryInterval`?"),
    ]
}

#[test]
fn what_cannot_be_followed_is_a_warning() {
    for (fields, warning) in kept() {
        let source = backup(&[monitor(&fields)]);
        let parsed = parse(&source);
        let messages: Vec<&str> = parsed.diagnostics.iter().map(|one| one.message.as_str()).collect();
        assert_eq!(messages, [warning], "{fields}");
        assert_eq!(parsed.document.map(|document| document.tests.len()), Some(2), "{fields}");
        assert!(imported(&CORPUS, &source).contains(&format!("# {warning}")), "{fields}");
    }
}

/// Fields of a monitor that is left out, and why.
#[rustfmt::skip]
fn left_out() -> Vec<(Value, &'static str)> {
    vec![
        (json!({ "type": "group" }), "the group `m` is left out: its name becomes a tag of its monitors"),
        (json!({ "type": "steam" }), "the monitor `m` of the type `steam` is left out: game servers are not asked"),
        (json!({ "type": "gamedig" }), "the monitor `m` of the type `gamedig` is left out: game servers are not asked"),
        (json!({ "type": "docker" }), "the monitor `m` of the type `docker` is left out: containers are not asked for their state"),
        (json!({ "type": "mqtt" }), "the monitor `m` of the type `mqtt` is left out: MQTT is not spoken"),
        (json!({ "type": "sqlserver" }), "the monitor `m` of the type `sqlserver` is left out: databases are not queried"),
        (json!({ "type": "postgres" }), "the monitor `m` of the type `postgres` is left out: databases are not queried"),
        (json!({ "type": "mysql" }), "the monitor `m` of the type `mysql` is left out: databases are not queried"),
        (json!({ "type": "mongodb" }), "the monitor `m` of the type `mongodb` is left out: databases are not queried"),
        (json!({ "type": "redis" }), "the monitor `m` of the type `redis` is left out: databases are not queried"),
        (json!({ "type": "radius" }), "the monitor `m` of the type `radius` is left out: RADIUS is not spoken"),
        (json!({ "type": "kafka-producer" }), "the monitor `m` of the type `kafka-producer` is left out: no messages are sent to Kafka"),
        (json!({ "type": "real-browser" }), "the monitor `m` of the type `real-browser` is left out: there is no browser"),
        (json!({ "type": "tailscale-ping" }), "the monitor `m` of the type `tailscale-ping` is left out: pings of Tailscale are not sent"),
        (json!({ "type": "snmp" }), "the monitor `m` of the type `snmp` is left out: monitors of this type are not known"),
        (json!({ "upsideDown": 1 }), "the monitor `m` is left out: a test cannot demand that it fails, whatever the reason (`upsideDown`)"),
        (json!({ "url": null }), "the monitor `m` is left out: it has no `url`"),
        (json!({ "accepted_statuscodes": ["2xx"] }), "the monitor `m` is left out: no status is accepted"),
        (json!({ "body": "{a: 1" }), "the monitor `m` is left out: its `body` is not JSON, so that Uptime Kuma does not send it"),
        (json!({ "headers": "a: b" }), "the monitor `m` is left out: its `headers` are not a JSON object, so that Uptime Kuma sends nothing"),
        (json!({ "authMethod": "bearer" }), "the monitor `m` is left out: the authentication `bearer` is not known"),
        (
            json!({ "authMethod": "oauth2-cc", "oauth_auth_method": "private_key_jwt" }),
            "the monitor `m` is left out: the way `private_key_jwt` to authenticate at the token endpoint is not known",
        ),
        (json!({ "proxyId": 1 }), "the monitor `m` is left out: a proxy with the protocol `socks4` cannot be used"),
        (json!({ "proxyId": 2 }), "the monitor `m` is left out: its proxy has no host or no port"),
        (json!({ "type": "json-query", "expectedValue": "1" }), "the monitor `m` is left out: it has no `jsonPath`"),
        (json!({ "type": "json-query", "jsonPath": "a" }), "the monitor `m` is left out: it has no `expectedValue`"),
        (
            json!({ "type": "json-query", "jsonPath": "$count(a)", "expectedValue": "1" }),
            "the monitor `m` is left out: its `jsonPath` is more of JSONata than a path: `$count(a)`",
        ),
        (json!({ "type": "ping" }), "the monitor `m` is left out: it has no `hostname`"),
        (json!({ "type": "dns", "hostname": "" }), "the monitor `m` is left out: it has no `hostname`"),
        (json!({ "type": "port", "hostname": "a.test" }), "the monitor `m` is left out: it has no `port`"),
        (json!({ "type": "grpc-keyword" }), "the monitor `m` is left out: it has no `grpcUrl`"),
        (json!({ "type": "grpc-keyword", "grpcUrl": "unix:/run/a" }), "the monitor `m` is left out: its `grpcUrl` is not a host and a port"),
        (
            json!({ "type": "grpc-keyword", "grpcUrl": "a.test:1", "grpcProtobuf": "hello" }),
            "the monitor `m` is left out: its `grpcProtobuf` is not the text of a `.proto` file",
        ),
        (
            json!({ "type": "grpc-keyword", "grpcUrl": "a.test:1", "grpcProtobuf": "service A {}" }),
            "the monitor `m` is left out: it needs `grpcServiceName` and `grpcMethod`",
        ),
        (
            json!({
                "type": "grpc-keyword", "grpcUrl": "a.test:1", "grpcProtobuf": "service A {}", "grpcServiceName": "A",
                "grpcMethod": "b", "grpcBody": "[]",
            }),
            "the monitor `m` is left out: its `grpcBody` is not a JSON object",
        ),
    ]
}

#[test]
fn what_means_nothing_without_a_part_is_left_out() {
    for (fields, why) in left_out() {
        let source = backup(&[monitor(&fields)]);
        let parsed = parse(&source);
        let messages: Vec<&str> = parsed.diagnostics.iter().map(|one| one.message.as_str()).collect();
        assert!(messages.contains(&why), "{fields}: {messages:?}");
        assert_eq!(parsed.document.map(|document| document.tests.len()), Some(1), "{fields}");
    }
}

#[test]
fn what_is_left_out_of_databases_can_be_tested_as_a_port() {
    for (kind, port) in
        [("sqlserver", 1433), ("postgres", 5432), ("mysql", 3306), ("mongodb", 27017), ("redis", 6379)]
    {
        let parsed = parse(&backup(&[monitor(&json!({ "type": kind }))]));
        let help = parsed.diagnostics.first().and_then(|one| one.help.clone()).unwrap_or_default();
        assert!(help.contains(&format!("`tcp: {{ host: .., port: {port} }}`")), "{kind}: {help}");
    }
}

#[test]
fn headers_that_cannot_be_followed_are_not_shown() {
    for headers in ["{\"authorization\": \"s3cret\", \"a\": [1]}", "authorization: s3cret"] {
        let source = backup(&[monitor(&json!({ "headers": headers }))]);
        let shown = diagnostics(&source, false);
        assert!(shown.contains("`headers`") && !shown.contains("s3cret"), "{shown}");
    }
}

#[test]
fn a_group_that_is_in_itself_is_a_tag_once() {
    let source = backup(&[
        json!({ "id": 5, "name": "a", "type": "group", "parent": 6 }),
        json!({ "id": 6, "name": "b", "type": "group", "parent": 5 }),
        monitor(&json!({ "parent": 5 })),
    ]);
    let text = imported(&CORPUS, &source);
    assert!(text.contains("    tags:\n      - b\n      - a\n"), "{text}");
}

#[test]
fn a_description_stays_in_its_comment() {
    let description = "one\rtests: []\u{2028}two\n- three";
    let text = imported(&CORPUS, &backup(&[monitor(&json!({ "description": description }))]));
    assert!(text.contains("  # one tests: [] two\n  # - three\n  - name: m\n"), "{text}");
}

/// Files with a mistake.
const BROKEN: &[&str] = &[
    "{\n  \"version\": \"1.23.16\",\n  \"monitorList\": [\n    { \"name\": \"a\", \"type\": \"http\"\n      \"url\": \"https://a.test\" }\n  ]\n}\n",
    "{\n  \"monitorList\": [\n    { \"name\": \"a\", \"type\": \"http\", \"url\": \"https://a.test\"\n",
    "{ \"monitorList\": [ { \"name\": \"\", \"type\": \"http\" }, { \"name\": \"b\", \"type\": null }, 7 ] }",
    "{ \"monitorList\": [ { \"name\": \"a\", \"type\": \"docker\" } ] }",
    "{ \"monitorList\": [ { \"name\": \"a\", \"type\": \"http\", \"url\": \"https://a.test\", \"interval\": \"soon\", \"active\": \"maybe\", \"maxretries\": -1, \"timeout\": [1] } ] }",
    "{ \"monitorList\": [ { \"name\": \"a\", \"type\": \"http\", \"url\": \"https://a.test\", \"accepted_statuscodes\": { \"a\": 1 }, \"tags\": { \"a\": 1 } } ] }",
    "{ \"monitorList\": [ { \"name\": \"a\", \"type\": \"port\", \"hostname\": \"a.test\", \"port\": 99999 } ] }",
    "{ \"version\": \"2.0.0\", \"more\": [1], \"monitorList\": [ { \"name\": \"a\", \"type\": \"http\", \"url\": \"x y\" }, { \"name\": \"b\", \"type\": \"http\", \"url\": \"https://a.test\", \"authMethod\": \"oauth2-cc\" } ] }",
];

#[test]
fn what_is_wrong_is_said_at_its_place() {
    let all: Vec<String> =
        BROKEN.iter().map(|text| diagnostics(&Source::new("backup.json", text), true)).collect();
    insta::assert_snapshot!("kuma_broken", all.join("\n\n---\n\n"));
}

/// What takes the place of a value.
fn values() -> [Value; 8] {
    [
        json!(null),
        json!(-7),
        json!(1e300),
        json!("{{ x"),
        json!([1, 2]),
        json!({ "a": "b" }),
        json!(""),
        json!(true),
    ]
}

/// All values of a tree that differ from it in one place.
fn mutations(value: &Value) -> Vec<Value> {
    let mut all: Vec<Value> = values().to_vec();
    match value {
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                all.extend(mutations(item).into_iter().map(|mutated| {
                    let mut items = items.clone();
                    items[at] = mutated;
                    Value::Array(items)
                }));
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                all.extend(mutations(member).into_iter().map(|mutated| {
                    let mut members = members.clone();
                    members.insert(name.clone(), mutated);
                    Value::Object(members)
                }));
            }
        }
        _ => {}
    }
    all
}

#[test]
fn a_file_with_one_value_replaced_gives_diagnostics_or_a_document() {
    let backup: Value = serde_json::from_str(CORPUS.files[1].1).unwrap();
    let survive = |backup: &Value| survives(&CORPUS, &Source::new("backup.json", &backup.to_string()));
    values().iter().for_each(survive);
    // One monitor of the file at a time: the others say nothing about it.
    for (at, monitor) in backup["monitorList"].as_array().unwrap().iter().enumerate() {
        for mutated in mutations(monitor) {
            let mut alone = backup.clone();
            alone["monitorList"] = json!([mutated, backup["monitorList"][(at + 1) % 2]]);
            survive(&alone);
        }
    }
    for section in ["version", "notificationList", "proxyList", "monitorList"] {
        for value in values() {
            let mut mutated = backup.clone();
            mutated[section] = value;
            survive(&mutated);
        }
    }
    for mutated in mutations(&backup["proxyList"]) {
        let mut other = backup.clone();
        other["proxyList"] = mutated;
        survive(&other);
    }
}

#[test]
fn a_text_with_one_value_replaced_gives_diagnostics_or_a_document() {
    let fields = [
        json!({ "headers": "{\"a\": \"b\"}", "accepted_statuscodes": ["200"], "interval": 60, "maxretries": 1 }),
        json!({ "type": "port", "hostname": "a.test", "port": 1, "tags": [{ "name": "a", "value": "b" }] }),
    ];
    let source = backup(&fields.map(|fields| monitor(&fields)));
    survives_mutation(&CORPUS, source.text(), |text| Source::new("backup.json", text));
}

#[test]
fn what_has_no_monitors_is_not_a_backup() {
    for text in [
        "{ \"monitorList\": [] }",
        "{ \"monitorList\": { \"1\": { \"name\": \"a\", \"type\": \"http\" } } }",
        "{ \"monitorList\": [ { \"name\": \"a\" } ] }",
        "{ \"tests\": [], \"monitorList\": [ { \"name\": \"a\", \"type\": \"http\" } ] }",
    ] {
        let wrong = import(&Source::new("backup.json", text), ForeignFormat::UptimeKuma).unwrap_err();
        let messages: Vec<&str> = wrong.iter().map(|one| one.message.as_str()).collect();
        assert_eq!(messages, ["this is not a configuration of Uptime Kuma"], "{text}");
    }
}
