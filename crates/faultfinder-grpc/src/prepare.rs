//! Everything that can be refused before a packet is sent.

use crate::message::{self, Typed};
use crate::schema::invalid;
use crate::{Call, Method, Request, Schema, health, metadata};
use faultfinder_net::Host;
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
pub(crate) fn prepare(request: &Request) -> Result<Prepared<'_>, Fault> {
    let host = Host::parse(&request.host, "grpc.host")?;
    if request.port == 0 {
        return Err(invalid("ERR_SOCKET_BAD_PORT", "grpc.port", "port 0 cannot be connected to".to_owned()));
    }
    let authority = authority(request, &host)?;
    let metadata = metadata::fields(&request.metadata)?;
    let call = match &request.call {
        Call::Health(service) => {
            let descriptors = health::descriptors()?;
            let method = Method {
                service: health::SERVICE.to_owned(),
                method: health::METHOD.to_owned(),
                message: health::question(service),
                schema: Schema::Known(descriptors.clone()),
            };
            PreparedCall::Typed(message::typed(&descriptors, &method)?)
        }
        Call::Method(method) => match &method.schema {
            Schema::Known(descriptors) => PreparedCall::Typed(message::typed(descriptors, method)?),
            Schema::Reflection => PreparedCall::Untyped(method),
        },
    };
    let is_health = matches!(request.call, Call::Health(_));
    Ok(Prepared { host, port: request.port, authority, metadata, call, is_health })
}

fn authority(request: &Request, host: &Host) -> Result<Authority, Fault> {
    let text = match (&request.authority, host) {
        (Some(given), _) => given.clone(),
        (None, Host::Address(address)) if address.is_ipv6() => format!("[{address}]:{}", request.port),
        (None, host) => format!("{host}:{}", request.port),
    };
    Authority::try_from(text.as_str()).map_err(|error| {
        invalid("ERR_INVALID_URL", "grpc.authority", format!("{text:?} is no authority: {error}"))
    })
}
