//! Workspace-wide tests.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by a panic; what several tests share is not a `#[test]` itself"
)]

mod alerts_killed; // alerts of a service that is killed again and again
mod api_docs; // the commands of docs/api.md, and what they answer
mod autobahn; // the Autobahn test suite against the WebSocket probe's client
mod datadog; // tests of Datadog, as they are and imported
mod cli; // the command line: statuses, formats, messages
mod grpc_peer; // gRPC against a server of grpcio
mod docs; // the examples of the documentation
mod edge; // answers that something in front of the application gave
mod distant; // a network whose distant host is this one
mod details; // the details of certificates in results
mod doctor; // what this host has, and what to do about the rest
mod icmp; // ten thousand targets at once; no permission
mod limits; // each limit at N and at N + 1
mod lab; // every scenario, found as it is
mod examples; // the definitions that people copy, in a shop that is open and one that is not
mod explained; // every detail of a scenario is a word that `explain` knows
mod foreign; // files of other tools
mod failures; // every known failure has a scenario
mod played; // commands of the pages, played by a shell
mod protocols; // the codes that are listed for a protocol, and those that scenarios show
mod nobody; // the binary, called without privileges
mod unix_sockets; // TLS over Unix domain sockets, and sockets that are not ours
mod packaging; // what is installed: the Debian package and the image
mod peers; // servers of others
mod served; // a lab that serves one scenario
mod screenshots; // the pages of the service as Chromium draws them
mod serve; // the service: how it starts, what it refuses, how it ends
mod lab_process; // the lab as a process of its own
mod definition_schema; // the published schema of definitions, and what is read
mod schemathesis; // what schemathesis makes of the document of the API
mod objections; // what only shows when a request is made is at its field
mod reported; // files with mistakes, and what is reported of them
mod reports; // the reports of `run`: every format, complete and cut off
mod prometheus; // what Prometheus makes of the metrics, and of its files
mod places; // bad values of every field are at their fields
mod timings; // phases are as long as they were
mod packets; // timings are those of the packets
mod own_delay; // a process that had no time says so
mod ws_peer; // the WebSocket probe against a server of somebody else's
mod verify; // certificate chains
