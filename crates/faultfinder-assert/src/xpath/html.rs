//! HTML -> a tree, as far as queries need it: linear in the length of the text, whatever it looks like.
//!
//! Names are in lower case. There is always one `html`, with a `head` and a `body` where something belongs there. Elements
//! whose end tag may be missing are ended by what ends them in a browser.

mod entities; // &amp; and others

use super::size::{DEPTH_MAX, check_memory};
use entities::decoded;
use std::borrow::Cow;
use uppsala::dom::QName;
use uppsala::{Document, NodeId};

/// Elements without content.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
];
/// Elements whose content is text, and not markup.
const RAW: [&str; 6] = ["script", "style", "xmp", "iframe", "noembed", "noframes"];
/// Elements that may have text only, with entities.
const TEXT: [&str; 2] = ["title", "textarea"];
/// Elements that belong into `head`.
const HEAD: [&str; 7] = ["title", "meta", "link", "base", "script", "style", "noscript"];
/// Elements that end an open `p`.
const BLOCKS: [&str; 29] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "details",
    "div",
    "dl",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "ul",
    "menu",
];

/// Most attributes of one element that are kept.
const ATTRIBUTES_MAX: usize = 100;

/// A tree that is being built.
struct Builder {
    document: Document<'static>,
    html: NodeId,
    head: Option<NodeId>,
    body: Option<NodeId>,
    /// The elements that are open below `head` or `body`, with their names.
    open: Vec<(String, NodeId)>,
    /// What contains the open ones.
    base: Option<NodeId>,
    /// How many elements and texts there are, and how many attributes.
    nodes: usize,
    attributes: usize,
}

/// Reads HTML, unless it would take too much memory.
pub(super) fn parse(text: &str) -> Result<Document<'static>, String> {
    let mut document = Document::new();
    let html = document.create_element(QName::local("html"));
    let root = document.root();
    document.append_child(root, html);
    let mut builder = Builder {
        document,
        html,
        head: None,
        body: None,
        open: Vec::new(),
        base: None,
        nodes: 1,
        attributes: 0,
    };
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, after) = rest.split_at(at);
        builder.text(before);
        rest = builder.markup(after);
        check_memory(builder.nodes, builder.attributes)?;
    }
    builder.text(rest);
    Ok(builder.document)
}

impl Builder {
    /// Reads what begins with `<`; yields what is behind it.
    fn markup<'t>(&mut self, text: &'t str) -> &'t str {
        let after = |end: &str, skip: usize| match text.get(skip..).and_then(|inside| inside.find(end)) {
            Some(at) => text.get(skip + at + end.len()..).unwrap_or(""),
            None => "",
        };
        if text.starts_with("<!--") {
            return after("-->", 4);
        }
        if text.starts_with("<!") || text.starts_with("<?") {
            return after(">", 2);
        }
        if let Some(name) = text.strip_prefix("</") {
            let length = name.find(|c: char| c == '>' || c.is_whitespace()).unwrap_or(name.len());
            let name = name.get(..length).unwrap_or_default().to_ascii_lowercase();
            self.end(&name);
            return after(">", 2);
        }
        if !text.get(1..).is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_alphabetic())) {
            self.text("<");
            return text.get(1..).unwrap_or("");
        }
        self.start(text)
    }

    /// Reads a start tag, and the content of one that has only text.
    fn start<'t>(&mut self, text: &'t str) -> &'t str {
        let inside = text.get(1..).unwrap_or("");
        let is_end = |c: char| c.is_whitespace() || matches!(c, '>' | '/');
        let length = inside.find(is_end).unwrap_or(inside.len());
        let name = inside.get(..length).unwrap_or_default().to_ascii_lowercase();
        let (attributes, rest) = attributes(inside.get(length..).unwrap_or(""));
        let node = match name.as_str() {
            "html" => self.html,
            "head" => self.head(),
            "body" => self.body(),
            _ => self.element(&name),
        };
        if let Some(element) = self.document.element_mut(node) {
            for (name, value) in attributes {
                // There is one `html` and one `body`, however often they begin.
                if element.attributes.len() < ATTRIBUTES_MAX && element.get_attribute(&name).is_none() {
                    element.set_attribute(QName::local(name), Cow::Owned(value));
                    self.attributes = self.attributes.saturating_add(1);
                }
            }
        }
        if RAW.contains(&name.as_str()) || TEXT.contains(&name.as_str()) {
            let end = end_of_raw(rest, &name);
            let content = rest.get(..end).unwrap_or("");
            let content = if RAW.contains(&name.as_str()) { content.to_owned() } else { decoded(content) };
            self.append_text(node, content);
            return rest.get(end..).unwrap_or("");
        }
        rest
    }

    fn head(&mut self) -> NodeId {
        let head = *self.head.get_or_insert_with(|| {
            let head = self.document.create_element(QName::local("head"));
            self.document.append_child(self.html, head);
            head
        });
        if self.body.is_none() {
            self.base = Some(head);
        }
        head
    }

    fn body(&mut self) -> NodeId {
        if self.body.is_none() {
            self.open.clear();
        }
        let body = *self.body.get_or_insert_with(|| {
            let body = self.document.create_element(QName::local("body"));
            self.document.append_child(self.html, body);
            body
        });
        self.base = Some(body);
        body
    }

    /// Opens an element where it belongs.
    fn element(&mut self, name: &str) -> NodeId {
        self.close_implied(name);
        let parent = match self.open.last() {
            Some((_, node)) => *node,
            None if self.body.is_none() && HEAD.contains(&name) => self.head(),
            None => self.body(),
        };
        self.nodes = self.nodes.saturating_add(1);
        let node = self.document.create_element(QName::local(name.to_owned()));
        self.document.append_child(parent, node);
        let is_open = !VOID.contains(&name) && !RAW.contains(&name) && !TEXT.contains(&name);
        // What is deeper becomes a neighbor.
        if is_open && self.open.len() < usize::try_from(DEPTH_MAX).unwrap_or(usize::MAX) {
            self.open.push((name.to_owned(), node));
        }
        node
    }

    /// Ends elements whose end tag may be missing.
    fn close_implied(&mut self, name: &str) {
        let (ended, within): (&[&str], &[&str]) = match name {
            "li" => (&["li"], &["ul", "ol", "menu"]),
            "dt" | "dd" => (&["dt", "dd"], &["dl"]),
            "tr" => (&["tr", "td", "th"], &["table", "tbody", "thead", "tfoot"]),
            "td" | "th" => (&["td", "th"], &["tr", "table"]),
            "tbody" | "thead" | "tfoot" => (&["tbody", "thead", "tfoot", "tr", "td", "th"], &["table"]),
            "option" | "optgroup" => (&["option"], &["select", "datalist"]),
            name if BLOCKS.contains(&name) => (&["p"], &["td", "th", "li", "div", "section", "button"]),
            _ => return,
        };
        let at = self.open.iter().rposition(|(open, _)| ended.contains(&open.as_str()));
        let limit = self.open.iter().rposition(|(open, _)| within.contains(&open.as_str()));
        let Some(mut at) = at.filter(|at| limit.is_none_or(|limit| limit < *at)) else { return };
        // A cell and its row end together.
        while at > 0
            && self.open.get(at - 1).is_some_and(|(open, _)| ended.contains(&open.as_str()))
            && limit.is_none_or(|limit| limit < at - 1)
        {
            at -= 1;
        }
        self.open.truncate(at);
    }

    fn end(&mut self, name: &str) {
        if let Some(at) = self.open.iter().rposition(|(open, _)| open == name) {
            self.open.truncate(at);
        }
    }

    fn text(&mut self, text: &str) {
        let parent = match self.open.last() {
            Some((_, node)) => *node,
            None if text.trim().is_empty() => return,
            None => self.body(),
        };
        self.append_text(parent, decoded(text));
    }

    fn append_text(&mut self, parent: NodeId, text: String) {
        if !text.is_empty() {
            self.nodes = self.nodes.saturating_add(1);
            let node = self.document.create_text(text);
            self.document.append_child(parent, node);
        }
    }
}

/// Where the end tag of an element begins that has only text.
fn end_of_raw(text: &str, name: &str) -> usize {
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find("</")) {
        let at = from + at;
        let found = text.get(at + 2..at + 2 + name.len());
        if found.is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return at;
        }
        from = at + 2;
    }
    text.len()
}

/// The attributes of a start tag, names in lower case, and what is behind the tag.
fn attributes(text: &str) -> (Vec<(String, String)>, &str) {
    let mut attributes = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if let Some(after) = rest.strip_prefix('>') {
            return (attributes, after);
        }
        if rest.is_empty() {
            return (attributes, rest);
        }
        let length = rest
            .char_indices()
            .skip(1)
            .find(|(_, c)| c.is_whitespace() || matches!(c, '=' | '>' | '/'))
            .map_or(rest.len(), |(at, _)| at);
        let (name, after) = rest.split_at(length);
        let (value, after) = value(after);
        if attributes.len() < ATTRIBUTES_MAX {
            attributes.push((name.to_ascii_lowercase(), decoded(value)));
        }
        rest = after;
    }
}

/// The value of an attribute, if there is one, and what is behind it.
fn value(text: &str) -> (&str, &str) {
    let Some(after) = text.trim_start().strip_prefix('=') else { return ("", text) };
    let after = after.trim_start();
    if let Some(quote) = after.chars().next().filter(|first| matches!(first, '"' | '\'')) {
        let inside = after.get(1..).unwrap_or("");
        return inside.split_once(quote).unwrap_or((inside, ""));
    }
    after.split_at(after.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(after.len()))
}
