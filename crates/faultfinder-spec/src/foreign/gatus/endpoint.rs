//! An endpoint: a test, or a step of a suite.

use super::context::Context;
use super::draft::Endpoint;
use super::file::File;
use super::kind::Kind;
use super::{alert, checks, client, request, values};
use crate::Place;
use crate::foreign::build::{Fields, list, text, word};
use crate::foreign::pieces::{go_duration, literal, packed};
use crate::foreign::section::Section;
use crate::text::quoted;
use crate::yaml::Node;
use std::rc::Rc;

/// The test of an endpoint.
pub(super) fn test(file: &mut File<'_, '_, '_, '_>, node: &Rc<Node>) -> Option<Rc<Node>> {
    let mut section = Section::of(file.conversion, node, "an endpoint");
    let name = name(file, &mut section, node)?;
    if is_disabled(file, &mut section, "endpoint", name) {
        return None;
    }
    let group = section.text(file.conversion, "group").map_or("", |(_, group)| group);
    let every = interval(file, &mut section);
    let alert = alert::convert(file, &mut section);
    // Only in suites they mean something.
    section.skip(&["store", "always-run"]);
    let shown = if group.is_empty() { name.to_owned() } else { format!("{group}/{name}") };
    let shown = values::native(file, None, node.place, &shown);
    let endpoint = read(file, None, node, &mut section, (name, group));
    let (protocol, request, assertions) = endpoint?;
    section.finish(file.conversion);
    let mut test = Fields::default();
    test.put("name", text(node.place, shown));
    test.put(protocol, request);
    if !assertions.is_empty() {
        test.put("assert", packed(node.place, assertions));
    }
    tags(&mut test, node.place, group);
    if let Some(every) = every {
        test.put("every", every);
    }
    if let Some(alert) = alert {
        test.put("alert", alert);
    }
    Some(test.into_node(node.place))
}

/// The group as a tag.
pub(super) fn tags(test: &mut Fields, place: Place, group: &str) {
    if !group.is_empty() {
        test.put("tags", list(place, vec![text(place, literal(group))]));
    }
}

/// The name of an endpoint or suite, which it must have.
pub(super) fn name<'n>(
    file: &mut File<'_, '_, '_, '_>,
    section: &mut Section<'n>,
    node: &Node,
) -> Option<&'n str> {
    let name = section.text(file.conversion, "name");
    if name.is_none() {
        file.conversion.error(node, "a `name` is missing", "give the endpoint or the suite a `name`");
    }
    name.map(|(_, name)| name)
}

/// Whether something is switched off; then a warning says that it is left out.
pub(super) fn is_disabled(
    file: &mut File<'_, '_, '_, '_>,
    section: &mut Section<'_>,
    what: &str,
    name: &str,
) -> bool {
    let Some((node, false)) = section.flag(file.conversion, "enabled") else { return false };
    file.conversion.warn(node, format!("the {what} {} is left out: it is not enabled", quoted(name)));
    true
}

/// How often it is tested, if it says so.
pub(super) fn interval(file: &mut File<'_, '_, '_, '_>, section: &mut Section<'_>) -> Option<Rc<Node>> {
    let (node, written) = section.text(file.conversion, "interval")?;
    match go_duration(written) {
        Some((native, duration)) => (!duration.is_zero()).then(|| word(node.place, native)),
        None => {
            file.conversion.reader.unexpected(node, "a duration such as 60s");
            None
        }
    }
}

/// The protocol, the request and the assertions of an endpoint.
pub(super) type Read = (&'static str, Rc<Node>, Vec<Rc<Node>>);

/// Reads what a test and a step have in common.
pub(super) fn read(
    file: &mut File<'_, '_, '_, '_>,
    context: Option<&Context>,
    node: &Rc<Node>,
    section: &mut Section<'_>,
    (name, group): (&str, &str),
) -> Option<Read> {
    // What is shown, and, in suites, where alerts go.
    section.skip(&["alerts", "ui", "extra-labels"]);
    if let Some(windows) = section.get("maintenance-windows") {
        file.conversion.remark(windows, "maintenance-windows: the test runs during maintenance, too");
    }
    let Some((url_node, url)) = section.text(file.conversion, "url") else {
        let message = format!("the endpoint {} has no `url`", quoted(name));
        file.conversion.error(node, message, "`url`: what is tested, such as https://example.com");
        return None;
    };
    let dns = section.get("dns");
    let ssh = section.get("ssh");
    let kind = match (dns, url.split_once("://")) {
        (Some(_), _) => Some(Kind::Dns),
        (None, Some((scheme, _))) => Kind::of_scheme(scheme),
        (None, None) => None,
    };
    let (record, request, assertions) = (String::new(), Fields::default(), Vec::new());
    let mut endpoint = Endpoint {
        file,
        context,
        place: node.place,
        name,
        group,
        url,
        url_place: url_node.place,
        kind: kind.unwrap_or(Kind::Http),
        record,
        request,
        assertions,
    };
    if kind.is_none() {
        let scheme = url.split_once("://").map_or(url, |(scheme, _)| scheme);
        endpoint.leave_out(url_node, &format!("{} cannot be tested", quoted(scheme)));
        return None;
    }
    request::read(&mut endpoint, section, dns, ssh)?;
    client::read(&mut endpoint, section)?;
    checks::read(&mut endpoint, section)?;
    let Endpoint { kind, request, assertions, place, .. } = endpoint;
    Some((kind.protocol(), request.into_node(place), assertions))
}
