//! What a module names: its items, its imports, and the globs through which it sees the names of others.

use super::attributes::{attributes_of, has, plain};
use super::tree::Tree;
use proc_macro2::Ident;
use std::collections::HashMap;
use syn::{Fields, ForeignItem, Item, ItemUse, UseTree, Visibility};

/// What kind of thing a name is: the same name may be one of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// Modules, types and traits.
    Type,
    /// Functions, constants and constructors.
    Value,
    /// Macros.
    Macro,
}

/// What a module names.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// Its names.
    pub(super) names: HashMap<String, Vec<Named>>,
    /// What it imports with a star.
    pub(super) globs: Vec<Glob>,
    /// The variants of its enums.
    pub(super) variants: HashMap<String, Vec<String>>,
    /// Whether a macro may define further items in it.
    pub(super) has_hidden: bool,
}

/// A name of a module.
#[derive(Debug)]
pub(super) struct Named {
    /// What it stands for.
    pub(super) target: Target,
    /// The module from which, and from all within, it can be seen.
    pub(super) seen_in: usize,
}

/// What a name stands for.
#[derive(Debug)]
pub(super) enum Target {
    /// A module.
    Module(usize),
    /// An item that the module itself defines.
    Item(Space),
    /// Whatever this path means.
    Import(Vec<String>),
    /// Another crate.
    Crate(String),
}

/// An import with a star.
#[derive(Debug)]
pub(super) struct Glob {
    /// What is before the star.
    pub(super) path: Vec<String>,
    /// The module from which, and from all within, its names can be seen.
    pub(super) seen_in: usize,
}

/// One name of a `use`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Import {
    /// What is imported, or what is before the star.
    pub(super) path: Vec<String>,
    /// The name that it gets; nothing for a star and for `_`.
    pub(super) name: Option<String>,
    /// Whether it is a star.
    pub(super) star: bool,
}

/// What every module of a tree names.
pub(super) fn of(tree: &Tree) -> Vec<Scope> {
    let mut scopes: Vec<Scope> = tree.modules.iter().map(|_| Scope::default()).collect();
    for (place, module) in tree.modules.iter().enumerate() {
        let mut exported = Vec::new();
        let Some(scope) = scopes.get_mut(place) else { continue };
        for child in &module.children {
            let seen_in = seen_in(tree, place, &child.visibility);
            scope.add(child.name.clone(), Target::Module(child.module), seen_in);
        }
        for item in &module.items {
            if let Item::Macro(item) = item
                && let (Some(ident), true) = (&item.ident, has(&item.attrs, "macro_export"))
            {
                exported.push(plain(ident));
            }
            scope.add_item(tree, place, item);
        }
        // An exported macro is named by the root of its crate.
        let root = tree.root_of(place);
        for name in exported.into_iter().filter(|_| root != place) {
            let path = path_from_root(tree, place, &name);
            if let Some(scope) = scopes.get_mut(root) {
                scope.add(name, Target::Import(path), root);
            }
        }
    }
    scopes
}

impl Scope {
    fn add(&mut self, name: String, target: Target, seen_in: usize) {
        self.names.entry(name).or_default().push(Named { target, seen_in });
    }

    /// Adds what an item names.
    fn add_item(&mut self, tree: &Tree, place: usize, item: &Item) {
        for (name, space, visibility) in defined(item) {
            let seen_in = match visibility {
                Some(visibility) => seen_in(tree, place, visibility),
                None if has(attributes_of(item), "macro_export") => tree.root_of(place),
                None => place,
            };
            self.add(name, Target::Item(space), seen_in);
        }
        match item {
            Item::Enum(item) => {
                let variants = item.variants.iter().map(|variant| plain(&variant.ident)).collect();
                self.variants.insert(plain(&item.ident), variants);
            }
            Item::Macro(item) if item.ident.is_none() => self.has_hidden = true,
            Item::ExternCrate(item) => {
                let name = item.rename.as_ref().map_or_else(|| plain(&item.ident), |(_, name)| plain(name));
                let target = match plain(&item.ident) {
                    own if own == "self" => Target::Module(tree.root_of(place)),
                    other => Target::Crate(other),
                };
                self.add(name, target, seen_in(tree, place, &item.vis));
            }
            Item::Use(item) => {
                let seen_in = seen_in(tree, place, &item.vis);
                for Import { path, name, star } in imports(item) {
                    if star {
                        self.globs.push(Glob { path, seen_in });
                    } else if let Some(name) = name {
                        self.add(name, Target::Import(path), seen_in);
                    }
                }
            }
            _ => {}
        }
    }
}

/// The names that an item defines, of which kind they are, and who sees them; nothing for what needs no visibility.
pub(super) fn defined(item: &Item) -> Vec<(String, Space, Option<&Visibility>)> {
    let one = |ident: &Ident, space, visibility| vec![(plain(ident), space, Some(visibility))];
    match item {
        Item::Const(item) => one(&item.ident, Space::Value, &item.vis),
        Item::Static(item) => one(&item.ident, Space::Value, &item.vis),
        Item::Fn(item) => one(&item.sig.ident, Space::Value, &item.vis),
        Item::Enum(item) => one(&item.ident, Space::Type, &item.vis),
        Item::Union(item) => one(&item.ident, Space::Type, &item.vis),
        Item::Trait(item) => one(&item.ident, Space::Type, &item.vis),
        Item::TraitAlias(item) => one(&item.ident, Space::Type, &item.vis),
        Item::Type(item) => one(&item.ident, Space::Type, &item.vis),
        Item::Struct(item) => {
            let mut names = one(&item.ident, Space::Type, &item.vis);
            if !matches!(item.fields, Fields::Named(_)) {
                names.extend(one(&item.ident, Space::Value, &item.vis));
            }
            names
        }
        Item::Macro(item) => item.ident.iter().map(|ident| (plain(ident), Space::Macro, None)).collect(),
        Item::ForeignMod(block) => {
            let names = block.items.iter().filter_map(|item| match item {
                ForeignItem::Fn(item) => Some((plain(&item.sig.ident), Space::Value, Some(&item.vis))),
                ForeignItem::Static(item) => Some((plain(&item.ident), Space::Value, Some(&item.vis))),
                ForeignItem::Type(item) => Some((plain(&item.ident), Space::Type, Some(&item.vis))),
                _ => None,
            });
            names.collect()
        }
        _ => Vec::new(),
    }
}

/// The names of a `use`.
pub(super) fn imports(item: &ItemUse) -> Vec<Import> {
    let mut found = Vec::new();
    let mut open: Vec<(Vec<String>, &UseTree)> = Vec::new();
    // A leading `::` means another crate: an empty segment keeps that.
    let start = item.leading_colon.as_ref().map(|_| vec![String::new()]).unwrap_or_default();
    open.push((start, &item.tree));
    while let Some((mut path, tree)) = open.pop() {
        match tree {
            UseTree::Path(tree) => {
                path.push(plain(&tree.ident));
                open.push((path, &tree.tree));
            }
            UseTree::Group(tree) => open.extend(tree.items.iter().map(|tree| (path.clone(), tree))),
            UseTree::Glob(_) => found.push(Import { path, name: None, star: true }),
            UseTree::Name(tree) => {
                let name = plain(&tree.ident);
                let own = if name == "self" { path.last().cloned() } else { Some(name.clone()) };
                if name != "self" || path.is_empty() {
                    path.push(name);
                }
                found.push(Import { path, name: own, star: false });
            }
            UseTree::Rename(tree) => {
                let name = plain(&tree.ident);
                if name != "self" || path.is_empty() {
                    path.push(name);
                }
                let name = Some(plain(&tree.rename)).filter(|name| name != "_");
                found.push(Import { path, name, star: false });
            }
        }
    }
    found
}

/// The module from which, and from all within, something of this visibility can be seen.
fn seen_in(tree: &Tree, place: usize, visibility: &Visibility) -> usize {
    let Visibility::Restricted(restricted) = visibility else {
        // What is public is seen by other crates too, which here makes no difference.
        return if matches!(visibility, Visibility::Public(_)) { tree.root_of(place) } else { place };
    };
    let mut module = place;
    for segment in &restricted.path.segments {
        let name = plain(&segment.ident);
        let here = tree.modules.get(module);
        module = match name.as_str() {
            "crate" => tree.root_of(place),
            "super" => here.and_then(|here| here.parent).unwrap_or(module),
            "self" => module,
            name => here
                .and_then(|here| here.children.iter().find(|child| child.name == name))
                .map_or(module, |child| child.module),
        };
    }
    module
}

/// The path of a name in a module, from the crate's root.
fn path_from_root(tree: &Tree, place: usize, name: &str) -> Vec<String> {
    let mut path = vec![name.to_owned()];
    let mut module = place;
    while let Some(parent) = tree.modules.get(module).and_then(|module| module.parent) {
        let children = tree.modules.get(parent).map(|parent| parent.children.as_slice()).unwrap_or_default();
        path.extend(children.iter().find(|child| child.module == module).map(|child| child.name.clone()));
        module = parent;
    }
    path.push("crate".to_owned());
    path.reverse();
    path
}
