//! Signature algorithms by their object identifiers (`OBJ_find_sigid_algs`).

use super::{Digest, SlhDsa};
use crate::der::{self, Class, Tlv};
use crate::oid;

/// Which keys can make a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Rsa,
    RsaPss,
    Dsa,
    Ec,
    Ed25519,
    Ed448,
    /// SM2, whose keys are on one curve.
    Sm2,
    /// ML-DSA of that parameter set.
    MlDsa(u16),
    SlhDsa(SlhDsa),
    /// Known to OpenSSL, but no key that it can read fits: the old DSA identifiers.
    NoKey,
}

/// The algorithm that an `AlgorithmIdentifier` names.
#[derive(Debug, Clone)]
pub(crate) struct SignatureAlgorithm {
    pub(crate) family: Family,
    /// None if the algorithm itself fixes it, or if it is in the parameters.
    pub(crate) digest: Option<Digest>,
    /// For PSS, if they can be read.
    pub(crate) pss: Option<PssParameters>,
    pub(crate) name: &'static str,
}

impl SignatureAlgorithm {
    /// The algorithm of an identifier; nothing if OpenSSL would not know it either.
    pub(crate) fn find(identifier: &[u8], parameters: Option<&Tlv<'_>>) -> Option<Self> {
        let (name, family, digest) = look_up(identifier)?;
        let pss = match family {
            Family::RsaPss => parameters.and_then(PssParameters::read),
            _ => None,
        };
        Some(Self { family, digest, pss, name })
    }

    /// Whether a key of that family can have made it.
    pub(crate) fn fits(&self, key: Family) -> bool {
        self.family == key || (self.family == Family::RsaPss && key == Family::Rsa)
    }

    /// Security bits of the signature; `own_key` are those of the certificate's own key, which OpenSSL falls back to.
    pub(crate) fn security_bits(&self, own_key: Option<u32>) -> Option<u32> {
        match (self.family, self.digest, &self.pss) {
            (Family::RsaPss, _, Some(pss)) => Some(match pss.digest {
                Digest::Sha1 => 64,
                Digest::Md5 => 39,
                digest => digest.bytes() * 4,
            }),
            (Family::Ed25519, ..) => Some(128),
            (Family::Ed448, ..) => Some(224),
            (_, Some(Digest::Sha1), _) => Some(63),
            (_, Some(Digest::Md5), _) => Some(39),
            (_, Some(digest), _) => Some(digest.bytes() * 4),
            (_, None, _) => own_key.filter(|bits| *bits != 0),
        }
    }
}

/// Name, keys and digest of an identifier.
fn look_up(identifier: &[u8]) -> Option<(&'static str, Family, Option<Digest>)> {
    use Digest::Unsupported;
    use Digest::{Md5, Sha1, Sha3_224, Sha3_256, Sha3_384, Sha3_512, Sha224, Sha256, Sha384, Sha512};
    if let Some(set) = SlhDsa::by_oid(identifier) {
        return Some((set.name(), Family::SlhDsa(set), None));
    }
    let (name, family, digest) = match identifier {
        [0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, last] => match last {
            2 => ("md2WithRSAEncryption", Family::Rsa, Unsupported(16)),
            3 => ("md4WithRSAEncryption", Family::Rsa, Unsupported(16)),
            4 => ("md5WithRSAEncryption", Family::Rsa, Md5),
            5 => ("sha1WithRSAEncryption", Family::Rsa, Sha1),
            10 => return Some(("rsassaPss", Family::RsaPss, None)),
            11 => ("sha256WithRSAEncryption", Family::Rsa, Sha256),
            12 => ("sha384WithRSAEncryption", Family::Rsa, Sha384),
            13 => ("sha512WithRSAEncryption", Family::Rsa, Sha512),
            14 => ("sha224WithRSAEncryption", Family::Rsa, Sha224),
            // OpenSSL has 15 and 16 (SHA-512/224 and /256) in its list of objects, but pairs them with no key.
            _ => return None,
        },
        [0x2b, 14, 3, 2, 3] => ("md5WithRSA", Family::Rsa, Md5),
        [0x2b, 14, 3, 2, 29] => ("sha1WithRSA", Family::Rsa, Sha1),
        [0x2b, 14, 3, 2, 13] => ("dsaWithSHA", Family::Dsa, Unsupported(20)),
        [0x2b, 14, 3, 2, 15] => ("shaWithRSAEncryption", Family::Rsa, Unsupported(20)),
        [0x2b, 14, 3, 2, 27] => ("dsaWithSHA1-old", Family::NoKey, Sha1),
        [0x55, 8, 3, 100] => ("mdc2WithRSA", Family::Rsa, Unsupported(16)),
        [0x2b, 0x24, 3, 3, 1, 2] => ("ripemd160WithRSA", Family::Rsa, Digest::Ripemd160),
        [0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x83, 0x75] => ("SM2-with-SM3", Family::Sm2, Digest::Sm3),
        [0x2a, 0x86, 0x48, 0xce, 0x38, 4, 3] => ("dsaWithSHA1", Family::Dsa, Sha1),
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1] => ("ecdsa-with-SHA1", Family::Ec, Sha1),
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 2] => return Some(("ecdsa-with-Recommended", Family::Ec, None)),
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3] => return Some(("ecdsa-with-Specified", Family::Ec, None)),
        [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, last] => match last {
            1 => ("ecdsa-with-SHA224", Family::Ec, Sha224),
            2 => ("ecdsa-with-SHA256", Family::Ec, Sha256),
            3 => ("ecdsa-with-SHA384", Family::Ec, Sha384),
            4 => ("ecdsa-with-SHA512", Family::Ec, Sha512),
            _ => return None,
        },
        [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, last] => match last {
            1 => ("dsa_with_SHA224", Family::Dsa, Sha224),
            2 => ("dsa_with_SHA256", Family::Dsa, Sha256),
            // Likewise 3 to 8: DSA with longer digests.
            9 => ("ecdsa_with_SHA3-224", Family::Ec, Sha3_224),
            10 => ("ecdsa_with_SHA3-256", Family::Ec, Sha3_256),
            11 => ("ecdsa_with_SHA3-384", Family::Ec, Sha3_384),
            12 => ("ecdsa_with_SHA3-512", Family::Ec, Sha3_512),
            13 => ("RSA-SHA3-224", Family::Rsa, Sha3_224),
            14 => ("RSA-SHA3-256", Family::Rsa, Sha3_256),
            15 => ("RSA-SHA3-384", Family::Rsa, Sha3_384),
            16 => ("RSA-SHA3-512", Family::Rsa, Sha3_512),
            17 => return Some(("ML-DSA-44", Family::MlDsa(44), None)),
            18 => return Some(("ML-DSA-65", Family::MlDsa(65), None)),
            19 => return Some(("ML-DSA-87", Family::MlDsa(87), None)),
            _ => return None,
        },
        oid::ED25519 => return Some(("Ed25519", Family::Ed25519, None)),
        oid::ED448 => return Some(("Ed448", Family::Ed448, None)),
        _ => return None,
    };
    Some((name, family, Some(digest)))
}

/// Parameters of RSASSA-PSS (RFC 4055 section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PssParameters {
    pub(crate) digest: Digest,
    pub(crate) mask_digest: Digest,
    pub(crate) salt_bytes: usize,
}

impl PssParameters {
    /// Reads them; nothing if they are malformed or name a digest that is not known.
    pub(crate) fn read(value: &Tlv<'_>) -> Option<Self> {
        if !value.is(Class::Universal, der::SEQUENCE) || !value.constructed {
            return None;
        }
        let mut found = Self { digest: Digest::Sha1, mask_digest: Digest::Sha1, salt_bytes: 20 };
        let mut fields = value.inside();
        if let Some(algorithm) = fields.explicit(0).ok()? {
            found.digest = digest_of(&algorithm)?;
        }
        if let Some(mask) = fields.explicit(1).ok()? {
            let mut parts = mask.inside();
            if parts.expect(der::OBJECT).ok()?.content() != oid::MGF1 {
                return None;
            }
            found.mask_digest = digest_of(&parts.any().ok()?)?;
        }
        if let Some(salt) = fields.explicit(2).ok()? {
            found.salt_bytes = usize::try_from(der::small_integer(salt.integer().ok()?)?).ok()?;
        }
        if let Some(trailer) = fields.explicit(3).ok()?
            && trailer.integer().ok()? != [1]
        {
            return None;
        }
        fields.finish().ok()?;
        Some(found)
    }
}

/// The digest that an `AlgorithmIdentifier` names.
fn digest_of(algorithm: &Tlv<'_>) -> Option<Digest> {
    if !algorithm.constructed {
        return None;
    }
    Digest::by_oid(algorithm.inside().expect(der::OBJECT).ok()?.content())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::der::Reader;

    #[test]
    fn broken_digests_are_worth_less_than_half_their_length() {
        let bits = |oid: &[u8]| SignatureAlgorithm::find(oid, None).unwrap().security_bits(Some(7));
        assert_eq!(bits(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 4]), Some(39));
        assert_eq!(bits(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 5]), Some(63));
        assert_eq!(bits(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 11]), Some(128));
        assert_eq!(bits(oid::ED25519), Some(128));
        // PSS without readable parameters: OpenSSL falls back to the certificate's own key.
        assert_eq!(bits(oid::RSASSA_PSS), Some(7));
    }

    #[test]
    fn pss_parameters_have_defaults() {
        let read = |der: &[u8]| PssParameters::read(&Reader::new(der).any().unwrap());
        let defaults = PssParameters { digest: Digest::Sha1, mask_digest: Digest::Sha1, salt_bytes: 20 };
        assert_eq!(read(&[0x30, 0]), Some(defaults));
        assert_eq!(read(&[0x30, 5, 0xa2, 3, 2, 1, 32]), Some(PssParameters { salt_bytes: 32, ..defaults }));
        assert_eq!(read(&[0x30, 5, 0xa2, 3, 2, 1, 0xff]), None);
        assert_eq!(read(&[0x30, 5, 0xa3, 3, 2, 1, 2]), None);
    }
}
