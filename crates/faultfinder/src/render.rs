//! Results as text for people, and in the formats that other programs read.

pub(crate) mod text; // padding, wrapping, durations
pub(crate) mod label; // what a test is called
pub(crate) mod waterfall; // the phases as bars
pub(crate) mod fact; // evidence
pub(crate) mod certificate; // chains and what was objected to
pub(crate) mod details; // what certificates are for, and where more is published
pub(crate) mod fault; // why it failed
mod edge; // who answered in place of the application
pub(crate) mod style; // how results are shown
mod route; // the routers on the way to the target
pub(crate) mod result; // a whole result
mod steps; // the steps of a test
pub(crate) mod summary; // the last line
mod story; // what happened, in plain lines
mod xml; // elements, attributes and texts of XML and HTML
pub(crate) mod junit; // JUnit XML
pub(crate) mod tap; // the Test Anything Protocol
pub(crate) mod html; // one page
pub(crate) mod datadog; // the field names of Datadog's results
pub(crate) mod github; // annotations for GitHub Actions
#[cfg(test)]
pub(crate) mod fixture; // results for the tests of this module
