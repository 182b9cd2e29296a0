//! Do the variables that are used exist, and can they be worked out?

use super::{VARIABLE_BYTES_MAX, Variable, VariableSource};
use crate::generator;
use crate::reference::Reference;
use crate::steps::SUB_TESTS_DEPTH_MAX;
use crate::template::{RunId, is_name, of_others};
use crate::text::quoted;
use crate::{
    Action, DIAGNOSTICS_MAX, Diagnostic, Document, Generator, Part, ScriptSource, Severity, Step, Steps,
    Test, Text,
};
use faultfinder_taxonomy::word::nearest;
use std::collections::{HashMap, HashSet};

/// Which variables are used but not defined, need themselves, or would grow beyond all bounds; and which are not used.
///
/// `extra` are names that the caller defines (`--var`); they hide the file's. At most
/// [`DIAGNOSTICS_MAX`] undefined names are reported.
#[must_use]
pub fn check_variables(document: &Document, extra: &[&str]) -> Vec<Diagnostic> {
    let extra: HashSet<&str> = extra.iter().copied().collect();
    let mut names: HashSet<&str> =
        document.variables.iter().map(|variable| variable.name.value.as_str()).collect();
    names.extend(&extra);
    let lost: HashSet<&str> = document.unread_variables.iter().map(String::as_str).collect();
    let extracted = Extracted::of(document);
    let mut known = Known::default();
    let mut diagnostics: Vec<Diagnostic> = document
        .references
        .iter()
        // What is wrong with a variable is said where it is defined, not again wherever it is used.
        .filter(|reference| !document.has_more_variables && !lost.contains(reference.name.as_str()))
        .filter(|reference| !names.contains(reference.name.as_str()))
        .filter(|reference| !extracted.is_known(reference, &mut known))
        .take(DIAGNOSTICS_MAX)
        .map(|reference| {
            let place = document.source.template_place(reference.text, reference.index);
            let name = &reference.name;
            if let Some(step) = extracted.step_of(reference) {
                let message = format!("variable {} has no value yet here", quoted(name));
                return Diagnostic::error(&document.source, place, message)
                    .with_label(format!("extracted by the step in line {}", step.place.line))
                    .with_help("put that step before this one")
                    .at(reference.path.clone());
            }
            let message = format!("undefined variable {}", quoted(name));
            let diagnostic = Diagnostic::error(&document.source, place, message).at(reference.path.clone());
            let near = of_others(name).or_else(|| {
                let generated = generator::NAMES.iter().copied().chain(RunId::NAMES);
                nearest(name, names.iter().copied().chain(extracted.names.iter().copied()).chain(generated))
            });
            match near {
                Some(near) => diagnostic.with_label(format!("did you mean `{near}`?")),
                None => diagnostic.with_help(format!("define it under `variables`, or give --var {name}=..")),
            }
        })
        .collect();
    Walk::new(document, &extra).run(&mut diagnostics);
    // What is written with one brace is not used, and that is said once.
    let look_alikes: Vec<Diagnostic> = look_alikes(document, &names).collect();
    let is_whole = lost.is_empty() && !document.has_more_variables;
    if is_whole && diagnostics.is_empty() && look_alikes.is_empty() {
        diagnostics.extend(unused(document));
    }
    diagnostics.extend(look_alikes);
    diagnostics.sort_by(|a, b| (a.place, &a.message).cmp(&(b.place, &b.message)));
    diagnostics.dedup();
    diagnostics
}

/// How the message about a single brace ends.
const PLAIN: &str = "is plain text";

/// Whether a warning is about a variable with one brace on each side, which is plain text.
#[must_use]
pub fn is_about_braces(diagnostic: &Diagnostic) -> bool {
    diagnostic.severity == Severity::Warning && diagnostic.message.ends_with(PLAIN)
}

/// What is written with one brace and has the name of a variable.
fn look_alikes<'d>(
    document: &'d Document,
    names: &'d HashSet<&str>,
) -> impl Iterator<Item = Diagnostic> + 'd {
    let meant = document.look_alikes.iter().filter(|look_alike| names.contains(look_alike.name.as_str()));
    meant.take(DIAGNOSTICS_MAX).map(|look_alike| {
        let name = &look_alike.name;
        Diagnostic::warning(&document.source, look_alike.text, format!("`{{{name}}}` {PLAIN}"))
            .with_help(format!("the value of the variable is written {{{{ {name} }}}}"))
            .at(look_alike.path.clone())
    })
}

/// Variables that nothing in the file uses. When a name is missing, the reason may be that it is not spelled like this one.
fn unused(document: &Document) -> impl Iterator<Item = Diagnostic> {
    let used: HashSet<&str> = document.references.iter().map(|reference| reference.name.as_str()).collect();
    let by_scripts: HashSet<String> =
        document.tests.iter().flat_map(Test::scripts).flat_map(ScriptSource::gets).collect();
    let is_unused = move |variable: &&Variable| {
        let name = variable.name.value.as_str();
        !variable.included
            && is_name(name)
            && !generator::NAMES.contains(&name)
            && !used.contains(name)
            && !by_scripts.contains(name)
    };
    let unused = document.variables.iter().filter(is_unused);
    unused.take(DIAGNOSTICS_MAX).map(|variable| {
        let message = format!("variable {} is not used", quoted(&variable.name.value));
        Diagnostic::warning(&document.source, variable.name.place, message)
            .with_help("use it, or remove it")
            .at(path_of(&variable.name.value))
    })
}

/// Which variables get their values from steps.
struct Extracted<'d> {
    /// All that steps extract.
    names: HashSet<&'d str>,
    by_path: HashMap<&'d str, &'d Test>,
    by_name: HashMap<&'d str, &'d Test>,
    /// By the name of a test: the steps before those that carry it out.
    before: HashMap<&'d str, Vec<&'d [Step]>>,
}

/// Which variables steps give a value to, in one test.
#[derive(Default)]
struct Known<'d> {
    test: Option<&'d Test>,
    /// From which step on each has its value, by its name.
    since: HashMap<String, usize>,
    /// The tests that were looked at, each with how deep others may be in it.
    visited: HashSet<(&'d str, usize)>,
}

impl Known<'_> {
    /// Notes what a script sets.
    fn set(&mut self, script: Option<&ScriptSource>, since: usize) {
        for name in script.map(ScriptSource::sets).unwrap_or_default() {
            self.since.entry(name).or_insert(since);
        }
    }
}

impl<'d> Extracted<'d> {
    fn of(document: &'d Document) -> Self {
        let by_path = document.tests.iter().map(|test| (test.path.as_deref().unwrap_or_default(), test));
        let by_name = document.tests.iter().map(|test| (test.name.as_written(), test));
        let mut before: HashMap<&str, Vec<&[Step]>> = HashMap::new();
        for Steps { steps, .. } in document.tests.iter().filter_map(|test| test.content.steps()) {
            for (index, step) in steps.iter().enumerate() {
                if let (Action::Run(test), Some(earlier)) = (&step.action, steps.get(..index)) {
                    before.entry(test.value.as_str()).or_default().push(earlier);
                }
            }
        }
        let steps =
            document.tests.iter().filter_map(|test| test.content.steps()).flat_map(|steps| &steps.steps);
        let names = steps.flat_map(|step| &step.extractions).map(|extraction| extraction.name.value.as_str());
        Self { names: names.collect(), by_path: by_path.collect(), by_name: by_name.collect(), before }
    }

    /// The test in which a variable is used, and the number of the step, if it is in one.
    fn used_in(&self, reference: &Reference) -> Option<(&'d Test, Option<usize>)> {
        let path = reference.path.as_deref()?;
        let of_list = path.starts_with("tests[") || path.starts_with('[');
        let end = if of_list { path.find(']')?.saturating_add(1) } else { 0 };
        let (test, rest) = path.split_at_checked(end)?;
        let step = rest.trim_start_matches('.').strip_prefix("steps[");
        let step = step.and_then(|step| step.split(']').next()?.parse().ok());
        Some((self.by_path.get(test)?, step))
    }

    /// Whether a step before the one in which a variable is used gives it its value, or one before its test is carried out
    /// as a step. `known` is what was found for the test of the reference before.
    fn is_known(&self, reference: &Reference, known: &mut Known<'d>) -> bool {
        let Some((test, step)) = self.used_in(reference) else { return false };
        if known.test.is_none_or(|before| !std::ptr::eq(before, test)) {
            *known = self.known_in(test);
        }
        known.since.get(reference.name.as_str()).is_some_and(|since| *since <= step.unwrap_or(0))
    }

    /// What has a value in a test.
    fn known_in(&self, test: &'d Test) -> Known<'d> {
        let mut known = Known { test: Some(test), ..Known::default() };
        known.set(test.script.as_ref(), 0);
        let before = self.before.get(test.name.as_written()).into_iter().flatten().copied().flatten();
        before.for_each(|step| self.note(step, 0, SUB_TESTS_DEPTH_MAX, &mut known));
        let own = test.content.steps().map_or(&[][..], |steps| &steps.steps);
        for (index, step) in own.iter().enumerate() {
            self.note(step, index.saturating_add(1), SUB_TESTS_DEPTH_MAX, &mut known);
        }
        known
    }

    /// Notes what a step extracts, and what a test does that it carries out: each test once, the first time counts.
    fn note(&self, step: &'d Step, since: usize, depth: usize, known: &mut Known<'d>) {
        for extraction in &step.extractions {
            known.since.entry(extraction.name.value.clone()).or_insert(since);
        }
        known.set(step.script.as_ref(), since);
        let (Action::Run(test), Some(depth)) = (&step.action, depth.checked_sub(1)) else { return };
        if known.visited.insert((test.value.as_str(), depth)) {
            let test = self.by_name.get(test.value.as_str()).and_then(|test| test.content.steps());
            let steps = test.map_or(&[][..], |steps| &steps.steps);
            steps.iter().for_each(|step| self.note(step, since, depth, known));
        }
    }

    /// Whether a step, or a test that it carries out, extracts a value of this name.
    fn extracts(&self, step: &Step, name: &str, depth: usize) -> bool {
        let of_run = || match (&step.action, depth.checked_sub(1)) {
            (Action::Run(test), Some(depth)) => self
                .by_name
                .get(test.value.as_str())
                .and_then(|test| test.content.steps())
                .is_some_and(|steps| steps.steps.iter().any(|step| self.extracts(step, name, depth))),
            _ => false,
        };
        let of_script = || step.script.as_ref().is_some_and(|script| script.sets().contains(name));
        step.extractions.iter().any(|extraction| extraction.name.value == name) || of_script() || of_run()
    }

    /// The step of the same test that gives a variable its value.
    fn step_of(&self, reference: &Reference) -> Option<&'d Step> {
        let (test, _) = self.used_in(reference)?;
        let mut steps = test.content.steps()?.steps.iter();
        steps.find(|step| self.extracts(step, &reference.name, SUB_TESTS_DEPTH_MAX))
    }
}

/// A depth-first walk over the variables, with a stack of its own.
struct Walk<'d> {
    document: &'d Document,
    variables: HashMap<&'d str, &'d Variable>,
    /// Bytes of the variables that are done.
    done: HashMap<&'d str, usize>,
    /// The variables on the way to the current one.
    way: Vec<&'d str>,
}

enum Task<'d> {
    Enter(&'d str),
    Leave(&'d str),
}

impl<'d> Walk<'d> {
    fn new(document: &'d Document, extra: &HashSet<&str>) -> Self {
        let variables = document
            .variables
            .iter()
            .map(|variable| (variable.name.value.as_str(), variable))
            .filter(|(name, _)| !extra.contains(name))
            .collect();
        Self { document, variables, done: HashMap::new(), way: Vec::new() }
    }

    fn run(&mut self, diagnostics: &mut Vec<Diagnostic>) {
        for variable in &self.document.variables {
            let mut tasks = vec![Task::Enter(variable.name.value.as_str())];
            while let Some(task) = tasks.pop() {
                match task {
                    Task::Enter(name) => self.enter(name, &mut tasks, diagnostics),
                    Task::Leave(name) => self.leave(name, diagnostics),
                }
            }
        }
    }

    fn enter(&mut self, name: &'d str, tasks: &mut Vec<Task<'d>>, diagnostics: &mut Vec<Diagnostic>) {
        if self.done.contains_key(name) {
            return;
        }
        let Some(variable) = self.variables.get(name).copied() else { return };
        if let Some(start) = self.way.iter().position(|other| *other == name) {
            let ring: Vec<&str> = self.way.iter().skip(start).copied().chain([name]).collect();
            diagnostics.push(
                Diagnostic::error(
                    &self.document.source,
                    variable.name.place,
                    format!("variable `{name}` needs itself: {}", shortened(&ring)),
                )
                .with_label("has no value")
                .at(path_of(name)),
            );
            return;
        }
        self.way.push(name);
        tasks.push(Task::Leave(name));
        let mut seen = HashSet::new();
        let needed = variable.source.text().into_iter().flat_map(Text::variables);
        tasks.extend(needed.filter(|needed| seen.insert(*needed)).map(Task::Enter));
    }

    fn leave(&mut self, name: &'d str, diagnostics: &mut Vec<Diagnostic>) {
        self.way.pop();
        let Some(variable) = self.variables.get(name) else { return };
        let text = variable.source.text();
        let is_made = matches!(variable.source, VariableSource::Totp(_));
        let bytes = match text.and_then(Text::template).filter(|_| !is_made) {
            None => text.map_or(0, |text| text.as_written().len()),
            Some(template) => {
                template.parts().iter().fold(0_usize, |sum, part| sum.saturating_add(self.bytes(part)))
            }
        };
        if bytes > VARIABLE_BYTES_MAX {
            diagnostics.push(
                Diagnostic::error(
                    &self.document.source,
                    variable.name.place,
                    format!("variable `{name}` would have more than {VARIABLE_BYTES_MAX} bytes"),
                )
                .at(path_of(name)),
            );
        }
        // Those that need it are reported only if they are too long without it.
        self.done.insert(name, if bytes > VARIABLE_BYTES_MAX { 0 } else { bytes });
    }

    fn bytes(&self, part: &Part) -> usize {
        match part {
            Part::Literal(text) => text.len(),
            Part::Variable { name, .. } => self.done.get(name.as_str()).copied().unwrap_or(0),
            Part::Generator(
                Generator::Numeric(count) | Generator::Alphabetic(count) | Generator::Alphanumeric(count),
            ) => usize::try_from(*count).unwrap_or(usize::MAX),
            Part::Id(_)
            | Part::Generator(Generator::Uuid | Generator::Date { .. } | Generator::Timestamp { .. }) => 36,
        }
    }
}

/// Most names of a ring that are shown.
const RING_MAX: usize = 8;

fn shortened(ring: &[&str]) -> String {
    match ring {
        [first @ .., last] if first.len() > RING_MAX => {
            let shown: Vec<&str> = first.iter().take(RING_MAX).copied().collect();
            format!("{} -> .. -> {last}", shown.join(" -> "))
        }
        _ => ring.join(" -> "),
    }
}

/// The field of a variable.
fn path_of(name: &str) -> Option<String> {
    Some(format!("variables.{name}"))
}
