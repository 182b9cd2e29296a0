//! Distinguished names in other forms: which of them are still the same?

use super::super::dice::Dice;
use super::super::fault::{Fault, fault};
use super::super::names::{
    Attribute, BMP, COMMON_NAME, IA5, Name, PRINTABLE, TELETEX, UNIT, UNIVERSAL, UTF8, VISIBLE, name,
};

pub(super) const FAULTS: &[Fault] = &[
    fault("name_form", 20, |plan, dice, _| {
        // The issuer's name is written otherwise in the subject's certificate.
        let at = plan.any(dice);
        let mut issuer = plan.issuer_name(at).clone();
        vary(&mut issuer, dice);
        plan.certificates[at].issuer = Some(issuer);
    }),
    fault("subject_form", 6, |plan, dice, _| {
        let at = plan.any(dice);
        vary(&mut plan.certificates[at].subject, dice);
    }),
    fault("other_issuer", 4, |plan, dice, _| {
        let at = plan.any(dice);
        plan.certificates[at].issuer = Some(name("Somebody else"));
    }),
    fault("empty_name", 8, |plan, dice, _| {
        let at = plan.any(dice);
        if dice.percent(50) {
            plan.certificates[at].subject = Vec::new();
        } else {
            plan.certificates[at].issuer = Some(Vec::new());
        }
        if dice.percent(60) {
            plan.flag("x509_strict");
        }
    }),
];

fn wide(text: &str, width: usize) -> Vec<u8> {
    text.bytes().flat_map(|byte| std::iter::repeat_n(0, width - 1).chain([byte])).collect()
}

fn vary(name: &mut Name, dice: &mut Dice) {
    let Some(last) = name.last_mut().and_then(|rdn| rdn.first_mut()) else { return };
    let text = String::from_utf8_lossy(&last.value).into_owned();
    match dice.below(22) {
        0 => last.value = text.to_uppercase().into_bytes(),
        1 => last.value = format!("  {text}   ").into_bytes(),
        2 => last.value = text.replace(' ', "  ").into_bytes(),
        3 => last.value = text.replace(' ', "\t").into_bytes(),
        4 => last.tag = PRINTABLE,
        5 => last.tag = TELETEX,
        6 => last.tag = IA5,
        7 => last.tag = VISIBLE,
        8 => (last.tag, last.value) = (BMP, wide(&text, 2)),
        9 => (last.tag, last.value) = (UNIVERSAL, wide(&text, 4)),
        10 => (last.tag, last.value) = (BMP, text.clone().into_bytes()),
        11 => (last.tag, last.value) = (UTF8, [text.as_bytes(), &[0xe4]].concat()),
        12 => (last.tag, last.value) = (TELETEX, [text.as_bytes(), &[0xe4]].concat()),
        13 => last.value = format!("{text}\u{e4}\u{c4}").into_bytes(),
        14 => last.kind = UNIT,
        15 => last.value.clear(),
        16 => last.value.push(0),
        17 => name.reverse(),
        18 => name.push(vec![Attribute::new(COMMON_NAME, UTF8, "more")]),
        19 => {
            // Several attributes in one RDN.
            let more = Attribute::new(UNIT, UTF8, "unit");
            if let Some(rdn) = name.last_mut() {
                rdn.push(more);
            }
        }
        20 => (last.tag, last.value) = (4, text.clone().into_bytes()),
        _ => last.value = format!("{text}\n").into_bytes(),
    }
    if dice.percent(10)
        && let Some(country) = name.first_mut().and_then(|rdn| rdn.first_mut())
    {
        country.tag = UTF8;
        country.value = b"xx".to_vec();
    }
}
