//! Where a page ends: what the next one is asked for with.

use crate::timestamp::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

/// Longest cursor, in bytes.
const CURSOR_BYTES_MAX: usize = 200;

/// The cursor behind a test.
pub(crate) fn of_test(id: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("tests:{id}"))
}

/// The id that such a cursor stands behind; nothing if it is another one.
pub(crate) fn test(cursor: &str) -> Option<String> {
    read(cursor)?.strip_prefix("tests:").map(str::to_owned)
}

/// The cursor behind a result.
pub(crate) fn of_result(at: Timestamp, id: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(format!("results:{}:{id}", at.millis()))
}

/// The result that such a cursor stands behind; nothing if it is another one.
pub(crate) fn result(cursor: &str) -> Option<(Timestamp, Uuid)> {
    let text = read(cursor)?;
    let (millis, id) = text.strip_prefix("results:")?.split_once(':')?;
    Some((Timestamp::from_millis(millis.parse().ok()?), id.parse().ok()?))
}

fn read(cursor: &str) -> Option<String> {
    let sound = cursor.len() <= CURSOR_BYTES_MAX;
    String::from_utf8(sound.then(|| URL_SAFE_NO_PAD.decode(cursor).ok())??).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_of_another_list_is_none() {
        let (at, id) = (Timestamp::from_millis(-5), Uuid::from_u128(7));
        assert_eq!(result(&of_result(at, id)), Some((at, id)));
        assert_eq!(test(&of_test("a-b")).as_deref(), Some("a-b"));
        assert_eq!((test(&of_result(at, id)), result(&of_test("a"))), (None, None));
        assert_eq!((test("%%%"), result(&"A".repeat(300))), (None, None));
    }
}
