//! What is sent with a request.

use crate::invalid::invalid;
use crate::{Body, Part};
use bytes::Bytes;
use faultfinder_taxonomy::Fault;

/// Bytes to send, and the media type they have unless a header says otherwise.
#[derive(Debug, Clone, Default)]
pub(crate) struct EncodedBody {
    pub(crate) bytes: Bytes,
    pub(crate) content_type: Option<String>,
}

/// Between the parts of a multipart body. Fixed, so that the same request is the same bytes; a part that contains it
/// is refused.
const BOUNDARY: &str = "faultfinder-7d1c2f6e9a4b4c0f8e35";

/// The bytes of a body.
///
/// # Errors
///
/// `INVALID_REQUEST` when a part of a multipart body contains the boundary, or a name of a part has a line break.
pub(crate) fn encode(body: &Body) -> Result<EncodedBody, Fault> {
    Ok(match body {
        Body::None => EncodedBody::default(),
        Body::Text(text) => EncodedBody {
            bytes: Bytes::from(text.clone()),
            content_type: Some("text/plain; charset=utf-8".to_owned()),
        },
        Body::Bytes(bytes) => EncodedBody {
            bytes: Bytes::from(bytes.clone()),
            content_type: Some("application/octet-stream".to_owned()),
        },
        Body::Json(text) => EncodedBody {
            bytes: Bytes::from(text.clone()),
            content_type: Some("application/json".to_owned()),
        },
        Body::Form(fields) => {
            let mut encoder = url::form_urlencoded::Serializer::new(String::new());
            encoder.extend_pairs(fields);
            EncodedBody {
                bytes: Bytes::from(encoder.finish()),
                content_type: Some("application/x-www-form-urlencoded".to_owned()),
            }
        }
        Body::Multipart(parts) => EncodedBody {
            bytes: multipart(parts)?.into(),
            content_type: Some(format!("multipart/form-data; boundary={BOUNDARY}")),
        },
    })
}

/// RFC 7578.
fn multipart(parts: &[Part]) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    for part in parts {
        if contains(&part.content, BOUNDARY.as_bytes()) {
            let message = format!("the part {:?} contains the boundary between parts", part.name);
            return Err(invalid("boundary_in_part", "http.multipart", message));
        }
        bytes.extend_from_slice(
            format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{}\"", quoted(&part.name))
                .as_bytes(),
        );
        if let Some(filename) = &part.filename {
            bytes.extend_from_slice(format!("; filename=\"{}\"", quoted(filename)).as_bytes());
        }
        let default = part.filename.as_ref().map(|_| "application/octet-stream");
        if let Some(content_type) = part.content_type.as_deref().or(default) {
            if content_type.contains(['\r', '\n']) {
                return Err(invalid(
                    "ERR_INVALID_CHAR",
                    "http.multipart",
                    "a content type has a line break".to_owned(),
                ));
            }
            bytes.extend_from_slice(format!("\r\ncontent-type: {content_type}").as_bytes());
        }
        bytes.extend_from_slice(b"\r\n\r\n");
        bytes.extend_from_slice(&part.content);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    Ok(bytes)
}

/// As browsers escape names (WHATWG HTML, multipart/form-data encoding algorithm).
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}
