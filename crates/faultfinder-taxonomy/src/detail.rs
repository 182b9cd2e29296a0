//! The typed fact under a code.

use crate::{
    AlertDescription, CloseCode, Errno, GrpcStatus, Http2ErrorCode, NamedDetail, QuicErrorCode, ResponseCode,
    VerifyCode,
};
use serde::{Deserialize, Serialize};

/// The typed fact under a code, in the terms of its protocol.
///
/// As JSON an object with a `kind`, a `name`, and what belongs to that kind. `alias`, where present, is what Node.js
/// or c-ares print for the same problem, so that people can search for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Detail {
    /// Which time budget ran out.
    Timeout {
        /// The budget.
        name: TimeoutScope,
    },
    /// How the transport ended.
    Errno {
        /// The symbol.
        name: Errno,
    },
    /// What the resolver or name server reported.
    Dns {
        /// An RCODE's mnemonic (`NXDOMAIN`), or a name of [`NamedDetail::DNS`] (`NODATA`, `TIMEOUT`).
        name: String,
        /// The RCODE, where there is one, including its extended bits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rcode: Option<u16>,
        /// c-ares' name for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alias: Option<String>,
    },
    /// What certificate verification found.
    Verify {
        /// The X.509 code.
        name: VerifyCode,
        /// The number of the code that OpenSSL reports.
        number: u16,
        /// Place in the chain; 0 is the leaf.
        depth: usize,
        /// Subject of the certificate it is about.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        subject: String,
        /// Node's name for it, where it differs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alias: Option<String>,
    },
    /// What the TLS layer reported.
    Tls {
        /// The alert's name (`handshake_failure`), or one of [`NamedDetail::TLS`] (`wrong_version_number`).
        name: String,
        /// The alert's number, when the peer sent one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alert: Option<u8>,
        /// Node's and OpenSSL's name for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        alias: Option<String>,
    },
    /// What was wrong with, or about, the HTTP exchange.
    Http {
        /// What it was: a rule of the grammar that was broken (llhttp's names), a limit, or a status code.
        name: String,
        /// The status of the answer, where it matters.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
    },
    /// An HTTP/2 error.
    H2 {
        /// The error code's name of RFC 9113 section 7.
        name: String,
        /// Its number.
        number: u32,
        /// Whether it ended a stream (`RST_STREAM`), the connection (`GOAWAY`), or was found locally (`local`).
        scope: String,
        /// The stream, where it was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stream: Option<u32>,
    },
    /// An error of QUIC, or of what is spoken over it (HTTP/3, DNS over QUIC).
    Quic {
        /// The error code's name: `CONNECTION_REFUSED`, `H3_REQUEST_REJECTED`, `DOQ_INTERNAL_ERROR`.
        name: String,
        /// Its number, in the space of the transport or of the application.
        number: u64,
        /// Whether it ended the connection (`CONNECTION_CLOSE`) or a stream (`RESET_STREAM`), reported by the peer, or
        /// was found locally (`local`).
        scope: String,
    },
    /// What a SOCKS5 proxy answered.
    Socks {
        /// The reply's name (`host_unreachable`), or `no_acceptable_method`, `credentials_refused`, `not_socks`.
        name: String,
        /// The byte of the reply.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<u8>,
    },
    /// A gRPC status.
    Grpc {
        /// The status.
        name: GrpcStatus,
        /// Its number.
        number: u32,
    },
    /// How a WebSocket ended.
    WebSocket {
        /// The close code's number, or one of [`NamedDetail::WEBSOCKET`], or the status that refused the handshake
        /// (`Unexpected server response: 403`).
        name: String,
        /// The reason that the peer gave.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// Which assertions failed.
    Assertion {
        /// The subject of the first that failed.
        name: String,
        /// Whether that one does not hold, or could not be evaluated.
        #[serde(default)]
        outcome: AssertionOutcome,
        /// All that failed.
        failed: Vec<AssertionFailure>,
    },
    /// What is wrong with the definition.
    Definition {
        /// What it is, as a code: `invalid_url`, `invalid_header` ...
        name: String,
        /// The field, as in the definition (`http.url`).
        field: String,
        /// Everything wrong with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        violations: Vec<String>,
    },
}

/// One assertion that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AssertionFailure {
    /// The assertion as it was written.
    pub assertion: String,
    /// What was found instead.
    pub message: String,
    /// Whether it does not hold, or could not be evaluated.
    #[serde(default)]
    pub outcome: AssertionOutcome,
    /// Where it was written: `shop.yaml:12:9`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// How an assertion failed. A third way, that it cannot be compiled, is a fault of the definition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AssertionOutcome {
    /// It was evaluated, and does not hold.
    #[default]
    DoesNotHold,
    /// What it reads could not be read: a body that is not JSON, a part that is missing.
    NotEvaluated,
}

impl AssertionFailure {
    /// An assertion that does not hold, and what was found instead.
    #[must_use]
    pub fn new(assertion: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            assertion: assertion.into(),
            message: message.into(),
            outcome: AssertionOutcome::DoesNotHold,
            place: None,
        }
    }
}

/// The time budget that ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum TimeoutScope {
    /// The one of the request.
    Request,
    /// The one of the attempt, with its assertions.
    Overall,
}

impl Detail {
    /// How the transport ended.
    #[must_use]
    pub const fn errno(name: Errno) -> Self {
        Self::Errno { name }
    }

    /// The time budget that ran out.
    #[must_use]
    pub const fn timeout(name: TimeoutScope) -> Self {
        Self::Timeout { name }
    }

    /// A name server's response code.
    #[must_use]
    pub fn rcode(code: ResponseCode) -> Self {
        Self::Dns {
            name: code.mnemonic().into_owned(),
            rcode: Some(code.number()),
            alias: Some(code.alias().to_owned()),
        }
    }

    /// What a resolver ended with, other than a response code, and c-ares' name for it.
    #[must_use]
    pub fn dns(name: &str, alias: &str) -> Self {
        Self::Dns { name: name.to_owned(), rcode: None, alias: Some(alias.to_owned()) }
    }

    /// An alert that the peer sent.
    #[must_use]
    pub fn alert(alert: AlertDescription) -> Self {
        Self::Tls {
            name: alert.name().into_owned(),
            alert: Some(alert.number()),
            alias: alert.openssl_alias().map(str::to_owned),
        }
    }

    /// Something wrong with the peer's TLS bytes, and OpenSSL's name for it.
    #[must_use]
    pub fn tls(name: &str, alias: Option<&str>) -> Self {
        Self::Tls { name: name.to_owned(), alert: None, alias: alias.map(str::to_owned) }
    }

    /// Something about the HTTP exchange.
    #[must_use]
    pub fn http(name: impl Into<String>, status: Option<u16>) -> Self {
        Self::Http { name: name.into(), status }
    }

    /// An HTTP/2 error; `scope` is `RST_STREAM`, `GOAWAY` or `local`.
    #[must_use]
    pub fn h2(code: Http2ErrorCode, scope: &str, stream: Option<u32>) -> Self {
        Self::H2 { name: code.name().into_owned(), number: code.number(), scope: scope.to_owned(), stream }
    }

    /// An error of QUIC, HTTP/3 or DNS over QUIC; `scope` is `CONNECTION_CLOSE`, `RESET_STREAM` or `local`.
    #[must_use]
    pub fn quic(code: QuicErrorCode, scope: &str) -> Self {
        Self::Quic { name: code.name().into_owned(), number: code.number(), scope: scope.to_owned() }
    }

    /// What a SOCKS5 proxy answered, and the byte of the reply.
    #[must_use]
    pub fn socks(name: &str, number: Option<u8>) -> Self {
        Self::Socks { name: name.to_owned(), number }
    }

    /// What verification found at a depth.
    #[must_use]
    pub fn verify(code: VerifyCode, openssl: VerifyCode, depth: usize, subject: &str) -> Self {
        Self::Verify {
            name: code,
            number: openssl.number(),
            depth,
            subject: subject.to_owned(),
            alias: code.node_alias().map(str::to_owned),
        }
    }

    /// A gRPC status.
    #[must_use]
    pub const fn grpc(status: GrpcStatus) -> Self {
        Self::Grpc { name: status, number: status.number() }
    }

    /// A close code and the reason that the peer gave.
    #[must_use]
    pub fn close(code: CloseCode, reason: &str) -> Self {
        Self::WebSocket { name: code.number().to_string(), reason: reason.to_owned() }
    }

    /// Something wrong with one field of the definition.
    #[must_use]
    pub fn definition(name: &str, field: &str) -> Self {
        Self::Definition { name: name.to_owned(), field: field.to_owned(), violations: Vec::new() }
    }

    /// The kind, as in JSON.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Timeout { .. } => "timeout",
            Self::Errno { .. } => "errno",
            Self::Dns { .. } => "dns",
            Self::Verify { .. } => "verify",
            Self::Tls { .. } => "tls",
            Self::Http { .. } => "http",
            Self::H2 { .. } => "h2",
            Self::Quic { .. } => "quic",
            Self::Socks { .. } => "socks",
            Self::Grpc { .. } => "grpc",
            Self::WebSocket { .. } => "websocket",
            Self::Assertion { .. } => "assertion",
            Self::Definition { .. } => "definition",
        }
    }

    /// The name, as its protocol defines it.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Timeout { name } => name.as_str(),
            Self::Errno { name } => name.as_str(),
            Self::Verify { name, .. } => name.as_str(),
            Self::Grpc { name, .. } => name.as_str(),
            Self::Dns { name, .. }
            | Self::Tls { name, .. }
            | Self::Http { name, .. }
            | Self::H2 { name, .. }
            | Self::Quic { name, .. }
            | Self::Socks { name, .. }
            | Self::WebSocket { name, .. }
            | Self::Assertion { name, .. }
            | Self::Definition { name, .. } => name,
        }
    }

    /// What to do about this detail, if there is more advice than the hints of the code.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Verify { name, .. } => Some(name.remedy()),
            Self::Tls { alert: Some(number), .. } => AlertDescription::new(*number).hint(),
            Self::Tls { name, alert: None, .. } => {
                NamedDetail::find(NamedDetail::TLS, name).map(|detail| detail.hint)
            }
            Self::Dns { name, .. } => crate::dns_code::hint(name),
            Self::Errno { name } => name.hint(),
            // The hint of the code is for whom it is sent to; here it is the peer that sends too much.
            Self::H2 { number, scope, .. } => {
                Http2ErrorCode::new(*number).hint().filter(|_| scope != "local")
            }
            Self::Quic { name, .. } => crate::quic_code::hint(name),
            Self::Socks { name, .. } => crate::socks_reply::hint(name),
            Self::Grpc { name, .. } => name.hint(),
            Self::WebSocket { name, .. } => crate::close_code::hint(name),
            Self::Definition { name, field, .. } => crate::definition_hint::hint(name, field),
            _ => None,
        }
    }
}

impl TimeoutScope {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Overall => "overall",
        }
    }
}
