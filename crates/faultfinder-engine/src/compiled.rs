//! What must hold of an answer, and what is taken out of it, as compiled at load.

use crate::expectation::{self, Expectation, Loading};
use crate::script::PlannedScript;
use faultfinder_assert::script::STARTING_BYTES;
use faultfinder_assert::{Assertion, Extraction, Observation, Piece};
use faultfinder_spec::{
    AssertionSource, Diagnostic, ExtractionSource, Repeat, ScriptSource, Source, Spanned,
};
use std::ops::Range;
use std::sync::Arc;

/// What must hold of an answer, and what is taken out of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Compiled {
    pub(crate) expectations: Expectations,
    /// The expectations for which a step is repeated.
    pub(crate) until: Range<usize>,
    pub(crate) extractions: Arc<[PlannedExtraction]>,
    /// A script that makes variables of the answer.
    pub(crate) script: Option<Arc<PlannedScript>>,
    /// The variables that scripts on the answer read, if any does.
    pub(crate) read: Option<Arc<[String]>>,
}

/// The assertions of a test. A service keeps a hundred thousand tests: what is the same in every run is there once.
#[derive(Debug, Clone)]
pub(crate) enum Expectations {
    /// All are compiled.
    Ready(Arc<[Assertion]>),
    /// Some have templates.
    Mixed(Arc<[Expectation]>),
}

impl Default for Expectations {
    fn default() -> Self {
        Self::Ready(Arc::default())
    }
}

impl From<Vec<Expectation>> for Expectations {
    fn from(all: Vec<Expectation>) -> Self {
        if all.iter().any(|one| matches!(one, Expectation::Templated(_))) {
            return Self::Mixed(all.into());
        }
        let ready = all.into_iter().filter_map(|one| match one {
            Expectation::Ready(assertion) => Some(*assertion),
            Expectation::Templated(_) => None,
        });
        Self::Ready(ready.collect())
    }
}

impl Expectations {
    /// How many bytes the programs of their regular expressions have, as far as they are known at load.
    fn program_bytes(&self) -> usize {
        match self {
            Self::Ready(all) => all.iter().map(Assertion::program_bytes).fold(0, usize::saturating_add),
            Self::Mixed(all) => all.iter().map(Expectation::program_bytes).fold(0, usize::saturating_add),
        }
    }
}

/// A value that is taken out of an answer.
#[derive(Debug)]
pub(crate) struct PlannedExtraction {
    /// The variable that gets it.
    pub(crate) name: String,
    pub(crate) is_secret: bool,
    extraction: Extraction,
}

impl PlannedExtraction {
    /// Takes the value out of what was seen, or says why there is none.
    pub(crate) fn extract(&self, seen: &Observation<'_>) -> Result<String, String> {
        self.extraction.extract(seen)
    }

    /// How many steps that can take at the most.
    pub(crate) fn work_max(&self, seen: &Observation<'_>) -> u64 {
        self.extraction.work_max(seen)
    }
}

impl Compiled {
    /// Compiles what can be compiled at load. `path` is what the test or step is in its file; what is wrong goes to `found`.
    pub(crate) fn new(
        assertions: &[AssertionSource],
        repeat: Option<&Repeat>,
        (extractions, script): (&[ExtractionSource], Option<&ScriptSource>),
        path: Option<&str>,
        loading: &mut Loading<'_>,
    ) -> Self {
        let prefix = path.map_or_else(String::new, |path| [path, "."].concat());
        let until = repeat.map_or(&[][..], |repeat| &repeat.until);
        let mut expectations = Vec::with_capacity(assertions.len().saturating_add(until.len()));
        let mut load = |written: &[AssertionSource], list: &str| {
            let begin = expectations.len();
            for (index, assertion) in written.iter().enumerate() {
                let path = [prefix.as_str(), list, "[", &index.to_string(), "]"].concat();
                expectations.extend(loading.expectation(assertion, &path));
            }
            begin..expectations.len()
        };
        load(assertions, "assert");
        let until = load(until, "repeat.until");
        let extractions =
            extractions.iter().filter_map(|extraction| match planned(extraction, loading.source) {
                Ok(planned) => Some(planned),
                Err(diagnostic) => {
                    let path = format!("{prefix}extract.{}", extraction.name.value);
                    loading.found.push(diagnostic.at(Some(path)));
                    None
                }
            });
        let extractions = extractions.collect();
        let script = script.and_then(|script| {
            let field = format!("{prefix}extract_javascript");
            let planned = PlannedScript::new(script, field, loading.source);
            planned.map_err(|diagnostic| loading.found.push(*diagnostic)).ok().map(Arc::new)
        });
        let of_assertions = assertions.iter().chain(repeat.iter().flat_map(|repeat| &repeat.until));
        let read = of_assertions.flat_map(AssertionSource::scripts).flat_map(ScriptSource::gets);
        let read: Vec<String> =
            read.chain(script.iter().flat_map(|script| script.gets.iter().cloned())).collect();
        // Nearly no test has one, and a service keeps a hundred thousand tests.
        let read = (!read.is_empty()).then(|| read.into());
        Self { expectations: expectations.into(), until, extractions, script, read }
    }

    /// How many bytes the programs of its regular expressions have; its scripts count, too.
    pub(crate) fn program_bytes(&self) -> usize {
        let extractions = self.extractions.iter().map(|planned| planned.extraction.program_bytes());
        let of_script = self.script.as_ref().map_or(0, |_| STARTING_BYTES);
        extractions.fold(of_script, usize::saturating_add).saturating_add(self.expectations.program_bytes())
    }
}

fn planned(written: &ExtractionSource, source: &Source) -> Result<PlannedExtraction, Diagnostic> {
    let text = |part: &Option<Spanned<String>>| part.as_ref().map(|part| part.value.clone());
    let (regex, group) = (text(&written.regex), text(&written.group));
    let extraction = Extraction::new(&written.subject.value, regex.as_deref(), group.as_deref());
    let extraction = extraction.map_err(|error| {
        let part = match error.piece {
            Piece::Value => written.regex.as_ref(),
            Piece::Unit => written.group.as_ref(),
            Piece::Subject | Piece::Operator | Piece::Item(_) | Piece::Line => None,
        };
        let place = part.map_or(written.subject.place, |part| part.place);
        expectation::described(&error, place, source).with_name("invalid_extraction")
    })?;
    Ok(PlannedExtraction { name: written.name.value.clone(), is_secret: written.secret, extraction })
}
