//! TLS settings.

use crate::fields::{FieldSpec, Shape, Table};
use crate::value::Number;
use faultfinder_taxonomy::word::{Aia, CrlCheck, Ocsp, Purpose, Roots, TlsVersion};

/// Most certificates between the leaf and the root that `verify_depth` may allow.
const VERIFY_DEPTH_MAX: u32 = 100;

/// Most files or certificates in `ca`.
const CA_MAX: usize = 100;

/// Most files or CRLs in `crl`.
const CRL_MAX: usize = 100;

/// The word in `crl` that stands for the distribution points of the certificates themselves.
pub const CRL_FETCH: &str = "fetch";

/// Most protocols in `alpn`.
const ALPN_MAX: usize = 16;

/// The fields of TLS settings.
pub(crate) const FIELDS: &[FieldSpec] = &[
    FieldSpec::new(
        "roots",
        Shape::word::<Roots>(),
        "the roots that are trusted, in addition to `ca` (bundled)",
    ),
    FieldSpec::new("ca", Shape::Texts(CA_MAX), "further trusted certificates: PEM files, or PEM itself"),
    FieldSpec::new("insecure", Shape::of::<bool>(), "whether a bad certificate is only a warning (false)"),
    FieldSpec::new(
        "accept_self_signed",
        Shape::of::<bool>(),
        "whether a self-signed certificate is accepted (false)",
    ),
    FieldSpec::new("server_name", Shape::Text, "the name that is asked for (SNI) and verified (the host)"),
    FieldSpec::new("sni", Shape::of::<bool>(), "whether the name is sent in the handshake, as SNI (true)"),
    FieldSpec::new("client_cert", Shape::Text, "our certificate: a PEM file, or PEM itself"),
    FieldSpec::new("client_key", Shape::Text, "our private key: a PEM file, or PEM itself"),
    FieldSpec::new(
        "min_version",
        Shape::word::<TlsVersion>(),
        "the oldest version that is permitted; 1.0 and 1.1 only show a certificate (none is refused)",
    ),
    FieldSpec::new(
        "max_version",
        Shape::word::<TlsVersion>(),
        "the newest version that is spoken, 1.2 or 1.3 (1.3)",
    ),
    FieldSpec::new("alpn", Shape::TextList(ALPN_MAX), "the application protocols that are offered, in order"),
    FieldSpec::new("crl", Shape::Texts(CRL_MAX), "revocation lists: files, PEM itself, or fetch"),
    FieldSpec::new(
        "crl_check",
        Shape::word::<CrlCheck>(),
        "which certificates are looked up in CRLs (leaf if there is `crl`, else off)",
    ),
    FieldSpec::new("ocsp", Shape::word::<Ocsp>(), "what is done with OCSP answers (staple)"),
    FieldSpec::new("aia", Shape::word::<Aia>(), "whether missing intermediates are fetched (off)"),
    FieldSpec::new(
        "verify_depth",
        Shape::of::<Number<0, VERIFY_DEPTH_MAX>>(),
        "most intermediate certificates (100)",
    ),
    FieldSpec::new(
        "auth_level",
        Shape::of::<Number<0, 5>>(),
        "how strong keys and signatures must be, as OpenSSL counts (2)",
    ),
    FieldSpec::new("purpose", Shape::word::<Purpose>(), "what the certificate must be for (sslserver)"),
];

/// TLS settings inside a request.
pub(crate) const TABLE: Table = Table::new("`tls`", &[FIELDS]);
