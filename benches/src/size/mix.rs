//! The definitions: most of HTTPS, as monitoring has them.

use crate::definitions;
use crate::greeting::Greeting;
use crate::kind::Kind;
use anyhow::Result;
use std::path::Path;

/// How many of a hundred are of a kind.
const SHARES: [(Kind, usize); 5] =
    [(Kind::Https, 60), (Kind::Http, 20), (Kind::Dns, 10), (Kind::Tcp, 5), (Kind::Icmp, 5)];
/// Tests of a file.
const PER_FILE: usize = 2_500;
/// How the names of all of them begin.
pub(super) const NAMED: &str = "of the mix:";

/// Writes the files of so many tests, with an interval in seconds, and the root that those over TLS trust.
pub(crate) fn write(folder: &Path, greeting: &Greeting, tests: usize, every: usize) -> Result<()> {
    let folder = folder.join("definitions");
    std::fs::create_dir(&folder)?;
    std::fs::write(folder.join("root.pem"), &greeting.root)?;
    let last = SHARES.len() - 1;
    let mut written = 0;
    for (place, (kind, share)) in SHARES.into_iter().enumerate() {
        // What does not divide evenly is of the last kind.
        let count = if place == last { tests - written } else { tests * share / 100 };
        written += count;
        for from in (0..count).step_by(PER_FILE) {
            let numbers = from..count.min(from + PER_FILE);
            let text = definitions::file(kind, greeting, "root.pem", numbers)?
                .replacen("version: 1\n", &format!("version: 1\ndefaults: {{ every: {every}s }}\n"), 1)
                .replace("  - name: \"", &format!("  - name: \"{NAMED} "));
            std::fs::write(folder.join(format!("{}-{from}.yaml", kind.word())), text)?;
        }
    }
    Ok(())
}
