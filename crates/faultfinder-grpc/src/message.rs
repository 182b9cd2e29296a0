//! Between JSON and messages.

use crate::json::{self, Bounded};
use crate::schema::{Descriptors, invalid};
use crate::{Method, Request};
use faultfinder_taxonomy::Fault;
use prost::Message as _;
use prost_reflect::{DynamicMessage, MethodDescriptor, ReflectMessage as _, SerializeOptions, Value};
use serde::ser::SerializeSeq as _;

/// How deep an answer may be nested, what is packed into `google.protobuf.Any` included: protobuf's own limit.
const DEPTH_MAX: usize = 100;
/// How many names a message lists.
const NAMES_MAX: usize = 10;

/// A method whose schema is known, and the message for it.
#[derive(Debug, Clone)]
pub(crate) struct Typed {
    /// `/shop.v1.Cart/Total`
    pub(crate) path: String,
    pub(crate) method: MethodDescriptor,
    /// The message's bytes.
    pub(crate) message: Vec<u8>,
}

/// Finds a method and makes its message.
///
/// # Errors
///
/// `INVALID_REQUEST` naming the service, the method, or the field of the message that does not fit.
pub(crate) fn typed(descriptors: &Descriptors, call: &Method) -> Result<Typed, Fault> {
    let services = || descriptors.0.services();
    let Some(service) = services().find(|service| service.full_name() == call.service) else {
        let known = listed(services().map(|service| service.full_name().to_owned()));
        let message = format!("the schema has no service {:?}; it has {known}", call.service);
        return Err(invalid("unknown_service", "grpc.service", message));
    };
    let Some(method) = service.methods().find(|method| method.name() == call.method) else {
        let known = listed(service.methods().map(|method| method.name().to_owned()));
        let message = format!("{} has no method {:?}; it has {known}", call.service, call.method);
        return Err(invalid("unknown_method", "grpc.method", message));
    };
    let message = encode(&method, &call.message)?;
    if message.len() > Request::MESSAGE_BYTES_MAX {
        let told = format!(
            "the message has {} bytes; at most {} are allowed",
            message.len(),
            Request::MESSAGE_BYTES_MAX
        );
        return Err(invalid("too_long", "grpc.message", told));
    }
    Ok(Typed { path: format!("/{}/{}", call.service, call.method), method, message })
}

fn encode(method: &MethodDescriptor, text: &str) -> Result<Vec<u8>, Fault> {
    let input = method.input();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let read = DynamicMessage::deserialize(input.clone(), &mut deserializer)
        .and_then(|message| deserializer.end().map(|()| message));
    read.map(|message| message.encode_to_vec()).map_err(|error| {
        // Definitions make JSON of one line; in any other text the column is that of the line.
        let before: usize =
            text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
        let path = json::path_at(text, before.saturating_add(error.column()));
        let at = if path.is_empty() { String::new() } else { format!(" at {path}") };
        let full = error.to_string();
        let what = full.rsplit_once(" at line ").map_or(full.as_str(), |(what, _)| what);
        let message = format!("the message does not match {}{at}: {what}", input.full_name());
        invalid("invalid_message", "grpc.message", message)
    })
}

fn listed(names: impl Iterator<Item = String>) -> String {
    let mut names: Vec<String> = names.collect();
    let more = names.len().saturating_sub(NAMES_MAX);
    names.truncate(NAMES_MAX);
    match (names.is_empty(), more) {
        (true, _) => "none".to_owned(),
        (false, 0) => names.join(", "),
        (false, more) => format!("{} and {more} more", names.join(", ")),
    }
}

/// Messages of an answer, decoded.
///
/// # Errors
///
/// Why one is not a message of its type.
pub(crate) fn decode(
    method: &MethodDescriptor,
    messages: &[bytes::Bytes],
) -> Result<Vec<DynamicMessage>, String> {
    messages
        .iter()
        .map(|bytes| {
            let message = DynamicMessage::decode(method.output(), bytes.clone())
                .map_err(|error| format!("it is not a valid {}: {error}", method.output().full_name()))?;
            check_depth(&message, 0)?;
            Ok(message)
        })
        .collect()
}

/// Refuses messages that are nested too deep once what is packed in them is unpacked, which showing them does.
fn check_depth(message: &DynamicMessage, depth: usize) -> Result<(), String> {
    if depth > DEPTH_MAX {
        return Err(format!("it is nested more than {DEPTH_MAX} deep"));
    }
    if message.descriptor().full_name() == "google.protobuf.Any" {
        let packed = packed(message);
        return packed.map_or(Ok(()), |packed| check_depth(&packed, depth + 1));
    }
    let check = |value: &Value| match value {
        Value::Message(inner) => check_depth(inner, depth + 1),
        _ => Ok(()),
    };
    for (_, value) in message.fields() {
        match value {
            Value::List(items) => items.iter().try_for_each(check)?,
            Value::Map(entries) => entries.values().try_for_each(check)?,
            other => check(other)?,
        }
    }
    Ok(())
}

/// What is in an `Any`, when its type is known.
fn packed(any: &DynamicMessage) -> Option<DynamicMessage> {
    let url = any.get_field_by_name("type_url")?;
    let name = url.as_str()?.rsplit('/').next()?;
    let descriptor = any.descriptor().parent_pool().get_message_by_name(name)?;
    let value = any.get_field_by_name("value")?;
    DynamicMessage::decode(descriptor, value.as_bytes()?.clone()).ok()
}

/// Messages as JSON: the only one as it is, those of a stream as an array.
///
/// # Errors
///
/// Why there is no JSON for them, such as an `Any` of a type that the schema does not have.
pub(crate) fn to_json(messages: &[DynamicMessage], is_stream: bool) -> Result<Bounded, String> {
    // Numbers that stand for themselves can be compared, and so can what is 0, false or empty.
    let options = SerializeOptions::new().stringify_64_bit_integers(false).skip_default_fields(false);
    let mut json = Bounded::new(Request::BODY_BYTES_MAX);
    let mut serializer = serde_json::Serializer::new(&mut json);
    let written = if is_stream {
        serde::Serializer::serialize_seq(&mut serializer, Some(messages.len())).and_then(|mut sequence| {
            for message in messages {
                sequence.serialize_element(&Shown(message, &options))?;
            }
            sequence.end()
        })
    } else {
        messages.iter().try_for_each(|message| message.serialize_with_options(&mut serializer, &options))
    };
    match written {
        Err(error) if !json.is_full => Err(error.to_string()),
        _ => Ok(json),
    }
}

struct Shown<'a>(&'a DynamicMessage, &'a SerializeOptions);

impl serde::Serialize for Shown<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize_with_options(serializer, self.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ProtoSource, Schema};
    use bytes::Bytes;

    const SHOP: &str = r#"syntax = "proto3";
package shop;
import "google/protobuf/any.proto";
service Cart { rpc Total (Query) returns (Answer); }
message Query { string id = 1; repeated Item items = 2; }
message Item { int32 count = 1; }
message Answer { int64 cents = 1; bool paid = 2; google.protobuf.Any extra = 3; Answer inner = 4; repeated string tags = 5; }
"#;

    fn shop() -> Descriptors {
        Descriptors::compile(&[ProtoSource::from_text(SHOP)], &[]).unwrap()
    }

    fn call(message: &str) -> Method {
        let schema = Schema::Known(shop());
        let (service, method) = ("shop.Cart".to_owned(), "Total".to_owned());
        Method { service, method, message: message.to_owned(), schema }
    }

    #[test]
    fn json_becomes_a_message() {
        let typed = typed(&shop(), &call(r#"{"id":"a","items":[{"count":3}]}"#)).unwrap();
        assert_eq!(typed.path, "/shop.Cart/Total");
        assert_eq!(typed.message, b"\x0a\x01a\x12\x02\x08\x03");
    }

    #[track_caller]
    fn refused(message: &str, expected: &str) {
        let fault = typed(&shop(), &call(message)).unwrap_err();
        assert_eq!(fault.detail.name(), "invalid_message");
        assert_eq!(fault.message, format!("the message does not match shop.Query{expected}"));
    }

    #[test]
    fn a_message_that_does_not_fit_is_told_with_its_field() {
        refused(
            r#"{"id":"a","items":[{"count":1},{"count":"many"}]}"#,
            " at items[1].count: invalid digit found in string",
        );
        refused(r#"{"ident":"a"}"#, " at ident: unrecognized field name 'ident'");
        refused(r#"{"id":"#, " at id: EOF while parsing a value");
    }

    #[test]
    fn unknown_services_and_methods_are_told_with_those_that_exist() {
        let mut unknown = call("{}");
        unknown.method = "Sum".to_owned();
        let fault = typed(&shop(), &unknown).unwrap_err();
        assert_eq!(fault.message, "shop.Cart has no method \"Sum\"; it has Total");
        unknown.service = "Cart".to_owned();
        let fault = typed(&shop(), &unknown).unwrap_err();
        assert_eq!(fault.message, "the schema has no service \"Cart\"; it has shop.Cart");
    }

    #[track_caller]
    fn shown(messages: &[&[u8]], is_stream: bool) -> String {
        let method = typed(&shop(), &call("{}")).unwrap().method;
        let messages: Vec<Bytes> = messages.iter().map(|bytes| Bytes::copy_from_slice(bytes)).collect();
        let decoded = decode(&method, &messages).unwrap();
        String::from_utf8(to_json(&decoded, is_stream).unwrap().bytes).unwrap()
    }

    #[test]
    fn answers_are_shown_with_what_is_zero_and_numbers_as_numbers() {
        assert_eq!(shown(&[b"\x08\x05"], false), r#"{"cents":5,"paid":false,"tags":[]}"#);
        assert_eq!(
            shown(&[b"", b"\x10\x01"], true),
            r#"[{"cents":0,"paid":false,"tags":[]},{"cents":0,"paid":true,"tags":[]}]"#
        );
    }

    #[test]
    fn what_is_packed_into_each_other_too_deep_is_refused() {
        let method = typed(&shop(), &call("{}")).unwrap().method;
        let wrap = |inner: &[u8]| {
            // Answer { extra: Any { type_url: "x/shop.Answer", value: inner } }
            let any = prost_types::Any { type_url: "x/shop.Answer".to_owned(), value: inner.to_vec() };
            let any = any.encode_to_vec();
            let mut bytes = vec![0x1a];
            prost::encoding::encode_varint(any.len() as u64, &mut bytes);
            bytes.extend(any);
            bytes
        };
        let nested = |times: usize| (0..times).fold(Vec::new(), |inner, _| wrap(&inner));
        assert!(decode(&method, &[nested(20).into()]).is_ok());
        let error = decode(&method, &[nested(200).into()]).unwrap_err();
        assert_eq!(error, "it is nested more than 100 deep");
        assert!(
            decode(&method, &[Bytes::from_static(b"\xff")])
                .unwrap_err()
                .contains("it is not a valid shop.Answer")
        );
    }

    #[test]
    fn a_long_answer_is_cut() {
        const EMPTY: &str = r#"{"cents":0,"paid":false,"tags":[]}"#;
        let method = typed(&shop(), &call("{}")).unwrap().method;
        let empty = decode(&method, &[Bytes::new()]).unwrap();
        let many = vec![empty[0].clone(); Request::BODY_BYTES_MAX / EMPTY.len()];
        let json = to_json(&many, true).unwrap();
        // Whatever fits is there: less than one more message is missing.
        assert!(json.is_full && json.bytes.len() <= Request::BODY_BYTES_MAX);
        assert!(json.bytes.len() > Request::BODY_BYTES_MAX - EMPTY.len(), "{}", json.bytes.len());
        let whole = format!("[{}]", vec![EMPTY; many.len()].join(","));
        assert!(whole.as_bytes().starts_with(&json.bytes));
    }

    #[test]
    fn an_answer_of_the_most_bytes_is_whole_and_one_of_a_byte_more_is_cut() {
        let method = typed(&shop(), &call("{}")).unwrap().method;
        let around = r#"{"cents":0,"paid":false,"tags":[""]}"#.len();
        for (length, is_cut) in [(Request::BODY_BYTES_MAX, false), (Request::BODY_BYTES_MAX + 1, true)] {
            // Answer { tags: [text] }
            let text = "x".repeat(length - around);
            let mut bytes = vec![0x2a];
            prost::encoding::encode_varint(text.len() as u64, &mut bytes);
            bytes.extend(text.into_bytes());
            let json = to_json(&decode(&method, &[bytes.into()]).unwrap(), false).unwrap();
            assert_eq!(json.is_full, is_cut, "{length}");
            assert_eq!(json.bytes.len() == length, !is_cut, "{length}");
        }
    }
}
