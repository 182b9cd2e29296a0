//! Assertions, each with a target for which it holds and with one for which it does not.

use serde_json::{Value, json};

/// An assertion: what both targets share, and the two targets. Behind an `@` in a target is what it is about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    kind: &'static str,
    operator: &'static str,
    /// Its property, the scope of its times, the version of its schema, or the path of a composed target.
    of: &'static str,
    /// The operator inside of a composed target, and which elements count.
    inner: Option<(&'static str, &'static str)>,
    /// Empty if no target is known in advance for which it holds.
    holds: &'static str,
    fails: &'static str,
    /// A field of the request that is not as usual: its name, and its value or, in a URL, its path.
    asks: Option<(&'static str, &'static str)>,
}

impl Row {
    /// With the target for which it holds.
    pub(super) fn holding(&self) -> Option<Value> {
        (!self.holds.is_empty()).then(|| self.assertion(self.holds))
    }

    /// With the target for which it does not.
    pub(super) fn failing(&self) -> Value {
        self.assertion(self.fails)
    }

    /// The request of the row.
    pub(super) fn request(&self, request: &Value) -> Value {
        let mut request = request.clone();
        match self.asks {
            Some(("url", path)) => {
                let url = request["url"].as_str().unwrap();
                request["url"] = Value::from(url.replace("/json", path));
            }
            Some((field, value)) => request[field] = parsed(value),
            None => {}
        }
        request
    }

    /// Whether it is one of a kind: a type, of something unless that is empty, and an operator.
    pub(super) fn is_of(&self, kind: &str, of: &str, operator: &str) -> bool {
        match self.inner {
            Some((inner, elements)) => {
                kind == format!("{} {}", self.kind, self.operator)
                    && (of.is_empty() || of == elements)
                    && inner == operator
            }
            None => kind == self.kind && (of.is_empty() || of == self.of) && self.operator == operator,
        }
    }

    fn assertion(&self, target: &str) -> Value {
        let (target, of) = match target.split_once('@') {
            // What differs is what it is about.
            Some((target, of)) => (target, of),
            None => (target, self.of),
        };
        if self.kind == "javascript" {
            return json!({ "type": self.kind, "code": target });
        }
        let target = parsed(target);
        let mut assertion = json!({ "type": self.kind, "operator": self.operator });
        let composed = match self.operator {
            "validatesJSONPath" => Some("jsonPath"),
            "validatesXPath" => Some("xPath"),
            "validatesJSONSchema" => {
                assertion["target"] = json!({ "jsonSchema": target.to_string(), "metaSchema": of });
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

/// A JSON value as it is written; what is none is a text.
fn parsed(written: &str) -> Value {
    serde_json::from_str(written).unwrap_or_else(|_| Value::from(written))
}

const fn row(
    kind: &'static str,
    operator: &'static str,
    of: &'static str,
    holds: &'static str,
    fails: &'static str,
) -> Row {
    Row { kind, operator, of, inner: None, holds, fails, asks: None }
}

/// An assertion on a JSONPath: path, operator and elements.
const fn json_path(
    (of, operator, elements): (&'static str, &'static str, &'static str),
    holds: &'static str,
    fails: &'static str,
) -> Row {
    let inner = Some((operator, elements));
    Row { kind: "body", operator: "validatesJSONPath", of, inner, holds, fails, asks: None }
}

const fn xpath(of: &'static str, operator: &'static str, holds: &'static str, fails: &'static str) -> Row {
    let inner = Some((operator, ""));
    Row { kind: "body", operator: "validatesXPath", of, inner, holds, fails, asks: Some(("url", "/xml")) }
}

/// A JSONPath into the message of a gRPC call.
const fn proto(of: &'static str, operator: &'static str, holds: &'static str, fails: &'static str) -> Row {
    let inner = Some((operator, "firstElementMatches"));
    Row { kind: "grpcProto", operator: "validatesJSONPath", of, inner, holds, fails, asks: None }
}

/// A row whose targets are made when the test runs. The process ends soon.
fn made(kind: &'static str, operator: &'static str, of: &'static str, holds: &Value, fails: &Value) -> Row {
    row(kind, operator, of, holds.to_string().leak(), fails.to_string().leak())
}

/// Every operator on a text that is known: two characters or more, and none with a meaning in a regular expression.
fn texts(kind: &'static str, of: &'static str, text: &str) -> [Row; 6] {
    let whole = json!(text);
    let rest = text.get(1..).unwrap();
    let (part, pattern) = (json!(rest), json!(format!(".{rest}")));
    let (other, other_pattern) = (json!(format!("{text}0")), json!(format!(".{rest}0")));
    [
        made(kind, "is", of, &whole, &other),
        made(kind, "isNot", of, &other, &whole),
        made(kind, "contains", of, &part, &other),
        made(kind, "doesNotContain", of, &other, &part),
        made(kind, "matches", of, &pattern, &other_pattern),
        made(kind, "doesNotMatch", of, &other_pattern, &pattern),
    ]
}

/// Every comparison with a number that is known and greater than 0.
fn numbers(kind: &'static str, of: &'static str, number: u32) -> [Row; 5] {
    let (less, same, more) = (json!(number - 1), json!(number), json!(number + 1));
    [
        made(kind, "lessThan", of, &more, &same),
        made(kind, "lessThanOrEqual", of, &same, &less),
        made(kind, "is", of, &same, &more),
        made(kind, "moreThan", of, &less, &same),
        made(kind, "moreThanOrEqual", of, &same, &more),
    ]
}

/// Against the HTTP server.
const HTTP: &[Row] = &[
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
        "draft-07",
        r#"{"type":"object","required":["n"]}"#,
        r#"{"type":"object","properties":{"n":{"type":"string"}}}"#,
    ),
    row(
        "body",
        "validatesJSONSchema",
        "draft-07",
        r#"{"if":{"required":["n"]},"then":{"required":["name"]}}"#,
        r#"{"if":{"required":["n"]},"then":{"required":["none"]}}"#,
    ),
    row(
        "body",
        "validatesJSONSchema",
        "draft-06",
        r#"{"properties":{"items":{"contains":{"const":"down"}}}}"#,
        r#"{"properties":{"items":{"contains":{"const":"left"}}}}"#,
    ),
    row(
        "javascript",
        "",
        "",
        "dd.expect(dd.response.statusCode).to.equal(200);",
        "dd.expect(dd.response.statusCode).to.equal(404);",
    ),
    row(
        "javascript",
        "",
        "",
        "dd.assert.include(dd.response.body, 'ada');",
        "dd.assert.include(dd.response.body, 'bob');",
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
        asks: Some(("url", "/xml")),
        ..row("body", "is", "", "<shop><name>ada &amp; co</name><n>5</n></shop>", "<shop>")
    },
    Row {
        asks: Some(("url", "/xml")),
        ..row("body", "isNot", "", "<shop>", "<shop><name>ada &amp; co</name><n>5</n></shop>")
    },
];

/// Against the HTTP server: every operator behind a JSONPath with every choice of elements. Behind the `@` is the path.
/// The items are `up`, `up` and `down`, the ids of users 1 and 2.
const ELEMENTS: &[Row] = &[
    json_path(("", "is", "firstElementMatches"), "up@$.items[*]", "down@$.items[*]"),
    json_path(("", "isNot", "firstElementMatches"), "down@$.items[*]", "up@$.items[*]"),
    json_path(("", "contains", "firstElementMatches"), "u@$.items[*]", "d@$.items[*]"),
    json_path(("", "doesNotContain", "firstElementMatches"), "d@$.items[*]", "u@$.items[*]"),
    json_path(("", "matches", "firstElementMatches"), "^up$@$.items[*]", "^d@$.items[*]"),
    json_path(("", "doesNotMatch", "firstElementMatches"), "^d@$.items[*]", "^up$@$.items[*]"),
    json_path(("", "lessThan", "firstElementMatches"), "2@$.users[*].id", "1@$.users[*].id"),
    json_path(("", "lessThanOrEqual", "firstElementMatches"), "1@$.users[*].id", "0@$.users[*].id"),
    json_path(("", "moreThan", "firstElementMatches"), "0@$.users[*].id", "1@$.users[*].id"),
    json_path(("", "moreThanOrEqual", "firstElementMatches"), "1@$.users[*].id", "2@$.users[*].id"),
    json_path(("", "isUndefined", "firstElementMatches"), "@$.users[*].none", "@$.users[*].id"),
    json_path(("", "is", "everyElementMatches"), "up@$.items[0:2]", "up@$.items[*]"),
    json_path(("", "isNot", "everyElementMatches"), "left@$.items[*]", "down@$.items[*]"),
    json_path(("", "contains", "everyElementMatches"), "u@$.items[0:2]", "u@$.items[*]"),
    json_path(("", "doesNotContain", "everyElementMatches"), "x@$.items[*]", "d@$.items[*]"),
    json_path(("", "matches", "everyElementMatches"), "^(up|down)$@$.items[*]", "^u@$.items[*]"),
    json_path(("", "doesNotMatch", "everyElementMatches"), "^x@$.items[*]", "^d@$.items[*]"),
    json_path(("", "lessThan", "everyElementMatches"), "3@$.users[*].id", "2@$.users[*].id"),
    json_path(("", "lessThanOrEqual", "everyElementMatches"), "2@$.users[*].id", "1@$.users[*].id"),
    json_path(("", "moreThan", "everyElementMatches"), "0@$.users[*].id", "1@$.users[*].id"),
    json_path(("", "moreThanOrEqual", "everyElementMatches"), "1@$.users[*].id", "2@$.users[*].id"),
    json_path(("", "isUndefined", "everyElementMatches"), "@$.users[*].none", "@$.users[*].id"),
    json_path(("", "is", "atLeastOneElementMatches"), "down@$.items[*]", "left@$.items[*]"),
    json_path(("", "isNot", "atLeastOneElementMatches"), "up@$.items[*]", "up@$.items[0:2]"),
    json_path(("", "contains", "atLeastOneElementMatches"), "ow@$.items[*]", "left@$.items[*]"),
    json_path(("", "doesNotContain", "atLeastOneElementMatches"), "u@$.items[*]", "u@$.items[0:2]"),
    json_path(("", "matches", "atLeastOneElementMatches"), "^d@$.items[*]", "^x@$.items[*]"),
    json_path(("", "doesNotMatch", "atLeastOneElementMatches"), "^u@$.items[*]", "^u@$.items[0:2]"),
    json_path(("", "lessThan", "atLeastOneElementMatches"), "2@$.users[*].id", "1@$.users[*].id"),
    json_path(("", "lessThanOrEqual", "atLeastOneElementMatches"), "1@$.users[*].id", "0@$.users[*].id"),
    json_path(("", "moreThan", "atLeastOneElementMatches"), "1@$.users[*].id", "2@$.users[*].id"),
    json_path(("", "moreThanOrEqual", "atLeastOneElementMatches"), "2@$.users[*].id", "3@$.users[*].id"),
    json_path(("", "isUndefined", "atLeastOneElementMatches"), "@$.users[*].none", "@$.users[*].id"),
    json_path(
        ("", "is", "serializationMatches"),
        r#""[\"up\",\"up\"]"@$.items[0:2]"#,
        r#""[\"up\"]"@$.items[0:2]"#,
    ),
    json_path(("", "isNot", "serializationMatches"), r#""[]"@$.users[*].id"#, r#""[1,2]"@$.users[*].id"#),
    json_path(("", "contains", "serializationMatches"), r#""1,2"@$.users[*].id"#, r#""2,1"@$.users[*].id"#),
    json_path(
        ("", "doesNotContain", "serializationMatches"),
        r#""2,1"@$.users[*].id"#,
        r#""1,2"@$.users[*].id"#,
    ),
    json_path(("", "matches", "serializationMatches"), r"^\[1,\d\]$@$.users[*].id", "^1@$.users[*].id"),
    json_path(("", "doesNotMatch", "serializationMatches"), "^1@$.users[*].id", r"^\[1@$.users[*].id"),
    json_path(("", "isUndefined", "serializationMatches"), "@$.users[*].none", "@$.users[*].id"),
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
const WEBSOCKET: &[Row] = &[
    row("header", "is", "upgrade", "websocket", "web"),
    row("header", "isNot", "upgrade", "web", "websocket"),
    row("header", "contains", "upgrade", "web", "x"),
    row("header", "doesNotContain", "upgrade", "x", "web"),
    row("header", "matches", "upgrade", r#""^web""#, r#""^x""#),
    row("header", "doesNotMatch", "upgrade", r#""^x""#, r#""^web""#),
    row("header", "doesNotExist", "", "@x-none", "@upgrade"),
];

/// Against a port that somebody listens on.
const TCP: &[Row] = &[
    row("responseTime", "lessThan", "", "30000", "0"),
    row("connection", "is", "", "established", "refused"),
    row("connection", "is", "", "established", "timeout"),
];

/// Against a port that nobody listens on.
pub(super) const TCP_REFUSED: &[Row] = &[
    row("connection", "is", "", "refused", "established"),
    row("connection", "is", "", "refused", "timeout"),
];

/// Against a port on which nothing answers.
pub(super) const TCP_TIMEOUT: &[Row] = &[
    row("connection", "is", "", "timeout", "established"),
    row("connection", "is", "", "timeout", "refused"),
];

/// Against the name server.
const DNS: &[Row] = &[
    row("recordSome", "contains", "A", "192.0.2", "10.0"),
    row("recordSome", "matches", "A", r#""^192\\.0""#, r#""^10""#),
    row("recordSome", "doesNotMatch", "A", r#""^10""#, r#""^192""#),
    row("recordEvery", "contains", "A", "192.0.2", "10.0"),
    row("recordEvery", "matches", "A", r#""^192\\.0""#, r#""^10""#),
    row("recordEvery", "doesNotMatch", "A", r#""^10""#, r#""^192""#),
    row("recordSome", "is", "A", "192.0.2.2", "192.0.2.3"),
    // One of the two is enough there, and not here.
    row("recordSome", "doesNotMatch", "A", r#""1$""#, r#""^192""#),
    row("recordEvery", "contains", "A", "192.0.2", "2.1"),
    row("recordEvery", "matches", "A", r#""[12]$""#, r#""1$""#),
    row("recordEvery", "doesNotMatch", "A", r#""3$""#, r#""1$""#),
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
    proto("$.text.length", "is", "5", "6"),
    proto("$.text.length", "lessThan", "6", "5"),
    proto("$.text.length", "lessThanOrEqual", "5", "4"),
    proto("$.text.length", "moreThan", "4", "5"),
    proto("$.text.length", "moreThanOrEqual", "5", "6"),
    proto("", "isUndefined", "@$.none", "@$.text"),
    row(
        "grpcProto",
        "is",
        "",
        r#""{\"text\":\"hello\",\"number\":0,\"tags\":[]}""#,
        r#""{\"text\":\"hello\"}""#,
    ),
    row(
        "grpcProto",
        "isNot",
        "",
        r#""{\"text\":\"hello\"}""#,
        r#""{\"text\":\"hello\",\"number\":0,\"tags\":[]}""#,
    ),
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

/// Against a TLS server that has no TLS 1.3. There is no version that is newer than that.
pub(super) const SSL_OLD: &[Row] = &[
    row("tlsVersion", "lessThan", "", r#""1.3""#, r#""1.2""#),
    row("tlsVersion", "lessThanOrEqual", "", "1.2", "1.1"),
    row("tlsVersion", "is", "", "1.2", "1.3"),
    row("tlsVersion", "moreThan", "", "1.1", "1.2"),
    row("tlsVersion", "moreThanOrEqual", "", r#""1.2""#, r#""1.3""#),
];

/// Against loopback.
const ICMP: &[Row] = &[
    row("latency", "lessThan", "avg", "5000", "0"),
    row("latency", "lessThanOrEqual", "avg", "5000", "0"),
    row("latency", "is", "avg", "", "5000"),
    row("latency", "moreThan", "avg", "0", "5000"),
    row("latency", "moreThanOrEqual", "avg", "0", "5000"),
    row("latency", "lessThan", "max", "5000", "0"),
    row("latency", "lessThanOrEqual", "max", "5000", "0"),
    row("latency", "is", "max", "", "5000"),
    row("latency", "moreThan", "max", "0", "5000"),
    row("latency", "moreThanOrEqual", "max", "0", "5000"),
    row("latency", "lessThan", "min", "5000", "0"),
    row("latency", "lessThanOrEqual", "min", "5000", "0"),
    row("latency", "is", "min", "", "5000"),
    row("latency", "moreThan", "min", "0", "5000"),
    row("latency", "moreThanOrEqual", "min", "0", "5000"),
    alone("lessThan", "1", "0"),
    alone("lessThanOrEqual", "0", "-1"),
    alone("is", "0", "1"),
    alone("moreThan", "-1", "0"),
    alone("moreThanOrEqual", "0", "1"),
    row("packetLossPercentage", "is", "", "0", "0.5"),
    row("packetLossPercentage", "lessThan", "", "0.06", "0"),
    row("packetLossPercentage", "lessThanOrEqual", "", "0", "-1"),
    row("packetLossPercentage", "moreThan", "", "-1", "0"),
    row("packetLossPercentage", "moreThanOrEqual", "", "0", "0.01"),
];

/// An assertion on the deviation of one round trip, which is 0.
const fn alone(operator: &'static str, holds: &'static str, fails: &'static str) -> Row {
    Row { asks: Some(("numberOfPackets", "1")), ..row("latency", operator, "stddev", holds, fails) }
}

/// The schema of the echo service of the lab, as protobuf.js has it.
pub(super) const DESCRIPTOR: &str = r#"{"nested":{"lab":{"nested":{"Echo":{"methods":{"Say":{"requestType":"Word","responseType":"Word"}}},"Word":{"fields":{"text":{"type":"string","id":1}}}}}}}"#;

/// What a certificate is known to say of itself, by the names of its fields there.
const FIELDS: &[(&str, &str)] = &[
    ("subject", "/subject"),
    ("issuer", "/issuer"),
    ("subject.altName", "/subject_alt_names/0"),
    ("subjectaltname", "/subject_alt_names/0"),
    ("altName", "/subject_alt_names/0"),
    ("serialNumber", "/serial"),
    ("fingerprint", "/sha1"),
    ("fingerprint256", "/sha256"),
    ("extKeyUsage", "/extended_key_usage/0"),
    ("ext_key_usage", "/extended_key_usage/0"),
];

/// The types of records, and one of each that `one.test` has.
const RECORDS: &[(&str, &str)] = &[
    ("A", "192.0.2.1"),
    ("AAAA", "2001:db8::1"),
    ("CNAME", "www.shop.test"),
    ("MX", "10 mail.shop.test"),
    ("NS", "ns1.shop.test"),
    ("TXT", "v=spf1"),
];

/// All rows of HTTP tests.
pub(super) fn http() -> Vec<Row> {
    [HTTP, ELEMENTS].concat()
}

/// All rows of WebSocket tests.
pub(super) fn websocket() -> Vec<Row> {
    [RECEIVED, WEBSOCKET].concat()
}

/// All rows of TCP tests against a port that somebody listens on.
pub(super) fn tcp() -> Vec<Row> {
    [TCP, &numbers("networkHop", "", 1)].concat()
}

/// All rows of ICMP tests.
pub(super) fn icmp() -> Vec<Row> {
    [ICMP, &numbers("packetsReceived", "", 2), &numbers("networkHop", "", 1)].concat()
}

/// All rows of DNS tests: records that are alone are some of them and every one.
pub(super) fn dns() -> Vec<Row> {
    let mut rows = DNS.to_vec();
    for (record, value) in RECORDS {
        for kind in ["recordSome", "recordEvery"] {
            let of_records = texts(kind, record, value).into_iter();
            let known = of_records.filter(|row| !matches!(row.operator, "isNot" | "doesNotContain"));
            rows.extend(known.map(|row| Row { asks: Some(("host", "one.test")), ..row }));
        }
    }
    rows
}

/// All rows of TLS tests, with what the result says of the session and its certificate.
pub(super) fn ssl(tls: &Value) -> Vec<Row> {
    let fact = |at: &str| tls.pointer(at).and_then(Value::as_str).unwrap().to_owned();
    let mut rows = SSL.to_vec();
    for (field, at) in FIELDS {
        rows.extend(texts("property", field, &fact(&format!("/chain/0{at}"))));
    }
    rows.extend(texts("property", "cipher", &fact("/cipher_suite")));
    for (field, value) in [
        ("subject.CN", "shop.lab.test"),
        ("subject.O", "Faultfinder Lab"),
        ("issuer.CN", "Lab Issuing CA"),
        ("issuer.O", "Faultfinder Lab"),
    ] {
        rows.extend(texts("property", field, value));
    }
    rows
}
