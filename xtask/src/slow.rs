//! The slow ones: benchmarks and conformance suites.

use crate::shell::{cargo, root, run};
use anyhow::{Result, bail};
use std::process::Command;

/// Benchmarks, each against its floor in the same run.
pub(crate) fn bench(arguments: &[&str]) -> Result<()> {
    if let ["instructions", arguments @ ..] = arguments {
        return count_instructions(arguments);
    }
    if matches!(arguments, ["attacks" | "size" | "probes", ..]) && !arguments.contains(&"--program") {
        // What they measure lies beside them.
        run(&mut cargo(&["build", "--release", "--locked", "--package", "faultfinder"]))?;
    }
    let build = ["run", "--release", "--locked", "--package", "faultfinder-benches", "--"];
    run(&mut cargo(&[&build, arguments].concat()))
}

/// Instructions per probe of the program that the tests call, compared with the recorded numbers.
///
/// Builds what the tests have built already: with the features of the whole workspace, nothing is built twice. Both programs are
/// in the folder of this one.
fn count_instructions(arguments: &[&str]) -> Result<()> {
    let programs = ["--bin", "faultfinder", "--bin", "faultfinder-benches"];
    run(&mut cargo(&[&["build", "--locked", "--workspace"], &programs[..]].concat()))?;
    let bench = std::env::current_exe()?.with_file_name("faultfinder-benches");
    let mut count = Command::new(bench);
    // Where it looks for what is recorded.
    count.env("CARGO_MANIFEST_DIR", root().join("benches"));
    run(count.arg("instructions").args(arguments).current_dir(root()))
}

/// The X.509 corpora and the cases of our own against OpenSSL's recorded answers; the folder with the corpora may be given.
/// Or random chains against OpenSSL itself.
pub(crate) fn conformance(arguments: &[&str]) -> Result<()> {
    if let ["openssl", arguments @ ..] = arguments {
        let build = ["run", "--locked", "--package", "faultfinder-conformance", "--"];
        return run(&mut cargo(&[&build, arguments].concat()));
    }
    let path = match arguments {
        [] | ["x509"] => None,
        ["x509", path] => Some(std::path::absolute(path)?),
        [path] if std::path::Path::new(path).is_dir() => Some(std::path::absolute(path)?),
        _ => bail!(
            "expected: conformance [x509] [FOLDER] or conformance openssl [OPTIONS], not `{}`",
            arguments.join(" ")
        ),
    };
    let tests =
        ["test", "--package", "faultfinder-x509", "--test", "corpus", "--test", "own_cases", "--locked"];
    let mut command = cargo(&[&tests[..], &["--", "--nocapture"]].concat());
    if let Some(path) = path {
        command.env("FAULTFINDER_X509_CORPUS", path);
    }
    run(&mut command)
}
