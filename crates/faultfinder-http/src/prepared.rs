//! A request that can be sent.

use crate::body::EncodedBody;
use crate::proof::Ntlm;
use faultfinder_net::Host;
use http::{HeaderName, HeaderValue, Method};
use url::Url;

/// A request that can be sent: nothing in it is invalid.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) host: Host,
    pub(crate) port: u16,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    /// The `authorization` header of the configured credentials; dropped when a redirect leaves the origin.
    pub(crate) authorization: Option<HeaderValue>,
    /// Headers that prove who asks in another way; dropped likewise.
    pub(crate) signed: Vec<(HeaderName, HeaderValue)>,
    /// Credentials for NTLM, which the connection speaks; dropped likewise.
    pub(crate) ntlm: Option<Ntlm>,
    pub(crate) cookies: Vec<(String, String)>,
    pub(crate) body: EncodedBody,
    /// Whether the client certificate goes along; not any more when a redirect leaves the origin.
    pub(crate) at_home: bool,
}

impl Prepared {
    pub(crate) fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }
}
