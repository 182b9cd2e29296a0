//! Digest authentication (RFC 7616, and RFC 2069 for servers that name no `qop`).
//!
//! The first request goes without credentials; its answer's challenge is answered with a second one. A server that
//! calls the nonce stale is answered once more. The crate `digest_auth` is not used here: it panics on a challenge
//! with characters beyond ASCII, and refuses one that offers an unknown `qop` in addition to `auth`. The lab's peers use it
//! to verify what is computed here.

use super::challenge::{self, Challenge};
use crate::prepared::Prepared;
use crate::{Login, Response, Unanswerable};
use http::HeaderValue;
use md5::Md5;
use sha2::{Digest as _, Sha256, Sha512_256};
use std::fmt::Write as _;

/// How a challenge of this answer is answered, or why none can be.
pub(crate) fn answer(
    response: &Response,
    login: &Login,
    prepared: &Prepared,
    cnonce: &str,
) -> Result<HeaderValue, Unanswerable> {
    let offered = challenge::read(&response.headers);
    let path = &prepared.url[url::Position::BeforePath..url::Position::AfterQuery];
    let request = Asked { method: prepared.method.as_str(), path, body: &prepared.body.bytes };
    let mut why = Unanswerable::by_these("the target does not offer digest authentication");
    // The server names what it likes best first (RFC 7616 section 3.7).
    for challenge in offered.iter().filter(|challenge| challenge.is("Digest")) {
        match Terms::read(challenge) {
            Ok(terms) => {
                let text = terms.authorization(login, &request, cnonce);
                let value = HeaderValue::from_bytes(text.as_bytes());
                return value.map_err(|_| {
                    Unanswerable::by_these("the credentials or the challenge have control characters")
                });
            }
            Err(refused) => why = Unanswerable::by_any(refused),
        }
    }
    Err(why)
}

/// Whether the server only found the nonce too old (RFC 7616 section 3.3).
pub(crate) fn is_stale(response: &Response) -> bool {
    let offered = challenge::read(&response.headers);
    offered
        .iter()
        .filter(|challenge| challenge.is("Digest"))
        .any(|challenge| challenge.parameter("stale").is_some_and(|stale| stale.eq_ignore_ascii_case("true")))
}

/// What the digest is about.
struct Asked<'r> {
    method: &'r str,
    /// Path and query.
    path: &'r str,
    body: &'r [u8],
}

/// The hash of a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hash {
    Md5,
    Sha256,
    Sha512_256,
}

impl Hash {
    fn hex(self, text: impl AsRef<[u8]>) -> String {
        match self {
            Self::Md5 => hex(&Md5::digest(text)),
            Self::Sha256 => hex(&Sha256::digest(text)),
            Self::Sha512_256 => hex(&Sha512_256::digest(text)),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The quality of protection (RFC 7616 section 3.3): what is hashed beside the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protection {
    /// Nothing but the request line, as in RFC 2069.
    None,
    /// The request line and a counter.
    Auth,
    /// The body too.
    AuthInt,
}

/// A challenge that can be answered.
struct Terms<'c> {
    realm: &'c str,
    nonce: &'c str,
    opaque: Option<&'c str>,
    /// The algorithm as the challenge spells it.
    algorithm: Option<&'c str>,
    hash: Hash,
    /// Whether the first hash is made anew for each session.
    session: bool,
    protection: Protection,
    hides_user: bool,
}

impl<'c> Terms<'c> {
    fn read(challenge: &'c Challenge) -> Result<Self, String> {
        let needed = |name| {
            challenge.parameter(name).ok_or_else(|| format!("the target's digest challenge has no {name}"))
        };
        let algorithm = challenge.parameter("algorithm");
        let (hash, session) = match algorithm.unwrap_or("MD5").to_ascii_lowercase().as_str() {
            "md5" => (Hash::Md5, false),
            "md5-sess" => (Hash::Md5, true),
            "sha-256" => (Hash::Sha256, false),
            "sha-256-sess" => (Hash::Sha256, true),
            "sha-512-256" => (Hash::Sha512_256, false),
            "sha-512-256-sess" => (Hash::Sha512_256, true),
            other => {
                return Err(format!("the target's digest challenge has the unknown algorithm {other:?}"));
            }
        };
        let protection = match challenge.parameter("qop") {
            None => Protection::None,
            Some(offered) => {
                let offers = |word| offered.split(',').any(|option| option.trim().eq_ignore_ascii_case(word));
                match (offers("auth"), offers("auth-int")) {
                    (true, _) => Protection::Auth,
                    (false, true) => Protection::AuthInt,
                    (false, false) => {
                        return Err(format!("the target's digest challenge has the unknown qop {offered:?}"));
                    }
                }
            }
        };
        let hides_user =
            challenge.parameter("userhash").is_some_and(|word| word.eq_ignore_ascii_case("true"));
        let (realm, nonce) = (needed("realm")?, needed("nonce")?);
        let opaque = challenge.parameter("opaque");
        Ok(Self { realm, nonce, opaque, algorithm, hash, session, protection, hides_user })
    }

    /// The header that answers. Every nonce is used once, so the counter is 1.
    fn authorization(&self, login: &Login, asked: &Asked<'_>, cnonce: &str) -> String {
        const COUNT: &str = "00000001";
        let hash = |text: String| self.hash.hex(text);
        let Login { username, password } = login;
        let secret = hash(format!("{username}:{}:{password}", self.realm));
        let secret = if self.session { hash(format!("{secret}:{}:{cnonce}", self.nonce)) } else { secret };
        let Asked { method, path, body } = asked;
        let line = match self.protection {
            Protection::None | Protection::Auth => hash(format!("{method}:{path}")),
            Protection::AuthInt => hash(format!("{method}:{path}:{}", self.hash.hex(body))),
        };
        let qop = match self.protection {
            Protection::None => None,
            Protection::Auth => Some("auth"),
            Protection::AuthInt => Some("auth-int"),
        };
        let response = match qop {
            None => hash(format!("{secret}:{}:{line}", self.nonce)),
            Some(qop) => hash(format!("{secret}:{}:{COUNT}:{cnonce}:{qop}:{line}", self.nonce)),
        };
        let user =
            if self.hides_user { hash(format!("{username}:{}", self.realm)) } else { username.clone() };
        let mut header = format!(
            "Digest username=\"{}\", realm=\"{}\", nonce=\"{}\", uri=\"{path}\", response=\"{response}\"",
            quoted(&user),
            quoted(self.realm),
            quoted(self.nonce)
        );
        if let Some(algorithm) = self.algorithm {
            let _ = write!(header, ", algorithm={algorithm}");
        }
        if let Some(qop) = qop {
            let _ = write!(header, ", qop={qop}, nc={COUNT}");
        }
        if qop.is_some() || self.session {
            let _ = write!(header, ", cnonce=\"{cnonce}\"");
        }
        if let Some(opaque) = self.opaque {
            let _ = write!(header, ", opaque=\"{}\"", quoted(opaque));
        }
        if self.hides_user {
            header.push_str(", userhash=true");
        }
        header
    }
}

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// A nonce of the client's own: 128 random bits.
pub(crate) fn random_nonce() -> String {
    format!("{:032x}", rand::random::<u128>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge(text: &str) -> Challenge {
        challenge::read(&[("www-authenticate".to_owned(), text.as_bytes().to_vec())]).remove(0)
    }

    #[track_caller]
    fn check(text: &str, login: (&str, &str), cnonce: &str, path: &str, expected: &str) {
        let challenge = challenge(text);
        let login = Login { username: login.0.to_owned(), password: login.1.to_owned() };
        let asked = Asked { method: "GET", path, body: b"" };
        let header = Terms::read(&challenge).unwrap().authorization(&login, &asked, cnonce);
        assert!(header.contains(&format!("response=\"{expected}\"")), "{header}");
    }

    #[test]
    fn the_examples_of_the_standards_are_answered_as_they_say() {
        // RFC 7616 section 3.9.1.
        let mufasa = ("Mufasa", "Circle of Life");
        let common = "realm=\"http-auth@example.org\", qop=\"auth, auth-int\", nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
        let cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
        check(
            &format!("Digest {common}, algorithm=SHA-256"),
            mufasa,
            cnonce,
            "/dir/index.html",
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
        );
        check(
            &format!("Digest {common}, algorithm=MD5"),
            mufasa,
            cnonce,
            "/dir/index.html",
            "8ca523f5e9506fed4657c9700eebdbec",
        );
        // RFC 2617 section 3.5.
        check(
            "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"",
            ("Mufasa", "Circle Of Life"),
            "0a4f113b",
            "/dir/index.html",
            "6629fae49393a05397450978507c4ef1",
        );
    }

    #[test]
    fn challenges_that_cannot_be_answered_say_why() {
        for (text, why) in [
            ("Digest realm=a, nonce=b, algorithm=ROT13", "unknown algorithm \"rot13\""),
            ("Digest realm=a, nonce=b, qop=\"auth-conf\"", "unknown qop \"auth-conf\""),
            ("Digest nonce=b", "has no realm"),
            ("Digest realm=a", "has no nonce"),
        ] {
            let challenge = challenge(text);
            let refused = Terms::read(&challenge).map(|_| ()).unwrap_err();
            assert!(refused.contains(why), "{refused}");
        }
    }

    #[test]
    fn what_a_challenge_does_not_say_is_not_answered() {
        let challenge = challenge("Digest realm=\"a \\\"b\\\"\", nonce=n, userhash=true, algorithm=SHA-256");
        let login = Login { username: "u".to_owned(), password: "p".to_owned() };
        let header = Terms::read(&challenge).unwrap().authorization(
            &login,
            &Asked { method: "GET", path: "/", body: b"" },
            "c",
        );
        assert!(header.contains("realm=\"a \\\"b\\\"\"") && header.contains("userhash=true"), "{header}");
        assert!(
            !header.contains("qop") && !header.contains("cnonce") && !header.contains("username=\"u\""),
            "{header}"
        );
    }
}
