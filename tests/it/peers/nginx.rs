//! nginx: HTTP/1.1, HTTP/2, TLS, client certificates.

use super::{identity, pki};
use faultfinder_lab::pki::Pki;
use faultfinder_tests::peers::{Peer, fails, file, free_port, passes, program};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A running nginx.
pub(super) struct Nginx {
    pub(super) pki: Pki,
    pub(super) folder: TempDir,
    /// HTTP/1.1 in plaintext.
    pub(super) plain: u16,
    /// HTTP/1.1 and HTTP/2 over TLS with a good certificate.
    pub(super) secure: u16,
    /// TLS with an expired certificate.
    expired: u16,
    /// TLS that demands a client certificate.
    clients: u16,
    _peer: Peer,
}

/// Starts one; nothing where it is not installed.
pub(super) fn start() -> Option<Nginx> {
    let program = program("nginx")?;
    let (pki, folder) = (pki(), tempfile::tempdir().unwrap());
    let path = folder.path();
    let (good, good_key) = identity(path, "good", pki.good());
    let (old, old_key) = identity(path, "old", &pki.expired().unwrap());
    let ca = file(path, "ca.pem", &pki.ca_pem());
    let [plain, secure, expired, clients] = [free_port(), free_port(), free_port(), free_port()];
    let here = path.display();
    // The password of `user` is `secret`, as `openssl passwd -1` hashes it.
    let users = file(path, "users", "user:{PLAIN}secret\n");
    let configuration = format!(
        r#"
daemon off; master_process off; worker_processes 1; pid {here}/pid; error_log stderr;
events {{ worker_connections 64; }}
http {{
  access_log off; ssl_protocols TLSv1.2 TLSv1.3; client_body_temp_path {here}/body; proxy_temp_path {here}/proxy;
  fastcgi_temp_path {here}/fastcgi; uwsgi_temp_path {here}/uwsgi; scgi_temp_path {here}/scgi;
  server {{ listen 127.0.0.1:{plain};
    location /ok {{ return 200 "hello"; }}
    location /drop {{ return 444; }}
    location /moved {{ return 302 /ok; }}
    location /private {{ auth_basic "private"; auth_basic_user_file {users}; root {here}; }}
  }}
  server {{ listen 127.0.0.1:{secure} ssl http2; ssl_certificate {good}; ssl_certificate_key {good_key};
    location /ok {{ return 200 "$server_protocol"; }} }}
  server {{ listen 127.0.0.1:{expired} ssl; ssl_certificate {old}; ssl_certificate_key {old_key};
    location / {{ return 200; }} }}
  server {{ listen 127.0.0.1:{clients} ssl; ssl_certificate {good}; ssl_certificate_key {good_key};
    ssl_client_certificate {ca}; ssl_verify_client on; ssl_verify_depth 3;
    location / {{ return 200 "$ssl_client_verify"; }} }}
}}
"#
    );
    let _page = file(path, "private", "");
    let file = file(path, "nginx.conf", &configuration);
    let prefix = here.to_string();
    let peer = Peer::start(&program, &["-p", &prefix, "-c", &file], path, &[plain, secure, expired, clients]);
    Some(Nginx { pki, folder, plain, secure, expired, clients, _peer: peer })
}

impl Nginx {
    /// TLS settings that trust the lab's root and send further fields.
    pub(super) fn trusting(&self, fields: Value) -> Value {
        let mut tls = json!({ "roots": "none", "ca": [self.pki.ca_pem()] });
        if let (Some(tls), Some(fields)) = (tls.as_object_mut(), fields.as_object()) {
            tls.extend(fields.iter().map(|(name, value)| (name.clone(), value.clone())));
        }
        tls
    }
}

#[test]
fn http1_of_nginx() {
    let Some(nginx) = start() else { return };
    let url = |path: &str| format!("http://127.0.0.1:{}{path}", nginx.plain);
    passes(json!({ "http": { "url": url("/ok") },
        "assert": ["status is 200", "body is hello", "header server contains nginx"] }));
    passes(
        json!({ "http": { "url": url("/moved"), "follow_redirects": true }, "assert": ["body is hello"] }),
    );
    let http = json!({ "url": url("/drop") });
    fails(json!({ "http": http }), "CONNRESET", "wait", "premature-close");
    let http = json!({ "url": url("/none") });
    fails(json!({ "http": http, "assert": ["status is 200"] }), "INCORRECT_ASSERTION", "assert", "status");
    let basic = |password: &str| json!({ "basic": { "username": "user", "password": password } });
    let http = |password| json!({ "url": url("/private"), "auth": basic(password) });
    passes(json!({ "http": http("secret"), "assert": ["status is 200"] }));
    fails(json!({ "http": http("wrong") }), "AUTHENTICATION_ERROR", "wait", "401");
}

#[test]
fn http2_of_nginx() {
    let Some(nginx) = start() else { return };
    let url = format!("https://localhost:{}/ok", nginx.secure);
    let http = |version: &str| json!({ "url": url, "version": version, "tls": nginx.trusting(json!({})) });
    passes(json!({ "http": http("2"), "assert": ["alpn is h2", "body is HTTP/2.0"] }));
    passes(json!({ "http": http("1.1"), "assert": ["alpn is http/1.1", "body is HTTP/1.1"] }));
    let untrusted = json!({ "url": url, "version": "2" });
    fails(json!({ "http": untrusted }), "SSL", "tls", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY");
    // h2 is demanded of a server that does not speak it: nginx refuses the handshake since 1.21.4.
    let http = json!({ "url": format!("https://localhost:{}/", nginx.clients), "version": "2",
        "tls": nginx.trusting(json!({})) });
    fails(json!({ "http": http }), "HTTP2", "tls", "no_application_protocol");
}

#[test]
fn tls_of_nginx() {
    let Some(nginx) = start() else { return };
    let ssl = |host: &str, port| {
        let mut ssl = nginx.trusting(json!({ "host": host, "port": port }));
        ssl["server_name"] = json!("localhost");
        json!({ "ssl": ssl, "assert": ["certificate expires_in > 1 days", "tls_version is TLSv1.3"] })
    };
    passes(ssl("127.0.0.1", nginx.secure));
    fails(ssl("127.0.0.1", nginx.expired), "SSL", "tls", "CERT_HAS_EXPIRED");
    let mut wrong = ssl("127.0.0.1", nginx.secure);
    wrong["ssl"]["server_name"] = json!("other.test");
    fails(wrong, "SSL", "tls", "HOSTNAME_MISMATCH");
}

#[test]
fn client_certificates_of_nginx() {
    let Some(nginx) = start() else { return };
    let client = nginx.pki.client().unwrap();
    let url = format!("https://localhost:{}/", nginx.clients);
    let known =
        nginx.trusting(json!({ "client_cert": client.certificate_pem(), "client_key": client.key_pem() }));
    passes(json!({ "http": { "url": url, "tls": known }, "assert": ["body is SUCCESS"] }));
    // nginx completes the handshake without one, and answers 400.
    let result = fails(
        json!({ "http": { "url": url, "tls": nginx.trusting(json!({})) }, "assert": ["status is 200"] }),
        "INCORRECT_ASSERTION",
        "assert",
        "status",
    );
    assert_eq!(result["assertions"][0]["actual"], 400);
    assert!(nginx.folder.path().is_dir());
}
