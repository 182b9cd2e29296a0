//! PEM that editors and scripts leave behind.

use super::super::der::{null, oid, sequence};
use super::super::fault::{Fault, fault};
use super::super::plan::Wrapping;

pub(super) const FAULTS: &[Fault] = &[fault("odd_pem", 8, |plan, dice, _| {
    let usage = sequence(&[sequence(&[oid("1.3.6.1.5.5.7.3.1")])]);
    let behind = dice.pick(&[null(), vec![0, 1, 2], vec![0], usage, sequence(&[])]).clone();
    plan.wrapping = Some(match dice.below(4) {
        0 => Wrapping::Before("\u{feff}"),
        1 => Wrapping::Before("a remark\n\u{feff}"),
        2 => Wrapping::Before("\n\u{feff}"),
        _ => Wrapping::Behind(behind),
    });
})];
