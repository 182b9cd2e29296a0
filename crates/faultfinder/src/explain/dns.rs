//! DNS response codes, and what a resolver ends with beside them.

use super::{Entry, rcode_hint};
use faultfinder_taxonomy::{Code, Detail, ResponseCode};

const OTHERS: &[(&str, &str, &str)] = &[
    ("NODATA", "ENODATA", "the name exists, but has no record of that type"),
    ("TIMEOUT", "ETIMEOUT", "the name server did not answer, although it was asked several times"),
    ("MALFORMED", "EBADRESP", "the name server's answer is no well-formed DNS message"),
    ("CONNECTION_REFUSED", "ECONNREFUSED", "the name server's port is closed"),
    ("TRUNCATED", "ECONNREFUSED", "the answer was truncated, and could not be had over TCP"),
];

/// One entry per response code and per name beside them.
pub(super) fn entries() -> impl Iterator<Item = Entry> {
    let rcodes = ResponseCode::all().filter(|code| code.number() != 0).map(|code| {
        let title = format!("the name server answered with response code {}", code.number());
        // Many codes share ESERVFAIL; only the one that it means answers to it.
        let alias = Some(code.alias()).filter(|alias| *alias != "ESERVFAIL" || code.number() == 2);
        Entry::detail("dns", "DNS response code", &code.mnemonic(), Code::Dns, &title)
            .number(code.number())
            .alias(alias)
            .hint(rcode_hint(code))
    });
    let others = OTHERS.iter().map(|(name, alias, title)| {
        Entry::detail("dns", "end of a resolution", name, Code::Dns, title)
            .alias(Some(alias).copied().filter(|alias| *alias != "ECONNREFUSED"))
            .hint(Detail::dns(name, alias).hint())
    });
    rcodes.chain(others)
}
