//! Assertions on the result of a Faultfinder probe.
//!
//! [`parse()`] reads one line, `[not] SUBJECT OPERATOR VALUE [UNIT]`, [`from_fields`] the same as separate fields; both
//! return an [`Assertion`] that can be evaluated repeatedly: its regular expression and its JSONPath are compiled.
//! [`evaluate()`] compares it with an [`Observation`], plain facts that the caller provides.
//!
//! Pure: no I/O, no clock, no async. For assertions on the expiry of a certificate, the caller puts the time
//! into the observation.
//!
//! ```
//! use faultfinder_assert::{Observation, evaluate, parse};
//!
//! let mut seen = Observation::new();
//! seen.status = Some(503);
//! let outcome = evaluate(&parse("status is 200")?, &seen);
//! assert_eq!(outcome.message, "expected status is 200, found 503");
//!
//! let error = parse("response_time < 800 msec.").unwrap_err();
//! assert_eq!((error.offset, error.message.as_str()), (20, "`msec.` is not a unit of time"));
//! # Ok::<(), faultfinder_assert::AssertionError>(())
//! ```
//!
//! # Decisions
//!
//! * Numbers are compared as numbers where both sides are numbers (`1` is `1.0`), everything else as text.
//! * If there are several values (a repeated header, a JSONPath with several results, the names of a certificate),
//!   any of them may satisfy an operator, and none may match a negated one. `some` and `every` quantify over records.
//! * A subject that was not observed fails whatever the operator: "could not perform assertion: body is missing". What a
//!   test can never observe is known before it runs: [`Assertion::unobservable`].
//! * Where there is no TLS, its facts do not exist: `does not exist` and negations hold.
//! * Whether a group holds is decided by those of its assertions that could be evaluated, if they decide it.

mod outcome; // Outcome: the result of an assertion
mod assertion; // Assertion: compiled
mod subject; // the subject that is read
mod operator; // the operator
mod value; // the expected value
mod kind; // types of values, forms of texts
mod number; // numbers
mod json; // JSON with whole numbers of any length
mod moment; // points in time, durations
mod hash; // hashes of bodies
mod unit; // units of time and size
mod pattern; // regular expressions within limits
mod jsonpath; // JSONPath within limits
mod schema; // JSON Schema within limits
mod xpath; // XPath within limits
mod cursor; // the line, word by word
mod parse; // from text to Assertion
mod error; // AssertionError
mod observation; // Observation: the facts from a probe
mod evaluate; // Assertion + Observation -> Outcome
mod extraction; // Extraction: a value for a later request
mod reference; // what can be asserted, for editors and for people
mod observables; // Observables: what a test can observe

pub use assertion::{Assertion, PARTS_MAX};
pub use error::{AssertionError, Piece};
pub use evaluate::evaluate;
pub use evaluate::script::{run_script, script_message};
pub use extraction::Extraction;
pub use faultfinder_script as script;
pub use jsonpath::QUERY_BYTES_MAX;
pub use observables::{Observables, Unobservable};
pub use observation::{EchoFacts, LatencyFacts, Observation, RecordFacts, RedirectFacts, WebSocketFacts};
pub use outcome::{ACTUAL_BYTES_MAX, CUT_MARK, NOT_PERFORMED, Outcome};
pub use parse::{LINE_BYTES_MAX, from_fields, from_fields_with_list, parse, parse_guarded};
pub use pattern::PATTERN_BYTES_MAX;
pub use reference::{line_schema, subject_reference, subject_words};
pub use schema::SCHEMA_BYTES_MAX;
pub use value::ITEMS_MAX;
pub use xpath::XPATH_BYTES_MAX;
