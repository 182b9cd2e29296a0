//! Knot DNS: an authoritative name server with a signed zone.

use faultfinder_tests::peers::{Peer, fails, file, free_port, passes, program};
use serde_json::{Value, json};
use std::path::Path;
use tempfile::TempDir;

/// A running Knot DNS with the zone `zone.test`, which it signs itself.
pub(super) struct Knot {
    pub(super) port: u16,
    _folder: TempDir,
    configuration: String,
    _peer: Peer,
}

const ZONE: &str = "\
$ORIGIN zone.test.
$TTL 300
@ SOA ns.zone.test. admin.zone.test. 2026010101 3600 900 604800 300
@ NS ns.zone.test.
@ MX 10 mx1.zone.test.
ns A 127.0.0.1
www A 127.0.0.7
www AAAA ::1
text TXT \"v=spf1 -all\"
";

/// Starts one; nothing where it is not installed.
pub(super) fn start() -> Option<Knot> {
    let program = program("knotd")?;
    let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
    let here = folder.path().display().to_string();
    let zone = file(folder.path(), "zone.test.zone", ZONE);
    let configuration = format!(
        "server:
  rundir: {here}
  listen: 127.0.0.1@{port}
database:
  storage: {here}
log:
  - target: stderr
    any: notice
zone:
  - domain: zone.test
    file: {zone}
    zonefile-sync: -1
    journal-content: none
    dnssec-signing: on
"
    );
    let configuration = file(folder.path(), "knot.conf", &configuration);
    let peer = Peer::start(&program, &["-c", &configuration], folder.path(), &[port]);
    Some(Knot { port, _folder: folder, configuration, _peer: peer })
}

impl Knot {
    /// The DS record of its zone, as a validator's trust anchor is written.
    pub(super) fn anchor(&self) -> String {
        let keymgr = program("keymgr").unwrap();
        let output = std::process::Command::new(keymgr)
            .args(["-c", &self.configuration, "zone.test", "ds"])
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        // One per digest; SHA-256 is the one that everybody knows.
        let line = text.lines().find(|line| line.contains(" 13 2 "));
        line.unwrap_or_else(|| panic!("no DS in {text:?}")).replace("zone.test.", "zone.test. IN")
    }

    fn question(&self, name: &str, fields: Value) -> Value {
        let mut dns = json!({ "name": name, "server": "127.0.0.1", "port": self.port });
        if let (Some(dns), Some(fields)) = (dns.as_object_mut(), fields.as_object()) {
            dns.extend(fields.iter().map(|(name, value)| (name.clone(), value.clone())));
        }
        dns
    }
}

#[test]
fn answers_of_knot() {
    let Some(knot) = start() else { return };
    assert!(Path::new(&knot.configuration).is_file());
    for transport in ["udp", "tcp"] {
        passes(json!({ "dns": knot.question("www.zone.test", json!({ "transport": transport })),
            "assert": ["some A record is 127.0.0.7", "ttl <= 300"] }));
    }
    passes(json!({ "dns": knot.question("zone.test", json!({ "type": "MX" })),
        "assert": ["every MX record matches ^10 mx1\\."] }));
    fails(json!({ "dns": knot.question("none.zone.test", json!({})) }), "DNS", "resolve", "NXDOMAIN");
    fails(json!({ "dns": knot.question("text.zone.test", json!({})) }), "DNS", "resolve", "NODATA");
    fails(json!({ "dns": knot.question("other.test", json!({})) }), "DNS", "resolve", "REFUSED");
}
