//! How often a monitor is tested, how long that may take, how often it is tried again, and when its alert comes.

use super::draft::Monitor;
use super::fields::{count, is_set, native, seconds};
use super::kind::Kind;
use crate::alert::ALERT_RESULTS_MAX;
use crate::defaults::RETRIES_MAX;
use crate::foreign::build::{Fields, word};
use crate::foreign::section::Section;
use crate::value::{EVERY_MAX, EVERY_MIN, RETRY_INTERVAL_MAX, TIMEOUT_MAX};
use crate::yaml::Kind as Shape;
use crate::yaml::Node;
use std::rc::Rc;
use std::time::Duration;

/// How often a monitor is tested unless it says otherwise.
const INTERVAL_DEFAULT: Duration = Duration::from_secs(60);

/// The part of the interval that a request may take where no time-out is given.
const TIMEOUT_SHARE: f64 = 0.8;

/// Longest time of a request whose attempt need not be given more: the native default.
const OVERALL_DEFAULT: Duration = Duration::from_secs(60);

/// The least that a report may be late.
const GRACE_MIN: Duration = Duration::from_secs(1);

/// Shortest time between two reminders.
const REMINDERS_MIN: Duration = Duration::from_secs(60);

/// Puts the schedule of a monitor into its test, and the time-out into its request.
pub(super) fn read(
    monitor: &mut Monitor<'_, '_, '_, '_>,
    section: &mut Section<'_>,
    kind: Kind,
    test: &mut Fields,
) {
    let paused = paused(monitor, section);
    let given = seconds(monitor.conversion, section, "interval");
    let interval = given.map_or(INTERVAL_DEFAULT, |(_, interval)| interval.max(EVERY_MIN));
    if let Some((node, given)) = given {
        if given > EVERY_MAX {
            let message =
                format!("`interval`: {} becomes {}: more is not possible", native(given), native(EVERY_MAX));
            monitor.conversion.warn(node, message);
        }
        test.put("every", word(node.place, native(interval.min(EVERY_MAX))));
    }
    timeout(monitor, section, kind, interval);
    if let Some(node) = paused {
        test.put("paused", word(node.place, "true"));
    }
    let mut alert = Fields::default();
    if kind == Kind::Push {
        grace(monitor, section, interval);
    } else {
        retries(monitor, section, interval, (test, &mut alert));
    }
    reminders(monitor, section, interval, &mut alert);
    notified(monitor, section);
    if !alert.is_empty() {
        test.put("alert", alert.into_node(monitor.place));
    }
}

/// What says that a monitor is off: itself, or a group that it is in.
fn paused<'n>(monitor: &mut Monitor<'_, '_, '_, '_>, section: &mut Section<'n>) -> Option<&'n Rc<Node>> {
    let active = super::fields::flag(monitor.conversion, section, "active");
    let forced = is_set(monitor.conversion, section, "forceInactive");
    active.and_then(|(node, is_active)| (!is_active).then_some(node)).or(forced)
}

/// The time of a request. A ping has its own.
fn timeout(monitor: &mut Monitor<'_, '_, '_, '_>, section: &mut Section<'_>, kind: Kind, interval: Duration) {
    let given = seconds(monitor.conversion, section, "timeout").filter(|(_, timeout)| !timeout.is_zero());
    if matches!(kind, Kind::Ping | Kind::Push) {
        return;
    }
    let place = given.map_or(monitor.place, |(node, _)| node.place);
    let timeout = given.map_or_else(|| interval.mul_f64(TIMEOUT_SHARE), |(_, timeout)| timeout);
    if let Some((node, given)) = given
        && given > TIMEOUT_MAX
    {
        let message =
            format!("`timeout`: {} becomes {}: more is not possible", native(given), native(TIMEOUT_MAX));
        monitor.conversion.warn(node, message);
    }
    let timeout = timeout.clamp(Duration::from_millis(1), TIMEOUT_MAX);
    monitor.request.put("timeout", word(place, native(timeout)));
    if timeout > OVERALL_DEFAULT {
        monitor.request.put("overall_timeout", word(place, native(timeout)));
    }
}

/// What the monitor waits for after its interval: as long as its retries last.
fn grace(monitor: &mut Monitor<'_, '_, '_, '_>, section: &mut Section<'_>, interval: Duration) {
    let retries = count(monitor.conversion, section, "maxretries").filter(|(_, retries)| *retries > 0);
    let pause = seconds(monitor.conversion, section, "retryInterval").filter(|(_, pause)| !pause.is_zero());
    let pause = pause.map_or(interval, |(_, pause)| pause);
    let place = retries.map_or(monitor.place, |(node, _)| node.place);
    let grace = retries.map_or(GRACE_MIN, |(_, retries)| pause.checked_mul(retries).unwrap_or(EVERY_MAX));
    monitor.request.put("grace", word(place, native(grace.clamp(GRACE_MIN, EVERY_MAX))));
}

/// Retries, where they fit between two runs; else an alert that waits for as long.
fn retries(
    monitor: &mut Monitor<'_, '_, '_, '_>,
    section: &mut Section<'_>,
    interval: Duration,
    (test, alert): (&mut Fields, &mut Fields),
) {
    let retries = count(monitor.conversion, section, "maxretries").filter(|(_, retries)| *retries > 0);
    let pause = seconds(monitor.conversion, section, "retryInterval").filter(|(_, pause)| !pause.is_zero());
    let Some((node, retries)) = retries else { return };
    let pause_place = pause.map_or(node.place, |(node, _)| node.place);
    let pause = pause.map_or(interval, |(_, pause)| pause);
    let all = pause.checked_mul(retries).unwrap_or(Duration::MAX);
    if retries <= u32::from(RETRIES_MAX) && pause <= RETRY_INTERVAL_MAX && all < interval {
        let mut retry = Fields::default();
        retry.put("count", word(node.place, retries));
        retry.put("interval", word(pause_place, native(pause)));
        test.put("retry", retry.into_node(node.place));
        return;
    }
    let intervals = all.as_nanos().div_ceil(interval.as_nanos().max(1));
    let wanted = u32::try_from(intervals).unwrap_or(u32::MAX).saturating_add(1);
    let failures = wanted.min(ALERT_RESULTS_MAX);
    alert.put("failures", word(node.place, failures));
    if failures < wanted {
        let message =
            format!("`maxretries`: the alert begins after {failures} failures: more is not possible");
        monitor.conversion.warn(node, message);
    } else if pause != interval {
        let message = format!(
            "`maxretries` and `retryInterval` become an alert after {failures} failures, one each {}: retries must fit \
             into the interval, at most {RETRIES_MAX} of them, at most {} apart",
            native(interval),
            native(RETRY_INTERVAL_MAX)
        );
        monitor.conversion.warn(node, message);
    }
}

/// Reminders, which come after so many results.
fn reminders(
    monitor: &mut Monitor<'_, '_, '_, '_>,
    section: &mut Section<'_>,
    interval: Duration,
    alert: &mut Fields,
) {
    let resend = count(monitor.conversion, section, "resendInterval").filter(|(_, results)| *results > 0);
    let Some((node, results)) = resend else { return };
    match interval.checked_mul(results) {
        Some(every) if every < REMINDERS_MIN => {
            let message = "`resendInterval` is left out: reminders come at most once a minute";
            monitor.conversion.warn(node, message);
        }
        Some(every) if every <= EVERY_MAX => alert.put("remind_every", word(node.place, native(every))),
        _ => {
            let message = "`resendInterval` is left out: reminders come at least once in 7 days";
            monitor.conversion.warn(node, message);
        }
    }
}

/// Remarks on the notifiers of a monitor.
fn notified(monitor: &mut Monitor<'_, '_, '_, '_>, section: &mut Section<'_>) {
    let Some(node) = section.get("notificationIDList") else { return };
    let Shape::Mapping(entries) = &node.kind else { return };
    let is_on =
        |value: &Node| value.scalar().is_some_and(|value| matches!(value.text.as_str(), "true" | "1"));
    let ids = entries.iter().filter(|(_, value)| is_on(value)).filter_map(|(id, _)| id.scalar());
    let names: Vec<&str> = ids.filter_map(|id| monitor.directory.notifier(&id.text)).collect();
    if !names.is_empty() {
        let remark = format!("it notified {}", names.join(", "));
        monitor.conversion.remark(node, remark);
    }
}
