//! Flags for their own sake.

use super::super::fault::{Fault, fault};

/// The last of the year 9999. To a later check time OpenSSL compares no date, and calls all of them malformed.
const LAST_SECOND: i64 = 253_402_300_799;
/// The first of the year 0.
const FIRST_SECOND: i64 = -62_167_219_200;

pub(super) const FAULTS: &[Fault] = &[
    fault("flags", 10, |plan, dice, _| {
        let all = [
            "ignore_critical",
            "x509_strict",
            "allow_proxy_certs",
            "check_ss_signature",
            "trusted_first",
            "partial_chain",
            "no_alt_chains",
            "no_check_time",
            "no_trusted_first",
        ];
        for _ in 0..=dice.below(4) {
            plan.flag(dice.one(&all));
        }
        if plan.has_flag("no_check_time") && dice.percent(60) {
            plan.case.time = None;
        }
    }),
    fault("no_purpose", 4, |plan, _, _| plan.case.purpose = None),
    fault("only_crl_check_all", 2, |plan, _, _| {
        plan.case.flags.retain(|flag| flag != "crl_check");
        plan.flag("crl_check_all");
    }),
    fault("other_time", 4, |plan, dice, _| {
        let time = dice.one(&[
            plan.now - 2_000 * 86_400,
            plan.now + 4_000 * 86_400,
            0,
            -1,
            LAST_SECOND,
            LAST_SECOND + 1,
            FIRST_SECOND,
            FIRST_SECOND - 1,
        ]);
        plan.case.time = Some(time);
        plan.case.flags.retain(|flag| flag != "no_check_time");
    }),
];
