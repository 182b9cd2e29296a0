//! Names in canonical form and order (RFC 4034 section 6).

use std::cmp::Ordering;

/// A name in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Name {
    /// Its labels, that next to the root first.
    labels: Vec<Box<[u8]>>,
}

impl Name {
    /// Reads a name without compression; the bytes behind it come beside it.
    pub(crate) fn from_wire(mut bytes: &[u8]) -> Option<(Self, &[u8])> {
        let mut labels = Vec::new();
        loop {
            let (length, rest) = bytes.split_first()?;
            if *length == 0 {
                labels.reverse();
                return Some((Self { labels }, rest));
            }
            let (label, rest) = rest.split_at_checked(usize::from(*length)).filter(|_| *length < 64)?;
            labels.push(label.to_ascii_lowercase().into_boxed_slice());
            bytes = rest;
        }
    }

    /// The name in wire form.
    pub(crate) fn to_wire(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for label in self.labels.iter().rev() {
            bytes.push(u8::try_from(label.len()).unwrap_or(u8::MAX));
            bytes.extend_from_slice(label);
        }
        bytes.push(0);
        bytes
    }

    /// How many labels it has; the root has none.
    pub(crate) fn count(&self) -> usize {
        self.labels.len()
    }

    /// How many labels a signature counts: not the `*` of a wildcard (RFC 4034 section 3.1.3).
    pub(crate) fn signed_count(&self) -> usize {
        self.count() - usize::from(self.is_wildcard())
    }

    /// The last labels of it.
    pub(crate) fn suffix(&self, count: usize) -> Self {
        Self { labels: self.labels.iter().take(count).cloned().collect() }
    }

    /// The name above it; nothing above the root.
    pub(crate) fn parent(&self) -> Option<Self> {
        Some(self.suffix(self.count().checked_sub(1)?))
    }

    /// The wildcard right below it.
    pub(crate) fn wildcard(&self) -> Self {
        let mut labels = self.labels.clone();
        labels.push(b"*".as_slice().into());
        Self { labels }
    }

    /// Whether its first label is `*`.
    pub(crate) fn is_wildcard(&self) -> bool {
        self.labels.last().is_some_and(|label| **label == *b"*")
    }

    /// Its first label; nothing for the root.
    pub(crate) fn first_label(&self) -> Option<&[u8]> {
        self.labels.last().map(|label| &**label)
    }

    /// Whether it is that name, or below it.
    pub(crate) fn is_within(&self, other: &Self) -> bool {
        self.labels.starts_with(&other.labels)
    }

    /// How many labels it has in common with another, from the root.
    pub(crate) fn common(&self, other: &Self) -> usize {
        self.labels.iter().zip(&other.labels).take_while(|(one, other)| one == other).count()
    }

    /// With its end replaced: `from` by `to`; nothing when it is not below `from`.
    pub(crate) fn moved(&self, from: &Self, to: &Self) -> Option<Self> {
        let below =
            self.labels.get(from.count()..).filter(|below| !below.is_empty() && self.is_within(from))?;
        Some(Self { labels: to.labels.iter().chain(below).cloned().collect() })
    }

    /// The name for questions: labels with their special bytes escaped (RFC 1035 section 5.1).
    pub(crate) fn to_question(&self) -> String {
        let mut text = String::new();
        for label in self.labels.iter().rev() {
            for byte in label {
                match byte {
                    b'.' | b'\\' => text.extend(['\\', char::from(*byte)]),
                    b'!'..=b'~' => text.push(char::from(*byte)),
                    other => text.push_str(&format!("\\{other:03}")),
                }
            }
            text.push('.');
        }
        if text.is_empty() { ".".to_owned() } else { text }
    }
}

impl std::fmt::Display for Name {
    /// Without the final dot; the root is `.`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = self.to_question();
        f.pad(if text == "." { &text } else { text.strip_suffix('.').unwrap_or(&text) })
    }
}

impl Ord for Name {
    /// RFC 4034 section 6.1: by labels from the root, each as a string of bytes; what is shorter comes first.
    fn cmp(&self, other: &Self) -> Ordering {
        self.labels.cmp(&other.labels)
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The name of that text, without escapes but `\NNN`.
    pub(in crate::dnssec) fn name(text: &str) -> Name {
        let mut labels: Vec<Box<[u8]>> = Vec::new();
        for label in text.trim_end_matches('.').split('.').filter(|label| !label.is_empty()) {
            let bytes = match label.strip_prefix('\\') {
                Some(number) => vec![number.parse().unwrap()],
                None => label.to_ascii_lowercase().into_bytes(),
            };
            labels.insert(0, bytes.into());
        }
        Name { labels }
    }

    #[test]
    fn the_order_is_that_of_rfc_4034() {
        // The list of section 6.1, with the bytes 1 and 200 as labels.
        let ordered = [
            "example",
            "a.example",
            "yljkjljk.a.example",
            "Z.a.example",
            "zABC.a.EXAMPLE",
            "z.example",
            "\\001.z.example",
            "*.z.example",
            "\\200.z.example",
        ];
        let names: Vec<Name> = ordered.iter().map(|text| name(text)).collect();
        for pair in names.windows(2) {
            assert!(pair[0] < pair[1], "{} < {}", pair[0], pair[1]);
        }
    }

    #[test]
    fn names_know_what_is_above_and_below() {
        let (zone, host) = (name("a.test"), name("x.B.a.test"));
        assert_eq!(host.to_string(), "x.b.a.test");
        assert!(host.is_within(&zone) && zone.is_within(&zone) && !zone.is_within(&host));
        assert!(!name("ba.test").is_within(&name("a.test")));
        assert_eq!(host.suffix(3), name("b.a.test"));
        assert_eq!(zone.wildcard().to_string(), "*.a.test");
        assert_eq!((zone.wildcard().count(), zone.wildcard().signed_count()), (3, 2));
        assert_eq!(host.moved(&zone, &name("c")), Some(name("x.b.c")));
        assert_eq!(zone.moved(&zone, &name("c")), None);
        assert_eq!(host.common(&name("y.a.test")), 2);
        assert_eq!(Name::default().to_string(), ".");
        assert_eq!(Name::from_wire(&host.to_wire()), Some((host, &[][..])));
        assert_eq!(Name::from_wire(b"\x03ab"), None);
        assert_eq!(Name::from_wire(b"\x40ab\0"), None);
    }
}
