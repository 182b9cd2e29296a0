//! Credentials of HTTP and WebSocket probes.

use super::probe::Probe;
use crate::foreign::build::{Fields, text};
use crate::foreign::pieces::literal;
use crate::foreign::section::Section;
use crate::yaml::Node;
use faultfinder_taxonomy::word::one_of;
use std::rc::Rc;

/// Ways to log in, of which a probe has one at most: Prometheus refuses the file otherwise.
const ALONE: &[&str] = &["basic_auth", "authorization", "oauth2", "bearer_token", "bearer_token_file"];

/// Secrets that are in the file or in another one.
const BEARER_TOKEN: &[&str; 2] = &["bearer_token", "bearer_token_file"];
const PASSWORD: &[&str; 2] = &["password", "password_file"];
const CREDENTIALS: &[&str; 2] = &["credentials", "credentials_file"];
const CLIENT_SECRET: &[&str; 2] = &["client_secret", "client_secret_file"];

/// Fields of `oauth2` that cannot be followed, and what they would have done.
const OAUTH2_LEFT_OUT: &[(&str, &str)] = &[
    ("tls_config", "the token endpoint is reached with the settings of the probe"),
    ("proxy_url", "the token endpoint is reached with the proxy of the probe"),
    ("no_proxy", "the token endpoint is reached with the proxy of the probe"),
    ("proxy_from_environment", "the token endpoint is reached with the proxy of the probe"),
    ("proxy_connect_header", "the token endpoint is reached with the proxy of the probe"),
    ("client_certificate_key", "the client would have proven itself with a signed token"),
    ("client_certificate_key_file", "the client would have proven itself with a signed token"),
    ("client_certificate_key_id", "the client would have proven itself with a signed token"),
    ("signature_algorithm", "the client would have proven itself with a signed token"),
    ("claims", "they would have been in a signed token"),
];

/// Reads the fields. Credentials that are a header of their own kind are returned: name and value.
pub(super) fn read(probe: &mut Probe<'_, '_, '_, '_>, section: &mut Section<'_>) -> Option<Rc<Node>> {
    at_most_one(probe, section, ALONE);
    let mut auth = Fields::default();
    if let Some(node) = section.get("basic_auth") {
        let basic = basic(probe, node);
        auth.put("basic", basic);
    }
    if let Some(token) = value_or_file(probe, section, "token", BEARER_TOKEN) {
        auth.put("bearer", token);
    }
    let header = section.get("authorization").and_then(|node| authorization(probe, node, &mut auth));
    if let Some(node) = section.get("oauth2") {
        let oauth2 = oauth2(probe, node);
        auth.put("oauth2_client", oauth2);
    }
    if let Some(auth) = auth.first() {
        let auth = auth.into_node(probe.place);
        probe.request.put("auth", auth);
    }
    header
}

/// Reports all but the first of fields that mean the same in different ways.
fn at_most_one(
    probe: &mut Probe<'_, '_, '_, '_>,
    section: &mut Section<'_>,
    fields: &'static [&'static str],
) {
    let given: Vec<_> = fields.iter().filter_map(|field| Some((*field, section.given(field)?))).collect();
    let Some(((first, _), others)) = given.split_first() else { return };
    for (field, key) in others {
        let message = format!("`{field}` cannot be combined with `{first}`");
        let help = format!("give only one of {}", one_of(fields));
        probe.conversion.error(key, message, &help);
    }
}

/// A secret that is either in the file or in another one.
fn value_or_file(
    probe: &mut Probe<'_, '_, '_, '_>,
    section: &mut Section<'_>,
    of: &str,
    fields: &'static [&'static str; 2],
) -> Option<Rc<Node>> {
    let [value, file] = *fields;
    let in_file = section.text(probe.conversion, file);
    if let Some((node, value)) = section.text(probe.conversion, value) {
        return Some(probe.secret(of, node.place, value));
    }
    in_file.map(|(node, path)| probe.of_file(of, node, path, true))
}

fn basic(probe: &mut Probe<'_, '_, '_, '_>, node: &Rc<Node>) -> Rc<Node> {
    let mut section = Section::open(probe.conversion, Some(node), "basic_auth");
    let mut basic = Fields::default();
    at_most_one(probe, &mut section, &["username", "username_file"]);
    at_most_one(probe, &mut section, PASSWORD);
    let in_file = section.text(probe.conversion, "username_file");
    let username = match (section.text(probe.conversion, "username"), in_file) {
        (Some((node, name)), _) => text(node.place, literal(name)),
        (None, Some((node, path))) => probe.of_file("username", node, path, false),
        (None, None) => text(node.place, ""),
    };
    basic.put("username", username);
    let password = value_or_file(probe, &mut section, "password", PASSWORD);
    basic.put("password", password.unwrap_or_else(|| text(node.place, "")));
    section.left_out(
        probe.conversion,
        &[
            ("username_ref", "the user would have come from a secret manager"),
            ("password_ref", "the password would have come from a secret manager"),
        ],
    );
    section.finish(probe.conversion);
    basic.into_node(node.place)
}

/// A bearer token; or the value of the header for another type.
fn authorization(probe: &mut Probe<'_, '_, '_, '_>, node: &Rc<Node>, auth: &mut Fields) -> Option<Rc<Node>> {
    let mut section = Section::open(probe.conversion, Some(node), "authorization");
    let kind = section.text(probe.conversion, "type").map_or("Bearer", |(_, kind)| kind.trim());
    at_most_one(probe, &mut section, CREDENTIALS);
    let credentials = value_or_file(probe, &mut section, "credentials", CREDENTIALS);
    section.left_out(
        probe.conversion,
        &[("credentials_ref", "the credentials would have come from a secret manager")],
    );
    section.finish(probe.conversion);
    let credentials = credentials?;
    if kind.eq_ignore_ascii_case("bearer") {
        auth.put("bearer", credentials);
        return None;
    }
    let value = credentials.scalar().map_or("", |value| value.text.as_str());
    Some(text(credentials.place, format!("{} {value}", literal(kind))))
}

fn oauth2(probe: &mut Probe<'_, '_, '_, '_>, node: &Rc<Node>) -> Rc<Node> {
    let mut section = Section::open(probe.conversion, Some(node), "oauth2");
    let mut fields = Fields::default();
    for field in ["token_url", "client_id"] {
        if let Some((node, value)) = section.text(probe.conversion, field) {
            fields.put(field, text(node.place, literal(value)));
        }
    }
    at_most_one(probe, &mut section, CLIENT_SECRET);
    let secret = value_or_file(probe, &mut section, "client_secret", CLIENT_SECRET);
    if let Some(secret) = secret {
        fields.put("client_secret", secret);
    }
    let scopes = section.texts(probe.conversion, "scopes");
    if let Some((first, _)) = scopes.first() {
        let scope: Vec<&str> = scopes.iter().map(|(_, scope)| *scope).collect();
        fields.put("scope", text(first.place, literal(&scope.join(" "))));
    }
    for (name, value) in section.pairs(probe.conversion, "endpoint_params") {
        match (name, value.scalar().map(|value| value.text.as_str())) {
            ("grant_type", Some("client_credentials")) => {}
            ("audience" | "resource", Some(given)) => fields.put(name, text(value.place, literal(given))),
            _ => probe.conversion.warn(
                value,
                format!(
                    "`endpoint_params.{name}` is left out: it would have been sent to the token endpoint"
                ),
            ),
        }
    }
    if let Some((node, kind)) = section.text(probe.conversion, "grant_type")
        && kind != "client_credentials"
    {
        let message = format!("the grant type {} is not supported", crate::text::quoted(kind));
        probe.conversion.error(node, message, "write the test with another kind of credentials");
    }
    section.left_out(probe.conversion, OAUTH2_LEFT_OUT);
    section.finish(probe.conversion);
    fields.into_node(node.place)
}
