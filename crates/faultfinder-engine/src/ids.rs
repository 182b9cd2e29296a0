//! What a run is called: the id of its test, and that of its result.

use faultfinder_spec::{Generator, RunId};
use std::sync::OnceLock;

/// The ids of a run. That of the result is written down when the test first uses it: most tests do not.
pub(crate) struct Ids<'r> {
    test: &'r str,
    given: Option<u128>,
    result: OnceLock<String>,
}

impl<'r> Ids<'r> {
    /// The id of the test, and that of the result if it is given: the bits of a UUID.
    pub(crate) const fn new(test: &'r str, given: Option<u128>) -> Self {
        Self { test, given, result: OnceLock::new() }
    }

    /// One of them as text; the same whenever it is asked for.
    pub(crate) fn text(&self, which: RunId, random: &mut dyn FnMut() -> u64) -> String {
        match which {
            RunId::Test => self.test.to_owned(),
            RunId::Result => self
                .result
                .get_or_init(|| self.given.map_or_else(|| Generator::Uuid.generate(0, random), uuid))
                .clone(),
        }
    }

    /// That of the result, if the test used it.
    pub(crate) fn used(self) -> Option<String> {
        self.result.into_inner()
    }
}

/// 128 bits as the text of a UUID (RFC 9562 section 4).
fn uuid(bits: u128) -> String {
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        bits >> 96,
        (bits >> 80) & 0xffff,
        (bits >> 64) & 0xffff,
        (bits >> 48) & 0xffff,
        bits & 0xffff_ffff_ffff
    )
}
