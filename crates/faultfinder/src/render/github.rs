//! Annotations for GitHub Actions: workflow commands that mark the line of a test that failed.
//!
//! The runner reads commands from standard output and from standard error. They go to standard output with the results for
//! people, and to standard error when a format for programs is there, which they would break.

use super::label::label;
use super::text::is_steering;
use faultfinder_engine::{RunReport, Status, TestResult};
use faultfinder_spec::{Diagnostic, Severity, Source};
use std::path::{Component, Path, PathBuf};

/// Most annotations of a call. GitHub shows 10 of a step, and 50 of a job.
const ANNOTATIONS_MAX: usize = 50;

/// Whether GitHub Actions runs this process.
fn is_here() -> bool {
    std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// Collects annotations, up to a limit, and counts the others.
#[derive(Debug, Default)]
pub(crate) struct Annotations {
    repository: Repository,
    lines: Vec<String>,
    more: usize,
}

impl Annotations {
    /// None yet, if GitHub Actions runs this process.
    pub(crate) fn here() -> Option<Self> {
        is_here().then(|| Self { repository: Repository::here(), ..Self::default() })
    }

    /// Adds the annotation of a result that did not pass.
    pub(crate) fn add(&mut self, result: &TestResult) {
        let Some(fault) = result.fault.as_ref().filter(|_| result.status != Status::Passed) else { return };
        if self.lines.len() >= ANNOTATIONS_MAX {
            self.more = self.more.saturating_add(1);
            return;
        }
        let title = label(&result.name, result.repetition);
        let mut message = fault.to_string();
        for hint in &fault.hints {
            message.push_str(&format!("\n{hint}"));
        }
        let place = [("file", self.repository.path(&result.file)), ("line", result.line.to_string())];
        self.lines.push(command("error", &place, &title, &message));
    }

    /// All of them, and what else there is to say of the run.
    pub(crate) fn text(&self, report: &RunReport) -> String {
        let mut text: String = self.lines.concat();
        if self.more > 0 {
            let count = crate::diagnostics::plural(self.more, "more test", "more tests");
            text.push_str(&command(
                "error",
                &[],
                "faultfinder",
                &format!("{count} did not pass: see the log"),
            ));
        }
        let summary = &report.summary;
        if let Some(test) = report.not_run.first() {
            let message =
                format!("{} of {} tests were done; {}", summary.total, summary.planned, test.reason.reason());
            text.push_str(&command("warning", &[], "faultfinder", &message));
        }
        text
    }
}

/// What is wrong with definition files, in GitHub Actions; nothing elsewhere.
pub(crate) fn of_files(found: &[(Source, Vec<Diagnostic>)]) -> String {
    if !is_here() {
        return String::new();
    }
    let repository = Repository::here();
    let all = found.iter().flat_map(|(_, diagnostics)| diagnostics);
    all.take(ANNOTATIONS_MAX)
        .map(|diagnostic| {
            let level = match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            let file = diagnostic.source.strip_prefix("./").unwrap_or(&diagnostic.source);
            let place = [
                ("file", repository.path(file)),
                ("line", diagnostic.place.line.to_string()),
                ("col", diagnostic.place.column.to_string()),
            ];
            let help = diagnostic.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
            command(level, &place, "definition", &format!("{}{help}", diagnostic.message))
        })
        .collect()
}

/// The command that makes the runner ignore commands until [`resume`] with the same token. What targets send is shown to
/// people as it came, and could be a command.
pub(crate) fn stop(token: u64) -> String {
    format!("::stop-commands::faultfinder-{token:016x}\n")
}

/// The end of [`stop`].
pub(crate) fn resume(token: u64) -> String {
    format!("::faultfinder-{token:016x}::\n")
}

/// `::error file=a.yaml,line=3,title=up::it is down`.
fn command(level: &str, place: &[(&str, String)], title: &str, message: &str) -> String {
    let mut properties: Vec<String> =
        place.iter().map(|(name, value)| format!("{name}={}", property(value))).collect();
    properties.push(format!("title={}", property(title)));
    format!("::{level} {}::{}\n", properties.join(","), data(message))
}

/// Text as the message of a command. What steers a terminal is shown instead: logs have it as it is.
fn data(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '%' => shown.push_str("%25"),
            '\r' => shown.push_str("%0D"),
            '\n' => shown.push_str("%0A"),
            '\t' => shown.push('\t'),
            letter if is_steering(letter) => shown.extend(letter.escape_unicode()),
            letter => shown.push(letter),
        }
    }
    shown
}

/// Text as the value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Where the repository and this process are: GitHub looks for files from the top of the repository, which need not be the
/// current folder.
#[derive(Debug, Default)]
struct Repository {
    top: Option<PathBuf>,
    here: Option<PathBuf>,
}

impl Repository {
    fn here() -> Self {
        let top = std::env::var_os("GITHUB_WORKSPACE").map(PathBuf::from);
        Self { top, here: std::env::current_dir().ok() }
    }

    /// The path of a file from the top of the repository.
    fn path(&self, file: &str) -> String {
        match (&self.top, &self.here) {
            (Some(top), Some(here)) => below(top, here, file),
            _ => file.to_owned(),
        }
    }
}

/// The path of a file, meant from `here`, as one from `top`; as it is when it is not below it.
fn below(top: &Path, here: &Path, file: &str) -> String {
    let mut whole = PathBuf::new();
    for part in here.join(file).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                whole.pop();
            }
            part => whole.push(part),
        }
    }
    whole.strip_prefix(top).map_or_else(|_| file.to_owned(), |path| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixture;
    use faultfinder_engine::CutOff;

    #[test]
    fn texts_are_escaped_for_their_place() {
        let place = [("file", "a,b:c.yaml".to_owned())];
        assert_eq!(
            command("error", &place, "50 %: a,b", "1:2,3\r\n100 %"),
            "::error file=a%2Cb%3Ac.yaml,title=50 %25%3A a%2Cb::1:2,3%0D%0A100 %25\n"
        );
        let steering = command("error", &[], "a\u{1b}[31m", "\u{1b}]0;title\u{7}");
        assert_eq!(steering, "::error title=a\\u{1b}[31m::\\u{1b}]0;title\\u{7}\n");
    }

    #[test]
    fn annotations_are_bounded_and_the_rest_is_counted() {
        let mut annotations = Annotations::default();
        annotations.add(&fixture::passed());
        for _ in 0..ANNOTATIONS_MAX + 3 {
            annotations.add(&fixture::refused());
        }
        let mut report = RunReport::new(Vec::new(), 1.0);
        let text = annotations.text(&report);
        assert_eq!(text.lines().count(), ANNOTATIONS_MAX + 1, "{text}");
        assert!(
            text.starts_with("::error file=tests/shop.yaml,line=7,title=shop is up::CONNREFUSED (ECON"),
            "{text}"
        );
        assert!(text.ends_with("::3 more tests did not pass: see the log\n"), "{text}");
        report.not_run = vec![fixture::not_run(CutOff::Interrupted)];
        report.summary.planned = 54;
        let text = annotations.text(&report);
        assert!(text.ends_with("::0 of 54 tests were done; not run: the run was interrupted\n"), "{text}");
    }

    #[test]
    fn files_are_meant_from_the_top_of_the_repository() {
        let check = |here: &str, file: &str, expected: &str| {
            assert_eq!(below(Path::new("/repo"), Path::new(here), file), expected, "{here} {file}");
        };
        check("/repo", "a.yaml", "a.yaml");
        check("/repo/ci", "tests/a.yaml", "ci/tests/a.yaml");
        check("/repo/ci", "../tests/a.yaml", "tests/a.yaml");
        check("/repo", "/repo/x/a.yaml", "x/a.yaml");
        check("/repo", "/tmp/a.yaml", "/tmp/a.yaml");
        check("/elsewhere", "a.yaml", "a.yaml");
    }
}
