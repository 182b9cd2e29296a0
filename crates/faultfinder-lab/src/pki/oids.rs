//! The object identifiers that the lab's certificates use, by their arcs.

/// One identifier.
pub type Oid = &'static [u32];

pub(crate) const EC_PUBLIC_KEY: Oid = &[1, 2, 840, 10045, 2, 1];
pub(crate) const PRIME256V1: Oid = &[1, 2, 840, 10045, 3, 1, 7];
pub(super) const ECDSA_WITH_SHA256: Oid = &[1, 2, 840, 10045, 4, 3, 2];
pub(super) const RSA_ENCRYPTION: Oid = &[1, 2, 840, 113_549, 1, 1, 1];
pub(super) const RSASSA_PSS: Oid = &[1, 2, 840, 113_549, 1, 1, 10];
pub(super) const ED448: Oid = &[1, 3, 101, 113];
pub(super) const MD5_WITH_RSA: Oid = &[1, 2, 840, 113_549, 1, 1, 4];
pub(super) const SHA256_WITH_RSA: Oid = &[1, 2, 840, 113_549, 1, 1, 11];
pub(super) const MD5: Oid = &[1, 2, 840, 113_549, 2, 5];
pub(super) const SHA1: Oid = &[1, 3, 14, 3, 2, 26];
pub(super) const SHA256: Oid = &[2, 16, 840, 1, 101, 3, 4, 2, 1];

pub(super) const COMMON_NAME: Oid = &[2, 5, 4, 3];
pub(super) const ORGANIZATION_NAME: Oid = &[2, 5, 4, 10];

pub(super) const SUBJECT_KEY_IDENTIFIER: Oid = &[2, 5, 29, 14];
pub(super) const KEY_USAGE: Oid = &[2, 5, 29, 15];
pub(super) const SUBJECT_ALT_NAME: Oid = &[2, 5, 29, 17];
pub(super) const BASIC_CONSTRAINTS: Oid = &[2, 5, 29, 19];
pub(super) const CRL_NUMBER: Oid = &[2, 5, 29, 20];
pub(super) const CRL_REASON: Oid = &[2, 5, 29, 21];
pub(super) const DELTA_CRL_INDICATOR: Oid = &[2, 5, 29, 27];
pub(super) const ISSUING_DISTRIBUTION_POINT: Oid = &[2, 5, 29, 28];
pub(super) const CERTIFICATE_ISSUER: Oid = &[2, 5, 29, 29];
pub(super) const NAME_CONSTRAINTS: Oid = &[2, 5, 29, 30];
pub(super) const CRL_DISTRIBUTION_POINTS: Oid = &[2, 5, 29, 31];
pub(super) const AUTHORITY_KEY_IDENTIFIER: Oid = &[2, 5, 29, 35];
pub(super) const EXTENDED_KEY_USAGE: Oid = &[2, 5, 29, 37];
pub(super) const FRESHEST_CRL: Oid = &[2, 5, 29, 46];
pub(super) const AUTHORITY_INFO_ACCESS: Oid = &[1, 3, 6, 1, 5, 5, 7, 1, 1];
pub(super) const TLS_FEATURE: Oid = &[1, 3, 6, 1, 5, 5, 7, 1, 24];
pub(super) const OCSP_BASIC: Oid = &[1, 3, 6, 1, 5, 5, 7, 48, 1, 1];
pub(super) const OCSP_NO_CHECK: Oid = &[1, 3, 6, 1, 5, 5, 7, 48, 1, 5];
pub(super) const SIGNED_DATA: Oid = &[1, 2, 840, 113_549, 1, 7, 2];
pub(super) const DATA: Oid = &[1, 2, 840, 113_549, 1, 7, 1];

/// `ecdsa-with-SHA384`.
pub const ECDSA_WITH_SHA384: Oid = &[1, 2, 840, 10045, 4, 3, 3];
/// Extended key usage: TLS servers.
pub const SERVER_AUTH: Oid = &[1, 3, 6, 1, 5, 5, 7, 3, 1];
/// Extended key usage: TLS clients.
pub const CLIENT_AUTH: Oid = &[1, 3, 6, 1, 5, 5, 7, 3, 2];
/// Extended key usage: e-mail.
pub const EMAIL_PROTECTION: Oid = &[1, 3, 6, 1, 5, 5, 7, 3, 4];
/// Extended key usage: OCSP answers in an issuer's place.
pub const OCSP_SIGNING: Oid = &[1, 3, 6, 1, 5, 5, 7, 3, 9];
/// Access method: the status of a certificate, by OCSP.
pub const ACCESS_OCSP: Oid = &[1, 3, 6, 1, 5, 5, 7, 48, 1];
/// Access method: the certificate of the issuer.
pub const ACCESS_CA_ISSUERS: Oid = &[1, 3, 6, 1, 5, 5, 7, 48, 2];
/// An extension that nobody knows, below the enterprise number for examples (RFC 5612).
pub const UNKNOWN_EXTENSION: Oid = &[1, 3, 6, 1, 4, 1, 32473, 1];
