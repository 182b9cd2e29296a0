//! From fields to a native test.

use faultfinder_taxonomy::Protocol;
use serde_json::{Map, Value, json};
use std::net::SocketAddr;

/// The test whose block has these fields, with these assertions.
pub(super) fn test(protocol: Protocol, block: impl Into<Value>, assert: &[&str]) -> Value {
    let mut test = Map::new();
    test.insert(protocol.as_str().to_owned(), block.into());
    if !assert.is_empty() {
        test.insert("assert".to_owned(), json!(assert));
    }
    Value::Object(test)
}

/// The fields of several objects, of which later ones replace earlier ones.
pub(super) fn fields<'v>(objects: impl IntoIterator<Item = &'v Value>) -> Map<String, Value> {
    objects.into_iter().filter_map(Value::as_object).flat_map(Clone::clone).collect()
}

/// What the field `resolver` says of a name server.
pub(super) fn resolver(names: SocketAddr) -> Value {
    json!({ "server": names.ip(), "port": names.port() })
}
