//! The health service (`grpc.health.v1`), which needs no schema of the test's own.

use crate::Descriptors;
use crate::schema::invalid;
use faultfinder_taxonomy::Fault;
use prost::Message as _;
use prost_reflect::{DynamicMessage, ReflectMessage as _, Value};
use prost_types::FileDescriptorSet;
use std::sync::OnceLock;

/// The service and its method.
pub(crate) const SERVICE: &str = "grpc.health.v1.Health";
pub(crate) const METHOD: &str = "Check";

/// Its descriptors.
pub(crate) fn descriptors() -> Result<Descriptors, Fault> {
    static READ: OnceLock<Descriptors> = OnceLock::new();
    if let Some(descriptors) = READ.get() {
        return Ok(descriptors.clone());
    }
    let files = FileDescriptorSet::decode(tonic_health::pb::FILE_DESCRIPTOR_SET).map(|set| set.file);
    let read = files.map_err(|error| error.to_string()).and_then(Descriptors::received);
    let read = read.map_err(|why| invalid("health", "grpc.health", why))?;
    Ok(READ.get_or_init(|| read).clone())
}

/// The message that asks for a service.
pub(crate) fn question(service: &str) -> String {
    serde_json::json!({ "service": service }).to_string()
}

/// The word of an answer; the number, where it stands for none.
pub(crate) fn status(answer: &DynamicMessage) -> Option<String> {
    let value = answer.get_field_by_name("status")?;
    let Value::EnumNumber(number) = *value else { return None };
    let kind = answer.descriptor().get_field_by_name("status")?.kind();
    let known = kind.as_enum().and_then(|kind| kind.get_value(number).map(|value| value.name().to_owned()));
    Some(known.unwrap_or_else(|| number.to_string()))
}
