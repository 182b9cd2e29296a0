//! The phases of an attempt as bars that begin where the one before ended.

use super::text::{duration, pad, pad_left};
use crate::paint::Paint;
use faultfinder_taxonomy::{BrokeIn, Phase, Protocol, Timings};
use std::time::Duration;

/// Widest waterfall, in columns.
const BAR_MAX: usize = 60;
/// Columns beside the bars: the indentation, the phase, the duration, the mark.
const BESIDE: usize = 32;

/// The bars, one line per phase that was completed, the phase of the fault with a mark, and the total.
pub(crate) fn waterfall(
    timings: &Timings,
    protocol: Protocol,
    broke_in: Option<BrokeIn>,
    paint: Paint,
    width: usize,
) -> String {
    let total = timings.total();
    let columns = width.saturating_sub(BESIDE).min(BAR_MAX);
    let mut text = String::new();
    let mut before = Duration::ZERO;
    for (phase, took) in in_order(timings, broke_in, protocol) {
        let broke = broke_in.is_some_and(|broke_in| broke_in.phase == phase);
        text.push_str(&line(phase, (before, took, total), columns, broke, paint));
        before = before.saturating_add(took);
    }
    let total = format!("  {} {} {}", pad("total", 12), " ".repeat(columns), pad_left(&duration(total), 10));
    text.push_str(&format!("{}\n", paint.strong(&total)));
    text
}

/// The phases as they followed one another. A WebSocket is opened over TLS; STARTTLS opens the way to it. What was found
/// before anything was sent comes after nothing.
pub(crate) fn in_order(
    timings: &Timings,
    broke_in: Option<BrokeIn>,
    protocol: Protocol,
) -> Vec<(Phase, Duration)> {
    let mut phases: Vec<(Phase, Duration)> = timings.phases().collect();
    if let Some(BrokeIn { phase, after }) = broke_in
        && !phases.iter().any(|(other, _)| *other == phase)
    {
        let place = phases.iter().position(|(other, _)| *other > phase).unwrap_or(phases.len());
        // Found in a phase that took no time of its own, after all the others.
        let place = if after.is_zero() { phases.len() } else { place };
        phases.insert(place, (phase, after));
    }
    if matches!(protocol, Protocol::Ssl | Protocol::Tcp) {
        let tls = phases.iter().position(|(phase, _)| *phase == Phase::Tls);
        let open = phases.iter().position(|(phase, _)| *phase == Phase::Open);
        if let (Some(tls), Some(open)) = (tls, open)
            && tls < open
        {
            let opened = phases.remove(open);
            phases.insert(tls, opened);
        }
    }
    phases
}

type Stretch = (Duration, Duration, Duration);

fn line(phase: Phase, (before, took, total): Stretch, columns: usize, failed: bool, paint: Paint) -> String {
    let start = column(before, total, columns).min(columns.saturating_sub(1));
    let end = column(before.saturating_add(took), total, columns).min(columns);
    let length = end.saturating_sub(start);
    // What is too short for a column is a thin line, so that it is still seen where it was.
    let bar = if length == 0 { "▏".to_owned() } else { "█".repeat(length) };
    let behind = " ".repeat(columns.saturating_sub(start.saturating_add(length.max(1))));
    let bar = if failed { paint.bad(&bar) } else { paint.bar(&bar) };
    let mark = if failed { format!(" {}", paint.bad("✗")) } else { String::new() };
    let name = pad(phase.as_str(), 12);
    let name = if failed { paint.bad(&name) } else { name };
    format!("  {name} {}{bar}{behind} {}{mark}\n", " ".repeat(start), pad_left(&duration(took), 10))
}

/// The column at which a time stands.
fn column(at: Duration, total: Duration, columns: usize) -> usize {
    let columns = u128::try_from(columns).unwrap_or(0);
    let total = total.as_micros().max(1);
    // Rounded to the nearest column.
    let position = at.as_micros().saturating_mul(columns).saturating_add(total / 2) / total;
    usize::try_from(position).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timings(phases: &[(Phase, u64)]) -> Timings {
        let mut timings = Timings::default();
        for (phase, micros) in phases {
            timings.add(*phase, Duration::from_micros(*micros));
        }
        timings
    }

    #[test]
    fn every_bar_begins_where_the_one_before_ended() {
        let mut timings = timings(&[(Phase::Resolve, 5_000), (Phase::Connect, 5_000), (Phase::Tls, 10_000)]);
        let broke_in = timings.break_in(Phase::Tls);
        let text = waterfall(&timings, Protocol::Http, Some(broke_in), Paint::plain(), 52);
        assert_eq!(
            text,
            "  resolve      █████                  5.000 ms\n\
             \x20 connect           █████             5.000 ms\n\
             \x20 tls                    ██████████    10.0 ms ✗\n\
             \x20 total                                20.0 ms\n"
        );
    }

    #[test]
    fn a_phase_too_short_for_a_column_is_still_seen() {
        let timings = timings(&[(Phase::Resolve, 1), (Phase::Wait, 1_000_000)]);
        let text = waterfall(&timings, Protocol::Http, None, Paint::plain(), 42);
        assert_eq!(
            text,
            "  resolve      ▏            0.001 ms\n\
             \x20 wait         ██████████    1.000 s\n\
             \x20 total                      1.000 s\n"
        );
    }

    #[test]
    fn a_fault_before_anything_was_sent_has_its_line() {
        let broke_in = BrokeIn { phase: Phase::Config, after: Duration::ZERO };
        let text = waterfall(&Timings::default(), Protocol::Http, Some(broke_in), Paint::plain(), 42);
        assert_eq!(
            text,
            "  config       ▏            0.000 ms ✗\n\
             \x20 total                     0.000 ms\n"
        );
    }

    #[test]
    fn starttls_stands_before_the_handshake_that_it_opens_the_way_to() {
        let timings = timings(&[(Phase::Connect, 1), (Phase::Tls, 2), (Phase::Ocsp, 3), (Phase::Open, 4)]);
        let order = |protocol| {
            in_order(&timings, None, protocol).into_iter().map(|(phase, _)| phase).collect::<Vec<_>>()
        };
        assert_eq!(order(Protocol::Ssl), [Phase::Connect, Phase::Open, Phase::Tls, Phase::Ocsp]);
        assert_eq!(order(Protocol::Ws), [Phase::Connect, Phase::Tls, Phase::Ocsp, Phase::Open]);
    }
}
