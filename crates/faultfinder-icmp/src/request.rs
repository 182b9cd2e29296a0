//! The target, how many requests, and their payload.

use faultfinder_net::{Checks, ClientOptions, Host, Shared};
use faultfinder_taxonomy::word::TrackHops;
use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use std::net::IpAddr;
use std::time::Duration;

/// The target, how many requests, and their payload. The names are those of the definition format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Name or address.
    pub host: String,
    /// How many echo requests are sent, 0 to [`PACKETS_MAX`](Self::PACKETS_MAX). With 0 the name is resolved and nothing
    /// is sent.
    pub packets: u16,
    /// Time between two requests.
    pub interval: Duration,
    /// How long after its request a reply counts. Without a limit, a reply counts as long as the test waits: for
    /// [`WAIT_UNANSWERED`](Self::WAIT_UNANSWERED) after the last request while nothing has come, and then for
    /// [`WAIT_ANSWERED`](Self::WAIT_ANSWERED), or for twice the longest round trip, whichever is longer.
    pub wait: Option<Duration>,
    /// Bytes of payload of a request, 0 to [`SIZE_MAX`](Self::SIZE_MAX).
    pub size: u16,
    /// How many hops a request may make; what the system is set to (often 64) when nothing is said.
    pub ttl: Option<u8>,
    /// Whether requests must not be fragmented on their way. One that does not fit into a hop is then answered by an ICMP
    /// error; one that does not fit into the link of this host is `INVALID_REQUEST`.
    pub dont_fragment: bool,
    /// Whether the route to the target is traced, when the replies have come.
    pub track_hops: TrackHops,
    /// The route to the target.
    pub client: Shared<ClientOptions>,
}

impl Request {
    /// How many requests are sent when nothing is said.
    pub const PACKETS: u16 = 4;
    /// Most requests of one probe.
    pub const PACKETS_MAX: u16 = faultfinder_taxonomy::ECHO_REQUESTS_MAX;
    /// Time between two requests when nothing is said: long enough that one burst of loss does not take all of them.
    pub const INTERVAL: Duration = Duration::from_millis(200);
    /// How long a host that answered nothing yet is waited for after the last request, as `ping` does.
    pub const WAIT_UNANSWERED: Duration = Duration::from_secs(10);
    /// How long a host that answered before is waited for after the last request, at the least.
    pub const WAIT_ANSWERED: Duration = Duration::from_secs(2);
    /// Bytes of payload when nothing is said: with the header, 64 bytes of ICMP, as of `ping`.
    pub const SIZE: u16 = 56;
    /// Largest payload: what fits into one packet.
    pub const SIZE_MAX: u16 = faultfinder_taxonomy::PAYLOAD_BYTES_MAX;

    /// Asks this target as `ping -c 4` does, at shorter intervals.
    #[must_use]
    pub fn new(host: impl Into<String>) -> Self {
        Self {
            host: host.into(),
            packets: Self::PACKETS,
            interval: Self::INTERVAL,
            wait: None,
            size: Self::SIZE,
            ttl: None,
            dont_fragment: false,
            track_hops: TrackHops::Off,
            client: Shared::default(),
        }
    }

    /// How long the rest is waited for after the last request, when this was the longest round trip so far.
    pub(crate) fn patience(&self, longest: Option<Duration>) -> Duration {
        match (self.wait, longest) {
            (Some(wait), _) => wait,
            (None, Some(longest)) => Self::WAIT_ANSWERED.max(longest.saturating_mul(2)),
            (None, None) => Self::WAIT_UNANSWERED,
        }
    }

    /// The host, when everything else can be sent, too.
    ///
    /// # Errors
    ///
    /// `INVALID_REQUEST`, each naming its field.
    pub(crate) fn checked(&self) -> Result<Host, Vec<Fault>> {
        let mut checks = Checks::default();
        let host = checks.take(Host::parse(&self.host, "icmp.host"));
        if let Some(address) = host.as_ref().and_then(Host::address) {
            checks.take(check_address(address));
        }
        let mut object = |name: &str, field: &str, message: String| {
            checks.take::<()>(Err(invalid(name, field, message)));
        };
        if self.packets > Self::PACKETS_MAX {
            let message =
                format!("{} requests are more than the maximum of {}", self.packets, Self::PACKETS_MAX);
            object("too_many_packets", "icmp.packets", message);
        }
        if self.size > Self::SIZE_MAX {
            let message =
                format!("{} bytes of payload are more than the maximum of {}", self.size, Self::SIZE_MAX);
            object("payload_too_large", "icmp.size", message);
        }
        if self.ttl == Some(0) {
            object("invalid_ttl", "icmp.ttl", "a request must be allowed at least one hop".to_owned());
        }
        let sending = self.interval.saturating_mul(u32::from(self.packets.saturating_sub(1)));
        let budget = self.client.timeout.min(self.client.overall_timeout);
        if sending >= budget {
            let message = format!(
                "{} requests at intervals of {} ms take {} ms to send, but the test has only {} ms",
                self.packets,
                self.interval.as_millis(),
                sending.as_millis(),
                budget.as_millis()
            );
            object("interval_too_long", "icmp.interval", message);
        }
        checks.end(host)
    }
}

/// Everything that is wrong with a request, as far as it shows before anything is sent.
#[must_use]
pub fn check(request: &Request) -> Vec<Fault> {
    request.checked().err().unwrap_or_default()
}

/// Refuses multicast and broadcast addresses.
pub(crate) fn check_address(address: IpAddr) -> Result<(), Fault> {
    let broadcast = matches!(address, IpAddr::V4(v4) if v4.is_broadcast());
    if broadcast || address.is_multicast() {
        let message = format!("{address} is a multicast or broadcast address: several hosts would answer");
        return Err(invalid("group_address", "icmp.host", message));
    }
    Ok(())
}

fn invalid(name: &str, field: &str, message: String) -> Fault {
    Fault::new(Code::InvalidRequest, Phase::Config, Detail::definition(name, field), message)
}
