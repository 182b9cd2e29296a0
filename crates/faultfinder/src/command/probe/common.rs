//! Options that every protocol has.

use super::Shared;
use super::options::{Fields, Pair, Secrets, assignment};
use super::target::host_and_port;
use crate::exit::Failure;
use clap::Args;
use serde_json::{Map, Value};

/// What every protocol has besides its own options.
#[derive(Debug, Args)]
pub(crate) struct Common {
    #[command(flatten)]
    way: Way,

    #[command(flatten)]
    pub(super) shared: Shared,
}

impl Common {
    /// The definition file that holds this one test.
    pub(super) fn file(
        &self,
        protocol: &str,
        name: String,
        mut request: Fields,
        secrets: Secrets,
    ) -> Result<Value, Failure> {
        self.way.add_to(&mut request)?;
        Ok(super::file(protocol, name, request, secrets, &self.shared))
    }
}

/// Time, addresses and names.
#[derive(Debug, Args)]
#[command(next_help_heading = "Time and addresses")]
struct Way {
    /// Time for the request, such as 500ms or 5s [default: 60s]
    #[arg(long, value_name = "DURATION")]
    timeout: Option<String>,

    /// Time for the attempt with its assertions [default: 60s]
    #[arg(long, value_name = "DURATION")]
    overall_timeout: Option<String>,

    /// Which versions of IP: any, 4 or 6
    #[arg(long, value_name = "VERSION")]
    ip: Option<String>,

    /// Which of several addresses: any or first
    #[arg(long, value_name = "CHOICE")]
    address: Option<String>,

    /// Who resolves names, instead of the system's resolver
    #[arg(long, value_name = "ADDRESS[:PORT]")]
    resolver: Option<String>,

    /// How to ask that resolver: udp, tcp, dot, doh or doq
    #[arg(long, value_name = "TRANSPORT", requires = "resolver")]
    resolver_transport: Option<String>,

    /// An address for a name that is then not looked up; repeatable
    #[arg(long, value_name = "HOST=IP", value_parser = assignment)]
    resolve: Vec<Pair>,

    /// The local address that connections come from
    #[arg(long, value_name = "ADDRESS")]
    source_address: Option<String>,
}

impl Way {
    /// Adds the options that were given.
    fn add_to(&self, request: &mut Fields) -> Result<(), Failure> {
        request.set("timeout", self.timeout.as_deref());
        request.set("overall_timeout", self.overall_timeout.as_deref());
        request.set("ip", self.ip.as_deref());
        request.set("address", self.address.as_deref());
        request.set("source_address", self.source_address.as_deref());
        if let Some(resolver) = &self.resolver {
            let (server, port) = host_and_port(resolver, "--resolver")?;
            let mut fields = Fields::default();
            fields.set("server", Some(server));
            fields.set("port", port);
            fields.set("transport", self.resolver_transport.as_deref());
            request.set("resolver", Some(fields.into_value()));
        }
        request.set("resolve", self.overrides());
        Ok(())
    }

    /// `HOST: IP`, or a list of addresses when a host was given several times.
    fn overrides(&self) -> Option<Value> {
        let mut hosts = Map::new();
        for Pair { name, value } in &self.resolve {
            let value = Value::from(value.trim_matches(['[', ']']));
            match hosts.get_mut(name) {
                None => {
                    hosts.insert(name.clone(), value);
                }
                Some(Value::Array(addresses)) => addresses.push(value),
                Some(first) => *first = Value::Array(vec![first.take(), value]),
            }
        }
        if hosts.is_empty() { None } else { Some(Value::Object(hosts)) }
    }
}
