//! Strength of keys and signatures against the security level, and keys without parameters.

use faultfinder_taxonomy::VerifyCode;

use super::context::Context;
use super::reason;
use super::stop::{Stop, UNSPECIFIED};
use crate::certificate::Certificate;
use crate::event::Finding;

/// Security bits that levels 1 to 5 require.
const FLOORS: [u32; 5] = [80, 112, 128, 192, 256];

/// What the level requires; nothing at level 0.
fn floor(level: u8) -> Option<u32> {
    let index = usize::from(level).min(FLOORS.len()).checked_sub(1)?;
    FLOORS.get(index).copied()
}

/// What is wrong with a key; a key that cannot be read is too small for OpenSSL.
fn weak_key(certificate: &Certificate, floor: u32, code: VerifyCode) -> Option<(Finding, String)> {
    match &certificate.parts().key {
        Ok(key) if key.security_bits() >= floor => None,
        Ok(key) => Some((
            code.into(),
            format!(
                "the {} key of {} bits is worth {} bits of security, the level requires {floor}",
                key.type_name(),
                key.bits,
                key.security_bits()
            ),
        )),
        Err(fault) => Some((
            Finding::unless_unknown(code, fault.is_unknown()),
            reason::unreadable_key("the key", *fault),
        )),
    }
}

/// What is wrong with a signature.
fn weak_signature(certificate: &Certificate, floor: u32) -> Option<(Finding, String)> {
    let own_key = certificate.parts().key.as_ref().ok().map(crate::key::PublicKey::security_bits);
    let name = certificate.signature_algorithm();
    match certificate.parts().signed.algorithm.as_ref().and_then(|algorithm| algorithm.security_bits(own_key))
    {
        Some(bits) if bits >= floor => None,
        Some(bits) => {
            let why =
                format!("a {name} signature is worth {bits} bits of security, the level requires {floor}");
            Some((VerifyCode::CaMdTooWeak.into(), why))
        }
        None => {
            let finding = Finding::unless_unknown(
                VerifyCode::CaMdTooWeak,
                certificate.parts().signed.algorithm.is_none(),
            );
            Some((finding, format!("the strength of {name} signatures is unknown")))
        }
    }
}

/// The first phase: the leaf's key.
pub(super) fn check_leaf_key(context: &mut Context<'_>) {
    let Some(floor) = floor(context.options.auth_level) else { return };
    if let Some((finding, why)) = weak_key(context.leaf, floor, VerifyCode::EeKeyTooSmall) {
        context.raise(0, finding, why);
    }
}

/// The keys of the issuers, and the signatures of all but the top.
pub(super) fn check_chain(context: &mut Context<'_>) {
    let Some(floor) = floor(context.options.auth_level) else { return };
    let num = context.chain.len();
    for depth in 0..num {
        let certificate = context.certificate(depth);
        if depth > 0
            && let Some((finding, why)) = weak_key(&certificate, floor, VerifyCode::CaKeyTooSmall)
        {
            context.raise(depth, finding, why);
        }
        if depth + 1 < num
            && let Some((finding, why)) = weak_signature(&certificate, floor)
        {
            context.raise(depth, finding, why);
        }
    }
}

/// Copying missing key parameters, of which only this is left: without a readable key of the leaf nothing goes on.
pub(super) fn copy_parameters(context: &Context<'_>) -> Result<(), Stop> {
    match &context.certificate(0).parts().key {
        Ok(_) => Ok(()),
        Err(fault) => {
            let finding = Finding::unless_unknown(UNSPECIFIED, fault.is_unknown());
            Err(Stop::KeepingError { finding, reason: reason::unreadable_key("the leaf's key", *fault) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_above_five_count_as_five() {
        for (level, bits) in [(0, None), (1, Some(80)), (2, Some(112)), (5, Some(256)), (9, Some(256))] {
            assert_eq!(floor(level), bits);
        }
    }
}
