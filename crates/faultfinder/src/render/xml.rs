//! The texts of an XML document (XML 1.0, fifth edition).
//!
//! Names, banners, headers and bodies come from outside and may have any character. XML 1.0 has no way to write most control
//! characters, not even as references (section 2.2), so these are shown as in the output for people: `\u{1b}`.

use super::text::is_steering;

/// Text as the value of an attribute in double quotes. A parser turns white space in attributes into spaces (section 3.3.3),
/// except for references.
pub(super) fn attribute(text: &str) -> String {
    written(text, |white| white != ' ')
}

/// Text between tags. A parser turns carriage returns into line feeds (section 2.11), except for references.
pub(super) fn content(text: &str) -> String {
    written(text, |white| white == '\r')
}

fn written(text: &str, is_reference: impl Fn(char) -> bool) -> String {
    let mut xml = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\t' | '\n' | '\r' if is_reference(letter) => xml.push_str(&format!("&#{};", u32::from(letter))),
            '\t' | '\n' | '\r' => xml.push(letter),
            letter if is_steering(letter) => xml.extend(letter.escape_unicode()),
            letter => xml.push(letter),
        }
    }
    xml
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text that a parser reads from an attribute and from an element.
    fn read(text: &str) -> (String, String) {
        let xml = format!("<a b=\"{}\">{}</a>", attribute(text), content(text));
        let document = roxmltree::Document::parse(&xml).unwrap_or_else(|error| panic!("{xml:?}: {error}"));
        let root = document.root_element();
        (root.attribute("b").unwrap_or_default().to_owned(), root.text().unwrap_or_default().to_owned())
    }

    #[test]
    fn each_class_of_characters_has_its_form() {
        for (text, shown) in [
            ("a\u{0}b", "a\\u{0}b"),
            ("\u{8}", "\\u{8}"),
            ("\u{b}\u{c}", "\\u{b}\\u{c}"),
            ("\u{e}\u{1f}", "\\u{e}\\u{1f}"),
            ("\u{1b}[31mred\u{1b}]0;title", "\\u{1b}[31mred\\u{1b}]0;title"),
            ("\u{7f}\u{9b}", "\\u{7f}\\u{9b}"),
            ("\u{fffe}\u{ffff}", "\\u{fffe}\\u{ffff}"),
            ("\u{202e}", "\\u{202e}"),
            ("tab\tline\nreturn\r\nend\r", "tab\tline\nreturn\r\nend\r"),
            ("<&>\"']]>", "<&>\"']]>"),
            ("\u{fffd}\u{d7ff}\u{e000}\u{10000}\u{10ffff}é", "\u{fffd}\u{d7ff}\u{e000}\u{10000}\u{10ffff}é"),
        ] {
            assert_eq!(read(text), (shown.to_owned(), shown.to_owned()), "{text:?}");
        }
    }

    #[test]
    fn every_character_of_the_first_plane_can_be_read() {
        for letter in (0..=0xffff).filter_map(char::from_u32) {
            let (attribute, element) = read(&format!("[{letter}]"));
            assert_eq!(attribute, element, "{letter:?}");
            assert!(
                attribute == format!("[{letter}]") || attribute.starts_with("[\\u{"),
                "{letter:?}: {attribute:?}"
            );
        }
    }
}
