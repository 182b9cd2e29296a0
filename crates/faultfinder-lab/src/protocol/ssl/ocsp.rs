//! OCSP: stapled answers, and responders that are asked.

mod answers; // the answers that these scenarios begin with, and who gives them
mod query; // the test asks the responder
mod staple; // the server staples an answer, or should
mod worthless; // answers that say nothing

use crate::Scenario;

pub(super) fn scenarios() -> Vec<Scenario> {
    [staple::scenarios(), worthless::scenarios(), query::scenarios()].into_iter().flatten().collect()
}
