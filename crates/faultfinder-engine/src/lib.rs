//! Runs tests: variables, deadlines, retries, the probe, assertions, the result.
//!
//! [`Suite::load`] reads definition files and returns every mistake at once, or [`PlannedTest`]s; [`run()`]
//! executes one and [`run_all`] many, with the given concurrency. Everything that can be done once is done at load:
//! a test without generators has its request ready, and its assertions compiled.
//!
//! Nothing is stored here and nothing is scheduled; the clock and the resolver belong to the
//! [`Vantage`](faultfinder_net::Vantage). Dropping the future of a run stops it completely.
//!
//! ```
//! use faultfinder_engine::{Suite, RunOptions, run};
//! use faultfinder_net::Vantage;
//! use faultfinder_spec::Source;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let file = Source::new("mail.yaml", "
//! tests:
//!   - name: nothing listens
//!     tcp: { host: 127.0.0.1, port: 1 }
//! ");
//! let suite = Suite::load(&[file], &[], |_| None).unwrap();
//! let result = run(&Vantage::system(), &suite.tests()[0], &RunOptions::default()).await;
//! assert_eq!(result.fault.unwrap().code.as_str(), "CONNREFUSED");
//! # }
//! ```

mod files; // files and folders -> sources
mod braces; // `{NAME}` where `{{ NAME }}` is meant
mod suite; // Suite: files -> tests that are ready to be run
mod pattern; // patterns for the names and tags of tests
mod planned; // PlannedTest: what is known about a test at load
mod exchange; // what is known of a request and its answer at load
mod heartbeat; // what is known of a heartbeat at load
mod steps; // what is known of several steps at load
mod runs; // tests that are carried out as steps of others
mod script; // scripts that set variables
mod extracted; // Extracted: a value that was taken out of an answer
mod compiled; // what must hold of an answer, and what is taken out of it
mod observables; // what a test can observe
mod expectation; // assertions as written -> compiled, mistakes with their positions
mod scope; // the variables of a file
mod include; // variables of other files
mod text_file; // files that are read up to a limit
mod totp; // one-time passwords
mod section; // the fields of a request, rendered
mod render; // templates -> text, and values of fields
mod ids; // what a run is called
mod protocol; // what each protocol needs: requests, observations, summaries
mod attempt; // one attempt: one probe, and the evaluation of its result
mod addresses; // one attempt at every address of a name
mod attempts; // the attempts of one request
mod options; // how tests are run
mod run; // one run of a test
mod beat; // the result of a heartbeat
mod journey; // one run through several steps
mod settings; // what requests have in common: checked once, in memory once
mod objections; // problems of a request before it is sent
mod place; // the position of a definition's fault in its file
mod offload; // work that takes long, carried out elsewhere
mod judge; // a response and its assertions -> fault
mod room; // Room: how many runs at once
mod batch; // many runs with limited concurrency
mod redact; // secrets -> ***
mod moment; // times as text
mod result; // TestResult: the stable form of results
mod definition_schema; // the JSON Schema of definitions
mod result_schema; // the JSON Schema of results

pub use attempts::RETRY_AFTER_MAX;
pub use batch::{CONCURRENCY_DEFAULT, run_all};
pub use beat::{Beat, beat_result};
pub use definition_schema::definition_schema;
pub use faultfinder_assert::subject_words;
pub use faultfinder_net::tls::warm_up;
pub use files::{
    EmptyFolder, FoundFiles, ReadSources, UnreadFile, Unreadable, find_files, read_source, read_sources,
    real_path,
};
pub use heartbeat::PlannedHeartbeat;
pub use include::variables_of;
pub use offload::{Offload, Work};
pub use options::RunOptions;
pub use pattern::{fits, fits_whole};
pub use planned::PlannedTest;
pub use protocol::{FILE_BYTES_MAX, TEXT_BODY_BYTES_MAX};
pub use result::{
    AddressResult, AssertionResult, Attempt, CutOff, NotRun, Observed, RunReport, Status, StepResult,
    StepStatus, StepType, Summary, TestResult, TestType,
};
pub use result_schema::result_schema;
pub use room::Room;
pub use run::run;
pub use suite::{Suite, Unused, check};
