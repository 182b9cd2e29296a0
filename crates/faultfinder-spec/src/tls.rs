//! TLS settings.

use crate::fields::{FieldSpec, Fields, Shape, Table};
use crate::reader::Reader;
use crate::value::Number;
use crate::yaml::Node;
use crate::{BadValue, Field, Text};
use faultfinder_taxonomy::word::{Aia, CrlCheck, Ocsp, Purpose, Roots, TlsVersion, Word as _};

/// Most certificates between the leaf and the root that `verify_depth` may allow.
pub const VERIFY_DEPTH_MAX: u32 = 100;

/// Most files or certificates in `ca`.
pub const CA_MAX: usize = 100;

/// Most files or CRLs in `crl`.
pub const CRL_MAX: usize = 100;

/// The word in `crl` that stands for the distribution points of the certificates themselves.
pub const CRL_FETCH: &str = "fetch";

/// Most protocols in `alpn`.
pub const ALPN_MAX: usize = 16;

/// The fields of TLS settings.
pub(crate) const FIELDS: &[FieldSpec] = &[
    FieldSpec::new("roots", Shape::Words(Roots::WORDS), "the roots that are trusted besides `ca` (bundled)"),
    FieldSpec::new("ca", Shape::Texts, "further trusted certificates: PEM files, or PEM itself"),
    FieldSpec::new("insecure", Shape::Bool, "whether a bad certificate is no fault (false)"),
    FieldSpec::new(
        "accept_self_signed",
        Shape::Bool,
        "whether a self-signed certificate is no fault (false)",
    ),
    FieldSpec::new("server_name", Shape::Text, "the name that is asked for (SNI) and verified (the host)"),
    FieldSpec::new("client_cert", Shape::Text, "our certificate: a PEM file, or PEM itself"),
    FieldSpec::new("client_key", Shape::Text, "our private key: a PEM file, or PEM itself"),
    FieldSpec::new("min_version", Shape::Words(TlsVersion::WORDS), "the oldest version that is spoken (1.2)"),
    FieldSpec::new("max_version", Shape::Words(TlsVersion::WORDS), "the newest version that is spoken (1.3)"),
    FieldSpec::new("alpn", Shape::TextList, "the application protocols that are offered, in order"),
    FieldSpec::new("crl", Shape::Texts, "revocation lists: files, PEM itself, or fetch"),
    FieldSpec::new(
        "crl_check",
        Shape::Words(CrlCheck::WORDS),
        "which certificates are looked up in CRLs (leaf if there is `crl`, else off)",
    ),
    FieldSpec::new("ocsp", Shape::Words(Ocsp::WORDS), "what is done with OCSP answers (staple)"),
    FieldSpec::new("aia", Shape::Words(Aia::WORDS), "whether missing intermediates are fetched (off)"),
    FieldSpec::new(
        "verify_depth",
        Shape::Number(0, VERIFY_DEPTH_MAX),
        "most intermediate certificates (100)",
    ),
    FieldSpec::new(
        "auth_level",
        Shape::Number(0, 5),
        "how strong keys and signatures must be, as OpenSSL counts (2)",
    ),
    FieldSpec::new("purpose", Shape::Words(Purpose::WORDS), "what the certificate must be for (sslserver)"),
];

/// TLS settings inside a request.
pub(crate) const TABLE: Table = Table::new("`tls`", &[FIELDS]);

/// How TLS is spoken, and whom it trusts. Fields that are not given have the probes' defaults.
///
/// Certificates and keys are the path of a PEM file, or the PEM itself: text that begins with `-----BEGIN`.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Tls {
    /// The roots that are trusted besides `ca`; the bundled ones when not given.
    pub roots: Option<Field<Roots>>,
    /// Further trusted certificates.
    pub ca: Vec<Text>,
    /// Whether a bad certificate is no fault.
    pub insecure: Option<Field<bool>>,
    /// Whether a self-signed certificate is no fault.
    pub accept_self_signed: Option<Field<bool>>,
    /// The name that is asked for (SNI) and that the certificate must have; the host's when not given.
    pub server_name: Option<Text>,
    /// Our certificate, with its chain.
    pub client_cert: Option<Text>,
    /// Our private key.
    pub client_key: Option<Text>,
    /// The oldest version that is spoken.
    pub min_version: Option<Field<TlsVersion>>,
    /// The newest version that is spoken.
    pub max_version: Option<Field<TlsVersion>>,
    /// The application protocols that are offered, in order; the protocol's own when not given.
    pub alpn: Option<Vec<Text>>,
    /// CRLs, each as a file or in place; [`CRL_FETCH`] stands for the certificates' distribution points.
    pub crl: Vec<Text>,
    /// Which certificates are looked up in CRLs.
    pub crl_check: Option<Field<CrlCheck>>,
    /// Whether missing certificates of issuers are fetched.
    pub aia: Option<Field<Aia>>,
    /// What is done with OCSP answers.
    pub ocsp: Option<Field<Ocsp>>,
    /// Most intermediate certificates, 0 to [`VERIFY_DEPTH_MAX`].
    pub verify_depth: Option<Field<Number<0, VERIFY_DEPTH_MAX>>>,
    /// How strong keys and signatures must be, 0 to 5, as OpenSSL counts.
    pub auth_level: Option<Field<Number<0, 5>>>,
    /// What the certificate must be for; a TLS server when not given.
    pub purpose: Option<Field<Purpose>>,
}

impl Tls {
    /// Reads a mapping of TLS settings.
    pub(crate) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        Fields::open(reader, node, &TABLE).map(|fields| Self::read_fields(reader, &fields))
    }

    /// Reads TLS settings that stand among other fields.
    pub(crate) fn read_fields(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Self {
        let tls = Self {
            roots: fields.field(reader, "roots"),
            ca: fields.texts(reader, "ca", CA_MAX),
            insecure: fields.field(reader, "insecure"),
            accept_self_signed: fields.field(reader, "accept_self_signed"),
            server_name: fields.text(reader, "server_name"),
            client_cert: fields.text(reader, "client_cert"),
            client_key: fields.text(reader, "client_key"),
            min_version: fields.field(reader, "min_version"),
            max_version: fields.field(reader, "max_version"),
            alpn: fields.read(reader, "alpn", |reader, node| {
                reader.list(node, "a list of application protocols", ALPN_MAX, read_protocol)
            }),
            crl: fields.texts(reader, "crl", CRL_MAX),
            crl_check: fields.field(reader, "crl_check"),
            aia: fields.field(reader, "aia"),
            ocsp: fields.field(reader, "ocsp"),
            verify_depth: fields.field(reader, "verify_depth"),
            auth_level: fields.field(reader, "auth_level"),
            purpose: fields.field(reader, "purpose"),
        };
        tls.check(reader, fields);
        tls
    }

    fn check(&self, reader: &mut Reader<'_>, fields: &Fields<'_>) {
        if let (Some(key), None) = (&self.client_key, &self.client_cert) {
            let diagnostic = reader
                .error(
                    fields.key_place("client_key").unwrap_or_else(|| key.place()),
                    "`client_key` needs `client_cert`",
                )
                .with_help("a key proves nothing without its certificate");
            reader.report(diagnostic);
        }
        let Some(max) = self.max_version.as_ref() else { return };
        let Some(newest) = max.literal().copied() else { return };
        if newest < TlsVersion::Tls12 {
            let message = format!("TLS {newest} cannot be spoken");
            reader.bad_value(max.place, BadValue::new(message).help("`max_version` is 1.2 or 1.3"));
        } else if let Some(oldest) = self.min_version.as_ref().and_then(Field::literal)
            && *oldest > newest
        {
            let message = format!("`max_version` {newest} is older than `min_version` {oldest}");
            reader.bad_value(max.place, BadValue::new(message));
        }
    }
}

/// Longest name of an application protocol (RFC 7301 section 3.1).
const PROTOCOL_BYTES_MAX: usize = 255;

fn read_protocol(reader: &mut Reader<'_>, node: &Node) -> Option<Text> {
    let protocol = reader.text_as(node, "an application protocol such as h2")?;
    if protocol.literal().is_some_and(|name| name.is_empty() || name.len() > PROTOCOL_BYTES_MAX) {
        let message = format!("an application protocol has 1 to {PROTOCOL_BYTES_MAX} bytes");
        reader.bad_value(node.place, BadValue::new(message));
        return None;
    }
    Some(protocol)
}
