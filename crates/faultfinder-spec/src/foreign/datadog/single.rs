//! Tests of one request.

use super::super::build::{Fields, list};
use super::context::Context;
use super::exchange;
use super::settings::Settings;
use super::value;
use crate::yaml::Node;

/// The request and the assertions of a test. A question for records of several types becomes several steps.
pub(super) fn convert(
    context: &mut Context<'_, '_, '_, '_>,
    test: &Node,
    config: &Node,
    kind: &str,
    fields: &mut Fields,
) -> bool {
    let Some(request) = value::field(config, "request").cloned() else {
        context.conversion.error(
            config,
            "`config` has no `request`",
            "a test that is not `multi` has one request",
        );
        return false;
    };
    let options = value::field(test, "options").cloned();
    let settings = Settings { request: &request, options: options.as_deref() };
    let named = value::field(test, "subtype").cloned();
    let at = named.as_deref().unwrap_or(test);
    let Some(exchanges) =
        exchange::convert(context, (kind, at), settings, value::items(config, "assertions"))
    else {
        return false;
    };
    let count = exchanges.len();
    let mut steps = Vec::new();
    for exchange in exchanges {
        if count == 1 {
            exchange.put(fields);
            return true;
        }
        let mut step = Fields::default();
        step.put("name", context.text_at(request.place, &exchange.title));
        exchange.put(&mut step);
        super::steps::goes_on(&mut step, request.place);
        steps.push(step.into_node(request.place));
    }
    context
        .conversion
        .remark(test, "it asserts on records of several types, each of which is asked for in a step");
    fields.put("steps", list(request.place, steps));
    true
}
