//! From a path to what it means: through imports, re-exports and globs to the module that defines the item.

use super::attributes::has;
use super::scope::{Named, Scope, Space, Target};
use super::tree::Tree;

/// What a path means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A module.
    Module(usize),
    /// An item, or something of an item, and the module that defines it.
    Item {
        /// The module.
        module: usize,
        /// The item.
        name: String,
    },
    /// Another crate, or something in it.
    Crate(String),
}

/// Finds out what paths mean.
pub(super) struct Resolver<'a> {
    tree: &'a Tree,
    scopes: &'a [Scope],
}

/// The names whose meaning is being looked for: an import that leads back to itself means nothing.
type Open = Vec<(usize, String, Spaces)>;

/// The kinds of names that may be meant.
pub(super) type Spaces = &'static [Space];

/// What may stand before `::`.
const PREFIXES: Spaces = &[Space::Type];

impl<'a> Resolver<'a> {
    /// A resolver for the modules of a tree, each with its scope.
    pub(super) fn new(tree: &'a Tree, scopes: &'a [Scope]) -> Self {
        Self { tree, scopes }
    }

    /// What a path means in a module, as one of these kinds. A single name that nothing defines means nothing; with
    /// more behind it, it is another crate.
    pub(super) fn path(&self, module: usize, path: &[String], spaces: Spaces) -> Vec<Meaning> {
        self.follow(module, path, spaces, &mut Vec::new())
    }

    /// What an import means: its first name is another crate if nothing else has it.
    pub(super) fn import(&self, module: usize, path: &[String], spaces: Spaces) -> Vec<Meaning> {
        self.follow_import(module, path, spaces, &mut Vec::new())
    }

    /// What a name of a module means, as seen from another one.
    pub(super) fn name(&self, module: usize, name: &str, spaces: Spaces, viewer: usize) -> Vec<Meaning> {
        self.lookup(module, name, spaces, viewer, &mut Vec::new())
    }

    /// Whether an item of a module is an enum with such a variant.
    pub(super) fn has_variant(&self, module: usize, item: &str, name: &str) -> bool {
        let variants = self.scopes.get(module).and_then(|scope| scope.variants.get(item));
        variants.is_some_and(|variants| variants.iter().any(|variant| variant == name))
    }

    fn follow_import(&self, module: usize, path: &[String], spaces: Spaces, open: &mut Open) -> Vec<Meaning> {
        let found = self.follow(module, path, spaces, open);
        match path {
            [only] if found.is_empty() && self.follow(module, path, ALL, open).is_empty() => {
                vec![Meaning::Crate(only.clone())]
            }
            _ => found,
        }
    }

    fn follow(&self, module: usize, path: &[String], spaces: Spaces, open: &mut Open) -> Vec<Meaning> {
        let Some((first, rest)) = path.split_first() else { return Vec::new() };
        let kinds = if rest.is_empty() { spaces } else { PREFIXES };
        let mut found = match first.as_str() {
            "crate" => vec![Meaning::Module(self.tree.root_of(module))],
            "self" => vec![Meaning::Module(module)],
            "super" => self.parent(module),
            "Self" => return Vec::new(),
            // What is behind a leading `::`.
            "" => return rest.first().map(|name| Meaning::Crate(name.clone())).into_iter().collect(),
            name => {
                let found = self.lookup(module, name, kinds, module, open);
                if found.is_empty() && !rest.is_empty() {
                    vec![Meaning::Crate(name.to_owned())]
                } else {
                    found
                }
            }
        };
        for (place, segment) in rest.iter().enumerate() {
            let kinds = if place + 1 == rest.len() { spaces } else { PREFIXES };
            found = found
                .into_iter()
                .flat_map(|meaning| match meaning {
                    Meaning::Module(inner) => self.step(inner, segment, kinds, module, open),
                    // Variants, associated functions and constants belong to their type.
                    other => vec![other],
                })
                .collect();
        }
        found
    }

    /// What a segment means that follows a module.
    fn step(
        &self,
        module: usize,
        segment: &str,
        spaces: Spaces,
        viewer: usize,
        open: &mut Open,
    ) -> Vec<Meaning> {
        match segment {
            "super" => return self.parent(module),
            "self" => return vec![Meaning::Module(module)],
            _ => {}
        }
        let found = self.lookup(module, segment, spaces, viewer, open);
        let is_hidden = found.is_empty() && self.scopes.get(module).is_some_and(|scope| scope.has_hidden);
        if is_hidden && self.lookup(module, segment, ALL, viewer, open).is_empty() {
            return vec![Meaning::Item { module, name: segment.to_owned() }];
        }
        found
    }

    fn parent(&self, module: usize) -> Vec<Meaning> {
        let parent = self.tree.modules.get(module).and_then(|module| module.parent);
        parent.map(Meaning::Module).into_iter().collect()
    }

    fn lookup(
        &self,
        module: usize,
        name: &str,
        spaces: Spaces,
        viewer: usize,
        open: &mut Open,
    ) -> Vec<Meaning> {
        let Some(scope) = self.scopes.get(module) else { return Vec::new() };
        let key = (module, name.to_owned(), spaces);
        if open.contains(&key) {
            // `pub(crate) use name;` beside a macro of that name: the macro is meant.
            return self.own(module, scope, name, spaces, viewer);
        }
        open.push(key);
        let mut found = self.own(module, scope, name, spaces, viewer);
        for named in self.visible(scope, name, viewer) {
            if let Target::Import(path) = &named.target {
                found.extend(self.follow_import(module, path, spaces, open));
            }
        }
        found.dedup();
        if found.is_empty() {
            let globs = scope.globs.iter().filter(|glob| self.tree.is_within(viewer, glob.seen_in));
            found =
                globs.flat_map(|glob| self.through_glob(module, &glob.path, name, spaces, open)).collect();
        }
        open.pop();
        if found.is_empty() && module == viewer && spaces.contains(&Space::Macro) {
            found = self.macro_around(module, name);
        }
        found
    }

    /// What a module defines under a name.
    fn own(&self, module: usize, scope: &Scope, name: &str, spaces: Spaces, viewer: usize) -> Vec<Meaning> {
        let is_type = spaces.contains(&Space::Type);
        let found = self.visible(scope, name, viewer).filter_map(|named| match &named.target {
            Target::Module(inner) => is_type.then_some(Meaning::Module(*inner)),
            Target::Crate(other) => is_type.then(|| Meaning::Crate(other.clone())),
            Target::Item(space) => {
                spaces.contains(space).then(|| Meaning::Item { module, name: name.to_owned() })
            }
            Target::Import(_) => None,
        });
        found.collect()
    }

    /// What a module names so, as far as another one sees it.
    fn visible<'s>(
        &self,
        scope: &'s Scope,
        name: &str,
        viewer: usize,
    ) -> impl Iterator<Item = &'s Named> + use<'_, 's> {
        let named = scope.names.get(name).map(Vec::as_slice).unwrap_or_default();
        named.iter().filter(move |named| self.tree.is_within(viewer, named.seen_in))
    }

    /// What a name means that a module sees through a glob.
    fn through_glob(
        &self,
        module: usize,
        path: &[String],
        name: &str,
        spaces: Spaces,
        open: &mut Open,
    ) -> Vec<Meaning> {
        let sources = self.follow(module, path, PREFIXES, open);
        let found = sources.into_iter().flat_map(|source| match source {
            Meaning::Module(source) => self.lookup(source, name, spaces, module, open),
            Meaning::Item { module, name: item } if self.has_variant(module, &item, name) => {
                vec![Meaning::Item { module, name: item }]
            }
            _ => Vec::new(),
        });
        found.collect()
    }

    /// A macro that a module sees because it, a module around it or a `#[macro_use]` module there defines it.
    fn macro_around(&self, module: usize, name: &str) -> Vec<Meaning> {
        let mut around = Some(module);
        while let Some(place) = around {
            let Some(here) = self.tree.modules.get(place) else { break };
            let users = here.children.iter().filter(|child| has(&child.attributes, "macro_use"));
            for place in users.map(|child| child.module).chain([place]) {
                let names = self.scopes.get(place).and_then(|scope| scope.names.get(name));
                let is_macro = |names: &Vec<Named>| {
                    names.iter().any(|named| matches!(named.target, Target::Item(Space::Macro)))
                };
                if names.is_some_and(is_macro) {
                    return vec![Meaning::Item { module: place, name: name.to_owned() }];
                }
            }
            around = here.parent;
        }
        Vec::new()
    }
}

/// Every kind of name.
pub(super) const ALL: Spaces = &[Space::Type, Space::Value, Space::Macro];
