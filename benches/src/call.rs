//! One request of a client, on a connection of its own.

use anyhow::{Context as _, Result};
use bytes::Bytes;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

/// How long a call may take.
const TIME_MAX: Duration = Duration::from_secs(120);

/// A request.
#[derive(Clone)]
pub(crate) struct Call {
    head: String,
    body: Bytes,
    /// The client's address: 127.0.0.`from`.
    pub(crate) from: u8,
}

/// An answer.
pub(crate) struct Outcome {
    pub(crate) status: u16,
    body: Vec<u8>,
}

impl Outcome {
    pub(crate) fn json(&self) -> Result<serde_json::Value> {
        serde_json::from_slice(&self.body).context("the answer is not JSON")
    }
}

impl Call {
    pub(crate) fn get(path: &str) -> Self {
        Self { head: head("GET", path, ""), body: Bytes::new(), from: 1 }
    }

    pub(crate) fn get_with(path: &str, token: &str) -> Self {
        Self { head: head("GET", path, &authorization(token)), body: Bytes::new(), from: 1 }
    }

    pub(crate) fn post(path: &str, token: &str, body: Bytes) -> Self {
        let fields = format!(
            "{}content-type: application/json\r\ncontent-length: {}\r\n",
            authorization(token),
            body.len()
        );
        Self { head: head("POST", path, &fields), body, from: 1 }
    }

    pub(crate) fn from(mut self, from: u8) -> Self {
        self.from = from;
        self
    }

    /// Connects and sends the head.
    pub(crate) async fn begin(&self, to: SocketAddr) -> Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::new(127, 0, 0, self.from), 0).into())?;
        let mut stream = socket.connect(to).await?;
        stream.write_all(self.head.as_bytes()).await?;
        Ok(stream)
    }

    /// The body that goes with it.
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    /// Sends all of it and reads the answer.
    pub(crate) async fn send(&self, to: SocketAddr) -> Result<Outcome> {
        tokio::time::timeout(TIME_MAX, self.exchange(to)).await.context("no answer in time")?
    }

    async fn exchange(&self, to: SocketAddr) -> Result<Outcome> {
        let mut stream = self.begin(to).await?;
        // A service that refuses a request may not take all of it.
        let _ = stream.write_all(&self.body).await;
        let mut bytes = Vec::new();
        let read = stream.read_to_end(&mut bytes).await;
        let end = bytes.windows(4).position(|part| part == b"\r\n\r\n");
        let Some(end) = end else {
            read?;
            anyhow::bail!("no head of an answer in {} bytes", bytes.len());
        };
        let status = bytes.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
        let body = bytes.split_off(end + 4);
        Ok(Outcome { status: status.context("an answer without a status")?, body })
    }
}

fn authorization(token: &str) -> String {
    format!("authorization: Bearer {token}\r\n")
}

fn head(method: &str, path: &str, fields: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{fields}\r\n")
}
