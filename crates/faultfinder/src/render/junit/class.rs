//! Files as names of classes: what Jenkins groups cases by (at the dots), and what GitLab, with the name of a case, knows
//! it by.

use std::collections::{BTreeMap, BTreeSet};

/// The name of the class of each file.
pub(super) struct Classes(BTreeMap<String, String>);

impl Classes {
    /// Names for these files; no two have the same.
    pub(super) fn of<'f>(files: impl Iterator<Item = &'f str>) -> Self {
        let files: BTreeSet<&str> = files.collect();
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        for file in &files {
            *count.entry(dotted(file)).or_default() += 1;
        }
        let name = |file: &str| match dotted(file) {
            // `a.yaml` and `a.json`: cases of the same name would be one.
            shared if count.get(&shared).is_some_and(|count| *count > 1) => file.to_owned(),
            own => own,
        };
        Self(files.iter().map(|file| ((*file).to_owned(), name(file))).collect())
    }

    pub(super) fn name(&self, file: &str) -> &str {
        self.0.get(file).map_or("", String::as_str)
    }
}

/// `tests/shop.v1.yaml` as `tests.shop_v1`.
fn dotted(file: &str) -> String {
    let file = [".yaml", ".yml", ".json"].iter().find_map(|end| file.strip_suffix(end)).unwrap_or(file);
    let parts = file.split(['/', '\\']).filter(|part| !matches!(*part, "" | "." | ".."));
    parts.map(|part| part.replace('.', "_")).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_the_path_with_dots_and_no_two_files_share_one() {
        let files =
            ["tests/shop.v1.yaml", "./a.yaml", "a.json", "../b/c.yml", "/abs/d.yaml", "standard input"];
        let classes = Classes::of(files.into_iter());
        let found: Vec<&str> = files.iter().map(|file| classes.name(file)).collect();
        assert_eq!(found, ["tests.shop_v1", "./a.yaml", "a.json", "b.c", "abs.d", "standard input"]);
    }
}
