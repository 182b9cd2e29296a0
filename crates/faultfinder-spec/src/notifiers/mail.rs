//! What a notifier needs to send e-mail.

use crate::Spanned;
use crate::fields::{FieldSpec, Shape};
use crate::mapping::Mapping;
use crate::reader::Reader;
use faultfinder_taxonomy::word::MailTls;

/// The fields that only notifiers of the type `email` have.
pub(super) const FIELDS: [FieldSpec; 4] = [
    FieldSpec::new("from", Shape::Text, "the address of the sender, for e-mail").literal(),
    FieldSpec::new("username", Shape::Text, "the user to log in as, for e-mail (no login)").literal(),
    FieldSpec::new(
        "tls",
        Shape::word::<MailTls>(),
        "whether TLS is asked for with a URL that begins with `smtp://` (`starttls`, and `none` on loopback)",
    )
    .literal(),
    FieldSpec::new(
        "ca_file",
        Shape::Text,
        "a file with certificates that are trusted, in addition to the public ones, for e-mail",
    )
    .literal(),
];

/// What a notifier needs to send e-mail, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: what the file says of e-mail")]
pub struct MailSource {
    /// The address of the sender.
    pub from: Spanned<String>,
    /// The user to log in as.
    pub username: Option<Spanned<String>>,
    /// Whether TLS is asked for, where the URL leaves it open.
    pub tls: Option<Spanned<MailTls>>,
    /// A file with certificates that are trusted, meant from the folder of the file with the notifiers.
    pub ca_file: Option<Spanned<String>>,
}

impl MailSource {
    /// Reads the fields, if there is a sender.
    pub(super) fn read(reader: &mut Reader<'_>, mapping: &Mapping<'_>) -> Option<Self> {
        let from = mapping.read(reader, "from", Reader::literal_text);
        let username = mapping.read(reader, "username", Reader::literal_text);
        let tls = mapping.read(reader, "tls", |reader, node| {
            Some(Spanned::new(reader.word::<MailTls>(node)?, node.place))
        });
        let ca_file = mapping.read(reader, "ca_file", Reader::literal_text);
        Some(Self { from: from?, username, tls, ca_file })
    }
}
