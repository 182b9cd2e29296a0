//! Fields that all requests share, TLS among them.

use crate::render::Renderer;
use faultfinder_net::dns::default_port;
use faultfinder_net::tls::TlsOptions;
use faultfinder_net::{ClientOptions, Login, ResolverOptions};
use faultfinder_spec::value;
use faultfinder_spec::{Base64, CRL_FETCH, Common, Field, FieldValue, Place, Text, Tls};
use faultfinder_taxonomy::Fault;
use faultfinder_taxonomy::word::{CrlCheck, TlsVersion};

/// A user and a password. `field` is what they are called in faults: `http.auth.digest`.
pub(super) fn login(
    field: &str,
    username: &Text,
    password: &Text,
    renderer: &mut Renderer<'_>,
) -> Result<Login, Fault> {
    Ok(Login {
        username: renderer.confidential(&format!("{field}.username"), username)?,
        password: renderer.confidential(&format!("{field}.password"), password)?,
    })
}

/// The same for basic authentication.
pub(super) fn basic(
    field: &str,
    username: &Text,
    password: &Text,
    renderer: &mut Renderer<'_>,
) -> Result<Login, Fault> {
    let login = login(field, username, password, renderer)?;
    if renderer.is_secret(password) || renderer.is_secret(username) {
        // The pair also travels as base64, which is among the forms of a secret.
        renderer.secrets.add(&format!("{}:{}", login.username, login.password));
    }
    Ok(login)
}

/// The way to the target.
pub(super) fn client(
    prefix: &str,
    common: &Common,
    renderer: &mut Renderer<'_>,
) -> Result<ClientOptions, Fault> {
    let field = |name: &str| format!("{prefix}.{name}");
    let mut client = ClientOptions::default();
    if let Some(timeout) = renderer.option(&field("timeout"), &common.timeout)? {
        client.timeout = timeout.get();
    }
    if let Some(timeout) = renderer.option(&field("overall_timeout"), &common.overall_timeout)? {
        client.overall_timeout = timeout.get();
    }
    if let Some(ip) = renderer.option(&field("ip"), &common.ip)? {
        client.ip = ip;
    }
    if let Some(address) = renderer.option(&field("address"), &common.address)? {
        client.address = address;
    }
    client.source_address = renderer.option(&field("source_address"), &common.source_address)?;
    if let Some(resolver) = &common.resolver {
        let mut options = ResolverOptions::new(renderer.value(&field("resolver.server"), &resolver.server)?);
        if let Some(transport) = renderer.option(&field("resolver.transport"), &resolver.transport)? {
            options.transport = transport;
        }
        let port = renderer.option(&field("resolver.port"), &resolver.port)?;
        options.port = port.map_or_else(|| default_port(options.transport), |port| port.get());
        if let Some(path) = text(&field("resolver.path"), &resolver.path, renderer)? {
            options.path = path;
        }
        if let Some(written) = &resolver.tls {
            // What CRLs and OCSP would be for is told where the target's own settings are read.
            *options.tls = tls(&field("resolver.tls."), written, renderer, &mut Vec::new())?;
        }
        client.resolver = Some(options);
    }
    for entry in &common.resolve {
        let host = renderer.text(&field("resolve"), &entry.host)?;
        client.resolve.push((host, renderer.value(&field("resolve"), &entry.address)?));
    }
    Ok(client)
}

/// TLS settings. `prefix` ends with a dot: `http.tls.`, or `ssl.` where they stand beside the host.
pub(super) fn tls(
    prefix: &str,
    written: &Tls,
    renderer: &mut Renderer<'_>,
    warnings: &mut Vec<String>,
) -> Result<TlsOptions, Fault> {
    let field = |name: &str| format!("{prefix}{name}");
    let mut options = TlsOptions::default();
    if let Some(roots) = renderer.option(&field("roots"), &written.roots)? {
        options.roots = roots;
    }
    for ca in &written.ca {
        options.ca.push(renderer.pem(&field("ca"), ca)?);
    }
    options.insecure = renderer.option(&field("insecure"), &written.insecure)?.unwrap_or(false);
    let accepted = renderer.option(&field("accept_self_signed"), &written.accept_self_signed)?;
    options.accept_self_signed = accepted.unwrap_or(false);
    options.server_name = text(&field("server_name"), &written.server_name, renderer)?;
    let mut pem = |name: &str, text: &Option<Text>| {
        text.as_ref().map(|text| renderer.pem(&field(name), text)).transpose()
    };
    options.client_cert = pem("client_cert", &written.client_cert)?;
    options.client_key = pem("client_key", &written.client_key)?;
    options.min_version = version(&field("min_version"), &written.min_version, renderer, Bound::Oldest)?;
    options.max_version = version(&field("max_version"), &written.max_version, renderer, Bound::Newest)?;
    for protocol in written.alpn.iter().flatten() {
        options.alpn.push(renderer.text(&field("alpn"), protocol)?);
    }
    revocation(&field, written, renderer, &mut options)?;
    match (options.crl_fetch || !options.crl.is_empty(), options.crl_check()) {
        (true, CrlCheck::Off) => {
            warnings.push(format!("{} has no effect: {} is off", field("crl"), field("crl_check")));
        }
        (false, CrlCheck::Leaf | CrlCheck::Chain) => {
            warnings.push(format!("{} finds no CRL: none is given by {}", field("crl_check"), field("crl")));
        }
        _ => {}
    }
    options.verify_depth =
        renderer.option(&field("verify_depth"), &written.verify_depth)?.map(value::Number::get);
    if let Some(level) = renderer.option(&field("auth_level"), &written.auth_level)? {
        options.auth_level = u8::try_from(level.get()).unwrap_or(TlsOptions::AUTH_LEVEL);
    }
    if let Some(purpose) = renderer.option(&field("purpose"), &written.purpose)? {
        options.purpose = purpose;
    }
    Ok(options)
}

/// What is done to find out whether certificates are revoked, and to find missing ones.
fn revocation(
    field: &impl Fn(&str) -> String,
    tls: &Tls,
    renderer: &mut Renderer<'_>,
    options: &mut TlsOptions,
) -> Result<(), Fault> {
    for crl in &tls.crl {
        let text = renderer.text(&field("crl"), crl)?;
        if text == CRL_FETCH {
            options.crl_fetch = true;
        } else {
            options.crl.push(renderer.pem(&field("crl"), crl)?);
        }
    }
    options.crl_check = renderer.option(&field("crl_check"), &tls.crl_check)?;
    if let Some(ocsp) = renderer.option(&field("ocsp"), &tls.ocsp)? {
        options.ocsp = ocsp;
    }
    if let Some(aia) = renderer.option(&field("aia"), &tls.aia)? {
        options.aia = aia;
    }
    Ok(())
}

/// Bytes that are written in base64; they are as secret as what is in them.
pub(super) fn base64(
    field: &str,
    written: &Field<Base64>,
    renderer: &mut Renderer<'_>,
) -> Result<Vec<u8>, Fault> {
    let bytes = renderer.value(field, written)?.into_bytes();
    if let FieldValue::Template(text) = &written.value
        && renderer.is_secret(text)
    {
        renderer.secrets.add(&String::from_utf8_lossy(&bytes));
    }
    Ok(bytes)
}

/// A text that may be missing.
pub(super) fn text(
    field: &str,
    text: &Option<Text>,
    renderer: &mut Renderer<'_>,
) -> Result<Option<String>, Fault> {
    text.as_ref().map(|text| renderer.text(field, text)).transpose()
}

/// Which end of a range of versions is meant.
#[derive(Clone, Copy)]
enum Bound {
    Oldest,
    Newest,
}

/// A version of TLS. The client speaks 1.2 and 1.3, so an older one as the oldest is no bound, and as the newest leaves
/// nothing to speak.
fn version(
    name: &str,
    field: &Option<Field<TlsVersion>>,
    renderer: &mut Renderer<'_>,
    bound: Bound,
) -> Result<Option<TlsVersion>, Fault> {
    let place = field.as_ref().map_or(Place::START, |field| field.place);
    match (renderer.option(name, field)?, bound) {
        (Some(spoken @ (TlsVersion::Tls12 | TlsVersion::Tls13)), _) => Ok(Some(spoken)),
        (None, _) | (Some(TlsVersion::Tls10 | TlsVersion::Tls11), Bound::Oldest) => Ok(None),
        (Some(older @ (TlsVersion::Tls10 | TlsVersion::Tls11)), Bound::Newest) => {
            let message = format!("{name} is {older}, but this client speaks TLS 1.2 and 1.3 only");
            Err(renderer.invalid("ERR_TLS_PROTOCOL_VERSION_CONFLICT", name, place, message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ProbeRequest;
    use super::*;
    use crate::Suite;
    use faultfinder_spec::Source;
    use faultfinder_taxonomy::word::{Aia, Ocsp};

    /// The TLS options and the warnings of a test with these fields.
    #[track_caller]
    fn read(fields: &str) -> (TlsOptions, Vec<String>) {
        let text = format!("tests:\n  - name: a\n    ssl: {{ host: a.test, {fields} }}\n");
        let suite = Suite::load(&[Source::new("t.yaml", &text)], &[], |_| None).unwrap();
        let prepared = suite.tests()[0].prepared(0, &mut || 0).into_owned();
        let ProbeRequest::Ssl(request) = prepared.request.unwrap() else { panic!("not TLS") };
        (request.tls, prepared.warnings)
    }

    #[test]
    fn revocation_is_looked_at_as_the_test_says() {
        use CrlCheck as Check;
        for (fields, files, fetch, check, warning) in [
            ("port: 1", 0, false, Check::Off, None),
            ("crl: a.pem", 1, false, Check::Leaf, None),
            ("crl: fetch", 0, true, Check::Leaf, None),
            ("crl: [a.pem, fetch, b.pem], crl_check: chain", 2, true, Check::Chain, None),
            (
                "crl: fetch, crl_check: off",
                0,
                true,
                Check::Off,
                Some("ssl.crl has no effect: ssl.crl_check is off"),
            ),
            (
                "crl_check: leaf",
                0,
                false,
                Check::Leaf,
                Some("ssl.crl_check finds no CRL: none is given by ssl.crl"),
            ),
        ] {
            let (options, warnings) = read(fields);
            assert_eq!(
                (options.crl.len(), options.crl_fetch, options.crl_check()),
                (files, fetch, check),
                "{fields}"
            );
            assert_eq!(warnings.first().map(String::as_str), warning, "{fields}");
        }
        for (fields, ocsp, aia) in [
            ("port: 1", Ocsp::Staple, false),
            ("ocsp: off, aia: off", Ocsp::Off, false),
            ("ocsp: staple", Ocsp::Staple, false),
            ("ocsp: require, aia: fetch", Ocsp::Require, true),
            ("ocsp: query", Ocsp::Query, false),
        ] {
            let (options, warnings) = read(fields);
            assert_eq!((options.ocsp, options.aia == Aia::Fetch, warnings.len()), (ocsp, aia, 0), "{fields}");
        }
    }
}
