//! One word that `explain` knows, and what it means.

use faultfinder_taxonomy::{Blame, Code, RetryAdvice};
use serde::Serialize;

/// One word and what it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Entry {
    /// The word, as results write it.
    pub(crate) name: String,
    /// What kind of word it is: `code`, or the detail's kind.
    pub(crate) kind: &'static str,
    /// What the field calls this kind of word.
    pub(crate) family: &'static str,
    /// Its number, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) number: Option<u32>,
    /// What other tools call it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) aliases: Vec<String>,
    /// A short text.
    pub(crate) title: String,
    /// What it means, in a few sentences.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) description: String,
    /// The codes under which it stands; for a code, itself.
    pub(crate) codes: Vec<Code>,
    /// The protocols that can end with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) protocols: Vec<&'static str>,
    /// The phases in which it usually happens.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) phases: Vec<&'static str>,
    /// Who usually has to act.
    pub(crate) blame: Blame,
    /// Whether an automatic retry makes sense.
    pub(crate) retry: RetryAdvice,
    /// What to do next.
    pub(crate) hints: Vec<String>,
}

impl Entry {
    /// A word under a code, with what the taxonomy says of the code.
    pub(super) fn detail(
        kind: &'static str,
        family: &'static str,
        name: &str,
        code: Code,
        title: &str,
    ) -> Self {
        let explanation = code.explanation();
        Self {
            name: name.to_owned(),
            kind,
            family,
            number: None,
            aliases: Vec::new(),
            title: title.to_owned(),
            description: String::new(),
            codes: vec![code],
            protocols: Vec::new(),
            phases: Vec::new(),
            blame: explanation.blame,
            retry: explanation.retry,
            hints: explanation.hints.iter().map(|hint| (*hint).to_owned()).collect(),
        }
    }

    pub(super) fn number(mut self, number: impl Into<u32>) -> Self {
        self.number = Some(number.into());
        self
    }

    pub(super) fn alias(mut self, alias: Option<&str>) -> Self {
        self.aliases.extend(alias.filter(|alias| *alias != self.name).map(str::to_owned));
        self
    }

    /// With the hint that stands before those of the code.
    pub(super) fn hint(mut self, hint: Option<&str>) -> Self {
        if let Some(hint) = hint {
            self.hints.insert(0, hint.to_owned());
        }
        self
    }

    /// Whether a person means this entry by a word.
    pub(crate) fn answers_to(&self, word: &str) -> bool {
        let word = word.trim();
        let bare = |text: &str| text.trim_start_matches("X509_V_ERR_").to_ascii_lowercase();
        bare(&self.name) == bare(word)
            || self.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(word))
            // What `openssl verify` prints, and Node.js as the message.
            || (self.kind == "verify" && self.title.eq_ignore_ascii_case(word))
            || (matches!(self.kind, "websocket" | "verify")
                && self.number.is_some_and(|number| number.to_string() == word))
    }
}
