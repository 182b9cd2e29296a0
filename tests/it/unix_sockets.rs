//! TLS over Unix domain sockets, and a socket that another user may not open.

use crate::served::{Served, serve};
use faultfinder_tests::peers::{fails, not_run, passes};
use serde_json::{Value, json};
use std::net::{Shutdown, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

/// A folder that everybody may enter, with a socket in it that nobody else may use.
fn socket() -> (tempfile::TempDir, PathBuf, UnixListener) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = folder.path().join("socket");
    let listener = UnixListener::bind(&path).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    (folder, path, listener)
}

/// A scenario of the lab behind a socket: its test, without the port, which nobody needs there.
fn behind_a_socket(id: &str) -> Option<(Served, Value, PathBuf, tempfile::TempDir)> {
    let served = serve(id)?;
    let (folder, path, listener) = socket();
    let target = served.exhibit["target"].as_str().unwrap();
    let target = target.split("://").last().unwrap().trim_end_matches('/').to_owned();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let target = target.clone();
            std::thread::spawn(move || bridge(&stream, &target));
        }
    });
    let test = served.exhibit["definition"].clone();
    Some((served, test, path, folder))
}

/// Carries bytes between the two.
fn bridge(near: &UnixStream, target: &str) {
    let far = TcpStream::connect(target).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let _ = std::io::copy(&mut &*near, &mut &far);
            let _ = far.shutdown(Shutdown::Write);
        });
        let _ = std::io::copy(&mut &far, &mut &*near);
        let _ = near.shutdown(Shutdown::Write);
    });
}

fn text(path: &Path) -> Value {
    path.to_str().unwrap().into()
}

#[test]
fn https_goes_over_a_socket_and_the_certificate_is_that_of_the_url() {
    let Some((_lab, mut test, path, _folder)) = behind_a_socket("http1/tls-ok") else {
        return not_run("the lab does not serve http1/tls-ok");
    };
    test["http"]["unix_socket"] = text(&path);
    // Nobody listens on that port: only the socket leads to the server.
    test["http"]["url"] = "https://127.0.0.1:1/".into();
    let result = passes(test.clone());
    assert_eq!(result["observed"]["tls"]["chain"].as_array().map(Vec::is_empty), Some(false), "{result:#}");
    assert!(result["timings"]["tls"].is_number() && result["timings"]["resolve"].is_null(), "{result:#}");
    test["http"]["url"] = "https://other.invalid/".into();
    fails(test, "SSL", "tls", "HOSTNAME_MISMATCH");
}

#[test]
fn tls_of_a_tcp_test_goes_over_a_socket_and_the_host_names_the_server() {
    let Some((_lab, mut test, path, _folder)) = behind_a_socket("tcp/tls-echo") else {
        return not_run("the lab does not serve tcp/tls-echo");
    };
    test["tcp"]["unix_socket"] = text(&path);
    test["tcp"].as_object_mut().unwrap().remove("port");
    let result = passes(test.clone());
    assert!(result["timings"]["tls"].is_number(), "{result:#}");
    test["tcp"]["host"] = "other.invalid".into();
    fails(test, "SSL", "tls", "HOSTNAME_MISMATCH");
}

#[test]
fn a_socket_that_this_process_may_not_use_is_our_own_failure() {
    let (_folder, path, _listener) = socket();
    let path = path.to_str().unwrap();
    let call = |path: &str| {
        let arguments = ["probe", "tcp", "localhost", "--unix-socket", path, "--format", "json"];
        match crate::nobody::call(&arguments) {
            Ok(output) if !output.stdout.is_empty() => Some(output),
            refused => {
                not_run(&format!("privileges stay: {refused:?}"));
                None
            }
        }
    };
    let Some(output) = call(path) else { return };
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let fault = &report["results"][0]["fault"];
    assert_eq!(output.status.code(), Some(3), "{report:#}");
    let found = [&fault["code"], &fault["phase"], &fault["detail"]["name"], &fault["blame"]];
    assert_eq!(found, [&json!("INTERNAL_ERROR"), &json!("connect"), &json!("EACCES"), &json!("ourselves")]);
    assert!(fault["message"].as_str().unwrap().contains("may not use the socket"), "{fault:#}");
}
