//! Digests of signatures.

/// A digest that signatures are made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Digest {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha512_224,
    Sha512_256,
    Sha3_224,
    Sha3_256,
    Sha3_384,
    Sha3_512,
    Ripemd160,
    Sm3,
    /// In OpenSSL's list of objects, of that many bytes, but not in its default provider: MD2, MD4, MDC2, SHA-0.
    Unsupported(u32),
}

impl Digest {
    /// The digest of an `AlgorithmIdentifier` inside PSS parameters.
    pub(crate) fn by_oid(content: &[u8]) -> Option<Self> {
        match content {
            [0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 2, 5] => Some(Self::Md5),
            [0x2b, 14, 3, 2, 26] => Some(Self::Sha1),
            [0x2b, 0x24, 3, 2, 1] => Some(Self::Ripemd160),
            [0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x83, 0x11] => Some(Self::Sm3),
            [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, last] => Some(match last {
                1 => Self::Sha256,
                2 => Self::Sha384,
                3 => Self::Sha512,
                4 => Self::Sha224,
                5 => Self::Sha512_224,
                6 => Self::Sha512_256,
                7 => Self::Sha3_224,
                8 => Self::Sha3_256,
                9 => Self::Sha3_384,
                10 => Self::Sha3_512,
                _ => return None,
            }),
            _ => None,
        }
    }

    /// The reverse of [`Self::by_oid`].
    pub(crate) const fn oid(self) -> &'static [u8] {
        match self {
            Self::Md5 => &[0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 2, 5],
            Self::Sha1 => &[0x2b, 14, 3, 2, 26],
            Self::Sha256 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1],
            Self::Sha384 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2],
            Self::Sha512 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3],
            Self::Sha224 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 4],
            Self::Sha512_224 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 5],
            Self::Sha512_256 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 6],
            Self::Sha3_224 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 7],
            Self::Sha3_256 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 8],
            Self::Sha3_384 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 9],
            Self::Sha3_512 => &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 10],
            Self::Ripemd160 => &[0x2b, 0x24, 3, 2, 1],
            Self::Sm3 => &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x83, 0x11],
            Self::Unsupported(_) => &[],
        }
    }

    /// Length of its values in bytes.
    pub(crate) const fn bytes(self) -> u32 {
        match self {
            Self::Md5 => 16,
            Self::Sha1 | Self::Ripemd160 => 20,
            Self::Sha224 | Self::Sha512_224 | Self::Sha3_224 => 28,
            Self::Sha256 | Self::Sha512_256 | Self::Sha3_256 | Self::Sm3 => 32,
            Self::Sha384 | Self::Sha3_384 => 48,
            Self::Sha512 | Self::Sha3_512 => 64,
            Self::Unsupported(bytes) => bytes,
        }
    }

    /// Its value for the parts of a message.
    pub(crate) fn hash(self, parts: &[&[u8]]) -> Option<Vec<u8>> {
        fn run<D: sha2::Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut state = D::new();
            for part in parts {
                state.update(part);
            }
            state.finalize().to_vec()
        }
        Some(match self {
            Self::Md5 => run::<md5::Md5>(parts),
            Self::Sha1 => run::<sha1::Sha1>(parts),
            Self::Sha224 => run::<sha2::Sha224>(parts),
            Self::Sha256 => run::<sha2::Sha256>(parts),
            Self::Sha384 => run::<sha2::Sha384>(parts),
            Self::Sha512 => run::<sha2::Sha512>(parts),
            Self::Sha512_224 => run::<sha2::Sha512_224>(parts),
            Self::Sha512_256 => run::<sha2::Sha512_256>(parts),
            Self::Sha3_224 => run::<sha3::Sha3_224>(parts),
            Self::Sha3_256 => run::<sha3::Sha3_256>(parts),
            Self::Sha3_384 => run::<sha3::Sha3_384>(parts),
            Self::Sha3_512 => run::<sha3::Sha3_512>(parts),
            Self::Ripemd160 => run::<ripemd::Ripemd160>(parts),
            Self::Sm3 => run::<sm3::Sm3>(parts),
            Self::Unsupported(_) => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_the_length_that_is_said() {
        for last in 1..=10 {
            let digest = Digest::by_oid(&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, last]).unwrap();
            assert_eq!(
                digest.hash(&[b"a", b"bc"]).map(|value| value.len()),
                usize::try_from(digest.bytes()).ok()
            );
            assert_eq!(Digest::by_oid(digest.oid()), Some(digest));
        }
        assert_eq!(Digest::by_oid(Digest::Md5.oid()), Some(Digest::Md5));
        assert_eq!(Digest::Sha1.hash(&[b"abc"]).unwrap()[..4], [0xa9, 0x99, 0x3e, 0x36]);
    }
}
