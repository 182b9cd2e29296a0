//! The TCP prober, and that of Unix sockets.

use super::probe::Probe;
use super::{address, conversation, tls};
use crate::foreign::build::text;
use crate::foreign::pieces::{host_and_port, literal};
use crate::foreign::section::Section;
use crate::yaml::Node;
use std::rc::Rc;

/// Fields that cannot be followed, and what they would have done.
const LEFT_OUT: &[(&str, &str)] = &[
    ("pinned_public_key_hashes", "only these public keys would have been accepted"),
    ("check_revoked", "the certificate would have been looked up in revocation lists"),
    ("valid_tls_alert_codes", "these alerts of the server would have counted as success"),
];

/// Reads the section.
pub(super) fn read(probe: &mut Probe<'_, '_, '_, '_>, node: Option<&Rc<Node>>) -> Option<()> {
    let mut section = Section::open(probe.conversion, node, "tcp");
    let (host, Some(port)) = host_and_port(probe.target) else {
        probe.bad_target("HOST:PORT");
        return None;
    };
    let place = probe.place;
    probe.request.put("host", text(place, host));
    let port = probe.port(port)?;
    probe.request.put("port", port);
    let secure = section.flag(probe.conversion, "tls").is_some_and(|(_, secure)| secure);
    let starts = conversation::read(probe, &mut section);
    let settings = section.get("tls_config");
    if secure || starts {
        let settings = tls::read(probe, settings, None);
        probe.request.put("tls", settings);
    }
    address::read(probe, &mut section, host);
    address::source(probe, &mut section);
    section.left_out(probe.conversion, LEFT_OUT);
    section.finish(probe.conversion);
    Some(())
}

/// Reads the section of Unix sockets: the target is the path of one.
pub(super) fn read_unix(probe: &mut Probe<'_, '_, '_, '_>, node: Option<&Rc<Node>>) -> Option<()> {
    let mut section = Section::open(probe.conversion, node, "unix");
    let place = probe.place;
    if probe.conversion.options.without_sockets {
        let at = text(place, "");
        probe.conversion.error(&at, "sockets of this host may not be probed", "use a prober of a network");
        return None;
    }
    probe.protocol = "tcp";
    probe.request.put("unix_socket", text(place, literal(probe.target)));
    let secure = section.flag(probe.conversion, "tls").is_some_and(|(_, secure)| secure);
    let starts = conversation::read(probe, &mut section);
    let settings = section.get("tls_config");
    if secure || starts {
        let settings = tls::read(probe, settings, None);
        probe.request.put("tls", settings);
    }
    section.left_out(probe.conversion, LEFT_OUT);
    section.finish(probe.conversion);
    Some(())
}
