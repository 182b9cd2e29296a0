//! The configuration file: TOML with the fields of the settings, at the top.
//!
//! All mistakes are reported at once, each with its line and a caret; lines that may hold a secret are shown
//! with `*` in its place. Relative paths are relative to the folder of the file.

use super::setting::{ALL, Kind, Setting};
use faultfinder_spec::{Diagnostic, Place, Source};
use faultfinder_taxonomy::word::nearest;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// Most bytes of a configuration file: a thousand networks take 50 KB.
pub(super) const CONFIG_BYTES_MAX: usize = 1_000_000;
/// Most syntax errors that are reported: one often leads to others.
const SYNTAX_ERRORS_MAX: usize = 5;
/// A field that is refused on purpose.
const ADMIN_TOKEN: &str = "admin_token";

/// A configuration file as it was read.
#[derive(Debug)]
pub(super) struct ConfigFile {
    /// Its text, with `*` in place of what may be secret.
    pub(super) source: Source,
    /// What it says, by the field of the setting.
    values: BTreeMap<&'static str, Vec<Written>>,
    /// All that is wrong with it as a file; values are judged elsewhere.
    pub(super) wrong: Vec<Diagnostic>,
    /// What may be a secret, and is not where it should be.
    pub(super) warnings: Vec<String>,
}

/// A value as it was written.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub(super) text: OsString,
    pub(super) place: Place,
}

impl ConfigFile {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// When it cannot be read at all: a message that begins with its path.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let name = path.display().to_string();
        let bytes = bytes_of(path, CONFIG_BYTES_MAX)?;
        let folder = path.parent().unwrap_or_else(|| Path::new(""));
        let mut file = Self::parse(&name, folder, &bytes);
        let holds_password = file
            .of_field("database")
            .is_some_and(|written| written.iter().any(|one| one.text.to_str().is_some_and(holds_password)));
        if holds_password && is_public(path) {
            file.warnings.push(format!(
                "{name} contains a password, and every user of this host can read it: chmod o= {name}, or set FAULTFINDER_DATABASE"
            ));
        }
        Ok(file)
    }

    /// Reads the bytes of a file of this name in this folder.
    pub(super) fn parse(name: &str, folder: &Path, bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let text = String::from_utf8_lossy(bytes);
        let source = Source::new(name, &masked(&text));
        let mut file = Self { source, values: BTreeMap::new(), wrong: Vec::new(), warnings: Vec::new() };
        if let Err(error) = std::str::from_utf8(bytes) {
            let at = error.valid_up_to();
            let message = format!("not UTF-8: the byte 0x{:02x}", bytes.get(at).copied().unwrap_or(0));
            file.error(at..at.saturating_add(1), message);
            return file;
        }
        let (table, errors) = DeTable::parse_recoverable(&text);
        for error in errors.iter().take(SYNTAX_ERRORS_MAX) {
            file.error(error.span().unwrap_or(0..0), error.message().to_owned());
        }
        if errors.is_empty() {
            for (field, value) in table.get_ref() {
                file.field(folder, field, value);
            }
        }
        // In the order of the file, not of the alphabet.
        file.wrong.sort_by_key(|diagnostic| diagnostic.place);
        file
    }

    /// What it says of a setting.
    pub(super) fn of(&self, setting: &Setting) -> Option<&[Written]> {
        self.of_field(setting.field)
    }

    fn of_field(&self, field: &str) -> Option<&[Written]> {
        self.values.get(field).map(Vec::as_slice)
    }

    fn error(&mut self, at: std::ops::Range<usize>, message: String) -> &mut Diagnostic {
        let diagnostic = Diagnostic::error(&self.source, self.source.place_of(at), message);
        self.wrong.push_mut(diagnostic)
    }

    fn field(&mut self, folder: &Path, field: &Spanned<DeString<'_>>, value: &Spanned<DeValue<'_>>) {
        let name: &str = field.get_ref();
        if let Some(setting) = ALL.into_iter().find(|setting| setting.field == name) {
            let written = self.values_of(folder, setting, value);
            self.values.insert(setting.field, written);
        } else if name == ADMIN_TOKEN {
            self.error(field.span(), "the admin token must not be in the configuration file".to_owned()).help =
                Some("write it to a file of its own and name that in `admin_token_file`, or set FAULTFINDER_ADMIN_TOKEN".to_owned());
        } else {
            let near = nearest(name, ALL.iter().map(|setting| setting.field));
            let error = self.error(field.span(), format!("unknown field {}", faultfinder_spec::quoted(name)));
            error.label = near.map(|near| format!("did you mean `{near}`?"));
            if near.is_none() {
                let all: Vec<&str> = ALL.iter().map(|setting| setting.field).collect();
                error.help = Some(format!("there are: {}", all.join(", ")));
            }
        }
    }

    /// The texts of a value. Values of the wrong type are reported and omitted.
    fn values_of(&mut self, folder: &Path, setting: &Setting, value: &Spanned<DeValue<'_>>) -> Vec<Written> {
        let items: Vec<&Spanned<DeValue<'_>>> = match (setting.is_list(), value.get_ref()) {
            (true, DeValue::Array(items)) => items.iter().collect(),
            (true, _) => return self.wrong_type(setting, value),
            (false, _) => vec![value],
        };
        let mut written = Vec::with_capacity(items.len());
        for item in items {
            match (setting.kind, item.get_ref()) {
                (Kind::Number { .. }, DeValue::Integer(number)) => {
                    let number = i128::from_str_radix(number.as_str(), number.radix());
                    let text =
                        number.map_or_else(|_| "a number of many digits".to_owned(), |n| n.to_string());
                    written.push(self.written(text.into(), item));
                }
                (Kind::Number { .. }, _) => written.extend(self.wrong_type(setting, item)),
                (kind, DeValue::String(text)) => {
                    let text = from_folder(folder, kind, text);
                    written.push(self.written(text, item));
                }
                _ => written.extend(self.wrong_type(setting, item)),
            }
        }
        written
    }

    fn written(&self, text: OsString, value: &Spanned<DeValue<'_>>) -> Written {
        Written { text, place: self.source.place_of(value.span()) }
    }

    /// Reports a value of the wrong type; returns no values.
    fn wrong_type(&mut self, setting: &Setting, value: &Spanned<DeValue<'_>>) -> Vec<Written> {
        let found = match value.get_ref() {
            DeValue::String(_) => "text",
            DeValue::Integer(_) => "a number",
            DeValue::Float(_) => "a number with a fraction",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        let message = format!("`{}`: expected {}, found {found}", setting.field, setting.expected());
        self.error(value.span(), message);
        Vec::new()
    }
}

/// A value as it is meant: relative paths are of the file's folder.
fn from_folder(folder: &Path, kind: Kind, text: &str) -> OsString {
    // Joining an absolute path yields that path.
    match kind {
        Kind::Path | Kind::Paths if !text.is_empty() => folder.join(text).into(),
        Kind::Database => match text.strip_prefix("sqlite:") {
            Some(path) => {
                let path = path.strip_prefix("//").unwrap_or(path);
                if path.is_empty() || path.starts_with(":memory:") {
                    return text.into();
                }
                let mut url = OsString::from("sqlite://");
                url.push(folder.join(path));
                url
            }
            None => text.into(),
        },
        _ => text.into(),
    }
}

/// Whether a URL has a password in it.
fn holds_password(url: &str) -> bool {
    let authority =
        url.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?']).next().unwrap_or(rest));
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    user.contains(':') || url.contains("password=")
}

/// A text of the same places in which `*` stands for what may be secret: what follows the `=` of fields that are called
/// so, and of URLs with a password.
fn masked(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let Some((field, value)) = line.split_once('=') else {
            shown.push_str(line);
            continue;
        };
        let field_is = field.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
        let is_secret = match field_is.as_str() {
            "admin_token_file" | "tls_key" => false,
            "database" => value.contains('@') || value.contains("password"),
            other => ["token", "password", "secret", "key"].iter().any(|word| other.contains(word)),
        };
        shown.push_str(field);
        shown.push('=');
        if is_secret {
            // As many bytes as before, so that places stay what they are.
            shown.extend(
                value.bytes().map(|byte| if byte.is_ascii_whitespace() { char::from(byte) } else { '*' }),
            );
        } else {
            shown.push_str(value);
        }
    }
    shown
}

/// The bytes of a file, which may have so many.
///
/// # Errors
///
/// A message that begins with its path.
pub(super) fn bytes_of(path: &Path, most: usize) -> Result<Vec<u8>, String> {
    let name = path.display();
    let read = File::open(path).and_then(|file| {
        if file.metadata()?.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let mut bytes = Vec::new();
        let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
        file.take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    });
    match read {
        Ok(bytes) if bytes.len() > most => Err(format!("{name}: has more than {most} bytes")),
        Ok(bytes) => Ok(bytes),
        Err(error) => Err(match error.kind() {
            io::ErrorKind::NotFound => format!("{name}: there is no such file"),
            io::ErrorKind::IsADirectory => format!("{name}: is a folder"),
            _ => format!("{name}: cannot be read: {error}"),
        }),
    }
}

/// Whether every user of this host can read a file.
pub(super) fn is_public(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        /// Read permission of those who are neither the owner nor of the group.
        const OTHERS_READ: u32 = 0o004;
        std::fs::metadata(path).is_ok_and(|found| found.mode() & OTHERS_READ != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// The path of the configuration file that is meant: the option's, or the variable's.
pub(super) fn path(option: Option<&Path>, variable: Option<&OsString>) -> Option<PathBuf> {
    option.map(Path::to_owned).or_else(|| variable.map(PathBuf::from))
}
