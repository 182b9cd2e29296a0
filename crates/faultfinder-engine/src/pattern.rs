//! Patterns for the names and tags of tests.

/// Whether a text has a pattern in it, without regard to case, or, when there is a `*` or `?` in the pattern, matches it as
/// a whole.
#[must_use]
pub fn fits(pattern: &str, text: &str) -> bool {
    if pattern.contains(['*', '?']) {
        return fits_whole(pattern, text);
    }
    text.to_lowercase().contains(&pattern.to_lowercase())
}

/// Whether a text is the pattern, without regard to case; `*` in it is any text and `?` any character.
#[must_use]
pub fn fits_whole(pattern: &str, text: &str) -> bool {
    let letters = |text: &str| -> Vec<char> { text.to_lowercase().chars().collect() };
    glob(&letters(pattern), &letters(text))
}

/// `*` is any text and `?` any character. Takes the product of both lengths at the most.
fn glob(pattern: &[char], name: &[char]) -> bool {
    let (mut p, mut n) = (0, 0);
    // Where to go on when what follows the last `*` does not fit: it takes one more character.
    let mut retry: Option<(usize, usize)> = None;
    while n < name.len() {
        match (pattern.get(p), name.get(n)) {
            (Some('*'), _) => {
                retry = Some((p, n));
                p += 1;
            }
            (Some('?'), Some(_)) => (p, n) = (p + 1, n + 1),
            (Some(wanted), Some(found)) if wanted == found => (p, n) = (p + 1, n + 1),
            _ => match retry {
                Some((star, taken)) => {
                    retry = Some((star, taken + 1));
                    (p, n) = (star + 1, taken + 1);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_part_of_the_name_or_fits_all_of_it() {
        for (pattern, name, expected) in [
            ("shop", "The Shop is up", true),
            ("shop*", "The Shop is up", false),
            ("*shop*", "The Shop is up", true),
            ("http1/*", "http1/fin-mid-headers", true),
            ("*/fin-???-headers", "http1/fin-mid-headers", true),
            ("*a*b*c", "aabbcc", true),
            ("*a*b*d", "aabbcc", false),
            ("", "anything", true),
            ("*", "", true),
            ("?", "", false),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn a_tag_is_meant_as_a_whole() {
        for (pattern, tag, expected) in
            [("smoke", "Smoke", true), ("smoke", "smoke-test", false), ("team:*", "team:shop", true)]
        {
            assert_eq!(fits_whole(pattern, tag), expected, "{pattern} {tag}");
        }
    }
}
