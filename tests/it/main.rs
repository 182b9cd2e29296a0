//! Workspace-wide tests.

mod cli; // the command line: statuses, formats, messages
mod grpc_peer; // gRPC against a server of grpcio
mod lab; // every scenario, found as it is
mod verify; // certificate chains
