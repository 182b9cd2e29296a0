//! Proxies and load balancers that are run by oneself, and sign-in pages of networks.

use crate::edge::rule::Statuses::{Telling, These};
use crate::edge::rule::{Field, Rule, begins, is, rule};
use faultfinder_taxonomy::EdgeConfidence::Certain;
use faultfinder_taxonomy::EdgeFinding;
use faultfinder_taxonomy::EdgeFinding::{
    Blocked, Challenge, OriginDns, OriginInvalidResponse, OriginTimeout, OriginTls, OriginUnreachable,
};
use faultfinder_taxonomy::EdgeProvider::{CaptivePortal, Envoy, Haproxy, Squid};

const ENVOY: &[&[Field]] = &[&[is("server", "envoy"), is("server", "istio-envoy")]];
const RESET: &[&str] = &["upstream connect error or disconnect/reset before headers"];

/// What HAProxy says with a status.
const fn haproxy(
    finding: EdgeFinding,
    status: &'static [u16],
    body: &'static [&'static [&'static str]],
) -> Rule {
    Rule { statuses: These(status), body, ..rule(Haproxy, finding, Certain) }
}

/// An error of Squid, which has a field for it.
const fn squid(finding: EdgeFinding, headers: &'static [&'static [Field]]) -> Rule {
    Rule { headers, ..rule(Squid, finding, Certain) }
}

/// A local reply of Envoy.
const fn envoy(
    finding: EdgeFinding,
    status: &'static [u16],
    body: &'static [&'static [&'static str]],
) -> Rule {
    Rule { statuses: These(status), headers: ENVOY, body, ..rule(Envoy, finding, Certain) }
}

pub(super) const RULES: &[Rule] = &[
    // RFC 6585 section 6: no origin server sends this status.
    Rule { statuses: Telling(&[511]), ..rule(CaptivePortal, Challenge, Certain) },
    haproxy(Blocked, &[403], &[&["<h1>403 forbidden</h1>"], &["request forbidden by administrative rules."]]),
    haproxy(
        OriginInvalidResponse,
        &[502],
        &[&["<h1>502 bad gateway</h1>"], &["the server returned an invalid or incomplete response."]],
    ),
    haproxy(
        OriginUnreachable,
        &[503],
        &[&["<h1>503 service unavailable</h1>"], &["no server is available to handle this request."]],
    ),
    haproxy(
        OriginTimeout,
        &[504],
        &[&["<h1>504 gateway time-out</h1>"], &["the server didn't respond in time."]],
    ),
    squid(Blocked, &[&[begins("x-squid-error", "err_access_denied")]]),
    squid(OriginUnreachable, &[&[begins("x-squid-error", "err_connect_fail")]]),
    squid(OriginDns, &[&[begins("x-squid-error", "err_dns_fail")]]),
    squid(OriginTimeout, &[&[begins("x-squid-error", "err_read_timeout")]]),
    squid(OriginTls, &[&[begins("x-squid-error", "err_secure_connect_fail")]]),
    envoy(OriginTimeout, &[503, 504], &[RESET, &["reset reason: connection timeout"]]),
    envoy(OriginTls, &[503], &[RESET, &["tls error", "tls_error", "certificate_verify_failed"]]),
    envoy(OriginInvalidResponse, &[502, 503], &[RESET, &["reset reason: connection termination"]]),
    envoy(OriginUnreachable, &[503], &[RESET]),
    envoy(OriginUnreachable, &[503], &[&["no healthy upstream"]]),
    envoy(OriginTimeout, &[504], &[&["upstream request timeout"]]),
];
