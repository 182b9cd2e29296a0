//! Runs one test: variables, deadlines, retries, the probe, assertions, the result.

mod result; // TestResult: the stable form of results

pub use result::{AssertionResult, Attempt, Observed, RunReport, Status, Summary, TestResult};
