//! Checks JSON against a JSON Schema, as far as ours go: a keyword that is not known here is an error, not ignored.

use serde_json::Value;

/// What does not agree with a schema, each with its path; empty if everything does.
#[must_use]
pub fn violations(schema: &Value, instance: &Value) -> Vec<String> {
    let mut found = Vec::new();
    Checker { root: schema, closed: false }.check(schema, instance, "$", &mut found);
    found
}

/// The same, with every object closed: a field that the schema does not describe is a violation.
#[must_use]
pub fn undescribed(schema: &Value, instance: &Value) -> Vec<String> {
    let mut found = Vec::new();
    Checker { root: schema, closed: true }.check(schema, instance, "$", &mut found);
    found
}

struct Checker<'s> {
    root: &'s Value,
    closed: bool,
}

impl Checker<'_> {
    fn check(&self, schema: &Value, instance: &Value, path: &str, found: &mut Vec<String>) {
        let Some(fields) = schema.as_object() else {
            found.push(format!("{path}: the schema is not an object: {schema}"));
            return;
        };
        for (keyword, rule) in fields {
            match keyword.as_str() {
                "$schema" | "$defs" | "title" | "description" | "format" => {}
                "$ref" => self.referred(rule, instance, path, found),
                "not" => {
                    let mut wrong = Vec::new();
                    self.check(rule, instance, path, &mut wrong);
                    if wrong.is_empty() {
                        found.push(format!("{path}: {rule} must not hold"));
                    }
                }
                "anyOf" => self.any_of(rule, instance, path, found),
                "properties" => self.properties(rule, instance, path, found),
                "items" => {
                    for (index, item) in instance.as_array().into_iter().flatten().enumerate() {
                        self.check(rule, item, &format!("{path}[{index}]"), found);
                    }
                }
                _ if agrees(keyword, rule, instance) => {}
                _ => found.push(format!("{path}: {keyword} {rule} does not hold of {instance}")),
            }
        }
    }

    fn referred(&self, rule: &Value, instance: &Value, path: &str, found: &mut Vec<String>) {
        let pointer = rule.as_str().and_then(|rule| rule.strip_prefix('#')).unwrap_or_default();
        match self.root.pointer(pointer) {
            Some(schema) => self.check(schema, instance, path, found),
            None => found.push(format!("{path}: {rule} leads nowhere")),
        }
    }

    fn any_of(&self, rule: &Value, instance: &Value, path: &str, found: &mut Vec<String>) {
        let mut fewest: Option<Vec<String>> = None;
        for choice in rule.as_array().into_iter().flatten() {
            let mut wrong = Vec::new();
            self.check(choice, instance, path, &mut wrong);
            if fewest.as_ref().is_none_or(|fewest| wrong.len() < fewest.len()) {
                fewest = Some(wrong);
            }
        }
        found.extend(fewest.unwrap_or_else(|| vec![format!("{path}: there is nothing to choose from")]));
    }

    fn properties(&self, rule: &Value, instance: &Value, path: &str, found: &mut Vec<String>) {
        for (name, value) in instance.as_object().into_iter().flatten() {
            match rule.get(name) {
                Some(schema) => self.check(schema, value, &format!("{path}.{name}"), found),
                None if self.closed => found.push(format!("{path}.{name} is not described")),
                None => {}
            }
        }
    }
}

/// Whether a keyword that looks at one value only holds of it; false for one that is not known.
fn agrees(keyword: &str, rule: &Value, instance: &Value) -> bool {
    match keyword {
        "type" => match rule {
            Value::Array(all) => all.iter().any(|one| is_of_type(one, instance)),
            one => is_of_type(one, instance),
        },
        "required" => {
            let names = rule.as_array().into_iter().flatten().filter_map(Value::as_str);
            let missing = |name: &str| instance.is_object() && instance.get(name).is_none();
            !names.into_iter().any(missing)
        }
        "enum" => rule.as_array().is_some_and(|all| all.contains(instance)),
        "const" => rule == instance,
        "minimum" => match (rule.as_f64(), instance.as_f64()) {
            (Some(least), Some(number)) => number >= least,
            _ => true,
        },
        _ => false,
    }
}

fn is_of_type(name: &Value, instance: &Value) -> bool {
    match name.as_str().unwrap_or_default() {
        "object" => instance.is_object(),
        "array" => instance.is_array(),
        "string" => instance.is_string(),
        "boolean" => instance.is_boolean(),
        "null" => instance.is_null(),
        "number" => instance.is_number(),
        "integer" => instance.is_i64() || instance.is_u64(),
        _ => false,
    }
}
