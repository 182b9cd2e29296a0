//! What a verification found, and which of it is *the* fault.

use faultfinder_taxonomy::{VerifyCode, VerifyEvent};

use crate::certificate::Certificate;
use crate::event::Event;

/// What a client sees that stops at the first error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct StrictResult {
    /// OpenSSL's code; `OK` if nothing is wrong.
    pub code: VerifyCode,
    /// The depth of the error.
    pub depth: Option<usize>,
}

/// Everything that a verification found.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Verdict {
    /// Every event, in the order in which OpenSSL's callback sees them when it always says "continue".
    pub events: Vec<Event>,
    /// What OpenSSL's verification returns to such a client: 1, 0, or -1 for an internal error without an event.
    pub ret: i8,
    /// The error that such a client (Node.js) ends with, by OpenSSL's code.
    pub final_code: VerifyCode,
    /// What a client sees that stops at the first error.
    pub strict: StrictResult,
    /// The chain that was built, leaf first.
    pub chain: Vec<Certificate>,
    /// How many of the chain, from the leaf, did not come from the trust store.
    pub num_untrusted: usize,
    /// Why verification ended with -1; not an event of OpenSSL's.
    pub internal: Option<Event>,
}

impl Verdict {
    /// Whether nothing at all is wrong. That the signer of a CRL has not the name of the host is nothing wrong, though OpenSSL
    /// tells it so.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.ret == 1 && self.events.iter().all(is_name_of_crl_issuer)
    }

    /// *The* fault: nothing only if the verdict is valid.
    ///
    /// It is the last event, as an always-continuing client (Node.js) ends with, except that a mere consequence never hides
    /// its cause:
    ///
    /// * after `CERT_CHAIN_TOO_LONG`, the missing or self-signed issuer at the same depth;
    /// * after `CERT_REJECTED` or `CERT_UNTRUSTED`, its repetition and the `INVALID_PURPOSE` of the same certificate.
    ///
    /// A name that does not match counts only when nothing else is wrong, as clients check it last. `OUT_OF_MEM` is the fault
    /// whatever was found before, as nobody knows what would have been found.
    #[must_use]
    pub fn decisive(&self) -> Option<&Event> {
        self.decisive_unless(|_| false)
    }

    /// As [`Verdict::decisive`], but events that the caller accepts (a self-signed certificate, say) do not count.
    #[must_use]
    pub fn decisive_unless(&self, accepted: impl Fn(&Event) -> bool) -> Option<&Event> {
        let names = |event: &&Event| is_about_a_name(event);
        let counts = |(at, event): &(usize, &Event)| {
            let earlier = self.events.get(..*at).unwrap_or_default();
            !names(event) && !accepted(event) && !earlier.iter().any(|cause| is_consequence(cause, event))
        };
        let of_chain = self.events.iter().enumerate().rfind(counts).map(|(_, event)| event);
        let unfinished = self.internal.as_ref().filter(|event| event.code == VerifyCode::OutOfMem);
        unfinished.or(of_chain).or(self.internal.as_ref()).or_else(|| {
            let of_leaf = |event: &&Event| names(event) && !is_name_of_crl_issuer(event);
            self.events.iter().find(|event| of_leaf(event) && !accepted(event))
        })
    }

    /// What could not be judged, because an algorithm is not known here; see [`Event::is_judged`].
    #[must_use]
    pub fn unjudged(&self) -> Option<&Event> {
        self.events.iter().chain(&self.internal).find(|event| !event.is_judged())
    }

    /// The events as facts for a report.
    #[must_use]
    pub fn verify_events(&self) -> Vec<VerifyEvent> {
        self.events.iter().map(VerifyEvent::from).collect()
    }
}

/// Whether an event says that a certificate is for another name.
const fn is_about_a_name(event: &Event) -> bool {
    use VerifyCode::{EmailMismatch, HostnameMismatch, IpAddressMismatch};
    matches!(event.code, HostnameMismatch | EmailMismatch | IpAddressMismatch)
}

/// OpenSSL looks for the host in the certificate of a CRL issuer too, where nobody puts it.
const fn is_name_of_crl_issuer(event: &Event) -> bool {
    is_about_a_name(event) && event.crl_path_of.is_some()
}

/// Whether an event says nothing that an earlier one has not said.
fn is_consequence(cause: &Event, event: &Event) -> bool {
    use VerifyCode as V;
    match cause.openssl {
        V::CertChainTooLong => {
            event.depth == cause.depth
                && matches!(
                    event.openssl,
                    V::UnableToGetIssuerCert
                        | V::UnableToGetIssuerCertLocally
                        | V::DepthZeroSelfSignedCert
                        | V::SelfSignedCertInChain
                )
        }
        V::CertRejected => {
            event.openssl == V::CertRejected
                || (event.openssl == V::InvalidPurpose && event.certificate == cause.certificate)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
