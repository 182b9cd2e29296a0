//! From text to words.

/// Stands for a piece of code in prose: a phrase may end with it.
pub(super) const CODE: &str = "`";

/// A word of prose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// The word in lower case, or [`CODE`].
    pub(super) text: String,
    /// Its line, from 1.
    pub(super) line: usize,
    /// Whether only space is between it and the word before.
    pub(super) follows: bool,
}

/// Collects words line by line.
#[derive(Debug, Default)]
pub(super) struct Prose {
    words: Vec<Word>,
    /// Whether the next word continues a sentence.
    follows: bool,
    /// Whether a piece of code that began on an earlier line goes on.
    in_code: bool,
}

/// Signs inside a word that make it a name of code, a path or an address.
const OF_CODE: &[char] = &['_', '/', '\\', '=', '@', '$', '.', '<', '>', '(', '{', '+', '%', '&', '#', ':'];

impl Prose {
    /// Adds a line. What is between backticks is code.
    pub(super) fn push(&mut self, line: usize, text: &str) {
        for (place, part) in text.split('`').enumerate() {
            if place > 0 {
                self.in_code = !self.in_code;
                if self.in_code {
                    self.add(CODE.to_owned(), line);
                }
            }
            if !self.in_code {
                part.split_whitespace().for_each(|chunk| self.chunk(line, chunk));
            }
        }
    }

    /// Ends a paragraph: phrases do not continue beyond it.
    pub(super) fn end(&mut self) {
        self.follows = false;
        self.in_code = false;
    }

    /// All words.
    pub(super) fn into_words(self) -> Vec<Word> {
        self.words
    }

    /// Adds what is between two spaces.
    fn chunk(&mut self, line: usize, chunk: &str) {
        // Emphasis does not interrupt a phrase.
        let chunk = chunk.trim_matches(['*', '_']);
        let is_letter = |sign: char| sign.is_alphanumeric();
        let start = chunk.trim_start_matches(|sign| !is_letter(sign) && sign != '-');
        let inner = start.trim_end_matches(|sign| !is_letter(sign));
        let is_open = start.len() == chunk.len();
        let is_closed = inner.len() == start.len();
        if !is_open {
            self.follows = false;
        }
        let is_call = start.strip_prefix(inner).is_some_and(|rest| rest.starts_with(['(', '_']));
        if is_call || inner.starts_with('-') || inner.contains(OF_CODE) || is_name(inner) {
            self.add(CODE.to_owned(), line);
        } else {
            for word in inner.split(|sign: char| !is_letter(sign) && !matches!(sign, '\'' | '’')) {
                if !word.is_empty() {
                    self.add(word.to_lowercase(), line);
                }
            }
        }
        if !is_closed {
            self.follows = false;
        }
    }

    fn add(&mut self, text: String, line: usize) {
        self.words.push(Word { text, line, follows: self.follows });
        self.follows = true;
    }
}

/// Whether a word is written like a name of code: with capitals inside.
fn is_name(word: &str) -> bool {
    let mut signs = word.chars();
    signs.next();
    signs.any(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::Prose;

    /// The words of lines; those that follow the word before are joined to it.
    fn words(lines: &[&str]) -> String {
        let mut prose = Prose::default();
        for (place, line) in lines.iter().enumerate() {
            prose.push(place + 1, line);
        }
        let words = prose.into_words();
        let shown = words.iter().map(|word| format!("{}{}", if word.follows { " " } else { "|" }, word.text));
        shown.collect()
    }

    #[test]
    fn punctuation_ends_a_phrase_and_the_end_of_a_line_does_not() {
        assert_eq!(words(&["A word, and", "more. Then (this)"]), "|a word|and more|then|this");
        assert_eq!(words(&["an *emphasized* word"]), "|an emphasized word");
        assert_eq!(words(&["well-known"]), "|well known");
    }

    #[test]
    fn code_is_not_prose() {
        assert_eq!(words(&["see `a word` there"]), "|see ` there");
        assert_eq!(words(&["see `a", "word` there"]), "|see ` there");
        assert_eq!(
            words(&["a snake_case a::path CamelCase STATUS src/file.rs --flag f()"]),
            "|a ` ` ` ` ` ` `"
        );
    }
}
