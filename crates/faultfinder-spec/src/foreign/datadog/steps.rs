//! Tests of several steps.

use super::super::build::{Fields, list, word};
use super::context::Context;
use super::exchange;
use super::settings::Settings;
use super::{extract, known, names, options, script, typed, value};
use crate::Place;
use crate::yaml::Node;
use std::collections::HashSet;
use std::rc::Rc;

/// The steps of a test as native ones.
pub(super) fn convert(
    context: &mut Context<'_, '_, '_, '_>,
    test: &Node,
    config: &Node,
    fields: &mut Fields,
) -> bool {
    let written = value::steps(test);
    if written.is_empty() {
        context.conversion.error(
            config,
            "the test has no steps",
            "a test of the subtype `multi` has `steps`",
        );
        return false;
    }
    let mut taken = HashSet::new();
    let (mut steps, mut is_complete) = (Vec::new(), true);
    for step in written {
        match one(context, step, &mut taken) {
            Some(native) => steps.extend(native),
            None => is_complete = false,
        }
    }
    if steps.is_empty() && is_complete {
        context.conversion.error(
            config,
            "none of its steps can be carried out",
            "bring what they need into the file",
        );
        return false;
    }
    fields.put("steps", list(config.place, steps));
    is_complete
}

/// A step: several native ones if it asks for records of several types.
fn one(
    context: &mut Context<'_, '_, '_, '_>,
    step: &Rc<Node>,
    taken: &mut HashSet<String>,
) -> Option<Vec<Rc<Node>>> {
    known::warn_unknown(context, step, known::STEP, "a step");
    let kind_node = value::field(step, "subtype").cloned().unwrap_or_else(|| Rc::clone(step));
    let kind = kind_node.scalar().map_or("http", |kind| kind.text.as_str());
    let name = value::word(step, "name").filter(|name| !name.trim().is_empty()).unwrap_or(kind);
    match kind {
        "wait" => {
            let Some(seconds) = value::field(step, "value").cloned() else {
                context.conversion.error(
                    step,
                    "the step does not say how long it waits",
                    "give `value` in seconds",
                );
                return None;
            };
            let seconds = (typed::number(context, &seconds)?, seconds.place);
            let mut fields = named(context, step, name, taken);
            fields.put("wait", word(seconds.1, value::seconds(seconds.0)));
            flow(context, step, &mut fields, true);
            Some(vec![fields.into_node(step.place)])
        }
        "playSubTest" => {
            let Some(run) = sub_test(context, step)? else { return Some(Vec::new()) };
            let mut fields = named(context, step, name, taken);
            fields.put("run", run);
            if let Some(retry) = options::retry(context, step) {
                fields.put("retry", retry);
            }
            flow(context, step, &mut fields, true);
            Some(vec![fields.into_node(step.place)])
        }
        _ => request(context, step, (kind, &kind_node), name, taken),
    }
}

/// A step with a request.
fn request(
    context: &mut Context<'_, '_, '_, '_>,
    step: &Rc<Node>,
    kind: (&str, &Node),
    name: &str,
    taken: &mut HashSet<String>,
) -> Option<Vec<Rc<Node>>> {
    let Some(request) = value::field(step, "request").cloned() else {
        context.conversion.error(step, "the step has no `request`", "a step that is not `wait` has one");
        return None;
    };
    let settings = Settings { request: &request, options: None };
    let exchanges = exchange::convert(context, kind, settings, value::items(step, "assertions"))?;
    let last = exchanges.len().saturating_sub(1);
    let mut steps = Vec::new();
    for (index, exchange) in exchanges.into_iter().enumerate() {
        let mut fields = named(context, step, name, taken);
        exchange.put(&mut fields);
        if index == 0 {
            if let Some(extract) = extract::convert(context, step) {
                fields.put("extract", extract);
            }
            if let Some(code) = value::field(step, "extractedValuesFromScript").cloned() {
                script::after_response(context, &mut fields, &code);
            }
        }
        if index < last {
            context.conversion.remark(
                step,
                "it asserts on records of several types: each is asked for in a step of its own",
            );
        }
        if let Some(retry) = options::retry(context, step) {
            fields.put("retry", retry);
        }
        flow(context, step, &mut fields, index == last);
        steps.push(fields.into_node(step.place));
    }
    Some(steps)
}

/// The fields of a step, with a name that no other step has.
fn named(
    context: &mut Context<'_, '_, '_, '_>,
    step: &Node,
    name: &str,
    taken: &mut HashSet<String>,
) -> Fields {
    let unique = names::unique(name, None, taken);
    let mut fields = Fields::default();
    let place = value::field(step, "name").map_or(step.place, |name| name.place);
    fields.put("name", context.text_at(place, &unique));
    fields
}

/// The test that a step carries out; nothing inside if it is not in the file, which is reported, and the step left out.
fn sub_test(context: &mut Context<'_, '_, '_, '_>, step: &Node) -> Option<Option<Rc<Node>>> {
    let embedded = value::field(step, "subtest").and_then(|test| value::field(test, "public_id"));
    let Some(id) = value::field(step, "subtestPublicId").or(embedded).cloned() else {
        context.conversion.error(
            step,
            "the step does not say which test it carries out",
            "give `subtestPublicId`",
        );
        return None;
    };
    let public_id = id.scalar().map_or("", |id| id.text.as_str());
    let Some(name) = context.shared.by_public_id.get(public_id).cloned() else {
        context.conversion.warn(
            &id,
            format!(
                "the test `{public_id}`, which this step carries out, is not in the file: the step is left out; export that \
                 test, too, and put both into one list"
            ),
        );
        return Some(None);
    };
    Some(Some(super::super::build::text(id.place, name)))
}

/// How a test goes on after a step. It ends early only when the last one that a step became has passed.
fn flow(context: &mut Context<'_, '_, '_, '_>, step: &Node, fields: &mut Fields, is_last: bool) {
    let allows = typed::is_set(context, step, "allowFailure");
    let flags = [
        ("allow_failure", allows),
        // It counts only together with the other one.
        ("critical", typed::is_set(context, step, "isCritical") && allows),
        ("exit_if_succeed", typed::is_set(context, step, "exitIfSucceed") && is_last),
        ("always_run", typed::is_set(context, step, "alwaysExecute")),
    ];
    for (name, _) in flags.iter().filter(|(_, is_set)| *is_set) {
        fields.put(name, word(step.place, true));
    }
}

/// The next step follows whatever comes, and the test fails in the end if this one does.
pub(super) fn goes_on(fields: &mut Fields, place: Place) {
    fields.put("allow_failure", word(place, true));
    fields.put("critical", word(place, true));
}
