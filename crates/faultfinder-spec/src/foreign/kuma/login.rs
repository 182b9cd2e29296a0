//! Credentials of HTTP requests.

use super::draft::Monitor;
use crate::foreign::build::{Fields, text, word};
use crate::foreign::section::Section;
use crate::text::quoted;
use crate::yaml::Node;
use std::rc::Rc;

type Mine<'a, 'm, 'r, 's, 'o> = &'a mut Monitor<'m, 'r, 's, 'o>;

/// Reads the credentials; nothing if the monitor is left out. Certificates belong to `tls`.
pub(super) fn read(
    monitor: Mine<'_, '_, '_, '_, '_>,
    section: &mut Section<'_>,
    tls: &mut Fields,
) -> Option<()> {
    let user = section.text(monitor.conversion, "basic_auth_user");
    let method = match section.text(monitor.conversion, "authMethod") {
        Some((node, method)) => Some((node, method)),
        // Before there were several methods, the user alone said it; later, one that is left over means nothing.
        None if !section.has("authMethod") => user.map(|(node, _)| (node, "basic")),
        None => None,
    };
    let Some((node, method)) = method else { return Some(()) };
    let mut auth = Fields::default();
    match method {
        "null" => return Some(()),
        "basic" => {
            let basic = user_and_password(monitor, section, node);
            auth.put("basic", basic.into_node(node.place));
        }
        "ntlm" => {
            let mut ntlm = user_and_password(monitor, section, node);
            for (theirs, ours) in [("authDomain", "domain"), ("authWorkstation", "workstation")] {
                if let Some((node, value)) = section.text(monitor.conversion, theirs) {
                    ntlm.put(ours, monitor.text(node, value));
                }
            }
            auth.put("ntlm", ntlm.into_node(node.place));
        }
        "oauth2-cc" => {
            let oauth2 = oauth2(monitor, section)?;
            auth.put("oauth2_client", oauth2.into_node(node.place));
        }
        "mtls" => {
            certificates(monitor, section, tls);
            return Some(());
        }
        other => {
            monitor.leave_out(node, &format!("the authentication {} is not known", quoted(other)));
            return None;
        }
    }
    monitor.request.put("auth", auth.into_node(node.place));
    Some(())
}

fn user_and_password(
    monitor: Mine<'_, '_, '_, '_, '_>,
    section: &mut Section<'_>,
    node: &Rc<Node>,
) -> Fields {
    let mut fields = Fields::default();
    let (at, user) = section.text(monitor.conversion, "basic_auth_user").unwrap_or((node, ""));
    fields.put("username", monitor.text(at, user));
    let (at, password) = section.text(monitor.conversion, "basic_auth_pass").unwrap_or((node, ""));
    let password = monitor.secret(at, "password", password);
    fields.put("password", password);
    fields
}

fn oauth2(monitor: Mine<'_, '_, '_, '_, '_>, section: &mut Section<'_>) -> Option<Fields> {
    let mut fields = Fields::default();
    for (theirs, ours) in
        [("oauth_token_url", "token_url"), ("oauth_client_id", "client_id"), ("oauth_scopes", "scope")]
    {
        if let Some((node, value)) = section.text(monitor.conversion, theirs) {
            fields.put(ours, monitor.text(node, value.trim()));
        }
    }
    if let Some((node, secret)) = section.text(monitor.conversion, "oauth_client_secret") {
        let secret = monitor.secret(node, "client_secret", secret);
        fields.put("client_secret", secret);
    }
    match section.text(monitor.conversion, "oauth_auth_method") {
        None | Some((_, "client_secret_basic")) => {}
        Some((node, "client_secret_post")) => fields.put("credentials_in", word(node.place, "body")),
        Some((node, other)) => {
            let why = format!("the way {} to authenticate at the token endpoint is not known", quoted(other));
            monitor.leave_out(node, &why);
            return None;
        }
    }
    Some(fields)
}

/// Our certificate, and the only one that is trusted.
fn certificates(monitor: Mine<'_, '_, '_, '_, '_>, section: &mut Section<'_>, tls: &mut Fields) {
    if let Some((node, certificate)) = section.text(monitor.conversion, "tlsCert") {
        tls.put("client_cert", monitor.text(node, certificate));
    }
    if let Some((node, key)) = section.text(monitor.conversion, "tlsKey") {
        let key = monitor.secret(node, "tls_key", key);
        tls.put("client_key", key);
    }
    if let Some((node, ca)) = section.text(monitor.conversion, "tlsCa") {
        tls.put("roots", text(node.place, "none"));
        tls.put("ca", monitor.text(node, ca));
    }
}
