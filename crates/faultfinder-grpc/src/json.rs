//! JSON within limits, and where in it something stands.

use std::io;

/// Bytes up to a limit; what goes beyond is refused.
#[derive(Debug)]
pub(crate) struct Bounded {
    pub(crate) bytes: Vec<u8>,
    limit: usize,
    /// Whether something was refused.
    pub(crate) is_full: bool,
}

impl Bounded {
    pub(crate) const fn new(limit: usize) -> Self {
        Self { bytes: Vec::new(), limit, is_full: false }
    }
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len().saturating_add(bytes.len()) > self.limit {
            self.is_full = true;
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A level of nesting.
enum Level {
    Object { key: String },
    Array { index: usize },
}

/// The path to what stands before an offset of a JSON text: `items[2].price`. Empty at the top.
pub(crate) fn path_at(json: &str, offset: usize) -> String {
    let mut levels: Vec<Level> = Vec::new();
    let mut text: Option<String> = None;
    let mut last_text = String::new();
    let mut escaped = false;
    for (at, character) in json.char_indices() {
        if at >= offset {
            break;
        }
        if let Some(inside) = &mut text {
            match character {
                _ if escaped => {
                    escaped = false;
                    inside.push(character);
                }
                '\\' => escaped = true,
                '"' => last_text = text.take().unwrap_or_default(),
                _ => inside.push(character),
            }
            continue;
        }
        match (character, levels.last_mut()) {
            ('"', _) => text = Some(String::new()),
            ('{', _) => levels.push(Level::Object { key: String::new() }),
            ('[', _) => levels.push(Level::Array { index: 0 }),
            (':', Some(Level::Object { key })) => key.clone_from(&last_text),
            (',', Some(Level::Object { key })) => key.clear(),
            (',', Some(Level::Array { index })) => *index += 1,
            ('}' | ']', _) if at + 1 < offset => {
                levels.pop();
            }
            _ => {}
        }
    }
    // A key that was just read, and that nothing follows yet, is what stands there.
    if let Some(Level::Object { key }) = levels.last_mut()
        && key.is_empty()
    {
        *key = last_text;
    }
    shown(&levels)
}

fn shown(levels: &[Level]) -> String {
    let mut path = String::new();
    for level in levels {
        match level {
            Level::Object { key } if key.is_empty() => {}
            Level::Object { key } if path.is_empty() => path.push_str(key),
            Level::Object { key } => {
                path.push('.');
                path.push_str(key);
            }
            Level::Array { index } => path.push_str(&format!("[{index}]")),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn a_place_in_json_has_a_path() {
        let json = r#"{"a":{"b":[1,{"c":"x"}]},"d":2}"#;
        for (until, path) in [
            (r#"{"a""#, "a"),
            (r#"{"a":{"b":[1"#, "a.b[0]"),
            (r#"{"a":{"b":[1,{"c":"x""#, "a.b[1].c"),
            (r#"{"a":{"b":[1,{"c":"x"}]},"d""#, "d"),
            (r#"{"a":{"b":[1,{"c":"x"}]},"d":2"#, "d"),
        ] {
            assert_eq!(path_at(json, until.len()), path, "{until}");
        }
        assert_eq!(path_at("[]", 1), "[0]");
        assert_eq!(path_at("1", 1), "");
    }

    #[test]
    fn nothing_beyond_the_limit_is_written() {
        let mut bounded = Bounded::new(3);
        assert!(bounded.write_all(b"abc").is_ok());
        assert!(!bounded.is_full);
        assert!(bounded.write_all(b"d").is_err());
        assert!(bounded.is_full);
        assert_eq!(bounded.bytes, b"abc");
    }
}
