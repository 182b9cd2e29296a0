//! One persistent connection to the API.

use anyhow::{Context as _, Result, ensure};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::Instant;

/// A connection, and what was read of it.
pub(crate) struct Client {
    stream: TcpStream,
    /// The line of the head that says who asks; empty if the service does not want to know.
    credentials: String,
    read: Vec<u8>,
}

impl Client {
    /// Connects to a service, whose requests have this line in their heads, if it wants to know who asks.
    pub(crate) async fn connect(address: SocketAddr, credentials: Option<String>) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let credentials = credentials.map(|line| format!("{line}\r\n")).unwrap_or_default();
        Ok(Self { stream, credentials, read: Vec::new() })
    }

    /// How long it takes to get this.
    pub(crate) async fn get(&mut self, path: &str) -> Result<Duration> {
        let began = Instant::now();
        self.call("GET", path, "").await?;
        Ok(began.elapsed())
    }

    /// The body of the answer, which must be a success.
    pub(crate) async fn call(&mut self, method: &str, path: &str, body: &str) -> Result<Vec<u8>> {
        let (credentials, length) = (&self.credentials, body.len());
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\n{credentials}content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        self.stream.write_all(request.as_bytes()).await?;
        let head = loop {
            if let Some(at) = self.read.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break self.read.drain(..at + 4).collect::<Vec<u8>>();
            }
            self.more().await?;
        };
        let head = String::from_utf8(head)?.to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.context("the answer has no length")?.trim().parse()?;
        while self.read.len() < length {
            self.more().await?;
        }
        let body: Vec<u8> = self.read.drain(..length).collect();
        ensure!(head.starts_with("http/1.1 2"), "{head}{}", String::from_utf8_lossy(&body));
        Ok(body)
    }

    async fn more(&mut self) -> Result<()> {
        ensure!(self.stream.read_buf(&mut self.read).await? > 0, "the service has closed the connection");
        Ok(())
    }
}
