//! Are there enough file descriptors?

use super::Finding;
use rustix::process::{Resource, getrlimit};

const NAME: &str = "descriptors";

/// What a probe may have open at once: its connection, another one that was begun beside it (RFC 8305), a question to a
/// name server.
const PER_PROBE: u64 = 3;
/// Other descriptors of the process: the store, listeners, clients of the API.
const BESIDES: u64 = 128;

/// Compares the limits of this process with what so many probes need.
pub(super) fn check(concurrency: u32) -> Finding {
    let limits = getrlimit(Resource::Nofile);
    judge(limits.current, limits.maximum, concurrency)
}

/// Limits that are not there are none.
fn judge(soft: Option<u64>, hard: Option<u64>, concurrency: u32) -> Finding {
    let needed = u64::from(concurrency) * PER_PROBE + BESIDES;
    let Some(soft) = soft else {
        return Finding::ok(NAME, "as many as memory allows");
    };
    let found = format!("{soft} may be open; {concurrency} probes at once need {needed}");
    if soft >= needed {
        return Finding::ok(NAME, found);
    }
    let fewer = soft.saturating_sub(BESIDES) / PER_PROBE;
    let instead = format!("or run at most {fewer} probes at once");
    let todo = if hard.is_none_or(|hard| hard >= needed) {
        format!("raise the limit: `ulimit -n {needed}`, for a service LimitNOFILE={needed}; {instead}")
    } else {
        let hard = hard.unwrap_or_default();
        format!(
            "raise the hard limit, which is {hard}: /etc/security/limits.conf, for a service LimitNOFILE={needed}; \
             {instead}"
        )
    };
    Finding::problem(NAME, found, todo)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::doctor::Status;

    #[test]
    fn a_limit_is_enough_or_it_is_said_how_to_raise_it() {
        assert_eq!(judge(Some(728), Some(728), 200).status, Status::Ok);
        assert_eq!(judge(None, None, u32::MAX).status, Status::Ok);
        let finding = judge(Some(727), Some(4096), 200);
        assert_eq!(finding.status, Status::Problem);
        assert_eq!(finding.found, "727 may be open; 200 probes at once need 728");
        assert!(finding.todo.unwrap().ends_with("LimitNOFILE=728; or run at most 199 probes at once"));
        let finding = judge(Some(256), Some(512), 200);
        assert!(finding.todo.unwrap().starts_with("raise the hard limit, which is 512"));
        assert!(judge(Some(10), Some(10), 1).todo.unwrap().ends_with("at most 0 probes at once"));
    }
}
