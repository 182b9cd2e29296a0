//! What each protocol needs: its request from a definition, what assertions may read of its answer, and its answer in
//! short. A protocol is one row of [`build`], and one file.

mod client; // the route to the target: fields that all requests share
mod tls; // TLS settings
mod credentials; // users and passwords
mod excerpt; // what was received, for results
mod http;
mod ssl;
mod dns;
mod tcp;
mod udp;
mod icmp;
pub(crate) mod grpc;
mod ws;
pub(crate) mod envelope; // what an API says of its own failure
pub(crate) mod challenge; // challenges of answers that refuse credentials

pub use http::{FILE_BYTES_MAX, SAVED_BODY_BYTES_MAX};

use crate::section::Section;
use faultfinder_assert::{Assertion, Observation};
use faultfinder_net::tls::TlsOptions;
use faultfinder_net::{ClientOptions, Host, Vantage};
use faultfinder_taxonomy::{ErrorBody, Fact, Fault, Phase, Protocol, Report};
use futures_util::future::BoxFuture;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Makes the request that a definition describes. What is wrong with its fields is kept by the section's renderer.
pub(crate) fn build(
    protocol: Protocol,
    section: &mut Section<'_, '_>,
    assertions: &[Assertion],
) -> Arc<dyn Probe> {
    match protocol {
        Protocol::Http => Arc::new(http::build(section)),
        Protocol::Ssl => Arc::new(ssl::build(section)),
        Protocol::Dns => Arc::new(dns::build(section, assertions)),
        Protocol::Tcp => Arc::new(tcp::build(section, assertions)),
        Protocol::Udp => Arc::new(udp::build(section)),
        Protocol::Icmp => Arc::new(icmp::build(section)),
        Protocol::Grpc => Arc::new(grpc::build(section)),
        Protocol::Ws => Arc::new(ws::build(section, assertions)),
    }
}

/// A request that is ready to be sent.
pub(crate) trait Probe: std::fmt::Debug + Send + Sync {
    /// The route to the target.
    fn client(&self) -> &ClientOptions;

    /// The same request by another route.
    fn with_client(&self, client: ClientOptions) -> Arc<dyn Probe>;

    /// The host that it goes to; nothing where a proxy looks it up, or where it is not a valid host.
    fn host(&self) -> Option<Host>;

    /// Everything that is wrong with it, as far as it shows before anything is sent.
    fn check(&self) -> Vec<Fault>;

    /// The TLS settings that it uses for the target, and what they are called.
    fn tls(&self) -> Option<(&TlsOptions, &'static str)> {
        None
    }

    /// Sends it.
    ///
    /// The future is boxed: else every waiting test would take as much memory as one of the largest protocol, which matters
    /// when ten thousand wait for an echo.
    fn send<'a>(&'a self, vantage: &'a Vantage) -> BoxFuture<'a, Report<Box<dyn Answer>>>;
}

/// The part of [`Probe`] that is the same for all probe crates whose request is the probe.
macro_rules! sent_by {
    ($probe:ident) => {
        fn client(&self) -> &faultfinder_net::ClientOptions {
            &self.client
        }

        fn with_client(&self, client: faultfinder_net::ClientOptions) -> std::sync::Arc<dyn Probe> {
            std::sync::Arc::new(Self { client, ..self.clone() })
        }

        fn check(&self) -> Vec<faultfinder_taxonomy::Fault> {
            $probe::check(self)
        }

        fn send<'a>(
            &'a self,
            vantage: &'a faultfinder_net::Vantage,
        ) -> futures_util::future::BoxFuture<'a, faultfinder_taxonomy::Report<Box<dyn Answer>>> {
            Box::pin(async {
                $probe::probe(vantage, self).await.map(|answer| Box::new(answer) as Box<dyn Answer>)
            })
        }
    };
}
use sent_by;

/// A complete answer.
pub(crate) trait Answer: std::fmt::Debug + Send + Sync {
    /// Shows assertions what is in the answer.
    fn observe<'a>(&'a self, seen: &mut Observation<'a>);

    /// The answer in short; more of it when the test failed.
    fn summary(&self, failed: bool) -> BTreeMap<String, Fact>;

    /// The fault of an answer that is not good enough, with what the answer says about the reason.
    fn explain(&self, fault: Fault) -> Fault {
        fault
    }

    /// The assertion that a test makes without saying so.
    fn implied(&self, _assertions: &[Assertion]) -> Option<Assertion> {
        None
    }

    /// What people should know of the answer although nothing failed.
    fn warning(&self) -> Option<String> {
        None
    }

    /// The fault that the answer's status is by itself, unless an assertion accepts it.
    fn status_fault(&self) -> Option<Fault> {
        None
    }

    /// What the tested API says of its own failure, when it says it in the platform's envelope.
    fn error_envelope(&self) -> Option<ErrorBody> {
        None
    }

    /// How long the target asks to wait before it is asked again.
    fn retry_after(&self, _now: SystemTime) -> Option<Duration> {
        None
    }

    /// What is known of a body that was longer than what is kept.
    fn cut(&self) -> Option<Cut> {
        None
    }

    /// The answer refuses the credentials that the test has.
    fn credentials_refused(&self) -> Option<Refusal<'_>> {
        None
    }
}

/// A body of which only the beginning was kept.
pub(crate) struct Cut {
    /// What it is, for people.
    pub(crate) what: &'static str,
    /// The limit of its protocol, in bytes.
    pub(crate) kept: usize,
    /// What is counted, and how many bytes of it came: before a content coding was taken off or JSON made of it.
    pub(crate) received: (&'static str, u64),
}

/// An answer that refuses credentials: its status and headers, and the phase in which it came.
pub(crate) struct Refusal<'a> {
    pub(crate) status: u16,
    pub(crate) headers: &'a [(String, Vec<u8>)],
    pub(crate) phase: Phase,
    /// Why the challenge could not be answered, when that was tried.
    pub(crate) unanswerable: Option<&'a str>,
}

/// Named facts.
fn facts<const N: usize>(entries: [(&str, Fact); N]) -> BTreeMap<String, Fact> {
    entries.into_iter().map(|(name, fact)| (name.to_owned(), fact)).collect()
}
