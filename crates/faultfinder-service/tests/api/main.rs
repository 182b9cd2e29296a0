//! The API through HTTP: what each resource does, every status of the platform's table, and every route with every kind
//! of bad input.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test: whatever fails ends it"
)]

mod served; // a service of its own for each test, and what it answers
mod faulty; // a scripted store
mod resources; // what each resource does
mod states; // how tests are now, and lists of them
mod active; // tests that run in some times of the week only
mod audit; // who did what
mod history; // results of a test, deleted on demand
mod idempotency; // what is sent again
mod pause; // tests that are paused and resumed
mod probe; // modules of a blackbox.yml
mod files; // tests of files
mod secrets; // secrets of definitions
mod heavy; // work that takes long
mod store_away; // a store that does not answer
mod leaving; // clients that leave before they are answered
mod database; // a database that another service uses, or that is replaced
mod alive; // the time that a service was off
mod misses; // runs that did not happen
mod ids; // the ids of a test and of its results, as values
mod retries_off; // automatic retries after refused credentials
mod guard; // what definitions of strangers may not do
mod statuses; // the ten statuses of the platform's table
mod layers; // what is refused before any route
mod readers; // clients that take their answers slowly, or not at all
mod senders; // clients that send what nobody wants
mod crowds; // too many connections of one address
mod pages; // requests that pages in a browser cause
mod web; // the web pages
mod proxies; // whose request it is, behind proxies
mod tls; // HTTPS
mod alerts; // alerts, from results to a notifier
mod mail_server; // a mail server that answers as a test decides
mod mail; // alerts by e-mail
mod soon; // tests that are new run at once
mod heartbeats; // jobs that report by themselves
mod silences; // what is not sent while they last
mod dependencies; // tests that depend on others
mod walk; // every route with every kind of bad input
