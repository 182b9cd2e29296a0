//! Number resources (RFC 3779 sections 2.3 and 3.3): nobody lists what their issuer does not list.
//!
//! (`X509v3_asid_validate_path`, `X509v3_addr_validate_path`.) Only chains whose leaf has such an extension are looked at.

use faultfinder_taxonomy::VerifyCode;

use super::context::Context;
use super::stop::Stop;
use crate::certificate::Certificate;
use crate::extensions::{
    AddressFamily, AsNumbers, Listed, NumberRange, addresses_are_canonical, numbers_cover,
};

/// Judges AS numbers, then addresses.
pub(super) fn check(context: &mut Context<'_>) -> Result<(), Stop> {
    let chain: Vec<Certificate> = context.chain.iter().map(|link| link.certificate.clone()).collect();
    check_numbers(context, &chain)?;
    check_addresses(context, &chain)
}

fn not_canonical(context: &mut Context<'_>, depth: usize, what: &str) {
    let why = format!("its list of {what} does not have the form that RFC 3779 demands");
    context.raise(depth, VerifyCode::InvalidExtension, why);
}

fn not_nested(context: &mut Context<'_>, depth: usize, what: &str) {
    let why = format!("it does not list all {what} that a certificate below it lists");
    context.raise(depth, VerifyCode::UnnestedResource, why);
}

/// The top has nobody to inherit from. OpenSSL gives a depth beyond the chain.
fn top_inherits(context: &mut Context<'_>, depth: usize, top: &Certificate, what: &str) {
    let why = format!("it inherits its {what}, but there is no issuer above it");
    context.raise_about(depth, VerifyCode::UnnestedResource, top, why);
}

/// What is claimed of one kind of number on the way up.
struct Claim<'a> {
    what: &'static str,
    of: fn(&AsNumbers) -> Option<&Listed<NumberRange>>,
    /// What the certificates below list.
    listed: Option<&'a [NumberRange]>,
    inherits: bool,
}

impl<'a> Claim<'a> {
    fn new(
        what: &'static str,
        of: fn(&AsNumbers) -> Option<&Listed<NumberRange>>,
        leaf: &'a AsNumbers,
    ) -> Self {
        let (listed, inherits) = match of(leaf) {
            None => (None, false),
            Some(Listed::Inherited) => (None, true),
            Some(Listed::These(ranges)) => (Some(ranges.as_slice()), false),
        };
        Self { what, of, listed, inherits }
    }

    /// Compares it with what an issuer lists.
    fn rise(&mut self, context: &mut Context<'_>, depth: usize, issuer: &'a AsNumbers) -> Result<(), Stop> {
        match (self.of)(issuer) {
            None if self.listed.is_some() => {
                not_nested(context, depth, self.what);
                (self.listed, self.inherits) = (None, false);
            }
            None | Some(Listed::Inherited) => {}
            Some(Listed::These(ranges)) => {
                let below = self.listed.unwrap_or_default();
                context.spend_work(ranges.len().saturating_add(below.len()), "ranges of numbers")?;
                if self.inherits || numbers_cover(ranges, below) {
                    (self.listed, self.inherits) = (Some(ranges.as_slice()), false);
                } else {
                    not_nested(context, depth, self.what);
                }
            }
        }
        Ok(())
    }
}

fn check_numbers(context: &mut Context<'_>, chain: &[Certificate]) -> Result<(), Stop> {
    let numbers = |certificate: &'_ Certificate| certificate.parts().extensions.as_numbers.clone();
    let lists: Vec<Option<AsNumbers>> = chain.iter().map(numbers).collect();
    let Some(Some(leaf)) = lists.first() else { return Ok(()) };
    if !leaf.is_canonical() {
        not_canonical(context, 0, "AS numbers");
    }
    let mut claims = [
        Claim::new("AS numbers", |numbers| numbers.systems.as_ref(), leaf),
        Claim::new("routing domains", |numbers| numbers.domains.as_ref(), leaf),
    ];
    for (depth, list) in lists.iter().enumerate().skip(1) {
        let Some(list) = list else {
            if claims.iter().any(|claim| claim.listed.is_some()) {
                not_nested(context, depth, "AS numbers");
            }
            continue;
        };
        if !list.is_canonical() {
            not_canonical(context, depth, "AS numbers");
        }
        for claim in &mut claims {
            claim.rise(context, depth, list)?;
        }
    }
    if let (Some(Some(list)), Some(top)) = (lists.last(), chain.last()) {
        for claim in &claims {
            if (claim.of)(list) == Some(&Listed::Inherited) {
                top_inherits(context, chain.len(), top, claim.what);
            }
        }
    }
    Ok(())
}

/// The families that a certificate lists, in order.
fn families(certificate: &Certificate) -> Option<Vec<AddressFamily>> {
    let mut families = certificate.parts().extensions.addresses.clone()?;
    families.sort_by(|one, other| one.family.cmp(&other.family));
    Some(families)
}

/// A family that is named by too few or too many bytes ends verification without an event.
fn well_named(family: &AddressFamily) -> Result<(), Stop> {
    if family.is_well_named() {
        return Ok(());
    }
    Err(Stop::Silent { reason: "a family of addresses is not named by two or three bytes".to_owned() })
}

fn check_addresses(context: &mut Context<'_>, chain: &[Certificate]) -> Result<(), Stop> {
    let Some(mut claimed) = chain.first().and_then(families) else { return Ok(()) };
    for (depth, certificate) in chain.iter().enumerate() {
        let written = certificate.parts().extensions.addresses.as_deref();
        context.spend_work(
            claimed.len().saturating_add(written.map_or(0, <[_]>::len)),
            "families of addresses",
        )?;
        if !written.is_none_or(addresses_are_canonical) {
            not_canonical(context, depth, "addresses");
        }
        if depth > 0 {
            rise(context, depth, &mut claimed, families(certificate).as_deref())?;
        }
    }
    let Some((top, listed)) = chain.last().and_then(|top| Some((top, families(top)?))) else { return Ok(()) };
    for family in listed {
        well_named(&family)?;
        let is_claimed = claimed.iter().any(|claimed| claimed.family == family.family);
        if is_claimed && family.addresses == Listed::Inherited {
            top_inherits(context, chain.len(), top, "addresses");
        }
    }
    Ok(())
}

/// Compares what is claimed below with what an issuer lists, which is claimed from there on.
fn rise(
    context: &mut Context<'_>,
    depth: usize,
    claimed: &mut [AddressFamily],
    listed: Option<&[AddressFamily]>,
) -> Result<(), Stop> {
    for below in claimed {
        let Some(listed) = listed else {
            well_named(below)?;
            if below.addresses != Listed::Inherited {
                not_nested(context, depth, "addresses");
                return Ok(());
            }
            continue;
        };
        let Some(own) = listed.iter().find(|own| own.family == below.family) else {
            if below.addresses != Listed::Inherited {
                not_nested(context, depth, "addresses");
                return Ok(());
            }
            continue;
        };
        well_named(below)?;
        let Listed::These(ranges) = &own.addresses else { continue };
        context.spend_work(ranges.len(), "ranges of addresses")?;
        if own.covers(below) {
            *below = own.clone();
        } else {
            not_nested(context, depth, "addresses");
        }
    }
    Ok(())
}
