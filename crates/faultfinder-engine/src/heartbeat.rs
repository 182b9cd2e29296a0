//! What is known of a heartbeat at load.

use crate::render::{Awaited, Moment, Renderer, Values};
use crate::scope::Scope;
use faultfinder_spec::{Diagnostic, Heartbeat, Source, Test, Text};
use std::sync::Arc;
use std::time::Duration;

/// Characters of a key.
const KEY_CHARS: std::ops::RangeInclusive<usize> = 10..=200;

/// What is known of a heartbeat at load.
pub struct PlannedHeartbeat {
    key: Option<Arc<str>>,
    grace: Duration,
    longest_run: Option<Duration>,
    pub(crate) objection: Option<Box<Diagnostic>>,
}

impl std::fmt::Debug for PlannedHeartbeat {
    /// Without the key, which is a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlannedHeartbeat")
            .field("grace", &self.grace)
            .field("longest_run", &self.longest_run)
            .finish_non_exhaustive()
    }
}

impl PlannedHeartbeat {
    pub(crate) fn new(test: &Test, written: &Heartbeat, source: &Source, scope: &Scope) -> Self {
        let (key, objection) = match written.key.as_ref().map(|text| key(text, scope)) {
            None => (None, None),
            Some(Ok(key)) => (Some(Arc::from(key)), None),
            Some(Err(why)) => {
                let place = written.key.as_ref().map_or_else(|| test.name.place(), Text::place);
                let path = test.path.as_ref().map(|path| format!("{path}.heartbeat.key"));
                (None, Some(Box::new(Diagnostic::error(source, place, why).at(path))))
            }
        };
        let grace = written.grace(test.every.unwrap_or_default());
        Self { key, grace, longest_run: written.longest_run, objection }
    }

    /// The secret in the path to which it reports.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// How much later than its interval it may come.
    #[must_use]
    pub const fn grace(&self) -> Duration {
        self.grace
    }

    /// How long it may take from its beginning to its end.
    #[must_use]
    pub const fn longest_run(&self) -> Option<Duration> {
        self.longest_run
    }
}

/// The key as it is with the values of variables.
fn key(text: &Text, scope: &Scope) -> Result<String, String> {
    let (mut values, mut random) = (Values::default(), || 0);
    let moment = Moment { now_ms: 0, ids: None, random: &mut random };
    let mut renderer = Renderer::new(scope, moment, &mut values, Awaited::Nothing);
    let key = renderer.text("key", text);
    let Some(key) = key.filter(|_| !renderer.dynamic) else {
        return Err("the key of a heartbeat must be known, and the same at all times".to_owned());
    };
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | '~');
    if !KEY_CHARS.contains(&key.len()) || !key.chars().all(fits) {
        return Err("the key of a heartbeat has 10 to 200 letters, digits, `-`, `_`, `.` and `~`".to_owned());
    }
    Ok(key)
}
