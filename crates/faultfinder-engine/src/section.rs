//! The fields of a request, rendered: what a protocol reads to make its request.
//!
//! Nothing fails here: what is wrong with a field is kept in the [`Renderer`], and the field counts as not given. So every
//! objection is found at once, and a request is made only when there is none.

use crate::render::Renderer;
use faultfinder_net::Pem;
use faultfinder_spec::value::Base64;
use faultfinder_spec::{Fields, FromText, Text};
use faultfinder_taxonomy::word::Word;
use std::path::PathBuf;
use std::time::Duration;

/// A mapping of a request that is being made.
pub(crate) struct Section<'s, 'r> {
    renderer: &'s mut Renderer<'r>,
    fields: &'s Fields,
    /// What the mapping is called in faults: `http.tls`.
    path: String,
}

/// Fewest characters of a secret that is written as it is, and not in a secret variable.
pub(crate) const SECRET_CHARS_MIN: usize = 4;

/// How much of a text is secret when a secret is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secrecy {
    /// All of it: a header's value, a body, a password.
    Whole,
    /// The secret itself.
    Parts,
}

impl<'s, 'r> Section<'s, 'r> {
    /// The fields of a mapping that is called `path` in faults.
    pub(crate) const fn new(renderer: &'s mut Renderer<'r>, fields: &'s Fields, path: String) -> Self {
        Self { renderer, fields, path }
    }

    /// What a field is called in faults: `http.tls.ca`.
    pub(crate) fn path(&self, name: &str) -> String {
        if name.is_empty() { self.path.clone() } else { [self.path.as_str(), ".", name].concat() }
    }

    /// Whether a field is given.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.fields.has(name)
    }

    /// The names of the fields that are given, in the order in which they are written.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.fields.names().collect()
    }

    /// Who renders, for what is not a field.
    pub(crate) const fn renderer(&mut self) -> &mut Renderer<'r> {
        self.renderer
    }

    /// A text. Secrets in it are noted by themselves.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        let text = self.fields.text(name)?;
        self.renderer.text(&self.path(name), text)
    }

    /// A text that must be given; its absence was reported when the file was read.
    pub(crate) fn needed(&mut self, name: &str) -> String {
        self.text(name).unwrap_or_default()
    }

    /// A text that is as secret as what is in it.
    pub(crate) fn confidential(&mut self, name: &str) -> Option<String> {
        let text = self.fields.text(name)?;
        self.renderer.confidential(&self.path(name), text)
    }

    /// A text that is a secret, whatever is in it, unless it is so short that hiding it would hide half of a result.
    pub(crate) fn secret(&mut self, name: &str) -> Option<String> {
        let text = self.confidential(name)?;
        if text.chars().count() >= SECRET_CHARS_MIN {
            self.renderer.secrets.add(&text);
        }
        Some(text)
    }

    /// Whether a secret is in a text that has been rendered.
    pub(crate) fn is_secret(&self, name: &str) -> bool {
        self.fields.text(name).is_some_and(|text| self.renderer.is_secret(text))
    }

    /// Texts, each with its number: `http.tls.ca[0]`.
    pub(crate) fn texts(&mut self, name: &str) -> Vec<String> {
        self.each(name, Renderer::text)
    }

    /// What is made of the texts of a list, unless one of them is bad or not known yet.
    pub(crate) fn all<T>(
        &mut self,
        name: &str,
        make: impl FnMut(&mut Renderer<'r>, &str, &Text) -> Option<T>,
    ) -> Option<Vec<T>> {
        let made = self.each(name, make);
        (made.len() == self.fields.texts(name).len()).then_some(made)
    }

    /// What is made of each text of a list.
    pub(crate) fn each<T>(
        &mut self,
        name: &str,
        mut make: impl FnMut(&mut Renderer<'r>, &str, &Text) -> Option<T>,
    ) -> Vec<T> {
        let mut made = Vec::new();
        for (index, text) in self.fields.texts(name).iter().enumerate() {
            let path = format!("{}[{index}]", self.path(name));
            made.extend(make(self.renderer, &path, text));
        }
        made
    }

    /// The value of a field.
    pub(crate) fn value<T: FromText>(&mut self, name: &str) -> Option<T> {
        let text = self.fields.text(name)?;
        self.renderer.value(&self.path(name), text, T::from_text)
    }

    /// A whole number within the bounds of its field.
    pub(crate) fn number(&mut self, name: &str) -> Option<u32> {
        self.checked(name, |text| text.parse().ok())
    }

    /// A port.
    pub(crate) fn port(&mut self, name: &str) -> Option<u16> {
        self.checked(name, |text| text.parse().ok())
    }

    /// Sets a duration within the bounds of its field, if it is given.
    pub(crate) fn set_duration(&mut self, name: &str, target: &mut Duration) {
        if let Some(duration) = self.checked(name, |text| faultfinder_spec::duration::parse(text).ok()) {
            *target = duration;
        }
    }

    /// What `read` makes of a text that is as its field wants it.
    fn checked<T>(&mut self, name: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.fields.text(name)?;
        let spec = self.fields.table().find(name)?;
        self.renderer.value(&self.path(name), text, |text| spec.check(text).map(|()| read(text)))?
    }

    /// One of a closed set of words, if it is given.
    pub(crate) fn word<W: Word>(&mut self, name: &str) -> Option<W> {
        let text = self.fields.text(name)?;
        self.renderer.value(&self.path(name), text, faultfinder_spec::value::parse_word::<W>)
    }

    /// Sets one of a closed set of words, if it is given.
    pub(crate) fn set_word<W: Word>(&mut self, name: &str, target: &mut W) {
        if let Some(word) = self.word(name) {
            *target = word;
        }
    }

    /// Whether something holds; no when it is not given.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        self.value(name).unwrap_or(false)
    }

    /// Names and values.
    pub(crate) fn pairs(&mut self, name: &str, secrecy: Secrecy) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        for (index, pair) in self.fields.pairs(name).iter().enumerate() {
            let path = format!("{}[{index}]", self.path(name));
            let key = self.renderer.text(&path, &pair.name);
            let value = match secrecy {
                Secrecy::Whole => self.renderer.confidential(&path, &pair.value),
                Secrecy::Parts => self.renderer.text(&path, &pair.value),
            };
            pairs.extend(key.zip(value));
        }
        pairs
    }

    /// Names and values that are read from texts.
    pub(crate) fn values<T: FromText>(&mut self, name: &str) -> Vec<(String, T)> {
        let mut pairs = Vec::new();
        for (index, pair) in self.fields.pairs(name).iter().enumerate() {
            let path = format!("{}[{index}]", self.path(name));
            let key = self.renderer.text(&path, &pair.name);
            pairs.extend(key.zip(self.renderer.value(&path, &pair.value, T::from_text)));
        }
        pairs
    }

    /// JSON; it is as secret as what is in it.
    pub(crate) fn json(&mut self, name: &str) -> Option<String> {
        let json = self.fields.json(name)?;
        self.renderer.json(&self.path(name), json)
    }

    /// Bytes that are written in base64; they are as secret as what is in them.
    pub(crate) fn base64(&mut self, name: &str) -> Option<Vec<u8>> {
        let bytes = self.value::<Base64>(name)?.into_bytes();
        if self.is_secret(name) {
            self.renderer.secrets.add(&String::from_utf8_lossy(&bytes));
        }
        Some(bytes)
    }

    /// PEM text, or the file that holds it.
    pub(crate) fn pem(&mut self, name: &str) -> Option<Pem> {
        let text = self.fields.text(name)?;
        self.renderer.pem(&self.path(name), text)
    }

    /// The path of a file or folder of this host.
    pub(crate) fn file(&mut self, name: &str) -> Option<String> {
        let text = self.fields.text(name)?;
        self.renderer.file(&self.path(name), text)
    }

    /// The path of a Unix domain socket of this host; nothing where requests of this kind have none.
    pub(crate) fn socket(&mut self, name: &str) -> Option<PathBuf> {
        if !self.has(name) {
            return None;
        }
        let text = self.fields.text(name)?;
        self.renderer.socket(&self.path(name), text)
    }

    /// A mapping.
    pub(crate) fn section<'t>(&'t mut self, name: &str) -> Option<Section<'t, 'r>>
    where
        's: 't,
    {
        let fields = self.fields.fields(name)?;
        let path = self.path(name);
        Some(Section { renderer: self.renderer, fields, path })
    }

    /// What is made of each mapping of a list.
    pub(crate) fn sections<T>(
        &mut self,
        name: &str,
        mut make: impl FnMut(&mut Section<'_, 'r>) -> Option<T>,
    ) -> Vec<T> {
        let mut made = Vec::new();
        for (index, fields) in self.fields.list(name).iter().enumerate() {
            let path = format!("{}[{index}]", self.path(name));
            made.extend(make(&mut Section { renderer: &mut *self.renderer, fields, path }));
        }
        made
    }

    /// Objects to a field.
    pub(crate) fn object(&mut self, name: &str, detail: &str, message: impl Into<String>) {
        let path = self.path(name);
        self.renderer.object(detail, &path, message);
    }

    /// Says something that people should know although nothing is wrong.
    pub(crate) fn warn(&mut self, warning: String) {
        self.renderer.warnings.push(warning);
    }

    /// The probe calls a field by another name than the definition does: faults about `probes` are about `name`.
    pub(crate) fn alias(&mut self, probes: &str, name: &str) {
        let alias = (self.path(probes), self.path(name));
        self.renderer.aliases.push(alias);
    }
}
