//! What faults are called elsewhere: one table, in which each code has a row without a condition.

use crate::{Code, Fault, Phase};
use Name::{Called, Depends, Without};
use serde::Serialize;

/// What a fault is called elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Elsewhere {
    /// The code.
    pub code: Code,
    /// The phases; all if empty.
    pub phases: &'static [Phase],
    /// The names of details; all if empty.
    pub details: &'static [&'static str],
    /// The type of W3C's Network Error Logging, by which browsers report what they met.
    pub nel: Name,
    /// The value of OpenTelemetry's `error.type`.
    pub opentelemetry: Name,
    /// The code of Datadog's API tests.
    pub datadog: Name,
    /// The `error_code` of k6.
    pub k6: Name,
}

/// A name, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "closed: each has to be shown")]
pub enum Name {
    /// This name.
    Called(&'static str),
    /// One of several, and on what it depends.
    Depends(&'static str),
    /// None, and why.
    Without(&'static str),
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Called(name) | Depends(name) => f.write_str(name),
            Without(why) => write!(f, "none: {why}"),
        }
    }
}

const NOT_SENT: Name = Without("nothing was sent");
const NOT_HTTP: Name = Without("it is about HTTP requests alone");
const NO_LIMIT: Name = Without("there is no such limit");
const TLS_K6: Name = Depends("1010 for an alert, 1000 otherwise");

/// A row of a code whose name OpenTelemetry and Datadog take over.
const fn row(code: Code, nel: Name, k6: Name) -> Elsewhere {
    let name = Called(code.as_str());
    Elsewhere { code, phases: &[], details: &[], nel, opentelemetry: name, datadog: name, k6 }
}

impl Elsewhere {
    /// The rows, those of a code together. The first that fits decides; the last one of a code always does.
    pub const ALL: &[Self] = &[
        row(
            Code::AuthenticationError,
            Called("http.error"),
            Depends("1401, 1403 or 1407: the status and 1000"),
        ),
        row(Code::ConnRefused, Called("tcp.refused"), Called("1212")),
        Self { details: &["ECONNRESET"], ..row(Code::ConnReset, Called("tcp.reset"), Called("1220")) },
        Self { details: &["ECONNABORTED"], ..row(Code::ConnReset, Called("tcp.aborted"), Called("1200")) },
        Self { details: &["EPIPE"], ..row(Code::ConnReset, Called("tcp.closed"), Called("1201")) },
        row(Code::ConnReset, Called("tcp.closed"), Called("1000")),
        Self {
            details: &["NXDOMAIN", "NODATA"],
            ..row(Code::Dns, Called("dns.name_not_resolved"), Called("1101"))
        },
        Self {
            details: &["TIMEOUT", "CONNECTION_REFUSED", "UNREACHABLE"],
            ..row(Code::Dns, Called("dns.unreachable"), Called("1100"))
        },
        row(Code::Dns, Called("dns.failed"), Called("1100")),
        Self {
            datadog: Without("the list of its codes has none; its pages say HTTP/2 error"),
            ..row(
                Code::Http2,
                Called("http.protocol.error"),
                Depends("1610 to 1624 for GOAWAY, 1630 to 1644 for a stream, 1650 to 1664 for a connection"),
            )
        },
        row(Code::InvalidRequest, NOT_SENT, Depends("1020 for a URL, 1000 for all else")),
        Self {
            details: &["HOSTNAME_MISMATCH", "IP_ADDRESS_MISMATCH"],
            ..row(Code::Ssl, Called("tls.cert.name_invalid"), Called("1311"))
        },
        Self {
            details: &["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"],
            ..row(Code::Ssl, Called("tls.cert.date_invalid"), Called("1000"))
        },
        Self {
            details: &[
                "DEPTH_ZERO_SELF_SIGNED_CERT",
                "SELF_SIGNED_CERT_IN_CHAIN",
                "UNABLE_TO_GET_ISSUER_CERT",
                "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
                "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
                "CERT_UNTRUSTED",
            ],
            ..row(Code::Ssl, Called("tls.cert.authority_invalid"), Called("1310"))
        },
        Self { details: &["CERT_REVOKED"], ..row(Code::Ssl, Called("tls.cert.revoked"), Called("1000")) },
        Self {
            details: &["protocol_version", "handshake_failure", "insufficient_security", "no_shared_cipher"],
            ..row(Code::Ssl, Called("tls.version_or_cipher_mismatch"), TLS_K6)
        },
        Self {
            details: &["certificate_required", "bad_certificate", "unsupported_certificate", "unknown_ca"],
            ..row(Code::Ssl, Called("tls.bad_client_auth_cert"), TLS_K6)
        },
        row(
            Code::Ssl,
            Depends("tls.cert.invalid for a certificate, tls.protocol.error for all else"),
            Depends("1010 for an alert, 1300 for what is not TLS, 1000 for all else"),
        ),
        Self { phases: &[Phase::Resolve], ..timeout("dns.unreachable", "1050") },
        Self { phases: &[Phase::Connect], ..timeout("tcp.timed_out", "1211") },
        Self { phases: &[Phase::Tls], ..timeout("tls.failed", "1050") },
        timeout("http.failed", "1050"),
        row(Code::MalformedResponse, Called("http.response.invalid"), Called("1000")),
        row(
            Code::IncorrectAssertion,
            Depends("http.error where the status is from 400 on; otherwise the exchange succeeded"),
            Depends(
                "1400 to 1599, the status and 1000, where that is from 400 on; otherwise the exchange succeeded",
            ),
        ),
        Self {
            opentelemetry: Depends("the name of the gRPC status, such as UNAVAILABLE"),
            datadog: Without("a status is what an assertion is about there"),
            ..row(Code::Grpc, NOT_HTTP, Without("the response has the status"))
        },
        row(Code::WebSocket, NOT_HTTP, NOT_HTTP),
        row(Code::BodyTooLarge, NO_LIMIT, NO_LIMIT),
        row(Code::Denied, NOT_SENT, Depends("1110 for an address, 1111 for a name")),
        row(
            Code::TooManyRedirects,
            Called("http.response.redirect_loop"),
            Without("the last redirect is the response"),
        ),
        row(Code::Decryption, NOT_SENT, Without("it keeps no secrets")),
        row(Code::InvalidCharInHeader, NOT_SENT, Called("1000")),
        row(Code::HeaderTooLarge, Called("http.response.invalid"), Called("1000")),
        row(
            Code::HeadersIncompatibleContentLength,
            Called("http.response.invalid"),
            Without("it ignores content-length then"),
        ),
        row(Code::UnescapedCharactersInRequestPath, NOT_SENT, Without("it escapes them")),
        row(Code::HostUnreach, Called("tcp.address_unreachable"), Called("1213")),
        row(Code::NetUnreach, Called("tcp.address_unreachable"), Called("1213")),
        Self {
            details: &["CERT_REVOKED"],
            ..row(Code::Ocsp, Called("tls.cert.revoked"), Without("a script judges it"))
        },
        row(Code::Ocsp, Called("tls.cert.invalid"), Without("a script judges it")),
        row(Code::InvalidTest, NOT_SENT, NOT_SENT),
        row(Code::Tunnel, Without("it is about origins, not about proxies"), Called("1000")),
        row(Code::Unknown, Called("unknown"), Called("1000")),
        row(Code::InternalError, Without("no fault of the exchange"), Without("no fault of the exchange")),
    ];

    /// The rows of a code.
    pub fn of(code: Code) -> impl Iterator<Item = &'static Self> {
        Self::ALL.iter().filter(move |row| row.code == code)
    }

    fn fits(&self, fault: &Fault) -> bool {
        let is_in = |phases: &[Phase]| phases.is_empty() || phases.contains(&fault.phase);
        let is_called = |names: &[&str]| names.is_empty() || names.contains(&fault.detail.name());
        self.code == fault.code && is_in(self.phases) && is_called(self.details)
    }
}

/// A row of time-outs, for which OpenTelemetry has a word.
const fn timeout(nel: &'static str, k6: &'static str) -> Elsewhere {
    Elsewhere { opentelemetry: Called("timeout"), ..row(Code::Timeout, Called(nel), Called(k6)) }
}

impl Fault {
    /// What it is called elsewhere. Each code has a row that fits all its faults.
    #[must_use]
    pub fn elsewhere(&self) -> Option<&'static Elsewhere> {
        Elsewhere::ALL.iter().find(|row| row.fits(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AlertDescription, Detail, Errno, NamedDetail, TimeoutScope, VerifyCode};

    #[test]
    fn each_code_has_a_row_without_a_condition_behind_its_others() {
        let mut codes: Vec<Code> = Elsewhere::ALL.iter().map(|row| row.code).collect();
        codes.dedup();
        assert_eq!(codes, Code::ALL, "the rows of a code stand together, in the order of the codes");
        for code in Code::ALL {
            let rows: Vec<_> = Elsewhere::of(code).collect();
            let (last, others) = rows.split_last().unwrap();
            assert!(last.phases.is_empty() && last.details.is_empty(), "{code}");
            assert!(others.iter().all(|row| !row.phases.is_empty() || !row.details.is_empty()), "{code}");
        }
    }

    #[test]
    fn the_first_row_that_fits_a_fault_names_it() {
        let verify = |code| Detail::verify(code, code, 0, "");
        let errno = Detail::errno;
        for (code, phase, detail, nel, k6) in [
            (Code::Ssl, Phase::Tls, verify(VerifyCode::HostnameMismatch), "tls.cert.name_invalid", "1311"),
            (Code::Ssl, Phase::Tls, verify(VerifyCode::CertHasExpired), "tls.cert.date_invalid", "1000"),
            (
                Code::Ssl,
                Phase::Tls,
                verify(VerifyCode::InvalidCa),
                "tls.cert.invalid for a certificate, tls.protocol.error for all else",
                "1010 for an alert, 1300 for what is not TLS, 1000 for all else",
            ),
            (Code::Dns, Phase::Resolve, Detail::dns("NODATA", ""), "dns.name_not_resolved", "1101"),
            (Code::Dns, Phase::Resolve, Detail::dns("TIMEOUT", ""), "dns.unreachable", "1100"),
            (Code::ConnReset, Phase::Wait, errno(Errno::ConnReset), "tcp.reset", "1220"),
            (Code::ConnReset, Phase::Wait, errno(Errno::PrematureClose), "tcp.closed", "1000"),
            (Code::Timeout, Phase::Connect, Detail::timeout(TimeoutScope::Request), "tcp.timed_out", "1211"),
            (Code::Timeout, Phase::Wait, Detail::timeout(TimeoutScope::Request), "http.failed", "1050"),
        ] {
            let row = Fault::new(code, phase, detail, "").elsewhere().unwrap();
            assert_eq!((row.nel.to_string().as_str(), row.k6.to_string().as_str()), (nel, k6), "{row:?}");
        }
        let timeout = Fault::new(Code::Timeout, Phase::Tls, Detail::timeout(TimeoutScope::Request), "");
        assert_eq!(timeout.elsewhere().unwrap().opentelemetry, Called("timeout"));
    }

    #[test]
    fn details_are_known_words() {
        let words: Vec<&str> = Elsewhere::ALL.iter().flat_map(|row| row.details).copied().collect();
        let is_known = |word: &&str| {
            NamedDetail::DNS.iter().chain(NamedDetail::TLS).any(|named| named.name == *word)
                || *word == "NXDOMAIN"
                || Errno::ALL.iter().any(|errno| errno.as_str() == *word)
                || VerifyCode::ALL.iter().any(|code| code.as_str() == *word)
                || AlertDescription::all().any(|alert| alert.name() == *word)
        };
        let unknown: Vec<_> = words.iter().filter(|word| !is_known(word)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }
}
