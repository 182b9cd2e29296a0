//! What anyone may see of some tests, without signing in.

use faultfinder_spec::{ComponentSource, StatusPageSource};
use std::path::Path;

/// Largest logo, in bytes.
const LOGO_BYTES_MAX: u64 = 200_000;

/// What anyone may see of some tests, at `/status/{path}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusPage {
    pub(crate) path: String,
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    /// The URL by which others see it.
    pub(crate) url: Option<String>,
    pub(crate) logo: Option<Logo>,
    /// Whether it says by which code tests failed.
    pub(crate) shows_cause: bool,
    pub(crate) components: Vec<ComponentSource>,
}

/// An image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Logo {
    pub(crate) content_type: &'static str,
    pub(crate) bytes: bytes::Bytes,
}

impl StatusPage {
    /// A status page with the image that its file names; the path is meant from `folder`.
    ///
    /// # Errors
    ///
    /// What is wrong with the image.
    pub fn resolve(source: &StatusPageSource, folder: &Path) -> Result<Self, String> {
        let logo = source.logo_file.as_ref().map(|name| Logo::read(&folder.join(name))).transpose()?;
        Ok(Self {
            path: source.path.clone(),
            title: source.title.clone(),
            description: source.description.clone(),
            url: source.url.as_ref().map(|url| url.trim_end_matches('/').to_owned()),
            logo,
            shows_cause: source.shows_cause,
            components: source.components.clone(),
        })
    }
}

impl Logo {
    fn read(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        let size =
            std::fs::metadata(path).map_err(|error| format!("{shown}: cannot be read: {error}"))?.len();
        if size > LOGO_BYTES_MAX {
            return Err(format!("{shown}: a logo has at most {LOGO_BYTES_MAX} bytes, found {size}"));
        }
        let bytes = std::fs::read(path).map_err(|error| format!("{shown}: cannot be read: {error}"))?;
        let content_type =
            type_of(&bytes).ok_or_else(|| format!("{shown}: expected PNG, JPEG, WebP or SVG"))?;
        Ok(Self { content_type, bytes: bytes.into() })
    }
}

/// The type of an image by its first bytes (WHATWG MIME Sniffing section 6.1); SVG is text that has `<svg`.
fn type_of(bytes: &[u8]) -> Option<&'static str> {
    let is_webp = || bytes.starts_with(b"RIFF") && bytes.get(8..14) == Some(b"WEBPVP");
    let is_svg = || {
        std::str::from_utf8(bytes)
            .is_ok_and(|text| text.trim_start().starts_with('<') && text.contains("<svg"))
    };
    match bytes {
        _ if bytes.starts_with(b"\x89PNG\r\n\x1a\n") => Some("image/png"),
        _ if bytes.starts_with(b"\xff\xd8\xff") => Some("image/jpeg"),
        _ if is_webp() => Some("image/webp"),
        _ if is_svg() => Some("image/svg+xml"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logo_is_an_image_of_bounded_size() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("logo");
        assert!(Logo::read(&path).unwrap_err().contains("cannot be read"));
        for (bytes, expected) in [
            (&b"\x89PNG\r\n\x1a\nrest"[..], Ok("image/png")),
            (b"\xff\xd8\xff\xe0", Ok("image/jpeg")),
            (b"RIFF\x01\0\0\0WEBPVP8 ", Ok("image/webp")),
            (b"<?xml version=\"1.0\"?>\n<svg/>", Ok("image/svg+xml")),
            (b"<html>", Err("expected PNG, JPEG, WebP or SVG")),
            (b"", Err("expected PNG, JPEG, WebP or SVG")),
        ] {
            std::fs::write(&path, bytes).unwrap();
            match (Logo::read(&path), expected) {
                (Ok(logo), Ok(expected)) => assert_eq!(logo.content_type, expected),
                (Err(wrong), Err(expected)) => assert!(wrong.contains(expected), "{wrong}"),
                (found, _) => panic!("{bytes:?}: {found:?}"),
            }
        }
        std::fs::write(&path, vec![0; 200_001]).unwrap();
        assert!(Logo::read(&path).unwrap_err().contains("found 200001"));
    }
}
