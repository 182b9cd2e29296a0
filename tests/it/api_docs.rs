//! The commands of docs/api.md, run as they stand there against a service, and the answers that stand below them.

use crate::serve::{Service, TOKEN};
use faultfinder_tests::workspace;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// What stands for anything.
const ANYTHING: &str = "…";

/// A command, and the answer below it.
struct Example {
    line: usize,
    command: String,
    answer: Value,
}

/// The examples of a page, in their order.
fn examples(page: &str) -> Vec<Example> {
    let mut blocks: Vec<(usize, &str, String)> = Vec::new();
    let mut open: Option<(usize, &str, String)> = None;
    for (at, line) in page.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => open = Some((at + 1, language, String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some((.., text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    let pair = |pair: &[(usize, &str, String)]| match pair {
        [(line, "sh", command), (at, "json", answer)] => Example {
            line: *line,
            command: command.clone(),
            answer: serde_json::from_str(answer).unwrap_or_else(|error| panic!("line {at}: {error}")),
        },
        other => panic!("line {}: a command, and its answer below it, are expected", other[0].0),
    };
    blocks.chunks(2).map(pair).collect()
}

/// Where an answer is not what is said of it.
fn difference(at: &str, said: &Value, found: &Value) -> Option<String> {
    match (said, found) {
        (Value::String(text), found) if text == ANYTHING && !found.is_null() => None,
        (Value::Object(said), Value::Object(found)) => said.iter().find_map(|(name, said)| {
            difference(&format!("{at}.{name}"), said, found.get(name).unwrap_or(&Value::Null))
        }),
        (Value::Array(said), Value::Array(found)) if said.len() == found.len() => {
            let mut pairs = said.iter().zip(found).enumerate();
            pairs.find_map(|(index, (said, found))| difference(&format!("{at}[{index}]"), said, found))
        }
        (said, found) if said == found => None,
        (said, found) => Some(format!("{at} is said to be {said}, and is {found}")),
    }
}

/// Runs a command with the variables that the page names.
fn run(folder: &Path, command: &str, api: &str, id: &str) -> Value {
    let output = Command::new("timeout")
        .args(["60", "bash", "-ec", command])
        .envs([("API", api), ("TOKEN", TOKEN), ("ID", id)])
        .current_dir(folder)
        .output()
        .unwrap();
    let (found, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
    serde_json::from_str(&found).unwrap_or_else(|error| panic!("{error}: {found}{said}"))
}

#[test]
fn the_commands_of_the_page_on_the_api_answer_what_it_says() {
    if Command::new("curl").arg("--version").output().is_err() {
        faultfinder_tests::peers::not_run("the commands of docs/api.md: curl is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("ff.db").display());
    let service = Service::start(
        &["--listen", "127.0.0.1:0", "--database", &database],
        &[("FAULTFINDER_ADMIN_TOKEN", TOKEN)],
    );
    let api = format!("http://{}/api/v1", service.address);
    let page = std::fs::read_to_string(workspace().join("docs/api.md")).unwrap();
    let examples = examples(&page);
    assert!(examples.len() >= 15, "only {} examples", examples.len());
    let mut id = String::new();
    for Example { line, command, answer } in examples {
        let found = run(folder.path(), &command, &api, &id);
        if let Some(difference) = difference("", &answer, &found) {
            panic!("docs/api.md:{line}: {difference}\n{found:#}");
        }
        if let Some(made) = found["id"].as_str() {
            made.clone_into(&mut id);
        }
    }
    assert_eq!(service.end().0, Some(0));
}
