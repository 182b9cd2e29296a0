//! `faultfinder verify` as people and scripts meet it, on certificates that the lab's writer makes.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests: a failure there is a failure of the test"
)]

use faultfinder_lab::pki::{Authority, DAY, Digest, Key, Template, der, name, pem};
use faultfinder_tests::{Answer, faultfinder, faultfinder_with_input};
use serde_json::Value;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// The time that the certificates are made for: 2026-01-01.
const NOW: u64 = 1_767_225_600;

/// A CRL of the issuing CA (RFC 5280 section 5.1), with one certificate in it or none.
fn crl(issuing: &Authority, now: SystemTime, revoked: Option<&[u8]>) -> Vec<u8> {
    crl_of(issuing, "Issuing", now, revoked)
}

fn crl_of(authority: &Authority, common_name: &str, now: SystemTime, revoked: Option<&[u8]>) -> Vec<u8> {
    let algorithm = authority.key().signature_algorithm(Digest::Sha256);
    let mut fields = vec![algorithm.clone(), name(common_name), der::time(now - DAY), der::time(now + DAY)];
    if let Some(certificate) = revoked {
        let entry = der::sequence(&[serial_of(certificate), der::time(now - DAY)]);
        fields.push(der::sequence(&[entry]));
    }
    let tbs = der::sequence(&fields);
    let signature = authority.key().sign(Digest::Sha256, &tbs).unwrap();
    der::sequence(&[tbs, algorithm, der::bit_string(&signature)])
}

/// The serial number of a certificate as DER: behind the version, `a0 03 02 01 02`.
fn serial_of(certificate: &[u8]) -> Vec<u8> {
    let version = [0xa0, 3, 2, 1, 2];
    let at = certificate.windows(5).position(|window| window == version).unwrap() + 5;
    certificate[at..at + 2 + usize::from(certificate[at + 1])].to_vec()
}

/// A folder with a root, an issuing CA, a good leaf, an expired one, and other files.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
        let authority = |name: &str| Template::authority(now, name, None);
        let root = Authority::root(&authority("Root"), Key::ec().unwrap()).unwrap();
        let issuing = root.subordinate(&authority("Issuing"), Key::ec().unwrap()).unwrap();
        let good = issuing.issue(&Template::server(now, &["good.test"])).unwrap();
        let old = Template::server(now, &["old.test"]).valid(now - 9 * DAY, now - 2 * DAY);
        let old = issuing.issue(&old).unwrap();
        let folder = Self(TempDir::new().unwrap());
        folder.write("root.pem", root.pem().as_bytes());
        folder.write("issuing.pem", issuing.pem().as_bytes());
        folder.write("issuing.der", issuing.certificate());
        folder.write("leaf.pem", good.clone().leaf_only().certificate_pem().as_bytes());
        folder.write("full.pem", good.certificate_pem().as_bytes());
        folder.write("key.pem", good.key_pem().as_bytes());
        folder.write("old.pem", old.leaf_only().certificate_pem().as_bytes());
        folder.write("none-revoked.pem", pem::encode("X509 CRL", &crl(&issuing, now, None)).as_bytes());
        folder.write("root-crl.der", &crl_of(&root, "Root", now, None));
        folder.write("leaf-revoked.der", &crl(&issuing, now, Some(&good.chain[0])));
        std::fs::create_dir(folder.0.path().join("roots")).unwrap();
        folder.write("roots/0a1b2c3d.0", root.pem().as_bytes());
        folder
    }

    fn write(&self, name: &str, content: &[u8]) {
        std::fs::write(self.0.path().join(name), content).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    /// `verify` with these words; files are written `@name`.
    fn verify(&self, line: &str) -> Answer {
        self.verify_input(line, b"")
    }

    fn verify_input(&self, line: &str, input: &[u8]) -> Answer {
        let time = NOW.to_string();
        let words = line
            .split(' ')
            .map(|word| word.strip_prefix('@').map_or_else(|| word.to_owned(), |name| self.path(name)));
        let words: Vec<String> =
            ["verify", "-attime", &time].into_iter().map(str::to_owned).chain(words).collect();
        faultfinder_with_input(&words.iter().map(String::as_str).collect::<Vec<_>>(), input)
    }
}

#[test]
fn a_good_chain_is_ok_and_shown_with_the_files_it_comes_from() {
    let folder = Folder::new();
    for line in [
        "-CAfile @root.pem -untrusted @issuing.pem @leaf.pem",
        "-CApath @roots -untrusted @issuing.der -purpose sslserver -verify_hostname good.test -x509_strict @leaf.pem",
        "--trusted @root.pem --untrusted @full.pem --verify_name ssl_server -show_chain -no-CAfile @full.pem",
        "-CAfile @issuing.pem -partial_chain @leaf.pem",
    ] {
        let answer = folder.verify(line);
        assert_eq!(answer.status, 0, "{line}: {}{}", answer.stdout, answer.stderr);
        assert!(answer.stdout.contains(".pem: OK\n"), "{}", answer.stdout);
        assert!(answer.stdout.contains("    0  CN=good.test"), "{}", answer.stdout);
        assert!(answer.stdout.contains(", trusted\n"), "{}", answer.stdout);
    }
}

#[test]
fn an_objection_is_told_with_certificate_reason_and_remedy() {
    let folder = Folder::new();
    let answer = folder.verify("-CAfile @root.pem -untrusted @issuing.pem -verify_hostname x.test @old.pem");
    assert_eq!(answer.status, 1, "{}", answer.stderr);
    for words in [
        "old.pem: FAILED, CERT_HAS_EXPIRED\n",
        "ended 2 days ago",
        "2 problems, in OpenSSL's order; ✗ marks the decisive one\n",
        "    ·  depth 0  HOSTNAME_MISMATCH 62, hostname mismatch\n",
        "    ✗  depth 0  CERT_HAS_EXPIRED 10, certificate has expired\n",
        "       CN=old.test",
        "expired 2025-12-30T00:00:00Z, 2 days before the check time\n",
        "→ ",
        "stops at the first reports HOSTNAME_MISMATCH 62, one that continues\n",
    ] {
        assert!(answer.stdout.contains(words), "{words} is not in\n{}", answer.stdout);
    }
}

#[test]
fn several_files_are_verified_one_after_the_other_and_the_worst_decides_the_status() {
    let folder = Folder::new();
    let answer = folder.verify("-CAfile @root.pem -untrusted @issuing.pem @leaf.pem @old.pem");
    assert_eq!(answer.status, 1);
    assert!(
        answer.stdout.contains("leaf.pem: OK\n") && answer.stdout.contains("old.pem: FAILED"),
        "{}",
        answer.stdout
    );
    assert!(answer.stdout.ends_with("\n1 of 2 are good\n"), "{}", answer.stdout);
    let answer = folder.verify("-CAfile @root.pem -untrusted @issuing.pem @gone.pem @leaf.pem");
    assert_eq!(answer.status, 2);
    assert!(answer.stdout.contains("leaf.pem: OK\n"), "{}", answer.stdout);
    assert!(answer.stderr.contains("gone.pem: there is no such file"), "{}", answer.stderr);
}

#[test]
fn json_is_one_line_per_file() {
    let folder = Folder::new();
    let answer =
        folder.verify("--json -CAfile @root.pem -untrusted @issuing.pem @leaf.pem @old.pem @key.pem");
    assert_eq!(answer.status, 2);
    let lines: Vec<Value> = answer.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [good, old, key] = lines.as_slice() else { panic!("{}", answer.stdout) };
    assert_eq!((&good["version"], &good["ok"], &good["final"]), (&1.into(), &true.into(), &0.into()));
    assert_eq!(good["time"], NOW);
    assert_eq!(good["decisive"], Value::Null);
    let given: Vec<&str> =
        good["chain"].as_array().unwrap().iter().filter_map(|link| link["from"].as_str()).collect();
    assert_eq!(given, ["leaf", "untrusted", "trusted"]);
    assert_eq!(good["chain"][2]["file"], folder.path("root.pem"));
    for field in ["subject", "issuer", "serial", "sha256", "not_before", "not_after", "key_type"] {
        assert!(!good["chain"][0][field].is_null(), "{field}");
    }
    assert_eq!(good["chain"][0]["extended_key_usage"], serde_json::json!(["serverAuth"]));
    assert!(!good["chain"][1]["key_usage"].is_null(), "{}", good["chain"][1]);
    assert_eq!(
        (&old["ok"], &old["decisive"]["code"], &old["final"]),
        (&false.into(), &"CERT_HAS_EXPIRED".into(), &10.into())
    );
    let event = &old["events"][0];
    assert_eq!(
        (&event["depth"], &event["number"], &event["openssl"]["code"]),
        (&0.into(), &10.into(), &"CERT_HAS_EXPIRED".into())
    );
    for field in ["subject", "reason", "remedy", "text"] {
        assert!(event[field].as_str().is_some_and(|text| !text.is_empty()), "{field}");
    }
    assert_eq!(old["strict"]["depth"], 0);
    assert_eq!(old["refined"][0], serde_json::json!([0, "CERT_HAS_EXPIRED"]));
    assert!(key["error"].as_str().unwrap().contains("a private key"), "{key}");
}

#[test]
fn standard_input_is_the_file_when_none_is_given() {
    let folder = Folder::new();
    let leaf = std::fs::read(folder.path("leaf.pem")).unwrap();
    for line in ["-CAfile @root.pem -untrusted @issuing.pem", "-CAfile @root.pem -untrusted @issuing.pem -"] {
        let answer = folder.verify_input(line, &leaf);
        assert_eq!(answer.status, 0, "{}", answer.stderr);
        assert!(answer.stdout.starts_with("standard input: OK\n"), "{}", answer.stdout);
    }
    let answer = folder.verify_input("-CAfile - -", &leaf);
    assert_eq!(answer.status, 2);
    assert!(answer.stderr.contains("can be read only once"), "{}", answer.stderr);
}

#[test]
fn what_was_forgotten_is_hinted_at() {
    let folder = Folder::new();
    let answer = folder.verify("-CAfile @root.pem @full.pem");
    assert_eq!(answer.status, 1);
    assert!(answer.stdout.contains("FAILED, UNABLE_TO_VERIFY_LEAF_SIGNATURE"), "{}", answer.stdout);
    let joined = answer.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(joined.contains("full.pem the chain is valid"), "{}", answer.stdout);
    let answer = folder.verify("@leaf.pem");
    assert!(answer.stdout.contains("hint  nothing is trusted"), "{}", answer.stdout);
}

#[test]
fn wrong_files_and_values_are_named_with_what_to_do() {
    let folder = Folder::new();
    folder.write("broken.pem", b"-----BEGIN CERTIFICATE-----\nMIIB\n??\n-----END CERTIFICATE-----\n");
    let rows = [
        (
            "-CAfile @root.pem @key.pem",
            "key.pem: begins on line 1 with a private key; it contains no certificate",
        ),
        ("-CAfile @broken.pem @leaf.pem", "broken.pem: block 1 on line 1 is not base64: line 3 has '?'"),
        ("-CRLfile @root.pem @leaf.pem", "root.pem: begins on line 1 with a certificate; it contains no CRL"),
        ("-CAfile @roots @leaf.pem", "roots: is a folder, not a file"),
        ("-purpose sslserve @leaf.pem", "a similar value exists: 'sslserver'"),
        ("-verify_ip nonsense @leaf.pem", "invalid IP address"),
        ("-CAfiel @root.pem @leaf.pem", "--CAfile"),
        ("-engine pkcs11 @leaf.pem", "-engine is not supported"),
    ];
    for (line, message) in rows {
        let answer = folder.verify(line);
        assert_eq!(answer.status, 2, "{line}");
        assert!(answer.stderr.contains(message), "{line}: {}", answer.stderr);
        assert_eq!(answer.stdout, "", "{line}");
    }
    let answer = faultfinder(&["verify", "-attime", "2026-01-01", "leaf.pem"]);
    assert!(answer.stderr.contains("1767225600"), "{}", answer.stderr);
}

#[test]
fn policies_are_checked_when_asked() {
    let folder = Folder::new();
    let rows = [("-policy_check", 0, "OK"), ("-policy 1.2.3 -explicit_policy", 1, "NO_EXPLICIT_POLICY")];
    for (line, status, word) in rows {
        let answer = folder.verify(&format!("{line} -CAfile @root.pem -untrusted @issuing.pem @leaf.pem"));
        assert_eq!(answer.status, status, "{line}: {}{}", answer.stdout, answer.stderr);
        assert!(answer.stdout.lines().next().unwrap().ends_with(word), "{line}: {}", answer.stdout);
    }
}

#[test]
fn crls_are_looked_at_when_asked_wherever_they_are_given() {
    let folder = Folder::new();
    folder.write(
        "both.pem",
        format!("{}{}", folder.read("root.pem"), folder.read("none-revoked.pem")).as_bytes(),
    );
    let rows = [
        ("-CAfile @root.pem -CRLfile @none-revoked.pem -crl_check", 0, "OK"),
        ("-CAfile @both.pem -crl_check", 0, "OK"),
        ("-CAfile @root.pem -CRLfile @leaf-revoked.der -crl_check", 1, "CERT_REVOKED"),
        ("-CAfile @root.pem -CRLfile @none-revoked.pem -CRLfile @root-crl.der -crl_check_all", 0, "OK"),
        ("-CAfile @root.pem -CRLfile @none-revoked.pem -crl_check_all", 1, "UNABLE_TO_GET_CRL"),
        ("-CAfile @root.pem -crl_check", 1, "UNABLE_TO_GET_CRL"),
    ];
    for (line, status, word) in rows {
        let answer = folder.verify(&format!("{line} -untrusted @issuing.pem @leaf.pem"));
        assert_eq!(answer.status, status, "{line}: {}{}", answer.stdout, answer.stderr);
        assert!(answer.stdout.lines().next().unwrap().ends_with(word), "{line}: {}", answer.stdout);
    }
    let answer =
        folder.verify("-CAfile @root.pem -CRLfile @leaf-revoked.der -untrusted @issuing.pem @leaf.pem");
    assert_eq!(answer.status, 0, "{}", answer.stderr);
    assert!(answer.stderr.contains("warning: CRLs are not used without -crl_check"), "{}", answer.stderr);
}
