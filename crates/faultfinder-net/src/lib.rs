//! The common network layer of all probes: name resolution, dialing, and TLS with capture.
//!
//! A probe begins with a [`Vantage`] (the location that it runs from), starts a [`Trace`], and spends from one
//! [`Deadline`]. [`connect()`] turns a [`Host`] and a port into a TCP connection: it resolves the name, tries both
//! address families as RFC 8305 says, and records every attempt in the trace. [`tls::handshake()`] makes a TLS session
//! of it, records everything that the peer presented, and verifies the chain with `faultfinder-x509`. Every failure is
//! returned as a [`Fault`](faultfinder_taxonomy::Fault), and everything learned before it stays in the trace, even when
//! the deadline drops the probe before it finishes.
//!
//! # Features
//!
//! Without features, the crate has DNS over UDP and TCP, dialing, UDP sockets and route tracing. `http` adds the
//! readers of HTTP/1.1 and HTTP/2 and tunnels through proxies; `tls` adds TLS sessions and DNS over TLS and HTTPS;
//! `quic` adds QUIC connections and DNS over QUIC. A feature only adds API; it does not change existing behavior.
//!
//! Protocols, retries, schedules and assertions are not in this crate.

mod vantage; // Vantage: clock, system resolver, prepared TLS clients, denied networks
mod denied; // DeniedNetworks: networks that no probe may reach
mod clock; // Clock: the injected time
mod options; // ClientOptions: options that every request has for reaching the target
mod shared; // Shared: settings that many requests have in common
mod zone; // the zones of link-local addresses
mod host; // Host: a name or an address, valid by construction
mod deadline; // Deadline; lateness: how late this process noticed a moment
mod trace; // Trace: phases and facts that survive cancellation
mod errno; // io::Error -> code and symbol
mod arrivals; // Arrivals: when data arrived, by the kernel's clock
mod stamped; // Stamped: a TCP connection that notes it
mod stamped_datagram; // datagrams, and when they arrived
mod tcp_info; // what the kernel measured of a TCP connection
mod dial; // addresses -> TCP connection
mod resolve; // name -> addresses
mod connect; // name -> connection
mod system; // Vantage: this host
mod icmp_error; // ICMP errors about packets that did not arrive
mod readiness; // waiting for a socket's data or error
mod datagram; // UDP sockets for one peer
mod strays; // datagrams from others than the peer
mod stream; // Stream: plain or TLS
mod frame; // the header of HTTP/2 frames
mod sections; // the field sections of HTTP/2 peers, and how long their bodies are
mod goaway; // the announced end of an HTTP/2 connection
mod allowed; // what an HTTP/2 server lets a client send
mod exchanges; // when HTTP/2 requests end and responses begin
mod tap; // Tap: the data that was transferred over a stream, and when
#[cfg(feature = "http")]
mod driver; // Driver: work on a connection that must be polled
mod pem; // Pem: a file or inline text
mod checks; // Checks: everything that is wrong with a request
mod login; // Login: a user and a password
mod proxy_protocol; // the PROXY protocol
#[cfg(feature = "http")]
mod proxy_fault; // faults of a proxy, which are not the target's
#[cfg(feature = "http")]
mod proxy; // a tunnel through an HTTP proxy
#[cfg(feature = "http")]
mod redirect; // redirects of HTTP responses
#[cfg(feature = "tls")]
mod reach; // how a target is reached: directly, or through a proxy
#[cfg(feature = "tls")]
mod wire; // Wire, Way: streams of any kind, and how one is opened once more
#[cfg(feature = "tls")]
mod tunnel; // Tunnel: a connection to a target through a proxy
mod target; // where a URL leads
#[cfg(feature = "http")]
mod header; // header lines as they may be sent
mod excerpt; // bytes in the form that evidence shows
mod spoken; // Spoken: the protocol of a peer, known by its first bytes
#[cfg(feature = "tls")]
mod unix_socket; // connections over a Unix domain socket of this host
#[cfg(feature = "http")]
mod socks; // a tunnel through a SOCKS5 proxy
#[cfg(feature = "tls")]
mod fetch; // data that authorities publish to accompany a certificate
#[cfg(feature = "http")]
pub mod http1; // HTTP/1.1 over one connection
#[cfg(feature = "http")]
pub mod http2; // HTTP/2 over one connection
#[cfg(feature = "quic")]
pub mod http3; // what is wrong with the fields of a response over HTTP/3
#[cfg(feature = "tls")]
pub mod starttls; // TLS that is requested inside another protocol
pub mod hops; // the routers between us and a target
pub mod dns; // messages to and from name servers
#[cfg(feature = "tls")]
pub mod tls; // TLS sessions with capture
#[cfg(feature = "quic")]
pub mod quic; // QUIC connections with the same capture

pub use arrivals::Arrivals;
pub use checks::{Checks, first_of};
pub use clock::Clock;
pub use connect::connect;
#[cfg(feature = "quic")]
pub use connect::connect_quic;
pub use datagram::{DatagramError, Datagrams};
pub use deadline::{Deadline, lateness};
pub use denied::{Denial, DeniedNetworks, Network, NetworkError};
pub use dial::{candidates, dial, no_address};
#[cfg(feature = "http")]
pub use driver::Driver;
pub use errno::{classify_io, transport_fault, vagueness};
pub use excerpt::{EXCERPT_BYTES_MAX, excerpt};
#[cfg(feature = "http")]
pub use header::header;
pub use host::Host;
pub use icmp_error::{IcmpError, PACKET_BYTES_MAX, report_icmp_errors, take_icmp_error};
pub use login::Login;
pub use options::{ClientOptions, ResolverOptions};
pub use pem::Pem;
#[cfg(feature = "http")]
pub use proxy::Proxy;
#[cfg(feature = "tls")]
pub use reach::Reach;
#[cfg(feature = "http")]
pub use redirect::{PRIVATE_HEADERS, Redirect, after_redirects, too_many_redirects};
pub use resolve::resolve;
pub use shared::Shared;
pub use spoken::{Spoken, suspect_tls};
pub use stamped::Stamped;
#[cfg(feature = "tls")]
pub use stream::Tunneled;
pub use stream::{Stream, session_fault};
pub use tap::{Tap, Taps};
pub use target::{destination, parse_url, take_userinfo, through_interface};
pub use trace::Trace;
#[cfg(feature = "tls")]
pub use unix_socket::{UNIX_PATH_BYTES_MAX, connect_unix};
pub use vantage::Vantage;
#[cfg(feature = "tls")]
pub use wire::Wire;
pub use zone::interface_index;

/// The `User-Agent` of auxiliary requests.
pub const USER_AGENT: &str = concat!("faultfinder/", env!("CARGO_PKG_VERSION"));
