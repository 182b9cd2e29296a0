//! A small collection of cases in which everything occurs that the generator can produce.

use std::collections::HashMap;

use anyhow::{Result, ensure};

use crate::generator::Generator;
use crate::judge::{Judged, judge};
use crate::record::Answer;

/// How many cases it has.
pub const CASES: usize = 300;
/// The most bytes of a case, so that the file stays small.
const BYTES_MAX: usize = 10_000;
/// Every code is there that often, if it occurs at all, and every fault half as often.
const EACH: usize = 4;
/// How many cases are looked at.
const LOOKED_AT: u64 = 12_000;

/// What a case shows: codes as events, codes as strict results, faults.
fn shows(judged: &Judged) -> Vec<(String, usize)> {
    let mut shows: Vec<(String, usize)> =
        judged.case.tags.iter().map(|tag| (format!("fault {tag}"), EACH / 2)).collect();
    match judged.expected() {
        Some(Answer::Verified(verified)) => {
            shows.extend(verified.events.iter().map(|event| (format!("code {}", event.code), EACH)));
            shows.push((format!("code {}", verified.final_code), EACH));
            shows.push((format!("strict {}", verified.strict.code), EACH));
            shows.push((format!("ret {}", verified.ret), EACH));
            if verified.events.iter().any(|event| event.crl_path) {
                shows.push(("a CRL path".to_owned(), 3 * EACH));
            }
        }
        _ => shows.push(("unreadable".to_owned(), EACH)),
    }
    shows.sort();
    shows.dedup();
    shows
}

/// Chooses cases of a seed.
///
/// # Errors
///
/// When OpenSSL cannot be asked, or there are not enough cases.
pub fn collect(generator: &Generator, seed: u64) -> Result<Vec<Judged>> {
    let (mut chosen, mut others) = (Vec::new(), Vec::new());
    let mut count: HashMap<String, usize> = HashMap::new();
    for number in 0..LOOKED_AT {
        let mut judged = judge(generator.build(&generator.recipe(seed, number))?)?;
        // A case with another result in a later release is left out.
        if judged.fixed || serde_json::to_string(&judged.case)?.len() > BYTES_MAX {
            continue;
        }
        judged.case.id = format!("own/{number:05}");
        let shows = shows(&judged);
        let is_new = shows.iter().any(|(what, enough)| count.get(what).is_none_or(|count| count < enough));
        if is_new && chosen.len() < CASES {
            for (what, _) in shows {
                *count.entry(what).or_default() += 1;
            }
            chosen.push(judged);
        } else if others.len() < CASES {
            others.push(judged);
        }
    }
    let missing = CASES.saturating_sub(chosen.len());
    ensure!(others.len() >= missing, "only {} cases", chosen.len());
    chosen.extend(others.into_iter().take(missing));
    chosen.sort_by(|one, other| one.case.id.cmp(&other.case.id));
    Ok(chosen)
}
