//! Scenarios for the `ssl` probe, and for what TLS does to HTTP after the handshake.

mod authority; // building blocks: an authority with its own web server
mod alerts; // the server answers the ClientHello with an alert
mod certificates; // one certificate of the chain says something wrong
mod chains; // the chain as a whole is wrong
mod client_certificates; // the server wants to know who asks
mod endpoint; // building blocks: TLS peers and the tests for them
mod expect; // building blocks: what a probe must say
mod fetching; // CRLs and issuers' certificates are fetched
mod good; // nothing is wrong, or the test forgives it
mod legacy; // suites, groups and keys that are used by old peers, and by few
mod handshake; // the handshake breaks, byte by byte
mod limits; // what an authority may speak for, and what a chain may cost
mod names; // the certificate is somebody else's
mod ocsp; // OCSP answers, stapled and asked for
mod publisher; // building blocks: the web server of an authority
mod records; // TLS breaks under HTTP, after the handshake
mod request; // no handshake at all: nothing listens, no such name
mod revocation; // CRLs, from files and fetched
mod script; // building blocks: TLS messages as bytes
mod signatures; // a signature is wrong
pub(super) mod starttls; // TLS that is asked for inside another protocol
mod strength; // keys and digests are too weak
mod unspoken; // the server speaks nothing that the probe speaks
mod trust; // the trust settings object

pub(crate) use legacy::dhe_server;
pub(crate) use unspoken::rsa_server;

use crate::Scenario;

/// All scenarios of this protocol.
pub(super) fn scenarios() -> Vec<Scenario> {
    [
        good::scenarios(),
        certificates::scenarios(),
        chains::scenarios(),
        signatures::scenarios(),
        trust::scenarios(),
        strength::scenarios(),
        names::scenarios(),
        limits::scenarios(),
        revocation::scenarios(),
        ocsp::scenarios(),
        fetching::scenarios(),
        legacy::scenarios(),
        handshake::scenarios(),
        unspoken::scenarios(),
        alerts::scenarios(),
        client_certificates::scenarios(),
        records::scenarios(),
        request::scenarios(),
        starttls::scenarios(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests;
