//! The values of a suite.

use crate::foreign::pieces::variable_name;
use std::collections::HashMap;

/// The values of a suite: their paths, and the templates that stand for them.
pub(super) struct Context {
    pub(super) suite: String,
    pub(super) variables: HashMap<String, String>,
}

impl Context {
    /// The template of a value; nothing if nobody gives it.
    pub(super) fn variable(&self, path: &str) -> Option<String> {
        self.variables.get(path).cloned()
    }

    /// The name of the variable that a stored value gets.
    pub(super) fn stored(&self, key: &str) -> String {
        let template = self.variables.get(key).map(String::as_str);
        let name = template.and_then(|template| template.strip_prefix("{{ ")?.strip_suffix(" }}"));
        name.map_or_else(|| variable_name(&format!("{}_{key}", self.suite)), str::to_owned)
    }
}
