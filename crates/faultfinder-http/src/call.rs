//! An exchange that is to be made.

use crate::Request;
use crate::arrived::Arrived;
use crate::cookies::Cookies;
use crate::prepared::Prepared;
use faultfinder_net::tls::TlsOptions;
use faultfinder_net::{Deadline, Shared, Vantage};
use faultfinder_taxonomy::word::HttpVersion;

/// An exchange that is to be made, and what changes from one to the next: credentials, redirects, cookies.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) vantage: &'a Vantage,
    pub(crate) request: &'a Request,
    pub(crate) prepared: Prepared,
    pub(crate) cookies: Cookies,
    /// What has arrived of the current response.
    pub(crate) arrived: &'a Arrived,
    /// When the time of the request runs out.
    pub(crate) deadline: Deadline,
}

impl<'a> Call<'a> {
    /// The first exchange of a request.
    pub(crate) fn new(
        vantage: &'a Vantage,
        request: &'a Request,
        prepared: Prepared,
        arrived: &'a Arrived,
        deadline: Deadline,
    ) -> Self {
        let cookies = Cookies::new(request.persist_cookies, request.cookie_jar.as_ref());
        Self { vantage, request, prepared, cookies, arrived, deadline }
    }

    /// The `cookie` header: the test's own cookies, then those that answers set for this URL.
    pub(crate) fn cookie(&self) -> Option<String> {
        self.cookies.header(&self.prepared.cookies, &self.prepared.url)
    }

    /// Whether a proxy reads the request and forwards it, rather than being asked for a tunnel.
    pub(crate) fn is_forwarded(&self) -> bool {
        let is_tunneled = self.prepared.is_https() || self.request.version == HttpVersion::H2c;
        !is_tunneled && self.request.proxy.as_ref().is_some_and(|proxy| !proxy.is_socks())
    }

    /// What the test says about TLS, as far as it holds for this origin.
    pub(crate) fn tls_options(&self) -> Shared<TlsOptions> {
        let mut options = self.request.tls.clone();
        if !self.prepared.at_home {
            // Behind a redirect to another origin: neither its identity nor its name is the test's.
            options.client_cert = None;
            options.client_key = None;
            options.server_name = None;
        }
        options
    }
}
