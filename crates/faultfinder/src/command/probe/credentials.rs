//! Credentials whose fields are given by options of other fields.

use serde_json::{Map, Value};

/// Puts credentials where the method that uses them has them.
pub(super) fn complete(request: &mut Map<String, Value>) {
    if let Some(Value::Object(auth)) = request.get_mut("auth") {
        sigv4(auth);
        oauth2(auth);
        jwt(auth);
    }
}

/// The keys of AWS are given as curl has it, as those of basic authentication.
fn sigv4(auth: &mut Map<String, Value>) {
    if auth.contains_key("sigv4")
        && let Some(Value::Object(mut basic)) = auth.remove("basic")
        && let Some(Value::Object(sigv4)) = auth.get_mut("sigv4")
    {
        for (from, to) in [("username", "access_key"), ("password", "secret_key")] {
            if let Some(value) = basic.remove(from) {
                sigv4.insert(to.to_owned(), value);
            }
        }
    }
}

/// With a user it is the password grant, with a refresh token that of its name.
fn oauth2(auth: &mut Map<String, Value>) {
    for grant in ["oauth2_password", "oauth2_refresh_token"] {
        if auth.contains_key(grant)
            && let Some(Value::Object(client)) = auth.remove("oauth2_client")
            && let Some(Value::Object(grant)) = auth.get_mut(grant)
        {
            grant.extend(client);
        }
    }
}

/// The algorithm follows from what signs.
fn jwt(auth: &mut Map<String, Value>) {
    if let Some(Value::Object(jwt)) = auth.get_mut("jwt") {
        let algorithm = if jwt.contains_key("secret") { "HS256" } else { "RS256" };
        jwt.entry("algorithm").or_insert_with(|| algorithm.into());
    }
}
