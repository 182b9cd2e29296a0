//! The page: one file that is complete and well-formed.

use super::{UP_AND_DOWN, call, folder, statuses};
use roxmltree::{Document, Node, ParsingOptions};

#[test]
fn the_page_is_one_file_with_a_waterfall_for_each_test() {
    let server = statuses(&[503, 503, 200]);
    let web = format!(
        "tests:\n  - name: web\n    retry: {{ count: 1, interval: 1ms }}\n    http: {{ url: 'http://{server}/' }}\n    \
         assert: [ status is 200, 'header x-a exists' ]\n"
    );
    let folder = folder(&[("a.yaml", UP_AND_DOWN), ("web.yaml", &web)]);
    let answer = call(folder.path(), &["run", ".", "--format", "html", "--output", "report.html"]);
    assert_eq!(answer.status, 1, "{}", answer.stderr);
    let page = std::fs::read_to_string(folder.path().join("report.html")).unwrap();
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(&page, options).unwrap();
    let of_class =
        |class: &str| document.descendants().filter(|node| node.attribute("class") == Some(class)).count();
    assert_eq!((of_class("waterfall"), of_class("test failed"), of_class("test passed")), (3, 2, 1));
    // Nothing is fetched, and nothing runs.
    for node in document.descendants().filter(Node::is_element) {
        assert!(
            !matches!(node.tag_name().name(), "script" | "link" | "img" | "iframe"),
            "{}",
            node.tag_name().name()
        );
        assert!(
            node.attributes()
                .all(|attribute| attribute.name() != "src" && !attribute.name().starts_with("on"))
        );
        if let Some(to) = node.attribute("href") {
            let id = to.strip_prefix('#').unwrap();
            assert!(
                document.descendants().any(|node| node.attribute("id") == Some(id)),
                "#{id} leads nowhere"
            );
        }
    }
    let failed = page.find("class=\"test failed\"").unwrap();
    assert!(failed < page.find("class=\"test passed\"").unwrap(), "failed tests come first");
    for word in [
        "prefers-color-scheme: dark",
        "@media print",
        "web.yaml:2",
        "Earlier attempts",
        "INCORRECT_ASSERTION",
        "2 of 3 tests did not pass",
    ] {
        assert!(page.contains(word), "{word}");
    }
}
