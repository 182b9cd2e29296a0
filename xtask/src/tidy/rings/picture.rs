//! The rings as text: the files, and what connects them.

use super::find::Ring;
use std::fmt::Write as _;

/// A picture of all rings, in their order, and at the end how many each crate has and how large they are.
pub(super) fn of(rings: &[Ring]) -> String {
    let mut text = String::new();
    for ring in rings {
        draw(ring, &mut text);
    }
    let mut packages: Vec<&str> = Vec::new();
    for ring in rings.iter().filter(|ring| !ring.package.is_empty()) {
        if !packages.contains(&ring.package.as_str()) {
            packages.push(&ring.package);
        }
    }
    for package in packages {
        let own = rings.iter().filter(|ring| ring.package == package).map(|ring| ring.files.len());
        let (count, largest) = own.fold((0, 0), |(count, largest), files| (count + 1, largest.max(files)));
        write_line(
            &mut text,
            format_args!("{package:<24} rings: {count:>2}, the largest: {largest:>2} files"),
        );
    }
    write_line(&mut text, format_args!("{} rings", rings.len()));
    text
}

/// One ring: what it is, and its arrows, those with the most names first.
fn draw(ring: &Ring, text: &mut String) {
    write_line(
        text,
        format_args!("{}: a ring of {} files, {} arrows", ring.package, ring.files.len(), ring.arrows.len()),
    );
    for file in &ring.files {
        write_line(text, format_args!("    {file}"));
    }
    let mut arrows: Vec<_> = ring.arrows.iter().collect();
    arrows.sort_by_key(|(_, names)| std::cmp::Reverse(names.len()));
    for ((from, to), names) in arrows {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        write_line(text, format_args!("  {from} -> {to}: {}", names.join(", ")));
    }
    text.push('\n');
}

/// Adds a line.
fn write_line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    _ = writeln!(text, "{line}");
}

#[cfg(test)]
mod tests {
    use super::{Ring, of};
    use std::collections::BTreeSet;

    #[test]
    fn a_picture_has_the_files_and_the_arrows_with_the_most_names_first() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        let ring = Ring {
            package: "c".to_owned(),
            files: vec!["a".to_owned(), "b".to_owned()],
            arrows: [
                (("a".to_owned(), "b".to_owned()), names(&["One"])),
                (("b".to_owned(), "a".to_owned()), names(&["Three", "Two"])),
            ]
            .into(),
        };
        let expected = "\
c: a ring of 2 files, 2 arrows
    a
    b
  b -> a: Three, Two
  a -> b: One

c                        rings:  1, the largest:  2 files
1 rings
";
        assert_eq!(of(&[ring]), expected);
    }
}
