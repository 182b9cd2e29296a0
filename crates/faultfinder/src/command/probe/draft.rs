//! A test that is put together from options.

use super::choice::Choice;
use super::field::Field;
use super::row;
use super::syntax::literal;
use super::target::host_and_port;
use crate::exit::Failure;
use crate::ipv6;
use clap::ArgMatches;
use clap::parser::ValueSource;
use faultfinder_spec::fields::{Shape, Table};
use faultfinder_spec::table_of_tests;
use faultfinder_taxonomy::Protocol;
use serde_json::{Map, Value, json};

/// A test with one request, and TARGET, which is still to be put into it.
#[derive(Debug)]
pub(super) struct Draft {
    protocol: Protocol,
    request: Map<String, Value>,
    /// What else the test has.
    test: Map<String, Value>,
    /// TARGET.
    pub(super) target: String,
}

impl Draft {
    /// What the options say.
    pub(super) fn read(
        protocol: Protocol,
        choices: &[Choice],
        matches: &ArgMatches,
    ) -> Result<Self, Failure> {
        let target = matches.get_one::<String>("TARGET").cloned().unwrap_or_default();
        let mut draft = Self { protocol, request: Map::new(), test: Map::new(), target };
        for choice in choices.iter().filter(|choice| is_given(choice, matches)) {
            draft.add(choice, &values(choice, matches))?;
        }
        Ok(draft)
    }

    fn add(&mut self, choice: &Choice, values: &[String]) -> Result<(), Failure> {
        let Field { path, spec, .. } = &choice.field;
        let is_mapping = matches!(spec.shape, Shape::Table(_));
        for (name, value) in choice.syntax.read(&format!("--{}", choice.name), spec, values)? {
            let beside = path.rsplit_once('.').map_or("", |(parent, _)| parent);
            match name {
                "" => self.set(path, value),
                _ if is_mapping => self.set(&format!("{path}.{name}"), value),
                _ => self.set(&format!("{beside}.{name}"), value),
            }
        }
        Ok(())
    }

    /// Sets the value at a path. A mapping that is there keeps what it has.
    fn set(&mut self, path: &str, value: Value) {
        let in_request = path.strip_prefix(self.protocol.as_str()).and_then(|rest| rest.strip_prefix('.'));
        let (mut mapping, mut rest) = match in_request {
            Some(rest) => (&mut self.request, rest),
            None => (&mut self.test, path),
        };
        while let Some((name, inside)) = rest.split_once('.') {
            let entry = mapping.entry(name).or_insert_with(|| json!({}));
            let Value::Object(inner) = entry else { return };
            (mapping, rest) = (inner, inside);
        }
        let is_filled = matches!(mapping.get(rest), Some(Value::Object(_))) && value == json!({});
        if !is_filled {
            mapping.insert(rest.to_owned(), value);
        }
    }

    /// The request.
    pub(super) const fn request(&mut self) -> &mut Map<String, Value> {
        &mut self.request
    }

    /// The word of the protocol.
    pub(super) const fn protocol(&self) -> &'static str {
        self.protocol.as_str()
    }

    /// A field of the request as text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.request.get(name)? {
            Value::String(text) => Some(text.clone()),
            value => Some(value.to_string()),
        }
    }

    /// Puts the host of TARGET into the request, and its port where no option says another.
    pub(super) fn host_and_port(&mut self) -> Result<String, Failure> {
        // With a port of its own, all of an IPv6 address is the address.
        let (host, port) = match self.text("port").is_some() && ipv6::is_address(&self.target) {
            true => (self.target.clone(), None),
            false => host_and_port(&self.target, "TARGET")?,
        };
        let request = &mut self.request;
        request.insert("host".to_owned(), host.as_str().into());
        if let Some(port) = port {
            request.entry("port").or_insert_with(|| port.into());
        }
        Ok(host)
    }

    /// The definition file that holds this one test.
    pub(super) fn into_definition(mut self, name: &str) -> Value {
        self.test.insert("name".to_owned(), literal(name).into());
        self.test.insert(self.protocol.as_str().to_owned(), Value::Object(self.request));
        let mut variables = Map::new();
        conceal(table_of_tests(), &mut self.test, "", &mut variables);
        let mut file = Map::from_iter([("version".to_owned(), json!(1))]);
        if !variables.is_empty() {
            file.insert("variables".to_owned(), Value::Object(variables));
        }
        file.insert("tests".to_owned(), json!([self.test]));
        Value::Object(file)
    }
}

/// Whether an option was given.
pub(super) fn is_given(choice: &Choice, matches: &ArgMatches) -> bool {
    matches.value_source(&choice.name) == Some(ValueSource::CommandLine)
}

fn values(choice: &Choice, matches: &ArgMatches) -> Vec<String> {
    if choice.syntax.is_switch() {
        return Vec::new();
    }
    matches.get_many::<String>(&choice.name).into_iter().flatten().cloned().collect()
}

/// Puts secrets into variables, so that they are shown as `***` wherever they would be seen.
fn conceal(table: &Table, mapping: &mut Map<String, Value>, path: &str, variables: &mut Map<String, Value>) {
    for spec in table.fields() {
        let path = format!("{path}.{}", spec.name);
        match (&spec.shape, mapping.get_mut(spec.name)) {
            (Shape::Table(inner), Some(Value::Object(fields))) => conceal(inner, fields, &path, variables),
            (_, Some(Value::String(text))) if spec.secret => {
                let name =
                    row::of(&path).variable.map_or_else(|| spec.name.to_uppercase(), ToOwned::to_owned);
                variables.insert(name.clone(), json!({ "value": literal(text), "secret": true }));
                *text = format!("{{{{ {name} }}}}");
            }
            _ => {}
        }
    }
}
