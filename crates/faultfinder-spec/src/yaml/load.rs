//! Builds the tree from the parser's events.

use super::flaw::{Flaw, odd_indentation, place, too_deep};
use super::syntax::syntax;
use super::{DEPTH_MAX, Kind, NODES_MAX, Node, Scalar};
use crate::Place;
use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Room that a scalar may keep without use: giving back less costs more than it saves.
const SPARE_BYTES_MAX: usize = 32;

/// Reads the only document of a text: its root, unless it is empty, and what is wrong inside.
///
/// # Errors
///
/// At the first thing that is not YAML, or that is beyond a limit.
pub(crate) fn load(text: &str) -> Result<(Option<Rc<Node>>, Vec<Flaw>), Flaw> {
    let text = with_plain_escapes(text);
    let mut builder = Builder::default();
    for event in Parser::new_from_str(&text) {
        match event {
            Ok((event, span)) => builder.event(event, span)?,
            Err(error) => return Err(syntax(&text, &error)),
        }
    }
    match builder.odd_key.filter(|odd| is_first(&text, *odd)) {
        Some((place, space)) => Err(odd_indentation(place, space)),
        None => Ok((builder.root, builder.flaws)),
    }
}

/// Whether a place is that of the first thing in its line.
fn is_first(text: &str, (place, _): (Place, char)) -> bool {
    let index = usize::try_from(place.line).unwrap_or(usize::MAX).saturating_sub(1);
    let skipped = usize::try_from(place.column).unwrap_or(usize::MAX).saturating_sub(1);
    text.lines().nth(index).is_some_and(|line| line.chars().take(skipped).all(|c| matches!(c, ' ' | '-')))
}

#[derive(Default)]
struct Builder {
    root: Option<Rc<Node>>,
    documents: usize,
    open: Vec<Open>,
    anchors: HashMap<usize, Rc<Node>>,
    /// Nodes so far, aliases expanded.
    count: u32,
    flaws: Vec<Flaw>,
    /// The first name without quotes that begins with white space which is not YAML's, and that space.
    odd_key: Option<(Place, char)>,
}

/// A list or mapping that has not ended.
struct Open {
    place: Place,
    anchor: usize,
    content: Content,
}

enum Content {
    Sequence(Vec<Rc<Node>>),
    Mapping(Vec<(Rc<Node>, Rc<Node>)>, Option<Rc<Node>>),
}

impl Builder {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Flaw> {
        let place = place(span);
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(Flaw::new(place, "a file holds one document, found a second `---`")
                        .help("put all tests into one list"));
                }
                Ok(())
            }
            Event::Scalar(text, style, anchor, tag) => {
                let core_text =
                    tag.as_deref().is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
                let mut text = text.into_owned();
                self.tag(place, tag.as_deref());
                if let Some(tag) = tag.as_deref().filter(|tag| is_foreign(tag) && style == ScalarStyle::Plain)
                {
                    text = self.untagged(place, tag, text);
                }
                let plain = style == ScalarStyle::Plain && !core_text;
                if plain && self.odd_key.is_none() && self.is_name_next() {
                    let space = text.chars().next().filter(|space| space.is_whitespace());
                    self.odd_key = space.map(|space| (Place { length: 1, ..place }, space));
                }
                // The parser makes room for up to twice of what a scalar has.
                if text.capacity() - text.len() > SPARE_BYTES_MAX {
                    text.shrink_to_fit();
                }
                let kind = Kind::Scalar(Scalar { text, plain });
                self.add(Node { place, kind, count: 1, height: 0 }, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                self.tag(place, tag.as_deref());
                self.open(Open { place, anchor, content: Content::Sequence(Vec::new()) })
            }
            Event::MappingStart(anchor, tag) => {
                self.tag(place, tag.as_deref());
                self.open(Open { place, anchor, content: Content::Mapping(Vec::new(), None) })
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some(node) => {
                    let node = Rc::clone(node);
                    self.count(place, node.count)?;
                    self.insert(place, node)
                }
                None => Err(Flaw::new(place, "this alias refers to what it is a part of")),
            },
        }
    }

    /// Whether the next scalar is the name of a field.
    fn is_name_next(&self) -> bool {
        matches!(self.open.last(), Some(Open { content: Content::Mapping(_, None), .. }))
    }

    /// What was probably meant by a text behind a tag, which was reported: it is read on with, so that nothing else is said of
    /// it. Assertions are negated by a word, not by `!`.
    fn untagged(&mut self, place: Place, tag: &Tag, text: String) -> String {
        let tag = tag.to_string();
        if text.is_empty() {
            return tag;
        }
        let is_item = matches!(self.open.last(), Some(Open { content: Content::Sequence(_), .. }));
        let Some(word) = tag.strip_prefix('!').filter(|_| is_item && text.contains(' ')) else { return text };
        let meant = format!("not {word} {text}");
        let shown = crate::text::quoted(&meant);
        let help =
            format!("an assertion is negated with `not`: {shown}; other text with `!` must be in quotes");
        self.flaws
            .iter_mut()
            .filter(|flaw| flaw.place == place)
            .for_each(|flaw| flaw.help = Some(help.clone()));
        meant
    }

    fn tag(&mut self, place: Place, tag: Option<&Tag>) {
        if let Some(tag) = tag.filter(|tag| is_foreign(tag)) {
            let tag = crate::text::quoted(&tag.to_string());
            self.flaws.push(
                Flaw::new(place, format!("tags are not supported, found {tag}"))
                    .help("text that begins with `!` must be in quotes"),
            );
        }
    }

    fn open(&mut self, open: Open) -> Result<(), Flaw> {
        if self.open.len() >= usize::try_from(DEPTH_MAX).unwrap_or(usize::MAX) {
            return Err(too_deep(open.place));
        }
        self.open.push(open);
        Ok(())
    }

    fn close(&mut self) -> Result<(), Flaw> {
        let Some(Open { mut place, anchor, content }) = self.open.pop() else { return Ok(()) };
        let mut height = 0;
        // What is inside was counted when it was inserted; here it is only added up for aliases.
        let mut count = 1_u32;
        let mut sum = |node: &Node| {
            height = height.max(node.height.saturating_add(1));
            count = count.saturating_add(node.count);
        };
        let kind = match content {
            Content::Sequence(mut items) => {
                items.shrink_to_fit();
                items.iter().for_each(|node| sum(node));
                Kind::Sequence(items)
            }
            Content::Mapping(entries, _) => {
                // A mapping without braces begins with its first key: that is what is pointed at.
                if let Some((key, _)) = entries.first()
                    && (key.place.line, key.place.column) == (place.line, place.column)
                {
                    place = key.place;
                }
                for (key, value) in &entries {
                    sum(key);
                    sum(value);
                }
                let mut entries = merged(entries);
                // Most have one to three entries, and room for four.
                entries.shrink_to_fit();
                Kind::Mapping(entries)
            }
        };
        self.add(Node { place, kind, count, height }, anchor)
    }

    /// A new node, which counts once: what is inside was counted before.
    fn add(&mut self, node: Node, anchor: usize) -> Result<(), Flaw> {
        let place = node.place;
        self.count(place, 1)?;
        let node = Rc::new(node);
        if anchor > 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        self.insert(place, node)
    }

    fn count(&mut self, place: Place, count: u32) -> Result<(), Flaw> {
        self.count = self.count.saturating_add(count);
        if self.count > NODES_MAX {
            return Err(Flaw::new(
                place,
                format!("a file holds at most {NODES_MAX} values, aliases expanded"),
            )
            .help("split the file, or use fewer aliases"));
        }
        Ok(())
    }

    fn insert(&mut self, place: Place, node: Rc<Node>) -> Result<(), Flaw> {
        let depth = u32::try_from(self.open.len()).unwrap_or(u32::MAX);
        if depth.saturating_add(node.height) > DEPTH_MAX {
            return Err(too_deep(place));
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(node),
            Some(Content::Sequence(items)) => items.push(node),
            Some(Content::Mapping(entries, key)) => match key.take() {
                None => *key = Some(node),
                Some(key) => entries.push((key, node)),
            },
        }
        Ok(())
    }
}

/// The entries of a mapping with those of the mappings that `<<` names, as far as they are not given beside it. YAML 1.2 has no
/// such key, but files that people bring have (`<<: *defaults`). What is merged was counted behind its alias.
fn merged(entries: Vec<(Rc<Node>, Rc<Node>)>) -> Vec<(Rc<Node>, Rc<Node>)> {
    let is_merge = |key: &Node| key.scalar().is_some_and(|key| key.plain && key.text == "<<");
    if !entries.iter().any(|(key, _)| is_merge(key)) {
        return entries;
    }
    let (merges, mut own): (Vec<_>, Vec<_>) = entries.into_iter().partition(|(key, _)| is_merge(key));
    let text = |node: &Node| node.scalar().map(|scalar| scalar.text.clone());
    let mut names: HashSet<String> = own.iter().filter_map(|(key, _)| text(key)).collect();
    for (key, value) in merges {
        let sources = match &value.kind {
            Kind::Mapping(_) => vec![&value],
            Kind::Sequence(items) if items.iter().all(|item| matches!(item.kind, Kind::Mapping(_))) => {
                items.iter().collect()
            }
            // Reading the mapping reports that it is an unknown field.
            Kind::Scalar(_) | Kind::Sequence(_) => {
                own.push((key, value));
                continue;
            }
        };
        for source in sources {
            let Kind::Mapping(more) = &source.kind else { continue };
            for (name, node) in more {
                if text(name).is_none_or(|name| names.insert(name)) {
                    own.push((Rc::clone(name), Rc::clone(node)));
                }
            }
        }
    }
    own
}

/// Whether a tag is none of those of YAML itself (`!!str`).
fn is_foreign(tag: &Tag) -> bool {
    !tag.is_yaml_core_schema()
}

/// JSON writes characters beyond U+FFFF as two escapes (RFC 8259 section 7), which YAML does not know: in texts that
/// begin as JSON does, they become YAML's own. Columns behind one are off by two.
fn with_plain_escapes(text: &str) -> Cow<'_, str> {
    let is_json = text.trim_start().starts_with(['{', '[']);
    if !is_json || !(text.contains("\\ud") || text.contains("\\uD")) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        if let Some((character, after)) = surrogates(after) {
            plain.push_str(&format!("\\U{:08x}", u32::from(character)));
            rest = after;
        } else {
            // The escaped character goes along, so that `\\ud83d` stays a backslash and text.
            plain.push('\\');
            let next = after.chars().next().map_or(0, char::len_utf8);
            let (escaped, after) = after.split_at(next);
            plain.push_str(escaped);
            rest = after;
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// `ud83d\ude00..`: the character, and what follows.
fn surrogates(text: &str) -> Option<(char, &str)> {
    let (high, rest) = unit(text)?;
    let (low, rest) = unit(rest.strip_prefix('\\')?)?;
    let character = char::decode_utf16([high, low]).next()?.ok()?;
    (u32::from(character) > 0xffff).then_some((character, rest))
}

fn unit(text: &str) -> Option<(u16, &str)> {
    let (digits, rest) = text.strip_prefix('u')?.split_at_checked(4)?;
    Some((u16::from_str_radix(digits, 16).ok()?, rest))
}
