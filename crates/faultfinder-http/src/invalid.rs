//! Problems of a request.

use faultfinder_taxonomy::{Code, Detail, Fault, Phase};

/// A request that cannot be sent, because of this field.
pub(crate) fn invalid(name: &str, field: &str, message: String) -> Fault {
    Fault::new(Code::InvalidRequest, Phase::Config, Detail::definition(name, field), message)
}
