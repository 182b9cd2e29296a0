//! Unbound: a resolver that validates.

use super::knot;
use faultfinder_tests::peers::{Peer, fails, file, free_port, passes, program};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A running Unbound that asks Knot DNS for `zone.test`, and Knot DNS.
struct Unbound {
    port: u16,
    _folder: TempDir,
    _peer: Peer,
    _knot: knot::Knot,
}

/// Starts one that trusts this key for `zone.test`, that of Knot DNS when there is none.
fn start(anchor: Option<&str>) -> Option<Unbound> {
    let program = program("unbound")?;
    let knot = knot::start()?;
    let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
    let here = folder.path().display();
    let anchor = anchor.map_or_else(|| knot.anchor(), str::to_owned);
    let configuration = format!(
        "server:
  directory: \"{here}\"
  chroot: \"\"
  username: \"\"
  pidfile: \"{here}/pid\"
  do-daemonize: no
  use-syslog: no
  interface: 127.0.0.1@{port}
  do-not-query-localhost: no
  local-zone: \"test.\" nodefault
  domain-insecure: \"local.test\"
  local-data: \"here.local.test. 60 IN A 127.0.0.9\"
  trust-anchor: \"{anchor}\"
  ede: yes
remote-control:
  control-enable: no
stub-zone:
  name: \"zone.test\"
  stub-addr: 127.0.0.1@{}
",
        knot.port
    );
    let configuration = file(folder.path(), "unbound.conf", &configuration);
    let peer = Peer::start(&program, &["-d", "-c", &configuration], folder.path(), &[port]);
    Some(Unbound { port, _folder: folder, _peer: peer, _knot: knot })
}

impl Unbound {
    fn question(&self, name: &str) -> Value {
        json!({ "dns": { "name": name, "server": "127.0.0.1", "port": self.port } })
    }
}

#[test]
fn answers_of_unbound() {
    let Some(unbound) = start(None) else { return };
    let mut test = unbound.question("here.local.test");
    test["assert"] = json!(["some A record is 127.0.0.9"]);
    passes(test);
    let mut test = unbound.question("www.zone.test");
    test["assert"] = json!(["some A record is 127.0.0.7"]);
    passes(test);
    fails(unbound.question("none.zone.test"), "DNS", "resolve", "NXDOMAIN");
    // Names are resolved through it for other tests too.
    let resolver = json!({ "server": "127.0.0.1", "port": unbound.port });
    let tcp = json!({ "host": "nobody.zone.test", "port": 9, "resolver": resolver });
    fails(json!({ "tcp": tcp }), "DNS", "resolve", "NXDOMAIN");
}

#[test]
fn a_bogus_answer_of_unbound() {
    let wrong = "zone.test. IN DS 1 13 2 0000000000000000000000000000000000000000000000000000000000000000";
    let Some(unbound) = start(Some(wrong)) else { return };
    fails(unbound.question("www.zone.test"), "DNS", "resolve", "SERVFAIL");
}
