//! Suite B (RFC 5759): P-256 with SHA-256, P-384 with SHA-384 (`X509_chain_check_suiteb`). One event at most.

use faultfinder_taxonomy::VerifyCode;

use super::context::Context;
use crate::certificate::Certificate;
use crate::crl::Crl;
use crate::curve::Engine;
use crate::key::PublicKey;
use crate::options::Flags;
use crate::signature::{Digest, Family, SignatureAlgorithm};

/// Which curves the level allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Allowed {
    p256: bool,
    p384: bool,
}

impl Allowed {
    /// What the flags ask for; nothing if they do not ask for Suite B.
    fn asked(flags: Flags) -> Option<Self> {
        let p256 = flags.suiteb_128_only || flags.suiteb_128;
        let p384 = flags.suiteb_192 || flags.suiteb_128;
        (p256 || p384).then_some(Self { p256, p384 })
    }
}

/// Judges a key, and a signature that it made: none, or one by an algorithm that may be unknown.
fn judge(
    key: Option<&PublicKey>,
    made: Option<Option<&SignatureAlgorithm>>,
    allowed: &mut Allowed,
) -> Result<(), VerifyCode> {
    // A key of SM2 is on a curve, but of another kind.
    let key = key.filter(|key| key.family() == Some(Family::Ec));
    let curve = key.and_then(PublicKey::curve).ok_or(VerifyCode::SuiteBInvalidAlgorithm)?;
    let made_with = |digest: Digest| {
        made.is_none_or(|algorithm| {
            algorithm
                .is_some_and(|algorithm| algorithm.family == Family::Ec && algorithm.digest == Some(digest))
        })
    };
    let (digest, level) = match curve.engine {
        Engine::P384 => (Digest::Sha384, allowed.p384),
        Engine::P256 => (Digest::Sha256, allowed.p256),
        _ => return Err(VerifyCode::SuiteBInvalidCurve),
    };
    if !made_with(digest) {
        return Err(VerifyCode::SuiteBInvalidSignatureAlgorithm);
    }
    if !level {
        return Err(VerifyCode::SuiteBLosNotAllowed);
    }
    if curve.engine == Engine::P384 {
        // Below a P-384 key nothing above may be P-256.
        allowed.p256 = false;
    }
    Ok(())
}

/// The same for a certificate and the one below it.
fn judge_issuer(
    issuer: &Certificate,
    below: Option<&Certificate>,
    allowed: &mut Allowed,
) -> Result<(), VerifyCode> {
    let made = below.map(|below| below.parts().signed.algorithm.as_ref());
    judge(issuer.parts().key.as_ref().ok(), made, allowed)
}

/// What is wrong with a CRL and the key that signed it (`X509_CRL_check_suiteb`).
pub(super) fn crl_violation(flags: Flags, key: &PublicKey, crl: &Crl) -> Option<VerifyCode> {
    let mut allowed = Allowed::asked(flags)?;
    judge(Some(key), Some(crl.parts().inner_algorithm.as_ref()), &mut allowed).err()
}

/// Finds the first violation: its depth and code.
fn violation(chain: &[Certificate], asked: Allowed) -> Option<(usize, VerifyCode)> {
    let mut allowed = asked;
    let version = |certificate: &Certificate| {
        if certificate.parts().version == 2 { Ok(()) } else { Err(VerifyCode::SuiteBInvalidVersion) }
    };
    let leaf = chain.first()?;
    if let Err(code) = version(leaf).and_then(|()| judge_issuer(leaf, None, &mut allowed)) {
        return Some((0, code));
    }
    let pairs = chain
        .iter()
        .zip(chain.iter().skip(1))
        .enumerate()
        .map(|(at, (below, issuer))| (at + 1, below, issuer));
    let top = chain.last()?;
    for (depth, below, issuer) in pairs.chain([(chain.len(), top, top)]) {
        let Err(code) = version(issuer).and_then(|()| judge_issuer(issuer, Some(below), &mut allowed)) else {
            continue;
        };
        let of_lower =
            matches!(code, VerifyCode::SuiteBInvalidSignatureAlgorithm | VerifyCode::SuiteBLosNotAllowed);
        let code = if code == VerifyCode::SuiteBLosNotAllowed && allowed != asked {
            VerifyCode::SuiteBCannotSignP384WithP256
        } else {
            code
        };
        return Some((if of_lower { depth - 1 } else { depth }, code));
    }
    None
}

/// Checks the chain if a level of Suite B is asked for.
pub(super) fn check(context: &mut Context<'_>) {
    let Some(asked) = Allowed::asked(context.options.flags) else { return };
    let chain: Vec<Certificate> = context.chain.iter().map(|link| link.certificate.clone()).collect();
    if let Some((depth, code)) = violation(&chain, asked) {
        let certificate = context.certificate(depth);
        let key =
            certificate.parts().key.as_ref().map_or_else(|_| "unreadable".to_owned(), |key| key.type_name());
        let why = format!(
            "the key is {key}, the signature {}, the version {}",
            certificate.signature_algorithm(),
            certificate.parts().version.saturating_add(1)
        );
        context.raise(depth, code, why);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::der::{self, Reader};
    use crate::oid;

    #[test]
    fn a_key_of_sm2_is_on_a_curve_but_of_another_kind() {
        let judged = |curve: &[u8]| {
            let mut parameters = Vec::new();
            der::write(&mut parameters, 6, curve);
            let parameters = Reader::new(&parameters).any().unwrap();
            let key = PublicKey::read(oid::EC_PUBLIC_KEY, Some(&parameters), &[0]).unwrap();
            judge(Some(&key), None, &mut Allowed { p256: true, p384: true })
        };
        assert_eq!(judged(&[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]), Ok(()));
        assert_eq!(judged(&[0x2b, 0x81, 4, 0, 10]), Err(VerifyCode::SuiteBInvalidCurve));
        let sm2 = [0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x82, 0x2d];
        assert_eq!(judged(&sm2), Err(VerifyCode::SuiteBInvalidAlgorithm));
    }
}
