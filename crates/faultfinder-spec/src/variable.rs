//! Variables of a file.

use crate::fields::{FieldSpec, Shape, Table};
use crate::generator;
use crate::keys::unique;
use crate::mapping::Mapping;
use crate::reader::Reader;
use crate::template::is_name;
use crate::text::quoted;
use crate::value::{Number, TotpPeriod, parse_word};
use crate::yaml::{Kind, Node};
use crate::{Spanned, Text};
use faultfinder_taxonomy::word::TotpAlgorithm;
use std::time::Duration;

mod check;

pub use check::{check_variables, is_about_braces};

/// Most variables of a file.
pub const VARIABLES_MAX: usize = 1_000;

/// Most bytes that the value of a variable may have once the variables in it are replaced.
pub const VARIABLE_BYTES_MAX: usize = 1_000_000;

/// A variable of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: a name and a value")]
pub struct Variable {
    /// Its name, `[A-Za-z_][A-Za-z0-9_]*`; unique in the file.
    pub name: Spanned<String>,
    /// Where its value comes from.
    pub source: VariableSource,
    /// Whether its value is replaced by `***` wherever it would be seen.
    pub secret: bool,
    /// Whether it comes from another file than the one that it is used in; it need not be used there.
    pub included: bool,
}

/// Where the value of a [`Variable`] comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "closed: each source is drawn from in its own way")]
pub enum VariableSource {
    /// From the file. It may use other variables and generators; a generator in it is drawn once per run.
    Literal(Text),
    /// From the environment of the process.
    Env {
        /// Name of the environment's variable.
        name: Spanned<String>,
        /// What is used when the environment does not have it.
        default: Option<Text>,
    },
    /// The content of a file, without the line end at its end.
    File(Spanned<String>),
    /// A one-time password that is made of a shared secret and the time (RFC 6238).
    Totp(Totp),
}

/// A one-time password that is made of a shared secret and the time (RFC 6238).
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: the parameters of RFC 6238")]
pub struct Totp {
    /// The secret in base32 (RFC 4648 section 6), as authenticator apps take it: spaces, hyphens and padding mean nothing.
    pub secret: Text,
    /// How many digits: 6 to 10.
    pub digits: u32,
    /// How long each is valid.
    pub period: Duration,
    /// The hash.
    pub algorithm: TotpAlgorithm,
}

impl VariableSource {
    /// The text that other variables may be used in, if there is one.
    pub(crate) const fn text(&self) -> Option<&Text> {
        match self {
            Self::Literal(text) => Some(text),
            Self::Env { default, .. } => default.as_ref(),
            Self::Totp(totp) => Some(&totp.secret),
            Self::File(_) => None,
        }
    }
}

/// The fields of a variable that is a mapping.
pub(crate) const TABLE: Table = Table::new(
    "a variable",
    &[&[
        FieldSpec::new("value", Shape::Text, "its value"),
        FieldSpec::new("env", Shape::Text, "the environment's variable that has its value").literal(),
        FieldSpec::new("default", Shape::Text, "its value when the environment has none"),
        FieldSpec::new("file", Shape::Text, "the file that has its value; a line end at its end is left out")
            .literal(),
        FieldSpec::new(
            "totp",
            Shape::Text,
            "a secret in base32: its value is the one-time password of the moment",
        ),
        FieldSpec::new("digits", Shape::of::<Digits>(), "with `totp`: how many digits (6)").literal(),
        FieldSpec::new(
            "period",
            Shape::of::<TotpPeriod>(),
            "with `totp`: how long a password is valid (30s)",
        )
        .literal(),
        FieldSpec::new("algorithm", Shape::word::<TotpAlgorithm>(), "with `totp`: the hash (sha1)").literal(),
        FieldSpec::new("secret", Shape::of::<bool>(), "whether its value is never shown (false)").literal(),
    ]],
)
.one_of(&["value", "env", "file", "totp"]);

/// How many digits a one-time password has (RFC 4226 section 5.3 asks for 6 at least; a 31-bit number has 10 at most).
type Digits = Number<6, 10>;

const DIGITS_DEFAULT: u32 = 6;

/// How long a one-time password is valid when nothing is said (RFC 6238 section 4.1).
const TOTP_PERIOD_DEFAULT: Duration = Duration::from_secs(30);

/// Reads `variables`.
pub(crate) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Vec<Variable>> {
    let Kind::Mapping(entries) = &node.kind else {
        let help = matches!(node.kind, Kind::Sequence(_)).then(|| "write `NAME: VALUE`, without a dash");
        reader.unexpected_with(node, "a mapping of names to values", help.map(str::to_owned));
        reader.has_more_variables = true;
        return None;
    };
    let mut variables = Vec::new();
    for (name, key, value) in unique(reader, entries, "variable") {
        if variables.len() == VARIABLES_MAX {
            let diagnostic = reader.error(key.place, format!("a file has at most {VARIABLES_MAX} variables"));
            reader.report(diagnostic);
            reader.has_more_variables = true;
            break;
        }
        check_name(reader, name, key);
        let spanned = Spanned::new(name.to_owned(), key.place);
        match reader.within(name, |reader| Variable::read(reader, spanned, value)) {
            Some(variable) => variables.push(variable),
            None => reader.unread_variables.push(name.to_owned()),
        }
    }
    Some(variables)
}

fn check_name(reader: &mut Reader<'_>, name: &str, key: &Node) {
    let diagnostic = if !is_name(name) {
        reader
            .error(key.place, format!("{} cannot name a variable", quoted(name)))
            .with_help("a name has letters, digits and underscores, and does not begin with a digit")
    } else if generator::NAMES.contains(&name) {
        reader
            .error(key.place, format!("`{name}` is the name of a generator"))
            .with_help("choose another name, such as one in upper case")
    } else {
        return;
    };
    reader.report(diagnostic);
}

impl Variable {
    fn read(reader: &mut Reader<'_>, name: Spanned<String>, node: &Node) -> Option<Self> {
        if !matches!(node.kind, Kind::Mapping(_)) || node.is_bare_template() {
            let source = VariableSource::Literal(reader.text(node)?);
            return Some(Self { name, source, secret: false, included: false });
        }
        let excuses = ["default", "digits", "period", "algorithm"];
        let mapping = Mapping::open_excused(reader, node, &TABLE, name.place, &excuses)?;
        let secret =
            mapping.read(reader, "secret", Reader::literal::<bool>).is_some_and(|secret| secret.value);
        for (field, needed, help) in [
            ("default", "env", "call it `value`"),
            ("digits", "totp", "remove it"),
            ("period", "totp", "remove it"),
            ("algorithm", "totp", "remove it"),
        ] {
            if let (Some(place), false) = (mapping.key_place(field), mapping.has(needed)) {
                let diagnostic = reader.error(place, format!("`{field}` needs `{needed}`")).with_help(help);
                reader.report(diagnostic);
            }
        }
        let source = mapping.text(reader, "value").map(VariableSource::Literal);
        let source = source.or_else(|| env(reader, &mapping));
        let source =
            source.or_else(|| mapping.read(reader, "file", Reader::literal_text).map(VariableSource::File));
        let source = source.or_else(|| totp(reader, &mapping))?;
        Some(Self { name, source, secret, included: false })
    }
}

fn env(reader: &mut Reader<'_>, mapping: &Mapping<'_>) -> Option<VariableSource> {
    let default = mapping.text(reader, "default");
    let name = mapping.read(reader, "env", Reader::literal_text)?;
    if name.value.is_empty() || name.value.contains(['=', '\0']) {
        let message = format!("{} cannot name a variable of the environment", quoted(&name.value));
        let diagnostic = reader.error(name.place, message);
        reader.report(diagnostic);
    }
    Some(VariableSource::Env { name, default })
}

fn totp(reader: &mut Reader<'_>, mapping: &Mapping<'_>) -> Option<VariableSource> {
    let secret = mapping.text(reader, "totp")?;
    if let Some(literal) = secret.literal()
        && let Err(message) = totp_key(literal)
    {
        let diagnostic = reader.error(secret.place(), message);
        reader.report(
            diagnostic.with_help("give the secret that an authenticator app would be given, in base32"),
        );
    }
    let digits = mapping.read(reader, "digits", Reader::literal::<Digits>);
    let period = mapping.read(reader, "period", Reader::literal::<TotpPeriod>);
    let algorithm = mapping.read(reader, "algorithm", algorithm);
    Some(VariableSource::Totp(Totp {
        secret,
        digits: digits.map_or(DIGITS_DEFAULT, |digits| digits.value.get()),
        period: period.map_or(TOTP_PERIOD_DEFAULT, |period| period.value.get()),
        algorithm: algorithm.unwrap_or(TotpAlgorithm::Sha1),
    }))
}

fn algorithm(reader: &mut Reader<'_>, node: &Node) -> Option<TotpAlgorithm> {
    let text = reader.literal_text(node)?;
    match parse_word(&text.value) {
        Ok(word) => Some(word),
        Err(bad) => {
            reader.bad_value(text.place, bad);
            None
        }
    }
}

/// The bytes of a secret in base32 (RFC 4648 section 6), without regard to case; spaces, hyphens and padding mean nothing.
///
/// # Errors
///
/// It has another character, or none; the message does not repeat it, as it is secret.
pub fn totp_key(text: &str) -> Result<Vec<u8>, String> {
    let mut base32 = data_encoding::Specification::new();
    base32.symbols.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
    base32.translate.from.push_str("abcdefghijklmnopqrstuvwxyz");
    base32.translate.to.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    base32.ignore.push_str(" -\t\n");
    // Apps take secrets whose last bits are not zero.
    base32.check_trailing_bits = false;
    let key = base32
        .encoding()
        .map_err(|error| error.to_string())?
        .decode(text.trim().trim_end_matches('=').as_bytes());
    match key {
        Ok(key) if key.is_empty() => Err("expected a secret in base32, found an empty one".to_owned()),
        Ok(key) => Ok(key),
        Err(_) => Err("expected a secret in base32, which has only letters and the digits 2 to 7".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::totp_key;

    #[test]
    fn secrets_are_read_as_authenticator_apps_take_them() {
        // RFC 4648 section 10.
        for (text, bytes) in
            [("MY======", "f"), ("MZXQ====", "fo"), ("mzxw 6ytb-oi", "foobar"), ("MZXW6YQ=", "foob")]
        {
            assert_eq!(totp_key(text).unwrap(), bytes.as_bytes(), "{text}");
        }
        for wrong in ["", "=", "MZ1", "MZ0W", "MZ\u{e9}W"] {
            assert!(totp_key(wrong).is_err(), "{wrong}");
        }
    }
}
