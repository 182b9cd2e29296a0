//! A bad value of any field is reported at that field: when it is in the file, and when a variable brings it. Nothing is
//! sent then.
//!
//! The fields are those of the tables by which definitions are read.

use crate::reported::{File, Messages, Target, assert_places, assert_same, call, run, validated};
use faultfinder_spec::fields::{FieldSpec, Shape, Table};
use faultfinder_spec::value::ValueKind;
use faultfinder_spec::{protocol, tls_table};
use faultfinder_taxonomy::Protocol;
use faultfinder_tests::command;
use std::path::Path;

/// No field has this value.
const BAD: &str = "'[bad value]'";

/// The value of a variable that is bad.
const TEMPLATE: &str = "'{{ BAD }}'";

/// A valid value of a field, on one line.
fn value(field: &FieldSpec, port: u16) -> String {
    const TEXTS: [&str; 5] = ["GET", "A", "127.0.0.1", "aGk=", "1s"];
    match &field.shape {
        Shape::Text if field.name == "host" => "127.0.0.1".to_owned(),
        Shape::Text if field.name == "token_url" => format!("http://127.0.0.1:{port}/"),
        Shape::Text | Shape::TextOrTrue => "x".to_owned(),
        Shape::Value(value) => match value.kind {
            ValueKind::Text => {
                let valid = TEXTS.into_iter().find(|text| field.check(text).is_ok());
                valid.unwrap_or_else(|| panic!("no valid text for {}", field.name)).to_owned()
            }
            ValueKind::Bool => "false".to_owned(),
            ValueKind::Duration => "1s".to_owned(),
            ValueKind::Port => port.to_string(),
            ValueKind::Version => "1".to_owned(),
            ValueKind::Number(least, _) => least.to_string(),
            // The oldest versions of TLS are not spoken.
            ValueKind::Words(words) if field.name.ends_with("_version") => words.last().unwrap().to_string(),
            ValueKind::Words(words) => words.first().unwrap().to_string(),
        },
        Shape::Texts(_) | Shape::TextOrList(_) | Shape::TextList(_) => "[x]".to_owned(),
        Shape::Pairs => "{n: x}".to_owned(),
        Shape::Addresses => "{n: 127.0.0.1}".to_owned(),
        Shape::Json | Shape::JsonObject => "{a: 1}".to_owned(),
        Shape::Table(table) => {
            let fields: Vec<String> =
                needed(table, "").map(|field| format!("{}: {}", field.name, value(field, port))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        Shape::Tables(..) | Shape::Tests(_) | Shape::Assertions => "[]".to_owned(),
        Shape::Variables | Shape::Extractions => "{}".to_owned(),
    }
}

/// The fields that a mapping cannot do without, but for this one.
fn needed(table: &'static Table, but: &str) -> impl Iterator<Item = &'static FieldSpec> {
    // A secret needs no file.
    let choices = || table.one_of.iter().filter(|name| **name == "secret").chain(table.one_of.first());
    let chosen = choices().next().filter(|_| !table.one_of.contains(&but));
    table.fields().filter(move |field| field.name != but && (field.required || chosen == Some(&field.name)))
}

/// What a gRPC call needs in addition: a host, and something to ask for.
fn needed_of_grpc(field: &str) -> &'static [&'static str] {
    match field {
        "reflection" => &["host: 127.0.0.1", "service: a.B", "method: C"],
        _ => &["host: 127.0.0.1", "health: true"],
    }
}

/// The lines of a mapping with a value for the field at the end of a chain of mappings, each in the one before it.
fn lines(
    table: &'static Table,
    chain: &[&'static FieldSpec],
    text: &str,
    target: &str,
    port: u16,
) -> Vec<String> {
    let Some((field, rest)) = chain.split_first() else { return Vec::new() };
    let is_grpc = table.title == "`grpc`";
    let of_grpc = if is_grpc { needed_of_grpc(field.name) } else { &[] };
    let mut written: Vec<String> = of_grpc.iter().map(|&line| line.to_owned()).collect();
    for other in needed(table, field.name).filter(|_| !is_grpc) {
        let value = match other.name {
            "url" => format!("{target}://127.0.0.1:{port}/"),
            _ => value(other, port),
        };
        written.push(format!("{}: {value}", other.name));
    }
    match &field.shape {
        Shape::Table(inner) => {
            written.push(format!("{}:", field.name));
            written
                .extend(lines(inner, rest, text, "http", port).into_iter().map(|line| format!("  {line}")));
        }
        Shape::Tables(inner, _) => {
            written.push(format!("{}:", field.name));
            let inside = lines(inner, rest, text, "http", port);
            let begun = inside.iter().enumerate();
            written.extend(begun.map(|(at, line)| format!("{} {line}", if at == 0 { "-" } else { " " })));
        }
        Shape::Addresses => written.push(format!("{}: {{n: |{text}}}", field.name)),
        _ => written.push(format!("{}: |{text}", field.name)),
    }
    written
}

fn path(chain: &[&'static FieldSpec], address: &str) -> String {
    let name = |field: &&FieldSpec| match &field.shape {
        Shape::Tables(..) => format!("{}[0]", field.name),
        Shape::Addresses => format!("{}{address}", field.name),
        _ => field.name.to_owned(),
    };
    chain.iter().map(name).collect::<Vec<_>>().join(".")
}

/// Most tests of a file: more than 200 mistakes are not listed.
const TESTS_MAX: usize = 150;

/// Files with a test for every field of every protocol with values of a type, in which the field has this text.
fn files(folder: &Path, name: &str, head: &str, text: &str, port: u16) -> Vec<File> {
    let mut files: Vec<File> = Vec::new();
    // The reader knows the name of an address, a run knows its number.
    let address = if text == BAD { ".n" } else { "[0]" };
    for protocol in Protocol::ALL {
        let target = if protocol == Protocol::Ws { "ws" } else { "http" };
        let table = protocol::table(protocol);
        table.walk(&mut |chain| {
            if !chain.last().is_some_and(|field| matches!(field.shape, Shape::Value(_) | Shape::Addresses)) {
                return;
            }
            if files.last().is_none_or(|file| file.expected.len() == TESTS_MAX) {
                let number = files.len();
                files.push(File::new(folder, &format!("{name}-{number}.yaml"), head));
            }
            let inside: Vec<String> = lines(table, chain, text, target, port)
                .into_iter()
                .map(|line| format!("  {line}\n"))
                .collect();
            let body = format!("{protocol}:\n{}", inside.concat());
            files.last_mut().unwrap().add(&body, &format!("{protocol}.{}", path(chain, address)));
        });
    }
    files.iter().for_each(File::write);
    let tests: usize = files.iter().map(|file| file.expected.len()).sum();
    assert!(tests > 250, "only {tests} fields");
    files
}

#[test]
fn the_target_counts_what_arrives() {
    let target = Target::new();
    let place = format!("127.0.0.1:{}", target.port);
    let _ = command(&["probe", "tcp", &place]).output().unwrap();
    assert_eq!(target.arrived(), 1);
    let _ = command(&["probe", "udp", &place, "--timeout", "50ms"]).output().unwrap();
    assert_eq!(target.arrived(), 1);
    target.assert_untouched();
}

#[test]
fn a_bad_value_in_a_file_is_reported_at_its_field_and_nothing_runs() {
    let folder = tempfile::tempdir().unwrap();
    let target = Target::new();
    let files = files(folder.path(), "literal", "", BAD, target.port);
    let found = validated(&files, &[]);
    assert_places(&found, &files);
    let answer = call(&["run", "--format", "json"], &files, &[]);
    assert_eq!((answer.status, answer.stdout.as_str()), (2, ""), "{}", answer.stderr);
    for file in &files {
        for expected in &file.expected {
            assert!(answer.stderr.contains(&file.at(expected)), "{}: {}", expected.path, file.at(expected));
        }
    }
    for message in found.values() {
        assert!(answer.stderr.contains(message), "{message}");
    }
    target.assert_untouched();
}

#[test]
fn a_bad_value_of_a_variable_is_reported_at_the_field_that_has_it_and_nothing_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let target = Target::new();
    let literal = files(folder.path(), "literal", "", BAD, target.port);
    let head = format!("variables: {{ BAD: {BAD} }}\n");
    let templates = files(folder.path(), "template", &head, TEMPLATE, target.port);
    let found = validated(&templates, &[]);
    assert_places(&found, &templates);
    assert_same(&run(&templates, &[]), &found);
    target.assert_untouched();
    // The words are the same as when the value is in the file.
    let messages = |found: &Messages| found.values().cloned().collect::<Vec<_>>();
    assert_eq!(messages(&found), messages(&validated(&literal, &[])));
}

#[test]
fn a_bad_value_of_the_environment_is_reported_when_the_test_runs() {
    let folder = tempfile::tempdir().unwrap();
    let target = Target::new();
    let head = "variables: { BAD: { env: FF_TEST_BAD_VALUE } }\n";
    let files = files(folder.path(), "environment", head, TEMPLATE, target.port);
    assert_eq!(validated(&files, &[]), Messages::new());
    let found = run(&files, &[("FF_TEST_BAD_VALUE", "[bad value]")]);
    assert!(found.values().all(|message| message.contains("[bad value]")), "{found:#?}");
    target.assert_untouched();
    let unset = call(&["run", "--format", "json"], &files, &[]);
    assert_eq!((unset.status, unset.stdout.as_str()), (2, ""), "{}", unset.stderr);
    for file in &files {
        let place = format!("{}:1:26", file.name());
        assert!(unset.stderr.contains(&place), "{place}: {}", unset.stderr);
    }
    assert!(unset.stderr.contains("the environment has no variable `FF_TEST_BAD_VALUE`"), "{}", unset.stderr);
    target.assert_untouched();
}

#[test]
fn of_two_settings_with_one_name_the_bad_one_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let target = Target::new();
    let port = target.port;
    let head = format!("variables: {{ BAD: {BAD} }}\n");
    let mut file = File::new(folder.path(), "two.yaml", &head);
    for field in tls_table().fields().filter(|field| matches!(field.shape, Shape::Value(_))) {
        let (name, good) = (field.name, value(field, port));
        for (own, other, blamed) in [
            (good.clone(), format!("|{TEMPLATE}"), "http.resolver.tls"),
            (format!("|{TEMPLATE}"), good, "http.tls"),
        ] {
            let body = format!(
                "http:\n  url: https://127.0.0.1:{port}/\n  tls: {{ {name}: {own} }}\n  \
                 resolver: {{ server: 127.0.0.1, port: {port}, transport: dot, tls: {{ {name}: {other} }} }}\n"
            );
            file.add(&body, &format!("{blamed}.{name}"));
        }
    }
    assert!(file.expected.len() > 20, "{}", file.expected.len());
    file.write();
    let files = [file];
    let found = validated(&files, &[]);
    assert_places(&found, &files);
    assert_same(&run(&files, &[]), &found);
    target.assert_untouched();
}
