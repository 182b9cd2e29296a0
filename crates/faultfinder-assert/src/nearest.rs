//! The nearest valid spelling of a misspelt word.

/// Longest word that is compared, in bytes; comparing takes the product of both lengths.
const WORD_BYTES_MAX: usize = 64;

/// The word that was probably meant, if one is near enough: a third of its letters may be wrong.
pub(crate) fn nearest<'a>(found: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
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

/// `responseTime`, `response-time` and `response_time` are the same word to people.
fn normal(word: &str) -> String {
    word.chars()
        .filter(|letter| !matches!(letter, '_' | '-'))
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}
