//! Flags, numbers and seconds of a backup: as JSON has them, as the columns of a database (`1`), or as text (`"60"`).

use crate::foreign::build::Conversion;
use crate::foreign::section::Section;
use crate::yaml::Node;
use std::rc::Rc;
use std::time::Duration;

/// A field that is true or false.
pub(super) fn flag<'n>(
    conversion: &mut Conversion<'_, '_, '_>,
    section: &mut Section<'n>,
    field: &'static str,
) -> Option<(&'n Rc<Node>, bool)> {
    let (node, written) = section.text(conversion, field)?;
    match written {
        "true" | "1" => Some((node, true)),
        "false" | "0" => Some((node, false)),
        _ => {
            conversion.reader.unexpected(node, &format!("true or false for `{field}`"));
            None
        }
    }
}

/// A field that is true.
pub(super) fn is_set<'n>(
    conversion: &mut Conversion<'_, '_, '_>,
    section: &mut Section<'n>,
    field: &'static str,
) -> Option<&'n Rc<Node>> {
    flag(conversion, section, field).and_then(|(node, is_set)| is_set.then_some(node))
}

/// A field that is a whole number.
pub(super) fn count<'n>(
    conversion: &mut Conversion<'_, '_, '_>,
    section: &mut Section<'n>,
    field: &'static str,
) -> Option<(&'n Rc<Node>, u32)> {
    let (node, written) = section.text(conversion, field)?;
    match written.trim().parse() {
        Ok(count) => Some((node, count)),
        Err(_) => {
            conversion.reader.unexpected(node, &format!("a number for `{field}`"));
            None
        }
    }
}

/// A field that is a number of seconds, perhaps with a fraction.
pub(super) fn seconds<'n>(
    conversion: &mut Conversion<'_, '_, '_>,
    section: &mut Section<'n>,
    field: &'static str,
) -> Option<(&'n Rc<Node>, Duration)> {
    let (node, written) = section.text(conversion, field)?;
    let duration = written.trim().parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    if duration.is_none() {
        conversion.reader.unexpected(node, &format!("a number of seconds for `{field}`"));
    }
    duration.map(|duration| (node, duration))
}

/// A duration as it is written in a native file.
pub(super) fn native(duration: Duration) -> String {
    match duration.subsec_millis() {
        0 => format!("{}s", duration.as_secs()),
        _ => format!("{}ms", duration.as_millis()),
    }
}
