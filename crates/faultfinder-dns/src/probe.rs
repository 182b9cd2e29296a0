//! The probe: whom to ask, asking, and what the answer means.

use crate::asking::{open, unanswered};
#[cfg(feature = "dnssec")]
use crate::validation::{self, Asker};
use crate::verdict::{Security, Validation};
use crate::{Request, Response, question::question, server, survey};
use faultfinder_net::dns::{self, Exchange, Query};
use faultfinder_net::{Checks, Trace, Vantage};
use faultfinder_taxonomy::{Code, Detail, Fault, Phase, Report};

/// Asks the question.
///
/// The exchange is the resolve phase, further questions for a validation too; a connection before it is the connect
/// phase, and TLS on it the tls phase.
///
/// # Errors
///
/// In the report's outcome: `INVALID_REQUEST` for a name, type, server or anchor that cannot be used; `DNS` for a response
/// code, an answer without a record of the type, one that cannot be read, none within 5 s, a closed port, an HTTP answer
/// that holds none, an answer that DNSSEC finds bogus; `SSL` when no TLS session with the server comes about or its
/// certificate is refused; `CONNRESET` when a connection that was asked for is ended; `TIMEOUT` when the request's own
/// time runs out first.
///
/// # Cancel safety
///
/// Dropping it closes its sockets; nothing else remains.
pub async fn probe(vantage: &Vantage, request: &Request) -> Report<Response> {
    let deadline = request.client.deadline();
    let mut trace = Trace::start();
    let outcome = deadline.limit(ask(vantage, request, &mut trace)).await;
    let outcome = outcome.unwrap_or_else(|| Err(trace.timed_out(&deadline)));
    trace.into_report(outcome)
}

/// Everything that is wrong with a request, as far as it shows before anything is sent; its TLS settings are checked by
/// `faultfinder_net::tls::TlsClient::check`.
#[must_use]
pub fn check(request: &Request) -> Vec<Fault> {
    let mut checks = Checks::default();
    let question = checks.take(question(request));
    server::check(request, &mut checks);
    #[cfg(feature = "dnssec")]
    if !request.all_servers {
        checks.take(validation::anchors(request));
    }
    #[cfg(not(feature = "dnssec"))]
    checks.take(check_dnssec(request));
    checks.end(question).err().unwrap_or_default()
}

async fn ask(vantage: &Vantage, request: &Request, trace: &mut Trace) -> Result<Response, Fault> {
    let query = question(request)?;
    if request.all_servers {
        return survey::survey(vantage, request, &query, trace).await;
    }
    #[cfg(feature = "dnssec")]
    let anchors = validation::anchors(request)?;
    #[cfg(not(feature = "dnssec"))]
    check_dnssec(request)?;
    let server = server::find(vantage, request, trace).await?;
    trace.set_peer(server.address);
    let mut channel = open(vantage, &server, request, &query, trace).await?;
    trace.enter(Phase::Resolve);
    let exchange = channel.ask(&query).await.map_err(|failed| unanswered(failed, &query, request))?;
    if exchange.ignored > 0 {
        trace.warn(format!("{} messages that did not match the query were ignored", exchange.ignored));
    }
    #[cfg(not(feature = "dnssec"))]
    let validation = None;
    #[cfg(feature = "dnssec")]
    // An error has nothing that could be signed.
    let validation = match anchors.filter(|_| matches!(exchange.answer.rcode.number(), 0 | 3)) {
        Some(anchors) => {
            let mut asker = Asker { vantage, server: &server, request, channel: Some(channel) };
            validation::validated(&exchange.answer, &query, &anchors, vantage, &mut asker).await
        }
        None => None,
    };
    trace.leave();
    judge(exchange, validation, &query, request, trace)
}

/// What an answer, and what was found about it, means for the test.
fn judge(
    exchange: Exchange,
    validation: Option<Validation>,
    query: &Query,
    request: &Request,
    trace: &mut Trace,
) -> Result<Response, Fault> {
    let add = |fault: Fault| match &validation {
        Some(validation) => fault.with("dnssec", validation.to_fact()),
        None => fault,
    };
    if let Some(found) = &validation {
        let reason = found.reason.as_deref().unwrap_or_default();
        match found.status {
            Security::Bogus if !request.bogus_as_value => return Err(add(bogus(found, &exchange, query))),
            Security::Indeterminate => trace.warn(format!("DNSSEC cannot be validated: {reason}")),
            _ => {}
        }
    }
    match dns::answer_fault(&exchange.answer, query, exchange.server) {
        Some(fault) if !request.failure_as_value => Err(add(fault)),
        _ => Ok(Response { dnssec: validation, ..Response::new(exchange) }),
    }
}

/// The answer is not what the zone's owner published.
fn bogus(found: &Validation, exchange: &Exchange, query: &Query) -> Fault {
    let reason = found.reason.as_deref().unwrap_or_default();
    let detail = Detail::dns(found.name.unwrap_or("DNSSEC_BOGUS"), "ESERVFAIL");
    Fault::new(Code::Dns, Phase::Resolve, detail, format!("{query}: DNSSEC: {reason}"))
        .with("server", exchange.server.to_string())
        .with("question", query.to_string())
        .with("rcode", exchange.answer.rcode.mnemonic().into_owned())
        .with("flags", exchange.answer.flags.clone())
}

/// Whether this build can do what a request asks about signatures.
#[cfg(not(feature = "dnssec"))]
fn check_dnssec(request: &Request) -> Result<(), Fault> {
    if request.dnssec != faultfinder_taxonomy::word::Dnssec::Validate {
        return Ok(());
    }
    let detail = Detail::definition("ERR_FEATURE_UNAVAILABLE", "dns.dnssec");
    let message = "`validate` needs the feature `dnssec`, which this program was built without";
    Err(Fault::new(Code::InvalidRequest, Phase::Config, detail, message))
}
