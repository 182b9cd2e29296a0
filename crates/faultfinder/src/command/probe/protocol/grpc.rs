//! gRPC calls from options.

use crate::command::probe::argument::fill;
use crate::command::probe::command::{Special, none};
use crate::command::probe::draft::Draft;
use crate::exit::Failure;
use clap::ArgMatches;
use faultfinder_taxonomy::Protocol;

/// A gRPC call.
pub(super) static COMMAND: Special = Special {
    protocol: Protocol::Grpc,
    about: "Make one gRPC call, or ask for the health of a service",
    target: "HOST, HOST:PORT (50051), or a URL: grpcs://, or grpc:// without TLS",
    examples: "\
Examples:
  faultfinder probe grpc 127.0.0.1:50051 --plaintext --health
  faultfinder probe grpc grpcs://api.example:443 --health shop.Cart
  faultfinder probe grpc api.example:443 --reflection --service shop.Cart --method Total --message '{\"id\":7}'
  faultfinder probe grpc 127.0.0.1 --plaintext --proto shop.proto --service shop.Cart --method Total \\
    --metadata 'authorization: Bearer 1' --assert 'jsonpath $.cents > 0'
  faultfinder probe grpc 127.0.0.1 --plaintext --health none --assert 'grpc_status is NOT_FOUND'",
    options: |command| fill(command, &COMMAND),
    more: none,
    complete,
};

fn complete(draft: &mut Draft, _: &ArgMatches) -> Result<String, Failure> {
    let target = draft.target.clone();
    if target.contains("://") {
        draft.request().insert("url".to_owned(), target.as_str().into());
    } else {
        draft.host_and_port()?;
    }
    let name = match (draft.text("service"), draft.text("method")) {
        (Some(service), Some(method)) => Some(format!("{service}/{method}")),
        _ => None,
    };
    let request = draft.request();
    if name.is_none() {
        request.entry("health").or_insert_with(|| true.into());
    } else if !["proto", "descriptor_set"].iter().any(|schema| request.contains_key(*schema)) {
        request.insert("reflection".to_owned(), true.into());
    }
    Ok(name.unwrap_or(target))
}
