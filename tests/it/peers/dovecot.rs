//! Dovecot: STARTTLS in IMAP.

use super::{identity, pki};
use faultfinder_tests::peers::{Peer, fails, file, free_port, passes, program};
use serde_json::json;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

#[test]
fn starttls_of_dovecot() {
    let Some(program) = program("dovecot") else { return };
    let (pki, folder) = (pki(), tempfile::tempdir().unwrap());
    // Its processes change to users of their own, who must get at their sockets.
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let port = free_port();
    let here = folder.path().display();
    let (good, good_key) = identity(folder.path(), "good", pki.good());
    let configuration = format!(
        "protocols = imap
base_dir = {here}/run
state_dir = {here}/state
log_path = /dev/stderr
ssl = yes
ssl_cert = <{good}
ssl_key = <{good_key}
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid=1000 gid=1000 home={here}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"
    );
    let configuration = file(folder.path(), "dovecot.conf", &configuration);
    let _peer = Peer::start(&program, &["-F", "-c", &configuration], folder.path(), &[port]);
    let ssl = |name: &str, ca: String| {
        json!({ "ssl": { "host": "127.0.0.1", "port": port, "starttls": "imap", "server_name": name,
            "roots": "none", "ca": [ca] }, "assert": ["certificate expires_in > 1 days"] })
    };
    passes(ssl("localhost", pki.ca_pem()));
    fails(ssl("other.test", pki.ca_pem()), "SSL", "tls", "HOSTNAME_MISMATCH");
    fails(ssl("localhost", pki.stranger().pem()), "SSL", "tls", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY");
    let tcp = json!({ "host": "127.0.0.1", "port": port, "expect": "* OK" });
    passes(json!({ "tcp": tcp, "assert": ["received contains STARTTLS"] }));
    // Another protocol than the one that is spoken.
    let smtp = json!({ "host": "127.0.0.1", "port": port, "starttls": "smtp", "timeout": "2s" });
    let result = faultfinder_tests::peers::run(json!({ "ssl": smtp }));
    assert_ne!(result["status"], "passed", "{:#}", result["fault"]);
}
