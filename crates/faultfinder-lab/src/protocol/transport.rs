//! What the scenarios of `tcp` and `udp` have in common: their tests have a host and a port.

use super::block::{fields, resolver, test};
use super::dns;
use super::expectations::invalid;
use super::names::{HOST, unresolved};
use crate::network::Network;
use crate::peer::{ANY_V4, ANY_V6};
use crate::{Expect, Lab, LabError, Peer, Scenario};
use faultfinder_taxonomy::Protocol;
use serde_json::{Value, json};
use std::net::{IpAddr, SocketAddr};

/// A protocol whose block has `host` and `port`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Transport(Protocol);

/// The `tcp` probe.
pub(super) const TCP: Transport = Transport(Protocol::Tcp);
/// The `udp` probe.
pub(super) const UDP: Transport = Transport(Protocol::Udp);

/// The port of tests where nobody listens anyway: discard (RFC 863).
pub(super) const PORT: u16 = 9;
/// How often a port is looked for that is free in both families.
const PORT_TRIES_MAX: u32 = 16;

/// Starts a peer.
type Serve = fn(&Lab) -> Result<SocketAddr, LabError>;
/// Holds an address where nobody answers.
type Close = fn(&Lab, SocketAddr) -> Result<SocketAddr, LabError>;

impl Transport {
    /// The test against an address, with further fields of the block (which may replace `host` and `port`), and these
    /// assertions.
    pub(super) fn test(self, address: SocketAddr, further: &Value, assert: &[&str]) -> Peer {
        let place = json!({ "host": address.ip(), "port": address.port() });
        Peer::new(address.to_string(), test(self.0, fields([&place, further]), assert))
    }

    /// A scenario whose test depends on its peer.
    pub(super) fn by(
        self,
        case: &str,
        shows: &'static str,
        expect: Expect,
        serve: impl Fn(&Lab) -> Result<Peer, LabError> + Send + Sync + 'static,
    ) -> Scenario {
        Scenario::new(self.0, format!("{}/{case}", self.0), shows, expect, serve)
    }

    /// A scenario whose [`test`](Self::test) is against a peer.
    pub(super) fn scenario(
        self,
        case: &str,
        shows: &'static str,
        expect: Expect,
        further: Value,
        assert: &'static [&'static str],
        serve: impl Fn(&Lab) -> Result<SocketAddr, LabError> + Send + Sync + 'static,
    ) -> Scenario {
        self.by(case, shows, expect, move |lab| Ok(self.test(serve(lab)?, &further, assert)))
    }

    /// A scenario whose test is against [`PORT`] of an address in a network of its own.
    pub(super) fn within(
        self,
        case: &str,
        shows: &'static str,
        expect: Expect,
        network: Network,
        address: impl Into<IpAddr>,
        further: Value,
    ) -> Scenario {
        let address = SocketAddr::new(address.into(), PORT);
        self.by(case, shows, expect, move |_| Ok(self.test(address, &further, &[]))).within(network)
    }

    /// Hosts and ports that cannot be; the peer that `serve` starts is not asked.
    pub(super) fn nowhere(self, serve: Serve) -> [Scenario; 3] {
        let wrong = |case, shows, name, field: &str, value: &str| {
            let expect = invalid(name, &format!("{}.{field}", self.0));
            self.scenario(case, shows, expect, json!({ field: value }), &[], serve)
        };
        [
            wrong(
                "port-out-of-range",
                "a variable that is not a port, which is detected only when the test runs",
                "ERR_SOCKET_BAD_PORT",
                "port",
                "{{ timestamp }}",
            ),
            wrong(
                "host-label-64",
                "a label of 64 bytes in the host name",
                "EBADNAME",
                "host",
                &format!("{}.test", "a".repeat(64)),
            ),
            wrong("host-with-space", "a space in the host name", "ERR_INVALID_URL", "host", "a host.test"),
        ]
    }

    /// Names that do not resolve; the peer that `serve` starts is not asked.
    pub(super) fn names(self, serve: Serve) -> [Scenario; 2] {
        unresolved(self.0, move |lab, resolver| {
            let further = json!({ "host": HOST, "resolver": resolver, "timeout": "2s" });
            Ok(self.test(serve(lab)?, &further, &[]))
        })
    }

    /// Names with 127.0.0.1, where somebody answers or nobody does, and ::1, where nobody does.
    pub(super) fn dual(self, refused: Expect, further: &Value, answer: Serve, close: Close) -> [Scenario; 2] {
        let closed = move |lab: &Lab| close(lab, ANY_V4);
        [
            self.beside(
                "dual-v4-only",
                "::1 refuses, 127.0.0.1 answers",
                Expect::pass(),
                further,
                close,
                answer,
            ),
            self.beside("dual-refused", "both families refuse", refused, further, close, closed),
        ]
    }

    /// A scenario whose host is a name that a name server of its own gives both addresses; ::1 refuses.
    fn beside(
        self,
        case: &str,
        shows: &'static str,
        expect: Expect,
        further: &Value,
        close: Close,
        serve: impl Fn(&Lab) -> Result<SocketAddr, LabError> + Send + Sync + 'static,
    ) -> Scenario {
        let further = further.clone();
        self.by(case, shows, expect, move |lab| {
            // Somebody else may have the port at ::1.
            let both = || -> Result<SocketAddr, LabError> {
                let address = serve(lab)?;
                close(lab, SocketAddr::new(ANY_V6.ip(), address.port()))?;
                Ok(address)
            };
            let address = (1..PORT_TRIES_MAX).find_map(|_| both().ok()).map_or_else(both, Ok)?;
            let place = json!({ "host": "dual.zone.test", "resolver": resolver(dns::dual_stack(lab)?) });
            Ok(self.test(address, &fields([&place, &further]).into(), &[]))
        })
    }
}
