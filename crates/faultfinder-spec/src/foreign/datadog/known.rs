//! Which fields there are. Those that mean nothing for a run are read over, unknown ones are reported.

use super::context::Context;
use super::value;
use crate::yaml::Node;

/// Fields of a test. Identity, dates and people mean nothing for a run.
pub(super) const TEST: &[&str] = &[
    "type",
    "subtype",
    "name",
    "message",
    "status",
    "tags",
    "locations",
    "options",
    "config",
    "public_id",
    "monitor_id",
    "created_at",
    "modified_at",
    "deleted_at",
    "creator",
    "created_by",
    "modified_by",
    "org_id",
    "overall_state",
    "overall_state_modified",
    "creation_source",
    "stepCount",
    "version",
    "version_uuid",
    "steps",
    "ci",
    "main_dc",
];

/// Fields of `config`.
pub(super) const CONFIG: &[&str] =
    &["request", "assertions", "steps", "configVariables", "variables", "variablesFromScript"];

/// Fields of `request`, of whatever kind: exports hold those of other kinds, too.
pub(super) const REQUEST: &[&str] = &[
    "method",
    "url",
    "headers",
    "query",
    "body",
    "bodyType",
    "form",
    "files",
    "basicAuth",
    "certificate",
    "certificateDomains",
    "proxy",
    "timeout",
    "noSavingResponseBody",
    "persistCookies",
    "follow_redirects",
    "allow_insecure",
    "httpVersion",
    "host",
    "port",
    "servername",
    "checkCertificateRevocation",
    "disableAiaIntermediateFetching",
    "ignore_certificate_validation",
    "shouldTrackHops",
    "message",
    "numberOfPackets",
    "dnsServer",
    "dnsServerPort",
    "isMessageBase64Encoded",
    "callType",
    "service",
    "method",
    "metadata",
    "compressedProtoFile",
    "compressedJsonDescriptor",
    "mcpProtocolVersion",
    "toolName",
    "toolArgs",
    "accept_self_signed",
];

/// Fields of `options`. Alerts and monitors are dressing, and some fields are of browser tests.
pub(super) const OPTIONS: &[&str] = &[
    "tick_every",
    "min_failure_duration",
    "min_location_failed",
    "retry",
    "follow_redirects",
    "allow_insecure",
    "accept_self_signed",
    "checkCertificateRevocation",
    "disableAiaIntermediateFetching",
    "ignore_certificate_validation",
    "httpVersion",
    "scheduling",
    "ci",
    "monitor_priority",
    "monitor_name",
    "monitor_options",
    "restricted_roles",
    "device_ids",
    "ignoreServerCertificateError",
    "noScreenshot",
    "disableCors",
    "disableCsp",
    "initialNavigationTimeout",
    "rumSettings",
    "enableProfiling",
    "enableSecurityTesting",
    "bits_ai_auto_investigate",
    "blockedRequestPatterns",
];

/// Fields of a step.
pub(super) const STEP: &[&str] = &[
    "name",
    "subtype",
    "request",
    "assertions",
    "allowFailure",
    "isCritical",
    "exitIfSucceed",
    "alwaysExecute",
    "retry",
    "extractedValues",
    "extractedValuesFromScript",
    "id",
    "value",
    "subtestPublicId",
    "subtest",
    "public_id",
];

/// Fields of an assertion.
pub(super) const ASSERTION: &[&str] = &["type", "operator", "target", "property", "timingsScope", "code"];

/// Warns of fields that are not known: they may have had a meaning.
pub(super) fn warn_unknown(context: &mut Context<'_, '_, '_, '_>, node: &Node, known: &[&str], of: &str) {
    for (key, field) in value::entries(node) {
        let Some(name) = key.scalar().map(|key| key.text.as_str()) else { continue };
        if !known.contains(&name) && !value::is_null(field) {
            context.conversion.warn(key, format!("the field `{name}` of {of} is not known, and is left out"));
        }
    }
}
