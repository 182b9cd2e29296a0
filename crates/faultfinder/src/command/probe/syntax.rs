//! The forms of options' values: `NAME=VALUE`, `NAME: VALUE`, `USER:PASSWORD` ...; and what they put into a definition.

use super::target::host_and_port;
use crate::exit::Failure;
use crate::ipv6;
use faultfinder_spec::fields::{FieldSpec, Shape};
use faultfinder_spec::value::ValueKind;
use serde_json::{Map, Value, json};

/// The form of an option's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    /// Without a value: true.
    Switch,
    /// `true` or `false`.
    Truth,
    /// Text, and whatever is read from text.
    Text,
    /// Text in which `{{` does not begin a template.
    Literal,
    /// Text, or nothing for `true`.
    TextOrTrue,
    /// Text; repeatable.
    Texts,
    /// The same, with commas between several.
    Commas,
    /// `NAME: VALUE`; repeatable.
    Headers,
    /// `NAME=VALUE`; repeatable.
    Assignments,
    /// `HOST=IP`; repeatable.
    Addresses,
    /// JSON.
    Json,
    /// Without a value: an empty mapping.
    Mapping,
    /// `USER:PASSWORD`; the password may have colons (RFC 7617 section 2).
    Login,
    /// `ID:SECRET`, or `ID` alone.
    Client,
    /// `aws:amz:REGION:SERVICE`, as curl has it.
    Region,
    /// `ADDRESS[:PORT]` of a resolver.
    Resolver,
    /// `SERVER[:PORT]`, or a URL.
    Server,
    /// `NAME=VALUE`, or `NAME=@FILE;type=TYPE;filename=NAME`; repeatable.
    Parts,
    /// `send: TEXT`, `expect: TEXT`; repeatable.
    Steps,
}

/// Values by their fields; that of the option's own field has no name.
pub(super) type Given = Vec<(&'static str, Value)>;

impl Syntax {
    /// The form that follows from a field's shape; nothing for mappings and lists of them.
    pub(super) const fn of(shape: &Shape) -> Option<Self> {
        Some(match shape {
            Shape::Value(value) if matches!(value.kind, ValueKind::Bool) => Self::Switch,
            Shape::Text | Shape::Value(_) => Self::Text,
            Shape::TextOrTrue => Self::TextOrTrue,
            Shape::Texts(_) | Shape::TextOrList(_) | Shape::TextList(_) | Shape::Assertions => Self::Texts,
            Shape::Pairs => Self::Assignments,
            Shape::Addresses => Self::Addresses,
            Shape::Json | Shape::JsonObject => Self::Json,
            Shape::Table(_) | Shape::Tables(..) | Shape::Tests(_) | Shape::Variables | Shape::Extractions => {
                return None;
            }
        })
    }

    /// The fields of the option's mapping that such a value sets.
    pub(super) const fn sets(self) -> &'static [&'static str] {
        match self {
            Self::Login => &["username", "password"],
            Self::Client => &["client_id", "client_secret"],
            Self::Region => &["region", "service"],
            Self::Resolver => &["server"],
            _ => &[],
        }
    }

    /// How a value is shown in help, where that does not depend on the field.
    pub(super) const fn value_name(self) -> Option<&'static str> {
        match self {
            Self::Truth => Some("BOOL"),
            Self::Headers => Some("NAME: VALUE"),
            Self::Assignments => Some("NAME=VALUE"),
            Self::Addresses => Some("HOST=IP"),
            Self::Json => Some("JSON"),
            Self::Login => Some("USER:PASSWORD"),
            Self::Client => Some("ID:SECRET"),
            Self::Region => Some("aws:amz:REGION:SERVICE"),
            Self::Resolver => Some("ADDRESS[:PORT]"),
            Self::Server => Some("SERVER[:PORT]"),
            Self::Parts => Some("NAME=VALUE|NAME=@FILE"),
            Self::Steps => Some("FIELD: TEXT"),
            Self::Switch
            | Self::Mapping
            | Self::Text
            | Self::Literal
            | Self::TextOrTrue
            | Self::Texts
            | Self::Commas => None,
        }
    }

    /// Whether the option has no value.
    pub(super) const fn is_switch(self) -> bool {
        matches!(self, Self::Switch | Self::Mapping)
    }

    /// Whether the option may be given several times.
    pub(super) const fn is_repeatable(self) -> bool {
        matches!(
            self,
            Self::Texts
                | Self::Commas
                | Self::Headers
                | Self::Assignments
                | Self::Addresses
                | Self::Parts
                | Self::Steps
        )
    }

    /// Whether a text has this form; what is wrong if it has not.
    pub(super) fn check(self, text: &str) -> Result<(), String> {
        match self {
            Self::Truth => text.parse::<bool>().map(drop).map_err(|_| "must be true or false".to_owned()),
            Self::Headers => pair(text, ':', "NAME: VALUE").map(drop),
            Self::Assignments | Self::Parts => pair(text, '=', "NAME=VALUE").map(drop),
            Self::Addresses => resolved(text),
            Self::Login => pair(text, ':', "USER:PASSWORD").map(drop),
            Self::Steps => pair(text, ':', "FIELD: TEXT, such as `send: hello`").map(drop),
            Self::Region => region(text)
                .map(drop)
                .ok_or_else(|| "must be aws:amz:REGION:SERVICE, such as aws:amz:us-east-1:s3".to_owned()),
            Self::Json => serde_json::from_str::<Value>(text)
                .map(drop)
                .map_err(|error| format!("is not valid JSON: {error}")),
            Self::Switch
            | Self::Mapping
            | Self::Text
            | Self::Literal
            | Self::TextOrTrue
            | Self::Texts
            | Self::Commas
            | Self::Client
            | Self::Resolver
            | Self::Server => Ok(()),
        }
    }

    /// What the values of an option, each of this form, say.
    pub(super) fn read(self, option: &str, field: &FieldSpec, values: &[String]) -> Result<Given, Failure> {
        let first = values.first().map_or("", String::as_str);
        let own = match self {
            Self::Switch => Value::Bool(true),
            Self::Mapping => json!({}),
            Self::Truth => first.parse::<bool>().map_or_else(|_| first.into(), Value::Bool),
            Self::Text => scalar(field, first),
            Self::Literal => literal(first).into(),
            Self::TextOrTrue if first.is_empty() => Value::Bool(true),
            Self::TextOrTrue => first.into(),
            Self::Texts | Self::Commas => values.into(),
            Self::Headers => pairs(values, ':'),
            Self::Assignments => pairs(values, '='),
            Self::Addresses => addresses(values),
            Self::Json => serde_json::from_str(first).unwrap_or_default(),
            Self::Parts => values.iter().map(|text| part(text)).collect(),
            Self::Steps => values.iter().map(|text| step(text)).collect(),
            Self::Login => {
                let (user, password) = split(first, ':');
                return Ok(vec![("username", literal(user).into()), ("password", password.into())]);
            }
            Self::Client => {
                let (id, secret) = split(first, ':');
                let secret = (!secret.is_empty()).then(|| ("client_secret", secret.into()));
                return Ok([("client_id", id.into())].into_iter().chain(secret).collect());
            }
            Self::Region => {
                let (region, service) = region(first).unwrap_or_default();
                return Ok(vec![("region", region.into()), ("service", service.into())]);
            }
            Self::Resolver => return server(option, first, "server"),
            Self::Server if first.contains("://") => first.into(),
            Self::Server => return server(option, first, ""),
        };
        Ok(vec![("", own)])
    }
}

/// A number or truth value where the field has one, and text otherwise, such as a template.
fn scalar(field: &FieldSpec, text: &str) -> Value {
    let Shape::Value(shape) = &field.shape else { return text.into() };
    match shape.kind {
        ValueKind::Number(..) | ValueKind::Port => {
            text.parse::<u32>().map_or_else(|_| text.into(), Value::from)
        }
        _ => text.into(),
    }
}

/// Text that stands for itself where templates are resolved.
pub(super) fn literal(text: &str) -> String {
    text.replace("{{", "{{ \"{{\" }}")
}

/// What is before the first separator, and what is behind it.
fn split(text: &str, separator: char) -> (&str, &str) {
    text.split_once(separator).unwrap_or((text, ""))
}

/// A name and what is behind the separator.
fn pair<'t>(text: &'t str, separator: char, form: &str) -> Result<(&'t str, &'t str), String> {
    text.split_once(separator).filter(|(name, _)| !name.is_empty()).ok_or_else(|| format!("must be {form}"))
}

/// Checks `HOST=IP`; curl's `HOST:PORT:IP` is answered with what it is here.
fn resolved(text: &str) -> Result<(), String> {
    let form = "HOST=IP, such as example.com=192.0.2.1";
    if pair(text, '=', form).is_ok() {
        return Ok(());
    }
    let mut parts = text.trim_start_matches(['+', '-']).splitn(3, ':');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(host), Some(port), Some(address)) if !host.is_empty() && port.parse::<u16>().is_ok() => {
            Err(format!("must be HOST=IP: write {host}={address} (it holds for every port)"))
        }
        _ => Err(format!("must be {form}")),
    }
}

/// A list of names and values, which keeps the order and names that repeat.
fn pairs(values: &[String], separator: char) -> Value {
    let pair = |text: &String| {
        let (name, value) = split(text, separator);
        let value = if separator == ':' { value.trim_start() } else { value };
        json!({ "name": name, "value": value })
    };
    values.iter().map(pair).collect()
}

/// `HOST: IP`, or a list of addresses when a host was given several times.
fn addresses(values: &[String]) -> Value {
    let mut hosts = Map::new();
    for text in values {
        let (host, address) = split(text, '=');
        let bare = address.strip_prefix('[').and_then(|address| address.strip_suffix(']')).unwrap_or(address);
        let address = Value::from(bare);
        match hosts.get_mut(host) {
            None => {
                hosts.insert(host.to_owned(), address);
            }
            Some(Value::Array(addresses)) => addresses.push(address),
            Some(first) => *first = Value::Array(vec![first.take(), address]),
        }
    }
    Value::Object(hosts)
}

/// A part of a multipart body, as curl's `--form` has it.
fn part(text: &str) -> Value {
    let (name, content) = split(text, '=');
    let (mut field, content) = match content.strip_prefix('@') {
        Some(file) => ("file", file),
        None => ("value", content),
    };
    let mut segments = content.split(';');
    let mut value = segments.next().unwrap_or_default().to_owned();
    let mut fields = Map::from_iter([("name".to_owned(), Value::from(name))]);
    for segment in segments {
        let next = match segment.trim_start().split_once('=') {
            Some(("type", text)) => Some(("content_type", text)),
            Some(("filename", text)) => Some(("filename", text)),
            _ => None,
        };
        if let Some((name, text)) = next {
            fields.insert(field.to_owned(), value.into());
            (field, value) = (name, text.to_owned());
        } else {
            value.push(';');
            value.push_str(segment);
        }
    }
    fields.insert(field.to_owned(), value.into());
    Value::Object(fields)
}

/// A step of a conversation.
fn step(text: &str) -> Value {
    let (field, text) = split(text, ':');
    json!({ field: text.strip_prefix(' ').unwrap_or(text) })
}

/// The region and the service.
fn region(text: &str) -> Option<(&str, &str)> {
    let (region, service) = text.strip_prefix("aws:amz:")?.split_once(':')?;
    (!region.is_empty() && !service.is_empty()).then_some((region, service))
}

/// A server, and its port if it has one.
fn server(option: &str, text: &str, field: &'static str) -> Result<Given, Failure> {
    let (host, port) = match text.split_once('#') {
        Some((host, port)) => {
            let port = port.parse::<u16>().map_err(|_| {
                Failure::usage(format!("{option}: `{port}` is not a port between 1 and 65535"))
            })?;
            let host = if ipv6::is_address(host) { host.to_owned() } else { host_and_port(host, option)?.0 };
            (host, Some(port))
        }
        None => host_and_port(text, option)?,
    };
    let port = port.map(|port| ("port", port.into()));
    Ok([(field, host.into())].into_iter().chain(port).collect())
}
