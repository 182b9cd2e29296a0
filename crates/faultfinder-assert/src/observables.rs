//! What a test can observe, by its protocol and its settings: known before it runs.

use crate::Assertion;
use crate::assertion::Check;
use crate::cursor::Cursor;
use crate::error::{Piece, quoted};
use crate::subject::{self, Quantifier, Section, Subject};
use faultfinder_taxonomy::word::RecordType;
use faultfinder_taxonomy::{Phase, Protocol};

/// What a test can observe. A setting that is not known, because a template hides it, is nothing: then anything is possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "closed: the settings on which it depends what can be observed"
)]
pub struct Observables {
    /// The protocol.
    pub protocol: Protocol,
    /// Whether there is TLS.
    pub tls: Option<bool>,
    /// Whether redirects are followed.
    pub follows_redirects: Option<bool>,
    /// Whether there is a proxy.
    pub proxy: Option<bool>,
    /// Whether a DNS answer is validated.
    pub validates: Option<bool>,
    /// Whether all name servers of a zone are asked.
    pub all_servers: Option<bool>,
    /// The type of record that is asked for.
    pub record_type: Option<RecordType>,
    /// Whether the route is traced.
    pub tracks_hops: Option<bool>,
    /// Whether something is awaited, so that something can be received.
    pub receives: Option<bool>,
    /// Whether it is a gRPC health check.
    pub is_health_check: Option<bool>,
}

/// What a test can never observe, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unobservable {
    /// Why, as a lower-case fragment.
    pub message: String,
    /// What to do, or what can be observed instead.
    pub help: String,
}

impl Observables {
    /// What tests of a protocol can observe at the most.
    #[must_use]
    pub const fn of(protocol: Protocol) -> Self {
        Self {
            protocol,
            tls: None,
            follows_redirects: None,
            proxy: None,
            validates: None,
            all_servers: None,
            record_type: None,
            tracks_hops: None,
            receives: None,
            is_health_check: None,
        }
    }

    /// The words of what can be observed.
    fn words(&self) -> Vec<&'static str> {
        let can = |line: &&&str| {
            let subject = subject::read(&mut Cursor::new(Piece::Subject, line)).ok();
            subject.is_some_and(|reading| self.objection(&reading.subject, true).is_none())
        };
        SAMPLES.iter().filter(can).map(|line| line.split(' ').next().unwrap_or(line)).collect()
    }

    /// Why a subject can never be observed; `is_wanted` is whether it has to be there.
    fn objection(&self, subject: &Subject, is_wanted: bool) -> Option<Objection> {
        if !self.speaks(subject) {
            return Some(Objection::Protocol);
        }
        let never = |setting: Option<bool>| setting == Some(false);
        let protocol = self.protocol.as_str();
        let (is_never, why, help) = match subject {
            Subject::Dnssec => {
                (never(self.validates), "the answer is not validated", "set `dnssec: validate`")
            }
            Subject::NameServers | Subject::Serial => {
                (never(self.all_servers), "only one name server is asked", "set `server: all`")
            }
            Subject::NetworkHops => (never(self.tracks_hops), "the route is not traced", "set `track_hops`"),
            Subject::Redirects | Subject::Redirect { .. } | Subject::PhaseTime(Phase::Redirect) => (
                never(self.follows_redirects) && (is_wanted || !matches!(subject, Subject::PhaseTime(_))),
                "redirects are not followed",
                "set `follow_redirects: true`",
            ),
            Subject::Health => (
                never(self.is_health_check),
                "this is not a health check",
                "give `health` instead of `service`",
            ),
            Subject::Received if self.protocol == Protocol::Tcp => {
                (never(self.receives), "nothing is awaited", "add `expect`, or `steps` that expect something")
            }
            Subject::PhaseTime(Phase::Proxy) => {
                (is_wanted && never(self.proxy), "there is no proxy", "set `proxy`")
            }
            Subject::Certificate(_)
            | Subject::Chain(_)
            | Subject::TlsVersion
            | Subject::Cipher
            | Subject::Ocsp
            | Subject::Alpn
            | Subject::PhaseTime(Phase::Tls | Phase::Aia | Phase::Crl | Phase::Ocsp) => {
                (is_wanted && never(self.tls), "there is no TLS", tls_help(self.protocol))
            }
            Subject::Record { record_type: Some(wanted), section: Section::Answer } => {
                let asked = self.record_type.filter(|asked| !may_answer(*asked, *wanted))?;
                let why = format!("the test asks for {asked} records");
                return Some(Objection::Setting(
                    why,
                    format!("set `type: {wanted}`, or assert on {asked} records"),
                ));
            }
            _ => return None,
        };
        is_never.then(|| Objection::Setting(format!("{why} in this {protocol} test"), help.to_owned()))
    }

    /// Whether a protocol has a subject at all.
    fn speaks(&self, subject: &Subject) -> bool {
        use Protocol::{Dns, Grpc, Http, Icmp, Ssl, Tcp, Udp, Ws};
        let protocols: &[Protocol] = match subject {
            Subject::Status | Subject::Header(_) | Subject::Cookie { .. } => &[Http, Ws],
            Subject::HttpVersion | Subject::Redirects | Subject::Redirect { .. } => &[Http],
            Subject::Url => &[Http, Ws],
            Subject::Trailer(_) => &[Http, Grpc],
            Subject::Body | Subject::Hash(_) | Subject::JsonPath(_) => &[Http, Grpc, Ws],
            Subject::XPath(_) => &[Http, Ws],
            Subject::Certificate(_)
            | Subject::Chain(_)
            | Subject::TlsVersion
            | Subject::Cipher
            | Subject::Ocsp
            | Subject::Alpn
            | Subject::PhaseTime(Phase::Tls | Phase::Aia | Phase::Crl | Phase::Ocsp) => {
                &[Http, Ssl, Dns, Tcp, Grpc, Ws]
            }
            Subject::LowestTlsVersion | Subject::HighestTlsVersion => &[Ssl],
            Subject::Record { .. }
            | Subject::Rcode
            | Subject::Ttl
            | Subject::Dnssec
            | Subject::NameServers
            | Subject::Serial => &[Dns],
            Subject::Connection => &[Tcp],
            Subject::Received => &[Tcp, Udp, Ws],
            Subject::PacketLoss | Subject::PacketsReceived | Subject::Latency(_) => &[Icmp],
            Subject::NetworkHops => &[Tcp, Icmp],
            Subject::GrpcStatus | Subject::GrpcMessage | Subject::Health | Subject::Metadata(_) => &[Grpc],
            Subject::Subprotocol | Subject::CloseCode => &[Ws],
            // Also STARTTLS is a phase of opening.
            Subject::PhaseTime(Phase::Open) => &[Ws, Ssl, Tcp],
            Subject::PhaseTime(Phase::Reflect | Phase::Trailers) => &[Grpc],
            Subject::PhaseTime(Phase::Redirect) => &[Http, Ws],
            Subject::PhaseTime(Phase::Authenticate) => &[Http],
            Subject::PhaseTime(Phase::Proxy) => &[Http, Grpc, Ws],
            Subject::ResponseTime { .. } | Subject::RemoteIp | Subject::PhaseTime(_) => return true,
        };
        protocols.contains(&self.protocol)
    }
}

/// Why something can never be observed.
enum Objection {
    /// The protocol has no such thing.
    Protocol,
    /// A setting is not as it has to be: why, and what to do.
    Setting(String, String),
}

/// A line for each kind of subject; the first word is shown.
const SAMPLES: &[&str] = &[
    "status",
    "header x",
    "cookie x",
    "body",
    "jsonpath $",
    "xpath /x",
    "http_version",
    "url",
    "redirects",
    "trailer x",
    "metadata x",
    "grpc_status",
    "grpc_message",
    "health",
    "subprotocol",
    "close_code",
    "connection",
    "received",
    "rcode",
    "record",
    "ttl",
    "dnssec",
    "name_servers",
    "serial",
    "packet_loss",
    "packets_received",
    "latency min",
    "network_hops",
    "certificate san",
    "chain length",
    "tls_version",
    "lowest_tls_version",
    "highest_tls_version",
    "cipher",
    "ocsp",
    "alpn",
    "remote_ip",
    "response_time",
    "resolve_time",
];

const fn tls_help(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Http => "use a URL that begins with https://",
        Protocol::Ws => "use a URL that begins with wss://",
        Protocol::Grpc => "leave `plaintext` out",
        Protocol::Tcp => "add `tls: {}` or `starttls`",
        Protocol::Dns => "set `transport` to dot, doh or doq",
        Protocol::Ssl | Protocol::Udp | Protocol::Icmp => "use an `ssl` test",
    }
}

/// Whether the answer to a question of one type may have records of another: aliases lead to it, and signatures go with it.
fn may_answer(asked: RecordType, wanted: RecordType) -> bool {
    let along = [RecordType::CNAME, RecordType::DNAME, RecordType::RRSIG];
    asked == wanted || asked == RecordType::ANY || along.contains(&wanted)
}

impl Assertion {
    /// Why a test can never observe what it reads, whatever the target answers; nothing when it can.
    #[must_use]
    pub fn unobservable(&self, observables: &Observables) -> Option<Unobservable> {
        if self.scripts() > 0 && observables.protocol != Protocol::Http {
            let protocol = observables.protocol.as_str();
            let article = article(protocol);
            let has = observables.words().join(", ");
            return Some(Unobservable {
                message: format!("a script is never run in {article} {protocol} test"),
                help: format!("scripts read HTTP responses; {article} {protocol} test has {has}"),
            });
        }
        self.checks().into_iter().find_map(|check| unobservable(check, observables))
    }
}

fn unobservable(check: &Check, observables: &Observables) -> Option<Unobservable> {
    // `every .. is not` holds only if there is one.
    let is_wanted = check.wants_presence() || check.reading.quantifier == Some(Quantifier::Every);
    let subject = &check.reading.subject;
    let protocol = observables.protocol.as_str();
    let has = || format!("{} {protocol} test has {}", article(protocol), observables.words().join(", "));
    Some(match observables.objection(subject, is_wanted)? {
        Objection::Protocol => Unobservable {
            message: format!(
                "{} is never observed in {} {protocol} test",
                quoted(&subject.to_string()),
                article(protocol)
            ),
            help: has(),
        },
        Objection::Setting(why, help) => Unobservable {
            message: format!("{} is never observed: {why}", quoted(&subject.to_string())),
            help: format!("{help}; {}", has()),
        },
    })
}

/// `an` for `an http test`, `an icmp test`.
fn article(protocol: &str) -> &'static str {
    if matches!(protocol, "http" | "ssl" | "icmp") { "an" } else { "a" }
}

#[cfg(test)]
mod tests;
