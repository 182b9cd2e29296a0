//! Definition files with a mistake in each test, what is reported of them, and a target that nothing may reach.

use faultfinder_tests::{Answer, command};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::net::{TcpListener, UdpSocket};
use std::path::{Path, PathBuf};

/// A place where nothing may arrive.
pub(crate) struct Target {
    tcp: TcpListener,
    udp: UdpSocket,
    pub(crate) port: u16,
}

impl Target {
    pub(crate) fn new() -> Self {
        // The same port may be taken in the other protocol.
        for _ in 0..100 {
            let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = tcp.local_addr().unwrap();
            if let Ok(udp) = UdpSocket::bind(address) {
                tcp.set_nonblocking(true).unwrap();
                udp.set_nonblocking(true).unwrap();
                return Self { tcp, udp, port: address.port() };
            }
        }
        panic!("no port is free in TCP and UDP")
    }

    /// How many connections and datagrams have arrived since it was last asked.
    pub(crate) fn arrived(&self) -> usize {
        let connections = std::iter::from_fn(|| self.tcp.accept().ok()).count();
        let mut buffer = [0; 2000];
        let datagrams = std::iter::from_fn(|| self.udp.recv_from(&mut buffer).ok()).count();
        let waiting = self.tcp.accept().unwrap_err();
        assert_eq!(waiting.kind(), ErrorKind::WouldBlock, "{waiting}");
        connections + datagrams
    }

    #[track_caller]
    pub(crate) fn assert_untouched(&self) {
        assert_eq!(self.arrived(), 0, "something was sent");
    }
}

/// A definition file that is being written, and where the value of interest of each test is.
pub(crate) struct File {
    pub(crate) path: PathBuf,
    text: String,
    pub(crate) expected: Vec<Expected>,
}

/// Where something is to be reported.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Expected {
    /// Line and column.
    pub(crate) place: (u64, u64),
    /// `tests[0].http.tls.min_version`.
    pub(crate) path: String,
}

impl File {
    pub(crate) fn new(folder: &Path, name: &str, head: &str) -> Self {
        Self { path: folder.join(name), text: format!("{head}tests:\n"), expected: Vec::new() }
    }

    fn line(&self) -> u64 {
        u64::try_from(self.text.lines().count() + 1).unwrap()
    }

    fn push(&mut self, indent: usize, text: &str) {
        self.text.push_str(&format!("{}{text}\n", " ".repeat(indent)));
    }

    /// Adds a test from its lines; `|` is before the value of interest.
    pub(crate) fn add(&mut self, body: &str, field: &str) {
        let index = self.expected.len();
        self.push(0, &format!("- name: test {index}"));
        for line in body.lines() {
            if let Some((before, after)) = line.split_once('|') {
                let column = u64::try_from(before.chars().count() + 3).unwrap();
                let place = (self.line(), column);
                self.expected.push(Expected { place, path: format!("tests[{index}].{field}") });
                self.push(2, &format!("{before}{after}"));
            } else {
                self.push(2, line);
            }
        }
        assert_eq!(self.expected.len(), index + 1, "one value of interest: {body}");
    }

    pub(crate) fn write(&self) {
        std::fs::write(&self.path, &self.text).unwrap();
    }

    pub(crate) fn name(&self) -> &str {
        self.path.to_str().unwrap()
    }

    /// The place as results have it.
    pub(crate) fn at(&self, expected: &Expected) -> String {
        let (line, column) = expected.place;
        format!("{}:{line}:{column}", self.name())
    }
}

/// Calls the binary with these files.
pub(crate) fn call(arguments: &[&str], files: &[File], environment: &[(&str, &str)]) -> Answer {
    let names = files.iter().map(File::name);
    let arguments: Vec<&str> = arguments.iter().copied().chain(names).collect();
    command(&arguments).envs(environment.iter().copied()).output().unwrap().into()
}

/// A message by the place and path of what it is about.
pub(crate) type Messages = BTreeMap<(String, Expected), String>;

/// What `validate` says, of errors.
pub(crate) fn validated(files: &[File], environment: &[(&str, &str)]) -> Messages {
    let answer = call(&["validate", "--format", "json"], files, environment).json();
    let diagnostics = answer["diagnostics"].as_array().unwrap_or_else(|| panic!("{answer}"));
    let message = |one: &Value| {
        let number = |name: &str| one[name].as_u64().unwrap();
        let path = one["path"].as_str().unwrap_or_default().to_owned();
        let expected = Expected { place: (number("line"), number("column")), path };
        let source = one["source"].as_str().unwrap().to_owned();
        ((source, expected), one["message"].as_str().unwrap().to_owned())
    };
    diagnostics.iter().filter(|one| one["severity"] == "error").map(message).collect()
}

/// The messages of `run`, each of which must be `INVALID_REQUEST`.
pub(crate) fn run(files: &[File], environment: &[(&str, &str)]) -> Messages {
    let answer = call(&["run", "--format", "json"], files, environment);
    let report = answer.json();
    let results = report["results"].as_array().unwrap_or_else(|| panic!("{}", answer.stderr));
    let expected: Vec<(&File, &Expected)> =
        files.iter().flat_map(|file| file.expected.iter().map(move |expected| (file, expected))).collect();
    assert_eq!(results.len(), expected.len());
    let mut messages = Messages::new();
    for (result, (file, expected)) in results.iter().zip(expected) {
        let fault = &result["fault"];
        assert_eq!(fault["code"], "INVALID_REQUEST", "{}: {result:#}", expected.path);
        assert_eq!(fault["phase"], "config", "{}: {fault:#}", expected.path);
        assert_eq!(fault["evidence"]["place"], file.at(expected), "{}: {fault:#}", expected.path);
        let (_, field) = expected.path.split_once('.').unwrap();
        assert_eq!(fault["detail"]["field"], field, "{fault:#}");
        let message = fault["message"].as_str().unwrap().to_owned();
        messages.insert((file.name().to_owned(), expected.clone()), message);
    }
    messages
}

/// Where something is to be reported, in all files.
pub(crate) fn places(files: &[File]) -> Vec<(String, Expected)> {
    let of = |file: &File| {
        let name = file.name().to_owned();
        file.expected.iter().map(move |expected| (name.clone(), expected.clone())).collect::<Vec<_>>()
    };
    let mut all: Vec<(String, Expected)> = files.iter().flat_map(of).collect();
    all.sort();
    all
}

/// What is reported is what was expected, one of each.
#[track_caller]
pub(crate) fn assert_places(found: &Messages, files: &[File]) {
    let places = places(files);
    let missing: Vec<_> = places.iter().filter(|place| !found.contains_key(*place)).collect();
    let others: Vec<_> = found.iter().filter(|(place, _)| places.binary_search(place).is_err()).collect();
    assert!(missing.is_empty() && others.is_empty(), "not reported: {missing:#?}\nreported: {others:#?}");
}

/// A run says what `validate` says.
#[track_caller]
pub(crate) fn assert_same(run: &Messages, validated: &Messages) {
    for (place, message) in run {
        assert_eq!(Some(message), validated.get(place), "{place:?}");
    }
    assert_eq!(run.len(), validated.len());
}
