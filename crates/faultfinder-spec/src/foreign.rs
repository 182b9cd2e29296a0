//! Files of other tools, read as if they were written in our own format.
//!
//! A conversion makes the nodes that a native file with the same meaning would have, each at the place of what it is made
//! from, and the native reader reads them. So every diagnostic points at the file as it is, whatever finds it, and what
//! [`import`] writes is what is run.

mod blackbox;
mod build;
mod datadog;
mod file_sd;
mod gatus;
mod kuma;
mod native;
mod options;
mod others;
mod pieces;
mod proto;
mod re2;
mod section;
mod shape;

use crate::reader::Reader;
use crate::yaml::{self, Node};
use crate::{Diagnostic, Place, Source};
use build::Conversion;
use std::rc::Rc;

/// The format of another tool that is read as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ForeignFormat {
    /// API tests of Datadog Synthetics: exports, `*.synthetics.json` of its CI tool, lists of them.
    Datadog,
    /// `blackbox.yml`: the modules of Prometheus' `blackbox_exporter`.
    Blackbox,
    /// The configuration of Gatus.
    Gatus,
    /// The JSON backup of Uptime Kuma 1.
    UptimeKuma,
}

impl ForeignFormat {
    /// Its name in messages.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Datadog => "Datadog",
            Self::Blackbox => "blackbox_exporter",
            Self::Gatus => "Gatus",
            Self::UptimeKuma => "Uptime Kuma",
        }
    }
}

/// The format that a file has, unless it is ours or unknown.
pub(crate) fn format(root: &Node) -> Option<ForeignFormat> {
    if datadog::is_one(root) {
        Some(ForeignFormat::Datadog)
    } else if blackbox::is_one(root) {
        Some(ForeignFormat::Blackbox)
    } else if gatus::is_one(root) {
        Some(ForeignFormat::Gatus)
    } else if kuma::is_one(root) {
        Some(ForeignFormat::UptimeKuma)
    } else {
        None
    }
}

/// Whether a source has this format, or cannot be read far enough to know which format it has.
#[must_use]
pub fn may_have_format(source: &Source, wanted: ForeignFormat) -> bool {
    match yaml::load(source.text()) {
        Ok((Some(root), _)) => format(&root) == Some(wanted),
        Ok((None, _)) | Err(_) => true,
    }
}

/// The native nodes with the meaning of a foreign file. What cannot be said is reported: a warning that names the field and
/// what it would have done, or an error where the test means nothing without it.
pub(crate) fn convert(
    reader: &mut Reader<'_>,
    root: &Node,
    format: ForeignFormat,
    options: &ForeignOptions,
) -> Option<Rc<Node>> {
    converted(reader, root, format, options).map(|(root, _)| root)
}

type Remarks = Vec<(Place, String)>;

fn converted(
    reader: &mut Reader<'_>,
    root: &Node,
    format: ForeignFormat,
    options: &ForeignOptions,
) -> Option<(Rc<Node>, Remarks)> {
    let mut conversion = Conversion::new(reader, options);
    let root = match format {
        ForeignFormat::Datadog => datadog::convert(&mut conversion, root),
        ForeignFormat::Blackbox => blackbox::convert(&mut conversion, root),
        ForeignFormat::Gatus => gatus::convert(&mut conversion, root),
        ForeignFormat::UptimeKuma => kuma::convert(&mut conversion, root),
    }?;
    Some((root, conversion.into_remarks()))
}

pub use file_sd::{TARGETS_MAX, read_targets};
pub use options::ForeignOptions;
pub(crate) use others::{is_hurl, unread};

/// A foreign file as a native one: YAML with comments that say what is different. The warnings are those of the conversion.
///
/// # Errors
///
/// What is wrong with the file; also that it is not of this format.
pub fn import(source: &Source, format: ForeignFormat) -> Result<(String, Vec<Diagnostic>), Vec<Diagnostic>> {
    let mut reader = Reader::new(source);
    let root = root_of(&reader, format).map_err(|diagnostic| vec![diagnostic])?;
    let converted = converted(&mut reader, &root, format, source.foreign_options());
    let (diagnostics, _, _) = reader.finish();
    match converted {
        Some((root, mut remarks)) if !diagnostics.iter().any(Diagnostic::is_error) => {
            remarks.extend(diagnostics.iter().map(|one| (one.place, one.message.clone())));
            remarks.sort_by_key(|(place, _)| *place);
            Ok((native::text(&root, &remarks), diagnostics))
        }
        _ => Err(diagnostics),
    }
}

/// Checks that a file is one of this format, without reading what is in it.
///
/// # Errors
///
/// Where it is not YAML; or that it is not of this format.
pub fn check_format(source: &Source, format: ForeignFormat) -> Result<(), Diagnostic> {
    root_of(&Reader::new(source), format).map(drop)
}

fn root_of(reader: &Reader<'_>, format: ForeignFormat) -> Result<Rc<Node>, Diagnostic> {
    let (root, _) =
        yaml::load(reader.source().text()).map_err(|flaw| reader.error(flaw.place, flaw.message))?;
    let is_one = |root: &Rc<Node>| self::format(root) == Some(format);
    root.filter(is_one).ok_or_else(|| {
        reader.error(Place::START, format!("this is not a configuration of {}", format.title()))
    })
}
