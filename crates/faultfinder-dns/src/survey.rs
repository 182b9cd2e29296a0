//! All name servers of a zone, asked the same and compared.
//!
//! The zone is the nearest one above the name that has NS records, as the resolver of the test (or of this host) knows it.
//! Each address of each name server is asked for the zone's SOA record and for what the test asks for. A server that does
//! not answer, answers with an error or is not authoritative fails the test; servers that disagree are reported,
//! and assertions decide about them.

use crate::asking::{blamed, open, unanswered};
use crate::{Consistency, Request, Response, ServerAnswer};
use faultfinder_net::dns::{self, Answer, Channel, Exchange, Query, QueryOptions, Server, answer_fault};
use faultfinder_net::{Denial, Host, Trace, Vantage, resolve};
use faultfinder_taxonomy::word::{RecordType, Transport};
use faultfinder_taxonomy::{Code, Detail, Fact, Fault, Phase};
use futures_util::future::join_all;
use sha2::{Digest as _, Sha256};
use std::net::SocketAddr;
use tokio::time::Instant;

/// Most addresses of name servers that are asked; the root has 26.
const SERVERS_MAX: usize = 32;
/// Most questions for the zone of a name.
const CLIMBS_MAX: usize = 16;
/// How many bytes of a digest are shown.
const DIGEST_BYTES: usize = 8;

/// Asks all.
pub(crate) async fn survey(
    vantage: &Vantage,
    request: &Request,
    query: &Query,
    trace: &mut Trace,
) -> Result<Response, Fault> {
    trace.enter(Phase::Resolve);
    let (zone, names) = zone_of(vantage, request, query).await?;
    let (targets, mut asked) = addresses(vantage, request, names, trace).await?;
    let soa = Query::new(&zone, RecordType::SOA, &request.options(), "dns.name")?;
    let asking = targets.iter().map(|target| one(vantage, request, query, &soa, target));
    let mut first = None;
    for (answer, exchange) in join_all(asking).await {
        if first.is_none() {
            first = exchange;
        }
        asked.push(answer);
    }
    trace.leave();
    judge(&zone, asked, first, query, request, trace)
}

/// What their answers mean for the test.
fn judge(
    zone: &str,
    servers: Vec<ServerAnswer>,
    first: Option<Exchange>,
    query: &Query,
    request: &Request,
    trace: &mut Trace,
) -> Result<Response, Fault> {
    let add = |fault: Fault| {
        let servers = servers.iter().map(ServerAnswer::to_fact).collect();
        fault.with("zone", zone).with("servers", Fact::List(servers))
    };
    let failed: Vec<(&ServerAnswer, &Fault)> =
        servers.iter().filter_map(|server| Some((server, server.fault.as_deref()?))).collect();
    if let Some((server, fault)) = failed.first() {
        let (count, all) = (failed.len(), servers.len());
        let message =
            format!("{count} of {all} name servers of {zone} fail; {}: {}", server.text(), fault.message);
        let mut fault = (*fault).clone().in_phase(Phase::Resolve);
        fault.message = message;
        return Err(blamed(add(fault), request));
    }
    let Some(exchange) = first else { return Err(blamed(add(no_servers(zone)), request)) };
    let consistency = compare(&servers);
    if consistency != Consistency::Consistent {
        let told: Vec<String> = servers.iter().map(ServerAnswer::short).collect();
        let what = match consistency {
            Consistency::SerialsDiffer => "have different serial numbers",
            _ => "give different answers",
        };
        trace.warn(format!("the name servers of {zone} {what}: {}", told.join(", ")));
    }
    trace.set_peer(exchange.server);
    match answer_fault(&exchange.answer, query, exchange.server) {
        Some(fault) if !request.failure_as_value => Err(blamed(add(fault), request)),
        _ => Ok(Response { servers, consistency: Some(consistency), ..Response::new(exchange) }),
    }
}

fn no_servers(zone: &str) -> Fault {
    let message = format!("no name server of {zone} has an address of the IP version that the test requires");
    Fault::new(Code::Dns, Phase::Resolve, Detail::dns("ZONE_NOT_FOUND", "ENODATA"), message)
}

fn compare(servers: &[ServerAnswer]) -> Consistency {
    let same = |differ: fn(&ServerAnswer, &ServerAnswer) -> bool| {
        !servers.iter().zip(servers.iter().skip(1)).any(|(one, other)| differ(one, other))
    };
    if !same(|one, other| one.serial != other.serial) {
        Consistency::SerialsDiffer
    } else if !same(|one, other| (one.rcode, &one.digest) != (other.rcode, &other.digest)) {
        Consistency::AnswersDiffer
    } else {
        Consistency::Consistent
    }
}

/// The nearest zone above a name, and the names of its name servers.
async fn zone_of(
    vantage: &Vantage,
    request: &Request,
    query: &Query,
) -> Result<(String, Vec<String>), Fault> {
    let resolvers = match &request.client.resolver {
        Some(own) => vec![Server::of_resolver(own)?],
        None => {
            let servers = vantage.resolver().servers()?;
            servers.into_iter().map(|server| Server::plain(server, Transport::Udp)).collect()
        }
    };
    let mut zone = query.name().to_owned();
    for _ in 0..CLIMBS_MAX {
        let asked = Query::new(&zone, RecordType::NS, &QueryOptions::default(), "dns.name")?;
        let answer = resolved(vantage, &resolvers, request, &asked).await?;
        let mut names: Vec<String> = answer
            .answers
            .iter()
            .filter(|record| record.record_type == RecordType::NS && record.owner.eq_ignore_ascii_case(&zone))
            .map(|record| record.value.to_ascii_lowercase())
            .collect();
        if !names.is_empty() {
            names.sort();
            names.dedup();
            return Ok((zone, names));
        }
        match above(&zone, &answer) {
            Some(next) => zone = next,
            None => break,
        }
    }
    Err(not_found(query))
}

/// The answer of the first of these resolvers that has one.
async fn resolved(
    vantage: &Vantage,
    resolvers: &[Server],
    request: &Request,
    asked: &Query,
) -> Result<Answer, Fault> {
    let mut first = None;
    for resolver in resolvers {
        // Its phases and facts are not the test's.
        let mut trace = Trace::start();
        let exchanged = match Channel::open(vantage, resolver, &request.client, &mut trace).await {
            Ok(mut channel) => channel.ask(asked).await.map_err(|failed| failed.into_fault(asked)),
            Err(fault) => Err(fault),
        };
        let fault = match exchanged {
            Ok(exchange) if matches!(exchange.answer.rcode.number(), 0 | 3) => return Ok(exchange.answer),
            Ok(exchange) => answer_fault(&exchange.answer, asked, resolver.address),
            Err(fault) => Some(fault),
        };
        first = first.or(fault);
    }
    Err(first.unwrap_or_else(|| not_found(asked)))
}

/// The next name to try: the zone that the answer speaks for, or the name above.
fn above(name: &str, answer: &Answer) -> Option<String> {
    let soa = answer.authorities.iter().find(|record| record.record_type == RecordType::SOA);
    let told = soa.map(|record| record.owner.to_ascii_lowercase()).filter(|zone| {
        name.len() > zone.len() && (zone == "." || name.to_ascii_lowercase().ends_with(&format!(".{zone}")))
    });
    told.or_else(|| match name.split_once('.') {
        Some((_, rest)) if !rest.is_empty() => Some(rest.to_owned()),
        _ if name != "." => Some(".".to_owned()),
        _ => None,
    })
}

fn not_found(query: &Query) -> Fault {
    let message = format!("{query}: no zone with name servers was found above {}", query.name());
    Fault::new(Code::Dns, Phase::Resolve, Detail::dns("ZONE_NOT_FOUND", "ENODATA"), message)
}

/// A name server, and one of its addresses.
struct Target {
    name: String,
    server: Server,
}

/// The addresses of name servers; those without one have failed already.
async fn addresses(
    vantage: &Vantage,
    request: &Request,
    names: Vec<String>,
    trace: &mut Trace,
) -> Result<(Vec<Target>, Vec<ServerAnswer>), Fault> {
    let (mut targets, mut failed) = (Vec::new(), Vec::new());
    let port = request.port.unwrap_or_else(|| dns::default_port(request.transport));
    for name in names {
        let mut own = Trace::start();
        let found = match Host::parse(&name, "dns.name") {
            Ok(host) => resolve(vantage, &host, &request.client, &mut own).await.map(|found| (host, found)),
            Err(fault) => Err(fault),
        };
        match found {
            Ok((host, found)) => {
                for address in found.into_iter().filter(|address| request.client.admits(*address)) {
                    let server = Server {
                        host: host.clone(),
                        #[cfg(feature = "tls")]
                        tls: request.tls.clone(),
                        ..Server::plain(SocketAddr::new(address, port), request.transport)
                    };
                    targets.push(Target { name: name.clone(), server });
                }
            }
            // A server that may not be queried has not failed.
            Err(fault) if fault.detail.name() == Denial::NAME => {
                trace.enter(fault.phase);
                return Err(fault.with("name_server", name));
            }
            Err(fault) => {
                failed.push(ServerAnswer { fault: Some(Box::new(fault)), ..ServerAnswer::of(name) })
            }
        }
    }
    if targets.len() > SERVERS_MAX {
        trace.warn(format!(
            "the zone has {} addresses of name servers; only {SERVERS_MAX} are queried",
            targets.len()
        ));
        targets.truncate(SERVERS_MAX);
    }
    Ok((targets, failed))
}

/// Asks one server both questions.
async fn one(
    vantage: &Vantage,
    request: &Request,
    query: &Query,
    soa: &Query,
    target: &Target,
) -> (ServerAnswer, Option<Exchange>) {
    let address = target.server.address;
    let mut told = ServerAnswer { address: Some(address.ip()), ..ServerAnswer::of(target.name.clone()) };
    let began = Instant::now();
    let answered = ask(vantage, request, query, &target.server).await;
    told.took = began.elapsed();
    let exchange = match answered {
        Ok(exchange) => exchange,
        Err(fault) => {
            told.fault = Some(Box::new(fault));
            return (told, None);
        }
    };
    told.rcode = Some(exchange.answer.rcode);
    told.digest = Some(digest(&exchange.answer));
    match serial(vantage, request, soa, &target.server).await {
        Ok(serial) => told.serial = Some(serial),
        Err(fault) => told.fault = Some(Box::new(fault)),
    }
    // NXDOMAIN and NODATA are for all of them to say; anything else is this server's own.
    let odd = !matches!(exchange.answer.rcode.number(), 0 | 3) && !request.failure_as_value;
    if odd {
        told.fault = answer_fault(&exchange.answer, query, address).map(Box::new);
    }
    (told, Some(exchange))
}

async fn ask(
    vantage: &Vantage,
    request: &Request,
    query: &Query,
    server: &Server,
) -> Result<Exchange, Fault> {
    let mut trace = Trace::start();
    let mut channel = open(vantage, server, request, query, &mut trace).await?;
    channel.ask(query).await.map_err(|failed| unanswered(failed, query, request))
}

/// The serial number of the zone, from a server that has it.
async fn serial(vantage: &Vantage, request: &Request, soa: &Query, server: &Server) -> Result<u32, Fault> {
    let exchange = ask(vantage, request, soa, server).await?;
    let answer = &exchange.answer;
    if answer.rcode.number() != 0
        && let Some(fault) = answer_fault(answer, soa, server.address)
    {
        return Err(fault);
    }
    let failed = |why: &str| {
        let message = format!("{soa}: {} {why}", server.address);
        let detail = Detail::dns("NAME_SERVER_FAILED", "ESERVFAIL");
        Fault::new(Code::Dns, Phase::Resolve, detail, message)
            .with("server", server.address.to_string())
            .with("flags", answer.flags.clone())
    };
    if !answer.flags.contains(&"aa") {
        return Err(failed("is not authoritative for its zone"));
    }
    let record = answer.selected(soa).ok().and_then(|records| records.first().copied());
    // The third word of its presentation (RFC 1035 section 3.3.13).
    let serial = record.and_then(|record| record.value.split(' ').nth(2)?.parse().ok());
    serial.ok_or_else(|| failed("has no SOA record of its zone"))
}

/// A digest of the answer's records, whatever their order and TTLs; signatures differ between servers that sign
/// themselves, and are left out.
fn digest(answer: &Answer) -> String {
    let line = |record: &dns::Record| {
        format!("{} {} {}\n", record.owner.to_ascii_lowercase(), record.record_type, record.value)
    };
    let records = answer.answers.iter().filter(|record| record.record_type != RecordType::RRSIG);
    let mut lines: Vec<String> = records.map(line).collect();
    lines.sort();
    Sha256::digest(lines.concat()).iter().take(DIGEST_BYTES).map(|byte| format!("{byte:02x}")).collect()
}
