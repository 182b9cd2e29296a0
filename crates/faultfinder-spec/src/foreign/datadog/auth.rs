//! Credentials.

use super::super::build::{Fields, text};
use super::context::Context;
use super::{jwt, value};
use crate::yaml::Node;
use std::rc::Rc;

/// A way to authenticate.
struct Row {
    theirs: &'static str,
    ours: &'static str,
    /// Their fields, ours, and what a missing one is.
    fields: &'static [(&'static str, &'static str, Missing)],
}

/// What a field is that is not there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Missing {
    /// Left out.
    Nothing,
    /// The empty text.
    Empty,
}

use Missing::{Empty, Nothing};

const ROWS: &[Row] = &[
    Row {
        theirs: "web",
        ours: "basic",
        fields: &[("username", "username", Empty), ("password", "password", Empty)],
    },
    Row {
        theirs: "digest",
        ours: "digest",
        fields: &[("username", "username", Empty), ("password", "password", Empty)],
    },
    Row {
        theirs: "ntlm",
        ours: "ntlm",
        fields: &[
            ("username", "username", Empty),
            ("password", "password", Empty),
            ("domain", "domain", Nothing),
            ("workstation", "workstation", Nothing),
        ],
    },
    Row {
        theirs: "sigv4",
        ours: "sigv4",
        fields: &[
            ("accessKey", "access_key", Empty),
            ("secretKey", "secret_key", Empty),
            ("sessionToken", "session_token", Nothing),
            ("region", "region", Nothing),
            ("serviceName", "service", Nothing),
        ],
    },
    Row { theirs: "oauth-client", ours: "oauth2_client", fields: OAUTH_CLIENT },
    Row { theirs: "oauth-rop", ours: "oauth2_password", fields: OAUTH_PASSWORD },
];

const OAUTH_CLIENT: &[(&str, &str, Missing)] = &[
    ("accessTokenUrl", "token_url", Empty),
    ("scope", "scope", Nothing),
    ("audience", "audience", Nothing),
    ("tokenApiAuthentication", "credentials_in", Nothing),
    ("clientId", "client_id", Empty),
    ("clientSecret", "client_secret", Empty),
    ("resource", "resource", Nothing),
];

const OAUTH_PASSWORD: &[(&str, &str, Missing)] = &[
    ("accessTokenUrl", "token_url", Empty),
    ("scope", "scope", Nothing),
    ("audience", "audience", Nothing),
    ("tokenApiAuthentication", "credentials_in", Nothing),
    ("clientId", "client_id", Empty),
    ("clientSecret", "client_secret", Nothing),
    ("username", "username", Empty),
    ("password", "password", Empty),
    ("resource", "resource", Nothing),
];

/// Where AWS is called when the region or the service is not given, as clients of AWS have it.
const REGION: &str = "us-east-1";
const SERVICE: &str = "execute-api";

/// `auth` of an HTTP request.
pub(super) fn convert(context: &mut Context<'_, '_, '_, '_>, request: &Node) -> Option<Rc<Node>> {
    let node = Rc::clone(value::field(request, "basicAuth")?);
    let kind = value::word(&node, "type").unwrap_or("web");
    let is_empty = |name| value::filled(&node, name).is_none();
    if kind == "web" && is_empty("username") && is_empty("password") {
        // A form that was never filled in.
        return None;
    }
    let mut auth = Fields::default();
    if kind == "jwt" {
        auth.put("jwt", jwt::convert(context, &node)?);
        return Some(auth.into_node(node.place));
    }
    let Some(row) = ROWS.iter().find(|row| row.theirs == kind) else {
        let message = format!("credentials of the type `{kind}` are not known");
        let help = "the types are web, digest, ntlm, sigv4, oauth-client, oauth-rop and jwt";
        context.conversion.error(&node, message, help);
        return None;
    };
    auth.put(
        row.ours,
        fields(context, &node, row, value::word(request, "url").unwrap_or("")).into_node(node.place),
    );
    Some(auth.into_node(node.place))
}

fn fields(context: &mut Context<'_, '_, '_, '_>, node: &Node, row: &Row, url: &str) -> Fields {
    let mut fields = Fields::default();
    for (theirs, ours, missing) in row.fields {
        let given = if *missing == Empty { value::field(node, theirs) } else { value::filled(node, theirs) };
        match (given.cloned(), missing) {
            (Some(given), _) if *ours == "token_url" => fields.put(ours, token_url(context, &given)),
            (Some(given), _) => {
                if let Some(given) = context.text(&given) {
                    fields.put(ours, given);
                }
            }
            (None, Empty) => fields.put(ours, text(node.place, "")),
            (None, Nothing) if matches!(*ours, "region" | "service") => {
                let (service, region) = of_host(url);
                let derived = if *ours == "region" { region } else { service };
                let message = format!("`{theirs}` is not given: {derived} is used");
                context.conversion.warn(node, message);
                fields.put(ours, text(node.place, derived));
            }
            (None, Nothing) => {}
        }
    }
    fields
}

/// A token endpoint without a scheme is called over TLS.
fn token_url(context: &mut Context<'_, '_, '_, '_>, node: &Node) -> Rc<Node> {
    let written = node.scalar().map_or("", |url| url.text.as_str());
    let is_whole = written.contains("://") || written.starts_with("{{") || written.is_empty();
    let url = if is_whole { written.to_owned() } else { format!("https://{written}") };
    context.text_at(node.place, &url)
}

/// The service and the region that the host of a URL of AWS names: `SERVICE.REGION.amazonaws.com`.
fn of_host(url: &str) -> (String, String) {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = host.split(['/', ':', '?']).next().unwrap_or("");
    let names = host.strip_suffix(".amazonaws.com").map(|names| names.split('.').rev().collect::<Vec<_>>());
    let (service, region) = match names.as_deref() {
        Some([region, service, ..]) => (*service, *region),
        Some([service]) => (*service, REGION),
        _ => (SERVICE, REGION),
    };
    (service.to_owned(), region.to_owned())
}
