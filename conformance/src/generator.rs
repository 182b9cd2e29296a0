//! Random cases with faults put in.
//!
//! A case is made of a [`Recipe`]: a seed for its shape (topology, settings, keys' kinds) and a list of faults, each
//! with a seed of its own, so that one can be left out while the others stay as they were. Only the keys are new in every run.

mod base; // a case with nothing wrong
mod der; // writing DER
mod dice; // chance, from a seed
mod extension; // what extensions say
mod fault; // Fault: one thing that can be wrong
mod faults; // what can be wrong
mod keys; // keys and signing
mod names; // distinguished and general names
mod plan; // certificates and CRLs before they are signed
mod when; // points in time
mod without; // Without: what is left out

use std::collections::HashSet;

use anyhow::Result;

use crate::oracle;
use crate::record::{Case, Place};
use dice::Dice;
use fault::{Fault, Subject};
use keys::Keys;

pub use without::Without;

/// What a case is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recipe {
    /// The case's name.
    pub id: String,
    seed: u64,
    faults: Vec<(usize, u64)>,
}

impl Recipe {
    /// How many faults there are.
    #[must_use]
    pub fn faults(&self) -> usize {
        self.faults.len()
    }

    /// The same with one fault less.
    #[must_use]
    pub fn without_fault(&self, place: usize) -> Self {
        let mut recipe = self.clone();
        if place < recipe.faults.len() {
            recipe.faults.remove(place);
        }
        recipe
    }
}

/// Makes cases.
#[derive(Debug)]
pub struct Generator {
    keys: Keys,
    faults: Vec<&'static Fault>,
    without: Without,
}

impl Generator {
    /// A generator with new keys.
    ///
    /// # Errors
    ///
    /// When OpenSSL cannot make a key.
    pub fn new(without: Without) -> Result<Self> {
        let faults = faults::all()
            .filter(|fault| match fault.subject {
                Subject::Crls => !without.crls,
                Subject::NameConstraints => !without.name_constraints,
                Subject::Policies => !without.policies,
                Subject::Rest => true,
            })
            .collect();
        Ok(Self { keys: Keys::generate()?, faults, without })
    }

    /// The names of all faults that are put in.
    pub fn fault_names(&self) -> impl Iterator<Item = &'static str> {
        self.faults.iter().map(|fault| fault.name)
    }

    /// The recipe of one case of a run.
    #[must_use]
    pub fn recipe(&self, seed: u64, number: u64) -> Recipe {
        let mut dice = Dice::of_case(seed, number);
        let shape = dice.seed();
        let weights: Vec<(usize, usize)> =
            self.faults.iter().enumerate().map(|(at, fault)| (fault.weight, at)).collect();
        let count = dice.weighted(&[(10, 0), (36, 1), (26, 2), (16, 3), (12, 5)]);
        let faults = (0..count).map(|_| (dice.weighted(&weights), dice.seed())).collect();
        Recipe { id: format!("run/{seed}/{number:05}"), seed: shape, faults }
    }

    /// Makes the case.
    ///
    /// # Errors
    ///
    /// When OpenSSL cannot sign.
    pub fn build(&self, recipe: &Recipe) -> Result<Case> {
        let mut plan = base::plan(self.without, &self.keys, &mut Dice::new(recipe.seed));
        plan.case.id.clone_from(&recipe.id);
        for (fault, seed) in &recipe.faults {
            let fault = self.faults[*fault];
            (fault.apply)(&mut plan, &mut Dice::new(*seed), &self.keys);
            plan.case.tags.push(fault.name.to_owned());
        }
        if self.without.crls {
            plan.case.flags.retain(|flag| !flag.starts_with("crl_"));
        }
        let mut case = plan.finish(&self.keys)?;
        tidy(&mut case)?;
        Ok(case)
    }
}

/// Takes out what the format does not have, and what OpenSSL dies of.
fn tidy(case: &mut Case) -> Result<()> {
    let mut crls = Vec::new();
    for crl in std::mem::take(&mut case.crls) {
        if !oracle::is_deadly(&crl)? {
            crls.push(crl);
        }
    }
    case.crls = crls;
    let mut seen = HashSet::new();
    case.flags.retain(|flag| seen.insert(flag.clone()));
    case.hostflags.retain(|flag| seen.insert(flag.clone()));
    if case.time.is_none() && !case.flags.iter().any(|flag| flag == "no_check_time") {
        case.flags.push("no_check_time".to_owned());
    }
    // The store takes equal CRLs once, the verification takes them as often as they come.
    if case.crls_in == Place::Store {
        let mut seen = HashSet::new();
        case.crls.retain(|crl| seen.insert(crl.clone()));
    }
    Ok(())
}
