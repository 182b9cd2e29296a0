//! WebSockets from options.

use crate::command::probe::argument::fill;
use crate::command::probe::command::Special;
use crate::command::probe::draft::Draft;
use crate::command::probe::target;
use crate::exit::Failure;
use clap::{Arg, ArgMatches};
use faultfinder_spec::without_password;
use faultfinder_taxonomy::Protocol;
use serde_json::{Value, json};

/// A WebSocket.
pub(super) static COMMAND: Special = Special {
    protocol: Protocol::Ws,
    about: "Open a WebSocket, and send and expect messages",
    target: "The URL, ws:// or wss://; without a scheme wss is meant (ws with the port 80)",
    examples: "\
Examples:
  faultfinder probe ws wss://example.com/feed
  faultfinder probe ws wss://example.com/echo --message hello --assert 'received is hello'
  faultfinder probe ws ws://127.0.0.1:8080/graphql --subprotocol graphql-transport-ws \\
      --send '{\"type\":\"connection_init\"}' --expect connection_ack
  faultfinder probe ws wss://example.com/echo --step 'send: 1' --step 'expect: 1' --step 'send: 2' --step 'expect: 2'
  faultfinder probe ws wss://example.com/private --assert 'status is 401'
  faultfinder probe ws wss://example.com/private --assert 'close_code is 4401'",
    options: |command| fill(command, &COMMAND),
    more: short_steps,
    complete,
};

/// Options for one step of a kind, in the order in which the steps are taken.
const STEPS: [(&str, &str); 3] = [
    ("send", "Text to send, as a step that awaits nothing"),
    ("expect", "Text that a message must contain; messages before it are read over"),
    ("ping", "Payload of a ping, whose pong must come back"),
];

fn short_steps() -> Vec<Arg> {
    let step = |(name, help): (&'static str, &'static str)| {
        let others = ["message", "message-base64", "step"];
        Arg::new(name).long(name).value_name("TEXT").help(help).conflicts_with_all(others)
    };
    STEPS.map(step).into()
}

fn complete(draft: &mut Draft, matches: &ArgMatches) -> Result<String, Failure> {
    let url = target::url(&draft.target, "ws", "wss")?;
    let steps: Vec<Value> = STEPS
        .iter()
        .filter_map(|(name, _)| matches.get_one::<String>(name).map(|text| json!({ *name: text })))
        .collect();
    let request = draft.request();
    request.insert("url".to_owned(), url.as_str().into());
    if !steps.is_empty() {
        request.insert("steps".to_owned(), steps.into());
    }
    Ok(without_password(&url).into_owned())
}
