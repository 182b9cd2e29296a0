//! API tests of Datadog Synthetics: exports, files of its CI tool, lists of them.

mod find; // a file -> its tests
mod edit; // nodes with another value in them
mod overrides; // what a file of the CI tool changes of a test
mod known; // which fields there are, and which mean nothing here
mod context; // what the conversion of a test knows
mod holes; // `{{ NAME }}` in texts
mod names; // unique names of tests and steps
mod variable; // a variable of the file
mod variables; // variables of tests -> variables of the file
mod value; // numbers and times, however they are written
mod typed; // numbers and flags, with what is said when they are neither
mod alert; // conditions and messages of alerts
mod options; // options of a test
mod scheduling; // the times of the week in which a test runs
mod single; // tests of one request
mod steps; // tests of several steps
mod extract; // values that steps take out of responses
mod groups; // groups of regular expressions
mod javascript; // what a script is and does
mod script; // JavaScript as native fields
mod settings; // what requests of all kinds share
mod exchange; // a request and its assertions
mod http; // HTTP requests
mod body; // bodies of HTTP requests
mod auth; // credentials
mod jwt; // JSON web tokens
mod material; // certificates, keys and uploads, which exports only name
mod endpoint; // TLS, TCP, UDP and ICMP
mod dns; // questions to name servers
mod ws; // WebSockets
mod grpc; // gRPC calls
mod proto; // compressed schemas
mod descriptor; // JSON descriptors of protobuf.js -> the text of a schema
mod mcp; // steps that speak the Model Context Protocol
mod assertions; // assertions

use super::build::{Conversion, Fields, list, word};
use crate::yaml::{Kind, Node};
use context::{Context, Shared};
use std::rc::Rc;

/// Whether a file is one.
pub(super) fn is_one(root: &Node) -> bool {
    find::is_one(root)
}

/// The native file with its meaning.
pub(super) fn convert(conversion: &mut Conversion<'_, '_, '_>, root: &Node) -> Option<Rc<Node>> {
    let mut found = find::tests(conversion, root);
    found.extend(find::embedded(&found));
    // Comments in an imported file are put before tests by their places.
    found.sort_by_key(|one| (one.place.line, one.place.column));
    let mut shared = Shared::of(&found);
    names::of_tests(conversion, &found, &mut shared);
    let mut tests = Vec::new();
    for test in &found {
        if conversion.reader.is_full() {
            break;
        }
        let mut context = Context::new(conversion, &mut shared, test);
        tests.extend(one(&mut context, test));
    }
    if tests.is_empty() {
        // What is wrong with each was reported.
        return None;
    }
    let mut file = Fields::default();
    file.put("version", word(root.place, 1));
    let variables = variables::of_file(conversion, &shared, root);
    if !variables.is_empty() {
        file.put("variables", variables.into_node(root.place));
    }
    file.put("tests", list(root.place, tests));
    Some(file.into_node(root.place))
}

/// A test as a native one.
fn one(context: &mut Context<'_, '_, '_, '_>, test: &Node) -> Option<Rc<Node>> {
    known::warn_unknown(context, test, known::TEST, "a test");
    let Some(config) = value::field(test, "config") else {
        context.conversion.error(
            test,
            "the test has no `config`",
            "its request, steps and assertions are in it",
        );
        return None;
    };
    if !matches!(config.kind, Kind::Mapping(_)) {
        context.conversion.reader.unexpected(config, "a mapping with `request` or `steps`");
        return None;
    }
    known::warn_unknown(context, config, known::CONFIG, "`config`");
    variables::declare(context, config);
    let mut fields = Fields::default();
    let name = context.shared.names.get(&context::id_of(test)).cloned().unwrap_or_default();
    fields.put("name", context.text_at(test.place, &name));
    let subtype = value::field(test, "subtype");
    let kind = subtype.and_then(|kind| kind.scalar()).map_or("http", |kind| kind.text.as_str());
    if let Some(code) = value::field(config, "variablesFromScript") {
        script::before_request(context, &mut fields, code);
    }
    let is_complete = match kind {
        "multi" => steps::convert(context, test, config, &mut fields),
        _ => single::convert(context, test, config, kind, &mut fields),
    };
    options::common(context, test, &mut fields);
    is_complete.then(|| fields.into_node(test.place))
}
