//! System errors that a connection can end with.

use crate::Code;
use serde::{Deserialize, Serialize};

macro_rules! errnos {
    ($($variant:ident $symbol:literal $text:literal),* $(,)?) => {
        /// How a transport ended: a system error by its POSIX symbol (numbers differ between systems, symbols do not), or
        /// one of the two orderly ends that have no symbol.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Errno {
            $(#[doc = $text] #[serde(rename = $symbol)] $variant,)*
        }

        impl Errno {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The symbol.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $symbol,)* }
            }

            /// What it means, as a sentence fragment.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

errnos! {
    ConnRefused "ECONNREFUSED" "connection refused",
    ConnReset "ECONNRESET" "connection reset by peer",
    ConnAborted "ECONNABORTED" "connection aborted",
    Pipe "EPIPE" "broken pipe",
    HostUnreach "EHOSTUNREACH" "no route to host",
    HostDown "EHOSTDOWN" "host is down",
    NoNet "ENONET" "machine is not on the network",
    NotSup "ENOTSUP" "operation not supported (source route failed)",
    Acces "EACCES" "permission denied (an administrative prohibition)",
    Perm "EPERM" "operation not permitted (a local policy)",
    Inval "EINVAL" "invalid argument (a blackhole route)",
    NetUnreach "ENETUNREACH" "network is unreachable",
    NetDown "ENETDOWN" "network is down",
    AddrNotAvail "EADDRNOTAVAIL" "cannot assign requested address",
    TimedOut "ETIMEDOUT" "connection timed out in the kernel",
    NoProtoOpt "ENOPROTOOPT" "protocol not available",
    MsgSize "EMSGSIZE" "message too long",
    Mfile "EMFILE" "too many open files in this process",
    Nfile "ENFILE" "too many open files on this host",
    NoBufs "ENOBUFS" "no buffer space available",
    NoMem "ENOMEM" "out of memory",
    AddrInUse "EADDRINUSE" "address already in use",
    NoEnt "ENOENT" "no such file (the Unix socket does not exist)",
    PrematureClose "premature-close" "the peer closed the connection before the message was complete",
    CloseNotify "close_notify" "the peer closed the TLS session properly before the message was complete",
}

impl Errno {
    /// What to do about it, if there is more advice than the hints of its code.
    #[must_use]
    pub const fn hint(self) -> Option<&'static str> {
        Some(match self {
            Self::Acces | Self::Perm => "a firewall or a policy forbids it, on this host or on the path",
            Self::Inval => {
                "a blackhole route on this host drops packets to the target: see `ip route get ADDRESS`"
            }
            Self::AddrNotAvail => {
                "this host has no address of that family, the source address does not belong to it, or its ports are used up"
            }
            Self::Mfile => "raise this process's limit of open files (ulimit -n), or run fewer tests at once",
            Self::Nfile => "raise the host's limit of open files",
            Self::NoEnt => "check that the service runs, and the path of its socket",
            Self::NoBufs | Self::NoMem => "this host is short of memory",
            Self::MsgSize => "the payload does not fit into one datagram: shorten it",
            Self::TimedOut => {
                "the kernel gave up: no packet came back, for example because a firewall drops them"
            }
            Self::CloseNotify => {
                "the peer closed the TLS session properly: check for an access rule or a limit on its side"
            }
            _ => return None,
        })
    }
}

impl Errno {
    /// The code of a connection that ends with it: it depends on the errno, never on the protocol.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::ConnRefused | Self::NoProtoOpt | Self::NoEnt => Code::ConnRefused,
            Self::HostUnreach
            | Self::HostDown
            | Self::NoNet
            | Self::NotSup
            | Self::Acces
            | Self::Perm
            | Self::Inval => Code::HostUnreach,
            Self::NetUnreach | Self::NetDown | Self::AddrNotAvail => Code::NetUnreach,
            Self::TimedOut => Code::Timeout,
            Self::MsgSize => Code::InvalidRequest,
            Self::Mfile | Self::Nfile | Self::NoBufs | Self::NoMem | Self::AddrInUse => Code::InternalError,
            // ECONNRESET, ECONNABORTED, EPIPE, and the orderly ends before a message was complete.
            _ => Code::ConnReset,
        }
    }
}

impl std::fmt::Display for Errno {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}
