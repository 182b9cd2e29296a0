//! The program, as a service.

use crate::call::{Call, Outcome};
use crate::meter;
use anyhow::{Context as _, Result, bail};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// The admin token, known to this measurement alone.
const ADMIN: &str = "an-admin-token-that-only-this-measurement-uses";
/// How long the service may take to start and to stop.
const START_MAX: Duration = Duration::from_secs(30);

/// A service that runs; it is ended when this is dropped.
pub(crate) struct Service {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Service {
    /// Starts it over a folder with a database of its own, with these definitions and other options.
    pub(crate) async fn start(
        program: &Path,
        folder: &Path,
        definitions: &str,
        options: &[&str],
    ) -> Result<Self> {
        let address = {
            let free = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
            free.local_addr()?
        };
        let log = std::fs::File::create(folder.join("log"))?;
        let child = Command::new(std::path::absolute(program)?)
            .args(["serve", "--listen", &address.to_string(), "--denied-networks", "none"])
            .args(["--database", "sqlite://measured.db", "--definitions", definitions])
            .args(options)
            .env("FAULTFINDER_ADMIN_TOKEN", ADMIN)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let service = Self { child, address };
        let ready = Call::get("/readyz");
        let deadline = tokio::time::Instant::now() + START_MAX;
        while !matches!(ready.send(service.address).await, Ok(Outcome { status: 200, .. })) {
            if tokio::time::Instant::now() > deadline {
                bail!("the service is not ready: {}", std::fs::read_to_string(folder.join("log"))?);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(service)
    }

    /// A new token with these scopes.
    pub(crate) async fn token(&self, scopes: &[&str]) -> Result<String> {
        let body = serde_json::json!({ "name": "a client", "scopes": scopes }).to_string();
        let made = Call::post("/api/v1/tokens", ADMIN, body.into()).send(self.address).await?;
        let made = made.json()?;
        let token = made.get("token").and_then(serde_json::Value::as_str);
        Ok(token.with_context(|| format!("no token: {made}"))?.to_owned())
    }

    /// A session for its pages: the cookie of one who has signed in with the admin token.
    pub(crate) async fn session(&self) -> Result<String> {
        let form = format!("token={ADMIN}");
        let request = format!(
            "POST /sign-in HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
            form.len()
        );
        let mut stream = tokio::net::TcpStream::connect(self.address).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: "));
        let cookie = cookie.and_then(|cookie| cookie.split(';').next());
        Ok(cookie.with_context(|| format!("no cookie: {answer}"))?.to_owned())
    }

    /// CPU time of all its threads until now.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        meter::cpu_time_of(&self.child.id().to_string())
    }

    /// Memory that is resident now, in KiB: all, and what is not of files.
    pub(crate) fn memory_kib(&self) -> Result<(u64, u64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let field = |name: &str| {
            let line =
                status.lines().find_map(|line| line.strip_prefix(name)).context("a field is missing")?;
            Ok::<u64, anyhow::Error>(line.trim().trim_end_matches("kB").trim().parse()?)
        };
        Ok((field("VmRSS:")?, field("RssAnon:")?))
    }

    /// Ends it in good order.
    pub(crate) async fn stop(mut self) -> Result<()> {
        let id = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw);
        rustix::process::kill_process(id.context("no process")?, rustix::process::Signal::TERM)?;
        let deadline = tokio::time::Instant::now() + 2 * START_MAX;
        while self.child.try_wait()?.is_none() {
            if tokio::time::Instant::now() > deadline {
                bail!("the service does not end");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
