//! `cargo xtask conformance openssl`: random chains, asked of OpenSSL and of `faultfinder-x509`.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use faultfinder_conformance::collect::{collect, pack};
use faultfinder_conformance::generator::{Generator, Without};
use faultfinder_conformance::oracle;
use faultfinder_conformance::run::{Settings, run};

const USAGE: &str = "\
usage: cargo xtask conformance openssl [OPTIONS]

  --seed N              what the cases follow from; may be given several times (1)
  --chains N            how many cases for each seed (2000)
  --without LIST        leave out crls, policies, name_constraints (with commas between them)
  --differences FILE    where the first cases that differ go, reduced, as JSON lines
                        (target/differences.jsonl)
  --reduced N           how many of them (20)
  --write FILE          write a collection of cases with OpenSSL's answers instead, compressed
";

/// From how many cases on every code has to occur.
const ENOUGH: u64 = 2_000;

struct Arguments {
    seeds: Vec<u64>,
    chains: u64,
    without: Without,
    differences: PathBuf,
    reduced_max: usize,
    write: Option<PathBuf>,
}

fn arguments(mut given: impl Iterator<Item = String>) -> Result<Arguments> {
    let mut arguments = Arguments {
        seeds: Vec::new(),
        chains: 2_000,
        without: Without::default(),
        differences: PathBuf::from("target/differences.jsonl"),
        reduced_max: 20,
        write: None,
    };
    while let Some(option) = given.next() {
        let value = given.next().with_context(|| format!("{option} needs a value\n\n{USAGE}"))?;
        let wrong = || format!("{option} {value}");
        match option.as_str() {
            "--seed" => arguments.seeds.push(value.parse().with_context(wrong)?),
            "--chains" => arguments.chains = value.parse().with_context(wrong)?,
            "--reduced" => arguments.reduced_max = value.parse().with_context(wrong)?,
            "--differences" => arguments.differences = PathBuf::from(value),
            "--write" => arguments.write = Some(PathBuf::from(value)),
            "--without" => {
                for subject in value.split(',') {
                    match subject {
                        "crls" => arguments.without.crls = true,
                        "policies" => arguments.without.policies = true,
                        "name_constraints" => arguments.without.name_constraints = true,
                        _ => bail!("cannot leave out {subject:?}\n\n{USAGE}"),
                    }
                }
            }
            _ => bail!("unknown option {option}\n\n{USAGE}"),
        }
    }
    if arguments.seeds.is_empty() {
        arguments.seeds.push(1);
    }
    Ok(arguments)
}

fn main() -> ExitCode {
    match arguments(std::env::args().skip(1)).and_then(|arguments| work(&arguments)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::from(2)
        }
    }
}

/// Says whether everything agrees.
fn work(arguments: &Arguments) -> Result<bool> {
    println!("OpenSSL {:#x}", oracle::version());
    let generator = Generator::new(arguments.without)?;
    if let Some(file) = &arguments.write {
        let seed = arguments.seeds.first().copied().unwrap_or(1);
        let cases = collect(&generator, seed)?;
        let packed = pack(&cases)?;
        std::fs::write(file, &packed).with_context(|| format!("cannot write {}", file.display()))?;
        println!("{} cases of seed {seed}, {} bytes: {}", cases.len(), packed.len(), file.display());
        return Ok(true);
    }
    let mut good = true;
    let mut text = String::new();
    for seed in &arguments.seeds {
        let settings = Settings { seed: *seed, chains: arguments.chains, reduced_max: arguments.reduced_max };
        let outcome = run(&generator, &settings)?;
        println!("seed {seed}: {}", outcome.statistics);
        let missing = outcome.statistics.missing();
        if arguments.chains >= ENOUGH && arguments.without == Without::default() && !missing.is_empty() {
            println!("seed {seed}: never seen: {missing:?}");
            good = false;
        }
        println!("seed {seed}: {} of {} differ", outcome.differing, outcome.statistics.cases);
        for (whole, reduced) in &outcome.differences {
            good = false;
            let tags = reduced.case.tags.join(" ");
            println!("  {} [{tags}]\n    {}", whole.case.id, reduced.differences.join("\n    "));
            let line = serde_json::json!({
                "id": whole.case.id,
                "differences": reduced.differences,
                "ours": reduced.ours,
                "case": reduced.case,
                "whole": whole.case,
                "whole_ours": whole.ours,
            });
            writeln!(text, "{line}")?;
        }
    }
    if !text.is_empty() {
        if let Some(folder) = arguments.differences.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        std::fs::write(&arguments.differences, &text)
            .with_context(|| format!("cannot write {}", arguments.differences.display()))?;
        println!("see {}", arguments.differences.display());
    }
    Ok(good)
}
