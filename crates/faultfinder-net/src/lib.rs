//! What all probes share: resolving, dialling and TLS with capture.
//!
//! A probe begins with a [`Vantage`] (the place it runs from), starts a [`Trace`], and spends from one [`Deadline`].
//! [`connect`] turns a [`Host`] and a port into a TCP connection: it resolves the name, tries both address families
//! as RFC 8305 says, and records every attempt in the trace. [`tls::handshake()`] makes a TLS session of it, records
//! everything that the peer presented, and lets `faultfinder-x509` judge the chain. Every failure comes back as a
//! [`Fault`](faultfinder_taxonomy::Fault), and what was learnt before it stays in the trace, also when the deadline
//! drops the probe in the middle.
//!
//! # Features
//!
//! Without features there is resolving by DNS over UDP and TCP, dialing, UDP sockets and the search for routers on the way.
//! `http` adds the readers of HTTP/1.1 and HTTP/2 and tunnels through proxies, `tls` TLS sessions and DNS over TLS and HTTPS,
//! `quic` QUIC connections and DNS over QUIC. A feature adds to what there is, and changes nothing.
//!
//! Protocols are not here, nor are retries, schedules or assertions.

mod vantage; // Vantage: clock, system resolver, prepared TLS clients, denied networks
mod denied; // DeniedNetworks: what no probe may reach
mod clock; // Clock: the injected time
mod options; // ClientOptions: what every request can say about its way to the target
mod host; // Host: a name or an address, valid by construction
mod deadline; // Deadline
mod trace; // Trace: phases and facts that survive cancellation
mod errno; // io::Error -> code and symbol
mod dial; // addresses -> TCP connection
mod resolve; // name -> addresses
mod connect; // name -> connection
mod system; // Vantage: made of this host
mod icmp_error; // what routers and hosts say of packets that did not arrive
mod readiness; // waiting for what a socket has to say, errors included
mod datagram; // UDP sockets for one peer
mod stream; // Stream: plain or TLS
mod exchanges; // when requests of HTTP/2 end and answers begin
mod tap; // Tap: what went over a stream, and when
#[cfg(feature = "http")]
mod driver; // Driver: work over a connection that must be polled
mod pem; // Pem: a file or inline text
mod checks; // Checks: everything that is wrong with a request
mod login; // Login: a user and a password
#[cfg(feature = "http")]
mod proxy; // a tunnel through an HTTP proxy
mod target; // where a URL leads
#[cfg(feature = "http")]
mod header; // header lines as they may be sent
mod excerpt; // bytes as evidence shows them
#[cfg(feature = "http")]
mod socks; // a tunnel through a SOCKS5 proxy
#[cfg(feature = "tls")]
mod fetch; // what authorities publish beside a certificate
#[cfg(feature = "http")]
pub mod http1; // HTTP/1.1 over one connection
#[cfg(feature = "http")]
pub mod http2; // HTTP/2 over one connection
#[cfg(feature = "tls")]
pub mod starttls; // TLS that is asked for inside another protocol
pub mod hops; // the routers between us and a target
pub mod dns; // messages to and from name servers
#[cfg(feature = "tls")]
pub mod tls; // TLS sessions with capture
#[cfg(feature = "quic")]
pub mod quic; // QUIC connections with the same capture

pub use checks::{Checks, first_of};
pub use clock::Clock;
pub use connect::connect;
#[cfg(feature = "quic")]
pub use connect::connect_quic;
pub use datagram::{DatagramError, Datagrams};
pub use deadline::Deadline;
pub use denied::{Denial, DeniedNetworks, Network, NetworkError};
pub use dial::{candidates, dial, no_address};
#[cfg(feature = "http")]
pub use driver::Driver;
pub use errno::{classify_io, transport_fault, vagueness};
pub use excerpt::excerpt;
#[cfg(feature = "http")]
pub use header::header;
pub use host::Host;
pub use icmp_error::{IcmpError, PACKET_BYTES_MAX, report_icmp_errors, take_icmp_error};
pub use login::Login;
pub use options::{ClientOptions, ResolverOptions};
pub use pem::Pem;
#[cfg(feature = "http")]
pub use proxy::{Proxy, tunnel};
pub use resolve::resolve;
#[cfg(feature = "http")]
pub use socks::socks_tunnel;
pub use stream::{Stream, session_fault};
pub use tap::{Tap, Taps};
pub use target::{destination, parse_url, take_userinfo};
pub use trace::Trace;
pub use vantage::Vantage;

/// What requests of ours say that they come from.
pub const USER_AGENT: &str = concat!("faultfinder/", env!("CARGO_PKG_VERSION"));
