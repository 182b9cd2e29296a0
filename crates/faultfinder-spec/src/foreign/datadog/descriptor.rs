//! JSON descriptors of protobuf.js as the text of a `.proto` file.
//!
//! A descriptor is a tree: `nested` holds namespaces, messages (`fields`), enums (`values`) and services (`methods`). It is
//! written out as proto3; what proto3 cannot say is reported.

use serde_json::{Map, Value};
use std::fmt::Write as _;

/// Deepest nesting of a descriptor.
const DEPTH_MAX: usize = 32;

/// The text of a schema.
///
/// # Errors
///
/// Why there is none.
pub(super) fn source(json: &str) -> Result<String, String> {
    let mut root: Value = serde_json::from_str(json).map_err(|error| format!("it is not JSON: {error}"))?;
    let mut writer = Writer { text: "syntax = \"proto3\";\n".to_owned() };
    // The types of protobuf itself are known.
    let known =
        root.get_mut("nested").and_then(Value::as_object_mut).and_then(|nested| nested.remove("google"));
    if known.is_some() {
        writer.text.push_str(IMPORTS);
    }
    let mut nested = root.get("nested").and_then(Value::as_object);
    let mut package = Vec::new();
    // Namespaces that hold nothing but one namespace are the package.
    while let Some(only) = nested.and_then(single_namespace) {
        package.push(only.0);
        nested = Some(only.1);
        if package.len() > DEPTH_MAX {
            return Err(format!("it is nested more than {DEPTH_MAX} deep"));
        }
    }
    let nested = nested.ok_or("it has no `nested`")?;
    if !package.is_empty() {
        for name in &package {
            check_name(name)?;
        }
        let _ = writeln!(writer.text, "package {};", package.join("."));
    }
    writer.types(nested, 0)?;
    Ok(writer.text)
}

/// The only entry of a namespace, if it is a namespace itself.
fn single_namespace(nested: &Map<String, Value>) -> Option<(&str, &Map<String, Value>)> {
    let mut entries = nested.iter();
    let (name, only) = entries.next()?;
    let is_type = ["fields", "values", "methods"].iter().any(|key| only.get(key).is_some());
    let inner = only.get("nested").and_then(Value::as_object)?;
    (entries.next().is_none() && !is_type).then_some((name, inner))
}

fn check_name(name: &str) -> Result<(), String> {
    let is_part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    match name.trim_start_matches('.').split('.').all(is_part) {
        true => Ok(()),
        false => Err(format!("{name:?} is not a valid name")),
    }
}

fn name<'v>(value: &'v Value, key: &str) -> Result<&'v str, String> {
    let name = value.get(key).and_then(Value::as_str).ok_or_else(|| format!("a `{key}` is missing"))?;
    check_name(name).map(|()| name)
}

struct Writer {
    text: String,
}

impl Writer {
    fn line(&mut self, depth: usize, line: &str) {
        self.text.push_str(&"  ".repeat(depth));
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// Types of a namespace or a message.
    fn types(&mut self, nested: &Map<String, Value>, depth: usize) -> Result<(), String> {
        if depth > DEPTH_MAX {
            return Err(format!("it is nested more than {DEPTH_MAX} deep"));
        }
        for (type_name, value) in nested {
            check_name(type_name)?;
            let object = |key: &str| value.get(key).and_then(Value::as_object);
            if let Some(fields) = object("fields") {
                self.message(type_name, value, fields, depth)?;
            } else if let Some(values) = object("values") {
                self.enumeration(type_name, values, depth)?;
            } else if let Some(methods) = object("methods") {
                self.service(type_name, methods, depth)?;
            } else {
                return Err(format!("it has several packages, of which `{type_name}` is one"));
            }
        }
        Ok(())
    }

    fn message(
        &mut self,
        type_name: &str,
        value: &Value,
        fields: &Map<String, Value>,
        depth: usize,
    ) -> Result<(), String> {
        self.line(depth, &format!("message {type_name} {{"));
        let oneofs = value.get("oneofs").and_then(Value::as_object);
        let mut grouped = Vec::new();
        for (group, members) in oneofs.into_iter().flatten() {
            check_name(group)?;
            let members = members.get("oneof").and_then(Value::as_array);
            let members: Vec<&str> = members.into_iter().flatten().filter_map(Value::as_str).collect();
            // What protobuf.js makes of `optional` is a group of one, and means the same.
            self.line(depth + 1, &format!("oneof {group} {{"));
            for (field, value) in fields.iter().filter(|(field, _)| members.contains(&field.as_str())) {
                self.field(field, value, depth + 2)?;
            }
            self.line(depth + 1, "}");
            grouped.extend(members);
        }
        for (field, value) in fields.iter().filter(|(field, _)| !grouped.contains(&field.as_str())) {
            self.field(field, value, depth + 1)?;
        }
        if let Some(nested) = value.get("nested").and_then(Value::as_object) {
            self.types(nested, depth + 1)?;
        }
        self.line(depth, "}");
        Ok(())
    }

    fn field(&mut self, field: &str, value: &Value, depth: usize) -> Result<(), String> {
        check_name(field)?;
        let of = name(value, "type")?;
        let id = value.get("id").and_then(Value::as_u64).ok_or("a field has no `id`")?;
        let declared = if value.get("keyType").is_some() {
            format!("map<{}, {of}>", name(value, "keyType")?)
        } else if value.get("rule").and_then(Value::as_str) == Some("repeated") {
            format!("repeated {of}")
        } else {
            of.to_owned()
        };
        self.line(depth, &format!("{declared} {field} = {id};"));
        Ok(())
    }

    fn enumeration(
        &mut self,
        type_name: &str,
        values: &Map<String, Value>,
        depth: usize,
    ) -> Result<(), String> {
        let mut numbered = Vec::new();
        for (value_name, number) in values {
            check_name(value_name)?;
            numbered.push((number.as_i64().ok_or("a value of an enum has no number")?, value_name));
        }
        // In proto3 the first one is 0.
        numbered.sort_by_key(|(number, _)| (*number != 0, *number));
        self.line(depth, &format!("enum {type_name} {{"));
        let mut numbers: Vec<i64> = numbered.iter().map(|(number, _)| *number).collect();
        numbers.dedup();
        if numbers.len() < numbered.len() {
            self.line(depth + 1, "option allow_alias = true;");
        }
        for (number, value_name) in numbered {
            self.line(depth + 1, &format!("{value_name} = {number};"));
        }
        self.line(depth, "}");
        Ok(())
    }

    fn service(&mut self, type_name: &str, methods: &Map<String, Value>, depth: usize) -> Result<(), String> {
        self.line(depth, &format!("service {type_name} {{"));
        for (method, value) in methods {
            check_name(method)?;
            let stream = |key: &str| match value.get(key).and_then(Value::as_bool) {
                Some(true) => "stream ",
                _ => "",
            };
            let (asked, answered) = (name(value, "requestType")?, name(value, "responseType")?);
            let (asks, answers) = (stream("requestStream"), stream("responseStream"));
            self.line(depth + 1, &format!("rpc {method} ({asks}{asked}) returns ({answers}{answered});"));
        }
        self.line(depth, "}");
        Ok(())
    }
}

/// The types of protobuf itself that fields can have.
const IMPORTS: &str = "import \"google/protobuf/any.proto\";\nimport \"google/protobuf/duration.proto\";\nimport \"google/protobuf/empty.proto\";\nimport \"google/protobuf/field_mask.proto\";\nimport \"google/protobuf/struct.proto\";\nimport \"google/protobuf/timestamp.proto\";\nimport \"google/protobuf/wrappers.proto\";\n";
