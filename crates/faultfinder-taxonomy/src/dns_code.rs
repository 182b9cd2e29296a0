//! DNS response codes.

use crate::NamedDetail;
use std::borrow::Cow;

/// A DNS RCODE (IANA registry, RFC 6895 section 2.3), with its extended bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ResponseCode(u16);

/// Number, mnemonic, and what c-ares (so Node.js) calls an answer with it.
const CODES: &[(u16, &str, &str)] = &[
    (0, "NOERROR", "ENODATA"),
    (1, "FORMERR", "EFORMERR"),
    (2, "SERVFAIL", "ESERVFAIL"),
    (3, "NXDOMAIN", "ENOTFOUND"),
    (4, "NOTIMP", "ENOTIMP"),
    (5, "REFUSED", "EREFUSED"),
    (6, "YXDOMAIN", "ESERVFAIL"),
    (7, "YXRRSET", "ESERVFAIL"),
    (8, "NXRRSET", "ESERVFAIL"),
    (9, "NOTAUTH", "ENODATA"),
    (10, "NOTZONE", "ESERVFAIL"),
    (11, "DSOTYPENI", "ESERVFAIL"),
    (16, "BADVERS", "ENODATA"),
    (17, "BADKEY", "ESERVFAIL"),
    (18, "BADTIME", "ESERVFAIL"),
    (19, "BADMODE", "ESERVFAIL"),
    (20, "BADNAME", "ESERVFAIL"),
    (21, "BADALG", "ESERVFAIL"),
    (22, "BADTRUNC", "ESERVFAIL"),
    (23, "BADCOOKIE", "ESERVFAIL"),
];

impl ResponseCode {
    /// The code of that number, assigned or not.
    #[must_use]
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// All codes that have a mnemonic.
    pub fn all() -> impl Iterator<Item = Self> {
        CODES.iter().map(|(number, ..)| Self(*number))
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// Its mnemonic; `RCODEn` for one that is not assigned.
    #[must_use]
    pub fn mnemonic(self) -> Cow<'static, str> {
        self.row().map_or_else(|| Cow::Owned(format!("RCODE{}", self.0)), |row| Cow::Borrowed(row.1))
    }

    /// What c-ares calls an answer with it.
    #[must_use]
    pub fn alias(self) -> &'static str {
        self.row().map_or("ESERVFAIL", |row| row.2)
    }

    fn row(self) -> Option<&'static (u16, &'static str, &'static str)> {
        CODES.iter().find(|(number, ..)| *number == self.0)
    }
}

/// What to do about a resolver's result of that name, if there is advice.
pub(crate) fn hint(name: &str) -> Option<&'static str> {
    Some(match name {
        "NXDOMAIN" => {
            "the name does not exist: check its spelling, the delegation of its zone, and search domains"
        }
        "SERVFAIL" => {
            "the server could not resolve the name: its upstream or the zone's own servers do not work, or DNSSEC validation fails"
        }
        "REFUSED" => {
            "the server does not serve this name or this client: use the right server, or allow this host there"
        }
        "FORMERR" => {
            "the server did not understand the query: it is an old server, or a middlebox interferes; try without EDNS"
        }
        "NOTIMP" => "the server does not support this type of query",
        "NOTAUTH" => "the server is not authoritative for the zone: use another server",
        "BADVERS" => "the server does not support this version of EDNS",
        "BADCOOKIE" => "the server requires a DNS cookie: use TCP",
        _ => return NamedDetail::find(NamedDetail::DNS, name).map(|detail| detail.hint),
    })
}
