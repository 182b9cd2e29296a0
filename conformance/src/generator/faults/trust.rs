//! Trust settings: `TRUSTED CERTIFICATE`.

use super::super::dice::Dice;
use super::super::extension::purpose;
use super::super::fault::{Fault, fault};
use super::super::plan::{Aux, Trusted};

pub(super) const FAULTS: &[Fault] = &[
    fault("trust_settings", 20, |plan, dice, _| {
        if plan.trusted.is_empty() {
            plan.trusted.push(Trusted { certificate: plan.root(), settings: None });
        }
        for _ in 0..=dice.below(2) {
            let at = dice.below(plan.trusted.len());
            plan.trusted[at].settings = Some(aux(dice));
        }
        if dice.percent(20) {
            let again = Trusted { settings: Some(aux(dice)), ..dice.pick(&plan.trusted).clone() };
            let at = dice.below(plan.trusted.len() + 1);
            plan.trusted.insert(at, again);
        }
    }),
    fault("leaf_trust_settings", 3, |plan, dice, _| plan.leaf_settings = Some(aux(dice))),
    fault("trusted_chain_settings", 6, |plan, dice, _| {
        for at in plan.chain.clone() {
            if dice.percent(50) {
                let settings = dice.percent(70).then(|| aux(dice));
                plan.trusted.push(Trusted { certificate: at, settings });
            }
        }
        if dice.percent(40) {
            plan.flag("partial_chain");
        }
    }),
];

fn usages(dice: &mut Dice) -> Vec<&'static str> {
    let all = [
        purpose::SERVER,
        purpose::SERVER,
        purpose::CLIENT,
        purpose::MAIL,
        purpose::CODE,
        purpose::TIME,
        purpose::OCSP,
        purpose::ANY,
        "1.2.3",
    ];
    (0..dice.below(3)).map(|_| dice.one(&all)).collect()
}

fn aux(dice: &mut Dice) -> Aux {
    Aux {
        trust: dice.percent(65).then(|| usages(dice)),
        reject: dice.percent(40).then(|| usages(dice)),
        alias: dice.percent(20),
    }
}
