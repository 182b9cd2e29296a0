//! Definitions of one HTTP request.

use super::super::row::{Row, fails, passes};
use super::super::world::{Guard, JSON, Moves, OK, Page, World, showing};

/// `admin` and `secret`.
const ADMIN: Guard = Guard::Basic("YWRtaW46c2VjcmV0");
const ZERO: Page = Page { body: r#"{"topKey": "0"}"#, ..JSON };
const HTML: Page = Page { headers: &[("content-type", "text/html; charset=UTF-8")], body: "<p>ok</p>", ..OK };
/// What 2d15 and its relatives send.
const ACCEPTING: Page =
    Page { needs: &["accept: application/json", "x-datadog-trace-id: 1234566789", "this is a body"], ..JSON };
const QUERIED: Page = Page {
    needs: &["GET /?foo=bar", "x-datadog-trace-id: 1234566789", "this is a body"],
    guard: ADMIN,
    ..JSON
};
/// For assertions that contradict each other.
const CONTRADICTED: Page = Page {
    body: r#"{"topKey": "1", "something": 6, "slideshow": {}, "mykey": 10}"#,
    needs: &["GET /?foo=bar", "x-datadog-trace-id: 123456789"],
    guard: ADMIN,
    moves: Moves::Yes,
    ..JSON
};

/// Over HTTP/2 only.
const fn h2(page: Page) -> World {
    World { alpn: &["h2"], ..showing(page) }
}

/// Behind NTLM, which needs connections of HTTP/1.1, and a proxy.
const fn ntlm(body: &'static str) -> World {
    let page = Page {
        body,
        needs: &["content-type: text/plain", "x-datadog-trace-id: 123456789", "this is a body"],
        guard: Guard::Ntlm,
        ..JSON
    };
    World { alpn: &["http/1.1"], proxy_needs: &["x-datadog-trace-id: 123456789"], ..showing(page) }
}

/// Behind a proxy, for a client certificate and a token; the page is JSON that is called HTML.
const TOKEN: World = World {
    token_needs: &[
        "authorization: Basic Y2xpZW50LWlkOmNsaWVudC1zZWNyZXQ=",
        "grant_type=client_credentials",
        "audience=audience",
        "resource=resource",
        "scope=yoyo",
    ],
    proxy_needs: &["CONNECT 127.0.0.1:"],
    wants_certificate: true,
    ..h2(Page {
        headers: &[("content-type", "text/html")],
        needs: &["unique: test"],
        guard: Guard::Token,
        moves: Moves::WithCookie,
        ..JSON
    })
};

/// A body of JSON with this length.
const fn long(length: usize) -> World {
    let body = r#"{"topKey": "1", "slideshow": {}, "discountPercentage": 10.48}"#;
    showing(Page { body, length, moves: Moves::Yes, ..JSON })
}

pub(in super::super) const JSON_PATHS: &[Row] = &[
    passes(
        &["http 2d15"],
        showing(Page { moves: Moves::Yes, ..ACCEPTING }),
        "the redirect is followed; the page is JSON, and its `topKey` is \"1\"",
    ),
    fails(&["http 2d15"], showing(Page { body: ZERO.body, ..ACCEPTING }), &[2], "`topKey` is \"0\""),
    passes(
        &["http 7ca2", "http 62fa", "http d7de"],
        showing(Page { moves: Moves::Yes, ..QUERIED }),
        "the same with credentials and a query; 6 is more than 5",
    ),
    fails(
        &["http 7ca2"],
        showing(Page { body: r#"{"topKey": "1", "something": 5}"#, ..QUERIED }),
        &[3],
        "5 is not more than 5",
    ),
    fails(&["http 62fa"], showing(Page { status: 201, ..QUERIED }), &[1], "201 is not 200"),
    fails(
        &["http d7de"],
        showing(Page { headers: &[("content-type", "text/html")], ..QUERIED }),
        &[0],
        "the content type is text/html, also when it is tried once more",
    ),
    fails(
        &["http 0e92", "http 1dbc", "http 64ce"],
        showing(CONTRADICTED),
        &[5, 7, 9],
        "no answer is 200 and not 200, nor both of `20[04]`, and what has a JSONPath is not XML",
    ),
    passes(
        &["http 74df", "http e0ab", "http 8af1", "http 0247", "http e8f2", "http ec3d"],
        showing(JSON),
        "`topKey` is \"1\", which is not \"0\"",
    ),
    fails(&["http 74df", "http e0ab", "http 8af1", "http e8f2"], showing(ZERO), &[0], "`topKey` is \"0\""),
    fails(
        &["http 0247", "http ec3d"],
        showing(Page { body: r#"{"topKey": 0}"#, ..JSON }),
        &[0],
        "`topKey` is 0: a number may be given as a text",
    ),
    fails(
        &["http a038"],
        long(80_000),
        &[3, 7],
        "what has a JSONPath is not XML, and what is made to fit the rest does not have this MD5 digest",
    ),
    fails(&["http a038"], long(74_001), &[3, 6, 7], "and 74001 is more than 74000, but not than 74001"),
];

pub(in super::super) const CREDENTIALS: &[Row] = &[
    passes(&["http 7765"], ntlm("{}"), "NTLM lets it in, over the proxy; nobody speaks of terraform"),
    fails(&["http 7765"], ntlm(r#"{"by": "terraform"}"#), &[3], "the body speaks of terraform"),
    fails(
        &["http 9166"],
        TOKEN,
        &[4],
        "the token lets it in, the cookie comes back; the XPath finds nothing in JSON, and JSON is what the JSONPath needs",
    ),
    fails(
        &["http 570d", "http b1f6"],
        TOKEN,
        &[3],
        "the same; the whole body of the one is in a file that the export dropped",
    ),
    fails(&["http cdbb"], TOKEN, &[2], "the same without the header"),
    fails(&["http 6d79"], TOKEN, &[4, 5], "the same, and no digest of MD5 is `a`"),
];

pub(in super::super) const STATUSES: &[Row] = &[
    passes(
        &["http 88bf"],
        h2(Page { needs: &["content-type: text/plain", "this is a body"], moves: Moves::Yes, ..JSON }),
        "over HTTP/2, as it says; the redirect is followed",
    ),
    fails(&["http 88bf"], h2(HTML), &[0], "the content type is text/html"),
    passes(
        &["http a8f5"],
        h2(Page { moves: Moves::WithCookie, ..JSON }),
        "the cookie of the redirect comes back; the schedule is of the service, not of a run",
    ),
    fails(&["http a8f5"], h2(Page { status: 404, ..JSON }), &[1], "404 is not 200"),
    passes(&["http 3a86"], showing(OK), "the status is 200"),
    fails(
        &["http 3a86"],
        showing(Page { moves: Moves::Yes, ..OK }),
        &[0],
        "redirects are not followed unless a definition says so: the status is 302",
    ),
    passes(&["http 4a28"], showing(Page { status: 404, ..OK }), "404 does not match `200`"),
    fails(&["http 4a28"], showing(OK), &[0], "200 matches `200`"),
    passes(&["http 5f0f"], showing(OK), "200 is not 500"),
    fails(&["http 5f0f"], showing(Page { status: 500, ..OK }), &[0], "500, also the other three times"),
    passes(
        &["http 20ef"],
        showing(Page { needs: &["GET /fh", "key: key_example", "body_example"], moves: Moves::Yes, ..OK }),
        "the status behind the redirect is 200; what `steps` an HTTP test has is not carried out",
    ),
    fails(&["http 20ef"], showing(Page { status: 404, ..OK }), &[0], "404 is not 200"),
    passes(
        &["http 9d3b", "http eedc"],
        h2(Page {
            needs: &[
                "POST /",
                r#"name="foo""#,
                "bar",
                r#"name="file1"; filename="file.txt""#,
                "this is the original file content",
            ],
            ..OK
        }),
        "the form and the file arrive, as text in both cases",
    ),
    fails(&["http 9d3b", "http eedc"], h2(Page { status: 413, ..OK }), &[0], "413 is not 200"),
    passes(&["http 2ddb", "http 5c4b"], showing(HTML), "the status and the whole content type are as wanted"),
    fails(
        &["http 2ddb", "http 5c4b"],
        showing(Page { headers: &[("content-type", "text/html")], ..HTML }),
        &[2],
        "`is` is about the whole value: the character set is missing",
    ),
    passes(&["http 396b"], showing(Page { status: 500, ..OK }), "any answer within 1 s will do"),
];
