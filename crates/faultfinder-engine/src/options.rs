//! How tests are run.

use crate::offload::Offload;
use rand::{Rng as _, SeedableRng as _};
use std::sync::Arc;
use std::time::Duration;

/// How tests are run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunOptions {
    /// Name of the place that runs them. `local`.
    pub location: String,
    /// The seed of generated values; random ones when there is none.
    pub seed: Option<u64>,
    /// How long a run may take with all of its attempts: none begins later. Without it, only the attempts,
    /// their pauses and their number limit the run.
    pub run_time: Option<Duration>,
    /// The id of the test, which `{{ public-id }}` stands for; [`PlannedTest::id`](crate::PlannedTest::id) when there is none.
    pub test_id: Option<Arc<str>>,
    /// The id of the result, which `{{ result-id }}` stands for, as the bits of a UUID; a random one when there is none and the
    /// test uses it.
    pub result_id: Option<u128>,
    /// Whether there are no automatic retries: an earlier run of this test ended in `AUTHENTICATION_ERROR`, and neither
    /// the test nor a secret that it uses has changed since. The result says so.
    pub retries_off: bool,
    /// Where assertions are evaluated that take long; without it, on the thread that runs the test.
    pub offload: Option<Offload>,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            location: "local".to_owned(),
            seed: None,
            run_time: None,
            test_id: None,
            result_id: None,
            retries_off: false,
            offload: None,
        }
    }
}

impl RunOptions {
    /// 64 random bits at a time, from a seed or from the system. The generator is made when it is first needed: most
    /// tests generate nothing.
    pub(crate) fn randomness(&self) -> impl FnMut() -> u64 + use<> {
        let seed = self.seed;
        let mut seeded = None;
        move || match seed {
            Some(seed) => seeded.get_or_insert_with(|| rand::rngs::StdRng::seed_from_u64(seed)).next_u64(),
            None => rand::random(),
        }
    }
}
