//! Suite B (RFC 5759): P-256 with SHA-256, P-384 with SHA-384 (`X509_chain_check_suiteb`). One event at most.

use faultfinder_taxonomy::VerifyCode;

use super::context::Context;
use crate::certificate::Certificate;
use crate::curve::Engine;
use crate::signature::{Digest, Family};

/// Which curves the level allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Allowed {
    p256: bool,
    p384: bool,
}

/// Judges a key, and the signature below it that it made.
fn judge(issuer: &Certificate, below: Option<&Certificate>, allowed: &mut Allowed) -> Result<(), VerifyCode> {
    let key = issuer.parts().key.as_ref().map_err(|_| VerifyCode::SuiteBInvalidAlgorithm)?;
    let curve = key.curve().ok_or(VerifyCode::SuiteBInvalidAlgorithm)?;
    let made_with =
        |digest: Digest| {
            below.is_none_or(|below| {
                below.parts().outer_algorithm.as_ref().is_some_and(|algorithm| {
                    algorithm.family == Family::Ec && algorithm.digest == Some(digest)
                })
            })
        };
    let (digest, level) = match curve.curve.engine {
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
    if curve.curve.engine == Engine::P384 {
        // Below a P-384 key nothing above may be P-256.
        allowed.p256 = false;
    }
    Ok(())
}

/// Finds the first violation: its depth and code.
fn violation(chain: &[Certificate], asked: Allowed) -> Option<(usize, VerifyCode)> {
    let mut allowed = asked;
    let version = |certificate: &Certificate| {
        if certificate.parts().version == 2 { Ok(()) } else { Err(VerifyCode::SuiteBInvalidVersion) }
    };
    let leaf = chain.first()?;
    if let Err(code) = version(leaf).and_then(|()| judge(leaf, None, &mut allowed)) {
        return Some((0, code));
    }
    let pairs = chain
        .iter()
        .zip(chain.iter().skip(1))
        .enumerate()
        .map(|(at, (below, issuer))| (at + 1, below, issuer));
    let top = chain.last()?;
    for (depth, below, issuer) in pairs.chain([(chain.len(), top, top)]) {
        let Err(code) = version(issuer).and_then(|()| judge(issuer, Some(below), &mut allowed)) else {
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
    let flags = context.options.flags;
    let p256 = flags.suiteb_128_only || flags.suiteb_128;
    let p384 = flags.suiteb_192 || flags.suiteb_128;
    if !p256 && !p384 {
        return;
    }
    let chain: Vec<Certificate> = context.chain.iter().map(|link| link.certificate.clone()).collect();
    if let Some((depth, code)) = violation(&chain, Allowed { p256, p384 }) {
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
