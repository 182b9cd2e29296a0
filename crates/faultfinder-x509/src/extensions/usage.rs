//! The bits of usages.

/// Bits of keyUsage as OpenSSL numbers them: first byte low, second byte high.
pub(crate) mod key_usage {
    pub(crate) const DIGITAL_SIGNATURE: u16 = 0x80;
    pub(crate) const NON_REPUDIATION: u16 = 0x40;
    pub(crate) const KEY_ENCIPHERMENT: u16 = 0x20;
    pub(crate) const KEY_AGREEMENT: u16 = 0x08;
    pub(crate) const CERT_SIGN: u16 = 0x04;
    pub(crate) const CRL_SIGN: u16 = 0x02;
}

/// Bits of nsCertType.
pub(crate) mod netscape {
    pub(crate) const SSL_CLIENT: u8 = 0x80;
    pub(crate) const SSL_SERVER: u8 = 0x40;
    pub(crate) const SMIME: u8 = 0x20;
    pub(crate) const SSL_CA: u8 = 0x04;
    pub(crate) const SMIME_CA: u8 = 0x02;
    pub(crate) const ANY_CA: u8 = 0x07;
}
