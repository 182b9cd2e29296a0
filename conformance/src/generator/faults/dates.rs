//! Expired, not yet valid, unreadable.

use super::super::dice::Dice;
use super::super::fault::{Fault, fault};
use super::super::when::{DAY, When, generalized, utc};

pub(super) const FAULTS: &[Fault] = &[
    fault("expired", 14, |plan, dice, _| {
        let (at, ago) = (plan.any(dice), dice.range(1, 60 * DAY));
        plan.certificates[at].not_after = When::At(plan.now - ago);
    }),
    fault("not_yet_valid", 14, |plan, dice, _| {
        let (at, ahead) = (plan.any(dice), dice.range(1, 60 * DAY));
        plan.certificates[at].not_before = When::At(plan.now + ahead);
    }),
    fault("time_edge", 6, |plan, dice, _| {
        let (at, shift) = (plan.any(dice), dice.range(-1, 1));
        let time = When::At(plan.now + shift);
        let certificate = &mut plan.certificates[at];
        *(if dice.percent(50) { &mut certificate.not_before } else { &mut certificate.not_after }) = time;
    }),
    fault("time_malformed", 20, |plan, dice, _| {
        let at = plan.any(dice);
        let certificate = &mut plan.certificates[at];
        let which = if dice.percent(50) { &mut certificate.not_before } else { &mut certificate.not_after };
        *which = malformed(which.time().unwrap_or(plan.now), dice);
    }),
    fault("time_other_form", 4, |plan, dice, _| {
        let at = plan.any(dice);
        let certificate = &mut plan.certificates[at];
        let which = if dice.percent(50) { &mut certificate.not_before } else { &mut certificate.not_after };
        *which = When::Generalized(which.time().unwrap_or(plan.now));
    }),
    fault("time_far", 4, |plan, dice, _| {
        let at = plan.any(dice);
        let certificate = &mut plan.certificates[at];
        certificate.not_before = dice
            .pick(&[
                When::At(-631_152_000),
                When::At(0),
                When::Generalized(-2_000_000_000),
                When::At(-700_000_000),
            ])
            .clone();
        certificate.not_after = dice
            .pick(&[When::At(2_524_608_000), When::At(2_524_607_999), When::Generalized(253_402_300_799)])
            .clone();
    }),
    fault("nested_times_backwards", 3, |plan, dice, _| {
        let at = plan.any(dice);
        let now = plan.now;
        let certificate = &mut plan.certificates[at];
        certificate.not_before = When::At(now + dice.range(1, DAY));
        certificate.not_after = When::At(now - dice.range(1, DAY));
    }),
];

/// A time that cannot be read, or hardly.
pub(super) fn malformed(time: i64, dice: &mut Dice) -> When {
    let long = generalized(time);
    let short = utc(time);
    let text = |generalized: bool, text: String| When::Text { generalized, text };
    let put = |of: &str, at: usize, with: &str| {
        let mut changed = of.to_owned();
        changed.replace_range(at..at + with.len(), with);
        changed
    };
    match dice.below(24) {
        0 => text(false, put(&short, 2, "13")),
        1 => text(false, put(&short, 2, "00")),
        2 => text(false, put(&short, 4, "32")),
        3 => text(false, put(&short, 2, "0231")),
        4 => text(false, put(&short, 0, "230229")),
        5 => text(false, put(&short, 6, "24")),
        6 => text(false, put(&short, 8, "60")),
        7 => text(false, put(&short, 10, "60")),
        8 => text(false, put(&short, 12, "z")),
        9 => text(false, put(&short, 5, "A")),
        10 => text(false, put(&short, 0, " ")),
        11 => text(false, format!("{}+0100", &short[..12])),
        12 => text(false, format!("{}+0000", &short[..12])),
        13 => text(true, format!("{}.5Z", &long[..14])),
        14 => text(true, format!("{}+0100", &long[..14])),
        15 => text(true, put(&long, 4, "13")),
        16 => text(true, short),
        17 => text(false, long),
        18 => text(false, String::new()),
        19 => text(false, format!("{}Z", &short[..10])),
        20 => text(true, format!("{}Z", &long[..12])),
        21 => text(false, format!("{short}Z")),
        22 => text(true, put(&long, 0, "0000")),
        _ => text(true, put(&long, 10, "-1")),
    }
}
