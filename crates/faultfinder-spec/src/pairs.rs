//! Names and values: headers, parameters, cookies, metadata, overridden addresses.

use crate::fields::{FieldSpec, Shape, Table};
use crate::keys::unique;
use crate::mapping::Mapping;
use crate::reader::Reader;
use crate::text::quoted;
use crate::value::FromText as _;
use crate::written::Pair;
use crate::yaml::{Kind, Node};
use std::net::IpAddr;

/// Most names and values of one field.
pub const PAIRS_MAX: usize = 1_000;

/// A name and a value, in a list of them.
pub(crate) const TABLE: Table = Table::new(
    "a pair",
    &[&[
        FieldSpec::new("name", Shape::Text, "the name").required(),
        FieldSpec::new("value", Shape::Text, "the value").required(),
    ]],
);

/// `NAME: VALUE`, `NAME: [VALUE, VALUE]`, or a list of `{ name: NAME, value: VALUE }`.
pub(crate) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Vec<Pair>> {
    let entries = match &node.kind {
        Kind::Mapping(entries) if !node.is_bare_template() => entries,
        Kind::Sequence(_) => return reader.list(node, "a list of names and values", PAIRS_MAX, read_pair),
        _ => {
            let help = node.scalar().map(|_| "write `{ NAME: VALUE }`".to_owned());
            reader.unexpected_with(node, "a mapping of names to values", help);
            return None;
        }
    };
    let mut pairs = Vec::new();
    for (name, key, value) in unique(reader, entries, "name") {
        // A name may be empty or look like null: it is text all the same.
        let name_text = reader.key(key, name);
        reader.within(name, |reader| {
            for value in reader.texts(value, PAIRS_MAX).into_iter().flatten() {
                pairs.push(Pair { name: name_text.clone(), value });
            }
        });
    }
    bounded(reader, node, pairs)
}

fn read_pair(reader: &mut Reader<'_>, node: &Node) -> Option<Pair> {
    // `- accept: text/html`: a name and its value by themselves.
    if let Kind::Mapping(entries) = &node.kind
        && let [(key, _)] = entries.as_slice()
        && let Some(name) = key.scalar().filter(|name| TABLE.find(&name.text).is_none())
    {
        let message = format!("{} in a list is not a name with its value", quoted(&name.text));
        let help = "leave the dash out, or write `{ name: .., value: .. }`";
        let diagnostic = reader.error(key.place, message).with_help(help);
        reader.report(diagnostic);
        return None;
    }
    let mapping = Mapping::open(reader, node, &TABLE)?;
    let (name, value) = (mapping.text(reader, "name"), mapping.text(reader, "value"));
    Some(Pair { name: name?, value: value? })
}

/// `HOST: IP`, or `HOST: [IP, IP]`.
pub(crate) fn read_addresses(reader: &mut Reader<'_>, node: &Node) -> Option<Vec<Pair>> {
    let Kind::Mapping(entries) = &node.kind else {
        reader.unexpected(node, "a mapping of host names to IP addresses");
        return None;
    };
    let mut pairs = Vec::new();
    for (name, key, value) in unique(reader, entries, "host") {
        let Some(host) = reader.text(key) else { continue };
        reader.within(name, |reader| {
            for address in reader.texts(value, PAIRS_MAX).into_iter().flatten() {
                match address.literal().map(IpAddr::from_text) {
                    Some(Err(bad)) => reader.bad_value(address.place(), bad),
                    Some(Ok(_)) | None => pairs.push(Pair { name: host.clone(), value: address }),
                }
            }
        });
    }
    bounded(reader, node, pairs)
}

fn bounded(reader: &mut Reader<'_>, node: &Node, pairs: Vec<Pair>) -> Option<Vec<Pair>> {
    if pairs.len() > PAIRS_MAX {
        let diagnostic =
            reader.error(node.place, format!("at most {PAIRS_MAX} names and values are possible"));
        reader.report(diagnostic);
        return None;
    }
    Some(pairs)
}
