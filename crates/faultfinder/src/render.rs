//! Results as text for people and as JUnit XML.

pub(crate) mod text; // padding, wrapping, durations
pub(crate) mod waterfall; // the phases as bars
pub(crate) mod fact; // evidence
pub(crate) mod certificate; // chains and what was objected to
pub(crate) mod details; // what certificates are for, and where more is published
pub(crate) mod fault; // why it failed
mod route; // the routers on the way to the target
pub(crate) mod result; // a whole result
mod steps; // the steps of a test
pub(crate) mod summary; // the last line
mod xml; // elements, attributes and texts of XML
pub(crate) mod junit; // JUnit XML
#[cfg(test)]
pub(crate) mod fixture; // results for the tests of this module
