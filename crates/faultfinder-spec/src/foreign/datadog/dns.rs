//! Questions to name servers. A native one is about records of one type.

use super::super::build::Fields;
use super::context::Context;
use super::endpoint::{host_of, port};
use super::settings::{Exchange, Kind, Settings, put_text, put_timeout};
use super::{assertions, value};
use crate::Place;
use crate::yaml::Node;
use std::rc::Rc;

/// The type of records that is asked for when nothing is asserted on any.
const TYPE_DEFAULT: &str = "A";

/// The native questions: one for each type of records that is asserted on.
pub(super) fn convert(
    context: &mut Context<'_, '_, '_, '_>,
    settings: Settings<'_>,
    written: &[Rc<Node>],
    place: Place,
) -> Option<Vec<Exchange>> {
    let mut types: Vec<&str> = Vec::new();
    for one in written {
        if let Some(record) = record_type(one).filter(|record| !types.contains(record)) {
            types.push(record);
        }
    }
    if types.is_empty() {
        types.push(TYPE_DEFAULT);
    }
    let mut exchanges = Vec::new();
    for (index, record) in types.iter().enumerate() {
        let fields = question(context, settings, record);
        // Those on no record are about the first question.
        let is_about = |one: &&Rc<Node>| record_type(one).map_or(index == 0, |of| of == *record);
        let about: Vec<Rc<Node>> = written.iter().filter(is_about).cloned().collect();
        exchanges.push(Exchange {
            title: format!("{record} records"),
            protocol: "dns",
            request: fields.into_node(settings.request.place),
            assertions: assertions::convert(context, Kind::Dns, &about),
            place,
        });
    }
    Some(exchanges)
}

/// The type of the records that an assertion is about.
fn record_type(assertion: &Node) -> Option<&str> {
    let is_record = matches!(value::word(assertion, "type"), Some("recordSome" | "recordEvery"));
    value::word(assertion, "property").filter(|_| is_record)
}

fn question(context: &mut Context<'_, '_, '_, '_>, settings: Settings<'_>, record: &str) -> Fields {
    let request = settings.request;
    let mut fields = Fields::default();
    if let Some(host) = value::filled(request, "host").cloned() {
        let written = host.scalar().map_or("", |host| host.text.as_str());
        let name = host_of(written);
        if name != written {
            context.conversion.remark(&host, format!("the name was written as {written}"));
        }
        let name = context.text_at(host.place, name);
        fields.put("name", name);
    }
    let record = context.text_at(request.place, record);
    fields.put("type", record);
    put_text(context, settings, &mut fields, ("dnsServer", "server"));
    match (value::filled(request, "dnsServer"), value::filled(request, "dnsServerPort").cloned()) {
        (Some(_), Some(_)) => {
            if let Some(port) = port(context, request, "dnsServerPort") {
                fields.put("port", port);
            }
        }
        (None, Some(port)) => {
            context.conversion.warn(&port, "`dnsServerPort` is left out: it needs `dnsServer`");
        }
        _ => {}
    }
    if value::filled(request, "dnsServer").is_none() {
        context.conversion.remark(request, "it asked 8.8.8.8, and asks the name server of the system here");
    }
    put_timeout(context, settings, &mut fields);
    fields
}
