//! NTLM (MS-NLMP) over HTTP (MS-NTHT).
//!
//! It authenticates the connection: three messages and the response use the same one, which HTTP/2 cannot do.
//! [`Ntlm::hello`] and [`Ntlm::answer`] create the client's two messages; `http1` sends them.

mod format; // the common parts of the three messages
mod fresh; // Fresh: values that differ for each login
mod challenge_message; // the server's message
mod hash; // responses: the values computed from the password
mod message; // the client's two messages

use super::challenge;
use crate::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use challenge_message::Challenge;
use faultfinder_taxonomy::word::NtlmVersion;
use hash::{Identity, Responses};
use http::HeaderValue;

pub(crate) use fresh::Fresh;

/// The input of an NTLM client.
#[derive(Clone)]
pub(crate) struct Ntlm {
    identity: Identity,
    workstation: String,
    version: NtlmVersion,
}

impl std::fmt::Debug for Ntlm {
    /// Shows nothing: it contains a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ntlm(***)")
    }
}

impl Ntlm {
    pub(crate) fn new(credentials: &crate::Ntlm) -> Self {
        let user = credentials.login.username.as_str();
        let (domain, user) = match (&credentials.domain, user.split_once('\\')) {
            (Some(domain), _) => (domain.as_str(), user),
            (None, Some(pair)) => pair,
            (None, None) => ("", user),
        };
        let identity = Identity {
            user: user.to_owned(),
            domain: domain.to_owned(),
            password: credentials.login.password.clone(),
        };
        let workstation = credentials.workstation.clone().unwrap_or_default();
        Self { identity, workstation, version: credentials.version }
    }

    /// The header with the first message.
    pub(crate) fn hello(&self) -> HeaderValue {
        header(&message::negotiate(self.version))
    }

    /// The header with the reply to a challenge.
    ///
    /// # Errors
    ///
    /// Why there is no challenge, or it cannot be answered.
    pub(crate) fn answer(&self, response: &Response, fresh: Fresh) -> Result<HeaderValue, String> {
        let offered = challenge::read(&response.headers);
        let mut ours = offered.iter().filter(|challenge| challenge.is("NTLM")).peekable();
        if ours.peek().is_none() {
            return Err("the target does not offer NTLM".to_owned());
        }
        let token = ours
            .find_map(|challenge| challenge.token.as_deref())
            .ok_or("the target refused to start NTLM: it sent no challenge")?;
        let bytes = STANDARD
            .decode(token)
            .map_err(|_| "the target's NTLM challenge (type 2 message) is not base64".to_owned())?;
        let challenge = Challenge::read(&bytes)
            .map_err(|why| format!("the target's NTLM challenge (type 2 message) cannot be read: {why}"))?;
        let responses = match self.version {
            NtlmVersion::V2 => Responses::v2(&self.identity, &challenge, fresh),
            NtlmVersion::V1 => Responses::v1(&self.identity, &challenge, fresh),
        };
        let hello = message::negotiate(self.version);
        let text =
            message::authenticate(&hello, &bytes, &challenge, &responses, &self.identity, &self.workstation);
        Ok(header(&text))
    }
}

fn header(message: &[u8]) -> HeaderValue {
    let text = format!("NTLM {}", STANDARD.encode(message));
    // Base64 is all visible ASCII.
    let mut value = HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static("NTLM"));
    value.set_sensitive(true);
    value
}
