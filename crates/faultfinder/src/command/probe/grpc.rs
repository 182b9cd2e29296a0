//! gRPC calls from options.

use super::options::{Fields, Pair, Secrets, header, json_text};
use super::{common::Common, target, tls::Tls};
use crate::exit::Failure;
use clap::Args;
use serde_json::Value;

/// A gRPC call.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  faultfinder probe grpc 127.0.0.1:50051 --plaintext --health
  faultfinder probe grpc grpcs://api.example:443 --health shop.Cart
  faultfinder probe grpc api.example:443 --reflection --service shop.Cart --method Total --message '{\"id\":7}'
  faultfinder probe grpc 127.0.0.1 --plaintext --proto shop.proto --service shop.Cart --method Total \\
    --metadata 'authorization: Bearer 1' --assert 'jsonpath $.cents > 0'
  faultfinder probe grpc 127.0.0.1 --plaintext --health none --assert 'grpc_status is NOT_FOUND'")]
pub(crate) struct Arguments {
    /// HOST, HOST:PORT (50051), or a URL: grpcs://, or grpc:// without TLS
    #[arg(value_name = "TARGET")]
    target: String,

    /// The port
    #[arg(long)]
    port: Option<u16>,

    /// Speak HTTP/2 without TLS
    #[arg(long)]
    plaintext: bool,

    /// Ask for the health of a service; of the whole server without a name [default: when no service is called]
    #[arg(long, value_name = "SERVICE", num_args = 0..=1, default_missing_value = "", conflicts_with = "service")]
    health: Option<String>,

    /// The service to call, with its package
    #[arg(long, requires = "method")]
    service: Option<String>,

    /// The method to call
    #[arg(long, requires = "service")]
    method: Option<String>,

    /// The message as JSON [default: {}]
    #[arg(long, short = 'd', value_name = "JSON", value_parser = json_text, requires = "service")]
    message: Option<Value>,

    /// A .proto file with the schema; repeatable
    #[arg(long, value_name = "FILE", group = "schema", requires = "service")]
    proto: Vec<String>,

    /// A folder to look for imports in; repeatable
    #[arg(long, value_name = "FOLDER", requires = "proto")]
    proto_path: Vec<String>,

    /// A file with the schema, written by a protobuf compiler
    #[arg(long, value_name = "FILE", group = "schema", requires = "service")]
    descriptor_set: Option<String>,

    /// Ask the server for the schema [default: when no other schema is given]
    #[arg(long, group = "schema", requires = "service")]
    reflection: bool,

    /// What to send beside the message; repeatable
    #[arg(long, short = 'H', value_name = "NAME: VALUE", value_parser = header)]
    metadata: Vec<Pair>,

    /// How to compress messages: answers (only the server's), off, gzip or zstd
    #[arg(long, value_name = "HOW")]
    compression: Option<String>,

    /// How many messages of a stream to read [default: 100]
    #[arg(long, value_name = "COUNT")]
    max_messages: Option<u32>,

    /// What to send as :authority
    #[arg(long, value_name = "HOST[:PORT]")]
    authority: Option<String>,

    #[command(flatten)]
    tls: Tls,

    #[command(flatten)]
    pub(super) common: Common,
}

impl Arguments {
    /// The definition that says the same.
    pub(super) fn definition(&self) -> Result<Value, Failure> {
        let mut request = Fields::default();
        let mut name = self.target.clone();
        if self.target.contains("://") {
            request.set("url", Some(&self.target));
            request.set("port", self.port);
        } else {
            let (host, port) = target::host_and_port(&self.target, "TARGET")?;
            request.set("host", Some(&host));
            request.set("port", self.port.or(port));
        }
        request.switch("plaintext", self.plaintext);
        match (&self.service, &self.method) {
            (Some(service), Some(method)) => {
                name = format!("{service}/{method}");
                request.set("service", Some(service));
                request.set("method", Some(method));
                request.set("message", self.message.as_ref());
                request.list("proto", &self.proto);
                request.list("proto_path", &self.proto_path);
                request.set("descriptor_set", self.descriptor_set.as_deref());
                let no_other = self.proto.is_empty() && self.descriptor_set.is_none();
                request.switch("reflection", self.reflection || no_other);
            }
            _ => match self.health.as_deref().unwrap_or_default() {
                "" => request.switch("health", true),
                service => request.set("health", Some(service)),
            },
        }
        request.pairs("metadata", &self.metadata);
        request.set("compression", self.compression.as_deref());
        request.set("max_messages", self.max_messages);
        request.set("authority", self.authority.as_deref());
        self.tls.set_in(&mut request, false);
        self.common.file("grpc", name, request, Secrets::default())
    }
}
