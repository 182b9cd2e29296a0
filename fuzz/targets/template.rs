#![no_main]
//! Texts with templates, whatever they are: nothing panics, text without a template stays as it is, and what is put in for a variable
//! is never read as a template.

use faultfinder_spec::Part;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let test = serde_json::json!({ "name": "a", "http": { "url": "http://a.test", "body": text } });
    let parsed = faultfinder_spec::parse_str("fuzz.json", &test.to_string());
    let Some(document) = parsed.document else { return };
    let Some(exchange) = document.tests.first().and_then(|test| test.exchange()) else { return };
    let Some(written) = exchange.request.fields.text("body") else { return };
    assert_eq!(written.as_written(), text);
    if !text.contains("{{") {
        assert_eq!(written.literal(), Some(text));
    }
    let Some(template) = written.template() else { return };
    let mut count = 0;
    let rendered = template.render(|part| {
        count += 1;
        match part {
            Part::Literal(_) => Err("a literal was asked for"),
            Part::Variable { .. } | Part::Generator(_) | Part::Id(_) => Ok("{{ A }}".to_owned()),
        }
    });
    let rendered = rendered.unwrap_or_else(|why| panic!("{why}"));
    assert!(rendered.matches("{{ A }}").count() >= count);
    let _ = format!("{:?}", template.variables().collect::<Vec<_>>());
});
