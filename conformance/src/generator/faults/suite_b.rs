//! Suite B (RFC 6460).

use super::super::fault::{Fault, fault};
use super::super::keys::{Digest, Kind};

pub(super) const FAULTS: &[Fault] = &[fault("suite_b", 24, |plan, dice, keys| {
    plan.flag(dice.one(&["suiteb_128", "suiteb_128", "suiteb_192", "suiteb_128_only"]));
    let (low, high) = dice.one(&[
        (Kind::P256, Kind::P256),
        (Kind::P256, Kind::P384),
        (Kind::P384, Kind::P384),
        (Kind::P384, Kind::P256),
    ]);
    let chain = plan.chain.clone();
    let split = dice.below(chain.len() + 1);
    for (level, at) in chain.iter().enumerate() {
        let kind = if level < split { low } else { high };
        plan.certificates[*at].key = keys.one(kind, &plan.used_keys(), dice);
    }
    for at in &chain {
        let issuer = keys.get(plan.certificates[plan.certificates[*at].parent].key).kind;
        let signed = &mut plan.certificates[*at].signed;
        signed.scheme.digest = if issuer == Kind::P384 { Digest::Sha384 } else { Digest::Sha256 };
    }
    let spoiled = dice.one(&chain);
    match dice.below(8) {
        0 => plan.certificates[spoiled].version = dice.one(&[0, 1]),
        1 => plan.certificates[spoiled].key = keys.one(Kind::Rsa2048, &plan.used_keys(), dice),
        2 => plan.certificates[spoiled].key = keys.one(Kind::P521, &plan.used_keys(), dice),
        3 => {
            plan.certificates[spoiled].signed.scheme.digest =
                dice.one(&[Digest::Sha512, Digest::Sha384, Digest::Sha256])
        }
        4 => {
            plan.certificates[spoiled].key = keys.one(Kind::P256Explicit, &plan.used_keys(), dice);
            plan.certificates[spoiled].signed.noise.clear();
        }
        _ => {}
    }
})];
