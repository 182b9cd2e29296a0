//! What Prometheus scrapes of us and of blackbox_exporter, for the same modules and targets.

use super::Peers;
use super::blackbox::{file, known_to_the_exporter};
use super::samples::{samples, start};
use crate::serve::Service;
use faultfinder_tests::peers::program;

/// Metrics of the exporter that are not in ours, by module: it has the year 1 for a chain that was not verified, and for a
/// certificate that there is not.
const MISSING: &[(&str, &str)] = &[
    ("tls_expired", "probe_ssl_last_chain_expiry_timestamp_seconds"),
    ("grpc", "probe_ssl_earliest_cert_expiry"),
];
/// Metrics whose values are the same.
const SAME: &[&str] = &[
    "probe_success",
    "probe_ip_protocol",
    "probe_ip_addr_hash",
    "probe_http_status_code",
    "probe_http_redirects",
    "probe_http_ssl",
    "probe_http_version",
    "probe_ssl_earliest_cert_expiry",
    "probe_dns_answer_rrs",
    "probe_grpc_status_code",
];

/// The name of a metric without its labels; those by phase with them.
fn family(sample: &str) -> &str {
    if sample.contains("{phase=") { sample } else { sample.split('{').next().unwrap_or(sample) }
}

#[test]
fn a_scrape_has_the_metrics_of_the_exporter_with_their_values() {
    let Some(exporter) = program("prometheus-blackbox-exporter") else { return };
    let folder = tempfile::tempdir().unwrap();
    let peers = Peers::start(folder.path());
    let rows = known_to_the_exporter();
    let path = folder.path().join("blackbox.yml");
    std::fs::write(&path, file(&peers, &rows)).unwrap();
    let (_exporter, address) = start(&exporter, &path, folder.path());
    let database = format!("sqlite://{}", folder.path().join("probe.db").display());
    let modules = path.display().to_string();
    let service =
        Service::start(&["--listen", "127.0.0.1:0", "--database", &database, "--modules", &modules], &[]);
    let mut wrong = Vec::new();
    for row in rows {
        let target = peers.fill(row.target);
        let theirs = samples(&address, row.module, &target);
        let ours = samples(&service.address, row.module, &target);
        for (sample, value) in &theirs {
            let name = family(sample);
            let Some((_, own)) = ours.iter().find(|(own, _)| family(own) == name) else {
                // Where nothing was answered, the exporter has zeros or leaves out what it did not learn.
                if !MISSING.contains(&(row.module, name)) && theirs["probe_success"] > 0.5 {
                    wrong.push(format!("{}: no {sample}", row.module));
                }
                continue;
            };
            if SAME.contains(&name) && (own - value).abs() > f64::EPSILON {
                wrong.push(format!("{}: {sample} is {own}, not {value}", row.module));
            }
        }
        let failed = ours["probe_success"] < 0.5;
        assert_eq!(failed, ours.keys().any(|name| name.starts_with("probe_failure_info{")), "{ours:?}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
