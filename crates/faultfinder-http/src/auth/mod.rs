//! Proving who asks: one exchange with everything that has to be said before it and after it.
//!
//! Basic, bearer, JWT and SigV4 say it in the request. OAuth 2 fetches a token first. Digest answers the challenge of a
//! first exchange with a second one. NTLM talks over one connection, which `http1` keeps for it. Time that goes into
//! round trips of their own is the phase `authenticate`.
//!
//! A challenge that cannot be answered does not make a fault here: the answer says so, and the caller's assertions
//! may accept it.

mod challenge; // what an answer offers
mod digest;
mod jwt;
mod ntlm;
mod oauth2;
mod sigv4;

pub(crate) use ntlm::{Fresh, Ntlm};
pub(crate) use sigv4::refuses as refuses_signature;

use crate::cookies::Cookies;
use crate::prepare::Prepared;
use crate::{Auth, Login, OAuth2, Request, Response, connection};
use faultfinder_net::{Trace, Vantage};
use faultfinder_taxonomy::Fault;
use http::HeaderValue;

/// Refused by the target for want of credentials, or for bad ones.
const UNAUTHORIZED: u16 = 401;

/// One exchange, authenticated as the request says, as long as no redirect has left the test's own origin.
pub(crate) async fn exchange(
    vantage: &Vantage,
    request: &Request,
    prepared: &mut Prepared,
    cookies: &mut Cookies,
    trace: &mut Trace,
) -> Result<Response, Fault> {
    let auth = request.auth.as_ref().filter(|_| prepared.at_home);
    match auth {
        Some(Auth::Digest(login)) => {
            return Box::pin(by_digest(vantage, request, login, prepared, cookies, trace)).await;
        }
        Some(Auth::OAuth2(oauth2)) => {
            return Box::pin(by_token(vantage, request, oauth2, prepared, cookies, trace)).await;
        }
        Some(Auth::Jwt(jwt)) => {
            let token = jwt::mint(jwt, vantage.clock().unix_seconds())?;
            jwt::carry(jwt, &token, prepared)?;
            trace.hide(token);
        }
        Some(Auth::SigV4(keys)) => {
            prepared.signed = sigv4::sign(keys, prepared, vantage.clock().now())?;
            for (name, value) in &prepared.signed {
                if name == http::header::AUTHORIZATION {
                    hide(value, trace);
                }
            }
        }
        // Basic and bearer are in the request already; NTLM is spoken by the connection.
        _ => {}
    }
    connection::exchange(vantage, request, prepared, cookies.header(prepared), trace).await
}

/// What is wrong with credentials, as far as it shows before anything is sent.
pub(crate) fn check(auth: &Auth, prepared: Option<&Prepared>) -> Vec<Fault> {
    match auth {
        Auth::OAuth2(oauth2) => oauth2::check(oauth2),
        Auth::Jwt(jwt) => jwt::check(jwt),
        Auth::SigV4(keys) => {
            let signed = prepared.map(|prepared| sigv4::sign(keys, prepared, std::time::UNIX_EPOCH));
            signed.and_then(Result::err).into_iter().collect()
        }
        Auth::Basic(_) | Auth::Bearer(_) | Auth::Digest(_) | Auth::Ntlm(_) => Vec::new(),
    }
}

/// The challenge of a first exchange, and its answer; another one when the server finds the nonce stale.
async fn by_digest(
    vantage: &Vantage,
    request: &Request,
    login: &Login,
    prepared: &mut Prepared,
    cookies: &mut Cookies,
    trace: &mut Trace,
) -> Result<Response, Fault> {
    /// Most answers to challenges: the first, and one for a nonce that was stale.
    const ANSWERS_MAX: usize = 2;
    prepared.authorization = None;
    let mut answered = 0;
    loop {
        let mut response =
            connection::exchange(vantage, request, prepared, cookies.header(prepared), trace).await?;
        let again = answered == 0 || digest::is_stale(&response);
        if response.status != UNAUTHORIZED || answered >= ANSWERS_MAX || !again {
            return Ok(response);
        }
        match digest::answer(&response, login, prepared, &digest::random_nonce()) {
            Err(why) => {
                response.unanswerable = Some(why);
                return Ok(response);
            }
            Ok(mut header) => {
                header.set_sensitive(true);
                hide(&header, trace);
                prepared.authorization = Some(header);
            }
        }
        cookies.take(&prepared.url, &response.headers);
        trace.again_with_credentials();
        answered += 1;
    }
}

/// A token, and the exchange with it; both once more when the target refuses a token that was kept from before.
async fn by_token(
    vantage: &Vantage,
    request: &Request,
    oauth2: &OAuth2,
    prepared: &mut Prepared,
    cookies: &mut Cookies,
    trace: &mut Trace,
) -> Result<Response, Fault> {
    /// Once more, when a token is refused that was kept from before.
    const REFUSALS_MAX: usize = 1;
    let mut refused = 0;
    loop {
        let token = oauth2::take(vantage, oauth2, request, prepared, trace).await?;
        prepared.authorization = Some(token.authorization()?);
        let response =
            connection::exchange(vantage, request, prepared, cookies.header(prepared), trace).await?;
        if response.status != UNAUTHORIZED {
            return Ok(response);
        }
        // It is good for nothing: the next run must not be refused for it too.
        token.forget(vantage).await;
        if !token.is_kept || refused >= REFUSALS_MAX {
            return Ok(response);
        }
        refused += 1;
        cookies.take(&prepared.url, &response.headers);
        trace.again_with_credentials();
    }
}

/// Keeps a header from being shown: as a whole, and what follows its scheme.
pub(crate) fn hide(value: &HeaderValue, trace: &mut Trace) {
    let text = String::from_utf8_lossy(value.as_bytes());
    for part in text.split([' ', ',']).filter_map(confidential_part) {
        trace.hide(part);
    }
    trace.hide(text.into_owned());
}

/// A part of a header that proves something: the digest, the signature, the token.
fn confidential_part(part: &str) -> Option<&str> {
    /// Shorter words are names and numbers.
    const PROOF_BYTES_MIN: usize = 32;
    let value = part
        .strip_prefix("response=")
        .or_else(|| part.strip_prefix("Signature="))
        .or_else(|| (!part.contains(['=', '"']) || part.ends_with('=')).then_some(part))?;
    let value = value.trim_matches('"');
    (value.len() >= PROOF_BYTES_MIN).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proofs_are_hidden_and_names_are_not() {
        let proof = "0123456789abcdef0123456789abcdef";
        for (header, expected) in [
            (format!("Digest username=\"u\", response=\"{proof}\", qop=auth"), Some(proof)),
            (format!("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830, Signature={proof}"), Some(proof)),
            (format!("NTLM {proof}"), Some(proof)),
            ("Digest realm=\"a realm\", nonce=\"b\"".to_owned(), None),
        ] {
            let found: Vec<&str> = header.split([' ', ',']).filter_map(confidential_part).collect();
            assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{header}");
        }
    }
}
