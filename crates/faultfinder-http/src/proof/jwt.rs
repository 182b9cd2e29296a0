//! JSON web tokens that are made for each request (RFC 7519).

use crate::prepared::Prepared;
use crate::{Jwt, JwtAuth, JwtKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use faultfinder_taxonomy::Fault;
use faultfinder_taxonomy::word::JwtAlgorithm;
use http::{HeaderName, HeaderValue};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Map, Value};

/// The field of a token that is sent to the target.
pub(crate) const FIELD: &str = "http.auth.jwt";

/// The token at this time in seconds since 1970. Mistakes are those of `field`.
///
/// # Errors
///
/// `INVALID_REQUEST` when the claims or the header are not an object, or the key cannot be read or does not match.
pub(crate) fn mint(jwt: &Jwt, unix_seconds: i64, field: &str) -> Result<String, Fault> {
    let (name, algorithm) = match jwt.algorithm {
        JwtAlgorithm::Hs256 => ("HS256", Algorithm::HS256),
        JwtAlgorithm::Rs256 => ("RS256", Algorithm::RS256),
        JwtAlgorithm::Es256 => ("ES256", Algorithm::ES256),
    };
    let encoded = |object: Map<String, Value>| URL_SAFE_NO_PAD.encode(Value::Object(object).to_string());
    let signed =
        format!("{}.{}", encoded(header(jwt, name, field)?), encoded(claims(jwt, unix_seconds, field)?));
    let key = key(jwt, field)?;
    let signature = jsonwebtoken::crypto::sign(signed.as_bytes(), &key, algorithm).map_err(|error| {
        let message = format!("the token cannot be signed with this key: {error}");
        invalid("ERR_INVALID_KEY", field, "key", message)
    })?;
    Ok(format!("{signed}.{signature}"))
}

/// What is wrong with the settings, as far as it shows before anything is sent.
pub(crate) fn check(jwt: &JwtAuth) -> Vec<Fault> {
    let header = jwt.header_name.as_deref().map_or(Ok(()), |name| header_name(name).map(drop));
    [mint(&jwt.token, 0, FIELD).map(drop), header].into_iter().filter_map(Result::err).collect()
}

/// The headers that carry a token.
pub(crate) fn carry(jwt: &JwtAuth, token: &str, prepared: &mut Prepared) -> Result<(), Fault> {
    let usual = if jwt.header_name.is_none() { "Bearer" } else { "" };
    let prefix = jwt.prefix.as_deref().unwrap_or(usual);
    let value = if prefix.is_empty() {
        sensitive(token, FIELD)?
    } else {
        sensitive(&format!("{prefix} {token}"), FIELD)?
    };
    match &jwt.header_name {
        None => prepared.authorization = Some(value),
        Some(name) => prepared.signed = vec![(header_name(name)?, value)],
    }
    Ok(())
}

fn header_name(name: &str) -> Result<HeaderName, Fault> {
    HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
        let message = format!("{name:?} is not a valid header name");
        invalid("ERR_INVALID_HTTP_TOKEN", FIELD, "header_name", message)
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

/// The header of the token (RFC 7515 section 4).
fn header(jwt: &Jwt, algorithm: &str, field: &str) -> Result<Map<String, Value>, Fault> {
    let mut header = Map::new();
    header.insert("typ".to_owned(), "JWT".into());
    if let Some(id) = &jwt.key_id {
        header.insert("kid".to_owned(), id.as_str().into());
    }
    if let Some(more) = &jwt.header {
        header.extend(object(more, field, "header", "the header")?);
    }
    if header.insert("alg".to_owned(), algorithm.into()).is_some() {
        let message = "`alg` is that of `algorithm`, not one of `header`".to_owned();
        return Err(invalid("invalid_value", field, "header", message));
    }
    Ok(header)
}

/// The claims of the test, with the time of issue and expiry unless they are among them.
fn claims(jwt: &Jwt, now: i64, field: &str) -> Result<Map<String, Value>, Fault> {
    let mut claims = object(&jwt.claims, field, "claims", "the claims")?;
    if jwt.adds_issued_at {
        claims.entry("iat").or_insert_with(|| now.into());
    }
    if jwt.adds_expiry {
        let lifetime = i64::try_from(jwt.expires_in.as_secs()).unwrap_or(i64::MAX);
        claims.entry("exp").or_insert_with(|| now.saturating_add(lifetime).into());
    }
    Ok(claims)
}

fn object(text: &str, field: &str, name: &str, what: &str) -> Result<Map<String, Value>, Fault> {
    serde_json::from_str(text).map_err(|error| {
        invalid("invalid_value", field, name, format!("{what} must be a JSON object: {error}"))
    })
}

fn key(jwt: &Jwt, field: &str) -> Result<EncodingKey, Fault> {
    let name = if matches!(jwt.key, JwtKey::Secret(_)) { "secret" } else { "key" };
    let mismatch = |what: &str| invalid("ERR_INVALID_KEY", field, name, what.to_owned());
    match (&jwt.key, jwt.algorithm) {
        (JwtKey::Secret(secret), JwtAlgorithm::Hs256) => Ok(EncodingKey::from_secret(secret.as_bytes())),
        (JwtKey::Private(_), JwtAlgorithm::Hs256) => {
            Err(mismatch("HS256 signs with a secret, not with a private key"))
        }
        (JwtKey::Secret(_), JwtAlgorithm::Rs256 | JwtAlgorithm::Es256) => {
            Err(mismatch("RS256 and ES256 sign with a private key, not with a secret"))
        }
        (JwtKey::Private(pem), algorithm) => {
            let pem = pem.read(&format!("{field}.key"))?;
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

fn invalid(name: &str, of: &str, field: &str, message: String) -> Fault {
    crate::invalid::invalid(name, &format!("{of}.{field}"), message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use faultfinder_net::Pem;

    fn jwt(claims: &str) -> Jwt {
        Jwt {
            algorithm: JwtAlgorithm::Hs256,
            key: JwtKey::Secret("opensesame".to_owned()),
            claims: claims.to_owned(),
            adds_issued_at: true,
            adds_expiry: true,
            expires_in: Jwt::EXPIRES_IN,
            key_id: Some("k1".to_owned()),
            header: None,
        }
    }

    fn parts(token: &str) -> Vec<Value> {
        let decoded = |part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        token.split('.').take(2).map(decoded).collect()
    }

    #[test]
    fn times_are_those_of_the_vantage_unless_the_claims_say_other_ones() {
        let [header, claims] =
            parts(&mint(&jwt("{\"sub\":\"me\"}"), 1000, FIELD).unwrap()).try_into().unwrap();
        assert_eq!(header, serde_json::json!({"typ": "JWT", "alg": "HS256", "kid": "k1"}));
        assert_eq!(claims, serde_json::json!({"sub": "me", "iat": 1000, "exp": 1300}));
        let claims = parts(&mint(&jwt("{\"iat\":1,\"exp\":2}"), 1000, FIELD).unwrap()).remove(1);
        assert_eq!(claims, serde_json::json!({"iat": 1, "exp": 2}));
        let without = Jwt { adds_issued_at: false, adds_expiry: false, ..jwt("{}") };
        assert_eq!(parts(&mint(&without, 1000, FIELD).unwrap())[1], serde_json::json!({}));
    }

    #[test]
    fn a_header_has_what_the_test_says() {
        let more = "{\"cty\":\"JWT\",\"typ\":\"at+jwt\",\"x\":[1]}".to_owned();
        let token = mint(&Jwt { header: Some(more), ..jwt("{}") }, 1000, FIELD).unwrap();
        assert_eq!(
            parts(&token)[0],
            serde_json::json!({"typ": "at+jwt", "alg": "HS256", "kid": "k1", "cty": "JWT", "x": [1]})
        );
    }

    #[test]
    fn what_cannot_be_signed_is_refused_with_its_field() {
        for (change, field) in [
            ((|jwt| jwt.claims = "[]".to_owned()) as fn(&mut Jwt), "http.auth.jwt.claims"),
            (|jwt| jwt.header = Some("1".to_owned()), "http.auth.jwt.header"),
            (|jwt| jwt.header = Some("{\"alg\":\"none\"}".to_owned()), "http.auth.jwt.header"),
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
            let fault = mint(&jwt, 0, FIELD).unwrap_err();
            let faultfinder_taxonomy::Detail::Definition { field: found, .. } = &fault.detail else {
                panic!("{fault}")
            };
            assert_eq!(found, field, "{fault}");
        }
    }
}
