//! Tinyproxy: an HTTP proxy.

use super::nginx;
use faultfinder_tests::peers::{Peer, fails, file, free_port, passes, program};
use serde_json::json;

#[test]
fn tunnels_of_tinyproxy() {
    let Some(program) = program("tinyproxy") else { return };
    let Some(nginx) = nginx::start() else { return };
    let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
    let configuration = format!(
        "Port {port}\nListen 127.0.0.1\nTimeout 10\nMaxClients 10\nAllow 127.0.0.1\nBasicAuth user secret\nConnectPort {}\n",
        nginx.secure
    );
    let configuration = file(folder.path(), "tinyproxy.conf", &configuration);
    let _peer = Peer::start(&program, &["-d", "-c", &configuration], folder.path(), &[port]);
    let test = |credentials: &str, target: String| {
        let proxy = json!({ "url": format!("http://{credentials}127.0.0.1:{port}") });
        json!({ "http": { "url": target, "proxy": proxy, "version": "1.1", "tls": nginx.trusting(json!({})) },
            "assert": ["status is 200"] })
    };
    let secure = format!("https://localhost:{}/ok", nginx.secure);
    passes(test("user:secret@", secure.clone()));
    passes(test("user:secret@", format!("http://127.0.0.1:{}/ok", nginx.plain)));
    // It says 401 where RFC 9110 has 407.
    fails(test("user:wrong@", secure.clone()), "AUTHENTICATION_ERROR", "proxy", "401");
    fails(test("", secure), "TUNNEL", "proxy", "407");
    // A port that the proxy does not let anybody connect to.
    fails(test("user:secret@", format!("https://localhost:{}/ok", nginx.plain)), "TUNNEL", "proxy", "403");
}
