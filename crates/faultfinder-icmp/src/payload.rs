//! The payload of requests, and how changed replies are detected.
//!
//! A payload is computed, not kept: ten thousand probes with large payloads cost no memory. It begins with a token that no
//! other probe has, so that a late reply to an earlier probe, or one meant for another process with the same identifier, is
//! not treated as ours.

/// The payload of all requests of one probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Payload {
    token: u64,
    size: usize,
}

impl Payload {
    pub(crate) const fn new(token: u64, size: usize) -> Self {
        Self { token, size }
    }

    /// The bytes: the token, then a pattern that differs from byte to byte.
    pub(crate) fn bytes(self) -> impl Iterator<Item = u8> {
        let pattern = (0_u8..=u8::MAX).cycle().skip(size_of::<u64>());
        self.token.to_be_bytes().into_iter().chain(pattern).take(self.size)
    }

    /// Whether these bytes came back unchanged.
    pub(crate) fn is(self, found: &[u8]) -> bool {
        found.len() == self.size && self.bytes().eq(found.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_counts_and_so_does_the_length() {
        for size in [0, 1, 7, 8, 9, 56, 1000] {
            let payload = Payload::new(0x0102_0304_0506_0708, size);
            let bytes: Vec<u8> = payload.bytes().collect();
            assert_eq!(bytes.len(), size);
            assert!(payload.is(&bytes));
            for at in 0..size {
                let mut changed = bytes.clone();
                changed[at] ^= 1;
                assert!(!payload.is(&changed), "byte {at} of {size}");
            }
            assert!(!payload.is(&[bytes.as_slice(), &[0]].concat()));
            assert!(size == 0 || !payload.is(&bytes[1..]));
        }
        assert!(!Payload::new(1, 8).is(&Payload::new(2, 8).bytes().collect::<Vec<_>>()));
    }
}
