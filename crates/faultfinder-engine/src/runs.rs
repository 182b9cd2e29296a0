//! Tests that are carried out as steps of others: whether there are such, and how much that is.

use faultfinder_spec::{
    Action, Content, DIAGNOSTICS_MAX, Diagnostic, Document, FILE_STEPS_MAX, SUB_TESTS_DEPTH_MAX, Step,
    TEST_STEPS_MAX, Test,
};
use faultfinder_taxonomy::word::nearest;
use std::collections::HashMap;

/// What is wrong with the tests that steps carry out: there is no such test, it needs itself, it goes too deep, or it is too
/// much.
pub(crate) fn check_runs(document: &Document) -> Vec<Diagnostic> {
    let mut runs = Runs::new(document);
    let mut found = Vec::new();
    let mut of_file = 0_usize;
    for test in &document.tests {
        let Some(steps) = test.content.steps() else { continue };
        let errors = steps.steps.iter().filter_map(|step| runs.error(document, test, step));
        found.extend(errors.take(DIAGNOSTICS_MAX.saturating_sub(found.len())));
        let of_test = runs.count_steps(&steps.steps, SUB_TESTS_DEPTH_MAX).unwrap_or(0);
        of_file = of_file.saturating_add(of_test);
        let (count, most, what) = match of_test > TEST_STEPS_MAX {
            true => (of_test, TEST_STEPS_MAX, "a test carries"),
            false => (of_file, FILE_STEPS_MAX, "the tests of a file carry"),
        };
        if count > most {
            let message = format!("{what} out at most {most} steps, found {count} with those of other tests");
            let diagnostic = Diagnostic::error(&document.source, test.name.place(), message);
            found.push(diagnostic.with_help("carry out fewer tests as steps").at(test.path.clone()));
            break;
        }
    }
    found
}

/// The tests of a file.
struct Runs<'d> {
    tests: HashMap<&'d str, &'d Test>,
    /// How many steps a test carries out, by its name and how deep others may be in it; nothing if they are deeper.
    known: HashMap<(&'d str, usize), Option<usize>>,
}

impl<'d> Runs<'d> {
    fn new(document: &'d Document) -> Self {
        let tests = document.tests.iter().map(|test| (test.name.as_written(), test));
        Self { tests: tests.collect(), known: HashMap::new() }
    }

    /// How many steps these are with those of other tests, which may be so deep in each other; nothing if they are deeper.
    fn count_steps(&mut self, steps: &'d [Step], depth: usize) -> Option<usize> {
        let mut count = 0_usize;
        for step in steps {
            let of_run = match &step.action {
                Action::Run(test) => self.count(&test.value, depth.checked_sub(1)?)?,
                Action::Exchange(_) | Action::Wait(_) => 0,
            };
            count = count.saturating_add(of_run).saturating_add(1);
        }
        Some(count)
    }

    fn count(&mut self, name: &str, depth: usize) -> Option<usize> {
        // One that is missing is reported where it is named.
        let Some((name, test)) = self.tests.get_key_value(name).map(|(name, test)| (*name, *test)) else {
            return Some(0);
        };
        if let Some(known) = self.known.get(&(name, depth)) {
            return *known;
        }
        let count = test.content.steps().map_or(Some(1), |steps| self.count_steps(&steps.steps, depth));
        self.known.insert((name, depth), count);
        count
    }

    /// What is wrong with the test that a step carries out.
    fn error(&mut self, document: &Document, test: &'d Test, step: &Step) -> Option<Diagnostic> {
        let Action::Run(run) = &step.action else { return None };
        let path = step.path.as_ref().map(|path| format!("{path}.run"));
        let error = |message: String| Diagnostic::error(&document.source, run.place, message).at(path);
        let Some((name, called)) = self.tests.get_key_value(run.value.as_str()) else {
            let error =
                error(format!("no test of this file is named {}", faultfinder_spec::quoted(&run.value)));
            return Some(match nearest(&run.value, self.tests.keys().copied()) {
                Some(near) => error.with_label(format!("did you mean `{near}`?")),
                None => error.with_help("name another test of this file"),
            });
        };
        if matches!(called.content, Content::Heartbeat(_)) {
            return Some(
                error("a heartbeat cannot be carried out as a step".to_owned())
                    .with_help("a service awaits it"),
            );
        }
        if called.script.is_some() {
            let message = "this test sets variables by a script, so it cannot be carried out as a step";
            return Some(
                error(message.to_owned()).with_help("let an `extract_javascript` of a step set them"),
            );
        }
        let (name, depth) = (*name, SUB_TESTS_DEPTH_MAX.checked_sub(1));
        if name != test.name.as_written() && depth.is_none_or(|depth| self.count(name, depth).is_some()) {
            return None;
        }
        Some(match self.ring(name, &mut vec![test.name.as_written()]) {
            Some(names) => error(format!("this test needs itself: {}", names.join(" -> ")))
                .with_help("a test cannot be carried out as a step of itself"),
            None => error(format!("tests in steps of tests go more than {SUB_TESTS_DEPTH_MAX} levels deep"))
                .with_help("put the steps of the innermost test here"),
        })
    }

    /// The tests that carry each other out in a ring, if a test that is carried out by these leads into one.
    fn ring(&self, name: &'d str, callers: &mut Vec<&'d str>) -> Option<Vec<&'d str>> {
        if let Some(start) = callers.iter().position(|caller| *caller == name) {
            return Some(callers.iter().skip(start).copied().chain([name]).collect());
        }
        // What is deeper than may be is not followed.
        let test = self.tests.get(name).filter(|_| callers.len() <= SUB_TESTS_DEPTH_MAX)?;
        callers.push(name);
        let steps = test.content.steps().map_or(&[][..], |steps| &steps.steps);
        let found = steps.iter().find_map(|step| match &step.action {
            Action::Run(run) => self.ring(self.tests.get_key_value(run.value.as_str())?.0, callers),
            Action::Exchange(_) | Action::Wait(_) => None,
        });
        callers.pop();
        found
    }
}
