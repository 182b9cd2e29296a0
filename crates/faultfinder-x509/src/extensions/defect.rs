//! What is wrong with extensions.

use crate::der::DerFault;

/// Why a certificate's extensions are invalid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Defect {
    pub(crate) extension: &'static str,
    pub(crate) why: Flaw,
}

/// What may be wrong with a known extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    Encoding(DerFault),
    Twice,
    NegativePathLength,
    NoUsage,
    ProxyIsCa,
    EmptyPoint,
}

impl Defect {
    /// As text for messages.
    pub(crate) fn text(&self) -> String {
        let name = self.extension;
        match self.why {
            Flaw::Encoding(fault) => format!("its {name} cannot be read: {fault}"),
            Flaw::Twice => format!("it has more than one {name}"),
            Flaw::NegativePathLength => format!("its {name} has a negative path length"),
            Flaw::NoUsage => format!("its {name} allows nothing"),
            Flaw::ProxyIsCa => "it is a proxy certificate and a CA, or has alternative names".to_owned(),
            Flaw::EmptyPoint => format!("its {name} has a point without a name"),
        }
    }
}
