//! WebSockets from options.

use super::options::{Fields, Pair, Secrets, assignment, credentials, header};
use super::{common::Common, target, tls::Tls};
use crate::exit::Failure;
use clap::Args;
use serde_json::{Value, json};

/// A WebSocket.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  faultfinder probe ws wss://example.com/feed
  faultfinder probe ws wss://example.com/echo --message hello --assert 'received is hello'
  faultfinder probe ws ws://127.0.0.1:8080/graphql --subprotocol graphql-transport-ws \\
      --send '{\"type\":\"connection_init\"}' --expect connection_ack
  faultfinder probe ws wss://example.com/private --assert 'status is 401'
  faultfinder probe ws wss://example.com/private --assert 'close_code is 4401'")]
pub(crate) struct Arguments {
    /// The URL, ws:// or wss://; without a scheme wss is meant (ws with the port 80)
    #[arg(value_name = "TARGET")]
    url: String,

    /// Text to send; a message is then awaited
    #[arg(long, short = 'm', value_name = "TEXT", group = "said")]
    message: Option<String>,

    /// The same with bytes, in base64
    #[arg(long, value_name = "BASE64", group = "said")]
    message_base64: Option<String>,

    /// Text to send, as a step that awaits nothing
    #[arg(long, value_name = "TEXT", conflicts_with = "said")]
    send: Option<String>,

    /// Text that a message must contain; messages before it are read over
    #[arg(long, value_name = "TEXT", conflicts_with = "said")]
    expect: Option<String>,

    /// Payload of a ping, whose pong must come back
    #[arg(long, value_name = "TEXT", conflicts_with = "said")]
    ping: Option<String>,

    /// A header of the opening handshake; repeatable
    #[arg(long, short = 'H', value_name = "NAME: VALUE", value_parser = header)]
    header: Vec<Pair>,

    /// A cookie to send with it; repeatable
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    cookie: Vec<Pair>,

    /// A subprotocol to offer; repeatable, the preferred one first
    #[arg(long, value_name = "NAME")]
    subprotocol: Vec<String>,

    /// Basic authentication
    #[arg(long, value_name = "USER:PASSWORD", value_parser = credentials, group = "credentials")]
    basic: Option<Pair>,

    /// A bearer token
    #[arg(long, value_name = "TOKEN", group = "credentials")]
    bearer: Option<String>,

    /// Longest message to receive, in bytes [default: 51200]
    #[arg(long, value_name = "BYTES")]
    max_message_bytes: Option<u32>,

    #[command(flatten)]
    tls: Tls,

    #[command(flatten)]
    pub(super) common: Common,
}

impl Arguments {
    /// The definition that says the same.
    pub(super) fn definition(&self) -> Result<Value, Failure> {
        let url = target::url(&self.url, "ws", "wss");
        let mut secrets = Secrets::default();
        let mut request = Fields::default();
        request.set("url", Some(&url));
        request.set("message", self.message.as_deref());
        request.set("message_base64", self.message_base64.as_deref());
        let steps = self.steps();
        request.set("steps", (!steps.is_empty()).then_some(steps));
        request.pairs("headers", &self.header);
        request.pairs("cookies", &self.cookie);
        request.list("subprotocols", &self.subprotocol);
        request.set("auth", self.auth(&mut secrets));
        request.set("max_message_bytes", self.max_message_bytes);
        self.tls.set_in(&mut request, false);
        self.common.file("ws", url, request, secrets)
    }

    /// What is sent, then what is awaited, then the ping.
    fn steps(&self) -> Vec<Value> {
        let step = |name: &str, text: &Option<String>| text.as_ref().map(|text| json!({ name: text }));
        [step("send", &self.send), step("expect", &self.expect), step("ping", &self.ping)]
            .into_iter()
            .flatten()
            .collect()
    }

    fn auth(&self, secrets: &mut Secrets) -> Option<Value> {
        match (&self.basic, &self.bearer) {
            (Some(pair), _) => Some(super::credentials::basic(pair, secrets)),
            (None, Some(token)) => Some(super::credentials::bearer(token, secrets)),
            (None, None) => None,
        }
    }
}
