//! A row, carried out: the definition as it is, and as it is imported.

use super::ends::{compare, outcome, said};
use super::places::{Places, start, write_material};
use super::rewrite::rewrite;
use super::row::Row;
use faultfinder_lab::Lab;
use faultfinder_tests::{Answer, faultfinder};
use serde_json::Value;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::SystemTime;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// The global variables that assertions are about, and a number for each.
const NUMBERS: &[&str] = &[
    "TF_TESTACCDATADOGSYNTHETICSAPITEST_UPDATEDNEWASSERTIONSOPTIONS_LOCAL_1742243505",
    "TF_TESTACCDATADOGSYNTHETICSAPITEST_BASICNEWASSERTIONSOPTIONS_LOCAL_1758619261",
    "TF_TESTACCDATADOGSYNTHETICSAPITEST_BASICNEWASSERTIONSOPTIONS_LOCAL_1719590098",
];
const NUMBER: u8 = 9;

/// What is around the peers: what they run in, and the files that are given to definitions.
pub(super) struct Outside {
    // In front of the runtime: its tasks end when it is dropped.
    lab: Lab,
    runtime: Runtime,
    material: TempDir,
}

impl Outside {
    #[expect(
        clippy::disallowed_methods,
        reason = "the binary under test judges certificates by the clock of this host"
    )]
    pub(super) fn start() -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_io().build().unwrap();
        let lab = Lab::new(SystemTime::now()).unwrap();
        let material = tempfile::tempdir().unwrap();
        write_material(&lab, material.path());
        Self { lab, runtime, material }
    }
}

/// Runs a definition both ways; what is not as its row says.
pub(super) fn check(row: &Row, definition: &str, outside: &Outside) -> Result<(), String> {
    let places = {
        let _inside = outside.runtime.enter();
        start(&outside.lab, row.world)
    };
    let mut definition: Value = serde_json::from_str(definition).unwrap();
    rewrite(&mut definition, &places);
    if let Some(steps) = definition["config"]["steps"].as_array_mut() {
        steps.drain(..row.first_step.min(steps.len()));
    }
    let folder = tempfile::tempdir().unwrap();
    let original = folder.path().join("original.json");
    let text = definition.to_string();
    std::fs::write(&original, &text).unwrap();
    let material = outside.material.path().to_string_lossy().into_owned();
    let material = ["--material", &material];
    let variables = variables(&text, &places);
    let (as_it_is, imported) = std::thread::scope(|scope| {
        let imported = scope.spawn(|| imported(&original, &material, &variables));
        (run(&original, &material, &variables), imported.join().unwrap())
    });
    let result = result(&as_it_is)?;
    compare(row, &definition, &result)
        .map_err(|what| format!("{what}\n{}{}", said(&result), as_it_is.stderr))?;
    let (as_it_is_ended, imported_ended) = (outcome(&result), outcome(&self::result(&imported?)?));
    if as_it_is_ended != imported_ended {
        return Err(format!("imported, it ends as {imported_ended:#} and not as {as_it_is_ended:#}"));
    }
    if !as_it_is.stderr.contains(row.warns) {
        return Err(format!("no warning says `{}`: {}", row.warns, as_it_is.stderr));
    }
    if !row.world.proxy_needs.is_empty() && places.tunnels.load(Ordering::SeqCst) == 0 {
        return Err("nobody came through the proxy".to_owned());
    }
    Ok(())
}

/// The values of the global variables that a definition uses.
fn variables(definition: &str, places: &Places) -> Vec<String> {
    let used = |name: &str| definition.contains(&format!("{{{{ {name} }}}}"));
    let mut variables: Vec<String> =
        NUMBERS.iter().filter(|name| used(name)).map(|name| format!("--var={name}={NUMBER}")).collect();
    if used("DATADOG_URL") {
        variables.push(format!("--var=DATADOG_URL=http://{}/", places.http));
    }
    variables
}

/// Runs a file.
fn run(file: &Path, options: &[&str], variables: &[String]) -> Answer {
    let file = file.to_string_lossy();
    let variables: Vec<&str> = variables.iter().map(String::as_str).collect();
    faultfinder(&[&["run", &file, "--format", "json"], options, &variables].concat())
}

/// Imports a file, and runs what comes of it.
fn imported(original: &Path, material: &[&str], variables: &[String]) -> Result<Answer, String> {
    let native = original.with_file_name("imported.yaml");
    let (original, path) = (original.to_string_lossy(), native.to_string_lossy());
    let answer = faultfinder(&[&["import", "datadog", &original, "--output", &path], material].concat());
    if answer.status != 0 {
        return Err(format!("it cannot be imported: {}", answer.stderr));
    }
    Ok(run(&native, &[], variables))
}

/// The one result of a run.
fn result(answer: &Answer) -> Result<Value, String> {
    let result = answer.json()["results"][0].take();
    if result.is_null() { Err(format!("there is no result: {}", answer.stderr)) } else { Ok(result) }
}
