//! The table of what was expected and what was found.

use super::shown::{Row, Shown};
use crate::exit::Failure;
use crate::paint::Paint;
use crate::render::text::{cut, duration, inert, pad, pad_left};
use faultfinder_lab::Expect;
use serde_json::{Value, json};
use std::time::Duration;

/// Most characters of a code and its detail; what is longer is cut.
const CELL_MAX: usize = 60;

/// Widest columns of the table: a longer cell moves the rest of its row to the right.
const WIDTHS_MAX: [usize; 5] = [34, 20, 42, 8, 10];

/// `SSL CERT_HAS_EXPIRED`, or `passes`.
pub(crate) fn expected(expect: &Expect) -> String {
    let Some(code) = expect.code else { return "passes".to_owned() };
    let name = expect.detail.as_ref().and_then(|detail| detail.get("name")).and_then(Value::as_str);
    words(code.as_str(), name)
}

fn words(code: &str, name: Option<&str>) -> String {
    match name {
        Some(name) if !name.is_empty() => cut(&inert(&format!("{code} {name}")), CELL_MAX),
        _ => code.to_owned(),
    }
}

/// The cells of a row: scenario, expected, found, phase, time.
fn cells(row: &Row) -> [String; 5] {
    let (found, phase) = match row.found.fault() {
        None => ("passes".to_owned(), String::new()),
        Some((code, phase, detail)) => {
            (words(code.as_str(), detail.get("name").and_then(Value::as_str)), phase.to_string())
        }
    };
    let took = row.found.result().map(|result| Duration::try_from_secs_f64(result.duration_ms / 1000.0));
    let took = took.and_then(Result::ok).map(duration).unwrap_or_default();
    let expected = row.exhibit.expect.code.map_or("passes", |code| code.as_str());
    [row.exhibit.id.clone(), expected.to_owned(), found, phase, took]
}

/// All rows, a heading per protocol.
pub(super) fn table(rows: &[Row], paint: Paint) -> String {
    let cells: Vec<[String; 5]> = rows.iter().map(cells).collect();
    let head = ["scenario", "expected", "found", "phase", "time"];
    let widths: Vec<usize> = head
        .iter()
        .zip(WIDTHS_MAX)
        .enumerate()
        .map(|(column, (title, most))| {
            let longest =
                cells.iter().filter_map(|cells| cells.get(column)).map(|cell| cell.chars().count()).max();
            longest.unwrap_or(0).max(title.chars().count()).min(most)
        })
        .collect();
    let width = |column: usize| widths.get(column).copied().unwrap_or(0);
    let line = |mark: &str, [id, expected, found, phase, took]: [&str; 5]| {
        format!(
            "{mark} {}  {}  {}  {}  {}\n",
            pad(id, width(0)),
            pad(expected, width(1)),
            pad(found, width(2)),
            pad(phase, width(3)),
            pad_left(took, width(4)),
        )
    };
    let mut text = paint.faint(&line(" ", head));
    let mut protocol = None;
    for (row, cells) in rows.iter().zip(&cells) {
        if protocol != Some(row.exhibit.protocol) {
            protocol = Some(row.exhibit.protocol);
            text.push_str(&format!("\n{}\n", paint.strong(row.exhibit.protocol.as_str())));
        }
        let mark = if row.agrees() { paint.good("✓") } else { paint.bad("✗") };
        let written = line(&mark, cells.each_ref().map(String::as_str));
        text.push_str(&if row.agrees() { written } else { paint.bad(written.trim_end()) + "\n" });
    }
    text
}

/// What differs, with what was expected and what was found in full, and what could not be served.
pub(super) fn differences(rows: &[Row], missing: &[(String, String)], paint: Paint) -> String {
    let mut text = String::new();
    for row in rows.iter().filter(|row| !row.agrees()) {
        text.push_str(&format!(
            "\n{} {} ({})\n",
            paint.bad("✗"),
            paint.strong(&row.exhibit.id),
            row.exhibit.shows
        ));
        text.push_str(&format!("  expected  {}\n", written(&expected_json(&row.exhibit.expect))));
        text.push_str(&format!("  found     {}\n", written(&fault_json(row))));
        if let Some(says) = &row.exhibit.expect.says {
            text.push_str(&format!("            that says {says:?}\n"));
        }
        let result = row.found.result();
        let message = result.and_then(|result| result.fault.as_ref()).map(|fault| &fault.message);
        let warnings = result.map(|result| result.warnings.as_slice()).unwrap_or_default();
        for words in message.into_iter().chain(warnings) {
            text.push_str(&format!("            {}\n", inert(words)));
        }
    }
    for (id, why) in missing {
        text.push_str(&format!("\n{} {} could not be served: {why}\n", paint.bad("✗"), paint.strong(id)));
    }
    text
}

fn written(value: &Value) -> String {
    if value.is_null() { "that it passes".to_owned() } else { value.to_string() }
}

/// What this host cannot run, by name, under each reason.
pub(super) fn not_run(not_run: &[(String, String)], paint: Paint) -> String {
    let mut reasons: Vec<&str> = Vec::new();
    for (_, why) in not_run {
        if !reasons.contains(&why.as_str()) {
            reasons.push(why);
        }
    }
    let mut text = String::new();
    for reason in reasons {
        text.push_str(&format!("\n{}: {}\n", paint.warn("not run"), inert(reason)));
        for (id, _) in not_run.iter().filter(|(_, why)| why == reason) {
            text.push_str(&format!("  {id}\n"));
        }
    }
    text
}

/// The last line.
pub(super) fn counts(shown: &Shown, paint: Paint) -> String {
    let scenarios = crate::diagnostics::plural(shown.total(), "scenario", "scenarios");
    let mut parts = vec![paint.good(&format!("{} as expected", shown.agreeing()))];
    if shown.differing() > 0 {
        parts.push(paint.bad(&format!("{} not", shown.differing())));
    }
    if !shown.not_run.is_empty() {
        parts.push(paint.warn(&format!("{} not run", shown.not_run.len())));
    }
    format!("\n{scenarios}: {}\n", parts.join(", "))
}

/// The whole demonstration as JSON.
pub(super) fn json(shown: &Shown) -> Result<String, Failure> {
    let told: Vec<Value> = shown
        .rows
        .iter()
        .map(|row| {
            json!({
                "id": row.exhibit.id,
                "protocol": row.exhibit.protocol,
                "expected": expected_json(&row.exhibit.expect),
                "found": found_json(row),
                "agrees": row.agrees(),
                "duration_ms": row.found.result().map(|result| result.duration_ms),
            })
        })
        .collect();
    let missing: Vec<Value> =
        shown.missing.iter().map(|(id, why)| json!({"id": id, "reason": why})).collect();
    let not_run: Vec<Value> = shown.not_run.iter().map(|(id, why)| json!({"id": id, "why": why})).collect();
    let answer = json!({
        "version": 1,
        "summary": {
            "total": shown.total(), "agreeing": shown.agreeing(),
            "missing": missing.len(), "not_run": not_run.len(),
        },
        "scenarios": told,
        "missing": missing,
        "not_run": not_run,
    });
    let text = serde_json::to_string_pretty(&answer)
        .map_err(|error| Failure::ourselves("cannot write the demonstration as JSON", &error))?;
    Ok(format!("{text}\n"))
}

fn expected_json(expect: &Expect) -> Value {
    expect
        .code
        .map_or(Value::Null, |code| json!({"code": code, "phase": expect.phase, "detail": expect.detail}))
}

fn found_json(row: &Row) -> Value {
    let mut found = fault_json(row);
    if let (Some(fields), Some(fault)) =
        (found.as_object_mut(), row.found.result().and_then(|result| result.fault.as_ref()))
    {
        fields.insert("message".to_owned(), Value::from(fault.message.as_str()));
    }
    found
}

/// Code, phase and detail, in the form that expectations have.
fn fault_json(row: &Row) -> Value {
    row.found
        .fault()
        .map_or(Value::Null, |(code, phase, detail)| json!({"code": code, "phase": phase, "detail": detail}))
}
