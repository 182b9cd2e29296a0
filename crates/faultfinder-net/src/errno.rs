//! From a system error to a code.

use faultfinder_taxonomy::{AttemptOutcome, Code, ConnectAttempt, Detail, Errno, Fault, Phase};
use std::io;

/// The symbol of a system error, if the taxonomy has one.
///
/// An error without a system error number, as libraries create them, is mapped by its kind: an unexpected end is
/// [`Errno::PrematureClose`].
#[must_use]
pub fn classify_io(error: &io::Error) -> Option<Errno> {
    if let Some(number) = error.raw_os_error() {
        return by_number(number);
    }
    Some(match error.kind() {
        io::ErrorKind::ConnectionRefused => Errno::ConnRefused,
        io::ErrorKind::ConnectionReset => Errno::ConnReset,
        io::ErrorKind::ConnectionAborted => Errno::ConnAborted,
        io::ErrorKind::BrokenPipe => Errno::Pipe,
        io::ErrorKind::HostUnreachable => Errno::HostUnreach,
        io::ErrorKind::NetworkUnreachable => Errno::NetUnreach,
        io::ErrorKind::AddrNotAvailable => Errno::AddrNotAvail,
        io::ErrorKind::TimedOut => Errno::TimedOut,
        io::ErrorKind::UnexpectedEof => Errno::PrematureClose,
        _ => return None,
    })
}

fn by_number(number: i32) -> Option<Errno> {
    Some(match number {
        libc::ECONNREFUSED => Errno::ConnRefused,
        libc::ECONNRESET => Errno::ConnReset,
        libc::ECONNABORTED => Errno::ConnAborted,
        libc::EPIPE => Errno::Pipe,
        libc::EHOSTUNREACH => Errno::HostUnreach,
        libc::EHOSTDOWN => Errno::HostDown,
        libc::ENETUNREACH => Errno::NetUnreach,
        libc::ENETDOWN => Errno::NetDown,
        libc::EADDRNOTAVAIL => Errno::AddrNotAvail,
        libc::EADDRINUSE => Errno::AddrInUse,
        libc::ETIMEDOUT => Errno::TimedOut,
        libc::EACCES => Errno::Acces,
        libc::EPERM => Errno::Perm,
        libc::EINVAL => Errno::Inval,
        libc::ENOTSUP => Errno::NotSup,
        libc::ENOPROTOOPT => Errno::NoProtoOpt,
        libc::EMSGSIZE => Errno::MsgSize,
        libc::EMFILE => Errno::Mfile,
        libc::ENFILE => Errno::Nfile,
        libc::ENOBUFS => Errno::NoBufs,
        libc::ENOMEM => Errno::NoMem,
        #[cfg(target_os = "linux")]
        libc::ENONET => Errno::NoNet,
        _ => return None,
    })
}

/// The fault of a transport that ended with a system error.
///
/// `what` is the action that failed, with its object: "connect to 127.0.0.1:80".
#[must_use]
pub fn transport_fault(error: &io::Error, phase: Phase, what: &str) -> Fault {
    match classify_io(error) {
        Some(errno) => errno_fault(errno, phase, what),
        None => Fault::new(
            Code::Unknown,
            phase,
            Detail::Definition {
                name: "io_error".to_owned(),
                field: what.to_owned(),
                violations: Vec::new(),
            },
            format!("cannot {what}: {error}"),
        )
        .with("io_error", error.to_string()),
    }
}

/// The fault of a transport that ended with this symbol.
pub(crate) fn errno_fault(errno: Errno, phase: Phase, what: &str) -> Fault {
    Fault::new(errno.code(), phase, Detail::errno(errno), format!("cannot {what}: {}", errno.text()))
}

/// How little the code of a failed attempt says about the target, to choose one of several: refused (0), reset, host
/// unreachable, network unreachable, the rest, our own trouble (5).
#[must_use]
pub const fn vagueness(code: Code) -> u8 {
    match code {
        Code::ConnRefused => 0,
        Code::ConnReset => 1,
        Code::HostUnreach => 2,
        Code::NetUnreach => 3,
        Code::InternalError => 5,
        _ => 4,
    }
}

/// The most definite of several failed connection attempts: refused, reset, unreachable, abandoned by the kernel. Which
/// one it is, and its fault.
pub(crate) fn most_definite(connects: &[ConnectAttempt]) -> Option<(&ConnectAttempt, Fault)> {
    let (attempt, errno) = connects
        .iter()
        .filter_map(|attempt| match &attempt.outcome {
            AttemptOutcome::Failed(symbol) => {
                Errno::ALL.iter().find(|errno| errno.as_str() == symbol).map(|errno| (attempt, *errno))
            }
            _ => None,
        })
        .min_by_key(|(_, errno)| vagueness(errno.code()))?;
    let mut fault = errno_fault(errno, Phase::Connect, &format!("connect to {}", attempt.address));
    if attempt.address.is_ipv4() {
        fault.hints.retain(|hint| !hint.contains("IPv6"));
    }
    Some((attempt, fault))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_decides_the_code() {
        for (number, code) in [
            (libc::ECONNREFUSED, Code::ConnRefused),
            (libc::ENOPROTOOPT, Code::ConnRefused),
            (libc::ECONNRESET, Code::ConnReset),
            (libc::EPIPE, Code::ConnReset),
            (libc::ECONNABORTED, Code::ConnReset),
            (libc::EHOSTUNREACH, Code::HostUnreach),
            (libc::EACCES, Code::HostUnreach),
            (libc::EPERM, Code::HostUnreach),
            (libc::EINVAL, Code::HostUnreach),
            (libc::ENETUNREACH, Code::NetUnreach),
            (libc::EADDRNOTAVAIL, Code::NetUnreach),
            (libc::ETIMEDOUT, Code::Timeout),
            (libc::EMFILE, Code::InternalError),
        ] {
            let fault =
                transport_fault(&io::Error::from_raw_os_error(number), Phase::Connect, "connect to a peer");
            assert_eq!(fault.code, code, "errno {number}");
        }
    }

    #[test]
    fn a_refusal_is_more_definite_than_an_unreachable_network() {
        let attempt = |address: &str, symbol: &str| {
            ConnectAttempt::new(address.parse().unwrap(), 0, 0, AttemptOutcome::Failed(symbol.to_owned()))
        };
        let connects = [attempt("[::1]:1", "ENETUNREACH"), attempt("127.0.0.1:1", "ECONNREFUSED")];
        assert_eq!(most_definite(&connects).unwrap().1.code, Code::ConnRefused);
    }
}
