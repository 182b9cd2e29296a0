//! Which scenarios there are.

use super::ids;
use crate::protocol::http::scenarios;
use faultfinder_taxonomy::{Code, Phase, Protocol};
use std::collections::BTreeSet;

/// The failures whose codes were measured with real clients, group by group.
const MEASURED: &[(&str, &[&str])] = &[
    (
        "http1",
        &[
            "ok",
            "ok-chunked",
            "ok-bare-lf",
            "rst-no-bytes",
            "fin-mid-headers",
            "rst-mid-body",
            "fin-before-length-0",
            "missing-final-chunk",
            "fin-mid-trailers",
            "garbage",
            "http09-body",
            "bad-statusline-lowercase",
            "statusline-extra-space",
            "status-099",
            "status-999",
            "version-3.0",
            "version-1.7",
            "icy",
            "header-space-before-colon",
            "header-name-nul",
            "header-latin1",
            "header-empty-name",
            "header-first-line-space",
            "header-lf-only-inside",
            "headers-60k",
            "headers-1000-small",
            "status-reason-20k",
            "cl-duplicate-differ",
            "cl-and-te",
            "te-gzip-chunked",
            "te-chunked-twice",
            "cl-plus",
            "cl-hex",
            "cl-overflow",
            "chunk-bad-size",
            "chunk-huge-size",
            "chunk-ext",
            "chunk-lf-only",
            "body-204",
            "head-with-body",
            "two-responses",
            "103-then-200",
            "100-forever",
            "101-h2c-unasked",
            "hang-mid-headers",
            "slow-body",
            "hang-mid-chunked",
            "endless-body",
            "gzip-garbage",
            "gzip-bad-crc",
            "gzip-empty-body",
            "deflate-raw",
            "br-garbage",
            "encoding-unknown",
            "charset-wrong",
            "redirect-loop",
            "redirect-11",
            "redirect-bad-port",
            "redirect-other-scheme",
            "redirect-no-location",
            "redirect-refused",
            "redirect-to-tls-expired",
            "reused-conn-reset",
            "401-no-creds",
            "401-basic-bad",
            "401-digest-bad",
            "401-digest-unknown-alg",
            "401-ntlm-refused",
            "401-ntlm-bad-type2",
            "403",
            "500",
        ],
    ),
    (
        "proxy",
        &[
            "proxy-refused",
            "proxy-connect-403",
            "proxy-connect-503",
            "proxy-connect-rst",
            "proxy-connect-hang",
            "proxy-connect-200-then-plain",
            "proxy-http-407",
        ],
    ),
    (
        "http2",
        &[
            "ok",
            "ok-informational",
            "rst-stream-no-error",
            "rst-stream-internal-error",
            "rst-stream-settings-timeout",
            "rst-stream-frame-size-error",
            "rst-stream-cancel",
            "rst-stream-connect-error",
            "rst-stream-inadequate-security",
            "rst-stream-no-error-after-complete",
            "rst-stream-cancel-mid-body",
            "goaway-enhance-your-calm",
            "goaway-internal-error",
            "goaway-mid-body-then-fin",
            "rst-no-response",
            "rst-mid-body",
            "hang",
            "no-settings-hang",
            "no-settings-but-headers",
            "garbage",
            "settings-bad-length",
            "window-overflow",
            "headers-on-idle-stream",
            "continuation-missing",
            "bad-hpack-index",
            "bad-hpack-huffman",
            "uppercase-header",
            "status-not-number",
            "duplicate-status",
            "unknown-pseudo",
            "te-chunked-header",
            "header-value-leading-space",
            "data-beyond-content-length",
            "data-before-headers",
            "head-no-end-stream",
            "settings-flood",
            "1xx-flood",
            "421-misdirected",
            "initial-window-0",
        ],
    ),
    (
        "http3",
        &[
            "ok",
            "refused",
            "silent",
            "tls-expired",
            "tls-wrong-host",
            "alpn-other",
            "close-no-error",
            "reset-request-rejected",
            "hang",
            "discover-ok",
        ],
    ),
    (
        "config",
        &[
            "url-no-scheme",
            "url-ftp",
            "url-no-host",
            "url-port-text",
            "url-bad-ipv6",
            "url-space-in-host",
            "url-host-label-64",
            "url-idn-bad",
            "header-newline",
            "header-non-latin1",
            "header-name-empty",
            "header-te-and-cl",
            "client-key-mismatch",
        ],
    ),
];

/// Codes that a live HTTP peer or a request can cause.
const CODES: &[Code] = &[
    // The error table of HTTP tests.
    Code::AuthenticationError,
    Code::ConnRefused,
    Code::ConnReset,
    Code::Dns,
    Code::Http2,
    Code::InvalidRequest,
    Code::Ssl,
    Code::Timeout,
    Code::MalformedResponse,
    Code::IncorrectAssertion,
    // The rest of the enum, as far as it can happen here.
    Code::BodyTooLarge,
    Code::TooManyRedirects,
    Code::HeaderTooLarge,
    Code::InvalidCharInHeader,
    Code::HeadersIncompatibleContentLength,
    Code::UnescapedCharactersInRequestPath,
    Code::Tunnel,
];

#[test]
fn names_are_unique_and_belong_to_a_group() {
    let scenarios = scenarios();
    let ids = ids(&scenarios);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    for id in ids {
        let group = id.split('/').next().unwrap();
        assert!(MEASURED.iter().any(|(name, _)| *name == group), "{id}");
    }
}

#[test]
fn every_measured_failure_has_a_scenario() {
    let scenarios = scenarios();
    let ids = ids(&scenarios);
    for (group, cases) in MEASURED {
        for case in *cases {
            let id = format!("{group}/{case}");
            assert!(ids.contains(&id.as_str()), "{id} is missing");
        }
    }
}

#[test]
fn every_code_that_http_can_cause_has_a_scenario() {
    let scenarios = scenarios();
    for code in CODES {
        assert!(scenarios.iter().any(|scenario| scenario.expect.code == Some(*code)), "{code} has none");
    }
}

#[test]
fn time_runs_out_in_every_phase_and_in_both_scopes() {
    let scenarios = scenarios();
    let found: BTreeSet<(Phase, String)> = scenarios
        .iter()
        .filter(|scenario| scenario.expect.code == Some(Code::Timeout))
        .map(|scenario| {
            let detail = scenario.expect.detail.as_ref().unwrap();
            (scenario.expect.phase.unwrap(), detail["name"].as_str().unwrap().to_owned())
        })
        .collect();
    for phase in [
        Phase::Resolve,
        Phase::Connect,
        Phase::Proxy,
        Phase::Tls,
        Phase::Authenticate,
        Phase::Send,
        Phase::Wait,
        Phase::Receive,
    ] {
        assert!(found.contains(&(phase, "request".to_owned())), "{phase}");
    }
    assert!(found.iter().any(|(_, scope)| scope == "overall"));
}

#[test]
fn a_fault_names_its_code_its_phase_and_the_kind_of_its_detail() {
    for scenario in scenarios() {
        let expect = &scenario.expect;
        assert_eq!(expect.code.is_some(), expect.phase.is_some(), "{}", scenario.id);
        assert_eq!(expect.code.is_some(), expect.detail.is_some(), "{}", scenario.id);
        if let Some(detail) = &expect.detail {
            assert!(detail["kind"].is_string(), "{}", scenario.id);
        }
    }
}

#[tokio::test]
async fn all_are_served_at_once_by_one_lab() {
    let (_lab, exhibits) = super::serve("");
    assert!(exhibits.len() > 130);
    for exhibit in exhibits {
        assert_eq!(exhibit.protocol, Protocol::Http);
        assert_eq!(exhibit.definition["name"], exhibit.id.as_str());
        assert_eq!(exhibit.definition["http"]["url"], exhibit.target.as_str());
    }
}

#[tokio::test]
async fn only_scenarios_whose_peer_hangs_are_impatient() {
    let (_lab, exhibits) = super::serve("");
    for exhibit in exhibits {
        let http = &exhibit.definition["http"];
        let impatient = http.get("timeout").or_else(|| http.get("overall_timeout")).is_some();
        // The UDP port refuses; what takes the time is the question whether TCP is served.
        let hangs = exhibit.expect.code == Some(Code::Timeout) || exhibit.id == "http3/refused-tcp-silent";
        assert_eq!(impatient, hangs, "{}", exhibit.id);
    }
}
