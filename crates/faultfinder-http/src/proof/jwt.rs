//! JSON web tokens that are made for each request (RFC 7519).

use crate::prepared::Prepared;
use crate::{Jwt, JwtKey};
use faultfinder_taxonomy::Fault;
use faultfinder_taxonomy::word::JwtAlgorithm;
use http::{HeaderName, HeaderValue};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Map, Value};

/// The token at this time in seconds since 1970.
///
/// # Errors
///
/// `INVALID_REQUEST` when the claims are not an object, or the key cannot be read or does not match.
pub(crate) fn mint(jwt: &Jwt, unix_seconds: i64) -> Result<String, Fault> {
    let claims = claims(jwt, unix_seconds)?;
    let algorithm = match jwt.algorithm {
        JwtAlgorithm::Hs256 => Algorithm::HS256,
        JwtAlgorithm::Rs256 => Algorithm::RS256,
        JwtAlgorithm::Es256 => Algorithm::ES256,
    };
    let mut header = Header::new(algorithm);
    header.kid.clone_from(&jwt.key_id);
    let key = key(jwt)?;
    jsonwebtoken::encode(&header, &claims, &key).map_err(|error| {
        invalid("ERR_INVALID_KEY", "key", format!("the token cannot be signed with this key: {error}"))
    })
}

/// What is wrong with the settings, as far as it shows before anything is sent.
pub(crate) fn check(jwt: &Jwt) -> Vec<Fault> {
    let header = jwt.header_name.as_deref().map_or(Ok(()), |name| header_name(name).map(drop));
    [mint(jwt, 0).map(drop), header].into_iter().filter_map(Result::err).collect()
}

/// The headers that carry a token.
pub(crate) fn carry(jwt: &Jwt, token: &str, prepared: &mut Prepared) -> Result<(), Fault> {
    match &jwt.header_name {
        None => prepared.authorization = Some(sensitive(&format!("Bearer {token}"), "http.auth.jwt")?),
        Some(name) => {
            prepared.signed = vec![(header_name(name)?, sensitive(token, "http.auth.jwt")?)];
        }
    }
    Ok(())
}

fn header_name(name: &str) -> Result<HeaderName, Fault> {
    HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
        let message = format!("{name:?} is not a valid header name");
        invalid("ERR_INVALID_HTTP_TOKEN", "header_name", message)
    })
}

/// A value that must not be shown.
pub(crate) fn sensitive(text: &str, field: &str) -> Result<HeaderValue, Fault> {
    let mut value = HeaderValue::try_from(text).map_err(|_| {
        let message = "the token has characters that are not allowed in a header".to_owned();
        crate::invalid::invalid("ERR_INVALID_CHAR", field, message)
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// The claims of the test, with the time of issue and expiry unless they are among them.
fn claims(jwt: &Jwt, now: i64) -> Result<Map<String, Value>, Fault> {
    let mut claims: Map<String, Value> = serde_json::from_str(&jwt.claims).map_err(|error| {
        invalid("invalid_value", "claims", format!("the claims are not a JSON object: {error}"))
    })?;
    let lifetime = i64::try_from(jwt.expires_in.as_secs()).unwrap_or(i64::MAX);
    claims.entry("iat").or_insert_with(|| now.into());
    claims.entry("exp").or_insert_with(|| now.saturating_add(lifetime).into());
    Ok(claims)
}

fn key(jwt: &Jwt) -> Result<EncodingKey, Fault> {
    let field = if matches!(jwt.key, JwtKey::Secret(_)) { "secret" } else { "key" };
    let mismatch = |what: &str| invalid("ERR_INVALID_KEY", field, what.to_owned());
    match (&jwt.key, jwt.algorithm) {
        (JwtKey::Secret(secret), JwtAlgorithm::Hs256) => Ok(EncodingKey::from_secret(secret.as_bytes())),
        (JwtKey::Private(_), JwtAlgorithm::Hs256) => {
            Err(mismatch("HS256 signs with a secret, not with a private key"))
        }
        (JwtKey::Secret(_), JwtAlgorithm::Rs256 | JwtAlgorithm::Es256) => {
            Err(mismatch("RS256 and ES256 sign with a private key, not with a secret"))
        }
        (JwtKey::Private(pem), algorithm) => {
            let pem = pem.read("http.auth.jwt.key")?;
            match algorithm {
                JwtAlgorithm::Rs256 => EncodingKey::from_rsa_pem(&pem),
                _ => EncodingKey::from_ec_pem(&pem),
            }
            .map_err(|error| {
                let wanted = if algorithm == JwtAlgorithm::Rs256 {
                    "an RSA key in PKCS #1 or PKCS #8 form"
                } else {
                    "an EC key on P-256 in PKCS #8 form"
                };
                mismatch(&format!("the key cannot be read; expected {wanted}: {error}"))
            })
        }
    }
}

fn invalid(name: &str, field: &str, message: String) -> Fault {
    crate::invalid::invalid(name, &format!("http.auth.jwt.{field}"), message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use faultfinder_net::Pem;

    fn jwt(claims: &str) -> Jwt {
        Jwt {
            algorithm: JwtAlgorithm::Hs256,
            key: JwtKey::Secret("opensesame".to_owned()),
            claims: claims.to_owned(),
            expires_in: Jwt::EXPIRES_IN,
            header_name: None,
            key_id: Some("k1".to_owned()),
        }
    }

    fn parts(token: &str) -> Vec<Value> {
        let decoded = |part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        token.split('.').take(2).map(decoded).collect()
    }

    #[test]
    fn times_are_those_of_the_vantage_unless_the_claims_say_other_ones() {
        let [header, claims] = parts(&mint(&jwt("{\"sub\":\"me\"}"), 1000).unwrap()).try_into().unwrap();
        assert_eq!(header, serde_json::json!({"typ": "JWT", "alg": "HS256", "kid": "k1"}));
        assert_eq!(claims, serde_json::json!({"sub": "me", "iat": 1000, "exp": 1300}));
        let claims = parts(&mint(&jwt("{\"iat\":1,\"exp\":2}"), 1000).unwrap()).remove(1);
        assert_eq!(claims, serde_json::json!({"iat": 1, "exp": 2}));
    }

    #[test]
    fn what_cannot_be_signed_is_refused_with_its_field() {
        for (change, field) in [
            ((|jwt| jwt.claims = "[]".to_owned()) as fn(&mut Jwt), "http.auth.jwt.claims"),
            (|jwt| jwt.algorithm = JwtAlgorithm::Es256, "http.auth.jwt.secret"),
            (|jwt| jwt.key = JwtKey::Private(Pem::Inline(String::new())), "http.auth.jwt.key"),
            (
                |jwt| {
                    jwt.algorithm = JwtAlgorithm::Rs256;
                    jwt.key = JwtKey::Private(Pem::Inline("-----BEGIN X-----".to_owned()));
                },
                "http.auth.jwt.key",
            ),
        ] {
            let mut jwt = jwt("{}");
            change(&mut jwt);
            let fault = mint(&jwt, 0).unwrap_err();
            let faultfinder_taxonomy::Detail::Definition { field: found, .. } = &fault.detail else {
                panic!("{fault}")
            };
            assert_eq!(found, field, "{fault}");
        }
    }
}
