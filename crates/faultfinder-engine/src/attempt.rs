//! One attempt: one probe and the evaluation of its result.

use crate::exchange::{PlannedExchange, Prepared};
use crate::extracted::Extracted;
use crate::judge::{self, Judgement};
use crate::objections::full;
use crate::offload::{Offload, done};
use crate::protocol::{Probe, Sent, envelope};
use crate::{AddressResult, AssertionResult, Attempt, Observed, Status};
use faultfinder_net::Vantage;
use faultfinder_taxonomy::{Blame, BrokeIn, Confidential, Detail, Fact, Facts, Fault, Phase, Report};
use futures_util::FutureExt as _;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// The result of one attempt.
pub(crate) struct Tried {
    pub(crate) attempt: Attempt,
    pub(crate) assertions: Vec<AssertionResult>,
    pub(crate) observed: Observed,
    pub(crate) warnings: Vec<String>,
    pub(crate) addresses: Vec<AddressResult>,
    /// Texts that were derived from credentials.
    pub(crate) confidential: Confidential,
    /// How long the target asks clients to wait before they retry.
    pub(crate) retry_after: Option<Duration>,
    /// What was taken out of the answer: the values by name, or why there is none. Empty without an answer.
    pub(crate) extracted: Vec<Extracted>,
}

/// One probe with its assertions. `resolve` is how long an earlier lookup of the name took.
pub(crate) async fn once(
    vantage: &Vantage,
    exchange: &PlannedExchange,
    prepared: &Prepared,
    probe: &dyn Probe,
    resolve: Option<Duration>,
    offload: Option<&Offload>,
) -> Tried {
    let began = Instant::now();
    // What comes after the probe has a future of its own, which is made then: else every test that waits would keep room
    // for its answer.
    let judged = |sent| Box::pin(judged(vantage, exchange, prepared, probe, sent, (began, resolve), offload));
    probe.send(vantage).then(judged).await
}

/// What came of a probe that began at a time, with its assertions.
async fn judged(
    vantage: &Vantage,
    exchange: &PlannedExchange,
    prepared: &Prepared,
    probe: &dyn Probe,
    sent: Sent,
    (began, resolve): (Instant, Option<Duration>),
    offload: Option<&Offload>,
) -> Tried {
    let Sent { report, partial } = sent;
    let Report { mut facts, outcome } = report;
    if let Some(took) = resolve {
        facts.timings.add(Phase::Resolve, took);
    }
    match outcome {
        Err(fault) => {
            let (mut fault, retry_after) = envelope::of_refusal(fault, vantage.clock().now());
            tell_pause(&mut fault, retry_after);
            let fault = placed(fault, exchange);
            let Some(partial) = partial else {
                let assertions = judge::not_performed(&prepared.assertions);
                return Tried { retry_after, ..finish(facts, Some(fault), assertions, BTreeMap::new()) };
            };
            let expected = judge::Expected::of(prepared);
            let offload = judge::elsewhere(offload, &facts, partial.as_ref(), &expected);
            let work = move || (judge::as_far_as_possible(partial.as_ref(), &expected.assertions), partial);
            let Some((assertions, partial)) = done(offload, work).await else {
                return unsent(prepared, judge::abandoned());
            };
            let summary = partial.summary(true);
            let mut tried = finish(facts, Some(fault), assertions, summary);
            tried.observed.edge = partial.edge().map(Box::new);
            Tried { retry_after, ..tried }
        }
        Ok(answer) => {
            let asserting = Instant::now();
            let now = vantage.clock().unix_seconds();
            let expected = judge::Expected::of(prepared);
            let offload = judge::elsewhere(offload, &facts, answer.as_ref(), &expected);
            let work = move || (judge::judge(now, &facts, answer.as_ref(), &expected), facts, answer);
            let judged = done(offload, work).await;
            let Some((Judgement { assertions, fault, warnings, extracted }, mut facts, answer)) = judged
            else {
                return unsent(prepared, judge::abandoned());
            };
            let mut fault = fault.map(|fault| answer.explain(fault));
            facts.timings.add(Phase::Assert, asserting.elapsed());
            let budget = probe.client().overall_timeout;
            if began.elapsed() > budget {
                fault = Some(judge::overdue(budget, &facts.timings));
            }
            facts.warnings.extend(answer.warnings());
            facts.warnings.extend(warnings);
            let retry_after = fault.as_ref().and_then(|_| answer.retry_after(vantage.clock().now()));
            if let Some(fault) = &mut fault {
                tell_pause(fault, retry_after);
            }
            let summary = answer.summary(fault.is_some());
            let mut tried = finish(facts, fault, assertions, summary);
            tried.observed.edge = answer.edge().map(Box::new);
            Tried { retry_after, extracted, ..tried }
        }
    }
}

/// Adds how long the target asks clients to wait.
fn tell_pause(fault: &mut Fault, retry_after: Option<Duration>) {
    if let Some(asked) = retry_after {
        fault.evidence.insert("retry_after_s", asked.as_secs());
    }
}

/// The attempt of a test whose request could not be created.
pub(crate) fn unsent(prepared: &Prepared, fault: Fault) -> Tried {
    let assertions = judge::not_performed(&prepared.assertions);
    finish(Facts::default(), Some(fault), assertions, BTreeMap::new())
}

/// An attempt from the facts, the fault, the assertions, and the summary of the response.
pub(crate) fn finish(
    mut facts: Facts,
    fault: Option<Fault>,
    assertions: Vec<AssertionResult>,
    response: BTreeMap<String, Fact>,
) -> Tried {
    if let Some(fault) = &fault {
        // What is found in a complete answer broke no phase off.
        let lasted = facts.timings.duration(fault.phase).unwrap_or_default();
        facts.broke_in.get_or_insert(BrokeIn { phase: fault.phase, after: lasted });
    }
    let observed = Observed {
        // Without a port where the protocol has none.
        peer: facts.peer.map(|peer| match peer.port() {
            0 => peer.ip().to_string(),
            _ => peer.to_string(),
        }),
        addresses: facts.addresses.iter().map(ToString::to_string).collect(),
        connects: facts.connects,
        tls: facts.tls,
        hops: facts.hops,
        own_delay_ms: own_delay_ms(facts.own_delay),
        edge: None,
        response,
    };
    let Facts { timings, broke_in, .. } = facts;
    let attempt = Attempt { status: status(fault.as_ref()), timings, broke_in, fault };
    Tried {
        attempt,
        assertions,
        observed,
        warnings: facts.warnings,
        addresses: Vec::new(),
        confidential: facts.confidential,
        retry_after: None,
        extracted: Vec::new(),
    }
}

/// The time for which answers lay unread, with three decimals; nothing below 1 ms, which every process takes.
fn own_delay_ms(delay: Duration) -> f64 {
    if delay < Duration::from_millis(1) { 0.0 } else { (delay.as_secs_f64() * 1e6).round() / 1000.0 }
}

/// Adds the name and position of the field to a fault of the definition.
pub(crate) fn placed(fault: Fault, exchange: &PlannedExchange) -> Fault {
    if !matches!(fault.detail, Detail::Definition { .. }) {
        return fault;
    }
    let place = exchange.place(&fault).text(&exchange.source);
    full(fault, exchange.protocol(), exchange.aliases()).with("place", place)
}

pub(crate) fn status(fault: Option<&Fault>) -> Status {
    match fault {
        None => Status::Passed,
        Some(fault) if fault.blame == Blame::Ourselves => Status::Error,
        Some(_) => Status::Failed,
    }
}
