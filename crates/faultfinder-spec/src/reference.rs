//! Where variables are used.

use crate::place::Place;

/// A use of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: a name and where it is")]
pub struct Reference {
    /// The name.
    pub name: String,
    /// Where the text begins that holds it.
    pub text: Place,
    /// Which `{{` of the text it is, from 0.
    pub index: usize,
    /// The field that it is in: `tests[0].http.url`.
    pub path: Option<String>,
}
