//! The whole engine: definitions go in, results come out, nothing is printed.

use crate::batch::batch;
use crate::definitions;
use crate::greeting::Greeting;
use crate::kind::Kind;
use anyhow::{Context as _, Result, anyhow, ensure};
use faultfinder_engine::{RunOptions, Status, Suite};
use faultfinder_net::Vantage;
use faultfinder_spec::Source;
use std::ops::Range;

/// Tests, ready to be run again and again.
#[derive(Debug)]
pub(crate) struct Ours {
    vantage: Vantage,
    suite: Suite,
    options: RunOptions,
}

impl Ours {
    /// The tests of these numbers.
    pub(crate) fn load(kind: Kind, greeting: &Greeting, numbers: Range<usize>) -> Result<Self> {
        let text = definitions::file(kind, greeting, &greeting.root, numbers)?;
        let source = Source::new("bench.yaml", &text);
        let suite = Suite::load(&[source], &[], |_| None).map_err(|found| {
            anyhow!(
                "the definition is invalid: {}",
                found.first().map(ToString::to_string).unwrap_or_default()
            )
        })?;
        Ok(Self { vantage: Vantage::system(), suite, options: RunOptions::default() })
    }

    /// Runs all tests, so many at a time.
    pub(crate) async fn run(&self, concurrency: usize) -> Result<()> {
        batch(self.suite.tests().len(), concurrency, |number| self.run_one(number)).await
    }

    /// Runs one test.
    pub(crate) async fn run_one(&self, number: usize) -> Result<()> {
        let test = self.suite.tests().get(number).context("there is no such test")?;
        let result = faultfinder_engine::run(&self.vantage, test, &self.options).await;
        ensure!(result.status == Status::Passed, "the test did not pass: {:?}", result.fault);
        Ok(())
    }
}
