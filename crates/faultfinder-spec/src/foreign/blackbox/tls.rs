//! TLS settings.

use super::probe::Probe;
use crate::foreign::build::{Fields, text, word};
use crate::foreign::pieces::literal;
use crate::foreign::section::Section;
use crate::yaml::Node;
use std::rc::Rc;

/// Fields that cannot be followed, and what they would have done.
const LEFT_OUT: &[(&str, &str)] = &[
    ("ca_ref", "it would have taken the CA from a secret manager"),
    ("cert_ref", "it would have taken the certificate from a secret manager"),
    ("key_ref", "it would have taken the key from a secret manager"),
    ("pinned_public_key_hashes", "only these public keys would have been accepted"),
];

/// Versions of TLS as blackbox_exporter writes them.
const VERSIONS: &[(&str, &str)] = &[("TLS10", "1.0"), ("TLS11", "1.1"), ("TLS12", "1.2"), ("TLS13", "1.3")];

/// The native settings. `host` is verified where it is not the one that is connected to.
pub(super) fn read(
    probe: &mut Probe<'_, '_, '_, '_>,
    node: Option<&Rc<Node>>,
    host: Option<Rc<Node>>,
) -> Rc<Node> {
    let mut section = Section::open(probe.conversion, node, "tls_config");
    let place = node.map_or(probe.place, |node| node.place);
    let mut tls = Fields::default();
    roots(probe, &mut section, &mut tls);
    for (theirs, ours) in [("cert_file", "client_cert"), ("cert", "client_cert"), ("key_file", "client_key")]
    {
        if let Some((node, value)) = section.text(probe.conversion, theirs) {
            tls.put(ours, text(node.place, literal(value)));
        }
    }
    if let Some((node, key)) = section.text(probe.conversion, "key") {
        let key = probe.secret("key", node.place, key);
        tls.put("client_key", key);
    }
    match section.text(probe.conversion, "server_name") {
        Some((node, name)) => tls.put("server_name", text(node.place, literal(name))),
        None => {
            if let Some(host) = host {
                tls.put("server_name", host);
            }
        }
    }
    if let Some((node, true)) = section.flag(probe.conversion, "insecure_skip_verify") {
        tls.put("insecure", word(node.place, "true"));
    }
    version(probe, &mut section, &mut tls, "min_version");
    version(probe, &mut section, &mut tls, "max_version");
    section.left_out(probe.conversion, LEFT_OUT);
    section.finish(probe.conversion);
    tls.into_node(place)
}

/// With a CA of its own a probe trusts nothing else; without one it trusts the system's.
fn roots(probe: &mut Probe<'_, '_, '_, '_>, section: &mut Section<'_>, tls: &mut Fields) {
    let file = section.text(probe.conversion, "ca_file");
    let inline = section.text(probe.conversion, "ca");
    match file.or(inline) {
        Some((node, ca)) => {
            tls.put("roots", word(node.place, "none"));
            tls.put("ca", text(node.place, literal(ca)));
        }
        None => tls.put("roots", word(probe.place, "system")),
    }
}

fn version(
    probe: &mut Probe<'_, '_, '_, '_>,
    section: &mut Section<'_>,
    tls: &mut Fields,
    field: &'static str,
) {
    let Some((node, written)) = section.text(probe.conversion, field) else { return };
    let Some((_, version)) = VERSIONS.iter().find(|(theirs, _)| *theirs == written) else {
        return probe.conversion.reader.unexpected(node, "TLS10, TLS11, TLS12 or TLS13");
    };
    let is_old = matches!(*version, "1.0" | "1.1");
    if is_old && field == "max_version" {
        let message = format!("TLS {version} cannot be spoken, and `max_version` demands it");
        let help = "an `ssl` test tells which versions a server accepts: `lowest_tls_version`";
        return probe.conversion.error(node, message, help);
    }
    if is_old {
        let message =
            format!("`min_version: {written}` is left out: TLS 1.2 and 1.3 are spoken, nothing older");
        return probe.conversion.warn(node, message);
    }
    tls.put(field, word(node.place, version));
}
