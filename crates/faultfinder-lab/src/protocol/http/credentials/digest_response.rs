//! The digest that a client must have computed (RFC 7616 section 3.4; RFC 2069 where no quality of protection is asked for).

use super::proof::hex;
use md5::{Digest as _, Md5};
use sha2::{Sha256, Sha512_256};
use std::collections::HashMap;

/// What follows the scheme in an `authorization` header: parameters, names in lower case.
pub(super) struct Said(HashMap<String, String>);

impl Said {
    /// Reads `name=token` and `name="quoted"`, with commas between them.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut parameters = HashMap::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let (name, behind) = rest.split_once('=')?;
            let (value, behind) = match behind.strip_prefix('"') {
                Some(quoted) => unquoted(quoted)?,
                None => {
                    let end = behind.find(',').unwrap_or(behind.len());
                    let (token, behind) = behind.split_at(end);
                    (token.trim().to_owned(), behind)
                }
            };
            parameters.insert(name.trim().to_ascii_lowercase(), value);
            rest = behind.trim_start().trim_start_matches(',').trim_start();
        }
        Some(Self(parameters))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(super) fn uri(&self) -> Option<&str> {
        self.get("uri")
    }

    /// Whether the digest is right: of this user and password, method and body, and of the first request with its nonce.
    pub(super) fn is(&self, user: &str, password: &str, method: &str, body: &str) -> bool {
        let first = self.get("nc").is_none_or(|count| count == "00000001");
        first
            && self.names(user).unwrap_or(false)
            && self.response(user, password, method, body).as_deref() == self.get("response")
    }

    /// Whether the user is named, or the hash of the name where that is said (section 3.4.4).
    fn names(&self, user: &str) -> Option<bool> {
        let named = self.get("username")?;
        let is_hash = self.get("userhash") == Some("true");
        let expected =
            if is_hash { self.hash(&format!("{user}:{}", self.get("realm")?))? } else { user.to_owned() };
        Some(named == expected)
    }

    /// The response that the parameters call for.
    fn response(&self, user: &str, password: &str, method: &str, body: &str) -> Option<String> {
        let (nonce, cnonce) = (self.get("nonce")?, self.get("cnonce").unwrap_or_default());
        let mut secret = self.hash(&format!("{user}:{}:{password}", self.get("realm")?))?;
        if self.algorithm().ends_with("-sess") {
            secret = self.hash(&format!("{secret}:{nonce}:{cnonce}"))?;
        }
        let qop = self.get("qop");
        let mut asked = format!("{method}:{}", self.uri()?);
        if qop == Some("auth-int") {
            asked.push_str(&format!(":{}", self.hash(body)?));
        }
        let asked = self.hash(&asked)?;
        match qop {
            Some(qop) => self.hash(&format!("{secret}:{nonce}:{}:{cnonce}:{qop}:{asked}", self.get("nc")?)),
            None => self.hash(&format!("{secret}:{nonce}:{asked}")),
        }
    }

    fn algorithm(&self) -> &str {
        self.get("algorithm").unwrap_or("MD5")
    }

    /// Hexadecimal; nothing for an algorithm that no scenario asks for.
    fn hash(&self, text: &str) -> Option<String> {
        let algorithm = self.algorithm();
        Some(match algorithm.strip_suffix("-sess").unwrap_or(algorithm) {
            "MD5" => hex(&Md5::digest(text)),
            "SHA-256" => hex(&Sha256::digest(text)),
            "SHA-512-256" => hex(&Sha512_256::digest(text)),
            _ => return None,
        })
    }
}

/// The text up to the quote that ends it, and what is behind.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let (mut value, mut escaped) = (String::new(), false);
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => {
                value.push(character);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return Some((value, text.get(at + 1..)?)),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7616 section 3.9.1, and RFC 2617 section 3.5 by the older names of the same request.
    #[test]
    fn the_examples_of_the_standards_are_right() {
        let common = r#"username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth"#;
        for (algorithm, response) in [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ] {
            let text = format!("{common}, algorithm={algorithm}, response=\"{response}\"");
            let said = Said::read(&text).unwrap();
            assert!(said.is("Mufasa", "Circle of Life", "GET", ""), "{algorithm}");
            assert!(!said.is("Mufasa", "Circle of life", "GET", ""), "{algorithm}");
            assert!(!said.is("Mufasa", "Circle of Life", "POST", ""), "{algorithm}");
        }
    }

    /// RFC 7616 section 3.9.2: SHA-512/256, and the hash of a name.
    #[test]
    fn a_name_may_be_a_hash() {
        let text = r#"username="793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b", realm="api@example.org", uri="/doe.json", algorithm=SHA-512-256, nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", nc=00000001, cnonce="NTg6RKcb9boFIAS3KrFK9BGeh+niz/sm", qop=auth, response="", opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", userhash=true"#;
        let said = Said::read(text).unwrap();
        assert_eq!(said.names("J\u{e4}s\u{f8}n Doe"), Some(true));
        assert_eq!(said.names("Jason Doe"), Some(false));
    }
}
