//! The addresses of one family, asked of several servers in turn, as resolv.conf(5) says.

use super::datagram::{Conversation, Window};
use super::exchange::{finish, in_window, over_tcp};
use super::failure::{Notes, as_verdict};
use super::without_edns::WithoutEdns;
use super::{Answer, Channel, Exchange, Query, QueryOptions, Server, answer_fault, is_rejection_of_edns};
use crate::{ClientOptions, ResolverOptions, Trace, Vantage};
use faultfinder_taxonomy::word::{RecordType, Transport};
use faultfinder_taxonomy::{Blame, Code, Detail, Fact, Fault, Phase};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::time::Instant;

/// The servers to ask, in order, and how.
pub(super) struct Servers<'a> {
    pub(super) addresses: &'a [SocketAddr],
    pub(super) transport: Transport,
    /// How long one server is waited for before the next one is asked.
    pub(super) timeout: Duration,
    /// How many times the list is gone through.
    pub(super) attempts: u32,
    pub(super) source: Option<IpAddr>,
    /// Whether they are this host's own servers, so that a failure of all of them is ours.
    pub(super) own: bool,
    /// Whether this host names no server, so that it asks itself.
    pub(super) is_implied: bool,
    /// Servers that are known not to accept EDNS.
    pub(super) without_edns: &'a WithoutEdns,
    /// What a transport with TLS needs in addition.
    pub(super) secure: Option<Secure<'a>>,
}

/// What a transport with TLS needs.
#[derive(Clone, Copy)]
pub(super) struct Secure<'a> {
    pub(super) vantage: &'a Vantage,
    pub(super) options: &'a ClientOptions,
    pub(super) resolver: &'a ResolverOptions,
}

/// The addresses of one family, or why there are none; and what is wrong with the servers all the same.
pub(super) struct Family {
    pub(super) outcome: Result<Vec<IpAddr>, Fault>,
    pub(super) warnings: Vec<String>,
    /// When the answer arrived, where that is known.
    pub(super) arrived: Option<Instant>,
}

/// A server, and what has come of it so far.
struct Asked {
    server: SocketAddr,
    /// The unanswered question: a late answer to it counts in the next attempt.
    conversation: Option<Conversation>,
    /// How it failed last.
    fault: Option<Fault>,
    /// Whether it answered, even if only with an error.
    answered: bool,
}

/// Asks the servers for the addresses of one family, until one has a definite answer: the next one when one is silent or
/// fails, and all of them again, as often as `attempts` says.
pub(super) async fn one_family(servers: &Servers<'_>, name: &str, record_type: RecordType) -> Family {
    let began = Instant::now();
    let new =
        |server: &SocketAddr| Asked { server: *server, conversation: None, fault: None, answered: false };
    let mut all: Vec<Asked> = servers.addresses.iter().map(new).collect();
    for _ in 0..servers.attempts {
        for index in 0..all.len() {
            let Some(asked) = all.get_mut(index) else { continue };
            let mut family = match asked.ask(servers, name, record_type).await {
                Ok(Some(family)) => family,
                Ok(None) => continue,
                // Nothing that a server did: neither this one nor another can be asked.
                Err(fault) => Family { outcome: Err(fault), warnings: Vec::new(), arrived: None },
            };
            family.warnings.extend(passed_over(&all, index, servers.timeout));
            return family;
        }
    }
    let outcome = Err(failure(all, servers, name, record_type, began.elapsed()));
    Family { outcome, warnings: Vec::new(), arrived: None }
}

impl Asked {
    /// Asks the server once; nothing when it has no definite answer.
    ///
    /// # Errors
    ///
    /// When this host cannot ask at all.
    async fn ask(
        &mut self,
        servers: &Servers<'_>,
        name: &str,
        record_type: RecordType,
    ) -> Result<Option<Family>, Fault> {
        let mut warning = servers.without_edns.warning(self.server);
        let options = QueryOptions { edns: warning.is_none(), ..QueryOptions::default() };
        // Each server gets a question with a new id and port.
        let query = Query::new(name, record_type, &options, "host")?;
        let mut exchange = match self.exchange(servers, &query).await {
            Ok(exchange) => exchange,
            Err(fault) if fault.code != Code::Dns => return Err(fault),
            Err(fault) => {
                // What cannot be read, or not be fetched over TCP, is an answer all the same.
                self.answered |= matches!(fault.detail.name(), "MALFORMED" | "TRUNCATED");
                self.fault = Some(fault);
                return Ok(None);
            }
        };
        let mut found_out =
            exchange.is_plain.then(|| format!("the name server {} {DROPS_EDNS}", self.server));
        if exchange.answer.rejects_edns(&query)
            && let Some(plain) = query.without_edns()
            && let Ok(again) = self.exchange(servers, &plain).await
            && !is_rejection_of_edns(again.answer.rcode)
        {
            let rcode = exchange.answer.rcode.mnemonic();
            found_out = Some(format!(
                "the name server {} answers {rcode} to questions with EDNS, and was asked without it (RFC 6891 section 7)",
                self.server
            ));
            exchange = again;
        }
        if let Some(found_out) = found_out {
            servers.without_edns.add(self.server, found_out.clone());
            warning = Some(found_out);
        }
        self.answered = true;
        let outcome = match answer_fault(&exchange.answer, &query, self.server) {
            None => Ok(found(&exchange.answer, &query)),
            // A definite answer about the name.
            Some(fault) if matches!(fault.detail.name(), "NXDOMAIN" | "NODATA") => Err(fault),
            Some(fault) => {
                self.fault = Some(fault);
                return Ok(None);
            }
        };
        Ok(Some(Family { outcome, warnings: warning.into_iter().collect(), arrived: exchange.arrived }))
    }

    /// Exchanges one question, in the window of one attempt.
    async fn exchange(&mut self, servers: &Servers<'_>, query: &Query) -> Result<Exchange, Fault> {
        if let Some(secure) = &servers.secure {
            return over_tls(secure, query, servers.timeout).await;
        }
        let exchanged = if servers.transport == Transport::Udp {
            // The question without EDNS that follows a rejection is another one.
            let unanswered =
                self.conversation.take().filter(|known| known.query().has_edns() == query.has_edns());
            let conversation = match unanswered {
                Some(conversation) => Ok(conversation),
                None => Conversation::open(self.server, query.clone(), servers.source, true).await,
            };
            match conversation {
                Ok(mut conversation) => {
                    let window = Window::of(servers.timeout);
                    let exchanged = in_window(&mut conversation, window, self.server, servers.source).await;
                    self.conversation = exchanged.is_err().then_some(conversation);
                    exchanged
                }
                Err(failure) => finish(self.server, Err(failure), Notes::default()),
            }
        } else {
            over_tcp(servers.timeout, self.server, query, servers.source).await
        };
        exchanged.map_err(|failed| failed.into_fault(query))
    }
}

/// The end of the sentence about a server that does not answer questions with EDNS.
const DROPS_EDNS: &str = "did not answer with EDNS, and did without: it, or a firewall on the path, may drop questions with EDNS (RFC 6891 section 7)";

/// Warnings about the servers that failed before another one answered.
fn passed_over(all: &[Asked], answering: usize, timeout: Duration) -> Vec<String> {
    let Some(answered_by) = all.get(answering).map(|asked| asked.server) else { return Vec::new() };
    let others = all.iter().filter(|asked| asked.server != answered_by);
    let failed = others.filter_map(|asked| asked.fault.as_ref().map(|fault| (asked.server, fault)));
    let warning = |(server, fault): (SocketAddr, &Fault)| {
        let what = match fault.detail.name() {
            "TIMEOUT" => format!("did not answer within {} ms", timeout.as_millis()),
            "CONNECTION_REFUSED" => "refuses queries: nothing listens on its port".to_owned(),
            name => format!("failed with {name}"),
        };
        format!("the name server {server} {what}; {answered_by} was asked instead")
    };
    failed.map(warning).collect()
}

/// The fault when no server has a definite answer.
fn failure(
    all: Vec<Asked>,
    servers: &Servers<'_>,
    name: &str,
    record_type: RecordType,
    elapsed: Duration,
) -> Fault {
    let none_answered = all.iter().all(|asked| !asked.answered);
    let several = all.len() > 1;
    let outcomes: Vec<Fact> = all
        .iter()
        .filter_map(|asked| {
            let fault = asked.fault.as_ref()?;
            Some(Fact::map([
                ("server", asked.server.to_string().into()),
                ("name", fault.detail.name().into()),
            ]))
        })
        .collect();
    let list: Vec<String> = all.iter().map(|asked| asked.server.to_string()).collect();
    let faults: Vec<Fault> = all.into_iter().filter_map(|asked| asked.fault).collect();
    let all_silent = faults.iter().all(|fault| fault.detail.name() == "TIMEOUT");
    let mut fault = most_telling(faults).unwrap_or_else(|| unasked(name));
    if several {
        if all_silent {
            let (list, waited) = (list.join(", "), elapsed.as_millis());
            fault.message = format!("no answer from {list} for {name} {record_type} within {waited} ms");
        }
        fault = fault.with("servers", Fact::List(outcomes));
    }
    if !servers.own || !none_answered {
        return fault;
    }
    let hint = if servers.is_implied {
        "/etc/resolv.conf of this host names no server, so its own port 53 is asked: name a server there, or set `resolver` in the test"
    } else {
        "no name server of this host answers: check its network and /etc/resolv.conf"
    };
    fault.blamed_on(Blame::Ourselves).with_hint(hint)
}

/// Asks over a separate connection. Every failure is a verdict on the resolver; an untrusted certificate is reported in
/// its evidence.
async fn over_tls(secure: &Secure<'_>, query: &Query, timeout: Duration) -> Result<Exchange, Fault> {
    let server = Server::of_resolver(secure.resolver)?;
    let address = server.address;
    // Its phases and facts are not the target's.
    let mut trace = Trace::start();
    let asking = async {
        let mut channel = Channel::open(secure.vantage, &server, secure.options, &mut trace)
            .await
            .map_err(|fault| as_verdict(fault, query).in_phase(Phase::Resolve))?;
        channel.ask(query).await.map_err(|failed| failed.into_fault(query))
    };
    let silent =
        || timeout_fault(format!("no answer from {address} for {query} within {} ms", timeout.as_millis()));
    tokio::time::timeout(timeout, asking).await.unwrap_or_else(|_| Err(silent()))
}

fn found(answer: &Answer, query: &Query) -> Vec<IpAddr> {
    answer.selected(query).into_iter().flatten().filter_map(|record| record.address).collect()
}

/// The failure that says most about the name: that it does not exist, then an error response, then an unreadable one.
pub(super) fn most_telling(faults: Vec<Fault>) -> Option<Fault> {
    faults.into_iter().min_by_key(|fault| match fault.detail.name() {
        "EBADNAME" | "EADDRNOTAVAIL" => 0,
        "NXDOMAIN" => 1,
        // Malformed answers for one family say more than the absence of the other.
        "NODATA" => 7,
        "MALFORMED" | "TRUNCATED" | "TLS_FAILED" | "HTTP_STATUS" | "CONTENT_TYPE" => 3,
        "CONNECTION_REFUSED" | "CONNECTION_RESET" => 4,
        "UNREACHABLE" => 5,
        "TIMEOUT" => 6,
        _ => 2,
    })
}

pub(super) fn timeout_fault(message: String) -> Fault {
    Fault::new(Code::Dns, Phase::Resolve, Detail::dns("TIMEOUT", "ETIMEOUT"), message)
}

pub(super) fn unasked(name: &str) -> Fault {
    timeout_fault(format!("{name}: there is no name server to ask")).blamed_on(Blame::Ourselves)
}
