//! Signatures that are forged, broken or weak.

use super::super::der::{integer, null, oid, sequence};
use super::super::dice::Dice;
use super::super::fault::{Fault, fault};
use super::super::keys::{Digest, Keys, Kind};
use super::super::plan::{Signed, Tamper};

pub(super) const FAULTS: &[Fault] = &[
    fault("corrupt", 14, |plan, dice, _| {
        let at = if dice.percent(10) { plan.root() } else { plan.any(dice) };
        plan.certificates[at].signed.tampered = Some(tamper(dice));
    }),
    fault("wrong_signer", 12, |plan, dice, keys| {
        let at = plan.any_below_top(dice);
        let issuer = plan.certificates[plan.certificates[at].parent].key;
        let signer = keys.another(issuer, &[], dice);
        plan.certificates[at].signed.signer = Some(signer);
    }),
    fault("wrong_signer_kind", 6, |plan, dice, keys| {
        let at = plan.any_below_top(dice);
        let kind =
            dice.one(&[Kind::Rsa2048, Kind::P256, Kind::Ed25519, Kind::P384, Kind::Rsa1024, Kind::Pss2048]);
        plan.certificates[at].signed.signer = Some(keys.one(kind, &[], dice));
    }),
    fault("weak_digest", 10, |plan, dice, _| {
        let at = plan.any(dice);
        plan.certificates[at].signed.scheme.digest = dice.one(&[Digest::Md5, Digest::Sha1, Digest::Sha1]);
        plan.case.auth_level = Some(dice.one(&[0, 1, 1, 2, 3]));
    }),
    fault("pss", 4, |plan, dice, _| {
        let at = plan.any(dice);
        plan.certificates[at].signed.scheme.pss = true;
        plan.certificates[at].signed.scheme.digest =
            dice.one(&[Digest::Sha1, Digest::Sha256, Digest::Sha384]);
        plan.case.auth_level = Some(dice.one(&[0, 1, 2, 3]));
    }),
    fault("digest_not_named", 6, |plan, dice, _| {
        let at = plan.any(dice);
        let parameters = dice.pick(&[Vec::new(), null(), sequence(&[oid("2.16.840.1.101.3.4.2.1")])]).clone();
        let algorithm = sequence(&[oid(dice.one(&["1.2.840.10045.4.2", "1.2.840.10045.4.3"])), parameters]);
        let signed = &mut plan.certificates[at].signed;
        signed.scheme.digest = dice.one(&[Digest::Sha256, Digest::Sha256, Digest::Sha384]);
        (signed.inner, signed.outer) = (Some(algorithm.clone()), Some(algorithm));
    }),
    fault("rare_digest", 3, |plan, dice, _| {
        let at = plan.any(dice);
        plan.certificates[at].signed.scheme.digest = Digest::Ripemd160;
    }),
    fault("algorithms_differ", 10, |plan, dice, keys| {
        let at = plan.any(dice);
        let key = plan.certificates[plan.certificates[at].parent].key;
        other_algorithm(&mut plan.certificates[at].signed, key, keys, dice);
    }),
];

/// A way to break a signature.
pub(super) fn tamper(dice: &mut Dice) -> Tamper {
    let anywhere = Tamper::Flip(dice.below(2_048));
    dice.one(&[
        anywhere,
        anywhere,
        Tamper::Flip(0),
        Tamper::Content,
        Tamper::Content,
        Tamper::Shorten,
        Tamper::Lengthen,
        Tamper::Empty,
        Tamper::Zero,
    ])
}

/// One or both algorithms become others than that of the signature.
pub(super) fn other_algorithm(signed: &mut Signed, issuer: usize, keys: &Keys, dice: &mut Dice) {
    let own = keys.get(signed.signer.unwrap_or(issuer)).algorithm(signed.scheme);
    let other = match dice.below(9) {
        0 => sequence(&[oid("1.2.840.113549.1.1.11"), null()]),
        1 => sequence(&[oid("1.2.840.113549.1.1.11")]),
        2 => sequence(&[oid("1.2.840.10045.4.3.2")]),
        3 => sequence(&[oid("1.2.840.10045.4.3.2"), null()]),
        4 => sequence(&[oid("1.2.840.113549.1.1.5"), null()]),
        5 => sequence(&[oid("1.3.101.112")]),
        6 => sequence(&[oid("1.2.3.4.5")]),
        7 => sequence(&[oid("1.2.840.113549.1.1.10"), sequence(&[])]),
        _ => sequence(&[oid("1.2.840.113549.1.1.11"), integer(5)]),
    };
    match dice.below(5) {
        0 | 1 => signed.inner = Some(other),
        2 | 3 => signed.outer = Some(other),
        _ => (signed.inner, signed.outer) = (Some(other.clone()), Some(other)),
    }
    // The other way round: the algorithm is right in the one place and has parameters that it should not have.
    if dice.percent(15) {
        let content = own.get(2..).unwrap_or_default();
        signed.outer = Some(sequence(&[content.to_vec(), null()]));
    }
}
