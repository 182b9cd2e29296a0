//! The recorded responses of `tests/edge`: each of those that a front gave is recognized, and none of an application.

use super::*;
use std::collections::BTreeSet;

const ANSWERS: &str = include_str!("../../tests/edge/answers.txt");
const ORDINARY: &str = include_str!("../../tests/edge/ordinary.txt");
const FRONTS: &str = include_str!("../../tests/edge/fronts.txt");

type Fields = Vec<(String, Vec<u8>)>;

/// A record: what is said about it, the header fields, and the body.
#[derive(Clone, Default)]
struct Record {
    about: Vec<(String, String)>,
    headers: Fields,
    body: String,
}

impl Record {
    fn new(text: &str) -> Self {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let mut record = Self { body: body.to_owned(), ..Self::default() };
        for line in head.lines() {
            let (name, value) = line.split_once(": ").unwrap_or_else(|| panic!("no field: {line}"));
            if ["source", "expect", "name", "status"].contains(&name) {
                record.about.push((name.to_owned(), value.to_owned()));
            } else {
                assert_eq!(name, name.to_ascii_lowercase());
                record.headers.push((name.to_owned(), value.as_bytes().to_vec()));
            }
        }
        record
    }

    fn about(&self, name: &str) -> &str {
        let found = self.about.iter().find(|(known, _)| known == name);
        found.map_or_else(|| panic!("no {name}: {:?}", self.about), |(_, value)| value)
    }

    fn status(&self) -> u16 {
        self.about("status").parse().unwrap()
    }

    fn diagnose(&self) -> Option<EdgeAnswer> {
        diagnose(self.status(), &self.headers, self.body.as_bytes())
    }

    /// The response as this front passes it on.
    fn behind(&self, front: &Self) -> Self {
        let mut passed = self.clone();
        if front.headers.iter().any(|(name, _)| name == "server") {
            passed.headers.retain(|(name, _)| name != "server");
        }
        passed.headers.extend(front.headers.clone());
        passed
    }
}

fn records(text: &str) -> Vec<Record> {
    text.split("\n----\n").skip(1).map(Record::new).collect()
}

#[test]
fn what_a_front_answers_is_recognized() {
    let answers = records(ANSWERS);
    assert!(answers.len() >= 40, "{}", answers.len());
    for record in &answers {
        assert!(record.about("source").starts_with("https://"), "{:?}", record.about);
        let found = record.diagnose();
        let diagnosis = found.as_ref().map(|found| {
            let reference = found.reference.as_deref().unwrap_or("-");
            let (provider, finding) = (found.provider.as_str(), found.finding.as_str());
            format!("{provider} {finding} {} {reference}", found.confidence.as_str())
        });
        assert_eq!(diagnosis.as_deref(), Some(record.about("expect")), "{:?} {found:?}", record.about);
        let Some(found) = found else { continue };
        assert!(matches!(found.evidence.len(), 1..=EdgeAnswer::EVIDENCE_MAX), "{found:?}");
        for evidence in &found.evidence {
            assert!(evidence.len() <= EdgeAnswer::EVIDENCE_BYTES_MAX, "{evidence}");
            assert!(evidence.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{evidence}");
            assert!(!evidence.contains("c2VjcmV0"), "the value of a cookie: {evidence}");
        }
    }
}

#[test]
fn what_an_application_answers_is_its_own_behind_whatever_front() {
    let (ordinary, fronts) = (records(ORDINARY), records(FRONTS));
    let mut distinct = BTreeSet::new();
    for record in &ordinary {
        for front in &fronts {
            let passed = record.behind(front);
            let found = passed.diagnose();
            assert_eq!(found, None, "{} behind {}", record.about("name"), front.about("name"));
            distinct.insert((passed.status(), passed.headers, passed.body));
        }
    }
    assert!(ordinary.len() >= 100 && distinct.len() >= 2_000, "{} {}", ordinary.len(), distinct.len());
}

#[test]
fn every_rule_is_the_one_that_decides_about_a_recorded_response() {
    let answers = records(ANSWERS);
    let deciding = |record: &Record| {
        let seen = Seen::new(record.status(), &record.headers, record.body.as_bytes());
        let of = |confidence| {
            let mut rules = rules::all().enumerate().filter(move |(_, rule)| rule.confidence == confidence);
            rules.find(|(_, rule)| seen.marks(rule).is_some()).map(|(index, _)| index)
        };
        of(EdgeConfidence::Certain).or_else(|| of(EdgeConfidence::Likely))
    };
    let decided: BTreeSet<usize> = answers.iter().filter_map(deciding).collect();
    let idle: Vec<String> = rules::all()
        .enumerate()
        .filter(|(index, _)| !decided.contains(index))
        .map(|(index, rule)| format!("{index}: {:?} {:?}", rule.provider, rule.finding))
        .collect();
    assert_eq!(idle, Vec::<String>::new());
    let named: BTreeSet<&str> = rules::all().map(|rule| rule.provider.as_str()).chain(["proxy"]).collect();
    let all: BTreeSet<&str> = EdgeProvider::ALL.iter().map(|provider| provider.as_str()).collect();
    assert_eq!(named, all, "a provider without a rule");
}

#[test]
fn rules_are_written_as_they_are_compared() {
    for rule in rules::all() {
        let words = rule.body.iter().copied().flatten();
        for words in words {
            assert_eq!(**words, words.to_ascii_lowercase());
            assert!(!words.contains("  ") && !words.contains('\n'), "{words}");
        }
        let fields = rule.headers.iter().copied().flatten();
        for field in fields {
            assert_eq!(field.name, field.name.to_ascii_lowercase());
        }
        let is_grounded = !rule.headers.is_empty() || !rule.body.is_empty() || rule.statuses.admit(511);
        assert!(is_grounded && rule.headers.iter().all(|group| !group.is_empty()), "{:?}", rule.provider);
    }
}

#[test]
fn no_body_of_a_successful_response_is_read_without_a_reason() {
    let headers =
        [("content-type".to_owned(), b"text/html".to_vec()), ("server".to_owned(), b"nginx".to_vec())];
    let page =
        b"The requested URL was rejected. Please consult with your administrator. Your support ID is: 17";
    let of_length = |length: usize| {
        let mut body = page.to_vec();
        body.resize(length, b' ');
        diagnose(200, &headers, &body).map(|answer| answer.provider)
    };
    assert_eq!(of_length(4096), Some(EdgeProvider::F5));
    assert_eq!(of_length(4097), None);
    let json = [("content-type".to_owned(), b"application/json".to_vec())];
    assert_eq!(diagnose(200, &json, page), None);
}

#[test]
fn evidence_is_inert_short_and_without_secrets() {
    let mut value = b"challenge".to_vec();
    let headers = |value: &[u8]| [("x-squid-error".to_owned(), value.to_vec())];
    value.splice(.., *b"ERR_ACCESS_DENIED \x1b[31m\xff\xe2\x80\xae");
    let found = diagnose(403, &headers(&value), b"").unwrap();
    assert_eq!(found.evidence, ["x-squid-error: ERR_ACCESS_DENIED ?[31m??"]);
    value.resize(5_000, b'x');
    let found = diagnose(403, &headers(&value), b"").unwrap();
    assert_eq!(found.evidence[0].len(), EdgeAnswer::EVIDENCE_BYTES_MAX);
}

#[test]
fn no_bytes_are_too_strange() {
    let answers = records(ANSWERS);
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % u64::try_from(below).unwrap()).unwrap()
    };
    for round in 0..2_000 {
        let record = &answers[round % answers.len()];
        let mut body = record.body.clone().into_bytes();
        let mut headers = record.headers.clone();
        for _ in 0..4 {
            let strange = [0_u8, b'&', b'#', b';', b'"', b'\\', 0x80, 0xe2, 0xff][random(9)];
            if !body.is_empty() {
                let at = random(body.len());
                body[at] = strange;
            }
            let field = random(headers.len().max(1));
            if let Some((_, value)) = headers.get_mut(field).filter(|(_, value)| !value.is_empty()) {
                let at = random(value.len());
                value[at] = strange;
            }
        }
        let found = diagnose(record.status(), &headers, &body);
        let evidence = found.iter().flat_map(|answer| &answer.evidence);
        assert!(evidence.flat_map(|text| text.bytes()).all(|byte| matches!(byte, b' '..=b'~')));
    }
}
