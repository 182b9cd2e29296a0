//! The prose of Markdown: all but code blocks and addresses.

use super::prose::{Prose, Word};

/// The words of a Markdown file.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut markdown = Markdown::default();
    for (place, line) in text.lines().enumerate() {
        markdown.push(place + 1, line);
    }
    markdown.into_words()
}

/// Reads Markdown line by line; also what documentation in Rust is written in.
#[derive(Debug, Default)]
pub(super) struct Markdown {
    prose: Prose,
    /// The fence of the open code block.
    fence: Option<String>,
}

impl Markdown {
    /// Takes a line.
    pub(super) fn push(&mut self, number: usize, line: &str) {
        let text = line.trim_start();
        let fence: String = text.chars().take_while(|sign| matches!(sign, '`' | '~')).collect();
        if let Some(open) = &self.fence {
            if fence.starts_with(open.as_str()) {
                self.fence = None;
            }
            return;
        }
        if fence.len() >= 3 {
            self.prose.end();
            self.fence = Some(fence);
            return;
        }
        if text.is_empty() || starts_anew(text) {
            self.prose.end();
        }
        for (place, cell) in without_addresses(text).split('|').enumerate() {
            if place > 0 {
                self.prose.end();
            }
            self.prose.push(number, cell);
        }
    }

    /// Ends what was read so far: nothing continues beyond it.
    pub(super) fn end(&mut self) {
        self.prose.end();
        self.fence = None;
    }

    /// All words.
    pub(super) fn into_words(self) -> Vec<Word> {
        self.prose.into_words()
    }
}

/// Whether a line begins something new: a heading, an item, a row of a table, a quotation.
fn starts_anew(text: &str) -> bool {
    let is_item = ["* ", "- ", "+ "].iter().any(|mark| text.starts_with(mark));
    let after_number = text.trim_start_matches(|sign: char| sign.is_ascii_digit());
    let is_numbered = after_number.len() < text.len() && after_number.starts_with(". ");
    is_item || is_numbered || text.starts_with(['#', '|', '>'])
}

/// A line without the addresses of its links.
fn without_addresses(text: &str) -> String {
    let mut parts = text.split("](");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push_str("] ");
        kept.push_str(part.split_once(')').map_or("", |(_, rest)| rest));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn code_blocks_and_addresses_are_left_out() {
        let text = "\
# A heading
A [link](https://a.test/one) here,
```sh
two
```
| three | four |
* five
  six
";
        let words: Vec<_> =
            words(text).into_iter().map(|word| (word.line, word.text, word.follows)).collect();
        let word = |line, text: &str, follows| (line, text.to_owned(), follows);
        let expected = [
            word(1, "a", false),
            word(1, "heading", true),
            word(2, "a", true),
            word(2, "link", false),
            word(2, "here", false),
            word(6, "three", false),
            word(6, "four", false),
            word(7, "five", false),
            word(8, "six", true),
        ];
        assert_eq!(words, expected);
    }
}
