//! Where in its file a fault of a definition is.

use crate::exchange::PlannedExchange;
use crate::objections::full;
use faultfinder_spec::{AssertionSource, Diagnostic, Place, Source};
use faultfinder_taxonomy::{Detail, Fault};

/// Where in its file a fault of a definition is.
pub(crate) struct Placed {
    place: Place,
    /// The field with its path in the file: `tests[0].http.url`.
    path: Option<String>,
}

impl PlannedExchange {
    /// What is wrong with it, as far as it shows at load.
    pub(crate) fn objections(&self) -> impl Iterator<Item = Diagnostic> {
        self.objections.iter().map(|fault| self.place(fault).diagnostic(fault, &self.source))
    }

    /// Where a fault of the definition is.
    pub(crate) fn place(&self, fault: &Fault) -> Placed {
        Placed::of(fault, self)
    }
}

impl Placed {
    fn of(fault: &Fault, exchange: &PlannedExchange) -> Self {
        let fault = full(fault.clone(), exchange.protocol(), exchange.aliases());
        let Detail::Definition { field, .. } = &fault.detail else {
            return Self {
                place: exchange.entry.place,
                path: exchange.entry.path.as_deref().map(str::to_owned),
            };
        };
        let path = match &exchange.entry.path {
            Some(path) => format!("{path}.{field}"),
            None => field.clone(),
        };
        let is_name = fault.detail.name() == "ERR_INVALID_HTTP_TOKEN";
        let name = if is_name { place_of_name(field, exchange) } else { None };
        Self { place: name.unwrap_or_else(|| place_of(field, exchange)), path: Some(path) }
    }

    /// The place as people and editors read it.
    pub(crate) fn text(&self, source: &Source) -> String {
        format!("{}:{}", source.name(), self.place)
    }

    /// The fault as a diagnostic.
    pub(crate) fn diagnostic(&self, fault: &Fault, source: &Source) -> Diagnostic {
        let diagnostic = Diagnostic::error(source, self.place, &fault.message)
            .with_name(fault.detail.name())
            .at(self.path.clone());
        match fault.hints.first() {
            Some(hint) => diagnostic.with_help(hint.clone()),
            None => diagnostic,
        }
    }
}

/// Where a field is: `http.url`, `assert[1].value`, `name`.
fn place_of(field: &str, exchange: &PlannedExchange) -> Place {
    if let Some(rest) = field.strip_prefix(exchange.protocol().as_str()) {
        return exchange.place_of_field(rest.strip_prefix('.').unwrap_or(rest));
    }
    let found = field.strip_prefix("assert[").and_then(|rest| {
        let (index, rest) = rest.split_once(']')?;
        Some(place_in(exchange.written_assertions().get(index.parse::<usize>().ok()?)?, rest))
    });
    found.unwrap_or(exchange.entry.place)
}

/// Where the name of a header is: `http.headers.x-id`.
fn place_of_name(field: &str, exchange: &PlannedExchange) -> Option<Place> {
    let rest = field.strip_prefix(exchange.protocol().as_str())?.strip_prefix('.')?;
    exchange.place_of_field_name(rest)
}

/// Where a part of an assertion is: `.value`, `.any[1].value`.
fn place_in(assertion: &AssertionSource, path: &str) -> Place {
    let path = path.strip_prefix('.').unwrap_or(path);
    match assertion {
        AssertionSource::Line(text) | AssertionSource::Warning(text) => text.place(),
        AssertionSource::Script(script, _) => script.place(),
        AssertionSource::Fields(fields) => fields.place_of(path),
        AssertionSource::Group(group) => {
            let part =
                path.split_once('[').and_then(|(_, rest)| rest.split_once(']')).and_then(|(index, rest)| {
                    Some(place_in(group.parts.get(index.parse::<usize>().ok()?)?, rest))
                });
            part.unwrap_or_else(|| group.options.place_of(path))
        }
    }
}
