//! Facts (evidence, what was observed) for people.

use super::text::{inert, pad};
use crate::paint::Paint;
use faultfinder_taxonomy::Fact;
use std::collections::BTreeMap;

/// Most characters of one text that are shown.
const TEXT_CHARS_MAX: usize = 400;

/// A fact on one line.
pub(crate) fn in_line(fact: &Fact) -> String {
    match fact {
        Fact::Null => "nothing".to_owned(),
        Fact::Bool(value) => if *value { "yes" } else { "no" }.to_owned(),
        Fact::Integer(value) => value.to_string(),
        Fact::Number(value) => value.to_string(),
        Fact::Text(text) => super::text::cut(&inert(text), TEXT_CHARS_MAX),
        Fact::List(facts) => facts.iter().map(in_line).collect::<Vec<_>>().join(", "),
        Fact::Map(facts) => {
            let told = facts.iter().filter(|(_, fact)| !is_empty(fact));
            told.map(|(name, fact)| format!("{} {}", words(name), in_line(fact)))
                .collect::<Vec<_>>()
                .join(", ")
        }
    }
}

/// Named facts, one per line; lists of maps and long lists get a line per item.
pub(crate) fn block<'a>(
    facts: impl Iterator<Item = (&'a str, &'a Fact)>,
    indent: usize,
    paint: Paint,
) -> String {
    let facts: Vec<(String, &Fact)> =
        facts.filter(|(_, fact)| !is_empty(fact)).map(|(name, fact)| (words(name), fact)).collect();
    let width = facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for (name, fact) in facts {
        let (start, others) =
            (" ".repeat(indent), " ".repeat(indent.saturating_add(width).saturating_add(2)));
        for (number, line) in lines(fact).into_iter().enumerate() {
            let before = if number == 0 {
                format!("{start}{}  ", paint.faint(&pad(&name, width)))
            } else {
                others.clone()
            };
            text.push_str(&format!("{before}{line}\n"));
        }
    }
    text
}

/// A fact in as many lines as it is best read in.
fn lines(fact: &Fact) -> Vec<String> {
    match fact {
        Fact::List(facts) if facts.iter().any(|fact| matches!(fact, Fact::Map(_) | Fact::List(_))) => {
            facts.iter().map(in_line).collect()
        }
        Fact::List(facts) if in_line(fact).chars().count() > 80 => facts.iter().map(in_line).collect(),
        Fact::Map(facts) if in_line(fact).chars().count() > 80 => facts
            .iter()
            .filter(|(_, fact)| !is_empty(fact))
            .map(|(name, fact)| format!("{} {}", words(name), in_line(fact)))
            .collect(),
        fact => vec![in_line(fact)],
    }
}

/// Whether there is nothing to tell.
pub(crate) fn is_empty(fact: &Fact) -> bool {
    match fact {
        Fact::Null => true,
        Fact::Text(text) => text.is_empty(),
        Fact::List(facts) => facts.is_empty(),
        Fact::Map(facts) => facts.values().all(is_empty),
        Fact::Bool(_) | Fact::Integer(_) | Fact::Number(_) => false,
    }
}

/// The name of a field as words.
pub(crate) fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// The field of a map, if it is one.
pub(crate) fn field<'a>(fact: &'a Fact, name: &str) -> Option<&'a Fact> {
    match fact {
        Fact::Map(facts) => facts.get(name),
        _ => None,
    }
}

/// Named facts without those that are shown elsewhere.
pub(crate) fn without<'a>(
    facts: &'a BTreeMap<String, Fact>,
    left_out: &'a [&str],
) -> impl Iterator<Item = (&'a str, &'a Fact)> {
    facts.iter().map(|(name, fact)| (name.as_str(), fact)).filter(|(name, _)| !left_out.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_read_without_json() {
        let answers = Fact::List(vec![
            Fact::map([("name", "a.test".into()), ("ttl", 60.into())]),
            Fact::map([("name", "b.test".into()), ("ttl", 5.into())]),
        ]);
        let facts: BTreeMap<String, Fact> = [
            ("answers".to_owned(), answers),
            ("first_bytes".to_owned(), Fact::from("SSH-2.0\r\n")),
            ("nothing".to_owned(), Fact::Null),
        ]
        .into();
        let text = block(without(&facts, &[]), 2, Paint::plain());
        assert_eq!(
            text,
            "  answers      name a.test, ttl 60\n               name b.test, ttl 5\n  first bytes  SSH-2.0\\r\\n\n"
        );
    }
}
