//! From a pattern to a tree.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, HirKind};
use std::sync::Arc;

/// Deepest nesting of groups.
const NESTING_MAX: usize = 50;
/// Largest number of repetitions.
const REPETITIONS_MAX: u32 = 1000;

/// What a pattern looks for.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Empty,
    /// One character of these ranges.
    Set(Arc<[(char, char)]>),
    Start {
        of_line: bool,
    },
    End {
        of_line: bool,
    },
    /// Whether there is a boundary of a word.
    Boundary(bool),
    Concat(Vec<Self>),
    Alternatives(Vec<Self>),
    Repeat {
        node: Box<Self>,
        min: u32,
        max: Option<u32>,
        is_greedy: bool,
    },
    /// A group that is remembered, by its number from 1.
    Group(usize, Box<Self>),
    /// What must be behind this place, or before it.
    Look {
        node: Box<Self>,
        is_ahead: bool,
        is_negated: bool,
    },
    /// What a group has found.
    Reference {
        group: usize,
        ignores_case: bool,
    },
}

/// A mistake in a pattern: what, and at which byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pattern) struct SyntaxError {
    pub(in crate::pattern) at: usize,
    pub(in crate::pattern) message: String,
}

#[derive(Debug, Clone, Copy, Default)]
struct Flags {
    ignores_case: bool,
    is_multiline: bool,
    dot_matches_all: bool,
}

/// A tree, and which groups it has.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) root: Node,
    pub(super) groups: usize,
    /// The names of groups with their numbers.
    pub(super) names: Vec<(String, usize)>,
}

struct Parser<'p> {
    pattern: &'p str,
    at: usize,
    flags: Flags,
    depth: usize,
    groups: usize,
    /// Names of groups.
    names: Vec<(String, usize)>,
    /// References to groups by number, each with its place.
    references: Vec<(usize, usize)>,
}

pub(super) fn parse(pattern: &str, flags: &str) -> Result<Tree, SyntaxError> {
    let mut parser = Parser {
        pattern,
        at: 0,
        flags: Flags::default(),
        depth: 0,
        groups: 0,
        names: names(pattern),
        references: Vec::new(),
    };
    parser.set_flags(flags, true);
    let root = parser.alternatives()?;
    if parser.at < pattern.len() {
        return Err(error(parser.at, "unopened group"));
    }
    if let Some((_, at)) = parser.references.iter().find(|(group, _)| *group > parser.groups) {
        return Err(error(*at, "there is no group of that number"));
    }
    Ok(Tree { root, groups: parser.groups, names: parser.names })
}

fn error(at: usize, message: &str) -> SyntaxError {
    SyntaxError { at, message: message.to_owned() }
}

/// The names of groups with their numbers: a reference may come before its group.
fn names(pattern: &str) -> Vec<(String, usize)> {
    let (mut names, mut number, mut in_class, mut escaped) = (Vec::new(), 0, false, false);
    for (at, character) in pattern.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => {
                let rest = pattern.get(at + 1..).unwrap_or("");
                let named = rest.strip_prefix("?P<").or_else(|| rest.strip_prefix("?<"));
                let named = named.filter(|name| !name.starts_with(['=', '!']));
                if let Some(name) = named {
                    number += 1;
                    names.push((name.split('>').next().unwrap_or("").to_owned(), number));
                } else if !rest.starts_with('?') {
                    number += 1;
                }
            }
            _ => {}
        }
    }
    names
}

impl<'p> Parser<'p> {
    fn rest(&self) -> &'p str {
        self.pattern.get(self.at..).unwrap_or("")
    }

    fn take(&mut self, text: &str) -> bool {
        let taken = self.rest().starts_with(text);
        if taken {
            self.at += text.len();
        }
        taken
    }

    fn set_flags(&mut self, flags: &str, on: bool) {
        for flag in flags.chars() {
            match flag {
                'i' => self.flags.ignores_case = on,
                'm' => self.flags.is_multiline = on,
                's' => self.flags.dot_matches_all = on,
                _ => {}
            }
        }
    }

    fn alternatives(&mut self) -> Result<Node, SyntaxError> {
        let mut branches = vec![self.sequence()?];
        while self.take("|") {
            branches.push(self.sequence()?);
        }
        Ok(match branches.len() {
            1 => branches.remove(0),
            _ => Node::Alternatives(branches),
        })
    }

    fn sequence(&mut self) -> Result<Node, SyntaxError> {
        let mut nodes = Vec::new();
        while !self.rest().is_empty() && !self.rest().starts_with(['|', ')']) {
            let at = self.at;
            let atom = self.atom()?;
            nodes.push(self.repeated(atom, at)?);
        }
        Ok(match nodes.len() {
            1 => nodes.remove(0),
            _ => Node::Concat(nodes),
        })
    }

    /// What is behind an atom: how often it repeats.
    fn repeated(&mut self, node: Node, atom_at: usize) -> Result<Node, SyntaxError> {
        let at = self.at;
        let (min, max) = if self.take("*") {
            (0, None)
        } else if self.take("+") {
            (1, None)
        } else if self.take("?") {
            (0, Some(1))
        } else if let Some(counts) = self.counts()? {
            counts
        } else {
            return Ok(node);
        };
        if matches!(node, Node::Empty) && atom_at == at {
            return Err(error(at, "nothing to repeat"));
        }
        let is_greedy = !self.take("?");
        Ok(Node::Repeat { node: Box::new(node), min, max, is_greedy })
    }

    /// `{3}`, `{3,}`, `{3,5}`; a brace that is none of that stands for itself.
    fn counts(&mut self) -> Result<Option<(u32, Option<u32>)>, SyntaxError> {
        let at = self.at;
        let Some((inside, _)) = self.rest().strip_prefix('{').and_then(|rest| rest.split_once('}')) else {
            return Ok(None);
        };
        let (min, max) = inside.split_once(',').unwrap_or((inside, inside));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if min.is_empty() || !is_digits(min) || !is_digits(max) {
            return Ok(None);
        }
        let length = inside.len() + 2;
        let number = |text: &str| text.parse().ok().filter(|number| *number <= REPETITIONS_MAX);
        let Some(least) = number(min) else { return Err(error(at, "too many repetitions")) };
        let most = match max {
            "" => None,
            text => Some(number(text).ok_or_else(|| error(at, "too many repetitions"))?),
        };
        if most.is_some_and(|most| most < least) {
            return Err(error(at, "the larger number of repetitions comes last"));
        }
        self.at += length;
        Ok(Some((least, most)))
    }

    fn atom(&mut self) -> Result<Node, SyntaxError> {
        let at = self.at;
        let Some(first) = self.rest().chars().next() else { return Ok(Node::Empty) };
        match first {
            '(' => self.group(),
            '[' => self.class(),
            '\\' => self.escape(),
            '^' => {
                self.at += 1;
                Ok(Node::Start { of_line: self.flags.is_multiline })
            }
            '$' => {
                self.at += 1;
                Ok(Node::End { of_line: self.flags.is_multiline })
            }
            '*' | '+' | '?' => Err(error(at, "nothing to repeat")),
            '.' => {
                self.at += 1;
                self.set(".", at)
            }
            other => {
                self.at += other.len_utf8();
                let mut text = [0; 4];
                self.set(&regex_syntax::escape(other.encode_utf8(&mut text)), at)
            }
        }
    }

    fn group(&mut self) -> Result<Node, SyntaxError> {
        let at = self.at;
        self.at += 1;
        self.depth += 1;
        if self.depth > NESTING_MAX {
            return Err(error(at, "groups are nested too deep"));
        }
        let before = self.flags;
        let look = [("?=", true, false), ("?!", true, true), ("?<=", false, false), ("?<!", false, true)]
            .into_iter()
            .find(|(sign, ..)| self.take(sign));
        let node = if let Some((_, is_ahead, is_negated)) = look {
            let node = Box::new(self.alternatives()?);
            Node::Look { node, is_ahead, is_negated }
        } else if self.take("?:") {
            self.alternatives()?
        } else if self.take("?P<") || self.take("?<") {
            let Some((name, _)) = self.rest().split_once('>') else {
                return Err(error(at, "the name of the group is never closed"));
            };
            self.at += name.len() + 1;
            self.remembered()?
        } else if self.take("?") {
            let flags = self.inline_flags(at)?;
            if flags {
                // To the end of the group around it: the flags stay.
                self.depth -= 1;
                return Ok(Node::Concat(Vec::new()));
            }
            self.alternatives()?
        } else {
            self.remembered()?
        };
        if !self.take(")") {
            return Err(error(at, "unclosed group"));
        }
        self.flags = before;
        self.depth -= 1;
        Ok(node)
    }

    fn remembered(&mut self) -> Result<Node, SyntaxError> {
        self.groups += 1;
        let number = self.groups;
        Ok(Node::Group(number, Box::new(self.alternatives()?)))
    }

    /// `i)`, `im-s:`; yields whether they go to the end of the group around them.
    fn inline_flags(&mut self, at: usize) -> Result<bool, SyntaxError> {
        let mut on = true;
        while let Some(flag) = self.rest().chars().next() {
            self.at += flag.len_utf8();
            match flag {
                ')' => return Ok(true),
                ':' => return Ok(false),
                '-' => on = false,
                'i' | 'm' | 's' | 'u' => self.set_flags(flag.encode_utf8(&mut [0; 4]), on),
                _ => break,
            }
        }
        Err(error(at, "unknown kind of group"))
    }

    fn escape(&mut self) -> Result<Node, SyntaxError> {
        let at = self.at;
        let rest = self.rest().get(1..).unwrap_or("");
        let Some(escaped) = rest.chars().next() else {
            return Err(error(at, "the escape is never finished"));
        };
        match escaped {
            'b' | 'B' => {
                self.at += 2;
                Ok(Node::Boundary(escaped == 'b'))
            }
            'A' => {
                self.at += 2;
                Ok(Node::Start { of_line: false })
            }
            'z' => {
                self.at += 2;
                Ok(Node::End { of_line: false })
            }
            '1'..='9' => {
                let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                let group = rest.get(..digits).and_then(|text| text.parse().ok()).unwrap_or(usize::MAX);
                self.at += 1 + digits;
                self.references.push((group, at));
                Ok(Node::Reference { group, ignores_case: self.flags.ignores_case })
            }
            'k' => {
                let name =
                    rest.strip_prefix("k<").and_then(|rest| rest.split_once('>')).map(|(name, _)| name);
                let found = name.and_then(|name| self.names.iter().find(|(known, _)| known == name));
                let Some((name, group)) = found.cloned() else {
                    return Err(error(at, "there is no group of that name"));
                };
                self.at += name.len() + 4;
                Ok(Node::Reference { group, ignores_case: self.flags.ignores_case })
            }
            _ => {
                let length = escape_length(rest);
                let text = self.rest().get(..1 + length).unwrap_or("").to_owned();
                self.at += text.len();
                self.set(&normal_escape(&text), at)
            }
        }
    }

    /// `[a-z]`, `[^]`, `[]`.
    fn class(&mut self) -> Result<Node, SyntaxError> {
        let at = self.at;
        if self.take("[^]") {
            return Ok(Node::Set(Arc::new([('\0', char::MAX)])));
        }
        if self.take("[]") {
            return Ok(Node::Set(Arc::new([])));
        }
        let (mut text, mut escaped) = (String::from("["), false);
        for (index, character) in self.rest().char_indices().skip(1) {
            match character {
                _ if escaped => {
                    escaped = false;
                    text.push_str(&normal_escape(&format!("\\{character}")));
                }
                '\\' => escaped = true,
                ']' => {
                    text.push(']');
                    self.at += index + 1;
                    return self.set(&text, at);
                }
                // What these mean to the library is unknown in JavaScript.
                '[' | '&' | '~' => text.extend(['\\', character]),
                other => text.push(other),
            }
        }
        Err(error(at, "unclosed character class"))
    }

    /// The characters that a pattern of one character stands for.
    fn set(&self, pattern: &str, at: usize) -> Result<Node, SyntaxError> {
        let mut builder = ParserBuilder::new();
        builder.case_insensitive(self.flags.ignores_case).dot_matches_new_line(self.flags.dot_matches_all);
        let hir = builder.build().parse(pattern).map_err(|error| {
            let report = error.to_string();
            let reason = report.lines().rev().find_map(|line| line.strip_prefix("error: "));
            self::error(at, reason.unwrap_or("it cannot be read"))
        })?;
        match hir.kind() {
            HirKind::Literal(literal) => {
                let text = std::str::from_utf8(&literal.0).unwrap_or("");
                Ok(Node::Concat(text.chars().map(|one| Node::Set(Arc::new([(one, one)]))).collect()))
            }
            HirKind::Class(Class::Unicode(class)) => {
                Ok(Node::Set(class.ranges().iter().map(|range| (range.start(), range.end())).collect()))
            }
            HirKind::Class(Class::Bytes(class)) => Ok(Node::Set(
                class.ranges().iter().map(|range| (range.start().into(), range.end().into())).collect(),
            )),
            _ => Err(error(at, "this is not one character")),
        }
    }
}

/// How many bytes an escape has behind its backslash.
fn escape_length(rest: &str) -> usize {
    let braced = |from: usize| {
        rest.get(from..)
            .and_then(|rest| rest.strip_prefix('{'))
            .and_then(|rest| rest.find('}'))
            .map(|at| at + 2)
    };
    match rest.chars().next() {
        Some('x') => 1 + braced(1).unwrap_or(2),
        Some('u') => 1 + braced(1).unwrap_or(4),
        Some('p' | 'P') => 1 + braced(1).unwrap_or(1),
        Some('c') => 2,
        Some(other) => other.len_utf8(),
        None => 0,
    }
}

/// An escape as the library spells it.
fn normal_escape(text: &str) -> String {
    match text.strip_prefix('\\') {
        Some("0") => "\\x00".to_owned(),
        Some("v") => "\\x0B".to_owned(),
        Some("f") => "\\x0C".to_owned(),
        // In a class it is a backspace.
        Some("b") => "\\x08".to_owned(),
        Some(control) if control.len() == 2 && control.starts_with('c') => {
            let letter = control.bytes().last().unwrap_or(0) & 0x1f;
            format!("\\x{letter:02X}")
        }
        Some(same) if same.starts_with(|c: char| c.is_alphanumeric()) && !is_known(same) => {
            regex_syntax::escape(same)
        }
        // Signs that need no escape may have one.
        Some(sign) if sign.len() == 1 && !sign.starts_with(|c: char| c.is_alphanumeric()) => {
            regex_syntax::escape(sign)
        }
        _ => text.to_owned(),
    }
}

/// Letters that mean something behind a backslash.
fn is_known(escape: &str) -> bool {
    escape.starts_with(['d', 'D', 'w', 'W', 's', 'S', 'n', 'r', 't', 'x', 'u', 'p', 'P'])
}
