//! Small crates in memory: which files use which, and which crates they name.

use super::{Part, Source, Survey, survey};
use std::path::Path;

/// Surveys a library of these files; the first is its root.
fn surveyed(files: &[(&str, &str)]) -> Survey {
    let source = Source { root: files[0].0.into(), part: Part::Product, examples: true };
    let read = |path: &Path| {
        files.iter().find(|(name, _)| Path::new(name) == path).map(|(_, text)| (*text).to_owned())
    };
    survey(&[source], &read).unwrap()
}

/// The arrows of a library, as `from -> to: names`.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let survey = surveyed(files);
    let shown = survey.arrows.iter().map(|((from, to), names)| {
        format!("{from} -> {to}: {}", names.iter().map(String::as_str).collect::<Vec<_>>().join(", "))
    });
    assert_eq!(shown.collect::<Vec<_>>(), expected);
}

/// The crates that a part of a library names.
fn crates(files: &[(&str, &str)], part: Part) -> Vec<String> {
    surveyed(files).crates.remove(&part).unwrap_or_default().into_iter().collect()
}

#[test]
fn a_path_of_any_form_is_a_use() {
    let rows = [
        "use crate::b::B;",
        "use super::b::B;",
        "use self::super::b::B;",
        "use crate::b::{B};",
        "use crate::{b::{self, B as Other}};",
        "fn f() { crate::b::B::new(); }",
        "fn f(_: &super::b::B<u8>) {}",
        "struct S { field: Vec<crate::b::B> }",
        "impl super::b::B {}",
        "fn f() { let crate::b::B { .. } = g(); }",
        "fn f() { use super::b::B; }",
        "fn f() { use super::b; b::B::new(); }",
        "fn f() { use super::b::*; B::new(); }",
        "use super::*; type T = b::B;",
        "fn f() { vec![crate::b::B::new()]; }",
        "fn f() { format!(\"{}\", super::b::B::NAME); }",
        "#[derive(super::b::B)] struct S;",
        "#[serde(with = \"super::b::B\")] struct S;",
        "mod inner { use super::super::b::B; }",
    ];
    for code in rows {
        let files = [
            ("src/lib.rs", "mod a; mod b;"),
            ("src/a.rs", code),
            ("src/b.rs", "pub struct B; macro_rules! B { () => {} } pub(crate) use B;"),
        ];
        let survey = surveyed(&files);
        let arrows: Vec<_> = survey.arrows.keys().map(|(from, to)| (from.as_str(), to.as_str())).collect();
        assert_eq!(arrows, [("src/a.rs", "src/b.rs")], "{code}");
    }
}

#[test]
fn what_does_not_lead_to_another_file_is_not_a_use() {
    let rows = [
        "/** crate::b::B */ fn f() {} // super::b::B",
        "fn f() { \"crate::b::B\"; }",
        "fn f() { value.b(); value.b; }",
        "fn f() { call!(value.B, B: 1, B = 2); }",
        "use std::b::B;",
        "use ::b::B;",
        "fn f() { ::b::B::new(); }",
        "fn f() { <u8>::B(); }",
        "use crate::b;",
        "use super::*;",
        "pub(in crate::b) struct S;",
        "fn f() { struct B; B; }",
        "mod b { pub struct B; } use b::B;",
        "#[cfg(test)] mod tests { use crate::b::B; }",
        "#[cfg(all(test, unix))] use crate::b::B;",
        "struct S; impl S { #[cfg(test)] fn f(_: crate::b::B) {} }",
    ];
    for code in rows {
        // The names of `b` are in scope, so that only what the code does with them decides.
        let a = format!("use crate::b::*; {code}");
        let files = [("src/lib.rs", "mod a; mod b;"), ("src/a.rs", &a), ("src/b.rs", "pub struct B;")];
        assert_eq!(surveyed(&files).arrows.len(), 0, "{code}");
    }
}

#[test]
fn a_use_leads_through_re_exports_to_the_file_that_defines_the_item() {
    check(
        &[
            ("src/lib.rs", "mod a; mod deep; pub use deep::{Thing as Public, helper};"),
            ("src/a.rs", "use crate::{Public, helper}; fn f(_: Public) { helper(); }"),
            ("src/deep/mod.rs", "mod one; mod two; pub use one::*; pub(crate) use two::helper;"),
            ("src/deep/one.rs", "pub struct Thing;"),
            ("src/deep/two.rs", "use super::Thing; pub fn helper() -> Thing { Thing }"),
        ],
        &[
            "src/a.rs -> src/deep/one.rs: Thing",
            "src/a.rs -> src/deep/two.rs: helper",
            "src/deep/two.rs -> src/deep/one.rs: Thing",
        ],
    );
}

#[test]
fn a_file_that_re_exports_a_name_uses_it_only_if_it_mentions_it() {
    let files = |parent| {
        [("src/lib.rs", parent), ("src/a.rs", "use super::Own; pub struct A; impl A { fn f(_: Own) {} }")]
    };
    check(&files("mod a; pub use a::A; pub struct Own;"), &["src/a.rs -> src/lib.rs: Own"]);
    check(
        &files("mod a; pub use a::A; pub struct Own(A);"),
        &["src/a.rs -> src/lib.rs: Own", "src/lib.rs -> src/a.rs: A"],
    );
}

#[test]
fn modules_functions_and_macros_may_share_a_name() {
    check(
        &[
            ("src/lib.rs", "mod run; mod a; pub use run::run;"),
            ("src/run.rs", "mod inner; pub fn run() { inner::go(); } pub struct Other;"),
            ("src/run/inner.rs", "pub fn go() {}"),
            ("src/a.rs", "use crate::run; fn f() { run(); run::Other; }"),
        ],
        &["src/a.rs -> src/run.rs: Other, run", "src/run.rs -> src/run/inner.rs: go"],
    );
}

#[test]
fn a_variable_is_not_the_function_of_its_name() {
    let files = |code| {
        [("src/lib.rs", "mod a; mod b;"), ("src/a.rs", code), ("src/b.rs", "pub fn count() -> u8 { 1 }")]
    };
    check(&files("use crate::b::*; fn f(count: u8) -> u8 { count }"), &[]);
    check(&files("use crate::b::*; fn f(other: u8) -> u8 { count() }"), &["src/a.rs -> src/b.rs: count"]);
}

#[test]
fn a_glob_sees_what_its_module_may_see() {
    check(
        &[
            ("src/lib.rs", "mod a; mod b;"),
            ("src/a.rs", "use crate::b::*; fn f(_: Seen, _: Hidden) { One; }"),
            ("src/b.rs", "mod c; use c::Hidden; pub use c::Seen; pub use c::Kind::*; fn f(_: Hidden) {}"),
            ("src/b/c.rs", "pub struct Seen; pub struct Hidden; pub enum Kind { One }"),
        ],
        &["src/a.rs -> src/b/c.rs: Kind, Seen", "src/b.rs -> src/b/c.rs: Hidden"],
    );
}

#[test]
fn names_that_lead_back_to_themselves_mean_nothing() {
    check(
        &[
            ("src/lib.rs", "mod a; mod b;"),
            ("src/a.rs", "pub use crate::b::*; pub use crate::b::Lost; fn f(_: Lost) {}"),
            ("src/b.rs", "pub use crate::a::*; pub use crate::a::Lost; fn f(_: Lost) {}"),
        ],
        &[],
    );
}

#[test]
fn what_a_macro_defines_belongs_to_the_module_that_calls_it() {
    check(
        &[
            ("src/lib.rs", "mod a; mod b; pub use b::Made;"),
            ("src/a.rs", "use crate::Made; fn f(_: crate::b::Also) {}"),
            ("src/b.rs", "make! { Made, Also }"),
        ],
        &["src/a.rs -> src/b.rs: Also, Made"],
    );
}

#[test]
fn macros_by_example_are_used_by_name_and_by_path() {
    let rows = [
        ("#[macro_use] mod b; mod a;", "fn f() { make!(); }", "macro_rules! make { () => {} }"),
        (
            "mod a; mod b;",
            "use crate::b::make; fn f() { make!(); }",
            "macro_rules! make { () => {} } pub(crate) use make;",
        ),
        ("mod a; mod b;", "fn f() { crate::make!(); }", "#[macro_export] macro_rules! make { () => {} }"),
    ];
    for (root, a, b) in rows {
        check(&[("src/lib.rs", root), ("src/a.rs", a), ("src/b.rs", b)], &["src/a.rs -> src/b.rs: make"]);
    }
    check(
        &[
            ("src/lib.rs", "mod a; mod b;"),
            ("src/a.rs", "macro_rules! make { ($x:expr) => { $crate::b::go($x) } }"),
            ("src/b.rs", "pub fn go() {}"),
        ],
        &["src/a.rs -> src/b.rs: go"],
    );
}

#[test]
fn a_file_is_found_wherever_its_declaration_says_that_it_is() {
    check(
        &[
            ("src/lib.rs", "mod a; mod c { pub mod d; #[path = \"other.rs\"] mod e; }"),
            (
                "src/a/mod.rs",
                "mod own; #[path = \"../shared/b.rs\"] mod b; use b::B; fn f(_: B) { own::f() }",
            ),
            ("src/a/own.rs", "pub fn f() { crate::c::d::g() }"),
            ("src/shared/b.rs", "pub struct B; fn f() { super::own::f() }"),
            ("src/c/d.rs", "#[path = \"near.rs\"] mod near; pub fn g() { near::h() }"),
            ("src/c/near.rs", "pub fn h() {}"),
            ("src/c/other.rs", "use super::d::g;"),
        ],
        &[
            "src/a/mod.rs -> src/a/own.rs: f",
            "src/a/mod.rs -> src/shared/b.rs: B",
            "src/a/own.rs -> src/c/d.rs: g",
            "src/c/d.rs -> src/c/near.rs: h",
            "src/c/other.rs -> src/c/d.rs: g",
            "src/shared/b.rs -> src/a/own.rs: f",
        ],
    );
}

#[test]
fn a_module_without_a_file_is_an_error() {
    let source = Source { root: "src/lib.rs".into(), part: Part::Product, examples: true };
    let read = |path: &Path| (path == Path::new("src/lib.rs")).then(|| "mod gone;".to_owned());
    let error = survey(&[source], &read).unwrap_err();
    assert!(error.to_string().contains("`gone`"), "{error}");
}

#[test]
fn the_attribute_decides_what_is_a_test_not_the_name_of_the_file() {
    let files = |root| {
        [
            ("src/lib.rs", root),
            ("src/tests.rs", "use crate::b::B; use serde::Serialize;"),
            ("src/b.rs", "pub struct B;"),
        ]
    };
    check(&files("mod tests; mod b;"), &["src/tests.rs -> src/b.rs: B"]);
    assert_eq!(crates(&files("mod tests; mod b;"), Part::Product), ["serde"]);
    check(&files("#[cfg(test)] mod tests; mod b;"), &[]);
    assert_eq!(crates(&files("#[cfg(test)] mod tests; mod b;"), Part::Test), ["serde"]);
}

#[test]
fn crates_are_named_by_paths_imports_derives_and_macros() {
    let rows = [
        "use other::Thing;",
        "use other;",
        "pub use other as renamed;",
        "pub use other::*;",
        "use ::other::{a, b};",
        "extern crate other;",
        "fn f() { other::f(); }",
        "fn f() { other::f!(1); }",
        "fn f() { call!(x, other::f()); }",
        "#[derive(other::Derive)] struct S;",
        "#[other::main] fn f() {}",
        "#[serde(with = \"other::hex\")] struct S;",
        "fn f() { use other::g; }",
    ];
    for code in rows {
        let named = crates(&[("src/lib.rs", code)], Part::Product);
        assert!(named.contains(&"other".to_owned()), "{code}: {named:?}");
    }
    let rows = [
        "// use other::Thing;",
        "/// [`other::Thing`]\nfn f() { \"other::f()\"; }",
        "mod other { pub fn f() {} } fn f() { other::f() }",
        "fn f() { self::other::f(); x.other; other(); }",
        "fn f() { <u8>::other(); } fn g(_: <u8>::other) {}",
        "fn f() { call!(<u8>::other(), $other::f()); }",
    ];
    for code in rows {
        let named = crates(&[("src/lib.rs", code)], Part::Product);
        assert!(!named.contains(&"other".to_owned()), "{code}: {named:?}");
    }
}

#[test]
fn examples_in_the_documentation_are_tests() {
    let rows = [
        ("//! ```\n//! # use other::f;\n//! ```", true),
        ("/// ```rust,no_run\n/// other::f()?;\n/// ```\nfn f() {}", true),
        ("//! ```text\n//! other::f()\n//! ```", false),
        ("//! ```text\n//! ```\n//! other::f()", false),
        ("//! `other::f()`", false),
    ];
    for (code, is_named) in rows {
        let named = crates(&[("src/lib.rs", code)], Part::Test);
        assert_eq!(named.contains(&"other".to_owned()), is_named, "{code}: {named:?}");
    }
}
