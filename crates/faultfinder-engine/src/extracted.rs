//! What is taken out of answers.

/// What became of a value that was to be taken out of an answer.
pub(crate) struct Extracted {
    pub(crate) name: String,
    pub(crate) is_secret: bool,
    /// The value, or why there is none.
    pub(crate) value: Result<String, String>,
}
