//! The usual alert rules for blackbox_exporter, evaluated by Prometheus itself over what the exporter and what `/probe` say of the
//! same targets, with the same scrape configuration.

#![expect(clippy::disallowed_types, reason = "Prometheus does not know a paused clock")]

use super::loopback;
use super::samples::{call, start};
use crate::serve::Service;
use crate::served::serve;
use faultfinder_tests::peers::{Peer, free_port, program};
use faultfinder_tests::{faultfinder, workspace};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const MODULES: &str = "\
modules:
  http_2xx: { prober: http, timeout: 5s }
  tls: { prober: tcp, timeout: 5s, tcp: { tls: true, tls_config: { insecure_skip_verify: true } } }
  icmp: { prober: icmp, timeout: 5s, icmp: { preferred_ip_protocol: ip4 } }
";

/// The nine rules that are found in most collections, with seconds for minutes. No ping takes a second here: its rule asks for
/// any time.
const RULES: &str = "\
groups:
  - name: blackbox
    interval: 1s
    rules:
      - alert: ProbeFailed
        expr: probe_success == 0
      - alert: ConfigurationReloadFailure
        expr: blackbox_exporter_config_last_reload_successful != 1
      - alert: SlowProbe
        expr: avg_over_time(probe_duration_seconds[5s]) > 1
        for: 1s
      - alert: HttpFailure
        expr: probe_http_status_code <= 199 or probe_http_status_code >= 400
      - alert: CertificateExpiresSoon
        expr: 3 <= round((last_over_time(probe_ssl_earliest_cert_expiry[10s]) - time()) / 86400, 0.1) < 20
      - alert: CertificateExpiresVerySoon
        expr: 0 <= round((last_over_time(probe_ssl_earliest_cert_expiry[10s]) - time()) / 86400, 0.1) < 3
      - alert: CertificateExpired
        expr: round((last_over_time(probe_ssl_earliest_cert_expiry[10s]) - time()) / 86400, 0.1) < 0
      - alert: SlowHttp
        expr: avg_over_time(probe_http_duration_seconds[5s]) > 1
        for: 1s
      - alert: SlowPing
        expr: avg_over_time(probe_icmp_duration_seconds[5s]) > 0
        for: 1s
";

/// How long Prometheus may take until the alerts are as they must be.
const BOUND: Duration = Duration::from_secs(60);

/// An alert that fires, and its target.
type Alert = (String, String);

/// The scrape configuration of docs/prometheus.md with the name of a job, a module, targets and where they are probed from.
fn job(name: &str, module: &str, targets: &[String], address: &str) -> String {
    let page = std::fs::read_to_string(workspace().join("docs/prometheus.md")).unwrap();
    let block = page.split("```yaml\nscrape_configs:\n").nth(1).unwrap().split("```").next().unwrap();
    let (mut job, mut authorized) = (String::new(), false);
    for line in block.lines() {
        // A service without an admin token needs none.
        authorized = line.starts_with("    authorization:") || (authorized && line.starts_with("      "));
        if !authorized && !line.starts_with("    #") {
            job += &format!("{line}\n");
        }
    }
    let replaced = [
        ("job_name: blackbox", format!("job_name: {name}")),
        ("[http_2xx]", format!("[{module}]")),
        ("[https://shop.example, https://blog.example]", format!("{targets:?}")),
        ("127.0.0.1:8620", address.to_owned()),
    ];
    for (from, to) in replaced {
        assert!(job.contains(from), "docs/prometheus.md lacks {from}");
        job = job.replace(from, &to);
    }
    job
}

/// A peer whose certificate is good for so many days.
fn expiring(openssl: &Path, days: u32, folder: &Path) -> (Peer, String) {
    let folder = folder.join(days.to_string());
    std::fs::create_dir(&folder).unwrap();
    let request = format!(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -subj /CN=shop.test -days {days}"
    );
    let made = Command::new(openssl).args(request.split(' ')).current_dir(&folder).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    let port = free_port();
    let arguments = format!("s_server -accept 127.0.0.1:{port} -cert cert.pem -key key.pem -quiet");
    let arguments: Vec<&str> = arguments.split(' ').collect();
    (Peer::start(openssl, &arguments, &folder, &[port]), format!("127.0.0.1:{port}"))
}

/// The alerts of one side that fire.
fn firing(prometheus: &str, side: &str) -> BTreeSet<Alert> {
    let answer = call(prometheus, "GET /api/v1/alerts");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    if head.starts_with("HTTP/1.0 503 ") {
        // It listens, and is not ready yet.
        return BTreeSet::new();
    }
    let body: Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"));
    let text = |alert: &Value, label: &str| alert["labels"][label].as_str().unwrap_or_default().to_owned();
    let alerts = body["data"]["alerts"].as_array().unwrap();
    let of_side =
        alerts.iter().filter(|alert| alert["state"] == "firing" && text(alert, "job").starts_with(side));
    of_side.map(|alert| (text(alert, "alertname"), text(alert, "instance"))).collect()
}

/// Waits until both sides have these alerts, and no others.
#[track_caller]
fn fire(prometheus: &str, wanted: &dyn Fn(&str) -> BTreeSet<Alert>) {
    let began = Instant::now();
    while ["theirs", "ours"].into_iter().any(|side| firing(prometheus, side) != wanted(side)) {
        if began.elapsed() > BOUND {
            for side in ["theirs", "ours"] {
                assert_eq!(firing(prometheus, side), wanted(side), "{side}");
            }
        }
        // Prometheus says nothing by itself.
        std::thread::sleep(Duration::from_millis(500));
    }
}

#[test]
fn the_usual_alerts_fire_as_they_do_with_the_exporter() {
    let names = ["prometheus", "prometheus-blackbox-exporter", "openssl"];
    let [Some(prometheus), Some(exporter), Some(openssl)] = names.map(program) else { return };
    let folder = tempfile::tempdir().unwrap();
    let modules = folder.path().join("blackbox.yml");
    std::fs::write(&modules, MODULES).unwrap();
    let (_exporter, theirs) = start(&exporter, &modules, folder.path());
    let database = format!("sqlite://{}", folder.path().join("probe.db").display());
    let file = modules.display().to_string();
    let service =
        Service::start(&["--listen", "127.0.0.1:0", "--database", &database, "--modules", &file], &[]);

    let (http, slow) = (loopback::http(), loopback::slow());
    let expired = serve("tls-cert/expired").unwrap();
    let expired = expired.exhibit["target"].as_str().unwrap().to_owned();
    let (_soon, soon) = expiring(&openssl, 15, folder.path());
    let (_very_soon, very_soon) = expiring(&openssl, 2, folder.path());
    let mut rows: Vec<(&str, String, &[&str])> = vec![
        ("http_2xx", format!("http://{http}/ok"), &[]),
        ("http_2xx", format!("http://{http}/missing"), &["ProbeFailed", "HttpFailure"]),
        ("http_2xx", format!("http://{}/", loopback::nobody()), &["ProbeFailed", "HttpFailure"]),
        ("http_2xx", format!("http://{slow}/"), &["SlowProbe", "SlowHttp"]),
        ("tls", soon, &["CertificateExpiresSoon"]),
        ("tls", very_soon, &["CertificateExpiresVerySoon"]),
        ("tls", expired, &["CertificateExpired"]),
    ];
    if faultfinder(&["probe", "icmp", "127.0.0.1", "-c", "1"]).status == 0 {
        rows.push(("icmp", "127.0.0.1".to_owned(), &["SlowPing"]));
    }
    let mut text =
        "global: { scrape_interval: 2s, scrape_timeout: 2s }\nrule_files: [rules.yml]\nscrape_configs:\n"
            .to_owned();
    let sides = [("theirs", &theirs), ("ours", &service.address)];
    for (side, address) in sides {
        for module in ["http_2xx", "tls", "icmp"] {
            let of_module = rows.iter().filter(|row| row.0 == module).map(|row| row.1.clone());
            text += &job(&format!("{side}-{module}"), module, &of_module.collect::<Vec<_>>(), address);
        }
        text += &format!("  - job_name: {side}\n    static_configs: [{{ targets: [{address:?}] }}]\n");
    }
    std::fs::write(folder.path().join("rules.yml"), RULES).unwrap();
    std::fs::write(folder.path().join("prometheus.yml"), text).unwrap();
    let port = free_port();
    let place = format!("127.0.0.1:{port}");
    let listen = format!("--web.listen-address={place}");
    let arguments = ["--config.file=prometheus.yml", "--storage.tsdb.path=data", listen.as_str()];
    let _prometheus = Peer::start(&prometheus, &arguments, folder.path(), &[port]);

    let of_targets: BTreeSet<Alert> = rows
        .iter()
        .flat_map(|(_, target, alerts)| alerts.iter().map(|alert| ((*alert).to_owned(), target.clone())))
        .collect();
    fire(&place, &|_| of_targets.clone());
    // Both go on with the modules that they have, and say so.
    std::fs::write(&modules, "modules: { http_2xx: { prober: http }").unwrap();
    call(&theirs, "POST /-/reload");
    fire(&place, &|side| {
        let address = if side == "ours" { &service.address } else { &theirs };
        let reload = ("ConfigurationReloadFailure".to_owned(), address.clone());
        of_targets.iter().cloned().chain([reload]).collect()
    });
}
