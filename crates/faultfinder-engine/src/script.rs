//! Scripts that set variables.

use crate::extracted::Extracted;
use crate::offload::{Offload, done};
use crate::render::{Awaited, Moment, Renderer, Values, invalid};
use crate::scope::Scope;
use faultfinder_assert::script::{Finished, Input, Script};
use faultfinder_assert::{Observation, run_script};
use faultfinder_spec::{Diagnostic, ScriptSource, Source};
use faultfinder_taxonomy::Fault;
use std::collections::BTreeMap;

/// A script that sets variables, ready to be run.
#[derive(Debug)]
pub(crate) struct PlannedScript {
    script: Script,
    /// The variables that it sets, as far as their names are written in it.
    pub(crate) sets: Vec<String>,
    /// The variables that it reads.
    pub(crate) gets: Vec<String>,
}

impl PlannedScript {
    /// Compiles a script; `field` is what it is in the file.
    ///
    /// # Errors
    ///
    /// It is not JavaScript, or too long.
    pub(crate) fn new(
        written: &ScriptSource,
        field: String,
        source: &Source,
    ) -> Result<Self, Box<Diagnostic>> {
        let (sets, gets) = (written.sets().into_iter().collect(), written.gets().into_iter().collect());
        match Script::new(written.code()) {
            Ok(script) => Ok(Self { script, sets, gets }),
            Err(error) => {
                let message = format!("the script is not valid: {error}");
                Err(Box::new(Diagnostic::error(source, written.place(), message).at(Some(field))))
            }
        }
    }

    /// Runs it on what was seen: the variables that it sets, and why others have no value.
    pub(crate) fn extract(&self, seen: &Observation<'_>) -> Vec<Extracted> {
        let mut values = BTreeMap::new();
        let why = match run_script(&self.script, seen) {
            Ok(finished) => {
                let why = failed(&finished);
                values.extend(finished.variables.into_iter().map(|set| (set.name, (set.value, set.secret))));
                why
            }
            Err(why) => Some(why),
        };
        let why = why.unwrap_or_else(|| "the script did not set it".to_owned());
        let unset: Vec<&String> = self.sets.iter().filter(|name| !values.contains_key(*name)).collect();
        let unset = unset.into_iter().map(|name| (name.clone(), Err(why.clone()), false)).collect::<Vec<_>>();
        let set = values.into_iter().map(|(name, (value, is_secret))| (name, Ok(value), is_secret));
        set.chain(unset).map(|(name, value, is_secret)| Extracted { name, is_secret, value }).collect()
    }

    /// The values of the variables that it reads.
    pub(crate) fn read(
        &self,
        scope: &Scope,
        moment: Moment<'_>,
        values: &mut Values,
    ) -> BTreeMap<String, String> {
        Renderer::new(scope, moment, values, Awaited::Nothing).values_of(&self.gets)
    }

    /// Runs it before anything is sent, with what it reads, and sets what it sets. `missing` gets the variables that it does
    /// not set.
    ///
    /// # Errors
    ///
    /// It failed.
    pub(crate) async fn begin(
        &self,
        read: BTreeMap<String, String>,
        values: &mut Values,
        missing: &mut BTreeMap<String, String>,
        offload: Option<&Offload>,
    ) -> Result<(), Fault> {
        let script = self.script.clone();
        let work = move || {
            let variables = read.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            script.run(&Input { response: None, variables })
        };
        let fault = |message: String| Err(invalid("script_failed", "variables_javascript", message));
        let Some(finished) = done(offload, work).await else {
            return fault("the script was not run: the threads that do so have ended".to_owned());
        };
        if let Some(why) = failed(&finished) {
            return fault(why);
        }
        for set in &finished.variables {
            values.set(&set.name, &set.value, set.secret);
        }
        let is_set = |name: &String| finished.variables.iter().any(|set| set.name == *name);
        let unset = self.sets.iter().filter(|name| !is_set(name));
        missing.extend(unset.map(|name| (name.clone(), "the script of the test did not set it".to_owned())));
        Ok(())
    }
}

/// Why a script failed.
fn failed(finished: &Finished) -> Option<String> {
    finished.failure.as_ref().map(|failure| faultfinder_assert::script_message(failure, &finished.output))
}
