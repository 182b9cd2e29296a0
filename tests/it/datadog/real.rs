//! The definitions that real accounts and Datadog's own clients have, each against peers on loopback.
//!
//! They are not part of this repository: they are read where the folder `shared` lies beside it. Each [`Row`] says what must
//! come of a definition, and why, argued from what it says; its targets are rewritten, and nothing else. What `import` makes of
//! it must end alike.

mod answer; // requests over HTTP, and their answers
mod ends; // a result -> what is not as a row says
mod grpc; // gRPC services
mod http1; // HTTP/1.1
mod http2; // HTTP/2
mod names; // DNS
mod places; // the peers, started
mod rewrite; // targets -> peers
mod row; // what must come of a definition
mod rows; // all of that
mod run; // a row, carried out
mod world; // what peers do

use faultfinder_tests::{faultfinder, not_here, peers::not_run, workspace};
use row::Row;
use rows::{endpoints, http, multi};
use run::{Outside, check};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// How many definitions there are.
const COUNT: usize = 84;
/// How many rows are carried out at once. Most wait for a pause or a retry.
const WORKERS: usize = 6;

/// The definitions by their first and last words; nothing, with a report, where they are not beside the project.
fn definitions() -> Option<BTreeMap<String, PathBuf>> {
    let folder = workspace().join("../shared/datadog/tests");
    let Ok(files) = std::fs::read_dir(&folder) else {
        not_here(
            "the definitions of Datadog's accounts are not beside the project, in `../shared/datadog/tests`",
        );
        return None;
    };
    let files = files.map(|file| file.unwrap().path());
    let definitions = files.filter(|file| file.extension().is_some_and(|kind| kind == "json"));
    Some(definitions.map(|file| (short(&file), file)).collect())
}

/// `dns 0717` for `dns.recordevery.0717.json`.
fn short(file: &Path) -> String {
    let name = file.file_stem().unwrap().to_string_lossy();
    let words: Vec<&str> = name.split('.').collect();
    format!("{} {}", words[0], words[words.len() - 1])
}

/// Carries rows out, several at once, and fails with all complaints together.
#[track_caller]
fn check_all(rows: &[Row]) {
    let Some(definitions) = definitions() else { return };
    let outside = Outside::start();
    let all: Vec<(&Row, &str)> =
        rows.iter().flat_map(|row| row.files.iter().map(move |file| (row, *file))).collect();
    let next = AtomicUsize::new(0);
    let complaints = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                while let Some((row, file)) = all.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let definition = std::fs::read_to_string(&definitions[*file]).unwrap();
                    if let Err(complaint) = check(row, &definition, &outside) {
                        let complaint = format!("{file}, of which was argued: {}\n{complaint}", row.why);
                        complaints.lock().unwrap_or_else(PoisonError::into_inner).push(complaint);
                    }
                }
            });
        }
    });
    let complaints = complaints.into_inner().unwrap();
    assert!(complaints.is_empty(), "{} of {}:\n{}", complaints.len(), all.len(), complaints.join("\n"));
}

/// All rows that there are.
fn every_row() -> Vec<Row> {
    let tables = [
        endpoints::DNS,
        endpoints::GRPC,
        endpoints::ICMP,
        endpoints::SSL,
        endpoints::SOCKETS,
        http::JSON_PATHS,
        http::CREDENTIALS,
        http::STATUSES,
        multi::CREDENTIALS,
        multi::PAGES,
        multi::PROTOCOLS,
    ];
    tables.concat()
}

#[test]
fn every_definition_has_a_row_and_every_row_a_definition() {
    let Some(definitions) = definitions() else { return };
    assert_eq!(definitions.len(), COUNT);
    let rows = every_row();
    let named: Vec<&str> = rows.iter().flat_map(|row| row.files).copied().collect();
    let without_row: Vec<_> = definitions.keys().filter(|file| !named.contains(&file.as_str())).collect();
    assert!(without_row.is_empty(), "without a row: {without_row:?}");
    let without_file: Vec<_> = named.iter().filter(|name| !definitions.contains_key(**name)).collect();
    assert!(without_file.is_empty(), "without a file: {without_file:?}");
    let alone = rows.iter().filter(|row| row.fails.len() == 1).flat_map(|row| row.files);
    let alone: BTreeSet<_> = alone.collect();
    assert!(alone.len() * 3 >= COUNT, "one assertion alone fails in {} files only", alone.len());
    println!("{} runs of {COUNT} definitions; one assertion alone fails in {}", named.len(), alone.len());
}

#[test]
fn questions_for_names_end_as_argued() {
    check_all(endpoints::DNS);
}

#[test]
fn grpc_calls_end_as_argued() {
    check_all(endpoints::GRPC);
}

/// Whether this host permits echo requests; if not, that is reported.
fn may_ping() -> bool {
    let may = faultfinder(&["probe", "icmp", "127.0.0.1", "--packets", "1"]).status == 0;
    if !may {
        not_run("this host does not permit echo requests");
    }
    may
}

#[test]
fn echo_requests_end_as_argued() {
    if may_ping() {
        check_all(endpoints::ICMP);
    }
}

#[test]
fn tls_sessions_end_as_argued() {
    check_all(endpoints::SSL);
}

#[test]
fn connections_and_messages_end_as_argued() {
    check_all(endpoints::SOCKETS);
}

#[test]
fn json_paths_in_pages_end_as_argued() {
    check_all(http::JSON_PATHS);
}

#[test]
fn requests_with_credentials_end_as_argued() {
    check_all(http::CREDENTIALS);
}

#[test]
fn statuses_of_pages_end_as_argued() {
    check_all(http::STATUSES);
}

#[test]
fn steps_with_credentials_end_as_argued() {
    check_all(multi::CREDENTIALS);
}

#[test]
fn steps_from_page_to_page_end_as_argued() {
    check_all(multi::PAGES);
}

#[test]
fn steps_of_several_protocols_end_as_argued() {
    let pings = |row: &Row| row.files == ["multi 71a7"] && row.first_step > 1;
    let may_ping = may_ping();
    let rows = multi::PROTOCOLS.iter().filter(|row| may_ping || !pings(row));
    check_all(&rows.copied().collect::<Vec<_>>());
}
