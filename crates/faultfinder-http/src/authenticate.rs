//! Authentication: one exchange with all exchanges that it needs before and after it.
//!
//! Basic, bearer, JWT and SigV4 put the proof into the request. OAuth 2 fetches a token first. Digest answers the challenge of a
//! first exchange with a second one. NTLM uses one connection, which `http1` keeps for it. The time of additional
//! round trips is the phase `authenticate`.
//!
//! A challenge that cannot be answered does not make a fault here: the answer says so, and the caller's assertions
//! may accept it.

use crate::call::Call;
use crate::proof::{self, digest, jwt, sigv4};
use crate::{Auth, Login, OAuth2, Response, connection, token};
use faultfinder_net::Trace;
use faultfinder_taxonomy::Fault;

/// Refused by the target because credentials are missing or wrong.
const UNAUTHORIZED: u16 = 401;

/// One exchange, authenticated as the request says, as long as no redirect has left the test's own origin.
pub(crate) async fn exchange(call: &mut Call<'_>, trace: &mut Trace) -> Result<Response, Fault> {
    let clock = call.vantage.clock();
    let auth = call.request.auth.as_deref().filter(|_| call.prepared.at_home);
    match auth {
        Some(Auth::Digest(login)) => return Box::pin(by_digest(call, login, trace)).await,
        Some(Auth::OAuth2(oauth2)) => return Box::pin(by_token(call, oauth2, trace)).await,
        Some(Auth::Jwt(settings)) => {
            let token = jwt::mint(&settings.token, clock.unix_seconds(), jwt::FIELD)?;
            jwt::carry(settings, &token, &mut call.prepared)?;
            trace.hide(token);
        }
        Some(Auth::SigV4(keys)) => {
            call.prepared.signed = sigv4::sign(keys, &call.prepared, clock.now())?;
            for (name, value) in &call.prepared.signed {
                if name == http::header::AUTHORIZATION {
                    proof::hide(value, trace);
                }
            }
        }
        // Basic and bearer are in the request already; NTLM is spoken by the connection.
        Some(Auth::Basic(_) | Auth::Bearer(_) | Auth::Ntlm(_)) | None => {}
    }
    connection::exchange(call, trace).await
}

/// The challenge of a first exchange, and its answer; another one when the server finds the nonce stale.
async fn by_digest(call: &mut Call<'_>, login: &Login, trace: &mut Trace) -> Result<Response, Fault> {
    /// Most answers to challenges: the first, and one for a nonce that was stale.
    const ANSWERS_MAX: usize = 2;
    call.prepared.authorization = None;
    let mut answered = 0;
    loop {
        let mut response = connection::exchange(call, trace).await?;
        let again = answered == 0 || digest::is_stale(&response);
        if response.status != UNAUTHORIZED || answered >= ANSWERS_MAX || !again {
            return Ok(response);
        }
        match digest::answer(&response, login, &call.prepared, &digest::random_nonce()) {
            Err(why) => {
                response.unanswerable = Some(why);
                return Ok(response);
            }
            Ok(mut header) => {
                header.set_sensitive(true);
                proof::hide(&header, trace);
                call.prepared.authorization = Some(header);
            }
        }
        call.cookies.take(&call.prepared.url, &response.headers);
        trace.again_with_credentials();
        answered += 1;
    }
}

/// A token, and the exchange with it; both once more when the target refuses a token that was kept from before.
async fn by_token(call: &mut Call<'_>, oauth2: &OAuth2, trace: &mut Trace) -> Result<Response, Fault> {
    /// Once more, when a token is refused that was kept from before.
    const REFUSALS_MAX: usize = 1;
    let mut refused = 0;
    loop {
        let token = token::take(call, oauth2, trace).await?;
        call.prepared.authorization = Some(token.authorization()?);
        let response = connection::exchange(call, trace).await?;
        if response.status != UNAUTHORIZED {
            return Ok(response);
        }
        // It is good for nothing: the next run must not be refused for it too.
        token.forget(call.vantage).await;
        if !token.is_kept || refused >= REFUSALS_MAX {
            return Ok(response);
        }
        refused += 1;
        call.cookies.take(&call.prepared.url, &response.headers);
        trace.again_with_credentials();
    }
}
