//! Names that are unique: of the tests of a file, of the steps of a test.

use super::super::build::Conversion;
use super::context::{Shared, id_of};
use super::value;
use crate::yaml::Node;
use std::collections::HashSet;
use std::rc::Rc;

/// What a test without a name is called.
const NAMELESS: &str = "unnamed test";

/// Gives each test a name of its own.
pub(super) fn of_tests(conversion: &mut Conversion<'_, '_, '_>, tests: &[Rc<Node>], shared: &mut Shared) {
    let mut taken = HashSet::new();
    for test in tests {
        let written = value::word(test, "name").filter(|name| !name.trim().is_empty()).unwrap_or(NAMELESS);
        let public_id = value::word(test, "public_id");
        let name = unique(written, public_id, &mut taken);
        if name != written {
            conversion
                .remark(test, format!("the name was {written}, which another test of the file has, too"));
        }
        if let Some(public_id) = public_id {
            shared.by_public_id.entry(public_id.to_owned()).or_insert_with(|| name.clone());
        }
        shared.names.insert(id_of(test), name);
    }
}

/// A name that was not taken: with what tells it apart, if there is something, or else with a number.
pub(super) fn unique(written: &str, apart: Option<&str>, taken: &mut HashSet<String>) -> String {
    let numbered = (2_u32..).map(|number| format!("{written} ({number})"));
    let candidates = [written.to_owned()].into_iter().chain(apart.map(|id| format!("{written} ({id})")));
    let mut free = candidates.chain(numbered).filter(|name| !taken.contains(name));
    let name = free.next().unwrap_or_else(|| written.to_owned());
    taken.insert(name.clone());
    name
}
