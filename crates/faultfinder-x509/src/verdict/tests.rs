//! The rule that picks the decisive event, as a table.

use super::*;
use crate::event::Finding;

/// A certificate of its own for each number.
fn certificate(number: u8) -> Certificate {
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new([format!("{number}.test")]).unwrap();
    Certificate::from_der(params.self_signed(&key).unwrap().der()).unwrap()
}

#[test]
fn a_consequence_never_hides_its_cause() {
    use VerifyCode as V;
    type Row = (&'static [(usize, V)], Option<V>);
    let rows: &[Row] = &[
        (&[], None),
        // The last event counts.
        (&[(1, V::UnableToGetIssuerCertLocally), (0, V::CertHasExpired)], Some(V::CertHasExpired)),
        (&[(1, V::InvalidCa), (1, V::InvalidPurpose)], Some(V::InvalidPurpose)),
        (&[(0, V::InvalidPurpose)], Some(V::InvalidPurpose)),
        (&[(0, V::CaMdTooWeak)], Some(V::CaMdTooWeak)),
        // The more specific of the two stays.
        (
            &[(0, V::UnableToGetIssuerCertLocally), (0, V::UnableToVerifyLeafSignature)],
            Some(V::UnableToVerifyLeafSignature),
        ),
        // A chain that is too long has no issuer at its end.
        (&[(1, V::CertChainTooLong), (1, V::UnableToGetIssuerCertLocally)], Some(V::CertChainTooLong)),
        (&[(1, V::CertChainTooLong), (1, V::UnableToGetIssuerCert)], Some(V::CertChainTooLong)),
        (&[(2, V::CertChainTooLong), (2, V::SelfSignedCertInChain)], Some(V::CertChainTooLong)),
        (
            &[(1, V::CertChainTooLong), (1, V::UnableToGetIssuerCertLocally), (0, V::CertHasExpired)],
            Some(V::CertHasExpired),
        ),
        // A rejected certificate is rejected again and unfit for the purpose.
        (&[(1, V::CertUntrusted), (1, V::CertUntrusted), (1, V::InvalidPurpose)], Some(V::CertUntrusted)),
        (&[(1, V::CertRejected), (2, V::CertRejected), (1, V::InvalidPurpose)], Some(V::CertRejected)),
        (&[(1, V::CertRejected), (1, V::CertRejected), (0, V::InvalidPurpose)], Some(V::InvalidPurpose)),
        // Names count only when all else is good.
        (&[(0, V::HostnameMismatch)], Some(V::HostnameMismatch)),
        (&[(0, V::HostnameMismatch), (0, V::IpAddressMismatch)], Some(V::HostnameMismatch)),
        (&[(0, V::DepthZeroSelfSignedCert), (0, V::HostnameMismatch)], Some(V::DepthZeroSelfSignedCert)),
        (&[(0, V::HostnameMismatch), (0, V::CertHasExpired)], Some(V::CertHasExpired)),
    ];
    let certificates = [certificate(0), certificate(1), certificate(2)];
    for (events, expected) in rows {
        let events = events.iter().map(|(depth, code)| {
            Event::new(*depth, Finding::from(*code), &certificates[*depth], String::new())
        });
        let verdict = Verdict {
            events: events.collect(),
            ret: 1,
            final_code: V::Ok,
            strict: StrictResult { code: V::Ok, depth: None },
            chain: Vec::new(),
            num_untrusted: 0,
            internal: None,
        };
        assert_eq!(verdict.decisive().map(|event| event.code), *expected, "{:?}", verdict.events);
    }
}

#[test]
fn an_internal_error_is_decisive_when_there_is_no_event() {
    let leaf = certificate(0);
    let internal = Event::new(0, VerifyCode::OutOfMem.into(), &leaf, String::new());
    let verdict = Verdict {
        events: Vec::new(),
        ret: -1,
        final_code: VerifyCode::OutOfMem,
        strict: StrictResult { code: VerifyCode::OutOfMem, depth: Some(0) },
        chain: vec![leaf],
        num_untrusted: 1,
        internal: Some(internal),
    };
    assert!(!verdict.is_valid());
    assert_eq!(verdict.decisive().map(|event| event.code), Some(VerifyCode::OutOfMem));
}

#[test]
fn a_verification_that_was_not_finished_says_so_whatever_it_found() {
    let leaf = certificate(0);
    let expired = Event::new(0, VerifyCode::CertHasExpired.into(), &leaf, String::new());
    let verdict = |code: VerifyCode| Verdict {
        events: vec![expired.clone()],
        ret: -1,
        final_code: code,
        strict: StrictResult { code: VerifyCode::CertHasExpired, depth: Some(0) },
        chain: vec![leaf.clone()],
        num_untrusted: 1,
        internal: Some(Event::new(0, code.into(), &leaf, String::new())),
    };
    let decisive = |code| verdict(code).decisive().map(|event| event.code);
    assert_eq!(decisive(VerifyCode::OutOfMem), Some(VerifyCode::OutOfMem));
    assert_eq!(decisive(VerifyCode::Unspecified), Some(VerifyCode::CertHasExpired));
}

#[test]
fn the_signer_of_a_crl_need_not_have_the_name_of_the_host() {
    let leaf = certificate(0);
    let mut event = Event::new(0, VerifyCode::HostnameMismatch.into(), &leaf, String::new());
    let verdict = |event: &Event| Verdict {
        events: vec![event.clone()],
        ret: 1,
        final_code: VerifyCode::Ok,
        strict: StrictResult { code: VerifyCode::Ok, depth: None },
        chain: vec![leaf.clone()],
        num_untrusted: 1,
        internal: None,
    };
    assert!(!verdict(&event).is_valid());
    event.crl_path_of = Some(0);
    assert!(verdict(&event).is_valid());
    assert_eq!(verdict(&event).decisive(), None);
    event.code = VerifyCode::CertHasExpired;
    assert!(!verdict(&event).is_valid() && verdict(&event).decisive().is_some());
}
