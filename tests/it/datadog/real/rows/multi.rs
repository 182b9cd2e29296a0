//! Definitions of several steps.

use super::super::places::UPLOAD;
use super::super::row::{Row, fails, faults, passes};
use super::super::world::{Calls, Guard, JSON, Moves, OK, Page, WORLD, World, naming, showing};

/// `admin` and `secret`, with what the steps send along.
const ADMIN: Page = Page {
    needs: &["GET /?foo=bar", "x-datadog-trace-id: 123456789", "this is a body"],
    guard: Guard::Basic("YWRtaW46c2VjcmV0"),
    ..OK
};
/// A server that says what it is: the steps take that along.
const NAMED: Page = Page { headers: &[("server", "peer")], ..OK };
const NO_SCHEMA: &str = "the proto file is left out";
const NO_SUB_TEST: &str = "the test `ik5-d88-thg`, which this step carries out, is not in the file";
/// The address that two of the definitions want.
const FOUND: World = naming(&[("A", "213.186.33.19")]);

/// The steps of 57a6, of which the first one is answered with this status.
const fn all_credentials(status: u16) -> World {
    const SIGNED: Page = Page {
        body: r#"{"id": "x-1", "slideshow": {}}"#,
        needs: &["POST /?foo=bar", "x-amz-security-token: sigv4-session-token", "this is a body"],
        guard: Guard::Signed("sigv4-access-key"),
        ..JSON
    };
    const REFUSED: Page = Page { status: 500, ..SIGNED };
    World {
        page: Page { guard: Guard::Any, ..OK },
        pages: if status == 200 { &[("/?foo=bar", SIGNED)] } else { &[("/?foo=bar", REFUSED)] },
        token_needs: &["audience=audience", "scope=scope"],
        proxy_needs: &["x-datadog-trace-id: 123456789"],
        calls: Calls { needs: &["foo: bar"], ..WORLD.calls },
        ..WORLD
    }
}

/// A shop that answers a new item with this status.
const fn shop(is_made: bool) -> World {
    const CARTS: (&str, Page) = (
        "/carts",
        Page {
            status: 201,
            headers: &[("location", "https://api.shopist.io/carts/64f0c2")],
            needs: &["POST /carts"],
            ..OK
        },
    );
    const PRODUCTS: (&str, Page) =
        ("/products.json", Page { body: r#"[{"id": {"$oid": "5d8e"}}, {"id": {"$oid": "5d8f"}}]"#, ..JSON });
    const ITEM: Page = Page {
        status: 201,
        needs: &["content-type: application/json", r#""product_id": "5d8e""#, r#""cart_id": "64f0c2""#],
        ..OK
    };
    const OTHER: Page = Page { status: 200, ..ITEM };
    let pages: &'static [(&'static str, Page)] = if is_made {
        &[CARTS, PRODUCTS, ("/add_item.json", ITEM)]
    } else {
        &[CARTS, PRODUCTS, ("/add_item.json", OTHER)]
    };
    World { pages, ..WORLD }
}

/// A page for uploads.
const UPLOADED: Page = Page { needs: &[r#"name="file1"; filename="file.txt""#, UPLOAD.1], ..OK };

pub(in super::super) const CREDENTIALS: &[Row] = &[
    passes(
        &["multi 57a6"],
        all_credentials(200),
        "the first step passes, which ends the test (`exitIfSucceed`)",
    )
    .steps(&["passed", "skipped", "skipped", "skipped", "skipped", "skipped", "skipped"])
    .warning(NO_SCHEMA),
    passes(
        &["multi 57a6"],
        all_credentials(500),
        "the first step may fail, and is not critical; the others find what they want",
    )
    .although(&[0])
    .steps(&["failed", "passed", "passed", "passed", "passed", "passed", "passed"])
    .warning(NO_SCHEMA),
    passes(
        &["multi 97c9"],
        showing(Page { needs: &["GET /status/200"], guard: Guard::Any, ..OK }),
        "each way to log in leads to a page with the status 200",
    )
    .steps(&["passed", "passed", "passed", "passed", "passed", "passed", "passed"]),
    passes(
        &["multi 7d8c"],
        World { wants_certificate: true, ..showing(Page { moves: Moves::Yes, ..ADMIN }) },
        "certificate and password let it in, and the redirect is followed",
    )
    .steps(&["passed"]),
    passes(
        &["multi bebf"],
        World { wants_certificate: true, ..showing(ADMIN) },
        "certificate and password let it in",
    )
    .steps(&["passed"]),
    passes(
        &["multi bebf"],
        showing(Page { status: 404, ..ADMIN }),
        "404 is not 200, but the step may fail and is not critical",
    )
    .although(&[0])
    .steps(&["failed"]),
    passes(
        &["multi 3f79"],
        World { pages: &[("/?foo=bar", ADMIN)], ..showing(Page { moves: Moves::Yes, ..OK }) },
        "the password lets the first step in, and the second one needs none",
    )
    .steps(&["passed", "passed"]),
    passes(&["multi ec96"], showing(ADMIN), "the password lets it in").steps(&["passed"]),
    fails(&["multi ec96"], showing(Page { status: 500, ..ADMIN }), &[0], "500 is not 200").steps(&["failed"]),
];

pub(in super::super) const PAGES: &[Row] = &[
    passes(&["multi 7077"], showing(NAMED), "the status is 200").steps(&["passed"]),
    passes(
        &["multi 850e", "multi c05b", "multi e37e"],
        showing(Page { moves: Moves::Yes, ..OK }),
        "the redirect is followed, and the page behind it has a length",
    )
    .steps(&["passed"]),
    passes(
        &["multi c05b"],
        showing(Page { status: 500, ..OK }),
        "500 is not 200 all six times, but the step may fail and is not critical",
    )
    .although(&[0])
    .steps(&["failed"]),
    passes(
        &["multi 8d8a"],
        showing(Page { status: 500, needs: &["testinggoclient: true"], ..OK }),
        "nothing is asserted, and there is a content type to take along",
    )
    .steps(&["passed"]),
    passes(
        &["multi 8f3e", "multi df63"],
        showing(Page { needs: &["POST /", r#"name="foo""#, r#"filename="file.txt""#, UPLOAD.1], ..OK }),
        "the form arrives, and the file, which is given from outside",
    )
    .steps(&["passed"]),
    passes(&["multi a105"], showing(UPLOADED), "the file arrives although the method is GET")
        .steps(&["passed"]),
    fails(&["multi 8f3e", "multi df63", "multi a105"], showing(Page { status: 413, ..OK }), &[0], "413 is not 200")
        .steps(&["failed"]),
    passes(
        &["multi a31f"],
        showing(Page { status: 301, headers: &[("location", "/elsewhere")], ..OK }),
        "the URL is a global variable, given from outside; the redirect is not followed",
    )
    .steps(&["passed"]),
    fails(&["multi a31f"], showing(OK), &[1], "200 is not 301").steps(&["failed"]),
    passes(&["multi e419"], showing(OK), "both pages have the status 200").steps(&["passed", "passed"]),
    fails(
        &["multi e419"],
        showing(Page { status: 503, ..OK }),
        &[0],
        "503 is not 200, and a step that fails ends the test",
    )
    .steps(&["failed", "skipped"]),
    passes(
        &["multi d196"],
        shop(true),
        "the pattern takes the last part of the location, the path the first product; the third request has both",
    )
    .steps(&["passed", "passed", "passed"]),
    fails(&["multi d196"], shop(false), &[2], "200 is not 201, all four times")
        .steps(&["passed", "passed", "failed"]),
    passes(
        &["multi 2821"],
        showing(Page {
            body: r#"{"jsonrpc": "2.0", "id": 1, "result": {}}"#,
            needs: &["POST /mcp", "mcp-protocol-version: 2025-06-18", "dd-api-key: <YOUR-API-KEY>", "jsonrpc"],
            ..JSON
        }),
        "only the requests are sent, and the status is 200; what MCP says is not known here, which is reported",
    )
    .leaving_out(&[1, 2, 4, 5, 6, 9], "MCP is not supported yet")
    .steps(&["passed", "passed", "passed"]),
];

pub(in super::super) const PROTOCOLS: &[Row] = &[
    passes(&["multi 55bb"], showing(NAMED), "the page has the status 200, and the call is answered within 1 s")
        .steps(&["passed", "passed"]),
    fails(
        &["multi 55bb"],
        showing(Page { status: 500, ..NAMED }),
        &[0],
        "the first step may fail, but is critical: the second one runs, and the test fails",
    )
    .steps(&["failed", "passed"]),
    passes(&["multi 6634"], showing(NAMED), "the same with a pause").steps(&["passed", "passed", "passed"]),
    passes(&["multi 23c3"], showing(NAMED), "the first step passes, which ends the test (`exitIfSucceed`)")
        .steps(&["passed", "skipped", "skipped"]),
    passes(&["multi 71a7"], showing(NAMED), "the first step passes, which ends the test (`exitIfSucceed`)")
        .steps(&[
            "passed", "skipped", "skipped", "skipped", "skipped", "skipped", "skipped", "skipped", "skipped",
        ]),
    faults(
        &["multi 71a7"],
        WORLD,
        "SSL",
        "behind the first step; nothing accepts the certificate of the TLS server, and that ends the test",
    )
    .without_first(1)
    .steps(&["passed", "passed", "failed", "skipped", "skipped", "skipped", "skipped", "skipped"]),
    passes(&["multi 71a7"], FOUND, "behind the TLS step: everything answers within 1 s, and no packet is lost")
        .without_first(4)
        .steps(&["passed", "passed", "passed", "passed", "passed"]),
    faults(
        &["multi b52a"],
        WORLD,
        "SSL",
        "the page and the call are good; nothing accepts the certificate of the TLS server, and that ends the test",
    )
    .steps(&["passed", "passed", "passed", "failed", "skipped", "skipped", "skipped", "skipped"]),
    fails(
        &["multi b52a"],
        showing(Page { status: 301, ..OK }),
        &[0],
        "301 is not 200, redirects are not followed, and a step that fails ends the test",
    )
    .steps(&["failed", "skipped", "skipped", "skipped", "skipped", "skipped", "skipped", "skipped"]),
    passes(&["multi b52a"], FOUND, "behind the TLS step: the address is the wanted one, and all answer in time")
        .without_first(4)
        .steps(&["passed", "passed", "passed", "passed"]),
    faults(&["multi a250"], WORLD, "SSL", "as b52a; the test that its last step plays is not in the file")
        .steps(&["passed", "passed", "passed", "failed", "skipped", "skipped", "skipped", "skipped"])
        .warning(NO_SUB_TEST),
    passes(&["multi a250"], FOUND, "behind the TLS step: the address is the wanted one, and all answer in time")
        .without_first(4)
        .steps(&["passed", "passed", "passed", "passed"])
        .warning(NO_SUB_TEST),
    fails(
        &["multi a250"],
        naming(&[("A", "213.186.33.20")]),
        &[0],
        "behind the TLS step: the address is another one, and a step that fails ends the test",
    )
    .without_first(4)
    .steps(&["failed", "skipped", "skipped", "skipped"])
    .warning(NO_SUB_TEST),
];
