//! How well a CRL suits a certificate.

/// The marks of a CRL, best first: the derived order is that of OpenSSL's `CRL_SCORE_...` bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::struct_excessive_bools, reason = "the bits of OpenSSL's score, compared from top to bottom")]
pub(super) struct Score {
    /// No critical extension is unknown.
    pub(super) no_critical: bool,
    /// The certificate is within its scope.
    pub(super) in_scope: bool,
    /// Its dates are valid now.
    pub(super) in_time: bool,
    /// Its issuer's name is that of the certificate's issuer.
    pub(super) issuer_name: bool,
    /// Its issuer is the certificate's issuer.
    pub(super) issuer_certificate: bool,
    /// Its issuer is on the chain.
    pub(super) same_path: bool,
    /// Its issuer was found.
    pub(super) key_id: bool,
    /// A delta CRL with valid dates belongs to it.
    pub(super) renewed_by_delta: bool,
}

impl Score {
    /// Whether nothing better needs to be looked for.
    pub(super) fn is_valid(self) -> bool {
        self >= Self { no_critical: true, in_scope: true, in_time: true, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_ordered_by_their_highest_mark() {
        let worst = Score::default();
        let in_time = Score { in_time: true, ..worst };
        let named = Score { issuer_name: true, issuer_certificate: true, same_path: true, ..worst };
        let in_scope = Score { in_scope: true, ..worst };
        assert!(worst < named && named < in_time && in_time < in_scope);
        let valid = Score { no_critical: true, in_scope: true, in_time: true, ..worst };
        assert!(valid.is_valid() && !Score { in_time: false, issuer_name: true, ..valid }.is_valid());
    }
}
