//! Alerts: a watch over each test, and what is sent.
//!
//! The rules are those of `faultfinder-alert`, which knows neither time nor a store. Here each result of a test goes to its
//! watch, time passes, and what is to be sent is written to the store together with the watch: neither is there without the
//! other. From there notifiers send it, at least once.
//!
//! A test that passes has no watch: a new one would do the same. So a hundred thousand tests cost nothing while all is well.

mod subject; // a test, as far as alerts depend on it
mod dependencies; // which tests depend on which
mod host; // this host, as far as alerts depend on it
mod notice; // what is sent of an alert
mod notifier_error; // NotifierError: why a notifier cannot be used
mod endpoint; // the request that sends it, for each type of notifier
mod mail; // the e-mail that sends it
mod notifier; // where it is sent
mod watched; // the watches over all tests
mod delivery; // on its way to a notifier
mod following; // what makes time pass
mod trial; // trying a notifier out

pub(crate) use delivery::deliver;
pub(crate) use dependencies::Dependencies;
pub(crate) use following::{catch_up, pass_time};
pub(crate) use host::{HOST, host, of_host};
pub(crate) use notice::{Facts, FaultFacts};
pub use notifier::Notifier;
pub use notifier_error::NotifierError;
pub(crate) use subject::{Subject, verdict};
pub(crate) use trial::try_out;
pub(crate) use watched::Alerts;
