//! Elements and attributes that are called as operators are: `//div`.
//!
//! The library reads these words as operators wherever they are; XPath does so only behind an operand (section 3.7).

/// Words that are operators.
const OPERATORS: [&str; 4] = ["div", "mod", "and", "or"];

/// A query in which names that are operators are replaced by a test of the name.
pub(super) fn without_operators(query: &str) -> String {
    let (mut rewritten, mut quote, mut word) = (String::with_capacity(query.len()), None, String::new());
    // The last character in front of the word that is not a space.
    let mut before = ' ';
    let mut last = ' ';
    for character in query.chars().chain([' ']) {
        let is_name = character.is_alphanumeric() || matches!(character, '_' | '-' | '.');
        if quote.is_none() && is_name {
            if word.is_empty() {
                before = last;
            }
            word.push(character);
            last = character;
            continue;
        }
        put(&mut rewritten, &word, before, character);
        word.clear();
        match quote {
            Some(open) if open == character => quote = None,
            None if matches!(character, '"' | '\'') => quote = Some(character),
            _ => {}
        }
        rewritten.push(character);
        if !character.is_whitespace() {
            last = character;
        }
    }
    rewritten.pop();
    rewritten
}

/// Writes a word: behind an operand, and in front of a parenthesis or a colon, it stays as it is.
fn put(rewritten: &mut String, word: &str, before: char, after: char) {
    let is_operand =
        before.is_alphanumeric() || matches!(before, ')' | ']' | '*' | '.' | '_' | '-' | '"' | '\'');
    if OPERATORS.contains(&word) && !is_operand && !matches!(after, '(' | ':') {
        rewritten.push_str(&format!("*[local-name()='{word}']"));
    } else {
        rewritten.push_str(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_stay_and_names_become_tests() {
        for (query, rewritten) in [
            ("//div", "//*[local-name()='div']"),
            ("//div[2]/p", "//*[local-name()='div'][2]/p"),
            ("/html/body/div/@div", "/html/body/*[local-name()='div']/@*[local-name()='div']"),
            ("count(//a) div 2", "count(//a) div 2"),
            ("//a[@b and @c or d]", "//a[@b and @c or d]"),
            ("div", "*[local-name()='div']"),
            ("//a[.='div']", "//a[.='div']"),
            ("//a[div]", "//a[*[local-name()='div']]"),
            ("//divide", "//divide"),
            ("\u{e4} div \u{e4}", "\u{e4} div \u{e4}"),
        ] {
            assert_eq!(without_operators(query), rewritten, "{query}");
        }
    }
}
