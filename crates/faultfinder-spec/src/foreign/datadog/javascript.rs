//! What a script is and does, as far as it can be seen without running it.

use crate::yaml::Node;

/// The code of a script, unless there is none in it.
pub(super) fn code(node: &Node) -> Option<&str> {
    node.scalar().map(|scalar| scalar.text.as_str()).filter(|code| !code.trim().is_empty())
}

/// The variables that a script sets: they are not asked for.
pub(super) fn set_by(node: &Node) -> Vec<String> {
    let Some(code) = code(node) else { return Vec::new() };
    let calls = ["variable.set(", "variable.setObfuscated("];
    let arguments = calls.iter().flat_map(|call| code.split(call).skip(1));
    let name = |argument: &str| {
        let argument = argument.trim_start();
        let quote = argument.chars().next().filter(|quote| matches!(quote, '"' | '\'' | '`'))?;
        argument.get(1..)?.split_once(quote).map(|(name, _)| name.to_owned())
    };
    arguments.filter_map(name).collect()
}
