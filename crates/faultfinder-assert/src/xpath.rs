//! XPath 1.0 within limits, over XML and HTML.
//!
//! The library behind it counts the nodes that it visits, and not the bytes of the texts that it copies for functions and
//! comparisons. So a query is weighed before it is used ([`weight`]), and refused for a body on which it could copy more than
//! [`COST_MAX`] bytes.

mod html; // HTML -> a tree
mod size; // how large a document is, and how large it may be
mod names; // elements that are called as operators are
mod weight; // what a query can cost

use crate::AssertionError;
use crate::error::Span;
use faultfinder_taxonomy::BODY_BYTES_MAX;
use size::{COST_MAX, DEPTH_MAX, Size, VISITS_MAX};
use uppsala::parser::Parser;
use uppsala::{Document, NodeId, XPathEvaluator, XPathValue};
use weight::Weight;

/// Longest query, in bytes.
pub const XPATH_BYTES_MAX: usize = 1024;
/// Deepest nesting of brackets in a query.
const NESTING_MAX: u32 = 16;
/// Most bytes that the entities of a document may become.
const ENTITY_BYTES_MAX: usize = 1 << 20;
/// Most attributes of an element, and equals signs in their values.
const ATTRIBUTES_MAX: usize = 500;
/// What it takes to parse a byte of a body, in steps.
const STEPS_TO_PARSE: u64 = 8;

/// A query that is ready to be used.
#[derive(Debug, Clone)]
pub(crate) struct XPath {
    written: String,
    /// As the library reads it.
    query: String,
    weight: Weight,
}

/// One thing that a query found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Found {
    /// The text of a node, or a text that was computed.
    Text(String),
    Number(f64),
    Boolean(bool),
}

impl XPath {
    /// Compiles a query as it was written.
    pub(crate) fn compile(written: &str, span: Span<'_>) -> Result<Self, AssertionError> {
        let bad = |message: String| AssertionError::new(span, message);
        if written.len() > XPATH_BYTES_MAX {
            return Err(bad(format!(
                "the XPath has {} bytes; at most {XPATH_BYTES_MAX} are allowed",
                written.len()
            )));
        }
        let weight = Weight::of(written).map_err(bad)?;
        // Its syntax is checked on a document that has nothing.
        let document = Parser::new().parse("<x/>").map_err(|error| bad(error.to_string()))?;
        let mut evaluator = evaluator(VISITS_MAX);
        for prefix in weight::prefixes(written) {
            evaluator.add_namespace(prefix, "urn:any");
        }
        let query = names::without_operators(written);
        let checked = evaluator.evaluate(&document, document.root(), &query);
        checked.map_err(|error| bad(format!("bad XPath: {}", reason(&error.to_string()))))?;
        Ok(Self { written: written.to_owned(), query, weight })
    }

    pub(crate) fn as_written(&self) -> &str {
        &self.written
    }

    /// What the query finds in a body; nothing is an answer too.
    pub(crate) fn select(&self, body: &[u8], is_html: bool) -> Result<Vec<Found>, String> {
        if body.len() > BODY_BYTES_MAX {
            return Err(format!("body has more than {BODY_BYTES_MAX} bytes"));
        }
        let text = String::from_utf8_lossy(body);
        if text.trim().is_empty() {
            return Err(format!("body is empty, not {}", if is_html { "HTML" } else { "XML" }));
        }
        if is_html {
            return self.evaluate(html::parse(&text)?, &[]);
        }
        check_tags(&text)?;
        let (text, namespaces) = namespaces(&text);
        let parser = Parser::new().with_max_depth(DEPTH_MAX).with_max_entity_expansion(ENTITY_BYTES_MAX);
        let document = parser
            .parse(&text)
            .map_err(|error| format!("body is not XML: {}", reason(&error.to_string())))?;
        self.evaluate(document, &namespaces)
    }

    fn evaluate(
        &self,
        mut document: Document<'_>,
        namespaces: &[(String, String)],
    ) -> Result<Vec<Found>, String> {
        let size = Size::of(&document);
        if self.weight.cost(&size) > COST_MAX {
            return Err("the body is too large for this XPath".to_owned());
        }
        document.prepare_xpath();
        let mut evaluator = evaluator(self.weight.visits_max(&size));
        for (prefix, uri) in namespaces {
            evaluator.add_namespace(prefix.as_str(), uri.as_str());
        }
        let value = evaluator.evaluate(&document, document.root(), &self.query);
        let value = value
            .map_err(|error| format!("the XPath cannot be evaluated: {}", reason(&error.to_string())))?;
        Ok(match value {
            XPathValue::NodeSet(nodes) => {
                let text = |node: NodeId| XPathValue::NodeSet(vec![node]).to_string_value(&document);
                let mut copied = 0_u64;
                let mut found = Vec::with_capacity(nodes.len());
                for node in nodes {
                    let text = text(node);
                    copied = copied.saturating_add(u64::try_from(text.len()).unwrap_or(u64::MAX));
                    if copied > COST_MAX {
                        return Err("the body is too large for this XPath".to_owned());
                    }
                    found.push(Found::Text(text));
                }
                found
            }
            XPathValue::String(text) => vec![Found::Text(text)],
            XPathValue::Number(number) => vec![Found::Number(number)],
            XPathValue::Boolean(value) => vec![Found::Boolean(value)],
        })
    }

    /// How many steps it can take at the most on a body of so many bytes, parsing included.
    pub(crate) fn work_max(bytes: u64) -> u64 {
        bytes.saturating_mul(STEPS_TO_PARSE).saturating_add(crate::pattern::WORK_MAX)
    }
}

/// Refuses elements with very many attributes, as the library compares each with each; and documents that would take too much
/// memory.
fn check_tags(text: &str) -> Result<(), String> {
    let (mut nodes, mut attributes) = (1_usize, 0_usize);
    // No value has a `<` that is not escaped, so a tag ends before the next one.
    for tag in text.split('<').skip(1) {
        // What begins here, and the text behind it.
        nodes = nodes
            .saturating_add(usize::from(!tag.starts_with('/')))
            .saturating_add(usize::from(!tag.ends_with('>')));
        if tag.starts_with("!--") || tag.starts_with("![CDATA[") || tag.starts_with('?') {
            continue;
        }
        // An entity can hold whole elements, with `<` as `&#60;`.
        let is_declaration = tag.starts_with('!');
        let (mut quote, mut count) = (None, 0_usize);
        for byte in tag.bytes() {
            match (byte, quote) {
                (b'>', None) if !is_declaration => break,
                (b'=', _) => count += 1,
                (b'"' | b'\'', None) => quote = Some(byte),
                (_, Some(open)) if open == byte => quote = None,
                _ => {}
            }
        }
        if count > ATTRIBUTES_MAX {
            return Err(format!("an element of the body has more than {ATTRIBUTES_MAX} attributes"));
        }
        attributes = attributes.saturating_add(count);
    }
    size::check_memory(nodes, attributes)
}

fn evaluator(visits_max: usize) -> XPathEvaluator {
    XPathEvaluator::new().with_max_depth(NESTING_MAX).with_max_node_visits(visits_max)
}

/// The first line of a library's error, without its own prefix.
fn reason(error: &str) -> String {
    let line = error.lines().next().unwrap_or_default();
    line.trim_start_matches("XPath error: ").to_owned()
}

/// The namespaces that a document declares by prefixes, for the prefixes of queries; and the document without the default
/// one of its root, so that its elements have bare names.
fn namespaces(text: &str) -> (std::borrow::Cow<'_, str>, Vec<(String, String)>) {
    /// Most prefixes that are looked for.
    const PREFIXES_MAX: usize = 100;
    let mut found: Vec<(String, String)> = Vec::new();
    for (at, _) in text.match_indices("xmlns:").take(PREFIXES_MAX) {
        let rest = text.get(at + 6..).unwrap_or_default();
        let Some((prefix, rest)) = rest.split_once('=') else { continue };
        let rest = rest.trim_start();
        let Some(quote) = rest.chars().next().filter(|first| matches!(first, '"' | '\'')) else { continue };
        let uri = rest.get(1..).and_then(|rest| rest.split(quote).next());
        let prefix = prefix.trim();
        if let Some(uri) = uri
            && !found.iter().any(|(known, _)| known == prefix)
        {
            found.push((prefix.to_owned(), uri.to_owned()));
        }
    }
    let root = text.match_indices('<').map(|(at, _)| at).find(|at| {
        text.get(at + 1..)
            .is_some_and(|rest| rest.starts_with(|first: char| first.is_alphabetic() || first == '_'))
    });
    let tag = root.and_then(|start| {
        let end = start + text.get(start..)?.find('>')?;
        let at = start + text.get(start..end)?.find("xmlns=")?;
        text.get(..at)?.ends_with(char::is_whitespace).then_some(at)
    });
    match tag {
        // Another attribute of the same length.
        Some(at) => {
            let (before, after) = text.split_at(at);
            (std::borrow::Cow::Owned(format!("{before}_{}", after.get(1..).unwrap_or_default())), found)
        }
        None => (std::borrow::Cow::Borrowed(text), found),
    }
}

#[cfg(test)]
mod tests;
