//! Credentials of HTTP tests.

use super::super::common;
use crate::render::Renderer;
use faultfinder_http::{Auth, CredentialsIn, Grant, Jwt, JwtKey, Ntlm, NtlmVersion, OAuth2, SigV4};
use faultfinder_spec::protocol::http::{
    Auth as AuthSpec, Jwt as JwtSpec, Ntlm as NtlmSpec, OAuth2 as OAuth2Spec, SigV4 as SigV4Spec,
};
use faultfinder_spec::{Place, Text, value};
use faultfinder_taxonomy::Fault;

/// Makes the credentials.
pub(super) fn build(written: &AuthSpec, renderer: &mut Renderer<'_>) -> Result<Option<Auth>, Fault> {
    Ok(match written {
        AuthSpec::Basic { username, password } => {
            Some(Auth::Basic(common::basic("http.auth.basic", username, password, renderer)?))
        }
        AuthSpec::Bearer(token) => Some(Auth::Bearer(renderer.confidential("http.auth.bearer", token)?)),
        AuthSpec::Digest { username, password } => {
            Some(Auth::Digest(common::login("http.auth.digest", username, password, renderer)?))
        }
        AuthSpec::Ntlm(ntlm) => Some(Auth::Ntlm(self::ntlm(ntlm, renderer)?)),
        AuthSpec::SigV4(keys) => Some(Auth::SigV4(sigv4(keys, renderer)?)),
        AuthSpec::OAuth2(oauth2) => Some(Auth::OAuth2(Box::new(self::oauth2(oauth2, renderer)?))),
        AuthSpec::Jwt(jwt) => Some(Auth::Jwt(Box::new(self::jwt(jwt, renderer)?))),
        _ => None,
    })
}

/// A confidential text that may be missing.
fn secret(field: &str, text: Option<&Text>, renderer: &mut Renderer<'_>) -> Result<Option<String>, Fault> {
    text.map(|text| renderer.confidential(field, text)).transpose()
}

fn ntlm(written: &NtlmSpec, renderer: &mut Renderer<'_>) -> Result<Ntlm, Fault> {
    let version = renderer.option("http.auth.ntlm.version", &written.version)?;
    Ok(Ntlm {
        login: common::login("http.auth.ntlm", &written.username, &written.password, renderer)?,
        domain: common::text("http.auth.ntlm.domain", &written.domain, renderer)?,
        workstation: common::text("http.auth.ntlm.workstation", &written.workstation, renderer)?,
        version: version.unwrap_or(NtlmVersion::V2),
    })
}

fn sigv4(written: &SigV4Spec, renderer: &mut Renderer<'_>) -> Result<SigV4, Fault> {
    Ok(SigV4 {
        access_key: renderer.confidential("http.auth.sigv4.access_key", &written.access_key)?,
        secret_key: renderer.confidential("http.auth.sigv4.secret_key", &written.secret_key)?,
        session_token: secret("http.auth.sigv4.session_token", written.session_token.as_ref(), renderer)?,
        region: renderer.text("http.auth.sigv4.region", &written.region)?,
        service: renderer.text("http.auth.sigv4.service", &written.service)?,
    })
}

fn oauth2(written: &OAuth2Spec, renderer: &mut Renderer<'_>) -> Result<OAuth2, Fault> {
    let method = if written.login.is_some() { "oauth2_password" } else { "oauth2_client" };
    let field = |name: &str| format!("http.auth.{method}.{name}");
    let client_id = renderer.confidential(&field("client_id"), &written.client_id)?;
    let client_secret = secret(&field("client_secret"), written.client_secret.as_ref(), renderer)?;
    if let (Some(secret), Some(text)) = (&client_secret, &written.client_secret)
        && renderer.is_secret(text)
    {
        // As it travels in a header, where both are encoded as in a form first (RFC 6749 section 2.3.1).
        let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        renderer.secrets.add(&format!("{}:{}", encoded(&client_id), encoded(secret)));
    }
    let grant = match &written.login {
        Some((username, password)) => {
            Grant::Password(common::login(&format!("http.auth.{method}"), username, password, renderer)?)
        }
        None => Grant::ClientCredentials,
    };
    let place = renderer.option(&field("credentials_in"), &written.credentials_in)?;
    Ok(OAuth2 {
        token_url: renderer.text(&field("token_url"), &written.token_url)?,
        grant,
        client_id,
        client_secret,
        scope: common::text(&field("scope"), &written.scope, renderer)?,
        audience: common::text(&field("audience"), &written.audience, renderer)?,
        credentials_in: place.unwrap_or(CredentialsIn::Header),
    })
}

fn jwt(written: &JwtSpec, renderer: &mut Renderer<'_>) -> Result<Jwt, Fault> {
    let algorithm = renderer.value("http.auth.jwt.algorithm", &written.algorithm)?;
    let key = written.key.as_ref().map(|key| renderer.pem("http.auth.jwt.key", key)).transpose()?;
    let secret = secret("http.auth.jwt.secret", written.secret.as_ref(), renderer)?;
    let key = match (key, secret) {
        (Some(key), _) => JwtKey::Private(key),
        (None, secret) => JwtKey::Secret(secret.unwrap_or_default()),
    };
    let claims = match &written.claims {
        Some(claims) => renderer.json("http.auth.jwt.claims", written.place, claims)?,
        None => "{}".to_owned(),
    };
    let expires_in = renderer.option("http.auth.jwt.expires_in", &written.expires_in)?;
    Ok(Jwt {
        algorithm,
        key,
        claims,
        expires_in: expires_in.map_or(Jwt::EXPIRES_IN, value::Lifetime::get),
        header_name: common::text("http.auth.jwt.header_name", &written.header_name, renderer)?,
        key_id: common::text("http.auth.jwt.key_id", &written.key_id, renderer)?,
    })
}

/// Where a field of the credentials (`oauth2_client.token_url`) stands.
pub(crate) fn place_of(auth: &AuthSpec, name: &str) -> Option<Place> {
    let (_, field) = name.split_once('.')?;
    match auth {
        AuthSpec::OAuth2(oauth2) if field == "token_url" => Some(oauth2.token_url.place()),
        AuthSpec::Jwt(jwt) => match field {
            "key" | "secret" => jwt.key.as_ref().or(jwt.secret.as_ref()).map(Text::place),
            "header_name" => jwt.header_name.as_ref().map(Text::place),
            _ => Some(jwt.place),
        },
        _ => None,
    }
}
