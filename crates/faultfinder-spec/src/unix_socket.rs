//! What has no effect together with a Unix domain socket: fields about the connection to an address.

use crate::CRL_FETCH;
use crate::reader::Reader;
use crate::written::Fields;
use faultfinder_taxonomy::word::{Aia, Ocsp, Word};

/// What is about the way to an address.
const WAY: &str = "a Unix socket has no address, and no way that leads there";

/// What is about a name that is looked up, or about the address that it has.
const LOOK_UP: &str = "no name is looked up for a Unix socket, and it has no address";

/// Fields that have no effect with a socket, what else they are about, and why.
const WITHOUT_EFFECT: &[(&str, Also, &str)] = &[
    ("proxy", Also::Nothing, WAY),
    ("proxy_protocol", Also::Nothing, WAY),
    ("track_hops", Also::Nothing, WAY),
    ("starttls", Also::Nothing, "begin TLS in one of the `steps` instead, with `starttls: true`"),
    ("port", Also::Urls, "a Unix socket has no port"),
    ("ip", Also::Tokens, LOOK_UP),
    ("address", Also::Tokens, LOOK_UP),
    ("resolve", Also::TokensAndFetches, LOOK_UP),
    ("resolver", Also::TokensAndFetches, LOOK_UP),
    ("source_address", Also::TokensAndFetches, WAY),
];

/// What a field is also about: where that is there, the field has an effect.
#[derive(Debug, Clone, Copy)]
enum Also {
    Nothing,
    /// What the request says of its target, whatever the connection goes to.
    Urls,
    /// The token endpoint of OAuth 2, which is reached as always.
    Tokens,
    /// The same, and the servers of what is fetched to verify a certificate.
    TokensAndFetches,
}

/// Refuses what has no effect with a socket. What `defaults` say is not looked at: they are for other tests, too.
pub(crate) fn check(reader: &mut Reader<'_>, fields: &Fields) {
    if !fields.has("unix_socket") {
        return;
    }
    for (name, also, why) in WITHOUT_EFFECT {
        let has_effect = match also {
            Also::Nothing => false,
            // `grpc` sends it in the name of the server.
            Also::Urls => fields.table().find("url").is_some(),
            Also::Tokens => asks_for_tokens(fields),
            Also::TokensAndFetches => asks_for_tokens(fields) || fetches(fields),
        };
        if fields.has(name) && !has_effect {
            let message = format!("`{name}` cannot be combined with `unix_socket`");
            fields.refuse(reader, name, &message, why);
        }
    }
}

/// Whether a token endpoint is asked.
fn asks_for_tokens(fields: &Fields) -> bool {
    inside(fields, "auth").is_some_and(|auth| auth.names().any(|name| name.starts_with("oauth2_")))
}

/// Whether certificates, CRLs or OCSP answers are fetched; also when only a variable says so.
fn fetches(fields: &Fields) -> bool {
    let Some(tls) = inside(fields, "tls") else { return false };
    let lists = tls.texts("crl");
    may_be(tls, "aia", Aia::Fetch)
        || may_be(tls, "ocsp", Ocsp::Query)
        || lists.iter().any(|list| list.literal().is_none_or(|literal| literal == CRL_FETCH))
}

/// Whether a field has this word, or a variable that may have it.
fn may_be<W: Word>(fields: &Fields, name: &str, word: W) -> bool {
    fields.text(name).is_some_and(|text| text.literal().is_none_or(|text| W::parse(text).ok() == Some(word)))
}

/// A mapping inside, where the table has it.
fn inside<'f>(fields: &'f Fields, name: &str) -> Option<&'f Fields> {
    fields.has(name).then(|| fields.fields(name))?
}
