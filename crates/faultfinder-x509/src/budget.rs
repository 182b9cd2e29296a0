//! What one verification may cost: memory and work, each counted where it is spent.
//!
//! A hostile peer chooses the certificates, and with them how much there is to do: names times constraints, policies that
//! multiply, lists of a million revocations. Everything whose size comes from the input is taken from the budget before it
//! is done or stored; beyond it verification ends with `OUT_OF_MEM`.

/// What one verification may cost at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "closed: memory and work are all there is")]
pub struct Budget {
    /// Bytes that a verification may allocate for what depends on its input: the chain, events, indexes of CRLs, nodes of
    /// the policy tree. What the certificates and CRLs themselves take is bounded when they are read.
    pub memory: u64,
    /// Steps. One is the look at one possible issuer, one CRL, one revoked serial, one name under one constraint or one
    /// policy; a signature is [`Budget::SIGNATURE`] of them, many times that by a key that is slow to use (DSA, RSA above
    /// 4,096 bits), and so is each mebibyte that it covers.
    pub work: u64,
}

impl Budget {
    /// The steps that one signature by a usual key counts for.
    pub const SIGNATURE: u64 = 1 << 14;
    /// Bytes under a signature that count for one step.
    pub const BYTES_PER_STEP: u64 = 64;
}

impl Default for Budget {
    /// 64 MiB and 2^24 steps: 1,024 signatures by usual keys, or 1 GiB under signatures, or so many names under constraints.
    fn default() -> Self {
        Self { memory: 64 << 20, work: 1 << 24 }
    }
}
