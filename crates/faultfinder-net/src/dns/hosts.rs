//! The hosts file.

use std::collections::HashMap;
use std::net::IpAddr;

/// Names in the hosts file with their addresses, in the file's order.
#[derive(Debug, Default)]
pub(super) struct Hosts(HashMap<String, Vec<IpAddr>>);

/// How much of the file is read, in bytes: hosts files used as block lists reach several megabytes.
pub(super) const FILE_BYTES_MAX: u64 = 16 << 20;
/// Maximum number of addresses of one name.
const ADDRESSES_MAX: usize = 32;

impl Hosts {
    /// Reads the file. Bytes that are not text are replaced.
    pub(super) fn read(bytes: &[u8]) -> Self {
        Self::parse(&String::from_utf8_lossy(bytes))
    }

    /// Reads the file's text. Lines that are not of the form `ADDRESS NAME...` are skipped, as every resolver does.
    fn parse(text: &str) -> Self {
        let mut names: HashMap<String, Vec<IpAddr>> = HashMap::new();
        for line in text.lines() {
            let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
            let Some(Ok(address)) = words.next().map(str::parse::<IpAddr>) else { continue };
            for name in words {
                let addresses = names.entry(key(name)).or_default();
                if addresses.len() < ADDRESSES_MAX && !addresses.contains(&address) {
                    addresses.push(address);
                }
            }
        }
        Self(names)
    }

    /// The addresses of a name; none when it is not in the file.
    pub(super) fn addresses(&self, name: &str) -> &[IpAddr] {
        self.0.get(&key(name)).map_or(&[], Vec::as_slice)
    }
}

fn key(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_give_addresses_and_nonsense_is_skipped() {
        let hosts = Hosts::parse(
            "127.0.0.1 localhost Box # no\n::1\tlocalhost\n# 1.1.1.1 x\nnonsense y\n127.0.0.1 box\n",
        );
        let texts = |name| hosts.addresses(name).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(texts("LOCALHOST."), ["127.0.0.1", "::1"]);
        assert_eq!(texts("box"), ["127.0.0.1"]);
        assert!(texts("x").is_empty() && texts("y").is_empty() && texts("no").is_empty());
    }
}
