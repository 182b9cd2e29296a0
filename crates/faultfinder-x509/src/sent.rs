//! What a peer sent, compared with the chain that was built from it.

use std::collections::HashSet;

use crate::certificate::Certificate;
use crate::issuing::{SelfSigned, could_issue, self_signed};
use crate::verdict::Verdict;

/// What is odd about the certificates that a peer sent, by their places: 0 is the leaf.
///
/// None of it makes a chain invalid here. TLS 1.2 demands the order (RFC 5246 section 7.4.2), TLS 1.3 only advises it
/// (RFC 8446 section 4.4.2), and some clients insist.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sent {
    /// A certificate of the chain that stands before the one that it issued.
    pub out_of_order: Option<usize>,
    /// Certificates that were sent before already.
    pub duplicates: Vec<usize>,
    /// Certificates that are not in the chain and can have issued none of the others.
    pub strangers: Vec<usize>,
    /// A self-signed certificate other than the leaf: who trusts it has it, who does not ignores it.
    pub needless_root: Option<usize>,
}

impl Sent {
    /// Whether nothing is odd.
    #[must_use]
    pub fn is_tidy(&self) -> bool {
        *self == Self::default()
    }
}

impl Verdict {
    /// Compares what a peer sent, the leaf first, with the chain. The cost grows with the square of the count.
    #[must_use]
    pub fn sent(&self, certificates: &[Certificate]) -> Sent {
        let mut sent = Sent::default();
        let (mut seen, mut reached) = (HashSet::new(), 0);
        for (place, certificate) in certificates.iter().enumerate() {
            if !seen.insert(certificate.der()) {
                sent.duplicates.push(place);
                continue;
            }
            if place > 0 && sent.needless_root.is_none() && self_signed(certificate) == SelfSigned::Yes {
                sent.needless_root = Some(place);
            }
            match self.chain.iter().position(|link| link == certificate) {
                Some(depth) if depth < reached => {
                    sent.out_of_order.get_or_insert(place);
                }
                Some(depth) => reached = depth,
                None => {
                    let issued =
                        |other: &Certificate| other != certificate && could_issue(certificate, other);
                    if !certificates.iter().any(issued) {
                        sent.strangers.push(place);
                    }
                }
            }
        }
        sent
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{TrustStore, VerifyOptions, verify};
    use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

    fn authority(name: &str) -> (CertificateParams, KeyPair) {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        (params, KeyPair::generate().unwrap())
    }

    #[test]
    fn what_is_odd_about_the_certificates_sent_is_told_by_place() {
        let read = |made: rcgen::Certificate| Certificate::from_der(made.der()).unwrap();
        let ((root, root_key), (middle, middle_key)) = (authority("root"), authority("middle"));
        let (stranger, stranger_key) = authority("stranger");
        let leaf_key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(["a.test".to_owned()]).unwrap();
        let leaf = read(leaf.signed_by(&leaf_key, &Issuer::from_params(&middle, &middle_key)).unwrap());
        let stranger =
            read(stranger.signed_by(&stranger_key, &Issuer::from_params(&root, &root_key)).unwrap());
        let middle = read(middle.signed_by(&middle_key, &Issuer::from_params(&root, &root_key)).unwrap());
        let root = read(root.self_signed(&root_key).unwrap());
        let all = [&leaf, &middle, &root, &stranger];
        let sent = |places: &[usize]| {
            let sent: Vec<Certificate> = places.iter().map(|place| all[*place].clone()).collect();
            let store = TrustStore::new([root.clone().into()]);
            let verdict = verify(&sent[0], &sent[1..], &store, &VerifyOptions::tls_server(1_767_225_600));
            assert!(verdict.is_valid(), "{places:?}: {:?}", verdict.events);
            verdict.sent(&sent)
        };
        assert!(sent(&[0, 1]).is_tidy());
        let root_sent = Sent { needless_root: Some(2), ..Sent::default() };
        assert_eq!(sent(&[0, 1, 2]), root_sent);
        assert_eq!(sent(&[0, 1, 1]), Sent { duplicates: vec![2], ..Sent::default() });
        assert_eq!(sent(&[0, 3, 1]), Sent { strangers: vec![1], ..Sent::default() });
        let swapped = Sent { out_of_order: Some(2), needless_root: Some(1), ..Sent::default() };
        assert_eq!(sent(&[0, 2, 1]), swapped);
    }
}
