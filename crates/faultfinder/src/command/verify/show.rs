//! The answer of `verify` for people.

use crate::paint::Paint;
use crate::render::text::{bullet, terminal_width};
use faultfinder_taxonomy::VerifyCode;
use serde_json::Value;
use std::path::Path;

/// `leaf.pem: good`, or every objection with what would mend it.
pub(super) fn answer(answer: &Value, leaf: &Path, paint: Paint) -> String {
    let empty = Vec::new();
    let events = answer.get("events").and_then(Value::as_array).unwrap_or(&empty);
    if events.is_empty() {
        return format!("{} {}: the chain is good\n", paint.good("✓"), leaf.display());
    }
    let mut text = format!(
        "{} {}: {}\n\n",
        paint.bad("✗"),
        leaf.display(),
        crate::diagnostics::plural(events.len(), "objection", "objections")
    );
    for event in events {
        text.push_str(&objection(event, paint));
    }
    let strict = answer.get("strict").and_then(|strict| strict.get("name")).and_then(Value::as_str);
    let last = answer.get("final").and_then(Value::as_u64).and_then(|number| u16::try_from(number).ok());
    let last = last.and_then(VerifyCode::from_number).map(VerifyCode::as_str);
    if let (Some(strict), Some(last)) = (strict, last) {
        text.push_str(&format!("\n  a client that stops at the first says {}", paint.strong(strict)));
        text.push_str(&format!(", one that goes on ends with {}\n", paint.strong(last)));
    }
    text
}

/// `[depth, number, name]`.
fn objection(event: &Value, paint: Paint) -> String {
    let depth = event.get(0).and_then(Value::as_u64).unwrap_or(0);
    let number = event.get(1).and_then(Value::as_u64).and_then(|number| u16::try_from(number).ok());
    let name = event.get(2).and_then(Value::as_str).unwrap_or("");
    let mut text = format!(
        "  depth {depth}  {} {}\n",
        paint.bad(name),
        number.map(|number| number.to_string()).unwrap_or_default()
    );
    if let Some(code) = number.and_then(VerifyCode::from_number) {
        text.push_str(&format!("           {}\n", code.text()));
        text.push_str(&bullet(code.remedy(), 11, terminal_width()));
    }
    text
}
