//! The probe: whom to ask, asking, and what the answer means.

use crate::asking::{Answered, blamed, one_of};
#[cfg(feature = "dnssec")]
use crate::validation::{self, Asker};
use crate::verdict::{Security, Validation};
use crate::{Request, Response, question::question, server, survey};
use faultfinder_net::dns::{self, Exchange, Query};
use faultfinder_net::{Checks, Deadline, Trace, Vantage};
use faultfinder_taxonomy::word::Dnssec;
use faultfinder_taxonomy::{Code, Detail, Fault, Phase, Report, ResponseCode};
use std::time::Duration;
use tokio::time::Instant;

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
    let outcome = deadline.limit(ask(vantage, request, &deadline, &mut trace)).await;
    let outcome = outcome.unwrap_or_else(|| Err(trace.timed_out(&deadline)));
    trace.into_report(outcome.map_err(dns::fitting_hints))
}

/// Everything that is wrong with a request, as far as it shows before anything is sent; its TLS settings are checked by
/// `faultfinder_net::tls::TlsClient::check`.
#[must_use]
pub fn check(request: &Request) -> Vec<Fault> {
    let mut checks = Checks::default();
    let question = checks.take(question(request));
    server::check(request, &mut checks);
    checks.take(check_edns(request));
    #[cfg(feature = "dnssec")]
    if !request.all_servers {
        checks.take(validation::anchors(request));
    }
    #[cfg(not(feature = "dnssec"))]
    checks.take(check_dnssec(request));
    checks.end(question).err().unwrap_or_default()
}

async fn ask(
    vantage: &Vantage,
    request: &Request,
    deadline: &Deadline,
    trace: &mut Trace,
) -> Result<Response, Fault> {
    let query = question(request)?;
    check_edns(request)?;
    if request.all_servers {
        // Boxed, as all that few probes do: each that waits would otherwise have room for it.
        return Box::pin(survey::survey(vantage, request, &query, trace)).await;
    }
    #[cfg(feature = "dnssec")]
    let anchors = validation::anchors(request)?;
    #[cfg(not(feature = "dnssec"))]
    check_dnssec(request)?;
    let servers = server::find(vantage, request, trace).await?;
    let answered = one_of(vantage, servers, request, &query, deadline, trace).await?;
    if answered.exchange.ignored > 0 {
        let ignored = answered.exchange.ignored;
        trace.warn(format!("{ignored} messages that did not match the query were ignored"));
    }
    #[cfg(feature = "dnssec")]
    let is_validated = anchors.is_some();
    #[cfg(not(feature = "dnssec"))]
    let is_validated = false;
    // What is asked afterwards validates the answer, or only explains it.
    match answered.exchange.arrived {
        _ if is_validated => {}
        Some(arrived) => trace.leave_with(arrived),
        None => trace.leave_with_arrival(),
    }
    let (answered, plain) = without_edns(answered, &query, deadline).await;
    #[cfg(feature = "dnssec")]
    let Answered { server, channel, exchange } = answered;
    #[cfg(not(feature = "dnssec"))]
    let exchange = answered.exchange;
    #[cfg(not(feature = "dnssec"))]
    let validation = None;
    #[cfg(feature = "dnssec")]
    let validation = match anchors {
        // An error has nothing that could be signed.
        Some(_) if !matches!(exchange.answer.rcode.number(), 0 | 3) => {
            let rcode = exchange.answer.rcode.mnemonic();
            Some(Validation::impossible(format!("the server answers {rcode}, which cannot be signed")))
        }
        Some(anchors) => {
            let mut asker = Asker { vantage, server: &server, request, channel: Some(channel) };
            Box::pin(validation::validated(&exchange.answer, &query, &anchors, vantage, &mut asker)).await
        }
        None => None,
    };
    trace.leave();
    let add = |fault: Fault| blamed(compared_without_edns(fault, plain), request);
    judge(exchange, validation, &query, request, trace).map_err(add)
}

/// How long a server is asked for what only explains its answer.
const EXPLANATION_MAX: Duration = Duration::from_secs(1);

/// A server that rejects EDNS is also asked without it, so that the fault can say whether that helps (RFC 6891 section 7).
/// Returns the response code, if it answers.
async fn without_edns(
    mut answered: Answered,
    query: &Query,
    deadline: &Deadline,
) -> (Answered, Option<ResponseCode>) {
    if !answered.exchange.answer.rejects_edns(query) {
        return (answered, None);
    }
    let Some(plain) = query.without_edns() else { return (answered, None) };
    // An explanation must not cost the verdict: it gets a part of the time that is left.
    let now = Instant::now();
    let left = deadline.instant().saturating_duration_since(now) / 2;
    let again = answered.channel.ask_until(&plain, now + left.min(EXPLANATION_MAX)).await;
    (answered, again.ok().map(|exchange| exchange.answer.rcode))
}

/// The fault of a server that rejects EDNS, with its answer to the same question without it.
fn compared_without_edns(fault: Fault, plain: Option<ResponseCode>) -> Fault {
    let Some(plain) = plain else { return fault };
    let mut fault = fault.with("rcode_without_edns", plain.mnemonic().into_owned());
    if dns::is_rejection_of_edns(plain) {
        return fault;
    }
    fault.message.push_str(&format!("; without EDNS it answers {}", plain.mnemonic()));
    fault.with_hint(dns::WITHOUT_EDNS_HINT)
}

/// Whether the request can do without EDNS where it excludes it.
fn check_edns(request: &Request) -> Result<(), Fault> {
    if request.edns || request.dnssec == Dnssec::Off {
        return Ok(());
    }
    let message = format!("`dnssec: {}` needs EDNS (RFC 3225), which `edns: off` excludes", request.dnssec);
    let detail = Detail::definition("EBADQUERY", "dns.edns");
    Err(Fault::new(Code::InvalidRequest, Phase::Config, detail, message))
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
            Security::Bogus | Security::Secure | Security::Insecure => {}
        }
        for zone in &found.deprecated {
            trace.warn(format!(
                "{zone}, which is deprecated (RFC 9905): resolvers may treat the zone as unsigned; sign it with ECDSAP256SHA256 or RSASHA256"
            ));
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
    if request.dnssec != Dnssec::Validate {
        return Ok(());
    }
    let detail = Detail::definition("ERR_FEATURE_UNAVAILABLE", "dns.dnssec");
    let message = "`validate` needs the feature `dnssec`, which this program was built without";
    Err(Fault::new(Code::InvalidRequest, Phase::Config, detail, message))
}
