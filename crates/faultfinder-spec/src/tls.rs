//! TLS settings.

use crate::value::{Number, Ocsp, Purpose, Roots, TlsVersion};
use crate::{Field, Text};

/// Most certificates between the leaf and the root that `verify_depth` may allow.
pub const VERIFY_DEPTH_MAX: u32 = 100;

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
    /// What is done with OCSP answers.
    pub ocsp: Option<Field<Ocsp>>,
    /// Most intermediate certificates, 0 to [`VERIFY_DEPTH_MAX`].
    pub verify_depth: Option<Field<Number<0, VERIFY_DEPTH_MAX>>>,
    /// How strong keys and signatures must be, 0 to 5, as OpenSSL counts.
    pub auth_level: Option<Field<Number<0, 5>>>,
    /// What the certificate must be for; a TLS server when not given.
    pub purpose: Option<Field<Purpose>>,
}
