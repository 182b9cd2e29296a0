//! A collection of cases in which everything occurs that the generator can produce, and its compressed form.
//!
//! Base64 hides from a compressor that the same keys and names occur again and again, so certificates and CRLs are written
//! in hexadecimal first: a PEM block `X` becomes `X:HEX`. Every other text stays as it is.

use std::collections::HashMap;

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::generator::Generator;
use crate::judge::{Judged, judge};
use crate::record::Answer;

/// How many cases it has.
pub const CASES: usize = 3_000;
/// The most bytes of a case, so that the file stays small, unless it is the first with a code, or the first valid one with a
/// fault: with SLH-DSA they are all large.
const BYTES_MAX: usize = 10_000;
/// The same for a case that shows nothing new: most of a case are keys and signatures, which no compressor makes smaller.
const FILL_BYTES_MAX: usize = 4_500;
/// Every code is there that often, if it occurs at all, and every fault half as often.
const EACH: usize = 8;
/// How many cases are looked at.
const LOOKED_AT: u64 = 12_000;

/// What a case shows: codes as events, codes as strict results, faults.
fn shows(judged: &Judged) -> Vec<(String, usize)> {
    let mut shows: Vec<(String, usize)> =
        judged.case.tags.iter().map(|tag| (format!("fault {tag}"), EACH / 2)).collect();
    match judged.expected() {
        Some(Answer::Verified(verified)) => {
            if verified.events.is_empty() && verified.ret == 1 {
                shows.extend(judged.case.tags.iter().map(|tag| (format!("valid with {tag}"), EACH / 4)));
            }
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
        judged.case.id = format!("own/{number:05}");
        let shows = shows(&judged);
        let is_first = shows.iter().any(|(what, _)| !what.starts_with("fault ") && !count.contains_key(what));
        let bytes = serde_json::to_string(&judged.case)?.len();
        if !is_first && bytes > BYTES_MAX {
            continue;
        }
        let is_new = shows.iter().any(|(what, enough)| count.get(what).is_none_or(|count| count < enough));
        if is_new && chosen.len() < CASES {
            for (what, _) in shows {
                *count.entry(what).or_default() += 1;
            }
            chosen.push(judged);
        } else if others.len() < CASES && bytes <= FILL_BYTES_MAX {
            others.push(judged);
        }
    }
    let missing = CASES.saturating_sub(chosen.len());
    ensure!(others.len() >= missing, "only {} cases", chosen.len());
    chosen.extend(others.into_iter().take(missing));
    chosen.sort_by(|one, other| one.case.id.cmp(&other.case.id));
    Ok(chosen)
}

/// How hard the compressor tries, of 1 to 22.
const LEVEL: i32 = 19;
/// How far back it looks, as a power of two: the whole file.
const WINDOW: u32 = 26;

/// Cases, one on each line, compressed.
///
/// # Errors
///
/// When a case cannot be written.
pub fn pack(cases: &[Judged]) -> Result<Vec<u8>> {
    let mut text = String::new();
    for judged in cases {
        let mut case = serde_json::to_value(&judged.case)?;
        for field in ["leaf", "untrusted", "trusted", "crls"] {
            match case.get_mut(field) {
                Some(Value::String(pem)) => *pem = in_hex(pem),
                Some(Value::Array(list)) => {
                    list.iter_mut()
                        .for_each(|pem| *pem = Value::from(in_hex(pem.as_str().unwrap_or_default())));
                }
                _ => {}
            }
        }
        text.push_str(&serde_json::to_string(&case)?);
        text.push('\n');
    }
    let mut encoder = zstd::Encoder::new(Vec::new(), LEVEL)?;
    encoder.window_log(WINDOW)?;
    std::io::Write::write_all(&mut encoder, text.as_bytes())?;
    encoder.finish().context("cannot compress")
}

/// A PEM block as its label and hexadecimal digits, if it is nothing but that.
fn in_hex(pem: &str) -> String {
    let block = || {
        let (label, rest) = pem.strip_prefix("-----BEGIN ")?.split_once("-----\n")?;
        let body = rest.strip_suffix(&format!("-----END {label}-----\n"))?;
        let der = STANDARD.decode(body.replace('\n', "")).ok()?;
        Some(format!("{label}:{}", der.iter().map(|byte| format!("{byte:02x}")).collect::<String>()))
    };
    block().unwrap_or_else(|| pem.to_owned())
}
