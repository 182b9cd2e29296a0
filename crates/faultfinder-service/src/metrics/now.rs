//! What others count: read when the text is written.

use super::out::{Labels, Out};
use super::process;
use crate::Timestamp;
use crate::definitions::Loaded;
use crate::schedule::{DELAY_BOUNDS, MissedReason, Stats};
use crate::service::Service;
use crate::store::WriterStats;
use faultfinder_alert::State;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use std::fmt::Error;
use std::sync::Arc;

/// A service, to be asked how it is.
#[derive(Debug)]
pub(super) struct Now(pub(super) Arc<Service>);

impl Collector for Now {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> Result<(), Error> {
        let (service, mut out) = (&self.0, Out(encoder));
        program(&mut out, service.metrics().started_at)?;
        process::write(&mut out)?;
        if let Some(scheduler) = service.scheduler() {
            schedule(&mut out, &scheduler.stats(), service.config().in_flight_max)?;
        }
        store(&mut out, service.store().kind(), &service.writer().stats(), service.now())?;
        alerts(&mut out, service)?;
        if let Some(loaded) = service.loaded() {
            definitions(&mut out, &loaded)?;
        }
        if let Some(modules) = service.modules() {
            let (is_current, read_at) = modules.state(service.now());
            exporter(&mut out, is_current, read_at)?;
        }
        service.metrics().results.write(&mut out, &service.config().location)
    }
}

/// Seconds since 1970.
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53 milliseconds, which is 285,000 years")]
fn seconds(moment: Timestamp) -> f64 {
    moment.millis() as f64 / 1_000.0
}

/// Counts as they are written.
fn whole(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn program(out: &mut Out<'_>, started_at: Timestamp) -> Result<(), Error> {
    let labels: Labels<'_, 1> = [("version", env!("CARGO_PKG_VERSION"))];
    out.info("faultfinder_build", "Version of the program.", &labels)?;
    let help = "Start time of the service, in seconds since 1970.";
    out.gauge("process_start_time_seconds", help, seconds(started_at))
}

fn schedule(out: &mut Out<'_>, stats: &Stats, places: usize) -> Result<(), Error> {
    let gauges = [
        ("faultfinder_schedule_tests", "Tests with a schedule.", stats.tests),
        ("faultfinder_schedule_queued_runs", "Due runs that wait in the queue.", stats.queued),
        ("faultfinder_schedule_waiting_runs", "Runs requested over the API that wait.", stats.waiting),
        ("faultfinder_schedule_in_flight_runs", "Runs in progress.", stats.in_flight),
        ("faultfinder_schedule_places", "Maximum number of runs in progress.", places),
        ("faultfinder_schedule_open_places", "Runs that may be in progress now.", stats.open),
    ];
    for (name, help, value) in gauges {
        out.gauge(name, help, whole(value))?;
    }
    out.counter("faultfinder_schedule_started_runs", "Due runs that started.", stats.started)?;
    let missed = MissedReason::ALL.into_iter().map(|reason| {
        let labels: Labels<'_, 1> = [("reason", reason.as_str())];
        (labels, stats.missed_by(reason))
    });
    let help = "Due runs that did not happen because of this host.";
    out.counters("faultfinder_schedule_missed_runs", help, missed)?;
    let bounds = DELAY_BOUNDS.into_iter().chain([f64::INFINITY]);
    let buckets: Vec<(f64, u64)> = bounds.zip(stats.delays.buckets).collect();
    let help = "Delay between the due time and the start of runs.";
    out.histogram("faultfinder_schedule_delay_seconds", help, &buckets, stats.delays.sum)
}

/// What blackbox_exporter says of its file, by its names: alert rules ask for them.
fn exporter(out: &mut Out<'_>, is_current: bool, read_at: Option<Timestamp>) -> Result<(), Error> {
    let help = "Whether the file with the modules of /probe could be read when it changed last.";
    out.gauge("blackbox_exporter_config_last_reload_successful", help, u64::from(is_current))?;
    let help = "When the file with the modules of /probe was read last, in seconds since 1970.";
    let at = read_at.map_or(0.0, seconds);
    out.gauge("blackbox_exporter_config_last_reload_success_timestamp_seconds", help, at)
}

fn store(out: &mut Out<'_>, kind: &str, stats: &WriterStats, now: Timestamp) -> Result<(), Error> {
    let labels: Labels<'_, 1> = [("kind", kind)];
    out.info("faultfinder_store", "Where results are stored.", &labels)?;
    let gauges = [
        ("faultfinder_store_buffered_results", "Results that wait to be written.", stats.buffered),
        (
            "faultfinder_store_buffered_bytes",
            "Size in bytes of the results that wait to be written.",
            stats.bytes,
        ),
        (
            "faultfinder_store_reserved_results",
            "Runs that have reserved room and have no result yet.",
            stats.reserved,
        ),
    ];
    for (name, help, value) in gauges {
        out.gauge(name, help, whole(value))?;
    }
    let commits = &stats.commits;
    out.counter("faultfinder_store_written_results", "Results that are durable.", commits.written)?;
    let help = "Results that the store refused while it accepted others.";
    out.counter("faultfinder_store_refused_results", help, commits.refused)?;
    let rows = [("succeeded", commits.succeeded), ("failed", commits.failed)].map(|(outcome, count)| {
        let labels: Labels<'_, 1> = [("outcome", outcome)];
        (labels, count)
    });
    out.counters("faultfinder_store_commits", "Commits of results; failed ones are retried.", rows)?;
    let away = commits.away_since.map_or(0.0, |since| now.since(since).as_secs_f64());
    out.gauge(
        "faultfinder_store_away_seconds",
        "How long commits have been failing; 0 if the last one succeeded.",
        away,
    )
}

fn alerts(out: &mut Out<'_>, service: &Service) -> Result<(), Error> {
    let counts = service.alerts().counts();
    let rows =
        [State::Pending, State::Alerting, State::Recovering, State::NoData, State::Error].map(|state| {
            let labels: Labels<'_, 1> = [("state", state.as_str())];
            (labels, whole(counts.get(&state).copied().unwrap_or(0)))
        });
    out.gauges("faultfinder_alert_states", "Tests by the state of their alert; all others are normal.", rows)
}

fn definitions(out: &mut Out<'_>, loaded: &Loaded) -> Result<(), Error> {
    let help = "Tests from files.";
    out.gauge("faultfinder_definitions_tests", help, whole(loaded.tests))?;
    let help = "Whether the tests match the current files (1), or an earlier version of them (0).";
    out.gauge("faultfinder_definitions_current", help, i64::from(loaded.is_current()))?;
    let rows = [("good", loaded.good()), ("bad", loaded.bad)].map(|(state, count)| {
        let labels: Labels<'_, 1> = [("state", state)];
        (labels, whole(count))
    });
    let help = "Definition files, by whether the service can use them as they are.";
    out.gauges("faultfinder_definition_files", help, rows)?;
    let help = "Errors in the current definition files.";
    out.gauge("faultfinder_definitions_errors", help, whole(loaded.errors))?;
    let Some(good_at) = loaded.good_at else { return Ok(()) };
    let help = "Time of the last load without an error, in seconds since 1970.";
    out.gauge("faultfinder_definitions_good_load_timestamp_seconds", help, seconds(good_at))
}
