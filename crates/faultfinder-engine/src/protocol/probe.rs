//! A request that is ready to be sent, for any protocol.

use super::answer::Answer;
use faultfinder_http::CookieJar;
use faultfinder_net::tls::TlsOptions;
use faultfinder_net::{ClientOptions, Host, Shared, Vantage};
use faultfinder_taxonomy::{Fault, Report};
use futures_util::future::BoxFuture;
use std::sync::Arc;

/// A request that is ready to be sent.
pub(crate) trait Probe: std::fmt::Debug + Send + Sync {
    /// The route to the target.
    fn client(&self) -> &ClientOptions;

    /// The same, to be shared with other requests.
    fn client_mut(&mut self) -> &mut Shared<ClientOptions>;

    /// The same request over another route.
    fn with_client(&self, client: ClientOptions) -> Arc<dyn Probe>;

    /// The same request with cookies that other requests share; nothing where there are no cookies.
    fn with_cookies(&self, _cookies: &CookieJar) -> Option<Arc<dyn Probe>> {
        None
    }

    /// The target host; nothing if a proxy looks it up, or if it is not a valid host.
    fn host(&self) -> Option<Host>;

    /// The target port, where the protocol has ports and it is known.
    fn port(&self) -> Option<u16> {
        None
    }

    /// Every problem with it that can be found before anything is sent.
    fn check(&self) -> Vec<Fault>;

    /// The TLS settings that it uses for the target, and their name.
    fn tls(&self) -> Option<(&Shared<TlsOptions>, &'static str)> {
        None
    }

    /// The TLS settings, to be shared with other requests.
    fn tls_mut(&mut self) -> Option<&mut Shared<TlsOptions>> {
        None
    }

    /// Whether it certainly begins with TLS.
    fn begins_with_tls(&self) -> bool {
        self.tls().is_some()
    }

    /// Sends it.
    ///
    /// The future is boxed: otherwise every waiting test would take as much memory as one of the largest protocol,
    /// which matters when ten thousand wait for an echo.
    fn send<'a>(&'a self, vantage: &'a Vantage) -> BoxFuture<'a, Sent>;
}

/// What came of a request that was sent.
pub(crate) struct Sent {
    pub(crate) report: Report<Box<dyn Answer>>,
    /// What had arrived of an answer that is not complete.
    pub(crate) partial: Option<Box<dyn Answer>>,
}

impl From<Report<Box<dyn Answer>>> for Sent {
    fn from(report: Report<Box<dyn Answer>>) -> Self {
        Self { report, partial: None }
    }
}

/// The part of [`Probe`] that is the same for all probe crates whose request is the probe.
macro_rules! sent_by {
    ($probe:ident) => {
        fn client(&self) -> &faultfinder_net::ClientOptions {
            &self.client
        }

        fn client_mut(&mut self) -> &mut faultfinder_net::Shared<faultfinder_net::ClientOptions> {
            &mut self.client
        }

        fn with_client(&self, client: faultfinder_net::ClientOptions) -> std::sync::Arc<dyn Probe> {
            std::sync::Arc::new(Self { client: client.into(), ..self.clone() })
        }

        fn check(&self) -> Vec<faultfinder_taxonomy::Fault> {
            $probe::check(self)
        }

        fn send<'a>(
            &'a self,
            vantage: &'a faultfinder_net::Vantage,
        ) -> futures_util::future::BoxFuture<'a, crate::protocol::Sent> {
            Box::pin(async {
                let report = $probe::probe(vantage, self).await;
                report.map(|answer| Box::new(answer) as Box<dyn Answer>).into()
            })
        }
    };
}
pub(super) use sent_by;
