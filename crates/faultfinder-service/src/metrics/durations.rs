//! How long runs and their phases took.

use faultfinder_engine::{Status, TestResult};
use faultfinder_taxonomy::Timings;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// The upper bounds of the buckets, in seconds: from a neighbor in the same rack to the longest time limit.
pub(super) const BOUNDS: [f64; 15] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

pub(super) type Histograms<L> = Family<L, Histogram, fn() -> Histogram>;

/// Histograms over [`BOUNDS`].
pub(super) fn histograms<L: Clone + std::hash::Hash + Eq>() -> Histograms<L> {
    Family::new_with_constructor(|| Histogram::new(BOUNDS))
}

/// How long runs and their phases took.
#[derive(Debug)]
pub(super) struct Durations {
    phases: Histograms<OfPhase>,
    runs: Histograms<OfRun>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfPhase {
    phase: &'static str,
    protocol: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRun {
    protocol: &'static str,
    status: &'static str,
}

impl Default for Durations {
    fn default() -> Self {
        Self { phases: histograms(), runs: histograms() }
    }
}

impl Durations {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register_with_unit(
            "faultfinder_phase_duration",
            "Duration of the phases of attempts that were reached",
            Unit::Seconds,
            self.phases.clone(),
        );
        registry.register_with_unit(
            "faultfinder_run_duration",
            "Duration of runs with all their attempts",
            Unit::Seconds,
            self.runs.clone(),
        );
    }

    pub(super) fn ran(&self, result: &TestResult) {
        let protocol = result.test_type.as_str();
        let earlier = result.attempts.iter().map(|attempt| &attempt.timings);
        for (phase, took) in earlier.chain([&result.timings]).flat_map(Timings::phases) {
            let labels = OfPhase { phase: phase.as_str(), protocol };
            self.phases.get_or_create(&labels).observe(took.as_secs_f64());
        }
        let status = match result.status {
            Status::Passed => "passed",
            Status::Failed => "failed",
            Status::Error => "error",
        };
        self.runs.get_or_create(&OfRun { protocol, status }).observe(result.duration_ms / 1_000.0);
    }
}
