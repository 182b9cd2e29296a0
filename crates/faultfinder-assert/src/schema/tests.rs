//! What schemas say of documents.

use super::*;
use crate::error::Piece;
use crate::json::LongIntegers;
use serde_json::json;

fn compile(schema: &Value) -> Result<JsonSchema, AssertionError> {
    JsonSchema::compile(&schema.to_string(), Span::whole(Piece::Value, ""))
}

#[track_caller]
fn violations(schema: &Value, document: &Value) -> Violations {
    let compiled = compile(schema).unwrap_or_else(|error| panic!("{schema}: {error}"));
    compiled
        .violations(document, &LongIntegers::default(), &mut 1_000_000)
        .unwrap_or_else(|stop| panic!("{schema}: {stop:?}"))
}

#[test]
fn every_keyword_accepts_and_refuses() {
    for (schema, good, bad) in [
        (json!(true), json!(1), None),
        (json!({"not": true}), json!(null), None),
        (json!({"type": "integer"}), json!(1.0), Some(json!(1.5))),
        (json!({"type": ["string", "null"]}), json!(null), Some(json!(1))),
        (json!({"enum": [1, "a", {"b": [1.0]}]}), json!({"b": [1]}), Some(json!("b"))),
        (json!({"const": 1}), json!(1.0), Some(json!("1"))),
        (json!({"multipleOf": 0.01}), json!(4.57), Some(json!(4.575))),
        (json!({"multipleOf": 3}), json!(9), Some(json!(10))),
        (json!({"minimum": 2}), json!(2), Some(json!(1))),
        (json!({"maximum": 2}), json!(2), Some(json!(3))),
        (json!({"exclusiveMinimum": 2}), json!(3), Some(json!(2))),
        (json!({"exclusiveMaximum": 2}), json!(1), Some(json!(2))),
        (json!({"maxLength": 2}), json!("\u{e4}\u{f6}"), Some(json!("abc"))),
        (json!({"minLength": 2}), json!("ab"), Some(json!("\u{e4}"))),
        (json!({"pattern": "^(?!x)a+$"}), json!("aa"), Some(json!("xa"))),
        (json!({"items": {"type": "number"}}), json!([1, 2]), Some(json!([1, "2"]))),
        (json!({"prefixItems": [{"type": "number"}], "items": false}), json!([1]), Some(json!([1, 2]))),
        (json!({"items": [{"type": "number"}], "additionalItems": false}), json!([1]), Some(json!([1, 2]))),
        (json!({"maxItems": 1}), json!([1]), Some(json!([1, 2]))),
        (json!({"minItems": 1}), json!([1]), Some(json!([]))),
        (json!({"uniqueItems": true}), json!([1, "1", [1]]), Some(json!([1, 2, 1.0]))),
        (json!({"contains": {"type": "number"}}), json!(["a", 1]), Some(json!(["a"]))),
        (json!({"contains": {"const": 1}, "minContains": 2}), json!([1, 1]), Some(json!([1]))),
        (json!({"contains": {"const": 1}, "maxContains": 1}), json!([1, 2]), Some(json!([1, 1]))),
        (json!({"contains": {"const": 1}, "minContains": 0}), json!([]), None),
        (json!({"required": ["a"]}), json!({"a": null}), Some(json!({"b": 1}))),
        (json!({"properties": {"a": {"type": "string"}}}), json!({"a": "x", "b": 1}), Some(json!({"a": 1}))),
        (
            json!({"patternProperties": {"^x-": {"type": "string"}}}),
            json!({"x-a": "x", "b": 1}),
            Some(json!({"x-a": 1})),
        ),
        (
            json!({"properties": {"a": {}}, "patternProperties": {"^x-": {}}, "additionalProperties": false}),
            json!({"a": 1, "x-b": 1}),
            Some(json!({"a": 1, "c": 1})),
        ),
        (json!({"propertyNames": {"maxLength": 1}}), json!({"a": 1}), Some(json!({"ab": 1}))),
        (json!({"minProperties": 1}), json!({"a": 1}), Some(json!({}))),
        (json!({"maxProperties": 1}), json!({"a": 1}), Some(json!({"a": 1, "b": 1}))),
        (json!({"dependencies": {"a": ["b"]}}), json!({"a": 1, "b": 1}), Some(json!({"a": 1}))),
        (json!({"dependentRequired": {"a": ["b"]}}), json!({"c": 1}), Some(json!({"a": 1}))),
        (
            json!({"dependentSchemas": {"a": {"required": ["b"]}}}),
            json!({"a": 1, "b": 1}),
            Some(json!({"a": 1})),
        ),
        (json!({"allOf": [{"type": "number"}, {"minimum": 2}]}), json!(2), Some(json!(1))),
        (json!({"anyOf": [{"type": "string"}, {"minimum": 2}]}), json!("a"), Some(json!(1))),
        (json!({"oneOf": [{"type": "number"}, {"minimum": 2}]}), json!(1), Some(json!(3))),
        (json!({"not": {"type": "string"}}), json!(1), Some(json!("a"))),
        (
            json!({"if": {"type": "number"}, "then": {"minimum": 2}, "else": {"maxLength": 1}}),
            json!("a"),
            Some(json!(1)),
        ),
        (json!({"$defs": {"a b": {"type": "string"}}, "$ref": "#/$defs/a%20b"}), json!("x"), Some(json!(1))),
        (
            json!({"$defs": {"a": {"$anchor": "x", "type": "string"}}, "$ref": "#x"}),
            json!("x"),
            Some(json!(1)),
        ),
        (
            json!({"$id": "http://a.test/s", "$defs": {"a": {"$id": "b", "type": "string"}}, "$ref": "b"}),
            json!("x"),
            Some(json!(1)),
        ),
        (
            json!({"properties": {"next": {"$ref": "#"}, "n": {"type": "number"}}}),
            json!({"next": {"next": {"n": 1}}}),
            Some(json!({"next": {"next": {"n": "1"}}})),
        ),
        (
            json!({"allOf": [{"properties": {"a": {}}}], "unevaluatedProperties": false}),
            json!({"a": 1}),
            Some(json!({"a": 1, "b": 2})),
        ),
        (
            json!({"anyOf": [{"properties": {"a": {"const": 1}}}, {"properties": {"b": {}}}], "unevaluatedProperties": false}),
            json!({"a": 1, "b": 2}),
            Some(json!({"a": 2, "b": 2})),
        ),
        (
            json!({"allOf": [{"prefixItems": [true]}], "unevaluatedItems": {"type": "number"}}),
            json!(["a", 1]),
            Some(json!(["a", "b"])),
        ),
        (json!({"format": "email"}), json!("no address"), None),
        (json!({"enum": [{"$ref": "#/nowhere"}]}), json!({"$ref": "#/nowhere"}), Some(json!(1))),
    ] {
        let is_good = violations(&schema, &good);
        if schema == json!({"not": true}) {
            assert_eq!(is_good, ["$ is what `not` excludes"]);
            continue;
        }
        assert_eq!(is_good, Violations::new(), "{schema} of {good}");
        if let Some(bad) = bad {
            assert!(!violations(&schema, &bad).is_empty(), "{schema} of {bad}");
        }
    }
}

#[test]
fn conditions_came_with_draft_7() {
    let schema = |draft: &str| {
        let named = format!("http://json-schema.org/{draft}/schema#");
        json!({"$schema": named, "if": {"type": "number"}, "then": {"minimum": 2}})
    };
    assert_eq!(violations(&schema("draft-06"), &json!(1)), Violations::new());
    assert_eq!(violations(&schema("draft-07"), &json!(1)).len(), 1);
}

#[test]
fn older_drafts_ignore_what_stands_beside_a_reference() {
    let seven = "http://json-schema.org/draft-07/schema#";
    let schema = |draft: &str| json!({"$schema": draft, "definitions": {"a": {"type": "string"}}, "properties": {"x": {"$ref": "#/definitions/a", "maxLength": 1}}});
    assert_eq!(violations(&schema(seven), &json!({"x": "long"})), Violations::new());
    assert_eq!(violations(&schema("http://json-schema.org/draft-06/schema#"), &json!({"x": 1})).len(), 1);
    let latest = violations(&schema("https://json-schema.org/draft/2020-12/schema"), &json!({"x": "long"}));
    assert_eq!(latest, ["$.x has 4 characters, at most 1 are allowed"]);
}

#[test]
fn violations_have_their_places() {
    let schema = json!({
        "type": "object",
        "required": ["id", "a b"],
        "properties": {
            "id": {"type": "integer"},
            "tags": {"items": {"enum": ["x", "y"]}},
            "n": {"minimum": 3},
        },
        "additionalProperties": false,
    });
    assert_eq!(
        violations(&schema, &json!({"id": "7", "tags": ["x", "z"], "n": 1, "more": 1})),
        [
            "$['a b'] is missing",
            "$.id is a string, expected an integer",
            "$.n is 1, expected >= 3",
            "$.tags[1] is \"z\", expected one of [\"x\",\"y\"]",
            "$.more must not be there",
        ]
    );
}

#[test]
fn what_cannot_be_used_is_refused_when_it_is_read() {
    for (schema, message) in [
        ("{", "it is not JSON"),
        ("[]", "it is neither an object nor a boolean"),
        (r#"{"$ref": "http://a.test/schema"}"#, "refers to a schema elsewhere"),
        (r##"{"$ref": "#/$defs/none"}"##, "leads nowhere"),
        (r##"{"$ref": "#none"}"##, "refers to a schema elsewhere"),
        (r#"{"$schema": "http://json-schema.org/draft-04/schema#"}"#, "is not a supported version"),
        (r#"{"pattern": "(a"}"#, "unclosed group"),
        (r#"{"required": "zzz"}"#, "`required` at # is `\"zzz\"`, and must be a list of texts"),
        (r#"{"required": true}"#, "`required` at # is `true`"),
        (r#"{"required": [1]}"#, "must be a list of texts"),
        (r#"{"items": {"minimum": "9"}}"#, "`minimum` at #/items is `\"9\"`, and must be a number"),
        (r#"{"exclusiveMinimum": true}"#, "must be a number"),
        (r#"{"multipleOf": 0}"#, "must be a number above 0"),
        (r#"{"maxLength": -1}"#, "must be a whole number from 0 on"),
        (r#"{"minItems": 1.5}"#, "must be a whole number from 0 on"),
        (r#"{"uniqueItems": "yes"}"#, "must be true or false"),
        (r#"{"properties": ["a"]}"#, "must be an object whose members are schemas"),
        (r#"{"properties": {"a": "string"}}"#, "must be an object whose members are schemas"),
        (r#"{"items": "string"}"#, "must be a schema or a list of schemas"),
        (r#"{"additionalProperties": "no"}"#, "must be a schema: an object, true or false"),
        (r#"{"anyOf": {"type": "string"}}"#, "must be a list of schemas with at least one"),
        (r#"{"allOf": [{"not": {"enum": "a"}}]}"#, "`enum` at #/allOf/0/not is `\"a\"`, and must be a list"),
        (r#"{"dependentRequired": {"a": "b"}}"#, "must be an object whose members are lists of texts"),
        (r#"{"$ref": 5}"#, "`$ref` at # is `5`, and must be a text"),
        (r#"{"type": "strng"}"#, "`type` at # is never `strng`; did you mean `string`?"),
        (
            r#"{"$defs": {"a": {"type": ["string", "nul"]}}}"#,
            "`type` at #/$defs/a is never `nul`; did you mean `null`?",
        ),
        (r#"{"type": []}"#, "must be a type or a list of types"),
        (r#"{"type": null}"#, "must be a type or a list of types"),
    ] {
        let error = JsonSchema::compile(schema, Span::whole(Piece::Value, "")).expect_err(schema);
        assert!(error.message.contains(message), "{schema}: {}", error.message);
    }
    let large = format!("{{\"title\": \"{}\"}}", "x".repeat(SCHEMA_BYTES_MAX));
    assert!(JsonSchema::compile(&large, Span::whole(Piece::Value, "")).is_err());
    assert!(JsonSchema::compile(&"[".repeat(1000), Span::whole(Piece::Value, "")).is_err());
}

#[test]
fn keywords_that_are_near_known_ones_are_remarked() {
    for (schema, meant) in [
        (json!({"requierd": ["a"]}), Some("`required`")),
        (json!({"properties": {"a": {"minlength": 2}}}), Some("`minLength`")),
        (json!({"additionalproperties": false}), Some("`additionalProperties`")),
        (json!({"properties": {"requierd": {"type": "string"}, "typ": true}}), None),
        (json!({"const": {"requierd": 1}, "default": {"typ": 1}}), None),
        (json!({"example": 5, "x-types": 1, "nullable": true, "note": "a"}), None),
    ] {
        let compiled = compile(&schema).unwrap();
        let found = compiled.notes().first().map(|note| note.expected.replace(", if that is meant", ""));
        assert_eq!(found.as_deref(), meant, "{schema}");
    }
}

#[test]
fn a_schema_that_explodes_uses_its_steps_up() {
    // Each level doubles the work.
    let mut definitions = serde_json::Map::new();
    for level in 0..60 {
        let next = json!({"$ref": format!("#/$defs/l{}", level + 1)});
        definitions.insert(format!("l{level}"), json!({"allOf": [next, next]}));
    }
    definitions.insert("l60".to_owned(), json!({"type": "number"}));
    let bomb = compile(&json!({"$defs": definitions, "$ref": "#/$defs/l0"})).unwrap();
    assert_eq!(bomb.violations(&json!(1), &LongIntegers::default(), &mut 100_000), Err(Stop::Unfinished));
    let endless = compile(
        &json!({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}),
    );
    assert_eq!(
        endless.unwrap().violations(&json!(1), &LongIntegers::default(), &mut 100_000),
        Err(Stop::Endless)
    );
    // As deep as a document can be, with six schemas for each of its levels.
    let deep = compile(&json!({"$defs": {"n": {"allOf": [{"$ref": "#/$defs/m"}]}, "m": {"anyOf": [{"properties": {"a": {"$ref": "#/$defs/n"}}}]}}, "$ref": "#/$defs/n"})).unwrap();
    let text = format!("{}1{}", "{\"a\":".repeat(125), "}".repeat(125));
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(deep.violations(&document, &LongIntegers::default(), &mut 100_000), Ok(Violations::new()));
    let unique = compile(&json!({"uniqueItems": true})).unwrap();
    let many: Vec<u32> = (0..5_000).collect();
    assert_eq!(
        unique.violations(&json!(many), &LongIntegers::default(), &mut 100_000),
        Err(Stop::Unfinished)
    );
}

#[test]
fn long_names_and_what_keywords_looked_at_are_counted() {
    let name = "n".repeat(100_000);
    let schemas: Vec<Value> = (0..20).map(|_| json!({"additionalProperties": true})).collect();
    let copies = compile(&json!({"allOf": schemas})).unwrap();
    let document = json!({name.as_str(): 1});
    assert_eq!(copies.violations(&document, &LongIntegers::default(), &mut 50_000), Err(Stop::Unfinished));
    let reference = format!("#/$defs/{name}");
    let long = compile(&json!({"$ref": reference, "$defs": {name.as_str(): true}})).unwrap();
    assert_eq!(long.violations(&json!(1), &LongIntegers::default(), &mut 5_000), Err(Stop::Unfinished));
    let deep = (0..50).fold(json!({"items": true}), |inner, _| json!({"allOf": [inner]}));
    let deep = compile(&deep).unwrap();
    let document = json!(vec![0; 1_000]);
    let mut work = 1_000_000;
    assert_eq!(deep.violations(&document, &LongIntegers::default(), &mut work), Ok(vec![]));
    assert!(work < 950_000, "{work}");
}
