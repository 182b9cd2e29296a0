//! What Prometheus makes of `/metrics`, and of the files in `packaging/prometheus`: its own tool checks them.

use crate::serve::Service;
use faultfinder_tests::peers::{program, python};
use faultfinder_tests::workspace;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0";
/// Reads standard input with the parser of Prometheus' client, and says how many samples there are of each kind.
const PARSER: &str = "
import collections, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
kinds = collections.Counter()
for family in parse(sys.stdin.read()):
    kinds[family.type] += len(family.samples)
    assert family.documentation.endswith('.'), family
    for unit in ['seconds', 'bytes']:
        assert family.name.endswith('_' + unit) == (family.unit == unit), family
print(*sorted(kinds))
";

/// The metrics of a service that has run a test with a name that would break a careless format.
fn scraped(accept: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("service.db").display());
    let service = Service::start(&["--listen", "127.0.0.1:0", "--database", &database], &[]);
    let test = json!({ "name": "a \"b\\\" \n# EOF\n{c=\"d\"} 1", "tcp": { "host": "127.0.0.1", "port": 1 } });
    let body = json!({ "definition": { "version": 1, "tests": [test] } });
    let kept: Value = serde_json::from_str(&service.call("POST /api/v1/tests HTTP/1.1", &body)).unwrap();
    let run = format!("POST /api/v1/tests/{}/run HTTP/1.1", kept["id"].as_str().unwrap());
    service.call(&run, &Value::Null);
    let metrics = service.call(&format!("GET /metrics HTTP/1.1\r\naccept: {accept}"), &Value::Null);
    assert!(metrics.contains("\nfaultfinder_results_total{test=\""), "{metrics}");
    metrics
}

/// Calls a program with something on its standard input.
fn fed(mut command: Command, input: &str) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // What it answers fits into a pipe, so it reads to the end.
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn promtool_has_no_objection_to_the_text_format() {
    let Some(promtool) = program("promtool") else { return };
    let metrics = scraped("*/*");
    let mut check = Command::new(promtool);
    check.args(["check", "metrics"]);
    let output = fed(check, &metrics);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(said(&output), "", "a lint");
}

#[test]
fn the_client_of_prometheus_reads_open_metrics() {
    let Some(python) = python(&["prometheus_client"]) else { return };
    let metrics = scraped(OPEN_METRICS);
    let mut parse = Command::new(python);
    parse.args(["-c", PARSER]);
    let output = fed(parse, &metrics);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(said(&output), "counter gauge histogram info\n");
}

/// A copy of the files for Prometheus, with the token that the configuration names.
fn files() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["prometheus.yml", "faultfinder-rules.yml", "faultfinder-rules.test.yml"] {
        std::fs::copy(packaged(name), folder.path().join(name)).unwrap();
    }
    std::fs::write(folder.path().join("faultfinder-token"), "a token").unwrap();
    folder
}

fn packaged(name: &str) -> PathBuf {
    workspace().join("packaging/prometheus").join(name)
}

#[track_caller]
fn promtool(program: &Path, arguments: &[&str], says: &str) {
    let folder = files();
    let output = Command::new(program).args(arguments).current_dir(folder.path()).output().unwrap();
    assert!(output.status.success() && said(&output).contains(says), "{arguments:?}: {}", said(&output));
}

#[test]
fn prometheus_accepts_the_configuration_and_the_rules() {
    let Some(program) = program("promtool") else { return };
    promtool(&program, &["check", "config", "prometheus.yml"], "SUCCESS: 1 rule files found");
    promtool(&program, &["check", "rules", "faultfinder-rules.yml"], "SUCCESS");
}

#[test]
fn every_alert_fires_when_it_should_and_not_before() {
    let (rules, cases) = (packaged("faultfinder-rules.yml"), packaged("faultfinder-rules.test.yml"));
    let (rules, cases) = (std::fs::read_to_string(rules).unwrap(), std::fs::read_to_string(cases).unwrap());
    let page = std::fs::read_to_string(workspace().join("docs/metrics.md")).unwrap();
    for alert in rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")) {
        let quiet = format!("- {{ alertname: {alert}, eval_time: ");
        let loud = format!("- alertname: {alert}\n");
        assert!(cases.contains(&quiet) && cases.contains(&loud), "{alert} has no case for both");
        assert!(page.contains(&format!("\n| `{alert}` | ")), "docs/metrics.md lacks {alert}");
    }
    let Some(program) = program("promtool") else { return };
    promtool(&program, &["test", "rules", "faultfinder-rules.test.yml"], "SUCCESS");
}

#[test]
fn the_page_on_metrics_quotes_the_configuration_as_it_is() {
    let page = std::fs::read_to_string(workspace().join("docs/metrics.md")).unwrap();
    let quoted: Vec<&str> =
        page.split("\n```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(quoted, [std::fs::read_to_string(packaged("prometheus.yml")).unwrap()]);
}

/// The expressions of the dashboard, each with the title of its panel.
fn expressions() -> Vec<(String, String)> {
    let text = std::fs::read_to_string(packaged("faultfinder-dashboard.json")).unwrap();
    let dashboard: Value = serde_json::from_str(&text).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let of_panel = |panel: &Value| {
        let title = panel["title"].as_str().unwrap().to_owned();
        let targets = panel["targets"].as_array().unwrap().clone();
        targets.into_iter().map(move |target| (title.clone(), target["expr"].as_str().unwrap().to_owned()))
    };
    panels.iter().flat_map(of_panel).collect()
}

#[test]
fn the_dashboard_asks_for_metrics_that_there_are() {
    let pages = ["docs/metrics.md", "docs/prometheus.md", "docs/formats/blackbox.md"];
    let pages: String =
        pages.iter().map(|page| std::fs::read_to_string(workspace().join(page)).unwrap()).collect();
    let expressions = expressions();
    assert!(expressions.len() > 15, "{}", expressions.len());
    for (title, expression) in &expressions {
        let words = expression.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let metrics =
            words.filter(|word| ["faultfinder_", "probe_", "process_"].iter().any(|it| word.starts_with(it)));
        for metric in metrics {
            let name = metric.strip_suffix("_bucket").unwrap_or(metric);
            assert!(pages.contains(&format!("`{name}")), "{title}: no page speaks of {name}");
        }
    }
    let Some(program) = program("promtool") else { return };
    let rules: Vec<Value> = (1..)
        .zip(&expressions)
        .map(|(number, (_, expression))| json!({ "record": format!("dashboard:{number}"), "expr": expression }))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rules.yml");
    std::fs::write(&file, json!({ "groups": [{ "name": "dashboard", "rules": rules }] }).to_string())
        .unwrap();
    let output = Command::new(program).args(["check", "rules"]).arg(&file).output().unwrap();
    assert!(output.status.success() && said(&output).contains("SUCCESS"), "{}", said(&output));
}
