//! Cargo's metadata, cut down to what the rules need.

use super::code::{Part, Source};
use crate::shell::cargo;
use anyhow::{Context, Result, bail};
use cargo_metadata::{Dependency, DependencyKind, MetadataCommand, Node, PackageId, Target, TargetKind};
use std::collections::HashMap;
use std::path::Path;

/// The platform whose graph is judged; what is only used elsewhere does not count.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";

/// All packages that are really built.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    /// The packages; edges are places in this list.
    pub(crate) packages: Vec<Package>,
}

/// One package.
#[derive(Debug, Default)]
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: String,
    /// Its version.
    pub(crate) version: String,
    /// Whether it is a member of the workspace.
    pub(crate) member: bool,
    /// Its license as an SPDX expression.
    pub(crate) licence: Option<String>,
    /// Its manifest, relative to the workspace (only of members).
    pub(crate) manifest: String,
    /// The manifest's text (only of members).
    pub(crate) text: String,
    /// The dependencies that it declares, whatever their kind.
    pub(crate) declared: Vec<Declared>,
    /// Where its code begins (only of members).
    pub(crate) sources: Vec<Source>,
    /// What it is linked with: normal dependencies.
    pub(crate) linked: Vec<usize>,
    /// What it needs in any way: build and development dependencies too.
    pub(crate) needed: Vec<usize>,
}

/// A dependency as a package declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Declared {
    /// The package.
    pub(crate) name: String,
    /// What the manifest calls it.
    pub(crate) key: String,
    /// What code calls it.
    pub(crate) ident: String,
    /// The part of the package that may use it.
    pub(crate) part: Part,
}

impl Graph {
    /// The members of the workspace.
    pub(crate) fn members(&self) -> impl Iterator<Item = (usize, &Package)> {
        self.packages.iter().enumerate().filter(|(_, package)| package.member)
    }

    /// The packages to which the edges lead.
    pub(crate) fn at<'a>(&'a self, edges: &'a [usize]) -> impl Iterator<Item = (usize, &'a Package)> {
        edges.iter().filter_map(|place| self.packages.get(*place).map(|package| (*place, package)))
    }
}

impl Package {
    /// The line of the manifest that declares a dependency.
    pub(crate) fn line_of(&self, dependency: &str) -> Option<usize> {
        self.declarations(dependency, |section| section.contains("dependencies")).next()
    }

    /// The line of the manifest that declares a dependency for this part of the package.
    pub(crate) fn line_of_part(&self, dependency: &str, part: Part) -> Option<usize> {
        let wanted = match part {
            Part::Product => "dependencies",
            Part::Test => "dev-dependencies",
            Part::Build => "build-dependencies",
        };
        let is_it = |section: &str| section.rsplit('.').next() == Some(wanted);
        self.declarations(dependency, is_it).next()
    }

    /// The lines that declare a dependency, in the sections that are wanted.
    fn declarations(
        &self,
        dependency: &str,
        is_wanted: impl Fn(&str) -> bool,
    ) -> impl Iterator<Item = usize> {
        let declares = move |line: &str| {
            let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
            name.trim_matches('"') == dependency
        };
        let mut wanted = false;
        self.text.lines().enumerate().filter_map(move |(place, line)| {
            if let Some(section) = line.strip_prefix('[') {
                let section = section.split(']').next().unwrap_or_default();
                wanted = is_wanted(section);
                // `[dependencies.name]`.
                let inner = section.rsplit_once('.');
                return inner
                    .filter(|(section, name)| is_wanted(section) && *name == dependency)
                    .map(|_| place + 1);
            }
            (wanted && declares(line)).then_some(place + 1)
        })
    }
}

/// Asks cargo for the members alone, as they declare themselves: works although the lock file is stale.
pub(crate) fn load_members(root: &Path) -> Result<Graph> {
    let metadata = MetadataCommand::new()
        .cargo_path(cargo(&[]).get_program())
        .current_dir(root)
        .no_deps()
        .exec()
        .context("cargo metadata failed")?;
    let members = metadata.packages.iter().map(|package| describe(root, package, true, None));
    Ok(Graph { packages: members.collect::<Result<_>>()? })
}

/// Asks cargo for the whole graph.
pub(crate) fn load(root: &Path) -> Result<Graph> {
    let metadata = MetadataCommand::new()
        .cargo_path(cargo(&[]).get_program())
        .current_dir(root)
        .other_options(["--locked".to_owned(), "--filter-platform".to_owned(), PLATFORM.to_owned()])
        .exec()
        .context("cargo metadata failed (is Cargo.lock up to date?)")?;
    let Some(resolve) = metadata.resolve else { bail!("cargo metadata has no graph") };
    let described: HashMap<_, _> = metadata.packages.iter().map(|package| (&package.id, package)).collect();
    let nodes: HashMap<_, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();

    // Breadth first from the members, along the edges that are really built.
    let mut order: Vec<&PackageId> = metadata.workspace_members.iter().collect();
    let mut places: HashMap<&PackageId, usize> =
        order.iter().enumerate().map(|(place, id)| (*id, place)).collect();
    let mut packages = Vec::new();
    while let Some(id) = order.get(packages.len()).copied() {
        let (Some(node), Some(package)) = (nodes.get(id), described.get(id)) else {
            bail!("cargo metadata does not describe {id}")
        };
        let (mut linked, mut needed) = (Vec::new(), Vec::new());
        for dependency in
            node.deps.iter().filter(|dependency| is_built(node, package, &dependency.pkg, &described))
        {
            let place = *places.entry(&dependency.pkg).or_insert_with(|| {
                order.push(&dependency.pkg);
                order.len() - 1
            });
            needed.push(place);
            if dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal) {
                linked.push(place);
            }
        }
        let is_member = packages.len() < metadata.workspace_members.len();
        let package = describe(root, package, is_member, Some((node, &described)))?;
        packages.push(Package { linked, needed, ..package });
    }
    Ok(Graph { packages })
}

/// All packages, by their identity.
type Described<'a> = HashMap<&'a PackageId, &'a cargo_metadata::Package>;

/// What the rules need of a package, apart from the edges. Its node says what code calls its dependencies.
fn describe(
    root: &Path,
    package: &cargo_metadata::Package,
    member: bool,
    node: Option<(&Node, &Described<'_>)>,
) -> Result<Package> {
    let manifest = package.manifest_path.as_std_path();
    let declared = package.dependencies.iter().map(|dependency| declare(dependency, node));
    let targets = package.targets.iter().filter(|_| member);
    Ok(Package {
        name: package.name.to_string(),
        version: package.version.to_string(),
        member,
        licence: package.license.clone(),
        manifest: within(root, manifest).display().to_string(),
        text: if member { std::fs::read_to_string(manifest)? } else { String::new() },
        declared: declared.collect(),
        sources: targets.map(|target| source(root, target)).collect(),
        ..Package::default()
    })
}

/// A path, relative to the workspace if it is in it.
fn within<'a>(root: &Path, path: &'a Path) -> &'a Path {
    path.strip_prefix(root).unwrap_or(path)
}

/// A dependency as declared. Without a node, what code calls it is a guess: libraries may have other names than packages.
fn declare(dependency: &Dependency, node: Option<(&Node, &Described<'_>)>) -> Declared {
    let key = dependency.rename.as_ref().unwrap_or(&dependency.name);
    let named = node.and_then(|(node, described)| {
        let is_it = |package: &PackageId| {
            described.get(package).is_some_and(|package| *package.name == dependency.name)
        };
        node.deps.iter().find(|found| is_it(&found.pkg)).map(|found| found.name.clone())
    });
    let ident = match (&dependency.rename, named) {
        (None, Some(named)) => named,
        _ => key.replace('-', "_"),
    };
    let part = match dependency.kind {
        DependencyKind::Development => Part::Test,
        DependencyKind::Build => Part::Build,
        _ => Part::Product,
    };
    Declared { name: dependency.name.clone(), key: key.clone(), ident, part }
}

/// Where the code of a target begins.
fn source(root: &Path, target: &Target) -> Source {
    let part = match target.kind.first() {
        Some(TargetKind::Test | TargetKind::Bench | TargetKind::Example) => Part::Test,
        Some(TargetKind::CustomBuild) => Part::Build,
        _ => Part::Product,
    };
    let examples = part == Part::Product && target.doctest && target.kind != [TargetKind::Bin];
    Source { root: within(root, target.src_path.as_std_path()).to_owned(), part, examples }
}

/// Whether an edge of cargo's graph is really built. The lock file, and so the graph, also has optional dependencies
/// that are only mentioned weakly (`ring?/std`) and that no active feature switches on.
fn is_built(
    node: &Node,
    package: &cargo_metadata::Package,
    target: &PackageId,
    described: &Described<'_>,
) -> bool {
    let Some(target) = described.get(target) else { return true };
    let mut declarations = package.dependencies.iter().filter(|dependency| dependency.name == *target.name);
    declarations.any(|dependency| {
        let key = dependency.rename.as_deref().unwrap_or(&dependency.name);
        !dependency.optional || node.features.iter().any(|feature| switches_on(package, feature, key))
    })
}

/// Whether an active feature of a package switches an optional dependency on.
fn switches_on(package: &cargo_metadata::Package, feature: &str, dependency: &str) -> bool {
    let values = package.features.get(feature).map(Vec::as_slice).unwrap_or_default();
    values.iter().any(|value| {
        value.strip_prefix("dep:") == Some(dependency)
            || value.split_once('/').is_some_and(|(switched, _)| switched == dependency)
    })
}
