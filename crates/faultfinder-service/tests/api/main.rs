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
mod files; // tests of files
mod secrets; // secrets of definitions
mod holds; // what would stop, starve or confuse a service
mod retries_off; // automatic retries after refused credentials
mod guard; // what definitions of strangers may not do
mod statuses; // the ten statuses of the platform's table
mod layers; // what is refused before any route
mod walk; // every route with every kind of bad input
