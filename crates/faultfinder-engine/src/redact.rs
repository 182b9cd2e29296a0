//! Secrets -> `***`.

use crate::{AssertionResult, Observed, StepResult, TestResult};
use base64::Engine as _;
use faultfinder_assert::CUT_MARK;
use faultfinder_taxonomy::{Detail, Fact, Fault};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// What stands where a secret stood.
pub(crate) const MASK: &str = "***";
/// Fewest bytes of a secret's beginning that are hidden at the end of a text that was cut.
const PREFIX_BYTES_MIN: usize = 3;

/// Texts that must never be shown, in every form in which they can turn up.
#[derive(Debug, Clone, Default)]
pub(crate) struct Secrets(BTreeSet<String>);

impl Secrets {
    /// Adds a text, and the forms that it takes in URLs, JSON, forms and headers.
    pub(crate) fn add(&mut self, secret: &str) {
        if secret.is_empty() {
            return;
        }
        let percent = |set| percent_encoding::utf8_percent_encode(secret, set).to_string();
        self.0.insert(secret.to_owned());
        self.0.insert(percent(percent_encoding::NON_ALPHANUMERIC));
        self.0.insert(percent(UNRESERVED_KEPT));
        self.0.insert(percent(UNRESERVED_KEPT).replace("%20", "+"));
        self.0.insert(base64::engine::general_purpose::STANDARD.encode(secret));
        let json = serde_json::Value::from(secret).to_string();
        if let Some(inside) = json.strip_prefix('"').and_then(|json| json.strip_suffix('"')) {
            self.0.insert(inside.to_owned());
        }
        // As messages show what was written.
        self.0.insert(secret.escape_debug().to_string());
    }

    /// What replaces them.
    pub(crate) fn into_redactor(self) -> Redactor {
        let mut texts: Vec<String> = self.0.into_iter().collect();
        // A secret that contains another one goes first, or a part of it would stay.
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Redactor { texts }
    }
}

/// Everything is escaped but what RFC 3986 calls unreserved.
const UNRESERVED_KEPT: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Replaces secrets, longest first.
#[derive(Clone, Default)]
pub(crate) struct Redactor {
    texts: Vec<String>,
}

impl std::fmt::Debug for Redactor {
    /// Never shows the secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Redactor").field("texts", &self.texts.len()).finish()
    }
}

impl Redactor {
    /// The same, and these texts too, which were made of secrets.
    pub(crate) fn with<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut secrets = Secrets(self.texts.iter().cloned().collect());
        texts.into_iter().for_each(|text| secrets.add(text));
        secrets.into_redactor()
    }

    /// The texts that are replaced.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(String::as_str)
    }

    /// Replaces the secrets in every text of a result, but for its name, id and location.
    pub(crate) fn result(&self, result: &mut TestResult) {
        if self.texts.is_empty() {
            return;
        }
        let attempts = result.attempts.iter_mut().filter_map(|attempt| attempt.fault.as_mut());
        attempts.chain(result.fault.as_mut()).for_each(|fault| self.fault(fault));
        result.steps.iter_mut().for_each(|step| self.step(step));
        result.assertions.iter_mut().for_each(|assertion| self.assertion(assertion));
        for address in &mut result.addresses {
            address.fault.iter_mut().for_each(|fault| self.fault(fault));
            address.assertions.iter_mut().for_each(|assertion| self.assertion(assertion));
            address.response.values_mut().for_each(|fact| self.fact(fact));
        }
        result.warnings.iter_mut().for_each(|warning| self.text(warning));
        self.observed(&mut result.observed);
    }

    /// Replaces the secrets in a step, and in those that it carried out.
    fn step(&self, step: &mut StepResult) {
        self.text(&mut step.name);
        let attempts = step.attempts.iter_mut().filter_map(|attempt| attempt.fault.as_mut());
        attempts.chain(step.fault.as_mut()).for_each(|fault| self.fault(fault));
        step.assertions.iter_mut().for_each(|assertion| self.assertion(assertion));
        let texts = step.warnings.iter_mut().chain(step.extracted.values_mut()).chain(&mut step.skipped);
        texts.for_each(|text| self.text(text));
        self.observed(&mut step.observed);
        step.steps.iter_mut().for_each(|step| self.step(step));
    }

    fn observed(&self, observed: &mut Observed) {
        for fact in observed.response.values_mut() {
            self.fact(fact);
        }
        if let Some(edge) = &mut observed.edge {
            edge.evidence.iter_mut().chain(&mut edge.reference).for_each(|text| self.text(text));
        }
        if let Some(tls) = &mut observed.tls {
            tls.server_name.iter_mut().for_each(|name| self.text(name));
            for event in &mut tls.events {
                self.text(&mut event.reason);
                self.text(&mut event.remedy);
            }
        }
    }

    /// Replaces the secrets in a text.
    pub(crate) fn text(&self, text: &mut String) {
        for secret in &self.texts {
            if text.contains(secret.as_str()) {
                *text = text.replace(secret.as_str(), MASK);
            }
        }
        // The beginning of a secret may be left where a text was cut.
        let Some(kept) = text.strip_suffix(CUT_MARK) else { return };
        let left = |secret: &String| {
            (PREFIX_BYTES_MIN..secret.len())
                .rev()
                .find(|end| secret.get(..*end).is_some_and(|prefix| kept.ends_with(prefix)))
        };
        if let Some(length) = self.texts.iter().filter_map(left).max() {
            let kept = kept.get(..kept.len() - length).unwrap_or_default();
            *text = format!("{kept}{MASK}{CUT_MARK}");
        }
    }

    /// The text without the secrets.
    pub(crate) fn hidden<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.texts.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut owned = text.to_owned();
        self.text(&mut owned);
        Cow::Owned(owned)
    }

    fn assertion(&self, assertion: &mut AssertionResult) {
        self.text(&mut assertion.subject);
        self.text(&mut assertion.message);
        self.fact(&mut assertion.expected);
        self.fact(&mut assertion.actual);
    }

    fn fault(&self, fault: &mut Fault) {
        self.text(&mut fault.message);
        fault.hints.iter_mut().for_each(|hint| self.text(hint));
        fault.evidence.iter_mut().for_each(|(_, fact)| self.fact(fact));
        match &mut fault.detail {
            Detail::Assertion { failed, .. } => {
                for failure in failed {
                    self.text(&mut failure.assertion);
                    self.text(&mut failure.message);
                }
            }
            Detail::Definition { violations, .. } => violations.iter_mut().for_each(|text| self.text(text)),
            Detail::WebSocket { reason, .. } => self.text(reason),
            Detail::Verify { subject, .. } => self.text(subject),
            Detail::Http { name, .. } => self.text(name),
            _ => {}
        }
    }

    fn fact(&self, fact: &mut Fact) {
        match fact {
            Fact::Text(text) => self.text(text),
            Fact::List(items) => items.iter_mut().for_each(|item| self.fact(item)),
            Fact::Map(members) => {
                let taken = std::mem::take(members);
                for (mut name, mut member) in taken {
                    self.text(&mut name);
                    self.fact(&mut member);
                    members.insert(name, member);
                }
            }
            // A secret number is a number only where JSON makes it one.
            Fact::Integer(number) => self.number(number.to_string(), fact),
            Fact::Number(number) => self.number(number.to_string(), fact),
            Fact::Null | Fact::Bool(_) => {}
        }
    }

    fn number(&self, shown: String, fact: &mut Fact) {
        if self.texts.contains(&shown) {
            *fact = Fact::from(MASK);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(secret: &str, text: &str, expected: &str) {
        let mut secrets = Secrets::default();
        secrets.add(secret);
        let mut text = text.to_owned();
        secrets.into_redactor().text(&mut text);
        assert_eq!(text, expected);
    }

    #[test]
    fn secrets_are_hidden_in_every_form() {
        check("p&ss w\"rd", "a p&ss w\"rd b", "a *** b");
        check("p&ss w\"rd", "?q=p%26ss%20w%22rd", "?q=***");
        check("p&ss w\"rd", "q=p%26ss+w%22rd", "q=***");
        check("p&ss w\"rd", r#"{"x":"p&ss w\"rd"}"#, r#"{"x":"***"}"#);
        check("u:p", "Basic dTpw", "Basic ***");
        check("x", "x1x", "***1***");
        check("", "as it was", "as it was");
    }

    #[test]
    fn a_longer_secret_is_hidden_as_a_whole() {
        let mut secrets = Secrets::default();
        secrets.add("tok");
        secrets.add("Bearer tok");
        let mut text = "Bearer tok, tok".to_owned();
        secrets.into_redactor().text(&mut text);
        assert_eq!(text, "***, ***");
    }

    #[test]
    fn the_beginning_of_a_secret_before_a_cut_is_hidden() {
        check("sesame-opens", "open with sesame-op...", "open with ***...");
        check("sesame-opens", "nothing here...", "nothing here...");
    }
}
