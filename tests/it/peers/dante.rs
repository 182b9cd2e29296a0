//! Dante: a SOCKS5 proxy.

use super::nginx;
use faultfinder_tests::peers::{Peer, fails, file, free_port, passes, program};
use serde_json::json;

#[test]
fn connections_through_dante() {
    let Some(program) = program("danted") else { return };
    let Some(nginx) = nginx::start() else { return };
    let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
    // Requests for the port of plain HTTP are refused.
    let configuration = format!(
        "logoutput: stderr
internal: 127.0.0.1 port = {port}
external: lo
user.privileged: root
user.unprivileged: nobody
clientmethod: none
socksmethod: none
client pass {{ from: 127.0.0.0/8 to: 0.0.0.0/0 }}
socks block {{ from: 127.0.0.0/8 to: 0.0.0.0/0 port = {} }}
socks pass {{ from: 127.0.0.0/8 to: 0.0.0.0/0 }}
",
        nginx.plain
    );
    let configuration = file(folder.path(), "danted.conf", &configuration);
    let pid = folder.path().join("pid");
    let arguments = ["-f", &configuration, "-p", &pid.to_string_lossy(), "-N", "1"];
    let _peer = Peer::start(&program, &arguments, folder.path(), &[port]);
    let test = |target: String| {
        json!({ "http": { "url": target, "proxy": { "url": format!("socks5://127.0.0.1:{port}") },
            "tls": nginx.trusting(json!({})) }, "assert": ["status is 200"] })
    };
    passes(test(format!("https://127.0.0.1:{}/ok", nginx.secure)));
    let refused = test(format!("http://127.0.0.1:{}/ok", nginx.plain));
    fails(refused, "TUNNEL", "proxy", "connection_not_allowed");
}
