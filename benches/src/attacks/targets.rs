//! What the tests ask: servers on loopback.

use anyhow::Result;
use bytes::Bytes;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// Addresses of servers. They end with this process.
#[derive(Clone, Copy)]
pub(crate) struct Targets {
    /// Answers `ok`.
    pub(crate) healthy: SocketAddr,
    /// Takes connections and says nothing.
    pub(crate) silent: SocketAddr,
    /// Answers with words, on which a pattern takes long.
    pub(crate) words: SocketAddr,
    /// Answers with JSON whose values take almost as much memory as they may.
    pub(crate) json: SocketAddr,
    /// The same in XML.
    pub(crate) xml: SocketAddr,
    /// Answers with a list of numbers, as many as may be.
    pub(crate) numbers: SocketAddr,
}

/// Objects of one member: a hundred times as much as their text.
const OBJECTS: usize = 94_000;
/// Numbers of a list.
const NUMBERS: usize = 1_040_000;
/// Elements that hold another and a text.
const ELEMENTS: usize = 100_000;
/// Bytes of a body that is kept.
const KEPT: usize = 5_000_000;

impl Targets {
    pub(crate) async fn start() -> Result<Self> {
        let words = "ab ".repeat(KEPT / 3 - 1);
        let json = format!("[{}]", vec!["{\"\":0}"; OBJECTS].join(","));
        let xml = format!("<a>{}</a>", "<b><c/>x</b>".repeat(ELEMENTS));
        let numbers = format!("[{}]", vec!["0"; NUMBERS].join(","));
        Ok(Self {
            healthy: answering("text/plain", "ok".to_owned()).await?,
            silent: silent().await?,
            words: answering("text/plain; charset=utf-8", format!("ä{words}")).await?,
            json: answering("application/json", json).await?,
            xml: answering("application/xml", xml).await?,
            numbers: answering("application/json", numbers).await?,
        })
    }
}

/// Answers every request with this body, and closes the connection.
async fn answering(kind: &str, body: String) -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let answer = Bytes::from(head + &body);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
                        return;
                    }
                }
                let _ = stream.write_all(&answer).await;
                let _ = stream.shutdown().await;
                let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
            });
        }
    });
    Ok(address)
}

async fn silent() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                // Until its client gives up.
                let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
            });
        }
    });
    Ok(address)
}
