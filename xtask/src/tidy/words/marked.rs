//! The comments of TOML, YAML and shell: whole lines after `#`.

use super::markdown::Markdown;
use super::prose::Word;

/// The words of the comments.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut markdown = Markdown::default();
    for (place, line) in text.lines().enumerate() {
        match line.trim_start().strip_prefix('#') {
            Some(comment) => markdown.push(place + 1, comment),
            None => markdown.end(),
        }
    }
    markdown.into_words()
}
