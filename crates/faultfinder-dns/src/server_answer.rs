//! The answer of one of several name servers.

use faultfinder_taxonomy::{Fact, Fault, ResponseCode};
use std::net::IpAddr;
use std::time::Duration;

/// The answer of one name server of a zone.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ServerAnswer {
    /// Its name.
    pub name: String,
    /// Its address; nothing when it has none.
    pub address: Option<IpAddr>,
    /// The response code for the test's question; nothing when it did not answer.
    pub rcode: Option<ResponseCode>,
    /// The serial number of its copy of the zone.
    pub serial: Option<u32>,
    /// A digest of the answer's records without their TTLs, hexadecimal: the same for the same records in any order.
    pub digest: Option<String>,
    /// The response time for the test's question.
    pub took: Duration,
    /// Why it fails, if it does.
    pub fault: Option<Box<Fault>>,
}

impl ServerAnswer {
    /// A server that has not been asked.
    pub(crate) fn of(name: String) -> Self {
        Self {
            name,
            address: None,
            rcode: None,
            serial: None,
            digest: None,
            took: Duration::ZERO,
            fault: None,
        }
    }

    /// Its name and address.
    pub(crate) fn text(&self) -> String {
        self.address.map_or_else(|| self.name.clone(), |address| format!("{} ({address})", self.name))
    }

    /// The same on one line, for warnings.
    pub(crate) fn short(&self) -> String {
        let serial = self.serial.map_or_else(|| "none".to_owned(), |serial| serial.to_string());
        format!("{} serial {serial} answer {}", self.text(), self.digest.as_deref().unwrap_or("none"))
    }

    /// The same for evidence and results.
    #[must_use]
    pub fn to_fact(&self) -> Fact {
        let facts = [
            ("name", Some(self.name.as_str().into())),
            ("address", self.address.map(|address| address.to_string().into())),
            ("rcode", self.rcode.map(|rcode| rcode.mnemonic().as_ref().into())),
            ("serial", self.serial.map(Fact::from)),
            ("digest", self.digest.as_deref().map(Fact::from)),
            ("duration_us", u64::try_from(self.took.as_micros()).ok().map(Fact::from)),
            ("code", self.fault.as_ref().map(|fault| fault.code.as_str().into())),
            ("detail", self.fault.as_ref().map(|fault| fault.detail.name().into())),
            ("message", self.fault.as_ref().map(|fault| fault.message.as_str().into())),
        ];
        Fact::Map(facts.into_iter().filter_map(|(name, fact)| Some((name.to_owned(), fact?))).collect())
    }
}
