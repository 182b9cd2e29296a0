//! What is known of the steps of a test at load.

use crate::compiled::Compiled;
use crate::exchange::{PlannedExchange, Stands};
use crate::expectation::Loading;
use crate::objections::TlsChecks;
use crate::render::Awaited;
use crate::scope::Scope;
use faultfinder_spec::{
    Action, Content, Diagnostic, Document, Repeat, Retry, SUB_TESTS_DEPTH_MAX, Source, Step, Steps, Test,
};
use faultfinder_taxonomy::word::nearest;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

/// The steps of a test, ready to be carried out.
pub(crate) struct PlannedSteps {
    pub(crate) steps: Vec<PlannedStep>,
    pub(crate) overall_timeout: Duration,
    pub(crate) persist_cookies: bool,
}

/// A step that is ready to be carried out.
pub(crate) struct PlannedStep {
    pub(crate) action: PlannedAction,
    /// What it is called when it has no name.
    pub(crate) number: usize,
    pub(crate) retry: Retry,
    pub(crate) repeat: Option<(u32, Duration)>,
    pub(crate) allow_failure: bool,
    pub(crate) critical: bool,
    pub(crate) exit_if_succeed: bool,
    pub(crate) always_run: bool,
}

/// What a step does.
pub(crate) enum PlannedAction {
    Exchange(Box<PlannedExchange>),
    /// It waits; with the name of the step.
    Wait(Duration, Stands),
    /// It carries out what another test does.
    Run(Vec<PlannedStep>, Stands),
}

impl PlannedSteps {
    /// All requests, those of other tests that are carried out included.
    pub(crate) fn exchanges(&self) -> Vec<&PlannedExchange> {
        fn collect<'s>(steps: &'s [PlannedStep], all: &mut Vec<&'s PlannedExchange>) {
            for step in steps {
                match &step.action {
                    PlannedAction::Exchange(exchange) => all.push(exchange),
                    PlannedAction::Wait(..) => {}
                    PlannedAction::Run(steps, _) => collect(steps, all),
                }
            }
        }
        let mut all = Vec::new();
        collect(&self.steps, &mut all);
        all
    }
}

/// What the steps of tests are planned with.
pub(crate) struct Planner<'d> {
    tests: HashMap<&'d str, &'d Test>,
    source: &'d Arc<Source>,
    scope: &'d Arc<Scope>,
}

impl<'d> Planner<'d> {
    pub(crate) fn new(document: &'d Document, scope: &'d Arc<Scope>) -> Self {
        let tests = document.tests.iter().map(|test| (test.name.as_written(), test)).collect();
        Self { tests, source: &document.source, scope }
    }

    /// Plans the steps of a test. Their mistakes were found before.
    pub(crate) fn plan(&self, steps: &Steps, tls: &mut TlsChecks) -> PlannedSteps {
        let mut extracted = HashSet::new();
        PlannedSteps {
            steps: self.steps(&steps.steps, &mut extracted, SUB_TESTS_DEPTH_MAX, tls),
            overall_timeout: steps.overall_timeout,
            persist_cookies: steps.persist_cookies,
        }
    }

    fn steps(
        &self,
        steps: &[Step],
        extracted: &mut HashSet<String>,
        depth: usize,
        tls: &mut TlsChecks,
    ) -> Vec<PlannedStep> {
        let planned = steps.iter().enumerate().filter_map(|(index, step)| {
            let stands = Stands { name: step.name.clone(), place: step.place, path: step.path.clone() };
            let action = match &step.action {
                Action::Exchange(exchange) => {
                    let mut loading = Loading::new(self.source, &exchange.request, self.scope.author);
                    let compiled = Compiled::new(
                        &exchange.assertions,
                        step.repeat.as_ref(),
                        &step.extractions,
                        step.path.as_deref(),
                        &mut loading,
                    );
                    let with = (self.source, self.scope);
                    let awaited = Awaited::Later(extracted);
                    let exchange =
                        PlannedExchange::new(stands, exchange.clone(), compiled, with, awaited, tls);
                    PlannedAction::Exchange(Box::new(exchange))
                }
                Action::Wait(wait) => PlannedAction::Wait(*wait, stands),
                Action::Run(test) => {
                    let test = self.tests.get(test.value.as_str())?;
                    PlannedAction::Run(self.sub_test(test, extracted, depth.checked_sub(1)?, tls), stands)
                }
            };
            extracted.extend(step.extractions.iter().map(|extraction| extraction.name.value.clone()));
            Some(PlannedStep {
                action,
                number: index.saturating_add(1),
                retry: step.retry,
                repeat: step.repeat.as_ref().map(|Repeat { times, interval, .. }| (*times, *interval)),
                allow_failure: step.allow_failure,
                critical: step.critical,
                exit_if_succeed: step.exit_if_succeed,
                always_run: step.always_run,
            })
        });
        planned.collect()
    }

    /// The steps of a test that is carried out as a step of another one.
    fn sub_test(
        &self,
        test: &Test,
        extracted: &mut HashSet<String>,
        depth: usize,
        tls: &mut TlsChecks,
    ) -> Vec<PlannedStep> {
        match &test.content {
            Content::Steps(steps) => self.steps(&steps.steps, extracted, depth, tls),
            Content::Exchange(exchange) => {
                let only = Step {
                    name: Some(test.name.clone()),
                    place: test.name.place(),
                    path: test.path.clone(),
                    action: Action::Exchange(exchange.clone()),
                    retry: test.retry,
                    extractions: Vec::new(),
                    repeat: None,
                    allow_failure: false,
                    critical: false,
                    exit_if_succeed: false,
                    always_run: false,
                };
                self.steps(std::slice::from_ref(&only), extracted, depth, tls)
            }
        }
    }
}

/// What is wrong with the tests that steps carry out: there is no such test, it needs itself, or it goes too deep.
pub(crate) fn check_runs(document: &Document) -> Vec<Diagnostic> {
    let tests: HashMap<&str, &Test> =
        document.tests.iter().map(|test| (test.name.as_written(), test)).collect();
    let mut found = Vec::new();
    for test in &document.tests {
        for step in test.content.steps().map_or(&[][..], |steps| &steps.steps) {
            let Action::Run(run) = &step.action else { continue };
            let path = step.path.as_ref().map(|path| format!("{path}.run"));
            let error =
                |message: String| Diagnostic::error(&document.source, run.place, message).at(path.clone());
            let diagnostic = match depth(&tests, &run.value, &mut vec![test.name.as_written()]) {
                Ok(depth) if depth < SUB_TESTS_DEPTH_MAX => continue,
                Ok(_) => {
                    error(format!("tests in steps of tests go more than {SUB_TESTS_DEPTH_MAX} levels deep"))
                        .with_help("put the steps of the innermost test here")
                }
                Err(Broken::Missing(name)) => {
                    let error =
                        error(format!("no test of this file is named {}", faultfinder_spec::quoted(&name)));
                    match nearest(&name, tests.keys().copied()) {
                        Some(near) => error.with_label(format!("did you mean `{near}`?")),
                        None => error.with_help("name another test of this file"),
                    }
                }
                Err(Broken::Ring(names)) => error(format!("this test needs itself: {}", names.join(" -> ")))
                    .with_help("a test cannot be carried out as a step of itself"),
            };
            found.push(diagnostic);
        }
    }
    found
}

/// Why a test cannot be carried out as a step.
enum Broken {
    Missing(String),
    Ring(Vec<String>),
}

/// How deep tests are nested in a test that is carried out as a step.
fn depth<'d>(
    tests: &HashMap<&'d str, &'d Test>,
    name: &str,
    way: &mut Vec<&'d str>,
) -> Result<usize, Broken> {
    let Some((name, test)) = tests.get_key_value(name) else { return Err(Broken::Missing(name.to_owned())) };
    if let Some(start) = way.iter().position(|other| other == name) {
        let ring = way.iter().skip(start).chain([name]).map(|name| (*name).to_owned());
        return Err(Broken::Ring(ring.collect()));
    }
    // What is deeper than may be is not followed.
    if way.len() > SUB_TESTS_DEPTH_MAX {
        return Ok(SUB_TESTS_DEPTH_MAX);
    }
    way.push(name);
    let mut deepest = 0;
    for step in test.content.steps().map_or(&[][..], |steps| &steps.steps) {
        if let Action::Run(run) = &step.action {
            match depth(tests, &run.value, way) {
                Ok(depth) => deepest = deepest.max(depth.saturating_add(1)),
                // It is reported where it stands.
                Err(Broken::Missing(_)) => {}
                Err(ring) => return Err(ring),
            }
        }
    }
    way.pop();
    Ok(deepest)
}
