//! Results into a format: some as they come, others when all are there.

use super::format::Format;
use crate::exit::Failure;
use crate::output::Output;
use crate::paint::Paint;
use crate::render::github::{self, Annotations};
use crate::render::junit::{Dialect, junit};
use crate::render::style::Style;
use crate::render::{datadog, html, tap};
use crate::runner::{Done, Keep, Sink};
use faultfinder_engine::{RunReport, Status, TestResult};
use serde::Serialize;
use serde_json::json;

/// A report that is being written.
pub(super) struct Report {
    format: Format,
    output: Output,
    style: Style,
    annotations: Option<Annotations>,
    /// What makes GitHub listen to commands again, while it does not.
    silenced: Option<u64>,
    /// How many results were written.
    written: usize,
    /// The room that lines of JSON are written in, one after the other.
    line: Vec<u8>,
}

impl Report {
    /// Begins a report of so many tests.
    pub(super) fn begin(
        format: Format,
        output: Output,
        style: Style,
        planned: usize,
    ) -> Result<Self, Failure> {
        let annotations = Annotations::here();
        let shown = annotations.is_some() && format.is_for_people() && output.is_stdout();
        let silenced = shown.then(crate::plan::drawn);
        let mut report = Self { format, output, style, annotations, silenced, written: 0, line: Vec::new() };
        if let Some(token) = silenced {
            report.output.write(&github::stop(token))?;
        }
        if format == Format::Tap {
            report.output.write(&tap::head(planned))?;
        }
        Ok(report)
    }

    /// Writes what comes at the end.
    pub(super) fn end(mut self, done: &Done) -> Result<(), Failure> {
        let report = &done.report;
        let text = match self.format {
            Format::Json => json(report)?,
            Format::Jsonl => last_line(report)?,
            Format::Junit => junit(report, &host(), Dialect::Linked),
            Format::Xunit => junit(report, &host(), Dialect::Strict),
            Format::Tap => self.last_points(report),
            Format::Html => html::html(report),
            Format::Datadog => pretty_json(&datadog::datadog(report))?,
            Format::Pretty => {
                let summary = crate::render::summary::summary(&report.summary, self.style.paint);
                format!("\n{}{summary}", failures(report, self.style.paint))
            }
        };
        self.output.write(&text)?;
        if let Some(token) = self.silenced {
            self.output.write(&github::resume(token))?;
        }
        self.annotate(report)?;
        self.output.close()
    }

    /// What is left of a TAP stream: the tests that were not run, or that the run was interrupted.
    fn last_points(&self, report: &RunReport) -> String {
        let summary = &report.summary;
        if summary.interrupted {
            return tap::bail_out(summary.total, summary.planned);
        }
        let numbers = self.written.saturating_add(1)..;
        numbers.zip(&report.not_run).map(|(number, test)| tap::skipped(number, test)).collect()
    }

    /// Annotations for GitHub: on standard output, unless there is a format for programs.
    fn annotate(&mut self, report: &RunReport) -> Result<(), Failure> {
        let Some(annotations) = &self.annotations else { return Ok(()) };
        let text = annotations.text(report);
        if self.output.is_stdout() && self.format.is_for_people() {
            return self.output.write(&text);
        }
        if self.output.is_stdout() {
            crate::output::note_unless_empty(&text);
            return Ok(());
        }
        crate::output::print(&text)
    }
}

impl Sink for Report {
    /// Thousands of results are a lot of memory: only those are kept that are needed again at the end.
    fn take(&mut self, result: &TestResult) -> Result<Keep, Failure> {
        if let Some(annotations) = &mut self.annotations {
            annotations.add(result);
        }
        self.written = self.written.saturating_add(1);
        match self.format {
            Format::Jsonl => {
                self.line.clear();
                serde_json::to_writer(&mut self.line, result).map_err(not_json)?;
                self.line.push(b'\n');
                self.output.add_bytes(&self.line)?;
                Ok(Keep::No)
            }
            Format::Tap => {
                self.output.add(&tap::point(self.written, result))?;
                Ok(Keep::No)
            }
            Format::Pretty => {
                self.output.add(&crate::render::result::result(result, self.style))?;
                Ok(if result.status == Status::Passed { Keep::No } else { Keep::Yes })
            }
            Format::Json | Format::Junit | Format::Xunit | Format::Html | Format::Datadog => Ok(Keep::Yes),
        }
    }

    fn flush(&mut self) -> Result<(), Failure> {
        self.output.flush()
    }
}

/// The failed tests once more, a line each, when there are so many results that they have scrolled away.
fn failures(report: &RunReport, paint: Paint) -> String {
    const FEW: usize = 3;
    if report.summary.total <= FEW {
        return String::new();
    }
    let mut text = String::new();
    for result in report.results.iter().filter(|result| result.status != Status::Passed) {
        let title =
            result.fault.as_ref().map(|fault| crate::render::fault::title(fault, paint)).unwrap_or_default();
        let mark = crate::render::style::mark(result.status, paint);
        let place = paint.faint(&crate::render::result::place(result));
        text.push_str(&format!("{mark} {}  {title}  {place}\n", crate::render::result::name(result)));
    }
    text
}

/// The report as JSON.
pub(crate) fn json(report: &RunReport) -> Result<String, Failure> {
    pretty_json(report)
}

fn pretty_json(report: &impl Serialize) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(report)
        .map_err(|error| Failure::ourselves("cannot write the report as JSON", &error))?;
    Ok(format!("{text}\n"))
}

/// A result that cannot be written.
#[expect(clippy::needless_pass_by_value, reason = "a function for `map_err`")]
fn not_json(error: serde_json::Error) -> Failure {
    Failure::ourselves("cannot write a result as JSON", &error)
}

fn line(result: &impl Serialize) -> Result<String, Failure> {
    Ok(format!("{}\n", serde_json::to_string(result).map_err(not_json)?))
}

/// The last line of a run that was cut off: without it, the lines look like all there is.
fn last_line(report: &RunReport) -> Result<String, Failure> {
    if report.not_run.is_empty() {
        return Ok(String::new());
    }
    line(&json!({"version": report.version, "summary": report.summary, "not_run": report.not_run}))
}

/// The name of this machine.
fn host() -> String {
    let kernel = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let name = kernel.or_else(|| std::env::var("HOSTNAME").ok());
    name.map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "localhost".to_owned())
}
