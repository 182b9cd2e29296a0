//! What is wrong with a request before it is sent.

use crate::protocol::Probe;
use crate::settings::Settings;
use faultfinder_taxonomy::{Detail, Fault, Protocol};

/// What is wrong with a request, in the order in which its fields were read; and the fields that are not known yet.
pub(crate) struct Objections {
    faults: Vec<Fault>,
    unknown: Vec<String>,
    /// Fields that probes call by another name.
    aliases: Vec<(String, String)>,
    protocol: Protocol,
}

impl Objections {
    /// What was found when the fields were read, and what the probe objects to. A field that could not be read, or is not
    /// known yet, is not objected to once more.
    pub(crate) fn new(
        faults: Vec<Fault>,
        unknown: Vec<String>,
        aliases: &[(String, String)],
        built: &dyn Probe,
        protocol: Protocol,
    ) -> Self {
        let mut objections = Self { faults: Vec::new(), unknown, aliases: aliases.to_vec(), protocol };
        let read: Vec<Fault> = faults.into_iter().map(|fault| full(fault, protocol, aliases)).collect();
        let known: Vec<String> = read.iter().filter_map(field).map(str::to_owned).collect();
        objections.faults = read;
        for fault in built.check() {
            objections.add(full(fault, protocol, aliases), &known);
        }
        objections
    }

    /// Adds what is wrong with certificates, keys and other TLS settings, and yields the first of it.
    pub(crate) fn add_tls(&mut self, built: &dyn Probe, settings: &mut Settings) -> Option<Fault> {
        let known: Vec<String> = self.faults.iter().filter_map(field).map(str::to_owned).collect();
        let before = self.faults.len();
        let resolver = built.client().resolver.as_ref().map(|resolver| (&resolver.tls, "resolver.tls"));
        for (options, name) in built.tls().into_iter().chain(resolver) {
            for fault in settings.check(options, name) {
                let fault = full(fault, self.protocol, &self.aliases);
                self.add(fault, &known);
            }
        }
        self.faults.get(before).cloned()
    }

    /// All of them.
    pub(crate) fn into_faults(self) -> Vec<Fault> {
        self.faults
    }

    fn add(&mut self, fault: Fault, known: &[String]) {
        let about = field(&fault).unwrap_or_default().to_owned();
        let mut others = known.iter().chain(&self.unknown);
        if !others.any(|other| is_within(&about, other) || is_within(other, &about)) {
            self.faults.push(fault);
        }
    }
}

/// The field that a fault is about.
fn field(fault: &Fault) -> Option<&str> {
    match &fault.detail {
        Detail::Definition { field, .. } => Some(field),
        _ => None,
    }
}

/// Whether a field is another one, or inside it.
fn is_within(field: &str, other: &str) -> bool {
    field.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// A fault that names its field as the definition does, with the protocol: `http.resolver.tls.ca[0]`.
pub(crate) fn full(mut fault: Fault, protocol: Protocol, aliases: &[(String, String)]) -> Fault {
    if let Detail::Definition { field, .. } = &mut fault.detail {
        let word = protocol.as_str();
        if !is_within(field, word) && !field.starts_with("assert") && field != "name" {
            *field = format!("{word}.{field}");
        }
        if let Some((_, name)) = aliases.iter().find(|(probes, _)| probes == field) {
            field.clone_from(name);
        }
    }
    fault
}
