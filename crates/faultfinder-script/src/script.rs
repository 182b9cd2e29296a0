//! A script: checked, and run within limits.

use crate::apart::{NoResult, apart};
use crate::rejections::Rejections;
use crate::{Failure, FailureKind, Finished, Input, Variable};
use rquickjs::{CatchResultExt as _, CaughtError, Context, Ctx, Function, Runtime};
use rustix::time::{ClockId, clock_gettime};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

/// Most bytes of a script.
pub const CODE_BYTES_MAX: usize = 100_000;

/// How long a script may run: time of the processor, so that a busy host changes nothing.
pub const TIME_MAX: Duration = Duration::from_millis(500);

/// What it takes to start an engine and read a script, as if it were so many bytes of the program of a regular expression: some
/// milliseconds.
pub const STARTING_BYTES: usize = 256 << 10;

/// How long a script is waited for when it does not end although its time is over: a single instruction of it takes long. It
/// is left behind then.
pub const WAIT_MAX: Duration = Duration::from_secs(5);

/// Most memory that a script may have, with what it is given.
pub const MEMORY_BYTES_MAX: usize = 64 << 20;

/// How deep calls may go, in bytes of the stack: a part of what its thread has.
const STACK_BYTES_MAX: usize = 256 << 10;

/// Most characters that are kept of what a script prints.
pub const OUTPUT_CHARS_MAX: usize = 10_000;

/// Most variables that a script sets.
pub const VARIABLES_MAX: usize = 100;

/// Most callbacks of promises that are run after the script.
const JOBS_MAX: usize = 10_000;

/// Lines that the engine puts before the text of a function.
const LINES_BEFORE: u32 = 2;

/// `dd` and all that belongs to it: a function of the input and the script that returns what came of it.
const PRELUDE: &str = include_str!("prelude.js");

/// A script whose syntax is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script(Arc<str>);

/// Why a text is not a script.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: what is wrong and where")]
pub struct ScriptError {
    /// What is wrong.
    pub message: String,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column, from 1.
    pub column: Option<u32>,
}

impl std::fmt::Display for ScriptError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.line, self.column) {
            (Some(line), Some(column)) => {
                write!(f, "{} (line {line}, column {column} of the script)", self.message)
            }
            _ => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for ScriptError {}

impl Script {
    /// Checks the syntax of a script.
    ///
    /// # Errors
    ///
    /// It has more than [`CODE_BYTES_MAX`] bytes, or is not JavaScript.
    pub fn new(code: &str) -> Result<Self, ScriptError> {
        let error = |message: String| ScriptError { message, line: None, column: None };
        if code.len() > CODE_BYTES_MAX {
            return Err(error(format!("a script has at most {CODE_BYTES_MAX} bytes, found {}", code.len())));
        }
        let script = Self(code.into());
        // The same way as when it runs, so that places are counted alike; not apart, as reading a script ends, and must not fail
        // because others run.
        let ended = script.call("", true);
        match ended {
            Ok(Finished { failure: None, .. }) => Ok(script),
            Ok(Finished { failure: Some(Failure { message, line, column, .. }), .. })
            | Err(Failure { message, line, column, .. }) => Err(ScriptError { message, line, column }),
        }
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it but spaces, comments and semicolons.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let mut rest = self.0.trim_start_matches(is_nothing);
        while !rest.is_empty() {
            let after = match (rest.strip_prefix("//"), rest.strip_prefix("/*")) {
                (Some(comment), _) => comment.split_once(['\n', '\r', '\u{2028}', '\u{2029}']),
                (_, Some(comment)) => comment.split_once("*/"),
                _ => return false,
            };
            rest = after.map_or("", |(_, after)| after).trim_start_matches(is_nothing);
        }
        true
    }

    /// Runs it.
    #[must_use]
    pub fn run(&self, input: &Input<'_>) -> Finished {
        let text =
            serde_json::json!({ "response": input.response, "variables": input.variables }).to_string();
        match self.apart(text) {
            Ok(finished) => finished,
            Err(failure) => Finished { failure: Some(failure), ..Finished::default() },
        }
    }

    /// Calls the prelude on a thread of its own.
    fn apart(&self, input: String) -> Result<Finished, Failure> {
        let script = self.clone();
        apart(WAIT_MAX, move || script.call(&input, false)).unwrap_or_else(|why| {
            Err(match why {
                NoResult::Late => failure(
                    FailureKind::Time,
                    &format!("a single instruction of it ran for more than {} s", WAIT_MAX.as_secs()),
                ),
                NoResult::Full => failure(
                    FailureKind::Time,
                    "it was not run: other scripts have not ended, and take all the time that there is for scripts",
                ),
                NoResult::Failed => failure(FailureKind::Error, "the engine failed"),
            })
        })
    }

    /// Calls the prelude in an engine of its own.
    fn call(&self, input: &str, check_only: bool) -> Result<Finished, Failure> {
        let ours = |error: rquickjs::Error| {
            failure(FailureKind::Error, &format!("the engine cannot be started: {error}"))
        };
        let runtime = Runtime::new().map_err(ours)?;
        runtime.set_memory_limit(MEMORY_BYTES_MAX);
        runtime.set_max_stack_size(STACK_BYTES_MAX);
        let begin = processor_time();
        let is_over = move || processor_time().saturating_sub(begin) > TIME_MAX;
        runtime.set_interrupt_handler(Some(Box::new(is_over)));
        let context = Context::full(&runtime).map_err(ours)?;
        let rejections = Rejections::of(&runtime);
        let call = |ctx: &Ctx<'_>| -> Result<Option<String>, rquickjs::Error> {
            let prelude: Function<'_> = ctx.eval(PRELUDE)?;
            let limits = (OUTPUT_CHARS_MAX, VARIABLES_MAX);
            let end: Function<'_> = prelude.call((input, &*self.0, check_only, limits.0, limits.1))?;
            // A callback that is interrupted ends like any other: the time tells.
            let are_all_run = (0..=JOBS_MAX).any(|_| is_over() || !ctx.execute_pending_job());
            if !are_all_run || rejections.are_too_many() {
                return Ok(None);
            }
            let rejection = rejections.first(ctx);
            end.call((rejection.is_some(), rejection)).map(Some)
        };
        let answer = context.with(|ctx| call(&ctx).catch(&ctx).map_err(|error| of_engine(&error, is_over())));
        rejections.clear();
        if is_over() {
            return Err(late());
        }
        let Some(answer) = answer? else {
            let message =
                format!("its promises have more than {JOBS_MAX} callbacks, or too many are rejected");
            return Err(failure(FailureKind::Time, &message));
        };
        let ended: Ended = serde_json::from_str(&answer)
            .map_err(|_| failure(FailureKind::Error, "the script has changed how JSON is written"))?;
        Ok(ended.into())
    }
}

/// What means nothing between comments.
fn is_nothing(character: char) -> bool {
    character.is_whitespace() || matches!(character, ';' | '\u{feff}')
}

/// The time that this thread has had.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

fn failure(kind: FailureKind, message: &str) -> Failure {
    Failure { kind, message: message.to_owned(), line: None, column: None }
}

fn late() -> Failure {
    failure(FailureKind::Time, &format!("it ran for more than {} ms", TIME_MAX.as_millis()))
}

/// What no script can catch, or what happened around it.
fn of_engine(error: &CaughtError<'_>, is_over: bool) -> Failure {
    if is_over {
        return late();
    }
    let text = match error {
        CaughtError::Exception(exception) => exception.message().unwrap_or_default(),
        other => other.to_string(),
    };
    if text.contains("out of memory") || text.is_empty() {
        return failure(FailureKind::Memory, &out_of_memory());
    }
    failure(FailureKind::Error, &text)
}

fn out_of_memory() -> String {
    format!("it needed more than {} MiB of memory", MEMORY_BYTES_MAX >> 20)
}

/// What the prelude returns.
#[derive(Deserialize)]
struct Ended {
    variables: Vec<Variable>,
    output: String,
    failure: Option<Thrown>,
}

/// What was thrown.
#[derive(Deserialize)]
struct Thrown {
    name: String,
    message: String,
    stack: String,
}

impl From<Ended> for Finished {
    fn from(ended: Ended) -> Self {
        Self { variables: ended.variables, output: ended.output, failure: ended.failure.map(Failure::from) }
    }
}

impl From<Thrown> for Failure {
    fn from(Thrown { name, message, stack }: Thrown) -> Self {
        let (line, column) = place(&stack).unzip();
        let (kind, message) = match name.as_str() {
            "AssertionError" => (FailureKind::Assertion, message),
            "InternalError" if message.contains("out of memory") => (FailureKind::Memory, out_of_memory()),
            "InternalError" | "RangeError" if message.contains("stack") => {
                (FailureKind::Memory, "calls in it went too deep".to_owned())
            }
            "" | "Error" => (FailureKind::Error, message),
            _ => (FailureKind::Error, format!("{name}: {message}")),
        };
        Self { kind, message, line, column }
    }
}

/// The first place in the script that a stack names: `<input>:LINE:COLUMN`.
fn place(stack: &str) -> Option<(u32, u32)> {
    stack.split("<input>:").skip(1).find_map(|place| {
        let mut numbers = place.split(|c: char| !c.is_ascii_digit()).map(str::parse::<u32>);
        let (line, column) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
        Some((line.checked_sub(LINES_BEFORE).filter(|line| *line > 0)?, column))
    })
}
