//! The cost of embedding one probe, and that it works: features alone and together, dependencies, an example.

use crate::shell::{cargo, root, run, target_folder};
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A crate that others embed: its name without our prefix, and its features.
struct Embedded {
    name: &'static str,
    features: &'static [&'static str],
}

/// The crates whose cost is bounded, with every set of features that CI builds: each alone, and all together.
const EMBEDDED: &[Embedded] = &[
    Embedded { name: "tcp", features: &["", "tls", "quic"] },
    Embedded { name: "udp", features: &["", "tls", "quic"] },
    Embedded { name: "icmp", features: &["", "tls", "quic"] },
    Embedded { name: "dns", features: &["", "tls", "quic", "dnssec", "quic,dnssec"] },
];
/// Maximum number of crates in the dependency tree without features, including the crate itself.
const CRATES_MAX: usize = 85;
/// Forbidden dependencies without features: TLS, QUIC, cryptography, and crates that compile C.
const UNWANTED: &[&str] =
    &["rustls", "quinn", "aws-lc-rs", "aws-lc-sys", "ring", "openssl-sys", "h2", "hyper", "cc"];

/// Runs all checks.
pub(crate) fn check() -> Result<()> {
    for embedded in EMBEDDED {
        dependencies(embedded)?;
        for features in embedded.features {
            lint(embedded, features)?;
        }
    }
    tests()?;
    let folder = tempfile::tempdir()?;
    for embedded in EMBEDDED {
        let package = format!("faultfinder-{}", embedded.name);
        example(&root().join("crates").join(&package).join("README.md"), &package, "run", folder.path())?;
    }
    // It asks a name server of the world.
    example(&root().join("README.md"), "faultfinder-dns", "check", folder.path())
}

/// The tests of the crates as they are without features; the workspace's own run has all features.
fn tests() -> Result<()> {
    let mut arguments =
        vec!["test".to_owned(), "--locked".to_owned(), "--quiet".to_owned(), "--tests".to_owned()];
    for embedded in EMBEDDED {
        arguments.extend(["--package".to_owned(), format!("faultfinder-{}", embedded.name)]);
    }
    run(&mut cargo(&arguments.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// The dependencies of a crate, limited in number and kind.
fn dependencies(embedded: &Embedded) -> Result<()> {
    let package = format!("faultfinder-{}", embedded.name);
    let crates = tree(&package, "normal")?;
    println!("{package}: {} crates", crates.len());
    if crates.len() > CRATES_MAX {
        bail!("{package} depends on {} crates, the maximum is {CRATES_MAX}", crates.len());
    }
    let built = tree(&package, "normal,build")?;
    match UNWANTED.iter().find(|name| built.contains(**name)) {
        None => Ok(()),
        Some(name) => {
            bail!(
                "{package} depends on {name} without a feature that needs it (`cargo tree -p {package} -i {name}`)"
            )
        }
    }
}

/// The names of all crates that a package depends on by edges of these kinds, itself among them.
fn tree(package: &str, edges: &str) -> Result<BTreeSet<String>> {
    let arguments =
        ["tree", "--locked", "--package", package, "--edges", edges, "--prefix", "none", "--no-dedupe"];
    let output = cargo(&arguments).output().context("cargo tree")?;
    if !output.status.success() {
        bail!("cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
}

/// Lints a crate with these features alone.
fn lint(embedded: &Embedded, features: &str) -> Result<()> {
    let package = format!("faultfinder-{}", embedded.name);
    println!("{package}, features: {}", if features.is_empty() { "none" } else { features });
    let arguments =
        ["clippy", "--locked", "--package", &package, "--features", features, "--", "--deny", "warnings"];
    run(&mut cargo(&arguments))
}

/// Runs, or checks, the example of a page as a separate program that depends only on the crate and tokio.
fn example(page: &Path, package: &str, command: &str, folder: &Path) -> Result<()> {
    let text = std::fs::read_to_string(page)?;
    let program = code(&text).with_context(|| format!("{} has no example", page.display()))?;
    std::fs::create_dir_all(folder.join("src"))?;
    std::fs::write(folder.join("src/main.rs"), program)?;
    std::fs::write(folder.join("Cargo.toml"), manifest(package, &root().join("crates").join(package)))?;
    // The versions that the workspace was tested with.
    std::fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
    let mut cargo = cargo(&[command, "--quiet"]);
    run(cargo.current_dir(folder).env("CARGO_TARGET_DIR", target()))
        .with_context(|| format!("the example of {}", page.display()))
}

/// The first example of a page.
fn code(page: &str) -> Option<&str> {
    let (_, rest) = page.split_once("```rust")?;
    let (_, rest) = rest.split_once('\n')?;
    Some(rest.split_once("```")?.0)
}

fn manifest(package: &str, source: &Path) -> String {
    format!(
        "[package]\nname = \"embeds\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         {package} = {{ path = {:?} }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"net\", \"rt\", \"io-util\"] }}\n\n[workspace]\n",
        source.display().to_string()
    )
}

/// The build folder of the examples: separate from the workspace's own builds.
fn target() -> PathBuf {
    target_folder().join("embed")
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn the_first_example_of_a_page_is_its_program() {
        assert_eq!(
            code("# a\n\n```rust,no_run\nfn main() {}\n```\n\n```rust\nb\n```\n"),
            Some("fn main() {}\n")
        );
        assert_eq!(code("# a\n"), None);
    }
}
