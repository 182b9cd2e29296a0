//! The whole engine: a definition goes in, a result comes out, nothing is printed.

use crate::server::NAME;
use anyhow::{Result, anyhow, ensure};
use faultfinder_engine::{RunOptions, Status, Suite};
use faultfinder_net::Vantage;
use faultfinder_spec::Source;
use serde_json::json;

/// One test, ready to be run again and again.
#[derive(Debug)]
pub(crate) struct Ours {
    vantage: Vantage,
    suite: Suite,
    options: RunOptions,
}

impl Ours {
    /// The test of the plain server.
    pub(crate) fn plain(port: u16) -> Result<Self> {
        Self::load(json!({ "url": format!("http://127.0.0.1:{port}/health") }))
    }

    /// The test of the TLS server: a chain of three, trusted by its root alone.
    pub(crate) fn tls(port: u16, root_pem: &str) -> Result<Self> {
        Self::load(json!({
            "url": format!("https://{NAME}:{port}/health"),
            "resolve": { NAME: "127.0.0.1" },
            "tls": { "roots": "none", "ca": [root_pem] },
        }))
    }

    fn load(http: serde_json::Value) -> Result<Self> {
        let definition = json!({
            "name": "bench",
            "http": http,
            "assert": ["status is 200", "jsonpath $.status is ok", "response_time < 30 s"],
        });
        let source = Source::new("bench.json", &definition.to_string());
        let suite = Suite::load(&[source], &[], |_| None).map_err(|found| {
            anyhow!(
                "the definition is invalid: {}",
                found.first().map(ToString::to_string).unwrap_or_default()
            )
        })?;
        Ok(Self { vantage: Vantage::system(), suite, options: RunOptions::default() })
    }

    /// One run.
    pub(crate) async fn run(&self) -> Result<()> {
        for test in self.suite.tests() {
            let result = faultfinder_engine::run(&self.vantage, test, &self.options).await;
            ensure!(result.status == Status::Passed, "the test did not pass: {:?}", result.fault);
        }
        Ok(())
    }
}
