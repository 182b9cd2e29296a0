//! What is expected of certificates, and how revocation is checked.

use super::words;

words! {
    /// Which roots are trusted, in addition to those in the test.
    Roots, "a set of roots" {
        /// Mozilla's, as bundled with this build.
        Bundled = "bundled",
        /// Those of this system.
        System = "system",
        /// None.
        None = "none",
    }
}

words! {
    /// What is done with OCSP responses.
    Ocsp, "a way to use OCSP" {
        /// Nothing: a stapled response is not evaluated, even if the certificate requires one.
        Off = "off",
        /// A stapled response is evaluated. "Revoked" is a fault; an unusable response is a warning, unless the certificate
        /// requires stapling.
        Staple = "staple",
        /// Without a good stapled response, the test fails.
        Require = "require",
        /// Without a good stapled response, the responder is queried and must return one.
        Query = "query",
    }
}

words! {
    /// Which certificates are looked up in CRLs.
    CrlCheck, "which certificates are looked up" {
        /// None.
        Off = "off" | "false",
        /// The leaf.
        Leaf = "leaf",
        /// The whole chain; its root too, as OpenSSL does.
        Chain = "chain",
    }
}

words! {
    /// Whether missing certificates of issuers are fetched.
    Aia, "whether certificates are fetched" {
        /// They are not.
        Off = "off" | "false",
        /// They are, from the URLs in the chain (authority information access).
        Fetch = "fetch",
    }
}

words! {
    /// What a certificate must be good for, by OpenSSL's short names.
    Purpose, "a purpose" {
        /// A TLS server.
        SslServer = "sslserver",
        /// A TLS client.
        SslClient = "sslclient",
        /// A TLS server that can encipher keys, as Netscape defined it.
        NetscapeSslServer = "nssslserver",
        /// Signing mail.
        SmimeSign = "smimesign",
        /// Encrypting mail.
        SmimeEncrypt = "smimeencrypt",
        /// Signing CRLs.
        CrlSign = "crlsign",
        /// Anything.
        Any = "any",
        /// Signing OCSP answers.
        OcspHelper = "ocsphelper",
        /// Signing time stamps.
        TimestampSign = "timestampsign",
        /// Signing code.
        CodeSign = "codesign",
    }
}
