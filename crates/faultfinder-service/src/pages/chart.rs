//! Coordinates of drawings.

use std::fmt::Write as _;

/// A number as a coordinate: with one decimal.
pub(super) fn at(number: f64) -> String {
    let number = if number.is_finite() { number } else { 0.0 };
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

/// A count as a number.
pub(super) fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The path of a line through points; it is broken where there is none.
pub(super) fn line(points: &[Option<(f64, f64)>]) -> String {
    let mut path = String::new();
    let mut is_drawing = false;
    for point in points {
        let Some((x, y)) = point else {
            is_drawing = false;
            continue;
        };
        let _ = write!(path, "{}{} {}", if is_drawing { "L" } else { "M" }, at(*x), at(*y));
        if !is_drawing {
            // A point alone is seen, too.
            path.push_str("h0.1");
        }
        is_drawing = true;
    }
    path
}

/// A round number that is at least as large: 1, 2 or 5 and zeros.
pub(super) fn ceiling(most: f64) -> f64 {
    if !most.is_finite() || most <= 0.0 {
        return 1.0;
    }
    let magnitude = 10_f64.powf(most.log10().floor());
    [1.0, 2.0, 5.0]
        .into_iter()
        .map(|step| step * magnitude)
        .find(|round| *round >= most)
        .unwrap_or(10.0 * magnitude)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_where_nothing_is_known() {
        let points = [Some((0.0, 1.5)), Some((1.0, 2.0)), None, Some((3.0, 4.04))];
        assert_eq!(line(&points), "M0 1.5h0.1L1 2M3 4h0.1");
    }

    #[test]
    fn scales_end_at_round_numbers() {
        for (most, round) in [(0.0, 1.0), (0.7, 1.0), (1.0, 1.0), (1.1, 2.0), (34.0, 50.0), (501.0, 1_000.0)]
        {
            assert!((ceiling(most) - round).abs() < 1e-9, "{most}");
        }
    }
}
