//! What a file defines.

use crate::reference::Reference;
use crate::written::Fields;
use crate::{ActiveTimes, AlertRule, Heartbeat, Place, ScriptSource, Source, Spanned, Text, Variable};
use faultfinder_taxonomy::Protocol;
use faultfinder_taxonomy::word::{GroupKind, Severity};
use std::sync::Arc;
use std::time::Duration;

/// A file of definitions, read.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "closed: what a file holds")]
pub struct Document {
    /// The file.
    pub source: Arc<Source>,
    /// The files whose variables it takes over, as they are named: paths from the folder of the file. Nobody has read them yet.
    pub include: Vec<Spanned<String>>,
    /// Its variables, in order.
    pub variables: Vec<Variable>,
    /// Names of variables that could not be read, or get a value from what could not be: what is wrong with them was reported,
    /// and not their use.
    pub unread_variables: Vec<String>,
    /// Whether there may be more variables than those of which a name is known: a list of them or a file with them could not be
    /// read. Then no use of a variable is reported, and why that is so must have been.
    pub has_more_variables: bool,
    /// Its tests, in order; those with an error are missing.
    pub tests: Vec<Test>,
    /// Every `{{ NAME }}` in it, also of tests that are missing.
    pub references: Vec<Reference>,
    /// Every `{NAME}` in it, up to a thousand: plain text that may be meant as a variable.
    pub look_alikes: Vec<Reference>,
}

/// A test as written, with the file's defaults filled in.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "closed: what a test says")]
pub struct Test {
    /// Its name; unique in the file as written.
    pub name: Text,
    /// What it is in the file: `tests[0]`; nothing when the file is this one test.
    pub path: Option<String>,
    /// What it does.
    pub content: Content,
    /// A script that sets variables before anything is sent.
    pub script: Option<ScriptSource>,
    /// How often it runs on a schedule, 1 s to 7 days.
    pub every: Option<Duration>,
    /// The times in which it does so; nothing when it always does.
    pub active: Option<Arc<ActiveTimes>>,
    /// Whether a service leaves it off its schedule.
    pub paused: bool,
    /// What happens when it fails.
    pub retry: Retry,
    /// When somebody is alerted of it; nothing when neither it nor the file says.
    pub alert: Option<Arc<AlertRule>>,
    /// Words to group it by.
    pub tags: Vec<Spanned<String>>,
    /// A hash of what is written of it and in the file's `defaults`, without places and comments: another one when either
    /// has changed. Means nothing to another build of this program.
    pub fingerprint: u64,
}

/// What a test does.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_enums, reason = "closed: one request, several steps, or a heartbeat")]
pub enum Content {
    /// It sends one request.
    Exchange(Exchange),
    /// It carries out several steps, one after the other.
    Steps(Steps),
    /// It waits for what reports by itself.
    Heartbeat(Heartbeat),
}

/// A request, and what is made of its answer.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "closed: what a request and its answer are for")]
pub struct Exchange {
    /// What is asked.
    pub request: Request,
    /// What must hold of the answer. Their syntax has not been looked at.
    pub assertions: Vec<AssertionSource>,
}

/// The steps of a test.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "closed: steps and what holds for all of them")]
pub struct Steps {
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// How long all of them may take together.
    pub overall_timeout: Duration,
    /// Whether cookies that HTTP answers set are sent in later steps.
    pub persist_cookies: bool,
}

/// One of several steps.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "closed: what a step says")]
pub struct Step {
    /// Its name, if it has one.
    pub name: Option<Text>,
    /// Where it begins.
    pub place: Place,
    /// What it is in the file: `tests[0].steps[1]`.
    pub path: Option<String>,
    /// What it does.
    pub action: Action,
    /// What happens when it fails.
    pub retry: Retry,
    /// What later steps need of its answer.
    pub extractions: Vec<ExtractionSource>,
    /// A script that makes variables of its answer.
    pub script: Option<ScriptSource>,
    /// Whether and how often it is carried out again until something holds.
    pub repeat: Option<Repeat>,
    /// Whether the next step follows even if this one fails.
    pub allow_failure: bool,
    /// Whether the test fails if this step does, although the next steps follow.
    pub critical: bool,
    /// Whether the test ends, and passes, if this step passes.
    pub exit_if_succeed: bool,
    /// Whether it is carried out even if a step before it has ended the test.
    pub always_run: bool,
}

/// What a step does.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_enums, reason = "closed: a request, a pause, another test")]
pub enum Action {
    /// It sends a request.
    Exchange(Exchange),
    /// It waits.
    Wait(Duration),
    /// It carries out what another test of the file does.
    Run(Spanned<String>),
}

/// What a later step needs of an answer.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "closed: what is read of an answer, and under which name")]
pub struct ExtractionSource {
    /// The variable that gets the value.
    pub name: Spanned<String>,
    /// What is read: a subject, as assertions name it. Its syntax has not been looked at.
    pub subject: Spanned<String>,
    /// A regular expression that takes a part of that.
    pub regex: Option<Spanned<String>>,
    /// The group of the regular expression, by number or name; without it the first one, or all if it has none.
    pub group: Option<Spanned<String>>,
    /// Whether the value is replaced by `***` wherever it would be seen.
    pub secret: bool,
}

/// How often a step is carried out until something holds.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "closed: what is waited for, and how long")]
pub struct Repeat {
    /// What must hold. The assertions of the step are evaluated on the answer of which it does.
    pub until: Vec<AssertionSource>,
    /// How often the step is carried out at most.
    pub times: u32,
    /// Pause between two of them.
    pub interval: Duration,
}

/// What a test asks.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "closed: a protocol and its fields")]
pub struct Request {
    /// The protocol it speaks.
    pub protocol: Protocol,
    /// Its fields.
    pub fields: Fields,
}

/// When a failed run is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: how often and when")]
pub struct Retry {
    /// How often, 0 to 5.
    pub count: u8,
    /// Pause before each, up to 60 s.
    pub interval: Duration,
}

/// An assertion as written: one line, a mapping of the same pieces, or a group of assertions.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_enums, reason = "closed: the forms of an assertion")]
pub enum AssertionSource {
    /// `[warn:] [not] SUBJECT OPERATOR VALUE [UNIT]`
    Line(Text),
    /// The pieces: `subject`, `operator`, `value`, `unit`, `not`, `severity`.
    Fields(Box<Fields>),
    /// Several of which some must hold.
    Group(Box<AssertionGroup>),
    /// A line whose failure is only reported.
    Warning(Text),
    /// A script, and what follows when it fails.
    Script(ScriptSource, Severity),
}

/// Several assertions of which some must hold.
#[derive(Debug, Clone)]
#[expect(clippy::exhaustive_structs, reason = "closed: assertions, and how many of them must hold")]
pub struct AssertionGroup {
    /// How many must hold.
    pub kind: GroupKind,
    /// The assertions.
    pub parts: Vec<AssertionSource>,
    /// `not` and `severity`.
    pub options: Fields,
}

impl Content {
    /// The steps; nothing if it is one request.
    #[must_use]
    pub const fn steps(&self) -> Option<&Steps> {
        match self {
            Self::Exchange(_) | Self::Heartbeat(_) => None,
            Self::Steps(steps) => Some(steps),
        }
    }
}

impl Test {
    /// All scripts in it.
    #[must_use]
    pub fn scripts(&self) -> Vec<&ScriptSource> {
        let mut scripts: Vec<&ScriptSource> = self.script.iter().collect();
        match &self.content {
            Content::Exchange(exchange) => {
                scripts.extend(exchange.assertions.iter().flat_map(AssertionSource::scripts));
            }
            Content::Steps(steps) => {
                for step in &steps.steps {
                    scripts.extend(&step.script);
                    let until = step.repeat.iter().flat_map(|repeat| &repeat.until);
                    let assertions = match &step.action {
                        Action::Exchange(exchange) => exchange.assertions.as_slice(),
                        Action::Wait(_) | Action::Run(_) => &[],
                    };
                    scripts.extend(assertions.iter().chain(until).flat_map(AssertionSource::scripts));
                }
            }
            Content::Heartbeat(_) => {}
        }
        scripts
    }

    /// Its request and what must hold of the answer; nothing if it has steps.
    #[must_use]
    pub const fn exchange(&self) -> Option<&Exchange> {
        match &self.content {
            Content::Exchange(exchange) => Some(exchange),
            Content::Steps(_) | Content::Heartbeat(_) => None,
        }
    }
}

impl AssertionSource {
    /// Where it was written.
    #[must_use]
    pub const fn place(&self) -> Place {
        match self {
            Self::Line(text) | Self::Warning(text) => text.place(),
            Self::Fields(fields) => fields.place(),
            Self::Group(group) => group.options.place(),
            Self::Script(script, _) => script.place(),
        }
    }

    /// The scripts in it.
    #[must_use]
    pub fn scripts(&self) -> Vec<&ScriptSource> {
        match self {
            Self::Script(script, _) => vec![script],
            Self::Group(group) => group.parts.iter().flat_map(Self::scripts).collect(),
            Self::Line(_) | Self::Fields(_) | Self::Warning(_) => Vec::new(),
        }
    }
}
