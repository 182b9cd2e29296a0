//! From files to modules: every target of a package from its root, along the `mod` declarations.

use super::attributes::{is_for_tests, plain, text_of};
use super::source::{Part, Read, Source};
use anyhow::{Context, Result, bail};
use std::path::{Component, Path, PathBuf};
use syn::{Attribute, Item, Visibility};

/// All modules of a package.
#[derive(Default)]
pub(super) struct Tree {
    /// The modules; a parent comes before its children.
    pub(super) modules: Vec<Module>,
}

/// One module.
pub(super) struct Module {
    /// The file that it is in, relative to the workspace.
    pub(super) file: String,
    /// The module around it; nothing for a root.
    pub(super) parent: Option<usize>,
    /// The part that it is in.
    pub(super) part: Part,
    /// Whether the examples in its documentation are tests.
    pub(super) examples: bool,
    /// Its inner attributes.
    pub(super) attributes: Vec<Attribute>,
    /// What is in it, other modules apart.
    pub(super) items: Vec<Item>,
    /// The modules in it.
    pub(super) children: Vec<Child>,
}

/// A module as its parent declares it.
pub(super) struct Child {
    /// Its name.
    pub(super) name: String,
    /// Who may name it.
    pub(super) visibility: Visibility,
    /// Its outer attributes.
    pub(super) attributes: Vec<Attribute>,
    /// Its place in the tree.
    pub(super) module: usize,
}

/// The places at which a module looks for files.
#[derive(Clone)]
struct Folders {
    /// The folder of its file: what `#[path]` starts from.
    own: PathBuf,
    /// The folder of its children's files.
    children: PathBuf,
    /// Whether it is a part of a file rather than the whole: then `#[path]` starts from `children`.
    inline: bool,
}

/// Reads all modules of the targets.
pub(super) fn read(sources: &[Source], read: &Read<'_>) -> Result<Tree> {
    let mut tree = Tree::default();
    for source in sources {
        let text =
            read(&source.root).with_context(|| format!("there is no file {}", source.root.display()))?;
        let place = tree.push_file(&source.root, &text, None, source.part, source.examples)?;
        let own = folder(&source.root);
        tree.adopt(place, &Folders { children: own.clone(), own, inline: false }, read)?;
    }
    Ok(tree)
}

impl Tree {
    /// The root of the crate that a module is in.
    pub(super) fn root_of(&self, module: usize) -> usize {
        let parent = self.modules.get(module).and_then(|module| module.parent);
        parent.map_or(module, |parent| self.root_of(parent))
    }

    /// Whether a module is another one, or in it.
    pub(super) fn is_within(&self, module: usize, outer: usize) -> bool {
        let parent = self.modules.get(module).and_then(|module| module.parent);
        module == outer || parent.is_some_and(|parent| self.is_within(parent, outer))
    }

    /// Adds the module that a file is.
    fn push_file(
        &mut self,
        path: &Path,
        text: &str,
        parent: Option<usize>,
        part: Part,
        examples: bool,
    ) -> Result<usize> {
        let file = path.display().to_string();
        let parsed = syn::parse_file(text).with_context(|| format!("cannot parse {file}"))?;
        let (attributes, items) = (parsed.attrs, parsed.items);
        let children = Vec::new();
        self.modules.push(Module { file, parent, part, examples, attributes, items, children });
        Ok(self.modules.len() - 1)
    }

    /// Moves the modules out of a module's items, and reads those that are files of their own.
    fn adopt(&mut self, place: usize, folders: &Folders, read: &Read<'_>) -> Result<()> {
        let Some(module) = self.modules.get_mut(place) else { return Ok(()) };
        let (file, part, examples) = (module.file.clone(), module.part, module.examples);
        let (declared, items): (Vec<Item>, Vec<Item>) =
            std::mem::take(&mut module.items).into_iter().partition(|item| matches!(item, Item::Mod(_)));
        module.items = items;
        for item in declared {
            let Item::Mod(item) = item else { continue };
            let name = plain(&item.ident);
            let part = if is_for_tests(&item.attrs) { Part::Test } else { part };
            let (child, below) = if let Some((_, items)) = item.content {
                let (file, attributes, children) = (file.clone(), Vec::new(), Vec::new());
                let parent = Some(place);
                self.modules.push(Module { file, parent, part, examples, attributes, items, children });
                (self.modules.len() - 1, folders.inside(&name))
            } else {
                let Some((path, text)) = folders.find(&name, &item.attrs, read) else {
                    bail!("{file} declares the module `{name}`, whose file is not there")
                };
                let child = self.push_file(&path, &text, Some(place), part, examples)?;
                (child, Folders::of(&path))
            };
            if let Some(module) = self.modules.get_mut(place) {
                let (visibility, attributes) = (item.vis, item.attrs);
                module.children.push(Child { name, visibility, attributes, module: child });
            }
            self.adopt(child, &below, read)?;
        }
        Ok(())
    }
}

impl Folders {
    /// The places of a module that is a file, and no root.
    fn of(path: &Path) -> Self {
        let own = folder(path);
        let stem = path.file_stem().unwrap_or_default();
        let children = if stem == "mod" { own.clone() } else { own.join(stem) };
        Self { own, children, inline: false }
    }

    /// The places of a module that is written inside another.
    fn inside(&self, name: &str) -> Self {
        Self { own: self.own.clone(), children: self.children.join(name), inline: true }
    }

    /// The file of a module, and its text.
    fn find(&self, name: &str, attributes: &[Attribute], read: &Read<'_>) -> Option<(PathBuf, String)> {
        let places = match path_of(attributes) {
            Some(path) => vec![if self.inline { self.children.join(path) } else { self.own.join(path) }],
            None => vec![self.children.join(format!("{name}.rs")), self.children.join(name).join("mod.rs")],
        };
        places.into_iter().map(|path| normal(&path)).find_map(|path| read(&path).map(|text| (path, text)))
    }
}

/// The folder of a file.
fn folder(path: &Path) -> PathBuf {
    path.parent().map(Path::to_owned).unwrap_or_default()
}

/// A path without `..`, so that a file has one name.
fn normal(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    plain
}

/// What `#[path = ".."]` says.
fn path_of(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("path")).find_map(text_of)
}
