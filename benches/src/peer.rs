//! The peer's process, as its parent sees it.

use crate::greeting::Greeting;
use anyhow::{Context as _, Result};
use std::io::BufRead as _;
use std::process::{Child, Command, Stdio};

/// The peer, ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Peer {
    child: Child,
    pub(crate) greeting: Greeting,
}

impl Peer {
    pub(crate) fn start() -> Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the peer")?;
        let stdout = child.stdout.take().context("the peer has no output")?;
        let mut line = String::new();
        std::io::BufReader::new(stdout).read_line(&mut line)?;
        let greeting = serde_json::from_str(&line).context("the peer's greeting is not JSON")?;
        Ok(Self { child, greeting })
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
