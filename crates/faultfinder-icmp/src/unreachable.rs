//! ICMP errors.

use faultfinder_taxonomy::IcmpCode;
use std::net::IpAddr;
use std::time::Duration;

/// An ICMP error that answered a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IcmpError {
    /// Its type, of RFC 792 or RFC 4443.
    pub kind: u8,
    /// Its code.
    pub code: u8,
    /// Whether it is of ICMPv6: types and codes mean something else there.
    pub v6: bool,
    /// Who sent it, if the system reports that.
    pub from: Option<IpAddr>,
    /// The largest packet that fits through, in bytes, where the error is about that and says so.
    pub mtu: Option<u32>,
    /// How long after its request it came.
    pub after: Duration,
}

impl IcmpError {
    /// What it means, as a sentence fragment.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        self.says().text()
    }

    /// Its numbers, as people look them up: `ICMP 3/1`, `ICMPv6 1/0`.
    #[must_use]
    pub fn number(&self) -> String {
        self.says().to_string()
    }

    /// Its type and code.
    const fn says(&self) -> IcmpCode {
        IcmpCode { v6: self.v6, kind: self.kind, code: self.code }
    }

    /// Whether another one says the same, whenever it came.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let told = |error: &Self| (error.says(), error.from, error.mtu);
        told(self) == told(other)
    }
}

impl std::fmt::Display for IcmpError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let says = self.says();
        write!(f, "{} ({says}", says.text())?;
        if let Some(from) = self.from {
            write!(f, " from {from}")?;
        }
        if let Some(mtu) = self.mtu {
            write!(f, ", at most {mtu} bytes fit")?;
        }
        f.write_str(")")
    }
}
