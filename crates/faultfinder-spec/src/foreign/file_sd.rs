//! Lists of targets as Prometheus' file-based service discovery has them: `[{ targets: [HOST:PORT], labels: {..} }]`.

use crate::reader::Reader;
use crate::yaml::{self, Kind, Node};
use crate::{Diagnostic, Place, Source};

/// Most targets of a list.
pub const TARGETS_MAX: usize = 10_000;

/// The targets of a list, in order; labels mean nothing here.
///
/// # Errors
///
/// What is wrong with it.
pub fn read_targets(source: &Source) -> Result<Vec<String>, Vec<Diagnostic>> {
    let mut reader = Reader::new(source);
    let root = match yaml::load(source.text()) {
        Ok((root, _)) => root,
        Err(flaw) => return Err(vec![reader.error(flaw.place, flaw.message)]),
    };
    let mut targets = Vec::new();
    match root.as_deref().map(|root| &root.kind) {
        Some(Kind::Sequence(groups)) => groups.iter().for_each(|group| add(&mut reader, group, &mut targets)),
        _ => {
            let place = root.as_deref().map_or(Place::START, |root| root.place);
            let diagnostic = reader.error(place, "expected a list of mappings with `targets`");
            reader.report(
                diagnostic.with_help("write `[{ targets: [HOST:PORT] }]`, as Prometheus' file_sd has it"),
            );
        }
    }
    let (diagnostics, _, _) = reader.finish();
    if diagnostics.is_empty() { Ok(targets) } else { Err(diagnostics) }
}

fn add(reader: &mut Reader<'_>, group: &Node, targets: &mut Vec<String>) {
    let Some(list) = group.get("targets") else {
        reader.unexpected(group, "a mapping with `targets`");
        return;
    };
    let Kind::Sequence(items) = &list.kind else {
        reader.unexpected(list, "a list of targets");
        return;
    };
    for item in items {
        let Some(scalar) = item.scalar() else {
            reader.unexpected(item, "a target");
            continue;
        };
        if targets.len() == TARGETS_MAX {
            let diagnostic = reader.error(item.place, format!("a list holds at most {TARGETS_MAX} targets"));
            reader.report(diagnostic);
            return;
        }
        targets.push(scalar.text.clone());
    }
}
