//! Credentials, and how they are proven.

use faultfinder_net::{Login, Pem};
use faultfinder_taxonomy::word::{CredentialsIn, JwtAlgorithm, NtlmVersion};
use std::time::Duration;

/// Credentials of a request.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Auth {
    /// Basic authentication (RFC 7617).
    Basic(Login),
    /// A bearer token (RFC 6750).
    Bearer(String),
    /// Digest authentication (RFC 7616): the target challenges, a second request answers.
    Digest(Login),
    /// NTLM (MS-NLMP, RFC 4559 section 4 for its place in HTTP): authenticates the connection, over HTTP/1.1 only.
    Ntlm(Ntlm),
    /// AWS Signature Version 4.
    SigV4(SigV4),
    /// OAuth 2.0 (RFC 6749): a token that is fetched first.
    OAuth2(Box<OAuth2>),
    /// A JSON web token (RFC 7519) that is made for each request.
    Jwt(Box<JwtAuth>),
}

/// Credentials for NTLM.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: what a client says of itself in MS-NLMP")]
pub struct Ntlm {
    /// The user and the password. `DOMAIN\user` names the domain too.
    pub login: Login,
    /// The domain; that of the user name, or none, when it is not said.
    pub domain: Option<String>,
    /// The name of this machine; none when it is not said.
    pub workstation: Option<String>,
    /// The version of the response.
    pub version: NtlmVersion,
}

/// Keys for AWS Signature Version 4.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: what a signature is made of")]
pub struct SigV4 {
    /// The id of the key.
    pub access_key: String,
    /// The key.
    pub secret_key: String,
    /// The token of temporary credentials.
    pub session_token: Option<String>,
    /// The region: `eu-central-1`.
    pub region: String,
    /// The service: `execute-api`, `s3`.
    pub service: String,
}

/// Where a token comes from (RFC 6749).
#[derive(Clone, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_structs,
    reason = "closed: the parameters of RFC 6749 sections 4.3, 4.4 and 6, RFC 7523 and RFC 8707, and `audience`"
)]
pub struct OAuth2 {
    /// The token endpoint.
    pub token_url: String,
    /// Which grant is used.
    pub grant: Grant,
    /// The client. None where an assertion says who asks ([`Grant::JwtBearer`]).
    pub client_id: Option<String>,
    /// The client's secret; a public client has none.
    pub client_secret: Option<String>,
    /// The scopes, with spaces between them.
    pub scope: Option<String>,
    /// For whom the token is meant; not in RFC 6749, but asked for by many servers.
    pub audience: Option<String>,
    /// The URI of what the token gives access to (RFC 8707).
    pub resource: Option<String>,
    /// Where the client's credentials are sent.
    pub credentials_in: CredentialsIn,
}

/// How a token is earned.
#[derive(Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed: the grants that need no browser")]
pub enum Grant {
    /// By the client's own credentials (RFC 6749 section 4.4).
    ClientCredentials,
    /// By a user's password (RFC 6749 section 4.3).
    Password(Login),
    /// By a refresh token (RFC 6749 section 6). A new one that the endpoint returns is used from then on.
    RefreshToken(String),
    /// By a JSON web token that says who asks (RFC 7523 section 2.1).
    JwtBearer(Box<Jwt>),
}

/// What a JSON web token is made of.
#[derive(Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "closed: what a token is made of")]
pub struct Jwt {
    /// How it is signed.
    pub algorithm: JwtAlgorithm,
    /// With what.
    pub key: JwtKey,
    /// The claims as a JSON object.
    pub claims: String,
    /// Whether the time at which it is made is added as `iat`, unless it is among the claims.
    pub adds_issued_at: bool,
    /// Whether the time at which it expires is added as `exp`, unless it is among the claims.
    pub adds_expiry: bool,
    /// For how long it is valid. [`Jwt::EXPIRES_IN`].
    pub expires_in: Duration,
    /// The id of the key (`kid`).
    pub key_id: Option<String>,
    /// Further parameters of the token's header as a JSON object (RFC 7515 section 4); `alg` is not one of them.
    pub header: Option<String>,
}

/// A JSON web token as credentials of a request.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: a token, and how it is sent")]
pub struct JwtAuth {
    /// The token.
    pub token: Jwt,
    /// The header that it is sent in; `authorization` when not said.
    pub header_name: Option<String>,
    /// The word before it. When not said: `Bearer` in `authorization`, nothing in other headers.
    pub prefix: Option<String>,
}

/// The key of a JSON web token.
#[derive(Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed: symmetric or not")]
pub enum JwtKey {
    /// A secret that both sides know.
    Secret(String),
    /// A private key: PKCS #8, or PKCS #1 for RSA.
    Private(Pem),
}

impl Jwt {
    /// For how long a token is valid when nothing is said.
    pub const EXPIRES_IN: Duration = Duration::from_secs(300);
}

impl Auth {
    /// The word for the method, as in definitions.
    #[must_use]
    pub const fn method(&self) -> &'static str {
        match self {
            Self::Basic(_) => "basic",
            Self::Bearer(_) => "bearer",
            Self::Digest(_) => "digest",
            Self::Ntlm(_) => "ntlm",
            Self::SigV4(_) => "sigv4",
            Self::OAuth2(oauth2) => oauth2.method(),
            Self::Jwt(_) => "jwt",
        }
    }
}

impl OAuth2 {
    /// The word for the grant, as in definitions.
    pub(crate) const fn method(&self) -> &'static str {
        match self.grant {
            Grant::ClientCredentials => "oauth2_client",
            Grant::Password(_) => "oauth2_password",
            Grant::RefreshToken(_) => "oauth2_refresh_token",
            Grant::JwtBearer(_) => "oauth2_jwt_bearer",
        }
    }
}

impl std::fmt::Debug for Auth {
    /// The method and no more: all of the rest may be secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Auth({})", self.method())
    }
}

/// Shows the name of a type and nothing that is in it.
macro_rules! opaque {
    ($($kind:ident),+) => {
        $(impl std::fmt::Debug for $kind {
            /// Shows nothing: all of it may be secret.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($kind), "(***)"))
            }
        })+
    };
}
opaque!(Ntlm, SigV4, OAuth2, Grant, Jwt, JwtAuth, JwtKey);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_credential_is_shown() {
        let login = || Login { username: "seen".to_owned(), password: "hidden".to_owned() };
        let all = [
            Auth::Basic(login()),
            Auth::Bearer("hidden".to_owned()),
            Auth::Digest(login()),
            Auth::OAuth2(Box::new(OAuth2 {
                token_url: "https://hidden@a.test".to_owned(),
                grant: Grant::Password(login()),
                client_id: Some("seen".to_owned()),
                client_secret: Some("hidden".to_owned()),
                scope: None,
                audience: None,
                resource: None,
                credentials_in: CredentialsIn::Header,
            })),
            Auth::Jwt(Box::new(JwtAuth {
                token: Jwt {
                    algorithm: JwtAlgorithm::Hs256,
                    key: JwtKey::Secret("hidden".to_owned()),
                    claims: "{\"sub\":\"hidden\"}".to_owned(),
                    adds_issued_at: true,
                    adds_expiry: true,
                    expires_in: Jwt::EXPIRES_IN,
                    key_id: None,
                    header: None,
                },
                header_name: None,
                prefix: None,
            })),
        ];
        for auth in all {
            assert!(!format!("{auth:?}").contains("hidden"), "{auth:?}");
            match &auth {
                Auth::Basic(login) | Auth::Digest(login) => assert!(!format!("{login:?}").contains("hidden")),
                Auth::OAuth2(oauth2) => assert!(!format!("{oauth2:?} {:?}", oauth2.grant).contains("hidden")),
                Auth::Jwt(jwt) => {
                    assert!(!format!("{jwt:?} {:?} {:?}", jwt.token, jwt.token.key).contains("hidden"))
                }
                _ => {}
            }
        }
    }
}
