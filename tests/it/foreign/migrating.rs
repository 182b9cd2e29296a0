//! The commands of docs/migrating.md, docs/prometheus.md and docs/alerts.md, run as they stand there.

use super::loopback;
use crate::played::host;
use crate::serve::TOKEN;
use faultfinder_tests::peers::program;
use faultfinder_tests::{faultfinder, workspace};
use serde_json::{Value, json};
use std::path::Path;

/// The blocks of commands in a section of a page, each with its lines put together.
fn blocks(page: &str, heading: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(workspace().join("docs").join(page)).unwrap();
    let section = text.split(&format!("\n## {heading}\n")).nth(1);
    let section = section.unwrap_or_else(|| panic!("{page} has no section {heading}"));
    let section = section.split("\n## ").next().unwrap();
    let blocks = section.split("\n```text\n").skip(1).map(|rest| rest.split("\n```").next().unwrap());
    let joined = |block: &str| block.replace("\\\n", " ").lines().map(str::to_owned).collect::<Vec<_>>();
    let is_command = |line: &String| line.contains("faultfinder ") || line.starts_with("curl ");
    blocks.map(joined).filter(|lines| lines.iter().all(is_command)).collect()
}

/// What a block of commands writes to standard output, and at its end the tests of the service that it has started.
fn play(lines: &[String], folder: &Path, target: &str, variables: &[(&str, &str)]) -> String {
    let listen = format!("{}:8620", host());
    let mut script = "set -e\ntrap 'kill $service 2>/dev/null; wait' EXIT\n".to_owned();
    let mut all: Vec<String> = lines.to_vec();
    if !lines.iter().any(|line| line.contains("faultfinder serve ")) {
        all.insert(0, "faultfinder serve ".to_owned());
    }
    for line in all {
        let line = line
            .replace("https://shop.example", target)
            .replace("target=shop.example", &format!("target={target}"));
        let line = line.replace("127.0.0.1:8620", &listen);
        if line.contains("faultfinder serve ") {
            script += &format!("{line} &\nservice=$!\n");
            script += &format!("until curl -sf http://{listen}/readyz >ready; do sleep 0.1; done\n");
        } else {
            script += &format!("{}\n", line.replacen("curl ", "curl -sSf ", 1));
        }
    }
    script += &format!("echo\ncurl -sSf -H \"authorization: Bearer $TOKEN\" http://{listen}/api/v1/tests\n");
    let variables = [&[("TOKEN", TOKEN)], variables].concat();
    let answer = crate::played::play(&script, folder, &listen, &variables);
    let said = String::from_utf8_lossy(&answer.stderr);
    assert!(answer.status.success(), "{script}\n{said}{}", String::from_utf8_lossy(&answer.stdout));
    String::from_utf8(answer.stdout).unwrap()
}

/// Plays the blocks of a section in a new folder with these files; yields what each wrote.
fn played(page: &str, heading: &str, files: &[(&str, String)], target: &str) -> Vec<String> {
    let blocks = blocks(page, heading);
    assert!(!blocks.is_empty(), "{page}: {heading} has no commands");
    let play = |lines: &Vec<String>| {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let file = folder.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        play(lines, folder.path(), target, &[])
    };
    blocks.iter().map(play).collect()
}

/// The names of the tests of a service, which are the last line.
fn tests(written: &str) -> Vec<String> {
    let listed: Value = serde_json::from_str(written.trim_end().lines().last().unwrap()).unwrap();
    let items = listed["items"].as_array().unwrap();
    items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn each_way_from_another_tool_ends_with_a_service_that_runs_its_tests() {
    if program("curl").is_none() {
        return;
    }
    let url = format!("http://{}/ok", loopback::http());
    let monitor = json!({ "id": 1, "name": "shop", "type": "http", "url": url, "interval": 60 });
    let backup = json!({ "version": "1.23.13", "notificationList": [], "monitorList": [monitor] });
    let gatus = json!({ "endpoints": [{ "name": "shop", "url": url, "conditions": ["[STATUS] == 200"] }] });
    let datadog = json!({
        "name": "shop", "type": "api", "subtype": "http", "status": "live", "message": "", "tags": [],
        "locations": ["aws:eu-central-1"], "options": { "tick_every": 60 },
        "config": {
            "request": { "method": "GET", "url": url },
            "assertions": [{ "type": "statusCode", "operator": "is", "target": 200 }],
        },
    });
    for (heading, files) in [
        ("From Uptime Kuma", vec![("backup.json", backup.to_string())]),
        ("From Gatus", vec![("config.yaml", gatus.to_string())]),
        ("From Datadog", vec![("export.json", datadog.to_string()), ("certificates/none", String::new())]),
    ] {
        let written = played("migrating.md", heading, &files, &url);
        assert_eq!(tests(&written[0]), ["shop"], "{heading}: {}", written[0]);
    }
    let modules = ("blackbox.yml", "modules: { http_2xx: { prober: http } }".to_owned());
    let targets = ("targets.json", json!([{ "targets": [url] }]).to_string());
    let written = played("migrating.md", "From blackbox_exporter", &[modules.clone(), targets], &url);
    assert!(written[0].contains("\nprobe_success 1\n"), "{}", written[0]);
    assert_eq!(tests(&written[1]), [format!("http_2xx {url}")]);
    let written = played("prometheus.md", "In place of blackbox_exporter", &[modules], &url);
    assert!(written[0].contains("\nprobe_success 1\n"), "{}", written[0]);
}

#[test]
fn the_page_on_alerts_begins_a_silence_and_tests_rules() {
    if program("curl").is_none() {
        return;
    }
    let blocks = blocks("alerts.md", "Silences");
    let folder = tempfile::tempdir().unwrap();
    let written = play(&blocks[0], folder.path(), "", &[("FAULTFINDER_ADMIN_TOKEN", TOKEN)]);
    let begun: Value = serde_json::from_str(written.lines().next().unwrap()).unwrap();
    assert_eq!((&begun["tags"], &begun["owner"]), (&json!(["shop"]), &json!("admin")), "{begun}");
    let page = std::fs::read_to_string(workspace().join("docs/alerts.md")).unwrap();
    let histories = page.split("```yaml\nhistories:").nth(1).unwrap().split("```").next().unwrap();
    let file = folder.path().join("histories.yaml");
    std::fs::write(&file, format!("histories:{histories}")).unwrap();
    let answer = faultfinder(&["alerts", "test", &file.to_string_lossy()]);
    assert_eq!(answer.status, 0, "{}{}", answer.stdout, answer.stderr);
}
