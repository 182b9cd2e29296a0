//! The closed words of the taxonomy, and types of records, as values of fields.

use super::bad::did_you_mean;
use super::{BadValue, FromText, ValueKind};
use crate::text::quoted;
use faultfinder_taxonomy::word::{RecordType, Word, one_of};

/// Reads one of a closed set of words.
///
/// # Errors
///
/// When the text is none of them: with the nearest, or that it is not supported yet.
pub fn parse_word<W: Word>(text: &str) -> Result<W, BadValue> {
    W::parse(text).map_err(|unknown| {
        if unknown.later {
            let bad = BadValue::new(format!("{} is not supported yet", quoted(text)))
                .label(Some("not supported yet".to_owned()))
                .help(format!("use {}", one_of(W::WORDS)));
            return BadValue { later: true, ..bad };
        }
        BadValue::new(format!("expected {}, found {}", W::expected(), quoted(text)))
            .label(did_you_mean(unknown.nearest))
    })
}

impl FromText for RecordType {
    const KIND: ValueKind = ValueKind::Text;

    fn expected() -> String {
        Self::EXPECTED.to_owned()
    }

    fn from_text(text: &str) -> Result<Self, BadValue> {
        Self::parse(text).map_err(|unknown| {
            BadValue::expected(&Self::expected(), text).label(did_you_mean(unknown.nearest))
        })
    }
}
