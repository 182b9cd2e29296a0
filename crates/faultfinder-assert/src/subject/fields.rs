//! The facts that some subjects have.

/// Words, each of one fact.
pub(crate) trait FieldWord: Copy + PartialEq + 'static {
    /// All of them, as they are listed.
    const ALL: &'static [(Self, &'static str)];

    /// The word.
    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(field, _)| *field == self).map_or("", |(_, word)| word)
    }
}

macro_rules! fields {
    ($(#[$doc:meta])* $name:ident { $( $(#[$variant_doc:meta])* $variant:ident = $word:literal ),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $name {
            $( $(#[$variant_doc])* $variant, )+
        }

        impl FieldWord for $name {
            const ALL: &'static [(Self, &'static str)] = &[$( (Self::$variant, $word) ),+];
        }

        impl $name {
            pub(crate) fn word(self) -> &'static str {
                FieldWord::word(self)
            }
        }
    };
}

fields! {
    /// A figure of round trips.
    LatencyFigure { Min = "min", Avg = "avg", Max = "max", Stddev = "stddev" }
}

fields! {
    /// A fact of the leaf certificate.
    CertificateField {
        ExpiresIn = "expires_in",
        Subject = "subject",
        CommonName = "common_name",
        Issuer = "issuer",
        San = "san",
        Key = "key",
        Serial = "serial",
        Sha256 = "sha256",
        Sha1 = "sha1",
        SignatureAlgorithm = "signature_algorithm",
        NotBefore = "not_before",
        NotAfter = "not_after",
        KeyUsage = "key_usage",
        ExtendedKeyUsage = "extended_key_usage",
    }
}

fields! {
    /// A fact of the chain that was verified, from the leaf to the trusted certificate.
    ChainField {
        /// Until its first certificate expires.
        ExpiresIn = "expires_in",
        /// How many certificates it has.
        Length = "length",
    }
}

fields! {
    /// What is read of a cookie (RFC 6265 section 4.1).
    CookieField {
        Value = "value",
        Domain = "domain",
        Path = "path",
        Expires = "expires",
        /// Until it expires, by `Max-Age` or, without that, by `Expires`.
        ExpiresIn = "expires_in",
        MaxAge = "max_age",
        Secure = "secure",
        HttpOnly = "http_only",
        SameSite = "same_site",
        Partitioned = "partitioned",
    }
}

fields! {
    /// What is read of a redirect.
    RedirectField { Status = "status", Url = "url" }
}

fields! {
    /// A section of a DNS answer.
    Section { Answer = "answer", Authority = "authority", Additional = "additional" }
}
