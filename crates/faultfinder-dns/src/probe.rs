//! The probe: whom to ask, asking, and what the answer means.

use crate::asking::{open, unanswered};
use crate::dnssec::{Anchors, Ask, Name, Security, Subject, Validation, validate};
use crate::{Request, Response, question::question, server, survey};
use faultfinder_net::dns::{self, Answer, Channel, Exchange, Failure, Query, Server};
use faultfinder_net::{Checks, Trace, Vantage};
use faultfinder_taxonomy::word::{Dnssec, RecordType};
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
/// [`TlsClient::check`](faultfinder_net::tls::TlsClient::check).
#[must_use]
pub fn check(request: &Request) -> Vec<Fault> {
    let mut checks = Checks::default();
    let question = checks.take(question(request));
    server::check(request, &mut checks);
    if request.dnssec == Dnssec::Validate && !request.all_servers {
        checks.take(Anchors::new(&request.trust_anchor));
    }
    checks.end(question).err().unwrap_or_default()
}

async fn ask(vantage: &Vantage, request: &Request, trace: &mut Trace) -> Result<Response, Fault> {
    let query = question(request)?;
    if request.all_servers {
        return survey::survey(vantage, request, &query, trace).await;
    }
    let anchors = match request.dnssec {
        Dnssec::Validate => Some(Anchors::new(&request.trust_anchor)?),
        Dnssec::Off | Dnssec::Request => None,
    };
    let server = server::find(vantage, request, trace).await?;
    trace.set_peer(server.address);
    let mut channel = open(vantage, &server, request, &query, trace).await?;
    trace.enter(Phase::Resolve);
    let exchange = channel.ask(&query).await.map_err(|failed| unanswered(failed, &query, request))?;
    if exchange.ignored > 0 {
        trace.warn(format!("{} messages that did not answer the question were ignored", exchange.ignored));
    }
    let mut validation = None;
    // An answer that is none has nothing to be signed.
    if let Some(anchors) = anchors.filter(|_| matches!(exchange.answer.rcode.number(), 0 | 3)) {
        let mut asker = Asker { vantage, server: &server, request, channel: Some(channel) };
        validation = validated(&exchange.answer, &query, &anchors, vantage, &mut asker).await;
    }
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
            Security::Indeterminate => trace.warn(format!("DNSSEC cannot be judged: {reason}")),
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

async fn validated(
    answer: &Answer,
    query: &Query,
    anchors: &Anchors,
    vantage: &Vantage,
    asker: &mut Asker<'_>,
) -> Option<Validation> {
    // The question stands behind the header of twelve bytes.
    let (name, _) = Name::from_wire(query.bytes().get(12..)?)?;
    let subject = Subject { name: &name, record_type: query.record_type(), answer };
    Some(validate(subject, anchors, vantage.clock().unix_seconds(), asker).await)
}

/// Asks the tested server for the links of the chain.
struct Asker<'a> {
    vantage: &'a Vantage,
    server: &'a Server,
    request: &'a Request,
    channel: Option<Channel>,
}

impl Ask for Asker<'_> {
    async fn ask(&mut self, name: &Name, record_type: RecordType) -> Result<Answer, Fault> {
        let query = Query::new(&name.to_question(), record_type, &self.request.options(), "dns.name")?;
        // A server may close after each answer: then it is asked on another connection, once.
        if let Some(mut channel) = self.channel.take() {
            match channel.ask(&query).await {
                Ok(exchange) => {
                    self.channel = Some(channel);
                    return Ok(exchange.answer);
                }
                Err(failed) if matches!(failed.failure(), Failure::Ended(_)) => {}
                Err(failed) => return Err(failed.into_fault(&query)),
            }
        }
        // Its phases and facts are those of the first connection.
        let mut trace = Trace::start();
        let mut channel = Channel::open(self.vantage, self.server, &self.request.client, &mut trace).await?;
        let exchange = channel.ask(&query).await.map_err(|failed| failed.into_fault(&query))?;
        self.channel = Some(channel);
        Ok(exchange.answer)
    }
}
