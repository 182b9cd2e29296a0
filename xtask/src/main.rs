//! The build harness of the project: `cargo xtask COMMAND`.
//!
//! One command runs everything that CI runs ([`ci`]); the others run its parts and the slow tools. Everything works with
//! plain Rust: cargo-nextest and cargo-deny are used if they are installed.

mod ci; // all that CI runs, in order, each step timed
mod steps; // the steps: format, clippy, docs, tests, packages
mod tidy; // the rules that no lint covers, above all the layering
mod codes; // docs/errors.md from the taxonomy
mod deny; // cargo-deny, if it is installed
mod embed; // the cost of embedding one probe
mod fuzz; // libFuzzer with the stable toolchain
mod slow; // benchmarks and conformance suites
mod shell; // running programs

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  ci                            everything that CI runs, in order; stops at the first failure
  test [ARGS]                   all tests, with cargo-nextest if it is installed; ARGS go to the test runner
  lint                          formatting and clippy, warnings are errors
  doc                           documentation with private items, warnings are errors
  tidy                          layering, banned crates, licenses, versions, unused dependencies, rings of files that use
                                each other, and rules on sources
  rings [--write]               show the rings of files that use each other; or shrink the list of those that tidy accepts
  words                         list the phrases and spellings to avoid in prose, per file; fails if there are any
  deny                          cargo-deny, if it is installed
  embed                         the probes that others embed: each set of features alone, few dependencies, the README example
  package                       check that every crate can be published
  image                         build the container image, if buildah is installed
  codes [--check]               write docs/errors.md from the taxonomy, or fail if it differs
  conformance [x509] [PATH]     our X.509 cases, and the corpora in PATH, compared with OpenSSL's recorded results
  conformance openssl [--seed N].. [--chains N] [--without LIST] [--differences FILE] [--reduced N] [--write FILE]
                                random chains with injected faults, verified by OpenSSL and by us; or a file of them
  bench [x509 | load | ARGS]    benchmarks, each against its floor in the same run; x509: chains, compared with OpenSSL and webpki;
                                load: large files of definitions
  bench probes [--runs N] [--rounds N] [--concurrency N] [--only KIND] [--program PATH]
                                the release build of the program, compared with a bare loop, blackbox_exporter and fping
  bench attacks [--seconds N] [--only KIND] [--program PATH]
                                the release build of the service while targets and clients attack it; fails if tests begin late,
                                are missed, or if it takes too much memory
  bench size [--tests N] [--every SECONDS] [--seconds N] [--reads N] [--program PATH]
                                the release build of the service with very many tests, while its API is read; fails if tests
                                begin late, are missed, or if it takes too much memory
  bench pages [--program PATH]  the release build of the service with 5,000 tests whose pages are opened; fails if they are slow, or a
                                new test has no result soon
  bench instructions [--program PATH] [--record]
                                instructions per probe, compared with the recorded numbers, or recorded
  fuzz [TARGET] [--seconds N] [--address]
                                fuzz one target or all, N seconds each (60), with AddressSanitizer
  fuzz --check                  check that all targets compile
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((command, rest)) = arguments.split_first() else {
        eprint!("{USAGE}");
        return ExitCode::from(2);
    };
    let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
    let outcome = match (command.as_str(), rest.as_slice()) {
        ("ci", []) => ci::run(),
        ("test", arguments) => steps::test(arguments),
        ("lint", []) => steps::lint(),
        ("doc", []) => steps::doc(),
        ("tidy", []) => tidy::run(),
        ("words", []) => tidy::words(),
        ("rings", []) => tidy::rings(false),
        ("rings", ["--write"]) => tidy::rings(true),
        ("deny", []) => deny::run(),
        ("codes", []) => codes::write(),
        ("codes", ["--check"]) => codes::check(),
        ("conformance", arguments) => slow::conformance(arguments),
        ("bench", arguments) => slow::bench(arguments),
        ("embed", []) => embed::check(),
        ("package", []) => steps::package(),
        ("image", []) => steps::image(),
        ("fuzz", arguments) => fuzz::run(arguments),
        ("help" | "--help" | "-h", _) => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!("unknown command or arguments: {}\n\n{USAGE}", arguments.join(" "));
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask {command}: {error:#}");
            ExitCode::FAILURE
        }
    }
}
