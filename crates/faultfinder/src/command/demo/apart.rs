//! The scenarios that need a network of their own: each in a namespace with its peer and its test.

use super::agreement::Found;
use super::shown::Row;
use faultfinder_lab::network::{self, Facilities};
use faultfinder_lab::{Lab, Scenario};
use faultfinder_net::Vantage;
use futures_util::StreamExt as _;
use std::sync::Arc;
use std::time::Duration;

/// How many networks there are at once.
const NETWORKS_MAX: usize = 16;
/// How long a network, its peer and its test may take together.
const TIME_MAX: Duration = Duration::from_secs(30);

/// What came of them.
#[derive(Debug, Default)]
pub(super) struct Apart {
    /// Those that were run.
    pub(super) rows: Vec<Row>,
    /// Those that failed on their own: the lab is to blame.
    pub(super) missing: Vec<(String, String)>,
    /// Those that this host cannot run, and why.
    pub(super) not_run: Vec<(String, String)>,
    /// Whether somebody wanted it to end before all were done.
    pub(super) interrupted: bool,
}

/// Runs those that this host can run; in the order of the scenarios.
pub(super) async fn run(lab: &Arc<Lab>, scenarios: Vec<Scenario>) -> Apart {
    let mut apart = Apart::default();
    if scenarios.is_empty() {
        return apart;
    }
    let mut stop = std::pin::pin!(crate::runner::stopped());
    let facilities = Facilities::look().await;
    let mut runnable = Vec::new();
    for scenario in scenarios {
        match scenario.network().and_then(|network| network.lacks(&facilities)) {
            Some(why) => apart.not_run.push((scenario.id, why)),
            None => runnable.push(scenario),
        }
    }
    let running = runnable.into_iter().map(|scenario| {
        let (id, lab) = (scenario.id.clone(), Arc::clone(lab));
        async move { (id, one(lab, scenario).await) }
    });
    let mut running = futures_util::stream::iter(running).buffered(NETWORKS_MAX);
    loop {
        let done = tokio::select! {
            done = running.next() => done,
            () = &mut stop => {
                apart.interrupted = true;
                break;
            }
        };
        match done {
            Some((_, Ok(row))) => apart.rows.push(row),
            Some((id, Err(why))) => apart.missing.push((id, why)),
            None => break,
        }
    }
    apart
}

/// Runs one, or says why it cannot be served.
async fn one(lab: Arc<Lab>, scenario: Scenario) -> Result<Row, String> {
    let network = scenario.network().cloned().unwrap_or_default();
    let work = network::run(&network, move || async move {
        let exhibit = scenario.serve(&lab).map_err(|error| error.to_string())?;
        let found = match crate::suite::from_definition(&exhibit.id, &exhibit.definition) {
            Err(diagnostics) => Found::Invalid(diagnostics),
            Ok(test) => {
                let result = test.run(Arc::new(Vantage::system())).await;
                Found::Result(Box::new(result.ok_or("there is no test in its definition")?))
            }
        };
        Ok::<Row, String>(Row { exhibit, found })
    });
    match tokio::time::timeout(TIME_MAX, work).await {
        Ok(Ok(row)) => row,
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("its test took longer than {} s", TIME_MAX.as_secs())),
    }
}
