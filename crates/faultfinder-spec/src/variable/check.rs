//! Do the variables that are used exist, and can they be worked out?

use super::{VARIABLE_BYTES_MAX, Variable};
use crate::generator;
use crate::text::quoted;
use crate::{DIAGNOSTICS_MAX, Diagnostic, Document, Generator, Part, Text};
use faultfinder_taxonomy::word::nearest;
use std::collections::{HashMap, HashSet};

/// Which variables are used but not defined, need themselves, or would grow beyond all bounds.
///
/// `extra` are names that the caller defines (`--var`); they hide the file's. At most
/// [`DIAGNOSTICS_MAX`] undefined names are reported.
#[must_use]
pub fn check_variables(document: &Document, extra: &[&str]) -> Vec<Diagnostic> {
    let extra: HashSet<&str> = extra.iter().copied().collect();
    let mut names: HashSet<&str> =
        document.variables.iter().map(|variable| variable.name.value.as_str()).collect();
    names.extend(&extra);
    let mut diagnostics: Vec<Diagnostic> = document
        .references
        .iter()
        .filter(|reference| !names.contains(reference.name.as_str()))
        .take(DIAGNOSTICS_MAX)
        .map(|reference| {
            let place = document.source.template_place(reference.text, reference.index);
            let name = &reference.name;
            let message = format!("undefined variable {}", quoted(name));
            let diagnostic = Diagnostic::error(&document.source, place, message).at(reference.path.clone());
            match nearest(name, names.iter().copied().chain(generator::NAMES.iter().copied())) {
                Some(near) => diagnostic.with_label(format!("did you mean `{near}`?")),
                None => diagnostic.with_help(format!("define it under `variables`, or give --var {name}=..")),
            }
        })
        .collect();
    Walk::new(document, &extra).run(&mut diagnostics);
    diagnostics.sort_by(|a, b| (a.place, &a.message).cmp(&(b.place, &b.message)));
    diagnostics.dedup();
    diagnostics
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
        let bytes = match text.and_then(Text::template) {
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
            Part::Generator(Generator::Uuid | Generator::Date { .. } | Generator::Timestamp { .. }) => 36,
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
