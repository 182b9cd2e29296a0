//! Workspace-wide tests.

mod autobahn; // the Autobahn test suite against the WebSocket probe's client
mod cli; // the command line: statuses, formats, messages
mod lab; // every scenario, found as it is
mod ws_peer; // the WebSocket probe against a server of somebody else's
mod verify; // certificate chains
