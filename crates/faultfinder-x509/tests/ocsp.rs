//! Answers of responders, one fault each, and what they are worth.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a failure there is a failure of the test")]
#![expect(clippy::indexing_slicing, reason = "helpers of tests: a failure there is a failure of the test")]

#[expect(unreachable_pub, dead_code, reason = "shared with the tests of other crates")]
#[path = "support/ocsp.rs"]
mod support;

use faultfinder_x509::ocsp::{
    AGE_SECONDS_MAX, ANSWER_BYTES_MAX, CERTIFICATES_MAX, CertStatus, OcspAnswer, OcspFault, Response,
    SKEW_SECONDS, check, request, revocation,
};
use faultfinder_x509::{Certificate, RevocationReason};
use proptest::prelude::*;
use rcgen::date_time_ymd;
use support::{Answer, IdDigest, Identity, cert_id, der, good, responder, revoked, sequence, time, unknown};

/// 2026-01-01.
const NOW: i64 = 1_767_225_600;

/// An issuer and a leaf.
struct Pair {
    issuer: Identity,
    leaf: Certificate,
    certificate: Certificate,
}

impl Pair {
    fn new() -> Self {
        let issuer = Identity::authority("issuer");
        let leaf = issuer.issue(support::server(&["a.test"], 0x1234));
        let certificate = Certificate::from_der(&issuer.der).unwrap();
        Self { leaf: Certificate::from_der(&leaf.der).unwrap(), certificate, issuer }
    }

    fn id(&self) -> Vec<u8> {
        cert_id(&self.issuer, &[0x12, 0x34], IdDigest::Sha1)
    }

    /// A good answer with something changed, signed by the issuer.
    fn answer(&self, status: Vec<u8>, change: impl FnOnce(&mut Answer)) -> Vec<u8> {
        let mut answer = Answer::new(self.id(), status, NOW);
        change(&mut answer);
        answer.sign(&self.issuer)
    }

    /// A good answer signed by a responder of this making.
    fn delegated(&self, responder: &Identity, key: &rcgen::KeyPair) -> Vec<u8> {
        let mut answer = Answer::new(self.id(), good(), NOW);
        answer.certificates.push(responder.der.clone());
        answer.sign_as(responder, key)
    }

    fn check(&self, bytes: &[u8]) -> Result<OcspAnswer, OcspFault> {
        check(bytes, &self.leaf, &self.certificate, NOW)
    }

    /// Status or fault of an answer, as text.
    fn text(&self, bytes: &[u8]) -> String {
        self.check(bytes).map_or_else(|fault| fault.to_string(), |answer| answer.status.to_string())
    }
}

#[test]
fn the_request_names_the_certificate_by_sha1_and_nothing_else() {
    let pair = Pair::new();
    let expected = sequence(&[sequence(&[sequence(&[sequence(&[pair.id()])])])]);
    assert_eq!(request(&pair.leaf, &pair.certificate), expected);
    assert_eq!(support::requested(&expected), pair.id());
}

#[test]
fn statuses_come_with_their_facts() {
    let pair = Pair::new();
    let answer = pair.check(&pair.answer(good(), |_| {})).unwrap();
    assert_eq!(
        (answer.status, answer.this_update, answer.next_update, answer.expires()),
        (CertStatus::Good, NOW - 3600, Some(NOW + 86_400), NOW + 86_400)
    );
    assert_eq!((answer.produced_at, answer.responder.as_str()), (NOW - 3600, "CN=issuer"));
    let status = |status| pair.check(&pair.answer(status, |_| {})).unwrap().status;
    assert_eq!(status(unknown()), CertStatus::Unknown);
    let of = |reason| CertStatus::Revoked { at: Some(NOW - 99), reason };
    assert_eq!(status(revoked(NOW - 99, None)), of(None));
    assert_eq!(status(revoked(NOW - 99, Some(1))), of(Some(RevocationReason::KeyCompromise)));
    assert_eq!(status(revoked(NOW - 99, Some(6))), of(Some(RevocationReason::CertificateHold)));
    assert_eq!(status(revoked(NOW - 99, Some(7))), of(Some(RevocationReason::Other(7))));
    let answer = pair.check(&pair.answer(revoked(NOW - 99, Some(1)), |_| {})).unwrap();
    let event = revocation(&pair.leaf, &answer, NOW).unwrap();
    assert_eq!(
        event.to_string(),
        "CERT_REVOKED at depth 0: the OCSP responder \"CN=issuer\" says that it is revoked on 2025-12-31T23:58:21Z, \
         reason keyCompromise"
    );
}

#[test]
fn a_final_revocation_outlives_its_response() {
    let pair = Pair::new();
    let old = |status| {
        pair.answer(status, |answer| {
            answer.produced_at = time(NOW - 99 * 86_400);
            answer.singles[0].this_update = time(NOW - 99 * 86_400);
            answer.singles[0].next_update = Some(time(NOW - 98 * 86_400));
        })
    };
    let answer = pair.check(&old(revoked(NOW - 100 * 86_400, Some(1)))).unwrap();
    let event = revocation(&pair.leaf, &answer, NOW).unwrap();
    assert!(event.to_string().contains("says (in a response that expired on 2025-09-25T"), "{event}");
    assert!(pair.check(&old(revoked(NOW - 100 * 86_400, None))).is_ok());
    // What is only on hold may have been released since.
    for open in [revoked(NOW - 100 * 86_400, Some(6)), good(), unknown()] {
        assert!(matches!(pair.check(&old(open)), Err(OcspFault::Expired { .. })));
    }
    // It must be current at some time, and signed by who may sign.
    let backwards = pair.answer(revoked(NOW - 99, None), |answer| {
        answer.singles[0].this_update = time(NOW - 5);
        answer.singles[0].next_update = Some(time(NOW - 86_400));
    });
    assert!(pair.check(&backwards).is_err());
}

#[test]
fn certificates_are_identified_by_any_common_digest() {
    let pair = Pair::new();
    for by in [IdDigest::Sha1, IdDigest::Sha256, IdDigest::Sha384, IdDigest::Sha512] {
        let id = cert_id(&pair.issuer, &[0x12, 0x34], by);
        assert_eq!(pair.text(&pair.answer(good(), |answer| answer.singles[0].id = id)), "good");
    }
}

#[test]
fn an_answer_about_something_else_is_worthless() {
    let pair = Pair::new();
    let other = Identity::authority("issuer");
    let sha1 = IdDigest::Sha1;
    for id in [cert_id(&pair.issuer, &[0x12, 0x35], sha1), cert_id(&other, &[0x12, 0x34], sha1)] {
        let answer = pair.answer(good(), |answer| answer.singles[0].id = id);
        assert_eq!(pair.check(&answer), Err(OcspFault::OtherCertificate));
    }
    assert_eq!(
        pair.check(&pair.answer(good(), |answer| answer.singles.clear())),
        Err(OcspFault::OtherCertificate)
    );
    // Among the statuses of others its own is found, and the first one counts.
    let answer = pair.answer(revoked(NOW - 5, None), |answer| {
        let own = answer.singles[0].clone();
        let mut later = own.clone();
        later.status = good();
        let mut foreign = later.clone();
        foreign.id = cert_id(&pair.issuer, &[1], IdDigest::Sha256);
        answer.singles = vec![foreign, own, later];
    });
    assert!(matches!(pair.check(&answer).unwrap().status, CertStatus::Revoked { .. }));
}

#[test]
fn what_responders_say_instead_of_an_answer_is_told() {
    let pair = Pair::new();
    for (status, name, text) in [
        (1, "malformedRequest", "the OCSP responder returned malformedRequest"),
        (2, "internalError", "the OCSP responder returned internalError"),
        (3, "tryLater", "the OCSP responder returned tryLater"),
        (5, "sigRequired", "the OCSP responder returned sigRequired"),
        (6, "unauthorized", "the OCSP responder returned unauthorized"),
        (9, "undefined", "the OCSP responder returned the undefined status 9"),
    ] {
        let fault = pair.check(&support::error(status)).unwrap_err();
        assert_eq!((fault.name(), fault.to_string().as_str()), (name, text));
    }
}

#[test]
fn malformed_answers_name_the_field() {
    let pair = Pair::new();
    let many =
        |answer: &mut Answer| answer.certificates = vec![pair.issuer.der.clone(); CERTIFICATES_MAX + 1];
    for (bytes, text) in [
        (Vec::new(), "OCSPResponse: ends inside a value"),
        (b"<html>".to_vec(), "OCSPResponse: ends inside a value"),
        (b"HTTP".to_vec(), "OCSPResponse: ends inside a value"),
        (vec![0; ANSWER_BYTES_MAX + 1], "OCSPResponse: too large"),
        (sequence(&[der(10, &[0])]), "responseBytes: ends inside a value"),
        ([support::error(3), vec![0]].concat(), "OCSPResponse: unexpected data at the end"),
        (pair.answer(der(0x83, &[]), |_| {}), "certStatus: unexpected kind of value"),
        (
            pair.answer(good(), |answer| answer.produced_at = der(0x17, b"260101000000Z")),
            "producedAt: unexpected kind of value",
        ),
        (
            pair.answer(good(), |answer| answer.singles[0].next_update = Some(der(5, &[]))),
            "nextUpdate: unexpected kind of value",
        ),
        (pair.answer(good(), many), "certs: too large"),
    ] {
        assert_eq!(pair.text(&bytes), format!("the OCSP response cannot be read: {text}"));
    }
    let unknown = support::response(&[42, 3], &[]);
    assert_eq!(pair.text(&unknown), "the OCSP response has the unknown type 1.2.3");
}

#[test]
fn only_the_issuer_or_its_responder_may_sign() {
    let pair = Pair::new();
    let stranger = Identity::authority("stranger");
    let by_key = |answer: &mut Answer| answer.by_key = true;
    assert_eq!(pair.text(&pair.answer(good(), by_key)), "good");
    let good_responder = pair.issuer.issue(responder("responder"));
    assert_eq!(
        pair.check(&pair.delegated(&good_responder, &good_responder.key)).unwrap().responder,
        "CN=responder"
    );

    let made = |change: fn(&mut rcgen::CertificateParams)| {
        let mut params = responder("responder");
        change(&mut params);
        pair.issuer.issue(params)
    };
    let not = |why: &str| {
        format!("the signer of the OCSP response, \"CN=responder\", is not authorized: its certificate {why}")
    };
    let rows = [
        (
            made(|params| params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth]),
            not("is for serverAuth, not for OCSPSigning"),
        ),
        (made(|params| params.extended_key_usages.clear()), not("is for nothing, not for OCSPSigning")),
        (
            made(|params| params.not_after = date_time_ymd(2025, 12, 31)),
            not("expired on 2025-12-31T00:00:00Z"),
        ),
        (
            made(|params| params.not_before = date_time_ymd(2026, 1, 2)),
            not("is not valid before 2026-01-02T00:00:00Z"),
        ),
        (
            stranger.issue(responder("responder")),
            not("was issued by \"CN=stranger\", not by the certificate's issuer \"CN=issuer\""),
        ),
        (
            Identity::authority("issuer").issue(responder("responder")),
            not("is not signed by the issuer: the issuer's key did not sign these contents"),
        ),
    ];
    for (signer, text) in rows {
        assert_eq!(pair.text(&pair.delegated(&signer, &signer.key)), text);
    }
}

#[test]
fn signatures_and_signers_that_do_not_fit_are_told_apart() {
    let pair = Pair::new();
    let stranger = Identity::authority("stranger");
    let mismatch = |name: &str| {
        format!(
            "the signature of the OCSP response is not valid: the key of \"CN={name}\" did not sign this response"
        )
    };
    let answer = Answer::new(pair.id(), good(), NOW);
    assert_eq!(pair.text(&answer.sign_as(&pair.issuer, &stranger.key)), mismatch("issuer"));
    let good_responder = pair.issuer.issue(responder("responder"));
    assert_eq!(pair.text(&pair.delegated(&good_responder, &stranger.key)), mismatch("responder"));
    assert_eq!(
        pair.text(&answer.sign(&stranger)),
        "the OCSP response is signed by \"CN=stranger\", which is not the issuer and whose certificate is not in the response"
    );
    // A second certificate of the same name may be the right one.
    let other = stranger.issue(responder("responder"));
    let mut answer = Answer::new(pair.id(), good(), NOW);
    answer.certificates = vec![other.der.clone(), good_responder.der.clone()];
    assert_eq!(pair.text(&answer.sign(&good_responder)), "good");
    // Changed after it was signed.
    let mut bytes = pair.answer(good(), |_| {});
    let status = bytes.windows(2).rposition(|pair| pair == [0x80, 0]).unwrap();
    bytes[status] = 0x82;
    assert_eq!(pair.text(&bytes), mismatch("issuer"));
}

#[test]
fn an_answer_counts_only_while_it_is_current() {
    let pair = Pair::new();
    let skew = SKEW_SECONDS;
    let current = |this: i64, next: Option<i64>, produced: i64| {
        let bytes = pair.answer(good(), |answer| {
            answer.singles[0].this_update = time(this);
            answer.singles[0].next_update = next.map(time);
            answer.produced_at = time(produced);
        });
        pair.text(&bytes)
    };
    let rows = [
        (NOW + skew, Some(NOW + skew), NOW, "good"),
        (
            NOW + skew + 1,
            Some(NOW + 999),
            NOW,
            "thisUpdate of the OCSP response is 2026-01-01T00:05:01Z, in 5 minutes",
        ),
        (NOW - 9, Some(NOW - skew), NOW, "the OCSP response expired"),
        (NOW - 999, Some(NOW - skew), NOW, "good"),
        (
            NOW - 999,
            Some(NOW - skew - 1),
            NOW,
            "the OCSP response expired on 2025-12-31T23:54:59Z, 5 minutes ago",
        ),
        (NOW, Some(NOW - 1), NOW, "nextUpdate of the OCSP response is earlier than its thisUpdate"),
        (NOW - AGE_SECONDS_MAX, None, NOW - 9, "good"),
        (NOW - AGE_SECONDS_MAX - 1, None, NOW - 9, "the OCSP response has no nextUpdate and is 10 days old"),
        (NOW, None, NOW + skew, "good"),
        (NOW, None, NOW + skew + 1, "producedAt of the OCSP response is 2026-01-01T00:05:01Z, in 5 minutes"),
    ];
    for (this, next, produced, text) in rows {
        let expected = if next.is_some_and(|next| next < this) {
            "nextUpdate of the OCSP response is earlier than its thisUpdate"
        } else {
            text
        };
        assert_eq!(current(this, next, produced), expected);
    }
    let bad = |text: &str| {
        pair.text(&pair.answer(good(), |answer| answer.singles[0].this_update = der(0x18, text.as_bytes())))
    };
    assert_eq!(bad("20260101000000.5Z"), "good");
    assert_eq!(bad("20261301000000Z"), "thisUpdate of the OCSP response is malformed: \"20261301000000Z\"");
}

proptest! {
    #[test]
    fn mutated_answers_are_read_or_refused_and_never_believed(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let pair = Pair::new();
        let signer = pair.issuer.issue(responder("responder"));
        let original = pair.delegated(&signer, &signer.key);
        let mut bytes = original.clone();
        for (at, byte) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        if changes.len() > 4 {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(answer) = pair.check(&bytes) {
            // Other encodings of the same facts may pass; other facts may not.
            prop_assert_eq!(answer, pair.check(&original).unwrap());
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Response::from_der(&bytes);
    }
}
