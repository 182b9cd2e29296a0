//! Assertions, each with a target for which it holds and with one for which it does not.

use serde_json::{Value, json};

/// An assertion: what both targets share, and the two targets. `{}` stands for the target in a composed one.
#[derive(Debug)]
pub(super) struct Row {
    kind: &'static str,
    operator: &'static str,
    /// Its property, or the path of a composed target.
    of: &'static str,
    /// The operator inside of a composed target, and which elements count.
    inner: Option<(&'static str, &'static str)>,
    holds: &'static str,
    fails: &'static str,
    /// What is asked for instead of the usual.
    path: Option<&'static str>,
}

impl Row {
    pub(super) fn holding(&self) -> Value {
        self.assertion(self.holds)
    }

    pub(super) fn failing(&self) -> Value {
        self.assertion(self.fails)
    }

    /// The request with the path of the row.
    pub(super) fn request(&self, request: &Value) -> Value {
        let mut request = request.clone();
        if let (Some(path), Some(url)) = (self.path, request["url"].as_str()) {
            request["url"] = Value::from(url.replace("/json", path));
        }
        request
    }

    fn assertion(&self, target: &str) -> Value {
        let (target, of) = match target.split_once('@') {
            // What differs is what it is about.
            Some((target, of)) => (target, of),
            None => (target, self.of),
        };
        let target: Value = serde_json::from_str(target).unwrap_or_else(|_| Value::from(target));
        let mut assertion = json!({ "type": self.kind, "operator": self.operator });
        let composed = match self.operator {
            "validatesJSONPath" => Some("jsonPath"),
            "validatesXPath" => Some("xPath"),
            "validatesJSONSchema" => {
                assertion["target"] = json!({ "jsonSchema": target.to_string(), "metaSchema": "draft-07" });
                return assertion;
            }
            _ => None,
        };
        if let (Some(path), Some((inner, elements))) = (composed, self.inner) {
            assertion["target"] = json!({ path: of, "operator": inner });
            if !elements.is_empty() {
                assertion["target"]["elementsOperator"] = json!(elements);
            }
            if inner != "isUndefined" {
                assertion["target"]["targetValue"] = target;
            }
            return assertion;
        }
        if !of.is_empty() {
            let scoped = if self.kind == "responseTime" { "timingsScope" } else { "property" };
            assertion[scoped] = json!(of);
        }
        assertion["target"] = target;
        assertion
    }
}

const fn row(
    kind: &'static str,
    operator: &'static str,
    of: &'static str,
    holds: &'static str,
    fails: &'static str,
) -> Row {
    Row { kind, operator, of, inner: None, holds, fails, path: None }
}

/// An assertion on a JSONPath: path, operator and elements.
const fn json_path(
    (of, operator, elements): (&'static str, &'static str, &'static str),
    holds: &'static str,
    fails: &'static str,
) -> Row {
    let inner = Some((operator, elements));
    Row { kind: "body", operator: "validatesJSONPath", of, inner, holds, fails, path: None }
}

const fn xpath(of: &'static str, operator: &'static str, holds: &'static str, fails: &'static str) -> Row {
    let inner = Some((operator, ""));
    Row { kind: "body", operator: "validatesXPath", of, inner, holds, fails, path: Some("/xml") }
}

/// A JSONPath into the message of a gRPC call.
const fn proto(of: &'static str, operator: &'static str, holds: &'static str, fails: &'static str) -> Row {
    let inner = Some((operator, "firstElementMatches"));
    Row { kind: "grpcProto", operator: "validatesJSONPath", of, inner, holds, fails, path: None }
}

/// Against the HTTP server.
pub(super) const HTTP: &[Row] = &[
    row("statusCode", "is", "", "200", r#""404""#),
    row("statusCode", "is", "", r#""200""#, "0"),
    row("statusCode", "isNot", "", "404", "200"),
    row("statusCode", "matches", "", r#""20[04]""#, r#""[345]..""#),
    row("statusCode", "doesNotMatch", "", r#""5..""#, r#""2..""#),
    row("statusCode", "lessThan", "", "300", "200"),
    row("responseTime", "lessThan", "", "30000", "0"),
    row("responseTime", "lessThan", "withoutDNS", r#""30000""#, "0"),
    row("responseTime", "lessThan", "all", "30000", "0"),
    row("header", "contains", "Content-Type", "json", "xml"),
    row("header", "doesNotContain", "Content-Type", "xml", "json"),
    row("header", "is", "Content-Type", "application/json; charset=utf-8", "application/json"),
    row("header", "isNot", "Content-Type", "application/json", "application/json; charset=utf-8"),
    row("header", "matches", "Content-Type", r#""^application/(json|xml)""#, r#""^text""#),
    row("header", "doesNotMatch", "Content-Type", r#""^text""#, r#""/JSON/i""#),
    row("header", "lessThan", "x-count", "13", "12"),
    row("header", "lessThanOrEqual", "x-count", r#""12""#, "11"),
    row("header", "moreThan", "x-count", "11", "12"),
    row("header", "moreThanOrEqual", "x-count", "12", "13"),
    row("header", "doesNotExist", "", "@x-none", "@x-count"),
    row("body", "contains", "", "ada", "bob"),
    row("body", "doesNotContain", "", "bob", "ada"),
    row("body", "matches", "", r#""\"n\":\\d""#, r#""^ada""#),
    row("body", "doesNotMatch", "", r#""^ada""#, r#""ada""#),
    row(
        "bodyHash",
        "md5",
        "",
        r#""64AF6A5B98BD041E40EB0EDE42C1B77C""#,
        r#""9dd4e461268c8034f5c8564e155c67a6""#,
    ),
    row(
        "bodyHash",
        "sha1",
        "",
        r#""31223FF918268907FED399C5F3B9311D1FB62EDF""#,
        r#""11f6ad8ec52a2984abaafd7c3b516503785c2072""#,
    ),
    row(
        "bodyHash",
        "sha256",
        "",
        r#""B72E59648EDBDB789351A5D65CDFD90BF56253EDD8891A4D0EA99AD9DE043BFB""#,
        r#""2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881""#,
    ),
    row("bodyHash", "md5", "", r#""64af6a5b98bd041e40eb0ede42c1b77c""#, r#""a""#),
    row(
        "body",
        "validatesJSONSchema",
        "",
        r#"{"type":"object","required":["n"]}"#,
        r#"{"type":"object","properties":{"n":{"type":"string"}}}"#,
    ),
    json_path(("$.n", "is", "firstElementMatches"), "5", "6"),
    json_path(("$.n", "is", "firstElementMatches"), r#""5""#, r#""five""#),
    json_path(("$.n", "isNot", "firstElementMatches"), r#""6""#, "5"),
    json_path(("$.n", "lessThan", "firstElementMatches"), "6", "5"),
    json_path(("$.n", "lessThanOrEqual", "firstElementMatches"), "5", "4"),
    json_path(("$.n", "moreThan", "firstElementMatches"), r#""4""#, "5"),
    json_path(("$.n", "moreThanOrEqual", "firstElementMatches"), "5", r#""6""#),
    json_path(("name", "is", "firstElementMatches"), r#""ada""#, r#""bob""#),
    json_path(("name", "isNot", "firstElementMatches"), r#""bob""#, r#""ada""#),
    json_path(("name", "contains", "firstElementMatches"), r#""da""#, r#""b""#),
    json_path(("name", "doesNotContain", "firstElementMatches"), r#""b""#, r#""da""#),
    json_path(("name", "matches", "firstElementMatches"), r#""^a.a$""#, r#""^d""#),
    json_path(("name", "doesNotMatch", "firstElementMatches"), r#""^d""#, r#""^a""#),
    json_path(("$.text", "is", "firstElementMatches"), "5", "6"),
    json_path(("$.flag", "is", "firstElementMatches"), r#""true""#, r#""false""#),
    json_path(("$.name.length", "is", "firstElementMatches"), "3", "4"),
    json_path(("", "isUndefined", "firstElementMatches"), "@$.none", "@$.name"),
    json_path(("", "isUndefined", ""), "@$.users[9]", "@$.users[0]"),
    json_path(("$.items[*]", "is", "atLeastOneElementMatches"), r#""down""#, r#""left""#),
    json_path(("$.items[*]", "is", "firstElementMatches"), r#""up""#, r#""down""#),
    json_path(("$.items[*]", "isNot", "everyElementMatches"), r#""left""#, r#""up""#),
    json_path(("$.users[*].id", "moreThan", "everyElementMatches"), "0", "1"),
    json_path(("$.users[?(@.id>1)].id", "is", ""), "2", "1"),
    json_path(
        ("$.items[*]", "contains", "serializationMatches"),
        r#""\"up\",\"down\"""#,
        r#""\"down\",\"up\"""#,
    ),
    json_path(("$.items", "contains", "firstElementMatches"), r#""down""#, r#""left""#),
    xpath("/shop/name", "is", r#""ada & co""#, r#""ada""#),
    xpath("/shop/name", "isNot", r#""ada""#, r#""ada & co""#),
    xpath("/shop/name", "contains", r#""ada""#, r#""bob""#),
    xpath("/shop/name", "doesNotContain", r#""bob""#, r#""ada""#),
    xpath("/shop/name", "matches", r#""^a""#, r#""^b""#),
    xpath("/shop/name", "doesNotMatch", r#""^b""#, r#""^a""#),
    xpath("//n", "is", r#""5""#, "6"),
    xpath("//n", "lessThan", "6", "5"),
    xpath("//n", "lessThanOrEqual", "5", "4"),
    xpath("//n", "moreThan", "4", r#""5""#),
    xpath("//n", "moreThanOrEqual", "5", "6"),
    xpath("", "isUndefined", "@/shop/none", "@/shop/n"),
    xpath(r#"//name[contains(., "ada")]"#, "isNot", r#""x""#, r#""ada & co""#),
    Row {
        path: Some("/xml"),
        ..row("body", "is", "", "<shop><name>ada &amp; co</name><n>5</n></shop>", "<shop>")
    },
    Row {
        path: Some("/xml"),
        ..row("body", "isNot", "", "<shop>", "<shop><name>ada &amp; co</name><n>5</n></shop>")
    },
];

/// Against a server that sends `hello` back.
pub(super) const RECEIVED: &[Row] = &[
    row("receivedMessage", "is", "", "hello", "hell"),
    row("receivedMessage", "isNot", "", "hell", "hello"),
    row("receivedMessage", "contains", "", "ell", "x"),
    row("receivedMessage", "doesNotContain", "", "x", "ell"),
    row("receivedMessage", "matches", "", r#""^h.*o$""#, r#""^o""#),
    row("receivedMessage", "doesNotMatch", "", r#""^o""#, r#""^h""#),
    row("responseTime", "lessThan", "", "30000", "0"),
];

/// On the handshake of a WebSocket.
pub(super) const WEBSOCKET: &[Row] = &[
    row("header", "is", "upgrade", "websocket", "web"),
    row("header", "isNot", "upgrade", "web", "websocket"),
    row("header", "contains", "upgrade", "web", "x"),
    row("header", "doesNotContain", "upgrade", "x", "web"),
    row("header", "matches", "upgrade", r#""^web""#, r#""^x""#),
    row("header", "doesNotMatch", "upgrade", r#""^x""#, r#""^web""#),
    row("header", "doesNotExist", "", "@x-none", "@upgrade"),
];

/// Against a port that somebody listens on.
pub(super) const TCP: &[Row] = &[
    row("responseTime", "lessThan", "", "30000", "0"),
    row("connection", "is", "", "established", "refused"),
];

/// Against a port that nobody listens on.
pub(super) const TCP_REFUSED: &[Row] = &[row("connection", "is", "", "refused", "established")];

/// Against the name server.
pub(super) const DNS: &[Row] = &[
    row("recordSome", "contains", "A", "192.0.2", "10.0"),
    row("recordSome", "matches", "A", r#""^192\\.0""#, r#""^10""#),
    row("recordSome", "doesNotMatch", "A", r#""^10""#, r#""^192""#),
    row("recordEvery", "contains", "A", "192.0.2", "10.0"),
    row("recordEvery", "matches", "A", r#""^192\\.0""#, r#""^10""#),
    row("recordEvery", "doesNotMatch", "A", r#""^10""#, r#""^192""#),
    row("recordSome", "is", "A", "192.0.2.2", "192.0.2.3"),
    row("recordEvery", "is", "NS", "ns1.shop.test", "ns2.shop.test"),
    row("recordSome", "is", "AAAA", "2001:db8:0:0:0:0:0:1", "2001:db8::2"),
    row("recordSome", "is", "MX", "10 mail.shop.test", "20 mail.shop.test"),
    row("recordSome", "contains", "TXT", "spf1", "dkim"),
    row("recordSome", "is", "CNAME", "www.shop.test", "shop.test"),
    row("responseTime", "lessThan", "", "30000", "0"),
];

/// Against the echo service of the lab.
pub(super) const GRPC: &[Row] = &[
    row("grpcProto", "contains", "", "hello", "bye"),
    row("grpcProto", "doesNotContain", "", "bye", "hello"),
    row("grpcProto", "matches", "", r#""hel+o""#, r#""^hello""#),
    row("grpcProto", "doesNotMatch", "", r#""^hello""#, r#""hel+o""#),
    proto("$.text", "is", r#""hello""#, r#""bye""#),
    proto("$.text", "isNot", r#""bye""#, r#""hello""#),
    proto("$.text", "contains", r#""ell""#, r#""x""#),
    proto("$.text", "doesNotContain", r#""x""#, r#""ell""#),
    proto("$.text", "matches", r#""^h""#, r#""^x""#),
    proto("$.text", "doesNotMatch", r#""^x""#, r#""^h""#),
    proto("", "isUndefined", "@$.none", "@$.text"),
    row("grpcMetadata", "is", "x-lab", "1", "3"),
    row("grpcMetadata", "isNot", "x-lab", "3", "1"),
    row("grpcMetadata", "contains", "x-lab", "1", "3"),
    row("grpcMetadata", "doesNotContain", "x-lab", "3", "1"),
    row("grpcMetadata", "matches", "x-lab", r#""^[12]$""#, r#""^3""#),
    row("grpcMetadata", "doesNotMatch", "x-lab", r#""^3""#, r#""^1""#),
    row("grpcMetadata", "doesNotExist", "", "@x-other", "@x-lab"),
    row("responseTime", "lessThan", "", "30000", "0"),
];

/// Against the health service of the lab.
pub(super) const HEALTH: &[Row] = &[
    row("grpcHealthcheckStatus", "is", "", "1", "2"),
    row("grpcHealthcheckStatus", "is", "", r#""1""#, "0"),
    row("grpcHealthcheckStatus", "isNot", "", "3", "1"),
    row("responseTime", "lessThan", "", "30000", "0"),
];

/// Against the TLS server of the lab.
pub(super) const SSL: &[Row] = &[
    row("certificate", "isInMoreThan", "", "10", "10000"),
    row("certificate", "isInMoreThan", "", r#""1.5""#, "100000.5"),
    row("certificate", "isInLessThan", "", "10000", "1"),
    row("property", "is", "subject.CN", "shop.lab.test", "lab.test"),
    row("property", "isNot", "subject.CN", "lab.test", "shop.lab.test"),
    row("property", "contains", "subject.CN", "lab", "nope"),
    row("property", "doesNotContain", "subject.CN", "nope", "lab"),
    row("property", "matches", "subject.CN", r#""^shop""#, r#""^lab""#),
    row("property", "doesNotMatch", "subject.CN", r#""^lab""#, r#""test$""#),
    row("property", "is", "issuer.CN", "Lab Issuing CA", "Lab Issuing"),
    row("property", "isNot", "issuer.CN", "Lab", "Lab Issuing CA"),
    row("property", "contains", "issuer.CN", "Issuing", "Root"),
    row("property", "doesNotContain", "issuer.CN", "Root", "Issuing"),
    row("property", "matches", "issuer.CN", r#""^Lab .* CA$""#, r#""^Issuing""#),
    row("property", "doesNotMatch", "issuer.CN", r#""^CA""#, r#""CA$""#),
    row("property", "contains", "subject", "shop.lab.test", "nope"),
    row("property", "contains", "subject.altName", "*.lab.test", "nope"),
    row("tlsVersion", "is", "", r#""1.3""#, r#""1.2""#),
    row("tlsVersion", "moreThan", "", "1.2", r#""1.3""#),
    row("tlsVersion", "lessThanOrEqual", "", r#""1.3""#, r#""1.2""#),
    row("minTlsVersion", "moreThan", "", "1.1", r#""1.3""#),
    row("minTlsVersion", "moreThanOrEqual", "", r#""1.2""#, r#""1.3""#),
    row("responseTime", "lessThan", "", "30000", "0"),
];

/// Against loopback.
pub(super) const ICMP: &[Row] = &[
    row("latency", "lessThan", "avg", "5000", "0"),
    row("latency", "lessThan", "min", "5000", "0"),
    row("latency", "lessThan", "max", "5000", "0"),
    row("latency", "moreThanOrEqual", "stddev", "0", "5000"),
    row("latency", "lessThanOrEqual", "max", "5000", "0"),
    row("latency", "moreThan", "avg", "0", "5000"),
    row("packetLossPercentage", "is", "", "0", "0.5"),
    row("packetLossPercentage", "lessThan", "", "0.06", "0"),
    row("packetLossPercentage", "moreThanOrEqual", "", "0", "0.01"),
    row("packetsReceived", "is", "", "2", "1"),
    row("packetsReceived", "moreThan", "", "1", "2"),
    row("packetsReceived", "lessThan", "", "3", "2"),
    row("packetsReceived", "moreThanOrEqual", "", "2", "3"),
    row("packetsReceived", "lessThanOrEqual", "", "2", "1"),
];

/// The schema of the echo service of the lab, as protobuf.js has it.
pub(super) const DESCRIPTOR: &str = r#"{"nested":{"lab":{"nested":{"Echo":{"methods":{"Say":{"requestType":"Word","responseType":"Word"}}},"Word":{"fields":{"text":{"type":"string","id":1}}}}}}}"#;
