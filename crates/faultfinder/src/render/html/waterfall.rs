//! Phases as bars, and counts as a meter, both as SVG.

use crate::render::text::duration;
use crate::render::waterfall::in_order;
use faultfinder_taxonomy::{BrokeIn, Phase, Protocol, Timings};
use std::time::Duration;

/// The pattern of the phase that broke, once for the whole page: it differs also without colors.
pub(super) const PATTERN: &str = "<svg width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>\
    <pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
    <line class=\"hatch\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\" /></pattern></defs></svg>\n";

/// Width of the drawing, in its own units.
const WIDTH: f64 = 800.0;
/// Where the bars begin: the names of the phases are before them.
const LEFT: f64 = 100.0;
/// Where they end: the durations are behind them.
const RIGHT: f64 = 680.0;
/// Height of a line.
const LINE: f64 = 20.0;
/// Narrowest bar: what is shorter is still seen where it was.
const BAR_MIN: f64 = 2.0;

/// The completed phases as bars that begin where the one before ended, and the phase that broke as a hatched one.
pub(super) fn waterfall(timings: &Timings, broke_in: Option<BrokeIn>, protocol: Protocol) -> String {
    let phases = in_order(timings, broke_in, protocol);
    let total = timings.total();
    let lines = phases.len().saturating_add(1);
    let height = LINE * f64::from(u32::try_from(lines).unwrap_or(u32::MAX)) + 4.0;
    let mut svg = format!(
        "<div class=\"waterfall\"><svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{}\">",
        told(&phases, broke_in, total)
    );
    for quarter in 0_u8..=4 {
        let x = LEFT + (RIGHT - LEFT) * f64::from(quarter) / 4.0;
        svg.push_str(&format!(
            "<line class=\"grid\" x1=\"{x}\" y1=\"0\" x2=\"{x}\" y2=\"{:.0}\" />",
            height - LINE - 2.0
        ));
    }
    let mut before = Duration::ZERO;
    let mut y = 0.0;
    for (phase, took) in phases {
        let broke = broke_in.is_some_and(|broke_in| broke_in.phase == phase);
        push_line(&mut svg, phase, (before, took, total), broke, y);
        before = before.saturating_add(took);
        y += LINE;
    }
    let text = y + 15.0;
    svg.push_str(&format!(
        "<text class=\"total\" x=\"0\" y=\"{text}\">total</text>\
         <text class=\"total\" x=\"{}\" y=\"{text}\" text-anchor=\"end\">{}</text></svg></div>\n",
        WIDTH - 20.0,
        duration(total)
    ));
    svg
}

fn push_line(
    svg: &mut String,
    phase: Phase,
    (before, took, total): (Duration, Duration, Duration),
    broke: bool,
    y: f64,
) {
    let room = RIGHT - LEFT;
    let share = |part: Duration| part.as_secs_f64() / total.as_secs_f64().max(f64::MIN_POSITIVE);
    let width = (share(took) * room).clamp(BAR_MIN, room);
    let x = (LEFT + share(before).min(1.0) * room).min(RIGHT - width);
    let (bar, name, time, mark) = match broke {
        true => ("broke", " class=\"broke-name\"", " class=\"broke-time\"", " ✗"),
        false => (phase.as_str(), "", "", ""),
    };
    let (top, text) = (y + 4.0, y + 15.0);
    svg.push_str(&format!(
        "<text{name} x=\"0\" y=\"{text}\">{phase}</text>\
         <rect class=\"bar bar-{bar}\" x=\"{x:.1}\" y=\"{top}\" width=\"{width:.1}\" height=\"13\" rx=\"2\" />\
         <text{time} x=\"{}\" y=\"{text}\" text-anchor=\"end\">{}</text>",
        WIDTH - 20.0,
        duration(took)
    ));
    if broke {
        svg.push_str(&format!("<text{time} x=\"{}\" y=\"{text}\">{mark}</text>", WIDTH - 18.0));
    }
}

/// The drawing in words.
fn told(phases: &[(Phase, Duration)], broke_in: Option<BrokeIn>, total: Duration) -> String {
    let mut told: Vec<String> = Vec::new();
    for (phase, took) in phases {
        let broke = if broke_in.is_some_and(|broke_in| broke_in.phase == *phase) { " (broke)" } else { "" };
        told.push(format!("{phase}{broke} {}", duration(*took)));
    }
    told.push(format!("total {}", duration(total)));
    told.join(", ")
}

/// How large each share of all tests is.
pub(super) fn meter(counts: &[(usize, &str)]) -> String {
    let all: f64 = counts.iter().map(|(count, _)| number(*count)).sum();
    let mut svg = format!(
        "<svg class=\"meter\" viewBox=\"0 0 {WIDTH} 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
    );
    let mut x = 0.0;
    for (count, class) in counts.iter().filter(|(count, _)| *count > 0) {
        let width = WIDTH * number(*count) / all.max(1.0);
        svg.push_str(&format!(
            "<rect class=\"fill-{class}\" x=\"{x:.1}\" y=\"0\" width=\"{width:.1}\" height=\"8\" />"
        ));
        x += width;
    }
    svg.push_str("</svg>\n");
    svg
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
