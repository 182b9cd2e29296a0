//! The nearest valid spelling of a misspelled word.

/// Longest word that is compared, in bytes; comparing takes the product of both lengths.
const WORD_BYTES_MAX: usize = 64;

/// The word that was probably meant, if one is near enough: a third of its letters may be wrong, and never all of them.
///
/// Case and separators do not count: `maxRedirects`, `max-redirects` and `max_redirects` are the same word to people.
#[must_use]
pub fn nearest<'a>(found: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if found.len() > WORD_BYTES_MAX {
        return None;
    }
    let written = normal(found);
    words
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(&written, &normal(word)), word))
        .filter(|(distance, word)| {
            let letters = word.chars().count();
            *distance <= (letters / 3).max(1) && *distance < letters
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

fn normal(word: &str) -> String {
    word.chars()
        .filter(|letter| !matches!(letter, '_' | '-' | ' '))
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(found: &str, expected: Option<&str>) {
        let words =
            ["url", "method", "headers", "max_redirects", "body", "tls", "A", "MX", "TLSv1", "TLSv1.1"];
        assert_eq!(nearest(found, words), expected, "{found}");
    }

    #[test]
    fn a_near_word_is_proposed_and_a_far_one_is_not() {
        check("methd", Some("method"));
        check("header", Some("headers"));
        check("maxRedirects", Some("max_redirects"));
        check("TLSv1.4", Some("TLSv1.1"));
        check("URL", Some("url"));
        check("bdoy", Some("body"));
        check("quux", None);
        check("", None);
        check("%", None);
        check(&"x".repeat(10_000), None);
    }
}
