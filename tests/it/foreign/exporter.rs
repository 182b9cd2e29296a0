//! Targets of the lab, probed by blackbox_exporter and by its own modules here.

use super::samples::{passes, start};
use crate::lab_process::Lab;
use faultfinder_tests::faultfinder;
use faultfinder_tests::peers::program;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The modules.
const MODULES: &str = "\
modules:
  get: { prober: http, timeout: 3s }
  body:
    prober: http
    timeout: 3s
    http: { valid_status_codes: [200, 404, 500], follow_redirects: false, fail_if_body_not_matches_regexp: [hello] }
  tls: { prober: http, timeout: 3s, http: { tls_config: { ca_file: CA } } }
  tcp: { prober: tcp, timeout: 3s }
  dns: { prober: dns, timeout: 3s, dns: { query_name: host.zone.test, query_type: A } }
";

/// How many targets are compared at least.
const TARGETS_MIN: usize = 300;

/// How many probes the exporter carries out at once.
const AT_ONCE: usize = 8;

/// Where the exporter passes and this program does not, and why: scenarios by the beginning of their names.
const STRICTER: &[(&str, &[&str])] = &[
    (
        "RFC 9112 does not allow it, and Go reads it all the same",
        &[
            "http1/statusline-extra-space",
            "http1/version-",
            "http1/ok-bare-lf",
            "http1/header-lf-only-inside",
            "http1/header-space-before-colon",
            "http1/header-name-nul",
            "http1/header-value-nul",
            "http1/header-empty-name",
            "http1/header-obs-fold",
            "http1/cl-duplicate-equal",
            "http1/cl-and-te",
        ],
    ),
    (
        "the limits of headers are lower here",
        &[
            "http1/headers-60k",
            "http1/header-line-20k",
            "http1/status-reason-20k",
            "http1/headers-2100-lines",
        ],
    ),
    (
        "without `compression`, the exporter decodes no body",
        &[
            "http1/gzip-garbage",
            "http1/gzip-bad-crc",
            "http1/gzip-truncated",
            "http1/gzip-trailing-junk",
            "http1/deflate-garbage",
            "http1/deflate-is-gzip",
            "http1/br-garbage",
            "http1/zstd-garbage",
        ],
    ),
    ("Go encodes the space", &["config/path-space", "config/query-space"]),
    ("the connection is kept for 200 ms here", &["tcp/accept-rst"]),
    (
        "the exporter takes what it gets: a message that is cut off, or answers another question",
        &[
            "dns/count-too-high",
            "dns/wrong-question",
            "dns/qr-bit-0",
            "dns/truncated-tcp-",
            "dns/question-other-class",
        ],
    ),
];

/// Where this program passes and the exporter does not.
const LESS_STRICT: &[(&str, &[&str])] = &[
    ("Go knows no coding but chunked, once", &["http1/te-chunked-twice", "http1/te-gzip-chunked"]),
    (
        "without `compression`, the exporter matches the encoded body",
        &["http1/gzip", "http1/x-gzip", "http1/deflate", "http1/br"],
    ),
    ("the exporter follows no chain of aliases", &["dns/cname-chain-17"]),
    ("the exporter sends its question once", &["dns/first-lost"]),
];

/// What cannot be compared.
const LEFT_OUT: &[(&str, &[&str])] = &[
    ("the exporter goes on reading after a 101, beyond its own time", &["http1/101-h2c-unasked"]),
    ("who asks second gets another response", &["http1/envelope-429-"]),
];

/// Targets by their module and scenario.
type Targets = BTreeMap<(&'static str, String), String>;

/// The targets of the lab that modules can probe as its scenarios do, but for those that keep everybody waiting.
fn targets(lab: &Lab) -> Targets {
    let mut targets = Targets::new();
    for scenario in lab.scenarios() {
        let (id, definition) = (scenario["id"].as_str().unwrap(), &scenario["definition"]);
        let fields = |section: &str| -> Vec<&str> {
            definition[section].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect()
        };
        let mut add = |module, target: String| {
            if !target.is_empty() && !is_listed(LEFT_OUT, id) {
                targets.insert((module, id.to_owned()), target);
            }
        };
        let url = definition["http"]["url"].as_str().unwrap_or_default().to_owned();
        match fields("http").as_slice() {
            ["url"] => {
                add("get", url.clone());
                add("body", url);
            }
            ["tls", "url"] if url.contains("//127.0.0.1") => add("tls", url),
            _ => {}
        }
        let place = |of: &Value, host: &str| {
            Some(format!(
                "{}:{}",
                of[host].as_str().filter(|host| !host.contains(':'))?,
                of["port"].as_u64()?
            ))
        };
        let tcp = (fields("tcp").as_slice() == ["host", "port"]).then(|| place(&definition["tcp"], "host"));
        tcp.flatten().into_iter().for_each(|target| add("tcp", target));
        let dns = fields("dns").as_slice() == ["name", "port", "server", "type"];
        let dns = dns.then(|| place(&definition["dns"], "server")).flatten();
        dns.into_iter().for_each(|target| add("dns", target));
    }
    targets
}

/// Whether each target passes here.
fn ours(modules: &Path, targets: &Targets) -> HashMap<(String, String), bool> {
    let mut found = HashMap::new();
    for module in ["get", "body", "tls", "tcp", "dns"] {
        let of_module = targets.iter().filter(|((of, _), _)| *of == module);
        let all: Vec<&str> = of_module.map(|(_, target)| target.as_str()).collect();
        let file = modules.with_extension(format!("{module}.json"));
        std::fs::write(&file, serde_json::json!([{ "targets": all }]).to_string()).unwrap();
        let (modules, file) = (modules.display().to_string(), file.display().to_string());
        let options = ["--module", module, "--target-file", &file, "--format", "json"];
        let answer = faultfinder(&[&["run", &modules], &options[..]].concat());
        for result in answer.json()["results"].as_array().unwrap() {
            let name = result["name"].as_str().unwrap();
            let target = name.strip_prefix(module).unwrap().trim().to_owned();
            found.insert((module.to_owned(), target), result["status"] == "passed");
        }
    }
    found
}

/// Whether each target passes there.
fn theirs(address: &str, targets: &Targets) -> HashMap<(String, String), bool> {
    let all: Vec<_> = targets.iter().map(|((module, _), target)| (*module, target.as_str())).collect();
    let (next, found) = (AtomicUsize::new(0), Mutex::new(HashMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((module, target)) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let passes = passes(address, module, target);
                    found.lock().unwrap().insert(((*module).to_owned(), (*target).to_owned()), passes);
                }
            });
        }
    });
    found.into_inner().unwrap()
}

fn is_listed(list: &[(&str, &[&str])], id: &str) -> bool {
    list.iter().flat_map(|(_, ids)| *ids).any(|known| id.starts_with(known))
}

#[test]
fn targets_of_the_lab_pass_and_fail_as_with_the_exporter() {
    let Some(exporter) = program("prometheus-blackbox-exporter") else { return };
    let (folder, lab) = (tempfile::tempdir().unwrap(), Lab::start());
    let ca =
        lab.scenarios().iter().find_map(|scenario| scenario["definition"]["http"]["tls"]["ca"][0].as_str());
    let (ca_file, modules) = (folder.path().join("ca.pem"), folder.path().join("blackbox.yml"));
    std::fs::write(&ca_file, ca.unwrap()).unwrap();
    std::fs::write(&modules, MODULES.replace("CA", &ca_file.display().to_string())).unwrap();
    let (_exporter, address) = start(&exporter, &modules, folder.path());
    let targets = targets(&lab);
    assert!(targets.len() >= TARGETS_MIN, "{} targets", targets.len());
    let (ours, theirs) = (ours(&modules, &targets), theirs(&address, &targets));
    let mut wrong = Vec::new();
    for ((module, id), target) in &targets {
        let key = ((*module).to_owned(), target.clone());
        let is_right = match (ours[&key], theirs[&key]) {
            (false, true) => is_listed(STRICTER, id),
            (true, false) => is_listed(LESS_STRICT, id),
            _ => true,
        };
        if !is_right {
            wrong.push(format!("{module} {id}: here {}, there {}", ours[&key], theirs[&key]));
        }
    }
    assert!(wrong.is_empty(), "of {} targets: {wrong:#?}", targets.len());
}
