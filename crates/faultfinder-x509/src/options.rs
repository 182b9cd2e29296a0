//! What to verify, and how strictly.

use faultfinder_taxonomy::word::Purpose;
use std::net::IpAddr;

use crate::budget::Budget;
use crate::crl::Crl;
use crate::signature::SignatureCache;

macro_rules! switches {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $flag:ident),* $(,)? }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        #[expect(clippy::exhaustive_structs, reason = "closed: OpenSSL's switches")]
        pub struct $name { $($(#[$doc])* pub $flag: bool,)* }

        impl $name {
            /// Their names.
            pub const NAMES: &[&str] = &[$(stringify!($flag)),*];

            /// Sets the switch of that name; says whether there is one.
            pub fn set(&mut self, name: &str) -> bool {
                match name {
                    $(stringify!($flag) => self.$flag = true,)*
                    _ => return false,
                }
                true
            }
        }
    };
}

switches! {
    /// How names are compared: `X509_CHECK_FLAG_...`.
    HostFlags {
        /// Look at the subject's common names even if there are DNS names.
        always_check_subject,
        /// A star is an ordinary character.
        no_wildcards,
        /// A star must be a whole label.
        no_partial_wildcards,
        /// A star that is a whole label may cover several.
        multi_label_wildcards,
        /// A host with a leading dot matches one more label only.
        single_label_subdomains,
        /// Never look at the subject's common names.
        never_check_subject,
    }
}

switches! {
    /// How chains are built and judged: `X509_V_FLAG_...`.
    Flags {
        /// Look for a CRL of the leaf.
        crl_check,
        /// With `crl_check`: of the whole chain.
        crl_check_all,
        /// Pass over unhandled critical extensions.
        ignore_critical,
        /// Require what RFC 5280 requires of CAs.
        x509_strict,
        /// Accept proxy certificates (RFC 3820).
        allow_proxy_certs,
        /// Check policies.
        policy_check,
        /// Require an acceptable policy.
        explicit_policy,
        /// anyPolicy does not count.
        inhibit_any,
        /// Mappings do not count.
        inhibit_map,
        /// Accept indirect CRLs and such with reasons.
        extended_crl_support,
        /// Use delta CRLs.
        use_deltas,
        /// Verify the signature of a self-signed top too.
        check_ss_signature,
        /// Ask the store before the peer's certificates; on unless `no_trusted_first`.
        trusted_first,
        /// Suite B: 128 bits with P-256 only.
        suiteb_128_only,
        /// Suite B: 192 bits, P-384.
        suiteb_192,
        /// Suite B: 128 bits, P-256 or P-384.
        suiteb_128,
        /// Any certificate of the store is an anchor.
        partial_chain,
        /// Do not try another chain when the peer's leads nowhere.
        no_alt_chains,
        /// Do not look at dates, unless a time is given.
        no_check_time,
        /// Follow the peer's chain first.
        no_trusted_first,
    }
}

/// Everything that a verification is asked for. The default asks for a chain to a trusted root, without dates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifyOptions {
    /// The time to check dates at, in seconds since 1970. None: dates are not looked at.
    pub time: Option<i64>,
    /// What the leaf is to be used for; also decides what trust settings are asked for.
    pub purpose: Option<Purpose>,
    /// Expected DNS names, of which one must match; empty ones and an empty list ask for nothing.
    pub hosts: Vec<String>,
    /// The expected address.
    pub ip: Option<IpAddr>,
    /// The expected mailbox.
    pub email: Option<String>,
    /// How names are compared.
    pub host_flags: HostFlags,
    /// How chains are built and judged.
    pub flags: Flags,
    /// Acceptable policies, dotted.
    pub policies: Vec<String>,
    /// The most certificates between leaf and anchor. None: 100.
    pub depth: Option<u32>,
    /// Security level, 0 to 5; higher ones count as 5.
    pub auth_level: u8,
    /// CRLs that are given to the verification itself: all of them are looked at for every certificate. Those of a
    /// [`TrustStore`](crate::TrustStore) are found by the certificate's issuer only.
    pub crls: Vec<Crl>,
    /// What the verification may cost.
    pub budget: Budget,
    /// Where signature checks are remembered. None: each is done anew.
    pub signatures: Option<SignatureCache>,
}

impl VerifyOptions {
    /// What a TLS client asks of a server's certificate, at a time in seconds since 1970.
    #[must_use]
    pub fn tls_server(time: i64) -> Self {
        Self { time: Some(time), purpose: Some(Purpose::SslServer), ..Self::default() }
    }

    pub(crate) const fn is_trusted_first(&self) -> bool {
        !self.flags.no_trusted_first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switches_are_set_by_openssls_names() {
        let mut flags = Flags::default();
        for name in Flags::NAMES {
            assert!(flags.set(name));
        }
        assert!(flags.suiteb_128_only && flags.no_trusted_first && !flags.set("crl_everything"));
    }
}
