//! One row of a table of scenarios.

use super::http1::{self, Request};
use super::http2::{self, Answer, Greeting};
use super::script::Script;
use crate::protocol::block;
use crate::{Expect, Lab, LabError, Peer, Scenario};
use faultfinder_taxonomy::Protocol;
use serde_json::{Value, json};
use std::net::SocketAddr;

/// A scenario of the `http` probe: a peer, the request that meets it, and what must come of it.
pub(crate) struct Row {
    id: String,
    shows: &'static str,
    expect: Expect,
    fields: Value,
    assert: &'static [&'static str],
    test: Value,
    serve: Box<Serve>,
}

type Serve = dyn Fn(&Lab) -> Result<Site, LabError> + Send + Sync;

/// Where a peer is, and which fields of the request depend on that.
#[derive(Debug)]
pub(crate) struct Site {
    /// The URL to ask for.
    pub(crate) url: String,
    /// Fields of the request that name a port or a certificate.
    pub(crate) fields: Value,
}

impl Site {
    /// This URL, and nothing else that depends on the peer.
    pub(crate) fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), fields: json!({}) }
    }

    /// The root of a plaintext server.
    pub(crate) fn at(address: SocketAddr) -> Self {
        Self::new(format!("http://{address}/"))
    }

    /// The same with these fields in the request.
    #[must_use]
    pub(crate) fn with(mut self, fields: Value) -> Self {
        self.fields = fields;
        self
    }
}

impl Row {
    /// A row whose peer is started by a function.
    pub(crate) fn new(
        id: impl Into<String>,
        shows: &'static str,
        expect: Expect,
        serve: impl Fn(&Lab) -> Result<Site, LabError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            id: id.into(),
            shows,
            expect,
            fields: json!({}),
            assert: &[],
            test: json!({}),
            serve: Box::new(serve),
        }
    }

    /// These fields in the request.
    #[must_use]
    pub(crate) fn with(mut self, fields: Value) -> Self {
        self.fields = fields;
        self
    }

    /// These assertions in the test.
    #[must_use]
    pub(crate) const fn assert(mut self, assertions: &'static [&'static str]) -> Self {
        self.assert = assertions;
        self
    }

    /// These fields beside the request in the test.
    #[must_use]
    pub(crate) fn test(mut self, fields: Value) -> Self {
        self.test = fields;
        self
    }

    /// A request that follows redirects.
    #[must_use]
    pub(crate) fn following(self) -> Self {
        self.with(json!({ "follow_redirects": true }))
    }

    /// A request that gives up soon: for peers that would keep it for ever.
    #[must_use]
    pub(crate) fn impatient(self) -> Self {
        self.with(json!({ "timeout": "1500ms" }))
    }
}

impl From<Row> for Scenario {
    fn from(row: Row) -> Self {
        let Row { id, shows, expect, fields, assert, test: beside, serve } = row;
        Self::new(Protocol::Http, id, shows, expect, move |lab| {
            let site = serve(lab)?;
            let http = block::fields([&json!({ "url": site.url }), &fields, &site.fields]);
            let test = block::test(Protocol::Http, http, assert);
            Ok(Peer::new(site.url, block::fields([&test, &beside]).into()))
        })
    }
}

/// An HTTP/1 server that answers each request with the same script.
pub(crate) fn http1(case: &str, shows: &'static str, expect: Expect, answer: Script) -> Row {
    http1_by(case, shows, expect, move |_| answer.clone())
}

/// An HTTP/1 server whose script depends on the request.
pub(crate) fn http1_by(
    case: &str,
    shows: &'static str,
    expect: Expect,
    answer: impl Fn(&Request) -> Script + Clone + Send + Sync + 'static,
) -> Row {
    Row::new(format!("http1/{case}"), shows, expect, move |lab| {
        Ok(Site::at(http1::serve(lab, answer.clone())?))
    })
}

/// An HTTP/2 server without TLS that greets as it must and answers on the stream of the request.
pub(crate) fn h2c(case: &str, shows: &'static str, expect: Expect, answer: Answer) -> Row {
    h2c_greeting(case, shows, expect, Greeting::settings(&[]), answer)
}

/// An HTTP/2 server without TLS that answers the first connection like this, and the next one otherwise.
pub(crate) fn h2c_in_turn(case: &str, shows: &'static str, expect: Expect, answers: [Answer; 2]) -> Row {
    Row::new(format!("http2/{case}"), shows, expect, move |lab| {
        let address = http2::serve_in_turn(lab, Greeting::settings(&[]), answers)?;
        Ok(Site::at(address).with(json!({ "version": "h2c" })))
    })
    .assert(&["status is 200"])
}

/// An HTTP/2 server without TLS with a greeting of its own.
pub(crate) fn h2c_greeting(
    case: &str,
    shows: &'static str,
    expect: Expect,
    greeting: Greeting,
    answer: Answer,
) -> Row {
    Row::new(format!("http2/{case}"), shows, expect, move |lab| {
        let address = http2::serve(lab, greeting.clone(), answer)?;
        Ok(Site::at(address).with(json!({ "version": "h2c" })))
    })
}
