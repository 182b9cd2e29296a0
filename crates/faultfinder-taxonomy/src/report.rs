//! What a probe answers with.

use crate::{BrokeIn, Fault, HopFacts, Timings, TlsFacts};
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// What one probe learned: the outcome, and everything that was known before it.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "closed: the facts and the outcome")]
pub struct Report<T> {
    /// Everything that is known whatever the outcome.
    pub facts: Facts,
    /// The answer, or why there is none.
    pub outcome: Result<T, Fault>,
}

/// What one probe learned, whatever its outcome.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Facts {
    /// How long each completed phase took.
    pub timings: Timings,
    /// The phase in which it broke, when it did.
    pub broke_in: Option<BrokeIn>,
    /// The addresses that the name resolved to, in the order in which they would be tried.
    pub addresses: Vec<IpAddr>,
    /// Every attempt to connect, in the order in which they were started.
    pub connects: Vec<ConnectAttempt>,
    /// The address that answered.
    pub peer: Option<SocketAddr>,
    /// What is known of the TLS session, complete or not.
    pub tls: Option<TlsFacts>,
    /// The routers on the route to the target, when it was traced.
    pub hops: Vec<HopFacts>,
    /// How long answers lay unread because this process had other things to do. No phase contains it.
    pub own_delay: Duration,
    /// Warnings: what the caller should know although nothing failed.
    pub warnings: Vec<String>,
    /// Values derived from credentials that must not be shown: tokens, signatures, whole headers.
    pub confidential: Confidential,
}

impl<T> Report<T> {
    /// A report of an outcome about which nothing else is known.
    #[must_use]
    pub fn new(outcome: Result<T, Fault>) -> Self {
        Self { facts: Facts::default(), outcome }
    }

    /// The same report about another kind of answer.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Report<U> {
        Report { facts: self.facts, outcome: self.outcome.map(change) }
    }
}

/// Texts that must never be shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Confidential(Vec<String>);

impl Confidential {
    /// Adds a text; an empty one hides nothing.
    pub fn add(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.0.push(text);
        }
    }

    /// The texts.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl std::fmt::Debug for Confidential {
    /// Never shows the texts.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Confidential({})", self.0.len())
    }
}

/// One attempt to open a transport connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConnectAttempt {
    /// Its destination.
    pub address: SocketAddr,
    /// When it was started, in microseconds after the connect phase began.
    pub started_us: u64,
    /// How long it ran, in microseconds.
    pub duration_us: u64,
    /// How it ended.
    pub outcome: AttemptOutcome,
}

impl ConnectAttempt {
    /// An attempt, with its start and duration in microseconds.
    #[must_use]
    pub fn new(address: SocketAddr, started_us: u64, duration_us: u64, outcome: AttemptOutcome) -> Self {
        Self { address, started_us, duration_us, outcome }
    }
}

/// How an attempt to connect ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AttemptOutcome {
    /// The connection was established.
    Established,
    /// The system reported this error (its symbol, such as `ECONNREFUSED`).
    Failed(String),
    /// There was no answer when the attempt was abandoned: another attempt won, or time ran out.
    Abandoned,
}
