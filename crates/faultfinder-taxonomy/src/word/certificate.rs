//! What is expected of certificates, and how revocation is checked.

use super::words;

words! {
    /// Which authorities are trusted, in addition to those that a test names.
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
    /// What is done with OCSP answers.
    Ocsp, "a way to use OCSP" {
        /// Nothing: a stapled answer is not looked at, even if the certificate demands one.
        Off = "off",
        /// A stapled answer is judged. One that says "revoked" is a fault; a worthless one is a warning, unless the
        /// certificate demands stapling.
        Staple = "staple",
        /// Without a good stapled answer the test fails.
        Require = "require",
        /// Without a good stapled answer the responder is asked, and must answer.
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
        /// They are, from where the chain says that they are (authority information access).
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
        /// A TLS server that can encipher keys, as Netscape wanted it.
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
