//! `{{ NAME }}` in texts: variables and generators stay, other braces are text.

use super::context::Context;
use crate::Place;
use crate::generator;
use crate::template::{closed, is_name};

/// Two braces that are only text.
const BRACES: &str = "{{ \"{{\" }}";

impl Context<'_, '_, '_, '_> {
    /// A text of Datadog as a native one: variables by their native names. What is not a variable there is text.
    pub(super) fn holes(&mut self, place: Place, written: &str) -> String {
        let mut text = String::new();
        let mut rest = written;
        while let Some((before, after)) = rest.split_once("{{") {
            text.push_str(before);
            let hole = closed(after).and_then(|(inside, behind)| Some((self.hole(place, inside)?, behind)));
            match hole {
                Some((hole, behind)) => {
                    text.push_str(&hole);
                    rest = behind;
                }
                None => {
                    text.push_str(BRACES);
                    rest = after;
                }
            }
        }
        text.push_str(rest);
        text
    }

    /// What is between braces; nothing when it means nothing there.
    fn hole(&mut self, place: Place, inside: &str) -> Option<String> {
        let name = inside.trim();
        match name {
            // The test keeps the id that it has there, if the file says which.
            "public-id" => {
                return Some(self.public_id.clone().unwrap_or_else(|| "{{ public-id }}".to_owned()));
            }
            "result-id" => return Some("{{ result-id }}".to_owned()),
            _ => {}
        }
        let generated = name.split('(').next().unwrap_or("").trim_end();
        if generator::NAMES.contains(&generated) {
            return Some(format!("{{{{{inside}}}}}"));
        }
        if !is_name(name) {
            return None;
        }
        let native = self.renamed.get(name).cloned();
        if native.is_none() && !is_upper(name) && !self.shared.extracted.contains(name) {
            return None;
        }
        let hole = match &native {
            Some(native) if native != name => format!("{{{{ {native} }}}}"),
            _ => format!("{{{{{inside}}}}}"),
        };
        self.shared.used.entry(native.unwrap_or_else(|| name.to_owned())).or_insert(place);
        Some(hole)
    }
}

/// Whether a name is one that a global variable can have.
fn is_upper(name: &str) -> bool {
    name.len() > 1
        && name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}
