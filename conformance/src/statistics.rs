//! What occurred in a run.

use std::collections::BTreeMap;
use std::fmt;

use faultfinder_taxonomy::VerifyCode;

use crate::judge::Judged;
use crate::record::{Answer, name};

/// Codes of the seed's list that OpenSSL 3.5.5 has in its table and never raises.
pub const NEVER_RAISED: &[u16] = &[4, 5, 27];

/// In how many cases something occurred.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Statistics {
    /// All cases.
    pub cases: usize,
    /// Cases with nothing wrong.
    pub valid: usize,
    /// Cases with something that cannot be read.
    pub unreadable: usize,
    /// Cases with two or more codes.
    pub several: usize,
    /// Cases that end with an internal error.
    pub internal: usize,
    /// Cases with events of a CRL issuer's path.
    pub crl_path: usize,
    /// By code: cases in which it is the strict result, and cases in which it shows at all.
    pub codes: BTreeMap<i32, (usize, usize)>,
    /// By fault: cases with it.
    pub faults: BTreeMap<String, usize>,
}

impl Statistics {
    /// Counts a case.
    pub fn count(&mut self, judged: &Judged) {
        self.cases += 1;
        let mut tags = judged.case.tags.clone();
        tags.sort();
        tags.dedup();
        for tag in tags {
            *self.faults.entry(tag).or_default() += 1;
        }
        match judged.expected() {
            None => {}
            Some(Answer::Unreadable { .. }) => self.unreadable += 1,
            Some(Answer::Verified(verified)) => {
                let mut shown: Vec<i32> = verified.events.iter().map(|event| event.code).collect();
                shown.push(verified.final_code);
                shown.push(verified.strict.code);
                shown.retain(|code| *code != 0);
                shown.sort_unstable();
                shown.dedup();
                self.several += usize::from(shown.len() > 1);
                self.valid += usize::from(shown.is_empty());
                self.internal += usize::from(verified.ret < 0);
                self.crl_path += usize::from(verified.events.iter().any(|event| event.crl_path));
                for code in shown {
                    self.codes.entry(code).or_default().1 += 1;
                }
                self.codes.entry(verified.strict.code).or_default().0 += 1;
            }
        }
    }

    /// Adds another count.
    pub fn add(&mut self, other: &Self) {
        self.cases += other.cases;
        self.valid += other.valid;
        self.unreadable += other.unreadable;
        self.several += other.several;
        self.internal += other.internal;
        self.crl_path += other.crl_path;
        for (code, (strict, all)) in &other.codes {
            let sum = self.codes.entry(*code).or_default();
            *sum = (sum.0 + strict, sum.1 + all);
        }
        for (fault, count) in &other.faults {
            *self.faults.entry(fault.clone()).or_default() += count;
        }
    }

    /// The codes of the seed's list that did not occur, although OpenSSL raises them.
    #[must_use]
    pub fn missing(&self) -> Vec<VerifyCode> {
        let wanted =
            VerifyCode::ALL.iter().filter(|code| code.is_seed() && !NEVER_RAISED.contains(&code.number()));
        wanted.filter(|code| !self.codes.contains_key(&i32::from(code.number()))).copied().collect()
    }
}

impl fmt::Display for Statistics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "{} cases: {} valid, {} unreadable, {} with two or more codes, {} internal errors, {} with a CRL path",
            self.cases, self.valid, self.unreadable, self.several, self.internal, self.crl_path
        )?;
        writeln!(formatter, "{:>4}  {:42} {:>7} {:>7}", "code", "name", "strict", "at all")?;
        for (code, (strict, all)) in &self.codes {
            let all = if *code == 0 { strict } else { all };
            writeln!(formatter, "{code:>4}  {:42} {strict:>7} {all:>7}", name(*code))?;
        }
        Ok(())
    }
}
