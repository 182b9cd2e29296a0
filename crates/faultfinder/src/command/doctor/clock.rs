//! Can this be the time?

use super::Finding;
use faultfinder_net::Clock;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const NAME: &str = "clock";

/// 2026-01-01: this program was built later than that.
const EARLIEST: i64 = 1_767_225_600;
/// 2100-01-01: no certificate that is trusted today is valid then.
const LATEST: i64 = 4_102_444_800;

/// Looks at the clock of this host. It is compared with nobody else's.
pub(super) fn check(clock: &Clock) -> Finding {
    let seconds = clock.unix_seconds();
    let moment =
        OffsetDateTime::from_unix_timestamp(seconds).ok().and_then(|time| time.format(&Rfc3339).ok());
    let shown = moment.unwrap_or_else(|| format!("{seconds} s after 1970"));
    let todo = "set the clock, and keep it synchronized (systemd-timesyncd, chrony): certificates are checked against it, \
                and it dates results";
    if seconds < EARLIEST {
        Finding::problem(NAME, format!("it is {shown}, before this program was built"), todo)
    } else if seconds >= LATEST {
        Finding::problem(NAME, format!("it is {shown}, far in the future"), todo)
    } else {
        Finding::ok(NAME, format!("it is {shown}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::doctor::Status;
    use std::time::{Duration, SystemTime};

    #[test]
    fn a_time_before_the_build_or_far_behind_it_is_a_problem() {
        for (seconds, status) in [
            (0, Status::Problem),
            (1_767_225_599, Status::Problem),
            (1_767_225_600, Status::Ok),
            (4_102_444_799, Status::Ok),
            (4_102_444_800, Status::Problem),
        ] {
            let clock = Clock::fixed(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
            assert_eq!(check(&clock).status, status, "{seconds}");
        }
        let clock = Clock::fixed(SystemTime::UNIX_EPOCH);
        assert_eq!(check(&clock).found, "it is 1970-01-01T00:00:00Z, before this program was built");
    }
}
