//! What is known of the steps of a test at load.

use crate::compiled::Compiled;
use crate::exchange::{Entry, PlannedExchange};
use crate::render::Awaited;
use crate::scope::Scope;
use crate::settings::Settings;
use faultfinder_spec::{
    Action, Content, Document, Repeat, Retry, SUB_TESTS_DEPTH_MAX, ScriptSource, Source, Step, Steps, Test,
};
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
    Wait(Duration, Entry),
    /// It carries out what another test does.
    Run(Vec<PlannedStep>, Entry),
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

    /// Drops what is not needed any more once their file has been read.
    pub(crate) fn lighten(&mut self, name: &Arc<Source>) {
        fn lighten(steps: &mut [PlannedStep], name: &Arc<Source>) {
            for step in steps {
                match &mut step.action {
                    PlannedAction::Exchange(exchange) => exchange.lighten(name),
                    PlannedAction::Wait(..) => {}
                    PlannedAction::Run(steps, _) => lighten(steps, name),
                }
            }
        }
        lighten(&mut self.steps, name);
    }
}

/// What the steps of tests are planned with.
pub(crate) struct Planner<'d> {
    /// By name, with what must hold in each of their steps.
    tests: HashMap<&'d str, (&'d Test, &'d [Compiled])>,
    source: &'d Arc<Source>,
    scope: &'d Arc<Scope>,
}

impl<'d> Planner<'d> {
    /// `compiled` has what must hold in the steps of each test, in the order of the tests.
    pub(crate) fn new(document: &'d Document, compiled: &'d [Vec<Compiled>], scope: &'d Arc<Scope>) -> Self {
        let tests = document.tests.iter().zip(compiled);
        let tests = tests.map(|(test, compiled)| (test.name.as_written(), (test, compiled.as_slice())));
        Self { tests: tests.collect(), source: &document.source, scope }
    }

    /// The hash of what is written of a test, with that of the tests that it carries out.
    pub(crate) fn fingerprint(&self, test: &Test) -> u64 {
        let steps = test.content.steps().map_or(&[][..], |steps| &steps.steps);
        let carried_out = steps.iter().filter_map(|step| match &step.action {
            Action::Run(name) => self.tests.get(name.value.as_str()),
            Action::Exchange(_) | Action::Wait(_) => None,
        });
        // Rotated, so that a test that is carried out twice still counts.
        carried_out.fold(test.fingerprint, |hash, (test, _)| hash.rotate_left(1) ^ self.fingerprint(test))
    }

    /// Plans the steps of a test; `set` are the variables that its script sets. Their mistakes were found before.
    pub(crate) fn plan(
        &self,
        steps: &Steps,
        compiled: &[Compiled],
        set: &HashSet<String>,
        settings: &mut Settings,
    ) -> PlannedSteps {
        let mut extracted = set.clone();
        PlannedSteps {
            steps: self.steps((&steps.steps, compiled), &mut extracted, SUB_TESTS_DEPTH_MAX, settings),
            overall_timeout: steps.overall_timeout,
            persist_cookies: steps.persist_cookies,
        }
    }

    fn steps(
        &self,
        (steps, compiled): (&[Step], &[Compiled]),
        extracted: &mut HashSet<String>,
        depth: usize,
        settings: &mut Settings,
    ) -> Vec<PlannedStep> {
        let planned = steps.iter().zip(compiled).enumerate().filter_map(|(index, (step, compiled))| {
            let (name, path) = (step.name.clone().map(Box::new), step.path.as_deref().map(Box::from));
            let entry = Entry { name, place: step.place, path };
            let action = match &step.action {
                Action::Exchange(exchange) => {
                    let with = (self.source, self.scope);
                    let awaited = Awaited::Later(extracted);
                    let exchange = PlannedExchange::new(
                        entry,
                        exchange.clone(),
                        compiled.clone(),
                        with,
                        awaited,
                        settings,
                    );
                    PlannedAction::Exchange(Box::new(exchange))
                }
                Action::Wait(wait) => PlannedAction::Wait(*wait, entry),
                Action::Run(test) => {
                    let test = self.tests.get(test.value.as_str())?;
                    PlannedAction::Run(
                        self.sub_test(*test, extracted, depth.checked_sub(1)?, settings),
                        entry,
                    )
                }
            };
            extracted.extend(step.extractions.iter().map(|extraction| extraction.name.value.clone()));
            extracted.extend(step.script.iter().flat_map(ScriptSource::sets));
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
        (test, compiled): (&Test, &[Compiled]),
        extracted: &mut HashSet<String>,
        depth: usize,
        settings: &mut Settings,
    ) -> Vec<PlannedStep> {
        match &test.content {
            Content::Steps(steps) => self.steps((&steps.steps, compiled), extracted, depth, settings),
            Content::Exchange(exchange) => {
                let only = Step {
                    name: Some(test.name.clone()),
                    place: test.name.place(),
                    path: test.path.clone(),
                    action: Action::Exchange(exchange.clone()),
                    retry: test.retry,
                    extractions: Vec::new(),
                    script: None,
                    repeat: None,
                    allow_failure: false,
                    critical: false,
                    exit_if_succeed: false,
                    always_run: false,
                };
                self.steps((std::slice::from_ref(&only), compiled), extracted, depth, settings)
            }
            // `check_runs` refuses it.
            Content::Heartbeat(_) => Vec::new(),
        }
    }
}
