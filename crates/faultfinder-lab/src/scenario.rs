//! What a scenario is.

use crate::network::Network;
use crate::{Lab, LabError};
use faultfinder_taxonomy::{Blame, Code, Phase, Protocol};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One way in which a peer can misbehave, or behave.
pub struct Scenario {
    /// Unique name, `GROUP/CASE`: `http1/fin-mid-headers`.
    pub id: String,
    /// The protocol of the test that is run against it.
    pub protocol: Protocol,
    /// What it shows, as a sentence fragment.
    pub shows: &'static str,
    /// What a probe must say of it.
    pub expect: Expect,
    /// The network it needs; nothing when loopback is enough.
    network: Option<Network>,
    /// Starts the peer.
    serve: Box<Serve>,
}

type Serve = dyn Fn(&Lab) -> Result<Peer, LabError> + Send + Sync;

/// What a probe must say of a scenario: either it passes, or the fault's code, phase and a part of its detail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Expect {
    /// The code; nothing when the test must pass.
    pub code: Option<Code>,
    /// The phase; nothing when the test must pass.
    pub phase: Option<Phase>,
    /// Fields of the fault's detail that must have these values (`{"kind":"errno","name":"ECONNREFUSED"}`).
    pub detail: Option<Value>,
    /// A text in the fault's message, or in a warning of a test that passes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// Who must be blamed; anybody when there is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blame: Option<Blame>,
    /// Texts in the fault, each in its message, its hints or its evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shows: Vec<String>,
    /// Texts that are in no message, hint or warning, because they would be false.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub omits: Vec<String>,
}

/// A peer that is being served.
#[derive(Debug, Clone, PartialEq)]
pub struct Peer {
    /// Where it is, for people: a URL or `host:port`.
    pub target: String,
    /// The native test without its name: `{"http": {...}, "assert": [...]}`.
    pub test: Value,
}

/// A scenario that is being served, and the test to run against it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exhibit {
    /// The scenario's name.
    pub id: String,
    /// The protocol of the test.
    pub protocol: Protocol,
    /// What it shows.
    pub shows: String,
    /// Where the peer is.
    pub target: String,
    /// The native test, named after the scenario.
    pub definition: Value,
    /// What the test must say.
    pub expect: Expect,
}

impl Scenario {
    /// A scenario and the function that starts its peer.
    pub fn new(
        protocol: Protocol,
        id: impl Into<String>,
        shows: &'static str,
        expect: Expect,
        serve: impl Fn(&Lab) -> Result<Peer, LabError> + Send + Sync + 'static,
    ) -> Self {
        Self { id: id.into(), protocol, shows, expect, network: None, serve: Box::new(serve) }
    }

    /// The same in a network of its own: the peer is started, and the test run, inside of it.
    #[must_use]
    pub fn within(self, network: Network) -> Self {
        Self { network: Some(network), ..self }
    }

    /// The network that it needs; nothing when loopback is enough.
    #[must_use]
    pub const fn network(&self) -> Option<&Network> {
        self.network.as_ref()
    }

    /// Starts the peer in the current tokio runtime; for a scenario with a [`network`](Self::network), inside of that.
    ///
    /// # Errors
    ///
    /// When the peer cannot listen, or its certificates cannot be made.
    pub fn serve(&self, lab: &Lab) -> Result<Exhibit, LabError> {
        let peer = (self.serve)(lab)?;
        let mut definition = peer.test;
        if let Some(fields) = definition.as_object_mut() {
            fields.insert("name".to_owned(), Value::String(self.id.clone()));
        }
        Ok(Exhibit {
            id: self.id.clone(),
            protocol: self.protocol,
            shows: self.shows.to_owned(),
            target: peer.target,
            definition,
            expect: self.expect.clone(),
        })
    }
}

impl Lab {
    /// Starts the scenarios whose name contains `only` (all of them without it), in the current tokio runtime.
    ///
    /// # Errors
    ///
    /// At the first peer that cannot be served.
    pub fn start(&self, scenarios: &[Scenario], only: Option<&str>) -> Result<Vec<Exhibit>, LabError> {
        scenarios
            .iter()
            .filter(|scenario| only.is_none_or(|part| scenario.id.contains(part)))
            .map(|scenario| scenario.serve(self))
            .collect()
    }
}

impl std::fmt::Debug for Scenario {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scenario").field("id", &self.id).field("expect", &self.expect).finish_non_exhaustive()
    }
}

impl Expect {
    /// The test passes.
    #[must_use]
    pub const fn pass() -> Self {
        Self {
            code: None,
            phase: None,
            detail: None,
            says: None,
            blame: None,
            shows: Vec::new(),
            omits: Vec::new(),
        }
    }

    /// The test fails with this code in this phase, and with these fields in its detail.
    #[must_use]
    pub fn fault(code: Code, phase: Phase, detail: Value) -> Self {
        Self { code: Some(code), phase: Some(phase), detail: Some(detail), ..Self::pass() }
    }

    /// The same, and this text is in the fault's message, or in a warning of a test that passes.
    #[must_use]
    pub fn saying(self, text: impl Into<String>) -> Self {
        Self { says: Some(text.into()), ..self }
    }

    /// The same, and this one is to blame.
    #[must_use]
    pub fn blaming(self, blame: Blame) -> Self {
        Self { blame: Some(blame), ..self }
    }

    /// The same, and this text is in the fault's message, hints or evidence, or in a warning.
    #[must_use]
    pub fn showing(mut self, text: impl Into<String>) -> Self {
        self.shows.push(text.into());
        self
    }

    /// The same, and this text is in no message, hint or warning.
    #[must_use]
    pub fn omitting(mut self, text: impl Into<String>) -> Self {
        self.omits.push(text.into());
        self
    }
}

impl Peer {
    /// A peer at a target, and the native test (without a name) that meets it.
    #[must_use]
    pub fn new(target: impl Into<String>, test: Value) -> Self {
        Self { target: target.into(), test }
    }
}
