//! One module per resource.

pub(super) mod codes; // the taxonomy
pub(crate) mod probe;
pub(crate) mod definitions; // definition files: what is wrong with them
pub(super) mod history; // results of a test, deleted on demand
pub(super) mod health; // /healthz, /readyz
pub(super) mod audit; // who did what
pub(crate) mod alerts; // what went wrong for long enough, and what was sent of it
pub(crate) mod silences; // times in which nothing is sent
pub(crate) mod notifiers; // where alerts are sent
pub(super) mod document; // what describes them all
pub(super) mod locations; // where tests run
pub(super) mod metrics; // /metrics
mod replaced; // what an update keeps of the test that it replaces
pub(crate) mod heartbeat; // reports of jobs
pub(crate) mod pause; // tests: off their schedule, and on it again
pub(crate) mod results; // what came of runs
pub(super) mod runs; // runs of definitions that are not kept
pub(super) mod test_list; // lists of tests that are searched and sorted
pub(crate) mod test_resources; // tests: create, read, replace, delete, list, run
pub(crate) mod tokens; // who may do what
pub(super) mod uptime; // what came of a test over time
pub(super) mod validate; // definitions: what is wrong with them
