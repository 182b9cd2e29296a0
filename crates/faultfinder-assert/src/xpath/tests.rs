//! What queries find in XML and in HTML.

use super::*;
use crate::error::Piece;

fn compile(query: &str) -> Result<XPath, AssertionError> {
    XPath::compile(query, Span::whole(Piece::Line, query))
}

fn select(query: &str, body: &str, is_html: bool) -> Result<Vec<String>, String> {
    let compiled = compile(query).unwrap_or_else(|error| panic!("{query}: {error}"));
    let found = compiled.select(body.as_bytes(), is_html)?;
    let text = |found: Found| match found {
        Found::Text(text) => text,
        Found::Number(number) => number.to_string(),
        Found::Boolean(value) => value.to_string(),
    };
    Ok(found.into_iter().map(text).collect())
}

#[track_caller]
fn xml(query: &str, body: &str, expected: &[&str]) {
    assert_eq!(select(query, body, false).as_deref(), Ok(expected.map_owned().as_slice()), "{query}");
}

#[track_caller]
fn html(query: &str, body: &str, expected: &[&str]) {
    assert_eq!(select(query, body, true).as_deref(), Ok(expected.map_owned().as_slice()), "{query}");
}

trait MapOwned {
    fn map_owned(&self) -> Vec<String>;
}

impl MapOwned for [&str] {
    fn map_owned(&self) -> Vec<String> {
        self.iter().map(|text| (*text).to_owned()).collect()
    }
}

#[test]
fn xml_is_queried() {
    let slides = "<?xml version=\"1.0\"?><!-- a --><show n='2'><slide id=\"1\"><title>One</title></slide><slide id=\"2\"><title>T&amp;o<![CDATA[ <x>]]></title></slide></show>";
    xml("/show/slide/title", slides, &["One", "T&o <x>"]);
    xml("//slide[2]/@id", slides, &["2"]);
    xml("//slide[title='One']/@id", slides, &["1"]);
    xml("count(//slide)", slides, &["2"]);
    xml("string(/show/@n)", slides, &["2"]);
    xml("//slide[contains(title, 'T')]/title/text()", slides, &["T&o", " <x>"]);
    xml("boolean(//none)", slides, &["false"]);
    xml("//none", slides, &[]);
    xml("//title[.='One']/../@id", slides, &["1"]);
    xml("normalize-space(//title)", "<a><title> x\n y </title></a>", &["x y"]);
    xml("translate(/a, 'abc', 'ABC')", "<a>cab</a>", &["CAB"]);
}

#[test]
fn namespaces_are_those_of_the_document() {
    let soap = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><r:Rate xmlns:r='urn:rates'><r:value>1.07</r:value></r:Rate></s:Body></s:Envelope>";
    xml("//r:value", soap, &["1.07"]);
    xml("/s:Envelope/s:Body/r:Rate/r:value", soap, &["1.07"]);
    xml("//*[local-name()='value']", soap, &["1.07"]);
    let feed = "<?xml version='1.0'?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\"><title>T</title></feed>";
    xml("/feed/title", feed, &["T"]);
}

#[test]
fn html_is_queried_as_it_is_written_on_the_web() {
    let page = "<!DOCTYPE html><title>Ho &amp; me</title><META name=csrf content='t0k'><script>if (a < b) { '</p>' }</script><p>one<p>two<br>three<ul><li>a<li>b</ul><form action=/x><input type=hidden name=\"csrf\" value=\"t0k&amp;n\" disabled><INPUT name=b></form><table><tr><td>1<td>2<tr><td>3</table><a href='/y'>y";
    html("//title", page, &["Ho & me"]);
    html("/html/head/title", page, &["Ho & me"]);
    html("/html/body/p", page, &["one", "twothree"]);
    html("//li", page, &["a", "b"]);
    html("//input[@name='csrf']/@value", page, &["t0k&n"]);
    html("//form/input/@name", page, &["csrf", "b"]);
    html("//meta/@content", page, &["t0k"]);
    html("//tr[1]/td", page, &["1", "2"]);
    html("count(//tr)", page, &["2"]);
    html("//a/@href", page, &["/y"]);
    html("//script", page, &["if (a < b) { '</p>' }"]);
    html("/html/body/div/p", "<html><head></head><body class=x><div><p>in</div></body></html>", &["in"]);
    html("/html/body/@class", "<html><head></head><body class=x><div><p>in</div></body></html>", &["x"]);
    html("//b", "a < b &unknown; &#228;<b>x", &["x"]);
    html("//body", "a < b &unknown; &#228;", &["a < b &unknown; \u{e4}"]);
}

#[test]
fn what_is_no_markup_is_said() {
    for (body, begin) in [
        ("{\"a\":1}", "body is not XML"),
        ("<a><b></a>", "body is not XML"),
        ("", "body is empty, not XML"),
        ("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>", "body is not XML"),
    ] {
        let error = select("//a", body, false).expect_err(body);
        assert!(error.starts_with(begin), "{body}: {error}");
    }
}

#[test]
fn mistakes_are_found_when_a_query_is_read() {
    for (query, message) in [
        ("//a[", "bad XPath"),
        ("nofunction(//a)", "bad XPath"),
        ("//a//b//c//d", "has 4 `//`"),
        ("//a[contains(string(/), 'x')]", "must not begin with `/`"),
        ("//a[//b]", "must not begin with `/`"),
        ("//a[../b]", "goes down only"),
        ("//a[preceding::b='x']", "goes down only"),
        ("translate(//a, //b, 'x')", "must be texts in quotes"),
    ] {
        let error = compile(query).expect_err(query);
        assert!(error.message.contains(message), "{query}: {}", error.message);
    }
    assert!(compile("//a[b/c='/x' and contains(@d, '..')]").is_ok());
    assert!(compile(&format!("//{}", "a".repeat(XPATH_BYTES_MAX - 1))).is_err());
}

#[test]
fn bombs_are_bounded() {
    let laughs = "<!DOCTYPE a [<!ENTITY x \"ha\"><!ENTITY y \"&x;&x;&x;&x;&x;&x;&x;&x;&x;&x;\"><!ENTITY z \"&y;&y;&y;&y;&y;&y;&y;&y;&y;&y;\"><!ENTITY w \"&z;&z;&z;&z;&z;&z;&z;&z;&z;&z;\"><!ENTITY v \"&w;&w;&w;&w;&w;&w;&w;&w;&w;&w;\"><!ENTITY u \"&v;&v;&v;&v;&v;&v;&v;&v;&v;&v;\"><!ENTITY t \"&u;&u;&u;&u;&u;&u;&u;&u;&u;&u;\">]><a>&t;</a>";
    assert!(select("//a", laughs, false).is_err());
    let deep = format!("{}x{}", "<a>".repeat(1_000), "</a>".repeat(1_000));
    assert!(select("//a", &deep, false).is_err(), "deeper than XML may be");
    // Far deeper than a browser goes; every element but the last ones is a neighbor.
    let deep = format!("{}x", "<div>".repeat(200_000));
    assert_eq!(select("count(//div)", &deep, true), Ok(vec!["200000".to_owned()]));
    let formats = format!("{}{}", "<font color=1>".repeat(2_000), "<p>".repeat(20_000));
    assert_eq!(select("count(//p)", &formats, true), Ok(vec!["20000".to_owned()]));
    // A long text that is inside of many elements, and copied for each of them.
    let nested = format!("{}{}{}", "<a>".repeat(200), "x".repeat(2_000_000), "</a>".repeat(200));
    assert_eq!(
        select("//a[contains(., 'y')]", &nested, false),
        Err("the body is too large for this XPath".to_owned())
    );
}

#[test]
fn attributes_of_an_element_that_begins_often_are_limited() {
    let mut page = String::new();
    for number in 0..300_000 {
        page.push_str(&format!("<html a{number}>"));
    }
    html("count(/html/@*)", &page, &["100"]);
}

#[test]
fn elements_with_very_many_attributes_are_refused_before_they_are_parsed() {
    let attributes =
        |count: usize| -> String { (0..count).map(|number| format!(" a{number}='>'")).collect() };
    xml("count(/x/@*)", &format!("<x{}/>", attributes(500)), &["500"]);
    let equal_signs = "=".repeat(1_000);
    xml("count(/x)", &format!("<x>{equal_signs}<!--{equal_signs}--><![CDATA[{equal_signs}]]></x>"), &["1"]);
    for page in [
        format!("<x{}/>", attributes(300_000)),
        format!("<!DOCTYPE x [<!ENTITY e \"&#60;y{}/>\">]><x>&e;</x>", attributes(501)),
    ] {
        let refused = select("count(/x)", &page, false).unwrap_err();
        assert!(refused.contains("more than 500 attributes"), "{refused}");
    }
}

#[test]
fn documents_that_take_too_much_memory_are_refused_before_they_are_parsed() {
    // The worst of each kind in 5 MB: elements, texts between them, attributes.
    for (item, is_html) in
        [("<a/>", false), ("<a>b</a>", false), ("<a b=''/>", false), ("<a>", true), ("<a b>", true)]
    {
        let page = format!("<r>{}</r>", item.repeat(4_900_000 / item.len()));
        let refused = select("count(/r)", &page, is_html).unwrap_err();
        assert!(refused.contains("and at most 78 may be"), "{item}: {refused}");
    }
    // A list of pages of a site, as long as fits into a body that is kept.
    let page = "<url><loc>https://shop.test/products/a-name-of-forty-characters-in-all/1</loc><lastmod>2026-01-01</lastmod>\
        <changefreq>daily</changefreq><priority>0.5</priority></url>\n";
    let site = format!("<urlset>{}</urlset>", page.repeat(4_900_000 / page.len()));
    let count = (4_900_000 / page.len()).to_string();
    xml("count(//url)", &site, &[count.as_str()]);
}
