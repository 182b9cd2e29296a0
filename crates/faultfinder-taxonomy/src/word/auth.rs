//! How credentials are proven.

use super::words;

words! {
    /// The version of an NTLM response.
    NtlmVersion, "a version of NTLM" {
        /// NTLM v1, which is insecure: DES with keys derived from the password.
        V1 = "1" | "v1",
        /// NTLM v2.
        V2 = "2" | "v2",
    }
}

words! {
    /// Where a client's credentials are sent to a token endpoint (RFC 6749 section 2.3.1).
    CredentialsIn, "a place" {
        /// In the `authorization` header.
        Header = "header",
        /// In the form.
        Body = "body",
    }
}

words! {
    /// How a JSON web token is signed (RFC 7518 section 3.1).
    JwtAlgorithm, "an algorithm" {
        /// HMAC with SHA-256.
        Hs256 = "HS256" | "hs256",
        /// RSA with PKCS #1 v1.5 padding and SHA-256.
        Rs256 = "RS256" | "rs256",
        /// ECDSA on P-256 with SHA-256.
        Es256 = "ES256" | "es256",
    }
    later: "HS384", "HS512", "RS384", "RS512", "ES384", "PS256", "EdDSA"
}

words! {
    /// The hash of a one-time password (RFC 6238 section 1.2).
    TotpAlgorithm, "an algorithm" {
        /// `sha1`: what nearly all services and authenticator apps use.
        Sha1 = "sha1",
        /// `sha256`
        Sha256 = "sha256",
        /// `sha512`
        Sha512 = "sha512",
    }
}
