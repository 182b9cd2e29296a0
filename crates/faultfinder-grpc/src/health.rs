//! The health service (`grpc.health.v1`), which needs no schema of the test's own.

use crate::{Descriptors, ProtoSource};
use faultfinder_taxonomy::Fault;
use prost_reflect::{DynamicMessage, ReflectMessage as _, Value};
use std::sync::OnceLock;

/// The service and its method.
pub(crate) const SERVICE: &str = "grpc.health.v1.Health";
pub(crate) const METHOD: &str = "Check";

/// The part of the service that is called (gRPC core, `health-checking.md`).
const SCHEMA: &str = r#"syntax = "proto3";
package grpc.health.v1;
service Health { rpc Check(HealthCheckRequest) returns (HealthCheckResponse); }
message HealthCheckRequest { string service = 1; }
message HealthCheckResponse {
  enum ServingStatus { UNKNOWN = 0; SERVING = 1; NOT_SERVING = 2; SERVICE_UNKNOWN = 3; }
  ServingStatus status = 1;
}
"#;

/// Its descriptors, compiled once per process.
pub(crate) fn descriptors() -> Result<Descriptors, Fault> {
    static COMPILED: OnceLock<Descriptors> = OnceLock::new();
    if let Some(descriptors) = COMPILED.get() {
        return Ok(descriptors.clone());
    }
    let compiled = Descriptors::compile(&[ProtoSource::Inline(SCHEMA.to_owned())], &[])?;
    Ok(COMPILED.get_or_init(|| compiled).clone())
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
