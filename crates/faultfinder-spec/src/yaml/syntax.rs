//! What the parser objects to, in our words and with the usual remedy.
//!
//! The parser says where it could not go on. What is wrong is often before that: it is looked for in the lines.

use super::flaw::{Flaw, odd_indentation, place, too_deep};
use crate::Place;
use crate::text::quoted;
use saphyr_parser::{ScanError, Span};

/// A text with the place at which the parser could not go on.
struct Stop<'t> {
    text: &'t str,
    place: Place,
    /// The line, from 0, and its characters before and from the place on.
    index: usize,
    before: &'t str,
    after: &'t str,
    info: &'t str,
}

/// What the parser objects to, in our words and with the usual remedy.
pub(super) fn syntax(text: &str, error: &ScanError) -> Flaw {
    let place = place(Span::empty(*error.marker()));
    let info = error.info();
    // The parser has a limit of its own, which it meets first while it looks ahead.
    if info == "recursion limit exceeded" {
        return too_deep(place);
    }
    let index = error.marker().line().saturating_sub(1);
    let line = text.lines().nth(index).unwrap_or("");
    let at = line.char_indices().nth(error.marker().col()).map_or(line.len(), |(at, _)| at);
    let (before, after) = line.split_at_checked(at).unwrap_or((line, ""));
    let stop = Stop { text, place, index, before, after, info };
    character(&stop)
        .or_else(|| conflict(&stop))
        .or_else(|| odd_space(&stop))
        .or_else(|| bare_template(&stop, line))
        .or_else(|| behind_quotes(&stop))
        .or_else(|| in_brackets(&stop))
        .or_else(|| block_text(&stop))
        .or_else(|| unfinished_line(&stop))
        .unwrap_or_else(|| usual(&stop))
}

fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// The place of so many characters of a line, which is counted from 0, behind others.
fn place_in(index: usize, before: &str, length: usize) -> Place {
    Place {
        line: number(index.saturating_add(1)),
        column: number(before.chars().count().saturating_add(1)),
        length: number(length.max(1)),
    }
}

/// The place of what a line has, without its indentation.
fn place_of_line(index: usize, line: &str) -> Place {
    let content = line.trim();
    let before = line.split(content).next().unwrap_or("");
    place_in(index, before, content.chars().count())
}

fn usual(stop: &Stop<'_>) -> Flaw {
    let flaw = Flaw::new(stop.place, format!("not valid YAML: {}", stop.info));
    match stop.info {
        "block sequence entries are not allowed in this context" => {
            flaw.help("a list begins on a line of its own, or is in brackets: `assert: [ status is 200 ]`")
        }
        "while parsing a block collection, did not find expected '-' indicator"
        | "while parsing a block mapping, did not find expected key" => flaw
            .help("check the indentation: this line begins neither where the lines before it do nor deeper"),
        "mapping values are not allowed in this context" => {
            flaw.help("check the indentation; text that contains `: ` must be in quotes")
        }
        info if info.starts_with("tab") || info.ends_with(" tab") => flaw.help("indent with spaces"),
        "while parsing node, found unknown anchor" => {
            flaw.help("text that begins with `*` must be in quotes, unless it is the alias of an anchor `&`")
        }
        "invalid indentation in quoted scalar"
        | "while scanning a quoted scalar, found unexpected end of stream" => {
            flaw.help("close the quote; more lines of a text in quotes are indented")
        }
        info if info.contains("escape") => {
            flaw.help("in double quotes a backslash is written `\\\\`; single quotes leave it alone")
        }
        _ => flaw,
    }
}

/// Characters that cannot be there: control characters, and those with which no text begins without quotes.
fn character(stop: &Stop<'_>) -> Option<Flaw> {
    let found = stop.after.chars().next();
    match (stop.info, found) {
        ("found unprintable character", Some('\0')) => Some(
            Flaw::new(stop.place, "not valid YAML: found the character U+0000")
                .help("if this is a file in UTF-16, save it as UTF-8"),
        ),
        ("found unprintable character", Some(found)) => Some(
            Flaw::new(stop.place, format!("not valid YAML: found the character U+{:04X}", u32::from(found)))
                .help("in double quotes, write it as an escape: `\\x..` or `\\u....`"),
        ),
        (info, Some(found)) if info.starts_with("unexpected character") => Some(
            Flaw::new(stop.place, format!("not valid YAML: text cannot begin with {}", in_quotes(found)))
                .help("put the text in quotes"),
        ),
        ("':' must be followed by a valid YAML whitespace", _) if stop.before.ends_with(":\t") => {
            let colon = stop.before.strip_suffix('\t')?;
            Some(
                Flaw::new(place_in(stop.index, colon, 1), "a tab behind `:` cannot be read")
                    .help("write a space behind `:`"),
            )
        }
        _ => None,
    }
}

/// A character for a message; a backquote is not shown in backquotes.
fn in_quotes(character: char) -> String {
    if character == '`' { "a backquote".to_owned() } else { quoted(&character.to_string()) }
}

/// What Git leaves of a merge that did not succeed.
fn conflict(stop: &Stop<'_>) -> Option<Flaw> {
    let is_marker = |line: &str| line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ");
    let (index, line) = stop.text.lines().enumerate().find(|(_, line)| is_marker(line))?;
    Some(
        Flaw::new(place_of_line(index, line), "this is a conflict marker of Git")
            .help("resolve the conflict, and remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`"),
    )
}

/// White space that is not YAML's in the indentation of the line, or of the one before.
fn odd_space(stop: &Stop<'_>) -> Option<Flaw> {
    let skipped = stop.index.saturating_sub(1);
    let lines = stop
        .text
        .lines()
        .enumerate()
        .skip(skipped)
        .take(stop.index.saturating_sub(skipped).saturating_add(1));
    lines.into_iter().find_map(|(index, line)| {
        let indent: String = line.chars().take_while(|c| matches!(c, ' ' | '-')).collect();
        let space = line.chars().nth(indent.chars().count())?;
        let is_odd = space.is_whitespace() && space != '\t';
        is_odd.then(|| odd_indentation(place_in(index, &indent, 1), space))
    })
}

fn bare_template(stop: &Stop<'_>, line: &str) -> Option<Flaw> {
    let is_bare = line.contains(": {{") || line.trim_start().starts_with("- {{");
    is_bare.then(|| {
        Flaw::new(stop.place, format!("not valid YAML: {}", stop.info))
            .help("text that begins with `{{` must be in quotes")
    })
}

/// Text that goes on behind the quote that ends it.
fn behind_quotes(stop: &Stop<'_>) -> Option<Flaw> {
    // The parser says this of single quotes, too.
    if stop.info != "invalid trailing content after double-quoted scalar" {
        return None;
    }
    let quote = stop.before.trim_end().chars().next_back().filter(|quote| matches!(quote, '"' | '\''))?;
    let is_adjacent = stop.before.ends_with(quote);
    let until = stop.place.column.saturating_sub(1);
    let open = last_open(stop.text, stop.index, usize::try_from(until).unwrap_or(usize::MAX)).open;
    let flaw = match open {
        Some(_) if !is_adjacent && !stop.after.starts_with('#') => {
            let what = if is_json(stop.text) { "JSON" } else { "YAML" };
            return Some(
                Flaw::new(stop.place, format!("not valid {what}: a comma is missing before this"))
                    .help("values in brackets are separated by commas"),
            );
        }
        _ => Flaw::new(stop.place, format!("not valid YAML: text goes on behind the {quote} that ends it")),
    };
    Some(if stop.after.starts_with('#') && is_adjacent {
        flaw.help("write a space before the `#` of a comment")
    } else if is_adjacent && quote == '"' {
        flaw.help("inside of double quotes, `\"` is written `\\\"`; or put the whole text in single quotes")
    } else if is_adjacent {
        flaw.help("inside of single quotes, a single quote is written twice; or put the whole text in double quotes")
    } else if quote == '"' {
        flaw.help("text that begins with a quote ends at the next one: put the whole text in single quotes")
    } else {
        flaw.help("text that begins with a quote ends at the next one: put the whole text in double quotes")
    })
}

fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// What is wrong inside of brackets or braces: they are never closed, or something is missing between two values.
fn in_brackets(stop: &Stop<'_>) -> Option<Flaw> {
    let is_of_brackets = stop.info.contains("flow") || stop.info == "invalid indentation";
    if !is_of_brackets {
        return None;
    }
    if let Some(flaw) = bracket_in_text(stop) {
        return Some(flaw);
    }
    let found = last_open(stop.text, stop.index, usize::MAX);
    if let Some(mismatch) = found.mismatch.filter(|mismatch| mismatch.is_near(stop)) {
        return Some(mismatch.flaw());
    }
    let Some((open, place)) = found.open else { return little_indented(stop) };
    if !is_json(stop.text) {
        let closing = closing_of(open);
        let flaw = Flaw::new(place, format!("not valid YAML: `{open}` is never closed"));
        let in_comment = found.comments.iter().any(|comment| comment.contains(closing));
        return Some(if in_comment {
            flaw.help(format!(
                "` #` begins a comment, and `{closing}` is in it; put text with ` #` in quotes"
            ))
        } else {
            flaw.help(format!("close it with `{closing}`, or separate what is in it by commas"))
        });
    }
    missing_comma(stop)
}

/// A bracket behind a text without quotes, or behind a value after which a comma is missing.
fn bracket_in_text(stop: &Stop<'_>) -> Option<Flaw> {
    let bracket = stop.after.chars().next().filter(|c| matches!(c, '[' | '{'))?;
    let before = stop.before.trim_end().chars().next_back().filter(|c| !"[{,:".contains(*c))?;
    if matches!(before, '"' | '\'' | ']' | '}') {
        let flaw = Flaw::new(stop.place, "not valid YAML: a comma is missing before this");
        return Some(flaw.help("values in brackets are separated by commas"));
    }
    let flaw = Flaw::new(stop.place, format!("not valid YAML: `{bracket}` inside of a text without quotes"));
    Some(flaw.help("in brackets, text with brackets, braces or commas must be in quotes"))
}

/// A line inside of brackets that does not begin deeper than what they belong to.
fn little_indented(stop: &Stop<'_>) -> Option<Flaw> {
    let (open, place) = last_open(stop.text, stop.index, stop.before.chars().count()).open?;
    let is_of_line = stop.info.starts_with("invalid indentation") && stop.before.trim().is_empty();
    is_of_line.then(|| {
        Flaw::new(stop.place, format!("not valid YAML: this line is inside of `{open}` and is not indented"))
            .help(format!(
                "indent it deeper than the field to which the `{open}` in line {} belongs",
                place.line
            ))
    })
}

/// A comma that is missing between two lines of JSON.
fn missing_comma(stop: &Stop<'_>) -> Option<Flaw> {
    // Where the value before ends.
    let before: Vec<(usize, &str)> = stop.text.lines().enumerate().take(stop.index).collect();
    let (index, last) = before.into_iter().rev().find(|(_, line)| !line.trim().is_empty())?;
    if last.trim_end().ends_with([',', '{', '[', ':']) {
        return None;
    }
    let next = index.saturating_add(1);
    let line = stop.text.lines().nth(next)?;
    let indent: String = line.chars().take_while(|c| c.is_whitespace()).collect();
    Some(
        Flaw::new(place_in(next, &indent, 1), "not valid JSON: a comma is missing before this")
            .help(format!("end line {next} with `,`")),
    )
}

/// What is open at a place.
struct Open<'t> {
    /// The last bracket or brace that is open there, and where it is.
    open: Option<(char, Place)>,
    /// The comments since the line of that.
    comments: Vec<&'t str>,
    /// The first bracket that was closed with another one.
    mismatch: Option<Mismatch>,
}

/// A bracket that is closed with another one.
#[derive(Clone, Copy)]
struct Mismatch {
    open: char,
    line: u32,
    closing: char,
    place: Place,
}

impl Mismatch {
    /// Whether it is in the last line with content up to the one at which the parser stops.
    fn is_near(&self, stop: &Stop<'_>) -> bool {
        let last = last_line(stop.text, stop.index.saturating_add(1));
        last.is_some_and(|(index, _)| number(index.saturating_add(1)) == self.place.line)
    }

    fn flaw(&self) -> Flaw {
        let Self { open, line, closing, place } = *self;
        Flaw::new(place, format!("`{open}` in line {line} is closed with `{closing}`"))
            .help("`{` is closed with `}`, `[` with `]`; one of them may be missing before this")
    }
}

const fn closing_of(open: char) -> char {
    if open == '{' { '}' } else { ']' }
}

/// The last bracket or brace that is open before a place: a line and a column from 0. Quotes and comments are skipped.
fn last_open(text: &str, line_max: usize, column_max: usize) -> Open<'_> {
    let mut open: Vec<(char, Place)> = Vec::new();
    let mut comments: Vec<(usize, &str)> = Vec::new();
    let mut quote: Option<char> = None;
    let mut mismatch: Option<Mismatch> = None;
    for (index, full) in text.lines().enumerate().take(line_max.saturating_add(1)) {
        let mut before = ' ';
        let most = if index == line_max { column_max } else { usize::MAX };
        let mut characters = full.char_indices().enumerate().take(most);
        while let Some((column, (at, character))) = characters.next() {
            match (quote, character) {
                (Some('"'), '\\') => drop(characters.next()),
                (Some(open), _) if open == character => quote = None,
                (Some(_), _) => {}
                (None, '#') if before.is_whitespace() => {
                    comments.extend(full.get(at..).map(|comment| (index, comment)));
                    break;
                }
                (None, '"' | '\'') if !before.is_alphanumeric() => quote = Some(character),
                (None, '{' | '[') => {
                    let (line, column) = (number(index.saturating_add(1)), number(column.saturating_add(1)));
                    open.push((character, Place { line, column, length: 1 }));
                }
                (None, '}' | ']') => {
                    let other = open.pop().filter(|(open, _)| closing_of(*open) != character);
                    mismatch = mismatch.or_else(|| {
                        let (open, Place { line, .. }) = other?;
                        let place = place_in(index, full.get(..at).unwrap_or(""), 1);
                        Some(Mismatch { open, line, closing: character, place })
                    });
                }
                (None, _) => {}
            }
            before = character;
        }
    }
    let open = open.pop();
    let since = open.map_or(0, |(_, place)| usize::try_from(place.line).unwrap_or(0).saturating_sub(1));
    let comments = comments.into_iter().filter(|(index, _)| *index >= since).map(|(_, comment)| comment);
    Open { open, comments: comments.collect(), mismatch }
}

/// The last line with content before a line, which is counted from 0, or up to it.
fn last_line(text: &str, end: usize) -> Option<(usize, &str)> {
    let lines: Vec<(usize, &str)> = text.lines().enumerate().take(end).collect();
    lines.into_iter().rev().find(|(_, line)| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
}

/// The text of a `|` or `>` that is not indented.
fn block_text(stop: &Stop<'_>) -> Option<Flaw> {
    let here = stop.before.trim().is_empty() && stop.after.trim().is_empty();
    let end = if here { stop.index } else { stop.index.saturating_add(1) };
    let (index, line) = last_line(stop.text, end)?;
    let (_, header) = last_line(stop.text, index)?;
    let (key, indicator) = header.trim_end().rsplit_once(": ")?;
    let is_block =
        indicator.trim().strip_prefix(['|', '>'])?.chars().all(|c| matches!(c, '+' | '-' | '0'..='9'));
    let indent = |line: &str| line.chars().take_while(|c| *c == ' ').count();
    // Behind `- `, the name begins at the indentation of what belongs to the item.
    let name = key.trim_start_matches([' ', '-']);
    let is_flush = indent(line) <= key.chars().count().saturating_sub(name.chars().count());
    let is_field = line.trim_start().starts_with("- ")
        || !line.trim_start().starts_with(['{', '[', '"', '<', '\'']) && has_colon(line);
    (is_block && is_flush && !is_field).then(|| {
        let sign = indicator.trim();
        Flaw::new(place_of_line(index, line), format!("not valid YAML: the text of `{sign}` is not indented"))
            .help(format!("indent it deeper than the line with `{sign}`"))
    })
}

/// Whether a line has a name with a value.
fn has_colon(line: &str) -> bool {
    line.contains(": ") || line.trim_end().ends_with(':')
}

/// What the parser says of a text of several lines with a colon behind it.
const OF_KEYS: &[&str] =
    &["mapping values are not allowed in this context", "simple key expect ':'", "simple key expected"];

/// A line without `: ` before the one at which the parser stops: it takes both for one text.
fn unfinished_line(stop: &Stop<'_>) -> Option<Flaw> {
    if !OF_KEYS.contains(&stop.info) || has_colon(stop.before) {
        return None;
    }
    // Where text goes on, and not a field follows, the colon in it is what is wrong.
    let follower = stop.text.lines().nth(stop.index)?.trim().trim_start_matches("- ");
    let begins_word = |text: &str| text.starts_with(|c: char| c.is_alphabetic() || c == '_');
    if follower.split_once(':').is_some_and(|(name, _)| name.contains(' ')) {
        return None;
    }
    let (index, line) = last_line(stop.text, stop.index)?;
    let content = line.trim();
    let content = content.strip_prefix("- ").map_or(content, str::trim_start);
    let skipped = line.split(content).next().unwrap_or("");
    let place = place_in(index, skipped, content.chars().count());
    let flaw = |message: &str| Flaw::new(place, format!("not valid YAML: {message}"));
    if content.strip_prefix('-').is_some_and(begins_word) {
        return Some(flaw("a space is missing behind `-`").help("an item of a list begins with `- `"));
    }
    if has_colon(content) || !begins_word(content) || content.contains(['{', '[']) {
        return None;
    }
    let is_glued = |(name, value): (&str, &str)| !value.starts_with('/') && !name.contains(' ');
    Some(if content.split_once(':').is_some_and(is_glued) {
        flaw("a space is missing behind `:`").help("a name and its value are written `NAME: VALUE`")
    } else {
        flaw("there is no `: ` in this line")
            .help("a name and its value are written `NAME: VALUE`, and an item of a list begins with `- `")
    })
}
