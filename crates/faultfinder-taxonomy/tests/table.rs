//! The taxonomy against the tables that it must cover.

use faultfinder_taxonomy::{
    AlertDescription, Blame, CloseCode, Code, Detail, Errno, Fault, GrpcStatus, Http2ErrorCode, NamedDetail,
    Phase, Protocol, ResponseCode, RetryAdvice, TimeoutScope, VerifyCode,
};
use std::collections::BTreeSet;

#[path = "../../../tests/src/not_run.rs"]
mod not_run;

/// The public error tables of Datadog's API tests: protocol, code, and what tells apart rows of one code.
const SEED: &[(&str, &str, &str)] = &[
    ("http", "AUTHENTICATION_ERROR", ""),
    ("http", "CONNREFUSED", ""),
    ("http", "CONNRESET", ""),
    ("http", "DNS", ""),
    ("http", "HTTP2", "Error performing HTTP/2 request"),
    ("http", "INVALID_REQUEST", ""),
    ("http", "SSL", ""),
    ("http", "TIMEOUT", "request"),
    ("http", "TIMEOUT", "overall"),
    ("http", "MALFORMED_RESPONSE", ""),
    ("http", "INCORRECT_ASSERTION", ""),
    ("dns", "CONNRESET", ""),
    ("dns", "DNS", ""),
    ("dns", "INVALID_REQUEST", ""),
    ("dns", "TIMEOUT", "request"),
    ("dns", "TIMEOUT", "overall"),
    ("tcp", "CONNRESET", ""),
    ("tcp", "DNS", ""),
    ("tcp", "INVALID_REQUEST", ""),
    ("tcp", "TIMEOUT", "request"),
    ("tcp", "TIMEOUT", "overall"),
    ("udp", "CONNRESET", ""),
    ("udp", "DNS", ""),
    ("udp", "INVALID_REQUEST", ""),
    ("udp", "TIMEOUT", "request"),
    ("udp", "TIMEOUT", "overall"),
    ("icmp", "DNS", ""),
    ("grpc", "GRPC", "CANCELLED"),
    ("grpc", "GRPC", "UNKNOWN"),
    ("grpc", "GRPC", "INVALID_ARGUMENT"),
    ("grpc", "GRPC", "DEADLINE_EXCEEDED"),
    ("grpc", "GRPC", "NOT_FOUND"),
    ("grpc", "GRPC", "ALREADY_EXISTS"),
    ("grpc", "GRPC", "PERMISSION_DENIED"),
    ("grpc", "GRPC", "RESOURCE_EXHAUSTED"),
    ("grpc", "GRPC", "FAILED_PRECONDITION"),
    ("grpc", "GRPC", "ABORTED"),
    ("grpc", "GRPC", "OUT_OF_RANGE"),
    ("grpc", "GRPC", "UNIMPLEMENTED"),
    ("grpc", "GRPC", "INTERNAL"),
    ("grpc", "GRPC", "UNAVAILABLE"),
    ("grpc", "GRPC", "DATA_LOSS"),
    ("grpc", "GRPC", "UNAUTHENTICATED"),
    ("grpc", "CONNRESET", ""),
    ("grpc", "DNS", ""),
    ("grpc", "INVALID_REQUEST", ""),
    ("grpc", "SSL", ""),
    ("grpc", "TIMEOUT", "request"),
    ("grpc", "TIMEOUT", "overall"),
    ("ws", "CONNRESET", ""),
    ("ws", "DNS", ""),
    ("ws", "INVALID_REQUEST", ""),
    ("ws", "SSL", ""),
    ("ws", "WEBSOCKET", "could not be opened"),
    ("ws", "WEBSOCKET", "Received message longer than the maximum supported length"),
];

/// The further members of Datadog's public failure enum that keep their names.
const ENUM: &[&str] = &[
    "BODY_TOO_LARGE",
    "DENIED",
    "TOO_MANY_REDIRECTS",
    "DECRYPTION",
    "INVALID_CHAR_IN_HEADER",
    "HEADER_TOO_LARGE",
    "HEADERS_INCOMPATIBLE_CONTENT_LENGTH",
    "UNESCAPED_CHARACTERS_IN_REQUEST_PATH",
    "HOSTUNREACH",
    "NETUNREACH",
    "OCSP",
    "INVALID_TEST",
    "TUNNEL",
    "UNKNOWN",
    "INTERNAL_ERROR",
];

/// What the column of protocols has beyond the tables: in other tests the same thing has the same name.
const BEYOND: &[(&str, &[&str])] = &[
    ("AUTHENTICATION_ERROR", &["grpc", "ws"]),
    ("CONNREFUSED", &["ssl", "tcp", "udp", "grpc", "ws"]),
    ("CONNRESET", &["ssl"]),
    ("DNS", &["ssl"]),
    ("HTTP2", &["grpc"]),
    ("INVALID_REQUEST", &["ssl", "icmp"]),
    ("SSL", &["ssl", "dns", "tcp"]),
    ("TIMEOUT", &["ssl", "icmp", "ws"]),
    ("MALFORMED_RESPONSE", &["ws"]),
    ("INCORRECT_ASSERTION", &["ssl", "dns", "tcp", "udp", "icmp", "grpc", "ws"]),
    ("BODY_TOO_LARGE", &["http", "tcp", "grpc"]),
    ("DENIED", &["http", "ssl", "dns", "tcp", "udp", "icmp", "grpc", "ws"]),
    ("TOO_MANY_REDIRECTS", &["http", "ws"]),
    ("DECRYPTION", &["http", "ssl", "dns", "tcp", "udp", "icmp", "grpc", "ws"]),
    ("INVALID_CHAR_IN_HEADER", &["http", "grpc", "ws"]),
    ("HEADER_TOO_LARGE", &["http", "ws"]),
    ("HEADERS_INCOMPATIBLE_CONTENT_LENGTH", &["http"]),
    ("UNESCAPED_CHARACTERS_IN_REQUEST_PATH", &["http", "ws"]),
    ("HOSTUNREACH", &["http", "ssl", "tcp", "udp", "icmp", "grpc", "ws"]),
    ("NETUNREACH", &["http", "ssl", "tcp", "udp", "icmp", "grpc", "ws"]),
    ("OCSP", &["http", "ssl", "dns", "tcp", "grpc", "ws"]),
    ("INVALID_TEST", &["http", "ssl", "dns", "tcp", "udp", "icmp", "grpc", "ws"]),
    ("TUNNEL", &["http", "grpc", "ws"]),
    ("UNKNOWN", &["http", "ssl", "dns", "tcp", "udp", "icmp", "grpc", "ws"]),
    ("INTERNAL_ERROR", &["http", "ssl", "dns", "tcp", "udp", "icmp", "grpc", "ws"]),
];

#[test]
fn the_column_of_protocols_has_the_rows_of_the_seed_tables_and_what_goes_beyond_them() {
    let seed: BTreeSet<(&str, &str)> = SEED.iter().map(|(protocol, code, _)| (*code, *protocol)).collect();
    let of = |(code, protocols): &(&'static str, &'static [&'static str])| {
        let code = *code;
        protocols.iter().map(move |protocol| (code, *protocol))
    };
    let beyond: BTreeSet<(&str, &str)> = BEYOND.iter().flat_map(of).collect();
    assert_eq!(seed.intersection(&beyond).collect::<Vec<_>>(), Vec::<&(&str, &str)>::new());
    let listed = |code: Code| {
        code.explanation().protocols.iter().map(move |protocol| (code.as_str(), protocol.as_str()))
    };
    let column: BTreeSet<(&str, &str)> = Code::ALL.into_iter().flat_map(listed).collect();
    assert_eq!(column, seed.union(&beyond).copied().collect());
}

/// The words that tell apart the rows of one code and protocol.
fn words(protocol: &str, code: &str) -> BTreeSet<&'static str> {
    let rows = SEED.iter().filter(|(of, name, _)| *of == protocol && *name == code);
    rows.map(|(.., word)| *word).collect()
}

#[test]
fn rows_of_one_code_are_told_apart_by_all_of_its_words() {
    let statuses = GrpcStatus::ALL.into_iter().filter(|status| *status != GrpcStatus::Ok);
    assert_eq!(words("grpc", "GRPC"), statuses.map(GrpcStatus::as_str).collect());
    let scopes = BTreeSet::from([TimeoutScope::Request, TimeoutScope::Overall].map(TimeoutScope::as_str));
    for (protocol, code, _) in SEED {
        let words = words(protocol, code);
        match *code {
            "TIMEOUT" => assert_eq!(words, scopes, "{protocol}"),
            "GRPC" => {}
            _ => {
                let row = Code::from_name(code).unwrap_or_else(|| panic!("no code {code}")).explanation();
                let said = |word: &&&str| row.title == **word || row.description.contains(**word);
                assert_eq!(words.iter().filter(|word| !said(word)).count(), 0, "{code}: {words:?}");
            }
        }
    }
    assert_eq!(SEED.iter().filter(|(protocol, ..)| *protocol == "http").count(), 11);
    assert_eq!(VerifyCode::ALL.iter().filter(|code| code.is_seed()).count(), 27);
}

#[test]
fn the_members_of_the_public_enum_keep_their_names_and_nothing_else_is_added() {
    let listed: BTreeSet<&str> = SEED.iter().map(|(_, code, _)| *code).chain(ENUM.iter().copied()).collect();
    let known: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(listed, known);
}

#[test]
fn every_code_is_explained_by_its_own_complete_row() {
    for (place, code) in Code::ALL.into_iter().enumerate() {
        assert_eq!(code as usize, place, "{code} is not at its place in Code::ALL");
        let row = code.explanation();
        assert_eq!(row.code, code, "the table's order differs from Code::ALL");
        assert!(row.description.ends_with('.'), "{code}: a description consists of sentences");
        assert!(!row.title.is_empty() && !row.title.ends_with('.'), "{code}");
        assert!(!row.protocols.is_empty() && !row.phases.is_empty() && !row.hints.is_empty(), "{code}");
        assert!(row.hints.iter().all(|hint| !hint.ends_with('.')), "{code}: hints are fragments");
        assert!(row.protocols.is_sorted() && has_no_twins(row.protocols), "{code}: {:?}", row.protocols);
        assert!(has_no_twins(row.phases), "{code}: {:?}", row.phases);
    }
}

fn has_no_twins<T: PartialEq>(items: &[T]) -> bool {
    items.iter().enumerate().all(|(place, item)| !items.iter().take(place).any(|earlier| earlier == item))
}

#[test]
fn names_are_unique_and_the_same_in_json() {
    check_names(Code::ALL, |code| code.as_str());
    check_names(Phase::ALL, |phase| phase.as_str());
    check_names(Protocol::ALL, |protocol| protocol.as_str());
    check_names(GrpcStatus::ALL, |status| status.as_str());
    check_names(Errno::ALL.iter().copied(), |errno| errno.as_str());
    check_names(VerifyCode::ALL.iter().copied(), |code| code.as_str());
    check_names([TimeoutScope::Request, TimeoutScope::Overall], |scope| scope.as_str());
    check_names([RetryAdvice::Sensible, RetryAdvice::Useless, RetryAdvice::Forbidden], |advice| {
        advice.as_str()
    });
    let blames = [Blame::Target, Blame::Network, Blame::Definition, Blame::Credentials, Blame::Ourselves];
    check_names(blames, |blame| blame.as_str());
}

#[track_caller]
#[expect(clippy::unwrap_used, reason = "a helper of tests")]
fn check_names<T>(all: impl IntoIterator<Item = T>, name: fn(T) -> &'static str)
where
    T: Copy + PartialEq + std::fmt::Debug + serde::Serialize + serde::de::DeserializeOwned,
{
    let mut seen = BTreeSet::new();
    for item in all {
        let json = serde_json::to_value(item).unwrap();
        assert_eq!(json, name(item));
        assert_eq!(serde_json::from_value::<T>(json).unwrap(), item);
        assert!(seen.insert(name(item)), "{item:?} has the name of another");
    }
}

#[test]
fn codes_and_verify_codes_are_found_by_name_and_number() {
    for code in Code::ALL {
        assert_eq!(Code::from_name(code.as_str()), Some(code));
    }
    for (number, code) in (0..).zip(VerifyCode::ALL.iter().copied()) {
        assert_eq!(code.number(), number);
        assert_eq!(VerifyCode::from_number(number), Some(code));
        assert_eq!(VerifyCode::from_name(code.as_str()), Some(code));
    }
    assert_eq!(Code::from_name("REQUIRES_UPDATE"), None);
    assert_eq!(VerifyCode::from_number(96), None);
}

#[test]
fn every_objection_to_a_certificate_says_what_to_do_and_not_only_what_is_wrong() {
    for code in VerifyCode::ALL {
        let remedy = code.remedy();
        assert_ne!(remedy, code.text(), "{code}");
        assert!(remedy.len() > 15 && !remedy.ends_with('.'), "{code}: {remedy}");
        assert!(remedy.starts_with(char::is_lowercase), "{code}: {remedy}");
    }
}

#[test]
fn numbered_tables_are_in_order_and_name_each_number_once() {
    let alerts: Vec<u8> = AlertDescription::all().map(AlertDescription::number).collect();
    assert!(alerts.is_sorted_by(|a, b| a < b));
    let rcodes: Vec<u16> = ResponseCode::all().map(ResponseCode::number).collect();
    assert!(rcodes.is_sorted_by(|a, b| a < b));
    let closes: Vec<u16> = CloseCode::all().map(CloseCode::number).collect();
    assert!(closes.is_sorted_by(|a, b| a < b));
    assert_eq!(
        Http2ErrorCode::all().map(Http2ErrorCode::number).collect::<Vec<_>>(),
        (0..14).collect::<Vec<_>>()
    );
    assert_eq!(GrpcStatus::ALL.map(GrpcStatus::number).to_vec(), (0..17).collect::<Vec<_>>());
}

#[test]
fn numbers_that_nobody_assigned_are_shown_as_numbers() {
    assert_eq!(AlertDescription::new(99).name(), "alert_99");
    assert_eq!(ResponseCode::new(15).mnemonic(), "RCODE15");
    assert_eq!(ResponseCode::new(15).alias(), "ESERVFAIL");
    assert_eq!(Http2ErrorCode::new(0xff).name(), "0xff");
    assert_eq!(Http2ErrorCode::new(u32::MAX).text(), None);
    assert_eq!(CloseCode::new(4999).text(), None);
}

#[test]
fn the_common_alerts_and_verdicts_come_with_a_hint() {
    for alert in [40, 42, 45, 46, 48, 49, 70, 80, 112, 116, 120] {
        let detail = Detail::alert(AlertDescription::new(alert));
        assert!(detail.hint().is_some(), "alert {alert}");
    }
    for name in ["NXDOMAIN", "SERVFAIL", "REFUSED", "FORMERR", "NOTIMP"] {
        assert!(Detail::dns(name, "").hint().is_some(), "{name}");
    }
    for named in NamedDetail::DNS {
        assert_eq!(Detail::dns(named.name, named.alias).hint(), Some(named.hint));
    }
    for named in NamedDetail::TLS {
        assert_eq!(Detail::tls(named.name, Some(named.alias)).hint(), Some(named.hint));
    }
    for named in NamedDetail::WEBSOCKET {
        let detail = Detail::WebSocket { name: named.name.to_owned(), reason: String::new() };
        assert_eq!(detail.hint(), Some(named.hint));
    }
    for close in CloseCode::all().chain([CloseCode::new(4401)]) {
        assert!(Detail::close(close, "").hint().is_some(), "{close:?}");
    }
    assert!(Detail::verify(VerifyCode::CertHasExpired, VerifyCode::CertHasExpired, 0, "").hint().is_some());
}

#[test]
fn a_fault_takes_blame_and_hints_from_the_taxonomy_and_the_detail_speaks_first() {
    let detail = Detail::rcode(ResponseCode::new(3));
    let fault = Fault::new(Code::Dns, Phase::Resolve, detail.clone(), "no such name");
    assert_eq!(fault.blame, Blame::Network);
    assert_eq!(fault.hints.first().map(String::as_str), detail.hint());
    assert_eq!(fault.hints.len(), 1 + Code::Dns.explanation().hints.len());
    assert_eq!(fault.to_string(), "DNS (NXDOMAIN) during resolve: no such name");
    assert_eq!(fault.clone().with_hint("look here").hints[0], "look here");
    assert_eq!(fault.in_phase(Phase::Redirect).phase, Phase::Redirect);
}

#[test]
fn retries_follow_the_code_unless_the_blame_says_otherwise() {
    let fault = |code| Fault::new(code, Phase::Wait, Detail::http("401", Some(401)), "m");
    assert_eq!(fault(Code::AuthenticationError).retry(), RetryAdvice::Forbidden);
    assert_eq!(fault(Code::ConnReset).retry(), RetryAdvice::Sensible);
    assert_eq!(fault(Code::Ssl).retry(), RetryAdvice::Useless);
    assert_eq!(fault(Code::Ssl).blamed_on(Blame::Ourselves).retry(), RetryAdvice::Sensible);
    assert_eq!(fault(Code::Timeout).blamed_on(Blame::Definition).retry(), RetryAdvice::Useless);
}

/// The error codes of OpenSSL 3.5.5, from which the numbers and names here were made: number, name, whether the seed has it,
/// text.
#[expect(clippy::unwrap_used, clippy::panic, reason = "a helper of tests")]
fn codes_of_openssl() -> impl Iterator<Item = (u16, &'static str, bool, &'static str)> {
    let rows = include_str!("verify_codes.tsv").lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| {
        let columns: Vec<&str> = row.split('\t').collect();
        let [number, name, seed, text] = columns[..] else { panic!("not four columns: {row}") };
        (number.parse().unwrap(), name, seed == "x", text)
    })
}

#[test]
fn verify_codes_agree_with_the_list_of_openssl() {
    let listed: Vec<_> = codes_of_openssl().collect();
    assert_eq!(listed.len(), VerifyCode::ALL.len());
    for (row, code) in listed.into_iter().zip(VerifyCode::ALL) {
        assert_eq!((code.number(), code.as_str(), code.is_seed(), code.text()), row);
    }
}

/// What `verify_codes.tsv` was made from has more about each code, and is not part of this repository.
#[test]
fn the_list_of_openssl_is_what_it_was_made_from() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/x509/codes.json");
    let Ok(text) = std::fs::read_to_string(path) else {
        return not_run::report("the list of OpenSSL's error codes is not on this machine");
    };
    let list: serde_json::Value = serde_json::from_str(&text).unwrap();
    let rows = list["codes"].as_array().unwrap();
    assert_eq!(rows.len(), codes_of_openssl().count());
    for (row, (number, name, seed, text)) in rows.iter().zip(codes_of_openssl()) {
        assert_eq!(row["code"], number);
        assert_eq!(row["name"], name);
        assert_eq!(row["seed"], seed, "{name}");
        assert_eq!(row["text"], text);
    }
}

#[test]
fn a_flood_that_is_found_here_is_not_ours_to_end() {
    let calm = Http2ErrorCode::new(0xb);
    assert!(Detail::h2(calm, "GOAWAY", None).hint().is_some_and(|hint| hint.contains("test less often")));
    assert_eq!(Detail::h2(calm, "local", None).hint(), None);
}
