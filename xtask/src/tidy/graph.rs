//! Cargo's metadata, cut down to what the rules need.

use crate::shell::cargo;
use anyhow::{Context, Result, bail};
use cargo_metadata::{DependencyKind, MetadataCommand, Node, PackageId};
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
    /// Its licence as an SPDX expression.
    pub(crate) licence: Option<String>,
    /// Its manifest, relative to the workspace (only of members).
    pub(crate) manifest: String,
    /// The manifest's text (only of members).
    pub(crate) text: String,
    /// The names of all dependencies that it declares, whatever their kind.
    pub(crate) declared: Vec<String>,
    /// What it is linked with: normal dependencies.
    pub(crate) linked: Vec<usize>,
    /// What it needs in any way: build and development dependencies too.
    pub(crate) needed: Vec<usize>,
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
        let declares = |line: &str| {
            let key = line.trim_start().trim_start_matches('[');
            let rest =
                key.strip_prefix(dependency).or_else(|| key.split_once(dependency).map(|(_, rest)| rest));
            rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_'))
        };
        // The package's own name stands in its first section.
        let body = self.text.lines().enumerate().skip_while(|(_, line)| !line.contains("dependencies"));
        body.filter(|(_, line)| declares(line)).map(|(place, _)| place + 1).next()
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
    let members =
        metadata.packages.iter().map(|package| describe(root, package, true, Vec::new(), Vec::new()));
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
        packages.push(describe(
            root,
            package,
            packages.len() < metadata.workspace_members.len(),
            linked,
            needed,
        )?);
    }
    Ok(Graph { packages })
}

/// What the rules need of a package.
fn describe(
    root: &Path,
    package: &cargo_metadata::Package,
    member: bool,
    linked: Vec<usize>,
    needed: Vec<usize>,
) -> Result<Package> {
    let manifest = package.manifest_path.as_std_path();
    Ok(Package {
        name: package.name.to_string(),
        version: package.version.to_string(),
        member,
        licence: package.license.clone(),
        manifest: manifest.strip_prefix(root).unwrap_or(manifest).display().to_string(),
        text: if member { std::fs::read_to_string(manifest)? } else { String::new() },
        declared: package.dependencies.iter().map(|dependency| dependency.name.clone()).collect(),
        linked,
        needed,
    })
}

/// Whether an edge of cargo's graph is really built. The lock file, and so the graph, also has optional dependencies
/// that are only mentioned weakly (`ring?/std`) and that no active feature switches on.
fn is_built(
    node: &Node,
    package: &cargo_metadata::Package,
    target: &PackageId,
    described: &HashMap<&PackageId, &cargo_metadata::Package>,
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
