//! Credentials of HTTP tests.

use crate::protocol::credentials::{basic, login};
use crate::section::Section;
use faultfinder_http::{Auth, Grant, Jwt, JwtAuth, JwtKey, Ntlm, OAuth2, SigV4};
use faultfinder_taxonomy::word::{CredentialsIn, JwtAlgorithm, NtlmVersion};

/// Makes the credentials.
pub(super) fn build(section: &mut Section<'_, '_>) -> Option<Auth> {
    if let Some(token) = section.secret("bearer") {
        return Some(Auth::Bearer(token));
    }
    if let Some(mut section) = section.section("basic") {
        return Some(Auth::Basic(basic(&mut section)));
    }
    if let Some(mut section) = section.section("digest") {
        return Some(Auth::Digest(login(&mut section)));
    }
    if let Some(mut section) = section.section("ntlm") {
        return Some(Auth::Ntlm(ntlm(&mut section)));
    }
    if let Some(mut section) = section.section("sigv4") {
        return Some(Auth::SigV4(sigv4(&mut section)));
    }
    if let Some(mut section) = section.section("oauth2_client") {
        return Some(Auth::OAuth2(Box::new(oauth2(&mut section, Grant::ClientCredentials))));
    }
    if let Some(mut section) = section.section("oauth2_password") {
        let grant = Grant::Password(login(&mut section));
        return Some(Auth::OAuth2(Box::new(oauth2(&mut section, grant))));
    }
    if let Some(mut section) = section.section("oauth2_refresh_token") {
        let grant = Grant::RefreshToken(section.secret("refresh_token").unwrap_or_default());
        return Some(Auth::OAuth2(Box::new(oauth2(&mut section, grant))));
    }
    if let Some(mut section) = section.section("oauth2_jwt_bearer") {
        let assertion = section.section("assertion").map(|mut section| jwt(&mut section))?;
        let grant = Grant::JwtBearer(Box::new(assertion));
        return Some(Auth::OAuth2(Box::new(oauth2(&mut section, grant))));
    }
    section.section("jwt").map(|mut section| {
        Auth::Jwt(Box::new(JwtAuth {
            token: jwt(&mut section),
            header_name: section.text("header_name"),
            prefix: section.text("prefix"),
        }))
    })
}

fn ntlm(section: &mut Section<'_, '_>) -> Ntlm {
    Ntlm {
        login: login(section),
        domain: section.text("domain"),
        workstation: section.text("workstation"),
        version: section.word("version").unwrap_or(NtlmVersion::V2),
    }
}

fn sigv4(section: &mut Section<'_, '_>) -> SigV4 {
    SigV4 {
        access_key: section.confidential("access_key").unwrap_or_default(),
        secret_key: section.secret("secret_key").unwrap_or_default(),
        session_token: section.secret("session_token"),
        region: section.needed("region"),
        service: section.needed("service"),
    }
}

fn oauth2(section: &mut Section<'_, '_>, grant: Grant) -> OAuth2 {
    let client_id = section.confidential("client_id");
    let client_secret = section.secret("client_secret");
    if let (Some(id), Some(secret)) = (&client_id, &client_secret)
        && section.is_secret("client_secret")
    {
        // As it travels in a header, where both are encoded as in a form first (RFC 6749 section 2.3.1).
        let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        section.renderer().secrets.add(&format!("{}:{}", encoded(id), encoded(secret)));
    }
    OAuth2 {
        token_url: section.needed("token_url"),
        grant,
        client_id,
        client_secret,
        scope: section.text("scope"),
        audience: section.text("audience"),
        resource: section.text("resource"),
        credentials_in: section.word("credentials_in").unwrap_or(CredentialsIn::Header),
    }
}

fn jwt(section: &mut Section<'_, '_>) -> Jwt {
    let key = match section.pem("key") {
        Some(key) => JwtKey::Private(key),
        None => JwtKey::Secret(section.secret("secret").unwrap_or_default()),
    };
    let mut expires_in = Jwt::EXPIRES_IN;
    section.set_duration("expires_in", &mut expires_in);
    Jwt {
        algorithm: section.word("algorithm").unwrap_or(JwtAlgorithm::Hs256),
        key,
        claims: section.json("claims").unwrap_or_else(|| "{}".to_owned()),
        adds_issued_at: section.value("add_iat").unwrap_or(true),
        adds_expiry: section.value("add_exp").unwrap_or(true),
        expires_in,
        key_id: section.text("key_id"),
        header: section.json("header"),
    }
}
