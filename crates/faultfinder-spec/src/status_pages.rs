//! Status pages: what a service shows to anyone of some of its tests.

use crate::fields::{FieldSpec, Shape, Table};
use crate::mapping::Mapping;
use crate::reader::Reader;
use crate::source::Source;
use crate::value::FormatVersion;
use crate::yaml::Node;
use crate::{Diagnostic, Place, Spanned, parsed};
use std::collections::HashSet;

/// Most status pages of a service.
pub const STATUS_PAGES_MAX: usize = 50;

/// Most components of a status page.
pub const COMPONENTS_MAX: usize = 50;

/// Most tests, and most tags, that a component names.
pub const COMPONENT_TESTS_MAX: usize = 100;

/// Longest title, name or description on a status page, in characters.
pub const STATUS_TEXT_CHARS_MAX: usize = 500;

/// Longest path of a status page, in characters.
const PATH_CHARS_MAX: usize = 64;

/// The fields of a file.
const FILE: Table = Table::new(
    "the file",
    &[&[
        FieldSpec::new("version", Shape::of::<FormatVersion>(), "version of the format: 1").literal(),
        FieldSpec::new(
            "status_pages",
            Shape::Tables(&STATUS_PAGE, STATUS_PAGES_MAX),
            "what anyone may see of tests",
        )
        .required(),
    ]],
);

/// The fields of a status page.
const STATUS_PAGE: Table = Table::new(
    "a status page",
    &[&[
        FieldSpec::new("path", Shape::Text, "where it is: `shop` for `/status/shop`").literal().required(),
        FieldSpec::new("title", Shape::Text, "whose status it shows").literal().required(),
        FieldSpec::new("description", Shape::Text, "a sentence below the title").literal(),
        FieldSpec::new("url", Shape::Text, "the URL by which others see it, for links in its feed").literal(),
        FieldSpec::new("logo_file", Shape::Text, "an image: PNG, JPEG, WebP or SVG, up to 200 kB").literal(),
        FieldSpec::new(
            "show_cause",
            Shape::of::<bool>(),
            "whether it says by which code tests failed (false)",
        )
        .literal(),
        FieldSpec::new(
            "components",
            Shape::Tables(&COMPONENT, COMPONENTS_MAX),
            "what it shows the status of",
        )
        .required(),
    ]],
);

/// The fields of a component.
const COMPONENT: Table = Table::new(
    "a component",
    &[&[
        FieldSpec::new("name", Shape::Text, "its name").literal().required(),
        FieldSpec::new("description", Shape::Text, "a sentence beside it").literal(),
        FieldSpec::new(
            "tests",
            Shape::TextList(COMPONENT_TESTS_MAX),
            "names or ids of the tests that check it",
        )
        .literal(),
        FieldSpec::new(
            "tags",
            Shape::TextList(COMPONENT_TESTS_MAX),
            "tests that have one of these tags check it",
        )
        .literal(),
    ]],
);

/// A status page, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: what the file says of a status page")]
pub struct StatusPageSource {
    /// Where it is: lower-case letters, digits and `-`.
    pub path: String,
    /// Whose status it shows.
    pub title: String,
    /// A sentence below the title.
    pub description: Option<String>,
    /// The URL by which others see it.
    pub url: Option<String>,
    /// An image, meant from the folder of the file.
    pub logo_file: Option<String>,
    /// Whether it says by which code tests failed.
    pub shows_cause: bool,
    /// What it shows the status of.
    pub components: Vec<ComponentSource>,
    /// Where it begins in the file.
    pub place: Place,
}

/// A part of what people use, which some tests check.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "closed: what the file says of a component")]
pub struct ComponentSource {
    /// Its name.
    pub name: String,
    /// A sentence beside it.
    pub description: Option<String>,
    /// Names or ids of tests.
    pub tests: Vec<String>,
    /// Tests that have one of these tags belong to it, too.
    pub tags: Vec<String>,
}

/// Reads a file of status pages.
///
/// # Errors
///
/// All that is wrong with it.
pub fn read_status_pages(source: &Source) -> Result<Vec<StatusPageSource>, Vec<Diagnostic>> {
    let mut reader = Reader::new(source);
    let mut pages = Vec::new();
    if let Some(root) = parsed::root(&mut reader, source)
        && let Some(mapping) = Mapping::open(&mut reader, &root, &FILE)
    {
        let _ = mapping.read(&mut reader, "version", Reader::literal::<FormatVersion>);
        let mut paths = HashSet::new();
        let list = mapping.read(&mut reader, "status_pages", |reader, node| {
            reader.list(node, "a list of status pages", STATUS_PAGES_MAX, |reader, node| {
                let page = read(reader, node)?;
                if !paths.insert(page.path.clone()) {
                    let message = format!("there are two status pages with the path `{}`", page.path);
                    let diagnostic = reader.error(node.place, message);
                    reader.report(diagnostic);
                }
                Some(page)
            })
        });
        pages = list.unwrap_or_default();
    }
    let (found, ..) = reader.finish();
    if found.iter().any(Diagnostic::is_error) { Err(found) } else { Ok(pages) }
}

/// A text of one line that is not too long.
fn text(reader: &mut Reader<'_>, mapping: &Mapping<'_>, name: &str) -> Option<Spanned<String>> {
    let text = mapping.read(reader, name, Reader::literal_text)?;
    let found = text.value.chars().count();
    if found > STATUS_TEXT_CHARS_MAX || text.value.trim().is_empty() {
        let message = format!("expected 1 to {STATUS_TEXT_CHARS_MAX} characters, found {found}");
        let diagnostic = reader.error(text.place, message);
        reader.within(name, |reader| reader.report(diagnostic));
        return None;
    }
    Some(text)
}

fn read(reader: &mut Reader<'_>, node: &Node) -> Option<StatusPageSource> {
    let mapping = Mapping::open(reader, node, &STATUS_PAGE)?;
    let path = text(reader, &mapping, "path");
    let path = path.filter(|path| {
        let is_good = is_path(&path.value);
        if !is_good {
            let diagnostic = reader
                .error(path.place, "a path has lower-case letters, digits and `-`, and at most 64 of them")
                .with_help("`shop` stands for `/status/shop`");
            reader.within("path", |reader| reader.report(diagnostic));
        }
        is_good
    });
    let title = text(reader, &mapping, "title");
    let description = text(reader, &mapping, "description");
    let url = text(reader, &mapping, "url");
    if let Some(url) = url.as_ref().filter(|url| !is_web(&url.value)) {
        let diagnostic = reader.error(url.place, "expected a URL that begins with https:// or http://");
        reader.within("url", |reader| reader.report(diagnostic));
    }
    let logo_file = text(reader, &mapping, "logo_file");
    let shows_cause = mapping.read(reader, "show_cause", Reader::literal::<bool>);
    let mut names = HashSet::new();
    let components = mapping.read(reader, "components", |reader, node| {
        reader.list(node, "a list of components", COMPONENTS_MAX, |reader, node| {
            let component = component(reader, node)?;
            if !names.insert(component.name.clone()) {
                let message = format!("there are two components with the name `{}`", component.name);
                let diagnostic = reader.error(node.place, message);
                reader.report(diagnostic);
            }
            Some(component)
        })
    });
    let value = |text: Option<Spanned<String>>| text.map(|text| text.value);
    Some(StatusPageSource {
        path: path?.value,
        title: title?.value,
        description: value(description),
        url: value(url),
        logo_file: value(logo_file),
        shows_cause: shows_cause.is_some_and(|shows| shows.value),
        components: components?,
        place: node.place,
    })
}

fn component(reader: &mut Reader<'_>, node: &Node) -> Option<ComponentSource> {
    let mapping = Mapping::open(reader, node, &COMPONENT)?;
    let name = text(reader, &mapping, "name");
    let description = text(reader, &mapping, "description");
    let list = |reader: &mut Reader<'_>, name: &str, what: &'static str| -> Vec<String> {
        let list = mapping.read(reader, name, |reader, node| {
            reader.list(node, what, COMPONENT_TESTS_MAX, Reader::literal_text)
        });
        list.unwrap_or_default().into_iter().map(|text| text.value).collect()
    };
    let (tests, tags) = (list(reader, "tests", "a list of tests"), list(reader, "tags", "a list of tags"));
    if !mapping.has("tests") && !mapping.has("tags") && !mapping.has_unknown {
        let diagnostic = reader
            .error(node.place, "a component needs `tests` or `tags`")
            .with_help("name the tests that check it: `tests: [home page]`");
        reader.report(diagnostic);
    }
    Some(ComponentSource { name: name?.value, description: description.map(|text| text.value), tests, tags })
}

fn is_path(path: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    path.chars().all(fits) && path.len() <= PATH_CHARS_MAX
}

fn is_web(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://"))
        && url.bytes().all(|byte| byte.is_ascii_graphic())
}
