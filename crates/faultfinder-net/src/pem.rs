//! PEM text, inline or in a file.

use faultfinder_taxonomy::{Code, Detail, Fault, Phase};
use std::path::PathBuf;

/// Certificates or a key in PEM form.
#[derive(Clone, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed: it is inline or in a file")]
pub enum Pem {
    /// The text itself.
    Inline(String),
    /// The file that contains it.
    File(PathBuf),
}

impl Pem {
    /// Largest file that is read, in bytes.
    pub const BYTES_MAX: u64 = 8 << 20;

    /// Text that begins with a PEM header is inline PEM, anything else is the name of a file.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        // Editors put a byte order mark before a text.
        if text.trim_start_matches('\u{feff}').trim_start().starts_with("-----BEGIN") {
            Self::Inline(text.to_owned())
        } else {
            Self::File(text.into())
        }
    }

    /// The PEM text.
    ///
    /// # Errors
    ///
    /// `INVALID_REQUEST` naming `field` and the file, when it cannot be read or is too large.
    pub fn read(&self, field: &str) -> Result<Vec<u8>, Fault> {
        let path = match self {
            Self::Inline(text) => return Ok(text.clone().into_bytes()),
            Self::File(path) => path,
        };
        let refused = |why: String| {
            let message = format!("cannot read {}: {why}", path.display());
            Fault::new(
                Code::InvalidRequest,
                Phase::Config,
                Detail::definition("unreadable_file", field),
                message,
            )
        };
        let size = std::fs::metadata(path).map_err(|error| refused(error.to_string()))?.len();
        if size > Self::BYTES_MAX {
            return Err(refused(format!("it has {size} bytes, at most {} are read", Self::BYTES_MAX)));
        }
        std::fs::read(path).map_err(|error| refused(error.to_string()))
    }
}

impl std::fmt::Debug for Pem {
    /// Never shows inline text: it may be a private key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Inline(_) => f.write_str("Inline(***)"),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
        }
    }
}
