//! The fields of a test with one request, each with its path.

use super::row::{self, Row};
use faultfinder_spec::fields::{FieldSpec, Shape, Table};
use faultfinder_spec::table_of_tests;
use faultfinder_taxonomy::Protocol;

/// A field of a test.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// Where it is in the test: `http.tls.ca`.
    pub(super) path: String,
    pub(super) spec: &'static FieldSpec,
    /// The fields beside it.
    pub(super) table: &'static Table,
    /// How it is given.
    pub(super) row: &'static Row,
}

/// Fields of tests that send no request of their own.
const OF_OTHERS: [&str; 4] = ["steps", "overall_timeout", "persist_cookies", "heartbeat"];

/// The fields of a test with a request of this protocol, in order: those of the request, then the others.
pub(super) fn all(protocol: Protocol) -> Vec<Field> {
    let mut fields = Vec::new();
    let (requests, others): (Vec<_>, Vec<_>) = table_of_tests()
        .fields()
        .filter(|spec| !OF_OTHERS.contains(&spec.name))
        .partition(|spec| is_request(spec));
    let request = requests.into_iter().filter(|spec| spec.name == protocol.as_str());
    for spec in request.chain(others) {
        add(&mut fields, spec, table_of_tests(), "");
    }
    fields
}

fn is_request(spec: &FieldSpec) -> bool {
    Protocol::ALL.iter().any(|protocol| protocol.as_str() == spec.name)
}

fn add(fields: &mut Vec<Field>, spec: &'static FieldSpec, table: &'static Table, parent: &str) {
    let path = if parent.is_empty() { spec.name.to_owned() } else { format!("{parent}.{}", spec.name) };
    let row = row::of(&path);
    fields.push(Field { path: path.clone(), spec, table, row });
    if let Shape::Table(inner) = &spec.shape {
        for spec in inner.fields() {
            add(fields, spec, inner, &path);
        }
    }
}

impl Field {
    /// The path of the mapping that it is in; empty for a field of the test itself.
    pub(super) fn parent(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(parent, _)| parent)
    }
}
