//! What has no effect with the other fields of a request: harmless, and not what its author meant.

use crate::fields::Shape;
use crate::reader::Reader;
use crate::written::{Fields, Pair};
use faultfinder_taxonomy::Protocol;
use faultfinder_taxonomy::word::{AddressChoice, Transport, Word as _};

/// Reports what has no effect in a request. Files of other tools are not asked: a module there is for many targets.
pub(crate) fn check(reader: &mut Reader<'_>, protocol: Protocol, fields: &Fields) {
    if reader.is_foreign {
        return;
    }
    check_resolver(reader, fields);
    check_redirects(reader, fields);
    check_tls(reader, protocol, fields);
    check_proxy(reader, fields);
}

/// Reports what has no effect in `resolver`, if it is given.
pub(crate) fn check_resolver(reader: &mut Reader<'_>, fields: &Fields) {
    let Some(resolver) = mapping(fields, "resolver") else { return };
    let transport = match resolver.text("transport") {
        None => Some(Transport::Udp),
        Some(text) => text.literal().and_then(|text| Transport::parse(text).ok()),
    };
    let Some(transport) = transport else { return };
    let has_tls = matches!(transport, Transport::Dot | Transport::Doh | Transport::Doq);
    reader.within("resolver", |reader| {
        if !has_tls {
            let message = format!("`tls` has no effect: the transport {transport} does not use TLS");
            warn(reader, resolver, "tls", &message, "give `transport`: dot, doh or doq");
        }
        if transport != Transport::Doh {
            let message = format!("`path` has no effect: the transport {transport} has no URL");
            warn(reader, resolver, "path", &message, "give `transport: doh`");
        }
    });
}

/// What is about redirects, where they are not followed.
fn check_redirects(reader: &mut Reader<'_>, fields: &Fields) {
    if fields.has("follow_redirects") && !is_literally(fields, "follow_redirects", "false") {
        return;
    }
    let mut without = |name: &str| {
        let message = format!("`{name}` has no effect without `follow_redirects: true`");
        warn(reader, fields, name, &message, "add it, or remove this");
    };
    without("max_redirects");
    // With credentials, an answer may be followed by a second request.
    if !fields.has("auth") {
        without("persist_cookies");
    }
}

/// Where a URL begins that does not use TLS.
const PLAIN: &[&str] = &["http://", "ws://", "grpc://"];

/// What may use TLS although the URL of a request does not: a redirect, a token endpoint, a proxy.
pub(crate) const MAY_USE_TLS: &[&str] = &["follow_redirects", "auth", "proxy"];

/// How a URL begins, if it does not use TLS.
fn plain(url: &str) -> Option<&'static str> {
    let begins = |plain: &&str| url.get(..plain.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(plain));
    PLAIN.iter().copied().find(begins)
}

/// Whether a URL does not use TLS.
pub(crate) fn is_plain(url: &str) -> bool {
    plain(url).is_some()
}

/// TLS settings, where nothing uses TLS.
fn check_tls(reader: &mut Reader<'_>, protocol: Protocol, fields: &Fields) {
    let has_url = matches!(protocol, Protocol::Http | Protocol::Ws | Protocol::Grpc);
    if !has_url || MAY_USE_TLS.iter().any(|name| fields.has(name)) {
        return;
    }
    let url = fields.has("url").then(|| fields.text("url")).flatten();
    if let Some(plain) = url.and_then(|url| plain(url.as_written())) {
        let message = format!("`tls` has no effect: the URL begins with `{plain}`");
        let help = format!("`{}` uses TLS", plain.replace("://", "s://"));
        warn(reader, fields, "tls", &message, &help);
    } else if is_literally(fields, "plaintext", "true") {
        warn(reader, fields, "tls", "`tls` has no effect with `plaintext: true`", "remove one of them");
    }
}

/// What is about the addresses of the target, which a proxy looks up.
fn check_proxy(reader: &mut Reader<'_>, fields: &Fields) {
    let Some(proxy) = mapping(fields, "proxy") else { return };
    let all = AddressChoice::All.as_str();
    if is_literally(fields, "address", all) {
        let message = format!("`address: {all}` cannot be combined with `proxy`");
        fields.refuse(reader, "address", &message, "the proxy chooses the address");
    }
    let Some(scheme) = proxy.text("url").and_then(|url| url.as_written().split_once("://")) else { return };
    // Only with `socks5` is the target looked up here.
    if !["http", "https", "socks5h"].iter().any(|other| scheme.0.eq_ignore_ascii_case(other)) {
        return;
    }
    let Some(target) = target(fields) else { return };
    let of_target = |pair: &&Pair| pair.name.as_written().eq_ignore_ascii_case(target);
    if let Some(pair) = fields.pairs("resolve").iter().find(of_target) {
        let diagnostic = reader
            .error(pair.name.place(), format!("`resolve` has no effect on {target}: the proxy looks it up"))
            .with_help("a `socks5://` proxy is given the address");
        reader.within("resolve", |reader| reader.warn(diagnostic));
    }
}

/// The host that a request goes to, if that shows.
fn target(fields: &Fields) -> Option<&str> {
    if fields.has("host") {
        return fields.text("host")?.literal();
    }
    let (_, rest) = fields.text("url")?.literal()?.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    host.split(':').next().filter(|host| !host.is_empty())
}

/// Whether a field is given with this word.
fn is_literally(fields: &Fields, name: &str, word: &str) -> bool {
    fields.has(name) && fields.text(name).and_then(crate::Text::literal) == Some(word)
}

/// A mapping inside, if it is given.
fn mapping<'f>(fields: &'f Fields, name: &str) -> Option<&'f Fields> {
    fields.has(name).then(|| fields.fields(name))?
}

/// Reports that a field has no effect, if it is given. What is wrong inside it comes first, and was reported.
fn warn(reader: &mut Reader<'_>, fields: &Fields, name: &str, message: &str, help: &str) {
    let Some(place) = fields.key_place(name) else { return };
    let is_mapping = fields.table().find(name).is_some_and(|spec| matches!(spec.shape, Shape::Table(_)));
    if is_mapping && fields.fields(name).is_some_and(|inner| !inner.unread.is_empty()) {
        return;
    }
    let diagnostic = reader.error(place, message).with_help(help);
    reader.within(name, |reader| reader.warn(diagnostic));
}
