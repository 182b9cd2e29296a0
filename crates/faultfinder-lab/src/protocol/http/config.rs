//! Requests that cannot be sent as they are defined.
//!
//! A server stands behind each of them that has a usable address, and sees at most a connection: nothing may be sent.

use super::expectations::{definition, dns};
use super::http1::{self, ok};
use super::row::{Row, Site};
use crate::Expect;
use crate::protocol::block::resolver;
use faultfinder_taxonomy::{Code, Phase};
use serde_json::{Value, json};

/// Case, what it shows, the name of what is wrong, and the URL.
const URLS: &[(&str, &str, &str, &str)] = &[
    ("url-no-scheme", "a URL without a scheme", "ERR_INVALID_URL", "shop.lab.test/page"),
    ("url-ftp", "a scheme that is not HTTP's", "ERR_UNSUPPORTED_PROTOCOL", "ftp://127.0.0.1/file"),
    ("url-empty", "no URL at all", "ERR_INVALID_URL", ""),
    ("url-scheme-only", "a URL that ends after its scheme", "ERR_INVALID_URL", "http://"),
    ("url-port-text", "a port that is not a number", "ERR_INVALID_URL", "http://127.0.0.1:http/"),
    ("url-port-too-large", "a port above 65,535", "ERR_INVALID_URL", "http://127.0.0.1:65536/"),
    ("url-bad-ipv6", "an IPv6 address without its end", "ERR_INVALID_URL", "http://[::1/"),
    ("url-space-in-host", "a host with a space", "ERR_INVALID_URL", "http://bad host/"),
    ("url-idn-bad", "punycode that stands for nothing", "ERR_INVALID_URL", "http://xn--a.lab.test/"),
];

/// Case, what it shows, the code, the name of what is wrong, and the headers.
type BadHeaders = (&'static str, &'static str, Code, &'static str, fn() -> Value);

const HEADERS: &[BadHeaders] = &[
    (
        "header-newline",
        "a value with a line break, which would be another header",
        Code::InvalidCharInHeader,
        "ERR_INVALID_CHAR",
        || json!({ "x-a": "1\r\nx-injected: 1" }),
    ),
    (
        "header-nul",
        "a value with a NUL",
        Code::InvalidCharInHeader,
        "ERR_INVALID_CHAR",
        || json!({ "x-a": "1\u{0}2" }),
    ),
    (
        "header-non-latin1",
        "a value with a snowman",
        Code::InvalidCharInHeader,
        "ERR_INVALID_CHAR",
        || json!({ "x-a": "\u{2603}" }),
    ),
    (
        "header-name-empty",
        "a header without a name",
        Code::InvalidCharInHeader,
        "ERR_INVALID_HTTP_TOKEN",
        || json!({ "": "1" }),
    ),
    (
        "header-name-space",
        "a name with a space",
        Code::InvalidCharInHeader,
        "ERR_INVALID_HTTP_TOKEN",
        || json!({ "x a": "1" }),
    ),
    (
        "header-te-and-cl",
        "content-length together with chunks",
        Code::HeadersIncompatibleContentLength,
        "ERR_CONTENT_LENGTH_AND_TRANSFER_ENCODING",
        || json!({ "content-length": "5", "transfer-encoding": "chunked" }),
    ),
];

/// Versions of TLS that no handshake of this client offers.
fn too_old() -> Row {
    let expect = definition(Code::InvalidRequest, "ERR_TLS_PROTOCOL_VERSION_CONFLICT");
    Row::new("config/tls-max-version-1.1", "nothing newer than TLS 1.1", expect, |_| {
        let tls = json!({ "min_version": "1.0", "max_version": "1.1" });
        Ok(Site::new("https://127.0.0.1:9/").with(json!({ "tls": tls })))
    })
}

pub(crate) fn rows() -> Vec<Row> {
    let urls = URLS.iter().map(|&(case, shows, name, url)| {
        let expect = Expect::fault(
            Code::InvalidRequest,
            Phase::Config,
            json!({ "kind": "definition", "name": name, "field": "http.url" }),
        );
        Row::new(format!("config/{case}"), shows, expect, move |_| Ok(Site::new(url)))
    });
    let headers = HEADERS.iter().map(|&(case, shows, code, name, headers)| {
        let fields = json!({ "method": "POST", "body": "hello", "headers": headers() });
        reachable(case, shows, definition(code, name)).with(fields)
    });
    urls.chain(headers).chain(names()).chain(paths()).chain([key_mismatch(), too_old()]).collect()
}

/// A request to a server that would answer.
fn reachable(case: &str, shows: &'static str, expect: Expect) -> Row {
    Row::new(format!("config/{case}"), shows, expect, |lab| Ok(Site::at(http1::serve(lab, |_| ok())?)))
}

/// Host names.
fn names() -> Vec<Row> {
    vec![
        Row::new(
            "config/url-no-host",
            "http:///path: every browser reads the host `path`",
            dns("NXDOMAIN"),
            |lab| {
                let names = crate::protocol::dns::missing(lab)?;
                Ok(Site::new("http:///path").with(json!({ "resolver": resolver(names) })))
            },
        ),
        Row::new(
            "config/url-host-label-64",
            "a label of 64 bytes, which no question can carry",
            definition(Code::InvalidRequest, "EBADNAME"),
            |_| Ok(Site::new(format!("http://{}.lab.test/", "a".repeat(64)))),
        ),
    ]
}

/// Paths with characters that must be escaped. No document names the rule that they break.
fn paths() -> Vec<Row> {
    let paths = [
        ("path-space", "a path with a space", "a b"),
        ("path-newline", "a path with a line break", "a\r\nX-Injected: 1"),
        ("path-control", "a path with a control character", "a\u{1}b"),
        ("query-space", "a query with a space", "a?b=c d"),
    ];
    let expect = || {
        let detail = json!({ "kind": "definition", "field": "http.url" });
        Expect::fault(Code::UnescapedCharactersInRequestPath, Phase::Config, detail)
    };
    paths
        .into_iter()
        .map(|(case, shows, path)| {
            Row::new(format!("config/{case}"), shows, expect(), move |lab| {
                Ok(Site::new(format!("http://{}/{path}", http1::serve(lab, |_| ok())?)))
            })
        })
        .collect()
}

/// Own certificates.
fn key_mismatch() -> Row {
    let expect = definition(Code::InvalidRequest, "ERR_OSSL_X509_KEY_VALUES_MISMATCH");
    Row::new("config/client-key-mismatch", "a client certificate and the key of another", expect, |lab| {
        let server = http1::serve(lab, |_| ok())?;
        let (mine, other) = (lab.pki().client()?, lab.pki().leaf(&["other.lab.test"])?);
        Ok(Site::new(format!("https://{server}/"))
            .with(json!({ "tls": { "client_cert": mine.certificate_pem(), "client_key": other.key_pem() } })))
    })
}
