//! Patterns between slashes, as JavaScript writes them: `/ok/i`.

/// How a pattern between slashes was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Slashes {
    /// As JavaScript does: what is inside, with these flags in front.
    Removed(String),
    /// The slashes are part of it: a path can look like that.
    Kept(String),
}

impl Slashes {
    /// Nothing for a pattern that does not stand between slashes.
    pub(super) fn of(written: &str) -> Option<Self> {
        let (inside, flags) = written.strip_prefix('/')?.rsplit_once('/')?;
        let is_flags = flags.bytes().all(|flag| b"dgimsuvy".contains(&flag));
        if inside.is_empty() || !is_flags || has_slash(inside) {
            return None;
        }
        let inside = inside.replace("\\/", "/");
        let ours: String = flags.chars().filter(|flag| matches!(flag, 'i' | 'm' | 's')).collect();
        let pattern = if ours.is_empty() { inside.clone() } else { format!("(?{ours}){inside}") };
        // Nothing comes before `/^`, or after `$/`.
        let is_anchored = inside.starts_with('^') || (inside.ends_with('$') && !inside.ends_with("\\$"));
        Some(if !flags.is_empty() || is_anchored { Self::Removed(pattern) } else { Self::Kept(pattern) })
    }

    /// The pattern that is looked for.
    pub(super) fn pattern<'a>(&'a self, written: &'a str) -> &'a str {
        match self {
            Self::Removed(pattern) => pattern,
            Self::Kept(_) => written,
        }
    }

    /// What people should know about it.
    pub(crate) const fn message(&self) -> &'static str {
        match self {
            Self::Removed(_) => "the slashes are read as those around a regular expression in JavaScript",
            Self::Kept(_) => "the slashes are part of the pattern: the text must have them",
        }
    }

    /// What to write instead.
    pub(crate) fn help(&self) -> String {
        match self {
            Self::Removed(pattern) | Self::Kept(pattern) => format!("the pattern without slashes: {pattern}"),
        }
    }
}

/// Whether there is a slash without a backslash in front, as a path has.
fn has_slash(text: &str) -> bool {
    let mut escaped = false;
    text.chars().any(|character| match character {
        _ if escaped => {
            escaped = false;
            false
        }
        '\\' => {
            escaped = true;
            false
        }
        other => other == '/',
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_are_removed_where_javascript_is_meant() {
        for (written, read) in [
            ("/ok/i", Some(Slashes::Removed("(?i)ok".to_owned()))),
            ("/^ok$/", Some(Slashes::Removed("^ok$".to_owned()))),
            ("/a\\/b/gs", Some(Slashes::Removed("(?s)a/b".to_owned()))),
            ("/ok/", Some(Slashes::Kept("ok".to_owned()))),
            ("/api/v1/i", None),
            ("/api/x", None),
            ("//", None),
            ("/a", None),
            ("ok/i", None),
        ] {
            assert_eq!(Slashes::of(written), read, "{written}");
        }
    }
}
