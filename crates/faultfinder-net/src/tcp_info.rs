//! What the kernel measured of a TCP connection.

use std::time::Duration;

/// How long the handshake of a connection that is established took: from its SYN to the answer, as the kernel saw them
/// (`TCP_INFO`). Nothing if the SYN was sent more than once, and where the kernel does not say.
#[cfg(target_os = "linux")]
pub(crate) fn handshake_time(socket: &impl std::os::fd::AsFd) -> Option<Duration> {
    let info = nix::sys::socket::getsockopt(socket, linux::TcpInfo).ok()?;
    let is_first = info.total_retrans == 0 && info.rtt_us > 0;
    is_first.then(|| Duration::from_micros(u64::from(info.rtt_us)))
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn handshake_time<S>(_: &S) -> Option<Duration> {
    None
}

#[cfg(target_os = "linux")]
mod linux {
    use nix::{getsockopt_impl, sockopt_impl};

    /// The beginning of `struct tcp_info` of `linux/tcp.h`, which every kernel since 2.6.10 has. The kernel fills as much as is
    /// asked for; the type of the C library grows with its version.
    #[repr(C)]
    #[derive(Debug, Clone, Copy)]
    #[expect(unreachable_pub, reason = "the macro makes the option public, and with it what it yields")]
    pub struct Info {
        state_to_options: [u8; 8],
        rto_to_rcv_ssthresh: [u32; 15],
        /// Smoothed round-trip time in microseconds: after the handshake alone, that of the handshake.
        pub(crate) rtt_us: u32,
        rttvar_to_rcv_space: [u32; 7],
        /// How many segments were sent once more.
        pub(crate) total_retrans: u32,
    }

    sockopt_impl!(
        /// `TCP_INFO`
        TcpInfo, GetOnly, libc::IPPROTO_TCP, libc::TCP_INFO, Info
    );
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_layout_is_that_of_the_kernel() {
        assert_eq!(std::mem::offset_of!(linux::Info, rtt_us), 68);
        assert_eq!(std::mem::offset_of!(linux::Info, total_retrans), 100);
        assert_eq!(size_of::<linux::Info>(), 104);
    }

    #[test]
    fn a_handshake_over_loopback_took_some_time() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let took = handshake_time(&stream).unwrap();
        assert!(took > Duration::ZERO && took < Duration::from_secs(10), "{took:?}");
        assert_eq!(handshake_time(&listener), None);
    }
}
