//! The probe: the order of things.

use crate::{Request, Response};
use faultfinder_net::{Trace, Vantage};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase, Report};

/// Asks, and reports what came of it.
pub async fn probe(vantage: &Vantage, request: &Request) -> Report<Response> {
    let deadline = request.client.deadline();
    let mut trace = Trace::start();
    let outcome = deadline.limit(work(vantage, request, &mut trace)).await;
    let outcome = outcome.unwrap_or_else(|| Err(trace.timed_out(&deadline)));
    trace.into_report(outcome)
}

async fn work(_vantage: &Vantage, _request: &Request, _trace: &mut Trace) -> Result<Response, Fault> {
    let detail = Detail::definition("unsupported_protocol", "icmp");
    Err(Fault::new(Code::InternalError, Phase::Config, detail, "cannot be run yet"))
}
