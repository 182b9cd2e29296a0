//! The paths that code mentions, and what they mean: uses of other files, and other crates.

use super::attributes::{is_for_tests, is_test_item, plain, text_of};
use super::examples::Examples;
use super::resolve::{ALL, Meaning, Resolver, Spaces};
use super::scope::{Scope, Space, defined, imports};
use super::source::Part;
use super::survey::Survey;
use super::tokens;
use super::tree::Tree;
use proc_macro2::TokenStream;
use std::collections::{HashMap, HashSet};
use syn::visit::{self, Visit};
use syn::{
    Attribute, Block, ExprPath, ImplItem, Item, ItemUse, Lit, Macro, Meta, PatIdent, Path, Stmt, TypePath,
    Visibility,
};

/// Types, traits, functions and constants: what a path in code may mean.
const NAMES: Spaces = &[Space::Type, Space::Value];
/// What a path before `!` means.
const MACROS: Spaces = &[Space::Macro];

/// Collects what all modules of a tree mention.
pub(super) fn collect(tree: &Tree, scopes: &[Scope], survey: &mut Survey) {
    let resolver = Resolver::new(tree, scopes);
    for (place, module) in tree.modules.iter().enumerate() {
        let mut visitor = Visitor {
            tree,
            resolver: &resolver,
            module: place,
            part: module.part,
            blocks: Vec::new(),
            locals: HashSet::new(),
            examples: Examples::default(),
            survey,
        };
        for child in &module.children {
            child.attributes.iter().for_each(|attribute| visitor.visit_attribute(attribute));
        }
        module.attributes.iter().for_each(|attribute| visitor.visit_attribute(attribute));
        module.items.iter().for_each(|item| visitor.visit_item(item));
        let code = std::mem::take(&mut visitor.examples).into_code();
        if module.examples {
            visitor.mention_example(&code);
        }
    }
}

/// What a block names, before the module around it does.
#[derive(Default)]
struct Local {
    /// Its own items.
    items: HashSet<String>,
    /// Its imports.
    imports: HashMap<String, Vec<Vec<String>>>,
    /// What is before the stars of its imports.
    globs: Vec<Vec<String>>,
}

/// Walks through one module.
struct Visitor<'a> {
    tree: &'a Tree,
    resolver: &'a Resolver<'a>,
    /// The module.
    module: usize,
    /// The part that the code at hand belongs to.
    part: Part,
    /// The blocks around the code at hand, the innermost last.
    blocks: Vec<Local>,
    /// The variables of the function at hand.
    locals: HashSet<String>,
    /// The documentation so far.
    examples: Examples,
    survey: &'a mut Survey,
}

impl Visitor<'_> {
    /// Walks through code that may be for tests only.
    fn within(&mut self, for_tests: bool, walk: impl FnOnce(&mut Self)) {
        let part = self.part;
        if for_tests && part == Part::Product {
            self.part = Part::Test;
        }
        walk(self);
        self.part = part;
    }

    /// Walks through a function, with its variables.
    fn function(&mut self, variables: Variables, walk: impl FnOnce(&mut Self)) {
        let outer = self.locals.clone();
        self.locals.extend(variables.0);
        walk(self);
        self.locals = outer;
    }

    /// Notes a path and what it means.
    fn mention(&mut self, path: &[String], spaces: Spaces) {
        if let [only] = path
            && self.locals.contains(only)
        {
            return;
        }
        for meaning in self.meaning(path, spaces) {
            self.note(meaning);
        }
    }

    /// What a path means here: in the blocks around, then in the module.
    fn meaning(&self, path: &[String], spaces: Spaces) -> Vec<Meaning> {
        let Some((first, rest)) = path.split_first() else { return Vec::new() };
        for block in self.blocks.iter().rev() {
            if block.items.contains(first) {
                return Vec::new();
            }
            if let Some(imports) = block.imports.get(first) {
                let whole = |import: &Vec<String>| [import.as_slice(), rest].concat();
                return imports
                    .iter()
                    .flat_map(|path| self.resolver.path(self.module, &whole(path), spaces))
                    .collect();
            }
            let spaces = if rest.is_empty() { spaces } else { &[Space::Type] };
            let found = block.globs.iter().flat_map(|glob| self.through(glob, first, spaces));
            let found: Vec<Meaning> = found.collect();
            if !found.is_empty() {
                return found;
            }
        }
        self.resolver.path(self.module, path, spaces)
    }

    /// What a name means through a glob of a block.
    fn through(&self, glob: &[String], name: &str, spaces: Spaces) -> Vec<Meaning> {
        let sources = self.resolver.path(self.module, glob, &[Space::Type]).into_iter();
        let found = sources.flat_map(|source| match source {
            Meaning::Module(source) => self.resolver.name(source, name, spaces, self.module),
            Meaning::Item { module, name: item } if self.resolver.has_variant(module, &item, name) => {
                vec![Meaning::Item { module, name: item }]
            }
            _ => Vec::new(),
        });
        found.collect()
    }

    /// Notes what a path means.
    fn note(&mut self, meaning: Meaning) {
        match meaning {
            Meaning::Module(_) => {}
            Meaning::Crate(name) => drop(self.survey.crates.entry(self.part).or_default().insert(name)),
            Meaning::Item { module, name } => {
                let file = |place: usize| self.tree.modules.get(place).map(|module| module.file.clone());
                if let (Part::Product, Some(from), Some(to)) = (self.part, file(self.module), file(module))
                    && from != to
                {
                    self.survey.arrows.entry((from, to)).or_default().insert(name);
                }
            }
        }
    }

    /// Notes the imports of a `use`: of a re-export only the crates, for the name may be meant for others alone.
    fn mention_imports(&mut self, item: &ItemUse) {
        let is_private = matches!(item.vis, Visibility::Inherited);
        for import in imports(item) {
            let spaces = if import.star { &[Space::Type] } else { ALL };
            for meaning in self.resolver.import(self.module, &import.path, spaces) {
                if is_private || matches!(meaning, Meaning::Crate(_)) {
                    self.note(meaning);
                }
            }
        }
    }

    /// Notes the paths in the arguments of a macro.
    fn mention_tokens(&mut self, tokens: TokenStream) {
        for found in tokens::paths(tokens) {
            if !found.is_label {
                self.mention(&found.path, if found.is_macro { MACROS } else { NAMES });
            }
        }
    }

    /// Notes the paths in an attribute: those of several names, those of `derive`, and those in texts, which serde takes.
    fn mention_attribute(&mut self, attribute: &Attribute) {
        let Meta::List(list) = &attribute.meta else { return };
        let takes_names = attribute.path().is_ident("derive");
        for found in tokens::paths(list.tokens.clone()) {
            if found.path.len() > 1 || takes_names {
                self.mention(&found.path, ALL);
            }
        }
        for text in texts(list.tokens.clone()) {
            let path = text.parse().map(tokens::paths).unwrap_or_default();
            if let [found] = path.as_slice()
                && attribute.path().is_ident("serde")
            {
                self.mention(&found.path, NAMES);
            }
        }
    }

    /// Notes the crates that examples name.
    fn mention_example(&mut self, code: &str) {
        let Ok(tokens) = code.parse::<TokenStream>() else { return };
        let longer = tokens::paths(tokens.clone()).into_iter().filter(|found| found.path.len() > 1);
        let names = longer.filter_map(|found| found.path.into_iter().find(|name| !name.is_empty()));
        let names: Vec<String> = names.chain(tokens::imported(tokens)).collect();
        self.survey.crates.entry(Part::Test).or_default().extend(names);
    }
}

impl<'ast> Visit<'ast> for Visitor<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let for_tests = is_test_item(item);
        self.within(for_tests, |this| match item {
            Item::Use(item) => {
                item.attrs.iter().for_each(|attribute| this.visit_attribute(attribute));
                this.mention_imports(item);
            }
            Item::ExternCrate(item) => this.note(Meaning::Crate(plain(&item.ident))),
            _ => visit::visit_item(this, item),
        });
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        let mut variables = Variables::default();
        variables.visit_item_fn(item);
        self.function(variables, |this| visit::visit_item_fn(this, item));
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let mut variables = Variables::default();
        variables.visit_impl_item(item);
        let attributes = match item {
            ImplItem::Fn(item) => item.attrs.as_slice(),
            ImplItem::Const(item) => item.attrs.as_slice(),
            _ => &[],
        };
        self.within(is_for_tests(attributes), |this| {
            this.function(variables, |this| visit::visit_impl_item(this, item));
        });
    }

    fn visit_trait_item(&mut self, item: &'ast syn::TraitItem) {
        let mut variables = Variables::default();
        variables.visit_trait_item(item);
        self.function(variables, |this| visit::visit_trait_item(this, item));
    }

    fn visit_block(&mut self, block: &'ast Block) {
        let mut local = Local::default();
        for statement in &block.stmts {
            let Stmt::Item(item) = statement else { continue };
            local.items.extend(defined(item).into_iter().map(|(name, ..)| name));
            let Item::Use(item) = item else { continue };
            for import in imports(item) {
                match import.name {
                    _ if import.star => local.globs.push(import.path),
                    Some(name) => local.imports.entry(name).or_default().push(import.path),
                    None => {}
                }
            }
        }
        self.blocks.push(local);
        visit::visit_block(self, block);
        self.blocks.pop();
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let start = path.leading_colon.as_ref().map(|_| String::new());
        let names: Vec<String> =
            start.into_iter().chain(path.segments.iter().map(|segment| plain(&segment.ident))).collect();
        self.mention(&names, NAMES);
        visit::visit_path(self, path);
    }

    fn visit_expr_path(&mut self, path: &'ast ExprPath) {
        match &path.qself {
            // `<Type>::name`: what it is belongs to the type.
            Some(of) if of.position == 0 => self.visit_qself(of),
            _ => visit::visit_expr_path(self, path),
        }
    }

    fn visit_type_path(&mut self, path: &'ast TypePath) {
        match &path.qself {
            Some(of) if of.position == 0 => self.visit_qself(of),
            _ => visit::visit_type_path(self, path),
        }
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        let names: Vec<String> = call.path.segments.iter().map(|segment| plain(&segment.ident)).collect();
        self.mention(&names, MACROS);
        self.mention_tokens(call.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if attribute.path().is_ident("doc") {
            self.examples.push(&text_of(attribute).unwrap_or_default());
        } else if !attribute.path().is_ident("cfg") {
            let names: Vec<String> =
                attribute.path().segments.iter().map(|segment| plain(&segment.ident)).collect();
            self.mention(&names, MACROS);
            self.mention_attribute(attribute);
        }
    }
}

/// The variables of a function: a name that is one of them is not an item.
#[derive(Default)]
struct Variables(HashSet<String>);

impl<'ast> Visit<'ast> for Variables {
    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        // A name in capitals is a constant.
        let name = plain(&pattern.ident);
        if name.starts_with(|first: char| !first.is_uppercase()) {
            self.0.insert(name);
        }
        visit::visit_pat_ident(self, pattern);
    }
}

/// The texts in tokens.
fn texts(tokens: TokenStream) -> Vec<String> {
    let texts = tokens.into_iter().flat_map(|token| match token {
        proc_macro2::TokenTree::Group(group) => texts(group.stream()),
        proc_macro2::TokenTree::Literal(literal) => match Lit::new(literal) {
            Lit::Str(text) => vec![text.value()],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    });
    texts.collect()
}
