//! What is asked.

use crate::Schema;
use faultfinder_net::tls::TlsOptions;
use faultfinder_net::{ClientOptions, Proxy, Shared};
use faultfinder_taxonomy::word::Compression;

/// One gRPC call and how it is made. The names are those of the definition format.
#[derive(Debug, Clone)]
pub struct Request {
    /// Name or address.
    pub host: String,
    /// The port.
    pub port: u16,
    /// Whether HTTP/2 is spoken without TLS. No.
    pub plaintext: bool,
    /// What is sent as `:authority` instead of host and port.
    pub authority: Option<String>,
    /// What is called.
    pub call: Call,
    /// What goes beside the message, in order; a name may repeat. Values of names that end in `-bin` are base64.
    pub metadata: Vec<(String, String)>,
    /// How messages are compressed.
    pub compression: Compression,
    /// How many messages of a stream are read. 100.
    pub max_messages: usize,
    /// Longest message that is received, in bytes and once it is decompressed; all messages of a stream together have no
    /// more. 4 MiB.
    pub max_message_bytes: usize,
    /// Whether a status other than `OK` that the server sent is an answer and no fault, so that it can be asserted.
    pub status_as_value: bool,
    /// The proxy that it goes through, by a tunnel.
    pub proxy: Option<Proxy>,
    /// TLS, unless `plaintext`.
    pub tls: Shared<TlsOptions>,
    /// The way to the target.
    pub client: Shared<ClientOptions>,
}

/// What is called.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Call {
    /// The health of a service (`grpc.health.v1.Health/Check`); of the whole server, when the name is empty.
    Health(String),
    /// A method.
    Method(Method),
}

/// A method and the message for it.
#[derive(Clone)]
#[expect(clippy::exhaustive_structs, reason = "closed: a call is no more than this")]
pub struct Method {
    /// The service with its package: `shop.v1.Cart`.
    pub service: String,
    /// The method's name: `Total`.
    pub method: String,
    /// The message as JSON (the protobuf JSON mapping).
    pub message: String,
    /// What the messages look like.
    pub schema: Schema,
}

impl Request {
    /// The port when nothing is said: that of the gRPC documentation's examples.
    pub const PORT: u16 = 50051;
    /// How many messages of a stream are read when nothing is said.
    pub const MESSAGES_MAX: usize = 100;
    /// Longest message that is sent, in bytes, and the longest that is received when nothing is said: gRPC's own default.
    pub const MESSAGE_BYTES_MAX: usize = 4 << 20;
    /// Longest answer as JSON, in bytes; what goes beyond is not shown.
    pub const BODY_BYTES_MAX: usize = faultfinder_taxonomy::BODY_BYTES_MAX;

    /// This call to this target, over TLS.
    #[must_use]
    pub fn new(host: impl Into<String>, port: u16, call: Call) -> Self {
        Self {
            host: host.into(),
            port,
            plaintext: false,
            authority: None,
            call,
            metadata: Vec::new(),
            compression: Compression::Answers,
            max_messages: Self::MESSAGES_MAX,
            max_message_bytes: Self::MESSAGE_BYTES_MAX,
            status_as_value: false,
            proxy: None,
            tls: Shared::default(),
            client: Shared::default(),
        }
    }
}

impl std::fmt::Debug for Method {
    /// Never shows the message: it may hold secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Method")
            .field("service", &self.service)
            .field("method", &self.method)
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}
