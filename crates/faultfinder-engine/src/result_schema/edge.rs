//! The schema of an answer that is not the application's.

use super::rows::Is::{Always, Optional};
use super::rows::{object, one_of, text};
use faultfinder_taxonomy::{EdgeAnswer, EdgeConfidence, EdgeFinding, EdgeProvider};
use serde_json::{Value, json};

pub(super) fn edge() -> Value {
    let evidence = json!({
        "type": "array",
        "items": { "type": "string", "maxLength": EdgeAnswer::EVIDENCE_BYTES_MAX },
        "maxItems": EdgeAnswer::EVIDENCE_MAX,
    });
    let reference = json!({ "type": "string", "maxLength": EdgeAnswer::REFERENCE_BYTES_MAX });
    object(
        "An answer that something in front of the application gave in its place. It never changes how a test ends.",
        vec![
            (
                "provider",
                Always,
                "The product that answered; `proxy` if it only reports its error (RFC 9209).",
                one_of(EdgeProvider::ALL.iter().map(|provider| provider.as_str()).collect()),
            ),
            (
                "finding",
                Always,
                "What it did with the request.",
                one_of(EdgeFinding::ALL.iter().map(|finding| finding.as_str()).collect()),
            ),
            (
                "confidence",
                Always,
                "`certain`: a mark that only this product sends, and only then. `likely`: weaker marks that agree.",
                one_of(EdgeConfidence::ALL.iter().map(|confidence| confidence.as_str()).collect()),
            ),
            ("evidence", Always, "What shows it: header fields, and words of the body.", evidence),
            ("reference", Optional, "What the provider's logs call this request.", reference),
            ("remedy", Always, "What to do, in one sentence.", text()),
        ],
    )
}
