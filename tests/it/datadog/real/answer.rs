//! What a request over HTTP is answered with, whatever its version.

use super::grpc;
use super::world::{Guard, Moves, Page, World};

/// The token that is given to everybody.
const TOKEN: &str = "token-of-the-peer";
/// Where tokens are given.
pub(super) const TOKENS: &str = "/token";
/// Where a page is that has moved.
const LANDED: &str = "/landed";
const COOKIE: &str = "visit=first";
/// The first message of NTLM in base64, as far as all are alike: its signature and number; and the third one.
const NTLM_HELLO: &str = "NTLM TlRMTVNTUAAB";
const NTLM_RESPONSE: &str = "NTLM TlRMTVNTUAAD";
/// The second message: Unicode, extended session security, the domain PEER and the server SERVER.
const NTLM_CHALLENGE: &str = "NTLM TlRMTVNTUAACAAAACAAIADAAAAABAogAcGVlcjEyMzQAAAAAAAAAACAAIAA4AAAAUABFAEUAUgACAAgAUABFAEUAUgABAAwAUwBFAFIAVgBFAFIAAAAAAA==";
const DIGEST_CHALLENGE: &str = r#"Digest realm="peer", nonce="n-1", qop="auth", algorithm=MD5"#;

/// A request.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub method: String,
    /// The path with the query.
    pub path: String,
    /// Names in small letters.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// An answer.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// What comes behind the body of an answer to a gRPC call.
    pub trailers: Option<Vec<(String, String)>>,
}

impl Asked {
    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The first of these texts that it does not have.
    pub(super) fn lacks<'n>(&self, needs: &[&'n str]) -> Option<&'n str> {
        let mut whole = format!("{} {}\n", self.method, self.path);
        for (name, value) in &self.headers {
            whole.push_str(&format!("{name}: {value}\n"));
        }
        whole.push_str(&String::from_utf8_lossy(&self.body));
        needs.iter().copied().find(|text| !whole.contains(text))
    }
}

impl Answer {
    fn new(status: u16, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Self {
        let headers = owned(headers);
        Self { status, headers, body: body.into(), trailers: None }
    }

    fn refusing(text: &str) -> Self {
        Self::new(400, &[], format!("the request has no {text}"))
    }
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The answer to a request.
pub(super) fn answer(world: &World, asked: &Asked) -> Answer {
    if grpc::is_call(&asked.path) {
        return call(world, asked);
    }
    if asked.path == TOKENS {
        return token(world, asked);
    }
    let other = world.pages.iter().find(|(path, _)| asked.path.starts_with(path));
    let page = other.map_or(&world.page, |(_, page)| page);
    if asked.path.starts_with(LANDED) {
        let is_missing = page.moves == Moves::WithCookie && asked.header("cookie") != COOKIE;
        return if is_missing { Answer::refusing(COOKIE) } else { shown(page) };
    }
    if let Some(refusal) = refusal(page.guard, asked.header("authorization")) {
        return refusal;
    }
    if let Some(text) = asked.lacks(page.needs) {
        return Answer::refusing(text);
    }
    match page.moves {
        Moves::No => shown(page),
        Moves::Yes => Answer::new(302, &[("location", LANDED)], ""),
        Moves::WithCookie => Answer::new(302, &[("location", LANDED), ("set-cookie", COOKIE)], ""),
    }
}

fn shown(page: &Page) -> Answer {
    let mut body = page.body.as_bytes().to_vec();
    body.resize(body.len().max(page.length), b' ');
    Answer::new(page.status, page.headers, body)
}

/// What is answered to who may not see a page; nothing for others.
fn refusal(guard: Guard, said: &str) -> Option<Answer> {
    let is_digest = said.starts_with("Digest ") && said.contains(r#"username="username""#);
    let is_signed = |key: &str| said.starts_with(&format!("AWS4-HMAC-SHA256 Credential={key}/"));
    let is_token = said == format!("Bearer {TOKEN}");
    let is_allowed = match guard {
        Guard::Open => true,
        Guard::Basic(pair) => said == format!("Basic {pair}"),
        Guard::Ntlm => said.starts_with(NTLM_RESPONSE),
        Guard::Signed(key) => is_signed(key),
        Guard::Token => is_token,
        // The last one is `username:password`.
        Guard::Any => {
            is_digest
                || is_token
                || is_signed("accessKey")
                || said.starts_with(NTLM_RESPONSE)
                || said == "Basic dXNlcm5hbWU6cGFzc3dvcmQ="
        }
    };
    if is_allowed {
        return None;
    }
    let challenges: &[&str] = match guard {
        _ if said.starts_with(NTLM_HELLO) => &[NTLM_CHALLENGE],
        Guard::Ntlm => &["NTLM"],
        Guard::Any => &[DIGEST_CHALLENGE, "NTLM"],
        _ => &["Basic realm=\"peer\""],
    };
    let headers: Vec<_> = challenges.iter().map(|challenge| ("www-authenticate", *challenge)).collect();
    Some(Answer::new(401, &headers, ""))
}

/// A token, for a request as RFC 6749 sections 4.3.2 and 4.4.2 have it.
fn token(world: &World, asked: &Asked) -> Answer {
    if let Some(text) = asked.lacks(world.token_needs).or_else(|| asked.lacks(&["POST /", "grant_type="])) {
        return Answer::refusing(text);
    }
    let body = format!(r#"{{"access_token":"{TOKEN}","token_type":"Bearer","expires_in":3600}}"#);
    Answer::new(200, &[("content-type", "application/json")], body)
}

/// The answer to a gRPC call: a call that lacks something gets `INVALID_ARGUMENT`.
fn call(world: &World, asked: &Asked) -> Answer {
    let (status, message) = match asked.lacks(world.calls.needs) {
        None => grpc::reply(&asked.path, &asked.body, world.calls.health),
        Some(_) => ("3", Vec::new()),
    };
    let mut headers = owned(world.calls.metadata);
    headers.push(("content-type".to_owned(), "application/grpc".to_owned()));
    let trailers = owned(&[("grpc-status", status)]);
    Answer { status: 200, headers, body: message, trailers: Some(trailers) }
}
