//! The closed words that a user can write: in a definition, on the command line, in a request of the API.
//!
//! Each word is one row of one enum: its variant, its text, its aliases and what it means. Parsing, the nearest spelling,
//! the schema, the completion of options and the documentation are made from that row. The enums are exhaustive, so that a
//! new word is a compile error wherever it has no meaning yet. Nothing else is here: what a word does is decided by the
//! crate that acts on it.

mod auth; // how credentials are proven
mod certificate; // what is expected of certificates, and how revocation is checked
mod dns; // how name servers are asked
mod http; // versions of HTTP
mod alerting; // alerts
mod judgement; // how assertions are judged, and hash functions
mod messages; // gRPC messages
mod nearest; // the nearest valid spelling
mod record_type; // types of DNS records
mod route; // addresses and the route to them
mod tls; // versions of TLS, and the protocols that start it

pub use alerting::{Happening, HistoryResult, MailTls, MissingData, NotifierKind};
pub use auth::{CredentialsIn, JwtAlgorithm, NtlmVersion, TotpAlgorithm};
pub use certificate::{Aia, CrlCheck, Ocsp, Purpose, Roots};
pub use dns::{Dnssec, Edns, Transport};
pub use http::HttpVersion;
pub use judgement::{GroupKind, HashAlgorithm, Severity};
pub use messages::Compression;
pub use nearest::nearest;
pub use record_type::{RecordType, UnknownRecordType};
pub use route::{AddressChoice, IpVersion, ProxyProtocol, TrackHops};
pub use tls::{StartTls, TlsVersion};

/// One of a closed set of words.
pub trait Word: Copy + Eq + std::fmt::Debug + 'static {
    /// All of the set, in the order in which they are listed to people.
    const ALL: &'static [Self];
    /// Their texts, in the same order.
    const WORDS: &'static [&'static str];
    /// Other spellings that are understood.
    const ALIASES: &'static [(&'static str, Self)];
    /// Words of the field that are known and not supported yet.
    const LATER: &'static [&'static str];
    /// What one of them is, with its article: `a TLS version`.
    const WHAT: &'static str;

    /// The text.
    fn as_str(self) -> &'static str;

    /// The word of this text or alias; case counts.
    ///
    /// # Errors
    ///
    /// [`UnknownWord`] when there is none.
    fn parse(text: &str) -> Result<Self, UnknownWord> {
        let texts = Self::WORDS.iter().copied().zip(Self::ALL.iter().copied());
        let found = texts.chain(Self::ALIASES.iter().copied()).find(|(known, _)| *known == text);
        found.map(|(_, word)| word).ok_or_else(|| UnknownWord {
            later: Self::LATER.contains(&text),
            nearest: nearest(text, Self::WORDS.iter().copied()),
        })
    }

    /// What is expected, for messages: `a TLS version (1.0, 1.1, 1.2 or 1.3)`.
    fn expected() -> String {
        format!("{} ({})", Self::WHAT, one_of(Self::WORDS))
    }
}

/// A text that is none of a set of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownWord {
    /// Whether it is a word of the field that is not supported yet.
    pub later: bool,
    /// The word that was probably meant.
    pub nearest: Option<&'static str>,
}

/// Words for people: `a, b or c`.
#[must_use]
pub fn one_of(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// Declares a set of words: the enum, and everything that is made from its rows.
macro_rules! words {
    (
        $(#[$doc:meta])*
        $name:ident, $what:literal {
            $( $(#[$variant_doc:meta])* $variant:ident = $text:literal $(| $alias:literal)* ),+ $(,)?
        }
        $(later: $($later:literal),+ $(,)?)?
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(clippy::exhaustive_enums, reason = "closed: a new word has to get its meaning everywhere")]
        pub enum $name {
            $( $(#[$variant_doc])* $variant, )+
        }

        impl $name {
            /// The text of the word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $text, )+ }
            }
        }

        impl crate::word::Word for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            const WORDS: &'static [&'static str] = &[$($text),+];
            const ALIASES: &'static [(&'static str, Self)] = &[$( $( ($alias, Self::$variant), )* )+];
            const LATER: &'static [&'static str] = &[$($($later),+)?];
            const WHAT: &'static str = $what;

            fn as_str(self) -> &'static str {
                self.as_str()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}
use words;

#[cfg(test)]
mod tests;
