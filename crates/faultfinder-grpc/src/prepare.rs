//! Everything that can be refused before a packet is sent.

use crate::message::{self, Typed};
use crate::schema::invalid;
use crate::{Call, Method, Request, Schema, health, metadata};
use faultfinder_net::{Checks, Host, Reach};
use faultfinder_taxonomy::Fault;
use http::HeaderMap;
use http::uri::Authority;

/// A request that can be sent: nothing in it is invalid.
#[derive(Debug)]
pub(crate) struct Prepared<'r> {
    pub(crate) host: Host,
    pub(crate) port: u16,
    pub(crate) authority: Authority,
    pub(crate) metadata: HeaderMap,
    pub(crate) call: PreparedCall<'r>,
    /// Whether it asks for the health of a service.
    pub(crate) is_health: bool,
}

/// What is called.
#[derive(Debug)]
pub(crate) enum PreparedCall<'r> {
    /// A method whose schema is known.
    Typed(Typed),
    /// A method whose schema the server has to say.
    Untyped(&'r Method),
}

/// Checks a request.
///
/// # Errors
///
/// `INVALID_REQUEST` and the codes beside it that say what cannot be sent, each naming the field.
pub(crate) fn prepare(request: &Request) -> Result<Prepared<'_>, Vec<Fault>> {
    let mut checks = Checks::default();
    let host = checks.take(Host::parse(&request.host, "grpc.host"));
    if request.port == 0 {
        let message = "port 0 is not a valid port".to_owned();
        checks.take::<()>(Err(invalid("ERR_SOCKET_BAD_PORT", "grpc.port", message)));
    }
    if let Some(proxy) = &request.proxy {
        Reach::check_proxy(proxy, "grpc", &mut checks);
    }
    let authority = host.as_ref().and_then(|host| checks.take(authority(request, host)));
    let metadata = metadata::fields(&request.metadata, &mut checks);
    let call = checks.take(call(&request.call));
    let prepared = match (host, authority, call) {
        (Some(host), Some(authority), Some(call)) => {
            let is_health = matches!(request.call, Call::Health(_));
            Some(Prepared { host, port: request.port, authority, metadata, call, is_health })
        }
        _ => None,
    };
    checks.end(prepared)
}

/// Everything that is wrong with a request, as far as it shows before anything is sent; its TLS settings are checked by
/// [`TlsClient::check`](faultfinder_net::tls::TlsClient::check).
#[must_use]
pub fn check(request: &Request) -> Vec<Fault> {
    prepare(request).err().unwrap_or_default()
}

fn call(call: &Call) -> Result<PreparedCall<'_>, Fault> {
    match call {
        Call::Health(service) => {
            let descriptors = health::descriptors()?;
            let method = Method {
                service: health::SERVICE.to_owned(),
                method: health::METHOD.to_owned(),
                message: health::question(service),
                schema: Schema::Known(descriptors.clone()),
            };
            message::typed(&descriptors, &method).map(PreparedCall::Typed)
        }
        Call::Method(method) => match &method.schema {
            Schema::Known(descriptors) => message::typed(descriptors, method).map(PreparedCall::Typed),
            Schema::Reflection => Ok(PreparedCall::Untyped(method)),
        },
    }
}

fn authority(request: &Request, host: &Host) -> Result<Authority, Fault> {
    let text = match (&request.authority, host) {
        (Some(given), _) => given.clone(),
        (None, host) => format!("{}:{}", host.before_port(), request.port),
    };
    Authority::try_from(text.as_str()).map_err(|error| {
        invalid("ERR_INVALID_URL", "grpc.authority", format!("{text:?} is not a valid authority: {error}"))
    })
}
