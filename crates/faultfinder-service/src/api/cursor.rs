//! Cursors: where a page ends, and where the next one begins.

use crate::store::{AlertKey, AuditKey, ResultKey};
use crate::timestamp::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Longest cursor, in bytes: room for the longest path (4,096 bytes, each of which may be shown as three).
const CURSOR_BYTES_MAX: usize = 20_000;

/// The cursor behind a test.
pub(crate) fn of_test(id: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("tests:{id}"))
}

/// The id that such a cursor stands behind; nothing if it is another one.
pub(crate) fn test(cursor: &str) -> Option<String> {
    read(cursor)?.strip_prefix("tests:").map(str::to_owned)
}

/// Longest cursor of a sorted list, which has a part of a name, in bytes.
const SORTED_BYTES_MAX: usize = 1_000;

/// The cursor behind a test in a list in this order, with what it is sorted by.
pub(crate) fn of_sorted(order: &str, id: &str, key: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("sorted:{order}:{id}:{key}"))
}

/// The id and the key that such a cursor stands behind; nothing if it is another one.
pub(crate) fn sorted(order: &str, cursor: &str) -> Option<(String, String)> {
    let text = decoded(cursor, SORTED_BYTES_MAX)?;
    let (id, key) = text.strip_prefix("sorted:")?.strip_prefix(order)?.strip_prefix(':')?.split_once(':')?;
    Some((id.to_owned(), key.to_owned()))
}

/// The cursor behind a definition file.
pub(crate) fn of_file(name: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("definitions:{name}"))
}

/// The name of the file that such a cursor stands behind; nothing if it is another one.
pub(crate) fn file(cursor: &str) -> Option<String> {
    read(cursor)?.strip_prefix("definitions:").map(str::to_owned)
}

/// The cursor behind a result.
pub(crate) fn of_result(key: &ResultKey) -> String {
    let id: String = key.id.iter().map(|byte| format!("{byte:02x}")).collect();
    URL_SAFE_NO_PAD.encode(format!("results:{}:{id}", key.started_at.millis()))
}

/// The result that such a cursor stands behind; nothing if it is another one.
pub(crate) fn result(cursor: &str) -> Option<ResultKey> {
    let text = read(cursor)?;
    let (millis, id) = text.strip_prefix("results:")?.split_once(':')?;
    Some(ResultKey { started_at: Timestamp::from_millis(millis.parse().ok()?), id: bytes(id)? })
}

/// The cursor behind an entry of the audit log.
pub(crate) fn of_audited(key: &AuditKey) -> String {
    URL_SAFE_NO_PAD.encode(format!("audit:{}:{}", key.at.millis(), key.number))
}

/// The entry that such a cursor stands behind; nothing if it is another one.
pub(crate) fn audited(cursor: &str) -> Option<AuditKey> {
    let text = read(cursor)?;
    let (millis, number) = text.strip_prefix("audit:")?.split_once(':')?;
    Some(AuditKey { at: Timestamp::from_millis(millis.parse().ok()?), number: number.parse().ok()? })
}

/// The cursor behind an alert.
pub(crate) fn of_alert(key: &AlertKey) -> String {
    URL_SAFE_NO_PAD.encode(format!("alerts:{}:{}", key.opened_at.millis(), key.id))
}

/// The alert that such a cursor stands behind; nothing if it is another one.
pub(crate) fn alert(cursor: &str) -> Option<AlertKey> {
    let text = read(cursor)?;
    let (millis, id) = text.strip_prefix("alerts:")?.split_once(':')?;
    Some(AlertKey { opened_at: Timestamp::from_millis(millis.parse().ok()?), id: id.to_owned() })
}

/// The bytes of hexadecimal digits.
fn bytes(digits: &str) -> Option<Vec<u8>> {
    let sound = digits.len().is_multiple_of(2) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let pairs = sound.then(|| (0..digits.len()).step_by(2))?;
    pairs.map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()).collect()
}

fn read(cursor: &str) -> Option<String> {
    decoded(cursor, CURSOR_BYTES_MAX)
}

fn decoded(cursor: &str, bytes_max: usize) -> Option<String> {
    let sound = cursor.len() <= bytes_max;
    String::from_utf8(sound.then(|| URL_SAFE_NO_PAD.decode(cursor).ok())??).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_of_another_list_is_none() {
        let key = |id: &[u8]| ResultKey { started_at: Timestamp::from_millis(-5), id: id.to_vec() };
        // Also behind a result whose id is damaged.
        for key in [key(&[7; 16]), key(&[0xff, 0]), key(&[])] {
            assert_eq!(result(&of_result(&key)), Some(key));
        }
        for bad in ["results:1:0", "results:1:zz", "results:1:+1", "results:x:00", "results:1"] {
            assert_eq!(result(&URL_SAFE_NO_PAD.encode(bad)), None, "{bad}");
        }
        assert_eq!(test(&of_test("a-b")).as_deref(), Some("a-b"));
        assert_eq!((test(&of_result(&key(&[7; 16]))), result(&of_test("a"))), (None, None));
        let entry = AuditKey { at: Timestamp::from_millis(-5), number: 7 };
        assert_eq!((audited(&of_audited(&entry)), audited(&of_test("a"))), (Some(entry), None));
        let name = "ü: a".repeat(25);
        let cursor = of_sorted("-name", "a-b", &name);
        assert_eq!(sorted("-name", &cursor), Some(("a-b".to_owned(), name)));
        assert_eq!(
            (sorted("name", &cursor), sorted("-name", &of_test("a")), test(&cursor)),
            (None, None, None)
        );
        assert_eq!((test("%%%"), result(&"A".repeat(CURSOR_BYTES_MAX + 1))), (None, None));
        assert_eq!((file(&of_test("a")), test(&of_file("a"))), (None, None));
        let longest = "\u{fffd}".repeat(4_096);
        assert_eq!(file(&of_file(&longest)), Some(longest));
    }
}
