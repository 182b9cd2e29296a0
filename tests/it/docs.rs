//! The examples of `docs/protocols/*.md`: each names a scenario of the lab, and is run against it as it stands. And the
//! commands of the README that start a service.

use crate::served::serve;
use faultfinder_tests::{faultfinder, workspace};
use serde_json::Value;
use std::path::Path;

/// A definition in a page, and the scenario that it is for.
struct Example {
    text: String,
    against: String,
    /// The code that it ends with; it passes when there is none.
    fails: Option<String>,
}

/// The `yaml` blocks of a page that begin with `# against: SCENARIO`.
fn examples(page: &str) -> Vec<Example> {
    let blocks = page.split("\n```yaml\n").skip(1).filter_map(|rest| rest.split("\n```").next());
    blocks
        .filter_map(|text| {
            let mut lines = text.lines();
            let against = lines.next()?.strip_prefix("# against: ")?.trim().to_owned();
            let fails = lines.next().and_then(|line| line.strip_prefix("# fails: "));
            let fails = fails.map(|code| code.trim().to_owned());
            Some(Example { text: text.to_owned(), against, fails })
        })
        .collect()
}

/// What an example may refer to: where the scenario's peer is.
fn variables(exhibit: &Value) -> Vec<(&'static str, String)> {
    let protocol = exhibit["protocol"].as_str().unwrap_or_default();
    let request = &exhibit["definition"][protocol];
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let ca = [&request["tls"]["ca"][0], &request["ca"][0]];
    [
        ("HOST", text(&request["host"]).or_else(|| text(&request["server"]))),
        ("PORT", text(&request["port"])),
        ("URL", text(&request["url"])),
        ("PROXY", text(&request["proxy"]["url"])),
        ("CA", ca.into_iter().find_map(text)),
        ("RESOLVER_HOST", text(&request["resolver"]["server"])),
        ("RESOLVER_PORT", text(&request["resolver"]["port"])),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
    .collect()
}

fn check(page: &Path, example: &Example, folder: &Path) {
    let place = format!("{}, example against {}", page.display(), example.against);
    let Some(served) = serve(&example.against) else {
        let all = faultfinder_lab::scenarios();
        assert!(all.iter().any(|one| one.id == example.against), "{place}: there is no such scenario");
        faultfinder_tests::peers::not_run(&format!("{place} is not served on this host"));
        return;
    };
    let file = folder.join("example.yaml");
    std::fs::write(&file, &example.text).unwrap();
    let file = file.to_string_lossy().into_owned();
    let given: Vec<String> = variables(&served.exhibit)
        .into_iter()
        .filter(|(name, _)| example.text.contains(name))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let mut arguments = vec!["run", &file, "--format", "json"];
    for variable in &given {
        arguments.extend(["--var", variable]);
    }
    let answer = faultfinder(&arguments);
    let results = answer.json()["results"].take();
    let results = results.as_array().unwrap_or_else(|| panic!("{place}: {}", answer.stderr));
    for result in results {
        let code = result["fault"]["code"].as_str();
        assert_eq!(code, example.fails.as_deref(), "{place}: {:#}", result["fault"]);
    }
    assert!(!results.is_empty(), "{place}: nothing was run");
}

#[test]
fn the_examples_of_every_protocol_do_what_they_say() {
    let folder = tempfile::tempdir().unwrap();
    let pages = std::fs::read_dir(workspace().join("docs/protocols")).unwrap();
    let mut pages: Vec<_> = pages.map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    let known: Vec<String> = pages
        .iter()
        .filter_map(|page| page.file_stem().map(|stem| stem.to_string_lossy().into_owned()))
        .collect();
    for protocol in ["dns", "grpc", "http", "icmp", "ssl", "tcp", "udp", "ws"] {
        assert!(known.iter().any(|page| page == protocol), "docs/protocols/{protocol}.md is missing");
    }
    for page in &pages {
        let text = std::fs::read_to_string(page).unwrap();
        let examples = examples(&text);
        assert!(!examples.is_empty(), "{}: no example names a scenario to run against", page.display());
        for example in &examples {
            check(page, example, folder.path());
        }
    }
}

/// The commands under a heading of a page.
fn commands(page: &str, heading: &str) -> String {
    let section = page.split_once(&format!("\n## {heading}\n")).map_or("", |(_, section)| section);
    let block = section.split_once("\n```sh\n").and_then(|(_, rest)| rest.split_once("\n```"));
    block.unwrap_or_else(|| panic!("no commands under {heading}")).0.to_owned()
}

#[test]
fn the_readme_leads_from_nothing_to_a_page_and_an_alert_in_three_commands() {
    if faultfinder_tests::peers::program("curl").is_none() {
        return;
    }
    let readme = std::fs::read_to_string(workspace().join("README.md")).unwrap();
    let commands = commands(&readme, "As a service");
    let host = crate::played::host();
    let listen = format!("{host}:8620");
    assert!(commands.contains("http://127.0.0.1:8621/"), "{commands}");
    let commands = commands.replace("127.0.0.1:8621", &format!("{host}:8621"));
    let receive = "faultfinder alerts receive --count 1";
    assert!(commands.ends_with(receive), "{commands}");
    let commands = commands.replace(receive, &format!("{receive} --listen {host}:8621 | tee notice"));
    // The alert may come before its result is durable, and before it is noted that the webhook has taken it.
    let script = format!(
        "trap 'kill %1; wait' EXIT\n{commands}\n\
         result=$(sed 's/.*\"result\":\"\\([^\"]*\\)\".*/\\1/' notice)\n\
         until curl -sf http://{listen}/results/$result >result.html; do sleep 0.1; done\n\
         alert=$(sed 's/.*\"alert\":\"\\([^\"]*\\)\".*/\\1/' notice)\n\
         until curl -sf http://{listen}/api/v1/alerts/$alert | grep -q '\"delivered\"'; do sleep 0.1; done\n\
         curl -sf http://{listen}/tests >tests.html\n\
         curl -sf http://{listen}/api/v1/results >results.json\n"
    );
    let folder = tempfile::tempdir().unwrap();
    let answer = crate::played::play(&script, folder.path(), &listen, &[]);
    let said = String::from_utf8_lossy(&answer.stderr);
    let read = |name: &str| {
        let text = std::fs::read_to_string(folder.path().join(name));
        text.unwrap_or_else(|error| panic!("{name}: {error}: {script}\n{said}"))
    };
    let notice: Value =
        serde_json::from_str(&read("notice")).unwrap_or_else(|error| panic!("{error}: {said}"));
    assert_eq!((&notice["event"], &notice["kind"]), (&"alert".into(), &"down".into()), "{notice}");
    assert_eq!(notice["fault"]["code"], "CONNREFUSED", "{notice}");
    assert!(read("tests.html").contains("1 of 1 test in trouble"), "{}", read("tests.html"));
    let page = read("result.html");
    assert!(page.contains("CONNREFUSED") && page.contains("broke here"), "{page}");
    let results: Value = serde_json::from_str(&read("results.json")).unwrap();
    let fault = &results["items"][0]["result"]["fault"];
    assert_eq!((&fault["phase"], &fault["detail"]["name"]), (&"connect".into(), &"ECONNREFUSED".into()));
    assert!(folder.path().join("faultfinder.db").exists());
}
