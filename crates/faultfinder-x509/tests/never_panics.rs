//! No bytes and no line make the parsers panic.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a failure there is a failure of the test")]

use faultfinder_x509::{Certificate, TrustStore, VerifyOptions, case, pem, verify};
use proptest::prelude::*;

fn der() -> Vec<u8> {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(["a.test".to_owned(), "192.0.2.1".to_owned()]).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Constrained(1));
    params.key_usages = vec![rcgen::KeyUsagePurpose::KeyCertSign];
    params.use_authority_key_identifier_extension = true;
    params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
    // Policies and certificate timestamps, which only the details show.
    let policies = vec![0x30, 10, 0x30, 8, 6, 6, 0x67, 0x81, 12, 1, 2, 1];
    let timestamp = [&[0][..], &[7; 32], &[0, 0, 1, 0x9b, 0, 0, 0, 0], &[0, 0, 4, 3, 0, 2, 1, 2]].concat();
    let timestamps = [&[4, 53, 0, 51, 0, 49], &timestamp[..]].concat();
    params.custom_extensions = vec![
        rcgen::CustomExtension::from_oid_content(&[2, 5, 29, 32], policies),
        rcgen::CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 11_129, 2, 4, 2], timestamps),
    ];
    params.self_signed(&key).unwrap().der().to_vec()
}

#[test]
fn the_certificate_that_is_mutated_has_details() {
    let facts = Certificate::from_der(&der()).unwrap().facts_in_detail();
    assert_eq!((facts.policies.len(), facts.scts.len(), facts.path_length), (1, 1, Some(1)));
}

proptest! {
    #[test]
    fn mutated_certificates_are_read_or_refused(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8), cut in any::<prop::sample::Index>()) {
        let mut der = der();
        for (at, byte) in &changes {
            let at = at.index(der.len());
            der[at] = *byte;
        }
        if changes.len() > 6 {
            der.truncate(cut.index(der.len()));
        }
        if let Ok(certificate) = Certificate::from_der(&der) {
            let mut options = VerifyOptions::tls_server(1_767_225_600);
            options.flags.x509_strict = true;
            options.flags.check_ss_signature = true;
            options.hosts = vec!["a.test".to_owned()];
            options.auth_level = 2;
            let store = TrustStore::new([certificate.clone().into()]);
            let verdict = verify(&certificate, std::slice::from_ref(&certificate), &store, &options);
            prop_assert_eq!(verdict.is_valid(), verdict.decisive().is_none());
            let _ = certificate.facts_in_detail();
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Certificate::from_der(&bytes);
        let _ = pem::certificates(&bytes);
        let _ = pem::crls(&bytes);
    }

    #[test]
    fn any_pem_is_read_or_refused(begin in "-{4,5}BEGIN (X509 CRL|CERTIFICATE|X)-----", body in "[A-Za-z0-9+/=\n !]{0,60}", end in "-----END (X509 CRL|X)-----") {
        let text = format!("{begin}\n{body}\n{end}\n{begin}");
        for block in pem::blocks(text.as_bytes()).unwrap().flatten() {
            let _ = (block.certificate(), block.crl());
        }
        prop_assert!(pem::crls(text.as_bytes()).is_err() || !begin.starts_with("-----"));
    }

    #[test]
    fn any_line_gets_an_answer(line in ".{0,100}", field in "[a-z_]{1,12}", value in ".{0,30}") {
        let answers = [
            case::answer_line(&line),
            case::answer_line(&format!("{{{:?}:{:?}}}", field, value)),
        ];
        for answer in answers {
            prop_assert!(answer.contains("parse_error"));
        }
    }
}
