//! The phases of a run as bars that begin where the one before ended, and those of several runs stacked.

use super::chart::{at, ceiling, number};
use super::moment::utc;
use super::text::{millis, took};
use crate::timestamp::Timestamp;
use faultfinder_taxonomy::{BrokeIn, Phase, Timings};
use std::time::Duration;

/// Width of the bars of one run, in the units of the drawing.
const WIDTH: f64 = 600.0;
/// Narrowest bar: what is shorter is still seen where it was.
const BAR_MIN: f64 = 2.0;

/// The phases of a run.
#[derive(Debug)]
pub(super) struct Waterfall {
    pub(super) bars: Vec<Bar>,
    pub(super) total: String,
}

/// A phase of a run.
#[derive(Debug)]
pub(super) struct Bar {
    pub(super) phase: &'static str,
    /// Its color.
    pub(super) class: &'static str,
    pub(super) took: String,
    pub(super) x: String,
    pub(super) width: String,
    pub(super) is_broken: bool,
}

impl Waterfall {
    /// The drawing of an attempt; nothing if no phase began.
    pub(super) fn new(timings: &Timings, broke_in: Option<BrokeIn>) -> Option<Self> {
        let phases = in_order(timings, broke_in);
        if phases.is_empty() {
            return None;
        }
        let total = timings.total();
        let share = |part: Duration| part.as_secs_f64() / total.as_secs_f64().max(f64::MIN_POSITIVE);
        let mut before = Duration::ZERO;
        let mut bars = Vec::new();
        for (phase, lasted) in &phases {
            let is_broken = broke_in.is_some_and(|broke| broke.phase == *phase);
            let width = (share(*lasted) * WIDTH).clamp(BAR_MIN, WIDTH);
            let x = (share(before).min(1.0) * WIDTH).min(WIDTH - width);
            before = before.saturating_add(*lasted);
            bars.push(Bar {
                phase: phase.as_str(),
                class: class(*phase),
                took: took(millis(*lasted)),
                x: at(x),
                width: at(width),
                is_broken,
            });
        }
        Some(Self { bars, total: took(millis(total)) })
    }
}

/// The phases in their order, with the one that broke.
fn in_order(timings: &Timings, broke_in: Option<BrokeIn>) -> Vec<(Phase, Duration)> {
    let mut phases: Vec<(Phase, Duration)> = timings.phases().collect();
    if let Some(BrokeIn { phase, after }) = broke_in
        && !phases.iter().any(|(other, _)| *other == phase)
    {
        let place = phases.iter().position(|(other, _)| *other > phase).unwrap_or(phases.len());
        // Found in a phase that took no time of its own, after all the others.
        phases.insert(if after.is_zero() { phases.len() } else { place }, (phase, after));
    }
    phases
}

/// The color of a phase.
const fn class(phase: Phase) -> &'static str {
    match phase {
        Phase::Resolve => "resolve",
        Phase::Connect | Phase::Proxy => "connect",
        Phase::Tls | Phase::Aia | Phase::Crl | Phase::Ocsp => "tls",
        Phase::Send | Phase::Wait => "wait",
        Phase::Receive | Phase::Trailers => "receive",
        Phase::Config
        | Phase::Redirect
        | Phase::Authenticate
        | Phase::Open
        | Phase::Reflect
        | Phase::Assert => "other",
    }
}

/// The colors, with what they stand for.
const CLASSES: [(&str, &str); 6] = [
    ("resolve", "resolve"),
    ("connect", "connect"),
    ("tls", "TLS"),
    ("wait", "send, wait"),
    ("receive", "receive"),
    ("other", "other"),
];

/// The drawing of several runs, in its own units, which are stretched to the room that there is.
const STACK_WIDTH: f64 = 720.0;
const STACK_HEIGHT: f64 = 120.0;

/// Runs that the drawing has room for at least: few are not drawn broad.
const RUNS_MIN: usize = 20;

/// The phases of several runs, stacked.
#[derive(Debug)]
pub(super) struct Stacks {
    pub(super) bars: Vec<Stack>,
    /// What the top, the middle and the bottom mean.
    pub(super) scale: [String; 3],
    /// The colors that are there, with what they stand for.
    pub(super) legend: Vec<(&'static str, &'static str)>,
}

/// A run.
#[derive(Debug)]
pub(super) struct Stack {
    pub(super) id: String,
    pub(super) words: String,
    pub(super) x: String,
    pub(super) width: String,
    pub(super) parts: Vec<Part>,
    /// Whether it did not pass.
    pub(super) is_broken: bool,
}

/// Phases of one color.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) class: &'static str,
    pub(super) y: String,
    pub(super) height: String,
}

/// A run with its phases.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) id: String,
    pub(super) started_at: Timestamp,
    pub(super) passed: bool,
    pub(super) timings: Timings,
    pub(super) broke_in: Option<BrokeIn>,
}

impl Stacks {
    /// The drawing of these runs, the latest first; nothing if there are none.
    pub(super) fn new(runs: &[Run]) -> Option<Self> {
        let most = runs.iter().map(|run| millis(run.timings.total())).fold(0.0, f64::max);
        if most <= 0.0 {
            return None;
        }
        let top = ceiling(most);
        let step = STACK_WIDTH / number(runs.len().max(RUNS_MIN));
        let y = |value: f64| (1.0 - value / top) * STACK_HEIGHT;
        let mut seen: Vec<&'static str> = Vec::new();
        let mut bars = Vec::new();
        for (place, run) in runs.iter().rev().enumerate() {
            let mut parts = Vec::new();
            let mut below = 0.0;
            for (word, _) in CLASSES {
                let of_class = run.timings.phases().filter(|(phase, _)| class(*phase) == word);
                let lasted: f64 = of_class.map(|(_, lasted)| millis(lasted)).sum();
                if lasted > 0.0 {
                    let (from, to) = (y(below), y(below + lasted));
                    parts.push(Part { class: word, y: at(to), height: at((from - to).max(0.3)) });
                    below += lasted;
                    if !seen.contains(&word) {
                        seen.push(word);
                    }
                }
            }
            // What the phase lasted that broke is in the total only.
            let is_counted = |broke: &BrokeIn| run.timings.duration(broke.phase).is_some();
            if let Some(broke) = run.broke_in.filter(|broke| !is_counted(broke) && !broke.after.is_zero()) {
                let (from, to) = (y(below), y(below + millis(broke.after)));
                parts.push(Part { class: "broken", y: at(to), height: at((from - to).max(0.3)) });
            }
            let ended = if run.passed { "passed" } else { "did not pass" };
            let total = took(millis(run.timings.total()));
            bars.push(Stack {
                id: run.id.clone(),
                words: format!("{} UTC: {ended}, {total}", utc(run.started_at)),
                x: at(number(place) * step),
                width: at((step - 3.0).max(1.0)),
                parts,
                is_broken: !run.passed,
            });
        }
        Some(Self {
            bars,
            scale: [1.0, 0.5, 0.0].map(|share| took(share * top)),
            legend: CLASSES.into_iter().filter(|(word, _)| seen.contains(word)).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timings(phases: &[(Phase, u64)]) -> Timings {
        let mut timings = Timings::default();
        phases.iter().for_each(|(phase, millis)| timings.add(*phase, Duration::from_millis(*millis)));
        timings
    }

    #[test]
    fn bars_begin_where_the_one_before_ended_and_the_broken_phase_is_marked() {
        let mut timings = timings(&[(Phase::Resolve, 25), (Phase::Connect, 25), (Phase::Tls, 50)]);
        let broke = timings.break_in(Phase::Tls);
        let drawn = Waterfall::new(&timings, Some(broke)).unwrap();
        let bars: Vec<_> = drawn
            .bars
            .iter()
            .map(|bar| (bar.phase, bar.x.as_str(), bar.width.as_str(), bar.is_broken))
            .collect();
        let expected =
            [("resolve", "0", "150", false), ("connect", "150", "150", false), ("tls", "300", "300", true)];
        assert_eq!(bars, expected);
        assert_eq!(drawn.total, "100 ms");
        assert!(Waterfall::new(&Timings::default(), None).is_none());
    }

    #[test]
    fn runs_are_stacked_from_left_to_right_with_the_phase_that_broke_on_top() {
        let run = |id: &str, millis| Run {
            id: id.to_owned(),
            started_at: Timestamp::default(),
            passed: true,
            timings: timings(&[(Phase::Connect, millis), (Phase::Wait, millis)]),
            broke_in: None,
        };
        let mut broken = run("later", 25);
        broken.broke_in = Some(broken.timings.break_in(Phase::Wait));
        let stacks = Stacks::new(&[broken, run("earlier", 50)]).unwrap();
        let ids: Vec<&str> = stacks.bars.iter().map(|bar| bar.id.as_str()).collect();
        assert_eq!(ids, ["earlier", "later"]);
        assert_eq!(stacks.legend, [("connect", "connect"), ("wait", "send, wait")]);
        let parts = |bar: &Stack| {
            bar.parts.iter().map(|part| (part.class, part.y.clone(), part.height.clone())).collect::<Vec<_>>()
        };
        let part = |class, y: &str, height: &str| (class, y.to_owned(), height.to_owned());
        assert_eq!(parts(&stacks.bars[0]), [part("connect", "60", "60"), part("wait", "0", "60")]);
        assert_eq!(parts(&stacks.bars[1]), [part("connect", "90", "30"), part("broken", "60", "30")]);
        assert!(Stacks::new(&[]).is_none());
    }
}
