//! All fields of all protocols, from the tables of the format.

use super::super::choice::{self, Choice};
use super::super::field::{self, Field};
use super::super::row::{ROWS, Source};
use super::super::syntax::Syntax;
use super::{definition, request};
use faultfinder_spec::fields::Shape;
use faultfinder_spec::{Diagnostic, parse_str};
use faultfinder_taxonomy::Protocol;
use serde_json::{Value, json};

/// A value that an option accepts, and what it puts at each path below its own.
fn sample(choice: &Choice) -> (Vec<String>, Vec<(&'static str, Value)>) {
    let one = |text: &str, value: Value| (vec![text.to_owned()], vec![("", value)]);
    match choice.syntax {
        Syntax::Switch => (Vec::new(), vec![("", json!(true))]),
        Syntax::Mapping => (Vec::new(), vec![("", json!({}))]),
        Syntax::Truth => one("false", json!(false)),
        Syntax::Text => {
            let known = ["7", "MX", "1s", "127.0.0.1", "aGk=", "600", "on", "1.2", "2", "all", "1", "off"];
            let words = match &choice.field.spec.shape {
                Shape::Value(shape) => match shape.kind {
                    faultfinder_spec::value::ValueKind::Words(words) => words,
                    _ => &[],
                },
                _ => &["some {text}"],
            };
            let valid = |text: &&&str| choice.field.spec.check(text).is_ok();
            let text = words.iter().chain(&known).find(valid).unwrap_or_else(|| panic!("{}", choice.name));
            let is_number = matches!(&choice.field.spec.shape, Shape::Value(shape)
                if matches!(shape.kind, faultfinder_spec::value::ValueKind::Number(..) | faultfinder_spec::value::ValueKind::Port));
            let number = text.parse::<u32>().ok().filter(|_| is_number);
            one(text, number.map_or_else(|| json!(text), |number| json!(number)))
        }
        Syntax::Literal => one("{ a }", json!("{ a }")),
        Syntax::TextOrTrue => one("a.B", json!("a.B")),
        Syntax::Texts | Syntax::Commas => one("x", json!(["x"])),
        Syntax::Headers => one("x: y", json!([{"name": "x", "value": "y"}])),
        Syntax::Assignments => one("x=y", json!([{"name": "x", "value": "y"}])),
        Syntax::Addresses => one("b.test=127.0.0.1", json!({"b.test": "127.0.0.1"})),
        Syntax::Json => one("{\"a\":1}", json!({"a": 1})),
        Syntax::Login => (vec!["u:p".to_owned()], vec![("username", json!("u")), ("password", json!("p"))]),
        Syntax::Client => {
            (vec!["i:s".to_owned()], vec![("client_id", json!("i")), ("client_secret", json!("s"))])
        }
        Syntax::Region => {
            (vec!["aws:amz:r:s".to_owned()], vec![("region", json!("r")), ("service", json!("s"))])
        }
        Syntax::Resolver => (vec!["127.0.0.1".to_owned()], vec![("server", json!("127.0.0.1"))]),
        Syntax::Server => one("127.0.0.1", json!("127.0.0.1")),
        Syntax::Parts => one("a=b", json!([{"name": "a", "value": "b"}])),
        Syntax::Steps => one("expect: a", json!([{"expect": "a"}])),
    }
}

/// A command line with an option, and those that it needs.
fn with(protocol: Protocol, all: &[Choice], wanted: &[&Choice], value: Option<&str>) -> Vec<String> {
    let target = match protocol {
        Protocol::Icmp => "a.test",
        Protocol::Http | Protocol::Ws => "a.test/x",
        _ => "a.test:1",
    };
    let mut words = vec![protocol.as_str().to_owned(), target.to_owned()];
    let mut needed: Vec<&Choice> = wanted.to_vec();
    let mut at = 0;
    while let Some(choice) = needed.get(at).copied() {
        let one_of = choice.requires_one_of.last();
        for name in choice.requires.iter().chain(one_of) {
            let other = all.iter().find(|other| other.name == *name).unwrap_or_else(|| panic!("{name}"));
            if needed.iter().all(|known| known.name != *name) {
                needed.push(other);
            }
        }
        let sample = sample(choice).0;
        words.push(format!("--{}", choice.name));
        match value.filter(|_| at == 0) {
            Some(value) => words.push(value.to_owned()),
            None => words.extend(sample),
        }
        at += 1;
    }
    words
}

fn strs(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

fn errors(definition: &Value) -> Vec<Diagnostic> {
    let parsed = parse_str("command line", &definition.to_string());
    parsed.diagnostics.into_iter().filter(Diagnostic::is_error).collect()
}

/// What a definition has at the path of a field; of a secret what its variable keeps.
fn at(definition: &Value, field: &Field) -> Option<Value> {
    let value = definition.pointer(&format!("/tests/0/{}", field.path.replace('.', "/")))?;
    if !field.spec.secret {
        return Some(value.clone());
    }
    let name = value.as_str()?.strip_prefix("{{ ")?.strip_suffix(" }}")?;
    let variable = &definition["variables"][name];
    assert_eq!(variable["secret"], true, "{}", field.path);
    Some(variable["value"].clone())
}

/// The option that sets a field, and the field of the option's own mapping.
fn setter<'c>(field: &Field, choices: &'c [Choice]) -> Option<&'c Choice> {
    let own = |path: &str| choices.iter().find(|choice| choice.field.path == path);
    if let Source::Other(path) = field.row.source {
        return own(path);
    }
    own(&field.path)
        .or_else(|| own(field.parent()).filter(|choice| choice.syntax.sets().contains(&field.spec.name)))
}

#[test]
fn every_field_has_its_option_and_the_option_sets_it() {
    let mut without = Vec::new();
    for protocol in Protocol::ALL {
        let choices = choice::all(protocol);
        for field in field::all(protocol) {
            match field.row.source {
                Source::Target => continue,
                Source::Nothing(reason) => {
                    assert!(!reason.is_empty());
                    without.push(field.path.clone());
                    continue;
                }
                Source::Shape | Source::Form(_) | Source::Other(_) => {}
            }
            let Some(choice) = setter(&field, &choices) else {
                assert!(matches!(field.spec.shape, Shape::Table(_)), "{} has no option", field.path);
                continue;
            };
            // Fields of a mapping that the options of another one fill need the option of the mapping.
            let mapping = choices.iter().find(|choice| choice.field.path == field.parent()).or_else(|| {
                let is_elsewhere = matches!(field.row.source, Source::Other(_));
                choices.iter().find(|choice| is_elsewhere && choice.field.parent() == field.parent())
            });
            let wanted: Vec<&Choice> =
                [choice].into_iter().chain(mapping.filter(|other| other.name != choice.name)).collect();
            let words = with(protocol, &choices, &wanted, None);
            let definition = definition(&strs(&words));
            assert_eq!(errors(&definition), [], "{words:?}\n{definition:#}");
            let values = sample(choice).1;
            let name = match (field.row.source, field.spec.name) {
                (Source::Other("http.auth.basic"), "access_key") => "username",
                (Source::Other("http.auth.basic"), "secret_key") => "password",
                (_, name) => name,
            };
            let found = at(&definition, &field);
            if matches!(field.spec.shape, Shape::Table(_)) {
                assert!(found.is_some(), "{words:?}\n{definition:#}");
                continue;
            }
            let value = values.iter().find(|(known, _)| *known == name || known.is_empty());
            let value = value.unwrap_or_else(|| panic!("{} of {words:?}", field.path));
            assert_eq!(found.as_ref(), Some(&value.1), "{}: {words:?}\n{definition:#}", field.path);
        }
    }
    without.sort();
    without.dedup();
    let inner = |path: &String| path.starts_with("http.auth.oauth2_jwt_bearer.");
    assert!(without.iter().any(inner));
    without.retain(|path| !inner(path) && !path.starts_with("alert."));
    assert_eq!(
        without,
        ["active_times", "alert", "every", "http.auth.oauth2_jwt_bearer", "name", "tags", "timezone"]
    );
}

#[test]
fn switches_that_are_on_without_a_word_take_true_or_false() {
    let mut count = 0;
    for choice in Protocol::ALL.into_iter().flat_map(choice::all) {
        let is_on = matches!(&choice.field.spec.shape, Shape::Value(shape)
            if matches!(shape.kind, faultfinder_spec::value::ValueKind::Bool))
            && choice.field.spec.about.contains("(true");
        assert_eq!(choice.syntax == Syntax::Truth, is_on, "{}", choice.field.path);
        count += usize::from(is_on);
    }
    assert!(count > 5, "{count}");
}

#[test]
fn target_gives_the_fields_that_have_no_option() {
    let mut found: Vec<String> = Vec::new();
    for protocol in Protocol::ALL {
        let fields = field::all(protocol);
        for field in fields.into_iter().filter(|field| field.row.source == Source::Target) {
            let target = if field.spec.name == "url" { "grpc://a.test:1" } else { "a.test" };
            let mut words = vec![protocol.as_str(), target];
            if matches!(protocol, Protocol::Tcp | Protocol::Udp) {
                words.extend(["--port", "1"]);
            }
            let definition = definition(&words);
            assert!(at(&definition, &field).is_some(), "{}\n{definition:#}", field.path);
            found.push(field.path);
        }
    }
    let expected = [
        "http.url",
        "ssl.host",
        "dns.name",
        "tcp.host",
        "udp.host",
        "icmp.host",
        "grpc.host",
        "grpc.url",
        "ws.url",
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_is_wrong_with_a_value_names_its_option() {
    let mut checked = 0;
    for protocol in Protocol::ALL {
        let choices = choice::all(protocol);
        for choice in choices.iter().filter(|choice| choice.syntax == Syntax::Text) {
            if !matches!(choice.field.spec.shape, Shape::Value(_)) {
                continue;
            }
            let words = with(protocol, &choices, &[choice], Some("[bad value]"));
            let request = request(&strs(&words));
            let errors = errors(&request.definition().unwrap());
            let [error] = errors.as_slice() else { panic!("{words:?}: {errors:?}") };
            let path = error.path.as_deref().unwrap();
            let option = format!("--{}", choice.name);
            assert_eq!(request.origin(path).as_deref(), Some(option.as_str()), "{words:?}: {path}");
            checked += 1;
        }
    }
    assert!(checked > 150, "{checked}");
}

#[test]
fn every_path_of_a_definition_has_the_option_that_gave_it() {
    for protocol in Protocol::ALL {
        let choices = choice::all(protocol);
        let target = if protocol == Protocol::Icmp { "a.test" } else { "a.test:1" };
        let request = request(&[protocol.as_str(), target]);
        for field in field::all(protocol) {
            let expected = match (field.row.source, setter(&field, &choices)) {
                (Source::Target, _) => "TARGET".to_owned(),
                (_, Some(choice)) => format!("--{}", choice.name),
                (_, None) => continue,
            };
            for behind in ["", "[0]", ".x-id", "[1].value"] {
                let path = format!("tests[0].{}{behind}", field.path);
                if behind.contains('.') && matches!(field.spec.shape, Shape::Table(_)) {
                    continue;
                }
                assert_eq!(request.origin(&path).as_ref(), Some(&expected), "{path}");
            }
        }
    }
}

#[test]
fn a_path_of_a_mapping_names_the_option_that_was_given() {
    let words = ["http", "a.test", "--jwt-secret", "a", "--jwt-algorithm", "RS256"];
    let request = request(&words);
    assert_eq!(request.origin("tests[0].http.auth.jwt").as_deref(), Some("--jwt-algorithm"));
    assert_eq!(request.origin("tests[0].http.tls"), None);
    assert_eq!(request.origin("tests"), None);
}

#[test]
fn a_step_names_the_option_that_gave_it() {
    let origin = |words: &[&str]| request(words).origin("tests[0].ws.steps[0].send");
    assert_eq!(origin(&["ws", "a.test", "--send", "a"]).as_deref(), Some("--send"));
    assert_eq!(origin(&["ws", "a.test", "--step", "send: a"]).as_deref(), Some("--step"));
}

#[test]
fn every_row_fits_a_field() {
    for row in ROWS {
        let fits = Protocol::ALL.into_iter().flat_map(field::all).any(|field| std::ptr::eq(field.row, row));
        assert!(fits, "no field has the row {}", row.field);
    }
}
