//! Where alerts are sent: a file of notifiers.

use crate::fields::{FieldSpec, Shape, Table};
use crate::mapping::Mapping;
use crate::reader::Reader;
use crate::source::Source;
use crate::value::FormatVersion;
use crate::yaml::{Kind, Node};
use crate::{Diagnostic, Place, Spanned, pairs, parsed};
use faultfinder_taxonomy::word::NotifierKind;
use std::collections::HashSet;

mod mail;

pub use mail::MailSource;

/// Most notifiers of a service.
pub const NOTIFIERS_MAX: usize = 100;

/// Most recipients of a notifier.
pub const RECIPIENTS_MAX: usize = 20;

/// The fields of a file.
const FILE: Table = Table::new(
    "the file",
    &[&[
        FieldSpec::new("version", Shape::of::<FormatVersion>(), "version of the format: 1").literal(),
        FieldSpec::new("notifiers", Shape::Tables(&NOTIFIER, NOTIFIERS_MAX), "where alerts are sent")
            .required(),
    ]],
);

/// The fields of a notifier.
const NOTIFIER: Table = Table::new("a notifier", &[&COMMON, &mail::FIELDS]);

/// The fields that notifiers of several types have.
const COMMON: [FieldSpec; 9] = [
        FieldSpec::new("name", Shape::Text, "its name, by which `notify` of tests selects it").literal().required(),
        FieldSpec::new("type", Shape::word::<NotifierKind>(), "what receives the alerts").literal().required(),
        FieldSpec::new("url", Shape::Text, "where it is (the public address of the service, where it has one)").literal(),
        FieldSpec::new("url_file", Shape::Text, "a file with the URL, for one that is secret").literal(),
        FieldSpec::new("url_env", Shape::Text, "the environment variable with the URL").literal(),
        FieldSpec::new(
            "to",
            Shape::Texts(RECIPIENTS_MAX),
            "whom it reaches: the addresses of e-mail, the chat of Telegram, the room of Matrix",
        )
        .literal(),
        FieldSpec::new(
            "secret_file",
            Shape::Text,
            "a file with the password, the token of the bot, the routing or API key, or the key that signs requests of a webhook",
        )
        .literal(),
        FieldSpec::new("secret_env", Shape::Text, "the environment variable with that secret").literal(),
        FieldSpec::new("headers", Shape::Pairs, "headers that are sent, which must not be secret").literal(),
];

/// A notifier, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: what the file says of a notifier")]
pub struct NotifierSource {
    /// Its name.
    pub name: String,
    /// What receives the alerts.
    pub kind: NotifierKind,
    /// Where that is.
    pub url: Option<Spanned<SecretSource>>,
    /// Whom it reaches: at most one, unless it sends e-mail.
    pub to: Vec<Spanned<String>>,
    /// What it needs to send e-mail, if it does.
    pub mail: Option<MailSource>,
    /// The password, token or key.
    pub secret: Option<SecretSource>,
    /// Headers that are sent.
    pub headers: Vec<(String, String)>,
    /// Where it begins in the file.
    pub place: Place,
}

/// Where a value comes from that may be secret.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: a text, a file, the environment")]
pub enum SecretSource {
    /// It is written here.
    Text(String),
    /// It is in a file, meant from the folder of the file with the notifiers.
    File(String),
    /// It is in the environment.
    Environment(String),
}

/// Reads a file of notifiers.
///
/// # Errors
///
/// All that is wrong with it.
pub fn read_notifiers(source: &Source) -> Result<Vec<NotifierSource>, Vec<Diagnostic>> {
    let mut reader = Reader::new(source);
    let mut notifiers: Vec<NotifierSource> = Vec::new();
    if let Some(root) = parsed::root(&mut reader, source)
        && let Some(mapping) = Mapping::open(&mut reader, &root, &FILE)
    {
        let _ = mapping.read(&mut reader, "version", Reader::literal::<FormatVersion>);
        let mut names = HashSet::new();
        let list = mapping.read(&mut reader, "notifiers", |reader, node| {
            reader.list(node, "a list of notifiers", NOTIFIERS_MAX, |reader, node| {
                let notifier = read(reader, node)?;
                if !names.insert(notifier.name.clone()) {
                    let message = format!("there are two notifiers with the name `{}`", notifier.name);
                    let diagnostic = reader.error(node.place, message);
                    reader.report(diagnostic);
                }
                Some(notifier)
            })
        });
        notifiers = list.unwrap_or_default();
    }
    let (found, ..) = reader.finish();
    if found.iter().any(Diagnostic::is_error) { Err(found) } else { Ok(notifiers) }
}

fn read(reader: &mut Reader<'_>, node: &Node) -> Option<NotifierSource> {
    let mapping = Mapping::open(reader, node, &NOTIFIER)?;
    let text = |reader: &mut Reader<'_>, name: &str| mapping.read(reader, name, Reader::literal_text);
    let name = text(reader, "name")?.value;
    let kind = mapping.read(reader, "type", Reader::word::<NotifierKind>)?;
    let given = |reader: &mut Reader<'_>, name: &str, source: fn(String) -> SecretSource| {
        text(reader, name).map(|text| Spanned::new(source(text.value), text.place))
    };
    let urls = [
        given(reader, "url", SecretSource::Text),
        given(reader, "url_file", SecretSource::File),
        given(reader, "url_env", SecretSource::Environment),
    ];
    let url = one_of(reader, node, urls, "`url`, `url_file` and `url_env`");
    let secrets = [
        given(reader, "secret_file", SecretSource::File),
        given(reader, "secret_env", SecretSource::Environment),
        None,
    ];
    let secret = one_of(reader, node, secrets, "`secret_file` and `secret_env`").map(|secret| secret.value);
    let to = mapping.read(reader, "to", recipients).unwrap_or_default();
    let headers = mapping.read(reader, "headers", pairs::read).unwrap_or_default();
    let headers = headers
        .iter()
        .filter_map(|pair| Some((pair.name.literal()?.to_owned(), pair.value.literal()?.to_owned())))
        .collect();
    for (place, spec, _) in mapping.entries.iter().filter(|(_, spec, _)| !has(kind, spec.name)) {
        let diagnostic =
            reader.error(*place, format!("a notifier of the type `{kind}` has no field `{}`", spec.name));
        reader.report(diagnostic);
    }
    if let Some(second) = to.get(1).filter(|_| kind != NotifierKind::Email) {
        let diagnostic =
            reader.error(second.place, format!("a notifier of the type `{kind}` reaches one chat or room"));
        reader.report(diagnostic);
    }
    let (has_url, has_secret) = (url.is_some(), secret.is_some());
    let missing = match kind {
        NotifierKind::Telegram if to.is_empty() => Some("`to`: the chat"),
        NotifierKind::Matrix if to.is_empty() => Some("`to`: the room"),
        NotifierKind::Telegram | NotifierKind::Matrix if !has_secret => {
            Some("`secret_file` or `secret_env`: the token")
        }
        NotifierKind::Pagerduty if !has_secret => Some("`secret_file` or `secret_env`: the routing key"),
        NotifierKind::Opsgenie if !has_secret => Some("`secret_file` or `secret_env`: the API key"),
        NotifierKind::Telegram | NotifierKind::Pagerduty | NotifierKind::Opsgenie => None,
        _ if !has_url => Some("`url`, `url_file` or `url_env`"),
        NotifierKind::Email if !mapping.has("from") => Some("`from`: the address of the sender"),
        NotifierKind::Email if to.is_empty() => Some("`to`: the addresses of the recipients"),
        NotifierKind::Email if mapping.has("username") && !has_secret => {
            Some("`secret_file` or `secret_env`: the password of `username`")
        }
        NotifierKind::Email if has_secret && !mapping.has("username") => {
            Some("`username`: the user with this password")
        }
        _ => None,
    };
    if let Some(missing) = missing.filter(|_| !mapping.has_unknown) {
        let diagnostic = reader.error(node.place, format!("a notifier of the type `{kind}` needs {missing}"));
        reader.report(diagnostic);
    }
    let mail = MailSource::read(reader, &mapping).filter(|_| kind == NotifierKind::Email);
    Some(NotifierSource { name, kind, url, to, mail, secret, headers, place: node.place })
}

/// Whether notifiers of a type have a field.
fn has(kind: NotifierKind, field: &str) -> bool {
    match field {
        "to" => matches!(kind, NotifierKind::Telegram | NotifierKind::Matrix | NotifierKind::Email),
        "headers" => kind != NotifierKind::Email,
        _ => kind == NotifierKind::Email || mail::FIELDS.iter().all(|of_mail| of_mail.name != field),
    }
}

/// One recipient, or a list of them.
fn recipients(reader: &mut Reader<'_>, node: &Node) -> Option<Vec<Spanned<String>>> {
    match &node.kind {
        Kind::Scalar(_) => reader.literal_text(node).map(|text| vec![text]),
        _ => reader.list(node, "text or a list of texts", RECIPIENTS_MAX, Reader::literal_text),
    }
}

/// The one of these that is given.
fn one_of(
    reader: &mut Reader<'_>,
    node: &Node,
    given: [Option<Spanned<SecretSource>>; 3],
    names: &str,
) -> Option<Spanned<SecretSource>> {
    let mut given = given.into_iter().flatten();
    let first = given.next();
    if given.next().is_some() {
        let diagnostic = reader.error(node.place, format!("of {names}, only one can be given"));
        reader.report(diagnostic);
    }
    first
}
