//! Files of blackbox_exporter: each module with each target is a test.

mod address; // which IP version and address is used
mod conversation; // what is sent and expected, in turn
mod dns; // the prober of the same name
mod grpc; // likewise
mod http; // likewise: the request
mod http_checks; // what must hold of an HTTP response
mod icmp; // the prober of the same name
mod login; // credentials of HTTP and WebSocket
mod probe; // a test that is being made
mod proxy; // proxies of HTTP
mod records; // what must hold of DNS records
mod tcp; // the prober of the same name
mod tls; // TLS settings
mod websocket; // the prober of the same name

use super::build::{Conversion, Fields, list, text, word};
use super::pieces::{Variables, go_duration, literal, packed};
use super::section::Section;
use super::shape::{any_entry, has};
use crate::without_password;
use crate::yaml::{Kind, Node};
use crate::{Place, text::quoted};
use faultfinder_taxonomy::word::{nearest, one_of};
use probe::Probe;
use std::collections::HashSet;
use std::rc::Rc;
use std::time::Duration;

/// A prober: its name, and what reads its section.
type Prober = (&'static str, fn(&mut Probe<'_, '_, '_, '_>, Option<&Rc<Node>>) -> Option<()>);

/// All probers. The name is that of the section and, but for the last ones, of the native protocol.
const PROBERS: &[Prober] = &[
    ("http", http::read),
    ("tcp", tcp::read),
    ("dns", dns::read),
    ("icmp", icmp::read),
    ("grpc", grpc::read),
    ("websocket", websocket::read),
    ("unix", tcp::read_unix),
];

/// Longest time of a request whose attempt need not be given more, in seconds: the native default of both.
const TIMEOUT_DEFAULT: Duration = Duration::from_secs(60);

/// Whether a file is one.
pub(super) fn is_one(root: &Node) -> bool {
    !has(root, "tests")
        && root.get("modules").is_some_and(|modules| any_entry(modules, |one| has(one, "prober")))
}

/// The native file with its meaning.
pub(super) fn convert(conversion: &mut Conversion<'_, '_, '_>, root: &Node) -> Option<Rc<Node>> {
    let mut file = Section::of(conversion, root, "blackbox_exporter");
    let modules = file.get("modules")?;
    file.finish(conversion);
    let modules = chosen(conversion, modules)?;
    let targets = targets(conversion, root, modules.len())?;
    let mut variables = Variables::default();
    let mut tests = Vec::new();
    for (name, module) in modules {
        tests.extend(
            targets.iter().filter_map(|target| test(conversion, &mut variables, (name, module), target)),
        );
    }
    if tests.is_empty() {
        // What is wrong with all of them is reported.
        return None;
    }
    let mut native = Fields::default();
    if let Some(variables) = variables.into_node(root.place) {
        native.put("variables", variables);
    }
    native.put("tests", list(root.place, tests));
    Some(native.into_node(root.place))
}

/// A module by its name.
type Module<'n> = (&'n str, &'n Rc<Node>);

/// The modules that are meant.
fn chosen<'n>(conversion: &mut Conversion<'_, '_, '_>, modules: &'n Node) -> Option<Vec<Module<'n>>> {
    let Kind::Mapping(entries) = &modules.kind else { return None };
    let mut all = Vec::new();
    for (key, module) in entries {
        match key.scalar() {
            Some(name) => all.push((name.text.as_str(), module)),
            None => conversion.reader.unexpected(key, "the name of a module"),
        }
    }
    let Some(wanted) = &conversion.options.module else { return Some(all) };
    let found: Vec<Module<'_>> = all.iter().copied().filter(|(name, _)| name == wanted).collect();
    if found.is_empty() {
        let names = all.iter().map(|(name, _)| *name);
        let help = match nearest(wanted, names.clone()) {
            Some(meant) => format!("did you mean `--module {meant}`?"),
            None => {
                format!("its modules are {}", one_of(&names.collect::<Vec<_>>()).replace(" or ", " and "))
            }
        };
        let message = format!("there is no module {} in this file", quoted(wanted));
        conversion.error(modules, message, &help);
        return None;
    }
    Some(found)
}

/// The targets that are meant, each once.
fn targets(conversion: &mut Conversion<'_, '_, '_>, root: &Node, modules: usize) -> Option<Vec<String>> {
    let mut known = HashSet::new();
    let targets: Vec<String> =
        conversion.options.targets.iter().filter(|target| known.insert(target.as_str())).cloned().collect();
    if targets.is_empty() {
        let help =
            "give `--target TARGET` or `--target-file FILE`, and `--module NAME` if only one module is meant";
        conversion.error(root, "modules of blackbox_exporter do not say what they probe", help);
        return None;
    }
    let count = targets.len().saturating_mul(modules);
    let most = conversion.reader.source().tests_max();
    if count > most {
        let message = format!(
            "{modules} modules with {} targets are {count} tests; a file has at most {most}",
            targets.len()
        );
        conversion.error(root, message, "choose one module with `--module`, or split the targets");
        return None;
    }
    Some(targets)
}

/// The test of a module and a target.
fn test(
    conversion: &mut Conversion<'_, '_, '_>,
    variables: &mut Variables,
    (name, module): Module<'_>,
    target: &str,
) -> Option<Rc<Node>> {
    let place = module.place;
    let mut section = Section::open(conversion, Some(module), name);
    let (prober, read) = prober(conversion, &mut section, module)?;
    let timeout = limited(timeout(conversion, &mut section), conversion.options.timeout, place);
    let settings = section.get(prober);
    for (other, _) in PROBERS.iter().filter(|(other, _)| *other != prober) {
        if let Some(node) = section.get(other) {
            conversion.warn(node, format!("`{other}` is left out: the prober of `{name}` is {prober}"));
        }
    }
    section.finish(conversion);
    let protocol = if prober == "websocket" { "ws" } else { prober };
    let (request, assertions) = (Fields::default(), Vec::new());
    let duration = timeout.as_ref().map(|(_, _, duration)| *duration);
    let mut probe = Probe {
        conversion,
        variables,
        module: name,
        target,
        place,
        protocol,
        request,
        timeout: duration,
        assertions,
    };
    read(&mut probe, settings)?;
    let Probe { protocol, mut request, assertions, .. } = probe;
    if let Some((node, text, duration)) = timeout {
        request.put("timeout", word(node, &text));
        if duration > TIMEOUT_DEFAULT {
            request.put("overall_timeout", word(node, text));
        }
    }
    let mut test = Fields::default();
    test.put("name", text(place, literal(&format!("{name} {}", without_password(target)))));
    test.put(protocol, request.into_node(place));
    if !assertions.is_empty() {
        test.put("assert", packed(place, assertions));
    }
    Some(test.into_node(place))
}

/// The prober that a module names.
fn prober(
    conversion: &mut Conversion<'_, '_, '_>,
    section: &mut Section<'_>,
    module: &Node,
) -> Option<Prober> {
    let names: Vec<&str> = PROBERS.iter().map(|(name, _)| *name).collect();
    let Some((node, name)) = section.text(conversion, "prober") else {
        let help = format!("probers are {}", one_of(&names));
        conversion.error(module, "the module names no `prober`", &help);
        return None;
    };
    let found = PROBERS.iter().find(|(known, _)| *known == name);
    if found.is_none() {
        let help = match nearest(name, names.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("probers are {}", one_of(&names)),
        };
        conversion.error(node, format!("unknown prober {}", quoted(name)), &help);
    }
    found.copied()
}

/// The time of a module, which the caller may limit further.
fn limited(
    own: Option<(Place, String, Duration)>,
    limit: Option<Duration>,
    place: Place,
) -> Option<(Place, String, Duration)> {
    match (own, limit) {
        (own, None) => own,
        (Some(own), Some(limit)) if own.2 <= limit => Some(own),
        (_, Some(limit)) => Some((place, format!("{}ms", limit.as_millis().max(1)), limit)),
    }
}

/// How long a module may take: where it says so, as native text, and as a duration.
fn timeout(
    conversion: &mut Conversion<'_, '_, '_>,
    section: &mut Section<'_>,
) -> Option<(Place, String, Duration)> {
    let (node, written) = section.text(conversion, "timeout")?;
    match go_duration(written) {
        // Nothing is as if it were left out: Prometheus' own limit applies.
        Some((_, Duration::ZERO)) => None,
        Some((native, duration)) => Some((node.place, native, duration)),
        None => {
            conversion.reader.unexpected(node, "a duration such as 5s");
            None
        }
    }
}
