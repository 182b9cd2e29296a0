//! A result as blackbox_exporter says it: the same names of metrics, with the same meanings; and what broke.

use faultfinder_engine::{Status, TestResult, TestType};
use faultfinder_taxonomy::{CertificateFacts, Fact, Phase, Protocol};
use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};

/// Metrics in Prometheus' text format 0.0.4.
#[derive(Default)]
struct Text(String);

type Label<'a> = (&'a str, &'a str);

impl Text {
    fn gauge(&mut self, name: &str, help: &str, value: f64) {
        self.gauges(name, help, &[(&[], value)]);
    }

    fn gauges(&mut self, name: &str, help: &str, rows: &[(&[Label<'_>], f64)]) {
        // A text can always be written to.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} gauge");
        for (labels, value) in rows {
            self.0.push_str(name);
            for (place, (label, text)) in labels.iter().enumerate() {
                let _ = write!(self.0, "{}{label}=\"{}\"", if place == 0 { '{' } else { ',' }, escaped(text));
            }
            let _ = writeln!(self.0, "{} {value}", if labels.is_empty() { "" } else { "}" });
        }
    }
}

/// The value of a label as it is written.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// All metrics of a result.
pub(crate) fn text(result: &TestResult) -> String {
    let mut out = Text::default();
    out.gauge(
        "probe_success",
        "Displays whether or not the probe was a success",
        flag(result.status == Status::Passed),
    );
    out.gauge(
        "probe_duration_seconds",
        "Returns how long the probe took to complete in seconds",
        // For a connection that is watched for a moment, or judged for long, that is not the target's time.
        result.timings.total().as_secs_f64(),
    );
    out.gauge(
        "probe_dns_lookup_time_seconds",
        "Returns the time taken for probe dns lookup in seconds",
        match result.test_type {
            // Its own question is another matter.
            TestType::Protocol(Protocol::Dns) => 0.0,
            _ => seconds(result, &[Phase::Resolve]),
        },
    );
    let observed = &result.observed;
    let tried = || observed.connects.first().map(|attempt| attempt.address.ip());
    let resolved = || observed.addresses.first().and_then(|address| address.parse().ok());
    let address = observed.peer.as_deref().and_then(address).or_else(tried).or_else(resolved);
    out.gauge(
        "probe_ip_protocol",
        "Specifies whether probe ip protocol is IP4 or IP6",
        match address {
            Some(IpAddr::V4(_)) => 4.0,
            Some(IpAddr::V6(_)) => 6.0,
            None => 0.0,
        },
    );
    out.gauge(
        "probe_ip_addr_hash",
        "Specifies the hash of IP address. It's useful to detect if the IP address changes.",
        address.map_or(0.0, |address| f64::from(hash(address))),
    );
    match result.test_type {
        TestType::Protocol(Protocol::Http) => http(&mut out, result),
        TestType::Protocol(Protocol::Dns) => dns(&mut out, result),
        TestType::Protocol(Protocol::Icmp) => icmp(&mut out, result),
        TestType::Protocol(Protocol::Grpc) => grpc(&mut out, result),
        TestType::Protocol(Protocol::Tcp) => out.gauge(
            "probe_failed_due_to_regex",
            "Indicates if probe failed due to regex",
            flag(broke(result, "received") || in_conversation(result)),
        ),
        _ => {}
    }
    tls(&mut out, result);
    if let Some(fault) = &result.fault {
        let (code, phase) = (fault.code.to_string(), fault.phase.to_string());
        let labels: [Label<'_>; 4] = [
            ("code", &code),
            ("phase", &phase),
            ("detail", fault.detail.name()),
            ("blame", fault.blame.as_str()),
        ];
        out.gauges("probe_failure_info", "What broke, where, and who has to act", &[(&labels, 1.0)]);
    }
    out.0
}

fn http(out: &mut Text, result: &TestResult) {
    out.gauges(
        "probe_http_duration_seconds",
        "Duration of http request by phase, summed over all redirects",
        &[
            (&[("phase", "connect")], seconds(result, &[Phase::Connect, Phase::Proxy])),
            (&[("phase", "processing")], seconds(result, &[Phase::Send, Phase::Wait])),
            (&[("phase", "resolve")], seconds(result, &[Phase::Resolve])),
            (&[("phase", "tls")], seconds(result, &[Phase::Tls])),
            (&[("phase", "transfer")], seconds(result, &[Phase::Receive])),
        ],
    );
    let fact = |name: &str| result.observed.response.get(name);
    let bytes = fact("body_bytes").and_then(number).unwrap_or_default();
    out.gauge("probe_http_content_length", "Length of http content response", bytes);
    out.gauge("probe_http_uncompressed_body_length", "Length of uncompressed response body", bytes);
    let is_redirect = |status: f64| (300.0..400.0).contains(&status);
    let of_hop = |hop: &Fact| match hop {
        Fact::Map(hop) => hop.get("status").and_then(number),
        _ => None,
    };
    let hops = match fact("hops") {
        Some(Fact::List(hops)) => hops.iter().filter_map(of_hop).collect(),
        _ => Vec::new(),
    };
    // One that is not followed counts, too.
    let all = hops.into_iter().chain(fact("status").and_then(number));
    let redirects = all.filter(|status| is_redirect(*status)).count();
    out.gauge("probe_http_redirects", "The number of redirects", count(redirects));
    out.gauge(
        "probe_http_ssl",
        "Indicates if SSL was used for the final redirect",
        flag(fact("url").and_then(Fact::as_str).is_some_and(|url| url.starts_with("https:"))),
    );
    out.gauge(
        "probe_http_status_code",
        "Response HTTP status code",
        fact("status").and_then(number).unwrap_or_default(),
    );
    let version = fact("version").and_then(Fact::as_str).unwrap_or_default();
    let version = version.strip_prefix("HTTP/").and_then(|version| version.parse().ok());
    out.gauge(
        "probe_http_version",
        "Returns the version of HTTP of the probe response",
        version.unwrap_or_default(),
    );
    out.gauge(
        "probe_failed_due_to_regex",
        "Indicates if probe failed due to regex",
        flag(broke(result, "body") || broke(result, "header")),
    );
}

fn dns(out: &mut Text, result: &TestResult) {
    out.gauges(
        "probe_dns_duration_seconds",
        "Duration of DNS request by phase",
        &[
            (&[("phase", "connect")], seconds(result, &[Phase::Connect])),
            (&[("phase", "request")], seconds(result, &[Phase::Resolve])),
            (&[("phase", "resolve")], 0.0),
        ],
    );
    let fact = |name: &str| result.observed.response.get(name);
    for (name, help, records) in [
        ("probe_dns_answer_rrs", "Returns number of entries in the answer resource record list", "answers"),
        (
            "probe_dns_authority_rrs",
            "Returns number of entries in the authority resource record list",
            "authorities",
        ),
        (
            "probe_dns_additional_rrs",
            "Returns number of entries in the additional resource record list",
            "additionals",
        ),
    ] {
        let records = match fact(records) {
            Some(Fact::List(records)) => records.len(),
            _ => 0,
        };
        out.gauge(name, help, count(records));
    }
    out.gauge(
        "probe_dns_query_succeeded",
        "Displays whether or not the query was executed successfully",
        flag(fact("rcode").is_some()),
    );
}

fn icmp(out: &mut Text, result: &TestResult) {
    let latency = match result.observed.response.get("latency") {
        Some(Fact::Map(latency)) => latency.get("avg_ms").and_then(number),
        _ => None,
    };
    out.gauges(
        "probe_icmp_duration_seconds",
        "Duration of icmp request by phase",
        &[
            (&[("phase", "resolve")], seconds(result, &[Phase::Resolve])),
            (&[("phase", "rtt")], latency.unwrap_or_default() / 1000.0),
            (&[("phase", "setup")], seconds(result, &[Phase::Connect])),
        ],
    );
    let ttl = match result.observed.response.get("packets") {
        Some(Fact::List(packets)) => packets.iter().find_map(|packet| match packet {
            Fact::Map(packet) => packet.get("ttl").and_then(number),
            _ => None,
        }),
        _ => None,
    };
    if let Some(ttl) = ttl {
        out.gauge("probe_icmp_reply_hop_limit", "Replied packet hop limit (TTL for ipv4)", ttl);
    }
}

fn grpc(out: &mut Text, result: &TestResult) {
    let all = result.timings.total().as_secs_f64();
    out.gauges(
        "probe_grpc_duration_seconds",
        "Duration of gRPC request by phase",
        &[
            (&[("phase", "check")], (all - seconds(result, &[Phase::Resolve])).max(0.0)),
            (&[("phase", "resolve")], seconds(result, &[Phase::Resolve])),
        ],
    );
    let health = result.observed.response.get("health").and_then(Fact::as_str);
    let rows = ["NOT_SERVING", "SERVICE_UNKNOWN", "SERVING", "UNKNOWN"]
        .map(|status| ([("serving_status", status)], flag(health == Some(status))));
    let rows: Vec<(&[Label<'_>], f64)> =
        rows.iter().map(|(labels, value)| (labels.as_slice(), *value)).collect();
    out.gauges("probe_grpc_healthcheck_response", "Response HealthCheck response", &rows);
    out.gauge(
        "probe_grpc_ssl",
        "Indicates if SSL was used for the connection",
        flag(result.observed.tls.is_some()),
    );
    let status = result.observed.response.get("grpc_status").and_then(Fact::as_str);
    let status = status.and_then(|status| {
        faultfinder_taxonomy::GrpcStatus::ALL.iter().find(|known| known.as_str() == status)
    });
    if let Some(status) = status {
        out.gauge("probe_grpc_status_code", "Response gRPC status code", f64::from(status.number()));
    }
}

fn tls(out: &mut Text, result: &TestResult) {
    let Some(tls) = &result.observed.tls else { return };
    if let Some(earliest) = tls.chain.iter().filter_map(|certificate| certificate.not_after).min() {
        out.gauge(
            "probe_ssl_earliest_cert_expiry",
            "Returns last SSL chain expiry in unixtime",
            moment(earliest),
        );
    }
    // The chain that was verified, as far as it expires first.
    if let Some(chain) = tls.chain_not_after.filter(|_| tls.verified == Some(true)) {
        out.gauge(
            "probe_ssl_last_chain_expiry_timestamp_seconds",
            "Returns last SSL chain expiry in timestamp",
            moment(chain),
        );
    }
    if let Some(leaf) = tls.chain.first() {
        let CertificateFacts { sha256, issuer, subject, subject_alt_names, .. } = leaf;
        let names: Vec<&str> =
            subject_alt_names.iter().filter_map(|name| name.strip_prefix("dns:")).collect();
        let names = names.join(",");
        let labels: [Label<'_>; 4] = [
            ("fingerprint_sha256", sha256),
            ("issuer", issuer),
            ("subject", subject),
            ("subjectalternative", &names),
        ];
        out.gauges(
            "probe_ssl_last_chain_info",
            "Contains SSL leaf certificate information",
            &[(&labels, 1.0)],
        );
    }
    if let Some(version) = &tls.version {
        // `TLSv1.3` here, `TLS 1.3` there.
        let version = version.replacen("TLSv", "TLS ", 1);
        let labels: [Label<'_>; 1] = [("version", &version)];
        out.gauges(
            "probe_tls_version_info",
            "Returns the TLS version used or NaN when unknown",
            &[(&labels, 1.0)],
        );
    }
}

/// How long phases took together.
fn seconds(result: &TestResult, phases: &[Phase]) -> f64 {
    phases.iter().filter_map(|phase| result.timings.duration(*phase)).map(|took| took.as_secs_f64()).sum()
}

/// Whether an assertion on this subject did not hold.
fn broke(result: &TestResult, subject: &str) -> bool {
    let mut assertions =
        result.assertions.iter().filter(|assertion| !assertion.passed && assertion.evaluated);
    assertions.any(|assertion| assertion.subject.split(' ').next() == Some(subject))
}

/// Whether what a peer said was not what the module expects.
fn in_conversation(result: &TestResult) -> bool {
    result.fault.as_ref().is_some_and(|fault| {
        matches!(fault.phase, Phase::Wait | Phase::Receive)
            && fault.code == faultfinder_taxonomy::Code::Timeout
            && result.observed.response.contains_key("received")
    })
}

fn flag(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

/// Seconds since 1970; exact until the year 142 million.
#[expect(clippy::cast_precision_loss, reason = "a number of seconds is exact below 2^53")]
const fn moment(seconds: i64) -> f64 {
    seconds as f64
}

#[expect(clippy::cast_precision_loss, reason = "these are counts and statuses")]
fn number(fact: &Fact) -> Option<f64> {
    match fact {
        Fact::Integer(number) => Some(*number as f64),
        Fact::Number(number) => Some(*number),
        _ => None,
    }
}

/// The address of a peer, which may have a port.
fn address(peer: &str) -> Option<IpAddr> {
    let with_port = peer.parse::<SocketAddr>().map(|peer| peer.ip());
    with_port.or_else(|_| peer.parse()).ok()
}

/// FNV-1a in 32 bits, as blackbox_exporter calculates it.
fn hash(address: IpAddr) -> u32 {
    let bytes = match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    bytes.iter().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_labels_are_escaped() {
        let mut out = Text::default();
        out.gauges("a", "b", &[(&[("c", "\"d\"\\\n"), ("e", "f")], 1.5)]);
        assert_eq!(out.0, "# HELP a b\n# TYPE a gauge\na{c=\"\\\"d\\\"\\\\\\n\",e=\"f\"} 1.5\n");
    }

    #[test]
    fn addresses_have_the_hash_of_the_exporter() {
        // What blackbox_exporter 0.23 says of 127.0.0.1.
        assert_eq!(hash("127.0.0.1".parse().unwrap()), 3_668_918_509);
        assert_eq!(address("[::1]:80"), Some("::1".parse().unwrap()));
        assert_eq!(address("192.0.2.1"), Some("192.0.2.1".parse().unwrap()));
    }
}
