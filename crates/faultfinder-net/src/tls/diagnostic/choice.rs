//! What of a server's choice this client cannot speak.

use super::flight::{KeyExchange, Seen};
use crate::tls::client::TlsClient;
use crate::tls::provider::provider;
use crate::tls::wire;
use faultfinder_taxonomy::word::TlsVersion;
use faultfinder_taxonomy::{Blame, Code, Detail, Fact, Fault};
use faultfinder_x509::Certificate;

/// What a server chose when it was offered everything that old clients know.
#[derive(Debug)]
pub(super) struct Choice {
    version: u16,
    suite: u16,
    pub(super) seen: Seen,
    obstacle: Option<Obstacle>,
    /// The oldest version that the test permits, if it says so.
    oldest: Option<TlsVersion>,
    /// Whether TLS 1.3 was offered in the handshake that failed.
    offered_13: bool,
}

/// What this client cannot speak.
#[derive(Debug, PartialEq, Eq)]
enum Obstacle {
    /// The version: it is older than TLS 1.2.
    Version,
    /// The cipher suite.
    Suite,
    /// The group of the key exchange, or the curve of the server's key, in words.
    Group(String),
}

impl Choice {
    /// The choice of a server that sent this to the diagnostic hello; nothing if it made none.
    pub(super) fn of(seen: Seen, client: &TlsClient) -> Option<Self> {
        let (version, suite) = seen.chosen?;
        let options = client.options();
        let newest = options.max_version.unwrap_or(TlsVersion::Tls13);
        let is_known = provider().cipher_suites.iter().any(|known| u16::from(known.suite()) == suite);
        let obstacle = if version < wire::TLS_1_2 {
            Some(Obstacle::Version)
        } else if !is_known {
            Some(Obstacle::Suite)
        } else {
            let of_exchange = seen.key_exchange.and_then(|exchange| unknown_group(exchange, client));
            of_exchange.or_else(|| unknown_key(&seen)).map(Obstacle::Group)
        };
        let (oldest, offered_13) = (options.min_version, newest == TlsVersion::Tls13);
        Some(Self { version, suite, seen, obstacle, oldest, offered_13 })
    }

    pub(super) fn version_name(&self) -> String {
        wire::version_name(self.version)
    }

    pub(super) fn suite_name(&self) -> String {
        wire::cipher_suite_name(self.suite)
    }

    /// Whether only DHE keeps this client from a session, which it may have with the server's group.
    pub(super) fn is_dhe(&self) -> bool {
        matches!(self.obstacle, Some(Obstacle::Group(_)))
            && matches!(self.seen.key_exchange, Some(KeyExchange::FiniteField { .. }))
    }

    /// Whether it is a limit of this client that there is no session: the test permits the version.
    pub(super) fn is_our_limit(&self) -> bool {
        self.obstacle.is_some() && self.is_permitted()
    }

    fn is_permitted(&self) -> bool {
        self.oldest.is_none_or(|oldest| wire::version_number(oldest) <= self.version)
    }

    /// The fault of the handshake that failed, with what was found out about it.
    pub(super) fn explain(&self, fault: Fault) -> Fault {
        let (suite, version) = (self.suite_name(), self.version_name());
        let mut fault = fault.with("chosen", self.fact());
        match &self.obstacle {
            _ if !self.is_permitted() => {
                let oldest = self.oldest.map_or("a newer version", wire::protocol_name);
                fault.message =
                    format!("the server speaks nothing newer than {version}; the test requires {oldest}");
                fault
            }
            Some(obstacle) => {
                let because = match obstacle {
                    Obstacle::Group(group) => format!(" with {group}"),
                    Obstacle::Version | Obstacle::Suite => String::new(),
                };
                fault.message =
                    format!("the server chose {suite}{because}, {version}, which this client cannot speak");
                if fault.code != Code::Ssl {
                    // It closed instead of saying so.
                    fault.code = Code::Ssl;
                    fault.detail = match obstacle {
                        Obstacle::Version => {
                            Detail::tls("unsupported_protocol", Some("ERR_SSL_UNSUPPORTED_PROTOCOL"))
                        }
                        Obstacle::Suite | Obstacle::Group(_) => {
                            Detail::tls("no_shared_cipher", Some("ERR_SSL_NO_SHARED_CIPHER"))
                        }
                    };
                }
                let offer = match obstacle {
                    Obstacle::Version => "TLS 1.2 or 1.3",
                    Obstacle::Suite if self.version == wire::TLS_1_3 => {
                        "TLS_AES_128_GCM_SHA256, which RFC 8446 section 9.1 demands of every server,"
                    }
                    Obstacle::Suite => "a cipher suite with ephemeral keys (ECDHE)",
                    Obstacle::Group(_) if self.version == wire::TLS_1_3 => "x25519 or secp256r1",
                    Obstacle::Group(_) => "ECDHE and a key with a common curve",
                };
                fault.hints = vec![format!("have the server offer {offer} too")];
                if !self.seen.certificates.is_empty() {
                    fault.hints.push("an `ssl` test can watch its certificate until then".to_owned());
                }
                fault.blamed_on(Blame::Ourselves)
            }
            None if self.version == wire::TLS_1_3 => {
                fault.message = format!(
                    "{}; it answers a hello with all groups and signature algorithms and without a key, with {suite}",
                    fault.message
                );
                fault.with_hint(
                    "its key may be of a kind that this client does not know (brainpool, SM2, SLH-DSA), or a device in front of it does not tolerate hellos of more than one packet",
                )
            }
            None if self.offered_13 => {
                fault.message =
                    format!("{}; it answers a hello that offers nothing newer than TLS 1.2", fault.message);
                fault.with_hint(
                    "if the test passes with `max_version: 1.2`, the server, or a device in front of it, does not tolerate what a hello for TLS 1.3 contains: update it",
                )
            }
            None => fault,
        }
    }

    /// The choice as evidence.
    fn fact(&self) -> Fact {
        let group = match self.seen.key_exchange {
            Some(KeyExchange::Curve(number)) => curve_name(number).into(),
            Some(KeyExchange::FiniteField { bits }) => format!("{bits} bits").into(),
            None => Fact::Null,
        };
        Fact::map([
            ("version", self.version_name().into()),
            ("cipher_suite", self.suite_name().into()),
            ("group", group),
            ("secure_renegotiation", self.seen.renegotiates_securely.into()),
        ])
    }
}

/// A group that this client does not know, in words. Of a finite field only its size is judged here: a group of another kind
/// has the same sizes.
fn unknown_group(exchange: KeyExchange, client: &TlsClient) -> Option<String> {
    let mut groups = client.provider.kx_groups.iter();
    match exchange {
        KeyExchange::Curve(number) => {
            let is_known = groups.any(|group| u16::from(group.name()) == number);
            (!is_known).then(|| format!("the group {}", curve_name(number)))
        }
        KeyExchange::FiniteField { bits } => {
            Some(format!("a Diffie-Hellman group of {bits} bits of its own"))
        }
    }
}

/// The curve of the server's key if this client offers none like it, in words: in TLS 1.2 the offered groups also say which keys
/// a server may have (RFC 8422 section 5.1.1).
fn unknown_key(seen: &Seen) -> Option<String> {
    const OFFERED: [&str; 3] = ["P-256", "P-384", "P-521"];
    let leaf = Certificate::from_der(seen.certificates.first()?).ok()?;
    let key_type = leaf.facts().key_type;
    let curve = key_type.strip_prefix("EC ")?;
    (!OFFERED.contains(&curve)).then(|| format!("a key on the curve {curve}"))
}

/// The name of a curve in IANA's registry of supported groups.
fn curve_name(number: u16) -> String {
    let name = match number {
        6 => "sect233k1",
        7 => "sect233r1",
        9 => "sect283k1",
        10 => "sect283r1",
        11 => "sect409k1",
        12 => "sect409r1",
        13 => "sect571k1",
        14 => "sect571r1",
        19 => "secp192r1",
        21 => "secp224r1",
        22 => "secp256k1",
        23 => "secp256r1",
        24 => "secp384r1",
        25 => "secp521r1",
        26 => "brainpoolP256r1",
        27 => "brainpoolP384r1",
        28 => "brainpoolP512r1",
        29 => "x25519",
        30 => "x448",
        31 => "brainpoolP256r1tls13",
        32 => "brainpoolP384r1tls13",
        33 => "brainpoolP512r1tls13",
        41 => "curveSM2",
        256 => "ffdhe2048",
        257 => "ffdhe3072",
        258 => "ffdhe4096",
        259 => "ffdhe6144",
        260 => "ffdhe8192",
        512 => "MLKEM512",
        513 => "MLKEM768",
        514 => "MLKEM1024",
        other => return format!("number {other}"),
    };
    name.to_owned()
}
