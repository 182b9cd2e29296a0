//! Variables: those of Datadog belong to a test, native ones to the file.

use super::super::build::{Conversion, Fields, text, word};
use super::context::{Context, Shared};
use super::variable::{Source, Variable};
use super::{typed, value};
use crate::generator;
use crate::template::{closed, is_name};
use crate::yaml::Node;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Makes the variables of a test variables of the file: under another name where another test has another value.
pub(super) fn declare(context: &mut Context<'_, '_, '_, '_>, config: &Node) {
    let mut written: Vec<Rc<Node>> = value::items(config, "configVariables").to_vec();
    let known: HashSet<String> =
        written.iter().filter_map(|one| value::word(one, "name")).map(str::to_owned).collect();
    // Old exports have them under another name, and then mostly both.
    let old = value::items(config, "variables").iter();
    written.extend(
        old.filter(|one| value::word(one, "name").is_some_and(|name| !known.contains(name))).cloned(),
    );
    // Those that use others come last, when it is known what the others are called.
    written.sort_by_key(|one| value::word(one, "pattern").is_some_and(|pattern| pattern.contains("{{")));
    for one in &written {
        let Some(name) = value::word(one, "name").map(str::to_owned) else {
            context.conversion.reader.unexpected(one, "a variable with a `name`");
            continue;
        };
        if !is_name(&name) || generator::NAMES.contains(&name.as_str()) {
            context
                .conversion
                .warn(one, format!("the variable `{name}` is left out: it cannot be called that"));
            continue;
        }
        let (source, secret) = source(context, one, &name);
        declare_one(context, one, name, source, secret);
    }
}

/// Where a variable has its value from, and whether it is secret.
fn source(context: &mut Context<'_, '_, '_, '_>, one: &Rc<Node>, name: &str) -> (Source, bool) {
    let outside = |is_global| Source::Outside { name: name.to_owned(), is_global };
    let is_secure = typed::is_set(context, one, "secure");
    let pattern = value::field(one, "pattern").filter(|pattern| pattern.scalar().is_some());
    match value::word(one, "type") {
        Some("text") | None => match pattern.and_then(|pattern| pattern.scalar()) {
            Some(pattern) => {
                let used = context.shared.used.clone();
                let text = context.holes(one.place, &pattern.text);
                // Whether they are used shows only when this one is.
                context.shared.used = used;
                (Source::Text(text), is_secure)
            }
            None if is_secure => (outside(false), true),
            None => (Source::Text(value::word(one, "example").unwrap_or_default().to_owned()), false),
        },
        // Whether a global variable is secure is not in the test.
        Some("global") => (outside(true), true),
        Some(other) => {
            let message = format!("variables of the type `{other}` do not exist here: give `{name}` a value");
            context.conversion.warn(one, message);
            (outside(false), is_secure)
        }
    }
}

fn declare_one(
    context: &mut Context<'_, '_, '_, '_>,
    one: &Node,
    name: String,
    source: Source,
    secret: bool,
) {
    let variables = &mut context.shared.variables;
    let is_same = |known: &Variable| known.source == source && known.secret == secret;
    let numbered = (2_u32..).map(|number| format!("{name}_{number}"));
    for native in std::iter::once(name.clone()).chain(numbered) {
        match variables.iter().find(|known| known.name == native) {
            Some(known) if !is_same(known) => continue,
            Some(_) => {}
            None => variables.push(Variable { name: native.clone(), place: one.place, source, secret }),
        }
        if native != name {
            let text = format!(
                "the variable {native} was {name}, which has another value in another test of the file"
            );
            context.conversion.remark(one, text);
        }
        context.renamed.insert(name, native);
        return;
    }
}

/// The variables of the file that something uses. What it does not say of them is listed once.
pub(super) fn of_file(conversion: &mut Conversion<'_, '_, '_>, shared: &Shared, root: &Node) -> Fields {
    let needed = needed(shared);
    let mut fields = Fields::default();
    let mut missing = Vec::new();
    for variable in &shared.variables {
        if !needed.contains(variable.name.as_str()) {
            continue;
        }
        if let Source::Outside { name, is_global } = &variable.source
            && !conversion.options.given.contains(name)
        {
            missing.push(format!("`{name}` ({})", if *is_global { "global variable" } else { "secure" }));
        }
        fields.put(&variable.name, node(variable));
    }
    let declared: HashSet<&str> = shared.variables.iter().map(|variable| variable.name.as_str()).collect();
    for (name, place) in &shared.used {
        if declared.contains(name.as_str()) || shared.extracted.contains(name) {
            continue;
        }
        if !conversion.options.given.contains(name) {
            missing.push(format!("`{name}` (global variable)"));
        }
        let source = Source::Outside { name: name.clone(), is_global: true };
        fields.put(name, node(&Variable { name: name.clone(), place: *place, source, secret: true }));
    }
    missing.dedup();
    if !missing.is_empty() {
        let message = format!(
            "values that the file does not have: {}; set each as a variable of the environment, or give --var NAME=VALUE",
            missing.join(", ")
        );
        conversion.warn(root, message);
    }
    fields
}

/// Variables that something uses, also in the value of another one.
fn needed(shared: &Shared) -> HashSet<&str> {
    let by_name: HashMap<&str, &Variable> =
        shared.variables.iter().map(|variable| (variable.name.as_str(), variable)).collect();
    let mut waiting: Vec<&str> = shared.used.keys().map(String::as_str).collect();
    let mut needed = HashSet::new();
    while let Some(name) = waiting.pop() {
        if !needed.insert(name) {
            continue;
        }
        if let Some(Source::Text(text)) = by_name.get(name).map(|variable| &variable.source) {
            waiting.extend(used_in(text));
        }
    }
    needed
}

/// The variables that a text uses.
fn used_in(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{").skip(1).filter_map(|after| closed(after).map(|(inside, _)| inside.trim()))
}

fn node(variable: &Variable) -> Rc<Node> {
    let place = variable.place;
    let mut fields = Fields::default();
    match &variable.source {
        Source::Text(value) if !variable.secret => return text(place, value.as_str()),
        Source::Text(value) => fields.put("value", text(place, value.as_str())),
        Source::Outside { name, .. } => fields.put("env", text(place, name.as_str())),
    }
    if variable.secret {
        fields.put("secret", word(place, true));
    }
    fields.into_node(place)
}
