//! Files of other tools, run as they are and as what they are imported as, against peers on loopback.

mod alert_rules; // the usual rules for blackbox_exporter, evaluated by Prometheus
mod blackbox; // modules of blackbox_exporter, also against the exporter itself
mod exporter; // targets of the lab, and blackbox_exporter itself
mod gatus; // endpoints of Gatus
mod kuma; // monitors of Uptime Kuma
pub(crate) mod loopback; // the peers
mod migrating; // commands of the pages about other tools and alerts
mod samples; // blackbox_exporter as it runs, and what a probe is answered with
mod scrape; // what Prometheus scrapes of us and of the exporter

use crate::served::{Served, serve};
use faultfinder_tests::{Answer, command};
use serde_json::{Value, json};
use std::path::Path;

/// Where the peers are that the rows name: `{http}`, `{tcp}` ...
struct Peers {
    places: Vec<(&'static str, String)>,
    _served: Vec<Served>,
}

/// Scenarios of the lab that serve as peers, by the name that rows use.
const SCENARIOS: &[(&str, &str)] = &[
    ("dns", "dns/ok"),
    ("nxdomain", "dns/nxdomain"),
    ("tls", "tls-cert/ok"),
    ("expired", "tls-cert/expired"),
    ("grpc", "grpc/health-serving"),
    ("ws", "websocket/ok-text"),
];

impl Peers {
    /// Starts them; `folder` gets the certificate that they are trusted with.
    fn start(folder: &Path) -> Self {
        let mut places = vec![
            ("http", loopback::http()),
            ("tcp", loopback::conversation()),
            ("udp", loopback::echo()),
            ("nobody", loopback::nobody()),
        ];
        let mut all = Vec::new();
        for (name, id) in SCENARIOS {
            let served = serve(id).unwrap_or_else(|| panic!("{id} is not served on this host"));
            places.push((name, served.exhibit["target"].as_str().unwrap().to_owned()));
            if *name == "tls" {
                let ca = served.exhibit["definition"]["ssl"]["ca"][0].as_str().unwrap().to_owned();
                let file = folder.join("ca.pem");
                std::fs::write(&file, ca).unwrap();
                places.push(("ca", file.display().to_string()));
            }
            all.push(served);
        }
        Self { places, _served: all }
    }

    /// A text with the places of the peers in it.
    fn fill(&self, text: &str) -> String {
        let fill = |text: String, (name, place): &(&str, String)| text.replace(&format!("{{{name}}}"), place);
        self.places.iter().fold(text.to_owned(), fill)
    }
}

/// The results of a run, as far as the file itself and what it is imported as must agree: name, status, code, and for
/// each assertion what was expected and whether it holds.
fn outcomes(answer: &Answer) -> Vec<Value> {
    let results = answer.json()["results"].take();
    let results = results.as_array().unwrap_or_else(|| panic!("{}{}", answer.stdout, answer.stderr));
    let outcome = |result: &Value| {
        let assertions = result["assertions"].as_array().cloned().unwrap_or_default();
        let kept: Vec<Value> = assertions
            .iter()
            .map(|one| json!([one["subject"], one["operator"], one["expected"], one["passed"]]))
            .collect();
        let steps: Vec<&Value> = result["steps"].as_array().into_iter().flatten().collect();
        let steps: Vec<Value> = steps.iter().map(|step| json!([step["name"], step["status"]])).collect();
        json!({
            "name": result["name"],
            "status": result["status"],
            "code": result["fault"]["code"],
            "assertions": kept,
            "steps": steps,
        })
    };
    results.iter().map(outcome).collect()
}

/// Runs a file as it is and as what it is imported as, and yields what both agree on.
fn both(tool: &str, file: &Path, options: &[&str], environment: &[(&str, &str)]) -> Vec<Value> {
    let call = |arguments: &[&str]| -> Answer {
        command(arguments).envs(environment.iter().copied()).output().unwrap().into()
    };
    let name = file.display().to_string();
    let native = format!("{name}.native.yaml");
    let original = call(&[&["run", &name, "--format", "json"], options].concat());
    let imported = call(&[&["import", tool, &name, "--output", &native], options].concat());
    assert_eq!(imported.status, 0, "{}", imported.stderr);
    let imported = call(&["run", &native, "--format", "json"]);
    let outcome = outcomes(&original);
    assert_eq!(outcome, outcomes(&imported), "{}", std::fs::read_to_string(&native).unwrap());
    outcome
}
