//! A case of `--batch`, put together from options.

use super::{Arguments, show};
use crate::exit::{Exit, Failure, Outcome};
use serde_json::{Value, json};
use std::io::Read;
use std::path::{Path, PathBuf};

/// Most bytes of one file of certificates.
const FILE_BYTES_MAX: u64 = 16 << 20;

/// Verifies one certificate.
pub(super) fn run(arguments: &Arguments) -> Outcome {
    let Some(leaf) = &arguments.leaf else {
        return Err(Failure::usage("which certificate?"));
    };
    let case = build(arguments, leaf)?;
    let line = faultfinder_x509::case::answer_line(&case.to_string());
    let answer: Value =
        serde_json::from_str(&line).map_err(|error| Failure::ourselves("the answer is no JSON", &error))?;
    if let Some(error) = answer.get("parse_error").and_then(Value::as_str) {
        return Err(Failure::usage(format!("{}: {error}", leaf.display())));
    }
    let good = answer.get("events").and_then(Value::as_array).is_some_and(Vec::is_empty);
    if arguments.json {
        let text = serde_json::to_string_pretty(&answer)
            .map_err(|error| Failure::ourselves("cannot write the answer", &error))?;
        crate::output::print(&format!("{text}\n"))?;
    } else {
        crate::output::print(&show::answer(&answer, leaf, crate::paint::Paint::for_stdout()))?;
    }
    Ok(if good { Exit::Passed } else { Exit::Failed })
}

/// The case in the form of `--batch`.
fn build(arguments: &Arguments, leaf: &Path) -> Result<Value, Failure> {
    let trusted = certificates(arguments.ca_file.iter().chain(&arguments.trusted))?;
    let leaf_text = certificates(std::iter::once(&leaf.to_owned()))?;
    let Some(leaf_pem) = leaf_text.first() else {
        return Err(Failure::usage(format!("{}: holds no certificate", leaf.display())));
    };
    let flags: Vec<&str> = [
        ("crl_check", arguments.crl_check),
        ("crl_check_all", arguments.crl_check_all),
        ("x509_strict", arguments.x509_strict),
        ("partial_chain", arguments.partial_chain),
        ("no_check_time", arguments.no_check_time),
    ]
    .into_iter()
    .filter_map(|(flag, on)| on.then_some(flag))
    .collect();
    let now = || faultfinder_net::Clock::system().unix_seconds();
    let time = if arguments.no_check_time { None } else { Some(arguments.attime.unwrap_or_else(now)) };
    Ok(json!({
        "id": leaf.display().to_string(),
        "leaf": leaf_pem,
        "untrusted": certificates(&arguments.untrusted)?,
        "trusted": trusted,
        "crls": certificates(&arguments.crl_file)?,
        "crls_in": "ctx",
        "time": time,
        "purpose": arguments.purpose,
        "host": arguments.verify_hostname,
        "ip": arguments.verify_ip,
        "email": arguments.verify_email,
        "hostflags": [],
        "flags": flags,
        "policies": [],
        "verify_depth": arguments.verify_depth,
        "auth_level": arguments.auth_level,
    }))
}

/// The PEM blocks of files, in order. A file without any is wrong.
fn certificates<'a>(files: impl IntoIterator<Item = &'a PathBuf>) -> Result<Vec<String>, Failure> {
    let mut blocks = Vec::new();
    for file in files {
        let text = read(file)?;
        let found = pem_blocks(&text);
        if found.is_empty() {
            return Err(Failure::usage_with_help(
                format!("{}: holds no PEM block", file.display()),
                "a certificate as PEM begins with -----BEGIN CERTIFICATE-----",
            ));
        }
        blocks.extend(found);
    }
    Ok(blocks)
}

fn read(file: &Path) -> Result<String, Failure> {
    let wrong =
        |why: &dyn std::fmt::Display| Failure::usage(format!("{}: cannot be read: {why}", file.display()));
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        std::io::stdin()
            .lock()
            .take(FILE_BYTES_MAX)
            .read_to_end(&mut bytes)
            .map_err(|error| wrong(&error))?;
    } else {
        let opened = std::fs::File::open(file).map_err(|error| wrong(&error))?;
        opened.take(FILE_BYTES_MAX).read_to_end(&mut bytes).map_err(|error| wrong(&error))?;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The PEM blocks of a text (RFC 7468 section 2), each with its lines.
fn pem_blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut block: Option<String> = None;
    for line in text.lines() {
        if line.starts_with("-----BEGIN ") {
            block = Some(String::new());
        }
        if let Some(lines) = &mut block {
            lines.push_str(line.trim_end());
            lines.push('\n');
        }
        if line.starts_with("-----END ") {
            blocks.extend(block.take());
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_around_pem_blocks_is_skipped() {
        let text = "subject=a\n-----BEGIN A-----\r\nAAAA\r\n-----END A-----\nx\n-----BEGIN B-----\n-----END B-----\n";
        assert_eq!(
            pem_blocks(text),
            ["-----BEGIN A-----\nAAAA\n-----END A-----\n", "-----BEGIN B-----\n-----END B-----\n"]
        );
    }
}
