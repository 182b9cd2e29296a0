//! Makes a case that differs small: everything goes that is not needed for some difference.

use anyhow::Result;

use crate::generator::{Generator, Recipe};
use crate::judge::{Judged, judge};
use crate::record::{Case, Hosts};

/// The smallest case that still differs, as far as leaving out one thing after the other leads.
///
/// # Errors
///
/// When OpenSSL cannot be asked.
pub fn reduce(generator: &Generator, recipe: &Recipe) -> Result<Option<Judged>> {
    let mut recipe = recipe.clone();
    let mut best = judge(generator.build(&recipe)?)?;
    if best.differences.is_empty() {
        return Ok(None);
    }
    let mut place = 0;
    while place < recipe.faults() {
        let fewer = recipe.without_fault(place);
        let judged = judge(generator.build(&fewer)?)?;
        if judged.differences.is_empty() {
            place += 1;
        } else {
            (recipe, best) = (fewer, judged);
        }
    }
    loop {
        let smaller = smaller(&best.case).into_iter().map(judge);
        let found =
            smaller.filter_map(|judged| judged.ok().filter(|judged| !judged.differences.is_empty())).next();
        match found {
            Some(judged) => best = judged,
            None => return Ok(Some(best)),
        }
    }
}

/// The case without one thing, for every thing that can be left out.
fn smaller(case: &Case) -> Vec<Case> {
    type Lists = [fn(&mut Case) -> &mut Vec<String>; 6];
    let lists: Lists = [
        |case| &mut case.crls,
        |case| &mut case.flags,
        |case| &mut case.hostflags,
        |case| &mut case.policies,
        |case| &mut case.untrusted,
        |case| &mut case.trusted,
    ];
    let mut all = Vec::new();
    for list in lists {
        let length = list(&mut case.clone()).len();
        for place in 0..length {
            let mut fewer = case.clone();
            list(&mut fewer).remove(place);
            // Without a time the flag belongs to the format.
            if fewer.time.is_some() || fewer.flags.iter().any(|flag| flag == "no_check_time") {
                all.push(fewer);
            }
        }
    }
    let settings: [fn(&mut Case); 7] = [
        |case| case.host = None,
        |case| case.ip = None,
        |case| case.email = None,
        |case| case.purpose = None,
        |case| case.verify_depth = None,
        |case| case.auth_level = None,
        |case| {
            if let Some(Hosts::Several(hosts)) = &mut case.host {
                hosts.pop();
            }
        },
    ];
    for setting in settings {
        let mut fewer = case.clone();
        setting(&mut fewer);
        if as_text(&fewer) != as_text(case) {
            all.push(fewer);
        }
    }
    for fewer in &mut all {
        fewer.expect = None;
    }
    all
}

/// The settings, for comparison.
fn as_text(case: &Case) -> String {
    format!("{:?}", (&case.host, &case.ip, &case.email, &case.purpose, &case.verify_depth, &case.auth_level))
}
