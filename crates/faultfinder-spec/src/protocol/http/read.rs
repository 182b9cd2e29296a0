//! Reads `http` requests.

use super::table::{GRAPHQL, PAIR, PART, PROXY};
use super::{
    Auth, BODY_BYTES_MAX, Body, FILES_MAX, GraphQl, HttpRequest, MultipartPart, PAIRS_MAX, Pair, PartContent,
    Proxy,
};
use crate::fields::{Fields, unique};
use crate::json::JsonTemplate;
use crate::reader::Reader;
use crate::text::quoted;
use crate::value::{Method, is_token};
use crate::yaml::{Kind, Node};
use crate::{BadValue, Common, Field, Text, Tls};

impl HttpRequest {
    pub(crate) fn read(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Self> {
        let common = Common::read(reader, fields);
        let method: Option<Field<Method>> = fields.field(reader, "method");
        check_case(reader, method.as_ref());
        let headers = pairs(reader, fields, "headers");
        check_names(reader, &headers);
        let (query, cookies) = (pairs(reader, fields, "query"), pairs(reader, fields, "cookies"));
        let body = Body::read(reader, fields);
        let auth = fields.read(reader, "auth", Auth::read);
        let follow_redirects = fields.field(reader, "follow_redirects");
        let max_redirects = fields.field(reader, "max_redirects");
        let persist_cookies = fields.field(reader, "persist_cookies");
        let version = fields.field(reader, "version");
        let proxy = fields.read(reader, "proxy", Proxy::read);
        let tls = fields.read(reader, "tls", Tls::read).unwrap_or_default();
        let save_body = fields.field(reader, "save_body");
        let url = fields.text(reader, "url")?;
        Some(Self {
            place: fields.place,
            common,
            url,
            method,
            headers,
            query,
            cookies,
            body,
            auth,
            follow_redirects,
            max_redirects,
            persist_cookies,
            version,
            proxy,
            tls,
            save_body,
        })
    }
}

/// Methods are case-sensitive (RFC 9110 section 9.1); what is sent is what was written.
fn check_case(reader: &mut Reader<'_>, method: Option<&Field<Method>>) {
    let Some(field) = method else { return };
    let Some(method) = field.literal().map(Method::as_str) else { return };
    let upper = method.to_ascii_uppercase();
    if method != upper && Method::KNOWN.contains(&upper.as_str()) {
        let diagnostic = reader
            .error(field.place, format!("methods are case-sensitive: {} is not {upper}", quoted(method)))
            .with_label(format!("did you mean `{upper}`?"));
        reader.within("method", |reader| reader.warn(diagnostic));
    }
}

/// A bad header name makes the run fail, and that may be what a test is for: only a warning.
pub(crate) fn check_names(reader: &mut Reader<'_>, headers: &[Pair]) {
    for header in headers {
        if header.name.literal().is_some_and(|name| !is_token(name)) {
            let diagnostic = reader
                .error(header.name.place(), format!("{} is no header name", quoted(header.name.as_written())))
                .with_help("the run will end in INVALID_CHAR_IN_HEADER")
                .with_name("ERR_INVALID_HTTP_TOKEN");
            reader.within("headers", |reader| reader.warn(diagnostic));
        }
    }
}

/// Names and values of a field, in order.
pub(crate) fn pairs(reader: &mut Reader<'_>, fields: &Fields<'_>, name: &str) -> Vec<Pair> {
    fields.read(reader, name, read_pairs).unwrap_or_default()
}

/// `NAME: VALUE`, `NAME: [VALUE, VALUE]`, or a list of `{ name: NAME, value: VALUE }`.
fn read_pairs(reader: &mut Reader<'_>, node: &Node) -> Option<Vec<Pair>> {
    let entries = match &node.kind {
        Kind::Mapping(entries) if !node.is_bare_template() => entries,
        Kind::Sequence(_) => return reader.list(node, "a list of names and values", PAIRS_MAX, Pair::read),
        _ => {
            reader.unexpected(node, "a mapping of names to values");
            return None;
        }
    };
    let mut pairs = Vec::new();
    for (name, key, value) in unique(reader, entries, "name") {
        // A name may be empty or look like null: it is text all the same.
        let name_text = reader.key(key, name);
        reader.within(name, |reader| {
            for value in reader.texts(value, PAIRS_MAX).into_iter().flatten() {
                pairs.push(Pair { name: name_text.clone(), value });
            }
        });
    }
    if pairs.len() > PAIRS_MAX {
        reader.bad_value(
            node.place,
            BadValue::new(format!("at most {PAIRS_MAX} names and values are possible")),
        );
        return None;
    }
    Some(pairs)
}

impl Pair {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let fields = Fields::open(reader, node, &PAIR)?;
        let (name, value) = (fields.text(reader, "name"), fields.text(reader, "value"));
        Some(Self { name: name?, value: value? })
    }
}

impl Body {
    fn read(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<Self> {
        // All are read, so that every mistake in them is told, though at most one is allowed.
        let text = fields.text(reader, "body");
        if let Some(text) = &text {
            check_length(reader, "body", text, text.literal().map_or(0, str::len));
        }
        let json = fields.read(reader, "json", JsonTemplate::read);
        let form = fields.has("form").then(|| pairs(reader, fields, "form"));
        let multipart = fields.read(reader, "multipart", |reader, node| {
            let parts = reader.list(node, "a list of parts", PAIRS_MAX, MultipartPart::read)?;
            check_files(reader, node, &parts);
            Some(parts)
        });
        let graphql = fields.read(reader, "graphql", GraphQl::read);
        text.map(Self::Text)
            .or_else(|| json.map(Self::Json))
            .or_else(|| form.map(Self::Form))
            .or_else(|| multipart.map(Self::Multipart))
            .or_else(|| graphql.map(|graphql| Self::GraphQl(Box::new(graphql))))
    }
}

fn check_length(reader: &mut Reader<'_>, field: &str, text: &Text, bytes: usize) {
    if bytes > BODY_BYTES_MAX {
        let message = format!("a body has at most {BODY_BYTES_MAX} bytes, found {bytes}");
        reader.within(field, |reader| reader.bad_value(text.place(), BadValue::new(message)));
    }
}

fn check_files(reader: &mut Reader<'_>, node: &Node, parts: &[MultipartPart]) {
    let files = parts.iter().filter(|part| matches!(part.content, PartContent::File(_))).count();
    if files > FILES_MAX {
        let message = format!("a body has at most {FILES_MAX} files, found {files}");
        reader.bad_value(node.place, BadValue::new(message));
    }
}

impl MultipartPart {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let fields = Fields::open(reader, node, &PART)?;
        let value = fields.text(reader, "value").map(PartContent::Value);
        let file = fields.text(reader, "file").map(PartContent::File);
        let filename = fields.text(reader, "filename");
        let content_type = fields.text(reader, "content_type");
        Some(Self { name: fields.text(reader, "name")?, content: value.or(file)?, filename, content_type })
    }
}

impl GraphQl {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let fields = Fields::open(reader, node, &GRAPHQL)?;
        let operation_name = fields.text(reader, "operation_name");
        let variables = fields.read(reader, "variables", |reader, node| {
            let variables = JsonTemplate::read(reader, node)?;
            if !matches!(variables, JsonTemplate::Object(_)) {
                reader.unexpected(node, "a mapping of variables");
                return None;
            }
            Some(variables)
        });
        let query = fields.text(reader, "query")?;
        check_length(reader, "query", &query, query.literal().map_or(0, str::len));
        Some(Self { place: fields.place, query, operation_name, variables })
    }
}

impl Proxy {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let fields = Fields::open(reader, node, &PROXY)?;
        let headers = pairs(reader, &fields, "headers");
        Some(Self { url: fields.text(reader, "url")?, headers })
    }
}
