//! One run of a test with several steps.

use crate::attempt::{Tried, status};
use crate::attempts::{Attempts, RetryPolicy, advice, attempts, pause};
use crate::exchange::{Entry, PlannedExchange, Prepared, rendered_name};
use crate::extracted::Extracted;
use crate::ids::Ids;
use crate::moment::{Begin, millis, unix_millis};
use crate::redact::{MASK, Redactor};
use crate::render::{Awaited, Moment, Values};
use crate::steps::{PlannedAction, PlannedStep, PlannedSteps};
use crate::{Attempt, Observed, PlannedTest, RunOptions, StepResult, StepStatus, StepType, TestResult};
use faultfinder_http::CookieJar;
use faultfinder_net::Vantage;
use faultfinder_taxonomy::{Code, Detail, Fault, Phase, RetryAdvice, TimeoutScope, Timings};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// How long a step that is carried out in any case may take when the time of the test is over.
const CLEAN_UP_MAX: Duration = Duration::from_secs(60);

/// Most characters of an extracted value in a result.
const EXTRACTED_CHARS_MAX: usize = 1_000;

/// Runs the steps, and runs them again as often as the test says while they fail.
pub(crate) async fn run(
    vantage: &Vantage,
    test: &PlannedTest,
    steps: &PlannedSteps,
    options: &RunOptions,
) -> TestResult {
    let begin = Begin::now(vantage);
    let time = options.run_time.map_or(steps.overall_timeout, |time| time.min(steps.overall_timeout));
    let mut journey = Journey {
        vantage,
        options,
        deadline: begin.at + time,
        time,
        now_ms: unix_millis(begin.wall),
        ids: test.ids(options),
        random: Box::new(options.randomness()),
        values: Values::default(),
        missing: BTreeMap::new(),
        unset: BTreeMap::new(),
        secrets: Vec::new(),
        jar: None,
        retries_off: options.retries_off,
    };
    let moment = Moment { now_ms: journey.now_ms, ids: Some(&journey.ids), random: &mut *journey.random };
    let (name, secrets) = rendered_name(&test.scope, &test.name, moment, &mut journey.values);
    journey.secrets.extend(secrets.into_redactor().texts().map(str::to_owned));
    let offload = options.offload.as_ref();
    let begun = match test.script() {
        Some(script) => {
            let moment =
                Moment { now_ms: journey.now_ms, ids: Some(&journey.ids), random: &mut *journey.random };
            let read = script.read(&test.scope, moment, &mut journey.values);
            script.begin(read, &mut journey.values, &mut journey.unset, offload).await
        }
        None => Ok(()),
    };
    let retry = test.retry();
    let mut earlier = Vec::new();
    let mut warnings = Vec::new();
    // What variables and generators yield is the same in all attempts; what answers yield is not.
    let values = journey.values.clone();
    let Carried { results, fault } = loop {
        journey.values.clone_from(&values);
        journey.missing.clone_from(&journey.unset);
        journey.jar = steps.persist_cookies.then(CookieJar::default);
        let carried = match &begun {
            Ok(()) => journey.carry_out(&steps.steps).await,
            Err(fault) => journey.not_begun(&steps.steps, fault),
        };
        let is_sensible = carried.fault.as_ref().is_some_and(|fault| advice(fault) == RetryAdvice::Sensible);
        let retries = if journey.retries_off { 0 } else { usize::from(retry.count) };
        if !is_sensible || earlier.len() >= retries {
            break carried;
        }
        let left = journey.deadline.saturating_duration_since(Instant::now());
        match pause(retry.interval, None, Some(left)) {
            Ok(pause) => {
                earlier.push(of_all(carried.fault));
                tokio::time::sleep(pause).await;
            }
            Err(warning) => {
                warnings.push(warning);
                break carried;
            }
        }
    };
    let mut result = TestResult {
        attempts: earlier,
        steps: results,
        warnings,
        retries_off: journey.retries_off,
        result_id: journey.ids.used(),
        ..test.result(name, begin, of_all(fault), options)
    };
    Redactor::default().with(journey.secrets.iter().map(String::as_str)).result(&mut result);
    result
}

/// All steps together as one attempt: the phases are those of each.
fn of_all(fault: Option<Fault>) -> Attempt {
    Attempt { status: status(fault.as_ref()), timings: Timings::default(), broke_in: None, fault }
}

/// What steps have come to so far.
struct Journey<'r> {
    vantage: &'r Vantage,
    options: &'r RunOptions,
    deadline: Instant,
    time: Duration,
    now_ms: i64,
    ids: Ids<'r>,
    random: Box<dyn FnMut() -> u64 + Send>,
    values: Values,
    /// Variables that answers should have given a value, and why they have none.
    missing: BTreeMap<String, String>,
    /// Variables that the script of the test should have set, and why they have none.
    unset: BTreeMap<String, String>,
    secrets: Vec<String>,
    /// The cookies of all steps, if they are kept.
    jar: Option<CookieJar>,
    retries_off: bool,
}

/// What came of some steps.
struct Carried {
    results: Vec<StepResult>,
    /// Why they fail as a whole.
    fault: Option<Fault>,
}

impl Journey<'_> {
    /// Carries out steps, one after the other, until one ends them.
    fn carry_out<'s>(&'s mut self, steps: &'s [PlannedStep]) -> BoxFuture<'s, Carried> {
        async move {
            let mut carried = Carried { results: Vec::new(), fault: None };
            // Why the steps that follow are not carried out.
            let mut ended: Option<String> = None;
            for step in steps {
                if ended.is_none() && self.left().is_zero() {
                    carried.fault.get_or_insert_with(|| out_of_time(self.time));
                    ended = Some("the time of the test was over".to_owned());
                }
                let mut result = blank(step, &self.name(step));
                if let Some(why) = ended.as_ref().filter(|_| !step.always_run) {
                    self.skip(step, &mut result, why);
                    carried.results.push(result);
                    continue;
                }
                let began = Instant::now();
                self.step(step, &mut result).await;
                result.duration_ms = millis(began.elapsed());
                let label = label(step, &result.name);
                match &result.fault {
                    Some(fault) => {
                        let ends = !step.allow_failure;
                        if ends || step.critical {
                            carried.fault.get_or_insert_with(|| of_step(fault.clone(), step, &label));
                        }
                        if ends {
                            ended.get_or_insert_with(|| format!("{label} failed"));
                        }
                    }
                    None if step.exit_if_succeed => {
                        ended.get_or_insert_with(|| format!("{label} passed, which ends the test"));
                    }
                    None => {}
                }
                carried.results.push(result);
            }
            carried
        }
        .boxed()
    }

    /// No step is carried out: the script of the test failed.
    fn not_begun(&mut self, steps: &[PlannedStep], fault: &Fault) -> Carried {
        let skipped = |step: &PlannedStep| {
            let mut result = blank(step, &self.name(step));
            self.skip(step, &mut result, "the script of the test failed");
            result
        };
        Carried { results: steps.iter().map(skipped).collect(), fault: Some(fault.clone()) }
    }

    async fn step(&mut self, step: &PlannedStep, result: &mut StepResult) {
        let until = match step.always_run {
            true => self.deadline.max(Instant::now() + CLEAN_UP_MAX),
            false => self.deadline,
        };
        match &step.action {
            PlannedAction::Exchange(exchange) => self.exchange(step, exchange, until, result).await,
            PlannedAction::Wait(pause, _) => {
                let end = Instant::now() + *pause;
                tokio::time::sleep_until(end.min(until)).await;
                if end > until {
                    result.fault = Some(out_of_time(self.time));
                }
            }
            PlannedAction::Run(steps, _) => {
                let Carried { results, fault } = self.carry_out(steps).await;
                (result.steps, result.fault) = (results, fault);
            }
        }
        result.status = status(result.fault.as_ref()).into();
    }

    /// Sends the request of a step, again and again if it is repeated.
    async fn exchange(
        &mut self,
        step: &PlannedStep,
        exchange: &PlannedExchange,
        until: Instant,
        result: &mut StepResult,
    ) {
        let moment = Moment { now_ms: self.now_ms, ids: Some(&self.ids), random: &mut *self.random };
        let awaited = Awaited::Missing(&self.missing);
        let mut prepared = exchange.prepared(moment, &mut self.values, awaited).into_owned();
        self.secrets.extend(prepared.redactor.texts().map(str::to_owned));
        if let Some(built) = self.jar.as_ref().and_then(|jar| prepared.built.with_cookies(jar)) {
            prepared.built = built;
        }
        result.name = prepared.name.clone().unwrap_or_else(|| result.name.clone());
        result.warnings.extend(prepared.warnings.iter().cloned());
        let label = label(step, &result.name);
        let policy = RetryPolicy {
            retry: step.retry,
            retries_off: self.retries_off,
            until: Some(until),
            retries_assertions: step.repeat.is_none(),
        };
        let (times, interval) = step.repeat.unwrap_or((1, Duration::ZERO));
        for time in 1..=times {
            let tried = attempts(self.vantage, exchange, &prepared, policy, self.options.offload.as_ref());
            let Ok(tried) = tokio::time::timeout_at(until, tried).await else {
                result.fault = Some(out_of_time(self.time));
                self.nothing_extracted(&prepared, &format!("{label} was cut off"));
                return;
            };
            let holds = holds(&tried.last, &prepared);
            self.take(tried, &prepared, &label, result);
            if step.repeat.is_some() {
                result.repeated = Some(time);
            }
            if holds != Some(false) {
                return;
            }
            if time == times || Instant::now() + interval >= until {
                if let Some(fault) = result.fault.as_mut() {
                    fault.message = format!("repeated {time} times: {}", fault.message);
                }
                return;
            }
            tokio::time::sleep(interval).await;
        }
    }

    /// Takes over what came of the attempts of a step.
    fn take(&mut self, tried: Attempts, prepared: &Prepared, label: &str, result: &mut StepResult) {
        let Attempts { last, earlier, warnings, confidential, retries_off } = tried;
        self.secrets.extend(confidential);
        self.retries_off |= retries_off;
        let Tried { attempt, assertions, observed, warnings: of_last, extracted, .. } = *last;
        if extracted.is_empty() {
            let code = attempt.fault.as_ref().map_or("", |fault| fault.code.as_str());
            self.nothing_extracted(prepared, &format!("{label} failed with {code}"));
        }
        result.warnings.retain(|warning| prepared.warnings.contains(warning));
        result.warnings.extend(warnings.into_iter().chain(of_last));
        for Extracted { name, is_secret, value } in extracted {
            match value {
                Ok(value) => {
                    self.values.set(&name, &value, is_secret);
                    self.missing.remove(&name);
                    if is_secret {
                        self.secrets.push(value);
                        result.extracted.insert(name, MASK.to_owned());
                    } else {
                        result.extracted.insert(name, value.chars().take(EXTRACTED_CHARS_MAX).collect());
                    }
                }
                Err(why) => {
                    result.warnings.push(format!("{name} was not extracted: {why}"));
                    self.missing.insert(name, format!("{label} did not extract it: {why}"));
                }
            }
        }
        (result.timings, result.broke_in, result.fault) = (attempt.timings, attempt.broke_in, attempt.fault);
        (result.assertions, result.observed, result.attempts) = (assertions, observed, earlier);
    }

    /// Notes why the variables of a step have no value.
    fn nothing_extracted(&mut self, prepared: &Prepared, why: &str) {
        for name in prepared.extracted() {
            self.missing.insert(name.clone(), why.to_owned());
        }
    }

    /// Notes that a step is not carried out, and neither are those of a test that it would carry out.
    fn skip(&mut self, step: &PlannedStep, result: &mut StepResult, why: &str) {
        result.status = StepStatus::Skipped;
        result.skipped = Some(why.to_owned());
        if let PlannedAction::Exchange(exchange) = &step.action {
            let label = label(step, &result.name);
            for name in exchange.extracted() {
                self.missing.insert(name.clone(), format!("{label} was not carried out"));
            }
        }
    }

    /// How much time is left.
    fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// The name of a step: as it is written where it has a template, until the step is carried out.
    fn name(&self, step: &PlannedStep) -> String {
        let entry: &Entry = match &step.action {
            PlannedAction::Exchange(exchange) => &exchange.entry,
            PlannedAction::Wait(_, entry) | PlannedAction::Run(_, entry) => entry,
        };
        let written = entry.name.as_ref().map(|name| name.as_written().to_owned());
        written.unwrap_or_else(|| format!("step {}", step.number))
    }
}

/// Whether what a step is repeated for holds; nothing if it is not repeated, or if there is no answer to hold it against.
fn holds(tried: &Tried, prepared: &Prepared) -> Option<bool> {
    let is_judged = tried.attempt.fault.as_ref().is_none_or(|fault| fault.code == Code::IncorrectAssertion);
    let until =
        tried.assertions.get(prepared.until.clone()).filter(|until| !until.is_empty() && is_judged)?;
    Some(until.iter().all(|assertion| assertion.passed))
}

/// A step in messages.
fn label(step: &PlannedStep, name: &str) -> String {
    let number = format!("step {}", step.number);
    if name == number { number } else { format!("{number} `{name}`") }
}

/// The fault of a step as that of its test.
fn of_step(mut fault: Fault, step: &PlannedStep, label: &str) -> Fault {
    fault.message = format!("{label}: {}", fault.message);
    fault.with("step", u64::try_from(step.number).unwrap_or(u64::MAX))
}

fn out_of_time(time: Duration) -> Fault {
    let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let message = format!("the steps took longer than {millis} ms together");
    Fault::new(Code::Timeout, Phase::Wait, Detail::timeout(TimeoutScope::Overall), message)
        .with("budget_ms", millis)
}

/// A step of which nothing is known yet.
fn blank(step: &PlannedStep, name: &str) -> StepResult {
    StepResult {
        name: name.to_owned(),
        step_type: match &step.action {
            PlannedAction::Exchange(exchange) => StepType::Protocol(exchange.protocol()),
            PlannedAction::Wait(..) => StepType::Wait,
            PlannedAction::Run(..) => StepType::Run,
        },
        status: StepStatus::Passed,
        allow_failure: step.allow_failure,
        duration_ms: 0.0,
        timings: Timings::default(),
        broke_in: None,
        fault: None,
        skipped: None,
        assertions: Vec::new(),
        attempts: Vec::new(),
        repeated: None,
        extracted: BTreeMap::new(),
        warnings: Vec::new(),
        observed: Observed::default(),
        steps: Vec::new(),
    }
}
