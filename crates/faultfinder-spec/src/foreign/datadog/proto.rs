//! Compressed schemas of gRPC services: the text of a `.proto` file, or a JSON descriptor of protobuf.js.

use super::super::build::{Fields, word};
use super::super::proto::as_source;
use super::context::Context;
use super::{descriptor, value};
use crate::yaml::Node;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::{GzDecoder, ZlibDecoder};
use std::io::Read;

/// Most bytes that come out of one compressed schema: far more than schemas have.
const INFLATED_BYTES_MAX: u64 = 1 << 20;

/// Most bytes that come out of all compressed schemas of a file, so that a small file does not fill the memory.
const INFLATED_BYTES_OF_FILE_MAX: usize = 32 << 20;

/// What begins a stream of gzip (RFC 1952 section 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Puts the schema of a call: from the request, or asked of the server.
pub(super) fn put_schema(context: &mut Context<'_, '_, '_, '_>, request: &Node, fields: &mut Fields) {
    let given = |name| value::filled(request, name).cloned();
    let source = match (given("compressedProtoFile"), given("compressedJsonDescriptor")) {
        (Some(node), _) => {
            let text = unpacked(context, &node, "proto file");
            text.and_then(|text| {
                let source = as_source(&text);
                if source.is_none() {
                    context.conversion.warn(&node, "the proto file is left out: it is not the text of one");
                }
                source.map(|source| (node, source))
            })
        }
        (None, Some(node)) => {
            let text = unpacked(context, &node, "JSON descriptor");
            text.and_then(|text| match descriptor::source(&text) {
                Ok(source) => Some((node, source)),
                Err(why) => {
                    context.conversion.warn(&node, format!("the JSON descriptor is left out: {why}"));
                    None
                }
            })
        }
        (None, None) => None,
    };
    match source {
        Some((node, source)) => fields.put("proto", super::super::build::text(node.place, source)),
        None => {
            context.conversion.remark(request, "the server is asked for the schema");
            fields.put("reflection", word(request.place, true));
        }
    }
}

/// The text that was compressed: zlib or gzip, in base64, and perhaps once more a text of JSON.
fn unpacked(context: &mut Context<'_, '_, '_, '_>, node: &Node, what: &str) -> Option<String> {
    let packed = node.scalar().map_or("", |packed| packed.text.as_str());
    let left = INFLATED_BYTES_OF_FILE_MAX.saturating_sub(context.shared.inflated);
    match inflate(packed, left) {
        Ok(text) => {
            context.shared.inflated = context.shared.inflated.saturating_add(text.len());
            Some(serde_json::from_str::<String>(&text).unwrap_or(text))
        }
        Err(why) => {
            context.conversion.warn(node, format!("the {what} is left out: {why}"));
            None
        }
    }
}

fn inflate(packed: &str, left: usize) -> Result<String, String> {
    let compact: String = packed.chars().filter(|character| !character.is_ascii_whitespace()).collect();
    let bytes = STANDARD.decode(compact).map_err(|error| format!("it is not base64: {error}"))?;
    let most = INFLATED_BYTES_MAX.min(u64::try_from(left).unwrap_or(u64::MAX));
    let mut inflated = Vec::new();
    // One byte more than is allowed shows that there is more.
    let read = match bytes.starts_with(&GZIP) {
        true => GzDecoder::new(bytes.as_slice()).take(most + 1).read_to_end(&mut inflated),
        false => ZlibDecoder::new(bytes.as_slice()).take(most + 1).read_to_end(&mut inflated),
    };
    read.map_err(|error| format!("it is neither zlib nor gzip: {error}"))?;
    if u64::try_from(inflated.len()).unwrap_or(u64::MAX) > most {
        return Err(format!("it has more than {most} bytes when it is unpacked"));
    }
    String::from_utf8(inflated).map_err(|_| "it is not text".to_owned())
}
