//! Where CRLs are published, and which part of a certificate's revocations one covers: distribution points (RFC 5280
//! section 4.2.1.13) and the issuing distribution point of a CRL (section 5.2.5).

use super::decode::bits;
use super::defect::Flaw;
use crate::der::{self, Class, DerFault, Reader, Tlv};
use crate::general_name::GeneralName;
use crate::name::{self, Name};

/// All reasons for which a certificate can be revoked, as bits of ReasonFlags: first byte low, second byte high.
pub(crate) const ALL_REASONS: u16 = 0x807f;

/// The name of a distribution point.
#[derive(Debug, Clone)]
pub(crate) enum PointName {
    /// `fullName`.
    Full(Vec<GeneralName>),
    /// `nameRelativeToCRLIssuer`: what comes behind the CRL issuer's name, in the canonical form.
    Relative(Box<[u8]>),
}

/// One distribution point of a certificate.
#[derive(Debug, Clone)]
pub(crate) struct DistributionPoint {
    pub(crate) name: Option<PointName>,
    /// The reasons that its CRLs cover.
    pub(crate) reasons: u16,
    /// Who signs its CRLs, if that is not the certificate's issuer.
    pub(crate) issuers: Option<Vec<GeneralName>>,
}

/// issuingDistributionPoint: the part of all revocations that a CRL covers.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "the flags of the extension")]
pub(crate) struct IssuingDistributionPoint {
    pub(crate) name: Option<PointName>,
    pub(crate) only_user: bool,
    pub(crate) only_ca: bool,
    pub(crate) only_attribute: bool,
    pub(crate) indirect: bool,
    /// The reasons that it covers, if it says so.
    pub(crate) reasons: Option<u16>,
}

impl IssuingDistributionPoint {
    /// Whether it contradicts itself, or says nothing (RFC 5280 section 5.2.5).
    pub(crate) fn is_inconsistent(&self) -> bool {
        let only = [self.only_user, self.only_ca, self.only_attribute];
        let says = self.indirect || self.reasons.is_some() || self.name.is_some() || only.contains(&true);
        only.into_iter().filter(|set| *set).count() > 1 || !says
    }
}

/// Whether two names of points have one in common; a missing one agrees with all. Each comes with the name of the CRL
/// issuer that a relative one is relative to.
pub(crate) fn names_agree(
    (one, one_base): (Option<&PointName>, &Name),
    (other, other_base): (Option<&PointName>, &Name),
) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return true };
    let has = |names: &[GeneralName], base: &Name, relative: &[u8]| {
        names.iter().any(|name| match name {
            GeneralName::Directory(name) => name.is_below(base, relative),
            _ => false,
        })
    };
    match (one, other) {
        (PointName::Relative(one), PointName::Relative(other)) => {
            let parts = |base: &Name, relative: &[u8]| [base.canonical(), relative].concat();
            parts(one_base, one) == parts(other_base, other)
        }
        (PointName::Relative(one), PointName::Full(other)) => has(other, one_base, one),
        (PointName::Full(one), PointName::Relative(other)) => has(one, other_base, other),
        (PointName::Full(one), PointName::Full(other)) => {
            one.iter().any(|name| other.iter().any(|other| name.same(other)))
        }
    }
}

/// The points of cRLDistributionPoints, and the first flaw. From a point without name and issuer on none covers any reason.
pub(super) fn distribution_points(value: &[u8]) -> Result<(Vec<DistributionPoint>, Option<Flaw>), DerFault> {
    let mut list = Reader::new(value).sequence_of()?;
    let mut points = Vec::new();
    let mut flaw = None;
    while !list.is_empty() {
        let mut point = distribution_point(&mut list)?;
        if point.name.is_none() && point.issuers.as_ref().is_none_or(Vec::is_empty) {
            flaw = Some(Flaw::EmptyPoint);
        }
        if flaw.is_some() {
            point.reasons = 0;
        }
        points.push(point);
    }
    Ok((points, flaw))
}

fn distribution_point(list: &mut Reader<'_>) -> Result<DistributionPoint, DerFault> {
    let mut fields = list.sequence()?;
    let name = point_name(&mut fields)?;
    let reasons = match fields.optional(Class::Context, 1)? {
        Some(reasons) => bits(&reasons)? & ALL_REASONS,
        None => ALL_REASONS,
    };
    let issuers = match fields.implicit_list(2)? {
        Some(list) => Some(GeneralName::read_all(list)?),
        None => None,
    };
    fields.finish()?;
    Ok(DistributionPoint { name, reasons, issuers })
}

fn point_name(fields: &mut Reader<'_>) -> Result<Option<PointName>, DerFault> {
    let Some(name) = fields.explicit(0)? else { return Ok(None) };
    if name.class != Class::Context {
        return Err(DerFault::WrongTag);
    }
    match name.tag {
        0 => Ok(Some(PointName::Full(GeneralName::read_all(name.inside())?))),
        1 => Ok(Some(PointName::Relative(relative_name(&name)?))),
        _ => Err(DerFault::WrongTag),
    }
}

/// Each attribute becomes an RDN of its own, as OpenSSL puts it.
fn relative_name(name: &Tlv<'_>) -> Result<Box<[u8]>, DerFault> {
    let mut members = name.inside();
    let mut canonical = Vec::new();
    while !members.is_empty() {
        der::write(&mut canonical, 0x31, &name::canonical_attribute(&mut members)?);
    }
    Ok(canonical.into())
}

pub(crate) fn issuing_distribution_point(value: &[u8]) -> Result<IssuingDistributionPoint, DerFault> {
    let mut fields = Reader::new(value).sequence()?;
    let name = point_name(&mut fields)?;
    let flag = |fields: &mut Reader<'_>, tag| match fields.optional(Class::Context, tag)? {
        Some(flag) => flag.boolean(),
        None => Ok(false),
    };
    let only_user = flag(&mut fields, 1)?;
    let only_ca = flag(&mut fields, 2)?;
    let reasons = match fields.optional(Class::Context, 3)? {
        Some(reasons) => {
            let named = bits(&reasons)?;
            // An empty list takes nothing away from what OpenSSL starts with; one of zeros takes everything.
            let is_empty = reasons.content().len() <= 1;
            Some(if is_empty { ALL_REASONS } else { named & ALL_REASONS })
        }
        None => None,
    };
    let indirect = flag(&mut fields, 4)?;
    let only_attribute = flag(&mut fields, 5)?;
    fields.finish()?;
    Ok(IssuingDistributionPoint { name, only_user, only_ca, only_attribute, indirect, reasons })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_without_a_name_is_a_flaw_and_covers_nothing() {
        let flaw = |der: &[u8]| distribution_points(der).map(|(points, flaw)| (points[0].reasons, flaw));
        assert_eq!(flaw(&[0x30, 2, 0x30, 0]), Ok((0, Some(Flaw::EmptyPoint))));
        assert_eq!(flaw(&[0x30, 8, 0x30, 6, 0xa2, 4, 0xa4, 2, 0x30, 0]), Ok((ALL_REASONS, None)));
        assert_eq!(flaw(&[0x30, 8, 0x30, 6, 0xa0, 4, 0xa2, 2, 0x30, 0]), Err(DerFault::WrongTag));
    }

    #[test]
    fn reasons_are_two_bytes_low_first_and_unknown_ones_go() {
        let (points, _) =
            distribution_points(&[0x30, 12, 0x30, 10, 0xa0, 2, 0xa0, 0, 0x81, 4, 7, 0xff, 0xff, 0x80])
                .unwrap();
        assert_eq!(points[0].reasons, ALL_REASONS);
        let (points, _) =
            distribution_points(&[0x30, 10, 0x30, 8, 0xa0, 2, 0xa0, 0, 0x81, 2, 6, 0x40]).unwrap();
        assert_eq!(points[0].reasons, 0x40);
    }

    #[test]
    fn reasons_of_a_crl_that_are_empty_are_all_and_zeros_are_none() {
        let reasons = |der: &[u8]| issuing_distribution_point(der).unwrap().reasons;
        assert_eq!(reasons(&[0x30, 3, 0x83, 1, 0]), Some(ALL_REASONS));
        assert_eq!(reasons(&[0x30, 4, 0x83, 2, 0, 0]), Some(0));
        assert_eq!(reasons(&[0x30, 4, 0x83, 2, 6, 0x40]), Some(0x40));
    }

    #[test]
    fn what_contradicts_itself_or_says_nothing_is_inconsistent() {
        for (der, inconsistent) in [
            (&[0x30, 0][..], true),
            (&[0x30, 3, 0x81, 1, 0xff], false),
            (&[0x30, 6, 0x81, 1, 0xff, 0x82, 1, 0xff], true),
            (&[0x30, 6, 0x81, 1, 0, 0x82, 1, 0xff], false),
            (&[0x30, 3, 0x84, 1, 1], false),
            (&[0x30, 4, 0x83, 2, 6, 0x40], false),
            (&[0x30, 4, 0xa0, 2, 0xa0, 0], false),
        ] {
            assert_eq!(
                issuing_distribution_point(der).unwrap().is_inconsistent(),
                inconsistent,
                "{der:02x?}"
            );
        }
    }
}
