//! Opens mappings by their tables.

use crate::fields::{FieldSpec, Shape, Table};
use crate::keys::unique;
use crate::reader::Reader;
use crate::text::quoted;
use crate::yaml::{Kind, Node};
use crate::{Place, Text};
use faultfinder_taxonomy::Protocol;
use faultfinder_taxonomy::word::{nearest, one_of};

/// A mapping whose known fields were found.
#[derive(Debug)]
pub(crate) struct Mapping<'n> {
    pub(crate) table: &'static Table,
    /// Where the mapping begins, or the word that names it.
    pub(crate) place: Place,
    /// Where the name of a field is, the field, and its value.
    pub(crate) entries: Vec<(Place, &'static FieldSpec, &'n Node)>,
    /// Whether everything that must be there is there.
    pub(crate) complete: bool,
    /// Whether a field was reported that is not known, and what is missing is probably that one.
    pub(crate) has_unknown: bool,
    /// Fields without a value, whose content was reported as indented too little.
    emptied: Vec<&'static str>,
    /// Whether the content of the last step was reported as indented too little: it is beside the steps.
    pub(crate) is_spilled: bool,
}

impl<'n> Mapping<'n> {
    /// Opens a mapping. Unknown, repeated and missing fields are reported.
    pub(crate) fn open(reader: &mut Reader<'_>, node: &'n Node, table: &'static Table) -> Option<Self> {
        Self::open_named(reader, node, table, node.place)
    }

    /// [`open`](Self::open), with the place of the word that names the mapping: there a missing field is reported.
    pub(crate) fn open_named(
        reader: &mut Reader<'_>,
        node: &'n Node,
        table: &'static Table,
        place: Place,
    ) -> Option<Self> {
        Self::open_excused(reader, node, table, place, &[])
    }

    /// [`open_named`](Self::open_named) for a caller that says itself what is missing where one of these fields is there.
    pub(crate) fn open_excused(
        reader: &mut Reader<'_>,
        node: &'n Node,
        table: &'static Table,
        place: Place,
        excuses: &[&str],
    ) -> Option<Self> {
        let Kind::Mapping(entries) = &node.kind else {
            // `http: https://a.test`: what is meant is one of its fields.
            let help = node.scalar().and_then(|scalar| form(table, Some(scalar.text.as_str())));
            let help = help.map(|form| format!("write `{form}`"));
            reader.unexpected_with(node, &format!("a mapping with the fields of {}", table.title), help);
            return None;
        };
        let mut mapping = Self {
            table,
            place,
            entries: Vec::new(),
            complete: true,
            has_unknown: false,
            emptied: Vec::new(),
            is_spilled: false,
        };
        let mut strangers = Vec::new();
        for (name, key, value) in unique(reader, entries, "field") {
            match table.find(name) {
                Some(spec) => mapping.entries.push((key.place, spec, value)),
                None => strangers.push((name, key.place)),
            }
        }
        if let Some((name, place)) = mapping.spilled() {
            mapping.is_spilled = true;
            let diagnostic = reader
                .error(place, format!("`{name}` is not inside the step above it"))
                .with_help("indent what belongs to a step as deep as its first field");
            reader.within(name, |reader| reader.report(diagnostic));
            return Some(mapping);
        }
        for (name, place) in &strangers {
            if !mapping.belongs_to_empty(reader, name, *place) {
                unknown(reader, &mapping, name, *place);
            }
        }
        // One that is like a field which is there is not the one that is missing.
        let may_be_missing = |name: &&str| match of_others(name)
            .iter()
            .copied()
            .find(|meant| table.find(meant).is_some())
            .or_else(|| nearest(name, table.fields().map(|field| field.name)))
        {
            Some(meant) => !mapping.has(meant),
            None => true,
        };
        mapping.has_unknown = strangers.iter().any(|(name, _)| may_be_missing(name));
        let is_excused = excuses.iter().any(|name| mapping.has(name));
        mapping.check_presence(reader, mapping.has_unknown || is_excused);
        Some(mapping)
    }

    /// What the last of `steps` does, if that is beside the steps and not inside the step.
    fn spilled(&self) -> Option<(&'static str, Place)> {
        let (_, steps, node) = self.entries.iter().find(|(_, spec, _)| spec.name == "steps")?;
        let (Shape::Tables(step, _), Kind::Sequence(items)) = (&steps.shape, &node.kind) else { return None };
        let last = items.last()?;
        let Kind::Mapping(fields) = &last.kind else { return None };
        let does = |name: &str| step.one_of.contains(&name);
        if fields.iter().any(|(key, _)| key.scalar().is_some_and(|key| does(&key.text))) {
            return None;
        }
        let behind =
            self.entries.iter().find(|(place, spec, _)| place.line > last.place.line && does(spec.name));
        behind.map(|(place, spec, _)| (spec.name, *place))
    }

    /// Whether a field that is not known belongs inside one beside it that is empty: it was indented too little. That is said
    /// once of all such fields, and not of the empty one.
    fn belongs_to_empty(&mut self, reader: &mut Reader<'_>, name: &str, place: Place) -> bool {
        let is_empty = |node: &Node| matches!(&node.kind, Kind::Scalar(scalar) if scalar.plain && scalar.text.is_empty());
        let meant = inside(self.table, name);
        let parent = self.entries.iter().rev().find(|(key, spec, node)| {
            is_empty(node)
                && meant.contains(&spec.name)
                && key.line < place.line
                && key.column == place.column
        });
        let Some((_, spec, _)) = parent else { return false };
        let parent = spec.name;
        if !self.emptied.contains(&parent) {
            self.emptied.push(parent);
            let message = format!("`{name}` is not inside `{parent}`, which is empty");
            let diagnostic = reader
                .error(place, message)
                .with_help(format!("indent what belongs inside `{parent}` deeper than `{parent}` itself"));
            reader.within(name, |reader| reader.report(diagnostic));
        }
        true
    }

    /// Reports what is missing, unless that `is_excused`.
    fn check_presence(&mut self, reader: &mut Reader<'_>, is_excused: bool) {
        for spec in self.table.fields().filter(|spec| spec.required) {
            if self.has(spec.name) || self.table.unless.is_some_and(|name| self.has(name)) {
                continue;
            }
            self.complete = false;
            if is_excused {
                continue;
            }
            let message = format!("field `{}` of {} is missing", spec.name, self.table.title);
            let diagnostic =
                reader.error(self.place, message).with_help(format!("`{}`: {}", spec.name, spec.about));
            reader.within(spec.name, |reader| reader.report(diagnostic));
        }
        let wanted = self.table.one_of;
        if !wanted.is_empty() && !wanted.iter().any(|name| self.has(name)) {
            self.complete = false;
            if is_excused {
                return;
            }
            let message = format!("{} needs one of {}", self.table.title, one_of(wanted));
            let diagnostic = reader.error(self.place, message);
            reader.report(diagnostic);
        }
        self.check_alone(reader, wanted);
        self.check_alone(reader, self.table.at_most_one_of);
    }

    /// At most one of these fields may be there.
    fn check_alone(&self, reader: &mut Reader<'_>, names: &[&str]) {
        let mut found = self.entries.iter().filter(|(_, spec, _)| names.contains(&spec.name));
        let Some((_, first, _)) = found.next() else { return };
        for (place, spec, _) in found {
            let message = format!("`{}` cannot be combined with `{}`", spec.name, first.name);
            let diagnostic =
                reader.error(*place, message).with_help(format!("give only one of {}", one_of(names)));
            reader.within(spec.name, |reader| reader.report(diagnostic));
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.node(name).is_some()
    }

    /// Where a field's name is.
    pub(crate) fn key_place(&self, name: &str) -> Option<Place> {
        self.entries.iter().find(|(_, spec, _)| spec.name == name).map(|(place, _, _)| *place)
    }

    /// Whether a field is empty because its content was indented too little, which was reported.
    pub(crate) fn is_emptied(&self, name: &str) -> bool {
        self.emptied.contains(&name)
    }

    fn node(&self, name: &str) -> Option<&'n Node> {
        self.field(name).map(|(_, node)| node)
    }

    fn field(&self, name: &str) -> Option<(&'static FieldSpec, &'n Node)> {
        debug_assert!(self.table.find(name).is_some(), "{} has no field {name}", self.table.title);
        self.entries.iter().find(|(_, spec, _)| spec.name == name).map(|(_, spec, node)| (*spec, *node))
    }

    /// Reads a field, if it is there.
    pub(crate) fn read<'s, T>(
        &self,
        reader: &mut Reader<'s>,
        name: &str,
        read: impl FnOnce(&mut Reader<'s>, &'n Node) -> Option<T>,
    ) -> Option<T> {
        let (spec, node) = self.field(name).filter(|_| !self.is_emptied(name))?;
        reader.within_field(spec.name, |reader| read(reader, node))
    }

    pub(crate) fn text(&self, reader: &mut Reader<'_>, name: &str) -> Option<Text> {
        self.read(reader, name, |reader, node| reader.text(node))
    }
}

/// How a mapping is written in which the fields are that it needs; `found` is the text that is there instead of one.
fn form(table: &'static Table, found: Option<&str>) -> Option<String> {
    // `tls: insecure`
    if let Some(flag) = found.and_then(|found| table.find(found)).filter(|spec| spec.is_flag()) {
        return Some(format!("{{ {}: true }}", flag.name));
    }
    let required: Vec<String> =
        table.fields().filter(|spec| spec.required).map(|spec| format!("{}: ..", spec.name)).collect();
    if !required.is_empty() {
        return Some(format!("{{ {} }}", required.join(", ")));
    }
    let main = ["url", "host"].into_iter().find(|name| table.find(name).is_some());
    let spec = match main.or_else(|| table.one_of.first().copied()) {
        Some(name) => table.find(name)?,
        None => table.fields().next()?,
    };
    let value = match &spec.shape {
        Shape::Table(inner) => form(inner, None)?,
        Shape::Value(_) => found.filter(|found| spec.check(found).is_ok()).unwrap_or("..").to_owned(),
        _ => "..".to_owned(),
    };
    Some(format!("{{ {}: {value} }}", spec.name))
}

/// What other tools call one of our fields: the fields that may be meant, the likeliest first.
fn of_others(name: &str) -> &'static [&'static str] {
    match name.to_ascii_lowercase().replace(['-', ' '], "_").as_str() {
        "url" | "uri" | "endpoint" | "target" | "address" | "link" => &["url", "host", "name", "value"],
        "https" | "request" | "web" => &["http"],
        "ping" | "icmp4" | "icmp6" => &["icmp"],
        "websocket" | "websockets" | "wss" => &["ws"],
        "tls" | "certificate" | "cert" | "x509" => &["ssl"],
        "resolve_dns" | "nslookup" | "dig" => &["dns"],
        "assertions" | "asserts" | "conditions" | "checks" | "expect" | "validate" | "tests" => &["assert"],
        "interval" | "schedule" | "frequency" | "period" | "tick_every" | "cron" => &["every"],
        "retries" | "attempts" => &["retry"],
        "disabled" => &["paused"],
        "labels" | "groups" | "group" => &["tags"],
        "title" | "description" | "label" | "id" | "test" | "test_name" => &["name"],
        "send" => &["message"],
        "user" | "login" => &["username"],
        "pass" | "passwd" => &["password"],
        "oauth" | "oauth2" => &["oauth2_client"],
        "token" => &["bearer"],
        "verb" => &["method"],
        "header" => &["headers"],
        "params" | "parameters" | "query_params" | "querystring" => &["query"],
        "data" | "payload" | "content" => &["body"],
        "host" | "hostname" | "server_host" | "domain" => &["host", "name", "url"],
        "count" | "packet_count" | "number_of_packets" | "numberofpackets" | "pings" => &["packets", "times"],
        "times" | "max" | "max_retries" | "tries" => &["count"],
        "every" => &["interval"],
        "op" | "comparison" | "comparator" | "condition" => &["operator"],
        "expected" => &["value"],
        "type" | "source" | "property" => &["subject"],
        "record" | "record_type" | "rrtype" | "query_type" | "qtype" => &["type"],
        "socket" | "unix" | "socket_path" => &["unix_socket"],
        "vars" | "env" | "config_variables" => &["variables"],
        "json" | "json_path" => &["jsonpath"],
        "extractors" | "capture" | "captures" | "extracted_values" | "save" => &["extract"],
        "sleep" | "delay" | "pause" => &["wait", "interval"],
        "subtest" | "call" | "play" => &["run"],
        "allowfailure" | "continue_on_error" | "ignore_failure" => &["allow_failure"],
        "iscritical" | "is_critical" => &["critical"],
        "exitifsucceed" => &["exit_if_succeed"],
        "alwaysexecute" | "always_execute" | "always" => &["always_run"],
        "followredirects" | "redirects" => &["follow_redirects"],
        "verify"
        | "verify_ssl"
        | "ssl_verify"
        | "allow_insecure"
        | "skip_tls_verify"
        | "insecure_skip_verify" => &["insecure"],
        _ => &[],
    }
}

/// The field of a mapping that other tools call so, unless it is there already.
fn renamed(mapping: &Mapping<'_>, name: &str) -> Option<&'static str> {
    // A test has no URL itself, and its name is none.
    let is_name = |meant: &str| meant == "name" && !inside(mapping.table, "url").is_empty();
    let several = of_others(name).len() > 1;
    let known = |meant: &&&str| {
        mapping.table.find(meant).is_some() && !mapping.has(meant) && !(several && is_name(meant))
    };
    of_others(name).iter().find(known).copied()
}

/// Fields of tests and steps that are often written into the request.
const BESIDE_REQUESTS: &[&str] = &["name", "assert", "retry", "every", "tags", "paused"];

/// What is a part of a URL, where there is one.
const OF_URLS: &[&str] = &["port", "path", "scheme", "host", "hostname", "protocol"];

/// What other tools say about alerts.
const OF_ALERTS: &[&str] = &["notify", "notifications", "alerts", "alerting"];

/// What other tools have for people to read.
const NOTES: &[&str] = &["description", "comment", "notes", "note", "documentation", "summary"];

/// Fields of steps only.
const OF_STEPS: &[&str] = &[
    "extract",
    "extract_javascript",
    "repeat",
    "allow_failure",
    "critical",
    "exit_if_succeed",
    "always_run",
];

/// Where a field belongs that is around the mapping, or in another one beside it.
fn belongs_elsewhere(table: &'static Table, name: &str) -> Option<String> {
    let title = table.title.trim_matches('`');
    let is_request = Protocol::ALL.iter().any(|protocol| protocol.as_str() == title);
    if is_request && BESIDE_REQUESTS.contains(&name) {
        return Some(format!("`{name}` belongs beside {title}, not inside"));
    }
    if is_request && of_others(name) == ["assert"] {
        return Some(format!("what must hold is in `assert`, beside {title}"));
    }
    let is_test = table.find("steps").is_some() && !is_request;
    if OF_STEPS.contains(&name) && is_request {
        return Some(format!("`{name}` belongs into a step of `steps`, beside {title}"));
    }
    if OF_ALERTS.contains(&name) && is_test {
        return Some("when somebody is alerted, and by which notifiers, is in `alert`".to_owned());
    }
    if ["locations", "regions"].contains(&name) && is_test {
        return Some("who runs a test is not a part of it".to_owned());
    }
    (OF_STEPS.contains(&name) && is_test)
        .then(|| format!("`{name}` belongs into a step of `steps`, together with the request"))
}

/// The mappings inside of a mapping that have a field of this name.
fn inside(table: &'static Table, name: &str) -> Vec<&'static str> {
    table
        .fields()
        .filter(|field| match &field.shape {
            // Words such as `port` and `url` mean something else there.
            Shape::Table(inner) => !["resolver", "proxy"].contains(&field.name) && inner.find(name).is_some(),
            Shape::Tests(inner) => inner.find(name).is_some(),
            _ => false,
        })
        .map(|field| field.name)
        .collect()
}

/// The list of mappings that have a field of this name, and that name.
fn in_list<'n>(table: &'static Table, name: &'n str) -> Option<(&'static str, &'n str)> {
    if table.find("http").is_some() {
        return None; // the steps of a test have words of their own
    }
    let is_in =
        |field: &&FieldSpec| matches!(&field.shape, Shape::Tables(inner, _) if inner.find(name).is_some());
    table.fields().find(is_in).map(|field| (field.name, name))
}

/// The field of a mapping inside that other tools call so.
fn renamed_inside(table: &'static Table, name: &str) -> Option<(&'static str, &'static str)> {
    of_others(name).iter().find_map(|ours| inside(table, ours).first().map(|around| (*around, *ours)))
}

fn unknown(reader: &mut Reader<'_>, mapping: &Mapping<'_>, name: &str, place: Place) {
    if reader.is_full() {
        return;
    }
    let table = mapping.table;
    let mut diagnostic = reader.error(place, format!("unknown field {} of {}", quoted(name), table.title));
    // A word of one of the mappings inside was probably indented too little.
    let inside = inside(table, name);
    let glued = name.split_once(':').map(|(name, _)| name).filter(|name| table.find(name).is_some());
    if let Some(glued) = glued {
        diagnostic = diagnostic
            .with_label(format!("a space is missing behind `{glued}:`"))
            .with_help("a name and its value are written `NAME: VALUE`");
    } else if name == "<<" {
        diagnostic = diagnostic.with_help("a merge key takes an alias of a mapping, or a list of them");
    } else if name.starts_with("//") || name.starts_with("/*") {
        diagnostic = diagnostic.with_help("JSON has no comments; YAML has: `# ...`");
    } else if matches!(name, "enabled" | "active") && table.find("paused").is_some() {
        diagnostic = diagnostic.with_help("`paused: true` leaves a test off the schedule of a service");
    } else if let Some(place) = belongs_elsewhere(table, name) {
        diagnostic = diagnostic.with_label("not here").with_help(place);
    } else if table.find("url").is_some() && OF_URLS.contains(&name) && mapping.has("url") {
        diagnostic = diagnostic.with_help("it is a part of `url`");
    } else if let Some((list, inner)) = in_list(table, name) {
        diagnostic = diagnostic
            .with_label("not here")
            .with_help(format!("`{name}` belongs into a list: `{list}: [ {{ {inner}: .. }} ]`"));
    } else if let Some(ours) = renamed(mapping, name) {
        diagnostic = diagnostic.with_label(format!("here it is called `{ours}`"));
        if ours == "host" && of_others(name).contains(&"url") {
            diagnostic = diagnostic.with_help("a name or an address, without a scheme and a path");
        }
    } else if NOTES.contains(&name) {
        diagnostic = diagnostic.with_help("put it into the name, or into a comment of YAML: `# ..`");
    } else if !inside.is_empty() {
        diagnostic = diagnostic
            .with_label("not here")
            .with_help(format!("`{name}` belongs inside {}", one_of(&inside)));
    } else if let Some((around, ours)) = renamed_inside(table, name) {
        diagnostic = diagnostic.with_label(format!("here it is called `{ours}`, inside {around}"));
    } else if let Some(word) = nearest(name, table.fields().map(|field| field.name)) {
        diagnostic = diagnostic.with_label(format!("did you mean `{word}`?"));
    } else {
        let known: Vec<&str> = table.fields().map(|field| field.name).collect();
        diagnostic = diagnostic.with_help(format!("fields are {}", known.join(", ")));
    }
    reader.within(name, |reader| reader.report(diagnostic));
}
