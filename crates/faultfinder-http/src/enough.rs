//! When enough of a body has come: the rest of it is not awaited.

use std::time::Duration;

/// When enough of a body has come, for bodies that never end: the first of these decides. Nothing: they are read to their
/// end.
///
/// Events and texts are looked for in the body as it comes, so that a body with a content coding has none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Enough {
    /// So many bytes, before content codings are removed.
    pub bytes: Option<u64>,
    /// So many server-sent events with data.
    pub events: Option<u32>,
    /// This text.
    pub text: Option<String>,
    /// This long after the head.
    pub time: Option<Duration>,
}

impl Enough {
    /// Longest text that is looked for, in bytes: each byte of a body is compared with all of it at the worst.
    pub const TEXT_BYTES_MAX: usize = 256;
}

/// What makes it enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stopped {
    /// The bytes.
    Bytes,
    /// The events.
    Events,
    /// The text.
    Text,
    /// The time.
    Time,
    /// The time of the request has run out, and the response is a stream of events, which need not end.
    Timeout,
}

impl Stopped {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Events => "events",
            Self::Text => "text",
            Self::Time => "time",
            Self::Timeout => "timeout",
        }
    }
}

/// Looks at a body as it comes.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    enough: Enough,
    events: Events,
    /// The last bytes, in which the text may begin.
    tail: Vec<u8>,
}

impl Watch {
    pub(crate) fn of(enough: &Enough) -> Self {
        Self { enough: enough.clone(), ..Self::default() }
    }

    /// Looks at the next bytes; `received` is how many there were, these included.
    pub(crate) fn look(&mut self, data: &[u8], received: u64) -> Option<Stopped> {
        if self.enough.text.as_deref().is_some_and(|text| finds(&mut self.tail, data, text.as_bytes())) {
            return Some(Stopped::Text);
        }
        if let Some(wanted) = self.enough.events {
            self.events.take(data);
            if self.events.count >= wanted {
                return Some(Stopped::Events);
            }
        }
        self.enough.bytes.filter(|wanted| received >= *wanted).map(|_| Stopped::Bytes)
    }
}

/// Whether a text is in bytes, or begins in those before.
fn finds(tail: &mut Vec<u8>, data: &[u8], text: &[u8]) -> bool {
    if text.is_empty() {
        return true;
    }
    tail.extend_from_slice(data);
    let found = tail.windows(text.len()).any(|window| window == text);
    let kept = tail.len().saturating_sub(text.len() - 1);
    tail.drain(..kept);
    found
}

/// Counts server-sent events (WHATWG HTML section 9.2.6): an event is ended by an empty line, and counts if it has data.
#[derive(Debug, Default)]
struct Events {
    count: u32,
    /// The beginning of the current line, as far as it says whether it has data.
    line: Vec<u8>,
    has_data: bool,
    /// Whether the last byte was a carriage return: a line feed behind it ends nothing.
    after_return: bool,
}

impl Events {
    /// As many bytes of a line as say that it has data: `data:`.
    const FIELD_BYTES: usize = 5;

    fn take(&mut self, data: &[u8]) {
        for byte in data {
            match byte {
                b'\n' if self.after_return => {}
                b'\n' | b'\r' => self.end_line(),
                other if self.line.len() < Self::FIELD_BYTES => self.line.push(*other),
                _ => {}
            }
            self.after_return = *byte == b'\r';
        }
    }

    fn end_line(&mut self) {
        if self.line.is_empty() {
            self.count = self.count.saturating_add(u32::from(self.has_data));
            self.has_data = false;
        } else if self.line == b"data" || self.line.starts_with(b"data:") {
            self.has_data = true;
        }
        self.line.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After how many bytes, which come one by one, it is enough.
    fn after(enough: &Enough, body: &str) -> Option<(usize, Stopped)> {
        let mut watch = Watch::of(enough);
        (1..=body.len()).find_map(|at| {
            let stopped = watch.look(&body.as_bytes()[at - 1..at], at as u64)?;
            Some((at, stopped))
        })
    }

    #[test]
    fn events_are_counted_by_their_empty_lines() {
        for (body, events, at) in [
            ("data: a\n\n", 1, Some(9)),
            ("data: a\r\n\r\n", 1, Some(10)),
            ("data: a\r\r", 1, Some(9)),
            ("retry: 1\n\ndata\n\n", 1, Some(16)),
            (": comment\n\nevent: x\n\n", 1, None),
            ("database: a\n\n", 1, None),
            ("data: a\n\ndata: b\n\n", 2, Some(18)),
            ("data: a\ndata: b\n\n", 2, None),
        ] {
            let enough = Enough { events: Some(events), ..Enough::default() };
            assert_eq!(after(&enough, body), at.map(|at| (at, Stopped::Events)), "{body:?}");
        }
    }

    #[test]
    fn a_text_is_found_across_pieces_and_bytes_are_counted() {
        let text = Enough { text: Some("[DONE]".to_owned()), ..Enough::default() };
        assert_eq!(after(&text, "[DO[DONE] x"), Some((9, Stopped::Text)));
        assert_eq!(after(&text, "[DONE"), None);
        let bytes = Enough { bytes: Some(3), ..Enough::default() };
        assert_eq!(after(&bytes, "abcdef"), Some((3, Stopped::Bytes)));
        assert_eq!(after(&Enough::default(), "abcdef"), None);
    }
}
