//! OpenSSL's own server, and nginx on top of OpenSSL, with the suites, groups and keys that are used by old peers, and by few.

use faultfinder_tests::peers::{Peer, fails, file, free_port, passes, program};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// What goes through a session in each direction.
const BODY_BYTES: usize = 1 << 20;

const NO_AEAD: &str = "which has no authenticated encryption (RFC 9325 section 4.2)";
const FINITE_FIELD: &str = "whose finite-field key exchange is deprecated (RFC 9325 section 4.1)";
const BOTH: &str = "which has no authenticated encryption (RFC 9325 section 4.2) and a deprecated finite-field key exchange (section 4.1)";

/// Suites as OpenSSL and as IANA call them, the key, and what is said of them.
const SUITES: [(&str, &str, &str, &str); 15] = [
    ("ECDHE-RSA-AES256-SHA384", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", "rsa", NO_AEAD),
    ("ECDHE-RSA-AES128-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", "rsa", NO_AEAD),
    ("ECDHE-RSA-AES256-SHA", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "rsa", NO_AEAD),
    ("ECDHE-RSA-AES128-SHA", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "rsa", NO_AEAD),
    ("ECDHE-ECDSA-AES256-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", "p256", NO_AEAD),
    ("ECDHE-ECDSA-AES128-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "p256", NO_AEAD),
    ("ECDHE-ECDSA-AES256-SHA", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "p256", NO_AEAD),
    ("ECDHE-ECDSA-AES128-SHA", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "p256", NO_AEAD),
    ("DHE-RSA-AES256-GCM-SHA384", "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", "rsa", FINITE_FIELD),
    ("DHE-RSA-AES128-GCM-SHA256", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "rsa", FINITE_FIELD),
    ("DHE-RSA-CHACHA20-POLY1305", "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "rsa", FINITE_FIELD),
    ("DHE-RSA-AES256-SHA256", "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256", "rsa", BOTH),
    ("DHE-RSA-AES128-SHA256", "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256", "rsa", BOTH),
    ("DHE-RSA-AES256-SHA", "TLS_DHE_RSA_WITH_AES_256_CBC_SHA", "rsa", BOTH),
    ("DHE-RSA-AES128-SHA", "TLS_DHE_RSA_WITH_AES_128_CBC_SHA", "rsa", BOTH),
];

/// The assertions that a whole body of this size arrived.
fn sized(bytes: usize) -> [String; 3] {
    ["status is 200".to_owned(), format!("body >= {bytes} bytes"), format!("body <= {bytes} bytes")]
}

/// OpenSSL, and certificates that it has made.
struct OpenSsl {
    program: PathBuf,
    folder: TempDir,
}

/// Nothing where it is not installed.
fn openssl() -> Option<OpenSsl> {
    let openssl = OpenSsl { program: program("openssl")?, folder: tempfile::tempdir().unwrap() };
    let _page = file(openssl.folder.path(), "large", &"0123456789abcde\n".repeat(BODY_BYTES / 16));
    Some(openssl)
}

impl OpenSsl {
    fn call(&self, arguments: &[&str]) {
        let mut command = Command::new(&self.program);
        let output =
            command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Makes a key by these arguments, and a certificate of its own that is valid for `localhost`.
    fn certify(&self, name: &str, key: &[&str]) {
        let (certificate, private) = (format!("{name}.pem"), format!("{name}.key"));
        let mut arguments = vec!["req", "-x509", "-nodes", "-days", "30", "-subj", "/CN=localhost"];
        arguments.extend(["-addext", "subjectAltName=DNS:localhost"]);
        arguments.extend(["-addext", "basicConstraints=critical,CA:FALSE"]);
        arguments.extend(["-out", &certificate, "-keyout", &private]);
        arguments.extend(key);
        self.call(&arguments);
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    /// Starts a server with the key of this name that serves the folder, and yields it and its port.
    fn serve(&self, key: &str, arguments: &[&str]) -> (Peer, u16) {
        let port = free_port();
        let (accept, certificate, private) =
            (format!("127.0.0.1:{port}"), format!("{key}.pem"), format!("{key}.key"));
        let mut all = vec!["s_server", "-quiet", "-WWW", "-accept", &accept];
        all.extend(["-cert", &certificate, "-key", &private]);
        all.extend(arguments);
        (Peer::start(&self.program, &all, self.folder.path(), &[port]), port)
    }

    /// Demands that the `ssl` probe and the `http` probe get through to such a server with these results, and that both warn of
    /// this and of nothing else in the handshake.
    fn reaches(&self, key: &str, arguments: &[&str], facts: &[(&str, &str)], warning: Option<&str>) {
        let (_peer, port) = self.serve(key, arguments);
        for test in [self.ssl(key, port), self.http(key, port)] {
            let result = passes(test);
            for (name, value) in facts {
                assert_eq!(result["observed"]["tls"][name], *value, "{arguments:?}");
            }
            let warnings = result["warnings"].as_array().cloned().unwrap_or_default();
            // webpki does not know all of the keys.
            let said = warnings.iter().filter_map(Value::as_str).filter(|said| !said.contains("webpki"));
            let said: Vec<&str> = said.collect();
            assert_eq!(said, warning.into_iter().collect::<Vec<_>>(), "{key} {arguments:?}");
        }
    }

    /// Demands that the `ssl` probe sees the certificate of a server that nothing can be said to, and passes with a warning in
    /// these words; and that the `http` probe ends in an error of ours with this detail and these words.
    fn is_only_seen(&self, key: &str, port: u16, detail: &str, words: &str) {
        let seen = passes(self.ssl(key, port));
        let warnings = seen["warnings"].to_string();
        assert!(
            warnings.contains(words) && warnings.contains("nothing shows that the server has the key"),
            "{warnings}"
        );
        assert_eq!(seen["observed"]["tls"]["chain"][0]["subject"], "CN=localhost");
        let result = fails(self.http(key, port), "SSL", "tls", detail);
        let fault = &result["fault"];
        assert_eq!([&result["status"], &fault["blame"]], ["error", "ourselves"], "{fault}");
        assert!(fault["message"].as_str().unwrap_or_default().contains(words), "{fault}");
    }

    fn ssl(&self, key: &str, port: u16) -> Value {
        let ca = [self.read(&format!("{key}.pem"))];
        json!({ "ssl": { "host": "127.0.0.1", "port": port, "server_name": "localhost", "roots": "none", "ca": ca } })
    }

    /// A large body from the server.
    fn http(&self, key: &str, port: u16) -> Value {
        let tls = json!({ "roots": "none", "ca": [self.read(&format!("{key}.pem"))] });
        let http = json!({ "url": format!("https://localhost:{port}/large"), "version": "1.1", "tls": tls });
        json!({ "http": http, "assert": sized(BODY_BYTES) })
    }
}

#[test]
fn suites_of_openssl() {
    let Some(openssl) = openssl() else { return };
    openssl.certify("rsa", &["-newkey", "rsa:2048"]);
    openssl.certify("p256", &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]);
    for (name, iana, key, said) in SUITES {
        let facts = [("version", "TLSv1.2"), ("cipher_suite", iana)];
        let warning = format!("the session uses {iana}, {said}");
        openssl.reaches(key, &["-tls1_2", "-cipher", name], &facts, Some(&warning));
    }
    // Everything at once: what has authenticated encryption and elliptic curves is chosen.
    let facts = [("cipher_suite", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")];
    openssl.reaches("rsa", &["-tls1_2"], &facts, None);
    openssl.reaches("rsa", &[], &[("version", "TLSv1.3"), ("cipher_suite", "TLS_AES_256_GCM_SHA384")], None);
}

/// OpenSSL chooses the size of a group after that of the key, and its groups are those of RFC 3526.
#[test]
fn finite_fields_of_openssl() {
    let Some(openssl) = openssl() else { return };
    let suite = "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384";
    let warning = format!("the session uses {suite}, {FINITE_FIELD}");
    let arguments = ["-tls1_2", "-cipher", "DHE-RSA-AES256-GCM-SHA384"];
    for size in ["2048", "3072", "4096"] {
        openssl.certify(size, &["-newkey", &format!("rsa:{size}")]);
        openssl.reaches(size, &arguments, &[("cipher_suite", suite)], Some(&warning));
        let parameters = format!("ffdhe{size}.pem");
        let group = format!("group:ffdhe{size}");
        openssl.call(&["genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", &group, "-out", &parameters]);
        let arguments = [&arguments[..], &["-dhparam", &parameters]].concat();
        openssl.reaches("2048", &arguments, &[("cipher_suite", suite)], Some(&warning));
    }
    // A group that is not among them.
    openssl.call(&[
        "genpkey",
        "-genparam",
        "-algorithm",
        "DH",
        "-pkeyopt",
        "group:modp_1536",
        "-out",
        "1536.pem",
    ]);
    let cipher = "DHE-RSA-AES256-GCM-SHA384:@SECLEVEL=1";
    let (_peer, port) = openssl.serve("2048", &["-tls1_2", "-cipher", cipher, "-dhparam", "1536.pem"]);
    let words = "does not know the finite-field group of 1536 bits";
    openssl.is_only_seen("2048", port, "no_shared_cipher", words);
}

/// Servers that this client has no version, suite or curve in common with.
#[test]
fn what_openssl_chooses_and_this_client_does_not_have() {
    let Some(openssl) = openssl() else { return };
    openssl.certify("rsa", &["-newkey", "rsa:2048"]);
    openssl.certify("p256", &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]);
    for curve in ["brainpoolP256r1", "secp256k1"] {
        openssl.certify(curve, &["-newkey", "ec", "-pkeyopt", &format!("ec_paramgen_curve:{curve}")]);
        let (_peer, port) = openssl.serve(curve, &["-tls1_2", "-cipher", "ALL:@SECLEVEL=0"]);
        openssl.is_only_seen(curve, port, "handshake_failure", &format!("with a key on the curve {curve}"));
    }
    let all = "ALL:@SECLEVEL=0";
    for (key, arguments, detail, words) in [
        (
            "rsa",
            &["-tls1_2", "-cipher", "AES128-SHA"][..],
            "handshake_failure",
            "TLS_RSA_WITH_AES_128_CBC_SHA, TLSv1.2",
        ),
        (
            "rsa",
            &["-tls1_2", "-cipher", "AES256-GCM-SHA384"],
            "handshake_failure",
            "TLS_RSA_WITH_AES_256_GCM_SHA384",
        ),
        (
            "rsa",
            &["-tls1_2", "-cipher", "CAMELLIA256-SHA"],
            "handshake_failure",
            "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA",
        ),
        (
            "rsa",
            &["-tls1_2", "-cipher", "ARIA128-GCM-SHA256"],
            "handshake_failure",
            "TLS_RSA_WITH_ARIA_128_GCM_SHA256",
        ),
        (
            "rsa",
            &["-tls1_1", "-cipher", all],
            "protocol_version",
            ", TLSv1.1, which this client cannot speak",
        ),
        ("rsa", &["-tls1", "-cipher", all], "protocol_version", ", TLSv1, which this client cannot speak"),
        (
            "p256",
            &["-tls1_2", "-groups", "brainpoolP256r1"],
            "handshake_failure",
            "with the group brainpoolP256r1",
        ),
        (
            "p256",
            &["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-CCM8:@SECLEVEL=0"],
            "handshake_failure",
            "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8",
        ),
    ] {
        let (_peer, port) = openssl.serve(key, arguments);
        openssl.is_only_seen(key, port, detail, words);
    }
}

/// In TLS 1.3 certificates are encrypted, so nothing but the choice is seen.
#[test]
fn openssl_with_suites_of_tls_13_that_nobody_else_has() {
    let Some(openssl) = openssl() else { return };
    openssl.certify("rsa", &["-newkey", "rsa:2048"]);
    for suite in ["TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256"] {
        let (_peer, port) = openssl.serve("rsa", &["-tls1_3", "-ciphersuites", suite]);
        for test in [openssl.ssl("rsa", port), openssl.http("rsa", port)] {
            let result = fails(test, "SSL", "tls", "handshake_failure");
            let fault = &result["fault"];
            assert_eq!([&result["status"], &fault["blame"]], ["error", "ourselves"], "{fault}");
            let words = format!("the server chose {suite}, TLSv1.3, which this client cannot speak");
            assert_eq!(fault["message"], words);
        }
    }
}

#[test]
fn groups_of_openssl() {
    let Some(openssl) = openssl() else { return };
    openssl.certify("rsa", &["-newkey", "rsa:2048"]);
    for group in ["P-521", "X448"] {
        openssl.reaches("rsa", &["-tls1_2", "-groups", group], &[("version", "TLSv1.2")], None);
    }
    for group in ["P-521", "X448", "ffdhe2048", "ffdhe3072", "ffdhe4096"] {
        openssl.reaches("rsa", &["-tls1_3", "-groups", group], &[("version", "TLSv1.3")], None);
    }
}

#[test]
fn keys_of_openssl() {
    let Some(openssl) = openssl() else { return };
    openssl.certify("ed448", &["-newkey", "ed448"]);
    openssl.certify("p521", &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521"]);
    openssl.certify("pss", &["-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"]);
    for key in ["ed448", "p521"] {
        openssl.reaches(key, &["-tls1_2"], &[("version", "TLSv1.2")], None);
        openssl.reaches(key, &["-tls1_3"], &[("version", "TLSv1.3")], None);
    }
    for digest in ["sha256", "sha384", "sha512"] {
        let options = [format!("rsa_pss_keygen_md:{digest}"), format!("rsa_pss_keygen_mgf1_md:{digest}")];
        let mut arguments = vec!["-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"];
        arguments.extend(["-pkeyopt", &options[0], "-pkeyopt", &options[1]]);
        openssl.certify(digest, &arguments);
        openssl.reaches(digest, &["-tls1_3"], &[("version", "TLSv1.3")], None);
    }
    openssl.reaches("pss", &["-tls1_3"], &[("version", "TLSv1.3")], None);
    // The limit of rustls, and that it is one.
    let (_peer, port) = openssl.serve("pss", &["-tls1_2"]);
    openssl.is_only_seen(
        "pss",
        port,
        "no_shared_cipher",
        "whose handshakes this client verifies in TLS 1.3 only",
    );
}

#[test]
fn signatures_of_openssl() {
    let Some(openssl) = openssl() else { return };
    openssl.certify("rsa", &["-newkey", "rsa:2048"]);
    openssl.certify("p256", &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]);
    for (key, scheme) in [("rsa", "RSA+SHA1"), ("p256", "ECDSA+SHA1")] {
        let arguments = ["-tls1_2", "-cipher", "ALL:@SECLEVEL=0", "-sigalgs", scheme];
        let warning = "the peer signed the handshake with SHA-1 (RFC 9155)";
        openssl.reaches(key, &arguments, &[("version", "TLSv1.2")], Some(warning));
    }
}

/// Starts nginx with a server for each suite, which stores what is sent to it in `files`; yields it and the ports.
fn nginx(openssl: &OpenSsl, nginx: &Path) -> (Peer, Vec<u16>) {
    let folder = openssl.folder.path();
    let here = folder.display();
    openssl.call(&[
        "genpkey",
        "-genparam",
        "-algorithm",
        "DH",
        "-pkeyopt",
        "group:ffdhe2048",
        "-out",
        "dh.pem",
    ]);
    std::fs::create_dir(folder.join("files")).unwrap();
    let ports: Vec<u16> = SUITES.iter().map(|_| free_port()).collect();
    let mut servers = String::new();
    for ((name, _, key, _), port) in SUITES.iter().zip(&ports) {
        let (certificate, private) = (format!("{here}/{key}.pem"), format!("{here}/{key}.key"));
        let _ = write!(
            servers,
            "server {{ listen 127.0.0.1:{port} ssl; ssl_protocols TLSv1.2; ssl_ciphers {name}; ssl_dhparam {here}/dh.pem;
               ssl_certificate {certificate}; ssl_certificate_key {private}; }}\n"
        );
    }
    let configuration = format!(
        "daemon off; master_process off; worker_processes 1; pid {here}/pid; error_log stderr;
         events {{ worker_connections 64; }}
         http {{ access_log off; client_max_body_size 4m; client_body_temp_path {here}/body; proxy_temp_path {here}/proxy;
           fastcgi_temp_path {here}/fastcgi; uwsgi_temp_path {here}/uwsgi; scgi_temp_path {here}/scgi;
           root {here}/files; dav_methods PUT; {servers} }}"
    );
    let configuration = file(folder, "nginx.conf", &configuration);
    let prefix = here.to_string();
    (Peer::start(nginx, &["-p", &prefix, "-c", &configuration], folder, &ports), ports)
}

/// A body of a mebibyte to the server and back, in the records of each suite.
#[test]
fn bodies_in_records_of_every_suite() {
    let (Some(openssl), Some(program)) = (openssl(), program("nginx")) else { return };
    openssl.certify("rsa", &["-newkey", "rsa:2048"]);
    openssl.certify("p256", &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]);
    let (_peer, ports) = nginx(&openssl, &program);
    let content = openssl.read("large");
    for ((name, iana, key, _), port) in SUITES.iter().zip(&ports) {
        let tls = json!({ "roots": "none", "ca": [openssl.read(&format!("{key}.pem"))] });
        let url = format!("https://localhost:{port}/{name}");
        let multipart = json!([{ "name": "body", "file": openssl.folder.path().join("large") }]);
        let put =
            json!({ "url": url, "method": "PUT", "version": "1.1", "multipart": multipart, "tls": tls });
        let result = passes(json!({ "http": put, "assert": ["status is 201"] }));
        assert_eq!(result["observed"]["tls"]["cipher_suite"], *iana);
        let stored = openssl.read(&format!("files/{name}"));
        assert!(stored.contains(&content), "{name}: {} bytes were stored", stored.len());
        let get = json!({ "url": url, "version": "1.1", "tls": tls });
        passes(json!({ "http": get, "assert": sized(stored.len()) }));
    }
}
