//! How a result ends, and whether that is what a row says.

use super::row::Row;
use serde_json::{Value, json};

/// What the original and what it is imported as have in common.
pub(super) fn outcome(result: &Value) -> Value {
    let part =
        |name: &str, of: &dyn Fn(&Value) -> Value| -> Vec<Value> { list(&result[name]).map(of).collect() };
    json!({
        "name": result["name"],
        "status": result["status"],
        "code": result["fault"]["code"],
        "assertions": part("assertions", &|one| json!([one["subject"], one["passed"], one["evaluated"]])),
        "steps": part("steps", &outcome),
    })
}

/// What is not as a row says.
pub(super) fn compare(row: &Row, definition: &Value, result: &Value) -> Result<(), String> {
    let code = result["fault"]["code"].as_str().unwrap_or_default();
    same("status", row.status, &result["status"])?;
    same("code", row.code, &json!(code))?;
    let ended: Vec<&Value> = list(&result["steps"]).map(|step| &step["status"]).collect();
    same("steps", row.steps, &json!(ended))?;
    tries(&definition["options"], result)?;
    for (step, ended) in steps(definition).zip(list(&result["steps"])) {
        tries(step, ended)?;
    }
    let mut fails = Vec::new();
    for part in parts(row, definition, result) {
        // Where there was no answer, nothing is asserted on.
        let is_answered = matches!(part.code, "" | "INCORRECT_ASSERTION");
        if part.written.len() != part.ended.len() && (is_answered || !part.ended.is_empty()) {
            let (written, ended) = (part.written, part.ended.len());
            return Err(format!("the assertions {written:?} of the definition are {ended} in the result"));
        }
        for (index, assertion) in part.written.iter().zip(part.ended) {
            if assertion["passed"] != true && (is_answered || assertion["evaluated"] == true) {
                fails.push(*index);
            }
        }
    }
    same("assertions that do not hold", row.fails, &json!(fails))
}

/// Whether what fails was tried as often as it may be: the peers answer alike each time. Another certificate is not to be had
/// by asking again, so that is not tried.
fn tries(of: &Value, result: &Value) -> Result<(), String> {
    let is_retried = result["fault"]["code"] == "INCORRECT_ASSERTION";
    let retries = if is_retried { of["retry"]["count"].as_u64().unwrap_or(0) } else { 0 };
    same("earlier attempts", retries, &json!(list(&result["attempts"]).count()))
}

/// A request and its assertions: of the test, or of a step that was reached.
struct Part<'r> {
    /// The numbers of its assertions in the definition.
    written: Vec<usize>,
    /// How they ended.
    ended: Vec<&'r Value>,
    /// The code of its fault; empty without one.
    code: &'r str,
}

fn parts<'r>(row: &Row, definition: &Value, result: &'r Value) -> Vec<Part<'r>> {
    let config = &definition["config"];
    let code = |of: &'r Value| of["fault"]["code"].as_str().unwrap_or_default();
    let mut next = 0;
    let mut numbers = |written: &Value| -> Vec<usize> {
        let first = next;
        next += list(written).count();
        (first..next).filter(|index| !row.left_out.contains(index)).collect()
    };
    if definition["subtype"] != "multi" {
        // One request can become several steps.
        let of_steps = list(&result["steps"]).flat_map(|step| list(&step["assertions"]));
        let ended = list(&result["assertions"]).chain(of_steps).collect();
        return vec![Part { written: numbers(&config["assertions"]), ended, code: code(result) }];
    }
    let parts = steps(definition).zip(list(&result["steps"])).map(|(step, ended)| {
        let written = numbers(&step["assertions"]);
        let is_reached = ended["status"] != "skipped";
        is_reached.then(|| Part { written, ended: list(&ended["assertions"]).collect(), code: code(ended) })
    });
    parts.flatten().collect()
}

/// What a result says, for people.
pub(super) fn said(result: &Value) -> String {
    let messages =
        list(&result["assertions"]).filter(|one| one["passed"] == false).map(|one| &one["message"]);
    let mut text = format!("  {} {}\n", result["name"], result["fault"]["message"]);
    for message in messages {
        text.push_str(&format!("    {message}\n"));
    }
    text.extend(list(&result["steps"]).map(said));
    text
}

/// The steps of a definition, without those that play a test that is not in the file.
fn steps(definition: &Value) -> impl Iterator<Item = &Value> {
    list(&definition["config"]["steps"]).filter(|step| step["subtype"] != "playSubTest")
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn same(what: &str, expected: impl Into<Value>, found: &Value) -> Result<(), String> {
    let expected = expected.into();
    if &expected == found { Ok(()) } else { Err(format!("{what}: {found} in place of {expected}")) }
}
