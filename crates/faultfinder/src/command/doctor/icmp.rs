//! May this process use ICMP?

use super::Finding;
use faultfinder_icmp::{Access, access};
use faultfinder_taxonomy::Fault;

const NAME: &str = "icmp";

/// Opens a socket of each version, and sends nothing.
pub(super) fn check() -> Finding {
    judge(access(false), access(true))
}

fn judge(v4: Result<Access, Fault>, v6: Result<Access, Fault>) -> Finding {
    match (v4, v6) {
        (Ok(v4), Ok(v6)) if v4 == v6 => Finding::ok(NAME, format!("{} over IPv4 and IPv6", in_words(v4))),
        (Ok(v4), Ok(v6)) => Finding::ok(NAME, format!("IPv4: {}; IPv6: {}", in_words(v4), in_words(v6))),
        // A host without one version of IP is not short of a permission.
        (Ok(one), Err(_)) => Finding::ok(NAME, format!("{} over IPv4 only", in_words(one))),
        (Err(_), Ok(one)) => Finding::ok(NAME, format!("{} over IPv6 only", in_words(one))),
        (Err(fault), Err(_)) => {
            let found = format!("{}; ICMP tests and their routes cannot run", fault.message);
            Finding::warning(NAME, found, fault.hints.join("; "))
        }
    }
}

fn in_words(access: Access) -> &'static str {
    match access {
        Access::Datagram => "datagram sockets, without privileges (net.ipv4.ping_group_range)",
        Access::Raw => "raw sockets, with the capability CAP_NET_RAW",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::doctor::Status;
    use faultfinder_taxonomy::{Code, Detail, Errno, Phase};

    #[test]
    fn without_a_permission_it_says_how_to_get_one() {
        let refused = || {
            let detail = Detail::errno(Errno::Perm);
            let fault =
                Fault::new(Code::InternalError, Phase::Config, detail, "this process may not use ICMP");
            Err(fault.with_hint("setcap"))
        };
        let finding = judge(refused(), refused());
        assert_eq!(finding.status, Status::Warning);
        assert!(finding.found.starts_with("this process may not use ICMP; "), "{finding:?}");
        assert!(finding.todo.unwrap().starts_with("setcap"));
        assert_eq!(judge(Ok(Access::Raw), refused()).status, Status::Ok);
        assert!(judge(Ok(Access::Raw), Ok(Access::Datagram)).found.contains("IPv6: datagram"));
    }
}
