//! Answers of every kind: decoded, requested and resolved.

use super::lookup::both_families;
use super::servers::Servers;
use super::{Answer, Mismatch, NoData, Query, QueryOptions, answer_fault, decode, exchange};
use crate::{ClientOptions, DeniedNetworks, Host, ResolverOptions, Trace, Vantage, resolve};
use faultfinder_taxonomy::word::{IpVersion, RecordType, Transport};
use faultfinder_taxonomy::{Blame, Code, Fault, Phase, ResponseCode};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::net::UdpSocket;

const SERVER: &str = "127.0.0.1:53";

fn query(record_type: RecordType) -> Query {
    Query::new("a.test", record_type, &QueryOptions::default(), "dns.name").unwrap()
}

/// The answer to a question: flags, and the records of its answer section.
fn answer(query: &Query, flags: u16, records: &[Vec<u8>]) -> Vec<u8> {
    message(query, query.id(), flags, "a.test", records)
}

fn message(query: &Query, id: u16, flags: u16, name: &str, records: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for number in [id, flags, 1, u16::try_from(records.len()).unwrap(), 0, 0] {
        bytes.extend(number.to_be_bytes());
    }
    bytes.extend(labels(name));
    bytes.extend(query.record_type().number().to_be_bytes());
    bytes.extend([0, 1]);
    bytes.extend(records.concat());
    bytes
}

fn labels(name: &str) -> Vec<u8> {
    let mut bytes: Vec<u8> = name
        .split('.')
        .flat_map(|label| std::iter::once(u8::try_from(label.len()).unwrap()).chain(label.bytes()))
        .collect();
    bytes.push(0);
    bytes
}

fn record(owner: &[u8], record_type: u16, ttl: u32, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap();
    [owner, &record_type.to_be_bytes(), &[0, 1], &ttl.to_be_bytes(), &length.to_be_bytes(), data].concat()
}

const HERE: &[u8] = &[0xc0, 0x0c];

fn a() -> Vec<u8> {
    record(HERE, 1, 300, &[192, 0, 2, 1])
}

#[track_caller]
fn fault_of(bytes: &[u8], query: &Query) -> Option<Fault> {
    answer_fault(&decode(bytes, query).unwrap(), query, SERVER.parse().unwrap())
}

#[test]
fn data_of_every_type_is_presented() {
    let name = labels("h.test");
    let rows: [(u16, Vec<u8>, &str); 19] = [
        (48, vec![1, 1, 3, 13, 1, 2, 3], "257 3 13 AQID"),
        (43, vec![0, 9, 13, 2, 0xab, 0xcd], "9 13 2 abcd"),
        (47, [&*name, &[0, 2, 0x40, 0x01, 1, 1, 0x40]].concat(), "h.test A MX CAA"),
        (50, [&[1, 1, 0, 5, 1, 0xaa, 5][..], b"fooba", &[0, 1, 0x40]].concat(), "1 1 5 aa CPNMUOJ1 A"),
        (64, [&[0, 0][..], &name].concat(), "0 h.test"),
        (
            65,
            [&[0, 1, 0][..], &[0, 1, 0, 3, 2, b'h', b'2', 0, 9, 0, 1, b'x']].concat(),
            "1 . alpn=\"h2\" key9=\"x\"",
        ),
        (35, [&[0, 1, 0, 2, 1, b'u', 0, 1, b'!'][..], &name].concat(), r#"1 2 "u" "" "!" h.test"#),
        (1, vec![192, 0, 2, 1], "192.0.2.1"),
        (28, vec![0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], "2001:db8::1"),
        (5, name.clone(), "h.test"),
        (2, name.clone(), "h.test"),
        (12, name.clone(), "h.test"),
        (15, [&[0, 10], &*name].concat(), "10 h.test"),
        (16, b"\x01a\x03b\"c".to_vec(), r#""a" "b\"c""#),
        (
            6,
            [&name[..], &name, &[0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5]].concat(),
            "h.test h.test 1 2 3 4 5",
        ),
        (33, [&[0, 1, 0, 2, 0, 80], &*name].concat(), "1 2 80 h.test"),
        (257, b"\x80\x05issueca.test".to_vec(), r#"128 issue "ca.test""#),
        (65_280, vec![0xab, 0xcd], r"\# 2 abcd"),
        (65_280, vec![], r"\# 0"),
    ];
    for (number, data, expected) in rows {
        let query = query(RecordType::new(number));
        let answer = decode(&answer(&query, 0x8180, &[record(HERE, number, 7, &data)]), &query).unwrap();
        assert_eq!(answer.answers[0].value, expected, "type {number}");
        assert_eq!((answer.answers[0].owner.as_str(), answer.answers[0].ttl), ("a.test", 7));
        assert_eq!(answer.flags, ["rd", "ra"]);
        assert_eq!(answer.selected(&query).unwrap().len(), 1);
    }
}

#[test]
fn what_hickory_writes_is_read_the_same() {
    use hickory_proto::op::{Edns, Message, OpCode};
    use hickory_proto::rr::{Name, RData, Record, rdata};
    let query = query(RecordType::MX);
    let name = Name::from_ascii("a.test.").unwrap();
    let mut message = Message::response(query.id(), OpCode::Query);
    message.add_query(hickory_proto::op::Query::query(name.clone(), hickory_proto::rr::RecordType::MX));
    for preference in [10, 20] {
        let exchange = Name::from_ascii(format!("mx{preference}.a.test.")).unwrap();
        message.add_answer(Record::from_rdata(
            name.clone(),
            60,
            RData::MX(rdata::MX::new(preference, exchange)),
        ));
    }
    message.set_edns(Edns::new());
    let decoded = decode(&message.to_vec().unwrap(), &query).unwrap();
    let values: Vec<&str> = decoded.answers.iter().map(|record| record.value.as_str()).collect();
    assert_eq!(values, ["10 mx10.a.test", "20 mx20.a.test"]);
    assert_eq!((decoded.mismatch, decoded.trailing_bytes, decoded.additionals.len()), (None, 0, 0));
}

#[test]
fn malformed_answers_are_told_with_their_place() {
    let query = query(RecordType::A);
    let good = answer(&query, 0x8180, &[a()]);
    let start = good.len() - a().len();
    let with = |record: Vec<u8>| answer(&query, 0x8180, &[record]);
    let mut beyond = a();
    beyond[11] = 200;
    let itself = [0xc0, u8::try_from(start).unwrap()];
    let rows: [(&str, Vec<u8>, usize); 10] = [
        ("less than a header", good[..3].to_vec(), 0),
        ("cut inside a record", good[..good.len() - 1].to_vec(), start + 12),
        ("RDLENGTH beyond the message", with(beyond), start + 12),
        ("five bytes of address", with(record(HERE, 1, 1, &[1, 2, 3, 4, 5])), start + 16),
        ("three bytes of address", with(record(HERE, 1, 1, &[1, 2, 3])), start + 12),
        ("a pointer to itself", with(record(&itself, 1, 1, &[1, 2, 3, 4])), start),
        ("a pointer forward", with(record(&[0xff, 0xff], 1, 1, &[1, 2, 3, 4])), start),
        ("a reserved label type", with(record(&[0x80, 0], 1, 1, &[1, 2, 3, 4])), start),
        ("a text over its RDLENGTH", with(record(HERE, 16, 1, b"\x09abc")), start + 13),
        ("a name over its RDLENGTH", with([record(HERE, 5, 1, &[1]), vec![b'a', 0]].concat()), start + 12),
    ];
    for (what, bytes, offset) in rows {
        let malformed = decode(&bytes, &query).expect_err(what);
        assert_eq!(malformed.offset, offset, "{what}: {malformed}");
    }
}

#[test]
fn no_prefix_of_a_message_and_no_flipped_byte_panics() {
    let query = query(RecordType::TXT);
    let records =
        [record(HERE, 16, 1, b"\x01a"), record(HERE, 257, 1, b"\x00\x05issuex"), record(HERE, 5, 1, HERE)];
    let good = answer(&query, 0x8180, &records);
    for length in 0..good.len() {
        let _ = decode(&good[..length], &query);
        for value in [0, 1, 0x3f, 0x40, 0x80, 0xc0, 0xff] {
            let mut bytes = good.clone();
            bytes[length] = value;
            let _ = decode(&bytes, &query);
        }
    }
}

#[test]
fn answers_to_something_else_are_told_apart() {
    let query = query(RecordType::A);
    let id = query.id();
    let rows = [
        (answer(&query, 0x8180, &[a()]), None),
        (message(&query, !id, 0x8180, "a.test", &[a()]), Some(Mismatch::Id)),
        (message(&query, id, 0x0100, "a.test", &[a()]), Some(Mismatch::Kind)),
        (message(&query, id, 0xa980, "a.test", &[a()]), Some(Mismatch::Kind)),
        (message(&query, id, 0x8180, "b.test", &[a()]), Some(Mismatch::Question)),
        (message(&query, id, 0x8180, "A.TEST", &[a()]), None),
        ([&id.to_be_bytes()[..], &[0x81, 0x81], &[0; 8]].concat(), None),
        ([&id.to_be_bytes()[..], &[0x81, 0x80], &[0; 8]].concat(), Some(Mismatch::Question)),
    ];
    for (bytes, mismatch) in rows {
        assert_eq!(decode(&bytes, &query).unwrap().mismatch, mismatch);
    }
}

#[test]
fn the_extended_response_code_and_the_ttl_follow_their_rfcs() {
    let query = query(RecordType::A);
    let mut badvers = answer(&query, 0x8180, &[record(&[0], 41, 0x0100_0000, &[])]);
    assert_eq!(decode(&badvers, &query).unwrap().rcode, ResponseCode::new(16));
    badvers.extend([1, 2, 3]);
    assert_eq!(decode(&badvers, &query).unwrap().trailing_bytes, 3);
    for (sent, ttl) in [(0, 0), (0x7fff_ffff, 0x7fff_ffff), (0x8000_0000, 0), (u32::MAX, 0)] {
        let bytes = answer(&query, 0x8180, &[record(HERE, 1, sent, &[1, 2, 3, 4])]);
        assert_eq!(decode(&bytes, &query).unwrap().answers[0].ttl, ttl);
    }
}

#[test]
fn edns_options_and_extended_errors_are_read() {
    let query = query(RecordType::A);
    let option = |code: u16, data: &[u8]| {
        let length = u16::try_from(data.len()).unwrap();
        [&code.to_be_bytes()[..], &length.to_be_bytes(), data].concat()
    };
    let options =
        [option(10, b"cookie"), option(15, b"\x00\x07too\nold\0"), option(15, &[0x12, 0x34])].concat();
    let opt = [&[0_u8][..], &[0, 41, 0x04, 0xd0, 0, 0, 0x80, 0], &option(0, &options)[2..]].concat();
    let answer = decode(&answer(&query, 0x8182, &[opt]), &query).unwrap();
    let edns = answer.edns.as_ref().unwrap();
    assert_eq!((edns.payload, edns.version, edns.dnssec_ok), (1232, 0, true));
    assert_eq!(edns.options, [(10, b"cookie".to_vec())]);
    let errors: Vec<String> = edns.errors.iter().map(ToString::to_string).collect();
    assert_eq!(errors, ["Signature Expired: tooold", "EDE 4660"]);
    let fault = answer_fault(&answer, &query, SERVER.parse().unwrap()).unwrap();
    assert!(
        fault.message.ends_with("answered SERVFAIL, Signature Expired: tooold; EDE 4660"),
        "{}",
        fault.message
    );
    assert!(fault.hints.first().is_some_and(|hint| hint.contains("Signature Expired")));
    assert!(fault.evidence.fact("extended_errors").is_some());
    for (length, what) in [(0_u16, "no option"), (3, "half an option")] {
        let opt =
            [&[0_u8][..], &[0, 41, 0, 0, 0, 0, 0, 0], &length.to_be_bytes(), &[0, 15, 0][..length.into()]]
                .concat();
        let read = decode(&message(&query, query.id(), 0x8180, "a.test", &[opt]), &query);
        assert_eq!(read.is_ok(), length == 0, "{what}");
    }
}

#[test]
fn everything_of_the_name_answers_a_question_for_any() {
    let query = query(RecordType::ANY);
    let records = [a(), aaaa(), record(&labels("b.test"), 1, 1, &[1, 2, 3, 4])];
    let answer = decode(&answer(&query, 0x8180, &records), &query).unwrap();
    assert_eq!(answer.selected(&query).map(|found| found.len()), Ok(2));
}

#[test]
fn canonical_data_has_its_names_whole_and_in_lower_case() {
    let rows: [(u16, Vec<u8>, Vec<u8>); 5] = [
        (2, HERE.to_vec(), labels("a.test")),
        (15, [&[0, 10], HERE].concat(), [&[0, 10], &*labels("a.test")].concat()),
        (5, labels("B.Test"), labels("b.test")),
        (47, [&*labels("B.Test"), &[0, 1, 0x40]].concat(), [&*labels("B.Test"), &[0, 1, 0x40]].concat()),
        (65_280, HERE.to_vec(), HERE.to_vec()),
    ];
    for (number, data, expected) in rows {
        let query = query(RecordType::new(number));
        let answer = decode(&answer(&query, 0x8180, &[record(HERE, number, 7, &data)]), &query).unwrap();
        assert_eq!(answer.answers[0].data, expected, "type {number}");
        assert_eq!(answer.answers[0].owner_wire, labels("a.test"));
    }
}

#[test]
fn cnames_are_followed_to_a_limit_and_never_in_circles() {
    let query = query(RecordType::A);
    let chain = |length: usize| {
        let name =
            |index: usize| labels(&if index == 0 { "a.test".to_owned() } else { format!("c{index}.test") });
        let mut records: Vec<Vec<u8>> = (0..length).map(|i| record(&name(i), 5, 1, &name(i + 1))).collect();
        records.push(record(&name(length), 1, 1, &[192, 0, 2, 1]));
        decode(&answer(&query, 0x8180, &records), &query).unwrap()
    };
    let selected = |answer: &Answer| answer.selected(&query).map(|records| records.len());
    assert_eq!(selected(&chain(16)), Ok(1));
    assert_eq!(selected(&chain(17)), Err(NoData::ChainTooLong));
    let decoded = |records: &[Vec<u8>]| decode(&answer(&query, 0x8180, records), &query).unwrap();
    assert_eq!(selected(&decoded(&[record(HERE, 5, 1, HERE)])), Err(NoData::Loop("a.test".to_owned())));
    assert_eq!(
        selected(&decoded(&[record(HERE, 5, 1, &labels("b.test"))])),
        Err(NoData::Dangling("b.test".to_owned()))
    );
    assert_eq!(selected(&decoded(&[record(HERE, 16, 1, &[0])])), Err(NoData::Other("a.test TXT".to_owned())));
    assert_eq!(selected(&decoded(&[])), Err(NoData::Empty));
}

#[test]
fn response_codes_and_missing_data_are_faults_with_their_names() {
    let query = query(RecordType::A);
    let rows =
        [(1, "FORMERR"), (2, "SERVFAIL"), (3, "NXDOMAIN"), (4, "NOTIMP"), (5, "REFUSED"), (15, "RCODE15")];
    for (rcode, name) in rows {
        let fault = fault_of(&answer(&query, 0x8180 | rcode, &[a()]), &query).unwrap();
        assert_eq!(fault.detail.name(), name);
        assert!(fault.evidence.fact("answers").is_some() && fault.evidence.fact("server").is_some());
    }
    assert_eq!(fault_of(&answer(&query, 0x8180, &[]), &query).unwrap().detail.name(), "NODATA");
    assert_eq!(fault_of(&answer(&query, 0x8180, &[a()]), &query), None);
}

/// A name server that answers every question with the result of `answer`.
async fn server(answer: impl Fn(&[u8], u16) -> Option<Vec<u8>> + Send + 'static) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut buffer = [0; 2048];
        while let Ok((length, client)) = socket.recv_from(&mut buffer).await {
            let end = 12 + buffer[12..].iter().position(|byte| *byte == 0).unwrap() + 5;
            let record_type = u16::from_be_bytes([buffer[end - 4], buffer[end - 3]]);
            // The counts of the header, with that of additional records, are part of what `answer` sees.
            if let Some(bytes) = answer(&buffer[..end.min(length)], record_type) {
                let _ = socket.send_to(&bytes, client).await;
            }
        }
    });
    address
}

/// The question sent back with flags and one record.
fn reply(question: &[u8], flags: u16, record: Option<Vec<u8>>) -> Option<Vec<u8>> {
    let mut bytes = question.to_vec();
    bytes[2..4].copy_from_slice(&flags.to_be_bytes());
    bytes[7] = u8::from(record.is_some());
    bytes[8..12].fill(0);
    bytes.extend(record.unwrap_or_default());
    Some(bytes)
}

fn aaaa() -> Vec<u8> {
    record(HERE, 28, 60, &std::net::Ipv6Addr::LOCALHOST.octets())
}

fn both(question: &[u8], record_type: u16) -> Option<Vec<u8>> {
    reply(question, 0x8180, Some(if record_type == 28 { aaaa() } else { a() }))
}

async fn resolved(
    servers: &[SocketAddr],
    own: bool,
    ip: IpVersion,
) -> (Result<Vec<IpAddr>, Fault>, Vec<String>) {
    resolved_by(&asked(servers, own), ip).await
}

/// These servers, each asked once and for 5 s; nothing is known about them.
fn asked(servers: &[SocketAddr], own: bool) -> Servers<'_> {
    Servers {
        without_edns: Box::leak(Box::default()),
        addresses: servers,
        transport: Transport::Udp,
        timeout: Duration::from_secs(5),
        attempts: 1,
        source: None,
        own,
        is_implied: false,
        secure: None,
    }
}

#[tokio::test]
async fn time_that_runs_out_before_this_host_s_own_server_answers_is_ours() {
    let silent = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let servers = [silent.local_addr().unwrap()];
    for (own, blame) in [(true, Blame::Ourselves), (false, Blame::Network)] {
        let mut trace = Trace::start();
        trace.enter(Phase::Resolve);
        let deadline =
            crate::Deadline::after(Duration::from_millis(50), faultfinder_taxonomy::TimeoutScope::Request);
        let (servers, options) = (asked(&servers, own), ClientOptions::default());
        let asking = both_families(&servers, "a.test", &options, &mut trace);
        assert!(deadline.limit(asking).await.is_none());
        let fault = trace.timed_out(&deadline);
        assert_eq!((fault.code, fault.blame), (Code::Timeout, blame), "{fault}");
    }
}

/// A lookup takes until its answer arrives, not until this process reads it; the rest is the delay of this process.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_lookup_takes_as_long_as_its_answer() {
    /// How long this thread is busy, and how often it is tried until the kernel stamps.
    const HELD: Duration = Duration::from_millis(100);
    const TRIES: usize = 20;
    let _keep = crate::stamped::KeepStamping::begin();
    // On a thread of its own, which is not busy.
    let (started, start) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            started.send(server(both).await).unwrap();
            std::future::pending::<()>().await;
        });
    });
    let servers = [start.recv().unwrap()];
    let mut tries = Vec::new();
    for _ in 0..TRIES {
        let mut trace = Trace::start();
        trace.enter(Phase::Resolve);
        let (servers, options) = (asked(&servers, false), ClientOptions::default());
        let busy = async { std::thread::sleep(HELD) };
        let (addresses, ()) = tokio::join!(both_families(&servers, "a.test", &options, &mut trace), busy);
        assert_eq!(addresses.unwrap().len(), 2);
        let facts = trace.into_report(Ok(())).facts;
        tries.push((facts.timings.duration(Phase::Resolve).unwrap(), facts.own_delay));
        if tries.last().is_some_and(|(took, own)| *took < HELD / 2 && *own > HELD / 2) {
            return;
        }
    }
    panic!("resolve, and the delay of this process: {tries:?}");
}

async fn resolved_by(servers: &Servers<'_>, ip: IpVersion) -> (Result<Vec<IpAddr>, Fault>, Vec<String>) {
    let mut trace = Trace::start();
    let options = ClientOptions { ip, ..ClientOptions::default() };
    let outcome = both_families(servers, "a.test", &options, &mut trace).await;
    (outcome, trace.into_report(Ok(())).facts.warnings)
}

fn texts(addresses: &[IpAddr]) -> Vec<String> {
    addresses.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn both_families_are_asked_and_ipv6_leads() {
    let server = server(both).await;
    for (ip, expected) in [
        (IpVersion::Any, &["::1", "192.0.2.1"][..]),
        (IpVersion::V4, &["192.0.2.1"]),
        (IpVersion::V6, &["::1"]),
    ] {
        let (addresses, warnings) = resolved(&[server], false, ip).await;
        assert_eq!(texts(&addresses.unwrap()), expected);
        assert!(warnings.is_empty());
    }
}

#[tokio::test]
async fn one_family_that_fails_is_a_warning_and_one_without_records_is_none() {
    let failing = server(
        |question, kind| if kind == 28 { reply(question, 0x8182, None) } else { both(question, kind) },
    )
    .await;
    let (addresses, warnings) = resolved(&[failing], false, IpVersion::Any).await;
    assert_eq!((texts(&addresses.unwrap()), warnings.len()), (vec!["192.0.2.1".to_owned()], 1));
    let v4_only = server(
        |question, kind| if kind == 28 { reply(question, 0x8180, None) } else { both(question, kind) },
    )
    .await;
    let (addresses, warnings) = resolved(&[v4_only], false, IpVersion::Any).await;
    assert_eq!((texts(&addresses.unwrap()), warnings.len()), (vec!["192.0.2.1".to_owned()], 0));
}

#[tokio::test]
async fn the_next_server_is_asked_when_one_cannot_answer_but_not_when_it_knows_better() {
    let good = server(both).await;
    let servfail = server(|question, _| reply(question, 0x8182, None)).await;
    let nxdomain = server(|question, _| reply(question, 0x8183, None)).await;
    let closed = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    // Bound, so that nothing else gets the port, and connected elsewhere, so that the kernel refuses all others.
    closed.connect("127.0.0.1:9").await.unwrap();
    let closed = closed.local_addr().map(|address| (address, closed)).unwrap();
    let (addresses, _) = resolved(&[closed.0, servfail, good], true, IpVersion::V4).await;
    assert_eq!(texts(&addresses.unwrap()), ["192.0.2.1"]);
    let (fault, _) = resolved(&[nxdomain, good], true, IpVersion::Any).await;
    assert_eq!(fault.unwrap_err().detail.name(), "NXDOMAIN");
    let (fault, _) = resolved(&[closed.0], true, IpVersion::Any).await;
    let fault = fault.unwrap_err();
    assert_eq!((fault.detail.name(), fault.blame), ("CONNECTION_REFUSED", Blame::Ourselves));
    let (fault, _) = resolved(&[closed.0], false, IpVersion::Any).await;
    assert_ne!(fault.unwrap_err().blame, Blame::Ourselves);
    let truncating = server(|question, _| reply(question, 0x8380, None)).await;
    for answering in [servfail, truncating] {
        let (fault, _) = resolved(&[answering], true, IpVersion::Any).await;
        assert_ne!(fault.unwrap_err().blame, Blame::Ourselves);
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_given_up_after_three_tries_in_five_seconds() {
    let silent = server(|_, _| None).await;
    let query = query(RecordType::A);
    let began = tokio::time::Instant::now();
    let fault = exchange(&Vantage::system(), silent, Transport::Udp, &query, None)
        .await
        .unwrap_err()
        .into_fault(&query);
    assert_eq!(fault.detail.name(), "TIMEOUT");
    assert_eq!(fault.evidence.fact("tries"), Some(&3_u32.into()));
    assert_eq!(began.elapsed().as_secs(), 5);
}

#[tokio::test]
async fn answers_that_do_not_fit_are_passed_over_and_counted() {
    let first = std::sync::Mutex::new(true);
    // The first answer is to another question; the answer to the second try is right.
    let server = server(move |question, kind| {
        if std::mem::take(&mut *first.lock().unwrap()) {
            reply(question, 0x0100, Some(a()))
        } else {
            both(question, kind)
        }
    })
    .await;
    let query = query(RecordType::A);
    let exchange = exchange(&Vantage::system(), server, Transport::Udp, &query, None).await.unwrap();
    assert_eq!((exchange.ignored, exchange.tries, exchange.over_tcp), (1, 2, false));
}

/// Whether a question has EDNS: an additional record.
fn has_edns(question: &[u8]) -> bool {
    question[11] == 1
}

#[tokio::test]
async fn a_server_that_rejects_edns_is_asked_without_it() {
    for (flags, name) in [(0x8181, "FORMERR"), (0x8184, "NOTIMP")] {
        let old =
            server(
                move |question, kind| {
                    if has_edns(question) { reply(question, flags, None) } else { both(question, kind) }
                },
            )
            .await;
        let (addresses, warnings) = resolved(&[old], true, IpVersion::Any).await;
        assert_eq!(texts(&addresses.unwrap()), ["::1", "192.0.2.1"]);
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(warnings[0].contains(name) && warnings[0].contains("EDNS"), "{warnings:?}");
    }
    // It is not asked with EDNS again, and the warning stays.
    let count = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let with_edns = std::sync::Arc::clone(&count);
    let old = server(move |question, kind| {
        if has_edns(question) {
            with_edns.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            reply(question, 0x8181, None)
        } else {
            both(question, kind)
        }
    })
    .await;
    let servers = asked(std::slice::from_ref(&old), true);
    let warnings = resolved_by(&servers, IpVersion::V4).await.1;
    assert_eq!((resolved_by(&servers, IpVersion::V4).await.1, warnings.len()), (warnings, 1));
    assert_eq!(count.load(std::sync::atomic::Ordering::Relaxed), 1);
    // A server that sends EDNS itself means something else.
    let opt = || record(&[0], 41, 0, &[]);
    let new = server(move |question, kind| {
        if !has_edns(question) {
            return both(question, kind);
        }
        let mut bytes = reply(question, 0x8181, None)?;
        bytes[11] = 1;
        bytes.extend(opt());
        Some(bytes)
    })
    .await;
    let (fault, warnings) = resolved(&[new], true, IpVersion::V4).await;
    assert_eq!((fault.unwrap_err().detail.name(), warnings.len()), ("FORMERR", 0));
}

#[tokio::test]
async fn a_server_that_drops_edns_is_asked_without_it_in_its_last_attempt() {
    let dropping =
        server(|question, kind| if has_edns(question) { None } else { both(question, kind) }).await;
    for (timeout, attempts) in [(200, 1), (100, 2)] {
        let servers = Servers {
            timeout: Duration::from_millis(timeout),
            attempts,
            ..asked(std::slice::from_ref(&dropping), true)
        };
        let (addresses, warnings) = resolved_by(&servers, IpVersion::V4).await;
        assert_eq!(texts(&addresses.unwrap()), ["192.0.2.1"]);
        assert!(warnings.len() == 1 && warnings[0].contains("EDNS"), "{warnings:?}");
    }
}

#[tokio::test]
async fn an_answer_with_edns_that_is_only_late_beats_the_one_without() {
    // Answers in the wrong order: the question with EDNS is answered after the one without.
    let held = std::sync::Mutex::new(Vec::new());
    let server = {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        tokio::spawn(async move {
            let mut buffer = [0; 2048];
            while let Ok((length, client)) = socket.recv_from(&mut buffer).await {
                let end = 12 + buffer[12..].iter().position(|byte| *byte == 0).unwrap() + 5;
                let answer = both(&buffer[..end.min(length)], 1).unwrap();
                if has_edns(&buffer) {
                    held.lock().unwrap().push(answer);
                    continue;
                }
                let late = std::mem::take(&mut *held.lock().unwrap());
                for bytes in [answer].into_iter().chain(late) {
                    let _ = socket.send_to(&bytes, client).await;
                }
            }
        });
        address
    };
    let servers = Servers { timeout: Duration::from_secs(2), ..asked(std::slice::from_ref(&server), true) };
    let (addresses, warnings) = resolved_by(&servers, IpVersion::V4).await;
    assert_eq!((texts(&addresses.unwrap()), warnings), (vec!["192.0.2.1".to_owned()], vec![]));
}

#[tokio::test]
async fn servers_are_asked_again_as_often_as_the_configuration_says() {
    let failing = |times: usize| {
        let left = std::sync::Mutex::new(times);
        move |question: &[u8], kind| {
            let mut left = left.lock().unwrap();
            if *left == 0 {
                return both(question, kind);
            }
            *left -= 1;
            reply(question, 0x8182, None)
        }
    };
    for (failures, attempts, expected) in [(2, 3, Ok(1)), (2, 2, Err("SERVFAIL")), (0, 1, Ok(1))] {
        let server = server(failing(failures)).await;
        let servers = Servers { attempts, ..asked(std::slice::from_ref(&server), true) };
        let (outcome, _) = resolved_by(&servers, IpVersion::V4).await;
        let found = outcome.as_ref().map(Vec::len).map_err(|fault| fault.detail.name());
        assert_eq!(found, expected, "{failures} {attempts}");
    }
}

#[tokio::test]
async fn an_answer_to_the_first_attempt_counts_in_the_second() {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let slow = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut first, mut buffer) = ([0; 2048], [0; 2048]);
        let (_, client) = socket.recv_from(&mut first).await.unwrap();
        // In the first attempt the question comes twice, the second time also without EDNS. What follows is the second.
        for _ in 0..3 {
            socket.recv_from(&mut buffer).await.unwrap();
        }
        let end = 12 + first[12..].iter().position(|byte| *byte == 0).unwrap() + 5;
        let _ = socket.send_to(&both(&first[..end], 1).unwrap(), client).await;
        std::future::pending::<()>().await;
    });
    let servers = Servers {
        timeout: Duration::from_millis(200),
        attempts: 2,
        ..asked(std::slice::from_ref(&slow), true)
    };
    let (addresses, _) = resolved_by(&servers, IpVersion::V4).await;
    assert_eq!(texts(&addresses.unwrap()), ["192.0.2.1"]);
}

#[tokio::test]
async fn a_server_that_is_passed_over_is_warned_of() {
    let silent = server(|_, _| None).await;
    let servfail = server(|question, _| reply(question, 0x8182, None)).await;
    let good = server(both).await;
    for (first, words) in [(silent, "did not answer within 100 ms"), (servfail, "failed with SERVFAIL")] {
        let list = [first, good];
        let servers = Servers { timeout: Duration::from_millis(100), ..asked(&list, true) };
        let (addresses, warnings) = resolved_by(&servers, IpVersion::Any).await;
        assert_eq!(addresses.unwrap().len(), 2);
        assert_eq!(warnings, [format!("the name server {first} {words}; {good} was asked instead")]);
    }
}

#[tokio::test]
async fn silent_servers_are_named_with_the_question_and_the_time() {
    let silent = server(|_, _| None).await;
    let brief = Servers { timeout: Duration::from_millis(50), ..asked(std::slice::from_ref(&silent), true) };
    let fault = resolved_by(&brief, IpVersion::V6).await.0.unwrap_err();
    let said =
        fault.message.strip_prefix(&format!("no answer from {silent} for a.test AAAA within ")).unwrap();
    let waited: u64 = said.strip_suffix(" ms").unwrap().parse().unwrap();
    assert!((50..5000).contains(&waited), "{said}");
    assert_eq!(fault.blame, Blame::Ourselves);
    let other = server(|_, _| None).await;
    let list = [silent, other];
    let brief = Servers { timeout: Duration::from_millis(50), ..asked(&list, true) };
    let fault = resolved_by(&brief, IpVersion::V4).await.0.unwrap_err();
    assert!(fault.message.starts_with(&format!("no answer from {silent}, {other} for a.test A within ")));
    let implied = Servers { is_implied: true, ..brief };
    let fault = resolved_by(&implied, IpVersion::V4).await.0.unwrap_err();
    assert!(fault.hints[0].contains("names no server"), "{:?}", fault.hints);
}

#[tokio::test]
async fn an_answer_from_another_address_is_reported_and_not_accepted() {
    let asked_socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let other = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let (asked_address, stray) = (asked_socket.local_addr().unwrap(), other.local_addr().unwrap());
    tokio::spawn(async move {
        let mut buffer = [0; 2048];
        while let Ok((_, client)) = asked_socket.recv_from(&mut buffer).await {
            let end = 12 + buffer[12..].iter().position(|byte| *byte == 0).unwrap() + 5;
            let _ = other.send_to(&both(&buffer[..end], 1).unwrap(), client).await;
        }
    });
    let servers =
        Servers { timeout: Duration::from_millis(200), ..asked(std::slice::from_ref(&asked_address), true) };
    let fault = resolved_by(&servers, IpVersion::V4).await.0.unwrap_err();
    assert_eq!(fault.detail.name(), "TIMEOUT");
    assert!(fault.message.ends_with(&format!("an answer came from {stray}, which was not asked")), "{fault}");
    assert_eq!(fault.evidence.fact("answered_by"), Some(&stray.to_string().into()));
}

#[tokio::test(start_paused = true)]
async fn ipv6_addresses_are_awaited_for_50_ms_behind_those_of_ipv4() {
    let v4_only = server(|question, kind| if kind == 28 { None } else { both(question, kind) }).await;
    let began = tokio::time::Instant::now();
    let (addresses, warnings) = resolved(&[v4_only], true, IpVersion::Any).await;
    assert_eq!((texts(&addresses.unwrap()), warnings.len()), (vec!["192.0.2.1".to_owned()], 1));
    assert!((50..1000).contains(&began.elapsed().as_millis()), "{:?}", began.elapsed());
    // IPv6 addresses alone may lead nowhere, so those of IPv4 get more time.
    let v6_only = server(|question, kind| if kind == 1 { None } else { both(question, kind) }).await;
    let began = tokio::time::Instant::now();
    let (addresses, _) = resolved(&[v6_only], true, IpVersion::Any).await;
    assert_eq!(texts(&addresses.unwrap()), ["::1"]);
    assert!(began.elapsed().as_millis() >= 1000, "{:?}", began.elapsed());
}

#[test]
fn a_record_of_another_class_is_no_answer() {
    let query = query(RecordType::A);
    let mut chaos = a();
    chaos[5] = 3;
    let answer = decode(&answer(&query, 0x8180, &[chaos]), &query).unwrap();
    assert_eq!(answer.selected(&query), Err(NoData::Class(3)));
    let fault = answer_fault(&answer, &query, SERVER.parse().unwrap()).unwrap();
    assert!(fault.message.contains("class 3"), "{fault}");
}

#[test]
fn an_error_behind_a_cname_names_its_target() {
    let query = query(RecordType::A);
    let records =
        [record(HERE, 5, 1, &labels("b.test")), record(&labels("b.test"), 5, 1, &labels("gone.test"))];
    let fault = fault_of(&answer(&query, 0x8183, &records), &query).unwrap();
    assert_eq!(fault.detail.name(), "NXDOMAIN");
    assert!(fault.message.contains("NXDOMAIN for gone.test"), "{fault}");
    assert_eq!(fault.evidence.fact("alias"), Some(&"gone.test".into()));
    // A loop ends.
    let records = [record(HERE, 5, 1, &labels("b.test")), record(&labels("b.test"), 5, 1, &labels("a.test"))];
    assert!(fault_of(&answer(&query, 0x8183, &records), &query).is_some());
}

/// Resolves `a.test` with the test's own server, from a vantage where these networks are denied.
async fn resolved_where_denied(server: SocketAddr, networks: &[&str]) -> Result<Vec<IpAddr>, Fault> {
    let vantage = Vantage::system().denying(DeniedNetworks::parse(networks.iter().copied()).unwrap());
    let own = ResolverOptions { port: server.port(), ..ResolverOptions::new(server.ip()) };
    let options = ClientOptions { resolver: Some(own), ip: IpVersion::V4, ..ClientOptions::default() };
    resolve(&vantage, &Host::Name("a.test".to_owned()), &options, &mut Trace::start()).await
}

#[tokio::test]
async fn an_address_behind_a_cname_is_judged_and_one_denies_the_whole_name() {
    // a.test is an alias of b.test, which has two addresses.
    let server = server(|question, _| {
        let name = labels("b.test");
        let records = [
            record(HERE, 5, 60, &name),
            record(&name, 1, 60, &[198, 51, 100, 1]),
            record(&name, 1, 60, &[192, 0, 2, 1]),
        ];
        let mut bytes = reply(question, 0x8180, Some(records.concat()))?;
        bytes[7] = 3;
        Some(bytes)
    })
    .await;
    let admitted = resolved_where_denied(server, &["203.0.113.0/24"]).await.unwrap();
    assert_eq!(texts(&admitted), ["198.51.100.1", "192.0.2.1"]);
    let fault = resolved_where_denied(server, &["192.0.2.0/24"]).await.unwrap_err();
    assert_eq!(
        (fault.code, fault.phase, fault.detail.name()),
        (Code::Denied, Phase::Connect, "ERR_NETWORK_DENIED")
    );
    assert_eq!(fault.evidence.fact("address"), Some(&"192.0.2.1".into()));
    assert_eq!(fault.evidence.fact("network"), Some(&"192.0.2.0/24".into()));
}

#[tokio::test]
async fn a_name_server_of_the_test_is_judged_before_it_is_asked() {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_nonblocking(true).unwrap();
    let server = socket.local_addr().unwrap();
    let fault = resolved_where_denied(server, &["127.0.0.0/8"]).await.unwrap_err();
    assert_eq!((fault.phase, fault.detail.name()), (Phase::Connect, "ERR_NETWORK_DENIED"));
    let vantage = Vantage::system().denying(DeniedNetworks::internal());
    let question = query(RecordType::A);
    let failed = exchange(&vantage, server, Transport::Udp, &question, None).await.unwrap_err();
    let fault = failed.into_fault(&question);
    assert_eq!((fault.code, fault.detail.name()), (Code::Denied, "ERR_NETWORK_DENIED"));
    assert!(socket.recv(&mut [0; 512]).is_err(), "it was asked");
}
