//! From a peer to a scenario.

use super::server::{self, Act};
use crate::protocol::block;
pub(super) use crate::protocol::http::Site;
use crate::{Expect, Lab, LabError, Peer, Scenario, peer};
use faultfinder_taxonomy::{Code, Phase, Protocol};
use serde_json::{Value, json};

/// A scenario of the `ws` probe: a peer, the test that meets it, and what must come of it.
pub(super) struct Row {
    case: &'static str,
    shows: &'static str,
    expect: Expect,
    fields: Value,
    assert: Vec<&'static str>,
    serve: Box<Serve>,
}

type Serve = dyn Fn(&Lab) -> Result<Site, LabError> + Send + Sync;

impl Row {
    /// A row whose peer is started by a function.
    pub(super) fn new(
        case: &'static str,
        shows: &'static str,
        expect: Expect,
        serve: impl Fn(&Lab) -> Result<Site, LabError> + Send + Sync + 'static,
    ) -> Self {
        Self { case, shows, expect, fields: json!({}), assert: Vec::new(), serve: Box::new(serve) }
    }

    /// A row whose peer acts like this on a port of its own.
    pub(super) fn acting(case: &'static str, shows: &'static str, expect: Expect, act: Act) -> Self {
        Self::new(case, shows, expect, move |lab| {
            let act = act.clone();
            let address = peer::tcp(lab, move |stream| server::converse(stream, act.clone()))?;
            Ok(Site::new(format!("ws://{address}/feed")))
        })
    }

    /// These fields in the test.
    #[must_use]
    pub(super) fn with(mut self, fields: Value) -> Self {
        self.fields = fields;
        self
    }

    /// A test that sends `hello` and awaits a message.
    #[must_use]
    pub(super) fn saying_hello(self) -> Self {
        self.with(json!({ "message": "hello" }))
    }

    /// These assertions in the test.
    #[must_use]
    pub(super) fn assert(mut self, assertions: &[&'static str]) -> Self {
        self.assert = assertions.to_vec();
        self
    }
}

impl From<Row> for Scenario {
    fn from(row: Row) -> Self {
        let Row { case, shows, expect, fields, assert, serve } = row;
        // A group of its own stands before a slash.
        let id = if case.contains('/') { case.to_owned() } else { format!("websocket/{case}") };
        Self::new(Protocol::Ws, id, shows, expect, move |lab| {
            let site = serve(lab)?;
            let ws = block::fields([&json!({ "url": site.url }), &fields, &site.fields]);
            Ok(Peer::new(site.url, block::test(Protocol::Ws, ws, &assert)))
        })
    }
}

/// The answer opens no WebSocket, for this reason.
pub(super) fn not_opened(name: &str) -> Expect {
    Expect::fault(Code::WebSocket, Phase::Open, json!({ "kind": "websocket", "name": name }))
}

/// What comes after the opening is wrong, for this reason.
pub(super) fn broken(name: &str) -> Expect {
    Expect::fault(Code::WebSocket, Phase::Receive, json!({ "kind": "websocket", "name": name }))
}
