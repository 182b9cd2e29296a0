//! TCP: a connection that is opened and closed.

use anyhow::Result;
use std::net::SocketAddr;
use tokio::net::TcpStream;

/// Connects and closes.
pub(super) async fn connect(target: SocketAddr) -> Result<()> {
    let stream = TcpStream::connect(target).await?;
    stream.set_nodelay(true)?;
    Ok(())
}
